/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail show: a configuration in words, or the memory of a plan as a map.
 */
#include "cli/commands.h"

#include "emit/plan_page.h"

static const struct cli_option options[] = {
    {"map", 'm', NULL, "who owns what of the memory; FILE is a plan.yml, or its directory"},
    {"board", 'b', "FILE", "the board of the map (default: board.yml)"},
};

static enum aj_status add_map(struct aj_ctx *cx, const struct cli_args *args,
                              struct aj_arena *arena, struct aj_buf *text)
{
    const char *path = args->operands[0];
    const struct model_board *board;
    const struct model_plan *plan;
    const struct aj_yaml *doc;
    if (aj_is_directory(path))
        path = aj_strf(arena, "%s/plan.yml", path);
    AJ_TRY(cli_read_yaml(cx, path, arena, &doc));
    AJ_TRY(model_plan_read(cx, doc, arena, &plan));
    AJ_TRY(cli_read_yaml(cx, cli_value_or(args, "board", "board.yml"), arena, &doc));
    AJ_TRY(model_board_read(cx, doc, arena, &board));
    emit_plan_write_map(board, plan, arena, text);
    return AJ_OK;
}

static enum aj_status add_system(struct aj_ctx *cx, const struct cli_args *args,
                                 struct aj_arena *arena, struct aj_buf *text)
{
    const struct model_system *system;
    AJ_TRY(cli_read_system(cx, args->operands[0], arena, &system));
    emit_cell_show(system, text);
    return AJ_OK;
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    struct aj_buf text = {NULL, 0, 0};
    const enum aj_status status = cli_value(args, "map") != NULL
                                      ? add_map(cx, args, arena, &text)
                                      : add_system(cx, args, arena, &text);
    fwrite(aj_buf_text(&text), 1, text.len, stdout);
    aj_buf_free(&text);
    return status;
}

const struct cli_command cli_cmd_show = {
    .name = "show",
    .synopsis = "FILE.cell",
    .help = "print a configuration in words, or a plan's memory as a map",
    .options = options,
    .options_count = AJ_COUNT(options),
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
