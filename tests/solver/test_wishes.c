/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/wishes.h"

#include "tests/solver/fixture.h"

static void test_all_wishes_in_order(void **state)
{
    static const struct {
        enum solver_wish_kind kind;
        uint32_t cell, index;
        uint64_t amount;
        uint32_t line, col;
    } expected[] = {
        {SOLVER_WISH_LOADER, 2, AJ_NONE32, AJ_KIB(64), 4, 12},
        {SOLVER_WISH_HYPERVISOR, AJ_NONE32, AJ_NONE32, AJ_MIB(4), 1, 7},
        {SOLVER_WISH_CPUS, 0, AJ_NONE32, 2, 1, 22},
        {SOLVER_WISH_CPUS, 1, AJ_NONE32, 2, 3, 23},
        {SOLVER_WISH_MEMORY, 1, AJ_NONE32, AJ_KIB(64), 3, 6},
        {SOLVER_WISH_DEVICE, 1, 0, 0, 3, 40},
        {SOLVER_WISH_DEVICE, 1, 1, 0, 3, 46},
        {SOLVER_WISH_CPUS, 2, AJ_NONE32, 1, 4, 34},
        {SOLVER_WISH_EXCLUSIVE, 2, AJ_NONE32, 1, 4, 48},
        {SOLVER_WISH_TOGETHER, 2, AJ_NONE32, 1, 4, 62},
        {SOLVER_WISH_MEMORY, 2, 0, AJ_MIB(8), 5, 37},
        {SOLVER_WISH_CONSOLE, 2, AJ_NONE32, 0, 6, 18},
        {SOLVER_WISH_LINK, AJ_NONE32, 0, AJ_MIB(1), 7, 27},
        {SOLVER_WISH_CONSTRAINT, AJ_NONE32, 0, 0, 8, 25},
    };
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "root: {cpus: {count: 2}}\n"
                 "guests:\n"
                 "  a: {os: bare, cpus: \"2,3\", devices: [spi0, dma0]}\n"
                 "  b: {os:  linux, cpus: {count:  1, exclusive: l2, together: core},\n"
                 "      mem_regions: {memory: {size:  8 MiB}},\n"
                 "      console:   uart1}\n"
                 "shmem: {net0: {size:      1 MiB, peers: [root, b], protocol: IVETH}}\n"
                 "constraints: [{forbid:  {cell: b, cpus: [0]}}]\n");
    solver_wishes_list(&f.wishes, f.arena, f.board, f.req);
    assert_int_equal(f.wishes.count, AJ_COUNT(expected));
    for (size_t i = 0; i < AJ_COUNT(expected); i++) {
        const struct solver_wish *wish = &f.wishes.items[i];
        assert_int_equal(wish->kind, expected[i].kind);
        assert_int_equal(wish->cell, expected[i].cell);
        assert_int_equal(wish->index, expected[i].index);
        if (expected[i].amount != 0)
            assert_int_equal(wish->amount, expected[i].amount);
        if (wish->loc.line != expected[i].line || wish->loc.col != expected[i].col)
            fail_msg("wish %zu at %u:%u", i, wish->loc.line, wish->loc.col);
    }
    assert_ptr_equal(solver_wish_find(&f.wishes, SOLVER_WISH_DEVICE, 1, 1), &f.wishes.items[6]);
    f.wishes.items[6].off = true;
    assert_null(solver_wish_find(&f.wishes, SOLVER_WISH_DEVICE, 1, 1));
    assert_int_equal(solver_cell_index(f.req, "root"), 0);
    assert_int_equal(solver_cell_index(f.req, "b"), 2);
    assert_int_equal(solver_cell_index(f.req, "c"), AJ_NONE32);
    fixture_close(&f);
}

static void test_who_needs_a_boot_region(void **state)
{
    static const struct {
        const char *guest;
        bool loader;
    } cases[] = {
        {"{os: bare}", false},
        {"{os: linux}", true},
        {"{os: linux, mem_regions: {m: {size: 1 MiB, virt_start: 0}}}", false},
        {"{os: linux, mem_regions: {m: {size: 1 MiB, virt_start: 0x1000}}}", true},
        {"{os: linux, mem_regions: {m: {size: 1 MiB, phys_start: 0x40000000}}}", true},
        {"{os: linux, cpu_reset_address: 0x40001000,"
         " mem_regions: {m: {size: 1 MiB, phys_start: 0x40000000}}}",
         false},
        {"{os: linux, mem_regions: {m: {size: 4 KiB, phys_start: 0x0, flags: [MEM_IO]}}}", true},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct fixture f;
        char text[256];
        (void)snprintf(text, sizeof text, "guests: {a: %s}\n", cases[i].guest);
        fixture_open(&f, fixture_board, text);
        if (solver_needs_loader(&f.req->guests[0]) != cases[i].loader)
            fail_msg("%s", cases[i].guest);
        fixture_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_wishes_in_order),
        cmocka_unit_test(test_who_needs_a_boot_region),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
