/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/rewrite.h"

#include "explore/rewrite_priv.h"

enum aj_status rewrite_refuse(const struct rewrite *r, const struct aj_yaml *at, const char *why)
{
    const enum aj_status status = aj_fail(r->cx, AJ_ERR_INPUT, "rewrite-form", at->loc,
                                          "what was learned cannot be written here: %s", why);
    aj_diag_hint(r->cx,
                 "write each constraint below 'constraints:', on lines of its own that begin "
                 "with '- '");
    return status;
}

/* Lines, as positions of nodes count them */

static size_t break_size(const struct rewrite *r, size_t at)
{
    if (r->text[at] == '\n')
        return 1;
    if (r->text[at] != '\r')
        return 0;
    return at + 1 < r->size && r->text[at + 1] == '\n' ? 2 : 1;
}

static void split(struct rewrite *r)
{
    size_t count = 1;
    for (size_t i = 0; i < r->size; i++)
        count += r->text[i] == '\n' || r->text[i] == '\r';
    r->lines = AJ_NEW_ARRAY(r->arena, struct rewrite_line, count);
    r->line_break = "\n";
    for (size_t at = 0; at < r->size;) {
        struct rewrite_line *line = &r->lines[r->lines_count++];
        line->start = line->end = at;
        while (line->end < r->size && break_size(r, line->end) == 0)
            line->end++;
        line->next = line->end < r->size ? line->end + break_size(r, line->end) : line->end;
        if (line->next - line->end == 2)
            r->line_break = "\r\n";
        at = line->next;
    }
}

/* The first character of the line that is no blank, '\0' if there is none or it is a comment. */
static char first_char(const struct rewrite *r, size_t line, size_t *column)
{
    const struct rewrite_line *l = &r->lines[line];
    size_t at = l->start;
    while (at < l->end && (r->text[at] == ' ' || r->text[at] == '\t'))
        at++;
    *column = at - l->start;
    return at < l->end && r->text[at] != '#' ? r->text[at] : '\0';
}

size_t rewrite_content_end(const struct rewrite *r, size_t from, size_t end)
{
    size_t column;
    while (end > from && first_char(r, end - 1, &column) == '\0')
        end--;
    return end;
}

/* Does the line end the document? */
static bool is_end(const struct rewrite *r, size_t line)
{
    const struct rewrite_line *l = &r->lines[line];
    return l->end - l->start >= 3 && memcmp(r->text + l->start, "...", 3) == 0;
}

static size_t document_end(const struct rewrite *r)
{
    const size_t last = rewrite_content_end(r, 0, r->lines_count);
    return last > 0 && is_end(r, last - 1) ? last - 1 : r->lines_count;
}

/* Where things stand */

size_t rewrite_line_of(const struct aj_yaml *node)
{
    return node->loc.line > 0 ? node->loc.line - 1 : 0;
}

bool explore_rewrite_is_learned(const struct model_constraint *constraint)
{
    return constraint->because != NULL &&
           strncmp(constraint->because, EXPLORE_DECIDED, strlen(EXPLORE_DECIDED)) == 0;
}

/* The line and column of the '-' before an item; false if there is none. */
static bool find_dash(const struct rewrite *r, const struct aj_yaml *item, size_t above,
                      size_t *line, size_t *column)
{
    for (size_t at = rewrite_line_of(item) + 1; at > above + 1; at--) {
        *line = at - 1;
        const char c = first_char(r, *line, column);
        if (c == '-')
            return true;
        if (c != '\0' && *line != rewrite_line_of(item))
            return false;
    }
    return false;
}

static enum aj_status edit_list(struct rewrite *r, const struct aj_yaml *key,
                                const struct aj_yaml *list, size_t end)
{
    for (size_t i = list->count; i-- > 0;) {
        size_t line, column;
        if (!find_dash(r, list->items[i], rewrite_line_of(key), &line, &column))
            return rewrite_refuse(r, list->items[i],
                                  "it does not begin with '- ' on a line of its own");
        const size_t content = rewrite_content_end(r, line, end);
        if (i + 1 == list->count)
            r->insert_at = content;
        for (size_t k = line; k < content && explore_rewrite_is_learned(&r->req->constraints[i]);
             k++)
            r->lines[k].gone = true;
        r->indent = column;
        end = line;
    }
    return AJ_OK;
}

