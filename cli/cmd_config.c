/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail config: board.yml and cells.yml to Jailhouse cells. All or nothing: files are written
 * after every check has passed.
 */
#include "cli/inputs.h"

#include "cli/bundle.h"
#include "cli/commands.h"
#include "cli/solving.h"
#include "cli/tree.h"
#include "cli/witness.h"
#include "explore/step.h"
#include "solver/explain_plan.h"

static const struct cli_option option_rows[] = {
    {"output", 'o', "DIR", "where to write the result (default: build_dir of autojail.yml)"},
    CLI_INPUT_OPTIONS,
    CLI_SOLVING_OPTIONS,
    {"bundle", 0, "FILE", "also one tar archive of everything, to be unpacked at / of the board"},
    {"build", 0, NULL, "build Jailhouse in jailhouse_dir, with these cells"},
    {"stability", 0, "PLAN", "change as little as possible of this earlier plan"},
    {"explain", 0, "[NAME]",
     "say why; of one cell, region, link, knob, interrupt or device, or of all"},
    {"witness", 0, "PLAN",
     "judge this plan instead: does it meet the requirements, how good is it?"},
};

/* The chain, watched. */
static enum aj_status solve(struct aj_ctx *cx, struct solver_options *options,
                            const struct cli_inputs *in, struct aj_arena *arena,
                            struct explore_step *step)
{
    struct cli_solving solving;
    options->observer = cli_solving_open(&solving, cx);
    const enum aj_status status =
        explore_step_run(cx, in->project, in->board, in->req, options, arena, step);
    cli_solving_close(&solving);
    return status;
}

/* Why it is so, as `words` and, if it is about all of the plan, in the page about it. */
static enum aj_status explain(struct aj_ctx *cx, const char *name, const struct cli_inputs *in,
                              struct solver_options *options, struct aj_arena *arena,
                              struct explore_step *step, const char **words)
{
    struct aj_buf text = {NULL, 0, 0};
    struct cli_solving solving;
    options->observer = cli_solving_open(&solving, cx);
    const enum aj_status status = solver_explain_plan(cx, step->board, in->req, step->plan, options,
                                                      name[0] != '\0' ? name : NULL, &text);
    cli_solving_close(&solving);
    *words = aj_strdup(arena, aj_buf_text(&text));
    aj_buf_free(&text);
    if (status == AJ_OK && name[0] == '\0')
        explore_step_explain(in->project, in->req, *words, arena, step);
    return status;
}

static void print_step(const struct cli_inputs *in, const struct explore_step *step,
                       const struct solver_options *options, const char *dir, const char *words)
{
    struct aj_buf text = {NULL, 0, 0};
    cli_summary_write(in->board, in->req, step->plan, &text);
    if (step->reservation.bootargs != NULL)
        aj_buf_addf(&text, "\nroot kernel: %s\n", step->reservation.bootargs);
    else if (step->reservation.ranges_count > 0)
        aj_buf_addf(&text,
                    "\nroot kernel: reserved-memory.dtbo must be applied by the boot loader\n");
    aj_buf_addf(&text, "%zu files in %s\n", step->files.list.count, dir);
    if (options->dump_forms != 0)
        aj_buf_addf(&text, "the program in %s\n", options->dump_stem);
    if (words != NULL)
        aj_buf_addf(&text, "\n%s", words);
    fwrite(text.data, 1, text.len, stdout);
    aj_buf_free(&text);
}

/* What was ended before its time is told by the exit code, too, though the cells are there. */
static enum aj_status judge_end(struct aj_ctx *cx, const struct model_plan *plan, const char *dir)
{
    if (plan->status == MODEL_PLAN_OPTIMAL)
        return aj_fail(cx, AJ_INTERRUPTED, "interrupted", AJ_NOWHERE,
                       "interrupted, after the plan in %s was proved the best", dir);
    return aj_fail(cx, AJ_INTERRUPTED, "interrupted", AJ_NOWHERE,
                   "interrupted: %s has the best plan so far, there may be a better one", dir);
}

/* The bundle last: it is of what is there. */
static enum aj_status write_all(struct aj_ctx *cx, const struct cli_args *args,
                                struct cli_tree *tree, struct explore_step *step, const char *dir,
                                struct aj_arena *arena)
{
    const char *path = cli_value(args, "bundle");
    struct aj_buf bundle = {NULL, 0, 0};
    enum aj_status status = AJ_OK;
    if (path != NULL)
        status = cli_bundle_make(cx, args, tree->in, step, arena, &bundle);
    if (status == AJ_OK)
        status = cli_tree_make(cx, tree, dir, step, arena);
    if (status == AJ_OK)
        status = cli_tree_write(cx, tree);
    if (status == AJ_OK)
        status = cli_cells_write(cx, dir, &step->files, arena);
    if (status == AJ_OK && path != NULL)
        status = aj_file_write(cx, path, bundle.data, bundle.len);
    aj_buf_free(&bundle);
    return status;
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    struct cli_inputs in = {NULL, NULL, NULL};
    struct solver_options options;
    AJ_TRY(cli_solving_options(cx, args, &options));
    AJ_TRY(cli_inputs_read(cx, args, arena, &in));
    const char *dir = cli_value_or(args, "output", in.project->build_dir);
    AJ_TRY(cli_solving_dump(cx, args, dir, arena, &options));
    if (cli_value(args, "stability") != NULL) {
        const struct aj_yaml *doc;
        AJ_TRY(cli_read_yaml(cx, cli_value(args, "stability"), arena, &doc));
        AJ_TRY(model_plan_read(cx, doc, arena, &options.earlier));
    }
    if (cli_value(args, "witness") != NULL)
        return cli_witness(cx, cli_value(args, "witness"), &in, &options, arena);
    struct explore_step step;
    struct cli_tree tree;
    const bool build = cli_value(args, "build") != NULL;
    AJ_TRY(cli_tree_open(cx, &in, build ? CLI_TREE_BUILD : CLI_TREE_PLACE, arena, &tree));
    AJ_TRY(solve(cx, &options, &in, arena, &step));
    const bool interrupted = aj_cancelled(cx);
    const char *why = cli_value(args, "explain"), *words = NULL;
    const enum aj_status explained =
        why != NULL && !interrupted ? explain(cx, why, &in, &options, arena, &step, &words) : AJ_OK;
    if (aj_cancelled(cx))
        cx->cancel = NULL; /* what was found is written all the same */
    AJ_TRY(write_all(cx, args, &tree, &step, dir, arena));
    if (build && !interrupted)
        AJ_TRY(cli_tree_build(cx, &tree, &step, arena));
    print_step(&in, &step, &options, dir, words);
    AJ_TRY(explained);
    return interrupted ? judge_end(cx, step.plan, dir) : AJ_OK;
}

const struct cli_command cli_cmd_config = {
    .name = "config",
    .alias = "generate",
    .help = "decide who gets what and write the Jailhouse cells",
    .options = option_rows,
    .options_count = AJ_COUNT(option_rows),
    .run = run,
};
