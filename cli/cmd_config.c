/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail config: board.yml and cells.yml to Jailhouse cells. All or nothing: files are written
 * after every check has passed.
 */
#include "cli/inputs.h"

#include "base/units.h"
#include "cli/commands.h"
#include "explore/step.h"

static const struct cli_option options[] = {
    {"output", 'o', "DIR", "where to write the result (default: build_dir of autojail.yml)"},
    CLI_INPUT_OPTIONS,
    {"time-limit", 't', "DURATION", "stop solving after this long, e.g. 10 s"},
    {"dump-lp", 0, "FILE", "write the integer program in CPLEX LP format"},
};

static enum aj_status solver_options(struct aj_ctx *cx, const struct cli_args *args,
                                     struct solver_options *to)
{
    const char *limit = cli_value(args, "time-limit");
    *to = (struct solver_options){.dump_lp = cli_value(args, "dump-lp")};
    if (limit == NULL)
        return AJ_OK;
    const struct aj_units_result r = aj_parse_duration(limit, &to->time_limit_ns);
    if (r.why != AJ_UNITS_OK || to->time_limit_ns <= 0)
        return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "--time-limit '%s' %s", limit,
                       r.why != AJ_UNITS_OK ? aj_units_why_text(r.why) : "is not positive");
    return AJ_OK;
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    struct cli_inputs in = {NULL, NULL, NULL};
    struct solver_options solve;
    AJ_TRY(solver_options(cx, args, &solve));
    AJ_TRY(cli_inputs_read(cx, args, arena, &in));
    struct explore_step step;
    AJ_TRY(explore_step_run(cx, in.project, in.board, in.req, &solve, arena, &step));
    const char *dir = cli_value(args, "output");
    if (dir == NULL)
        dir = in.project->build_dir;
    AJ_TRY(cli_cells_write(cx, dir, &step.files, arena));

    struct aj_buf text = {NULL, 0, 0};
    cli_summary_write(in.board, in.req, step.plan, &text);
    if (step.reservation.bootargs != NULL)
        aj_buf_addf(&text, "\nroot kernel: %s\n", step.reservation.bootargs);
    else if (step.reservation.ranges_count > 0)
        aj_buf_addf(&text,
                    "\nroot kernel: reserved-memory.dtbo must be applied by the boot loader\n");
    aj_buf_addf(&text, "%zu files in %s\n", step.files.list.count, dir);
    fwrite(text.data, 1, text.len, stdout);
    aj_buf_free(&text);
    return AJ_OK;
}

const struct cli_command cli_cmd_config = {
    .name = "config",
    .alias = "generate",
    .help = "decide who gets what and write the Jailhouse cells",
    .options = options,
    .options_count = AJ_COUNT(options),
    .run = run,
};
