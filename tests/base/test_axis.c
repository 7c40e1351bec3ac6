/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/axis.h"

#include <math.h>

#include "tests/support/support.h"

/* The numbers of an axis from its low to its high end, one after the other. */
static const char *numbers(enum aj_scale scale, double low, double high, uint32_t wanted)
{
    static char text[1024];
    const struct aj_axis axis = {.scale = (uint8_t)scale, .low = low, .high = high};
    struct aj_tick ticks[AJ_TICKS_MAX];
    const size_t count = aj_axis_ticks(&axis, wanted, ticks);
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        if (ticks[i].text[0] != '\0')
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used > 0 ? " " : "",
                                     ticks[i].text);
    return text;
}

static void ticks_are_round(void **state)
{
    (void)state;
    assert_string_equal(numbers(AJ_SCALE_LINEAR, 0, 50, 5), "0 10 20 30 40 50");
    assert_string_equal(numbers(AJ_SCALE_LINEAR, -1, 1, 4), "-1.0 -0.5 0.0 0.5 1.0");
    assert_string_equal(numbers(AJ_SCALE_LINEAR, 0, 0.004, 4), "0.000 0.001 0.002 0.003 0.004");
    assert_string_equal(numbers(AJ_SCALE_LINEAR, 0, 4e9, 2), "0 2e+09 4e+09");
    assert_string_equal(numbers(AJ_SCALE_LOG, 1, 100, 10), "1 2 5 10 20 50 100");
    assert_string_equal(numbers(AJ_SCALE_LOG, 0.001, 1, 3), "0.001 0.01 0.1 1");
    assert_string_equal(numbers(AJ_SCALE_LOG, 1e-7, 1, 8),
                        "10\u207b\u2077 10\u207b\u2076 10\u207b\u2075 10\u207b\u2074 "
                        "10\u207b\u00b3 10\u207b\u00b2 10\u207b\u00b9 1");
    assert_string_equal(numbers(AJ_SCALE_LOG, 1e-12, 1e12, 4),
                        "10\u207b\u00b9\u00b2 10\u207b\u2076 1 10\u2076 10\u00b9\u00b2");
    /* Less than a decade: as if it were linear. */
    assert_string_equal(numbers(AJ_SCALE_LOG, 20, 60, 4), "20 30 40 50 60");
}

static void covers(enum aj_scale scale, const double *values, size_t count, double low, double high)
{
    struct aj_axis axis = {.scale = (uint8_t)scale};
    aj_axis_cover(&axis, values, count);
    if (fabs(axis.low - low) > 1e-9 * fabs(low) || fabs(axis.high - high) > 1e-9 * fabs(high))
        fail_msg("%g .. %g instead of %g .. %g", axis.low, axis.high, low, high);
}

static void axes_cover_their_values(void **state)
{
    static const double values[] = {3, (double)NAN, 47, (double)INFINITY, 12}, zero[] = {0},
                        decade[] = {10}, same[] = {70, 70}, mixed[] = {0, -3, 5e-6, 0.3};
    (void)state;
    covers(AJ_SCALE_LINEAR, values, AJ_COUNT(values), 0, 50);
    covers(AJ_SCALE_LOG, values, AJ_COUNT(values), 2, 50);
    covers(AJ_SCALE_LINEAR, zero, 1, -0.5, 0.5);
    covers(AJ_SCALE_LOG, zero, 1, 1, 10);
    covers(AJ_SCALE_LINEAR, same, 2, 62, 78);
    covers(AJ_SCALE_LOG, same, 2, 50, 100);
    covers(AJ_SCALE_LOG, decade, 1, 1, 10);
    covers(AJ_SCALE_LOG, mixed, AJ_COUNT(mixed), 5e-6, 0.5);
    covers(AJ_SCALE_LINEAR, NULL, 0, 0, 1);
    covers(AJ_SCALE_LOG, NULL, 0, 1, 10);
}

static void values_have_places(void **state)
{
    const struct aj_axis linear = {.low = -10, .high = 10};
    const struct aj_axis decades = {.scale = AJ_SCALE_LOG, .low = 1, .high = 100};
    (void)state;
    assert_true(fabs(aj_axis_place(&linear, 0, 100, 200) - 150) < 1e-9);
    assert_true(fabs(aj_axis_place(&linear, 5, 200, 100) - 125) < 1e-9);
    assert_true(fabs(aj_axis_place(&linear, 1e9, 100, 200) - 200) < 1e-9);
    assert_true(fabs(aj_axis_place(&decades, 10, 0, 1) - 0.5) < 1e-9);
    assert_true(fabs(aj_axis_place(&decades, 0, 0, 1)) < 1e-9);
}

/* Any values: the axis is fit for use, holds them, and has at least two numbers, in order. */
static void any_values_have_an_axis(void **state)
{
    uint64_t random = test_random_start(11);
    (void)state;
    for (int round = 0; round < 20000; round++) {
        double values[3];
        const size_t count = 1 + test_random_below(&random, 3);
        for (size_t i = 0; i < count; i++) {
            const double size = pow(10.0, (double)test_random_below(&random, 200) / 10.0 - 10.0);
            values[i] = test_random_below(&random, 3) == 0 ? -size : size;
        }
        struct aj_axis axis = {.scale = (uint8_t)test_random_below(&random, 2)};
        aj_axis_cover(&axis, values, count);
        assert_true(axis.low < axis.high);
        assert_true(axis.scale == AJ_SCALE_LINEAR || axis.low > 0);
        for (size_t i = 0; i < count; i++)
            if (axis.scale == AJ_SCALE_LINEAR || values[i] > 0)
                assert_true(values[i] >= axis.low - 1e-8 * (axis.high - axis.low) &&
                            values[i] <= axis.high + 1e-8 * (axis.high - axis.low));
        struct aj_tick ticks[AJ_TICKS_MAX];
        size_t written = 0;
        const size_t ticks_count = aj_axis_ticks(&axis, 2 + test_random_below(&random, 12), ticks);
        assert_true(ticks_count <= AJ_TICKS_MAX);
        for (size_t i = 0; i < ticks_count; i++) {
            written += ticks[i].text[0] != '\0';
            if (i > 0 && ticks[i].value <= ticks[i - 1].value)
                fail_msg("%g after %g, from %g to %g", ticks[i].value, ticks[i - 1].value, axis.low,
                         axis.high);
        }
        if (written < 2)
            fail_msg("%zu numbers from %g to %g", written, axis.low, axis.high);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_are_round),
        cmocka_unit_test(axes_cover_their_values),
        cmocka_unit_test(values_have_places),
        cmocka_unit_test(any_values_have_an_axis),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
