/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A simulated board and the runs that were made on it, for tests of surrogate and search.
 */
#ifndef TESTS_SUPPORT_WORLD_H
#define TESTS_SUPPORT_WORLD_H

#include "base/ctx.h"
#include "explore/search.h"
#include "explore/sim.h"

enum { TEST_WORLD_RUNS = 64, TEST_WORLD_CPUS = 16 };

struct test_world {
    struct aj_ctx cx; /* which logs nothing */
    struct aj_arena *arena;
    const struct explore_space *space;
    struct explore_sim_options options;
    const struct explore_sim *sim;
    struct aj_random random;
    struct explore_decision decisions[TEST_WORLD_RUNS];
    struct explore_observed runs[TEST_WORLD_RUNS];
    double us[TEST_WORLD_RUNS][TEST_WORLD_CPUS];
    struct explore_history history; /* runs[] so far */
};

/* A board of test_space with the seed of `options`; no runs yet. */
void test_world_open(struct test_world *w, uint32_t cpus,
                     const struct explore_sim_options *options);
void test_world_close(struct test_world *w);
/* Another space, which outlives `w`, before there are runs. */
void test_world_use(struct test_world *w, const struct explore_space *space);
/* One more run. */
void test_world_measure(struct test_world *w, const struct explore_decision *decision);
/* The same of so many random decisions. */
void test_world_measure_random(struct test_world *w, uint32_t runs);
/* The objective without noise: worst CPU, percent of the deadline. */
double test_world_truth(const struct test_world *w, const struct explore_decision *decision);

#endif
