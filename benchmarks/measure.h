/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One solve of ours in a process of its own, so that its memory can be told.
 */
#ifndef BENCHMARKS_MEASURE_H
#define BENCHMARKS_MEASURE_H

#include "base/ctx.h"
#include "benchmarks/families.h"
#include "model/plan.h"

enum { BENCH_LEVELS = 5 };

struct bench_measured {
    bool infeasible, limit; /* proved that there is no plan; no plan in time */
    bool proved;            /* every level */
    bool wrong;             /* the second witness refuses the plan */
    double seconds;         /* of the processor, without the reasons why there is no plan */
    double explained;       /* with them; 0: there is a plan */
    long peak_kib;
    size_t levels; /* 0 without a plan */
    int64_t value[BENCH_LEVELS], bound[BENCH_LEVELS];
};

/* *earlier: the plan that was there before, if the instance has such; else NULL. */
AJ_NODISCARD enum aj_status bench_earlier(struct aj_ctx *cx, const struct bench_instance *in,
                                          struct aj_arena *out, const struct model_plan **earlier);
/* False with messages. `limit_s`: of the processor; what only explains may go on. */
AJ_NODISCARD bool bench_measure(const struct bench_shape *shape, uint64_t seed, uint64_t limit_s,
                                struct bench_measured *measured);
/* The same of a project: board.yml and cells.yml in `dir`. */
AJ_NODISCARD bool bench_measure_project(const char *dir, uint64_t limit_s,
                                        struct bench_measured *measured);

/* Of an array of doubles, which it sorts; 0 of none. */
double bench_median(double *values, size_t count);

#endif
