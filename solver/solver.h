/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From what the board is and what the cells need to who gets what: one integer program, solved to
 * proven optimality, or an explanation of why there is no answer.
 */
#ifndef SOLVER_SOLVER_H
#define SOLVER_SOLVER_H

#include "model/plan.h"
#include "solver/limits.h"

/* What is said of requirements that no plan meets. */
enum solver_explain_how {
    SOLVER_EXPLAIN_CONFLICT, /* the smallest set that cannot hold together, and what would help */
    SOLVER_EXPLAIN_NOT,      /* just that */
};

struct solver_options {
    int64_t time_limit_ns; /* of the whole solve; 0 = none */
    double gap; /* relative: 0.02 lets an objective end 2 % above its bound; 0 = proved optimal */
    enum solver_on_cancel on_cancel;
    struct solver_observer observer;
    enum solver_explain_how explain;
    const struct model_plan *earlier; /* what the plan is to be like, or NULL */
    uint32_t dump_forms;   /* enum solver_dump_form: the program and its answer as files */
    const char *dump_stem; /* what their names begin with */
};

/*
 * Decides everything in model/plan.h. The answer is unique: the same board and requirements give the
 * same plan on every machine, unless a limit, a gap, or cx->cancel ends the search (status
 * FEASIBLE, with the bounds that were proved). Logs levels with values, gaps, nodes and times at
 * AJ_LOG_INFO. Warns of "device-hard", "device-unsafe" and "vpci-pins-shared", tells of
 * "device-keep-running".
 *
 * Fails with AJ_ERR_INFEASIBLE "infeasible": the message says in the user's words what cannot hold
 * together; each requirement of the smallest conflicting set found is a note with its position and
 * its numbers; the hint says what to relax. AJ_ERR_LIMIT "time-limit" without any plan,
 * "search-limit" when memory is too full to prove that there is none; AJ_INTERRUPTED "interrupted"
 * when cx->cancel is set and that fails; AJ_ERR_IO "file-write" for the dump; AJ_ERR_INTERNAL "solver-bug" if GLPK
 * fails or an answer is not integral.
 */
AJ_NODISCARD enum aj_status solver_solve(struct aj_ctx *cx, const struct model_board *board,
                                         const struct model_requirements *req,
                                         const struct solver_options *options, struct aj_arena *out,
                                         const struct model_plan **plan);

#endif
