/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <strings.h>

#include "base/schema_priv.h"
#include "base/units.h"

enum { UINTS_MAX = 65536 };

/* A value, its field and where it stands: what every reader below needs. */
struct target {
    const struct aj_schema_reader *r;
    const struct aj_field *field;
    const struct aj_schema_place *place;
    const struct aj_yaml *node; /* the scalar read now */
};

/* Part of a scalar's text. */
struct word {
    const char *text;
    size_t at; /* its first byte in the scalar */
};

/* What the value, and an item of it if it is a list, must be: for messages. */
static const struct {
    const char *value, *item;
} expected[] = {
    [AJ_FIELD_BOOL] = {"true or false", NULL},
    [AJ_FIELD_UINT] = {"a number such as 10 or 0x1f", NULL},
    [AJ_FIELD_ADDR] = {"an address such as 0x80000000", NULL},
    [AJ_FIELD_SIZE] = {"a size such as 4096 or 16 MiB", NULL},
    [AJ_FIELD_DURATION] = {"a duration such as 100 us", NULL},
    [AJ_FIELD_ENUM] = {"a name", NULL},
    [AJ_FIELD_FLAGS] = {"a list of names", "a name"},
    [AJ_FIELD_STRING] = {"a text", NULL},
    [AJ_FIELD_STRINGS] = {"a list of texts", "a text"},
    [AJ_FIELD_INTSET] = {"numbers such as 0,2-4", "numbers such as 3 or 2-4"},
    [AJ_FIELD_UINTS] = {"numbers such as 0,2-4", "numbers such as 3 or 2-4"},
    [AJ_FIELD_ARRAY] = {"a list of numbers", "a number such as 10 or 0x1f"},
};

/* What the scalar of `t` must be. */
static const char *expected_text(const struct target *t)
{
    const bool item = t->place->key == NULL && expected[t->field->kind].item != NULL;
    return item ? expected[t->field->kind].item : expected[t->field->kind].value;
}

static uint64_t greatest(const struct aj_field *field)
{
    if (field->kind == AJ_FIELD_INTSET)
        return field->max != 0 && field->max < AJ_CPU_MAX ? field->max : AJ_CPU_MAX - 1;
    if (field->max != 0)
        return field->max;
    if (field->kind == AJ_FIELD_UINTS)
        return UINT32_MAX;
    if (field->kind == AJ_FIELD_DURATION)
        return INT64_MAX;
    return UINT64_MAX >> (64 - 8 * field->width);
}

static const char *format(struct aj_arena *arena, enum aj_field_kind kind, uint64_t value)
{
    if (kind == AJ_FIELD_SIZE)
        return aj_format_size(arena, value);
    if (kind == AJ_FIELD_DURATION)
        return aj_format_duration(arena, (int64_t)value);
    if (kind == AJ_FIELD_ADDR || kind == AJ_FIELD_ARRAY || kind == AJ_FIELD_FLAGS)
        return aj_format_hex(arena, value);
    return aj_strf(arena, "%" PRIu64, value);
}

static enum aj_status fail_range(const struct target *t, struct word word)
{
    struct aj_arena *scratch = t->r->cx->scratch;
    const struct aj_mark mark = aj_arena_mark(scratch);
    const size_t len = strcspn(word.text, ",");
    const int shown = len < AJ_SCHEMA_WORD_MAX ? (int)len : AJ_SCHEMA_WORD_MAX;
    const enum aj_status status =
        aj_fail(t->r->cx, AJ_ERR_INPUT, "range", aj_yaml_text_loc(t->node, word.at),
                "%.*s is too large, at most %s is allowed", shown, word.text,
                format(scratch, t->field->kind, greatest(t->field)));
    aj_arena_release(scratch, mark);
    return aj_schema_at(t->r, t->place, status);
}

