/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Against sums and enumerations written out here, tables of the literature, and simulations.
 */
#include "explore/stats.h"

#include <math.h>

#include "tests/support/support.h"

#define LEVEL 0.95

static void near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}

/* P(X >= k) and P(X <= k) of n trials by the sum of the terms. */
static double binomial_term(unsigned n, unsigned k, double p)
{
    double term = 1.0;
    for (unsigned i = 0; i < k; i++)
        term *= (double)(n - i) / (double)(k - i) * p;
    for (unsigned i = k; i < n; i++)
        term *= 1.0 - p;
    return term;
}

static double at_least(unsigned n, unsigned k, double p)
{
    double sum = 0.0;
    for (unsigned i = k; i <= n; i++)
        sum += binomial_term(n, i, p);
    return sum;
}

static double at_most(unsigned n, unsigned k, double p)
{
    double sum = 0.0;
    for (unsigned i = 0; i <= k; i++)
        sum += binomial_term(n, i, p);
    return sum;
}

/* The bounds are where the observation becomes just as unlikely as 1 in 40 (both sides: 1 in 20). */
static void test_proportion(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 40; n++) {
        for (unsigned k = 0; k <= n; k++) {
            const struct explore_interval i = explore_stats_proportion(k, n, LEVEL);
            assert_true(i.low <= (double)k / n && (double)k / n <= i.high);
            if (k > 0)
                near(at_least(n, k, i.low), 0.025, 1e-9);
            else
                near(i.low, 0.0, 0.0);
            if (k < n)
                near(at_most(n, k, i.high), 0.025, 1e-9);
            else
                near(i.high, 1.0, 0.0);
        }
    }
}

static void test_proportion_known(void **state)
{
    (void)state;
    /* 0 of n: 1 - (a/2)^(1/n); 3/n for one side at 95 % is level 0.9 here. */
    near(explore_stats_proportion(0, 3000000, 0.9).high, 1.0 - pow(0.05, 1.0 / 3000000.0), 1e-15);
    near(explore_stats_proportion(0, 3000000, 0.9).high, 1e-6, 2e-9);
    /* Tables: 10 of 100 at 95 % */
    near(explore_stats_proportion(10, 100, LEVEL).low, 0.0490, 5e-5);
    near(explore_stats_proportion(10, 100, LEVEL).high, 0.1762, 5e-5);
    near(explore_stats_proportion(0, 0, LEVEL).low, 0.0, 0.0);
    near(explore_stats_proportion(0, 0, LEVEL).high, 1.0, 0.0);
    const struct explore_interval huge = explore_stats_proportion(3, UINT64_C(1) << 40, LEVEL);
    assert_true(huge.low > 0.0 && huge.high < 1e-11);
}

/* Every possible number of hits, weighted: the interval holds the truth at least at its level. */
static void test_proportion_covers(void **state)
{
    (void)state;
    for (unsigned n = 5; n <= 30; n += 5) {
        for (double p = 0.01; p < 1.0; p += 0.037) {
            double covered = 0.0;
            for (unsigned k = 0; k <= n; k++) {
                const struct explore_interval i = explore_stats_proportion(k, n, LEVEL);
                if (i.low <= p && p <= i.high)
                    covered += binomial_term(n, k, p);
            }
            assert_true(covered >= LEVEL);
        }
    }
}

static void test_quantile_ranks(void **state)
{
    uint32_t low, high;
    (void)state;
    assert_false(explore_stats_quantile_ranks(0, 0.5, LEVEL, &low, &high));
    assert_false(explore_stats_quantile_ranks(5, 0.5, LEVEL, &low, &high));
    assert_true(explore_stats_quantile_ranks(6, 0.5, LEVEL, &low, &high));
    assert_int_equal(low, 1);
    assert_int_equal(high, 6);
    /* The sign test's tables: 10 values 2..9, 20 values 6..15, 100 values 40..61. */
    assert_true(explore_stats_quantile_ranks(10, 0.5, LEVEL, &low, &high));
    assert_true(low == 2 && high == 9);
    assert_true(explore_stats_quantile_ranks(20, 0.5, LEVEL, &low, &high));
    assert_true(low == 6 && high == 15);
    assert_true(explore_stats_quantile_ranks(100, 0.5, LEVEL, &low, &high));
    assert_true(low == 40 && high == 61);
    /* The 0.99 quantile takes as many that 0.99^n is below 1 in 40: 368. */
    assert_false(explore_stats_quantile_ranks(367, 0.99, LEVEL, &low, &high));
    assert_true(explore_stats_quantile_ranks(368, 0.99, LEVEL, &low, &high));
    assert_int_equal(high, 368);
}

