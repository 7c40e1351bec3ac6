/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs the tests of test.yml on a target and judges what comes out.
 */
#ifndef EXPLORE_TRIAL_H
#define EXPLORE_TRIAL_H

#include "explore/measure.h"
#include "explore/results.h"

/*
 * AJ_OK if every test passed, AJ_FINDINGS if not; *results has all of them. AJ_ERR_TARGET if the
 * target is lost on the way, AJ_INTERRUPTED: the tests from there on are errors in *results.
 */
AJ_NODISCARD enum aj_status explore_trial_run(struct aj_ctx *cx, struct remote_host *host,
                                              const struct explore_testspec *spec,
                                              const struct explore_progress *progress,
                                              struct aj_arena *out,
                                              const struct explore_results **results);

#endif
