/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A worker's target, which is opened again where it was lost.
 */
#ifndef EXPLORE_WORKER_PRIV_H
#define EXPLORE_WORKER_PRIV_H

#include "explore/worker.h"

/* One that was there may be booting: for so long. Close it also where this fails. */
AJ_NODISCARD enum aj_status worker_target_open(struct aj_ctx *cx, struct explore_worker *w,
                                               int64_t patience_ns);
void worker_target_close(struct explore_worker *w);

#endif
