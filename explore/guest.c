/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/guest.h"

#include <time.h>

#include "base/units.h"

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * AJ_NS_PER_S + (int64_t)now.tv_nsec;
}

/* Is the guest perhaps still booting? */
static bool is_silence(const struct aj_ctx *tried)
{
    static const char *const silences[] = {"target-connect", "target-timeout"};
    if (tried->diags_count == 0)
        return false;
    for (size_t i = 0; i < AJ_COUNT(silences); i++)
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

/* One try; its diagnostics are no news while the guest boots. *again: it may be worth another. */
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
    *again = status == AJ_ERR_TARGET && !last && is_silence(&tried);
    if (status == AJ_ERR_TARGET && last && is_silence(&tried))
        status = aj_fail(cx, AJ_ERR_TARGET, "guest-silent", aj_loc_file(login->login),
                         "the guest does not answer: %s", tried.diags[tried.diags_count - 1].msg);
    else if (status != AJ_OK && !*again)
        status = pass_on(cx, &tried, status);
    aj_ctx_close(&tried);
    return status;
}

enum aj_status explore_guest_open(struct aj_ctx *cx, struct remote_host *root,
                                  const struct remote_login *login, int64_t limit_ns,
                                  struct remote_host **host)
{
    const struct timespec pause = {.tv_sec = 1};
    const int64_t deadline = now_ns() + limit_ns;
    for (;;) {
        bool again = false;
        const bool last = now_ns() >= deadline;
        const enum aj_status status = attempt(cx, root, login, last, host, &again);
        if (!again)
            return status;
        AJ_TRY(aj_poll_cancel(cx));
        nanosleep(&pause, NULL);
    }
}

/* The n-th of the set, AJ_CPU_MAX if it has no more than n. */
static uint32_t nth(const struct aj_cpuset *cpus, uint32_t n)
{
    uint32_t cpu = aj_cpuset_next(cpus, 0);
    while (n-- > 0 && cpu < AJ_CPU_MAX)
        cpu = aj_cpuset_next(cpus, cpu + 1);
    return cpu;
}

const struct model_measurement *explore_guest_renumber(const struct model_measurement *measurement,
                                                       const struct aj_cpuset *cpus,
                                                       struct aj_arena *out)
{
    struct model_measurement *m = aj_memdup(out, measurement, sizeof *m);
    struct model_block *blocks =
        aj_memdup(out, measurement->blocks, measurement->blocks_count * sizeof *blocks);
    for (size_t i = 0; i < m->blocks_count; i++) {
        struct model_latency *threads =
            aj_memdup(out, blocks[i].threads, blocks[i].threads_count * sizeof *threads);
        for (size_t k = 0; k < blocks[i].threads_count; k++)
            threads[k].cpu = nth(cpus, threads[k].cpu);
        blocks[i].threads = threads;
    }
    m->blocks = blocks;
    return m;
}
