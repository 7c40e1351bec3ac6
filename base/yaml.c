/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/yaml.h"

#include <yaml.h>

enum {
    BYTES_MAX = 64 << 20,
    DEPTH_MAX = 64,
    NODES_MAX = 1000000,
    ANCHORS_MAX = 1024,
    WORD_MAX = 60, /* bytes of the input repeated in a message */
};

/* A character of the input. libyaml counts characters, positions count bytes: see place_step. */
struct place {
    size_t index, offset, line_start; /* in characters; in bytes; in bytes */
    uint32_t line;
};

struct anchor {
    const char *name;
    const struct aj_yaml *node;
    size_t nodes;    /* in the tree below, aliases expanded */
    uint32_t height; /* collections below each other; 0: a scalar */
};

struct reader {
    struct aj_ctx *cx;
    struct aj_arena *out;
    const char *file;
    const char *text; /* the input without byte order mark */
    size_t size;
    yaml_parser_t parser;
    struct place place;
    AJ_VEC(struct anchor) anchors;
    size_t nodes; /* so far, aliases expanded */
};

static size_t char_size(char first)
{
    const uint8_t byte = (uint8_t)first;
    return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

static void place_step(struct reader *r)
{
    struct place *p = &r->place;
    const char c = r->text[p->offset];
    const bool crlf = c == '\r' && p->offset + 1 < r->size && r->text[p->offset + 1] == '\n';
    p->offset += char_size(c);
    if (p->offset > r->size)
        p->offset = r->size;
    p->index++;
    if (c == '\n' || (c == '\r' && !crlf)) {
        p->line++;
        p->line_start = p->offset;
    }
}

static void place_rewind(struct reader *r)
{
    r->place = (struct place){.line = 1};
}

static struct aj_loc place_loc(const struct reader *r)
{
    const struct place *p = &r->place;
    return (struct aj_loc){r->file, p->line, (uint32_t)(p->offset - p->line_start) + 1};
}

/* The one place where libyaml's positions become ours. Marks mostly come in order. */
static struct aj_loc mark_loc(struct reader *r, yaml_mark_t mark)
{
    if (mark.index < r->place.index)
        place_rewind(r);
    while (r->place.index < mark.index && r->place.offset < r->size)
        place_step(r);
    return place_loc(r);
}

static struct aj_loc offset_loc(struct reader *r, size_t offset)
{
    place_rewind(r);
    while (r->place.offset < offset && r->place.offset < r->size)
        place_step(r);
    return place_loc(r);
}

static bool tab_indents(const struct reader *r)
{
    const char *line = r->text + r->place.line_start;
    const size_t left = r->size - r->place.line_start;
    for (size_t i = 0; i < left && (line[i] == ' ' || line[i] == '\t'); i++)
        if (line[i] == '\t')
            return true;
    return false;
}

/* `&root.console` without quotes, at r->place: an anchor or alias for YAML, a reference for us. */
static void fail_reference(struct reader *r, struct aj_loc loc)
{
    const char *word = r->text + r->place.offset;
    const size_t left = r->size - r->place.offset;
    size_t len = 0;
    while (len < left && (uint8_t)word[len] > ' ' && strchr("\"#,]}", word[len]) == NULL)
        len++;
    const int shown = len < WORD_MAX ? (int)len : WORD_MAX;
    (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-syntax", loc, "%.*s without quotes is %s for YAML",
                  shown, word, word[0] == '&' ? "an anchor" : "an alias");
    aj_diag_hint(r->cx, "quote it: \"%.*s\"", shown, word);
}

static void hint_syntax(struct reader *r, const char *problem)
{
    const size_t at = r->place.offset;
    if (tab_indents(r))
        aj_diag_hint(r->cx, "YAML indents with blanks, not tabs");
    else if (strcmp(problem, "found character that cannot start any token") == 0 && at < r->size &&
             r->text[at] > ' ')
        aj_diag_hint(r->cx, "a text that begins with %c needs quotes", r->text[at]);
    else if (strcmp(problem, "mapping values are not allowed in this context") == 0)
        aj_diag_hint(r->cx, "a text with ': ' in it needs quotes");
}

static void fail_syntax(struct reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem != NULL ? p->problem : "out of memory";
    const char *context = p->context;
    if (p->error == YAML_READER_ERROR) {
        (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-syntax", offset_loc(r, p->problem_offset), "%s",
                      problem);
        aj_diag_hint(r->cx, "the file must be plain UTF-8 text");
        return;
    }
    if (context != NULL && (strcmp(context, "while scanning an anchor") == 0 ||
                            strcmp(context, "while scanning an alias") == 0)) {
        const struct aj_loc loc = mark_loc(r, p->context_mark);
        fail_reference(r, loc);
        return;
    }
    const struct aj_loc loc = mark_loc(r, p->problem_mark);
    (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-syntax", loc, "%s", problem);
    hint_syntax(r, problem);
    if (context != NULL && p->context_mark.index != p->problem_mark.index)
        aj_diag_note(r->cx, mark_loc(r, p->context_mark), "%s", context);
}

static bool next_event(struct reader *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event))
        return true;
    fail_syntax(r);
    return false;
}

