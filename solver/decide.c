/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/decide.h"

#include "solver/blocks.h"

/* What was not proved about the owners of CPUs is not proved about the plan. */
static void admit_gaps(const struct solver_search_options *options,
                       const struct solver_owners *owners, struct solver_outcome *outcome)
{
    bool proved = owners->ordered;
    for (size_t i = 0; i < options->objectives_count; i++) {
        const uint32_t objective = options->objectives[i];
        if (objective >= SOLVER_GOALS)
            continue;
        outcome->levels[i].bound -= owners->gap[objective];
        proved = proved && owners->gap[objective] == 0;
    }
    if (outcome->levels_count > 0)
        outcome->levels[0].nodes += owners->nodes;
    if (!proved)
        outcome->status = MODEL_PLAN_FEASIBLE;
}

enum aj_status solver_decide(struct aj_ctx *cx, const struct solver_problem *p,
                             const struct solver_search_options *options, struct solver_model *m,
                             struct solver_outcome *outcome)
{
    struct solver_owners owners;
    AJ_TRY(solver_blocks_decide(cx, p, options, p->arena, &owners));
    if (owners.infeasible) {
        *outcome = (struct solver_outcome){.infeasible = true, .family = SOLVER_FAMILY_CPU};
        return AJ_OK;
    }
    solver_model_build(m, p->arena, p, owners.owner);
    aj_log(cx, AJ_LOG_INFO, "integer program: %zu columns, %zu rows, %zu coefficients",
           m->ip.cols.count, m->ip.rows.count, m->ip.terms.count);
    AJ_TRY(solver_search(cx, m, options, p->arena, outcome));
    if (owners.owner != NULL && !outcome->infeasible)
        admit_gaps(options, &owners, outcome);
    return AJ_OK;
}
