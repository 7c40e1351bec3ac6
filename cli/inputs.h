/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What commands that decide start from, project, board and cells, and where the cells that they
 * make go.
 */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include "cli/cli.h"
#include "emit/emit.h"
#include "model/project.h"
#include "model/requirements.h"

/* Rows of the table of options; the project's is `project`. */
/* clang-format off */
#define CLI_INPUT_OPTIONS                                                                          \
    {"project", 'p', "FILE", "the project (default: autojail.yml, if there is one)"},              \
    CLI_BOARD_OPTIONS
#define CLI_BOARD_OPTIONS                                                                          \
    {"board", 'b', "FILE", "the board (default: board.yml, if there is one)"},                     \
    {"cells", 'c', "FILE", "the requirements (default: cells.yml)"}
/* clang-format on */

struct cli_inputs {
    const struct model_project *project;
    const struct model_board *board;
    const struct model_requirements *req;
};
/*
 * Reads all of them, also when one is wrong, so that the user sees every error at once. Without a
 * board file the board is what the cells say of it. AJ_ERR_INPUT "arch-differs" if the project is for
 * another architecture.
 */
AJ_NODISCARD enum aj_status cli_inputs_read(struct aj_ctx *cx, const struct cli_args *args,
                                            struct aj_arena *out, struct cli_inputs *in);
/* The name of the cells' file. */
const char *cli_inputs_cells(const struct cli_args *args);

typedef AJ_VEC(const char *) cli_name_vec;

/* Lists of what a run wrote, one name a line, in the directory of the cells. */
#define CLI_FILES_LIST "files.txt"     /* this directory */
#define CLI_TREE_LIST  "jailhouse.txt" /* the tree of Jailhouse */
/*
 * The names that list `list` of an earlier run has and `files` have not: cells that were renamed,
 * arguments that no longer hold. Nobody should come upon them.
 */
AJ_NODISCARD enum aj_status cli_list_stale(struct aj_ctx *cx, const char *dir, const char *list,
                                           const struct emit_files *files, struct aj_arena *arena,
                                           cli_name_vec *stale);
/* Adds the list of `listed` to `to`, which may be the same. */
void cli_list_add(const char *list, const struct emit_files *listed, struct aj_arena *arena,
                  struct emit_files *to);

/* Writes all files and the list of them to `dir`, then takes away what the list before had more. */
AJ_NODISCARD enum aj_status cli_cells_write(struct aj_ctx *cx, const char *dir,
                                            struct emit_files *files, struct aj_arena *arena);

#endif
