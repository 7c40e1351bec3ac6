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
            hold += values[g->said + rule->said[i]];
        values[g->said + b->said.count + r] = hold == rule->count;
    }
}

bool blocks_program_values(const struct blocks_program *g, const uint32_t *owner, int64_t *values)
{
    for (uint32_t i = 0; i < g->blocks->items.count; i++)
        values[g->ways + blocks_way_of(g->blocks, &g->blocks->items.items[i], owner)]++;
    if (g->blocks->packages_count > 1)
        packages_values(g, owner, values);
    rules_values(g, values);
    return g->load == NULL || blocks_lines_values(g, owner, values);
}

void blocks_program_owners(const struct blocks_program *g, const int64_t *values, uint32_t *owner)
{
    const struct blocks *b = g->blocks;
    uint32_t *given = AJ_NEW_ARRAY(b->arena, uint32_t, b->ways.count);
    for (size_t i = 0; i < b->items.count; i++) {
        const struct block *block = &b->items.items[i];
        uint32_t way = b->types.items[block->type].first_way;
        while (values[g->ways + way] == given[way])
            way++;
        given[way]++;
        for (uint32_t k = 0; k < block->size; k++)
            owner[block->cpus[k]] = b->ways.items[way].owner[k];
    }
}
