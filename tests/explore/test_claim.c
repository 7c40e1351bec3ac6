/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/claim.h"

#include <math.h>

#include "base/random.h"
#include "tests/support/support.h"

static void near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}

/* Pairs whose ratio is `ratio`, apart from noise; the board drifts all the time. */
static void draw(struct aj_random *random, double ratio, double noise, struct explore_pair *pairs)
{
    for (uint32_t i = 0; i < EXPLORE_CLAIM_PAIRS; i++) {
        const double level = 50.0 * (1.0 + 0.05 * i);
        pairs[i].baseline = level * exp(noise * aj_random_normal(random));
        pairs[i].winner = ratio * level * exp(noise * aj_random_normal(random));
    }
}

static struct explore_claim judge(const struct explore_pair *pairs, size_t count,
                                  struct aj_arena *arena)
{
    return explore_claim_judge(pairs, count, 1, EXPLORE_CLAIM_MORE_COMES, arena);
}

static void test_better(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_pair pairs[EXPLORE_CLAIM_PAIRS];
    struct aj_random random;
    (void)state;
    aj_random_seed(&random, 1);
    draw(&random, 0.8, 0.02, pairs);
    struct explore_claim c = judge(pairs, 5, arena);
    assert_int_equal(c.verdict, EXPLORE_CLAIM_OPEN);
    assert_int_equal(c.next_look, 6);
    assert_int_equal(c.pairs, 0);
    assert_string_equal(explore_claim_text(&c, arena),
                        "no difference shown yet: fewer than 6 pairs");
    c = judge(pairs, 6, arena);
    assert_int_equal(c.verdict, EXPLORE_CLAIM_BETTER);
    assert_int_equal(c.pairs, 6);
    assert_int_equal(c.next_look, 0);
    near(c.effect, -0.2, 0.03);
    assert_true(c.interval.low < c.effect && c.effect < c.interval.high && c.interval.high < 0.0);
    near(c.p, 2.0 / 64.0, 1e-12);
    /* What comes later does not change what was decided. */
    for (uint32_t i = 6; i < EXPLORE_CLAIM_PAIRS; i++)
        pairs[i].winner = 10.0 * pairs[i].baseline;
    const struct explore_claim later = judge(pairs, EXPLORE_CLAIM_PAIRS, arena);
    assert_memory_equal(&later, &c, sizeof c);
    aj_arena_close(arena);
}

static void test_text(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_pair pairs[6];
    (void)state;
    for (uint32_t i = 0; i < 6; i++)
        pairs[i] = (struct explore_pair){100.0, 80.0 + i};
    struct explore_claim c = judge(pairs, 6, arena);
    assert_string_equal(
        explore_claim_text(&c, arena),
        "better: 17.5 % lower (95 % interval 20.0 % lower to 15.0 % lower, 6 pairs)");
    for (uint32_t i = 0; i < 6; i++)
        pairs[i] = (struct explore_pair){80.0 + i, 100.0};
    c = judge(pairs, 6, arena);
    assert_int_equal(c.verdict, EXPLORE_CLAIM_WORSE);
    assert_non_null(strstr(explore_claim_text(&c, arena), "worse: 21.2 % higher (95 % interval"));
    aj_arena_close(arena);
}

/* A difference that is certain, but smaller than matters. */
static void test_alike(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_pair pairs[EXPLORE_CLAIM_PAIRS];
    struct aj_random random;
    (void)state;
    aj_random_seed(&random, 2);
    draw(&random, 0.99, 0.001, pairs);
    const struct explore_claim c = judge(pairs, 6, arena);
    assert_int_equal(c.verdict, EXPLORE_CLAIM_ALIKE);
    assert_true(c.interval.high < 0.0);
    assert_non_null(strstr(explore_claim_text(&c, arena), "no difference that matters: 1."));
    aj_arena_close(arena);
}

