/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The blocks of a board and the ways to divide them: shared by the files blocks*.c.
 */
#ifndef SOLVER_BLOCKS_PRIV_H
#define SOLVER_BLOCKS_PRIV_H

#include "solver/blocks.h"

/* More ways to divide blocks, over all types, are left to the other program. */
#define BLOCKS_WAYS_MAX 4000u
/* With more cells the rows for sets of cells are too many: 2^cells. */
#define BLOCKS_CELLS_MAX 10u

struct block {
    const uint32_t *cpus; /* indices into problem->cpus, in the total order */
    uint32_t size;
    uint32_t type;
};

/* Blocks with the same package, cores and wishes about their CPUs. */
struct block_type {
    const struct block *like; /* the first of them */
    uint32_t count;           /* of blocks */
    uint32_t package;
    uint32_t first_way, ways_count; /* in ascending order of the owners' numbers */
};

/* One way to divide a block: CPUs and cores that look alike are given in ascending order of cells. */
struct way {
    uint32_t type;
    const uint32_t *owner;   /* owner[size]: cell of each CPU */
    uint32_t cells;          /* bit c: cell c is in it */
    int64_t isolation;       /* cost of what is shared */
    uint32_t far, mid, near; /* CPUs of the root by what they share with real-time guests */
};

struct blocks {
    const struct solver_problem *p;
    struct aj_arena *arena;
    uint32_t cells_count;
    uint32_t *count;   /* count[cell]: CPUs, the root's what is left */
    uint32_t *allowed; /* allowed[cpu]: bit c: cell c may have it */
    AJ_VEC(struct block) items;
    AJ_VEC(struct block_type) types;
    AJ_VEC(struct way) ways;
    uint32_t packages_count; /* 1 if what is shared in packages is the same whatever is decided */
};

/* How many blocks of each type are divided in each way. */
struct blocks_program {
    const struct blocks *blocks;
    struct solver_ip *ip;
    uint32_t ways;     /* column of ways.items[0] */
    uint32_t packages; /* column of package 0 and set 1: exactly these cells may be in it */
    uint32_t there;    /* column of package 0 and cell 0: the cell has CPUs there; then, for as many
                          columns, how many */
    uint32_t mid;   /* column: interrupts go beside a real-time guest's cache; the next: its core;
                          the next ones: to 1, 2, ... CPUs */
    uint32_t *load; /* load[n]: the least greatest load of n CPUs; NULL: there are no lines */
};
static inline uint32_t blocks_there(const struct blocks_program *g, uint32_t package, uint32_t cell)
{
    return g->there + package * g->blocks->cells_count + cell;
}
void blocks_program_build(struct blocks_program *g, struct solver_ip *ip,
                          const struct blocks *blocks);
/* Values of all columns with these owners, who meet all wishes. values[ip->cols.count], all 0. */
void blocks_program_values(const struct blocks_program *g, const uint32_t *owner, int64_t *values);

/* False if the problem is none for blocks. */
AJ_NODISCARD bool blocks_find(struct blocks *b, struct aj_arena *arena,
                              const struct solver_problem *p);
/* What `cells` cost that share a domain of this level (slot = level - 1). */
int64_t blocks_share_cost(const struct solver_problem *p, uint32_t cells, size_t slot);
/*
 * Owners that meet all wishes and are good in isolation, not the best. False if it finds none;
 * owner[cpus_count] may be changed all the same.
 */
AJ_NODISCARD bool blocks_guess(const struct blocks *b, uint32_t *owner);
/* The least possible greatest load of `cpus` CPUs that all counted lines go to; cpus > 0. */
uint32_t blocks_load(const struct solver_problem *p, uint32_t cpus);

#endif
