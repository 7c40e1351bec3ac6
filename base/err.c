/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/err.h"

#include "base/buf.h"
#include "base/ctx.h"
#include "base/names.h"

#define PRINT_MAX 50 /* beyond this nobody reads on */

static const struct {
    int exit_code;
    const char *text;
} statuses[] = {
    [AJ_OK] = {0, "done"},
    [AJ_FINDINGS] = {1, "a check or a test found something wrong"},
    [AJ_ERR_USAGE] = {2, "the command line is not understood"},
    [AJ_ERR_INPUT] = {3, "an input is not valid"},
    [AJ_ERR_INFEASIBLE] = {4, "proved: no plan meets the requirements"},
    [AJ_ERR_LIMIT] = {5, "a limit was reached before a plan was found"},
    [AJ_ERR_TARGET] = {6, "the target cannot be reached or refuses"},
    [AJ_ERR_IO] = {7, "a file cannot be read or written"},
    [AJ_ERR_INTERNAL] = {70, "a bug of autojail, or out of memory"},
    [AJ_INTERRUPTED] = {130, "interrupted by the user"},
};

static const char *const severities[] = {
    [AJ_SEV_INFO] = "info",
    [AJ_SEV_WARNING] = "warning",
    [AJ_SEV_ERROR] = "error",
};

int aj_exit_code(enum aj_status status)
{
    return statuses[status].exit_code;
}

const char *aj_status_text(enum aj_status status)
{
    return statuses[status].text;
}

/* The newest record, NULL if there is none or it was not kept. */
static struct aj_diag *newest(struct aj_ctx *cx)
{
    return aj_diag_mark(cx) == 0 || aj_diag_mark(cx) > AJ_DIAGS_MAX
               ? NULL
               : &cx->diags[cx->diags_count - 1];
}

/* `loc` with a name that lives as long as the record. Neighbours mostly share their file. */
static struct aj_loc keep_loc(struct aj_ctx *cx, struct aj_loc loc)
{
    const struct aj_diag *last = cx->diags_count > 0 ? &cx->diags[cx->diags_count - 1] : NULL;
    if (loc.file == NULL)
        return loc;
    if (last != NULL && last->loc.file != NULL && strcmp(last->loc.file, loc.file) == 0)
        loc.file = last->loc.file;
    else
        loc.file = aj_strdup(cx->diag_arena, loc.file);
    return loc;
}

AJ_PRINTF(3, 0)
static void record(struct aj_ctx *cx, struct aj_diag diag, const char *fmt, va_list args)
{
    cx->diags_of[diag.severity]++;
    cx->diags_last[diag.status] = aj_diag_mark(cx);
    if (cx->diags_count == AJ_DIAGS_MAX)
        return;
    diag.msg = aj_vstrf(cx->diag_arena, fmt, args);
    diag.loc = keep_loc(cx, diag.loc);
    if (cx->diags_count == cx->diags_cap)
        cx->diags = aj_vec_grow(cx->diag_arena, cx->diags, &cx->diags_cap, sizeof *cx->diags);
    cx->diags[cx->diags_count++] = diag;
}

enum aj_status aj_fail_at(struct aj_ctx *cx, enum aj_status status, const char *id,
                          struct aj_loc loc, const char *src_file, int src_line, const char *fmt,
                          ...)
{
    va_list args;
    va_start(args, fmt);
    const struct aj_diag diag = {.status = status,
                                 .severity = AJ_SEV_ERROR,
                                 .id = id,
                                 .loc = loc,
                                 .src_file = src_file,
                                 .src_line = src_line};
    record(cx, diag, fmt, args);
    va_end(args);
    return status;
}

void aj_warn(struct aj_ctx *cx, const char *id, struct aj_loc loc, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    record(cx, (struct aj_diag){.severity = AJ_SEV_WARNING, .id = id, .loc = loc}, fmt, args);
    va_end(args);
}

