/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Descents against enumeration of a small space, and the classes of decisions they leave out.
 */
#include "explore/acquire.h"

#include <math.h>

#include "tests/support/acquisition.h"
#include "tests/support/support.h"

#define CPUS 4
#define RUNS 12

/* The descent's guide may prefer a decision a little worse on the worst CPU. */
static void test_best(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct test_acquisition f;
        double value;
        test_acquisition_open(&f, seed, RUNS);
        struct explore_decision best = explore_decision_new(f.w.space, f.w.arena);
        assert_true(explore_acquire_best(&f.acquire, &f.w.random, f.w.arena, &best, &value));
        assert_true(explore_space_allows(f.w.space, &best));
        assert_false(explore_classes_measured(&f.classes, &best));
        assert_true(fabs(value - explore_acquire_value(&f.acquire, &best)) < 1e-9);
        const double least = test_acquisition_least(&f);
        if (value < least - 1e-9 || value > 1.02 * least)
            fail_msg("seed %u: %g, the least is %g", (unsigned)seed, value, least);
        test_world_close(&f.w);
    }
}

/* The value is that of the surrogate's own prediction. */
static void test_value(void **state)
{
    (void)state;
    struct test_acquisition f;
    double us[CPUS];
    test_acquisition_open(&f, 5, RUNS);
    struct explore_term *terms = AJ_NEW_ARRAY(f.w.arena, struct explore_term,
                                              explore_layout_terms_max(&f.surrogate->layout));
    struct explore_decision d = explore_decision_new(f.w.space, f.w.arena);
    for (uint32_t i = 0; i < 100; i++) {
        assert_true(explore_space_random(f.w.space, &f.w.random, 100, &d));
        explore_surrogate_predict(&f.surrogate->layout, f.acquire.draws, &d, terms, us);
        const double value = explore_acquire_value(&f.acquire, &d);
        assert_true(fabs(value - explore_sim_worst(f.w.space, &d, us)) < 1e-9 * fabs(value));
    }
    test_world_close(&f.w);
}

/*
 * Before anything is known, CPUs of a cluster and whole clusters change places freely; with another
 * owner's interrupt or with a cut that names a CPU they do not.
 */
static void test_symmetry(void **state)
{
    (void)state;
    struct test_acquisition f;
    test_acquisition_open(&f, 6, 0);
    struct explore_decision a = explore_decision_new(f.w.space, f.w.arena);
    assert_true(explore_space_random(f.w.space, &f.w.random, 100, &a));
    struct explore_decision b = explore_decision_copy(f.w.space, &a, f.w.arena);
    for (uint32_t p = 0; p < CPUS; p++)
        b.owner[p ^ 1] = a.owner[p]; /* within the clusters 0-1 and 2-3 */
    for (uint32_t j = 0; j < f.w.space->irqs_count; j++)
        b.irq_cpu[j] = a.irq_cpu[j] ^ 1;
    const uint64_t key = explore_classes_key(&f.classes, &a);
    assert_true(explore_classes_key(&f.classes, &b) == key);
    for (uint32_t p = 0; p < CPUS; p++)
        b.owner[p ^ 2] = a.owner[p];
    for (uint32_t j = 0; j < f.w.space->irqs_count; j++)
        b.irq_cpu[j] = a.irq_cpu[j] ^ 2;
    assert_true(explore_classes_key(&f.classes, &b) == key);
    b.bank[0] = (b.bank[0] + 1) % f.w.space->banks_count;
    assert_false(explore_classes_key(&f.classes, &b) == key);
    test_world_close(&f.w);
}

static void test_broken_symmetry(void **state)
{
    (void)state;
    struct test_acquisition f;
    test_acquisition_open(&f, 7, 0);
    const struct explore_literal literal = {EXPLORE_LITERAL_OWNER, 0, 1};
    const struct explore_cut cut = {&literal, 1, "a test"};
    struct explore_space space = *f.w.space;
    space.cuts = &cut;
    space.cuts_count = 1;
    test_world_use(&f.w, &space);
    test_acquisition_fit(&f, 8);
    assert_int_equal(f.classes.orbit[0], 0);
    assert_int_equal(f.classes.orbit[1], 1);
    assert_int_equal(f.classes.orbit[3], 2);
    assert_int_equal(f.classes.cluster_orbit[1], 1);
    test_world_close(&f.w);
}

/* A CPU that is measured to be 40 us slower than its neighbour is no longer its like. */
static void test_learned_difference(void **state)
{
    (void)state;
    struct test_acquisition f;
    test_acquisition_open(&f, 13, RUNS);
    assert_int_equal(f.classes.orbit[1], 0);
    for (uint32_t i = 0; i < RUNS; i++)
        f.w.us[i][1] += 40.0;
    test_acquisition_fit(&f, 32);
    assert_int_equal(f.classes.orbit[1], 1);
    assert_int_equal(f.classes.count, RUNS);
    test_world_close(&f.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_best),
        cmocka_unit_test(test_value),
        cmocka_unit_test(test_symmetry),
        cmocka_unit_test(test_broken_symmetry),
        cmocka_unit_test(test_learned_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
