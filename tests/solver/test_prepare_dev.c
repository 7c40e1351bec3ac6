/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/prepare.h"

#include "tests/solver/fixture.h"

static void test_closure_and_verdicts(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests: {a: {os: bare, devices: [spi0, clk]}, b: {os: bare, devices: [vpu]}}\n");
    fixture_build(&f);
    const struct solver_problem *p = &f.problem;
    assert_int_equal(p->named_count, 3);
    assert_int_equal(p->owns.count, 4);
    assert_string_equal(p->devices.items[0].device->name, "spi0");
    assert_string_equal(p->devices.items[1].device->name, "clk");
    assert_string_equal(p->devices.items[2].device->name, "vpu");
    assert_string_equal(p->devices.items[3].device->name, "dma0");
    assert_int_equal(p->owns.items[3].cell, 1);
    assert_null(p->devices.items[0].root_only);
    assert_string_equal(p->devices.items[1].root_only, "clocks of all devices");
    assert_null(p->devices.items[2].root_only); /* hard, but named */
    fixture_close(&f);
}

static void test_consoles(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests: {a: {os: bare, console: \"&root.console\"},\n"
                 "         b: {os: bare, console: uart1}, c: {os: bare}}\n");
    fixture_build(&f);
    const struct solver_cell *cells = f.problem.cells;
    assert_string_equal(cells[0].console, "uart0");
    assert_string_equal(cells[1].console, "uart0");
    assert_true(cells[1].console_shared);
    assert_string_equal(cells[2].console, "uart1");
    assert_false(cells[2].console_shared);
    assert_null(cells[3].console);
    assert_int_equal(f.problem.owns.count, 1);
    assert_int_equal(f.problem.owns.items[0].cell, 2);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closure_and_verdicts),
        cmocka_unit_test(test_consoles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
