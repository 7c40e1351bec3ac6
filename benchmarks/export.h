/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A problem as files, for autojail itself and for other solvers.
 */
#ifndef BENCHMARKS_EXPORT_H
#define BENCHMARKS_EXPORT_H

#include "base/ctx.h"
#include "benchmarks/measure.h"

/*
 * The levels of the program with a variable for each CPU and cell, as `autojail config --dump=lp` writes
 * it: all goals, without the total order.
 */
struct bench_program {
    size_t levels, files;           /* of the levels, so many have been written */
    const char *path[BENCH_LEVELS]; /* of each file */
    bool exact; /* the rows about memory that a solver may need beyond sizes are there */
};

/*
 * Writes to the directory `dir`, which is made: autojail.yml, board.yml and cells.yml; instance.json, the same
 * problem in numbers for cpsat.py; earlier.yml, if there is such a plan; level1-isolation.lp and so on.
 * Without a plan that is proved in `measured` only the first level. Paths live in `out`.
 */
AJ_NODISCARD enum aj_status bench_export(struct aj_ctx *cx, const struct bench_instance *in,
                                         const char *dir, const struct bench_measured *measured,
                                         struct aj_arena *out, struct bench_program *program);

#endif