void aj_info(struct aj_ctx *cx, const char *id, struct aj_loc loc, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    record(cx, (struct aj_diag){.severity = AJ_SEV_INFO, .id = id, .loc = loc}, fmt, args);
    va_end(args);
}

void aj_diag_path(struct aj_ctx *cx, const char *fmt, ...)
{
    struct aj_diag *diag = newest(cx);
    if (diag == NULL)
        return;
    va_list args;
    va_start(args, fmt);
    diag->path = aj_vstrf(cx->diag_arena, fmt, args);
    va_end(args);
}

void aj_diag_hint(struct aj_ctx *cx, const char *fmt, ...)
{
    struct aj_diag *diag = newest(cx);
    if (diag == NULL)
        return;
    va_list args;
    va_start(args, fmt);
    diag->hint = aj_vstrf(cx->diag_arena, fmt, args);
    va_end(args);
}

void aj_diag_note(struct aj_ctx *cx, struct aj_loc loc, const char *fmt, ...)
{
    struct aj_diag *diag = newest(cx);
    if (diag == NULL)
        return;
    if (diag->notes_count == diag->notes_cap)
        diag->notes =
            aj_vec_grow(cx->diag_arena, diag->notes, &diag->notes_cap, sizeof *diag->notes);
    va_list args;
    va_start(args, fmt);
    diag->notes[diag->notes_count++] =
        (struct aj_diag_note){keep_loc(cx, loc), aj_vstrf(cx->diag_arena, fmt, args)};
    va_end(args);
}

size_t aj_diag_mark(const struct aj_ctx *cx)
{
    size_t count = 0;
    for (size_t i = 0; i < AJ_SEVERITIES; i++)
        count += cx->diags_of[i];
    return count;
}

enum aj_status aj_diag_since(const struct aj_ctx *cx, size_t mark)
{
    size_t status = AJ_STATUSES - 1;
    while (status > AJ_OK && cx->diags_last[status] <= mark)
        status--;
    return (enum aj_status)status;
}

size_t aj_diag_count(const struct aj_ctx *cx, enum aj_severity severity)
{
    return cx->diags_of[severity];
}

void aj_diag_suggest(struct aj_ctx *cx, const struct aj_name *table, const char *word,
                     const char *nouns)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const char *nearest = aj_name_nearest(table, word);
    if (nearest != NULL)
        aj_diag_hint(cx, "did you mean '%s'?", nearest);
    else if (table[0].name != NULL)
        aj_diag_hint(cx, "%s: %s", nouns, aj_names_list(cx->scratch, table));
    aj_arena_release(cx->scratch, mark);
}

/* "file:line:col: ", as much of it as is known. */
static void add_loc(struct aj_buf *to, struct aj_loc loc, const char *nowhere)
{
    if (loc.file == NULL) {
        aj_buf_adds(to, nowhere);
        return;
    }
    aj_buf_add_visible(to, loc.file);
    if (loc.line != 0)
        aj_buf_addf(to, ":%u", (unsigned)loc.line);
    if (loc.line != 0 && loc.col != 0)
        aj_buf_addf(to, ":%u", (unsigned)loc.col);
    const bool ends = loc.line == 0 && to->data[to->len - 1] == ':'; /* as "local:" does */
    aj_buf_adds(to, ends ? " " : ": ");
}

static void add_diag(struct aj_buf *to, const struct aj_diag *diag)
{
    add_loc(to, diag->loc, "autojail: ");
    aj_buf_addf(to, "%s[%s]: ", severities[diag->severity], diag->id);
    if (diag->path != NULL) {
        aj_buf_add_visible(to, diag->path);
        aj_buf_adds(to, ": ");
    }
    aj_buf_add_visible(to, diag->msg);
    aj_buf_adds(to, "\n");
    for (size_t i = 0; i < diag->notes_count; i++) {
        aj_buf_adds(to, "  note: ");
        add_loc(to, diag->notes[i].loc, "");
        aj_buf_add_visible(to, diag->notes[i].msg);
        aj_buf_adds(to, "\n");
    }
    if (diag->hint != NULL) {
        aj_buf_adds(to, "  hint: ");
        aj_buf_add_visible(to, diag->hint);
        aj_buf_adds(to, "\n");
    }
}

