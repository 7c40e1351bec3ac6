/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/deadline.h"

#include <math.h>

#include "base/random.h"
#include "tests/support/support.h"

#define LEVEL 0.95

static void near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}

static struct explore_exceeded seen(uint64_t count, uint64_t runs)
{
    return (struct explore_exceeded){runs, count};
}

static void test_bounds(void **state)
{
    (void)state;
    struct explore_interval none = explore_deadline_bounds(seen(0, 0), LEVEL);
    near(none.low, 0.0, 1e-12);
    near(none.high, 1.0, 1e-12);
    for (uint64_t n = 1; n <= 200; n += n < 20 ? 1 : 20) {
        for (uint64_t k = 0; k <= n; k++) {
            const struct explore_interval b = explore_deadline_bounds(seen(k, n), LEVEL);
            const struct explore_interval once = explore_stats_proportion(k, n, 0.9);
            assert_true(b.low <= (double)k / (double)n && (double)k / (double)n <= b.high);
            /* What may be looked at all the time tells less than what is looked at once. */
            assert_true(b.low <= once.low + 1e-9 && b.high >= once.high - 1e-9);
            if (k > 0)
                assert_true(explore_deadline_bounds(seen(k - 1, n), LEVEL).high <= b.high);
        }
    }
    const struct explore_interval huge = explore_deadline_bounds(seen(3, UINT64_C(1) << 40), LEVEL);
    assert_true(huge.high > 0.0 && huge.high < 1e-10);
    assert_true(huge.low < 3e-12);
}

static void test_certify(void **state)
{
    (void)state;
    struct explore_certificate c = explore_deadline_certify(seen(0, 0), 0.1, LEVEL, 1);
    assert_int_equal(c.verdict, EXPLORE_DEADLINE_OPEN);
    assert_int_equal(c.clean_runs, 36);
    c = explore_deadline_certify(seen(0, 35), 0.1, LEVEL, 1);
    assert_int_equal(c.verdict, EXPLORE_DEADLINE_OPEN);
    assert_int_equal(c.clean_runs, 1);
    c = explore_deadline_certify(seen(0, 36), 0.1, LEVEL, 1);
    assert_int_equal(c.verdict, EXPLORE_DEADLINE_MET);
    assert_true(c.bounds.high <= 0.1);
    assert_int_equal(c.clean_runs, 0);
    c = explore_deadline_certify(seen(1, 36), 0.1, LEVEL, 1);
    assert_int_equal(c.verdict, EXPLORE_DEADLINE_OPEN);
    const uint64_t more = c.clean_runs;
    assert_int_equal(explore_deadline_certify(seen(1, 36 + more), 0.1, LEVEL, 1).verdict,
                     EXPLORE_DEADLINE_MET);
    assert_int_equal(explore_deadline_certify(seen(1, 35 + more), 0.1, LEVEL, 1).verdict,
                     EXPLORE_DEADLINE_OPEN);
    assert_int_equal(explore_deadline_certify(seen(8, 10), 0.1, LEVEL, 1).verdict,
                     EXPLORE_DEADLINE_MISSED);
    assert_int_equal(explore_deadline_certify(seen(0, 10000), 1e-6, LEVEL, 1).verdict,
                     EXPLORE_DEADLINE_OPEN);
}

enum { RUNS = 80 };

/* Verdicts by runs and how many of them exceeded: the same is asked in most rounds. */
struct asked {
    bool known[RUNS + 1][RUNS + 1];
    enum explore_deadline_verdict verdict[RUNS + 1][RUNS + 1];
};

static enum explore_deadline_verdict ask(struct asked *asked, struct explore_exceeded e,
                                         double truth)
{
    if (!asked->known[e.runs][e.count]) {
        asked->known[e.runs][e.count] = true;
        asked->verdict[e.runs][e.count] = explore_deadline_certify(e, truth, LEVEL, 1).verdict;
    }
    return asked->verdict[e.runs][e.count];
}

/* Looked at after each of many runs, and stopped at the first chance to be wrong. */
static void test_honest_while_looking(void **state)
{
    enum { ROUNDS = 300 };
    static const double truths[] = {0.02, 0.1, 0.5};
    (void)state;
    for (size_t t = 0; t < AJ_COUNT(truths); t++) {
        struct asked at_most = {.known = {{false}}}, at_least = {.known = {{false}}};
        struct aj_random random;
        unsigned met = 0, missed = 0;
        aj_random_seed(&random, t);
        for (uint32_t round = 0; round < ROUNDS; round++) {
            struct explore_exceeded e = {0, 0};
            bool below = false, above = false;
            while (e.runs < RUNS) {
                e.runs++;
                e.count += aj_random_unit(&random) < truths[t];
                below |= ask(&at_most, e, truths[t] - 1e-9) == EXPLORE_DEADLINE_MET;
                above |= ask(&at_least, e, truths[t] + 1e-9) == EXPLORE_DEADLINE_MISSED;
            }
            met += below;
            missed += above;
        }
        print_message("truth %g: called met %u, missed %u times of %d\n", truths[t], met, missed,
                      ROUNDS);
        assert_true(met <= 16); /* 1 in 40 and three standard errors */
        assert_true(missed <= 16);
    }
}

static void test_cuts(void **state)
{
    double low;
    (void)state;
    assert_false(explore_deadline_cuts(seen(0, 0), 0.1, 0.05, 1, &low));
    near(low, 0.0, 1e-12);
    assert_false(explore_deadline_cuts(seen(2, 2), 0.1, 0.05, 1, &low));
    assert_true(explore_deadline_cuts(seen(3, 3), 0.1, 0.05, 1, &low));
    near(low, explore_deadline_bounds(seen(3, 3), 1.0 - 0.0303963550927).low, 1e-9);
    assert_false(
        explore_deadline_cuts(seen(3, 3), 0.1, 0.05, 5, &low)); /* later suspects need more */
    assert_true(explore_deadline_cuts(seen(4, 4), 0.1, 0.05, 5, &low));
    assert_false(explore_deadline_cuts(seen(4, 40), 0.1, 0.05, 1, &low));
}

/* Of twenty suspects that just keep it, looked at after each run, in 1 of 20 explorations one. */
static void test_cuts_honest(void **state)
{
    enum { ROUNDS = 300, SUSPECTS = 20, LOOKS = 12 };
    struct aj_random random;
    unsigned wrong = 0;
    (void)state;
    aj_random_seed(&random, 9);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        bool any = false;
        for (uint32_t nth = 1; nth <= SUSPECTS; nth++) {
            struct explore_exceeded e = {0, 0};
            double low;
            while (e.runs < LOOKS) {
                e.runs++;
                e.count += aj_random_unit(&random) < 0.2;
                any |= explore_deadline_cuts(e, 0.2, 0.05, nth, &low);
            }
        }
        wrong += any;
    }
    print_message("wrong cuts in %u of %d\n", wrong, ROUNDS);
    assert_true(wrong <= 15 + 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),      cmocka_unit_test(test_certify),
        cmocka_unit_test(test_cuts),        cmocka_unit_test(test_honest_while_looking),
        cmocka_unit_test(test_cuts_honest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
