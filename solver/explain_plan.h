/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a plan is as it is: what forces each decision, or what the next best would cost.
 */
#ifndef SOLVER_EXPLAIN_PLAN_H
#define SOLVER_EXPLAIN_PLAN_H

#include "base/buf.h"
#include "solver/solver.h"

/*
 * Adds to `to`: the objectives with value, bound, gap and nodes; then for the CPUs and virtual
 * pins of each cell, each memory, link, interrupt, knob and device the wishes that leave no other way, each with its position,
 * or the first objective that gets worse where this one way is forbidden, and by how much. It solves
 * for each of them, within the limits of `options`. `what`: only of the cell, region, link, knob,
 * device, or interrupt called so; NULL: all. AJ_ERR_USAGE "usage" if nothing is; else fails as solver_solve.
 */
AJ_NODISCARD enum aj_status solver_explain_plan(struct aj_ctx *cx, const struct model_board *board,
                                                const struct model_requirements *req,
                                                const struct model_plan *plan,
                                                const struct solver_options *options,
                                                const char *what, struct aj_buf *to);

#endif
