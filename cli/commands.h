/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands' rows, one per file cmd_<name>.c, and the reading of the project's files that
 * several of them share.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/cli.h"
#include "emit/emit.h"

extern const struct cli_command cli_cmd_init;
extern const struct cli_command cli_cmd_extract;
extern const struct cli_command cli_cmd_config;
extern const struct cli_command cli_cmd_check;
extern const struct cli_command cli_cmd_doctor;
extern const struct cli_command cli_cmd_show;
extern const struct cli_command cli_cmd_convert;
extern const struct cli_command cli_cmd_test;
extern const struct cli_command cli_cmd_explore;

#define CLI_YAML_LIMIT ((size_t)64 << 20) /* a board.yml of a large server is below 2 MiB */

/* Reads and parses a YAML file into `out`. */
AJ_NODISCARD enum aj_status cli_read_yaml(struct aj_ctx *cx, const char *path, struct aj_arena *out,
                                          const struct aj_yaml **doc);
/* Reads a system in either form: `.cell` or, by its ending, `.yml`/`.yaml`. */
AJ_NODISCARD enum aj_status cli_read_system(struct aj_ctx *cx, const char *path,
                                            struct aj_arena *out,
                                            const struct model_system **system);
bool cli_is_yaml_name(const char *path);

/* What `autojail extract` says it found; findings of the extraction become warnings. */
void cli_board_summary_write(struct aj_ctx *cx, const struct model_board *board, struct aj_buf *to);
/* The summary that `autojail config` prints: CPUs, memory and interrupts of each cell. */
void cli_summary_write(const struct model_board *board, const struct model_requirements *req,
                       const struct model_plan *plan, struct aj_buf *to);

#endif
