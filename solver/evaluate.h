/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How good a given plan is, wherever it comes from, by the objectives of the program.
 */
#ifndef SOLVER_EVALUATE_H
#define SOLVER_EVALUATE_H

#include "base/ctx.h"
#include "model/plan.h"

/*
 * The objectives of `req` before the total order, with the values that `plan` has: levels[*count] in
 * `out`. The plan must meet the requirements (model_check_plan). *count is 0 when it does what the
 * program never does, which then has no value for it. Fails as solver_search.
 */
AJ_NODISCARD enum aj_status solver_evaluate(struct aj_ctx *cx, const struct model_board *board,
                                            const struct model_requirements *req,
                                            const struct model_plan *plan, struct aj_arena *out,
                                            const struct model_plan_level **levels, size_t *count);

#endif
