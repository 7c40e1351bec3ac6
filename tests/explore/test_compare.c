/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Against enumerations written out here, tables of the literature, and simulations.
 */
#include "explore/compare.h"

#include <math.h>

#include "tests/support/support.h"

#define LEVEL 0.95

static void near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", value, expected);
}

static double uniform(uint64_t *random)
{
    return (double)(test_random(random) >> 11) / 9007199254740992.0;
}

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
    for (size_t i = 0; i < n; i++) {
        if (!(d[i] > 0.0) && !(d[i] < 0.0))
            continue;
        ranks[count] = doubled_rank(d, n, i);
        total += ranks[count];
        seen += d[i] > 0.0 ? ranks[count] : 0;
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

static void test_p_is_the_enumeration(void **state)
{
    uint64_t random = test_random_start(5);
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    for (int round = 0; round < 600; round++) {
        double d[12];
        size_t zeros = 0;
        const size_t n = test_random_below(&random, 13);
        for (size_t i = 0; i < n; i++) { /* few different sizes: ties and zeros */
            d[i] = round % 2 == 0 ? (double)test_random_below(&random, 9) - 3.0
                                  : uniform(&random) - 0.3;
            zeros += !(d[i] > 0.0) && !(d[i] < 0.0);
        }
        const struct explore_paired r = explore_compare_pairs(d, n, LEVEL, arena);
        near(r.p, enumerate_p(d, n), 1e-12);
        assert_int_equal(r.pairs, n);
        assert_int_equal(r.zeros, zeros);
    }
    aj_arena_close(arena);
}

static void test_known(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    const double same[8] = {0.0};
    const double d[6] = {1, 2, 3, 4, 5, 6};
    (void)state;
    struct explore_paired r = explore_compare_pairs(d, 6, LEVEL, arena);
    near(r.p, 2.0 / 64.0, 1e-15);
    near(r.estimate, 3.5, 1e-15);
    near(r.interval.low, 1.0, 0.0); /* Wilcoxon's table: n = 6 leaves out none but the ends */
    near(r.interval.high, 6.0, 0.0);
    r = explore_compare_pairs(d, 5, LEVEL, arena); /* 2/32 is not below 1 in 20 */
    near(r.p, 2.0 / 32.0, 1e-15);
    assert_true(isinf(r.interval.low) && isinf(r.interval.high));
    r = explore_compare_pairs(same, 8, LEVEL, arena);
    near(r.p, 1.0, 0.0);
    near(r.estimate, 0.0, 0.0);
    assert_int_equal(r.zeros, 8);
    r = explore_compare_pairs(NULL, 0, LEVEL, arena);
    near(r.p, 1.0, 0.0);
    assert_int_equal(r.pairs, 0);
    aj_arena_close(arena);
}

/* A table of critical values (Hollander, Wolfe, table A.4): sums at least as small as these. */
static void test_critical_values(void **state)
{
    static const struct {
        size_t n;
        unsigned sum; /* largest sum of ranks with two-sided p <= 0.05 */
    } table[] = {{6, 0}, {7, 2}, {8, 3}, {9, 5}, {10, 8}, {12, 13}, {15, 25}, {20, 52}, {25, 89}};
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    for (size_t t = 0; t < AJ_COUNT(table); t++) {
        for (unsigned more = 0; more < 2; more++) {
            double d[25];
            unsigned left = table[t].sum + more; /* as a sum of different ranks, from the top */
            for (size_t i = table[t].n; i-- > 0;) {
                const bool positive = left >= i + 1;
                left -= positive ? (unsigned)i + 1 : 0;
                d[i] = positive ? (double)(i + 1) : -(double)(i + 1);
            }
            assert_int_equal(left, 0);
            const double p = explore_compare_pairs(d, table[t].n, LEVEL, arena).p;
            assert_true(more == 0 ? p <= 0.05 : p > 0.05);
        }
    }
    aj_arena_close(arena);
}

/* A shift of the differences shifts estimate and interval, and the largest number of pairs works. */
static void test_shifts(void **state)
{
    uint64_t random = test_random_start(6);
    struct aj_arena *arena = aj_arena_open();
    double d[EXPLORE_PAIRS_MAX], shifted[EXPLORE_PAIRS_MAX];
    (void)state;
    for (size_t i = 0; i < EXPLORE_PAIRS_MAX; i++) {
        d[i] = uniform(&random) - 0.5;
        shifted[i] = d[i] + 0.1;
    }
    const struct explore_paired a = explore_compare_pairs(d, EXPLORE_PAIRS_MAX, LEVEL, arena);
    const struct explore_paired b = explore_compare_pairs(shifted, EXPLORE_PAIRS_MAX, LEVEL, arena);
    near(b.estimate, a.estimate + 0.1, 1e-12);
    near(b.interval.low, a.interval.low + 0.1, 1e-12);
    near(b.interval.high, a.interval.high + 0.1, 1e-12);
    assert_true(a.interval.low < a.estimate && a.estimate < a.interval.high);
    assert_true(b.p < 1e-6 && a.p > 0.001);
    near(explore_compare_location(d, EXPLORE_PAIRS_MAX, arena), a.estimate, 0.0);
    near(explore_compare_location(NULL, 0, arena), 0.0, 0.0);
    aj_arena_close(arena);
}

/* At least 0.95, of which three standard errors are 0.0146; ties must not lower it. */
static void covers(uint64_t seed, double rounded_to)
{
    enum { ROUNDS = 2000, COUNT = 12 };
    uint64_t random = test_random_start(seed);
    struct aj_arena *arena = aj_arena_open();
    unsigned covered = 0, rejected = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double d[COUNT];
        for (size_t i = 0; i < COUNT; i++) { /* symmetric around 0 with heavy tails */
            d[i] = tan(3.14159265 * (uniform(&random) - 0.5));
            if (rounded_to > 0.0)
                d[i] = rounded_to * floor(d[i] / rounded_to + 0.5);
        }
        const struct explore_paired r = explore_compare_pairs(d, COUNT, LEVEL, arena);
        covered += r.interval.low <= 0.0 && 0.0 <= r.interval.high;
        rejected += r.p <= 0.05;
    }
    assert_true((double)covered / ROUNDS >= LEVEL - 0.0146);
    assert_true((double)rejected / ROUNDS <= 0.05 + 0.0146);
    assert_true(rejected > 0);
    aj_arena_close(arena);
}

static void test_covers(void **state)
{
    (void)state;
    covers(7, 0.0);
    covers(8, 1.0);
}

static void test_alpha(void **state)
{
    double sum = 0.0;
    (void)state;
    near(explore_compare_alpha(0.05, 1), 0.030396, 1e-6);
    for (uint32_t look = 1; look < 100000; look++)
        sum += explore_compare_alpha(0.05, look);
    near(sum, 0.05, 1e-6);
    assert_true(sum <= 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_p_is_the_enumeration),
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_critical_values),
        cmocka_unit_test(test_shifts),
        cmocka_unit_test(test_covers),
        cmocka_unit_test(test_alpha),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
