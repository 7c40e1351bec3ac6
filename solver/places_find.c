/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/pack.h"
#include "solver/places_priv.h"

/* With more requests, or more numbers to decide, nothing here is quick any more. */
enum { REQUESTS_MAX = 512, NUMBERS_MAX = 4096, ROUNDED_MAX = 8 };

/* Do windows of a joint forbid, of a bound or of a cost decide where memory may lie? */
static bool is_tied(const struct solver_problem *p)
{
    if (solver_near_ties(p))
        return true;
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = &p->req->constraints[i];
        const bool priced = model_constraint_is_priced(constraint);
        const bool bound = constraint->kind == MODEL_CONSTRAINT_BOUND;
        if (!priced && solver_constraint(p->wishes, p->req, i) == NULL)
            continue;
        for (size_t k = 0; k < constraint->literals_count; k++) {
            if ((constraint->literals_count > 1 || priced || bound) &&
                constraint->literals[k].kind == MODEL_LITERAL_PLACE)
                return true;
        }
    }
    return false;
}

static bool find_kinds(struct places *s)
{
    const struct solver_problem *p = s->p;
    s->kind_of = AJ_NEW_ARRAY(s->arena, uint32_t, p->requests.count);
    for (size_t i = 0; i < p->requests.count; i++)
        s->kind_of[i] = AJ_NONE32;
    for (uint32_t i = 0; i < p->largest_count; i++) {
        const struct solver_request *r = &p->requests.items[p->largest[i]];
        uint32_t kind = 0;
        if (r->flaw != NULL)
            return false;
        while (kind < s->kinds.count && !solver_pack_alike(s->kinds.items[kind].like, r))
            kind++;
        if (kind == s->kinds.count) {
            const struct place_kind new = {r, 0};
            AJ_PUSH(s->arena, &s->kinds, new);
        }
        s->kinds.items[kind].count++;
        s->kind_of[p->largest[i]] = kind;
    }
    return s->kinds.count * p->intervals_count <= NUMBERS_MAX;
}

static const uint32_t *sort_by_room(const struct places *s, const int64_t *room)
{
    uint32_t *sorted = AJ_NEW_ARRAY(s->arena, uint32_t, s->p->intervals_count);
    for (uint32_t b = 0; b < s->p->intervals_count; b++) {
        uint32_t at = b;
        for (; at > 0 && room[sorted[at - 1]] < room[b]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = b;
    }
    return sorted;
}

static void add_measure(struct places *s, const struct solver_request *grid)
{
    const struct solver_problem *p = s->p;
    int64_t *taken = AJ_NEW_ARRAY(s->arena, int64_t, s->kinds.count);
    int64_t *room = AJ_NEW_ARRAY(s->arena, int64_t, p->intervals_count);
    for (uint32_t k = 0; k < s->kinds.count; k++)
        taken[k] = solver_pack_taken(s->kinds.items[k].like, grid);
    for (uint32_t b = 0; b < p->intervals_count; b++)
        room[b] = solver_pack_room(p->intervals[b], grid);
    const struct measure new = {
        grid, taken, room, sort_by_room(s, room), (uint32_t)s->measures.count, 1};
    AJ_PUSH(s->arena, &s->measures, new);
}

static bool is_new_grid(const struct places *s, uint32_t kind)
{
    for (uint32_t k = 0; k < kind; k++) {
        const struct solver_request *a = s->kinds.items[k].like, *b = s->kinds.items[kind].like;
        if (a->alignment == b->alignment && a->residue == b->residue)
            return false;
    }
    return true;
}

static uint32_t plain_measure(const struct places *s, aj_size alignment)
{
    uint32_t m = 0;
    while (s->measures.items[m].grid->alignment != alignment)
        m++;
    return m;
}

/* For the largest kinds: an interval that has room for one and a half of them holds one. */
static void add_rounded(struct places *s)
{
    aj_size alignment = AJ_NONE64;
    int64_t last = 0;
    for (uint32_t k = 0; k < s->kinds.count && s->measures.count < s->plain + ROUNDED_MAX; k++) {
        if (s->kinds.items[k].like->alignment < alignment)
            alignment = s->kinds.items[k].like->alignment;
        struct measure new = s->measures.items[plain_measure(s, alignment)];
        new.divisor = new.taken[k];
        if (new.divisor > 1 && new.divisor != last)
            AJ_PUSH(s->arena, &s->measures, new);
        last = new.divisor;
    }
}

static void find_most(struct places *s)
{
    const struct solver_problem *p = s->p;
    s->most = AJ_NEW_ARRAY(s->arena, uint32_t, s->kinds.count * p->intervals_count);
    for (uint32_t k = 0; k < s->kinds.count; k++) {
        for (uint32_t b = 0; b < p->intervals_count; b++) {
            int64_t most = s->kinds.items[k].count;
            if (!solver_pack_alone(p->intervals[b], s->kinds.items[k].like))
                most = 0;
            for (uint32_t m = 0; m < s->plain; m++) {
                const struct measure *measure = &s->measures.items[m];
                if (measure->taken[k] > 0 && measure->room[b] / measure->taken[k] < most)
                    most = measure->room[b] / measure->taken[k];
            }
            s->most[places_at(s, k, b)] = (uint32_t)most;
        }
    }
}

bool places_find(struct places *s, struct aj_arena *arena, const struct solver_problem *p)
{
    *s = (struct places){.p = p, .arena = arena};
    /* Like requests are not alike if one of them is where it was. */
    if (p->earlier != NULL)
        return false;
    if (p->largest_count == 0 || p->largest_count > REQUESTS_MAX || p->intervals_count == 0 ||
        is_tied(p) || !find_kinds(s))
        return false;
    for (uint32_t k = 0; k < s->kinds.count; k++) {
        if (is_new_grid(s, k))
            add_measure(s, s->kinds.items[k].like);
    }
    s->plain = (uint32_t)s->measures.count;
    add_rounded(s);
    find_most(s);
    return true;
}
