/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail check: judges a system configuration and cells that are to run beside each other.
 */
#include "cli/commands.h"

#include "model/check.h"

static const struct cli_option options[] = {
    {"board", 'b', "FILE", "compare with the hardware in this board.yml as well"},
};

/* Adds what one file holds to the set under judgement. */
static enum aj_status add_file(struct aj_ctx *cx, const char *path, struct aj_arena *arena,
                               struct model_system *all)
{
    const struct model_system *one;
    AJ_TRY(cli_read_system(cx, path, arena, &one));
    if (one->header != NULL) {
        if (all->header != NULL)
            return aj_fail(cx, AJ_ERR_USAGE, "usage", aj_loc_file(path),
                           "this is a second system configuration");
        all->header = one->header;
        all->root = one->root;
    }
    struct model_cell *cells =
        AJ_NEW_ARRAY(arena, struct model_cell, all->cells_count + one->cells_count);
    for (size_t i = 0; i < all->cells_count; i++)
        cells[i] = all->cells[i];
    for (size_t i = 0; i < one->cells_count; i++)
        cells[all->cells_count + i] = one->cells[i];
    all->cells = cells;
    all->cells_count += one->cells_count;
    return AJ_OK;
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    struct model_system all = {.header = NULL};
    const struct model_board *board = NULL;
    const size_t mark = aj_diag_mark(cx);
    for (size_t i = 0; i < args->operands_count; i++) {
        const enum aj_status status = add_file(cx, args->operands[i], arena, &all);
        if (status != AJ_OK)
            aj_log(cx, AJ_LOG_DEBUG, "%s is left out", args->operands[i]);
    }
    if (cli_value(args, "board") != NULL) {
        const struct aj_yaml *doc;
        AJ_TRY(cli_read_yaml(cx, cli_value(args, "board"), arena, &doc));
        AJ_TRY(model_board_read(cx, doc, arena, &board));
    }
    AJ_TRY(aj_diag_since(cx, mark));
    if (all.header == NULL) {
        const enum aj_status status = aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                                              "none of the files is a system configuration");
        aj_diag_hint(cx, "cells are judged together with the system they run on");
        return status;
    }
    const enum aj_status status = model_check_system(cx, &all, board);
    printf("cells beside the root: %zu, errors: %zu, warnings: %zu\n", all.cells_count,
           aj_diag_count(cx, AJ_SEV_ERROR), aj_diag_count(cx, AJ_SEV_WARNING));
    return status;
}

const struct cli_command cli_cmd_check = {
    .name = "check",
    .synopsis = "SYSTEM.cell [CELL.cell]...",
    .help = "judge configurations, also foreign ones, before the hypervisor does",
    .options = options,
    .options_count = AJ_COUNT(options),
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .run = run,
};