/* The ranks are the innermost that keep the promise on each side. */
static void test_quantile_ranks_are_tight(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 60; n++) {
        for (double p = 0.05; p < 1.0; p += 0.09) {
            uint32_t low, high;
            if (!explore_stats_quantile_ranks(n, p, LEVEL, &low, &high)) {
                assert_true(at_most(n, 0, p) > 0.025 || at_least(n, n, p) > 0.025);
                continue;
            }
            assert_true(at_most(n, low - 1, p) <= 0.025 && at_most(n, low, p) > 0.025);
            assert_true(at_least(n, high, p) <= 0.025 && at_least(n, high - 1, p) > 0.025);
        }
    }
}

/* Random numbers of (0, 1) */
static double uniform(uint64_t *random)
{
    return ((double)(test_random(random) >> 12) + 0.5) * 0x1p-52;
}

static void test_quantile_ranks_cover(void **state)
{
    enum { ROUNDS = 4000, COUNT = 25 };
    uint64_t random = test_random_start(11);
    const double median = log(2.0); /* of the exponential distribution */
    unsigned covered = 0;
    uint32_t low, high;
    (void)state;
    assert_true(explore_stats_quantile_ranks(COUNT, 0.5, LEVEL, &low, &high));
    for (int round = 0; round < ROUNDS; round++) {
        double values[COUNT];
        for (size_t i = 0; i < COUNT; i++)
            values[i] = -log(uniform(&random));
        explore_stats_sort(values, COUNT);
        covered += values[low - 1] <= median && median <= values[high - 1];
    }
    /* The exact coverage is 0.9567; three standard errors are 0.0097. */
    near((double)covered / ROUNDS, at_most(COUNT, high - 1, 0.5) - at_most(COUNT, low - 1, 0.5),
         0.0097);
}

static void test_median(void **state)
{
    double values[] = {3.0, -1.0, 2.0, 10.0};
    (void)state;
    explore_stats_sort(values, 4);
    near(explore_stats_median(values, 4), 2.5, 0.0);
    near(explore_stats_median(values, 3), 2.0, 0.0);
    near(explore_stats_median(values, 1), -1.0, 0.0);
}

/* Series */

/* The share of all ways to choose na of the values that give at least the distance seen. */
static double enumerate_smirnov(const double *a, size_t na, const double *b, size_t nb)
{
    double all[16];
    const size_t n = na + nb;
    unsigned ways = 0, hits = 0;
    double seen = -1.0;
    memcpy(all, a, na * sizeof *a);
    memcpy(all + na, b, nb * sizeof *b);
    /* The first choice is the one seen. */
    for (unsigned chosen = (1U << na) - 1; chosen < 1U << n; chosen++) {
        unsigned size = 0;
        double most = 0.0;
        for (size_t i = 0; i < n; i++)
            size += chosen >> i & 1U;
        if (size != na)
            continue;
        for (size_t i = 0; i < n; i++) {
            double fa = 0.0, fb = 0.0;
            for (size_t k = 0; k < n; k++) {
                if (all[k] <= all[i] && (chosen >> k & 1U) != 0)
                    fa += 1.0 / (double)na;
                else if (all[k] <= all[i])
                    fb += 1.0 / (double)nb;
            }
            most = fabs(fa - fb) > most ? fabs(fa - fb) : most;
        }
        if (seen < 0.0)
            seen = most;
        ways++;
        hits += most >= seen - 1e-9;
    }
    return (double)hits / (double)ways;
}

