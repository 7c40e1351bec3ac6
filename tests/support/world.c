/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/world.h"

#include "explore/stats.h"
#include "tests/support/spaces.h"
#include "tests/support/support.h"

#define TRIES 100

void test_world_open(struct test_world *w, uint32_t cpus, const struct explore_sim_options *options)
{
    memset(w, 0, sizeof *w);
    explore_stats_begin();
    aj_ctx_open(&w->cx);
    w->cx.log_to = NULL;
    w->arena = aj_arena_open();
    w->options = *options;
    w->history.runs = w->runs;
    aj_random_seed(&w->random, options->seed);
    test_world_use(w, test_space(cpus, options->seed, w->arena));
}

void test_world_close(struct test_world *w)
{
    aj_arena_close(w->arena);
    aj_ctx_close(&w->cx);
}

void test_world_use(struct test_world *w, const struct explore_space *space)
{
    w->space = space;
    w->sim = explore_sim_make(space, &w->options, w->arena);
}

void test_world_measure(struct test_world *w, const struct explore_decision *decision)
{
    const size_t i = w->history.count++;
    assert_true(i < TEST_WORLD_RUNS);
    w->decisions[i] = explore_decision_copy(w->space, decision, w->arena);
    w->runs[i] = (struct explore_observed){.decision = &w->decisions[i], .latency_us = w->us[i]};
    explore_sim_run(w->sim, decision, &w->random, w->us[i]);
}

void test_world_measure_random(struct test_world *w, uint32_t runs)
{
    struct explore_decision any = explore_decision_new(w->space, w->arena);
    for (uint32_t i = 0; i < runs; i++) {
        assert_true(explore_space_random(w->space, &w->random, TRIES, &any));
        test_world_measure(w, &any);
    }
}

double test_world_truth(const struct test_world *w, const struct explore_decision *decision)
{
    double us[TEST_WORLD_CPUS];
    explore_sim_truth(w->sim, decision, us);
    return explore_sim_worst(w->space, decision, us);
}
