/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Classes, nodes, and memory near CPUs: what is refused, and what the second witness finds. */
#include "tests/model/values.h"

#include "model/requirements.h"

static const char board[] =
    "arch: arm64\n"
    "cpus: {0: {capacity: 400}, 1: {capacity: 400, node: 1}, 2: {capacity: 1024, node: 1}}\n"
    "memory_regions:\n"
    "  ram0: {phys_start: 0x40000000, size: 64 MiB, type: ram}\n"
    "  ram1: {phys_start: 0x44000000, size: 64 MiB, type: ram, node: 1}\n"
    "platform: {arm: {gic_version: 2, gicd_base: 0x8000000, gicc_base: 0x8010000,\n"
    "                 gich_base: 0x8020000, gicv_base: 0x8030000, maintenance_irq: 25}}\n";

static const char cells[] = "guests:\n"
                            "  plc:\n"
                            "    os: bare\n"
                            "    cpus: {count: 1}\n"
                            "    mem_regions: {ram: {size: 64 KiB, near: cpus}}\n";

static const char plan[] =
    "status: optimal\n"
    "cells: {root: {cpus: [0, 1]}, plc: {cpus: 2}}\n"
    "memory:\n"
    "- {kind: ram, cell: plc, name: ram, phys_start: 0x44000000, virt_start: 0x0,\n"
    "   size: 64 KiB, flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_DMA, MEM_LOADABLE]}\n"
    "- {kind: hypervisor, phys_start: 0x47c00000, virt_start: 0x47c00000, size: 4 MiB}\n";

static void test_witness(void **state)
{
    static const struct {
        const char *what, *with, *id; /* in cells; NULL: it is right */
        uint32_t line, col;
    } samples[] = {
        {"{count: 1}", "{count: 1}", NULL, 0, 0},
        {"{count: 1}", "{count: 1, class: big, node: 1}", NULL, 0, 0},
        {"{count: 1}", "{count: 1, class: little}", "plan-cpu", 4, 11},
        {"{count: 1}", "{count: 1, node: 0}", "plan-cpu", 4, 11},
    };
    struct values v;
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        values_open(&v);
        const char *text = values_replaced(&v, cells, samples[i].what, samples[i].with);
        const enum aj_status status = values_judge(&v, board, text, plan);
        assert_int_equal(status, samples[i].id != NULL ? AJ_FINDINGS : AJ_OK);
        if (samples[i].id != NULL)
            test_one_error(&v.cx, samples[i].id, samples[i].line, samples[i].col);
        values_close(&v);
    }
    values_open(&v);
    const char *moved =
        values_replaced(&v, plan, "phys_start: 0x44000000", "phys_start: 0x40000000");
    assert_int_equal(values_judge(&v, board, cells, moved), AJ_FINDINGS);
    test_one_error(&v.cx, "plan-memory-near", 5, 24);
    values_close(&v);
}

static void test_refused(void **state)
{
    static const struct {
        const char *cpus, *id; /* NULL: it is right */
        uint32_t line, col;
    } samples[] = {
        {"{count: 1, class: big}", NULL, 0, 0},
        {"{count: 1, node: 0-1}", NULL, 0, 0},
        {"{count: 1, node: 2}", "node-unknown", 4, 28},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(samples); i++) {
        struct values v;
        const struct model_board *b = NULL;
        const struct model_requirements *req = NULL;
        values_open(&v);
        const char *text = values_replaced(&v, cells, "{count: 1}", samples[i].cpus);
        assert_int_equal(model_board_read(&v.cx, values_parse(&v, board), v.arena, &b), AJ_OK);
        assert_int_equal(model_requirements_read(&v.cx, values_parse(&v, text), v.arena, &req),
                         AJ_OK);
        const enum aj_status status = model_requirements_check(&v.cx, b, req);
        assert_int_equal(status, samples[i].id != NULL ? AJ_ERR_INPUT : AJ_OK);
        if (samples[i].id != NULL)
            test_one_error(&v.cx, samples[i].id, samples[i].line, samples[i].col);
        values_close(&v);
    }
}

/* CPUs that are alike, or of which nobody says how fast they are, have no classes. */
static void test_no_classes(void **state)
{
    static const char *const cpus[] = {
        "cpus: {0: {}, 1: {}}", "cpus: {0: {capacity: 400}, 1: {capacity: 400}}",
        "cpus: {0: {capacity: 400}, 1: {capacity: 1024, online: false}, 2: {}}"};
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cpus); i++) {
        struct values v;
        const struct model_board *b = NULL;
        const struct model_requirements *req = NULL;
        values_open(&v);
        const char *text = aj_strf(v.arena,
                                   "%s\nmemory_regions: {ram: {phys_start: 0x40000000, "
                                   "size: 64 MiB, type: ram}}\n",
                                   cpus[i]);
        const char *wishes = values_replaced(&v, cells, "{count: 1}", "{count: 1, class: big}");
        assert_int_equal(model_board_read(&v.cx, values_parse(&v, text), v.arena, &b), AJ_OK);
        assert_int_equal(model_requirements_read(&v.cx, values_parse(&v, wishes), v.arena, &req),
                         AJ_OK);
        assert_int_equal(model_requirements_check(&v.cx, b, req), AJ_ERR_INPUT);
        test_one_error(&v.cx, "cpu-class", 4, 29);
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_witness),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_no_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
