/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/guest_fixture.h"

#include "base/dt.h"

/* A plan that has moved its ranges of memory. */
static struct emit_reservation reserve(struct guest_fixture *f, const struct model_plan_mem *memory,
                                       size_t count)
{
    struct emit_reservation reservation;
    struct model_plan plan = *f->plan;
    plan.memory = memory;
    plan.memory_count = count;
    emit_reservation(f->board, &plan, f->arena, &reservation);
    return reservation;
}

/* Neighbours are one range; the virtual PCI window is no RAM; mem= keeps both banks below the cut. */
static void test_tail_of_ram(void **state)
{
    struct guest_fixture *f = *state;
    const struct emit_reservation r = reserve(f, f->plan->memory, f->plan->memory_count);
    assert_int_equal(r.ranges_count, 1);
    assert_int_equal(r.ranges[0].base, 0x9bb00000);
    assert_int_equal(r.ranges[0].size, 0x4500000);
    assert_string_equal(r.bootargs, "mem=955M"); /* 512 MiB + 0x1bb00000 */
}

static void test_hole_below_the_end(void **state)
{
    struct guest_fixture *f = *state;
    struct model_plan_mem memory[] = {
        {.kind = MODEL_MEM_RAM, .phys_start = 0x90000000, .size = AJ_MIB(16)},
        {.kind = MODEL_MEM_HYPERVISOR, .phys_start = 0x9fc00000, .size = AJ_MIB(4)},
    };
    const struct emit_reservation r = reserve(f, memory, 2);
    assert_int_equal(r.ranges_count, 2);
    assert_null(r.bootargs);
    /* one block of waste for alignment is taken, a page more is not */
    memory[0].phys_start = 0x9fc00000 - AJ_MIB(18);
    assert_string_equal(reserve(f, memory, 2).bootargs, "mem=1002M");
    memory[0].phys_start -= AJ_PAGE;
    assert_null(reserve(f, memory, 2).bootargs);
    memory[0].phys_start = 0x9fc00000 - AJ_MIB(16) - AJ_PAGE;
    assert_string_equal(reserve(f, memory, 2).bootargs, "mem=1028092K");
}

static void test_whole_bank_and_nothing(void **state)
{
    struct guest_fixture *f = *state;
    const struct model_plan_mem memory[] = {
        {.kind = MODEL_MEM_RAM, .phys_start = 0x80000000, .size = AJ_MIB(512)},
        {.kind = MODEL_MEM_RAM, .phys_start = 0x40000000, .size = AJ_MIB(512)},
    };
    assert_string_equal(reserve(f, memory, 1).bootargs, "mem=512M");
    assert_null(reserve(f, memory, 2).bootargs); /* nothing would be left */
    assert_int_equal(reserve(f, memory, 0).ranges_count, 0);
    assert_null(reserve(f, memory, 0).bootargs);
}

static void check_overlay(struct guest_fixture *f, uint32_t size_cells)
{
    struct aj_buf blob = {NULL, 0, 0};
    const struct aj_dt *dt = NULL;
    struct aj_range range;
    struct model_board board = *f->board;
    const struct emit_reservation r = reserve(f, f->plan->memory, f->plan->memory_count);
    board.address_cells = 2;
    board.size_cells = size_cells;
    assert_int_equal(emit_reservation_overlay(&f->cx, &board, &r, &blob), AJ_OK);
    const struct aj_bytes bytes = {aj_memdup(f->arena, blob.data, blob.len), blob.len};
    aj_buf_free(&blob);
    assert_int_equal(aj_dt_parse(&f->cx, "overlay", bytes, f->arena, &dt), AJ_OK);
    const struct aj_dt_node *node =
        aj_dt_at(dt, "/fragment@0/__overlay__/reserved-memory/jailhouse@9bb00000");
    assert_non_null(node);
    assert_non_null(aj_dt_prop(node, "no-map"));
    assert_int_equal(aj_dt_prop(node, "reg")->size, 4 * (2 + size_cells));
    assert_int_equal(aj_dt_reg_count(node), 1);
    range.base = aj_load_be(aj_dt_prop(node, "reg")->data, 8);
    range.size = aj_load_be(aj_dt_prop(node, "reg")->data + 8, (size_t)4 * size_cells);
    assert_int_equal(range.base, 0x9bb00000);
    assert_int_equal(range.size, 0x4500000);
}

static void test_overlay(void **state)
{
    check_overlay(*state, 2);
    check_overlay(*state, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tail_of_ram, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(test_hole_below_the_end, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(test_whole_bank_and_nothing, fixture_open, fixture_close),
        cmocka_unit_test_setup_teardown(test_overlay, fixture_open, fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
