/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks_priv.h"

struct sorting {
    const struct blocks *b;
    const struct block *block;
    uint32_t *owner; /* owner[block->size] */
};

static bool same_core(const struct sorting *s, uint32_t i, uint32_t k)
{
    const struct solver_cpu *cpus = s->b->p->cpus;
    const size_t slot = MODEL_DOMAIN_CORE - 1;
    return cpus[s->block->cpus[i]].domain[slot] == cpus[s->block->cpus[k]].domain[slot];
}

static bool same_allowed(const struct sorting *s, uint32_t i, uint32_t k)
{
    return s->b->allowed[s->block->cpus[i]] == s->b->allowed[s->block->cpus[k]];
}

static void swap(struct sorting *s, uint32_t i, uint32_t k)
{
    const uint32_t owner = s->owner[i];
    s->owner[i] = s->owner[k];
    s->owner[k] = owner;
}

static uint32_t core_size(const struct sorting *s, uint32_t start)
{
    uint32_t size = 1;
    while (start + size < s->block->size && same_core(s, start + size, start))
        size++;
    return size;
}

/* Is the core at `start` alike the one of the same size before it, and its owners come first? */
static bool core_goes_before(const struct sorting *s, uint32_t start, uint32_t size)
{
    for (uint32_t k = 0; k < size; k++) {
        if (!same_allowed(s, start - size + k, start + k))
            return false;
    }
    for (uint32_t k = 0; k < size; k++) {
        if (s->owner[start + k] != s->owner[start - size + k])
            return s->owner[start + k] < s->owner[start - size + k];
    }
    return false;
}

static void sort_cores(struct sorting *s)
{
    for (uint32_t from = 0, size; from < s->block->size; from += size) {
        size = core_size(s, from);
        for (uint32_t at = from; at >= size && same_core(s, at - size, at - 1) &&
                                 (at == size || !same_core(s, at - size, at - size - 1)) &&
                                 core_goes_before(s, at, size);
             at -= size) {
            for (uint32_t k = 0; k < size; k++)
                swap(s, at - size + k, at + k);
        }
    }
}

/* The way whose owners they are, when those of CPUs and cores that look alike are put in order. */
static uint32_t way_of(const struct blocks *b, const struct block *block, const uint32_t *owner)
{
    const struct block_type *type = &b->types.items[block->type];
    struct sorting s = {b, block, AJ_NEW_ARRAY(b->arena, uint32_t, block->size)};
    uint32_t way = type->first_way;
    for (uint32_t i = 0; i < block->size; i++)
        s.owner[i] = owner[block->cpus[i]];
    for (uint32_t i = 1; i < block->size; i++) {
        for (uint32_t at = i; at > 0 && same_core(&s, at, at - 1) && same_allowed(&s, at, at - 1) &&
                              s.owner[at] < s.owner[at - 1];
             at--)
            swap(&s, at, at - 1);
    }
    sort_cores(&s);
    while (memcmp(b->ways.items[way].owner, s.owner, block->size * sizeof *s.owner) != 0)
        way++;
    return way;
}

static void packages_values(const struct blocks_program *g, const uint32_t *owner, int64_t *values)
{
    const struct solver_problem *p = g->blocks->p;
    const uint32_t sets = (1u << g->blocks->cells_count) - 1;
    for (uint32_t package = 0; package < g->blocks->packages_count; package++) {
        uint32_t cells = 0;
        for (uint32_t k = 0; k < p->cpus_count; k++) {
            if (p->cpus[k].domain[MODEL_DOMAIN_PACKAGE - 1] != package)
                continue;
            cells |= 1u << owner[k];
            const uint32_t there = blocks_there(g, package, owner[k]);
            values[there] = 1;
            values[there + g->blocks->packages_count * g->blocks->cells_count]++;
        }
        values[g->packages + package * sets + cells - 1] = 1;
    }
}

/* Interrupts go as near to real-time guests, and to as many CPUs, as costs the least. */
static void interrupts_values(const struct blocks_program *g, int64_t *values)
{
    uint32_t cpus[3] = {0, 0, 0}, best = 0; /* far, mid, near: each with those before it */
    int64_t least = INT64_MAX;
    for (uint32_t j = 0; j < g->blocks->ways.count; j++) {
        const struct way *way = &g->blocks->ways.items[j];
        const uint32_t times = (uint32_t)values[g->ways + j];
        cpus[0] += times * way->far;
        cpus[1] += times * (way->far + way->mid);
        cpus[2] += times * (way->far + way->mid + way->near);
    }
    for (uint32_t level = 0; level < 3; level++) {
        const int64_t nearness =
            (level > 0 ? SOLVER_NEAR_L2 : 0) + (level > 1 ? SOLVER_NEAR_CORE : 0);
        if (cpus[level] == 0 || nearness + g->load[cpus[level]] >= least)
            continue;
        least = nearness + g->load[cpus[level]];
        best = level;
    }
    values[g->mid] = best > 0;
    values[g->mid + 1] = best > 1;
    values[g->mid + 1 + cpus[best]] = 1;
}

void blocks_program_values(const struct blocks_program *g, const uint32_t *owner, int64_t *values)
{
    for (uint32_t i = 0; i < g->blocks->items.count; i++)
        values[g->ways + way_of(g->blocks, &g->blocks->items.items[i], owner)]++;
    if (g->blocks->packages_count > 1)
        packages_values(g, owner, values);
    if (g->load != NULL)
        interrupts_values(g, values);
}
