/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is proved of each problem, whoever proved it: expected.csv. Whoever says otherwise is wrong.
 */
#ifndef BENCHMARKS_TRUTH_H
#define BENCHMARKS_TRUTH_H

#include "benchmarks/measure.h"

struct bench_truth {
    const char *family;
    uint64_t seed;
    bool infeasible;
    size_t levels; /* proved, from the first */
    int64_t value[BENCH_LEVELS];
};

struct bench_truths {
    struct aj_arena *arena;
    struct {
        struct bench_truth *items;
        size_t count, cap;
    } all;
};

/* Lines "family,seed,value,...": values of the levels that are proved, or "infeasible". False with a
 * message. */
AJ_NODISCARD bool bench_truths_read(struct bench_truths *truths, const char *path);
AJ_NODISCARD bool bench_truths_write(struct bench_truths *truths, const char *path);
/* The one of this problem, new if there was none. Borrowed until the next call. */
struct bench_truth *bench_truth_of(struct bench_truths *truths, const char *family, uint64_t seed);

/*
 * Somebody proved the first `levels` levels, or that there is no plan. False with a message if that
 * is not what is known already; what is new becomes known.
 */
AJ_NODISCARD bool bench_truth_meet(struct bench_truth *truth, const char *who, bool infeasible,
                                   const int64_t *value, size_t levels);

#endif
