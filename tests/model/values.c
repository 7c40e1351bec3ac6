/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/values.h"

#include "model/check.h"

#include "base/cpuset.h"
#include "base/fs.h"
#include "base/num.h"

void values_open(struct values *v)
{
    aj_ctx_open(&v->cx);
    v->arena = aj_arena_open();
}

void values_close(struct values *v)
{
    aj_arena_close(v->arena);
    aj_ctx_close(&v->cx);
}

enum aj_status values_judge(struct values *v, const char *board_text, const char *cells,
                            const char *plan_text)
{
    const struct model_board *board = NULL;
    const struct model_requirements *req = NULL;
    const struct model_plan *plan = NULL;
    if (model_board_read(&v->cx, values_parse(v, board_text), v->arena, &board) != AJ_OK ||
        model_requirements_read(&v->cx, values_parse(v, cells), v->arena, &req) != AJ_OK ||
        model_plan_read(&v->cx, values_parse(v, plan_text), v->arena, &plan) != AJ_OK)
        fail_msg("%s", test_diags(&v->cx));
    return model_check_plan(&v->cx, board, req, plan);
}

const char *values_replaced(struct values *v, const char *text, const char *what, const char *with)
{
    const char *at = strstr(text, what);
    assert_non_null(at);
    return aj_strf(v->arena, "%.*s%s%s", (int)(at - text), text, with, at + strlen(what));
}

void values_reset(struct values *v)
{
    values_close(v);
    values_open(v);
}

const struct aj_yaml *values_parse(struct values *v, const char *text)
{
    const struct aj_yaml *doc;
    if (aj_yaml_parse(&v->cx, "t.yml", text, strlen(text), v->arena, &doc) != AJ_OK)
        fail_msg("%s\n%s", text, test_diags(&v->cx));
    return doc;
}

const struct aj_yaml *values_parse_file(struct values *v, const char *path)
{
    struct aj_bytes bytes;
    const struct aj_yaml *doc = NULL;
    if (aj_file_read(&v->cx, path, AJ_MIB(1), v->arena, &bytes) != AJ_OK ||
        aj_yaml_parse(&v->cx, path, bytes.data, bytes.size, v->arena, &doc) != AJ_OK)
        fail_msg("%s", test_diags(&v->cx));
    return doc;
}

const char *values_text(uint64_t *random, struct aj_arena *out)
{
    static const char *const texts[] = {"linux", "",       "null", "~",   "on",      "00:02.0",
                                        "a: b",  "a, b",   "# c",  "1e3", "&root.x", "0x10",
                                        "[a]",   " lead ", "a\nb", "8250"};
    const uint32_t ix = test_random_below(random, 2 * AJ_COUNT(texts));
    return ix < AJ_COUNT(texts) ? texts[ix] : aj_strf(out, "t%u", test_random_below(random, 1000));
}

/* Does the range that follows from this number and any other drawn here stay below 2^64? */
static uint64_t sane(uint64_t *random, const struct aj_field *field)
{
    const uint64_t limit =
        field->width < 8 ? UINT64_MAX >> (65 - 8 * field->width) : AJ_GIB(1 << 20);
    uint64_t number = test_random_edgy(random) % limit;
    if (strcmp(field->key, "alignment") == 0)
        return UINT64_C(1) << test_random_below(random, 40);
    if (strcmp(field->key, "regdist") == 0)
        return test_random_below(random, 2) != 0 ? 4 : 1;
    if (strcmp(field->key, "gic_version") == 0)
        return 2 + test_random_below(random, 2);
    if (strcmp(field->key, "config_revision") == 0)
        return 13 + test_random_below(random, 2);
    if (strcmp(field->key, "iommu") == 0)
        return field->def;
    if (strcmp(field->key, "length") == 0)
        return 1 + test_random_below(random, 16);
    if (strcmp(field->key, "start") == 0 && field->max != 0) /* a PCI capability */
        return test_random_below(random, 240);
    if (strcmp(field->key, "base") == 0 && field->max != 0) /* a port */
        return test_random_below(random, 0xfff0);
    if (field->kind == AJ_FIELD_SIZE && number == 0)
        number = 1;
    if (field->kind == AJ_FIELD_DURATION)
        return number & INT64_MAX;
    return field->max != 0 && number > field->max ? number % (field->max + 1) : number;
}

static uint64_t name_of(uint64_t *random, const struct aj_field *field)
{
    uint32_t count = 0;
    while (field->names[count].name != NULL)
        count++;
    uint64_t number = field->names[test_random_below(random, count)].value;
    if (field->kind == AJ_FIELD_FLAGS)
        number |= field->names[test_random_below(random, count)].value;
    return number;
}