static bool count_nodes(struct reader *r, struct aj_loc loc, size_t nodes, size_t depth)
{
    r->nodes += nodes;
    if (r->nodes > NODES_MAX)
        (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-limit", loc, "more than %d values", NODES_MAX);
    else if (depth > DEPTH_MAX)
        (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-limit", loc, "nested deeper than %d", DEPTH_MAX);
    else
        return true;
    return false;
}

static const struct anchor *anchor_find(const struct reader *r, const char *name)
{
    for (size_t i = r->anchors.count; i-- > 0;)
        if (strcmp(r->anchors.items[i].name, name) == 0)
            return &r->anchors.items[i];
    return NULL;
}

static bool anchor_add(struct reader *r, const struct anchor *anchor, struct aj_loc loc)
{
    if (r->anchors.count == ANCHORS_MAX) {
        (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-limit", loc, "more than %d anchors", ANCHORS_MAX);
        return false;
    }
    AJ_PUSH(r->out, &r->anchors, *anchor);
    return true;
}

static bool read_alias(struct reader *r, const char *name, size_t depth, struct aj_yaml *node,
                       uint32_t *height)
{
    const struct anchor *anchor = anchor_find(r, name);
    if (anchor == NULL) {
        (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-alias", node->loc,
                      "alias *%.*s has no anchor before it", WORD_MAX, name);
        aj_diag_hint(r->cx, "a text that begins with * needs quotes");
        node->text = "";
        return true; /* the rest of the file can be read */
    }
    if (!count_nodes(r, node->loc, anchor->nodes, depth + anchor->height - 1))
        return false;
    const struct aj_loc loc = node->loc;
    *node = *anchor->node;
    node->loc = loc;
    node->text_col = 0;
    *height = anchor->height;
    return true;
}

/* At r->place the scalar begins, with its quote if it has one. */
static void find_text(const struct reader *r, size_t len, struct aj_yaml *node)
{
    const size_t quote = node->quoted ? 1 : 0;
    const size_t at = r->place.offset + quote;
    if (at <= r->size && len <= r->size - at && memcmp(r->text + at, node->text, len) == 0 &&
        memchr(node->text, '\n', len) == NULL)
        node->text_col = node->loc.col + (uint32_t)quote;
}

static bool read_scalar(struct reader *r, const yaml_event_t *event, struct aj_yaml *node)
{
    const char *text = (const char *)event->data.scalar.value;
    const size_t len = event->data.scalar.length;
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->text = aj_strndup(r->out, text, len);
    find_text(r, len, node);
    if (memchr(text, '\0', len) != NULL)
        (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-syntax", node->loc, "a text cannot hold a NUL");
    else if (event->data.scalar.anchor != NULL && len == 0 && !node->quoted)
        fail_reference(r, node->loc);
    return count_nodes(r, node->loc, 1, 0);
}

static const struct aj_yaml *read_node(struct reader *r, yaml_event_t *event, size_t depth,
                                       uint32_t *height);

static bool read_seq(struct reader *r, struct aj_yaml *node, size_t depth, uint32_t *height)
{
    AJ_VEC(const struct aj_yaml *) items = {0};
    uint32_t highest = 0;
    for (;;) {
        yaml_event_t event;
        if (!next_event(r, &event))
            return false;
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            break;
        }
        uint32_t item_height;
        const struct aj_yaml *item = read_node(r, &event, depth + 1, &item_height);
        if (item == NULL)
            return false;
        highest = item_height > highest ? item_height : highest;
        AJ_PUSH(r->out, &items, item);
    }
    node->kind = AJ_YAML_SEQ;
    node->count = items.count;
    node->items = items.items;
    *height = highest + 1;
    return true;
}

struct key {
    const char *text;
    size_t ix;
};

static int key_compare(const void *left, const void *right)
{
    const struct key *a = (const struct key *)left;
    const struct key *b = (const struct key *)right;
    const int order = strcmp(a->text, b->text);
    return order != 0 ? order : a->ix < b->ix ? -1 : a->ix > b->ix;
}

/* By sorting, so that a hostile map costs no more than n log n. */
static void check_duplicates(struct reader *r, const struct aj_yaml *map)
{
    const struct aj_mark mark = aj_arena_mark(r->cx->scratch);
    struct key *sorted = AJ_NEW_ARRAY(r->cx->scratch, struct key, map->count);
    for (size_t i = 0; i < map->count; i++)
        sorted[i] = (struct key){map->keys[i]->text, i};
    qsort(sorted, map->count, sizeof *sorted, key_compare);
    size_t first = 0;
    for (size_t i = 1; i < map->count; i++) {
        if (strcmp(sorted[i].text, sorted[first].text) != 0) {
            first = i;
            continue;
        }
        (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-duplicate-key", map->keys[sorted[i].ix]->loc,
                      "key '%.*s' stands twice in one map", WORD_MAX, sorted[i].text);
        aj_diag_note(r->cx, map->keys[sorted[first].ix]->loc, "first here");
    }
    aj_arena_release(r->cx->scratch, mark);
}

static bool key_ok(struct reader *r, const struct aj_yaml *key)
{
    if (key->kind == AJ_YAML_SCALAR && (key->quoted || key->text[0] != '\0'))
        return true;
    (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-key", key->loc, "a key must be a word, not %s",
                  key->kind == AJ_YAML_SCALAR ? "empty"
                  : key->kind == AJ_YAML_SEQ  ? "a list"
                                              : "a map");
    return false;
}

static bool read_map(struct reader *r, struct aj_yaml *node, size_t depth, uint32_t *height)
{
    AJ_VEC(const struct aj_yaml *) keys = {0}, items = {0};
    uint32_t highest = 0;
    for (;;) {
        yaml_event_t event;
        if (!next_event(r, &event))
            return false;
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            break;
        }
        uint32_t key_height, item_height;
        const struct aj_yaml *key = read_node(r, &event, depth + 1, &key_height);
        if (key == NULL || !next_event(r, &event))
            return false;
        const struct aj_yaml *item = read_node(r, &event, depth + 1, &item_height);
        if (item == NULL)
            return false;
        if (!key_ok(r, key))
            continue;
        highest = item_height > highest ? item_height : highest;
        AJ_PUSH(r->out, &keys, key);
        AJ_PUSH(r->out, &items, item);
    }
    node->kind = AJ_YAML_MAP;
    node->count = items.count;
    node->keys = keys.items;
    node->items = items.items;
    *height = highest + 1;
    check_duplicates(r, node);
    return true;
}

/* Anchor and tag of an event, both may be NULL. */
static void event_names(const yaml_event_t *event, const yaml_char_t **anchor,
                        const yaml_char_t **tag)
{
    *anchor = *tag = NULL;
    if (event->type == YAML_SCALAR_EVENT) {
        *anchor = event->data.scalar.anchor;
        *tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        *anchor = event->data.sequence_start.anchor;
        *tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        *anchor = event->data.mapping_start.anchor;
        *tag = event->data.mapping_start.tag;
    }
}

/* Consumes `event` and those up to the end of the node; NULL after a diagnostic ends the parse. */
static const struct aj_yaml *read_node(struct reader *r, yaml_event_t *event, size_t depth,
                                       uint32_t *height)
{
    struct aj_yaml *node = AJ_NEW(r->out, struct aj_yaml);
    node->loc = mark_loc(r, event->start_mark);
    const yaml_event_type_t type = event->type;
    const size_t nodes_before = r->nodes;
    const yaml_char_t *anchor, *tag;
    event_names(event, &anchor, &tag);
    const char *name = anchor != NULL ? aj_strdup(r->out, (const char *)anchor) : NULL;
    if (tag != NULL) {
        (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-tag", node->loc, "tags have no meaning here");
        aj_diag_hint(r->cx, "leave the tag out; quote a text that looks like a number");
    }
    bool ok = true;
    *height = 0;
    if (type == YAML_ALIAS_EVENT)
        ok = read_alias(r, (const char *)event->data.alias.anchor, depth, node, height);
    else if (type == YAML_SCALAR_EVENT)
        ok = read_scalar(r, event, node);
    else
        ok = count_nodes(r, node->loc, 1, depth);
    yaml_event_delete(event);
    if (ok && type == YAML_SEQUENCE_START_EVENT)
        ok = read_seq(r, node, depth, height);
    else if (ok && type == YAML_MAPPING_START_EVENT)
        ok = read_map(r, node, depth, height);
    if (ok && name != NULL)
        ok = anchor_add(r, &(struct anchor){name, node, r->nodes - nodes_before, *height},
                        node->loc);
    return ok ? node : NULL;
}

/* Skips events up to the first of `type` or `other`; whichever came is left in `event`. */
static bool skip_to(struct reader *r, yaml_event_type_t type, yaml_event_type_t other,
                    yaml_event_t *event)
{
    for (;;) {
        if (!next_event(r, event))
            return false;
        if (event->type == type || event->type == other)
            return true;
        yaml_event_delete(event);
    }
}

static void read_document(struct reader *r, const struct aj_yaml **doc)
{
    yaml_event_t event;
    const struct aj_yaml *root = NULL;
    if (!skip_to(r, YAML_DOCUMENT_START_EVENT, YAML_STREAM_END_EVENT, &event))
        return;
    const bool content = event.type == YAML_DOCUMENT_START_EVENT;
    yaml_event_delete(&event);
    if (content) {
        uint32_t height;
        if (!next_event(r, &event) || (root = read_node(r, &event, 1, &height)) == NULL ||
            !skip_to(r, YAML_DOCUMENT_START_EVENT, YAML_STREAM_END_EVENT, &event))
            return;
        if (event.type == YAML_DOCUMENT_START_EVENT)
            (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-second-document",
                          mark_loc(r, event.start_mark), "a second document begins");
        yaml_event_delete(&event);
    }
    const struct aj_loc begin = {r->file, 1, 1};
    if (root == NULL || (aj_yaml_is_null(root) && root->text[0] == '\0'))
        (void)aj_fail(r->cx, AJ_ERR_INPUT, "yaml-empty", begin, "the file has no content");
    *doc = root;
}

enum aj_status aj_yaml_parse(struct aj_ctx *cx, const char *name, const void *bytes, size_t size,
                             struct aj_arena *out, const struct aj_yaml **doc)
{
    static const char byte_order_mark[] = {'\xef', '\xbb', '\xbf'};
    const struct aj_loc file = {aj_strdup(out, name), 0, 0};
    const size_t diags = aj_diag_mark(cx);
    struct reader r = {.cx = cx, .out = out, .file = file.file, .text = bytes, .size = size};
    const struct aj_yaml *root = NULL;
    if (size > BYTES_MAX)
        return aj_fail(cx, AJ_ERR_INPUT, "yaml-limit", file, "larger than %d bytes", BYTES_MAX);
    if (size >= sizeof byte_order_mark &&
        memcmp(bytes, byte_order_mark, sizeof byte_order_mark) == 0) {
        r.text += sizeof byte_order_mark;
        r.size -= sizeof byte_order_mark;
    }
    place_rewind(&r);
    if (!yaml_parser_initialize(&r.parser))
        return aj_fail(cx, AJ_ERR_INPUT, "yaml-limit", file, "out of memory");
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)r.text, r.size);
    read_document(&r, &root);
    yaml_parser_delete(&r.parser);
    const enum aj_status status = aj_diag_since(cx, diags);
    if (status == AJ_OK)
        *doc = root;
    return status;
}

const struct aj_yaml *aj_yaml_get(const struct aj_yaml *map, const char *key)
{
    if (map == NULL || map->kind != AJ_YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->keys[i]->text, key) == 0)
            return map->items[i];
    return NULL;
}

struct aj_loc aj_yaml_loc(const struct aj_yaml *map, const char *key)
{
    const struct aj_yaml *value = aj_yaml_get(map, key);
    return value != NULL ? value->loc : map != NULL ? map->loc : AJ_NOWHERE;
}

struct aj_loc aj_yaml_text_loc(const struct aj_yaml *scalar, size_t at)
{
    struct aj_loc loc = scalar->loc;
    if (scalar->text_col != 0)
        loc.col = scalar->text_col + (uint32_t)at;
    return loc;
}

bool aj_yaml_is_null(const struct aj_yaml *node)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    if (node->kind != AJ_YAML_SCALAR || node->quoted)
        return false;
    for (size_t i = 0; i < AJ_COUNT(nulls); i++)
        if (strcmp(node->text, nulls[i]) == 0)
            return true;
    return false;
}
