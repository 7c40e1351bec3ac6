/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include "emit/dt_writer.h"

#include "base/dt.h"

/* More than the first buffer holds: the tree is written again into a larger one, once each. */
static void write_large(struct emit_dt *dt, const void *what)
{
    const uint32_t *nodes = what;
    emit_dt_u32(dt, "#address-cells", 2);
    for (uint32_t i = 0; i < *nodes; i++) {
        emit_dt_begin_at(dt, "node", i);
        emit_dt_string(dt, "a-property-with-a-long-name", "and a text that takes room as well");
        emit_dt_end(dt);
    }
}

static void test_buffer_grows(void **state)
{
    struct aj_ctx cx;
    struct aj_buf blob = {NULL, 0, 0};
    const struct aj_dt *dt = NULL;
    const uint32_t nodes = 5000;
    (void)state;
    aj_ctx_open(&cx);
    struct aj_arena *arena = aj_arena_open();
    assert_int_equal(emit_dt_build(&cx, write_large, &nodes, &blob), AJ_OK);
    const struct aj_bytes bytes = {aj_memdup(arena, blob.data, blob.len), blob.len};
    assert_int_equal(aj_dt_parse(&cx, "large", bytes, arena, &dt), AJ_OK);
    assert_int_equal(dt->nodes.count, nodes + 1);
    test_no_errors(&cx);
    aj_buf_free(&blob);
    aj_arena_close(arena);
    aj_ctx_close(&cx);
}

static void write_open_node(struct emit_dt *dt, const void *what)
{
    (void)what;
    emit_dt_begin(dt, "never-ended");
    emit_dt_end(dt);
    emit_dt_u32(dt, "late", 1); /* properties come before nodes */
    emit_dt_strings(dt, "later", NULL, 0);
    emit_dt_cells(dt, "later", NULL, 0);
    emit_dt_u64s(dt, "later", NULL, 0);
}

static void test_first_error_sticks(void **state)
{
    struct aj_ctx cx;
    struct aj_buf blob = {NULL, 0, 0};
    (void)state;
    aj_ctx_open(&cx);
    assert_int_equal(emit_dt_build(&cx, write_open_node, NULL, &blob), AJ_ERR_INTERNAL);
    test_one_error(&cx, "dt-write", 0, 0);
    assert_int_equal(blob.len, 0);
    aj_ctx_close(&cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buffer_grows),
        cmocka_unit_test(test_first_error_sticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
