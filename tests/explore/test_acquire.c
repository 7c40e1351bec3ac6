/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Descents against enumeration of a small space, and the classes of decisions they leave out.
 */
#include "explore/acquire.h"

#include <math.h>

#include "explore/sim.h"
#include "tests/support/spaces.h"
#include "tests/support/support.h"

#define CPUS 4
#define RUNS 12

struct world {
    struct aj_arena *arena;
    const struct explore_space *space;
    const struct explore_sim *sim;
    struct aj_random random;
    struct explore_decision decisions[RUNS];
    struct explore_observed runs[RUNS];
    double us[RUNS][CPUS];
    struct explore_history history;
    const struct explore_surrogate *surrogate;
    struct explore_classes classes;
    struct explore_acquire acquire;
};

static void open_world(struct world *w, uint64_t seed, size_t runs)
{
    memset(w, 0, sizeof *w);
    w->arena = aj_arena_open();
    w->space = test_space(CPUS, seed, w->arena);
    struct explore_sim_options options = EXPLORE_SIM_OPTIONS;
    options.seed = seed;
    w->sim = explore_sim_make(w->space, &options, w->arena);
    aj_random_seed(&w->random, seed);
    for (size_t i = 0; i < runs; i++) {
        w->decisions[i] = explore_decision_new(w->space, w->arena);
        assert_true(explore_space_random(w->space, &w->random, 100, &w->decisions[i]));
        explore_sim_run(w->sim, &w->decisions[i], &w->random, w->us[i]);
        w->runs[i].decision = &w->decisions[i];
        w->runs[i].latency_us = w->us[i];
    }
    w->history = (struct explore_history){w->runs, runs};
    const struct explore_surrogate_options fit = {.seed = seed, .draws = 8};
    w->surrogate = explore_surrogate_fit(w->space, &w->history, &fit, w->arena);
    explore_classes_make(w->surrogate, w->arena, &w->classes);
    w->acquire = (struct explore_acquire){
        .layout = &w->surrogate->layout,
        .draws = w->surrogate->draws,
        .draws_count = 1,
        .classes = &w->classes,
        .random_starts = 20,
    };
}

/* Counts through all values of all variables; false when done. */
static bool advance(const struct explore_space *space, struct explore_decision *d)
{
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        if (++d->owner[p] < space->cells_count)
            return true;
        d->owner[p] = 0;
    }
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        if (++d->irq_cpu[j] < space->cpus_count)
            return true;
        d->irq_cpu[j] = 0;
    }
    for (uint32_t c = 0; c < space->cells_count; c++) {
        if (++d->bank[c] < space->banks_count)
            return true;
        d->bank[c] = 0;
    }
    return false;
}

/* The least value of all that is allowed and not measured. */
static double enumerate(const struct world *w)
{
    struct explore_decision d = explore_decision_new(w->space, w->arena);
    double best = (double)INFINITY;
    for (uint32_t c = 0; c < w->space->cells_count; c++)
        d.bank[c] = 0;
    do {
        if (explore_space_allows(w->space, &d) && !explore_classes_measured(&w->classes, &d))
            best = fmin(best, explore_acquire_value(&w->acquire, &d));
    } while (advance(w->space, &d));
    return best;
}

/* The descent's guide may prefer a decision a little worse on the worst CPU. */
static void test_best(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct world w;
        double value;
        open_world(&w, seed, RUNS);
        struct explore_decision best = explore_decision_new(w.space, w.arena);
        assert_true(explore_acquire_best(&w.acquire, &w.random, w.arena, &best, &value));
        assert_true(explore_space_allows(w.space, &best));
        assert_false(explore_classes_measured(&w.classes, &best));
        assert_true(fabs(value - explore_acquire_value(&w.acquire, &best)) < 1e-9);
        const double least = enumerate(&w);
        if (value < least - 1e-9 || value > 1.02 * least)
            fail_msg("seed %u: %g, the least is %g", (unsigned)seed, value, least);
        aj_arena_close(w.arena);
    }
}

