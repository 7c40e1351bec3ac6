/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One run of cyclictest on a target: a block of a measurement, or what goes before it.
 */
#ifndef EXPLORE_BLOCK_H
#define EXPLORE_BLOCK_H

#include "explore/cyclictest.h"
#include "explore/job.h"

#define EXPLORE_BLOCK_SPARE_S 30 /* what a run may take beyond its time, on a slow target */

struct explore_block {
    struct explore_cyclictest_result result; /* all 0 if it cannot be read */
    const char *seen;                        /* what explore_judge_threads judges */
    const char *void_because;                /* NULL: cyclictest ended well and said something */
    bool ended;                              /* in time and with status 0 */
    int64_t duration_ns;
};

/* What is installed. Ids of explore_job_run; *missing says why it cannot measure, NULL: it can. */
AJ_NODISCARD enum aj_status explore_block_tool(struct aj_ctx *cx, struct explore_jobs *jobs,
                                               struct aj_arena *out,
                                               struct explore_cyclictest *tool,
                                               const char **missing);

/*
 * Runs it; with `run->watched` also asks the kernel what it grants the threads while they run. AJ_OK
 * also for a void block. Ids of explore_job_run, and of explore/cyclictest.h.
 */
AJ_NODISCARD enum aj_status explore_block_run(struct aj_ctx *cx, struct explore_jobs *jobs,
                                              const struct explore_cyclictest *tool,
                                              const struct explore_cyclictest_run *run,
                                              struct aj_arena *out, struct explore_block *block);

#endif
