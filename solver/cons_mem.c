/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"
#include "solver/earlier.h"
#include "solver/pack.h"

static uint32_t *col_of(const struct solver_model *m, size_t request, size_t interval)
{
    return &m->place[request * m->problem->intervals_count + interval];
}

static void place(struct solver_model *m, size_t index)
{
    const struct solver_problem *p = m->problem;
    const struct solver_request *r = &p->requests.items[index];
    for (uint32_t b = 0; b < p->intervals_count; b++) {
        const bool here = m->place_of != NULL && m->place_of[index] == b;
        *col_of(m, index, b) = AJ_NONE32;
        if (r->phys == AJ_NONE64 && r->flaw == NULL && solver_pack_alone(p->intervals[b], r))
            *col_of(m, index, b) = solver_ip_col(&m->ip, here, m->place_of == NULL || here,
                                                 "mem(%s,ram%u)", r->tag, b);
    }
    m->fixed[index] = AJ_NONE32;
    if (r->phys != AJ_NONE64)
        m->fixed[index] = solver_ip_col(&m->ip, 0, r->flaw == NULL, "mem(%s,fixed)", r->tag);
    solver_ip_row(&m->ip, SOLVER_FAMILY_MEM, 1, 1, "mem_wish(%s)", r->tag);
    if (r->phys != AJ_NONE64)
        solver_ip_term(&m->ip, m->fixed[index], 1);
    for (uint32_t b = 0; b < p->intervals_count; b++) {
        if (*col_of(m, index, b) != AJ_NONE32)
            solver_ip_term(&m->ip, *col_of(m, index, b), 1);
    }
}

/*
 * No more points taken than there are. An interval that is not used has none: so the relaxation
 * knows how many are needed. Necessary, and for the smallest alignment nearly sufficient:
 * solver_memory_cut knows the rest.
 */
static void fit(struct solver_model *m, uint32_t b, const struct solver_request *grid)
{
    const struct solver_problem *p = m->problem;
    const char *above =
        grid->residue == 0 ? "" : aj_strf(m->ip.arena, "+%llu", (unsigned long long)grid->residue);
    solver_ip_row(&m->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, 0, "mem_fit(ram%u,align%llu%s)", b,
                  (unsigned long long)grid->alignment, above);
    solver_ip_term(&m->ip, m->used[b], -solver_pack_room(p->intervals[b], grid));
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (*col_of(m, i, b) != AJ_NONE32 && r->alignment >= grid->alignment)
            solver_ip_term(&m->ip, *col_of(m, i, b), solver_pack_taken(r, grid));
    }
}

/* One row for each alignment and residue that a request has; they are sorted by them. */
static void fit_all(struct solver_model *m, uint32_t b)
{
    const struct solver_problem *p = m->problem;
    const struct solver_request *last = NULL;
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (*col_of(m, i, b) == AJ_NONE32 ||
            (last != NULL && r->alignment == last->alignment && r->residue == last->residue))
            continue;
        last = r;
        fit(m, b, last);
    }
}

/* Does something lie in interval b, if that is decided already? */
static bool is_used(const struct solver_model *m, uint32_t b)
{
    for (size_t i = 0; m->place_of != NULL && i < m->problem->requests.count; i++) {
        if (m->place_of[i] == b)
            return true;
    }
    return false;
}

static uint32_t lowest_used(const struct solver_model *m)
{
    uint32_t b = 0;
    while (b < m->problem->intervals_count && !is_used(m, b))
        b++;
    return b;
}

/* Few intervals, and those at the top, so that the root's memory can end below all of them. */
static void price(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    if (p->intervals_count == 0)
        return;
    const uint32_t depth = p->intervals_count - lowest_used(m);
    m->depth = solver_ip_col(&m->ip, m->place_of != NULL ? depth : 0,
                             m->place_of != NULL ? depth : p->intervals_count, "depth");
    solver_ip_goal(&m->ip, MODEL_OBJECTIVE_ROOT_KEEPS, m->depth, 1);
    for (uint32_t b = 0; b < p->intervals_count; b++) {
        solver_ip_goal(&m->ip, MODEL_OBJECTIVE_MEMORY_QUALITY, m->used[b], 1);
        solver_ip_row(&m->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, 0, "mem_depth(ram%u)", b);
        solver_ip_term(&m->ip, m->used[b], p->intervals_count - b);
        solver_ip_term(&m->ip, m->depth, -1);
    }
}

