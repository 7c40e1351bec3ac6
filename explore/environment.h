/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a target is like at the moment, as far as latencies depend on it.
 */
#ifndef EXPLORE_ENVIRONMENT_H
#define EXPLORE_ENVIRONMENT_H

#include "explore/job.h"
#include "model/measurement.h"

/* Everything but load_after, and the CPUs that are online. Ids of remote_host_run. */
AJ_NODISCARD enum aj_status
explore_environment_before(struct aj_ctx *cx, const struct explore_jobs *jobs, struct aj_arena *out,
                           struct model_environment *environment, struct aj_cpuset *online);
AJ_NODISCARD enum aj_status explore_environment_after(struct aj_ctx *cx,
                                                      const struct explore_jobs *jobs,
                                                      struct aj_arena *out,
                                                      struct model_environment *environment);

#endif
