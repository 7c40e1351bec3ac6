/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the runs tell of single choices, against effects that are put in.
 */
#include <math.h>

#include "explore/search.h"
#include "tests/support/support.h"
#include "tests/support/world.h"

#define RUNS 24
#define CPUS 8

static void open_world(struct test_world *w, uint64_t seed)
{
    const struct explore_sim_options options = {.seed = seed, .noise = 1, .pair_spread = 0.4};
    test_world_open(w, CPUS, &options);
}

/*
 * An interrupt that costs 30 us on a measured CPU is the largest effect of all. It need not be the
 * surest: others are in more rows.
 */
static void test_irq(void **state)
{
    (void)state;
    struct test_world w;
    open_world(&w, 6);
    test_world_measure_random(&w, RUNS);
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
    size_t most = 0;
    for (size_t i = 1; i < count; i++) {
        if (fabs(effects[i].mean_us) > fabs(effects[most].mean_us))
            most = i;
    }
    assert_string_equal(effects[most].text, text);
    assert_true(most < 3);
    assert_true(effects[most].mean_us > 20.0 && effects[most].mean_us > 3.0 * effects[most].sd_us);
    assert_int_equal(effects[most].runs, RUNS);
    for (size_t i = 1; i < count; i++)
        assert_true(fabs(effects[i].mean_us) / effects[i].sd_us <=
                    fabs(effects[i - 1].mean_us) / effects[i - 1].sd_us);
    test_world_close(&w);
}

/* A knob that saves 15 us in those runs that have it. */
static void test_knob(void **state)
{
    (void)state;
    static const char *const values[] = {"ondemand", "performance"};
    static const struct explore_space_knob knob = {
        .name = "governor", .cell = 0, .values = values, .values_count = 2};
    struct test_world w;
    open_world(&w, 7);
    struct explore_space space = *w.space;
    space.knobs = &knob;
    space.knobs_count = 1;
    test_world_use(&w, &space);
    test_world_measure_random(&w, RUNS);
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
    test_world_close(&w);
}

/* Without runs nothing is known, and nothing is said. */
static void test_none(void **state)
{
    (void)state;
    struct test_world w;
    open_world(&w, 8);
    const struct explore_effect *effects;
    size_t count;
    explore_search_effects(&w.cx, w.space, &w.history, w.arena, &effects, &count);
    assert_int_equal(count, 0);
    test_world_close(&w);
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
