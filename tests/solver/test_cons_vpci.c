/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

#include "tests/solver/fixture.h"

static void test_bases_and_pins(void **state)
{
    struct fixture f;
    (void)state;
    /* SPIs 0 to 31. Pins: root 0 and 1, a 0, b 1. */
    fixture_open(&f, fixture_board,
                 "guests: {a: {os: bare}, b: {os: bare}, c: {os: bare}}\n"
                 "shmem:\n"
                 "  l0: {protocol: IVETH, size: 64 KiB, peers: [root, a]}\n"
                 "  l1: {protocol: IVETH, size: 64 KiB, peers: [b, root]}\n");
    fixture_plan(&f);
    assert_int_equal(model_plan_cell(f.plan, "root")->vpci_irq_base, 28);
    assert_int_equal(model_plan_cell(f.plan, "root")->interrupts_count, 0);
    assert_int_equal(model_plan_cell(f.plan, "a")->vpci_irq_base, 27);
    assert_int_equal(model_plan_cell(f.plan, "a")->interrupts[0], 32 + 27);
    assert_int_equal(model_plan_cell(f.plan, "b")->vpci_irq_base, 25);
    assert_int_equal(model_plan_cell(f.plan, "b")->interrupts[0], 32 + 26);
    assert_int_equal(model_plan_cell(f.plan, "c")->vpci_irq_base, AJ_NONE32);
    assert_int_equal(model_plan_mem(f.plan, MODEL_MEM_PCI)->phys_start, 0x100000);
    fixture_close(&f);
}

static void test_without_links(void **state)
{
    struct fixture f;
    (void)state;
    fixture_open(&f, fixture_board, "guests: {a: {os: bare}}\n");
    fixture_plan(&f);
    assert_null(model_plan_mem(f.plan, MODEL_MEM_PCI));
    assert_int_equal(f.plan->links_count, 0);
    assert_int_equal(model_plan_cell(f.plan, "root")->vpci_irq_base, AJ_NONE32);
    fixture_close(&f);
}

/* Five links of one cell: two of them share a pin. Four do not. */
static void test_shared_pins(void **state)
{
    (void)state;
    for (uint32_t links = 4; links <= 5; links++) {
        struct fixture f;
        struct aj_buf cells = {0};
        aj_buf_adds(&cells, "guests: {a: {os: bare}}\nshmem:\n");
        for (uint32_t i = 0; i < links; i++)
            aj_buf_addf(&cells, "  l%u: {protocol: IVETH, size: 64 KiB, peers: [root, a]}\n", i);
        fixture_open(&f, fixture_board, aj_buf_text(&cells));
        fixture_plan(&f);
        assert_int_equal(test_count(&f.cx, "vpci-pins-shared"), links == 5 ? 2 : 0);
        assert_int_equal(model_plan_cell(f.plan, "a")->interrupts_count, 4);
        assert_int_equal(f.plan->links[links - 1].device, links - 1);
        fixture_close(&f);
        aj_buf_free(&cells);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bases_and_pins),
        cmocka_unit_test(test_without_links),
        cmocka_unit_test(test_shared_pins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
