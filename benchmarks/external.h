/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Other solvers on an exported problem, each in a process of its own that ends after so many seconds
 * of the processor.
 */
#ifndef BENCHMARKS_EXTERNAL_H
#define BENCHMARKS_EXTERNAL_H

#include "benchmarks/export.h"

enum bench_rival {
    BENCH_GLPK,  /* glpsol on the files of the naive program, one after the other */
    BENCH_CBC,   /* cbc on the same files */
    BENCH_CPSAT, /* cpsat.py on instance.json; with the total order */
};
enum { BENCH_RIVALS = BENCH_CPSAT + 1 };
extern const struct aj_name bench_rival_names[];

struct bench_tools {
    const char *python, *cpsat; /* an interpreter that has OR-Tools; the script */
};

struct bench_answer {
    size_t levels; /* proved, from the first; all goals, or with the total order all levels */
    bool infeasible;
    int64_t value[BENCH_LEVELS];
    double seconds[BENCH_LEVELS]; /* of the processor, from the start to the proof of the level; [0]
                                     to the proof that there is no plan */
    double spent;                 /* in all */
};

/* False if the program cannot be run or says what nobody understands. */
AJ_NODISCARD bool bench_external(enum bench_rival rival, const struct bench_tools *tools,
                                 const char *dir, const struct bench_program *program,
                                 double limit_s, struct bench_answer *answer);

#endif
