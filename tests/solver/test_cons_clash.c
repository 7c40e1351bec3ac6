/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

#include "tests/solver/fixture.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_may_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
