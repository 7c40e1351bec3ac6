/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs of cyclictest on a target, one after the other in one command: the blocks of a measurement, and
 * what goes before them.
 */
#ifndef EXPLORE_BLOCK_H
#define EXPLORE_BLOCK_H

#include "explore/cyclictest.h"
#include "explore/job.h"

#define EXPLORE_BLOCK_SPARE_S 30 /* what they may take beyond their time, on a slow target */

struct explore_block_series {
    const struct explore_cyclictest_run *runs; /* runs[count], count > 0 */
    size_t count;
    uint32_t breaks;          /* so many may break off before the rest is left out */
    const char *const *loads; /* of explore_job_start; dead after a watched run, it is the last */
    size_t loads_count;
};

struct explore_block {
    struct explore_cyclictest_result result; /* all 0 if it cannot be read */
    const char *seen;                        /* what explore_judge_threads judges; NULL: not run */
    const char *void_because;                /* NULL: cyclictest ended well and said something */
    bool ended;                              /* in time and with status 0 */
};
struct explore_block_made {
    const struct explore_block *blocks; /* blocks[count], those of the first runs; count > 0 */
    size_t count;
    int64_t duration_ns; /* of all */
};

/* What is installed. Ids of explore_job_run; *missing says why it cannot measure, NULL: it can. */
AJ_NODISCARD enum aj_status explore_block_tool(struct aj_ctx *cx, struct explore_jobs *jobs,
                                               struct aj_arena *out,
                                               struct explore_cyclictest *tool,
                                               const char **missing);

/*
 * Makes the runs, or the first of them where one is so bad that the others are not worth their time. Of
 * those with `watched` it also asks the kernel what it grants the threads while they run. AJ_OK also
 * for void blocks. Ids of explore_job_run, and of explore/cyclictest.h.
 */
AJ_NODISCARD enum aj_status explore_block_run(struct aj_ctx *cx, struct explore_jobs *jobs,
                                              const struct explore_cyclictest *tool,
                                              const struct explore_block_series *series,
                                              struct aj_arena *out,
                                              struct explore_block_made *made);

#endif
