/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kernels with pages of 16 and 64 KiB in random problems, and memory that large pages are to map.
 */
#ifndef TESTS_SOLVER_RANDOM_PAGES_H
#define TESTS_SOLVER_RANDOM_PAGES_H

#include "tests/solver/random_problem.h"

/* The last change of a problem. guests: those of `req`. */
void random_pages(struct aj_arena *arena, struct random *r, struct model_board *board,
                  struct model_requirements *req, struct model_cell_request *guests);

#endif
