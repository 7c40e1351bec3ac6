/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measures latencies on a target: a run that warms up and is dropped, then the blocks, with the load
 * beside them. A measurement that is not what it claims to be is void and says why.
 */
#ifndef EXPLORE_MEASURE_H
#define EXPLORE_MEASURE_H

#include "explore/job.h"
#include "explore/testspec.h"
#include "model/measurement.h"

/* Where progress is told; NULL `say` for silence. */
struct explore_progress {
    void (*say)(void *to, const char *text);
    void *to;
};

struct explore_measured {
    const struct model_measurement *measurement; /* NULL before the first block */
    const char *void_because;                    /* NULL: all blocks are there and good */
    bool censored; /* ended early, since hopeless: maxima are at least what was seen */
    int64_t duration_ns;
};

/*
 * AJ_OK also for a void measurement. `limit_ns` ends it between blocks. Ids of explore/job.h and
 * explore/cyclictest.h, of which the latter make the measurement void. Runs as root if the login may.
 */
AJ_NODISCARD enum aj_status explore_measure(struct aj_ctx *cx, struct explore_jobs *jobs,
                                            const struct explore_latency *what, int64_t limit_ns,
                                            const struct explore_progress *progress,
                                            struct aj_arena *out,
                                            struct explore_measured *measured);

#endif
