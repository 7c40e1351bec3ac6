/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first numbers of the published generator, and moments of what is made from it.
 */
#include "base/random.h"

#include <math.h>

#include "tests/support/support.h"

#define DRAWS 200000

/* From state {1, 2, 3, 4}: worked out by hand from the paper's figure. */
static void test_published(void **state)
{
    (void)state;
    struct aj_random random = {{1, 2, 3, 4}};
    assert_int_equal(aj_random_next(&random), 11520);
    assert_int_equal(aj_random_next(&random), 0);
    assert_int_equal(aj_random_next(&random), 1509978240);
    assert_int_equal(aj_random_next(&random), UINT64_C(1215971899390074240));
}

static void test_seeds(void **state)
{
    (void)state;
    struct aj_random a, b;
    aj_random_seed(&a, 7);
    aj_random_seed(&b, 7);
    assert_int_equal(aj_random_next(&a), aj_random_next(&b));
    aj_random_seed(&b, 8);
    assert_int_not_equal(aj_random_next(&a), aj_random_next(&b));
    aj_random_stream(&a, 1, 2);
    aj_random_stream(&b, 2, 1);
    assert_int_not_equal(aj_random_next(&a), aj_random_next(&b));
    aj_random_stream(&a, 3, 0);
    aj_random_stream(&b, 3, 1);
    assert_int_not_equal(aj_random_next(&a), aj_random_next(&b));
}

static void test_below(void **state)
{
    (void)state;
    struct aj_random random;
    aj_random_seed(&random, 1);
    uint32_t seen[7] = {0};
    for (unsigned i = 0; i < 70000; i++)
        seen[aj_random_below(&random, 7)]++;
    for (unsigned i = 0; i < 7; i++)
        assert_in_range(seen[i], 9600, 10400); /* 10000, sd 93 */
    assert_int_equal(aj_random_below(&random, 1), 0);
    for (unsigned i = 0; i < 100; i++)
        assert_true(aj_random_below(&random, UINT64_C(1) << 63) < UINT64_C(1) << 63);
}

static double unit_of(struct aj_random *random)
{
    const double x = aj_random_unit(random);
    assert_true(x >= 0.0 && x < 1.0);
    return x;
}

static void test_moments(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double (*draw)(struct aj_random *random);
        double mean, variance;
    } kinds[] = {
        {"unit", unit_of, 0.5, 1.0 / 12.0},
        {"normal", aj_random_normal, 0.0, 1.0},
        {"exponential", aj_random_exponential, 1.0, 1.0},
        /* Euler's constant, pi^2 / 6 */
        {"gumbel", aj_random_gumbel, 0.5772156649, 1.6449340668},
    };
    for (size_t k = 0; k < AJ_COUNT(kinds); k++) {
        struct aj_random random;
        aj_random_seed(&random, 42 + k);
        double sum = 0.0, squares = 0.0;
        for (unsigned i = 0; i < DRAWS; i++) {
            const double x = kinds[k].draw(&random);
            sum += x;
            squares += x * x;
        }
        const double mean = sum / DRAWS, variance = squares / DRAWS - mean * mean;
        if (fabs(mean - kinds[k].mean) > 0.015 || fabs(variance / kinds[k].variance - 1.0) > 0.03)
            fail_msg("%s: mean %g, variance %g", kinds[k].name, mean, variance);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
