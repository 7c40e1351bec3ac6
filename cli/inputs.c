/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/inputs.h"

#include "base/names.h"
#include "cli/commands.h"

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

const char *cli_inputs_cells(const struct cli_args *args)
{
    return cli_value_or(args, "cells", "cells.yml");
}

static enum aj_status read_all(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *out,
                               struct cli_inputs *in)
{
    const size_t mark = aj_diag_mark(cx);
    const struct aj_yaml *doc;
    enum aj_status status = read_project(cx, args, out, &in->project);
    status = cli_read_yaml(cx, cli_inputs_cells(args), out, &doc);
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

static enum aj_status check_arch(struct aj_ctx *cx, const struct cli_inputs *in)
{
    if (in->project->at == NULL || aj_yaml_get(in->project->at, "arch") == NULL ||
        in->project->arch == in->board->arch)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_INPUT, "arch-differs", aj_yaml_loc(in->project->at, "arch"),
                   "the project is for %s, the board is %s",
                   aj_name_of(model_arch_names, in->project->arch),
                   aj_name_of(model_arch_names, in->board->arch));
}

enum aj_status cli_inputs_read(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *out,
                               struct cli_inputs *in)
{
    *in = (struct cli_inputs){NULL, NULL, NULL};
    AJ_TRY(read_all(cx, args, out, in));
    return check_arch(cx, in);
}

/* Cells */

#define LIST_LIMIT ((size_t)1 << 20)

enum aj_status cli_list_stale(struct aj_ctx *cx, const char *dir, const char *list,
                              const struct emit_files *files, struct aj_arena *arena,
                              cli_name_vec *stale)
{
    const char *path = aj_strf(arena, "%s/%s", dir, list);
    struct aj_bytes old;
    if (!aj_file_exists(path))
        return AJ_OK;
    AJ_TRY(aj_file_read(cx, path, LIST_LIMIT, arena, &old));
    const char *line = (const char *)old.data;
    while (*line != '\0') {
        const size_t length = strcspn(line, "\n");
        const char *name = aj_strndup(arena, line, length);
        bool kept = length == 0 || strcmp(name, list) == 0;
        for (size_t i = 0; i < files->list.count && !kept; i++)
            kept = strcmp(files->list.items[i].name, name) == 0;
        if (!kept)
            AJ_PUSH(arena, stale, name);
        line += length + (line[length] == '\n');
    }
    return AJ_OK;
}

void cli_list_add(const char *list, const struct emit_files *listed, struct aj_arena *arena,
                  struct emit_files *to)
{
    struct aj_buf text = {NULL, 0, 0};
    for (size_t i = 0; i < listed->list.count; i++)
        aj_buf_addf(&text, "%s\n", listed->list.items[i].name);
    const struct aj_output output = {
        .name = list, .data = aj_memdup(arena, aj_buf_text(&text), text.len), .size = text.len};
    AJ_PUSH(arena, &to->list, output);
    aj_buf_free(&text);
}

enum aj_status cli_cells_write(struct aj_ctx *cx, const char *dir, struct emit_files *files,
                               struct aj_arena *arena)
{
    cli_name_vec stale = {NULL, 0, 0};
    AJ_TRY(cli_list_stale(cx, dir, CLI_FILES_LIST, files, arena, &stale));
    cli_list_add(CLI_FILES_LIST, files, arena, files);
    AJ_TRY(aj_outputs_write(cx, dir, files->list.items, files->list.count));
    return aj_outputs_remove(cx, dir, stale.items, stale.count);
}
