/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <inttypes.h>

#include "base/schema_priv.h"
#include "base/units.h"

static enum aj_yaml_style style_of(const struct aj_field *field)
{
    return (field->flags & AJ_FIELD_FLOW) != 0 ? AJ_YAML_FLOW : AJ_YAML_BLOCK;
}

static void write_hex(struct aj_yaml_writer *w, uint64_t number)
{
    aj_yaml_write_plain(w, aj_format_hex(aj_yaml_writer_scratch(w), number));
}

static void write_decimal(struct aj_yaml_writer *w, uint64_t number)
{
    aj_yaml_write_plain(w, aj_strf(aj_yaml_writer_scratch(w), "%" PRIu64, number));
}

static void write_text(struct aj_yaml_writer *w, const char *text)
{
    if (text != NULL)
        aj_yaml_write_string(w, text);
    else
        aj_yaml_write_plain(w, "null");
}

static void write_enum(struct aj_yaml_writer *w, const struct aj_field *field, uint64_t number)
{
    const char *name = aj_name_of(field->names, number);
    if (name != NULL)
        aj_yaml_write_string(w, name);
    else
        write_decimal(w, number);
}

static void write_flags(struct aj_yaml_writer *w, const struct aj_field *field, uint64_t flags)
{
    aj_yaml_write_seq(w, AJ_YAML_FLOW);
    for (const struct aj_name *name = field->names; name->name != NULL; name++) {
        if (name->value == 0 || (flags & name->value) != name->value)
            continue;
        aj_yaml_write_string(w, name->name);
        flags &= ~name->value;
    }
    if (flags != 0)
        write_hex(w, flags);
    aj_yaml_write_end_seq(w);
}

static void write_strings(struct aj_yaml_writer *w, const struct aj_field *field,
                          const char *const *strings, size_t count)
{
    aj_yaml_write_seq(w, style_of(field));
    for (size_t i = 0; i < count; i++)
        aj_yaml_write_string(w, strings[i]);
    aj_yaml_write_end_seq(w);
}

static void write_uints(struct aj_yaml_writer *w, const uint32_t *numbers, size_t count)
{
    aj_yaml_write_seq(w, AJ_YAML_FLOW);
    for (size_t i = 0; i < count; i++)
        write_decimal(w, numbers[i]);
    aj_yaml_write_end_seq(w);
}

static void write_intset(struct aj_yaml_writer *w, const struct aj_cpuset *set)
{
    if (aj_cpuset_empty(set)) {
        aj_yaml_write_seq(w, AJ_YAML_FLOW);
        aj_yaml_write_end_seq(w);
        return;
    }
    aj_yaml_write_plain(w, aj_cpuset_format(aj_yaml_writer_scratch(w), set));
}

static void write_array(struct aj_yaml_writer *w, const struct aj_field *field, const char *value)
{
    aj_yaml_write_seq(w, AJ_YAML_FLOW);
    for (size_t i = 0; i < field->array_len; i++)
        write_hex(w, aj_field_load(field->width, value + i * field->width));
    aj_yaml_write_end_seq(w);
}

static void write_struct(struct aj_yaml_writer *w, const struct aj_schema *schema,
                         const void *value, enum aj_yaml_style style);

static void write_many(struct aj_yaml_writer *w, const struct aj_field *field, const char *items,
                       size_t count)
{
    const enum aj_yaml_style style = style_of(field);
    if (field->kind == AJ_FIELD_MAP)
        aj_yaml_write_map(w, style);
    else
        aj_yaml_write_seq(w, style);
    for (size_t i = 0; i < count; i++) {
        const char *item = items + i * field->sub->size;
        if (field->kind == AJ_FIELD_MAP)
            aj_yaml_write_string(w, (const char *)aj_field_load_pointer(item));
        write_struct(w, field->sub, item, style);
    }
    if (field->kind == AJ_FIELD_MAP)
        aj_yaml_write_end_map(w);
    else
        aj_yaml_write_end_seq(w);
}

