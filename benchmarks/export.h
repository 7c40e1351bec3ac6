/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A problem as files, for autojail itself and for other solvers.
 */
#ifndef BENCHMARKS_EXPORT_H
#define BENCHMARKS_EXPORT_H

#include "base/ctx.h"
#include "benchmarks/measure.h"

/*
 * The levels of the naive program with a variable for each CPU and cell: all goals, without the total
 * order.
 */
struct bench_program {
    size_t levels, files;           /* of the levels, so many have been written */
    bool empty[BENCH_LEVELS];       /* nothing in the level depends on a decision: it has no file */
    int64_t constant[BENCH_LEVELS]; /* value of the level = objective of its file + constant */
};

/*
 * Writes to the directory `dir`, which is made: autojail.yml, board.yml and cells.yml; instance.json, the same
 * problem in numbers for cpsat.py; level1.lp, level2.lp, ...: each minimises one level with those
 * before at the values of `measured`. Without a plan only level1.lp.
 */
AJ_NODISCARD enum aj_status bench_export(struct aj_ctx *cx, const struct bench_instance *in,
                                         const char *dir, const struct bench_measured *measured,
                                         struct bench_program *program);

#endif
