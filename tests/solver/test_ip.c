/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/ip.h"

#include "tests/support/support.h"

static void test_rows_and_digits(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct solver_ip ip;
    (void)state;
    solver_ip_open(&ip, arena);
    const uint32_t x = solver_ip_col(&ip, 0, 1, "x(%s)", "a"), y = solver_ip_col(&ip, -2, 5, "y");
    solver_ip_row(&ip, SOLVER_FAMILY_CPU, 1, 4, "r(%u)", 7u);
    solver_ip_term(&ip, x, 3);
    solver_ip_term(&ip, y, -1);
    solver_ip_digit(&ip, 0, 1);
    solver_ip_term(&ip, x, 1);
    solver_ip_row(&ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, 0, "s");
    solver_ip_term(&ip, y, 2);
    assert_string_equal(ip.cols.items[x].name, "x(a)");
    assert_string_equal(ip.rows.items[0].name, "r(7)");
    assert_int_equal(ip.rows.items[0].count, 2);
    assert_int_equal(ip.rows.items[1].count, 1);
    assert_int_equal(ip.digits.items[0].count, 1);
    const int64_t good[] = {1, 0}, low[] = {0, 0}, high[] = {1, 1};
    assert_null(solver_ip_broken(&ip, good));
    assert_string_equal(solver_ip_broken(&ip, low)->name, "r(7)");
    assert_string_equal(solver_ip_broken(&ip, high)->name, "s");
    assert_int_equal(solver_terms_value(ip.terms.items, 2, high), 2);
    aj_arena_close(arena);
}

static void test_tags(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    (void)state;
    assert_string_equal(solver_ip_tag(arena, "plc_0.a", 3), "plc_0.a");
    assert_string_equal(solver_ip_tag(arena, "a b:c[1]=", 3), "a_b_c_1__.3");
    assert_string_equal(solver_ip_tag(arena, "", 3), "");
    const char *cut =
        solver_ip_tag(arena, "0123456789012345678901234567890123456789012345678901234567890", 12);
    assert_string_equal(cut, "012345678901234567890123456789012345678901234567.12");
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_and_digits),
        cmocka_unit_test(test_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
