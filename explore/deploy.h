/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Brings what `autojail config` made to a target, starts the cells step by step with the scripts that
 * are part of it, and takes them back. Every step is judged by what the driver shows afterwards.
 */
#ifndef EXPLORE_DEPLOY_H
#define EXPLORE_DEPLOY_H

#include "emit/emit.h"
#include "explore/cells.h"
#include "explore/results.h"

struct explore_deploy {
    const char *directory; /* on the target; below the login's home unless absolute */
    const struct aj_output *files;
    size_t files_count;
    const struct model_plan *plan;     /* of the files; plan->cells: the root, then the guests */
    const struct model_system *system; /* likewise; system->cells: the guests in the same order */
};

/*
 * Reads a directory that `autojail config` wrote. AJ_ERR_INPUT "deploy-files": it has no list of
 * files, or plan and system do not fit; the ids of base/fs.h, model/plan.h and model/system.h.
 */
AJ_NODISCARD enum aj_status explore_deploy_read(struct aj_ctx *cx, const char *from,
                                                const char *directory, struct aj_arena *out,
                                                struct explore_deploy *deploy);
/*
 * Puts the files there, but those that are there with the same digest. *deployed is what the target
 * has then. Ids of remote_host_put; AJ_ERR_TARGET "deploy-directory".
 */
AJ_NODISCARD enum aj_status explore_deploy_put(struct aj_ctx *cx, struct remote_host *host,
                                               const struct explore_deploy *deploy,
                                               struct aj_arena *out,
                                               const struct explore_deployed **deployed);

/* Where a file of it is on the target. */
const char *explore_deploy_path(const struct explore_deploy *deploy, const char *name,
                                struct aj_arena *out);

/* Cells under our hands on a target. Step 0 is the hypervisor with the root cell, step i guest i. */
struct explore_cells {
    struct remote_host *host;
    struct aj_cpuset online; /* CPUs of the root before the first step */
};
/*
 * Asks the target whether cells can be started there at all. What an earlier run started from
 * `directory` and could not stop, as its link broke, is stopped (warning "deploy-left"). AJ_ERR_TARGET
 * "deploy-jailhouse": it has no Jailhouse; "deploy-busy": the hypervisor is enabled, and somebody
 * else's cells may be running.
 */
AJ_NODISCARD enum aj_status explore_cells_open(struct aj_ctx *cx, struct remote_host *host,
                                               const char *directory, struct explore_cells *cells);
/* Takes one step. AJ_ERR_TARGET "deploy-start" says what it said, or why the effect is missing. */
AJ_NODISCARD enum aj_status explore_cells_start(struct aj_ctx *cx, struct explore_cells *cells,
                                                const struct explore_deploy *deploy, size_t step);
/*
 * Takes one step back, also one that was taken by half or not at all, and after cx->cancel.
 * AJ_ERR_TARGET "deploy-stop".
 */
AJ_NODISCARD enum aj_status explore_cells_stop(struct aj_ctx *cx, struct explore_cells *cells,
                                               const struct explore_deploy *deploy, size_t step);
/* Takes all steps; where one fails, all are taken back. */
AJ_NODISCARD enum aj_status explore_cells_start_all(struct aj_ctx *cx, struct explore_cells *cells,
                                                    const struct explore_deploy *deploy);
/* Takes all back in reverse order, whatever fails on the way; returns the gravest. */
AJ_NODISCARD enum aj_status explore_cells_stop_all(struct aj_ctx *cx, struct explore_cells *cells,
                                                   const struct explore_deploy *deploy);
/* Do all of them still run? AJ_ERR_TARGET "deploy-lost" for each that does not. */
AJ_NODISCARD enum aj_status explore_cells_check(struct aj_ctx *cx,
                                                const struct explore_cells *cells,
                                                const struct explore_deploy *deploy);

#endif
