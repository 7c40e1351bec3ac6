/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interrupts from the values of the columns (decode_irq.c). */
#ifndef SOLVER_DECODE_PRIV_H
#define SOLVER_DECODE_PRIV_H

#include "solver/cons.h"

/* Where those of the root fire. */
void solver_decode_irqs(const struct solver_model *m, const int64_t *values, struct aj_arena *out,
                        struct model_plan *plan);
/* Where those of guest `index`, whose CPUs `cell` has, fire. */
void solver_decode_guest_irqs(const struct solver_model *m, const int64_t *values,
                              struct aj_arena *out, uint32_t index, struct model_plan_cell *cell);

#endif
