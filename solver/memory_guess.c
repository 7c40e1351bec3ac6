/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

/* Beyond this guessing would take longer than it saves. */
enum { INTERVALS_MAX = 64, REQUESTS_MAX = 128 };

struct guess {
    const struct solver_model *m;
    size_t *by_size; /* requests that are placed, the largest first */
    size_t count;    /* of them */
    aj_size *size;   /* size[request]: in whole alignments */
    aj_size *left;   /* left[interval] */
    bool *open;      /* open[interval]: may be used */
    uint32_t *where; /* where[request]: interval, AJ_NONE32: not yet */
};

static bool may_lie(const struct guess *g, size_t request, uint32_t interval)
{
    const uint32_t intervals = g->m->problem->intervals_count;
    return g->open[interval] && g->left[interval] >= g->size[request] &&
           g->m->place[request * intervals + interval] != AJ_NONE32;
}

/* Does everything that has no place yet find one, the largest first, each as high as it can? */
static bool rest_fits(const struct guess *g, struct aj_arena *scratch)
{
    const struct aj_mark mark = aj_arena_mark(scratch);
    const uint32_t intervals = g->m->problem->intervals_count;
    struct guess trial = *g;
    bool fits = true;
    trial.left = aj_memdup(scratch, g->left, intervals * sizeof *g->left);
    for (size_t i = 0; i < g->count && fits; i++) {
        const size_t r = g->by_size[i];
        uint32_t b = g->where[r] == AJ_NONE32 ? intervals : AJ_NONE32;
        while (b != AJ_NONE32 && b > 0 && !may_lie(&trial, r, b - 1))
            b--;
        fits = b != 0;
        if (fits && b != AJ_NONE32)
            trial.left[b - 1] -= g->size[r];
    }
    aj_arena_release(scratch, mark);
    return fits;
}

/*
 * Opens as few intervals as possible, and among them as high ones: the lowest of the `depth` highest,
 * and the largest of the others.
 */
static bool open_intervals(struct guess *g, struct aj_arena *scratch)
{
    const uint32_t intervals = g->m->problem->intervals_count;
    for (uint32_t count = 1; count <= intervals; count++) {
        for (uint32_t depth = count; depth <= intervals; depth++) {
            memset(g->open, 0, intervals * sizeof *g->open);
            g->open[intervals - depth] = true;
            for (uint32_t more = 1; more < count; more++) {
                uint32_t best = AJ_NONE32;
                for (uint32_t b = intervals - depth + 1; b < intervals; b++) {
                    if (!g->open[b] && (best == AJ_NONE32 || g->left[b] >= g->left[best]))
                        best = b;
                }
                g->open[best] = true;
            }
            if (rest_fits(g, scratch))
                return true;
        }
    }
    return false;
}

/* Each in its order to the highest interval that leaves room for those after it. */
static void settle(struct guess *g, struct aj_arena *scratch)
{
    const struct solver_problem *p = g->m->problem;
    for (size_t r = 0; r < p->requests.count; r++) {
        for (uint32_t b = p->intervals_count; b > 0 && g->size[r] > 0; b--) {
            if (!may_lie(g, r, b - 1))
                continue;
            g->where[r] = b - 1;
            g->left[b - 1] -= g->size[r];
            if (rest_fits(g, scratch))
                break;
            g->left[b - 1] += g->size[r];
            g->where[r] = AJ_NONE32;
        }
    }
}

/* Room of an interval that requests fill from its top, the most aligned first, without padding. */
static aj_size room(struct aj_range interval, aj_size alignment)
{
    const aj_addr end = aj_align_down(interval.base + interval.size, alignment);
    return end > interval.base ? end - interval.base : 0;
}

static void prepare(struct guess *g, struct aj_arena *scratch)
{
    const struct solver_problem *p = g->m->problem;
    aj_size alignment = AJ_PAGE;
    g->by_size = AJ_NEW_ARRAY(scratch, size_t, p->requests.count);
    g->size = AJ_NEW_ARRAY(scratch, aj_size, p->requests.count);
    g->where = AJ_NEW_ARRAY(scratch, uint32_t, p->requests.count);
    g->left = AJ_NEW_ARRAY(scratch, aj_size, p->intervals_count);
    g->open = AJ_NEW_ARRAY(scratch, bool, p->intervals_count);
    for (size_t r = 0; r < p->requests.count; r++) {
        const struct solver_request *request = &p->requests.items[r];
        size_t at = g->count;
        g->where[r] = AJ_NONE32;
        if (request->phys != AJ_NONE64 ||
            !aj_align_up(request->size, request->alignment, &g->size[r]))
            continue;
        alignment = request->alignment > alignment ? request->alignment : alignment;
        for (; at > 0 && g->size[g->by_size[at - 1]] < g->size[r]; at--)
            g->by_size[at] = g->by_size[at - 1];
        g->by_size[at] = r;
        g->count++;
    }
    for (uint32_t b = 0; b < p->intervals_count; b++)
        g->left[b] = room(p->intervals[b], alignment);
}

static void write_values(const struct guess *g, int64_t *values)
{
    const struct solver_problem *p = g->m->problem;
    uint32_t lowest = p->intervals_count;
    for (size_t r = 0; r < p->requests.count; r++) {
        if (g->m->fixed[r] != AJ_NONE32)
            values[g->m->fixed[r]] = 1;
        if (g->where[r] == AJ_NONE32)
            continue;
        values[g->m->place[r * p->intervals_count + g->where[r]]] = 1;
        values[g->m->used[g->where[r]]] = 1;
        lowest = g->where[r] < lowest ? g->where[r] : lowest;
    }
    values[g->m->depth] = p->intervals_count - lowest;
}

bool solver_memory_guess(const struct solver_model *m, struct aj_arena *scratch, int64_t *values)
{
    const struct aj_mark mark = aj_arena_mark(scratch);
    struct guess g = {.m = m};
    if (m->problem->intervals_count == 0 || m->problem->intervals_count > INTERVALS_MAX ||
        m->problem->requests.count > REQUESTS_MAX)
        return false;
    prepare(&g, scratch);
    const bool found = g.count > 0 && open_intervals(&g, scratch);
    if (found) {
        settle(&g, scratch);
        write_values(&g, values);
    }
    aj_arena_release(scratch, mark);
    return found;
}
