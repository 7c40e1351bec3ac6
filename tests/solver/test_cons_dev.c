/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

#include "model/check.h"
#include "tests/solver/fixture.h"

static void test_owners(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board,
                 "root: {devices: [uart0]}\n"
                 "guests: {a: {os: bare, devices: [\"&board.i2c0\", /spi@a000000]},\n"
                 "         b: {os: bare, console: uart1, devices: [vpu]}}\n");
    fixture_plan(&f);
    const struct model_plan_cell *a = model_plan_cell(f.plan, "a");
    const struct model_plan_cell *b = model_plan_cell(f.plan, "b");
    assert_int_equal(model_plan_cell(f.plan, "root")->devices_count, 0);
    assert_int_equal(a->devices_count, 3);
    assert_string_equal(a->devices[0], "spi0");
    assert_string_equal(a->devices[1], "dma0");
    assert_string_equal(a->devices[2], "i2c0");
    assert_int_equal(a->interrupts_count, 3);
    assert_int_equal(a->interrupts[0], 35);
    assert_int_equal(a->interrupts[2], 37);
    assert_int_equal(b->devices_count, 2);
    assert_string_equal(b->devices[0], "uart1");
    assert_int_equal(b->interrupts_count, 1);
    assert_int_equal(b->interrupts[0], 34);
    /* Named by its user, so only a warning. */
    const struct aj_diag *hard = fixture_diag(&f, "device-hard");
    assert_int_equal(hard->loc.line, 3);
    assert_string_equal(hard->msg,
                        "device vpu is hard to take from the root cell: shares a mailbox");
    fixture_close(&f);
}

static const char shared_line[] =
    "devices:\n"
    "  x: {path: /x, interrupts: [{intid: 40}]}\n"
    "  y: {path: /y, interrupts: [{intid: 40}]}\n"
    "  z: {path: /z, closure: [w]}\n"
    "  w: {path: /w, verdict: hard}\n"
    "cpus: {0: {}, 1: {}, 2: {}}\n"
    "memory_regions: {ram: {phys_start: 0x40000000, size: 64 MiB, type: ram}}\n";

static void test_a_line_has_one_owner(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, shared_line, "guests: {a: {os: bare, devices: [x, y]}, b: {os: bare}}\n");
    fixture_plan(&f);
    assert_int_equal(model_plan_cell(f.plan, "a")->interrupts_count, 1);
    fixture_close(&f);
    fixture_open(&f, shared_line,
                 "guests: {a: {os: bare, devices: [x]}, b: {os: bare, devices: [y]}}\n");
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    assert_string_equal(
        fixture_diag(&f, "infeasible")->msg,
        "device y cannot leave the root cell: it shares interrupt 40 with device x, "
        "which stays there");
    fixture_close(&f);
}

static void test_a_line_of_the_root_stays(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, shared_line, "guests: {a: {os: bare, devices: [x]}}\n");
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    assert_string_equal(fixture_diag(&f, "infeasible")->msg,
                        "device x cannot leave the root cell: it shares interrupt 40 with device "
                        "y, which stays there");
    fixture_close(&f);
    fixture_open(&f, shared_line, "root: {devices: [y]}\nguests: {a: {os: bare, devices: [x]}}\n");
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    assert_string_equal(fixture_diag(&f, "infeasible")->msg,
                        "device x cannot leave the root cell: it shares interrupt 40 with device "
                        "y, which stays there");
    fixture_close(&f);
}

