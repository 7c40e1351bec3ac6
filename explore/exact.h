/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is a decision that descent found the best one by its draw? Proved, or improved, by the integer
 * program in two levels.
 */
#ifndef EXPLORE_EXACT_H
#define EXPLORE_EXACT_H

#include "base/ctx.h"
#include "explore/acquire.h"

/* A decision this much better, as a share of the value, is worth finding. */
#define EXPLORE_EXACT_GAP 0.005
/*
 * What one proof may cost: nodes of the search times columns of the first level. About 20 ms, and the
 * same number on every machine, so that answers do not depend on time.
 */
#define EXPLORE_EXACT_WORK 16000

enum explore_exact {
    EXPLORE_EXACT_PROVED, /* no decision that may be proposed is better by the gap */
    EXPLORE_EXACT_OPEN,   /* the board is too large, or `work` came first */
};

/*
 * `best` is a decision of no measured class and *value what it is worth by the first draw of
 * `acquire`; both are replaced by better ones that are found. Fails as solver_glpk_solve.
 */
AJ_NODISCARD enum aj_status explore_exact(struct aj_ctx *cx, const struct explore_acquire *acquire,
                                          uint32_t work, struct explore_decision *best,
                                          double *value, enum explore_exact *exact);

#endif
