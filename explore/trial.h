/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs the tests of test.yml on a target and judges what comes out.
 */
#ifndef EXPLORE_TRIAL_H
#define EXPLORE_TRIAL_H

#include "explore/measure.h"
#include "explore/results.h"

/* Where the tests of a cell run. */
struct explore_place {
    const char *cell;         /* "root" or the key of a guest */
    struct remote_host *host; /* NULL where it is missing */
    const char *missing;      /* why nothing can run there, in words; NULL: it can */
};

/*
 * AJ_OK if every test passed, AJ_FINDINGS if not; *results has all of them, also those whose cell is
 * in no place: errors. AJ_ERR_TARGET if the target is lost on the way, AJ_INTERRUPTED: the tests from
 * there on are errors in *results.
 */
struct explore_trial {
    const char *login; /* of the target, for the results */
    const struct explore_place *places;
    size_t places_count;
    const struct explore_progress *progress;
};
AJ_NODISCARD enum aj_status explore_trial_run(struct aj_ctx *cx, const struct explore_trial *trial,
                                              const struct explore_testspec *spec,
                                              struct aj_arena *out,
                                              struct explore_results **results);

#endif
