/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the readers of model/ share among themselves: schemas of structs that stand in more than one
 * value, and checks of ranges.
 */
#ifndef MODEL_MODEL_PRIV_H
#define MODEL_MODEL_PRIV_H

#include "model/jailhouse.h"
#include "model/requirements.h"

extern const struct aj_schema model_console_schema;       /* struct model_console */
extern const struct aj_schema model_arm_platform_schema;  /* struct model_arm_platform */
extern const struct aj_schema model_board_irqchip_schema; /* struct model_board_irqchip */

/* Adds `path` to the newest diagnostic and hands `status` through. */
enum aj_status model_at(struct aj_ctx *cx, const char *path, enum aj_status status);
/* The same for the value of `key` of a cell. */
enum aj_status model_at_cell(struct aj_ctx *cx, const struct model_cell_request *cell,
                             const char *key, enum aj_status status);
/* Reads `node`, which stands at `path`, as if it were the value of the only key of `schema`. */
AJ_NODISCARD enum aj_status model_read_field(struct aj_ctx *cx, const struct aj_schema *schema,
                                             const struct aj_yaml *node, const char *path,
                                             struct aj_arena *out, void *value);
/*
 * Is [start, start + size) a range? Fails with "mem-size" (size 0) at key "size" of `node`, or
 * "mem-wrap" (it ends above 2^64) at `start_key`. Numbers that are not given (AJ_NONE64) pass.
 */
AJ_NODISCARD enum aj_status model_check_range(struct aj_ctx *cx, const struct aj_yaml *node,
                                              const char *path, const char *start_key,
                                              struct aj_range range);
/* Consoles and devices of the requirements against the board: see model_requirements_check. */
AJ_NODISCARD enum aj_status model_requirements_check_devices(struct aj_ctx *cx,
                                                             const struct model_board *board,
                                                             const struct model_requirements *req);
/* The memory of the requirements against the board: see model_requirements_check. */
AJ_NODISCARD enum aj_status model_requirements_check_memory(struct aj_ctx *cx,
                                                            const struct model_board *board,
                                                            const struct model_requirements *req);

#endif
