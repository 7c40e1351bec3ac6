/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/prepare.h"

#include "model/check.h"
#include "tests/solver/fixture.h"

static void want(const struct aj_range *ranges, size_t count, const struct aj_range *expected,
                 size_t expected_count)
{
    assert_int_equal(count, expected_count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(ranges[i].base, expected[i].base);
        assert_int_equal(ranges[i].size, expected[i].size);
    }
}

/* Fixed requests split the RAM; pieces that hold no request are left out. */
static void test_intervals(void **state)
{
    static const struct aj_range expected[] = {
        {0x40010000, 0x1f0000}, {0x40300000, 0x3d00000}, {0x80000000, 0x4000000}};
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests: {a: {os: bare, mem_regions: {m: {size: 64 KiB},\n"
                 "  f: {size: 64 KiB, phys_start: 0x40000000},\n"
                 "  g: {size: 1 MiB, phys_start: 0x40200000}}}}\n");
    fixture_build(&f);
    want(f.problem.intervals, f.problem.intervals_count, expected, AJ_COUNT(expected));
    fixture_close(&f);
}

static void test_physical_limit(void **state)
{
    static const struct aj_range expected[] = {{0x40000000, 0x4000000}};
    struct fixture f = {.arena = aj_arena_open()};
    struct aj_arena *texts = f.arena;
    (void)state;
    fixture_open(&f, aj_strf(texts, "phys_limit: 0x80000000\n%s", fixture_board), "root: {}\n");
    fixture_build(&f);
    want(f.problem.intervals, f.problem.intervals_count, expected, AJ_COUNT(expected));
    fixture_close(&f);
    aj_arena_close(texts);
}

/* What an identity request must keep off: everything else of its guests, nothing of others. */
static void test_avoided(void **state)
{
    static const struct aj_range a_ram[] = {
        {0x0, 0x10000},      {0x8000000, 0x10000}, {0x80a0000, 0x80000}, {0x9000000, 0x1000},
        {0xa000000, 0x1000}, {0xb000000, 0x1000},  {0x44000000, 0x1000}, {0x80000000, 0x1000}};
    static const struct aj_range link[] = {
        {0x0, 0x10000},       {0x8000000, 0x10000}, {0x80a0000, 0x80000},
        {0x9000000, 0x1000},  {0xa000000, 0x1000},  {0xb000000, 0x1000},
        {0x44000000, 0x1000}, {0x80000000, 0x1000}, {0x90000000, 0x10000}};
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests:\n"
                 "  a: {os: linux, console: \"&root.console\", devices: [spi0], mem_regions: {\n"
                 "      m: {size: 2 MiB}, n: {size: 4 KiB, virt_start: 0x44000000}}}\n"
                 "  b: {os: bare, mem_regions: {m: {size: 64 KiB, virt_start: 0x90000000}}}\n"
                 "shmem: {l: {protocol: IVETH, size: 1 MiB, peers: [a, b]}}\n");
    fixture_build(&f);
    const struct solver_request *m = fixture_request(&f, "cell.a,m");
    const struct solver_request *l = fixture_request(&f, "link.l");
    want(m->avoid.items, m->avoid.count, a_ram, AJ_COUNT(a_ram));
    want(l->avoid.items, l->avoid.count, link, AJ_COUNT(link));
    assert_int_equal(fixture_request(&f, "cell.a,n")->avoid.count, 0);
    assert_int_equal(fixture_request(&f, "hypervisor")->avoid.count, 0);
    fixture_close(&f);
}

/* The comm region is in the second bank: identity RAM keeps off it and the link moves below. */
static void test_identity_keeps_off_the_comm_region(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board, "guests: {a: {os: linux, mem_regions: {m: {size: 63 MiB}}}}\n");
    fixture_plan(&f);
    assert_int_equal(fixture_mem(&f, MODEL_MEM_RAM, "a", "m")->phys_start, 0x40000000);
    fixture_close(&f);
}

static void test_pci_window(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "guests: {a: {os: bare, mem_regions: {\n"
                 "  m: {size: 2 MiB, virt_start: 0x100000},\n"
                 "  r: {size: 0x100, phys_start: 0x300000, flags: [MEM_IO]}}}}\n"
                 "shmem: {l: {protocol: IVETH, size: 1 MiB, peers: [root, a]}}\n");
    fixture_build(&f);
    assert_true(f.problem.pci_wanted);
    assert_int_equal(f.problem.pci_base, 0x400000);
    assert_int_equal(f.problem.pci_size, 0x110000);
    fixture_close(&f);
}

/* The window keeps off as many redistributors as the check counts: up to the highest CPU. */
static void test_many_cpus(void **state)
{
    struct aj_buf board = {0};
    struct fixture f;
    (void)state;
    aj_buf_adds(&board, "arch: arm64\ncpus:\n");
    for (uint32_t i = 0; i < 160; i += i < 4 ? 1 : 5)
        aj_buf_addf(&board, "  %u: {}\n", i);
    aj_buf_adds(&board, "memory_regions: {ram: {phys_start: 0x40000000, size: 1 GiB, type: ram}}\n"
                        "platform: {arm: {gic_version: 3, gicd_base: 0x8000000,\n"
                        "  gicr_base: 0x100000, maintenance_irq: 25, spi_limit: 224}}\n");
    fixture_open(&f, aj_buf_text(&board),
                 "guests: {a: {os: bare, mem_regions: {m: {size: 64 KiB}}}}\n"
                 "shmem: {l: {protocol: IVETH, size: 1 MiB, peers: [root, a]}}\n");
    fixture_build(&f);
    assert_int_equal(f.problem.pci_base, 0x1500000);
    fixture_plan(&f);
    assert_int_equal(model_check_plan(&f.cx, f.board, f.req, f.plan), AJ_OK);
    fixture_close(&f);
    aj_buf_free(&board);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_physical_limit),
        cmocka_unit_test(test_avoided),
        cmocka_unit_test(test_identity_keeps_off_the_comm_region),
        cmocka_unit_test(test_pci_window),
        cmocka_unit_test(test_many_cpus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
