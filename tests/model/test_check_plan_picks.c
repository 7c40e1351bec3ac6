/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was picked for cells that want devices without naming them: what the second witness finds. */
#include "tests/model/values.h"

#include "model/requirements.h"

static const char board[] =
    "arch: arm64\n"
    "cpus: {0: {}, 1: {}}\n"
    "memory_regions: {ram: {phys_start: 0x40000000, size: 128 MiB, type: ram}}\n"
    "devices:\n"
    "  eth0: {path: /ethernet@1, closure: [mdio]}\n"
    "  eth1: {path: /ethernet@2}\n"
    "  eth2: {path: /ethernet@3, status: disabled}\n"
    "  mdio: {path: /mdio}\n"
    "platform: {arm: {gic_version: 2, gicd_base: 0x8000000, gicc_base: 0x8010000,\n"
    "                 gich_base: 0x8020000, gicv_base: 0x8030000, maintenance_irq: 25}}\n";

static const char plan[] =
    "status: optimal\n"
    "levels: [{objective: preferences, value: COST, bound: COST}]\n"
    "cells: {root: {cpus: 0}, plc: {cpus: 1, devices: [DEVICES], picks: [PICKS]}}\n"
    "memory:\n"
    "- {kind: ram, cell: plc, name: ram, phys_start: 0x44000000, virt_start: 0x0,\n"
    "   size: 64 KiB, flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_DMA, MEM_LOADABLE]}\n"
    "- {kind: hypervisor, phys_start: 0x47c00000, virt_start: 0x47c00000, size: 4 MiB}\n";

static void test_witness(void **state)
{
    static const struct {
        const char *wants, *devices, *picks, *cost, *id; /* NULL: it is right */
        uint32_t line;
    } samples[] = {
        {"{any: ethernet}", "eth0, mdio", "eth0", "0", NULL, 0},
        {"{any: ethernet}, {any: ethernet}", "eth0, eth1, mdio", "eth1, eth0", "0", NULL, 0},
        {"{device: eth1}", "eth1", "eth1", "0", NULL, 0},
        {"{any: ethernet, cost: 5}", "", "\"-\"", "5", NULL, 0},
        {"{any: ethernet, cost: 5}", "", "\"-\"", "4", "plan-level", 0},
        {"{any: ethernet, cost: 5}", "eth1", "eth1", "5", "plan-level", 0},
        {"{any: ethernet}", "", "\"-\"", "0", "plan-pick", 4},
        {"{any: ethernet}", "", "", "0", "plan-pick", 4},
        {"{any: ethernet}", "eth0", "eth0", "0", "plan-device", 4},
        {"{any: ethernet}", "eth0, eth1, mdio", "eth0", "0", "plan-device", 4},
        {"{any: ethernet}", "eth2", "eth2", "0", "plan-pick", 4},
        {"{any: ethernet}", "mdio", "mdio", "0", "plan-pick", 4},
        {"{any: ethernet}", "", "eth9", "0", "plan-pick", 4},
        {"{device: eth0}", "eth1", "eth1", "0", "plan-pick", 4},
        {"eth1, {any: ethernet}", "eth1", "eth1", "0", "plan-pick", 4},
        {"{any: ethernet}, {any: ethernet}", "eth1", "eth1, eth1", "0", "plan-pick", 4},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct values v;
        values_open(&v);
        const char *cells = aj_strf(v.arena,
                                    "guests:\n  plc:\n    os: bare\n    devices: [%s]\n"
                                    "    mem_regions: {ram: {size: 64 KiB}}\n",
                                    samples[i].wants);
        const char *text = values_replaced(&v, plan, "DEVICES", samples[i].devices);
        text = values_replaced(&v, text, "PICKS", samples[i].picks);
        text = values_replaced(&v, text, "COST", samples[i].cost);
        text = values_replaced(&v, text, "COST", samples[i].cost);
        const enum aj_status status = values_judge(&v, board, cells, text);
        if (status != (samples[i].id != NULL ? AJ_FINDINGS : AJ_OK))
            fail_msg("%s: %s", text, test_diags(&v.cx));
        for (size_t k = 0; samples[i].id != NULL && k < v.cx.diags_count; k++)
            assert_string_equal(v.cx.diags[k].id, samples[i].id);
        if (samples[i].line > 0)
            assert_int_equal(v.cx.diags[0].loc.line, samples[i].line);
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_witness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
