/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tables of features.h are made of. */
#ifndef TESTS_SOLVER_FEATURES_TABLE_H
#define TESTS_SOLVER_FEATURES_TABLE_H

#include "tests/solver/features.h"

/* One problem: what is asked and, if it has a plan, what came out. */
struct scene {
    const struct model_board *board;
    const struct model_requirements *req;
    const struct brute *best;
};

/* Does any cell, guest, region, ... have it? `which` narrows it down. */
typedef bool occurs(const struct scene *s, uint32_t which);

struct feature {
    const char *name;
    occurs *occurs;
    uint32_t which;
};

/* Each ends with a row without a name. */
extern const struct feature features_cells[], features_wishes[];

#endif
