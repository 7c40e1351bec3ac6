/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why there is no plan: a smallest set of wishes that cannot hold together, and what to relax.
 */
#ifndef SOLVER_EXPLAIN_H
#define SOLVER_EXPLAIN_H

#include "base/ctx.h"
#include "solver/prepare.h"

/*
 * `wishes` together were proved infeasible. Leaves out one after the other whatever the rest does
 * not need to stay infeasible, so no wish of the set reported can be spared. Records the diagnostic
 * and returns AJ_ERR_INFEASIBLE, or the status of what went wrong meanwhile. When the deadline
 * comes, what was not tried stays in the set, and there are no more hints: a hint is what was tried
 * and holds. Afterwards all other `wishes` are off.
 */
AJ_NODISCARD enum aj_status solver_explain(struct aj_ctx *cx, const struct model_board *board,
                                           const struct model_requirements *req,
                                           const struct solver_facts *facts,
                                           struct solver_wishes *wishes, int64_t deadline_ns);

#endif
