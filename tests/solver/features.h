/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What random problems are made of, and how often each of it occurs: a property that is never put to
 * the test says nothing.
 */
#ifndef TESTS_SOLVER_FEATURES_H
#define TESTS_SOLVER_FEATURES_H

#include "tests/solver/brute.h"
#include "tests/solver/random_problem.h"

enum { FEATURES_MAX = 96 };

struct features {
    uint32_t all[FEATURES_MAX];      /* in how many problems it occurs */
    uint32_t feasible[FEATURES_MAX]; /* in how many of those that have a plan */
};

void features_count(struct features *features, const struct random_problem *p,
                    const struct brute *best);
/* Prints all; false if one never occurs in a problem that has a plan. */
bool features_print(const struct features *features);

#endif
