/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain.h"

#include "solver/backend_glpk.h"
#include "solver/decide.h"
#include "solver/explain_conflict.h"
#include "solver/explain_text.h"

struct explain {
    struct aj_ctx *cx;
    const struct model_board *board;
    const struct model_requirements *req;
    const struct solver_facts *facts;
    struct solver_wishes *wishes;
    int64_t deadline_ns;
    uint8_t family;         /* of the last conflict */
    bool *spared;           /* spared[wish]: not in the smallest set */
    const char *holds;      /* what a hint achieves: "everything holds" */
    const char *holds_else; /* and one that leaves something out: "everything else holds" */
};

enum trial {
    HOLDS,
    CONFLICT, /* proved */
    UNKNOWN,  /* no answer in time, or no proof that there is none */
};

/*
 * Do the wishes that are not left out hold together? Only an interruption or a bug is a failure.
 */
static enum aj_status try_wishes(struct explain *e, enum trial *trial)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_ctx quiet = {.scratch = e->cx->scratch, .diag_arena = arena, .cancel = e->cx->cancel};
    const struct solver_search_options options = {.limits = {.deadline_ns = e->deadline_ns}};
    struct solver_problem problem;
    struct solver_model model;
    struct solver_outcome outcome;
    solver_prepare(&problem, arena, e->board, e->req, e->facts, e->wishes);
    enum aj_status status = solver_decide(&quiet, &problem, &options, &model, &outcome);
    *trial = status != AJ_OK ? UNKNOWN : outcome.infeasible ? CONFLICT : HOLDS;
    if (*trial == CONFLICT)
        e->family = outcome.family;
    if (status == AJ_ERR_LIMIT)
        status = AJ_OK;
    else if (status != AJ_OK)
        status = aj_fail(e->cx, status, quiet.diags[0].id, AJ_NOWHERE, "%s", quiet.diags[0].msg);
    aj_arena_close(arena);
    return status;
}

static bool out_of_time(const struct explain *e)
{
    return solver_clock_ns() >= e->deadline_ns;
}

/* Nothing is spared without proof that the rest is in conflict. */
static enum aj_status find_smallest_set(struct explain *e)
{
    enum trial trial;
    AJ_TRY(try_wishes(e, &trial)); /* for the family, should nothing be spared */
    for (size_t i = 0; i < e->wishes->count && !out_of_time(e); i++) {
        e->wishes->items[i].off = true;
        AJ_TRY(try_wishes(e, &trial));
        e->wishes->items[i].off = trial == CONFLICT;
    }
    for (size_t i = 0; i < e->wishes->count; i++)
        e->spared[i] = e->wishes->items[i].off;
    return AJ_OK;
}

/* Hints: what single change lets everything hold? */

/* Is it sure that the wishes hold as they are? */
static enum aj_status all_hold(struct explain *e, bool *sure)
{
    enum trial trial = UNKNOWN;
    if (!out_of_time(e))
        AJ_TRY(try_wishes(e, &trial));
    *sure = trial == HOLDS;
    return AJ_OK;
}

static uint64_t step_of(const struct solver_wish *wish)
{
    if (wish->kind == SOLVER_WISH_CPUS)
        return 1;
    return wish->amount > AJ_MIB(1) ? AJ_MIB(1) : AJ_PAGE;
}

/* Is there a number in the wish that could be another? */
static bool has_amount(const struct explain *e, const struct solver_wish *wish)
{
    switch ((enum solver_wish_kind)wish->kind) {
    case SOLVER_WISH_HYPERVISOR:
    case SOLVER_WISH_MEMORY:
    case SOLVER_WISH_LINK: return true;
    case SOLVER_WISH_CPUS:
        return aj_cpuset_empty(&solver_cell_request(e->req, wish->cell)->cpus.list);
    case SOLVER_WISH_LOADER:
    case SOLVER_WISH_EXCLUSIVE:
    case SOLVER_WISH_TOGETHER:
    case SOLVER_WISH_DEVICE:
    case SOLVER_WISH_CONSOLE:
    case SOLVER_WISH_CONSTRAINT: break;
    }
    return false;
}

static enum aj_status try_amount(struct explain *e, struct solver_wish *wish, uint64_t amount,
                                 bool *feasible)
{
    const uint64_t asked = wish->amount;
    wish->amount = amount;
    const enum aj_status status = all_hold(e, feasible);
    wish->amount = asked;
    return status;
}