static void write_optional(struct aj_yaml_writer *w, const struct aj_field *field,
                           const void *value)
{
    if (value != NULL)
        write_struct(w, field->sub, value, style_of(field));
    else
        aj_yaml_write_plain(w, "null");
}

static void write_field(struct aj_yaml_writer *w, const struct aj_field *field, const void *owner)
{
    const void *value = aj_field_in(field, owner);
    struct aj_arena *scratch = aj_yaml_writer_scratch(w);
    switch (field->kind) {
    case AJ_FIELD_BOOL:
        aj_yaml_write_plain(w, aj_field_load(field->width, value) != 0 ? "true" : "false");
        break;
    case AJ_FIELD_UINT: write_decimal(w, aj_field_load(field->width, value)); break;
    case AJ_FIELD_ADDR: write_hex(w, aj_field_load(field->width, value)); break;
    case AJ_FIELD_SIZE:
        aj_yaml_write_plain(w, aj_format_size(scratch, aj_field_load(field->width, value)));
        break;
    case AJ_FIELD_DURATION:
        aj_yaml_write_plain(
            w, aj_format_duration(scratch, (int64_t)aj_field_load(field->width, value)));
        break;
    case AJ_FIELD_ENUM: write_enum(w, field, aj_field_load(field->width, value)); break;
    case AJ_FIELD_FLAGS: write_flags(w, field, aj_field_load(field->width, value)); break;
    case AJ_FIELD_STRING: write_text(w, (const char *)aj_field_load_pointer(value)); break;
    case AJ_FIELD_STRINGS:
        write_strings(w, field, (const char *const *)aj_field_load_pointer(value),
                      aj_field_count(field, owner));
        break;
    case AJ_FIELD_INTSET: write_intset(w, (const struct aj_cpuset *)value); break;
    case AJ_FIELD_UINTS:
        write_uints(w, (const uint32_t *)aj_field_load_pointer(value),
                    aj_field_count(field, owner));
        break;
    case AJ_FIELD_ARRAY: write_array(w, field, (const char *)value); break;
    case AJ_FIELD_STRUCT: write_struct(w, field->sub, value, style_of(field)); break;
    case AJ_FIELD_OPTIONAL: write_optional(w, field, aj_field_load_pointer(value)); break;
    case AJ_FIELD_LIST:
    case AJ_FIELD_MAP:
        write_many(w, field, (const char *)aj_field_load_pointer(value),
                   aj_field_count(field, owner));
        break;
    case AJ_FIELD_CUSTOM: field->custom->write(w, value, scratch); break;
    }
}

static void write_struct(struct aj_yaml_writer *w, const struct aj_schema *schema,
                         const void *value, enum aj_yaml_style style)
{
    aj_yaml_write_map(w, style);
    for (size_t i = 0; i < schema->fields_count; i++) {
        const struct aj_field *field = &schema->fields[i];
        const bool forced = (field->flags & (AJ_FIELD_REQUIRED | AJ_FIELD_ALWAYS)) != 0;
        if ((field->flags & AJ_FIELD_READ_ONLY) != 0 ||
            (!forced && aj_field_is_default(field, value)))
            continue;
        aj_yaml_write_string(w, field->key);
        write_field(w, field, value);
    }
    aj_yaml_write_end_map(w);
}

void aj_schema_write(struct aj_yaml_writer *w, const struct aj_schema *schema, const void *value)
{
    write_struct(w, schema, value, AJ_YAML_BLOCK);
}

void aj_schema_write_document(struct aj_buf *to, const char *head, const struct aj_schema *schema,
                              const void *value)
{
    while (head != NULL && *head != '\0') {
        const size_t len = strcspn(head, "\n");
        aj_buf_adds(to, len > 0 ? "# " : "#");
        aj_buf_add(to, head, len);
        aj_buf_adds(to, "\n");
        head += len + (head[len] == '\n');
    }
    struct aj_yaml_writer *w = aj_yaml_writer_open(to);
    aj_schema_write(w, schema, value);
    const bool written = aj_yaml_writer_close(w);
    assert(written);
}
