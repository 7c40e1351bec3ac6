/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include "base/num.h"

static void sums_and_products_do_not_wrap_unnoticed(void **state)
{
    (void)state;
    uint64_t random = test_random_start(11);
    for (size_t round = 0; round < 100000; round++) {
        const uint64_t a = test_random_edgy(&random), b = test_random_edgy(&random);
        uint64_t sum = 0, product = 0;
        assert_int_equal(aj_add_u64(a, b, &sum), b <= UINT64_MAX - a);
        assert_true(sum == a + b);
        assert_int_equal(aj_mul_u64(a, b, &product), a == 0 || b <= UINT64_MAX / a);
        assert_true(product == a * b);
    }
}

static void alignment(void **state)
{
    (void)state;
    uint64_t random = test_random_start(12);
    for (size_t round = 0; round < 100000; round++) {
        const uint64_t value = test_random_edgy(&random);
        const uint64_t to = UINT64_C(1) << test_random_below(&random, 64);
        const uint64_t below = value / to * to;
        uint64_t above = 0;
        assert_true(aj_is_pow2(to));
        assert_int_equal(aj_is_aligned(value, to), value == below);
        assert_true(aj_align_down(value, to) == below);
        const bool fits = value == below || below <= UINT64_MAX - to;
        assert_int_equal(aj_align_up(value, to, &above), fits);
        if (fits)
            assert_true(above == (value == below ? value : below + to));
    }
    assert_false(aj_is_pow2(0));
    assert_false(aj_is_pow2(3));
    assert_false(aj_is_pow2(UINT64_MAX));
}

/* All pairs of ranges in two windows of 12 addresses, one of which ends at 2^64, byte by byte. */
static void range_predicates_agree_with_their_bytes(void **state)
{
    (void)state;
    enum { SPACE = 12 };
    static const aj_addr windows[] = {0, UINT64_MAX - (SPACE - 1)};
    for (size_t n = 0; n < SPACE * SPACE * SPACE * SPACE * AJ_COUNT(windows); n++) {
        const aj_addr window = windows[n % AJ_COUNT(windows)];
        size_t rest = n / AJ_COUNT(windows);
        size_t digit[4];
        for (size_t i = 0; i < AJ_COUNT(digit); i++, rest /= SPACE)
            digit[i] = rest % SPACE;
        const struct aj_range a = {window + digit[0], digit[1] + 1};
        const struct aj_range b = {window + digit[2], digit[3] + 1};
        if (digit[0] + digit[1] >= SPACE || digit[2] + digit[3] >= SPACE)
            continue;
        assert_true(aj_range_ok(a));
        bool overlap = false, inside = true;
        for (size_t i = 0; i < SPACE; i++) {
            const bool in_a = i >= digit[0] && i <= digit[0] + digit[1];
            const bool in_b = i >= digit[2] && i <= digit[2] + digit[3];
            assert_int_equal(aj_range_has(a, window + i), in_a);
            overlap = overlap || (in_a && in_b);
            inside = inside && (!in_b || in_a);
        }
        assert_int_equal(aj_range_overlap(a, b), overlap);
        assert_int_equal(aj_range_contains(a, b), inside);
        assert_true(aj_range_last(a) == window + digit[0] + digit[1]);
    }
}

static void invalid_ranges(void **state)
{
    (void)state;
    assert_false(aj_range_ok((struct aj_range){0, 0}));
    assert_false(aj_range_ok((struct aj_range){UINT64_MAX, 2}));
    assert_false(aj_range_ok((struct aj_range){2, UINT64_MAX}));
    assert_true(aj_range_ok((struct aj_range){1, UINT64_MAX}));
    assert_true(aj_range_ok((struct aj_range){UINT64_MAX, 1}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_and_products_do_not_wrap_unnoticed),
        cmocka_unit_test(alignment),
        cmocka_unit_test(range_predicates_agree_with_their_bytes),
        cmocka_unit_test(invalid_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
