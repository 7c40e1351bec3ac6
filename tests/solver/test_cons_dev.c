/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_owners),
        cmocka_unit_test(test_a_line_has_one_owner),
        cmocka_unit_test(test_a_line_of_the_root_stays),
        cmocka_unit_test(test_pins_of_ioapics),
        cmocka_unit_test(test_hard_in_a_closure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
