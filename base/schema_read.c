/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/schema_priv.h"

enum { LISTED_MAX = 24 }; /* names listed in a note */

char *aj_schema_path(struct aj_arena *arena, const struct aj_schema_place *place)
{
    if (place->up == NULL)
        return aj_strdup(arena, place->key != NULL ? place->key : "");
    const char *up = aj_schema_path(arena, place->up);
    if (place->key == NULL)
        return aj_strf(arena, "%s[%zu]", up, place->ix);
    return aj_strf(arena, up[0] == '\0' ? "%s%s" : "%s.%s", up, place->key);
}

enum aj_status aj_schema_at(const struct aj_schema_reader *r, const struct aj_schema_place *place,
                            enum aj_status status)
{
    const struct aj_mark mark = aj_arena_mark(r->cx->scratch);
    const char *path = aj_schema_path(r->cx->scratch, place);
    if (path[0] != '\0')
        aj_diag_path(r->cx, "%s", path);
    aj_arena_release(r->cx->scratch, mark);
    return status;
}

enum aj_status aj_schema_want(const struct aj_schema_reader *r, const struct aj_yaml *node,
                              const struct aj_schema_place *place, enum aj_yaml_kind kind,
                              const char *expected)
{
    static const char *const names[] = {
        [AJ_YAML_SCALAR] = "a text", [AJ_YAML_SEQ] = "a list", [AJ_YAML_MAP] = "a map"};
    if (node->kind == kind)
        return AJ_OK;
    return aj_schema_at(r, place,
                        aj_fail(r->cx, AJ_ERR_INPUT, "type", node->loc, "expected %s, not %s",
                                expected, names[node->kind]));
}

void aj_schema_suggest(const struct aj_schema_reader *r, const struct aj_name *table,
                       const char *word, const char *noun)
{
    const struct aj_mark mark = aj_arena_mark(r->cx->scratch);
    const char *nearest = aj_name_nearest(table, word);
    size_t count = 0;
    while (table[count].name != NULL)
        count++;
    if (nearest != NULL)
        aj_diag_hint(r->cx, "did you mean '%s'?", nearest);
    if (count > 0 && count <= LISTED_MAX)
        aj_diag_note(r->cx, AJ_NOWHERE, "%s: %s", noun, aj_names_list(r->cx->scratch, table));
    aj_arena_release(r->cx->scratch, mark);
}

static const struct aj_field *find_field(const struct aj_schema *schema, const char *key)
{
    for (size_t i = 0; i < schema->fields_count; i++)
        if (strcmp(schema->fields[i].key, key) == 0)
            return &schema->fields[i];
    return NULL;
}

static enum aj_status fail_unknown_key(const struct aj_schema_reader *r,
                                       const struct aj_schema *schema, const struct aj_yaml *key,
                                       const struct aj_schema_place *place)
{
    const struct aj_mark mark = aj_arena_mark(r->cx->scratch);
    struct aj_name *known = AJ_NEW_ARRAY(r->cx->scratch, struct aj_name, schema->fields_count + 1);
    size_t count = 0;
    for (size_t i = 0; i < schema->fields_count; i++)
        if ((schema->fields[i].flags & AJ_FIELD_READ_ONLY) == 0)
            known[count++].name = schema->fields[i].key;
    const enum aj_status status =
        aj_fail(r->cx, AJ_ERR_INPUT, "key-unknown", key->loc, "unknown key '%.*s' of the %s",
                AJ_SCHEMA_WORD_MAX, key->text, schema->what);
    aj_schema_suggest(r, known, key->text, "known keys");
    aj_arena_release(r->cx->scratch, mark);
    return aj_schema_at(r, place, status);
}

/* Are these two keys of one field? Customs may share an offset for other reasons. */
static bool same_field(const struct aj_field *a, const struct aj_field *b)
{
    return a->offset == b->offset && ((a->flags | b->flags) & AJ_FIELD_READ_ONLY) != 0 &&
           a->kind != AJ_FIELD_CUSTOM && b->kind != AJ_FIELD_CUSTOM;
}

/* Index of the key of `map` that gives `field` under any of its names, from..count - 1; or count. */
static size_t find_key(const struct aj_schema *schema, const struct aj_field *field,
                       const struct aj_yaml *map, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct aj_field *other = find_field(schema, map->keys[i]->text);
        if (other != NULL && (other == field || same_field(other, field)))
            return i;
    }
    return count;
}

static enum aj_status read_struct(const struct aj_schema_reader *r, const struct aj_schema *schema,
                                  const struct aj_yaml *node, const struct aj_schema_place *place,
                                  void *value, const char *name);

/* A list of structs from the items of a sequence or a map. */
static enum aj_status read_many(const struct aj_schema_reader *r, const struct aj_field *field,
                                const struct aj_yaml *node, const struct aj_schema_place *place,
                                void *owner)
{
    const bool map = field->kind == AJ_FIELD_MAP;
    const char *expected = map ? "a map from names to maps" : "a list of maps";
    enum aj_status status = AJ_OK;
    AJ_TRY(aj_schema_want(r, node, place, map ? AJ_YAML_MAP : AJ_YAML_SEQ, expected));
    char *items = (char *)aj_alloc_array(r->out, node->count, field->sub->size);
    for (size_t i = 0; i < node->count; i++) {
        const struct aj_schema_place below = {place, map ? node->keys[i]->text : NULL, i};
        status = aj_worse(status, read_struct(r, field->sub, node->items[i], &below,
                                              items + i * field->sub->size, below.key));
    }
    aj_field_store_pointer(aj_field_of(field, owner), items);
    aj_field_store_count(field, owner, node->count);
    return status;
}

