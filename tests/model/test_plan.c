/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/plan.h"

#include "tests/model/values.h"

static const struct model_plan *read_plan(struct values *v, const char *text)
{
    const struct model_plan *plan = NULL;
    if (model_plan_read(&v->cx, values_parse(v, text), v->arena, &plan) != AJ_OK)
        fail_msg("%s\n%s", text, test_diags(&v->cx));
    return plan;
}

static void random_levels(uint64_t *random, struct aj_arena *out, struct model_plan *plan)
{
    struct model_plan_level *levels =
        aj_memdup(out, plan->levels, plan->levels_count * sizeof *levels);
    for (size_t i = 0; i < plan->levels_count; i++) {
        levels[i].value = (int64_t)(test_random_edgy(random) & INT64_MAX);
        levels[i].bound = -levels[i].value;
    }
    plan->levels = levels;
}

static void test_round_trip(void **state)
{
    uint64_t random = test_random_start(2);
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct values v;
        struct aj_buf text = {0};
        struct model_plan plan = {0};
        values_open(&v);
        values_random(&random, v.arena, &model_plan_schema, VALUES_SANE, &plan);
        random_levels(&random, v.arena, &plan);
        model_plan_write(&plan, &text);
        if (!aj_schema_equal(&model_plan_schema, &plan, read_plan(&v, aj_buf_text(&text))))
            fail_msg("not equal after\n%s", aj_buf_text(&text));
        aj_buf_free(&text);
        values_close(&v);
    }
}

static void test_lookups(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_plan *plan =
        read_plan(&v, "status: feasible\n"
                      "cells: {root: {cpus: 0}, plc: {cpus: [1, 3], interrupts: [33, 36]}}\n"
                      "memory:\n"
                      "- {kind: ram, cell: plc, phys_start: 0, virt_start: 0, size: 1}\n"
                      "- {kind: pci, phys_start: 0x1000, virt_start: 0x1000, size: 1}\n"
                      "levels: [{objective: isolation, value: -3, bound: 4}]\n");
    assert_int_equal(plan->status, MODEL_PLAN_FEASIBLE);
    assert_int_equal(model_plan_cell(plan, "plc")->interrupts[1], 36);
    assert_int_equal(model_plan_cell(plan, "plc")->vpci_irq_base, AJ_NONE32);
    assert_null(model_plan_cell(plan, "gui"));
    assert_int_equal(model_plan_mem(plan, MODEL_MEM_PCI)->phys_start, 0x1000);
    assert_null(model_plan_mem(plan, MODEL_MEM_HYPERVISOR));
    assert_int_equal(plan->levels[0].value, -3);
    values_close(&v);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *id;
        uint32_t line, col;
    } bads[] = {
        {"status: optimal\ncells: {}\nmemory:\n- {kind: ram, phys_start: 2, virt_start: 0,\n"
         "   size: 0xffffffffffffffff}\n",
         "mem-size", 5, 10},
        {"status: optimal\ncells: {}\nmemory:\n- {kind: ram, phys_start: 2, virt_start: 0,\n"
         "   size: 0xfffffffffffffffe}\n",
         NULL, 0, 0},
        {"status: optimal\ncells: {}\nmemory:\n- {kind: ram, phys_start: 3, virt_start: 0,\n"
         "   size: 0xfffffffffffffffe}\n",
         "mem-wrap", 4, 27},
        {"status: optimal\ncells: {}\nmemory:\n- {kind: ram, phys_start: 0, virt_start: 3,\n"
         "   size: 0xfffffffffffffffe}\n",
         "mem-wrap", 4, 42},
        {"status: optimal\ncells: {}\nmemory:\n- {kind: ram, phys_start: 0, virt_start: 3,\n"
         "   size: 0}\n",
         "mem-size", 5, 10},
        {"status: optimal\ncells: {}\nlevels: [{objective: a, value: 9223372036854775808}]\n",
         "number", 3, 32},
        {"status: optimal\ncells: {}\nlevels: [{objective: a, value: --1}]\n", "number", 3, 32},
        {"status: optimal\ncells: {}\nlevels: [{objective: a, bound: [1]}]\n", "number", 3, 32},
        {"status: optimal\n", "key-missing", 1, 1},
        {"status: optimal\ncells: {}\nlinks: {a: {device: 32, protocol: VETH, phys_start: 0,\n"
         "   peers: []}}\n",
         "range", 3, 21},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(bads); i++) {
        struct values v;
        const struct model_plan *plan;
        values_open(&v);
        const enum aj_status status =
            model_plan_read(&v.cx, values_parse(&v, bads[i].text), v.arena, &plan);
        assert_int_equal(status, bads[i].id != NULL ? AJ_ERR_INPUT : AJ_OK);
        if (bads[i].id != NULL)
            test_one_error(&v.cx, bads[i].id, bads[i].line, bads[i].col);
        values_close(&v);
    }
}

