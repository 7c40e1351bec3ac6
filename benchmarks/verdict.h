/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a comparison of solvers comes to: a table and a picture.
 */
#ifndef BENCHMARKS_VERDICT_H
#define BENCHMARKS_VERDICT_H

#include <stdio.h>

#include "base/ctx.h"

enum bench_column {
    BENCH_COLUMN_OURS,
    BENCH_COLUMN_REASONS, /* the same, and why there is no plan */
    BENCH_COLUMN_GLPK,
    BENCH_COLUMN_CBC,
    BENCH_COLUMN_CPSAT_GOALS, /* without the total order */
    BENCH_COLUMN_CPSAT,
};
enum { BENCH_COLUMNS = BENCH_COLUMN_CPSAT + 1 };

enum bench_state { BENCH_NOT_RUN, BENCH_SOLVED, BENCH_LIMIT };

struct bench_run {
    const char *family;
    uint64_t seed;
    uint8_t state[BENCH_COLUMNS]; /* enum bench_state */
    double seconds[BENCH_COLUMNS];
};

/*
 * A row for each family. Ours: median / worst; another: median (times ours on the same problems); solved
 * of asked where that is not all. Medians count what was not solved as slower than all that was.
 * `runs`: one family after the other.
 */
void bench_print_table(const struct bench_run *runs, size_t count, FILE *to);
/* In which families our median is above whose. */
void bench_print_slower(const struct bench_run *runs, size_t count, FILE *to);
/* The time of each solver over ours, for each problem. */
AJ_NODISCARD enum aj_status bench_plot_runs(struct aj_ctx *cx, const char *path,
                                            const struct bench_run *runs, size_t count,
                                            double limit_s);

#endif
