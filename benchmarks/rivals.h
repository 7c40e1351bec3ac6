/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the search is compared with: black-box methods, which see one number for each run, and the
 * reference optimum by a search of the truth itself.
 */
#ifndef BENCHMARKS_RIVALS_H
#define BENCHMARKS_RIVALS_H

#include "explore/search.h"
#include "explore/sim.h"

struct rival_state {
    const struct explore_space *space;
    const struct explore_observed *runs;
    const double *score;
    uint32_t count, budget;
    uint32_t *current; /* the run that annealing is at */
};
/* The next decision to measure, in `out`. */
typedef struct explore_decision rival_next(const struct rival_state *state,
                                           struct aj_random *random, struct aj_arena *out);

rival_next rival_random;
/* Population 10, samples of 3. Source: Real, Aggarwal, Huang, Le: Regularized evolution (2019). */
rival_next rival_evolution;
/* From half the standard deviation of 5 random runs down to a fiftieth of it, geometrically. */
rival_next rival_annealing;
/*
 * A density for each variable, good fifth against the rest, 64 candidates, none that was measured.
 * Source: Bergstra, Bardenet, Bengio, Kegl: Algorithms for hyper-parameter optimization (2011).
 */
rival_next rival_tpe;

/*
 * The objective of the best decision: by enumeration where there are few decisions, else the best of
 * 300 descents and 20 annealings on the truth without noise.
 */
double rival_reference(const struct explore_space *space, const struct explore_sim *sim,
                       uint64_t seed, struct aj_arena *scratch);

#endif
