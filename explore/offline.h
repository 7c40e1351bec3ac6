/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exploring by hand: what results of tests teach, and which cells should be tested next. No target
 * is needed; one goes round by config, test and this.
 */
#ifndef EXPLORE_OFFLINE_H
#define EXPLORE_OFFLINE_H

#include "explore/conclusion.h"

struct explore_offline {
    size_t measured, decisions;   /* measurements, and distinct decisions of them */
    struct explore_decision best; /* among the measured ones; the baseline without any */
    double best_score;            /* mean percent of the deadline; NAN without any */
    bool converged;               /* nothing is left that is likely better: next is the best */
    const char *why;              /* when it is: a sentence without its stop */
    struct explore_decision next;
    struct explore_proposal proposal;           /* of `next`, unless converged */
    const struct model_constraint *constraints; /* of the next cells.yml */
    size_t constraints_count;
};

/* From the ledger's results (explore_ledger_results). Ids of explore/search.h. */
AJ_NODISCARD enum aj_status explore_offline_next(struct aj_ctx *cx,
                                                 const struct explore_ledger *ledger,
                                                 struct aj_arena *out,
                                                 struct explore_offline *offline);
/* A few lines for people. */
void explore_offline_write(const struct explore_frame *frame, const struct explore_offline *offline,
                           struct aj_buf *to);

#endif
