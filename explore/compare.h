/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two configurations against each other by runs in pairs: exact in small samples, whatever the
 * distribution. A pair is two runs that followed each other, in turns AB and BA, so that what changes
 * slowly is the same for both.
 */
#ifndef EXPLORE_COMPARE_H
#define EXPLORE_COMPARE_H

#include "explore/stats.h"

enum { EXPLORE_PAIRS_MAX = 512 };

struct explore_paired {
    double estimate;                  /* Hodges-Lehmann: median of the Walsh averages; 0 without */
    struct explore_interval interval; /* infinite where there are too few pairs: 5 for 0.95 */
    double p;                         /* two-sided, of no difference */
    size_t pairs;                     /* n */
    size_t zeros;                     /* of them without any difference */
};
/*
 * The differences d[count] of the pairs, finite numbers (of logarithms, where ratios matter), count <=
 * EXPLORE_PAIRS_MAX. `p` is exact: the share of all assignments of signs whose sum of signed ranks is
 * at least as far from 0; equal sizes share their mean rank and zeros have none, as the sizes are
 * taken as given. The interval encloses the true shift at least `level` sure if differences scatter
 * symmetrically around it; it has its ends, so ties make it surer. Source: Wilcoxon: Individual
 * comparisons by ranking methods, Biometrics 1 (1945); Hodges, Lehmann: Estimates of location based
 * on rank tests, Annals of Mathematical Statistics 34 (1963); ties: Pratt, Gibbons: Concepts of
 * Nonparametric Theory, 3.7.
 */
struct explore_paired explore_compare_pairs(const double *d, size_t count, double level,
                                            struct aj_arena *scratch);
/* The estimate alone, of values that scatter around something: their median, but steadier. */
double explore_compare_location(const double *values, size_t count, struct aj_arena *scratch);

/*
 * How likely at most to be wrong at look `look` (from 1) for all looks together to be wrong in at
 * most `alpha`, however many there are: 6 alpha / (pi^2 look^2), which add up to alpha.
 */
double explore_compare_alpha(double alpha, uint32_t look);

#endif
