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

/* Without a device: shared by its reference, by the root's address, or the guest's own. */
static void test_described_consoles(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "root: {console: {address: 0xd000000, size: 4096, type: PL011,\n"
                 "                 flags: [ACCESS_MMIO]}}\n"
                 "guests:\n"
                 "  a: {os: bare, console: \"&root.console\"}\n"
                 "  b: {os: bare, console: {address: 0xd000000, size: 4096, type: PL011,\n"
                 "                          flags: [ACCESS_MMIO]}}\n"
                 "  c: {os: bare, console: {address: 0xe000000, size: 64, type: \"8250\",\n"
                 "                          flags: [ACCESS_MMIO]}}\n"
                 "  d: {os: bare, console: {address: 0x9000000, size: 4096, type: PL011,\n"
                 "                          flags: [ACCESS_MMIO]}}\n"
                 "  e: {os: bare, console: {address: 0x3f8, type: \"8250\", flags: []}}\n");
    fixture_build(&f);
    const struct solver_cell *cells = f.problem.cells;
    assert_null(cells[1].console);
    assert_true(cells[1].console_shared);
    assert_true(cells[2].console_shared);
    assert_false(cells[3].console_shared);
    assert_true(cells[4].console_shared); /* that of the running Linux */
    assert_int_equal(f.problem.owns.count, 0);
    assert_int_equal(fixture_request(&f, "cell.a,console")->flags,
                     JAILHOUSE_MEM_IO | JAILHOUSE_MEM_ROOTSHARED);
    assert_int_equal(fixture_request(&f, "cell.c,console")->flags, JAILHOUSE_MEM_IO);
    assert_int_equal(fixture_request(&f, "cell.c,console")->size, 64);
    for (size_t i = 0; i < f.problem.requests.count; i++)
        assert_true(!f.problem.requests.items[i].console || f.problem.requests.items[i].cell != 5);
    fixture_close(&f);
}

/* Linux prints there when a guest takes it, whatever console the root cell is to have. */
static void test_console_of_linux_stays(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "root: {console: uart1}\n"
                 "guests: {a: {os: bare, devices: [uart0]}, b: {os: bare, devices: [spi0]}}\n");
    fixture_build(&f);
    assert_string_equal(f.problem.devices.items[0].root_only, "it is the console of the root cell");
    assert_null(f.problem.devices.items[1].root_only);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closure_and_verdicts),
        cmocka_unit_test(test_consoles),
        cmocka_unit_test(test_described_consoles),
        cmocka_unit_test(test_console_of_linux_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
