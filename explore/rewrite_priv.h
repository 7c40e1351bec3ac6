/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A text while it is rewritten: what goes, and what comes in its place.
 */
#ifndef EXPLORE_REWRITE_PRIV_H
#define EXPLORE_REWRITE_PRIV_H

#include "explore/rewrite.h"

/* A line of the text: [start, end) without its break, which ends before `next`. */
struct rewrite_line {
    size_t start, end, next;
    bool gone;
};

/* Bytes [start, end) become `text`. */
struct rewrite_edit {
    size_t start, end;
    const char *text;
};

struct rewrite {
    struct aj_ctx *cx;
    struct aj_arena *arena;
    const struct explore_rewrite *what;
    const char *text;
    size_t size;
    const char *line_break;
    struct rewrite_line *lines;
    size_t lines_count;
    const struct aj_yaml *doc;
    const struct model_requirements *req;
    AJ_VEC(struct rewrite_edit) edits; /* apart from each other, ascending when they are made */
    size_t insert_at;                  /* line before which the new entries stand */
    size_t indent;                     /* columns before their '-' */
    const char *before;                /* what stands before them, if `constraints` is new */
};

/* Fails with "rewrite-form". */
enum aj_status rewrite_refuse(const struct rewrite *r, const struct aj_yaml *at, const char *why);
/* Index of the node's line. */
size_t rewrite_line_of(const struct aj_yaml *node);
/* Offset of its first byte; `size` if there is none. */
size_t rewrite_offset(const struct rewrite *r, const struct aj_yaml *node);
bool rewrite_is_flow(const struct rewrite *r, const struct aj_yaml *node);
/* The line behind the last one before `end` that says anything. */
size_t rewrite_content_end(const struct rewrite *r, size_t from, size_t end);

/* The edits by which guests ask for what->cpus. */
AJ_NODISCARD enum aj_status rewrite_cpus(struct rewrite *r);

#endif
