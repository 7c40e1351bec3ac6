/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings of Linux that a plan decides: knobs of the root and of guests, and where the root's
 * interrupts fire; as kernel arguments and as lines of start.sh and stop.sh.
 */
#ifndef EMIT_SETTINGS_H
#define EMIT_SETTINGS_H

#include "emit/scripts.h"

/*
 * The kernel arguments of a cell's knobs, one blank between them; NULL if it needs none. Of the
 * root's only those of boot time: the others are files of the running Linux.
 */
AJ_NODISCARD const char *emit_settings_arguments(const struct model_board *board,
                                                 const struct model_plan *plan, const char *cell,
                                                 struct aj_arena *out);
/* `first` and `second` with a blank between them; either may be NULL. */
AJ_NODISCARD const char *emit_settings_join(const char *first, const char *second,
                                            struct aj_arena *out);

/* The shell functions that both scripts need: how a setting is read, and `restore`. */
void emit_settings_functions(struct aj_buf *to);
/* start.sh: checks that change nothing, to be done before anything is started. */
void emit_settings_checks(const struct emit_input *input, struct aj_arena *scratch,
                          struct aj_buf *to);
/* Does the plan say anything of the root's settings? Else start.sh needs none of this. */
bool emit_settings_any(const struct model_plan *plan);
/*
 * start.sh: the function `settings`: those of the root put into force, each read back. What was there before is kept in
 * /run/autojail/saved. A knob and a route that cells.yml asks for must be in force, or the script
 * ends; of other interrupts it only tells.
 */
void emit_settings_put(const struct emit_input *input, struct aj_arena *scratch, struct aj_buf *to);

/* What the guest's Linux calls this CPU of the board: it counts its own from 0. */
uint32_t emit_settings_guest_cpu(const struct model_plan_cell *cell, uint32_t cpu);
/* A script that sends the guest's interrupts to their CPUs, run in the guest; fails unless all stay. */
void emit_settings_guest_script(const struct model_plan_cell *cell, struct aj_buf *to);

#endif