/* Bytes of an empty list or a null that is written out; 0 if it is none. */
static size_t nothing_size(const struct rewrite *r, const struct aj_yaml *value, size_t at)
{
    if (value->kind == AJ_YAML_SCALAR)
        return strlen(value->text);
    for (size_t end = at + 1; end < r->size; end++) {
        if (r->text[end] == ']')
            return end + 1 - at;
        if (r->text[end] != ' ')
            break;
    }
    return 0;
}

static enum aj_status edit_nothing(struct rewrite *r, const struct aj_yaml *key,
                                   const struct aj_yaml *value, size_t count)
{
    const bool written = value->kind != AJ_YAML_SCALAR || value->text[0] != '\0';
    const struct rewrite_line *line = &r->lines[rewrite_line_of(written ? value : key)];
    const size_t at = line->start + value->loc.col - 1;
    r->indent = key->loc.col + 1;
    r->insert_at = rewrite_line_of(written ? value : key) + 1;
    if (!written || count == 0)
        return AJ_OK;
    const size_t size = at < line->end ? nothing_size(r, value, at) : 0;
    if (size == 0 || size > line->end - at)
        return rewrite_refuse(r, value, "an empty list of this form");
    const struct rewrite_edit cut = {at, at + size, ""};
    AJ_PUSH(r->arena, &r->edits, cut);
    return AJ_OK;
}

size_t rewrite_offset(const struct rewrite *r, const struct aj_yaml *node)
{
    const size_t line = rewrite_line_of(node);
    const size_t at =
        line < r->lines_count && node->loc.col > 0 ? r->lines[line].start + node->loc.col - 1 : 0;
    return line < r->lines_count && at < r->size ? at : r->size;
}

bool rewrite_is_flow(const struct rewrite *r, const struct aj_yaml *node)
{
    const size_t at = rewrite_offset(r, node);
    return at < r->size && (r->text[at] == '{' || r->text[at] == '[');
}

static enum aj_status edit_key(struct rewrite *r, size_t ix, size_t count)
{
    const struct aj_yaml *key = r->doc->keys[ix], *value = r->doc->items[ix];
    size_t column;
    size_t end = document_end(r);
    if (ix + 1 < r->doc->count && rewrite_line_of(r->doc->keys[ix + 1]) < end)
        end = rewrite_line_of(r->doc->keys[ix + 1]);
    if (first_char(r, rewrite_line_of(key), &column) == '?')
        return rewrite_refuse(r, key, "a key with '?' before it");
    if (value->kind != AJ_YAML_SEQ || value->count == 0)
        return edit_nothing(r, key, value, count);
    if (rewrite_is_flow(r, value))
        return rewrite_refuse(r, value, "the list stands in brackets");
    return edit_list(r, key, value, end);
}

static void add_key(struct rewrite *r, size_t count)
{
    const size_t end = document_end(r);
    const size_t indent = r->doc->count > 0 ? r->doc->keys[0]->loc.col - 1 : 0;
    size_t column;
    r->insert_at = end;
    r->indent = indent + 2;
    if (count == 0)
        return;
    const bool apart = end > 0 && first_char(r, end - 1, &column) != '\0';
    r->before = aj_strf(r->arena, "%s%*sconstraints:%s", apart ? r->line_break : "", (int)indent,
                        "", r->line_break);
}

static enum aj_status find_edits(struct rewrite *r, size_t count)
{
    if (r->doc->kind != AJ_YAML_MAP || rewrite_is_flow(r, r->doc))
        return rewrite_refuse(r, r->doc, "the document stands in braces");
    for (size_t i = 0; i < r->doc->count; i++)
        if (strcmp(r->doc->keys[i]->text, "constraints") == 0)
            return edit_key(r, i, count);
    add_key(r, count);
    return AJ_OK;
}

/* The new text */

static void add_entry(const struct rewrite *r, const struct model_constraint *constraint,
                      struct aj_buf *to)
{
    struct aj_buf entry = {NULL, 0, 0};
    struct aj_yaml_writer *w = aj_yaml_writer_open(&entry);
    model_constraint_write(w, constraint);
    const bool written = aj_yaml_writer_close(w);
    const char *text = written ? aj_buf_text(&entry) : "";
    for (const char *lead = "- "; *text != '\0'; lead = "  ") {
        const size_t length = strcspn(text, "\n");
        aj_buf_addf(to, "%*s%s", (int)r->indent, "", lead);
        aj_buf_add(to, text, length);
        aj_buf_adds(to, r->line_break);
        text += length + (text[length] == '\n');
    }
    aj_buf_free(&entry);
}

static int by_start(const void *a, const void *b)
{
    const struct rewrite_edit *x = a, *y = b;
    return (x->start > y->start) - (x->start < y->start);
}

