/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The integer program against enumeration of boards with 4 CPUs, under every kind of rule a space has.
 */
#include "explore/exact.h"

#include <math.h>

#include "explore/sim.h"
#include "tests/support/acquisition.h"
#include "tests/support/support.h"

#define RUNS 8
/* Enough for every proof here. */
#define WORK 100000000

/* Starts at a random decision, ends within the gap of the optimum. */
static void check(struct test_acquisition *f)
{
    struct explore_decision best = explore_decision_new(f->w.space, f->w.arena);
    do
        assert_true(explore_space_random(f->w.space, &f->w.random, 1000, &best));
    while (explore_classes_measured(&f->classes, &best));
    double value = explore_acquire_value(&f->acquire, &best);
    enum explore_exact exact;
    assert_int_equal(explore_exact(&f->w.cx, &f->acquire, WORK, &best, &value, &exact), AJ_OK);
    assert_int_equal(exact, EXPLORE_EXACT_PROVED);
    assert_true(explore_space_allows(f->w.space, &best));
    assert_false(explore_classes_measured(&f->classes, &best));
    assert_true(fabs(value - explore_acquire_value(&f->acquire, &best)) < 1e-9);
    const double least = test_acquisition_least(f);
    if (value < least - 1e-9 || (1.0 - EXPLORE_EXACT_GAP) * value > least + 1e-9)
        fail_msg("seed %u: %g, the least is %g", (unsigned)f->w.options.seed, value, least);
}

/* Runs and draws for a space with other rules. */
static void use(struct test_acquisition *f, const struct explore_space *space)
{
    test_world_use(&f->w, space);
    test_world_measure_random(&f->w, RUNS);
    test_acquisition_fit(f, 8);
}

static void test_plain(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct test_acquisition f;
        test_acquisition_open(&f, seed, seed % 2 == 0 ? RUNS : 0);
        check(&f);
        test_world_close(&f.w);
    }
}

/* Cuts of one literal and of several of all kinds, one of them said twice. */
static void test_cuts(void **state)
{
    (void)state;
    static const struct explore_literal literals[] = {
        {EXPLORE_LITERAL_OWNER, 0, 1}, {EXPLORE_LITERAL_IRQ, 1, 2},   {EXPLORE_LITERAL_BANK, 1, 0},
        {EXPLORE_LITERAL_BANK, 2, 1},  {EXPLORE_LITERAL_OWNER, 3, 2}, {EXPLORE_LITERAL_OWNER, 3, 2},
        {EXPLORE_LITERAL_OWNER, 9, 9}};
    static const struct explore_cut cuts[] = {{literals, 1, ""},
                                              {literals + 2, 2, ""},
                                              {literals + 1, 1, ""},
                                              {literals + 4, 2, ""},
                                              {literals + 6, 1, ""}};
    for (uint64_t seed = 11; seed <= 12; seed++) {
        struct test_acquisition f;
        test_acquisition_open(&f, seed, 0);
        struct explore_space space = *f.w.space;
        space.cuts = cuts;
        space.cuts_count = AJ_COUNT(cuts);
        use(&f, &space);
        check(&f);
        test_world_close(&f.w);
    }
}

/* A knob that all cells feel and one that has three values: plain latency is no constant. */
static void test_knobs(void **state)
{
    (void)state;
    static const char *const values[] = {"a", "b", "c"};
    static const struct explore_space_knob knobs[] = {
        {.name = "governor", .cell = 0, .values = values, .values_count = 2},
        {.name = "idle", .cell = 1, .values = values, .values_count = 3}};
    struct test_acquisition f;
    test_acquisition_open(&f, 21, 0);
    struct explore_space space = *f.w.space;
    space.knobs = knobs;
    space.knobs_count = 2;
    space.irqs_count = 2;
    use(&f, &space);
    check(&f);
    test_world_close(&f.w);
}

/* One cell alone in its cluster; CPUs that a cell may not have or cannot leave the root; open counts. */
static void test_owners(void **state)
{
    (void)state;
    for (uint64_t seed = 31; seed <= 40; seed++) {
        struct test_acquisition f;
        test_acquisition_open(&f, seed, 0);
        struct explore_space space = *f.w.space;
        struct explore_space_cpu cpus[4];
        struct explore_space_cell cells[3];
        memcpy(cpus, space.cpus, sizeof cpus);
        memcpy(cells, space.cells, sizeof cells);
        cpus[0].hotplug = false;
        cells[0].cpus_low = 1;
        cells[1].cpus_high = cells[2].cpus_high = 2;
        cells[1].exclusive = seed % 2 == 1 ? MODEL_DOMAIN_L2 : MODEL_DOMAIN_CORE;
        cells[2].together = MODEL_DOMAIN_L2;
        memset(&cells[1].allowed, 0, sizeof cells[1].allowed);
        aj_cpuset_add(&cells[1].allowed, 2);
        aj_cpuset_add(&cells[1].allowed, 3);
        space.cpus = cpus;
        space.cells = cells;
        use(&f, &space);
        check(&f);
        test_world_close(&f.w);
    }
}

/* Four CPUs of two cores in one cluster. */
static void test_cores(void **state)
{
    (void)state;
    struct test_acquisition f;
    test_acquisition_open(&f, 41, 0);
    struct explore_space space = *f.w.space;
    struct explore_space_cpu cpus[4];
    memcpy(cpus, space.cpus, sizeof cpus);
    for (uint32_t p = 0; p < 4; p++) {
        cpus[p].core = p / 2;
        cpus[p].cluster = 0;
    }
    space.cpus = cpus;
    use(&f, &space);
    check(&f);
    test_world_close(&f.w);
}

/* Without a node nothing is said, and the decision stays. */
static void test_limit(void **state)
{
    (void)state;
    struct test_acquisition f;
    test_acquisition_open(&f, 51, RUNS);
    struct explore_decision best = explore_decision_new(f.w.space, f.w.arena);
    assert_true(explore_space_random(f.w.space, &f.w.random, 1000, &best));
    const struct explore_decision before = explore_decision_copy(f.w.space, &best, f.w.arena);
    double value = explore_acquire_value(&f.acquire, &best);
    enum explore_exact exact;
    assert_int_equal(explore_exact(&f.w.cx, &f.acquire, 0, &best, &value, &exact), AJ_OK);
    assert_int_equal(exact, EXPLORE_EXACT_OPEN);
    assert_true(explore_decision_equal(f.w.space, &best, &before));
    test_world_close(&f.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),  cmocka_unit_test(test_cuts),  cmocka_unit_test(test_knobs),
        cmocka_unit_test(test_owners), cmocka_unit_test(test_cores), cmocka_unit_test(test_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
