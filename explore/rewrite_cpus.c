/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/units.h"
#include "explore/rewrite_priv.h"
#include "model/requirements.h"

/* "2-3", "{count: 2, together: l2}" */
static const char *value_text(const struct rewrite *r, const struct model_cpu_request *cpus)
{
    struct aj_buf block = {NULL, 0, 0}, text = {NULL, 0, 0};
    struct aj_yaml_writer *w = aj_yaml_writer_open(&block);
    model_cpu_request_field.write(w, cpus, r->arena);
    const bool written = aj_yaml_writer_close(w);
    const char *line = written ? aj_buf_text(&block) : "";
    const bool map = strchr(line, ':') != NULL; /* a key on each line */
    aj_buf_adds(&text, map ? "{" : "");
    for (const char *gap = ""; *line != '\0'; gap = ", ") {
        const size_t length = strcspn(line, "\n");
        aj_buf_addf(&text, "%s%.*s", gap, (int)length, line);
        line += length + (line[length] == '\n');
    }
    aj_buf_adds(&text, map ? "}" : "");
    const char *copy = aj_strdup(r->arena, aj_buf_text(&text));
    aj_buf_free(&block);
    aj_buf_free(&text);
    return copy;
}

/* Behind the bracket that ends what begins at `at`; `size` if there is none. */
static size_t flow_end(const struct rewrite *r, size_t at)
{
    size_t depth = 0;
    for (; at < r->size; at++) {
        const char c = r->text[at];
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        if (depth == 0)
            return at + 1;
    }
    return r->size;
}

/* Behind the last line of a block that is indented further than its key. */
static size_t block_end(const struct rewrite *r, const struct aj_yaml *key)
{
    const size_t from = rewrite_line_of(key) + 1;
    size_t line = from;
    for (; line < r->lines_count; line++) {
        const struct rewrite_line *l = &r->lines[line];
        size_t at = l->start;
        while (at < l->end && r->text[at] == ' ')
            at++;
        if (at < l->end && r->text[at] != '#' && at - l->start < key->loc.col)
            break;
    }
    line = rewrite_content_end(r, from, line);
    return line > from ? r->lines[line - 1].end : 0;
}

/* The value of `cpus:` at `key`. */
static enum aj_status replace(struct rewrite *r, const struct aj_yaml *key,
                              const struct aj_yaml *value, const char *text)
{
    struct rewrite_edit edit = {rewrite_offset(r, value), 0, text};
    if (rewrite_line_of(value) != rewrite_line_of(key)) {
        edit.start = rewrite_offset(r, key) + strlen(key->text) + 1;
        edit.end = block_end(r, key);
        edit.text = aj_strf(r->arena, " %s", text);
    } else if (rewrite_is_flow(r, value)) {
        edit.end = flow_end(r, edit.start);
    } else if (value->kind == AJ_YAML_SCALAR) {
        edit.end = edit.start + strlen(value->text) + (value->quoted ? 2 : 0);
    }
    if (edit.end <= edit.start || edit.end > r->size)
        return rewrite_refuse(r, value, "the CPUs stand in an unusual form");
    AJ_PUSH(r->arena, &r->edits, edit);
    return AJ_OK;
}

/* As the guest's first key. */
static enum aj_status add(struct rewrite *r, const struct aj_yaml *guest, const char *text)
{
    const size_t at = rewrite_offset(r, guest);
    struct rewrite_edit edit = {at, at, NULL};
    if (guest->kind != AJ_YAML_MAP || guest->count == 0)
        return rewrite_refuse(r, guest, "the guest says nothing");
    if (rewrite_is_flow(r, guest)) {
        edit.start = edit.end = at + 1;
        edit.text = aj_strf(r->arena, "cpus: %s, ", text);
    } else {
        edit.text = aj_strf(r->arena, "cpus: %s%s%*s", text, r->line_break,
                            (int)guest->keys[0]->loc.col - 1, "");
    }
    AJ_PUSH(r->arena, &r->edits, edit);
    return AJ_OK;
}

enum aj_status rewrite_cpus(struct rewrite *r)
{
    const struct aj_yaml *guests = aj_yaml_get(r->doc, "guests");
    for (size_t i = 0; i < r->what->cpus_count; i++) {
        const struct explore_cell_wish *wish = &r->what->cpus[i];
        const struct aj_yaml *guest = aj_yaml_get(guests, wish->key);
        const char *text = value_text(r, &wish->cpus);
        const struct aj_yaml *key = NULL;
        size_t k = 0;
        while (guest != NULL && guest->kind == AJ_YAML_MAP && k < guest->count && key == NULL) {
            key = strcmp(guest->keys[k]->text, "cpus") == 0 ? guest->keys[k] : NULL;
            k++;
        }
        if (guest == NULL)
            return rewrite_refuse(r, r->doc, "the guest stands elsewhere");
        AJ_TRY(key != NULL ? replace(r, key, guest->items[k - 1], text) : add(r, guest, text));
    }
    return AJ_OK;
}
