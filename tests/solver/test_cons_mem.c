/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

#include "tests/solver/fixture.h"

/* Everything in one interval, the highest, from its end downward. */
static void test_top_of_memory(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests:\n"
                 "  a: {os: bare, mem_regions: {m: {size: 6 MiB}, s: {size: 64 KiB}}}\n"
                 "  l: {os: linux, mem_regions: {m: {size: 16 MiB}}}\n"
                 "shmem: {n: {protocol: IVETH, size: 1 MiB, peers: [root, l]}}\n");
    fixture_plan(&f);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_HYPERVISOR, NULL, NULL)->phys_start, 0x83c00000);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_RAM, "a", "m")->phys_start, 0x83600000);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_RAM, "l", "m")->phys_start, 0x82600000);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_LINK, NULL, "n")->phys_start, 0x82500000);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_LOADER, "l", NULL)->phys_start, 0x824f0000);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_RAM, "a", "s")->phys_start, 0x824e0000);
    for (size_t i = 1; i < f.plan->memory_count; i++)
        assert_true(f.plan->memory[i - 1].phys_start < f.plan->memory[i].phys_start);
    fixture_close(&f);
}

/* Two are needed; the hypervisor has the first choice of the higher one. */
static void test_two_intervals(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests: {a: {os: bare, mem_regions: {m: {size: 40 MiB}}},\n"
                 "         b: {os: bare, mem_regions: {m: {size: 40 MiB}}}}\n");
    fixture_plan(&f);
    assert_string_equal(f.plan->levels[2].objective, "memory_quality");
    assert_int_equal(f.plan->levels[2].value, 2);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_HYPERVISOR, NULL, NULL)->phys_start, 0x83c00000);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_RAM, "a", "m")->phys_start, 0x81400000);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_RAM, "b", "m")->phys_start, 0x41800000);
    fixture_close(&f);
}

/* By size they fit into one interval, by alignment they do not: that is what cuts are for. */
static void test_cuts(void **state)
{
    static const char board[] = "arch: arm\n"
                                "cpus: {0: {}, 1: {}, 2: {}}\n"
                                "memory_regions:\n"
                                "  low: {phys_start: 0x40000000, size: 0x40000, type: ram}\n"
                                "  high: {phys_start: 0x50007000, size: 0x9000, type: ram}\n";
    struct fixture f;
    (void)state;
    /* `high` is pages 7 to 15: with 3 of them at 8 or 12 there are no 6 in a row left. */
    fixture_open(&f, board,
                 "root: {hypervisor_memory: {size: 0x6000}}\n"
                 "guests: {a: {os: bare, mem_regions: {m: {size: 0x3000, alignment: 0x4000}}}}\n");
    fixture_plan(&f);
    fixture_build(&f);
    const size_t rows = f.model.ip.rows.count;
    int64_t *values = AJ_NEW_ARRAY(f.arena, int64_t, f.model.ip.cols.count);
    assert_int_equal(solver_memory_cut(&f.model, f.cx.scratch, values), 0);
    for (size_t i = 0; i < 2; i++)
        values[f.model.place[i * 2 + 1]] = 1;
    assert_int_equal(solver_memory_cut(&f.model, f.cx.scratch, values), 1);
    assert_int_equal(f.model.ip.rows.count, rows + 1);
    assert_int_equal(f.model.ip.rows.items[rows].upper, 1);
    assert_int_equal(f.plan->levels[2].value, 1);
    assert_in_range(fixture_mem(&f, MODEL_MEM_HYPERVISOR, NULL, NULL)->phys_start, 0x40000000,
                    0x40040000);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_top_of_memory),
        cmocka_unit_test(test_two_intervals),
        cmocka_unit_test(test_cuts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
