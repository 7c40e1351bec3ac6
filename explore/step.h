/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chain, once: solve, check the plan, lower, check the system, emit. Whoever wants cells goes
 * through here, so that no command can forget a check.
 */
#ifndef EXPLORE_STEP_H
#define EXPLORE_STEP_H

#include "emit/emit.h"
#include "solver/solver.h"

struct explore_step {
    const struct model_board *board; /* with the platform that the requirements name */
    const struct model_plan *plan;
    const struct model_system *system;
    struct emit_reservation reservation;
    const struct aj_ctx *findings; /* whose diagnostics from findings_from on are the run's */
    size_t findings_from;
    struct emit_files files; /* empty unless every check passed */
};

/*
 * Runs the chain; values and files live in `out`. Stops at the first stage that fails and returns its
 * status: AJ_FINDINGS when the hypervisor would not bear the system (a wish of the user that no rule of
 * cells.yml forbids), AJ_ERR_INTERNAL "self-check" when the plan breaks the requirements.
 */
AJ_NODISCARD enum aj_status explore_step_run(struct aj_ctx *cx, const struct model_project *project,
                                             const struct model_board *board,
                                             const struct model_requirements *req,
                                             const struct solver_options *options,
                                             struct aj_arena *out, struct explore_step *step);

/* What files are made of, after a run that passed. Borrows from `step`. */
struct emit_input explore_step_input(const struct model_project *project,
                                     const struct model_requirements *req,
                                     const struct explore_step *step);

/* Puts the solver's words on why the plan is so into the page about it. The rest is as for the run. */
void explore_step_explain(const struct model_project *project, const struct model_requirements *req,
                          const char *why, struct aj_arena *out, struct explore_step *step);

#endif
