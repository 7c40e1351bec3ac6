/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/guest.h"

/* The n-th of the set, AJ_CPU_MAX if it has no more than n. */
static uint32_t nth(const struct aj_cpuset *cpus, uint32_t n)
{
    uint32_t cpu = aj_cpuset_next(cpus, 0);
    while (n-- > 0 && cpu < AJ_CPU_MAX)
        cpu = aj_cpuset_next(cpus, cpu + 1);
    return cpu;
}

const struct model_measurement *explore_guest_renumber(const struct model_measurement *measurement,
                                                       const struct aj_cpuset *cpus,
                                                       struct aj_arena *out)
{
    struct model_measurement *m = aj_memdup(out, measurement, sizeof *m);
    struct model_block *blocks =
        aj_memdup(out, measurement->blocks, measurement->blocks_count * sizeof *blocks);
    for (size_t i = 0; i < m->blocks_count; i++) {
        struct model_latency *threads =
            aj_memdup(out, blocks[i].threads, blocks[i].threads_count * sizeof *threads);
        for (size_t k = 0; k < blocks[i].threads_count; k++)
            threads[k].cpu = nth(cpus, threads[k].cpu);
        blocks[i].threads = threads;
    }
    m->blocks = blocks;
    return m;
}
