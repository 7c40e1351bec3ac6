/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks_priv.h"

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

static void rules_values(const struct blocks_program *g, int64_t *values)
{
    const struct blocks *b = g->blocks;
    for (uint32_t j = 0; j < b->ways.count; j++) {
        const struct way *way = &b->ways.items[j];
        for (uint32_t i = 0; values[g->ways + j] > 0 && i < way->says_count; i++)
            values[g->said + way->says[i]] = 1;
    }
    for (uint32_t r = 0; r < b->rules.count; r++) {
        const struct block_rule *rule = &b->rules.items[r];
        int64_t hold = 0;
        for (uint32_t i = 0; i < rule->count; i++)
            hold += values[g->said + rule->first + i];
        values[g->said + b->said.count + r] = hold == rule->count;
    }
}

void blocks_program_values(const struct blocks_program *g, const uint32_t *owner, int64_t *values)
{
    for (uint32_t i = 0; i < g->blocks->items.count; i++)
        values[g->ways + blocks_way_of(g->blocks, &g->blocks->items.items[i], owner)]++;
    if (g->blocks->packages_count > 1)
        packages_values(g, owner, values);
    if (g->load != NULL)
        interrupts_values(g, values);
    rules_values(g, values);
}