static enum aj_status fail_number(const struct target *t, struct word word,
                                  struct aj_units_result result)
{
    struct aj_ctx *cx = t->r->cx;
    const struct aj_loc loc = aj_yaml_text_loc(t->node, word.at + result.at);
    if (result.why == AJ_UNITS_RANGE)
        return fail_range(t, word);
    if (word.text[0] == '-')
        return aj_schema_at(t->r, t->place,
                            aj_fail(cx, AJ_ERR_INPUT, "number", loc, "'%.*s' is negative",
                                    AJ_SCHEMA_WORD_MAX, word.text));
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "number", loc, "'%.*s' %s, expected %s", AJ_SCHEMA_WORD_MAX,
                word.text, aj_units_why_text(result.why), expected_text(t));
    const size_t len = strlen(word.text);
    if (len > 0 && word.text[len - 1] == ',')
        aj_diag_hint(cx, "leave out the comma at the end");
    return aj_schema_at(t->r, t->place, status);
}

static enum aj_status read_number(const struct target *t, struct word word, uint64_t *number)
{
    struct aj_units_result result;
    uint64_t value = 0;
    int64_t ns = 0;
    if (t->field->kind == AJ_FIELD_SIZE) {
        result = aj_parse_size(word.text, &value);
    } else if (t->field->kind == AJ_FIELD_DURATION) {
        result = aj_parse_duration(word.text, &ns);
        value = (uint64_t)ns;
    } else {
        result = aj_parse_u64(word.text, &value);
    }
    if (result.why != AJ_UNITS_OK)
        return fail_number(t, word, result);
    const bool def = t->field->kind != AJ_FIELD_UINTS && value == aj_field_def(t->field);
    if (value > greatest(t->field) && !def)
        return fail_range(t, word);
    *number = value;
    return AJ_OK;
}

static enum aj_status fail_name(const struct target *t, struct word word)
{
    const char *prefix = t->field->names_prefix != NULL ? t->field->names_prefix : "";
    const size_t len = strlen(prefix);
    const size_t skip = strncasecmp(word.text, prefix, len) == 0 ? len : 0;
    const enum aj_status status =
        aj_fail(t->r->cx, AJ_ERR_INPUT, "name-unknown", aj_yaml_text_loc(t->node, word.at),
                "unknown name '%.*s'", AJ_SCHEMA_WORD_MAX, word.text);
    aj_schema_suggest(t->r, t->field->names, word.text + skip, "known names");
    return aj_schema_at(t->r, t->place, status);
}

/* A name of the table, or a number. */
static enum aj_status read_name(const struct target *t, struct word word, uint64_t *number)
{
    const struct aj_field *field = t->field;
    const struct aj_name *name = aj_name_find(field->names, field->names_prefix, word.text);
    if (name != NULL && name->value > greatest(field))
        return fail_range(t, word);
    if (name != NULL) {
        *number = name->value;
        return AJ_OK;
    }
    if (word.text[0] >= '0' && word.text[0] <= '9')
        return read_number(t, word, number);
    return fail_name(t, word);
}

static enum aj_status read_bool(const struct target *t, struct word word, uint64_t *number)
{
    static const struct aj_name names[] = {{1, "true"}, {1, "yes"}, {1, "on"}, {0, "false"},
                                           {0, "no"},   {0, "off"}, {0, NULL}};
    const struct aj_name *name = aj_name_find(names, NULL, word.text);
    if (name == NULL)
        return aj_schema_at(t->r, t->place,
                            aj_fail(t->r->cx, AJ_ERR_INPUT, "type", t->node->loc,
                                    "'%.*s' is not %s", AJ_SCHEMA_WORD_MAX, word.text,
                                    expected_text(t)));
    *number = name->value;
    return AJ_OK;
}

/* The words of a scalar's text, one at a time. */
struct words {
    const char *text;
    size_t len, from; /* where the next word begins; beyond `len` after the last */
    char *word;       /* the word taken last; room for all of `text` */
};

static struct words words_of(const struct target *t)
{
    const size_t len = strlen(t->node->text);
    return (struct words){t->node->text, len, 0, aj_alloc(t->r->cx->scratch, len + 1)};
}

/* Takes the next word up to `separator`, blanks around it dropped. It is gone with the next one. */
static bool next_word(struct words *words, char separator, struct word *word)
{
    const char *text = words->text;
    if (words->from > words->len)
        return false;
    const char *stop = memchr(text + words->from, separator, words->len - words->from);
    size_t begin = words->from, end = stop != NULL ? (size_t)(stop - text) : words->len;
    words->from = end + 1;
    while (begin < end && text[begin] == ' ')
        begin++;
    while (end > begin && text[end - 1] == ' ')
        end--;
    memcpy(words->word, text + begin, end - begin);
    words->word[end - begin] = '\0';
    *word = (struct word){words->word, begin};
    return true;
}

