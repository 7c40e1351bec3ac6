/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A synthetic board: what latencies a decision has, and how they scatter. A stand-in for hardware in
 * tests, benchmarks and the demonstration; nothing it says holds for a real board. docs/explore.md
 * states the model.
 */
#ifndef EXPLORE_SIM_H
#define EXPLORE_SIM_H

#include "explore/space.h"

/* Latencies in us. All numbers of one board are drawn from `seed` when the truth is made. */
struct explore_sim_options {
    uint64_t seed;
    double hidden;       /* how much more frequent the effects are that no surrogate knows: 1 */
    double pair_spread;  /* standard deviation of the pair factors' logarithms: 0.4 */
    double noise;        /* times the usual noise of a run: 1 */
    double three_way;    /* us of effects that take three decisions at once: 0 */
    bool wrong_clusters; /* the truth has other clusters than the space says */
    bool flat;           /* all decisions are equally good */
};
#define EXPLORE_SIM_OPTIONS \
    ((struct explore_sim_options){.hidden = 1, .pair_spread = 0.4, .noise = 1})

struct explore_sim;
/* Draws the truth of a board for this space; lives in `out`. */
const struct explore_sim *explore_sim_make(const struct explore_space *space,
                                           const struct explore_sim_options *options,
                                           struct aj_arena *out);
/* latency_us[cpus_count]: the true location on each CPU of a measured cell, NAN on others. */
void explore_sim_truth(const struct explore_sim *sim, const struct explore_decision *decision,
                       double *latency_us);
/* The same as one run sees it: noise of `random`. Median of a run's block maxima. */
void explore_sim_run(const struct explore_sim *sim, const struct explore_decision *decision,
                     struct aj_random *random, double *latency_us);
/* The objective: worst measured CPU in percent of its cell's deadline. */
double explore_sim_worst(const struct explore_space *space, const struct explore_decision *decision,
                         const double *latency_us);

#endif
