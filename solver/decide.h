/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One problem decided: what is quick to decide apart first, the rest by the whole program.
 */
#ifndef SOLVER_DECIDE_H
#define SOLVER_DECIDE_H

#include "solver/search.h"

/*
 * Builds the program of `p` in *m and solves it as solver_search does, after CPUs were decided block
 * by block and memory kind by kind where that fits. Everything lives in the arena of `p`. An infeasible problem is an
 * outcome; then the program may have no columns. Fails as solver_search.
 */
AJ_NODISCARD enum aj_status solver_decide(struct aj_ctx *cx, const struct solver_problem *p,
                                          const struct solver_search_options *options,
                                          struct solver_model *m, struct solver_outcome *outcome);

#endif
