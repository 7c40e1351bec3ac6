/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/await.h"

#include <time.h>

#include "base/num.h"

#define PAUSE_FIRST_NS AJ_NS_PER_S
#define PAUSE_MOST_NS  (10 * AJ_NS_PER_S)

int64_t explore_await_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * AJ_NS_PER_S + (int64_t)now.tv_nsec;
}

void explore_await_pause(int64_t ns)
{
    const struct timespec pause = {(time_t)(ns / AJ_NS_PER_S), (long)(ns % AJ_NS_PER_S)};
    nanosleep(&pause, NULL);
}

/* Is it perhaps still booting, or going down? A guest is lost only with its root. */
static bool is_silence(const struct aj_ctx *tried, const struct remote_host *root)
{
    static const char *const silences[] = {"target-connect", "target-timeout", "target-lost"};
    const size_t count = AJ_COUNT(silences) - (root != NULL ? 1 : 0);
    if (tried->diags_count == 0)
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(tried->diags[tried->diags_count - 1].id, silences[i]) == 0)
            return true;
    return false;
}

/* The failure of a try as one of our own. */
static enum aj_status pass_on(struct aj_ctx *cx, const struct aj_ctx *tried, enum aj_status status)
{
    const struct aj_diag *last = &tried->diags[tried->diags_count - 1];
    const enum aj_status same = aj_fail(cx, status, last->id, last->loc, "%s", last->msg);
    if (last->hint != NULL)
        aj_diag_hint(cx, "%s", last->hint);
    return same;
}

/* One try; its diagnostics are no news while the machine boots. *again: it may be worth another. */
static enum aj_status attempt(struct aj_ctx *cx, struct remote_host *root,
                              const struct remote_login *login, bool last,
                              struct remote_host **host, bool *again)
{
    struct aj_ctx tried;
    aj_ctx_open(&tried);
    tried.log_level = cx->log_level;
    tried.log_to = cx->log_to;
    tried.cancel = cx->cancel;
    enum aj_status status = remote_host_open_through(&tried, root, login, host);
    *again = status == AJ_ERR_TARGET && !last && is_silence(&tried, root);
    if (status == AJ_ERR_TARGET && last && root != NULL && is_silence(&tried, root))
        status = aj_fail(cx, AJ_ERR_TARGET, "guest-silent", aj_loc_file(login->login),
                         "the guest does not answer: %s", tried.diags[tried.diags_count - 1].msg);
    else if (status != AJ_OK && !*again)
        status = pass_on(cx, &tried, status);
    aj_ctx_close(&tried);
    return status;
}

enum aj_status explore_await(struct aj_ctx *cx, struct remote_host *root,
                             const struct remote_login *login, int64_t limit_ns,
                             struct remote_host **host)
{
    const int64_t deadline = explore_await_now() + limit_ns;
    for (int64_t pause_ns = PAUSE_FIRST_NS;; pause_ns += pause_ns / 2) {
        bool again = false;
        const bool last = explore_await_now() >= deadline;
        const enum aj_status status = attempt(cx, root, login, last, host, &again);
        if (!again)
            return status;
        AJ_TRY(aj_poll_cancel(cx));
        explore_await_pause(pause_ns < PAUSE_MOST_NS ? pause_ns : PAUSE_MOST_NS);
    }
}
