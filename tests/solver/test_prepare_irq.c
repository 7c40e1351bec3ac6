/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/prepare.h"

#include "tests/solver/fixture.h"

static const char lines[] = "interrupts:\n"
                            "  - {intid: 27, counts: [100000, 100000]}\n"
                            "  - {intid: 52, counts: [3, 1]}\n"
                            "  - {intid: 50, counts: [500, 100]}\n"
                            "  - {intid: 35, counts: [900, 0]}\n"
                            "  - {intid: 51, counts: [0, 0]}\n"
                            "  - {intid: 53, counts: [396, 0]}\n";

/* Private lines, silent ones, and those of devices that move, are not the root's to place. */
static void test_lines_of_the_root(void **state)
{
    static const struct solver_line expected[] = {{50, 12, 600, false, false, AJ_NONE32},
                                                  {52, 0, 4, false, false, AJ_NONE32},
                                                  {53, 8, 396, false, false, AJ_NONE32}};
    struct fixture f = {.arena = aj_arena_open()};
    struct aj_arena *texts = f.arena;
    (void)state;
    fixture_open(&f, aj_strf(texts, "%s%s", fixture_board, lines),
                 "guests: {a: {os: bare, devices: [spi0]}}\n");
    fixture_build(&f);
    assert_int_equal(f.problem.lines.count, AJ_COUNT(expected));
    for (size_t i = 0; i < AJ_COUNT(expected); i++) {
        assert_int_equal(f.problem.lines.items[i].intid, expected[i].intid);
        assert_int_equal(f.problem.lines.items[i].load, expected[i].load);
        assert_int_equal(f.problem.lines.items[i].count, expected[i].count);
    }
    fixture_close(&f);
    aj_arena_close(texts);
}

static void test_pins_and_bases(void **state)
{
    static const uint32_t root[] = {28, 27, 26, 25, 24, 23, 22, 21};
    static const uint32_t b[] = {28, 27, 26, 25, 24, 23, 22, 21};
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests: {a: {os: bare}, b: {os: bare}, c: {os: bare}}\n"
                 "shmem:\n"
                 "  l0: {protocol: UNDEFINED, size: 64 KiB, peers: [root, a]}\n"
                 "  l1: {protocol: UNDEFINED, size: 64 KiB, peers: [root, b]}\n");
    fixture_build(&f);
    const struct solver_cell *cells = f.problem.cells;
    assert_int_equal(cells[0].pins, 3);
    assert_int_equal(cells[1].pins, 1);
    assert_int_equal(cells[2].pins, 2);
    assert_int_equal(cells[3].pins, 0);
    assert_int_equal(cells[0].bases_count, SOLVER_VPCI_BLOCKS * 2 + 1);
    assert_memory_equal(cells[0].bases, root, sizeof root);
    assert_memory_equal(cells[2].bases, b, sizeof b);
    assert_int_equal(cells[3].bases_count, 0);
    fixture_close(&f);
}

/* SPIs 1 to 5 are devices'; two neighbouring lines are free above them only. */
static void test_bases_skip_devices(void **state)
{
    static const uint32_t root[] = {8, 7, 6};
    static const uint32_t b[] = {8, 7, 6, 5};
    struct fixture f;
    struct aj_arena *texts = aj_arena_open();
    (void)state;
    fixture_open(&f, fixture_board_with(texts, "spi_limit: 32", "spi_limit: 12"),
                 "guests: {a: {os: bare}, b: {os: bare}, c: {os: bare}}\n"
                 "shmem:\n"
                 "  l0: {protocol: UNDEFINED, size: 64 KiB, peers: [root, a]}\n"
                 "  l1: {protocol: UNDEFINED, size: 64 KiB, peers: [root, b]}\n");
    fixture_build(&f);
    assert_int_equal(f.problem.cells[0].bases_count, 3);
    assert_memory_equal(f.problem.cells[0].bases, root, sizeof root);
    assert_int_equal(f.problem.cells[2].bases_count, 4);
    assert_memory_equal(f.problem.cells[2].bases, b, sizeof b);
    fixture_close(&f);
    aj_arena_close(texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_of_the_root),
        cmocka_unit_test(test_pins_and_bases),
        cmocka_unit_test(test_bases_skip_devices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
