/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may be concluded from measured latencies: intervals that hold without assuming a
 * distribution, and comparisons that are exact in small samples. Wake-ups that follow each other are
 * not independent; whoever calls this counts blocks, not wake-ups. Tails: explore/tail.h.
 */
#ifndef EXPLORE_STATS_H
#define EXPLORE_STATS_H

#include "base/arena.h"
#include "base/base.h"

struct explore_interval {
    double low, high;
};

/*
 * What a program calls before anything of this module computes: GSL, which ends the program at an
 * error by itself, returns its errors from then on.
 */
void explore_stats_begin(void);

#define EXPLORE_LEVEL 0.95 /* of every interval that is reported */

/*
 * Interval of a probability of which `hits` of `trials` independent trials were seen, at least
 * `level` sure (0.95), two-sided. Source: Clopper, Pearson: The use of confidence or fiducial limits
 * illustrated in the case of the binomial, Biometrika 26 (1934). trials 0 gives [0, 1].
 */
struct explore_interval explore_stats_proportion(uint64_t hits, uint64_t trials, double level);

/*
 * Which of `count` ordered independent values enclose the quantile `p` (0 < p < 1) of their
 * distribution, at least `level` sure, each side wrong at most half the rest: the low-th and the
 * high-th smallest, from 1. False if there are too few: the median at 0.95 takes 6. Source: David,
 * Nagaraja: Order Statistics, 7.1. Ties make it surer.
 */
bool explore_stats_quantile_ranks(uint32_t count, double p, double level, uint32_t *low,
                                  uint32_t *high);

/* Sorts ascending; the values must be numbers. */
void explore_stats_sort(double *values, size_t count);
/* Of sorted values; the mean of the two in the middle if their number is even; count > 0. */
double explore_stats_median(const double *sorted, size_t count);

/*
 * Is the second part of a series as the first? Two-sided p of the Kolmogorov-Smirnov distance D of
 * a[na] and b[nb], both sorted and not empty, from all ways to draw na of the na + nb values: exact
 * without ties and on the safe side with them. Source: Hodges: The significance probability of the
 * Smirnov two-sample test, Arkiv foer Matematik 3 (1958).
 */
double explore_stats_smirnov(const double *a, size_t na, const double *b, size_t nb,
                             struct aj_arena *scratch);
/*
 * Do values of a series tell the next ones? p of the Ljung-Box statistic over `lags` autocorrelations
 * (chi-squared, approximate). 1 if the values do not vary. Source: Ljung, Box: On a measure of lack of
 * fit in time series models, Biometrika 65 (1978).
 */
double explore_stats_ljung_box(const double *values, size_t count, size_t lags);

#endif
