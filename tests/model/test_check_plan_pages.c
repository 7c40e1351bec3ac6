/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kernels with large pages: what the second witness finds where sections or memory are in others. */
#include "tests/model/values.h"

static const char board[] =
    "arch: arm64\n"
    "kernel: {page_size: 64 KiB}\n"
    "cpus: {0: {}, 1: {}}\n"
    "memory_regions: {ram: {phys_start: 0x40000000, size: 128 MiB, type: ram}}\n"
    "platform: {arm: {gic_version: 2, gicd_base: 0x8000000, gicc_base: 0x8010000,\n"
    "                 gich_base: 0x8020000, gicv_base: 0x8030000, spi_limit: 96}}\n";

static const char cells[] = "guests:\n"
                            "  plc: {os: bare, mem_regions: {ram: {size: 4 KiB}}}\n"
                            "shmem:\n"
                            "  net: {protocol: VETH, size: 1 MiB, peers: [root, plc]}\n";

static const char plan[] =
    "status: optimal\n"
    "cells:\n"
    "  root: {cpus: 0, vpci_irq_base: 92}\n"
    "  plc: {cpus: 1, vpci_irq_base: 91, interrupts: 123}\n"
    "memory:\n"
    "- {kind: pci, phys_start: 0x100000, virt_start: 0x100000, size: 0x120000}\n"
    "- {kind: ram, cell: plc, name: ram, phys_start: 0x47af0000, virt_start: 0x0,\n"
    "   size: 64 KiB, flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_DMA, MEM_LOADABLE]}\n"
    "- {kind: link, name: net, phys_start: 0x47b00000, virt_start: 0x47b00000, size: 1 MiB}\n"
    "- {kind: hypervisor, phys_start: 0x47c00000, virt_start: 0x47c00000, size: 4 MiB}\n"
    "links:\n"
    "  net: {device: 0, protocol: VETH, phys_start: 0x47b00000, state_size: 64 KiB,\n"
    "        output_size: 448 KiB, peers: [root, plc]}\n";

static void test_witness(void **state)
{
    static const struct {
        const char *what, *with, *id; /* in the plan; NULL: it is right */
    } samples[] = {
        {"448 KiB", "448 KiB", NULL},
        {"state_size: 64 KiB", "state_size: 4 KiB", "plan-link"},
        {"448 KiB", "476 KiB", "plan-link"},
        {"448 KiB", "384 KiB", "plan-link"},
        {"0x47af0000", "0x47ae1000", "plan-memory-align"},
        {"  size: 64 KiB, flags", "  size: 4 KiB, flags", "plan-memory"},
        {"0x120000", "0x110000", "plan-pci"},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct values v;
        values_open(&v);
        const char *text = values_replaced(&v, plan, samples[i].what, samples[i].with);
        const enum aj_status status = values_judge(&v, board, cells, text);
        if (status != (samples[i].id != NULL ? AJ_FINDINGS : AJ_OK))
            fail_msg("%s: %s", samples[i].with, test_diags(&v.cx));
        if (samples[i].id != NULL)
            assert_int_equal(test_count(&v.cx, samples[i].id), 1);
        assert_int_equal(v.cx.diags_count, samples[i].id != NULL ? 1 : 0);
        values_close(&v);
    }
}

/* A guest's own pages count where they are the larger ones, also where the root's are 4 KiB. */
static void test_of_the_guest(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const char *small = values_replaced(&v, board, "64 KiB", "4 KiB");
    const char *own = values_replaced(&v, cells, "os: bare", "os: bare, page_size: 64 KiB");
    assert_int_equal(values_judge(&v, small, own, plan), AJ_OK);
    assert_int_equal(values_judge(&v, small, cells, plan), AJ_FINDINGS);
    assert_int_equal(test_count(&v.cx, "plan-link"), 1);
    assert_int_equal(test_count(&v.cx, "plan-memory"), 1);
    assert_int_equal(test_count(&v.cx, "plan-pci"), 1);
    values_close(&v);
}

/* As far above a multiple of 64 KiB as the guest sees it. */
static void test_residue(void **state)
{
    static const struct {
        const char *phys;
        int findings;
    } samples[] = {{"0x47af0000", 1}, {"0x47ae3000", 0}};
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct values v;
        values_open(&v);
        const char *small = values_replaced(&v, board, "64 KiB", "4 KiB");
        const char *moved =
            values_replaced(&v, cells, "size: 4 KiB", "size: 64 KiB, virt_start: 0x3000");
        const char *there = values_replaced(&v, plan, "virt_start: 0x0,", "virt_start: 0x3000,");
        there = values_replaced(&v, there, "0x47af0000", samples[i].phys);
        assert_int_equal(values_judge(&v, small, moved, there), AJ_FINDINGS); /* of other pages */
        assert_int_equal(test_count(&v.cx, "plan-memory-align"), samples[i].findings);
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_witness),
                                       cmocka_unit_test(test_of_the_guest),
                                       cmocka_unit_test(test_residue)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