/* Pins of IOAPICs, by their global number; messages are no lines. */
static void test_pins_of_ioapics(void **state)
{
    static const char board[] =
        "arch: x86\n"
        "cpus: {0: {}, 1: {}, 2: {}, 3: {}}\n"
        "memory_regions: {ram: {phys_start: 0x40000000, size: 64 MiB, type: ram}}\n"
        "irqchips:\n"
        "  ioapic0: {address: 0xfec00000, id: 0xff00, pin_bitmap: 0-23}\n"
        "  ioapic1: {address: 0xfec01000, id: 0xff01, pin_bitmap: 0-7, gsi_base: 24}\n"
        "devices:\n"
        "  0000:00:02.0: {interrupts: [{intid: 4}, {intid: 25}], pci: {bdf: 0x10}}\n"
        "  0000:00:03.0: {interrupts: [{intid: 33}], pci: {bdf: 0x18}}\n"
        "  0000:00:04.0: {interrupts: [{intid: 22}], pci: {bdf: 0x20}}\n"
        "  0000:00:05.0: {interrupts: [{intid: 22}], pci: {bdf: 0x28}}\n"
        "interrupts: [{intid: 1, counts: [9]}, {intid: 4, counts: [7]}, {intid: 25, counts: [7]},\n"
        "             {intid: 33, counts: [70]}]\n";
    struct fixture f;
    (void)state;
    fixture_open(
        &f, board,
        "guests:\n"
        "  a: {os: linux, cpus: {count: 2}, devices: [\"0000:00:02.0\", \"0000:00:03.0\"],\n"
        "      mem_regions: {ram: {size: 1 MiB, virt_start: 0}}}\n"
        "  b: {os: bare, cpus: {count: 1}}\n"
        "shmem: {link: {peers: [a, b]}}\n");
    fixture_plan(&f);
    const struct model_plan_cell *a = model_plan_cell(f.plan, "a");
    assert_int_equal(a->interrupts_count, 2);
    assert_int_equal(a->interrupts[0], 4);
    assert_int_equal(a->interrupts[1], 25);
    assert_int_equal(a->irqs_count, 2);
    assert_int_equal(a->irqs[0].cpu, aj_cpuset_next(&a->cpus, 0));
    assert_int_not_equal(a->irqs[1].cpu, a->irqs[0].cpu);
    assert_int_equal(a->vpci_irq_base, AJ_NONE32);
    assert_int_equal(f.plan->irqs_count, 1);
    assert_int_equal(f.plan->irqs[0].intid, 1);
    fixture_close(&f);
    fixture_open(&f, board,
                 "guests:\n"
                 "  a: {os: bare, devices: [\"0000:00:04.0\"]}\n"
                 "  b: {os: bare, devices: [\"0000:00:05.0\"]}\n");
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    fixture_close(&f);
}

/* Hard and dragged along by another: it must be named. */
static void test_hard_in_a_closure(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, shared_line, "guests: {a: {os: bare, devices: [z]}}\n");
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    assert_string_equal(fixture_diag(&f, "infeasible")->msg,
                        "device w cannot leave the root cell: it shares an engine with the root "
                        "cell");
    fixture_close(&f);
    fixture_open(&f, shared_line, "guests: {a: {os: bare, devices: [z, w]}}\n");
    fixture_plan(&f);
    assert_int_equal(test_count(&f.cx, "device-hard"), 1);
    fixture_close(&f);
}

static const char ports[] =
    "devices:\n"
    "  eth0: {path: /eth/ethernet@1, interrupts: [{intid: 40}]}\n"
    "  eth1: {path: /eth/ethernet@2, interrupts: [{intid: 41}], closure: [mdio]}\n"
    "  eth2: {path: /eth/ethernet@3, interrupts: [{intid: 42}], verdict: soft}\n"
    "  eth3: {path: /eth/ethernet@4, verdict: hard}\n"
    "  eth4: {path: /eth/ethernet@5, status: disabled}\n"
    "  mdio: {path: /mdio}\n"
    "interrupts: [{intid: 40, counts: [900, 0]}, {intid: 41, counts: [0, 0]}]\n"
    "cpus: {0: {}, 1: {}, 2: {}, 3: {}}\n"
    "memory_regions: {ram: {phys_start: 0x40000000, size: 512 MiB, type: ram}}\n";

/* What was never used comes first, then what interrupted, then what leaves something behind. */
static void test_any_of_a_class(void **state)
{
    static const struct {
        const char *devices, *picks[3];
    } samples[] = {
        {"{any: ethernet}", {"eth1"}},
        {"{any: ethernet}, {any: ethernet}", {"eth1", "eth0"}},
        {"{any: ethernet}, {any: ethernet}, {any: ethernet}", {"eth1", "eth0", "eth2"}},
        {"eth1, {any: ethernet}", {"eth0"}},
        {"mdio, {any: ethernet}", {"eth1"}},
        {"{device: eth3, cost: 3}, {any: ethernet, cost: 2}", {"eth3", "eth1"}},
        {"eth0, eth1, eth2, {any: ethernet, cost: 7}", {"-"}},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct fixture f;
        struct aj_arena *texts = aj_arena_open();
        fixture_open(&f, ports,
                     aj_strf(texts, "guests: {a: {os: linux, cpus: {count: 2}, devices: [%s]}}\n",
                             samples[i].devices));
        fixture_plan(&f);
        const struct model_plan_cell *a = model_plan_cell(f.plan, "a");
        for (size_t k = 0; k < a->picks_count; k++)
            assert_string_equal(a->picks[k], samples[i].picks[k]);
        assert_int_equal(model_check_plan(&f.cx, f.board, f.req, f.plan), AJ_OK);
        assert_true(a->picks_count == 3 || samples[i].picks[a->picks_count] == NULL);
        aj_arena_close(texts);
        fixture_close(&f);
    }
}

