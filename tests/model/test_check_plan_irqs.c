/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the interrupts of a Linux guest fire: a good plan, and what can be wrong with it. */
#include "tests/model/values.h"

static const char board[] =
    "arch: arm64\n"
    "cpus: {0: {}, 1: {}, 2: {}, 3: {}}\n"
    "memory_regions:\n"
    "  ram: {phys_start: 0x40000000, size: 64 MiB, type: ram}\n"
    "platform: {arm: {gic_version: 2, gicd_base: 0x8000000, gicc_base: 0x8010000,\n"
    "                 gich_base: 0x8020000, gicv_base: 0x8030000, maintenance_irq: 25}}\n"
    "devices:\n"
    "  eth: {interrupts: [{intid: 50, flags: 4}, {intid: 51, flags: 4}, {intid: 52, flags: 4}]}\n"
    "interrupts: [{intid: 40, counts: [7]}, {intid: 50, counts: [0, 9]}, {intid: 51, counts: "
    "[1]}]\n";

static const char cells[] =
    "guests:\n"
    "  gui:\n"
    "    os: linux\n"
    "    cpus: {count: 2}\n"
    "    mem_regions: {ram: {size: 2 MiB, phys_start: 0x40200000, virt_start: 0}}\n"
    "    devices: [eth]\n";

static const char plan[] =
    "status: optimal\n"
    "cells:\n"
    "  root: {cpus: [0, 1]}\n"
    "  gui:\n"
    "    cpus: [2, 3]\n"
    "    devices: [eth]\n"
    "    interrupts: [50, 51, 52]\n"
    "    irqs: [{intid: 50, cpu: 2}, {intid: 51, cpu: 3}]\n"
    "    irq_default: 3\n"
    "memory:\n"
    "- {kind: ram, cell: gui, name: ram, phys_start: 0x40200000, virt_start: 0x0,\n"
    "   size: 2 MiB, flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_DMA, MEM_LOADABLE]}\n"
    "- {kind: hypervisor, phys_start: 0x43c00000, virt_start: 0x43c00000, size: 4 MiB}\n";

static void test_good(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    if (values_judge(&v, board, cells, plan) != AJ_OK)
        fail_msg("%s", test_diags(&v.cx));
    values_close(&v);
}

static void test_flaws(void **state)
{
    static const struct {
        const char *what, *with;
    } flaws[] = {
        {"intid: 50, cpu: 2", "intid: 50, cpu: 1"},       /* the root's CPU */
        {"intid: 51, cpu: 3", "intid: 52, cpu: 3"},       /* never fired */
        {"intid: 50, cpu: 2", "intid: 40, cpu: 2"},       /* of the root */
        {"intid: 51, cpu: 3", "intid: 50, cpu: 3"},       /* twice */
        {"    irq_default: 3\n", "    irq_default: 0\n"}, /* the root's CPU */
        {"    irq_default: 3\n", ""},
        {"    irqs: [{intid: 50, cpu: 2}, {intid: 51, cpu: 3}]\n", ""},
        {"  root: {cpus: [0, 1]}", "  root: {cpus: [0, 1], irq_default: 0}"},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(flaws); i++) {
        struct values v;
        values_open(&v);
        const char *text = values_replaced(&v, plan, flaws[i].what, flaws[i].with);
        assert_int_equal(values_judge(&v, board, cells, text), AJ_FINDINGS);
        test_one_error(&v.cx, "plan-irq", i + 1 < AJ_COUNT(flaws) ? 6 : 0,
                       i + 1 < AJ_COUNT(flaws) ? 14 : 0);
        values_close(&v);
    }
}

/* A line that a device which stays with the root has, too; a disabled one has none. */
static void test_shared(void **state)
{
    static const char *const others[] = {
        "devices:\n  usb: {interrupts: [{intid: 51}], status: disabled}\n",
        "devices:\n  usb: {interrupts: [{intid: 51}]}\n"};
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(others); i++) {
        struct values v;
        values_open(&v);
        const char *text = values_replaced(&v, board, "devices:\n", others[i]);
        assert_int_equal(values_judge(&v, text, cells, plan), i == 0 ? AJ_OK : AJ_FINDINGS);
        if (i > 0)
            test_one_error(&v.cx, "plan-interrupt", 6, 14);
        values_close(&v);
    }
}

/* Constraints speak of a guest's lines as of the root's, by the board's CPUs. */
static void test_constraints(void **state)
{
    static const struct {
        const char *constraint, *id;
    } samples[] = {
        {"- {route: {interrupt: 50, cpu: 2}}\n", NULL},
        {"- {route: {interrupt: 50, cpu: 3}}\n", "plan-route"},
        {"- {route: {interrupt: 52, cpu: 2}}\n", "plan-route"}, /* the plan does not say */
        {"- {forbid: {interrupt: 51, cpus: [0, 2]}}\n", NULL},
        {"- {forbid: {interrupt: 51, cpus: [0, 3]}}\n", "plan-forbidden"},
        {"- {bound: [{interrupt: 50, cpus: 2}, {interrupt: 51, cpus: 2}], at_most: 1}\n", NULL},
        {"- {bound: [{interrupt: 50, cpus: 2}, {interrupt: 51, cpus: 3}], at_most: 1}\n",
         "plan-bound"},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct values v;
        values_open(&v);
        const char *text = aj_strf(v.arena, "%sconstraints:\n%s", cells, samples[i].constraint);
        assert_int_equal(values_judge(&v, board, text, plan),
                         samples[i].id == NULL ? AJ_OK : AJ_FINDINGS);
        if (samples[i].id != NULL)
            test_one_error(&v.cx, samples[i].id, 8,
                           (uint32_t)strcspn(samples[i].constraint, ":") + 3);
        values_close(&v);
    }
}

/* A line that never fired is in the plan if a constraint names it. */
static void test_named(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const char *text = values_replaced(&v, plan, "{intid: 51, cpu: 3}",
                                       "{intid: 51, cpu: 3}, {intid: 52, cpu: 2}");
    const char *named =
        aj_strf(v.arena, "%sconstraints: [{route: {interrupt: 52, cpu: 2}}]\n", cells);
    if (values_judge(&v, board, named, text) != AJ_OK)
        fail_msg("%s", test_diags(&v.cx));
    values_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),   cmocka_unit_test(test_flaws),
        cmocka_unit_test(test_shared), cmocka_unit_test(test_constraints),
        cmocka_unit_test(test_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
