/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The headline of an explanation: what it is that cannot hold together.
 */
#ifndef SOLVER_EXPLAIN_CONFLICT_H
#define SOLVER_EXPLAIN_CONFLICT_H

#include "solver/ip.h"
#include "solver/prepare.h"

/*
 * What cannot hold together, with what is asked for and what there is. `p` is the problem of just
 * the conflicting wishes; `family` that of the rows that were proved infeasible, which levels alone
 * cannot be: SOLVER_FAMILY_LEVEL if there was no time to prove it of any.
 */
AJ_NODISCARD const char *solver_conflict_text(const struct solver_problem *p,
                                              enum solver_family family);

#endif
