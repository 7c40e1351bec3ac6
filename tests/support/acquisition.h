/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A draw of the surrogate to optimise, and its optimum by enumeration.
 */
#ifndef TESTS_SUPPORT_ACQUISITION_H
#define TESTS_SUPPORT_ACQUISITION_H

#include "explore/acquire.h"
#include "tests/support/world.h"

struct test_acquisition {
    struct test_world w; /* a board of 4 CPUs */
    const struct explore_surrogate *surrogate;
    struct explore_classes classes;
    struct explore_acquire acquire; /* 20 random starts */
};

/* With so many random runs, fitted with 8 draws. */
void test_acquisition_open(struct test_acquisition *f, uint64_t seed, uint32_t runs);
/* Anew, after space or runs changed. */
void test_acquisition_fit(struct test_acquisition *f, uint32_t draws);
/* The least value of all decisions that are allowed and of no measured class; infinity: none. */
double test_acquisition_least(const struct test_acquisition *f);

#endif
