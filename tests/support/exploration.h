/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whole exploration of a simulated board without files and targets: baseline, search, race,
 * confirmation in pairs, certificate. Tests and benchmarks of what an exploration claims.
 */
#ifndef TESTS_SUPPORT_EXPLORATION_H
#define TESTS_SUPPORT_EXPLORATION_H

#include "explore/claim.h"
#include "explore/deadline.h"
#include "explore/sim.h"

struct test_exploration {
    uint32_t cpus;                  /* of test_space: 4, 8 or 16 */
    uint64_t seed;                  /* board, baseline, noise and search */
    struct explore_sim_options sim; /* whose seed is replaced */
    uint32_t search_runs;           /* with the baseline's two */
    uint32_t truth_runs;            /* from which the chance of test_certify's deadline is known */
};
struct test_explored {
    struct explore_claim claim; /* without pairs if the winner is the baseline */
    double truth;               /* winner's true score / baseline's - 1 */
    uint32_t runs;              /* in all */
};
void test_explore(struct aj_ctx *cx, const struct test_exploration *what,
                  struct test_explored *explored);

/*
 * Runs a random decision until its certificate is no longer open, at most `runs_max` <= 300 times, and looks
 * after each. The deadline is one that a run truly exceeds with chance *truth, which is near `chance`
 * and never below it.
 */
enum explore_deadline_verdict test_certify(const struct test_exploration *what, double chance,
                                           double allowed, uint32_t runs_max, double *truth);

#endif
