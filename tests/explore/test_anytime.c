/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/anytime.h"

#include <math.h>

#include "tests/support/support.h"

#define LEVEL 0.95
enum { MOST = 150 };

typedef bool covers(uint32_t hits, uint32_t trials, double p);

static bool proportion(uint32_t hits, uint32_t trials, double p)
{
    const struct explore_interval i = explore_anytime_proportion(hits, trials, LEVEL);
    return i.low <= p && p <= i.high;
}

static bool once(uint32_t hits, uint32_t trials, double p)
{
    const struct explore_interval i = explore_stats_proportion(hits, trials, LEVEL);
    return i.low <= p && p <= i.high;
}

static bool median(uint32_t below, uint32_t count, double p)
{
    uint32_t low, high;
    (void)p;
    return !explore_anytime_median_ranks(count, LEVEL, &low, &high) ||
           (below >= low && below < high);
}

static bool median_once(uint32_t below, uint32_t count, double p)
{
    uint32_t low, high;
    return !explore_stats_quantile_ranks(count, p, LEVEL, &low, &high) ||
           (below >= low && below < high);
}

/*
 * The share of all series of MOST trials in which an interval is ever beside the truth, by all ways in
 * which hits can come: whoever stops when it pleases cannot do worse.
 */
static double ever_missed(covers *encloses, double p)
{
    double alive[MOST + 1] = {1.0}, missed = 0.0;
    for (uint32_t n = 1; n <= MOST; n++) {
        for (uint32_t k = n + 1; k-- > 0;)
            alive[k] = (k < n ? alive[k] * (1.0 - p) : 0.0) + (k > 0 ? alive[k - 1] * p : 0.0);
        for (uint32_t k = 0; k <= n; k++) {
            if (alive[k] > 0.0 && !encloses(k, n, p)) {
                missed += alive[k];
                alive[k] = 0.0;
            }
        }
    }
    return missed;
}

static void test_proportion_at_any_time(void **state)
{
    static const double truths[] = {0.005, 0.03, 0.1, 0.3, 0.5, 0.8, 0.97};
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(truths); i++) {
        const double missed = ever_missed(proportion, truths[i]);
        if (missed > 1.0 - LEVEL)
            fail_msg("%g: missed in %g", truths[i], missed);
    }
    assert_true(ever_missed(once, 0.1) > 0.15); /* what is made for one look does not stand many */
}

static void test_median_at_any_time(void **state)
{
    (void)state;
    assert_true(ever_missed(median, 0.5) <= 1.0 - LEVEL);
    assert_true(ever_missed(median_once, 0.5) > 0.15);
}

static void near(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-6))
        fail_msg("%.9g is not %.9g", value, expected);
}

/* In closed form where nothing, or everything, is a hit: (1/2 m + 1/4) / (1 - q)^n = 20. */
static void test_proportion_in_closed_form(void **state)
{
    (void)state;
    for (uint32_t n = 1; n <= 100; n += 3) {
        double mixture = 1.0; /* (1/2) (3/2) ... / n! */
        for (uint32_t i = 0; i < n; i++)
            mixture *= (i + 0.5) / (i + 1.0);
        const double high = 1.0 - pow((0.5 * mixture + 0.25) / 20.0, 1.0 / n);
        near(explore_anytime_proportion(0, n, LEVEL).high, high);
        near(explore_anytime_proportion(0, n, LEVEL).low, 0.0);
        near(explore_anytime_proportion(n, n, LEVEL).low, 1.0 - high);
        near(explore_anytime_proportion(n, n, LEVEL).high, 1.0);
    }
    near(explore_anytime_proportion(0, 0, LEVEL).high, 1.0);
    const struct explore_interval huge = explore_anytime_proportion(500000, 1000000, LEVEL);
    assert_true(huge.low > 0.497 && huge.high < 0.503);
}

static void test_median_ranks(void **state)
{
    uint32_t low, high;
    (void)state;
    assert_false(explore_anytime_median_ranks(0, LEVEL, &low, &high));
    assert_false(explore_anytime_median_ranks(5, LEVEL, &low, &high));
    assert_true(explore_anytime_median_ranks(6, LEVEL, &low, &high));
    assert_true(low == 1 && high == 6);
    for (uint32_t n = 6; n < 3000; n += 7) {
        uint32_t inner, outer;
        assert_true(explore_anytime_median_ranks(n, LEVEL, &low, &high));
        assert_true(explore_stats_quantile_ranks(n, 0.5, LEVEL, &inner, &outer));
        assert_true(low <= inner && high >= outer && low + high == n + 1);
    }
    assert_true(explore_anytime_median_ranks(10000, LEVEL, &low, &high));
    assert_true(low > 4750);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_proportion_at_any_time),
        cmocka_unit_test(test_median_at_any_time),
        cmocka_unit_test(test_proportion_in_closed_form),
        cmocka_unit_test(test_median_ranks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