void solver_cons_memory(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    m->place = AJ_NEW_ARRAY(m->ip.arena, uint32_t, p->requests.count * p->intervals_count);
    m->fixed = AJ_NEW_ARRAY(m->ip.arena, uint32_t, p->requests.count);
    for (size_t i = 0; i < p->requests.count; i++)
        place(m, i);
    m->used = AJ_NEW_ARRAY(m->ip.arena, uint32_t, p->intervals_count);
    for (uint32_t b = 0; b < p->intervals_count; b++)
        m->used[b] = solver_ip_col(&m->ip, is_used(m, b), m->place_of == NULL || is_used(m, b),
                                   "used(ram%u)", b);
    for (uint32_t b = 0; b < p->intervals_count; b++)
        fit_all(m, b);
    price(m);
    for (uint32_t i = 0; i < p->largest_count && p->intervals_count > 0; i++) {
        solver_ip_digit(&m->ip, 0, p->intervals_count - 1);
        for (uint32_t b = 0; b + 1 < p->intervals_count; b++) {
            const uint32_t col = *col_of(m, p->largest[i], b);
            if (col != AJ_NONE32)
                solver_ip_term(&m->ip, col, p->intervals_count - 1 - b);
        }
    }
}

/* Does the window keep the request out, as `values` are? */
static bool window_shut(const struct solver_model *m, size_t window, size_t request,
                        const int64_t *values)
{
    const struct solver_window *w = &m->windows.items[window];
    return values[w->col] == 0 &&
           solver_literal_names(m->problem, w->literal, &m->problem->requests.items[request]);
}

/* The request with what shut windows add to the addresses that it avoids. */
static const struct solver_request *shut_out(const struct solver_model *m, struct aj_arena *scratch,
                                             size_t index, const int64_t *values)
{
    const struct solver_request *r = &m->problem->requests.items[index];
    struct solver_request *copy = NULL;
    for (size_t w = 0; w < m->windows.count; w++) {
        if (!window_shut(m, w, index, values))
            continue;
        if (copy == NULL) {
            copy = AJ_NEW(scratch, struct solver_request);
            *copy = *r;
            copy->avoid = (struct aj_rangeset){0};
            aj_rangeset_add_all(scratch, &copy->avoid, &r->avoid);
        }
        aj_rangeset_add(scratch, &copy->avoid, m->windows.items[w].literal->within);
    }
    return copy != NULL ? copy : r;
}

/* The requests that `values` put into interval b, and their indices. */
static size_t inhabitants(const struct solver_model *m, struct aj_arena *scratch, uint32_t b,
                          const int64_t *values, const struct solver_request **requests,
                          size_t *indices)
{
    size_t count = 0;
    for (size_t i = 0; i < m->problem->requests.count; i++) {
        const uint32_t col = *col_of(m, i, b);
        if (col == AJ_NONE32 || values[col] == 0)
            continue;
        requests[count] = shut_out(m, scratch, i, values);
        indices[count++] = i;
    }
    return count;
}

/* Drops what is not needed for the rest not to fit: the smaller the set, the more its row forbids. */
static size_t shrink(struct solver_model *m, struct aj_arena *scratch, uint32_t b,
                     const struct solver_request **requests, size_t *indices, size_t count)
{
    const struct solver_request **rest = aj_alloc_array(scratch, count, sizeof *rest);
    aj_addr *bases = AJ_NEW_ARRAY(scratch, aj_addr, count);
    for (size_t drop = count; drop > 0; drop--) {
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
            if (i != drop - 1)
                rest[kept++] = requests[i];
        }
        if (solver_pack(scratch, m->problem->intervals[b], rest, kept, bases) != SOLVER_PACK_NOT)
            continue;
        memmove(&requests[drop - 1], &requests[drop], (count - drop) * sizeof requests[0]);
        memmove(&indices[drop - 1], &indices[drop], (count - drop) * sizeof indices[0]);
        count--;
    }
    return count;
}

/*
 * Not all of these in interval b while the windows are shut that keep one of them out: open windows
 * might let them fit.
 */
static void add_cut(struct solver_model *m, uint32_t b, const size_t *indices, size_t count,
                    const int64_t *values)
{
    bool *used = AJ_NEW_ARRAY(m->ip.arena, bool, m->windows.count);
    for (size_t w = 0; w < m->windows.count; w++) {
        for (size_t i = 0; i < count && !used[w]; i++)
            used[w] = window_shut(m, w, indices[i], values);
    }
    solver_ip_row(&m->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, (int64_t)count - 1,
                  "mem_pack(ram%u,cut%zu)", b, m->ip.rows.count);
    for (size_t i = 0; i < count; i++)
        solver_ip_term(&m->ip, *col_of(m, indices[i], b), 1);
    for (size_t w = 0; w < m->windows.count; w++)
        if (used[w])
            solver_ip_term(&m->ip, m->windows.items[w].col, -1);
}

