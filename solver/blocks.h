/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CPUs decided block by block. A block is what shares an L2 cache; blocks that look alike are
 * interchangeable, so it is enough to decide how many of them are divided among the cells in each
 * possible way. That program is small and its relaxation nearly tight where one variable for each
 * CPU and cell branches for hours. Its answer fixes the owners; everything else is decided after it.
 */
#ifndef SOLVER_BLOCKS_H
#define SOLVER_BLOCKS_H

#include "solver/apart.h"

/* What becomes of the root's lines that constraints or an earlier plan tie to CPUs (solver_lines_tie). */
enum solver_blocks_lines {
    SOLVER_LINES_AS_WISHED, /* each where it is wished: the owners are the best if solver_lines_settle
                               finds that so it is */
    SOLVER_LINES_JUDGED,    /* what they lose counts; solver_lines_judged must be true */
};

/*
 * owners->choice[cpus_count]: the cell of each CPU, for the goals that depend on it, in the order of
 * `options`, and for the total order: the first CPU to the first cell that can have it, and so on
 * (`order` of struct solver_problem). Not decided if the topology is not nested, if the ways to divide
 * blocks are too many, if a constraint ties CPUs to other decisions than the root's lines, if lines that
 * are judged are tied to too many CPUs or in other ways than one by one, or if no time is left: then the
 * program with a variable for each CPU decides. Without objectives any answer will do. Fails as
 * solver_glpk_solve.
 */
AJ_NODISCARD enum aj_status solver_blocks_decide(struct aj_ctx *cx, const struct solver_problem *p,
                                                 const struct solver_search_options *options,
                                                 enum solver_blocks_lines lines,
                                                 struct solver_apart *owners);

#endif
