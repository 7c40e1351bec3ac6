/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long a solve may take, how near to the optimum it must come, and who hears how far it is.
 */
#ifndef SOLVER_LIMITS_H
#define SOLVER_LIMITS_H

#include "base/ctx.h"

/* What cx->cancel does to a solve. */
enum solver_on_cancel {
    SOLVER_CANCEL_FAILS,   /* it fails with AJ_INTERRUPTED */
    SOLVER_CANCEL_STOPS,   /* it ends with the best answer so far, as at the deadline */
    SOLVER_CANCEL_IGNORED, /* it goes on */
};

/* How far the objective is that is being minimised. */
struct solver_news {
    const char *level;
    bool known; /* there is an answer, of this value */
    int64_t value;
    int64_t bound; /* no answer is below; INT64_MIN: nothing is proved yet */
    uint32_t nodes;
};

/* Hears the news often, many times a second; `hear` may be NULL. */
struct solver_observer {
    void (*hear)(void *to, const struct solver_news *news);
    void *to;
};

struct solver_limits {
    int64_t deadline_ns; /* in solver_clock_ns; INT64_MAX = none */
    int64_t grace_ns;    /* beyond it, for a first answer of what has none yet */
    uint32_t nodes_max;  /* of each branch and bound, the same everywhere; 0 = any number */
    double gap;          /* an objective is done when value - bound <= gap * |value| */
    enum solver_on_cancel on_cancel;
    struct solver_observer observer;
};

/* Now, in the clock of deadlines: ns since some fixed moment, never going back. */
int64_t solver_clock_ns(void);
/* Is the solve to end? */
bool solver_stopped(const struct aj_ctx *cx, const struct solver_limits *limits);
/* How far from its bound an answer of this value may be with that gap. */
int64_t solver_slack(double gap, int64_t value);

#endif
