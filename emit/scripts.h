/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shell scripts for the target: start and stop of hypervisor and cells.
 */
#ifndef EMIT_SCRIPTS_H
#define EMIT_SCRIPTS_H

#include "emit/emit.h"

/* POSIX sh, run as root beside cells/ and dtb/; every step is checked by its effect. */
void emit_start_script(const struct model_project *project, const struct model_board *board,
                       const struct model_requirements *req, const struct model_plan *plan,
                       struct aj_arena *scratch, struct aj_buf *to);
void emit_stop_script(const struct model_requirements *req, struct aj_buf *to);

#endif
