/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/drift.h"

#include <math.h>

#include "base/random.h"
#include "tests/support/support.h"

static void near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}

/* One decision every tenth run, of these scores. */
static struct explore_drift every_tenth(const double *scores, size_t count, struct aj_arena *arena)
{
    struct explore_sentinel *s = AJ_NEW_ARRAY(arena, struct explore_sentinel, count);
    for (size_t i = 0; i < count; i++)
        s[i] = (struct explore_sentinel){10 * (i + 1), 0, scores[i]};
    return explore_drift_find(s, count, arena);
}

static void test_steady(void **state)
{
    static const double scores[] = {50, 51, 49.5, 50.2, 50.9, 49, 50.1};
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    struct explore_drift d = every_tenth(scores, 7, arena);
    assert_int_equal(d.epochs_count, 1);
    assert_int_equal(d.epochs[0].first, 0);
    assert_int_equal(d.epochs[0].sentinels, 7);
    near(d.epochs[0].shift, 0.0, 0.0);
    assert_false(d.suspect);
    assert_int_equal(d.freedom, 6);
    assert_true(d.sd > 0.005 && d.sd < 0.03);
    d = every_tenth(NULL, 0, arena);
    assert_int_equal(d.epochs_count, 1);
    assert_int_equal(explore_drift_epoch(&d, UINT64_MAX), 0);
    assert_int_equal(d.freedom, 0);
    aj_arena_close(arena);
}

static void test_step(void **state)
{
    static const double scores[] = {50, 51, 49.5, 50.2, 50.9, 49, 50.1, 70, 71, 69, 70.5, 70.2};
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    struct explore_drift d = every_tenth(scores, 8, arena);
    assert_int_equal(d.epochs_count, 1); /* a spike or a step: nobody knows yet */
    assert_true(d.suspect);
    d = every_tenth(scores, AJ_COUNT(scores), arena);
    assert_int_equal(d.epochs_count, 3);
    assert_false(d.suspect);
    /* 1-70 as before, 71-79 unknown, from 80 on higher */
    assert_int_equal(explore_drift_epoch(&d, 70), 0);
    assert_int_equal(explore_drift_epoch(&d, 71), 1);
    assert_int_equal(explore_drift_epoch(&d, 79), 1);
    assert_int_equal(explore_drift_epoch(&d, 80), 2);
    assert_int_equal(explore_drift_epoch(&d, 1000), 2);
    assert_true(isnan(d.epochs[1].shift));
    assert_int_equal(d.epochs[0].sentinels, 7);
    assert_int_equal(d.epochs[2].sentinels, 5);
    near(d.epochs[2].shift, log(70.1 / 50.1), 0.01);
    /* variance of the difference of two means */
    near(d.epochs[2].error, d.sd * sqrt(1.0 / 7.0 + 1.0 / 5.0), 1e-9);
    aj_arena_close(arena);
}

static void test_spike(void **state)
{
    static const double scores[] = {50, 51, 49.5, 50.2, 50.9, 200, 50.1, 49.9, 180, 50.3};
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    const struct explore_drift d = every_tenth(scores, AJ_COUNT(scores), arena);
    assert_int_equal(d.epochs_count, 1);
    assert_int_equal(d.epochs[0].sentinels, 8);
    assert_false(d.suspect);
    assert_true(d.sd < 0.03);
    aj_arena_close(arena);
}

/* Three values say next to nothing about noise; a large step is not told from it. */
static void test_too_few(void **state)
{
    static const double scores[] = {50, 51, 90, 91};
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    const struct explore_drift d = every_tenth(scores, AJ_COUNT(scores), arena);
    assert_int_equal(d.epochs_count, 1);
    assert_false(d.suspect);
    aj_arena_close(arena);
}

/* Repeated right after a suspicion, with another decision: the shift is common to both. */
static void test_two_decisions(void **state)
{
    static const struct explore_sentinel s[] = {
        {1, 0, 80},           {2, 0, 81},  {5, 1, 50},   {9, 1, 50.5},     {10, 1, 49.6},
        {20, 0, 79.5},        {30, 1, 50}, {40, 0, 104}, {41, 1, 65},      {50, 1, 65.3},
        {60, 0, (double)NAN}, {61, 0, -3}, {62, 0, 0},   {63, 0, HUGE_VAL}};
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    const struct explore_drift d = explore_drift_find(s, AJ_COUNT(s), arena);
    assert_int_equal(d.epochs_count, 3);
    assert_int_equal(d.epochs[1].first, 31);
    assert_int_equal(d.epochs[2].first, 40);
    near(d.epochs[2].shift, log(1.3), 0.01);
    assert_int_equal(d.epochs[2].sentinels, 3);
    aj_arena_close(arena);
}

static void test_there_and_back(void **state)
{
    static const double scores[] = {50, 51, 49.5, 50.2, 70, 70.6, 69.2, 70.1, 50.2, 50.8, 49.7};
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    const struct explore_drift d = every_tenth(scores, AJ_COUNT(scores), arena);
    assert_int_equal(d.epochs_count, 5);
    near(d.epochs[2].shift, log(70.0 / 50.2), 0.02);
    near(d.epochs[4].shift, 0.0, 0.02);
    assert_true(d.epochs[4].error > d.epochs[2].error);
    aj_arena_close(arena);
}

/* Where nothing drifts, epochs are rare: of noise with and without spikes. */
static void test_false_alarms(void **state)
{
    enum { ROUNDS = 2000, COUNT = 12 };
    struct aj_arena *arena = aj_arena_open();
    struct aj_random random;
    (void)state;
    aj_random_seed(&random, 11);
    for (int kind = 0; kind < 3; kind++) {
        unsigned drifted = 0, suspected = 0;
        for (uint32_t round = 0; round < ROUNDS; round++) {
            double scores[COUNT];
            const struct aj_mark mark = aj_arena_mark(arena);
            for (size_t i = 0; i < COUNT; i++) {
                const double noise =
                    kind == 0 ? aj_random_normal(&random) : aj_random_gumbel(&random);
                scores[i] = 50.0 * exp(0.05 * noise);
                if (kind == 2 && aj_random_unit(&random) < 0.02)
                    scores[i] += 40.0;
            }
            const struct explore_drift d = every_tenth(scores, COUNT, arena);
            drifted += d.epochs_count > 1;
            suspected += d.suspect;
            aj_arena_release(arena, mark);
        }
        print_message("noise %d: drift in %u, suspicion in %u of %d\n", kind, drifted, suspected,
                      ROUNDS);
        assert_true(drifted <= ROUNDS / 50);
    }
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steady),        cmocka_unit_test(test_step),
        cmocka_unit_test(test_spike),         cmocka_unit_test(test_too_few),
        cmocka_unit_test(test_two_decisions), cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_false_alarms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
