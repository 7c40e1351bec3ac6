/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Classes and nodes of CPUs, and memory near them. */
#include "tests/solver/fixture.h"

/* CPUs 0, 1: little, node 0; 2, 3: big, node 1. RAM of node 0 below that of node 1. */
static const char board[] = "arch: arm64\n"
                            "cpus:\n"
                            "  0: {cluster: 0, core: 0, capacity: 400}\n"
                            "  1: {cluster: 0, core: 1, capacity: 400}\n"
                            "  2: {cluster: 1, core: 0, capacity: 1024, node: 1}\n"
                            "  3: {cluster: 1, core: 1, capacity: 1024, node: 1}\n"
                            "memory_regions:\n"
                            "  ram0: {phys_start: 0x40000000, size: 64 MiB, type: ram}\n"
                            "  ram1: {phys_start: 0x44000000, size: 64 MiB, type: ram, node: 1}\n"
                            "platform:\n"
                            "  arm: {gic_version: 2, gicd_base: 0x8000000, gicc_base: 0x8010000,\n"
                            "        gich_base: 0x8020000, gicv_base: 0x8030000,\n"
                            "        maintenance_irq: 25, spi_limit: 32}\n";

static aj_addr memory_of(const struct fixture *f, const char *cell)
{
    return fixture_mem(f, MODEL_MEM_RAM, cell, "ram")->phys_start;
}

static void test_class_and_node(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, board,
                 "guests:\n"
                 "  a: {os: bare, cpus: {count: 1, class: big}}\n"
                 "  b: {os: bare, cpus: {count: 1, node: 0}}\n"
                 "  c: {os: bare, cpus: {count: 1, class: big, node: 0-1}}\n");
    fixture_plan(&f);
    assert_string_equal(fixture_cpus(&f, "a"), "2");
    assert_string_equal(fixture_cpus(&f, "b"), "1");
    assert_string_equal(fixture_cpus(&f, "c"), "3");
    fixture_close(&f);
}

/* In the node that it asks for, and wherever its CPUs are put. */
static void test_memory_follows(void **state)
{
    static const struct {
        const char *cpus;
        bool high;
    } samples[] = {{"{count: 1, node: 0}", false},
                   {"{count: 1, class: big}", true},
                   {"{list: 1}", false},
                   {"{list: 2}", true}};
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct fixture f;
        struct aj_arena *arena = aj_arena_open();
        fixture_open(&f, board,
                     aj_strf(arena,
                             "guests:\n  a: {os: bare, cpus: %s, mem_regions: {ram: {size: 16 MiB, "
                             "near: cpus}}}\n",
                             samples[i].cpus));
        fixture_plan(&f);
        assert_int_equal(memory_of(&f, "a") >= 0x44000000, samples[i].high);
        fixture_close(&f);
        aj_arena_close(arena);
    }
}

/* The CPU goes to where the memory must be. */
static void test_cpus_follow(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(
        &f, board,
        "guests:\n"
        "  a: {os: bare, cpus: {count: 1}, mem_regions: {ram: {size: 1 MiB, near: cpus,\n"
        "      phys_start: 0x45000000}}}\n"
        "  b: {os: bare, cpus: {count: 1}, mem_regions: {ram: {size: 56 MiB, near: cpus}}}\n"
        "  c: {os: bare, cpus: {count: 1}, mem_regions: {ram: {size: 40 MiB, near: cpus}}}\n"
        "constraints:\n"
        "- place: {cell: c, within: {start: 0x44000000, size: 64 MiB}}\n");
    fixture_plan(&f);
    assert_true(aj_cpuset_has(&model_plan_cell(f.plan, "a")->cpus, 2));
    assert_true(aj_cpuset_has(&model_plan_cell(f.plan, "b")->cpus, 1));
    assert_true(aj_cpuset_has(&model_plan_cell(f.plan, "c")->cpus, 3));
    assert_in_range(memory_of(&f, "b"), 0x40000000, 0x43ffffff);
    fixture_close(&f);
}

static void test_impossible(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, board,
                 "guests:\n"
                 "  a: {os: bare, cpus: {count: 1, node: 0}, mem_regions: {ram: {size: 1 MiB,\n"
                 "      near: cpus, phys_start: 0x45000000}}}\n");
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    const struct aj_diag *diag = fixture_diag(&f, "infeasible");
    assert_string_equal(diag->msg, "region ram of guest a (0x45000000-0x450fffff) is not in a node "
                                   "where its guest may have CPUs");
    assert_int_equal(diag->notes_count, 3);
    assert_string_equal(diag->notes[0].msg, "guest a: CPUs of node 0");
    assert_int_equal(diag->notes[0].loc.line, 2);
    fixture_close(&f);
    fixture_open(&f, board,
                 "guests:\n"
                 "  a: {os: bare, cpus: {count: 3, class: big}}\n");
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    diag = fixture_diag(&f, "infeasible");
    assert_string_equal(diag->notes[1].msg, "guest a: big CPUs (2-3)");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_class_and_node),
        cmocka_unit_test(test_memory_follows),
        cmocka_unit_test(test_cpus_follow),
        cmocka_unit_test(test_impossible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
