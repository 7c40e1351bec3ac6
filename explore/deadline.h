/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is a deadline met, and how often at most is it not? Counts runs: a run exceeds the deadline if any
 * wake-up on any measured CPU does. What disturbs a run may disturb all its blocks, so blocks of one
 * run are no independent witnesses; runs are taken as such.
 */
#ifndef EXPLORE_DEADLINE_H
#define EXPLORE_DEADLINE_H

#include "explore/stats.h"

struct explore_exceeded {
    uint64_t runs;
    uint64_t count; /* of runs: how many exceeded the deadline */
};

/*
 * Between which chances per run the truth lies, each end `level` sure by itself, and at every time at
 * once: one may look after each run and stop when it pleases. A bound is where a mixture of likelihood
 * ratios against it reaches 1 / (1 - level). Source: Ville: Etude critique de la notion de collectif
 * (1939); Robbins: Statistical methods related to the law of the iterated logarithm, Annals of
 * Mathematical Statistics 41 (1970).
 */
struct explore_interval explore_deadline_bounds(struct explore_exceeded exceeded, double level);

enum explore_deadline_verdict {
    EXPLORE_DEADLINE_OPEN,   /* more runs may show it */
    EXPLORE_DEADLINE_MET,    /* in at most the allowed share of runs it is not */
    EXPLORE_DEADLINE_MISSED, /* in more than that */
};
struct explore_certificate {
    enum explore_deadline_verdict verdict;
    struct explore_exceeded exceeded;
    struct explore_interval bounds; /* each end as sure as the verdict */
    double allowed;
    uint64_t clean_runs; /* this many more without an exceedance show it met; 0: shown */
};
/*
 * Of a candidate's runs that were made after it was chosen, or of the baseline's (candidate 0),
 * whichever is recommended in the end. Of what may go wrong the baseline has a quarter, the first
 * candidate half, and the jth, j > 1, 1/(4 j (j - 1)), so that in at most 1 - level of explorations a
 * deadline is called met (called missed) that is not, however often a budget is raised.
 * 0 < allowed < 1 per run. 36 runs of the first candidate without an exceedance show 0.1 at 0.95.
 */
struct explore_certificate explore_deadline_certify(struct explore_exceeded exceeded,
                                                    double allowed, double level,
                                                    uint32_t candidate);

/*
 * Is it shown that the `nth` suspect (from 1) of an exploration, a decision or what several have in
 * common, exceeds the deadline in more than the share `allowed` of runs? Counts the runs after those
 * that made it a suspect, and may be asked after each of them; all suspects together are wrong in at
 * most the share `alpha` of explorations (explore_compare_alpha). *low is the bound.
 */
bool explore_deadline_cuts(struct explore_exceeded exceeded, double allowed, double alpha,
                           uint32_t nth, double *low);

#endif
