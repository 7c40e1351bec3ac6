/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Interrupts of the root decided without a search, where the owners of CPUs are known and nobody has
 * a word in it: the first CPU that has room for each line, with no more room than the best balance
 * needs.
 */
#ifndef SOLVER_LINES_H
#define SOLVER_LINES_H

#include "solver/search.h"

/*
 * Fixes the columns of calm CPUs, lines and their price in *m at the optimum that the search would
 * find, total order included. Leaves them alone where constraints name lines, where another goal
 * speaks of them, where interference is no goal before the total order, or where the first CPU with
 * room does not do.
 */
void solver_lines_settle(struct solver_model *m, const struct solver_search_options *options);

#endif
