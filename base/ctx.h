/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The context: first parameter of whatever can fail, log or needs scratch memory. It stands where
 * other programs have global variables.
 */
#ifndef BASE_CTX_H
#define BASE_CTX_H

#include "base/arena.h"
#include "base/base.h"
#include "base/err.h"

enum aj_log_level { AJ_LOG_ERROR, AJ_LOG_WARN, AJ_LOG_INFO, AJ_LOG_DEBUG };

struct aj_ctx {
    struct aj_arena *scratch;    /* temporaries, between aj_arena_mark and aj_arena_release */
    struct aj_arena *diag_arena; /* texts of the diagnostics */
    struct aj_diag *diags;       /* diags[diags_count], oldest first; the first AJ_DIAGS_MAX */
    size_t diags_count, diags_cap;
    size_t diags_of[AJ_SEVERITIES]; /* how many there were, kept or not */
    size_t diags_last[AJ_STATUSES]; /* number of the newest with that status, from 1; 0: none */
    enum aj_log_level log_level;
    FILE *log_to;               /* stderr, or NULL for silence */
    const volatile int *cancel; /* non-zero: stop soon (set by the signal handler), or NULL */
};

/* Opens with its own arenas, log level AJ_LOG_WARN to stderr. Out of memory ends the process. */
void aj_ctx_open(struct aj_ctx *cx);
/* Frees the arenas: every diagnostic is gone. */
void aj_ctx_close(struct aj_ctx *cx);

/* Does the user want autojail to stop? Asked in every loop that may take long. */
bool aj_cancelled(const struct aj_ctx *cx);
/* Fails with AJ_INTERRUPTED "interrupted" if so. */
AJ_NODISCARD enum aj_status aj_poll_cancel(struct aj_ctx *cx);

/* One line on cx->log_to if `level` is enabled. No newline in `fmt`. */
void aj_log(const struct aj_ctx *cx, enum aj_log_level level, const char *fmt, ...) AJ_PRINTF(3, 4);

#endif