/* What is picked brings its closure and its line; what is not stays with the root, line and all. */
static void test_a_pick_brings_its_own(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, ports,
                 "guests: {a: {os: linux, cpus: {count: 2}, devices: [{any: ethernet}]}}\n");
    fixture_plan(&f);
    const struct model_plan_cell *a = model_plan_cell(f.plan, "a");
    assert_int_equal(a->devices_count, 2);
    assert_string_equal(a->devices[1], "mdio");
    assert_int_equal(a->interrupts_count, 1);
    assert_int_equal(a->interrupts[0], 41);
    assert_int_equal(a->irqs_count, 0);
    assert_int_equal(f.plan->irqs_count, 1);
    assert_int_equal(f.plan->irqs[0].intid, 40);
    fixture_close(&f);
    fixture_open(&f, ports,
                 "guests: {a: {os: linux, cpus: {count: 2}, devices: [{device: eth0}]}}\n");
    fixture_plan(&f);
    assert_int_equal(f.plan->irqs_count, 0);
    assert_int_equal(model_plan_cell(f.plan, "a")->irqs_count, 1);
    fixture_close(&f);
}

/* A constraint that keeps a line with the root keeps its device there. */
static void test_a_routed_line_is_no_pick(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, ports,
                 "guests: {a: {os: bare, devices: [{any: ethernet}]}}\n"
                 "constraints: [{route: {interrupt: 41, cpu: 0}}]\n");
    fixture_plan(&f);
    assert_string_equal(model_plan_cell(f.plan, "a")->picks[0], "eth0");
    fixture_close(&f);
}

/* Two want one device: who pays more to be without it has it. */
static void test_costs_decide(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, ports,
                 "guests: {a: {os: bare, devices: [{device: eth0, cost: 3}]},\n"
                 "         b: {os: bare, devices: [{device: eth0, cost: 4}]}}\n");
    fixture_plan(&f);
    assert_string_equal(model_plan_cell(f.plan, "a")->picks[0], "-");
    assert_string_equal(model_plan_cell(f.plan, "b")->picks[0], "eth0");
    assert_string_equal(f.plan->levels[0].objective, "preferences");
    assert_int_equal(f.plan->levels[0].value, 3);
    fixture_close(&f);
}

/* A register window of the guest's own keeps a device out that would be below it. */
static void test_memory_rules_picks_out(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f,
                 "devices:\n"
                 "  spi0: {regions: [{phys_start: 0x10000000, size: 4096}]}\n"
                 "  spi1: {regions: [{phys_start: 0x20000000, size: 4096}]}\n"
                 "cpus: {0: {}, 1: {}}\n"
                 "memory_regions: {ram: {phys_start: 0x40000000, size: 64 MiB, type: ram}}\n",
                 "guests: {a: {os: bare, devices: [{any: spi}],\n"
                 "  mem_regions: {m: {size: 1 MiB, virt_start: 0x10000000}}}}\n");
    fixture_plan(&f);
    assert_string_equal(model_plan_cell(f.plan, "a")->picks[0], "spi1");
    fixture_close(&f);
}

static void test_none_is_left(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, ports,
                 "guests:\n"
                 "  a: {os: bare, devices: [eth0, {any: ethernet}]}\n"
                 "  b: {os: bare, devices: [eth2, {any: ethernet}]}\n");
    assert_int_equal(fixture_solve(&f), AJ_ERR_INFEASIBLE);
    const struct aj_diag *why = fixture_diag(&f, "infeasible");
    assert_string_equal(why->msg, "2 devices are wanted of class ethernet (eth1, eth2) and "
                                  "ethernet (eth1, eth0), but not enough are free");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_owners),
        cmocka_unit_test(test_a_line_has_one_owner),
        cmocka_unit_test(test_a_line_of_the_root_stays),
        cmocka_unit_test(test_pins_of_ioapics),
        cmocka_unit_test(test_hard_in_a_closure),
        cmocka_unit_test(test_any_of_a_class),
        cmocka_unit_test(test_a_pick_brings_its_own),
        cmocka_unit_test(test_a_routed_line_is_no_pick),
        cmocka_unit_test(test_costs_decide),
        cmocka_unit_test(test_memory_rules_picks_out),
        cmocka_unit_test(test_none_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
