/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wishes drawn at random contradict each other most of the time. What is here makes those for CPUs
 * agree with some division of them, so that there is something to optimise.
 */
#ifndef TESTS_SOLVER_RANDOM_TAME_H
#define TESTS_SOLVER_RANDOM_TAME_H

#include "tests/solver/random_problem.h"

/* `guests` are those of `req`. There may be one guest less than CPUs at most. */
void random_tame(struct random *r, const struct model_board *board, struct model_requirements *req,
                 struct model_cell_request *guests);

#endif