static enum aj_status read_flags(const struct target *t, uint64_t *flags)
{
    const struct aj_mark mark = aj_arena_mark(t->r->cx->scratch);
    enum aj_status status = AJ_OK;
    struct words words = words_of(t);
    struct word word;
    while (next_word(&words, '|', &word)) {
        uint64_t bits = 0;
        status = aj_worse(status, read_name(t, word, &bits));
        *flags |= bits;
    }
    aj_arena_release(t->r->cx->scratch, mark);
    return status;
}

static enum aj_status read_intset(const struct target *t, struct aj_cpuset *set)
{
    const struct word word = {t->node->text, 0};
    struct aj_cpuset part = {0};
    const struct aj_units_result result =
        aj_parse_intset(word.text, (uint32_t)greatest(t->field) + 1, &part);
    if (result.why == AJ_UNITS_RANGE)
        return fail_range(t, (struct word){word.text + result.at, result.at});
    if (result.why != AJ_UNITS_OK)
        return fail_number(t, word, result);
    aj_cpuset_or(set, &part);
    return AJ_OK;
}

struct uints {
    uint32_t *items;
    size_t count, cap;
    bool full; /* there were too many, which was said */
};

/* "3" or "2-4". */
static enum aj_status read_span(const struct target *t, struct word word, struct uints *to)
{
    const char *dash = strchr(word.text, '-');
    uint64_t first = 0, last = 0;
    if (dash == NULL || dash == word.text) {
        AJ_TRY(read_number(t, word, &first));
        last = first;
    } else {
        const size_t len = (size_t)(dash - word.text);
        const struct aj_mark mark = aj_arena_mark(t->r->cx->scratch);
        const struct word low = {aj_strndup(t->r->cx->scratch, word.text, len), word.at};
        const struct word high = {dash + 1, word.at + len + 1};
        const enum aj_status status = read_number(t, low, &first);
        aj_arena_release(t->r->cx->scratch, mark);
        AJ_TRY(status);
        AJ_TRY(read_number(t, high, &last));
        if (last < first)
            return fail_number(t, word, (struct aj_units_result){AJ_UNITS_ORDER, len + 1});
    }
    if (last - first >= UINTS_MAX - to->count) {
        to->full = true;
        return aj_schema_at(t->r, t->place,
                            aj_fail(t->r->cx, AJ_ERR_INPUT, "range", t->node->loc,
                                    "more than %d numbers", UINTS_MAX));
    }
    for (uint64_t i = first; i <= last; i++)
        AJ_PUSH(t->r->out, to, (uint32_t)i);
    return AJ_OK;
}

static enum aj_status read_uints(const struct target *t, struct uints *to)
{
    enum aj_status status = AJ_OK;
    const struct aj_mark mark = aj_arena_mark(t->r->cx->scratch);
    struct words words = words_of(t);
    struct word word;
    while (!to->full && next_word(&words, ',', &word))
        status = aj_worse(status, read_span(t, word, to));
    aj_arena_release(t->r->cx->scratch, mark);
    return status;
}

/* What the items of a list, or the one scalar in its place, add up to. */
struct sum {
    uint64_t flags;
    struct aj_cpuset set;
    struct uints uints;
    AJ_VEC(const char *) strings;
};

static enum aj_status add_item(const struct target *t, struct sum *sum)
{
    if (t->field->kind == AJ_FIELD_FLAGS)
        return read_flags(t, &sum->flags);
    if (t->field->kind == AJ_FIELD_INTSET)
        return read_intset(t, &sum->set);
    if (t->field->kind == AJ_FIELD_UINTS)
        return read_uints(t, &sum->uints);
    AJ_PUSH(t->r->out, &sum->strings, aj_strdup(t->r->out, t->node->text));
    return AJ_OK;
}

