/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain.h"

#include "solver/backend_glpk.h"
#include "solver/explain_text.h"
#include "solver/search.h"

struct explain {
    struct aj_ctx *cx;
    const struct model_board *board;
    const struct model_requirements *req;
    const struct solver_facts *facts;
    struct solver_wishes *wishes;
    int64_t deadline_ns;
    uint8_t family; /* of the last conflict */
    bool *spared;   /* spared[wish]: not in the smallest set */
};

/*
 * Do the wishes that are not left out hold together? A trial that finds no answer in time counts as
 * feasible, so that nothing is dropped without proof. Only an interruption or a bug is a failure.
 */
static enum aj_status try_wishes(struct explain *e, bool *feasible)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_ctx quiet = {.scratch = e->cx->scratch, .diag_arena = arena, .cancel = e->cx->cancel};
    const struct solver_search_options options = {.deadline_ns = e->deadline_ns};
    struct solver_problem problem;
    struct solver_model model;
    struct solver_outcome outcome;
    solver_prepare(&problem, arena, e->board, e->req, e->facts, e->wishes);
    solver_model_build(&model, arena, &problem);
    enum aj_status status = solver_search(&quiet, &model, &options, arena, &outcome);
    *feasible = status != AJ_OK || !outcome.infeasible;
    if (status == AJ_OK && outcome.infeasible)
        e->family = outcome.family;
    if (status == AJ_ERR_LIMIT)
        status = AJ_OK;
    else if (status != AJ_OK)
        status = aj_fail(e->cx, status, quiet.diags[0].id, AJ_NOWHERE, "%s", quiet.diags[0].msg);
    aj_arena_close(arena);
    return status;
}

static enum aj_status find_smallest_set(struct explain *e)
{
    bool all;
    AJ_TRY(try_wishes(e, &all)); /* for the family, should nothing be spared */
    for (size_t i = 0; i < e->wishes->count && solver_clock_ns() < e->deadline_ns; i++) {
        bool feasible;
        e->wishes->items[i].off = true;
        AJ_TRY(try_wishes(e, &feasible));
        e->wishes->items[i].off = !feasible;
    }
    for (size_t i = 0; i < e->wishes->count; i++)
        e->spared[i] = e->wishes->items[i].off;
    return AJ_OK;
}

/* Hints: what single change lets everything hold? */

static uint64_t step_of(const struct solver_wish *wish)
{
    if (wish->kind == SOLVER_WISH_CPUS)
        return 1;
    return wish->amount > AJ_MIB(1) ? AJ_MIB(1) : AJ_PAGE;
}

/* Is there a number in the wish that could be another? */
static bool has_amount(const struct explain *e, const struct solver_problem *p,
                       const struct solver_wish *wish)
{
    const struct solver_request *request = solver_wish_request(p, wish);
    if (request != NULL && request->flaw != NULL)
        return false;
    switch ((enum solver_wish_kind)wish->kind) {
    case SOLVER_WISH_HYPERVISOR:
    case SOLVER_WISH_MEMORY:
    case SOLVER_WISH_LINK: return true;
    case SOLVER_WISH_CPUS:
        return aj_cpuset_empty(&solver_cell_request(e->req, wish->cell)->cpus.list);
    case SOLVER_WISH_LOADER:
    case SOLVER_WISH_EXCLUSIVE:
    case SOLVER_WISH_TOGETHER:
    case SOLVER_WISH_FORBID:
    case SOLVER_WISH_DEVICE:
    case SOLVER_WISH_CONSOLE: break;
    }
    return false;
}

static enum aj_status try_amount(struct explain *e, struct solver_wish *wish, uint64_t amount,
                                 bool *feasible)
{
    const uint64_t asked = wish->amount;
    wish->amount = amount;
    const enum aj_status status = try_wishes(e, feasible);
    wish->amount = asked;
    return status;
}

/* The greatest smaller amount with which all holds, in whole steps; 0 if there is none. */
static enum aj_status lower(struct explain *e, struct solver_wish *wish, uint64_t *amount)
{
    const uint64_t step = step_of(wish);
    uint64_t good = 1, bad = (wish->amount - 1) / step + 1; /* in steps; `bad` is what was asked */
    bool feasible = false;
    *amount = 0;
    if (bad > 1)
        AJ_TRY(try_amount(e, wish, step, &feasible));
    if (!feasible)
        return AJ_OK;
    while (bad - good > 1) {
        const uint64_t middle = good + (bad - good) / 2;
        AJ_TRY(try_amount(e, wish, middle * step, &feasible));
        *(feasible ? &good : &bad) = middle;
    }
    *amount = good * step;
    return AJ_OK;
}

