/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The oracle of the solver: tiny problems decided by trying everything, straight from board and
 * requirements. Shares no code with solver/ and judges by the rules as they are documented, page by
 * page. For boards of at most 4 CPUs, intervals of at most 64 pages, and few requests.
 */
#ifndef TESTS_SOLVER_BRUTE_H
#define TESTS_SOLVER_BRUTE_H

#include "tests/solver/brute_constraints.h"

#define BRUTE_CELLS    4
#define BRUTE_REQUESTS 12
#define BRUTE_PICKS    6

struct brute_request {
    uint8_t kind;
    uint32_t cell;  /* 0 root, n guest n - 1; AJ_NONE32 none */
    uint32_t index; /* region or link */
    aj_size size, alignment;
    aj_addr residue;    /* of the address, modulo the alignment */
    aj_addr phys, virt; /* AJ_NONE64: placed, identity */
    uint32_t rank;
    uint32_t interval; /* of the best plan */
};

/* What a guest wants of a class, or at a cost. */
struct brute_pick {
    uint32_t cell, want;
    uint32_t candidates[8], count; /* the most convenient first */
    bool reached[8];               /* a candidate, or comes with one */
    uint32_t chosen;               /* of the candidates; count: none */
};

/* Where the lines of the root, or of a guest, fire. */
struct brute_irqs {
    int64_t cost; /* INT64_MAX: there is no way */
    size_t lines;
    bool decided[8]; /* others only follow them */
    bool gone[8];    /* with a device that was picked: the cell does not have it */
    uint32_t cpu[8];
    uint32_t otherwise; /* where lines go that nobody speaks of */
};

struct brute {
    bool feasible;
    int64_t preferences; /* what the constraints cost; comes before the others */
    int64_t isolation, irq, memory_quality, root_keeps; /* optima, level by level */
    struct aj_cpuset cpus[BRUTE_CELLS];
    uint32_t vpci[BRUTE_CELLS]; /* AJ_NONE32: no links */
    uint32_t cell[4];           /* cell[CPU] */
    struct brute_irqs irqs[BRUTE_CELLS];
    struct brute_truth truth; /* which statements of joint forbids may be true */
    struct brute_request requests[BRUTE_REQUESTS];
    size_t requests_count;
    struct aj_range intervals[8];
    uint32_t intervals_count;
    uint32_t owner[8];            /* cell of each device */
    uint32_t certain[8];          /* the same, whatever is picked */
    bool devices_meet;            /* what is certain can be */
    uint32_t shared[BRUTE_CELLS]; /* a console that is also the root's; AJ_NONE32 */
    struct brute_pick picks[BRUTE_PICKS];
    size_t picks_count;
    aj_addr pci_base;
};

/* Objectives in their default order. */
void brute_solve(const struct model_board *board, const struct model_requirements *req,
                 struct brute *best);

#endif
