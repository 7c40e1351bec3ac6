/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory decided kind by kind: requests of one size, alignment and addresses to avoid are
 * interchangeable, so it is enough to decide how many of them lie in each interval of free RAM. Its
 * answer fixes the intervals; the whole program only repeats it, and addresses follow from it.
 */
#ifndef SOLVER_PLACES_H
#define SOLVER_PLACES_H

#include "solver/apart.h"

/*
 * places->choice[requests.count]: interval, AJ_NONE32 for what lies at an address of the file. The
 * goals that depend on memory come first, in the order of `options`, then the total order: the
 * largest request first, each to the highest interval that it can have (`largest` of struct
 * solver_problem). Not decided if a constraint ties memory to other decisions, if there are too many
 * requests, or if it cannot be proved what an interval holds. Fails as solver_glpk_solve.
 */
AJ_NODISCARD enum aj_status solver_places_decide(struct aj_ctx *cx, const struct solver_problem *p,
                                                 const struct solver_search_options *options,
                                                 struct solver_apart *places);

#endif
