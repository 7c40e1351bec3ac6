/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Problems of any size for the solver, hard on purpose: the cells ask for all CPUs, half of them are
 * real-time cells, and memory is nearly full.
 */
#ifndef BENCHMARKS_INSTANCE_H
#define BENCHMARKS_INSTANCE_H

#include "model/requirements.h"

struct bench_shape {
    const char *name;
    uint32_t packages, blocks, width; /* blocks of `width` CPUs that share an L2 cache */
    uint32_t cells;                   /* the root is one of them */
    uint32_t regions, intervals;      /* memory that is asked for; pieces of RAM */
    uint32_t devices, lines, links;   /* groups of devices; counted interrupts */
    bool impossible;                  /* one CPU more is asked for than there is */
};

struct bench_instance {
    struct model_board *board;
    struct model_requirements *req;
};

/* One seed, one problem; lives in `arena`. */
struct bench_instance bench_instance_make(const struct bench_shape *shape, uint64_t seed,
                                          struct aj_arena *arena);

#endif
