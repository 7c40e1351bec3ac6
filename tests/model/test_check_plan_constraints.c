/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One good plan, and constraints that it meets or just breaks. */
#include "tests/model/values.h"

static const char board_text[] =
    "format: 1\narch: arm64\n"
    "cpus:\n"
    "  0: {package: 0, cluster: 0, core: 0, l2: a}\n"
    "  1: {package: 0, cluster: 0, core: 1, l2: a}\n"
    "  2: {package: 0, cluster: 1, core: 0, l2: b}\n"
    "  3: {package: 0, cluster: 1, core: 1}\n"
    "memory_regions:\n"
    "  ram: {phys_start: 0x40000000, size: 64 MiB, type: ram}\n"
    "  regs: {phys_start: 0x9000000, size: 0x1000, type: mmio}\n"
    "platform: {arm: {gic_version: 2, gicd_base: 0x8000000, gicc_base: 0x8010000,\n"
    "                 gich_base: 0x8020000, gicv_base: 0x8030000, maintenance_irq: 25}}\n"
    "devices: {eth: {interrupts: [{intid: 50, flags: 4}]}}\n"
    "interrupts: [{intid: 40, counts: [7]}]\n";

static const char cells_text[] =
    "guests:\n"
    "  plc: {os: bare, cpus: {count: 1}, mem_regions: {ram: {size: 64 KiB},\n"
    "        regs: {size: 4 KiB, phys_start: 0x9000000, flags: [MEM_READ, MEM_IO]}}}\n"
    "  gui: {os: linux, cpus: {count: 1}, mem_regions: {ram: {size: 2 MiB}}}\n"
    "constraints:\n";

static const char plan_text[] =
    "status: optimal\n"
    "cells: {root: {cpus: [0, 3]}, plc: {cpus: 1}, gui: {cpus: 2}}\n"
    "memory:\n"
    "- {kind: ram, cell: plc, name: regs, phys_start: 0x9000000, virt_start: 0x9000000,\n"
    "   size: 4 KiB, flags: [MEM_READ, MEM_IO]}\n"
    "- {kind: ram, cell: gui, name: ram, phys_start: 0x40200000, virt_start: 0x40200000,\n"
    "   size: 2 MiB, flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_DMA, MEM_LOADABLE]}\n"
    "- {kind: loader, cell: gui, name: loader, phys_start: 0x40400000, virt_start: 0x0,\n"
    "   size: 64 KiB, flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_LOADABLE]}\n"
    "- {kind: ram, cell: plc, name: ram, phys_start: 0x40410000, virt_start: 0x0,\n"
    "   size: 64 KiB, flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_DMA, MEM_LOADABLE]}\n"
    "- {kind: hypervisor, phys_start: 0x43c00000, virt_start: 0x43c00000, size: 4 MiB}\n"
    "irqs: [{intid: 40, cpu: 3}]\n"
    "knobs:\n"
    "- {cell: root, knob: governor, value: performance}\n"
    "- {cell: gui, knob: isolcpus, value: '0'}\n";