static void test_hypervisor(void **state)
{
    (void)state;
    assert_int_equal(model_hypervisor_default(MODEL_ARCH_ARM64), AJ_MIB(4));
    assert_int_equal(model_hypervisor_default(MODEL_ARCH_X86), AJ_MIB(6));
    assert_int_equal(model_hypervisor_alignment(MODEL_ARCH_ARM64), AJ_MIB(2));
    assert_int_equal(model_hypervisor_alignment(MODEL_ARCH_ARM), AJ_PAGE);
}

static void test_pci_size(void **state)
{
    (void)state;
    assert_int_equal(model_pci_size(0, AJ_PAGE), AJ_MIB(1) + AJ_KIB(64));
    assert_int_equal(model_pci_size(1, AJ_PAGE), AJ_MIB(1) + AJ_KIB(64));
    assert_int_equal(model_pci_size(8, AJ_PAGE), AJ_MIB(1) + AJ_KIB(64));
    assert_int_equal(model_pci_size(9, AJ_PAGE), AJ_MIB(1) + AJ_KIB(128));
    assert_int_equal(model_pci_size(32, AJ_PAGE), AJ_MIB(1) + AJ_KIB(256));
    assert_int_equal(model_pci_size(UINT32_MAX, AJ_PAGE), AJ_MIB(1) + (UINT64_C(1) << 45));
    assert_int_equal(model_pci_size(1, AJ_KIB(64)), AJ_MIB(1) + AJ_KIB(128));
    assert_int_equal(model_pci_size(32, AJ_KIB(64)), AJ_MIB(5));
}

static void test_link_sections(void **state)
{
    const uint16_t veth = JAILHOUSE_SHMEM_PROTO_VETH, any = JAILHOUSE_SHMEM_PROTO_UNDEFINED;
    struct model_sections s;
    (void)state;
    /* the layout of upstream's network links: JAILHOUSE_SHMEM_NET_REGIONS of cell-config.h */
    assert_true(model_link_sections(veth, AJ_MIB(1), 2, AJ_PAGE, &s));
    assert_int_equal(s.state, 0x1000);
    assert_int_equal(s.rw, 0);
    assert_int_equal(s.output, 0x7f000);
    assert_true(
        model_link_sections(JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT | 2, AJ_KIB(900), 2, AJ_PAGE, &s));
    assert_int_equal(s.rw, AJ_KIB(896));
    assert_int_equal(s.output, 0);
    assert_true(model_link_sections(any, 4 * AJ_PAGE, 3, AJ_PAGE, &s));
    assert_int_equal(s.output, AJ_PAGE);
    assert_false(model_link_sections(any, 4 * AJ_PAGE - 1, 3, AJ_PAGE, &s));
    assert_false(model_link_sections(veth, 0, 2, AJ_PAGE, &s));
    assert_false(model_link_sections(veth, AJ_MIB(1), 0, AJ_PAGE, &s));
    /* of configs/arm64/k3-am625-sk.c: each section of its own pages of 64 KiB */
    assert_true(model_link_sections(any, AJ_KIB(256), 3, AJ_KIB(64), &s));
    assert_int_equal(s.state, 0x10000);
    assert_int_equal(s.output, 0x10000);
    assert_false(model_link_sections(any, AJ_KIB(256) - 1, 3, AJ_KIB(64), &s));
}

/* Sections of any link fit into it, without a page to spare for each. */
static void test_link_sections_fit(void **state)
{
    static const uint16_t protocols[] = {JAILHOUSE_SHMEM_PROTO_UNDEFINED,
                                         JAILHOUSE_SHMEM_PROTO_VETH, JAILHOUSE_SHMEM_PROTO_CUSTOM,
                                         JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK};
    uint64_t random = test_random_start(3);
    (void)state;
    for (int round = 0; round < 10000; round++) {
        const aj_size size = test_random_edgy(&random);
        const uint32_t peers = 1 + test_random_below(&random, 12);
        const uint16_t protocol = protocols[test_random_below(&random, AJ_COUNT(protocols))];
        const aj_size page = AJ_KIB(4) << 2 * test_random_below(&random, 3);
        struct model_sections s;
        if (!model_link_sections(protocol, size, peers, page, &s))
            continue;
        const aj_size sum = s.state + s.rw + peers * s.output;
        assert_true(sum <= size && size - sum < (peers + 1) * page);
        assert_true(aj_is_aligned(s.state | s.rw | s.output, page));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lookups),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_hypervisor),    cmocka_unit_test(test_pci_size),
        cmocka_unit_test(test_link_sections), cmocka_unit_test(test_link_sections_fit),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
