/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks while they are decided, by one program or by a coarse one and a fine one: shared by blocks.c,
 * blocks_judge.c and blocks_order.c.
 */
#ifndef SOLVER_BLOCKS_DECIDING_H
#define SOLVER_BLOCKS_DECIDING_H

#include "solver/blocks_priv.h"

/* How answers of the coarse program are judged: can blocks be arranged like that? */
struct judging {
    const struct deciding *fine;
    const uint32_t *known; /* owners of blocks before left.from, BLOCKS_NOBODY of the others */
    struct blocks_left left;
    uint32_t *arranged; /* owners with the answer judged last; NULL: none were found */
};

struct deciding {
    struct apart apart;
    struct blocks blocks;
    struct blocks_program program;
    uint32_t
        next; /* column of ways.items[0]: the block in question is divided like this; 0: none is */
    uint32_t taken; /* row of ways.items[0]: no more are taken than there are */
    uint32_t one;   /* row of types.items[0]: one way for the block in question */
    bool proved;
    struct deciding *coarse;   /* the same without what tells CPUs apart; NULL: nothing does */
    struct blocks_judge lines; /* of the fine one, where lines are judged */
    struct judging judging;    /* of the coarse one */
};

/* Blocks that are divided like this already, in the total order. */
static inline int64_t blocks_taken(const struct deciding *d, uint32_t way)
{
    return d->apart.ip.cols.items[d->program.ways + way].lower;
}

static inline void blocks_take(struct deciding *d, uint32_t way)
{
    d->apart.ip.cols.items[d->program.ways + way].lower++;
}

static inline void blocks_give_back(struct deciding *d, uint32_t way)
{
    d->apart.ip.cols.items[d->program.ways + way].lower--;
}

/* What the user prices, against isolation: what comes first is worth more than all of the other. */
int64_t blocks_price(const struct solver_search_options *options);
/* owner[cpus_count]: BLOCKS_NOBODY. */
uint32_t *blocks_nobody(const struct deciding *d);
void blocks_set_owners(const struct block *block, const struct way *way, uint32_t *owner);
/* Owners with the answer at hand: blocks from `first` on are divided as it has them left. */
void blocks_spread(const struct deciding *d, size_t first, uint32_t *owner);
/* The answer that these owners are; NULL if it is not known to be one. */
int64_t *blocks_values_of(const struct deciding *d, const uint32_t *owner);
/* Judges an answer of the coarse program `arg` by c->judging; for apart_judge. */
enum apart_judgement blocks_arrange_judge(void *arg, int64_t *values);
/*
 * From the answer at hand to the least in the total order: the first block is divided in the least way
 * that there is, then the second, and so on. Closes d->apart.
 */
AJ_NODISCARD enum aj_status blocks_solve_order(struct deciding *d);

#endif