static enum aj_status read_optional(const struct aj_schema_reader *r, const struct aj_field *field,
                                    const struct aj_yaml *node, const struct aj_schema_place *place,
                                    void *value)
{
    void *item = aj_alloc(r->out, field->sub->size);
    aj_field_store_pointer(value, item);
    return read_struct(r, field->sub, node, place, item, NULL);
}

static enum aj_status read_custom(const struct aj_schema_reader *r, const struct aj_field *field,
                                  const struct aj_yaml *node, const struct aj_schema_place *place,
                                  void *value)
{
    return field->custom->read(r->cx, node, aj_schema_path(r->out, place), r->out, value);
}

static enum aj_status read_field(const struct aj_schema_reader *r, const struct aj_field *field,
                                 const struct aj_yaml *node, const struct aj_schema_place *place,
                                 void *owner)
{
    void *value = aj_field_of(field, owner);
    switch (field->kind) {
    case AJ_FIELD_BOOL:
    case AJ_FIELD_UINT:
    case AJ_FIELD_ADDR:
    case AJ_FIELD_SIZE:
    case AJ_FIELD_DURATION:
    case AJ_FIELD_ENUM:
    case AJ_FIELD_FLAGS:
    case AJ_FIELD_STRING:
    case AJ_FIELD_STRINGS:
    case AJ_FIELD_INTSET:
    case AJ_FIELD_UINTS:
    case AJ_FIELD_ARRAY: return aj_schema_read_plain(r, field, node, place, owner);
    case AJ_FIELD_STRUCT: return read_struct(r, field->sub, node, place, value, NULL);
    case AJ_FIELD_OPTIONAL: return read_optional(r, field, node, place, value);
    case AJ_FIELD_LIST:
    case AJ_FIELD_MAP: return read_many(r, field, node, place, owner);
    case AJ_FIELD_CUSTOM: return read_custom(r, field, node, place, value);
    }
    return AJ_ERR_INTERNAL;
}

/* Reads pair `ix` of a map. */
static enum aj_status read_pair(const struct aj_schema_reader *r, const struct aj_schema *schema,
                                const struct aj_yaml *map, size_t ix,
                                const struct aj_schema_place *place, void *value)
{
    const struct aj_yaml *key = map->keys[ix];
    const struct aj_schema_place below = {place, key->text, 0};
    const struct aj_field *field = find_field(schema, key->text);
    if (field == NULL)
        return fail_unknown_key(r, schema, key, &below);
    const size_t first = find_key(schema, field, map, ix);
    if (first < ix) {
        const enum aj_status status =
            aj_fail(r->cx, AJ_ERR_INPUT, "key-twice", key->loc, "'%s' and '%s' mean the same",
                    map->keys[first]->text, key->text);
        aj_diag_note(r->cx, map->keys[first]->loc, "first here");
        return aj_schema_at(r, &below, status);
    }
    if (aj_yaml_is_null(map->items[ix]))
        return AJ_OK;
    return read_field(r, field, map->items[ix], &below, value);
}

static enum aj_status check_required(const struct aj_schema_reader *r,
                                     const struct aj_schema *schema, const struct aj_yaml *node,
                                     const struct aj_schema_place *place)
{
    const bool map = node->kind == AJ_YAML_MAP;
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < schema->fields_count; i++) {
        const struct aj_field *field = &schema->fields[i];
        if ((field->flags & AJ_FIELD_REQUIRED) == 0)
            continue;
        const size_t ix = map ? find_key(schema, field, node, node->count) : node->count;
        const bool given = map && ix < node->count;
        if (given && !aj_yaml_is_null(node->items[ix]))
            continue;
        const struct aj_schema_place below = {place, field->key, 0};
        const struct aj_loc loc = given ? node->items[ix]->loc : node->loc;
        const enum aj_status missing =
            aj_fail(r->cx, AJ_ERR_INPUT, "key-missing", loc,
                    given ? "'%s' of the %s needs a value" : "key '%s' of the %s is missing",
                    field->key, schema->what);
        status = aj_worse(status, aj_schema_at(r, &below, missing));
    }
    return status;
}

/* `name`: key of the struct in a map, or NULL. A null node stands for an empty map. */
static enum aj_status read_struct(const struct aj_schema_reader *r, const struct aj_schema *schema,
                                  const struct aj_yaml *node, const struct aj_schema_place *place,
                                  void *value, const char *name)
{
    enum aj_status status = AJ_OK;
    aj_schema_defaults(schema, value);
    if (name != NULL)
        aj_field_store_pointer(value, aj_strdup(r->out, name));
    if (schema->has_at)
        aj_field_store_pointer((char *)value + schema->at_offset, node);
    if (!aj_yaml_is_null(node)) {
        AJ_TRY(aj_schema_want(r, node, place, AJ_YAML_MAP, "a map"));
        for (size_t i = 0; i < node->count; i++)
            status = aj_worse(status, read_pair(r, schema, node, i, place, value));
    }
    status = aj_worse(status, check_required(r, schema, node, place));
    if (status == AJ_OK && schema->finish != NULL)
        status = schema->finish(r->cx, node, aj_schema_path(r->out, place), value);
    return status;
}

enum aj_status aj_schema_read(struct aj_ctx *cx, const struct aj_schema *schema,
                              const struct aj_yaml *node, const char *path, struct aj_arena *out,
                              void *value)
{
    const struct aj_schema_reader r = {cx, out};
    const struct aj_schema_place place = {NULL, path, 0};
    return read_struct(&r, schema, node, &place, value, NULL);
}
