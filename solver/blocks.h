/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CPUs decided block by block. A block is what shares an L2 cache; blocks that look alike are
 * interchangeable, so it is enough to decide how many of them are divided among the cells in each
 * possible way. That program is small and its relaxation nearly tight where one variable for each
 * CPU and cell branches for hours. Its answer fixes the owners; everything else is decided after it.
 */
#ifndef SOLVER_BLOCKS_H
#define SOLVER_BLOCKS_H

#include "solver/search.h"

struct solver_owners {
    const uint32_t *owner; /* owner[cpus_count]: cell; NULL: not decided here */
    bool infeasible;       /* proved: no owners meet the wishes about CPUs */
    bool ordered;          /* no answer as good comes before this one in the total order */
    /* levels[i]: what it took to decide the owners' part of level i */
    struct solver_owners_level {
        int64_t gap; /* the bound is no farther from the value; 0 = proved, SOLVER_FREE = unknown */
        int64_t bound; /* no owners have a lower value; where there is a gap */
        int64_t spent_ns;
        uint32_t nodes;
    } * levels;
};

/*
 * Decides the owners for the goals that depend on them, in the order of `options`, and for the total
 * order: the first CPU to the first cell that can have it, and so on (`order` of struct solver_problem). Not decided
 * if the topology is not nested, if the ways to divide blocks are too many, if a constraint ties
 * CPUs to other decisions, or if no time is left: then the program with a variable for each CPU
 * decides. Without objectives any answer will do. Fails as solver_glpk_solve.
 */
AJ_NODISCARD enum aj_status solver_blocks_decide(struct aj_ctx *cx, const struct solver_problem *p,
                                                 const struct solver_search_options *options,
                                                 struct aj_arena *arena,
                                                 struct solver_owners *owners);

#endif
