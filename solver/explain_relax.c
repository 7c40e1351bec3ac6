/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cheapest relaxation: what single change of the file lets its wishes hold? Tried are, in this
 * order: what takes nothing away (another place, CPUs to fill a cache), what was only to keep others
 * away (exclusive, together), less of an amount, another number
 * for a bound, a learned constraint, any other wish.
 */
#include "solver/explain_priv.h"

#include "solver/explain_text.h"

struct relaxing {
    struct explain *e;
    const struct solver_problem *p; /* of the smallest set */
    const char *holds;              /* what a hint achieves: "everything holds" */
    const char *holds_else;         /* and one that leaves something out: "everything else holds" */
    bool found;
};

/* Is it sure that the wishes hold as they are? */
static enum aj_status all_hold(struct explain *e, bool *sure)
{
    enum explain_trial trial = EXPLAIN_UNKNOWN;
    if (!explain_out_of_time(e))
        AJ_TRY(explain_try(e, &trial));
    *sure = trial == EXPLAIN_HOLDS;
    return AJ_OK;
}

/* "cells.yml:9:34" */
static const char *where(const struct relaxing *r, const struct solver_wish *wish)
{
    if (wish->loc.file == NULL)
        return "";
    return aj_strf(r->p->arena, " (%s:%u:%u)", wish->loc.file, wish->loc.line, wish->loc.col);
}

/* Amounts */

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
    case SOLVER_WISH_PICK:
    case SOLVER_WISH_CONSOLE:
    case SOLVER_WISH_CONSTRAINT:
    case SOLVER_WISH_CLASS:
    case SOLVER_WISH_NODE:
    case SOLVER_WISH_NEAR: break;
    }
    return false;
}

