/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Problems of any size for the solver, hard on purpose unless their shape says else: the cells ask
 * for all CPUs, half of them are real-time cells, and memory is nearly full.
 */
#ifndef BENCHMARKS_INSTANCE_H
#define BENCHMARKS_INSTANCE_H

#include "model/requirements.h"

enum bench_fit {
    BENCH_HARD,    /* all CPUs are asked for; one part in eight of the memory is to spare */
    BENCH_LOOSE,   /* half of the CPUs and of the memory */
    BENCH_TIGHT,   /* all CPUs; one part in 32 of the memory is to spare */
    BENCH_NO_CPU,  /* more CPUs are asked for than there are */
    BENCH_NO_ROOM, /* more memory is asked for than there is */
    BENCH_ODD,     /* wishes: caches of one cell alone, and not as many CPUs as these have */
};

/* What else is asked of the problem, and with which objectives. */
enum bench_asks {
    BENCH_ASKS_NOTHING,
    BENCH_ASKS_PRICES, /* CPUs that cells avoid, alone and in pairs, and prefer: at a cost */
    BENCH_ASKS_BOUNDS, /* of CPUs of several cells, no more than some may be had */
    BENCH_ASKS_JOINT,  /* pairs of CPUs that two cells must not have both */
    BENCH_ASKS_ROUTES, /* lines that go to a CPU which the root then has, or must not where a cell is */
    BENCH_ASKS_PICKS, /* devices by class, needed, and wanted at a cost; all but `devices` lists */
    BENCH_ASKS_EARLIER,       /* likeness to the plan that was there before the last guest came */
    BENCH_ASKS_EARLIER_LINES, /* the same where lines are counted */
};

struct bench_shape {
    const char *name;
    uint32_t packages, blocks, width; /* blocks of `width` CPUs that share an L2 cache */
    uint32_t threads;                 /* of a core; 0: CPUs are cores */
    uint32_t cells;                   /* the root is one of them; 2 or more, 3 with wishes */
    uint32_t regions, intervals;      /* memory that is asked for; pieces of RAM */
    uint32_t devices, lines, links;   /* groups of devices; counted interrupts */
    uint8_t fit;                      /* enum bench_fit */
    bool wishes;                      /* for caches alone, for CPUs together */
    uint8_t asks;                     /* enum bench_asks */
};

struct bench_instance {
    struct model_board *board;
    struct model_requirements *req;
    const struct model_requirements *before; /* whose plan is to be changed least, or NULL */
};

/* One seed, one problem; lives in `arena`. */
struct bench_instance bench_instance_make(const struct bench_shape *shape, uint64_t seed,
                                          struct aj_arena *arena);

#endif
