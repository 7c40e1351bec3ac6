/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The headline of a conflict about CPUs.
 */
#ifndef SOLVER_EXPLAIN_CPUS_H
#define SOLVER_EXPLAIN_CPUS_H

#include "solver/prepare.h"

/* How many CPUs are asked for, of which, and how many there are; `p` as for solver_conflict_text. */
AJ_NODISCARD const char *solver_cpu_conflict(const struct solver_problem *p);

#endif
