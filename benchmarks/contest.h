/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One problem, solved by all.
 */
#ifndef BENCHMARKS_CONTEST_H
#define BENCHMARKS_CONTEST_H

#include "benchmarks/external.h"
#include "benchmarks/truth.h"
#include "benchmarks/verdict.h"

struct bench_rules {
    const char *out;          /* below it each problem gets a directory */
    struct bench_tools tools; /* python NULL: without CP-SAT */
    uint32_t limit_s;
    uint32_t patience; /* after so many seeds without an answer a solver is not asked any more */
    uint32_t others;   /* for how many seeds of a family other solvers are asked at all */
};

struct bench_entry {
    bool asked;
    struct bench_answer answer;
};

/* No pointer in it leads to what was made while it was solved, so it can be shared by processes. */
struct bench_case {
    bool done, disagrees;
    struct bench_run run;
    struct bench_truth truth; /* before: what was known; after: with what was proved */
    struct bench_entry ours, rivals[BENCH_RIVALS];
};

/* Solves cases[at], seed at + 1 of the family; those before are done. False with a message if a
 * solver cannot be run. */
AJ_NODISCARD bool bench_contest(const struct bench_rules *rules, const struct bench_shape *shape,
                                struct bench_case *cases, size_t at);

#endif
