/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/places.h"

#include "solver/pack.h"
#include "solver/places_priv.h"

struct placing {
    struct places places;
    struct apart apart;
    struct places_program program;
    struct places_start start; /* start.number: where requests are that have their place */
    uint32_t *settled;         /* the same */
    uint32_t *trial;
    bool proved;
};

static uint32_t numbers(const struct placing *d)
{
    return (uint32_t)d->places.kinds.count * d->places.p->intervals_count;
}

/* Do so many of each kind fit into the interval? */
static enum solver_pack_result pack(const struct placing *d, uint32_t b, const uint32_t *number)
{
    struct aj_arena *scratch = d->apart.cx->scratch;
    const struct aj_mark mark = aj_arena_mark(scratch);
    const struct places *s = &d->places;
    const struct solver_request **requests =
        aj_alloc_array(scratch, s->p->largest_count, sizeof *requests);
    aj_addr *bases = AJ_NEW_ARRAY(scratch, aj_addr, s->p->largest_count);
    size_t count = 0;
    /* In the order of the problem, which is the first that packing tries. */
    uint32_t *left = aj_memdup(scratch, number, s->kinds.count * sizeof *number);
    for (size_t i = 0; i < s->p->requests.count; i++) {
        if (s->kind_of[i] == AJ_NONE32 || left[s->kind_of[i]] == 0)
            continue;
        left[s->kind_of[i]]--;
        requests[count++] = &s->p->requests.items[i];
    }
    const enum solver_pack_result result =
        solver_pack(scratch, s->p->intervals[b], requests, count, bases);
    aj_arena_release(scratch, mark);
    return result;
}

/* For those who ask another program than this one. */
static void tell(struct placing *d, uint32_t b, const uint32_t *number)
{
    const struct places *s = &d->places;
    uint32_t *of_request = AJ_NEW_ARRAY(s->arena, uint32_t, s->p->requests.count);
    for (uint32_t k = 0; k < s->kinds.count; k++)
        of_request[s->kinds.items[k].like - s->p->requests.items] = number[k];
    const struct solver_crowd new = {b, of_request};
    AJ_PUSH(s->arena, &d->apart.result->crowds, new);
}

/* Fewer of each kind, as long as they do not fit: the smaller, the more the cut forbids. */
static void cut(struct placing *d, uint32_t b, uint32_t *number)
{
    for (uint32_t k = 0; k < d->places.kinds.count; k++) {
        while (number[k] > 0) {
            number[k]--;
            if (pack(d, b, number) == SOLVER_PACK_NOT)
                continue;
            number[k]++;
            break;
        }
    }
    places_program_cut(&d->program, b, number);
    tell(d, b, number);
}

/* number[places_at()]: does each interval hold what it is to hold? Those that do not are cut off. */
static enum apart_judgement judge_numbers(struct placing *d, const uint32_t *number)
{
    const struct places *s = &d->places;
    enum apart_judgement judgement = APART_HOLDS;
    uint32_t *here = AJ_NEW_ARRAY(s->arena, uint32_t, s->kinds.count);
    for (uint32_t b = 0; b < s->p->intervals_count; b++) {
        for (uint32_t k = 0; k < s->kinds.count; k++)
            here[k] = number[places_at(s, k, b)];
        switch (pack(d, b, here)) {
        case SOLVER_PACK_FITS: break;
        case SOLVER_PACK_UNKNOWN: return APART_UNKNOWN;
        case SOLVER_PACK_NOT:
            cut(d, b, here);
            judgement = APART_CUT;
            break;
        }
    }
    return judgement;
}

static enum apart_judgement judge(void *arg, int64_t *values)
{
    struct placing *d = arg;
    uint32_t *number = AJ_NEW_ARRAY(d->places.arena, uint32_t, numbers(d));
    for (uint32_t i = 0; i < numbers(d); i++)
        number[i] = (uint32_t)values[d->program.number + i];
    return judge_numbers(d, number);
}

/* Values of all columns with these numbers. */
static int64_t *values_of(const struct placing *d, const uint32_t *number)
{
    const struct places *s = &d->places;
    int64_t *values = AJ_NEW_ARRAY(s->arena, int64_t, d->apart.ip.cols.count);
    for (uint32_t b = s->p->intervals_count; b > 0; b--) {
        for (uint32_t k = 0; k < s->kinds.count; k++) {
            const uint32_t at = places_at(s, k, b - 1);
            values[d->program.number + at] = number[at];
            if (number[at] == 0)
                continue;
            values[d->program.used + b - 1] = 1;
            values[d->program.depth] = s->p->intervals_count - (b - 1);
        }
    }
    return values;
}

/* The numbers tried are the answer from now on, if intervals hold them and no level gets worse. */
static bool accept_trial(struct placing *d)
{
    int64_t *values = values_of(d, d->trial);
    if (!apart_keeps_levels(&d->apart, values) || judge_numbers(d, d->trial) != APART_HOLDS)
        return false;
    d->apart.values = values;
    d->apart.known = true;
    return true;
}

/* As few intervals as possible, and of those answers one that ends as high as possible. */
static void guess(struct placing *d)
{
    const uint32_t all = d->places.p->intervals_count;
    struct places_start start = {d->settled, 1, all};
    while (start.used_most <= all &&
           !(places_may_go_on(&d->places, &start) && places_complete(&d->places, &start, d->trial)))
        start.used_most++;
    if (start.used_most > all)
        return;
    for (start.depth_most = start.used_most; start.depth_most <= all; start.depth_most++) {
        if (places_may_go_on(&d->places, &start) && places_complete(&d->places, &start, d->trial) &&
            accept_trial(d))
            return;
    }
}

