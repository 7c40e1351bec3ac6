/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Intervals that hold at every number of runs at once: for counts whose end was chosen by looking at
 * them, as those of an exploration are. explore/stats.h has those for numbers that were fixed before.
 */
#ifndef EXPLORE_ANYTIME_H
#define EXPLORE_ANYTIME_H

#include "explore/stats.h"

/*
 * A probability of which `hits` of `trials` independent trials were seen: in at most 1 - level of all
 * series it is ever outside. Those q against which the mixture of likelihood ratios, half of
 * Beta(1/2, 1/2) and a quarter each of 0 and of 1, stays below 1 / (1 - level): the mixture's mean is
 * 1 after any number of trials (Ville). trials 0 gives [0, 1]. Source: Robbins: Statistical methods
 * related to the law of the iterated logarithm, Annals of Mathematical Statistics 41 (1970).
 */
struct explore_interval explore_anytime_proportion(uint64_t hits, uint64_t trials, double level);

/*
 * Which of `count` ordered independent values enclose the median of their distribution: the low-th
 * and the high-th smallest, from 1; in at most 1 - level of all series it is ever outside. As above on
 * each side, of the number of values that are not greater, against all shares of a half or more (half
 * of 0, half of Beta(1/2, 1/2) below a half). False if there are too few: 0.95 takes 6. Ties make it
 * surer. Source: Howard, Ramdas: Sequential estimation of quantiles with applications to A/B testing
 * and best-arm identification, Bernoulli 28 (2022).
 */
bool explore_anytime_median_ranks(uint32_t count, double level, uint32_t *low, uint32_t *high);

#endif
