/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail show: a configuration in words.
 */
#include "cli/commands.h"

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    const struct model_system *system;
    struct aj_buf text = {NULL, 0, 0};
    AJ_TRY(cli_read_system(cx, args->operands[0], arena, &system));
    emit_cell_show(system, &text);
    fwrite(text.data, 1, text.len, stdout);
    aj_buf_free(&text);
    return AJ_OK;
}

const struct cli_command cli_cmd_show = {
    .name = "show",
    .synopsis = "FILE.cell",
    .help = "print a configuration in words",
    .operands_min = 1,
    .operands_max = 1,
    .run = run,
};