/* The most that the levels allow `col` to be, of which none is below 0. */
static uint32_t most_of(const struct placing *d, uint32_t col, uint32_t most)
{
    for (size_t i = 0; i < d->apart.goals_count; i++) {
        const struct apart_goal *at = &d->apart.goals[i];
        for (size_t k = 0; k < at->goal.terms.count; k++) {
            const struct solver_term *term = &at->goal.terms.items[k];
            if (term->col == col && at->held / term->coef < most)
                most = (uint32_t)(at->held / term->coef);
        }
    }
    return most;
}

/* In what is searched and in the program. All intervals have the same price. */
static void limit(struct placing *d)
{
    const uint32_t all = d->places.p->intervals_count;
    d->start.number = d->settled;
    d->start.used_most = most_of(d, d->program.used, all);
    d->start.depth_most = most_of(d, d->program.depth, all);
    for (uint32_t b = 0; b < all - d->start.depth_most; b++)
        d->apart.ip.cols.items[d->program.used + b].upper = 0;
}

/*
 * Is there an answer with one more of the kind in interval b than are settled? If there is, it is the
 * answer at hand; if not, there is none with more of them either, now or later.
 */
static enum aj_status settle(struct placing *d, uint32_t kind, uint32_t b, bool *found)
{
    const uint32_t at = places_at(&d->places, kind, b);
    struct solver_col *col = &d->apart.ip.cols.items[d->program.number + at];
    struct solver_answer answer = {.verdict = SOLVER_INFEASIBLE};
    *found = true;
    d->settled[at]++;
    col->lower++;
    if (d->apart.values[d->program.number + at] >= col->lower)
        return AJ_OK;
    if (col->lower <= col->upper && places_may_go_on(&d->places, &d->start)) {
        if (places_complete(&d->places, &d->start, d->trial) && accept_trial(d))
            return AJ_OK;
        AJ_TRY(apart_minimise(&d->apart, NULL, 0, &answer));
    }
    *found = answer.verdict == SOLVER_OPTIMAL || answer.verdict == SOLVER_FEASIBLE;
    if (*found)
        return AJ_OK;
    d->proved = d->proved && answer.verdict == SOLVER_INFEASIBLE;
    col = &d->apart.ip.cols.items[d->program.number + at]; /* cuts may have moved it */
    d->settled[at]--;
    col->lower--;
    col->upper = col->lower;
    return AJ_OK;
}

/* Each request to the highest interval that the answer at hand, or another one, has for it. */
static enum aj_status settle_all(struct placing *d, uint32_t *choice)
{
    const struct solver_problem *p = d->places.p;
    for (size_t i = 0; i < p->requests.count; i++)
        choice[i] = AJ_NONE32;
    for (uint32_t i = 0; i < p->largest_count && !d->apart.unknown; i++) {
        bool found = false;
        for (uint32_t b = p->intervals_count; b > 0 && !found && !d->apart.unknown; b--) {
            AJ_TRY(settle(d, d->places.kind_of[p->largest[i]], b - 1, &found));
            choice[p->largest[i]] = b - 1;
        }
    }
    return AJ_OK;
}

/* As the answer at hand has it. */
static void take_any(struct placing *d, uint32_t *choice)
{
    const struct solver_problem *p = d->places.p;
    for (size_t i = 0; i < p->requests.count; i++) {
        choice[i] = AJ_NONE32;
        for (uint32_t b = 0; b < p->intervals_count && d->places.kind_of[i] != AJ_NONE32; b++) {
            const uint32_t at = places_at(&d->places, d->places.kind_of[i], b);
            if (d->settled[at] == d->apart.values[d->program.number + at])
                continue;
            d->settled[at]++;
            choice[i] = b;
            break;
        }
    }
}

static enum aj_status decide(struct placing *d)
{
    uint32_t *choice = AJ_NEW_ARRAY(d->places.arena, uint32_t, d->places.p->requests.count);
    struct solver_answer answer;
    places_program_build(&d->program, &d->apart.ip, &d->places);
    d->settled = AJ_NEW_ARRAY(d->places.arena, uint32_t, numbers(d));
    d->trial = AJ_NEW_ARRAY(d->places.arena, uint32_t, numbers(d));
    guess(d);
    AJ_TRY(apart_levels(&d->apart));
    if (!d->apart.known && !d->apart.result->infeasible)
        AJ_TRY(apart_minimise(&d->apart, NULL, 0, &answer));
    if (!d->apart.known)
        return AJ_OK;
    limit(d);
    if (d->apart.options->objectives_count == 0)
        take_any(d, choice);
    else
        AJ_TRY(settle_all(d, choice));
    if (d->apart.unknown)
        return AJ_OK;
    d->apart.values = values_of(d, d->settled);
    apart_close(&d->apart, choice, d->proved);
    return AJ_OK;
}

enum aj_status solver_places_decide(struct aj_ctx *cx, const struct solver_problem *p,
                                    const struct solver_search_options *options,
                                    struct solver_apart *places)
{
    struct placing d = {.proved = true};
    apart_open(&d.apart, cx, options, p->arena, places);
    d.apart.judge = judge;
    d.apart.judge_arg = &d;
    return places_find(&d.places, p->arena, p) ? decide(&d) : AJ_OK;
}
