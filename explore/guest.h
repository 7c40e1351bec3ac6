/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A guest that has just been started: it is there once its ssh server answers.
 */
#ifndef EXPLORE_GUEST_H
#define EXPLORE_GUEST_H

#include "base/cpuset.h"
#include "model/measurement.h"
#include "remote/host.h"

/*
 * Opens it through `root`, trying again while nobody answers there. AJ_ERR_TARGET "guest-silent" after
 * `limit_ns`, with what the last try said; everything else as remote_host_open_through.
 */
AJ_NODISCARD enum aj_status explore_guest_open(struct aj_ctx *cx, struct remote_host *root,
                                               const struct remote_login *login, int64_t limit_ns,
                                               struct remote_host **host);

/*
 * A guest numbers its CPUs from 0, in the order of the board's numbers: the same measurement with those
 * of `cpus`, the cell's; AJ_CPU_MAX for one that the cell does not have. In `out`, or borrowed.
 */
const struct model_measurement *explore_guest_renumber(const struct model_measurement *measurement,
                                                       const struct aj_cpuset *cpus,
                                                       struct aj_arena *out);

#endif