/* The finding that the constraint leads to; NULL: none. */
static const struct {
    const char *constraint, *id;
} samples[] = {
    {"- {forbid: {cell: plc, cpus: [0, 2, 3]}}\n", NULL},
    {"- {forbid: {cell: plc, cpus: [1, 2]}}\n", "plan-cpu-forbidden"},
    {"- {forbid: {interrupt: 40, cpus: 0}}\n", NULL},
    {"- {forbid: {interrupt: 40, cpus: [0, 3]}}\n", "plan-forbidden"},
    {"- {forbid: {interrupt: 50, cpus: [0, 3]}}\n", NULL},
    {"- {forbid: {cell: gui, region: ram, within: {start: 0x40000000, size: 2 MiB}}}\n", NULL},
    {"- {forbid: {cell: gui, region: ram, within: {start: 0x40000000, size: 0x200001}}}\n",
     "plan-forbidden"},
    {"- {forbid: {cell: plc, within: {start: 0, size: 1 GiB}}}\n", NULL},
    {"- {forbid: {cell: plc, within: {start: 0x4041f000, size: 1}}}\n", "plan-forbidden"},
    {"- {forbid: {cell: root, knob: governor, value: powersave}}\n", NULL},
    {"- {forbid: {cell: root, knob: governor, value: performance}}\n", "plan-forbidden"},
    {"- {forbid: [{cell: plc, cpus: 1}, {cell: gui, cpus: 1}]}\n", NULL},
    {"- {forbid: [{cell: plc, cpus: 1}, {cell: root, knob: boost, value: on}]}\n", NULL},
    {"- {forbid: [{cell: plc, cpus: 1}, {interrupt: 40, cpus: 3},\n"
     "            {cell: gui, within: {start: 0, size: 4 GiB}},\n"
     "            {cell: gui, knob: isolcpus, value: 0}]}\n",
     "plan-forbidden"},
    {"- {assign: {cell: root, cpus: [0, 3]}}\n", NULL},
    {"- {assign: {cell: root, cpus: [0]}}\n", "plan-assign"},
    {"- {assign: {cell: plc, cpus: [1, 2]}}\n", "plan-assign"},
    {"- {route: {interrupt: 40, cpu: 3}}\n", NULL},
    {"- {route: {interrupt: 40, cpu: 0}}\n", "plan-route"},
    {"- {route: {interrupt: 50, cpu: 0}}\n", "plan-route"},
    {"- {place: {cell: plc, within: {start: 0x40410000, size: 64 KiB}}}\n", NULL},
    {"- {place: {cell: plc, within: {start: 0x40410000, size: 60 KiB}}}\n", "plan-place"},
    {"- {place: {cell: plc, region: ram, within: {start: 0x40411000, size: 1 GiB}}}\n",
     "plan-place"},
    {"- {set: {cell: root, knob: governor, value: performance}}\n", NULL},
    {"- {set: {cell: root, knob: governor, value: powersave}}\n", "plan-knob"},
    {"- {set: {cell: root, knob: boost, value: on}}\n", "plan-knob"},
    {"- {separate: {cells: [plc, gui], level: l2}}\n", NULL},
    {"- {separate: {cells: [plc, gui], level: core}}\n", NULL},
    {"- {separate: {cells: [gui, plc, root], level: l2}}\n", "plan-separate"},
    {"- {separate: {cells: [plc, gui], level: package}}\n", "plan-separate"},
    {"- {bound: [{cell: plc, cpus: 1}, {interrupt: 40, cpus: 3}], at_least: 2}\n", NULL},
    {"- {bound: [{cell: plc, cpus: 1}, {interrupt: 40, cpus: 3}], at_most: 1}\n", "plan-bound"},
    {"- {bound: [{cell: plc, cpus: 1}, {interrupt: 40, cpus: 0}], at_most: 1}\n", NULL},
    {"- {bound: [{cell: plc, cpus: 1, weight: 3}, {interrupt: 40, cpus: 0}], at_least: 4}\n",
     "plan-bound"},
    {"- {bound: [{cell: root, knob: boost, value: on}], at_least: 1}\n", "plan-bound"},
    {"- {bound: {cell: gui, within: {start: 0x40200001, size: 1 GiB}}, at_most: 0}\n",
     "plan-bound"},
    {"- {bound: {cell: gui, within: {start: 0x40200001, size: 1 GiB}}, at_least: 1}\n",
     "plan-bound"},
    {"- {bound: {cell: gui, within: {start: 0x40200000, size: 2 MiB}}, at_least: 1}\n", NULL},
    /* The plan says that it pays 5. */
    {"- {avoid: {cell: plc, cpus: [1]}, cost: 5}\n", NULL},
    {"- {avoid: {cell: plc, cpus: [2]}, cost: 5}\n", "plan-level"},
    {"- {avoid: {cell: plc, cpus: [1]}, cost: 6}\n", "plan-level"},
    {"- {avoid: [{cell: plc, cpus: [1]}, {interrupt: 40, cpus: 0}], cost: 5}\n", "plan-level"},
    {"- {prefer: {cell: root, cpus: [0]}, cost: 5}\n", NULL},
    {"- {prefer: {cell: root, cpus: [0, 2, 3]}, cost: 5}\n", "plan-level"},
    {"- {prefer: {interrupt: 40, cpus: 0}, cost: 5}\n", NULL},
    {"- {prefer: {interrupt: 40, cpus: [0, 3]}, cost: 5}\n", "plan-level"},
    {"- {prefer: {cell: gui, knob: isolcpus, value: 0}, cost: 5}\n", "plan-level"},
    {"- {prefer: {cell: root, knob: boost, value: on}, cost: 5}\n", NULL},
    {"- {prefer: {cell: gui, within: {start: 0x40200001, size: 1 GiB}}, cost: 5}\n", NULL},
    {"- {prefer: {cell: gui, within: {start: 0x40200000, size: 2 MiB}}, cost: 5}\n", "plan-level"},
};

/* Plans with `what` in them replaced; what is wrong with their knobs. */
static const struct {
    const char *what, *with;
} knob_flaws[] = {
    {"governor, value: performance", "governer, value: performance"},
    {"governor, value: performance", "governor, value: fastest"},
    {"cell: root, knob: governor", "cell: nobody, knob: governor"},
    {"cell: gui, knob: isolcpus", "cell: plc, knob: isolcpus"},
    {"cell: gui, knob: isolcpus, value: '0'", "cell: gui, knob: governor, value: performance"},
    {"value: '0'", "value: '0,1'"}, /* it is written 0-1 */
    {"cell: gui, knob: isolcpus, value: '0'", "cell: root, knob: governor, value: powersave"},
};

static enum aj_status judge(struct values *v, const char *constraint, const char *plan)
{
    /* Without costs there is no such level. */
    if (strstr(constraint, "cost:") != NULL)
        plan =
            aj_strf(v->arena, "%slevels: [{objective: preferences, value: 5, bound: 5}]\n", plan);
    return values_judge(v, board_text, aj_strf(v->arena, "%s%s", cells_text, constraint), plan);
}

static void test_each_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct values v;
        values_open(&v);
        const enum aj_status status = judge(&v, samples[i].constraint, plan_text);
        if (status != (samples[i].id != NULL ? AJ_FINDINGS : AJ_OK))
            fail_msg("%s%s", samples[i].constraint, test_diags(&v.cx));
        for (size_t k = 0; k < v.cx.diags_count; k++) {
            assert_string_equal(v.cx.diags[k].id, samples[i].id);
            assert_int_equal(v.cx.diags[k].loc.line, 6);
        }
        values_close(&v);
    }
}

static void test_knobs_of_the_plan(void **state)
{
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(knob_flaws); i++) {
        struct values v;
        values_open(&v);
        const char *plan = values_replaced(&v, plan_text, knob_flaws[i].what, knob_flaws[i].with);
        const enum aj_status status = judge(&v, "- {forbid: {cell: plc, cpus: 0}}\n", plan);
        if (status != AJ_FINDINGS)
            fail_msg("%s", knob_flaws[i].with);
        test_one_error(&v.cx, "plan-knob", 15, 1);
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_kind),
        cmocka_unit_test(test_knobs_of_the_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