static uint64_t number_for(uint64_t *random, const struct aj_field *field, enum values_range range)
{
    const uint64_t wild = test_random_edgy(random);
    if (field->kind == AJ_FIELD_BOOL)
        return wild & 1;
    if (field->names != NULL && (range == VALUES_SANE || test_random_below(random, 3) != 0))
        return name_of(random, field);
    if (range == VALUES_SANE)
        return sane(random, field);
    return field->max != 0 ? wild % (field->max + 1) : wild;
}

static void store(const struct aj_field *field, void *value, uint64_t number)
{
    const uint8_t v8 = (uint8_t)number;
    const uint16_t v16 = (uint16_t)number;
    const uint32_t v32 = (uint32_t)number;
    const void *from = field->width == 1   ? (const void *)&v8
                       : field->width == 2 ? (const void *)&v16
                       : field->width == 4 ? (const void *)&v32
                                           : (const void *)&number;
    memcpy(value, from, field->width);
}

static void store_many(const struct aj_field *field, char *owner, const void *items, size_t count)
{
    memcpy(owner + field->offset, &items, sizeof items);
    memcpy(owner + field->count_offset, &count, sizeof count);
}

static void random_set(uint64_t *random, const struct aj_field *field, struct aj_cpuset *set)
{
    const uint32_t limit = field->max == 128 ? 128
                           : field->max != 0 ? (uint32_t)field->max + 1
                                             : AJ_CPU_MAX;
    for (uint32_t left = 1 + test_random_below(random, 5); left > 0; left--)
        aj_cpuset_add(set, test_random_below(random, limit));
}

static void random_list(uint64_t *random, struct aj_arena *out, const struct aj_field *field,
                        char *owner)
{
    const size_t count = 1 + test_random_below(random, 4);
    const char **strings = AJ_NEW_ARRAY(out, const char *, count);
    uint32_t *numbers = AJ_NEW_ARRAY(out, uint32_t, count);
    for (size_t i = 0; i < count; i++) {
        strings[i] = values_text(random, out);
        numbers[i] = (uint32_t)test_random_edgy(random);
        if (field->max != 0)
            numbers[i] %= (uint32_t)field->max + 1;
    }
    store_many(field, owner, field->kind == AJ_FIELD_STRINGS ? (const void *)strings : numbers,
               count);
}

static void random_structs(uint64_t *random, struct aj_arena *out, const struct aj_field *field,
                           enum values_range range, char *owner)
{
    const size_t count = 1 + test_random_below(random, 3);
    char *items = aj_alloc_array(out, count, field->sub->size);
    for (size_t i = 0; i < count; i++) {
        char *item = items + i * field->sub->size;
        values_random(random, out, field->sub, range, item);
        if (field->kind == AJ_FIELD_MAP) {
            const char *name = aj_strf(out, "%s%zu", field->key, i);
            memcpy(item, &name, sizeof name);
        }
    }
    if (field->kind == AJ_FIELD_OPTIONAL)
        memcpy(owner + field->offset, &items, sizeof items);
    else
        store_many(field, owner, items, count);
}

static void random_field(uint64_t *random, struct aj_arena *out, const struct aj_field *field,
                         enum values_range range, char *owner)
{
    char *value = owner + field->offset;
    const char *text = NULL;
    switch (field->kind) {
    case AJ_FIELD_BOOL:
    case AJ_FIELD_UINT:
    case AJ_FIELD_ADDR:
    case AJ_FIELD_SIZE:
    case AJ_FIELD_DURATION:
    case AJ_FIELD_ENUM:
    case AJ_FIELD_FLAGS: store(field, value, number_for(random, field, range)); break;
    case AJ_FIELD_ARRAY:
        for (size_t i = 0; i < field->array_len; i++)
            store(field, value + i * field->width, test_random_edgy(random));
        break;
    case AJ_FIELD_STRING:
        text = values_text(random, out);
        memcpy(value, &text, sizeof text);
        break;
    case AJ_FIELD_INTSET: random_set(random, field, (struct aj_cpuset *)(void *)value); break;
    case AJ_FIELD_STRINGS:
    case AJ_FIELD_UINTS: random_list(random, out, field, owner); break;
    case AJ_FIELD_STRUCT: values_random(random, out, field->sub, range, value); break;
    case AJ_FIELD_OPTIONAL:
    case AJ_FIELD_LIST:
    case AJ_FIELD_MAP: random_structs(random, out, field, range, owner); break;
    case AJ_FIELD_CUSTOM: break;
    }
}

void values_random(uint64_t *random, struct aj_arena *out, const struct aj_schema *schema,
                   enum values_range range, void *value)
{
    aj_schema_defaults(schema, value);
    for (size_t i = 0; i < schema->fields_count; i++) {
        const struct aj_field *field = &schema->fields[i];
        const bool needed =
            (field->flags & AJ_FIELD_REQUIRED) != 0 || strcmp(field->key, "gic_version") == 0;
        if ((field->flags & AJ_FIELD_READ_ONLY) == 0 &&
            (needed || test_random_below(random, 3) != 0))
            random_field(random, out, field, range, value);
    }
}
