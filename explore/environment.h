/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a target is like at the moment, as far as latencies depend on it.
 */
#ifndef EXPLORE_ENVIRONMENT_H
#define EXPLORE_ENVIRONMENT_H

#include "explore/job.h"
#include "model/measurement.h"

/*
 * Everything but load_after, and the CPUs that are online. Ids of remote_host_run; "target-odd" if the
 * target does not say which CPUs those are.
 */
AJ_NODISCARD enum aj_status
explore_environment_before(struct aj_ctx *cx, const struct explore_jobs *jobs, struct aj_arena *out,
                           struct model_environment *environment, struct aj_cpuset *online);
/*
 * Adds what is told afterwards. *slowed says how the CPUs were slowed down meanwhile, by heat or by
 * other limits of their frequencies, so that nothing holds that was measured; NULL: they were not.
 */
AJ_NODISCARD enum aj_status
explore_environment_after(struct aj_ctx *cx, const struct explore_jobs *jobs, struct aj_arena *out,
                          struct model_environment *environment, const char **slowed);

#endif
