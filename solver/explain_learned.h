/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of an explanation that are about the constraints of cells.yml.
 */
#ifndef SOLVER_EXPLAIN_LEARNED_H
#define SOLVER_EXPLAIN_LEARNED_H

#include "solver/prepare.h"

/* What it says, with its numbers and why: "guest plc: not on CPU 0, because runs 12, 19". */
AJ_NODISCARD const char *solver_constraint_text(const struct solver_problem *p,
                                                const struct model_constraint *constraint);
/*
 * What two of the constraints, or one and another wish, show to be impossible; NULL if there are
 * none but about CPUs, which their numbers say better.
 */
AJ_NODISCARD const char *solver_learned_conflict(const struct solver_problem *p);

#endif
