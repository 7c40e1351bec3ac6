/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/number.h"

#include <math.h>

#include "tests/support/support.h"

static void test_parse(void **state)
{
    static const struct {
        const char *text;
        double value;
    } goods[] = {{"0", 0}, {"-12", -12}, {"3.5", 3.5}, {"1e-6", 1e-6}, {"+.5E2", 50}, {"7.", 7}};
    static const char *const bads[] = {
        "",      " 1",
        "1 ",    "0x10",
        "nan",   "inf",
        "-inf",  "1e999",
        "1e",    "e1",
        "-",     "1,5",
        "1.2.3", "--1",
        "1us",   "1e0000000000000000000000000000000000000000000000000000000000000000001"};
    double value = 0;
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(goods); i++) {
        assert_true(explore_number_parse(goods[i].text, &value));
        assert_true(fabs(value - goods[i].value) <= 0);
    }
    for (size_t i = 0; i < AJ_COUNT(bads); i++)
        if (explore_number_parse(bads[i], &value))
            fail_msg("'%s' is taken for a number", bads[i]);
}

static void test_format(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    uint64_t random = test_random_start(3);
    (void)state;
    assert_string_equal(explore_number_format(arena, 12.5), "12.5");
    assert_string_equal(explore_number_format(arena, 0.1), "0.1");
    assert_string_equal(explore_number_format(arena, 1234567.0), "1234567");
    assert_string_equal(explore_number_format(arena, -3.0), "-3");
    for (int round = 0; round < 20000; round++) {
        const uint64_t bits = test_random(&random);
        double value, again = 0;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        assert_true(explore_number_parse(explore_number_format(arena, value), &again));
        assert_true(fabs(again - value) <= 0);
    }
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse), cmocka_unit_test(test_format)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
