/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands on a target of which nothing is left behind: each has a time limit that the target keeps
 * itself, also when the link breaks, and carries a mark in its environment by which everything it
 * started is found and ended, wherever it went.
 */
#ifndef EXPLORE_JOB_H
#define EXPLORE_JOB_H

#include "remote/host.h"

struct explore_jobs {
    struct remote_host *host;
    const char *mark; /* unique to this opening */
    uint32_t started; /* jobs; with `mark` unique to each */
    bool root;        /* commands can be run as root */
};

/* Asks the target for a mark. "target-odd" if it is no Linux; the ids of remote_host_run. */
AJ_NODISCARD enum aj_status explore_jobs_open(struct aj_ctx *cx, struct remote_host *host,
                                              struct aj_arena *out, struct explore_jobs *jobs);

enum explore_job_end {
    EXPLORE_JOB_DONE,       /* by itself; the result says how */
    EXPLORE_JOB_TIME_LIMIT, /* was ended */
    EXPLORE_JOB_LEFT_OVERS, /* ended itself, but not all of what it started; that was ended */
};
struct explore_job {
    const char *const *argv;
    size_t argc;
    int64_t limit_ns; /* > 0; whole seconds are kept, more or less */
    bool privileged;
};

/*
 * Runs it and ends what it left, not what others have started. Ids of remote_host_run;
 * "target-leftover" if something withstands.
 */
AJ_NODISCARD enum aj_status explore_job_run(struct aj_ctx *cx, struct explore_jobs *jobs,
                                            const struct explore_job *job, struct aj_arena *out,
                                            struct remote_result *result,
                                            enum explore_job_end *end);
/* Starts it without waiting; *id names it to explore_job_alive. Its output is thrown away. */
AJ_NODISCARD enum aj_status explore_job_start(struct aj_ctx *cx, struct explore_jobs *jobs,
                                              const struct explore_job *job, struct aj_arena *out,
                                              const char **id);
AJ_NODISCARD enum aj_status explore_job_alive(struct aj_ctx *cx, const struct explore_jobs *jobs,
                                              const char *id, bool *alive);
/*
 * For whoever watches on the target: with a mark as its argument this shell script ends all that was
 * started through `jobs` of that mark, and is silent.
 */
extern const char explore_jobs_end_script[];
/*
 * Ends everything that was started through `jobs`, also after cx->cancel. "target-leftover" if
 * something withstands.
 */
AJ_NODISCARD enum aj_status explore_jobs_end(struct aj_ctx *cx, const struct explore_jobs *jobs);

#endif
