/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The five values as YAML: whatever a reader takes can be written and reads back equal, and the
 * functions that derive facts from it end.
 */
#include "tests/fuzz/fuzz_target.h"

#include "model/plan.h"
#include "model/project.h"
#include "model/requirements.h"
#include "model/system.h"

/* What was written, as a document again. */
static const struct aj_yaml *parse_back(struct aj_ctx *cx, struct aj_arena *arena,
                                        struct aj_buf *text)
{
    const struct aj_yaml *doc = NULL;
    const enum aj_status status = aj_yaml_parse(cx, "back.yml", text->data, text->len, arena, &doc);
    FUZZ_CHECK(status == AJ_OK);
    aj_buf_free(text);
    return doc;
}

static void use_board(struct aj_ctx *cx, struct aj_arena *arena, const struct model_board *board)
{
    struct model_address_map map;
    struct aj_cpuset spis;
    model_board_addresses(board, arena, &map);
    model_board_free_spis(board, &spis);
    for (size_t i = 0; i < map.ram.count; i++)
        FUZZ_CHECK(aj_range_ok(map.ram.items[i]) &&
                   aj_rangeset_covers(&map.used, map.ram.items[i]));
    FUZZ_CHECK(aj_cpuset_next(&spis, 0) >= 32);
    (void)cx;
}

static void use_requirements(struct aj_ctx *cx, struct aj_arena *arena,
                             const struct model_requirements *req)
{
    const struct model_board *board = NULL;
    struct model_console console;
    if (model_board_from_requirements(cx, req, arena, &board) != AJ_OK)
        return;
    const enum aj_status status = model_requirements_check(cx, board, req);
    FUZZ_CHECK(status == AJ_OK || status == AJ_ERR_INPUT);
    for (size_t i = 0; i < req->guests_count; i++)
        if (model_cell_console(board, req, &req->guests[i], &console))
            FUZZ_CHECK(console.address != AJ_NONE64 || req->guests[i].console.at != NULL);
    use_board(cx, arena, board);
}

static void read_board(struct aj_ctx *cx, struct aj_arena *arena, const struct aj_yaml *doc)
{
    const struct model_board *board = NULL, *back = NULL;
    struct aj_buf text = {0};
    if (model_board_read(cx, doc, arena, &board) != AJ_OK)
        return;
    use_board(cx, arena, board);
    model_board_write(board, &text);
    FUZZ_CHECK(model_board_read(cx, parse_back(cx, arena, &text), arena, &back) == AJ_OK);
    FUZZ_CHECK(aj_schema_equal(&model_board_schema, board, back));
}

static void read_requirements(struct aj_ctx *cx, struct aj_arena *arena, const struct aj_yaml *doc)
{
    const struct model_requirements *req = NULL, *back = NULL;
    struct aj_buf text = {0};
    if (model_requirements_read(cx, doc, arena, &req) != AJ_OK)
        return;
    use_requirements(cx, arena, req);
    model_requirements_write(req, &text);
    FUZZ_CHECK(model_requirements_read(cx, parse_back(cx, arena, &text), arena, &back) == AJ_OK);
    FUZZ_CHECK(aj_schema_equal(&model_requirements_schema, req, back));
}

static void read_plan(struct aj_ctx *cx, struct aj_arena *arena, const struct aj_yaml *doc)
{
    const struct model_plan *plan = NULL, *back = NULL;
    struct aj_buf text = {0};
    if (model_plan_read(cx, doc, arena, &plan) != AJ_OK)
        return;
    model_plan_write(plan, &text);
    FUZZ_CHECK(model_plan_read(cx, parse_back(cx, arena, &text), arena, &back) == AJ_OK);
    FUZZ_CHECK(aj_schema_equal(&model_plan_schema, plan, back));
}

static void read_system(struct aj_ctx *cx, struct aj_arena *arena, const struct aj_yaml *doc)
{
    const struct model_system *system = NULL, *back = NULL;
    struct aj_buf text = {0};
    if (model_system_read(cx, doc, arena, &system) != AJ_OK)
        return;
    model_system_write(system, &text);
    FUZZ_CHECK(model_system_read(cx, parse_back(cx, arena, &text), arena, &back) == AJ_OK);
    FUZZ_CHECK(aj_schema_equal(&model_system_schema, system, back));
}

static void read_project(struct aj_ctx *cx, struct aj_arena *arena, const struct aj_yaml *doc)
{
    const struct model_project *project = NULL, *back = NULL;
    struct aj_buf text = {0};
    if (model_project_read(cx, doc, arena, &project) != AJ_OK)
        return;
    model_project_write(project, &text);
    FUZZ_CHECK(model_project_read(cx, parse_back(cx, arena, &text), arena, &back) == AJ_OK);
    FUZZ_CHECK(aj_schema_equal(&model_project_schema, project, back));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct aj_ctx cx;
    struct aj_arena *arena = aj_arena_open();
    const struct aj_yaml *doc = NULL;
    aj_ctx_open(&cx);
    if (aj_yaml_parse(&cx, "fuzz.yml", data, size, arena, &doc) == AJ_OK) {
        read_board(&cx, arena, doc);
        read_requirements(&cx, arena, doc);
        read_plan(&cx, arena, doc);
        read_system(&cx, arena, doc);
        read_project(&cx, arena, doc);
    }
    aj_arena_close(arena);
    aj_ctx_close(&cx);
    return 0;
}
