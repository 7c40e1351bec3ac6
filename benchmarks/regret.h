/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What came out of the regret benchmark: tables, limits, and a picture.
 */
#ifndef BENCHMARKS_REGRET_H
#define BENCHMARKS_REGRET_H

#include "base/base.h"

#define REGRET_NOMINAL "nominal"
#define REGRET_OTHER   "other"

enum { REGRET_LOOKS = 4, REGRET_SEEDS_MAX = 1000, REGRET_METHODS_MAX = 8 };
/* After how many runs regret is looked at. */
extern const uint32_t regret_looks[REGRET_LOOKS];

/* One method on all boards of a case. Percent above the best decision. */
struct regret_result {
    const char *name;
    bool ours;
    double regret[REGRET_LOOKS][REGRET_SEEDS_MAX]; /* of what it recommends */
    double seen[REGRET_LOOKS][REGRET_SEEDS_MAX];   /* of the best that it measured */
    double ms;                                     /* of the processor, of all proposals together */
    uint64_t proposals, proved, improved;
};
/* One size and family of boards. */
struct regret_case {
    uint32_t cpus, runs;
    const char *family;
    uint64_t first, seeds; /* seeds of the boards */
    struct regret_result *results;
    size_t results_count;
};

/* `excess`: how much worse the median of random decisions is, in percent. */
void regret_print_head(const struct regret_case *it, double excess);
/* Mean, standard error, quartiles, and the mean of the best that was measured. Sorts the regrets. */
void regret_print_row(const struct regret_case *it, struct regret_result *result);
/* The limits that hold for this case; false if one is missed. */
AJ_NODISCARD bool regret_print_limits(const struct regret_case *it);

/*
 * Medians and quartiles of sorted regrets, a panel for each case, `columns` of them beside each other,
 * as an SVG file. Ends the process if it cannot be written.
 */
void regret_plot(const char *path, const struct regret_case *cases, size_t count, size_t columns);

#endif