static void test_smirnov_is_the_enumeration(void **state)
{
    uint64_t random = test_random_start(8);
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    for (int round = 0; round < 120; round++) {
        double a[6], b[6];
        const size_t na = 1 + test_random_below(&random, 6), nb = 1 + test_random_below(&random, 6);
        for (size_t i = 0; i < na; i++)
            a[i] = uniform(&random);
        for (size_t i = 0; i < nb; i++)
            b[i] = uniform(&random) + (round % 3 == 0 ? 0.5 : 0.0);
        const double p = enumerate_smirnov(a, na, b, nb);
        explore_stats_sort(a, na);
        explore_stats_sort(b, nb);
        near(explore_stats_smirnov(a, na, b, nb, arena), p, 1e-12);
    }
    aj_arena_close(arena);
}

/* With ties the exact p of these values is smaller, never greater. */
static void test_smirnov_ties(void **state)
{
    uint64_t random = test_random_start(9);
    struct aj_arena *arena = aj_arena_open();
    const double one[1] = {1.0};
    (void)state;
    near(explore_stats_smirnov(one, 1, one, 1, arena), 1.0, 0.0);
    for (int round = 0; round < 120; round++) {
        double a[5], b[6];
        for (size_t i = 0; i < 5; i++)
            a[i] = (double)test_random_below(&random, 4);
        for (size_t i = 0; i < 6; i++)
            b[i] = (double)test_random_below(&random, 5);
        const double p = enumerate_smirnov(a, 5, b, 6);
        explore_stats_sort(a, 5);
        explore_stats_sort(b, 6);
        assert_true(explore_stats_smirnov(a, 5, b, 6, arena) >= p - 1e-12);
    }
    aj_arena_close(arena);
}

static void test_ljung_box(void **state)
{
    enum { ROUNDS = 1000, COUNT = 60 };
    uint64_t random = test_random_start(10);
    double values[COUNT];
    unsigned rejected = 0;
    (void)state;
    /* By hand: 1 2 3 4 has r1 = 1/4, Q = 4*6*(1/16)/3 = 1/2, P(chi-squared 1 > 1/2) = 0.4795. */
    near(explore_stats_ljung_box((const double[]){1, 2, 3, 4}, 4, 1), 0.479500, 1e-6);
    near(explore_stats_ljung_box((const double[]){7, 7, 7, 7}, 4, 1), 1.0, 0.0);
    near(explore_stats_ljung_box(values, 0, 5), 1.0, 0.0);
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < COUNT; i++)
            values[i] = uniform(&random);
        rejected += explore_stats_ljung_box(values, COUNT, 5) <= 0.05;
    }
    near((double)rejected / ROUNDS, 0.05, 0.025);
    for (size_t i = 0; i < COUNT; i++) /* each value most of the one before */
        values[i] = (i > 0 ? 0.9 * values[i - 1] : 0.0) + uniform(&random);
    assert_true(explore_stats_ljung_box(values, COUNT, 5) < 0.01);
}

/* What GSL refuses is an error like others, not the end of the program. */
static void test_gsl_returns(void **state)
{
    (void)state;
    explore_stats_begin();
    uint32_t low, high;
    (void)explore_stats_quantile_ranks(10, 1.5, LEVEL, &low, &high); /* no probability */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_proportion),
        cmocka_unit_test(test_proportion_known),
        cmocka_unit_test(test_proportion_covers),
        cmocka_unit_test(test_quantile_ranks),
        cmocka_unit_test(test_quantile_ranks_are_tight),
        cmocka_unit_test(test_quantile_ranks_cover),
        cmocka_unit_test(test_median),
        cmocka_unit_test(test_smirnov_is_the_enumeration),
        cmocka_unit_test(test_smirnov_ties),
        cmocka_unit_test(test_ljung_box),
        cmocka_unit_test(test_gsl_returns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
