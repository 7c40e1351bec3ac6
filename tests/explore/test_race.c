/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/race.h"

#include <math.h>

#include "base/random.h"
#include "tests/support/support.h"

static void near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}

/*
 * Conover's example of Friedman's test (5.8): twelve gardens rank four grasses; T = 8.097 with 3
 * degrees of freedom, p = 0.0440 by the tables of chi-squared.
 */
static void test_textbook(void **state)
{
    static const double ranks[12][4] = {
        {4, 3, 2, 1}, {4, 2, 3, 1}, {3, 1.5, 1.5, 4}, {3, 1, 2, 4}, {4, 2, 1, 3}, {2, 2, 2, 4},
        {1, 3, 2, 4}, {2, 4, 1, 3}, {3.5, 1, 2, 3.5}, {4, 1, 3, 2}, {4, 2, 3, 1}, {3.5, 1, 2, 3.5}};
    struct aj_arena *arena = aj_arena_open();
    const struct explore_race race = {&ranks[0][0], 4, 12, NULL};
    (void)state;
    const struct explore_raced r = explore_race_judge(&race, arena);
    near(r.p, 0.0440, 5e-5);
    assert_int_equal(r.left, 4); /* at the eighth look that is not enough */
    assert_int_equal(r.rounds, 12);
    aj_arena_close(arena);
}

static void test_leaves(void **state)
{
    enum { ROUNDS = 12 };
    static const double level[] = {100.0, 101.0, 140.0, 99.0};
    double scores[ROUNDS * 4];
    struct aj_arena *arena = aj_arena_open();
    struct aj_random random;
    (void)state;
    aj_random_seed(&random, 3);
    for (uint32_t r = 0; r < ROUNDS; r++) {
        const double easy = 1.0 + 0.5 * aj_random_unit(&random); /* rounds differ, ranks do not */
        for (uint32_t k = 0; k < 4; k++)
            scores[r * 4 + k] = level[k] * easy * exp(0.02 * aj_random_normal(&random));
    }
    const struct explore_race race = {scores, 4, ROUNDS, NULL};
    const struct explore_raced r = explore_race_judge(&race, arena);
    assert_true(r.out_in[2] >= EXPLORE_RACE_FIRST);
    assert_int_equal(r.left, 3);
    assert_true(r.winner != 2);
    /* As if asked after each round: who left does not come back. */
    for (uint32_t rounds = 0; rounds <= ROUNDS; rounds++) {
        const struct explore_race part = {scores, 4, rounds, NULL};
        const struct explore_raced then = explore_race_judge(&part, arena);
        assert_true((then.out_in[2] != 0) == (rounds >= r.out_in[2]));
        assert_int_equal(then.rounds, rounds);
    }
    /* Those that left are not measured any more. */
    for (uint32_t i = r.out_in[2]; i < ROUNDS; i++)
        scores[i * 4 + 2] = (double)NAN;
    const struct explore_raced again = explore_race_judge(&race, arena);
    assert_int_equal(again.winner, r.winner);
    assert_int_equal(again.left, r.left);
    assert_int_equal(again.rounds, ROUNDS);
    aj_arena_close(arena);
}

static void test_two(void **state)
{
    double scores[16];
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    for (uint32_t r = 0; r < 8; r++) {
        scores[2 * r] = 100.0 + r;
        scores[2 * r + 1] = 90.0 + 0.5 * r;
    }
    const struct explore_race race = {scores, 2, 8, NULL};
    const struct explore_raced r = explore_race_judge(&race, arena);
    assert_int_equal(r.winner, 1);
    /* 2 / 2^5 is more than the first look may spend, 2 / 2^6 and 2 / 2^7 than the next ones. */
    assert_int_equal(r.out_in[0], 0);
    near(r.p, 2.0 / 256.0, 1e-12);
    near(r.location[1], 91.7, 0.2);
    aj_arena_close(arena);
}

static void test_odd(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    const double same[] = {5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5};
    const double holes[] = {5, (double)NAN, 3, -1.0, 0.0, HUGE_VAL, 2, 1, 3};
    (void)state;
    struct explore_raced r = explore_race_judge(&(struct explore_race){same, 3, 6, NULL}, arena);
    assert_int_equal(r.left, 3);
    assert_int_equal(r.winner, 0); /* the one that was thought to be the best */
    near(r.p, 1.0, 0.0);
    r = explore_race_judge(&(struct explore_race){holes, 3, 3, NULL}, arena);
    assert_int_equal(r.rounds, 1);
    assert_int_equal(r.winner, 1);
    r = explore_race_judge(&(struct explore_race){NULL, 3, 0, NULL}, arena);
    assert_int_equal(r.winner, 0);
    assert_int_equal(r.left, 3);
    r = explore_race_judge(&(struct explore_race){same, 1, 9, NULL}, arena);
    assert_int_equal(r.left, 1);
    assert_int_equal(r.winner, 0);
    aj_arena_close(arena);
}

/* Of equals, one leaves in at most EXPLORE_RACE_ALPHA of races, however many rounds. */
static void test_equals_stay(void **state)
{
    enum { RACES = 400, ROUNDS = 16 };
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    for (uint32_t finalists = 2; finalists <= 5; finalists++) {
        unsigned left = 0;
        struct aj_random random;
        aj_random_seed(&random, finalists);
        for (uint32_t i = 0; i < RACES; i++) {
            double scores[ROUNDS * 5];
            for (uint32_t k = 0; k < ROUNDS * finalists; k++)
                scores[k] = exp(0.1 * aj_random_gumbel(&random));
            const struct explore_race race = {scores, finalists, ROUNDS, NULL};
            left += explore_race_judge(&race, arena).left < finalists;
        }
        /* three standard errors are 0.045 */
        assert_true((double)left / RACES <= EXPLORE_RACE_ALPHA + 0.045);
    }
    aj_arena_close(arena);
}

/* One that has no scores keeps nobody from being compared, once it is given up. */
static void test_gone(void **state)
{
    enum { ROUNDS = 8 };
    double scores[3 * ROUNDS];
    bool gone[3] = {false, false, true};
    const struct explore_race race = {scores, 3, ROUNDS, gone};
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    for (uint32_t r = 0; r < ROUNDS; r++) {
        scores[3 * r] = 50.0 + r % 2;
        scores[3 * r + 1] = 40.0 + r % 3;
        scores[3 * r + 2] = (double)NAN;
    }
    struct explore_raced r = explore_race_judge(&race, arena);
    assert_int_equal(r.rounds, ROUNDS);
    assert_int_equal(r.winner, 1);
    assert_int_equal(r.left, 2);
    assert_int_equal(r.out_in[2], AJ_NONE32);
    gone[0] = gone[1] = true;
    r = explore_race_judge(&race, arena);
    assert_int_equal(r.left, 0);
    assert_int_equal(r.winner, AJ_NONE32);
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_textbook),    cmocka_unit_test(test_leaves),
        cmocka_unit_test(test_two),         cmocka_unit_test(test_odd),
        cmocka_unit_test(test_equals_stay), cmocka_unit_test(test_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
