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
    assert_int_equal(emit_dt_build(&cx, write_large, &nodes, EMIT_DT_BLOB, &blob), AJ_OK);
    const struct aj_bytes bytes = {aj_memdup(arena, blob.data, blob.len), blob.len};
    assert_int_equal(aj_dt_parse(&cx, "large", bytes, arena, &dt), AJ_OK);
    assert_int_equal(dt->nodes.count, nodes + 1);
    test_no_errors(&cx);
    aj_buf_free(&blob);
    aj_arena_close(arena);
    aj_ctx_close(&cx);
}

/* Beyond the largest tree that is written. */
static void write_too_much(struct emit_dt *dt, const void *what)
{
    enum { CELLS = 1 << 20 };
    const uint32_t *cells = what;
    for (int i = 0; i < 5; i++)
        emit_dt_cells(dt, "four-mebibytes", cells, CELLS);
    emit_dt_strings(dt, "late", NULL, 0); /* the first error sticks: none of these hides it */
    emit_dt_u64s(dt, "late", NULL, 0);
    emit_dt_u32(dt, "late", 1);
}

static void test_first_error_sticks(void **state)
{
    struct aj_ctx cx;
    struct aj_buf blob = {NULL, 0, 0};
    (void)state;
    aj_ctx_open(&cx);
    uint32_t *cells = calloc((size_t)1 << 20, sizeof *cells);
    assert_int_equal(emit_dt_build(&cx, write_too_much, cells, EMIT_DT_BLOB, &blob),
                     AJ_ERR_INTERNAL);
    free(cells);
    test_one_error(&cx, "dt-write", 0, 0);
    assert_int_equal(blob.len, 0);
    aj_ctx_close(&cx);
}

static void write_source(struct emit_dt *dt, const void *what)
{
    static const char *const texts[] = {"a\"b\\c\n", "d"};
    static const struct emit_dt_ref refs[] = {{"/clock", 7}};
    static const uint64_t numbers[] = {UINT64_C(0x100000002)};
    (void)what;
    emit_dt_strings(dt, "texts", texts, 2);
    emit_dt_begin(dt, "clock");
    emit_dt_empty(dt, "here");
    emit_dt_end(dt);
    emit_dt_begin_at(dt, "a/\";}b", 0x10);
    emit_dt_refs(dt, "clocks", refs, 1);
    emit_dt_u64s(dt, "reg", numbers, 1);
    emit_dt_end(dt);
}

/* Whatever stands in a text or a name, it is one there, too. */
static void test_source(void **state)
{
    struct aj_ctx cx;
    struct aj_buf source = {NULL, 0, 0};
    (void)state;
    aj_ctx_open(&cx);
    assert_int_equal(emit_dt_build(&cx, write_source, NULL, EMIT_DT_SOURCE, &source), AJ_OK);
    assert_string_equal(source.data, "/dts-v1/;\n"
                                     "\n"
                                     "/ {\n"
                                     "\ttexts = \"a\\x22b\\x5cc\\x0a\", \"d\";\n"
                                     "\n"
                                     "\tclock {\n"
                                     "\t\there;\n"
                                     "\t};\n"
                                     "\n"
                                     "\ta----b@10 {\n"
                                     "\t\tclocks = <&{/clock}>;\n"
                                     "\t\treg = <0x1 0x2>;\n"
                                     "\t};\n"
                                     "};\n");
    aj_buf_free(&source);
    aj_ctx_close(&cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buffer_grows),
        cmocka_unit_test(test_first_error_sticks),
        cmocka_unit_test(test_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
