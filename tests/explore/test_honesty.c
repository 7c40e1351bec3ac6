/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole explorations of simulated boards: what they claim is so. The small form of
 * benchmarks/honesty.c; limits are what honest claims exceed in 1 of 1000 tests.
 */
#include "tests/support/exploration.h"
#include "tests/support/support.h"

enum { EXPLORATIONS = 25, CERTIFICATES = 30 };

static const struct explore_sim_options nominal = {.hidden = 1, .pair_spread = 0.4, .noise = 1};

/* Counts the explorations that claim to have found something better, and those that are wrong. */
static void explorations(const struct explore_sim_options *sim, unsigned *better, unsigned *wrong)
{
    *better = *wrong = 0;
    for (uint64_t seed = 1; seed <= EXPLORATIONS; seed++) {
        const struct test_exploration what = {4, seed, *sim, 8, 0};
        struct test_explored e;
        struct aj_ctx cx;
        aj_ctx_open(&cx);
        test_explore(&cx, &what, &e);
        test_no_errors(&cx);
        aj_ctx_close(&cx);
        *better += e.claim.verdict == EXPLORE_CLAIM_BETTER;
        *wrong += e.claim.verdict == EXPLORE_CLAIM_BETTER && e.truth >= 0.0;
    }
    print_message("better claimed in %u of %d, wrong %u\n", *better, EXPLORATIONS, *wrong);
}

static void test_all_equal(void **state)
{
    struct explore_sim_options flat = nominal;
    unsigned better, wrong;
    (void)state;
    flat.flat = true;
    explorations(&flat, &better, &wrong);
    assert_int_equal(better, wrong);
    assert_true(wrong <= 5); /* of at most 1 in 20 */
}

static void test_differ(void **state)
{
    unsigned better, wrong;
    (void)state;
    explorations(&nominal, &better, &wrong);
    assert_true(better >= EXPLORATIONS / 4);
    assert_true(wrong <= 5);
}

static unsigned certified(double chance, enum explore_deadline_verdict verdict)
{
    unsigned count = 0;
    for (uint64_t seed = 1; seed <= CERTIFICATES; seed++) {
        const struct test_exploration what = {4, seed, nominal, 0, 6000};
        double truth;
        count += test_certify(&what, chance, 0.2, 60, &truth) == verdict;
    }
    print_message("truth %g: %u of %d\n", chance, count, CERTIFICATES);
    return count;
}

static void test_certificates(void **state)
{
    (void)state;
    assert_true(certified(0.21, EXPLORE_DEADLINE_MET) <= 6); /* of at most 1 in 20 */
    assert_true(certified(0.19, EXPLORE_DEADLINE_MISSED) <= 6);
    assert_true(certified(0.02, EXPLORE_DEADLINE_MET) >= CERTIFICATES / 2);
    assert_true(certified(0.6, EXPLORE_DEADLINE_MISSED) >= CERTIFICATES / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_equal),
        cmocka_unit_test(test_differ),
        cmocka_unit_test(test_certificates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