/* A cell that wants domains for itself may need more CPUs, to fill them. */
static enum aj_status raise_cpus(struct explain *e, struct solver_wish *wish, uint64_t *amount)
{
    const uint32_t online = aj_cpuset_count(&e->facts->online);
    *amount = 0;
    if (wish->kind != SOLVER_WISH_CPUS ||
        solver_wish_find(e->wishes, SOLVER_WISH_EXCLUSIVE, wish->cell, AJ_NONE32) == NULL)
        return AJ_OK;
    for (uint64_t more = wish->amount + 1; more < online; more++) {
        bool feasible;
        AJ_TRY(try_amount(e, wish, more, &feasible));
        if (feasible) {
            *amount = more;
            return AJ_OK;
        }
    }
    return AJ_OK;
}

/* The wish of the set with the greatest amount that was not tried yet; of equal ones the last. */
static struct solver_wish *next_greatest(struct explain *e, const struct solver_problem *p,
                                         bool *tried)
{
    size_t best = e->wishes->count;
    for (size_t i = 0; i < e->wishes->count; i++) {
        if (e->spared[i] || tried[i] || !has_amount(e, p, &e->wishes->items[i]))
            continue;
        if (best == e->wishes->count || e->wishes->items[i].amount >= e->wishes->items[best].amount)
            best = i;
    }
    if (best == e->wishes->count)
        return NULL;
    tried[best] = true;
    return &e->wishes->items[best];
}

static enum aj_status hint_amount(struct explain *e, const struct solver_problem *p, bool *found)
{
    bool *tried = AJ_NEW_ARRAY(p->arena, bool, e->wishes->count);
    struct solver_wish *wish;
    uint64_t amount;
    while ((wish = next_greatest(e, p, tried)) != NULL) {
        AJ_TRY(raise_cpus(e, wish, &amount));
        if (amount > 0) {
            aj_diag_hint(e->cx, "with %s for %s everything holds",
                         solver_amount_text(p, wish, amount), solver_wish_subject(p, wish));
            *found = true;
            return AJ_OK;
        }
        AJ_TRY(lower(e, wish, &amount));
        if (amount > 0) {
            aj_diag_hint(e->cx, "with at most %s for %s everything holds",
                         solver_amount_text(p, wish, amount), solver_wish_subject(p, wish));
            *found = true;
            return AJ_OK;
        }
    }
    return AJ_OK;
}

static enum aj_status hint_drop(struct explain *e, const struct solver_problem *p, bool *found)
{
    for (size_t i = e->wishes->count; i > 0 && !*found; i--) {
        struct solver_wish *wish = &e->wishes->items[i - 1];
        if (e->spared[i - 1])
            continue;
        wish->off = true;
        const enum aj_status status = try_wishes(e, found);
        wish->off = false;
        AJ_TRY(status);
        if (*found)
            aj_diag_hint(e->cx, "everything else holds without this: %s",
                         solver_wish_text(p, wish));
    }
    return AJ_OK;
}

/* First a change that lets all of the file hold, else one that resolves this conflict. */
static enum aj_status hint(struct explain *e, const struct solver_problem *p)
{
    bool found = false;
    for (int only_conflict = 0; only_conflict < 2 && !found; only_conflict++) {
        for (size_t i = 0; i < e->wishes->count; i++)
            e->wishes->items[i].off = only_conflict != 0 && e->spared[i];
        AJ_TRY(hint_amount(e, p, &found));
        if (!found)
            AJ_TRY(hint_drop(e, p, &found));
    }
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
    AJ_TRY(hint(e, &conflict));
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
                        .deadline_ns = deadline_ns};
    e.spared = AJ_NEW_ARRAY(arena, bool, wishes->count);
    enum aj_status status = find_smallest_set(&e);
    if (status == AJ_OK)
        status = report(&e, arena);
    for (size_t i = 0; i < wishes->count; i++)
        wishes->items[i].off = e.spared[i];
    aj_arena_close(arena);
    return status;
}
