/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail config: board.yml and cells.yml to Jailhouse cells. All or nothing: files are written
 * after every check has passed.
 */
#include "cli/commands.h"

#include "base/names.h"
#include "base/units.h"
#include "explore/step.h"

static const struct cli_option options[] = {
    {"output", 'o', "DIR", "where to write the result (default: build_dir of autojail.yml)"},
    {"project", 'p', "FILE", "the project (default: autojail.yml, if there is one)"},
    {"board", 'b', "FILE", "the board (default: board.yml, if there is one)"},
    {"cells", 'c', "FILE", "the requirements (default: cells.yml)"},
    {"time-limit", 't', "DURATION", "stop solving after this long, e.g. 10 s"},
    {"dump-lp", 0, "FILE", "write the integer program in CPLEX LP format"},
};

struct inputs {
    const struct model_project *project;
    const struct model_board *board;
    const struct model_requirements *req;
};

/* The file given by option `name`; else `standard` if it exists; else NULL. */
static const char *input_name(const struct cli_args *args, const char *name, const char *standard)
{
    const char *given = cli_value(args, name);
    if (given != NULL)
        return given;
    return aj_file_exists(standard) ? standard : NULL;
}

static enum aj_status read_project(struct aj_ctx *cx, const struct cli_args *args,
                                   struct aj_arena *out, const struct model_project **project)
{
    const char *path = input_name(args, "project", "autojail.yml");
    if (path == NULL) {
        struct model_project *standard = AJ_NEW(out, struct model_project);
        aj_schema_defaults(&model_project_schema, standard);
        standard->name = "project";
        *project = standard;
        return AJ_OK;
    }
    const struct aj_yaml *doc;
    AJ_TRY(cli_read_yaml(cx, path, out, &doc));
    return model_project_read(cx, doc, out, project);
}

/* Reads all inputs, also when one of them is wrong, so that the user sees every error at once. */
static enum aj_status read_inputs(struct aj_ctx *cx, const struct cli_args *args,
                                  struct aj_arena *out, struct inputs *in)
{
    const size_t mark = aj_diag_mark(cx);
    const struct aj_yaml *doc;
    enum aj_status status = read_project(cx, args, out, &in->project);
    const char *cells = cli_value(args, "cells") != NULL ? cli_value(args, "cells") : "cells.yml";
    status = cli_read_yaml(cx, cells, out, &doc);
    if (status == AJ_OK)
        status = model_requirements_read(cx, doc, out, &in->req);
    const char *board = input_name(args, "board", "board.yml");
    if (board != NULL) {
        status = cli_read_yaml(cx, board, out, &doc);
        if (status == AJ_OK)
            status = model_board_read(cx, doc, out, &in->board);
    } else if (aj_diag_since(cx, mark) == AJ_OK) {
        status = model_board_from_requirements(cx, in->req, out, &in->board);
    }
    const enum aj_status gravest = aj_diag_since(cx, mark);
    return gravest != AJ_OK ? gravest : status;
}

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

#define LIST_NAME  "files.txt"
#define LIST_LIMIT ((size_t)1 << 20)

typedef AJ_VEC(const char *) name_vec;

/* The names an earlier run listed in `dir` and this one does not have: cells that were renamed, boot
 * arguments that no longer hold. Whoever copies the directory must not find them. */
static enum aj_status find_stale(struct aj_ctx *cx, const char *dir, const struct emit_files *files,
                                 struct aj_arena *arena, name_vec *stale)
{
    const char *path = aj_strf(arena, "%s/%s", dir, LIST_NAME);
    struct aj_bytes old;
    if (!aj_file_exists(path))
        return AJ_OK;
    AJ_TRY(aj_file_read(cx, path, LIST_LIMIT, arena, &old));
    const char *line = (const char *)old.data;
    while (*line != '\0') {
        const size_t length = strcspn(line, "\n");
        const char *name = aj_strndup(arena, line, length);
        bool kept = length == 0 || strcmp(name, LIST_NAME) == 0;
        for (size_t i = 0; i < files->list.count && !kept; i++)
            kept = strcmp(files->list.items[i].name, name) == 0;
        if (!kept)
            AJ_PUSH(arena, stale, name);
        line += length + (line[length] == '\n');
    }
    return AJ_OK;
}

/* Writes all files and the list of them, then takes away what the list before had more. */
static enum aj_status write_files(struct aj_ctx *cx, const char *dir, struct emit_files *files,
                                  struct aj_arena *arena)
{
    name_vec stale = {NULL, 0, 0};
    struct aj_buf list = {NULL, 0, 0};
    AJ_TRY(find_stale(cx, dir, files, arena, &stale));
    for (size_t i = 0; i < files->list.count; i++)
        aj_buf_addf(&list, "%s\n", files->list.items[i].name);
    const struct aj_output output = {
        .name = LIST_NAME, .data = aj_memdup(arena, list.data, list.len), .size = list.len};
    AJ_PUSH(arena, &files->list, output);
    aj_buf_free(&list);
    AJ_TRY(aj_outputs_write(cx, dir, files->list.items, files->list.count));
    return aj_outputs_remove(cx, dir, stale.items, stale.count);
}

static enum aj_status check_arch(struct aj_ctx *cx, const struct inputs *in)
{
    if (in->project->at == NULL || aj_yaml_get(in->project->at, "arch") == NULL ||
        in->project->arch == in->board->arch)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_INPUT, "arch-differs", aj_yaml_loc(in->project->at, "arch"),
                   "the project is for %s, the board is %s",
                   aj_name_of(model_arch_names, in->project->arch),
                   aj_name_of(model_arch_names, in->board->arch));
}

/* Memory and files of one run; split from run() so that the arena is closed on every way out. */
static enum aj_status configure(struct aj_ctx *cx, const struct cli_args *args,
                                struct aj_arena *arena)
{
    struct inputs in = {NULL, NULL, NULL};
    struct solver_options solve;
    AJ_TRY(solver_options(cx, args, &solve));
    AJ_TRY(read_inputs(cx, args, arena, &in));
    AJ_TRY(check_arch(cx, &in));
    struct explore_step step;
    AJ_TRY(explore_step_run(cx, in.project, in.board, in.req, &solve, arena, &step));
    const char *dir = cli_value(args, "output");
    if (dir == NULL)
        dir = in.project->build_dir;
    AJ_TRY(write_files(cx, dir, &step.files, arena));

    struct aj_buf text = {NULL, 0, 0};
    cli_summary_write(in.board, in.req, step.plan, &text);
    if (step.reservation.bootargs != NULL)
        aj_buf_addf(&text, "\nroot kernel: %s\n", step.reservation.bootargs);
    aj_buf_addf(&text, "%zu files in %s\n", step.files.list.count, dir);
    fwrite(text.data, 1, text.len, stdout);
    aj_buf_free(&text);
    return AJ_OK;
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args)
{
    struct aj_arena *arena = aj_arena_open();
    const enum aj_status status = configure(cx, args, arena);
    aj_arena_close(arena);
    return status;
}

const struct cli_command cli_cmd_config = {
    .name = "config",
    .alias = "generate",
    .help = "decide who gets what and write the Jailhouse cells",
    .options = options,
    .options_count = AJ_COUNT(options),
    .run = run,
};
