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

/* What is written reads back equal, and is then written the same. */
static const struct model_board *round_trip(struct values *v, const struct model_board *board)
{
    struct aj_buf text = {0}, again = {0};
    model_board_write(board, &text);
    const struct model_board *back = read_board(v, values_parse(v, aj_buf_text(&text)));
    model_board_write(back, &again);
    const struct model_board *third = read_board(v, values_parse(v, aj_buf_text(&again)));
    if (!aj_schema_equal(&model_board_schema, back, third))
        fail_msg("not equal after\n%s", aj_buf_text(&again));
    aj_buf_free(&text);
    aj_buf_free(&again);
    return back;
}

/* T74: what the first boards written by hand have: a pin too many, a type misspelt; and tabs. */
static void t74_boards_by_hand(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_board *board =
        read_board(&v, values_parse_file(&v, "model/data/board-fragment.yml"));
    assert_int_equal(board->arch, MODEL_ARCH_ARM64);
    assert_int_equal(board->irqchips_count, 1);
    assert_int_equal(aj_cpuset_count(&board->irqchips[0].pin_bitmap), 128);
    assert_int_equal(board->memory_regions_count, 1);
    const struct model_region *uart = &board->memory_regions[0];
    assert_string_equal(uart->name, "uart");
    assert_int_equal(uart->type, MODEL_REGION_MMIO);
    assert_string_equal(uart->console_type, "PL011");
    assert_int_equal(uart->size, AJ_MIB(100));
    assert_true(uart->root_used);
    assert_non_null(model_board_device(board, "uart"));
    assert_true(model_board_console_of(board, "uart")->active);
    assert_int_equal(test_count(&v.cx, "pin-range"), 1);
    assert_int_equal(test_count(&v.cx, "console-type-typo"), 1);
    assert_int_equal(test_count(&v.cx, "region-incomplete"), 1);
    assert_int_equal(test_count(&v.cx, "region-size"), 1);
    assert_int_equal(v.cx.diags_count, 4);
    const struct model_board *back = round_trip(&v, board);
    assert_true(aj_schema_equal(&model_board_schema, board, back));
    values_reset(&v);
    const char *tabs = "irqchips:\n\tgic: {address: 0}\n";
    const struct aj_yaml *doc = NULL;
    assert_int_equal(aj_yaml_parse(&v.cx, "t.yml", tabs, strlen(tabs), v.arena, &doc),
                     AJ_ERR_INPUT);
    assert_int_equal(test_count(&v.cx, "yaml-syntax"), 1);
    assert_non_null(strstr(test_diags(&v.cx), "not tabs"));
    values_close(&v);
}

static struct model_cpu *random_cpus(uint64_t *random, struct aj_arena *out, size_t count)
{
    struct model_cpu *cpus = AJ_NEW_ARRAY(out, struct model_cpu, count);
    for (size_t i = 0; i < count; i++)
        cpus[i] = (struct model_cpu){
            .id = {(uint32_t)(i * 3 + test_random_below(random, 3))},
            .online = test_random_below(random, 2) != 0,
            .mpidr = {test_random_edgy(random)},
            .compatible = test_random_below(random, 2) != 0 ? values_text(random, out) : NULL,
            .midr = AJ_NONE64,
            .package = test_random_below(random, 2),
            .cluster = AJ_NONE32,
            .core = test_random_below(random, 4),
            .thread = AJ_NONE32,
            .capacity = test_random_below(random, 1025),
            .l2 = test_random_below(random, 2) != 0 ? "l2_0" : NULL,
        };
    return cpus;
}

/* As many as the CPUs need, or more. */
static void random_redistributors(uint64_t *random, struct aj_arena *out, struct model_board *board)
{
    struct model_arm_platform *arm = aj_memdup(out, board->platform.arm, sizeof *arm);
    arm->gicr_base &= AJ_GIB(64) - 1;
    arm->gicr_size = AJ_NONE64;
    board->platform.arm = arm;
    if (test_random_below(random, 2) != 0)
        arm->gicr_size = model_gicr_size(board) + 1 + test_random_below(random, AJ_MIB(1));
}

/* Types of regions; true if one of them is a console's, which makes the reader add things. */
static bool random_types(uint64_t *random, struct aj_arena *out, struct model_board *board)
{
    struct model_region *regions =
        aj_memdup(out, board->memory_regions, board->memory_regions_count * sizeof *regions);
    bool console = false;
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        regions[i].type = (uint8_t)test_random_below(random, MODEL_REGION_WINDOW + 1);
        regions[i].phys_start &= AJ_GIB(64) - 1;
        regions[i].virt_start &= AJ_GIB(64) - 1;
        if (regions[i].size == AJ_NONE64)
            regions[i].size = AJ_PAGE;
        if (test_random_below(random, 8) == 0) {
            regions[i].type = MODEL_REGION_MMIO;
            regions[i].console_type = "XUARTPS";
            console = true;
        }
    }
    board->memory_regions = regions;
    return console;
}

static void test_round_trip(void **state)
{
    uint64_t random = test_random_start(1);
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct values v;
        struct model_board board = {0};
        values_open(&v);
        values_random(&random, v.arena, &model_board_schema, VALUES_SANE, &board);
        board.format = 1;
        board.cpus_count = test_random_below(&random, 6);
        board.cpus = random_cpus(&random, v.arena, board.cpus_count);
        if (board.phys_limit < AJ_PAGE)
            board.phys_limit = AJ_PAGE;
        if (board.platform.arm != NULL)
            random_redistributors(&random, v.arena, &board);
        const bool console = random_types(&random, v.arena, &board);
        const struct model_board *back = round_trip(&v, &board);
        if (!console && !aj_schema_equal(&model_board_schema, &board, back)) {
            struct aj_buf text = {0};
            model_board_write(back, &text);
            fail_msg("not equal after\n%s", aj_buf_text(&text));
        }
        values_close(&v);
    }
}

struct bad {
    const char *text;
    const char *id;
    uint32_t line, col;
};

static void test_refused(void **state)
{
    static const struct bad bads[] = {
        {"arch: 3\n", "range", 1, 7},
        {"format: 2\n", "range", 1, 9},
        {"devices:\n  a: {verdict: 6}\n", "range", 2, 16},
        {"irqchips:\n  gic: {address: 0, pin_bitmap: 0-129}\n", "range", 2, 35},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t74_boards_by_hand),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
