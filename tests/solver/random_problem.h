/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random tiny boards and requirements, small enough for tests/solver/brute.h.
 */
#ifndef TESTS_SOLVER_RANDOM_PROBLEM_H
#define TESTS_SOLVER_RANDOM_PROBLEM_H

#include "model/requirements.h"

/* splitmix64: the same numbers everywhere. */
struct random {
    uint64_t state;
    bool tame; /* what is asked for does not contradict itself everywhere */
};
/* 0 .. below - 1 */
uint32_t random_below(struct random *r, uint32_t below);

struct random_problem {
    struct model_board *board;
    struct model_requirements *req;
};

/* Everything lives in `arena`; one seed, one problem. */
struct random_problem random_problem_make(struct aj_arena *arena, uint64_t seed);

#endif