/* "12 more (errors: 10)": what there is beyond the first `shown` records; nothing if nothing. */
static void add_more(struct aj_buf *to, const struct aj_ctx *cx, size_t shown)
{
    size_t errors = aj_diag_count(cx, AJ_SEV_ERROR);
    for (size_t i = 0; i < shown; i++)
        errors -= cx->diags[i].severity == AJ_SEV_ERROR;
    if (aj_diag_mark(cx) > shown)
        aj_buf_addf(to, "%zu more (errors: %zu)", aj_diag_mark(cx) - shown, errors);
}

void aj_diag_print(const struct aj_ctx *cx, FILE *to, enum aj_diag_detail detail)
{
    struct aj_buf text = {0}, more = {0};
    const size_t shown = cx->diags_count < PRINT_MAX ? cx->diags_count : PRINT_MAX;
    for (size_t i = 0; i < shown; i++) {
        const struct aj_diag *diag = &cx->diags[i];
        add_diag(&text, diag);
        if (detail == AJ_DIAG_SOURCE && diag->src_file != NULL)
            aj_buf_addf(&text, "  recorded at %s:%d\n", diag->src_file, diag->src_line);
    }
    add_more(&more, cx, shown);
    if (more.len > 0)
        aj_buf_addf(&text, "... and %s\n", aj_buf_text(&more));
    fputs(aj_buf_text(&text), to);
    aj_buf_free(&more);
    aj_buf_free(&text);
}

/* ,"key": "text", nothing for NULL */
static void add_json_member(struct aj_buf *to, const char *key, const char *text)
{
    if (text == NULL)
        return;
    aj_buf_addf(to, ", \"%s\": ", key);
    aj_buf_add_json(to, text);
}

static void add_json_loc(struct aj_buf *to, struct aj_loc loc)
{
    if (loc.file == NULL)
        return;
    add_json_member(to, "file", loc.file);
    if (loc.line != 0)
        aj_buf_addf(to, ", \"line\": %u", (unsigned)loc.line);
    if (loc.line != 0 && loc.col != 0)
        aj_buf_addf(to, ", \"col\": %u", (unsigned)loc.col);
}

static void add_json_diag(struct aj_buf *to, const struct aj_diag *diag)
{
    aj_buf_addf(to, "{\"severity\": \"%s\", \"id\": \"%s\"", severities[diag->severity], diag->id);
    add_json_loc(to, diag->loc);
    add_json_member(to, "path", diag->path);
    add_json_member(to, "message", diag->msg);
    add_json_member(to, "hint", diag->hint);
    for (size_t i = 0; i < diag->notes_count; i++) {
        aj_buf_adds(to, i == 0 ? ", \"notes\": [{\"message\": " : ", {\"message\": ");
        aj_buf_add_json(to, diag->notes[i].msg);
        add_json_loc(to, diag->notes[i].loc);
        aj_buf_adds(to, "}");
    }
    aj_buf_adds(to, diag->notes_count > 0 ? "]}" : "}");
}

void aj_diag_print_json(const struct aj_ctx *cx, FILE *to)
{
    struct aj_buf text = {0}, more = {0};
    aj_buf_adds(&text, "[");
    for (size_t i = 0; i < cx->diags_count; i++) {
        aj_buf_adds(&text, i == 0 ? "\n" : ",\n");
        add_json_diag(&text, &cx->diags[i]);
    }
    add_more(&more, cx, cx->diags_count);
    if (more.len > 0) {
        aj_buf_adds(&text, ",\n");
        add_json_diag(&text, &(struct aj_diag){.id = "diag-limit", .msg = aj_buf_text(&more)});
    }
    aj_buf_adds(&text, cx->diags_count > 0 ? "\n]\n" : "]\n");
    fputs(aj_buf_text(&text), to);
    aj_buf_free(&more);
    aj_buf_free(&text);
}
