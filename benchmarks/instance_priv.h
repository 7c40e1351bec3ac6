/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A problem while it is made: shared by instance.c and instance_asks.c.
 */
#ifndef BENCHMARKS_INSTANCE_PRIV_H
#define BENCHMARKS_INSTANCE_PRIV_H

#include "base/random.h"
#include "benchmarks/instance.h"

struct bench_maker {
    const struct bench_shape *shape;
    struct aj_random random;
    struct aj_arena *arena;
    struct model_board *board;
    struct model_requirements *req;
};

static inline uint32_t bench_below(struct bench_maker *m, uint32_t bound)
{
    return (uint32_t)aj_random_below(&m->random, bound);
}

/* Objectives and constraints, by what the shape asks. What was required before, or NULL. */
const struct model_requirements *bench_ask(struct bench_maker *m);

#endif