size_t solver_memory_cut(struct solver_model *m, struct aj_arena *scratch, const int64_t *values)
{
    const struct solver_problem *p = m->problem;
    const struct aj_mark mark = aj_arena_mark(scratch);
    const struct solver_request **requests =
        aj_alloc_array(scratch, p->requests.count, sizeof *requests);
    size_t *indices = AJ_NEW_ARRAY(scratch, size_t, p->requests.count);
    aj_addr *bases = AJ_NEW_ARRAY(scratch, aj_addr, p->requests.count);
    size_t cuts = 0;
    for (uint32_t b = 0; b < p->intervals_count; b++) {
        size_t count = inhabitants(m, scratch, b, values, requests, indices);
        const enum solver_pack_result fits =
            solver_pack(scratch, p->intervals[b], requests, count, bases);
        if (fits == SOLVER_PACK_FITS)
            continue;
        m->pack_unknown = m->pack_unknown || fits == SOLVER_PACK_UNKNOWN;
        if (fits == SOLVER_PACK_NOT)
            count = shrink(m, scratch, b, requests, indices, count);
        add_cut(m, b, indices, count, values);
        cuts++;
    }
    aj_arena_release(scratch, mark);
    return cuts;
}

/* What lies in interval b. */
struct inhabited {
    uint32_t b;
    const struct solver_request *const *requests; /* requests[count] */
    const size_t *indices;
    size_t count;
};

/* The address that the request had, if it lies in the interval and meets nothing; else AJ_NONE64. */
static aj_addr address_before(const struct solver_model *m, size_t index, uint32_t b,
                              const struct solver_request *r)
{
    const struct solver_earlier *earlier = m->problem->earlier;
    if (earlier == NULL || earlier->place_of[index] != b ||
        !solver_is_aligned(r, earlier->phys[index]))
        return AJ_NONE64;
    for (size_t i = 0; i < r->avoid.count; i++) {
        if (aj_range_overlap(r->avoid.items[i], (struct aj_range){earlier->phys[index], r->size}))
            return AJ_NONE64;
    }
    return earlier->phys[index];
}

/* Which requests stay where they were, and what they take; of two that overlap now, the first. */
static void find_stayers(const struct solver_model *m, struct aj_arena *scratch,
                         const struct inhabited *in, aj_addr *bases, struct aj_rangeset *taken)
{
    for (size_t i = 0; i < in->count; i++) {
        bases[i] = address_before(m, in->indices[i], in->b, in->requests[i]);
        const struct aj_range here = {bases[i], in->requests[i]->size};
        for (size_t k = 0; bases[i] != AJ_NONE64 && k < taken->count; k++) {
            if (aj_range_overlap(taken->items[k], here))
                bases[i] = AJ_NONE64;
        }
        if (bases[i] != AJ_NONE64)
            aj_rangeset_add(scratch, taken, here);
    }
}

/* As before, as far as that is possible together: the others keep clear of those that stay. */
static bool pack_as_before(const struct solver_model *m, struct aj_arena *scratch,
                           const struct inhabited *in, aj_addr *bases)
{
    struct aj_rangeset taken = {0};
    struct solver_request *rest = AJ_NEW_ARRAY(scratch, struct solver_request, in->count);
    const struct solver_request **movers = aj_alloc_array(scratch, in->count, sizeof *movers);
    aj_addr *moved = AJ_NEW_ARRAY(scratch, aj_addr, in->count);
    size_t moving = 0;
    find_stayers(m, scratch, in, bases, &taken);
    for (size_t i = 0; i < in->count; i++) {
        if (bases[i] != AJ_NONE64)
            continue;
        rest[moving] = *in->requests[i];
        rest[moving].avoid = (struct aj_rangeset){0};
        aj_rangeset_add_all(scratch, &rest[moving].avoid, &in->requests[i]->avoid);
        aj_rangeset_add_all(scratch, &rest[moving].avoid, &taken);
        movers[moving] = &rest[moving];
        moving++;
    }
    if (taken.count == 0 || solver_pack(scratch, m->problem->intervals[in->b], movers, moving,
                                        moved) != SOLVER_PACK_FITS)
        return false;
    for (size_t i = 0, at = 0; i < in->count; i++) {
        if (bases[i] == AJ_NONE64)
            bases[i] = moved[at++];
    }
    return true;
}

bool solver_memory_layout(const struct solver_model *m, struct aj_arena *scratch,
                          const int64_t *values, aj_addr *phys)
{
    const struct solver_problem *p = m->problem;
    const struct aj_mark mark = aj_arena_mark(scratch);
    const struct solver_request **requests =
        aj_alloc_array(scratch, p->requests.count, sizeof *requests);
    size_t *indices = AJ_NEW_ARRAY(scratch, size_t, p->requests.count);
    aj_addr *bases = AJ_NEW_ARRAY(scratch, aj_addr, p->requests.count);
    bool fits = true;
    for (size_t i = 0; i < p->requests.count; i++)
        phys[i] = p->requests.items[i].phys;
    for (uint32_t b = 0; b < p->intervals_count; b++) {
        const size_t count = inhabitants(m, scratch, b, values, requests, indices);
        const struct inhabited in = {b, requests, indices, count};
        fits = fits &&
               (pack_as_before(m, scratch, &in, bases) ||
                solver_pack(scratch, p->intervals[b], requests, count, bases) == SOLVER_PACK_FITS);
        for (size_t i = 0; i < count; i++)
            phys[indices[i]] = bases[i];
    }
    aj_arena_release(scratch, mark);
    return fits;
}
