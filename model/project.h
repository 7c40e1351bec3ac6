/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The project file autojail.yml: where the board is and how its Jailhouse is built.
 */
#ifndef MODEL_PROJECT_H
#define MODEL_PROJECT_H

#include "model/board.h"

struct model_project {
    const char *name, *board;
    uint8_t arch; /* enum model_arch */
    const char *login, *jump;
    const char *cross_compile, *kernel_dir, *jailhouse_dir, *jailhouse_url;
    uint32_t config_revision; /* 13 or 14; default 14 */
    const char *uart;
    const char *power_on, *power_off, *power_reset; /* power: {on, off, reset} */
    const char *build_dir, *deploy_dir;             /* default "build", "deploy" */
    const struct aj_yaml *at;
};

extern const struct aj_schema model_project_schema;
AJ_NODISCARD enum aj_status model_project_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                               struct aj_arena *out,
                                               const struct model_project **project);
void model_project_write(const struct model_project *project, struct aj_buf *to);

#endif
