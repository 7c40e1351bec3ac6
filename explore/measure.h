/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measures latencies on a target: a run that warms up and is dropped, then the blocks, with the load
 * beside them. A measurement that is not what it claims to be is void and says why.
 */
#ifndef EXPLORE_MEASURE_H
#define EXPLORE_MEASURE_H

#include "explore/cyclictest.h"
#include "explore/job.h"
#include "explore/testspec.h"
#include "model/measurement.h"

/* Where progress is told; NULL `say` for silence. */
struct explore_progress {
    void (*say)(void *to, const char *text);
    void *to;
};

/* A command that runs beside a measurement. */
struct explore_load {
    struct explore_jobs *jobs; /* where; NULL: where is measured */
    const char *cell;          /* whose load it is, for people; NULL: nobody's */
    struct aj_cpuset cpus;     /* it is held on these (taskset); empty: it is not held */
    const char *const *argv;
    size_t argc;
};

/* How a measurement is made; the load of `what` is one more, held nowhere. */
struct explore_measuring {
    const struct explore_latency *what;
    const struct explore_cyclictest *tool; /* what is installed; NULL: it is asked */
    const struct explore_load *loads;
    size_t loads_count;
    int64_t limit_ns;    /* ends it between blocks */
    int64_t hopeless_ns; /* > 0: blocks end at a longer latency; what they missed is measured at the
                            end, unless most blocks of one CPU ended so: then it is censored */
    const struct explore_progress *progress;
};

struct explore_measured {
    const struct model_measurement *measurement; /* NULL before the first block */
    const char *void_because;                    /* NULL: all blocks are there and good */
    bool censored; /* ended early, since hopeless: the median of the blocks' maxima of some CPU is
                      more than hopeless_ns, and nothing else is known */
    int64_t duration_ns;
};

/*
 * AJ_OK also for a void measurement. Ids of explore/job.h and explore/cyclictest.h, of which the
 * latter make the measurement void. Runs as root if the login may.
 */
AJ_NODISCARD enum aj_status explore_measure(struct aj_ctx *cx, struct explore_jobs *jobs,
                                            const struct explore_measuring *how,
                                            struct aj_arena *out,
                                            struct explore_measured *measured);

#endif
