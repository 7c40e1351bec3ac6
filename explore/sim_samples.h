/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Latencies of a simulated CPU as a measuring tool would have seen them: a histogram per block.
 */
#ifndef EXPLORE_SIM_SAMPLES_H
#define EXPLORE_SIM_SAMPLES_H

#include "base/random.h"
#include "model/measurement.h"

struct explore_sim_samples {
    uint32_t cpu;       /* Linux' number */
    double location_us; /* median of the blocks' maxima */
    double tail;        /* shape of the generalised Pareto distribution, >= 0 */
    uint64_t cycles;    /* of a block, > 0 */
    size_t blocks;      /* > 0 */
    uint32_t bins;      /* of 1 us */
};

/*
 * latencies[blocks], whose maxima have exactly `location_us` as their median. Each block is a sample
 * of a generalised Pareto distribution with the greatest one drawn as such; docs/explore.md.
 */
void explore_sim_samples_draw(const struct explore_sim_samples *what, struct aj_random *random,
                              struct aj_arena *out, struct model_latency *latencies);

#endif
