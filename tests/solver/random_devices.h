/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What makes random problems richer once they are made: devices that are wanted but not named, consoles,
 * boards of x86.
 */
#ifndef TESTS_SOLVER_RANDOM_DEVICES_H
#define TESTS_SOLVER_RANDOM_DEVICES_H

#include "tests/solver/random_problem.h"

/* guests: those of `req`. */
void random_devices(struct aj_arena *arena, struct random *r, struct model_board *board,
                    struct model_requirements *req, struct model_cell_request *guests);

#endif
