/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Seeded random numbers: the same seed gives the same numbers on every machine. Not for secrets.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/base.h"

/*
 * xoshiro256**, seeded through splitmix64. Source: Blackman, Vigna: Scrambled linear pseudorandom
 * number generators, ACM Transactions on Mathematical Software 47 (2021).
 */
struct aj_random {
    uint64_t state[4];
};

void aj_random_seed(struct aj_random *random, uint64_t seed);
/*
 * A generator of its own for part `stream` of a work with this seed, so that parts do not depend on
 * how many numbers others drew.
 */
void aj_random_stream(struct aj_random *random, uint64_t seed, uint64_t stream);
uint64_t aj_random_next(struct aj_random *random);
/* 0 .. bound - 1, each as likely; bound > 0. */
uint64_t aj_random_below(struct aj_random *random, uint64_t bound);
/* In [0, 1), 53 bits. */
double aj_random_unit(struct aj_random *random);
/* Mean 0, standard deviation 1. */
double aj_random_normal(struct aj_random *random);
/* Mean 1. */
double aj_random_exponential(struct aj_random *random);
/* Location 0, scale 1. */
double aj_random_gumbel(struct aj_random *random);

#endif
