/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/decide.h"

#include "solver/blocks.h"

/* What was not proved about the owners of CPUs is not proved about the plan. */
static void admit_gaps(const struct solver_owners *owners, struct solver_outcome *outcome)
{
    bool proved = owners->ordered;
    for (size_t i = 0; i < outcome->levels_count; i++) {
        const struct solver_owners_level *from = &owners->levels[i];
        struct model_plan_level *level = &outcome->levels[i];
        level->nodes += from->nodes;
        level->spent_ns += from->spent_ns;
        proved = proved && from->gap == 0;
        if (from->gap == 0)
            continue;
        /* Neither part of a level is below 0. */
        const int64_t rest = from->gap != SOLVER_FREE ? level->bound - from->gap : 0;
        level->bound = rest > from->bound ? rest : from->bound;
    }
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
        admit_gaps(&owners, outcome);
    return AJ_OK;
}
