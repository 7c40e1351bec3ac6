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

/* Shortest times after which a trial may be given up. */
#define BLOCK_NS  (AJ_NS_PER_S / 4)
#define SINGLE_NS (5 * AJ_NS_PER_S)

/* Wishes items[first..end-1]. */
struct block {
    size_t first, end;
    bool left;   /* the left half of one that cannot go, whose right half comes next */
    bool needed; /* it is known that it cannot go as a whole */
};

/* Leaves out those of the block, or puts back what was left out before with `on`. */
static size_t leave_out(struct explain *e, struct block block, bool *on)
{
    size_t count = 0;
    for (size_t i = block.first; i < block.end; i++) {
        struct solver_wish *wish = &e->wishes->items[i];
        on[i] = wish != e->given && !wish->off;
        wish->off = wish->off || on[i];
        count += on[i];
    }
    return count;
}

static void put_back(struct explain *e, struct block block, const bool *on)
{
    for (size_t i = block.first; i < block.end; i++)
        e->wishes->items[i].off = e->wishes->items[i].off && !on[i];
}

/*
 * A trial that takes much longer than the proof of the whole conflict is given up: of a block, its halves
 * are tried next; a single wish is kept then.
 */
static enum aj_status try_for_a_while(struct explain *e, size_t count, enum explain_trial *trial)
{
    const int64_t least = count > 1 ? BLOCK_NS : SINGLE_NS, times = count > 1 ? 2 : 20;
    const int64_t longest = e->proof_ns < least / times ? least : times * e->proof_ns;
    const int64_t deadline = e->deadline_ns, now = solver_clock_ns();
    if (deadline - now > longest)
        e->deadline_ns = now + longest;
    const enum aj_status status = explain_try(e, trial);
    e->deadline_ns = deadline;
    e->unsure = e->unsure || (count == 1 && *trial == EXPLAIN_UNKNOWN);
    return status;
}

/* Spares all of the block, `count` of them, if the rest is in conflict. */
static enum aj_status spare_all(struct explain *e, struct block block, bool *spared, size_t *count)
{
    struct aj_arena *arena = aj_arena_open();
    bool *on = AJ_NEW_ARRAY(arena, bool, block.end);
    enum explain_trial trial = EXPLAIN_CONFLICT;
    enum aj_status status = AJ_OK;
    *count = block.needed ? 0 : leave_out(e, block, on);
    if (*count > 0)
        status = try_for_a_while(e, *count, &trial);
    *spared = !block.needed && status == AJ_OK && trial == EXPLAIN_CONFLICT;
    if (!*spared)
        put_back(e, block, on);
    aj_arena_close(arena);
    return status;
}

/*
 * Spares what can be, in the order of the list. Of a block that cannot go as a whole, each half is tried:
 * what is spared is the same as with one after the other, since fewer wishes are never more in conflict,
 * but it takes few trials for few wishes in conflict among many.
 */
static enum aj_status spare(struct explain *e, bool *any)
{
    struct block stack[66]; /* halves of halves of a list that fits into memory */
    size_t depth = 0;
    *any = false;
    stack[depth++] = (struct block){.end = e->wishes->count};
    while (depth > 0 && !explain_out_of_time(e)) {
        const struct block block = stack[--depth];
        const size_t middle = block.first + (block.end - block.first) / 2;
        bool spared;
        size_t count;
        AJ_TRY(spare_all(e, block, &spared, &count));
        *any = *any || (spared && count > 0);
        if (spared && block.left)
            stack[depth - 1].needed = true;
        if (spared || (count <= 1 && !block.needed) || block.end - block.first <= 1)
            continue;
        stack[depth++] = (struct block){.first = middle, .end = block.end};
        stack[depth++] = (struct block){.first = block.first, .end = middle, .left = true};
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
    const int64_t begin = solver_clock_ns();
    AJ_TRY(explain_try(e, &trial)); /* for the family, should nothing be spared */
    e->proof_ns = solver_clock_ns() - begin;
    while (any && !explain_out_of_time(e)) {
        e->unsure = false;
        AJ_TRY(spare(e, &any));
    }
    e->unsure = e->unsure || any || explain_out_of_time(e);
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
    if (e->unsure)
        aj_diag_note(e->cx, AJ_NOWHERE,
                     "the time was too short to prove that each of them is needed");
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
