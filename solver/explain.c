/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain_priv.h"

#include "solver/decide.h"
#include "solver/explain_conflict.h"
#include "solver/explain_text.h"

enum aj_status explain_try(struct explain *e, enum explain_trial *trial)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_ctx quiet = {.scratch = e->cx->scratch, .diag_arena = arena, .cancel = e->cx->cancel};
    const struct solver_search_options options = {.limits = {.deadline_ns = e->deadline_ns}};
    struct solver_problem problem;
    struct solver_model model;
    struct solver_outcome outcome;
    solver_prepare(&problem, arena, e->board, e->req, e->facts, e->wishes);
    enum aj_status status = solver_decide(&quiet, &problem, &options, &model, &outcome);
    *trial = status != AJ_OK      ? EXPLAIN_UNKNOWN
             : outcome.infeasible ? EXPLAIN_CONFLICT
                                  : EXPLAIN_HOLDS;
    if (*trial == EXPLAIN_CONFLICT)
        e->family = outcome.family;
    if (status == AJ_ERR_LIMIT)
        status = AJ_OK;
    else if (status != AJ_OK)
        status = aj_fail(e->cx, status, quiet.diags[0].id, AJ_NOWHERE, "%s", quiet.diags[0].msg);
    aj_arena_close(arena);
    return status;
}

bool explain_out_of_time(const struct explain *e)
{
    return solver_clock_ns() >= e->deadline_ns;
}

/* Spares what can be, one wish after the other; *any: something was. */
static enum aj_status spare(struct explain *e, bool *any)
{
    *any = false;
    for (size_t i = 0; i < e->wishes->count && !explain_out_of_time(e); i++) {
        struct solver_wish *wish = &e->wishes->items[i];
        enum explain_trial trial;
        if (wish == e->given || wish->off)
            continue;
        wish->off = true;
        AJ_TRY(explain_try(e, &trial));
        wish->off = trial == EXPLAIN_CONFLICT;
        *any = *any || wish->off;
    }
    return AJ_OK;
}

/*
 * Nothing is spared without proof that the rest is in conflict. A wish can also help: who has a device
 * takes its interrupt from the root. So what was needed beside it may be spared when it is gone.
 */
enum aj_status explain_smallest_set(struct explain *e)
{
    enum explain_trial trial;
    bool any = true;
    AJ_TRY(explain_try(e, &trial)); /* for the family, should nothing be spared */
    while (any && !explain_out_of_time(e))
        AJ_TRY(spare(e, &any));
    for (size_t i = 0; i < e->wishes->count; i++)
        e->spared[i] = e->wishes->items[i].off;
    return AJ_OK;
}

static enum aj_status report(struct explain *e, struct aj_arena *arena)
{
    struct solver_problem conflict;
    const struct solver_wish *first = NULL;
    solver_prepare(&conflict, arena, e->board, e->req, e->facts, e->wishes);
    for (size_t i = 0; i < e->wishes->count; i++) {
        const struct solver_wish *wish = &e->wishes->items[i];
        if (!wish->off && (first == NULL || first->kind == SOLVER_WISH_LOADER))
            first = wish;
    }
    const enum aj_status status =
        aj_fail(e->cx, AJ_ERR_INFEASIBLE, "infeasible", first != NULL ? first->loc : AJ_NOWHERE,
                "%s", solver_conflict_text(&conflict, (enum solver_family)e->family));
    for (size_t i = 0; i < e->wishes->count; i++) {
        const struct solver_wish *wish = &e->wishes->items[i];
        if (!wish->off)
            aj_diag_note(e->cx, wish->loc, "%s", solver_wish_text(&conflict, wish));
    }
    AJ_TRY(explain_relax(e, &conflict));
    return status;
}

enum aj_status solver_explain(struct aj_ctx *cx, const struct model_board *board,
                              const struct model_requirements *req,
                              const struct solver_facts *facts, struct solver_wishes *wishes,
                              int64_t deadline_ns)
{
    struct aj_arena *arena = aj_arena_open();
    struct explain e = {.cx = cx,
                        .board = board,
                        .req = req,
                        .facts = facts,
                        .wishes = wishes,
                        .deadline_ns = deadline_ns,
                        .family = SOLVER_FAMILY_LEVEL};
    e.spared = AJ_NEW_ARRAY(arena, bool, wishes->count);
    enum aj_status status = explain_smallest_set(&e);
    if (status == AJ_OK)
        status = report(&e, arena);
    for (size_t i = 0; i < wishes->count; i++)
        wishes->items[i].off = e.spared[i];
    aj_arena_close(arena);
    return status;
}