/* Bytes [start, end) with the edits that begin there; one may end further on. */
static void add_bytes(const struct rewrite *r, size_t start, size_t end, struct aj_buf *to)
{
    size_t at = start;
    for (size_t i = 0; i < r->edits.count; i++) {
        const struct rewrite_edit *edit = &r->edits.items[i];
        if (edit->end < at || edit->start >= end)
            continue;
        if (edit->start >= at) {
            aj_buf_add(to, r->text + at, edit->start - at);
            aj_buf_adds(to, edit->text);
        }
        at = edit->end > at ? edit->end : at;
    }
    if (at < end)
        aj_buf_add(to, r->text + at, end - at);
}

static void compose(const struct rewrite *r, struct aj_buf *to)
{
    const size_t count = r->what->learned_count;
    if (r->edits.count > 0)
        qsort(r->edits.items, r->edits.count, sizeof *r->edits.items, by_start);
    for (size_t i = 0; i <= r->lines_count; i++) {
        if (i == r->insert_at && count > 0) {
            const bool open =
                to->len > 0 && to->data[to->len - 1] != '\n' && to->data[to->len - 1] != '\r';
            aj_buf_adds(to, open ? r->line_break : "");
            aj_buf_adds(to, r->before != NULL ? r->before : "");
            for (size_t k = 0; k < count; k++)
                add_entry(r, &r->what->learned[k], to);
        }
        if (i < r->lines_count && !r->lines[i].gone)
            add_bytes(r, r->lines[i].start, r->lines[i].next, to);
    }
}

/* What the new text is to say. */
static struct model_requirements wanted(const struct rewrite *r)
{
    const struct explore_rewrite *what = r->what;
    struct model_requirements req = *r->req;
    struct model_constraint *list = AJ_NEW_ARRAY(r->arena, struct model_constraint,
                                                 req.constraints_count + what->learned_count);
    struct model_cell_request *guests =
        aj_memdup(r->arena, req.guests, req.guests_count * sizeof *guests);
    req.constraints = list;
    req.constraints_count = 0;
    for (size_t i = 0; i < r->req->constraints_count; i++)
        if (!explore_rewrite_is_learned(&r->req->constraints[i]))
            list[req.constraints_count++] = r->req->constraints[i];
    for (size_t i = 0; i < what->learned_count; i++)
        list[req.constraints_count++] = what->learned[i];
    req.guests = guests;
    for (size_t i = 0; i < what->cpus_count; i++)
        for (size_t k = 0; k < req.guests_count; k++)
            if (strcmp(guests[k].key, what->cpus[i].key) == 0)
                guests[k].cpus = what->cpus[i].cpus;
    return req;
}

static bool says_what_is_wanted(const struct rewrite *r, const struct aj_buf *to)
{
    struct aj_ctx quiet = {.scratch = r->cx->scratch, .diag_arena = r->arena};
    const struct model_requirements want = wanted(r), *read;
    const struct aj_yaml *doc;
    return aj_yaml_parse(&quiet, "cells.yml", aj_buf_text(to), to->len, r->arena, &doc) == AJ_OK &&
           model_requirements_read(&quiet, doc, r->arena, &read) == AJ_OK &&
           aj_schema_equal(&model_requirements_schema, read, &want);
}

static enum aj_status rewrite(struct rewrite *r, struct aj_buf *to)
{
    AJ_TRY(aj_yaml_parse(r->cx, r->what->name, r->text, r->size, r->arena, &r->doc));
    AJ_TRY(model_requirements_read(r->cx, r->doc, r->arena, &r->req));
    split(r);
    AJ_TRY(find_edits(r, r->what->learned_count));
    AJ_TRY(rewrite_cpus(r));
    compose(r, to);
    if (says_what_is_wanted(r, to))
        return AJ_OK;
    return rewrite_refuse(r, r->doc, "the text would say something else");
}

enum aj_status explore_rewrite_cells(struct aj_ctx *cx, const struct explore_rewrite *what,
                                     struct aj_buf *to)
{
    struct aj_arena *arena = aj_arena_open();
    struct rewrite r = {.cx = cx,
                        .arena = arena,
                        .what = what,
                        .text = (const char *)what->text.data,
                        .size = what->text.size};
    struct aj_buf written = {NULL, 0, 0};
    const enum aj_status status = rewrite(&r, &written);
    if (status == AJ_OK)
        aj_buf_add(to, written.data, written.len);
    aj_buf_free(&written);
    aj_arena_close(arena);
    return status;
}