static void test_undecided(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_pair pairs[EXPLORE_CLAIM_PAIRS];
    (void)state;
    for (uint32_t i = 0; i < EXPLORE_CLAIM_PAIRS; i++)
        pairs[i] = (struct explore_pair){100.0, i % 2 == 0 ? 80.0 : 120.0};
    struct explore_claim c = judge(pairs, 7, arena);
    assert_int_equal(c.verdict, EXPLORE_CLAIM_OPEN);
    assert_int_equal(c.next_look, 12);
    assert_int_equal(c.pairs, 6);
    c = explore_claim_judge(pairs, 7, 1, EXPLORE_CLAIM_NO_MORE, arena);
    assert_int_equal(c.verdict, EXPLORE_CLAIM_NOT_SHOWN);
    assert_int_equal(c.next_look, 0);
    c = judge(pairs, EXPLORE_CLAIM_PAIRS, arena);
    assert_int_equal(c.verdict, EXPLORE_CLAIM_NOT_SHOWN);
    assert_int_equal(c.pairs, EXPLORE_CLAIM_PAIRS);
    c = explore_claim_judge(NULL, 0, 1, EXPLORE_CLAIM_NO_MORE, arena);
    assert_int_equal(c.verdict, EXPLORE_CLAIM_NOT_SHOWN);
    assert_string_equal(explore_claim_text(&c, arena), "no difference shown: fewer than 6 pairs");
    aj_arena_close(arena);
}

static void test_pairs_without_scores(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    const struct explore_pair pairs[] = {{100, 80}, {(double)NAN, 81}, {100, 0}, {100, 82},
                                         {-1, 83},  {100, 84},         {0, 80},  {100, HUGE_VAL},
                                         {100, 85}, {101, 86},         {99, 80}};
    (void)state;
    const struct explore_claim c = judge(pairs, AJ_COUNT(pairs), arena);
    assert_int_equal(c.verdict, EXPLORE_CLAIM_BETTER);
    assert_int_equal(c.pairs, 6);
    assert_int_equal(c.left_out, 5);
    aj_arena_close(arena);
}

/* Of equals, with any noise, one is called better or worse in at most 1 of 20, interval likewise. */
static void test_honest(void **state)
{
    enum { ROUNDS = 1500 };
    struct aj_arena *arena = aj_arena_open();
    struct explore_pair pairs[EXPLORE_CLAIM_PAIRS];
    struct aj_random random;
    unsigned wrong = 0, missed = 0, better = 0;
    (void)state;
    aj_random_seed(&random, 4);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        draw(&random, 1.0, 0.05 + 0.1 * (round % 3), pairs);
        const struct explore_claim c = judge(pairs, EXPLORE_CLAIM_PAIRS, arena);
        better += c.verdict == EXPLORE_CLAIM_BETTER;
        wrong += c.verdict == EXPLORE_CLAIM_BETTER || c.verdict == EXPLORE_CLAIM_WORSE;
        missed += c.interval.low > 0.0 || c.interval.high < 0.0;
    }
    print_message("wrong in %u, interval missed %u, better %u of %d\n", wrong, missed, better,
                  ROUNDS);
    assert_true(wrong > 0);
    assert_true(wrong <= missed && (double)missed / ROUNDS <= 0.05 + 0.0169); /* 3 s.e. */
    assert_true((double)better / ROUNDS <= 0.025 + 0.0121);
    aj_arena_close(arena);
}

/* All candidates of an exploration together, at all looks, spend no more than 1/20. */
static void test_candidates(void **state)
{
    double all = 0.0;
    (void)state;
    assert_true(explore_claim_alpha(1, 0) >= 2.0 / 64.0); /* six pairs can show something */
    assert_true(explore_claim_alpha(3, 1) >= 2.0 / 4096.0);
    for (uint32_t j = 1; j <= 100000; j++)
        for (uint32_t look = 0; look < 4; look++)
            all += explore_claim_alpha(j, look);
    assert_true(all <= 0.05 && all > 0.0499);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_better),     cmocka_unit_test(test_text),
        cmocka_unit_test(test_alike),      cmocka_unit_test(test_undecided),
        cmocka_unit_test(test_honest),     cmocka_unit_test(test_pairs_without_scores),
        cmocka_unit_test(test_candidates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
