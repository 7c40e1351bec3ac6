/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of the blocks' programs, and whether those of the coarse one can be arranged. */
#include "solver/blocks_deciding.h"

int64_t blocks_price(const struct solver_search_options *options)
{
    for (size_t i = 0; i < options->objectives_count; i++) {
        if (options->objectives[i].objective == MODEL_OBJECTIVE_PREFERENCES)
            return 10000;
        if (options->objectives[i].objective == MODEL_OBJECTIVE_ISOLATION)
            return 1;
    }
    return 1;
}

void blocks_set_owners(const struct block *block, const struct way *way, uint32_t *owner)
{
    for (uint32_t k = 0; k < block->size; k++)
        owner[block->cpus[k]] = way->owner[k];
}

/* ways[way]: blocks that are divided like this by these values and not taken yet. */
static uint32_t *ways_left(const struct deciding *d, const int64_t *values)
{
    uint32_t *left = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->blocks.ways.count);
    for (uint32_t j = 0; j < d->blocks.ways.count; j++)
        left[j] = (uint32_t)(values[d->program.ways + j] - blocks_taken(d, j));
    return left;
}

void blocks_spread(const struct deciding *d, size_t first, uint32_t *owner)
{
    uint32_t *left = ways_left(d, d->apart.values);
    for (size_t i = first; i < d->blocks.items.count; i++) {
        const struct block *block = &d->blocks.items.items[i];
        uint32_t way = d->blocks.types.items[block->type].first_way;
        while (left[way] == 0)
            way++;
        left[way]--;
        blocks_set_owners(block, &d->blocks.ways.items[way], owner);
    }
}

uint32_t *blocks_nobody(const struct deciding *d)
{
    uint32_t *owner = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->blocks.p->cpus_count);
    for (uint32_t k = 0; k < d->blocks.p->cpus_count; k++)
        owner[k] = BLOCKS_NOBODY;
    return owner;
}

int64_t *blocks_values_of(const struct deciding *d, const uint32_t *owner)
{
    int64_t *values = AJ_NEW_ARRAY(d->blocks.arena, int64_t, d->apart.ip.cols.count);
    return blocks_program_values(&d->program, owner, values) ? values : NULL;
}

/* Not more blocks than that are divided in these ways, those that are taken besides. */
static void add_cut(struct deciding *c, const struct blocks_cut *cut)
{
    int64_t most = cut->most;
    for (uint32_t i = 0; i < cut->count; i++)
        most += blocks_taken(c, cut->ways[i]);
    solver_ip_row(&c->apart.ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, most, "arranged(%zu)",
                  c->apart.ip.rows.count);
    for (uint32_t i = 0; i < cut->count; i++)
        solver_ip_term(&c->apart.ip, c->program.ways + cut->ways[i], 1);
}

enum apart_judgement blocks_arrange_judge(void *arg, int64_t *values)
{
    struct deciding *c = arg;
    struct judging *judging = &c->judging;
    const struct blocks *b = &judging->fine->blocks;
    struct blocks_cut cut;
    uint32_t *owner = aj_memdup(b->arena, judging->known, b->p->cpus_count * sizeof *owner);
    judging->left.ways = ways_left(c, values);
    judging->arranged = NULL;
    switch (blocks_arrange(b, &c->blocks, &judging->left, owner, &cut)) {
    case BLOCKS_ARRANGED: judging->arranged = owner; break;
    case BLOCKS_CUT: add_cut(c, &cut); return APART_CUT;
    case BLOCKS_NOT_ARRANGED: break;
    }
    return APART_HOLDS;
}
