/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ctx.h"

#include "base/buf.h"

void aj_ctx_open(struct aj_ctx *cx)
{
    *cx = (struct aj_ctx){
        .scratch = aj_arena_open(),
        .diag_arena = aj_arena_open(),
        .log_level = AJ_LOG_WARN,
        .log_to = stderr,
    };
}

void aj_ctx_close(struct aj_ctx *cx)
{
    aj_arena_close(cx->scratch);
    aj_arena_close(cx->diag_arena);
    *cx = (struct aj_ctx){.scratch = NULL};
}

bool aj_cancelled(const struct aj_ctx *cx)
{
    return cx->cancel != NULL && *cx->cancel != 0;
}

enum aj_status aj_poll_cancel(struct aj_ctx *cx)
{
    return aj_cancelled(cx) ? aj_fail(cx, AJ_INTERRUPTED, "interrupted", AJ_NOWHERE, "interrupted")
                            : AJ_OK;
}

void aj_log(const struct aj_ctx *cx, enum aj_log_level level, const char *fmt, ...)
{
    static const char *const names[] = {
        [AJ_LOG_ERROR] = "error",
        [AJ_LOG_WARN] = "warning",
        [AJ_LOG_INFO] = "info",
        [AJ_LOG_DEBUG] = "debug",
    };
    if (cx->log_to == NULL || level > cx->log_level)
        return;
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    va_list args;
    va_start(args, fmt);
    const char *text = aj_vstrf(cx->scratch, fmt, args);
    va_end(args);
    struct aj_buf line = {0};
    aj_buf_addf(&line, "autojail: %s: ", names[level]);
    aj_buf_add_visible(&line, text);
    aj_buf_adds(&line, "\n");
    fputs(aj_buf_text(&line), cx->log_to);
    aj_buf_free(&line);
    aj_arena_release(cx->scratch, mark);
}
