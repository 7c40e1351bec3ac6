/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/decide.h"

#include "solver/blocks.h"
#include "solver/lines.h"
#include "solver/places.h"

/* What was not proved apart is not proved about the plan. */
static void admit_gaps(const struct solver_apart *apart, struct solver_outcome *outcome)
{
    bool proved = apart->ordered;
    if (apart->choice == NULL || outcome->infeasible)
        return;
    for (size_t i = 0; i < outcome->levels_count; i++) {
        const struct solver_apart_level *from = &apart->levels[i];
        struct model_plan_level *level = &outcome->levels[i];
        level->nodes += from->nodes;
        level->spent_ns += from->spent_ns;
        if (from->gap != SOLVER_FREE)
            level->bound -= from->gap;
        else if (level->bound > 0)
            level->bound = 0;
        proved = proved && from->gap == 0;
    }
    if (!proved)
        outcome->status = MODEL_PLAN_FEASIBLE;
}

/*
 * Owners that are the best if no line loses anything need not be so if one does: then what lines lose is
 * decided with them. Where it cannot be, the program with a variable for each CPU and cell decides, from
 * the answer with those owners.
 */
static enum aj_status decide_lines(struct aj_ctx *cx, const struct solver_search_options *options,
                                   struct solver_model *m, struct solver_apart *owners)
{
    const struct solver_problem *p = m->problem;
    struct solver_apart judged = {.choice = NULL};
    struct solver_outcome outcome = {.infeasible = true};
    if (solver_lines_judged(options))
        AJ_TRY(solver_blocks_decide(cx, p, options, SOLVER_LINES_JUDGED, &judged));
    if (judged.choice == NULL)
        AJ_TRY(solver_search(cx, m, options, p->arena, &outcome));
    for (size_t i = 0; judged.choice != NULL && i <= solver_levels_count(options); i++) {
        judged.levels[i].nodes += owners->levels[i].nodes;
        judged.levels[i].spent_ns += owners->levels[i].spent_ns;
    }
    *owners = judged;
    solver_model_build(m, p->arena, p, judged.choice, m->place_of);
    m->start = outcome.infeasible ? NULL : outcome.values;
    return AJ_OK;
}

enum aj_status solver_decide(struct aj_ctx *cx, const struct solver_problem *p,
                             const struct solver_search_options *options, struct solver_model *m,
                             struct solver_outcome *outcome)
{
    struct solver_apart owners, places = {.choice = NULL};
    *m = (struct solver_model){.problem = p};
    AJ_TRY(solver_blocks_decide(cx, p, options, SOLVER_LINES_AS_WISHED, &owners));
    if (!owners.infeasible)
        AJ_TRY(solver_places_decide(cx, p, options, &places));
    if (owners.infeasible || places.infeasible) {
        *outcome = (struct solver_outcome){.infeasible = true,
                                           .family = owners.infeasible ? SOLVER_FAMILY_CPU
                                                                       : SOLVER_FAMILY_MEM,
                                           .crowds = places.crowds.items,
                                           .crowds_count = places.crowds.count};
        return AJ_OK;
    }
    solver_model_build(m, p->arena, p, owners.choice, places.choice);
    if (!solver_lines_settle(m, options) && owners.choice != NULL && solver_lines_tie(p, options))
        AJ_TRY(decide_lines(cx, options, m, &owners));
    aj_log(cx, AJ_LOG_INFO, "integer program: %zu columns, %zu rows, %zu coefficients",
           m->ip.cols.count, m->ip.rows.count, m->ip.terms.count);
    AJ_TRY(solver_search(cx, m, options, p->arena, outcome));
    outcome->crowds = places.crowds.items;
    outcome->crowds_count = places.crowds.count;
    admit_gaps(&owners, outcome);
    admit_gaps(&places, outcome);
    return AJ_OK;
}