/* The greatest smaller amount with which all holds, in whole steps; 0 if there is none. */
static enum aj_status lower(struct explain *e, struct solver_wish *wish, uint64_t *amount)
{
    const uint64_t step = step_of(wish);
    uint64_t good = 1, bad = wish->amount / step + (wish->amount % step != 0); /* in steps */
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
static struct solver_wish *next_greatest(struct explain *e, bool *tried)
{
    size_t best = e->wishes->count;
    for (size_t i = 0; i < e->wishes->count; i++) {
        if (e->spared[i] || tried[i] || !has_amount(e, &e->wishes->items[i]))
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
    while ((wish = next_greatest(e, tried)) != NULL) {
        AJ_TRY(raise_cpus(e, wish, &amount));
        if (amount > 0) {
            aj_diag_hint(e->cx, "with %s for %s %s", solver_amount_text(p, wish, amount),
                         solver_wish_subject(p, wish), e->holds);
            *found = true;
            return AJ_OK;
        }
        AJ_TRY(lower(e, wish, &amount));
        if (amount > 0) {
            aj_diag_hint(e->cx, "with at most %s for %s %s", solver_amount_text(p, wish, amount),
                         solver_wish_subject(p, wish), e->holds);
            *found = true;
            return AJ_OK;
        }
    }
    return AJ_OK;
}

/* Another place for memory that names one */

struct place {
    const char *keys; /* of cells.yml, that say it */
    bool virt;        /* in the guest's address space */
    aj_addr addr;     /* AJ_NONE64: without the key */
};

/* The first address above that of `r` which its guest leaves free; AJ_NONE64 if there is none. */
static aj_addr next_free(const struct solver_problem *p, const struct solver_request *r)
{
    const struct solver_cell *cell = &p->cells[r->cell];
    aj_addr base = r->virt;
    bool moved = true;
    while (moved) {
        moved = false;
        for (size_t i = 0; i < cell->claims.count; i++) {
            const struct solver_claim *claim = &cell->claims.items[i];
            if ((claim->request != AJ_NONE32 && &p->requests.items[claim->request] == r) ||
                !aj_range_overlap(claim->range, (struct aj_range){base, r->size}))
                continue;
            const aj_addr last = aj_range_last(claim->range);
            if (last == AJ_NONE64 || !aj_align_up(last + 1, r->alignment, &base) ||
                !aj_range_ok((struct aj_range){base, r->size}))
                return AJ_NONE64;
            moved = true;
        }
    }
    return base != r->virt ? base : AJ_NONE64;
}

/* Does the guest start in the memory of `r`? */
static bool starts_in(const struct solver_problem *p, const struct solver_request *r)
{
    const struct aj_range range = {r->virt != AJ_NONE64 ? r->virt : r->phys, r->size};
    return r->cell != AJ_NONE32 && aj_range_ok(range) &&
           aj_range_has(range, p->cells[r->cell].req->cpu_reset_address);
}

static size_t list_phys(const struct solver_problem *p, const struct solver_request *r,
                        struct place places[3])
{
    static const char key[] = "phys_start";
    size_t count = 0;
    aj_addr up;
    if (r->phys == AJ_NONE64 || (r->flags & JAILHOUSE_MEM_IO) != 0 ||
        (r->virt == AJ_NONE64 && starts_in(p, r)))
        return 0;
    if (!r->registers && !aj_is_aligned(r->phys, r->alignment)) {
        places[count++] = (struct place){key, false, aj_align_down(r->phys, r->alignment)};
        if (aj_align_up(r->phys, r->alignment, &up))
            places[count++] = (struct place){key, false, up};
    }
    places[count++] = (struct place){key, false, AJ_NONE64};
    return count;
}

/* The memory that a bare guest starts in can move with the start; Linux' loader cannot. */
static size_t list_virt(const struct solver_problem *p, const struct solver_request *r,
                        struct place places[1])
{
    const bool start = starts_in(p, r);
    if (r->virt == AJ_NONE64 || next_free(p, r) == AJ_NONE64 ||
        (start && p->cells[r->cell].req->os != MODEL_OS_BARE))
        return 0;
    places[0] = (struct place){start ? "virt_start and cpu_reset_address" : "virt_start", true,
                               next_free(p, r)};
    return 1;
}

static enum aj_status try_place(struct explain *e, struct solver_wish *wish,
                                const struct place *place, bool *feasible)
{
    aj_addr *addr = place->virt ? &wish->virt : &wish->phys;
    const aj_addr asked = *addr;
    *addr = place->addr;
    const enum aj_status status = all_hold(e, feasible);
    *addr = asked;
    return status;
}

static void say_place(struct explain *e, const struct place *place, const char *subject)
{
    if (place->addr == AJ_NONE64)
        aj_diag_hint(e->cx, "without %s for %s %s", place->keys, subject, e->holds);
    else
        aj_diag_hint(e->cx, "with %s 0x%llx for %s %s", place->keys,
                     (unsigned long long)place->addr, subject, e->holds);
}

static enum aj_status hint_place(struct explain *e, const struct solver_problem *p, bool *found)
{
    struct solver_problem all; /* unlike p, with what is not in the conflict, but in the way */
    solver_prepare(&all, p->arena, e->board, e->req, e->facts, e->wishes);
    for (size_t i = 0; i < e->wishes->count; i++) {
        struct solver_wish *wish = &e->wishes->items[i];
        struct place places[4];
        size_t count = 0;
        const struct solver_request *r = e->spared[i] ? NULL : solver_wish_request(&all, wish);
        if (r != NULL && (r->kind == MODEL_MEM_RAM || r->kind == MODEL_MEM_HYPERVISOR)) {
            count = list_phys(&all, r, places);
            count += list_virt(&all, r, &places[count]);
        }
        for (size_t k = 0; k < count && !*found; k++) {
            AJ_TRY(try_place(e, wish, &places[k], found));
            if (*found)
                say_place(e, &places[k], solver_wish_subject(p, wish));
        }
    }
    return AJ_OK;
}

/* What the file does not say cannot be left out of it. */
static bool said(const struct solver_wish *wish)
{
    return wish->kind != SOLVER_WISH_LOADER && wish->kind != SOLVER_WISH_HYPERVISOR;
}

static size_t count_said(const struct explain *e)
{
    size_t count = 0;
    for (size_t i = 0; i < e->wishes->count; i++)
        count += !e->spared[i] && said(&e->wishes->items[i]);
    return count;
}

static enum aj_status hint_drop(struct explain *e, const struct solver_problem *p, bool *found)
{
    const bool single = count_said(e) == 1;
    for (size_t i = e->wishes->count; i > 0 && !*found; i--) {
        struct solver_wish *wish = &e->wishes->items[i - 1];
        if (e->spared[i - 1] || !said(wish))
            continue;
        wish->off = true;
        const enum aj_status status = all_hold(e, found);
        wish->off = false;
        AJ_TRY(status);
        if (*found && single)
            aj_diag_hint(e->cx, "everything else holds");
        else if (*found)
            aj_diag_hint(e->cx, "%s without this: %s", e->holds_else, solver_wish_text(p, wish));
    }
    return AJ_OK;
}

/*
 * First a change that lets all of the file hold, else one that resolves this conflict, of which to
 * leave out its only wish would be no news.
 */
static enum aj_status hint(struct explain *e, const struct solver_problem *p)
{
    bool found = false;
    for (int only_conflict = 0; only_conflict < 2 && !found; only_conflict++) {
        for (size_t i = 0; i < e->wishes->count; i++)
            e->wishes->items[i].off = only_conflict != 0 && e->spared[i];
        e->holds = only_conflict == 0 ? "everything holds" : "the conflict is gone";
        e->holds_else = only_conflict == 0 ? "everything else holds" : "the conflict is gone";
        AJ_TRY(hint_amount(e, p, &found));
        if (!found)
            AJ_TRY(hint_place(e, p, &found));
        if (!found && (only_conflict == 0 || count_said(e) > 1))
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
                        .deadline_ns = deadline_ns,
                        .family = SOLVER_FAMILY_LEVEL};
    e.spared = AJ_NEW_ARRAY(arena, bool, wishes->count);
    enum aj_status status = find_smallest_set(&e);
    if (status == AJ_OK)
        status = report(&e, arena);
    for (size_t i = 0; i < wishes->count; i++)
        wishes->items[i].off = e.spared[i];
    aj_arena_close(arena);
    return status;
}
