/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the values of the columns to the plan.
 */
#ifndef SOLVER_DECODE_H
#define SOLVER_DECODE_H

#include "base/ctx.h"
#include "solver/search.h"

/*
 * The plan that `outcome` (with values) says, in `out`; names stay borrowed from board and
 * requirements. Fails with AJ_ERR_INTERNAL "solver-bug" if memory does not fit after all.
 */
AJ_NODISCARD enum aj_status solver_decode(struct aj_ctx *cx, const struct solver_model *m,
                                          const struct solver_outcome *outcome,
                                          struct aj_arena *out, const struct model_plan **plan);

#endif
