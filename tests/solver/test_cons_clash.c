/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

#include "tests/solver/fixture.h"

#define CONSOLE(address) \
    "console: {address: " address ", size: 4096, type: PL011, flags: [ACCESS_MMIO]}"

static void test_what_may_overlap(void **state)
{
    static const struct {
        const char *cells;
        bool feasible;
    } cases[] = {
        {"a: {os: bare, mem_regions: {m: {size: 4 KiB, phys_start: 0xd000000}}}, b: {os: bare,"
         " mem_regions: {m: {size: 4 KiB, phys_start: 0xd000000}}}",
         false},
        {"a: {os: bare, mem_regions: {m: {size: 4 KiB, phys_start: 0xd000000}}}, b: {os: bare,"
         " mem_regions: {m: {size: 4 KiB, phys_start: 0xd001000}}}",
         true},
        /* both say that it is shared */
        {"a: {os: bare, mem_regions: {m: {size: 4 KiB, phys_start: 0xd000000,"
         " flags: [MEM_READ, MEM_IO, MEM_ROOTSHARED]}}}, b: {os: bare, mem_regions:"
         " {m: {size: 4 KiB, phys_start: 0xd000000, flags: [MEM_READ, MEM_IO, MEM_ROOTSHARED]}}}",
         true},
        /* registers of a device by hand: twice in one guest, or in two guests */
        {"a: {os: bare, devices: [spi0], mem_regions: {m: {size: 64 KiB},"
         " r: {size: 4 KiB, phys_start: 0xa000000, flags: [MEM_IO]}}}",
         false},
        {"a: {os: bare, devices: [spi0]}, b: {os: bare, mem_regions: {m: {size: 64 KiB},"
         " r: {size: 4 KiB, phys_start: 0xa000000, flags: [MEM_IO]}}}",
         false},
        /* within the guest */
        {"a: {os: bare, mem_regions: {m: {size: 2 MiB, virt_start: 0x7ff00000}}}", false},
        {"a: {os: bare, mem_regions: {m: {size: 1 MiB, virt_start: 0x7ff00000}}}", true},
        {"a: {os: bare, devices: [spi0], mem_regions: {m: {size: 2 MiB, virt_start: 0x9f00000}}}",
         false},
        {"a: {os: bare, mem_regions: {m: {size: 2 MiB, virt_start: 0x9f00000}}}", true},
        {"a: {os: bare, console: \"&root.console\","
         " mem_regions: {m: {size: 2 MiB, virt_start: 0x8f00000}}}",
         false},
        {"a: {os: bare, mem_regions: {m: {size: 1 MiB, virt_start: 0x8080000}}}", false},
        {"a: {os: bare, mem_regions: {m: {size: 1 MiB, virt_start: 0x8200000}}}", true},
        {"a: {os: bare, mem_regions: {m: {size: 1 MiB}, n: {size: 1 MiB, virt_start: 0xff000}}}",
         false},
        {"a: {os: bare, mem_regions: {m: {size: 1 MiB}, n: {size: 1 MiB, virt_start: 0x100000}}}",
         true},
        /* registers by hand over the guest's own device, seen elsewhere or not */
        {"a: {os: bare, devices: [spi0], mem_regions: {m: {size: 64 KiB},"
         " r: {size: 32 MiB, phys_start: 0x9100000, flags: [MEM_IO]}}}",
         false},
        {"a: {os: bare, devices: [spi0], mem_regions: {m: {size: 64 KiB},"
         " r: {size: 14 MiB, phys_start: 0x9100000, flags: [MEM_IO]}}}",
         true},
        /* described consoles: each guest its own, one for two, over a device of another */
        {"a: {os: bare, " CONSOLE("0xd000000") "}, b: {os: bare, " CONSOLE("0xd001000") "}", true},
        {"a: {os: bare, " CONSOLE("0xd000000") "}, b: {os: bare, " CONSOLE("0xd000000") "}", false},
        {"a: {os: bare, " CONSOLE("0x9000000") "}, b: {os: bare, " CONSOLE("0x9000000") "}", true},
        {"a: {os: bare, " CONSOLE("0xa000000") "}, b: {os: bare, devices: [spi0]}", false},
        {"a: {os: bare, " CONSOLE("0xa000000") "}, b: {os: bare, devices: [uart1]}", true},
        {"a: {os: bare, " CONSOLE("0xd000000") ", mem_regions: {"
                                               " m: {size: 2 MiB, virt_start: 0xcf00000}}}",
         false},
        {"a: {os: bare, " CONSOLE("0x8000000") "}", false},
        {"a: {os: bare, " CONSOLE("0x90000000") "}", true},
        {"a: {os: bare, " CONSOLE("0x9000800") "}", false}, /* half of the root's */
        {"a: {os: bare, mem_regions: {m: {size: 64 KiB},"
         " r: {size: 4 KiB, phys_start: 0x9000000, flags: [MEM_IO]}}}",
         false},
        {"a: {os: bare, mem_regions: {m: {size: 64 KiB},"
         " r: {size: 4 KiB, phys_start: 0x9000000, flags: [MEM_IO, MEM_ROOTSHARED]}}}",
         true},
        {"a: {os: bare, " CONSOLE("0x40000000") "}", false},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct fixture f;
        struct aj_arena *texts = aj_arena_open();
        fixture_open(&f, fixture_board, aj_strf(texts, "guests: {%s}\n", cases[i].cells));
        const enum aj_status status = fixture_solve(&f);
        if (status != (cases[i].feasible ? AJ_OK : AJ_ERR_INFEASIBLE))
            fail_msg("%s\n%s", cases[i].cells, test_diags(&f.cx));
        fixture_close(&f);
        aj_arena_close(texts);
    }
}

/* Where Jailhouse has its own, no register of a guest can be, not even of a device. */
static void test_communication_region(void **state)
{
    static const struct {
        const char *guest, *message;
    } cases[] = {
        {"{os: bare, " CONSOLE("0x80000000") "}",
         "the communication region (0x80000000-0x80000fff) and the console of guest a "
         "(0x80000000-0x80000fff) overlap in the address space of guest a"},
        {"{os: bare, devices: [uart1]}",
         "the communication region (0x80000000-0x80000fff) and device uart1 "
         "(0x80000000-0x80000fff) overlap in the address space of guest a"},
    };
    struct aj_arena *texts = aj_arena_open();
    const char *board =
        fixture_board_with(texts, "ram1: {phys_start: 0x80000000", "ram1: {phys_start: 0xc0000000");
    const char *old = "regions: [{phys_start: 0x9001000";
    const char *at = strstr(board, old);
    (void)state;
    assert_non_null(at);
    board = aj_strf(texts, "%.*sregions: [{phys_start: 0x80000000%s", (int)(at - board), board,
                    at + strlen(old));
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        struct fixture f;
        fixture_open(&f, board, aj_strf(texts, "guests: {a: %s}\n", cases[i].guest));
        assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
        assert_string_equal(fixture_diag(&f, "infeasible")->msg, cases[i].message);
        fixture_close(&f);
    }
    aj_arena_close(texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_may_overlap),
        cmocka_unit_test(test_communication_region),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
