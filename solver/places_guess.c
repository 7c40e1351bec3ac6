/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/places_priv.h"

/* What is left when some requests lie somewhere. */
struct rest {
    const struct places *s;
    const uint32_t *number;
    bool *open;      /* open[interval]: something lies there, or may */
    int64_t *left;   /* left[plain measure * intervals_count + interval] */
    uint32_t *count; /* count[kind]: without a place */
    uint32_t more;   /* intervals that may still be opened */
    uint32_t lowest; /* of them */
};

static int64_t *left_at(const struct rest *r, uint32_t measure, uint32_t b)
{
    return &r->left[measure * r->s->p->intervals_count + b];
}

/* False if already too much is somewhere, or too far down. */
static bool rest_open(struct rest *r, const struct places *s, const struct places_start *start)
{
    const uint32_t intervals = s->p->intervals_count;
    uint32_t used = 0;
    *r = (struct rest){.s = s, .number = start->number, .lowest = intervals - start->depth_most};
    r->open = AJ_NEW_ARRAY(s->arena, bool, intervals);
    r->left = AJ_NEW_ARRAY(s->arena, int64_t, s->plain * intervals);
    r->count = AJ_NEW_ARRAY(s->arena, uint32_t, s->kinds.count);
    for (uint32_t k = 0; k < s->kinds.count; k++)
        r->count[k] = s->kinds.items[k].count;
    for (uint32_t b = 0; b < intervals; b++) {
        for (uint32_t m = 0; m < s->plain; m++)
            *left_at(r, m, b) = s->measures.items[m].room[b];
        for (uint32_t k = 0; k < s->kinds.count; k++) {
            const uint32_t here = start->number[places_at(s, k, b)];
            r->open[b] = r->open[b] || here > 0;
            r->count[k] -= here;
            for (uint32_t m = 0; m < s->plain; m++)
                *left_at(r, m, b) -= here * s->measures.items[m].taken[k];
        }
        for (uint32_t m = 0; m < s->plain; m++) {
            if (*left_at(r, m, b) < 0)
                return false;
        }
        used += r->open[b];
        if (r->open[b] && b < r->lowest)
            return false;
    }
    r->more = start->used_most - used;
    return used <= start->used_most;
}

/* By one measure: does what is without a place weigh no more than there can be room? */
static bool has_room(const struct rest *r, const struct measure *measure)
{
    const struct places *s = r->s;
    int64_t room = 0;
    uint32_t more = r->more;
    for (uint32_t i = 0; i < s->p->intervals_count; i++) {
        const uint32_t b = measure->by_room[i];
        if (b < r->lowest || (!r->open[b] && more == 0))
            continue;
        more -= !r->open[b];
        room += *left_at(r, measure->base, b) / measure->divisor;
    }
    for (uint32_t k = 0; k < s->kinds.count; k++) {
        const int64_t weight = measure_weight(measure, k);
        if (weight > 0 && room / weight < r->count[k])
            return false;
        room -= weight * r->count[k];
    }
    return true;
}

bool places_may_go_on(const struct places *s, const struct places_start *start)
{
    const struct aj_mark mark = aj_arena_mark(s->arena);
    struct rest rest;
    bool may = rest_open(&rest, s, start);
    for (uint32_t m = 0; may && m < s->measures.count; m++)
        may = has_room(&rest, &s->measures.items[m]);
    aj_arena_release(s->arena, mark);
    return may;
}

/* Completing */

enum policy { HIGHEST, FULLEST };

/* Opens all that may be: the largest, or the highest. */
static void open_more(struct rest *r, enum policy policy)
{
    const uint32_t intervals = r->s->p->intervals_count;
    for (uint32_t more = r->more; more > 0; more--) {
        uint32_t best = AJ_NONE32;
        for (uint32_t b = intervals; b > r->lowest; b--) {
            if (!r->open[b - 1] &&
                (best == AJ_NONE32 || (policy == FULLEST && r->s->p->intervals[b - 1].size >
                                                                r->s->p->intervals[best].size)))
                best = b - 1;
        }
        if (best == AJ_NONE32)
            return;
        r->open[best] = true;
    }
}

static bool fits(const struct rest *r, uint32_t kind, uint32_t b, const uint32_t *number)
{
    if (!r->open[b] || number[places_at(r->s, kind, b)] >= r->s->most[places_at(r->s, kind, b)])
        return false;
    for (uint32_t m = 0; m < r->s->plain; m++) {
        if (*left_at(r, m, b) < r->s->measures.items[m].taken[kind])
            return false;
    }
    return true;
}

/* Another one of the kind to the highest interval that has room, or to that which has least left. */
static bool put(struct rest *r, uint32_t kind, enum policy policy, uint32_t *number)
{
    uint32_t best = AJ_NONE32;
    for (uint32_t b = r->s->p->intervals_count; b > 0; b--) {
        if (fits(r, kind, b - 1, number) &&
            (best == AJ_NONE32 ||
             (policy == FULLEST && *left_at(r, 0, b - 1) < *left_at(r, 0, best))))
            best = b - 1;
    }
    if (best == AJ_NONE32)
        return false;
    number[places_at(r->s, kind, best)]++;
    for (uint32_t m = 0; m < r->s->plain; m++)
        *left_at(r, m, best) -= r->s->measures.items[m].taken[kind];
    return true;
}

static bool fill(const struct places *s, const struct places_start *start, enum policy which,
                 enum policy where, uint32_t *number)
{
    struct rest rest;
    bool all = rest_open(&rest, s, start);
    memcpy(number, start->number, s->kinds.count * s->p->intervals_count * sizeof *number);
    open_more(&rest, which);
    for (uint32_t k = 0; k < s->kinds.count && all; k++) {
        for (uint32_t i = 0; i < rest.count[k] && all; i++)
            all = put(&rest, k, where, number);
    }
    return all;
}

bool places_complete(const struct places *s, const struct places_start *start, uint32_t *number)
{
    static const enum policy policies[][2] = {
        {FULLEST, HIGHEST}, {HIGHEST, HIGHEST}, {FULLEST, FULLEST}, {HIGHEST, FULLEST}};
    const struct aj_mark mark = aj_arena_mark(s->arena);
    bool done = false;
    for (size_t i = 0; i < AJ_COUNT(policies) && !done; i++)
        done = fill(s, start, policies[i][0], policies[i][1], number);
    aj_arena_release(s->arena, mark);
    return done;
}
