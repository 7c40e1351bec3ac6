/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One target and its part in a study: opens both, makes runs, restores the target.
 */
#ifndef EXPLORE_WORKER_H
#define EXPLORE_WORKER_H

#include "explore/study.h"

struct explore_worker {
    const struct explore_study *study;
    const char *login;
    uint32_t board; /* index into the ledger's boards */
    struct aj_arena *arena;
    struct explore_store *store;
    struct explore_target *target;
    struct aj_arena *target_arena;
    struct explore_ledger ledger;
    uint32_t lost;  /* times in a row that the link broke */
    size_t planned; /* diagnostics of the run before its plan was applied */
    double best;    /* score that was told last; NAN: none */
};

/*
 * Opens store and, if `login` is not NULL, the target; close it also when this fails. Warns of an
 * earlier study that has nothing to tell ("explore-from"). AJ_ERR_INPUT "store-study" if what was
 * simulated would stand beside what was measured, be it in the study or in an earlier one.
 */
AJ_NODISCARD enum aj_status explore_worker_open(struct aj_ctx *cx,
                                                const struct explore_study *study,
                                                const char *login, struct aj_arena *arena,
                                                struct explore_worker *worker);
/* Restores the target, if it has one; fails with what that fails with, and closes all the same. */
AJ_NODISCARD enum aj_status explore_worker_close(struct aj_ctx *cx, struct explore_worker *worker);

/* Reads what is new of the runs, and the searches that have ended. */
AJ_NODISCARD enum aj_status explore_worker_refresh(struct aj_ctx *cx,
                                                   struct explore_worker *worker);
/*
 * Makes the run of `turn`, at most the `limit`th that counts, unless *granted says why not. A run that
 * cannot be made is void and AJ_OK. AJ_ERR_TARGET if the target is lost and does not come back.
 */
AJ_NODISCARD enum aj_status explore_worker_run(struct aj_ctx *cx, struct explore_worker *worker,
                                               const struct explore_turn *turn, uint64_t limit,
                                               enum explore_grant_kind *granted);

#endif
