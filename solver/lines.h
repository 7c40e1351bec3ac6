/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Interrupts of the root where the owners of CPUs are known: what they come to at the best; and decided
 * without the program if nothing is lost, with no more room on a CPU than the best balance needs, every
 * statement about lines met, none moved that can stay.
 */
#ifndef SOLVER_LINES_H
#define SOLVER_LINES_H

#include "solver/search.h"

/* What a CPU shares with a real-time guest. */
enum solver_nearness { SOLVER_FAR, SOLVER_BY_CACHE, SOLVER_BY_CORE, SOLVER_NOT_ROOT };

/* Do constraints, or likeness to an earlier plan if that is a goal, tie lines to owners of CPUs? */
bool solver_lines_tie(const struct solver_problem *p, const struct solver_search_options *options);
/*
 * Can what lines lose be judged for owners as a whole? Interference has a level of its own, after what
 * constraints price and before likeness to an earlier plan.
 */
bool solver_lines_judged(const struct solver_search_options *options);
/* A constraint that holds or costs; NULL: neither. */
const struct model_constraint *solver_in_force(const struct solver_problem *p, uint32_t index);
/* Does it speak of an interrupt? */
bool solver_speaks_of_lines(const struct model_constraint *constraint);
/*
 * Does a constraint route a line to this CPU alone? *load (may be NULL): the sum of what such lines
 * weigh.
 */
bool solver_lines_routed(const struct solver_problem *p, uint32_t cpu, uint32_t *load);

/* Lines with known owners. Everything lives in the arena of `p`. */
struct solver_lines_case {
    const struct solver_problem *p;
    const struct solver_search_options *options;
    const uint32_t *owner;      /* owner[cpu] */
    enum solver_nearness *near; /* near[cpu] */
    bool *
        free; /* free[cpu]: as if no statement spoke of it and no line were sent there; NULL: none is */
};
void solver_lines_open(struct solver_lines_case *s, const struct solver_problem *p,
                       const struct solver_search_options *options, const uint32_t *owner);
/* How many CPUs of the root are no nearer to real-time guests than this. */
uint32_t solver_lines_calm(const struct solver_lines_case *s, enum solver_nearness most);
/* What they weigh together. */
uint32_t solver_lines_all(const struct solver_problem *p);
/*
 * The least greatest load of a CPU where lines go to those CPUs, of which there is one, but for lines that
 * somebody routes, and every statement about lines is met; more than all lines weigh: that cannot be.
 * AJ_NONE32: it takes too long to find, or constraints say more of lines than where each may go.
 */
uint32_t solver_lines_load(const struct solver_lines_case *s, enum solver_nearness most);
/*
 * How few lines can leave the CPU that they had where no CPU's load is above `room`, in which they have
 * room somehow; AJ_NONE32 as above.
 */
uint32_t solver_lines_moves(const struct solver_lines_case *s, enum solver_nearness most,
                            uint32_t room);

/*
 * Fixes the columns of calm CPUs, lines and their price in *m at the optimum that the search would
 * find, total order included. Leaves them alone, and returns false, where interference is no goal
 * before the total order, where several lines stand in one constraint, or where it does not find that
 * nothing is lost.
 */
bool solver_lines_settle(struct solver_model *m, const struct solver_search_options *options);

#endif