static bool in_whole_domains(const struct explain *e, const struct solver_wish *wish)
{
    return wish->kind == SOLVER_WISH_CPUS &&
           solver_wish_find(e->wishes, SOLVER_WISH_EXCLUSIVE, wish->cell, AJ_NONE32) != NULL;
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

/* CPUs that fill domains of which the cell wants all or nothing: fewer are not always enough. */
static enum aj_status lower_cpus(struct explain *e, struct solver_wish *wish, uint64_t *amount)
{
    bool feasible = false;
    uint64_t less = wish->amount;
    while (less > 1 && !feasible)
        AJ_TRY(try_amount(e, wish, --less, &feasible));
    *amount = feasible ? less : 0;
    return AJ_OK;
}

/* The greatest smaller amount with which all holds, in whole steps; 0 if there is none. */
static enum aj_status lower(struct explain *e, struct solver_wish *wish, uint64_t *amount)
{
    const uint64_t step = step_of(wish);
    uint64_t good = 1, bad = wish->amount / step + (wish->amount % step != 0); /* in steps */
    bool feasible = false;
    *amount = 0;
    if (in_whole_domains(e, wish))
        return lower_cpus(e, wish, amount);
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

/* More may be needed to fill domains, or to have as many as a constraint gives. */
static bool may_need_more(const struct explain *e, const struct solver_wish *wish)
{
    for (size_t i = 0; i < e->wishes->count; i++) {
        if (e->wishes->items[i].kind == SOLVER_WISH_CONSTRAINT && !e->spared[i])
            return wish->kind == SOLVER_WISH_CPUS;
    }
    return in_whole_domains(e, wish);
}

static enum aj_status raise_cpus(struct explain *e, struct solver_wish *wish, uint64_t *amount)
{
    const uint32_t online = aj_cpuset_count(&e->facts->online);
    *amount = 0;
    if (!may_need_more(e, wish))
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

static bool in_set(const struct relaxing *r, size_t wish)
{
    return !r->e->spared[wish] && &r->e->wishes->items[wish] != r->e->given;
}

static enum aj_status hint_raise(struct relaxing *r)
{
    for (size_t i = 0; i < r->e->wishes->count && !r->found; i++) {
        struct solver_wish *wish = &r->e->wishes->items[i];
        uint64_t amount = 0;
        if (!in_set(r, i) || !has_amount(r->e, wish))
            continue;
        AJ_TRY(raise_cpus(r->e, wish, &amount));
        r->found = amount > 0;
        if (r->found)
            aj_diag_hint(r->e->cx, "with %s for %s%s %s", solver_amount_text(r->p, wish, amount),
                         solver_wish_subject(r->p, wish), where(r, wish), r->holds);
    }
    return AJ_OK;
}

/* Does keeping a / b lose less than keeping c / d? Sizes are below 2^48. */
static bool keeps_more(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    return (long double)a * (long double)d > (long double)c * (long double)b;
}

/* Of the amounts that are enough, the one of which the smallest share is given up; the last of equal
 * ones. */
static enum aj_status hint_lower(struct relaxing *r)
{
    const struct solver_wish *best = NULL;
    uint64_t most = 0;
    for (size_t i = 0; i < r->e->wishes->count; i++) {
        struct solver_wish *wish = &r->e->wishes->items[i];
        uint64_t amount = 0;
        if (!in_set(r, i) || !has_amount(r->e, wish))
            continue;
        AJ_TRY(lower(r->e, wish, &amount));
        if (amount == 0 || (best != NULL && keeps_more(most, best->amount, amount, wish->amount)))
            continue;
        best = wish;
        most = amount;
    }
    r->found = best != NULL;
    if (r->found)
        aj_diag_hint(r->e->cx, "with at most %s for %s%s %s", solver_amount_text(r->p, best, most),
                     solver_wish_subject(r->p, best), where(r, best), r->holds);
    return AJ_OK;
}

/* Another number for a bound. */
static enum aj_status hint_bound(struct relaxing *r)
{
    for (size_t i = 0; i < r->e->wishes->count && !r->found; i++) {
        const struct solver_wish *wish = &r->e->wishes->items[i];
        const char *key = "";
        uint32_t number = AJ_NONE32;
        if (in_set(r, i) && wish->kind == SOLVER_WISH_CONSTRAINT)
            AJ_TRY(explain_other_bound(r->e, wish->index, &key, &number));
        r->found = number != AJ_NONE32;
        if (r->found)
            aj_diag_hint(r->e->cx, "with %s: %u in the bound%s %s", key, number, where(r, wish),
                         r->holds);
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

static void say_place(const struct relaxing *r, const struct place *place,
                      const struct solver_wish *wish)
{
    const char *subject = solver_wish_subject(r->p, wish);
    if (place->addr == AJ_NONE64)
        aj_diag_hint(r->e->cx, "without %s for %s%s %s", place->keys, subject, where(r, wish),
                     r->holds);
    else
        aj_diag_hint(r->e->cx, "with %s 0x%llx for %s%s %s", place->keys,
                     (unsigned long long)place->addr, subject, where(r, wish), r->holds);
}

static enum aj_status hint_place(struct relaxing *r)
{
    struct explain *e = r->e;
    struct solver_problem all; /* unlike p, with what is not in the conflict, but in the way */
    solver_prepare(&all, r->p->arena, e->board, e->req, e->facts, e->wishes);
    for (size_t i = 0; i < e->wishes->count && !r->found; i++) {
        struct solver_wish *wish = &e->wishes->items[i];
        struct place places[4];
        size_t count = 0;
        const struct solver_request *request =
            in_set(r, i) ? solver_wish_request(&all, wish) : NULL;
        if (request != NULL &&
            (request->kind == MODEL_MEM_RAM || request->kind == MODEL_MEM_HYPERVISOR)) {
            count = list_phys(&all, request, places);
            count += list_virt(&all, request, &places[count]);
        }
        for (size_t k = 0; k < count && !r->found; k++) {
            AJ_TRY(try_place(e, wish, &places[k], &r->found));
            if (r->found)
                say_place(r, &places[k], wish);
        }
    }
    return AJ_OK;
}

/* Leaving out */

static size_t count_set(const struct relaxing *r)
{
    size_t count = 0;
    for (size_t i = 0; i < r->e->wishes->count; i++)
        count += in_set(r, i);
    return count;
}

static size_t count_droppable(const struct explain *e)
{
    size_t count = 0;
    for (size_t i = 0; i < e->wishes->count; i++)
        count += !e->spared[i] && &e->wishes->items[i] != e->given &&
                 explain_can_drop(e, &e->wishes->items[i]);
    return count;
}

static enum aj_status hint_drop(struct relaxing *r, enum explain_worth worth)
{
    const bool single = count_set(r) == 1;
    for (size_t i = r->e->wishes->count; i > 0 && !r->found; i--) {
        struct solver_wish *wish = &r->e->wishes->items[i - 1];
        enum explain_trial trial = EXPLAIN_UNKNOWN;
        if (!in_set(r, i - 1) || !explain_can_drop(r->e, wish) || explain_worth(wish) != worth)
            continue;
        AJ_TRY(explain_try_without(r->e, wish, &trial));
        r->found = trial == EXPLAIN_HOLDS;
        if (r->found && single)
            aj_diag_hint(r->e->cx, "everything else holds without it");
        else if (r->found)
            aj_diag_hint(r->e->cx, "%s without this%s: %s", r->holds_else, where(r, wish),
                         solver_wish_text(r->p, wish));
    }
    return AJ_OK;
}

/*
 * First a change that lets all of the file hold, else one that resolves this conflict, of which to
 * leave out its only wish would be no news.
 */
enum aj_status explain_relax(struct explain *e, const struct solver_problem *conflict)
{
    struct relaxing r = {.e = e, .p = conflict};
    for (int only_conflict = 0; only_conflict < 2 && !r.found; only_conflict++) {
        const bool may_drop = only_conflict == 0 || count_droppable(e) > 1;
        for (size_t i = 0; i < e->wishes->count; i++)
            e->wishes->items[i].off = only_conflict != 0 && e->spared[i];
        r.holds = only_conflict == 0 ? "everything holds" : "the conflict is gone";
        r.holds_else = only_conflict == 0 ? "everything else holds" : "the conflict is gone";
        AJ_TRY(hint_place(&r));
        if (!r.found)
            AJ_TRY(hint_raise(&r));
        if (!r.found && may_drop)
            AJ_TRY(hint_drop(&r, EXPLAIN_COMPANY));
        if (!r.found)
            AJ_TRY(hint_lower(&r));
        if (!r.found)
            AJ_TRY(hint_bound(&r));
        if (!r.found && may_drop)
            AJ_TRY(hint_drop(&r, EXPLAIN_LEARNED));
        if (!r.found && may_drop)
            AJ_TRY(hint_drop(&r, EXPLAIN_REST));
    }
    return AJ_OK;
}
