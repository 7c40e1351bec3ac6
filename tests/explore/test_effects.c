/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the runs tell of single choices, against effects that are put in.
 */
#include <math.h>

#include "explore/search.h"
#include "explore/sim.h"
#include "tests/support/spaces.h"
#include "tests/support/support.h"

#define RUNS 24
#define CPUS 8

struct world {
    struct aj_ctx cx;
    struct aj_arena *arena;
    const struct explore_space *space;
    struct aj_random random;
    struct explore_decision decisions[RUNS];
    struct explore_observed runs[RUNS];
    double us[RUNS][CPUS];
    struct explore_history history;
};

static void open_world(struct world *w, const struct explore_space *space, uint64_t seed)
{
    const struct explore_sim_options options = {.seed = seed, .noise = 1, .pair_spread = 0.4};
    const struct explore_sim *sim = explore_sim_make(space, &options, w->arena);
    w->space = space;
    aj_ctx_open(&w->cx);
    aj_random_seed(&w->random, seed);
    for (size_t i = 0; i < RUNS; i++) {
        w->decisions[i] = explore_decision_new(space, w->arena);
        assert_true(explore_space_random(space, &w->random, 100, &w->decisions[i]));
        explore_sim_run(sim, &w->decisions[i], &w->random, w->us[i]);
        w->runs[i] =
            (struct explore_observed){.decision = &w->decisions[i], .latency_us = w->us[i]};
    }
    w->history = (struct explore_history){w->runs, RUNS};
}

static void close_world(struct world *w)
{
    aj_arena_close(w->arena);
    aj_ctx_close(&w->cx);
}

/* An interrupt that costs 30 us on a measured CPU is the surest effect of all. */
static void test_irq(void **state)
{
    (void)state;
    struct world w = {.arena = aj_arena_open()};
    open_world(&w, test_space(CPUS, 6, w.arena), 6);
    uint32_t irq = 0;
    while (irq < w.space->irqs_count && !w.space->cells[w.space->irqs[irq].cell].measured)
        irq++;
    assert_true(irq < w.space->irqs_count);
    for (uint32_t i = 0; i < RUNS; i++)
        w.us[i][w.decisions[i].irq_cpu[irq]] += 30.0;
    const struct explore_effect *effects;
    size_t count;
    explore_search_effects(&w.cx, w.space, &w.history, w.arena, &effects, &count);
    assert_true(count > 10);
    const char *text =
        aj_strf(w.arena, "irq %u on a measured CPU", (unsigned)w.space->irqs[irq].intid);
    assert_string_equal(effects[0].text, text);
    assert_true(effects[0].mean_us > 20.0 && effects[0].sd_us > 0.0);
    assert_int_equal(effects[0].runs, RUNS);
    for (size_t i = 1; i < count; i++)
        assert_true(fabs(effects[i].mean_us) / effects[i].sd_us <=
                    fabs(effects[i - 1].mean_us) / effects[i - 1].sd_us);
    close_world(&w);
}

/* A knob that saves 15 us in those runs that have it. */
static void test_knob(void **state)
{
    (void)state;
    static const char *const values[] = {"ondemand", "performance"};
    static const struct explore_space_knob knob = {
        .name = "governor", .cell = 0, .values = values, .values_count = 2};
    struct world w = {.arena = aj_arena_open()};
    struct explore_space space = *test_space(CPUS, 7, w.arena);
    space.knobs = &knob;
    space.knobs_count = 1;
    open_world(&w, &space, 7);
    uint32_t with = 0;
    for (uint32_t i = 0; i < RUNS; i++) {
        with += w.decisions[i].knob[0];
        for (uint32_t p = 0; p < CPUS && w.decisions[i].knob[0] == 1; p++)
            w.us[i][p] -= 15.0;
    }
    const struct explore_effect *effects;
    size_t count, at = 0;
    explore_search_effects(&w.cx, w.space, &w.history, w.arena, &effects, &count);
    while (at < count &&
           strcmp(effects[at].text, "governor of root: performance instead of ondemand") != 0)
        at++;
    assert_true(at < count);
    assert_true(effects[at].mean_us < -7.0 && effects[at].mean_us < -2.0 * effects[at].sd_us);
    assert_int_equal(effects[at].runs, with);
    close_world(&w);
}

/* Without runs nothing is known, and nothing is said. */
static void test_none(void **state)
{
    (void)state;
    struct world w = {.arena = aj_arena_open()};
    open_world(&w, test_space(CPUS, 8, w.arena), 8);
    const struct explore_history none = {NULL, 0};
    const struct explore_effect *effects;
    size_t count;
    explore_search_effects(&w.cx, w.space, &none, w.arena, &effects, &count);
    assert_int_equal(count, 0);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_irq),
        cmocka_unit_test(test_knob),
        cmocka_unit_test(test_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
