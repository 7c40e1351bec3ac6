/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Errors as data: one status, one kind of diagnostic record, one table of exit codes.
 * Diagnostics are recorded in the context (base/ctx.h) and printed by cli/ alone.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/base.h"

struct aj_ctx;
struct aj_name;

/* The order is the order of gravity: a stage that met several errors returns the greatest. */
enum aj_status {
    AJ_OK,
    AJ_FINDINGS,       /* a check or a test found something wrong */
    AJ_ERR_USAGE,      /* the command line */
    AJ_ERR_INPUT,      /* a file, a blob or an answer of a target */
    AJ_ERR_INFEASIBLE, /* proved: no plan meets the requirements */
    AJ_ERR_LIMIT,      /* a limit was reached before there was a plan */
    AJ_ERR_TARGET,     /* the target cannot be reached or refuses */
    AJ_ERR_IO,         /* a file of ours cannot be read or written */
    AJ_ERR_INTERNAL,   /* a bug of autojail */
    AJ_INTERRUPTED,
};

/* The graver of two: what to return when one failure does not keep the next thing from being done. */
static inline enum aj_status aj_worse(enum aj_status a, enum aj_status b)
{
    return a > b ? a : b;
}

/* The process exit code of a status: the table that `autojail help exit-codes` prints. */
int aj_exit_code(enum aj_status status);
/* One line that says what the exit code of `status` means. */
const char *aj_status_text(enum aj_status status);

/* A place in an input. line and col are 1-based, col counts bytes; 0 = unknown; file NULL = none. */
struct aj_loc {
    const char *file;
    uint32_t line, col;
};
#define AJ_NOWHERE ((struct aj_loc){NULL, 0, 0})

/* A place that is a whole file. */
static inline struct aj_loc aj_loc_file(const char *file)
{
    return (struct aj_loc){file, 0, 0};
}

enum aj_severity { AJ_SEV_INFO, AJ_SEV_WARNING, AJ_SEV_ERROR };

enum {
    AJ_STATUSES = AJ_INTERRUPTED + 1,
    AJ_SEVERITIES = AJ_SEV_ERROR + 1,
    AJ_DIAGS_MAX = 1000, /* records kept: a hostile input causes any number of them */
};

struct aj_diag_note {
    struct aj_loc loc;
    const char *msg;
};

struct aj_diag {
    enum aj_status status; /* AJ_OK for info and warning */
    enum aj_severity severity;
    const char *id; /* stable kebab-case word, listed in base/diag_ids.h */
    struct aj_loc loc;
    const char *path; /* names the value, e.g. "guests.plc.cpus", or NULL */
    const char *msg;
    const char *hint;           /* one line that says what to do, or NULL */
    struct aj_diag_note *notes; /* notes[notes_count] */
    size_t notes_count, notes_cap;
    const char *src_file; /* where in autojail's own source it was recorded */
    int src_line;
};

/*
 * Records an error and returns `status`, so that message, position and code cannot separate; there
 * is no other way to fail. `id` must outlive the context; the text and `loc.file` are copied.
 */
#define aj_fail(cx, status, id, loc, ...) \
    aj_fail_at((cx), (status), (id), (loc), __FILE__, __LINE__, __VA_ARGS__)
enum aj_status aj_fail_at(struct aj_ctx *cx, enum aj_status status, const char *id,
                          struct aj_loc loc, const char *src_file, int src_line, const char *fmt,
                          ...) AJ_PRINTF(7, 8);

/* Record a warning or an information: the run goes on and its status is not touched. */
void aj_warn(struct aj_ctx *cx, const char *id, struct aj_loc loc, const char *fmt, ...)
    AJ_PRINTF(4, 5);
void aj_info(struct aj_ctx *cx, const char *id, struct aj_loc loc, const char *fmt, ...)
    AJ_PRINTF(4, 5);

/* Add to the newest record, if it is kept: the value's path, the one hint, a further position. */
void aj_diag_path(struct aj_ctx *cx, const char *fmt, ...) AJ_PRINTF(2, 3);
void aj_diag_hint(struct aj_ctx *cx, const char *fmt, ...) AJ_PRINTF(2, 3);
/*
 * The hint for a word that none of `table` (base/names.h) is: "did you mean 'x'?" if one is much like
 * it, else "`nouns`: a, b or c"; none for an empty table.
 */
void aj_diag_suggest(struct aj_ctx *cx, const struct aj_name *table, const char *word,
                     const char *nouns);
void aj_diag_note(struct aj_ctx *cx, struct aj_loc loc, const char *fmt, ...) AJ_PRINTF(3, 4);

/*
 * Collecting: take a mark, go on after failures, ask at the end. aj_diag_since returns the gravest
 * status recorded since `mark`, AJ_OK if there was none.
 */
size_t aj_diag_mark(const struct aj_ctx *cx);
enum aj_status aj_diag_since(const struct aj_ctx *cx, size_t mark);
/* Records of `severity` so far, kept or not. */
size_t aj_diag_count(const struct aj_ctx *cx, enum aj_severity severity);

enum aj_diag_detail {
    AJ_DIAG_PLAIN,
    AJ_DIAG_SOURCE, /* also the source line of autojail that recorded it */
};
/*
 * Prints the records in order, `file:line:col: error[id]: text`, notes and hint indented below.
 * After 50 records the rest is counted only.
 */
void aj_diag_print(const struct aj_ctx *cx, FILE *to, enum aj_diag_detail detail);
/* One JSON array of all records kept, at its end an info "diag-limit" if there were more. */
void aj_diag_print_json(const struct aj_ctx *cx, FILE *to);

#endif
