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

/* Pairs */

/* Twice the mean rank of |d[i]| among the differences that are not 0. */
static unsigned doubled_rank(const double *d, size_t n, size_t i)
{
    unsigned smaller = 0, equal = 0;
    for (size_t k = 0; k < n; k++) {
        smaller += fabs(d[k]) < fabs(d[i]) && fabs(d[k]) > 0.0;
        equal += !(fabs(d[k]) < fabs(d[i])) && !(fabs(d[k]) > fabs(d[i]));
    }
    return 2 * smaller + equal + 1;
}

/* The share of all assignments of signs that are as far from the middle as the one seen. */
static double enumerate_p(const double *d, size_t n)
{
    unsigned ranks[16], total = 0, seen = 0, count = 0;
    bool positive[16];
    for (size_t i = 0; i < n; i++) {
        if (!(d[i] > 0.0) && !(d[i] < 0.0))
            continue;
        ranks[count] = doubled_rank(d, n, i);
        positive[count] = d[i] > 0.0;
        total += ranks[count];
        seen += positive[count] ? ranks[count] : 0;
        count++;
    }
    const double far = fabs(2.0 * seen - total);
    unsigned hits = 0;
    for (unsigned signs = 0; signs < 1U << count; signs++) {
        unsigned sum = 0;
        for (unsigned i = 0; i < count; i++)
            sum += (signs >> i & 1U) != 0 ? ranks[i] : 0;
        hits += fabs(2.0 * sum - total) >= far;
    }
    return (double)hits / (double)(1U << count);
}

static void test_paired_p_is_the_enumeration(void **state)
{
    uint64_t random = test_random_start(5);
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    for (int round = 0; round < 600; round++) {
        double d[12];
        const size_t n = test_random_below(&random, 13);
        for (size_t i = 0; i < n; i++) /* few different sizes: ties and zeros */
            d[i] = round % 2 == 0 ? (double)test_random_below(&random, 9) - 3.0
                                  : uniform(&random) - 0.3;
        near(explore_stats_paired(d, n, LEVEL, arena).p, enumerate_p(d, n), 1e-12);
    }
    aj_arena_close(arena);
}

static void test_paired_known(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    const double same[8] = {0.0};
    double d[6] = {1, 2, 3, 4, 5, 6};
    (void)state;
    struct explore_paired r = explore_stats_paired(d, 6, LEVEL, arena);
    near(r.p, 2.0 / 64.0, 1e-15);
    near(r.estimate, 3.5, 1e-15);
    near(r.interval.low, 1.0, 0.0); /* Wilcoxon's table: n = 6 leaves out none but the ends */
    near(r.interval.high, 6.0, 0.0);
    assert_int_equal(r.pairs, 6);
    r = explore_stats_paired(d, 5, LEVEL, arena); /* 2/32 is not below 1 in 20 */
    near(r.p, 2.0 / 32.0, 1e-15);
    assert_true(isinf(r.interval.low) && isinf(r.interval.high));
    r = explore_stats_paired(same, 8, LEVEL, arena);
    near(r.p, 1.0, 0.0);
    near(r.estimate, 0.0, 0.0);
    assert_int_equal(r.pairs, 0);
    r = explore_stats_paired(NULL, 0, LEVEL, arena);
    near(r.p, 1.0, 0.0);
    aj_arena_close(arena);
}

/* A shift of the differences shifts estimate and interval, and the largest number of pairs works. */
static void test_paired_shifts(void **state)
{
    uint64_t random = test_random_start(6);
    struct aj_arena *arena = aj_arena_open();
    double d[EXPLORE_PAIRS_MAX], shifted[EXPLORE_PAIRS_MAX];
    (void)state;
    for (size_t i = 0; i < EXPLORE_PAIRS_MAX; i++) {
        d[i] = uniform(&random) - 0.5;
        shifted[i] = d[i] + 0.1;
    }
    const struct explore_paired a = explore_stats_paired(d, EXPLORE_PAIRS_MAX, LEVEL, arena);
    const struct explore_paired b = explore_stats_paired(shifted, EXPLORE_PAIRS_MAX, LEVEL, arena);
    near(b.estimate, a.estimate + 0.1, 1e-12);
    near(b.interval.low, a.interval.low + 0.1, 1e-12);
    near(b.interval.high, a.interval.high + 0.1, 1e-12);
    assert_true(a.interval.low < a.estimate && a.estimate < a.interval.high);
    assert_true(b.p < 1e-6 && a.p > 0.001);
    aj_arena_close(arena);
}

static void test_paired_covers(void **state)
{
    enum { ROUNDS = 2000, COUNT = 12 };
    uint64_t random = test_random_start(7);
    struct aj_arena *arena = aj_arena_open();
    unsigned covered = 0, rejected = 0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        double d[COUNT];
        for (size_t i = 0; i < COUNT; i++) /* symmetric around 0 with heavy tails */
            d[i] = tan(3.14159265 * (uniform(&random) - 0.5));
        const struct explore_paired r = explore_stats_paired(d, COUNT, LEVEL, arena);
        covered += r.interval.low <= 0.0 && 0.0 <= r.interval.high;
        rejected += r.p <= 0.05;
    }
    /* At least 0.95, of which three standard errors are 0.0146. */
    assert_true((double)covered / ROUNDS >= LEVEL - 0.0146);
    assert_true((double)rejected / ROUNDS <= 0.05 + 0.0146);
    aj_arena_close(arena);
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
        cmocka_unit_test(test_paired_p_is_the_enumeration),
        cmocka_unit_test(test_paired_known),
        cmocka_unit_test(test_paired_shifts),
        cmocka_unit_test(test_paired_covers),
        cmocka_unit_test(test_smirnov_is_the_enumeration),
        cmocka_unit_test(test_smirnov_ties),
        cmocka_unit_test(test_ljung_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
