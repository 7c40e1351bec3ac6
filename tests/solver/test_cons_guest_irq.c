/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/fixture.h"

#define CELLS                   \
    "guests:\n"                 \
    "  gui:\n"                  \
    "    os: linux\n"           \
    "    cpus: {count: 2}\n"    \
    "    mem_regions:\n"        \
    "      ram: {size: 4 MB}\n" \
    "    devices: [a, b, c, d]\n"

/* Four devices; of the line of d nobody knows how often it fires. */
static const char devices[] = "  a: {interrupts: [{intid: 40}]}\n"
                              "  b: {interrupts: [{intid: 41}]}\n"
                              "  c: {interrupts: [{intid: 42}]}\n"
                              "  d: {interrupts: [{intid: 43}]}\n"
                              "  e: {interrupts: [{intid: 44}]}\n"
                              "interrupts:\n"
                              "  - {intid: 40, counts: [500, 100]}\n"
                              "  - {intid: 41, counts: [250]}\n"
                              "  - {intid: 42, counts: [349, 1]}\n"
                              "  - {intid: 43, counts: [0]}\n"
                              "  - {intid: 44, counts: [900]}\n";

static void open_cells(struct fixture *f, const char *cells)
{
    struct aj_arena *arena = aj_arena_open();
    fixture_open(f, aj_strf(arena, "%s%s", fixture_board, devices), cells);
    aj_arena_close(arena);
}

/* 600 against 250 + 350; the first line to the first CPU; the last of equals takes the others. */
static void test_balanced(void **state)
{
    struct fixture f;
    (void)state;
    open_cells(&f, CELLS);
    fixture_plan(&f);
    const struct model_plan_cell *gui = model_plan_cell(f.plan, "gui");
    const uint32_t first = aj_cpuset_next(&gui->cpus, 0);
    const uint32_t second = aj_cpuset_next(&gui->cpus, first + 1);
    assert_int_equal(gui->irqs_count, 3);
    assert_int_equal(gui->irqs[0].intid, 40);
    assert_int_equal(gui->irqs[0].cpu, first);
    assert_int_equal(gui->irqs[1].cpu, second);
    assert_int_equal(gui->irqs[2].cpu, second);
    assert_int_equal(gui->irq_default, first);
    /* 10 of the guest's twentieths on one CPU, and all of the root's, whose line is one. */
    assert_int_equal(f.plan->levels[1].value, 10 + 20);
    assert_int_equal(f.plan->irqs_count, 1);
    fixture_close(&f);
}

static void test_nothing_to_choose(void **state)
{
    static const char *const changes[][2] = {{"count: 2", "count: 1"},
                                             {"os: linux", "os: bare"},
                                             {"devices: [a, b, c, d]", "devices: [d]"}};
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(changes); i++) {
        struct fixture f;
        const char *at = strstr(CELLS, changes[i][0]);
        struct aj_arena *arena = aj_arena_open();
        const char *cells = aj_strf(arena, "%.*s%s%s", (int)(at - CELLS), CELLS, changes[i][1],
                                    at + strlen(changes[i][0]));
        open_cells(&f, cells);
        fixture_plan(&f);
        const struct model_plan_cell *gui = model_plan_cell(f.plan, "gui");
        assert_int_equal(gui->irqs_count, 0);
        assert_int_equal(gui->irq_default, AJ_NONE32);
        fixture_close(&f);
        aj_arena_close(arena);
    }
}

static uint32_t cpu_of(const struct model_plan_cell *cell, uint32_t intid)
{
    for (size_t i = 0; i < cell->irqs_count; i++)
        if (cell->irqs[i].intid == intid)
            return cell->irqs[i].cpu;
    return AJ_NONE32;
}

/*
 * A guest has the CPUs where constraints send its lines, also one that never fired. With 600 of 1,200
 * bound to one CPU the others go to the other one; two of three on one CPU cost half as much again.
 */
static void test_routed(void **state)
{
    static const struct {
        const char *constraints;
        uint32_t cpus[2], cpu[4]; /* of the lines from 40 on; AJ_NONE32: not in the plan */
        int64_t load;
    } samples[] = {
        {"- route: {interrupt: 40, cpu: 3}\n", {2, 3}, {3, 2, 2, AJ_NONE32}, 10},
        {"- route: {interrupt: 43, cpu: 3}\n"
         "- route: {interrupt: 41, cpu: 2}\n",
         {2, 3},
         {3, 2, 2, 3},
         10},
        {"- route: {interrupt: 40, cpu: 2}\n"
         "- route: {interrupt: 41, cpu: 2}\n",
         {2, 3},
         {2, 2, 3, AJ_NONE32},
         14},
        {"- forbid: {interrupt: 40, cpus: [1, 2]}\n", {2, 3}, {3, 2, 2, AJ_NONE32}, 10},
        {"- prefer: {interrupt: 42, cpus: 3}\n  cost: 2\n", {2, 3}, {2, 3, 3, AJ_NONE32}, 10},
        {"- bound: [{interrupt: 41, cpus: 1}, {interrupt: 42, cpus: 1}]\n  at_least: 2\n",
         {1, 3},
         {3, 1, 1, AJ_NONE32},
         10},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct fixture f;
        struct aj_arena *arena = aj_arena_open();
        open_cells(&f, aj_strf(arena, "%sconstraints:\n%s", CELLS, samples[i].constraints));
        fixture_plan(&f);
        const struct model_plan_cell *gui = model_plan_cell(f.plan, "gui");
        for (size_t k = 0; k < AJ_COUNT(samples[i].cpus); k++)
            assert_true(aj_cpuset_has(&gui->cpus, samples[i].cpus[k]));
        for (uint32_t k = 0; k < AJ_COUNT(samples[i].cpu); k++)
            assert_int_equal(cpu_of(gui, 40 + k), samples[i].cpu[k]);
        for (size_t k = 0; k < f.plan->levels_count; k++)
            if (strcmp(f.plan->levels[k].objective, "irq_interference") == 0)
                assert_int_equal(f.plan->levels[k].value, samples[i].load + 20);
        fixture_close(&f);
        aj_arena_close(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_balanced),
        cmocka_unit_test(test_nothing_to_choose),
        cmocka_unit_test(test_routed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