static enum aj_status want_scalar(const struct target *t)
{
    AJ_TRY(aj_schema_want(t->r, t->node, t->place, AJ_YAML_SCALAR, expected_text(t)));
    if (!aj_yaml_is_null(t->node))
        return AJ_OK;
    return aj_schema_at(
        t->r, t->place,
        aj_fail(t->r->cx, AJ_ERR_INPUT, "type", t->node->loc, "an empty item in a list"));
}

static enum aj_status read_items(const struct target *t, struct sum *sum)
{
    const bool list = t->node->kind == AJ_YAML_SEQ;
    const size_t count = list ? t->node->count : 1;
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < count; i++) {
        const struct aj_schema_place below = {t->place, NULL, i};
        const struct target item = {t->r, t->field, list ? &below : t->place,
                                    list ? t->node->items[i] : t->node};
        enum aj_status read = want_scalar(&item);
        if (read == AJ_OK)
            read = add_item(&item, sum);
        status = aj_worse(status, read);
    }
    return status;
}

/* FLAGS, INTSET, UINTS, STRINGS: a list, or one scalar in its place. */
static enum aj_status read_list(const struct target *t, void *owner)
{
    struct sum sum = {0};
    void *value = aj_field_of(t->field, owner);
    AJ_TRY(read_items(t, &sum));
    if (t->field->kind == AJ_FIELD_FLAGS) {
        aj_field_store(t->field->width, value, sum.flags);
    } else if (t->field->kind == AJ_FIELD_INTSET) {
        memcpy(value, &sum.set, sizeof sum.set);
    } else if (t->field->kind == AJ_FIELD_UINTS) {
        aj_field_store_pointer(value, sum.uints.items);
        aj_field_store_count(t->field, owner, sum.uints.count);
    } else {
        aj_field_store_pointer(value, sum.strings.items);
        aj_field_store_count(t->field, owner, sum.strings.count);
    }
    return AJ_OK;
}

static enum aj_status read_array(const struct target *t, char *value)
{
    enum aj_status status = AJ_OK;
    AJ_TRY(aj_schema_want(t->r, t->node, t->place, AJ_YAML_SEQ, expected_text(t)));
    if (t->node->count > t->field->array_len)
        return aj_schema_at(t->r, t->place,
                            aj_fail(t->r->cx, AJ_ERR_INPUT, "range", t->node->loc,
                                    "%zu numbers, at most %zu are allowed", t->node->count,
                                    t->field->array_len));
    for (size_t i = 0; i < t->node->count; i++) {
        const struct aj_schema_place below = {t->place, NULL, i};
        const struct target item = {t->r, t->field, &below, t->node->items[i]};
        uint64_t number = 0;
        enum aj_status read = want_scalar(&item);
        if (read == AJ_OK)
            read = read_number(&item, (struct word){item.node->text, 0}, &number);
        if (read == AJ_OK)
            aj_field_store(t->field->width, value + i * t->field->width, number);
        status = aj_worse(status, read);
    }
    return status;
}

static enum aj_status read_scalar(const struct target *t, void *value)
{
    const struct word word = {t->node->text, 0};
    uint64_t number = 0;
    AJ_TRY(want_scalar(t));
    if (t->field->kind == AJ_FIELD_STRING) {
        aj_field_store_pointer(value, aj_strdup(t->r->out, word.text));
        return AJ_OK;
    }
    if (t->field->kind == AJ_FIELD_BOOL)
        AJ_TRY(read_bool(t, word, &number));
    else if (t->field->kind == AJ_FIELD_ENUM)
        AJ_TRY(read_name(t, word, &number));
    else
        AJ_TRY(read_number(t, word, &number));
    aj_field_store(t->field->width, value, number);
    return AJ_OK;
}

enum aj_status aj_schema_read_plain(const struct aj_schema_reader *r, const struct aj_field *field,
                                    const struct aj_yaml *node, const struct aj_schema_place *place,
                                    void *owner)
{
    const struct target t = {r, field, place, node};
    if (field->kind == AJ_FIELD_ARRAY)
        return read_array(&t, (char *)aj_field_of(field, owner));
    if (field->kind == AJ_FIELD_FLAGS || field->kind == AJ_FIELD_INTSET ||
        field->kind == AJ_FIELD_UINTS || field->kind == AJ_FIELD_STRINGS)
        return read_list(&t, owner);
    return read_scalar(&t, aj_field_of(field, owner));
}
