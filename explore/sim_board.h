/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of a simulated board: its truth, how it drifts, and what goes wrong with it.
 * docs/formats.md describes it for users.
 */
#ifndef EXPLORE_SIM_BOARD_H
#define EXPLORE_SIM_BOARD_H

#include "base/schema.h"
#include "explore/sim.h"

/* What is added to every latency, in us. */
struct explore_sim_drift {
    double per_run; /* for each run before */
    double step;    /* from run `at_run` on */
    uint32_t at_run;
};

/* Runs are numbered from 1; 0: none. */
struct explore_sim_faults {
    double voids;      /* share of the runs that are void */
    double refused;    /* share of the decisions that cannot be brought into force */
    uint32_t lost_at;  /* this run loses the link */
    uint32_t hangs_at; /* this run ends with the exploration only */
};

struct explore_sim_board {
    struct explore_sim_options truth; /* its seed: AJ_NONE64 if the file does not say */
    double tail;                      /* shape of the latencies' tail: 0 thin, 0.3 heavy */
    int64_t takes_ns;                 /* what a run takes of the real time */
    struct explore_sim_drift drift;
    struct explore_sim_faults faults;
};

/*
 * The board of `doc`, NULL: that of an empty file. Ids of base/schema.h, whose "range" is also for
 * shares above 1, negative spreads and a tail that is none.
 */
AJ_NODISCARD enum aj_status explore_sim_board_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                                   struct aj_arena *out,
                                                   struct explore_sim_board *board);

#endif
