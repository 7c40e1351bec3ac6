/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Interrupts of the root decided without the program, where the owners of CPUs are known: no more room
 * on a CPU than the best balance needs, every statement about lines met, none moved that can stay. If
 * that is possible nothing can be better, and the first answer in the total order is found.
 */
#ifndef SOLVER_LINES_H
#define SOLVER_LINES_H

#include "solver/search.h"

/* Do constraints, or likeness to an earlier plan if that is a goal, tie lines to owners of CPUs? */
bool solver_lines_tie(const struct solver_problem *p, const struct solver_search_options *options);
/*
 * Does a constraint route a line to this CPU alone? *load (may be NULL): the sum of what such lines
 * weigh.
 */
bool solver_lines_routed(const struct solver_problem *p, uint32_t cpu, uint32_t *load);
/*
 * Fixes the columns of calm CPUs, lines and their price in *m at the optimum that the search would
 * find, total order included. Leaves them alone, and returns false, where interference is no goal
 * before the total order, where several lines stand in one constraint, or where it does not find that
 * nothing is lost.
 */
bool solver_lines_settle(struct solver_model *m, const struct solver_search_options *options);

#endif
