/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/board.h"
#include "tests/model/values.h"

static const struct model_board *read_board(struct values *v, const struct aj_yaml *doc)
{
    const struct model_board *board = NULL;
    if (model_board_read(&v->cx, doc, v->arena, &board) != AJ_OK)
        fail_msg("%s", test_diags(&v->cx));
    return board;
}

static void test_cpus(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_board *board = read_board(
        &v, values_parse(&v, "cpus:\n  4: {online: false}\n  0x1: {mpidr: 0x100}\n  0:\n"));
    assert_int_equal(board->cpus_count, 3);
    assert_int_equal(board->cpus[0].id.v, 0);
    assert_true(board->cpus[0].online);
    assert_true(board->cpus[0].mpidr.v == AJ_NONE64);
    assert_int_equal(board->cpus[1].mpidr.v, 0x100);
    assert_false(board->cpus[2].online);
    values_close(&v);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *id;
        uint32_t line, col;
    } bads[] = {
        {"cpus:\n  x: {}\n", "cpu-number", 2, 3},
        {"cpus:\n  1024: {}\n", "cpu-number", 2, 3},
        {"cpus:\n  1: {}\n  0x1: {}\n", "cpu-number", 3, 3},
        {"cpus: [0, 1]\n", "type", 1, 7},
        {"cpus:\n  0: {onlin: true}\n", "key-unknown", 2, 7},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(bads); i++) {
        struct values v;
        const struct model_board *board;
        values_open(&v);
        const struct aj_yaml *doc = values_parse(&v, bads[i].text);
        assert_int_equal(model_board_read(&v.cx, doc, v.arena, &board), AJ_ERR_INPUT);
        test_one_error(&v.cx, bads[i].id, bads[i].line, bads[i].col);
        values_close(&v);
    }
}

/* Written in ascending order, whatever the order of the file. */
static void test_written(void **state)
{
    struct values v;
    struct aj_buf text = {0};
    (void)state;
    values_open(&v);
    model_board_write(read_board(&v, values_parse(&v, "cpus: {2: {l2: a}, 0: {}}\n")), &text);
    assert_non_null(strstr(aj_buf_text(&text), "cpus:\n  0: {}\n  2:\n    l2: a\n"));
    aj_buf_free(&text);
    values_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpus),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
