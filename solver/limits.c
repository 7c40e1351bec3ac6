/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/limits.h"

#include <math.h>
#include <time.h>

#include "base/num.h"

int64_t solver_clock_ns(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * AJ_NS_PER_S + now.tv_nsec;
}

bool solver_stopped(const struct aj_ctx *cx, const struct solver_limits *limits)
{
    return (limits->on_cancel != SOLVER_CANCEL_IGNORED && aj_cancelled(cx)) ||
           solver_clock_ns() >= limits->deadline_ns;
}

int64_t solver_slack(double gap, int64_t value)
{
    return (int64_t)floor(gap * fabs((double)value));
}
