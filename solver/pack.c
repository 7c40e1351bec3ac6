/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/pack.h"

/* Orders are counted by how many of each kind of request are placed: states of the search. */
#define STATES_MAX 65536u

/*
 * Highest base of `r` in [floor, ceiling) that is aligned and meets no address to avoid; false if
 * there is none. Never falls when `ceiling` rises.
 */
static bool highest(const struct solver_request *r, aj_addr floor, aj_addr ceiling, aj_addr *base)
{
    size_t left = r->avoid.count;
    for (;;) {
        if (ceiling < floor || ceiling - floor < r->size)
            return false;
        if (ceiling - r->size < r->residue)
            return false;
        *base = aj_align_down(ceiling - r->size - r->residue, r->alignment) + r->residue;
        if (*base < floor)
            return false;
        const struct aj_range here = {*base, r->size};
        while (left > 0 && r->avoid.items[left - 1].base > aj_range_last(here))
            left--;
        if (left == 0 || !aj_range_overlap(here, r->avoid.items[left - 1]))
            return true;
        ceiling = r->avoid.items[left - 1].base;
    }
}

bool solver_pack_alone(struct aj_range interval, const struct solver_request *request)
{
    aj_addr base;
    return highest(request, interval.base, interval.base + interval.size, &base);
}

/* Each request in order to the highest place that those before it leave. */
static bool pack_in_order(struct aj_arena *scratch, struct aj_range interval,
                          const struct solver_request *const *requests, size_t count,
                          aj_addr *bases)
{
    struct aj_rangeset free_space = {0};
    aj_rangeset_add(scratch, &free_space, interval);
    for (size_t i = 0; i < count; i++) {
        bool placed = false;
        for (size_t k = free_space.count; k > 0 && !placed; k--) {
            const struct aj_range gap = free_space.items[k - 1];
            placed = highest(requests[i], gap.base, gap.base + gap.size, &bases[i]);
        }
        if (!placed)
            return false;
        aj_rangeset_sub(scratch, &free_space, (struct aj_range){bases[i], requests[i]->size});
    }
    return true;
}

bool solver_pack_alike(const struct solver_request *a, const struct solver_request *b)
{
    if (a->size != b->size || a->alignment != b->alignment || a->residue != b->residue ||
        a->avoid.count != b->avoid.count)
        return false;
    for (size_t i = 0; i < a->avoid.count; i++) {
        if (a->avoid.items[i].base != b->avoid.items[i].base ||
            a->avoid.items[i].size != b->avoid.items[i].size)
            return false;
    }
    return true;
}

/*
 * All orders. A packing can be pushed upwards until each request is as high as the one above it
 * allows, so only the order from the top counts; and of all orders of the same requests only the one
 * whose lowest address is highest, since `highest` is monotone. State = number of placed requests of
 * each kind of alike ones, mixed radix; lowest[state] = that highest lowest address.
 */
struct orders {
    const struct solver_request **kinds;
    uint32_t *counts, *weights;
    size_t kinds_count;
    uint32_t states;
    aj_addr *lowest;
    uint32_t *last; /* kind placed last on the way to the state, AJ_NONE32 = not reachable */
};

static bool orders_open(struct orders *o, struct aj_arena *scratch,
                        const struct solver_request *const *requests, size_t count,
                        uint32_t *kind_of)
{
    o->kinds = aj_alloc_array(scratch, count, sizeof *o->kinds);
    o->counts = AJ_NEW_ARRAY(scratch, uint32_t, count);
    o->weights = AJ_NEW_ARRAY(scratch, uint32_t, count);
    for (size_t i = 0; i < count; i++) {
        uint32_t kind = 0;
        while (kind < o->kinds_count && !solver_pack_alike(o->kinds[kind], requests[i]))
            kind++;
        if (kind == o->kinds_count)
            o->kinds[o->kinds_count++] = requests[i];
        o->counts[kind]++;
        kind_of[i] = kind;
    }
    o->states = 1;
    for (size_t i = 0; i < o->kinds_count; i++) {
        o->weights[i] = o->states;
        if (o->counts[i] + 1 > STATES_MAX / o->states)
            return false;
        o->states *= o->counts[i] + 1;
    }
    o->lowest = AJ_NEW_ARRAY(scratch, aj_addr, o->states);
    o->last = AJ_NEW_ARRAY(scratch, uint32_t, o->states);
    return true;
}

static uint32_t placed(const struct orders *o, uint32_t state, size_t kind)
{
    return state / o->weights[kind] % (o->counts[kind] + 1);
}

static void orders_search(struct orders *o, struct aj_range interval)
{
    o->lowest[0] = interval.base + interval.size;
    for (uint32_t state = 1; state < o->states; state++) {
        o->last[state] = AJ_NONE32;
        for (uint32_t kind = 0; kind < o->kinds_count; kind++) {
            aj_addr base;
            if (placed(o, state, kind) == 0)
                continue;
            const uint32_t before = state - o->weights[kind];
            if (before != 0 && o->last[before] == AJ_NONE32)
                continue;
            if (!highest(o->kinds[kind], interval.base, o->lowest[before], &base))
                continue;
            if (o->last[state] == AJ_NONE32 || base > o->lowest[state]) {
                o->lowest[state] = base;
                o->last[state] = kind;
            }
        }
    }
}

static enum solver_pack_result pack_any_order(struct aj_arena *scratch, struct aj_range interval,
                                              const struct solver_request *const *requests,
                                              size_t count, aj_addr *bases)
{
    struct orders o = {0};
    uint32_t *kind_of = AJ_NEW_ARRAY(scratch, uint32_t, count);
    if (!orders_open(&o, scratch, requests, count, kind_of))
        return SOLVER_PACK_UNKNOWN;
    orders_search(&o, interval);
    if (o.last[o.states - 1] == AJ_NONE32)
        return SOLVER_PACK_NOT;
    /* Backwards: the last of alike requests gets the lowest of their places. */
    bool *done = AJ_NEW_ARRAY(scratch, bool, count);
    for (uint32_t state = o.states - 1; state != 0; state -= o.weights[o.last[state]]) {
        for (size_t i = count; i > 0; i--) {
            if (!done[i - 1] && kind_of[i - 1] == o.last[state]) {
                done[i - 1] = true;
                bases[i - 1] = o.lowest[state];
                break;
            }
        }
    }
    return SOLVER_PACK_FITS;
}

enum solver_pack_result solver_pack(struct aj_arena *scratch, struct aj_range interval,
                                    const struct solver_request *const *requests, size_t count,
                                    aj_addr *bases)
{
    const struct aj_mark mark = aj_arena_mark(scratch);
    enum solver_pack_result result = SOLVER_PACK_FITS;
    if (!pack_in_order(scratch, interval, requests, count, bases))
        result = pack_any_order(scratch, interval, requests, count, bases);
    aj_arena_release(scratch, mark);
    return result;
}

/* Points in so many bytes, the first of them after `before`. */
static int64_t points(aj_size size, aj_size before, aj_size alignment)
{
    return before >= size ? 0 : (int64_t)((size - before - 1) / alignment) + 1;
}

int64_t solver_pack_taken(const struct solver_request *request, const struct solver_request *grid)
{
    if (request->alignment < grid->alignment)
        return 0;
    return points(request->size, (grid->residue - request->residue) & (grid->alignment - 1),
                  grid->alignment);
}

int64_t solver_pack_room(struct aj_range interval, const struct solver_request *grid)
{
    return points(interval.size, (grid->residue - interval.base) & (grid->alignment - 1),
                  grid->alignment);
}