/* The value is that of the surrogate's own prediction. */
static void test_value(void **state)
{
    (void)state;
    struct world w;
    double us[CPUS];
    open_world(&w, 5, RUNS);
    struct explore_term *terms =
        AJ_NEW_ARRAY(w.arena, struct explore_term, explore_layout_terms_max(&w.surrogate->layout));
    struct explore_decision d = explore_decision_new(w.space, w.arena);
    for (uint32_t i = 0; i < 100; i++) {
        assert_true(explore_space_random(w.space, &w.random, 100, &d));
        explore_surrogate_predict(&w.surrogate->layout, w.acquire.draws, &d, terms, us);
        const double value = explore_acquire_value(&w.acquire, &d);
        assert_true(fabs(value - explore_sim_worst(w.space, &d, us)) < 1e-9 * fabs(value));
    }
    aj_arena_close(w.arena);
}

/*
 * Before anything is known, CPUs of a cluster and whole clusters change places freely; with another
 * owner's interrupt or with a cut that names a CPU they do not.
 */
static void test_symmetry(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, 6, 0);
    struct explore_decision a = explore_decision_new(w.space, w.arena);
    assert_true(explore_space_random(w.space, &w.random, 100, &a));
    struct explore_decision b = explore_decision_copy(w.space, &a, w.arena);
    for (uint32_t p = 0; p < CPUS; p++)
        b.owner[p ^ 1] = a.owner[p]; /* within the clusters 0-1 and 2-3 */
    for (uint32_t j = 0; j < w.space->irqs_count; j++)
        b.irq_cpu[j] = a.irq_cpu[j] ^ 1;
    const uint64_t key = explore_classes_key(&w.classes, &a);
    assert_true(explore_classes_key(&w.classes, &b) == key);
    for (uint32_t p = 0; p < CPUS; p++)
        b.owner[p ^ 2] = a.owner[p];
    for (uint32_t j = 0; j < w.space->irqs_count; j++)
        b.irq_cpu[j] = a.irq_cpu[j] ^ 2;
    assert_true(explore_classes_key(&w.classes, &b) == key);
    b.bank[0] = (b.bank[0] + 1) % w.space->banks_count;
    assert_false(explore_classes_key(&w.classes, &b) == key);
    aj_arena_close(w.arena);
}

static void test_broken_symmetry(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, 7, 0);
    const struct explore_literal literal = {EXPLORE_LITERAL_OWNER, 0, 1};
    const struct explore_cut cut = {&literal, 1, "a test"};
    struct explore_space space = *w.space;
    space.cuts = &cut;
    space.cuts_count = 1;
    const struct explore_surrogate_options fit = {.seed = 1, .draws = 8};
    w.surrogate = explore_surrogate_fit(&space, &w.history, &fit, w.arena);
    explore_classes_make(w.surrogate, w.arena, &w.classes);
    assert_int_equal(w.classes.orbit[0], 0);
    assert_int_equal(w.classes.orbit[1], 1);
    assert_int_equal(w.classes.orbit[3], 2);
    assert_int_equal(w.classes.cluster_orbit[1], 1);
    aj_arena_close(w.arena);
}

/* A CPU that is measured to be 40 us slower than its neighbour is no longer its like. */
static void test_learned_difference(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, 8, RUNS);
    assert_int_equal(w.classes.orbit[1], 0);
    for (uint32_t i = 0; i < RUNS; i++)
        w.us[i][1] += 40.0;
    const struct explore_surrogate_options fit = {.seed = 1, .draws = 32};
    w.surrogate = explore_surrogate_fit(w.space, &w.history, &fit, w.arena);
    explore_classes_make(w.surrogate, w.arena, &w.classes);
    assert_int_equal(w.classes.orbit[1], 1);
    assert_int_equal(w.classes.count, RUNS);
    aj_arena_close(w.arena);
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
