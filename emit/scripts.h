/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shell scripts for the target: start and stop of hypervisor and cells.
 */
#ifndef EMIT_SCRIPTS_H
#define EMIT_SCRIPTS_H

#include "emit/emit.h"

/*
 * POSIX sh, run as root beside cells/ and dtb/. Nothing is started before every file that is needed
 * is there and the running Linux keeps off the reserved memory; every step is checked by its effect.
 * The root's knobs and interrupts are put into force with the hypervisor (emit/settings.h).
 */
void emit_start_script(const struct emit_input *input, struct aj_arena *scratch, struct aj_buf *to);
/* Destroys the guests in reverse order, disables the hypervisor, gives the root's settings back. */
void emit_stop_script(const struct model_requirements *req, struct aj_buf *to);

#endif
