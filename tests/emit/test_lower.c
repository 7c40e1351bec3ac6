/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/emit/lower_fixture.h"

static void expect_plan_error(const char *old, const char *new, const char *text)
{
    void *state;
    lower_open(&state);
    struct lower_fixture *f = state;
    lower_replace(f, &f->plan_yml, old, new);
    assert_int_equal(lower_run(f), AJ_ERR_INTERNAL);
    test_one_error(&f->cx, "lower-plan", 0, 0);
    if (strstr(test_diags(&f->cx), text) == NULL)
        fail_msg("'%s' expected in:\n%s", text, test_diags(&f->cx));
    assert_null(f->system);
    lower_close(&state);
}

/* A plan that leaves something to decide is no plan. */
static void test_incomplete_plans(void **state)
{
    (void)state;
    expect_plan_error("  - {kind: hypervisor, phys_start: 0x7fc00000, virt_start: 0x7fc00000, size:"
                      " 4 MiB}\n",
                      "", "no memory for the hypervisor");
    expect_plan_error("  root: {cpus: 0-1", "  roof: {cpus: 0-1", "no root cell");
    expect_plan_error("  rt: {cpus", "  tr: {cpus", "no cell 'rt'");
    expect_plan_error("devices: [uart1]", "devices: [uart2]", "a device 'uart2'");
    expect_plan_error("cell: rt, name: memory", "cell: tr, name: memory", "no memory for 'rt'");
    expect_plan_error("name: second", "name: third", "no place for 'second' of 'plc'");
    expect_plan_error("kind: pci", "kind: link, name: x", "no virtual PCI host");
    expect_plan_error("kind: link, name: net", "kind: link, name: ten", "no memory for link 'net'");
}

static void test_sections(void **state)
{
    (void)state;
    expect_plan_error("phys_start: 0x7fb00000, state_size", "phys_start: 0x7fb01000, state_size",
                      "no memory for link 'net'");
    expect_plan_error("output_size: 0x7f000", "output_size: 0x80000", "do not fit");
    expect_plan_error("output_size: 0x7f000", "output_size: 0x8000000000000000", "do not fit");
    expect_plan_error("state_size: 4 KiB, rw_size: 0,", "state_size: 0, rw_size: 0,", "do not fit");
    expect_plan_error("output_size: 0x7f000", "output_size: 0x7e800", "not whole pages");
}

static void expect_board_error(const char *old, const char *new, const char *id, uint32_t line)
{
    void *state;
    lower_open(&state);
    struct lower_fixture *f = state;
    lower_replace(f, &f->board_yml, old, new);
    assert_int_equal(lower_run(f), AJ_ERR_INPUT);
    test_one_error(&f->cx, id, line, 0);
    lower_close(&state);
}

static void test_platforms(void **state)
{
    (void)state;
    expect_board_error("gicd_base: 0x8000000, ", "gicd_base: 0, ", "lower-platform", 14);
    expect_board_error("gicd_base: 0x8000000, ", "", "lower-platform", 14);
}

static void test_arm(void **state)
{
    struct lower_fixture *f = *state;
    lower_replace(f, &f->board_yml, "arch: arm64", "arch: arm");
    lower_ok(f);
    assert_int_equal(f->system->header->architecture, MODEL_ARCH_ARM);
    assert_int_equal(f->system->cells[1].architecture, MODEL_ARCH_ARM);
}

/* What is lowered can be written, and reads back. */
static void test_can_be_written(void **state)
{
    struct lower_fixture *f = *state;
    lower_ok(f);
    for (size_t i = 0; i <= f->system->cells_count; i++) {
        const struct model_system *back;
        struct aj_buf file = {0}, again = {0};
        const size_t which = i == f->system->cells_count ? EMIT_ROOT : i;
        assert_int_equal(emit_cell_write(&f->cx, f->system, which, &file), AJ_OK);
        const struct aj_bytes bytes = {(const uint8_t *)file.data, file.len};
        assert_int_equal(emit_cell_read(&f->cx, "x", bytes, f->arena, &back), AJ_OK);
        assert_int_equal(emit_cell_write(&f->cx, back, which == EMIT_ROOT ? EMIT_ROOT : 0, &again),
                         AJ_OK);
        assert_int_equal(again.len, file.len);
        assert_memory_equal(again.data, file.data, file.len);
        aj_buf_free(&file);
        aj_buf_free(&again);
    }
    test_no_errors(&f->cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_incomplete_plans), cmocka_unit_test(test_sections),
        cmocka_unit_test(test_platforms),        LOWER_TEST(test_arm),
        LOWER_TEST(test_can_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
