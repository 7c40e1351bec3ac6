/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/step.h"

#include "model/check.h"

/* A plan that the second witness refuses is a bug of the solver, never a wish that went unmet. */
static enum aj_status check_plan(struct aj_ctx *cx, const struct model_board *board,
                                 const struct model_requirements *req,
                                 const struct model_plan *plan)
{
    const enum aj_status found = model_check_plan(cx, board, req, plan);
    if (found != AJ_FINDINGS)
        return found;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INTERNAL, "self-check", AJ_NOWHERE,
                "the plan does not meet the requirements it was made from: nothing is written");
    aj_diag_hint(cx, "this is a bug of autojail: please report it with board.yml and cells.yml");
    return status;
}

struct emit_input explore_step_input(const struct model_project *project,
                                     const struct model_requirements *req,
                                     const struct explore_step *step)
{
    return (struct emit_input){.project = project,
                               .board = step->board,
                               .req = req,
                               .plan = step->plan,
                               .system = step->system,
                               .reservation = &step->reservation,
                               .findings = step->findings,
                               .findings_from = step->findings_from};
}

enum aj_status explore_step_run(struct aj_ctx *cx, const struct model_project *project,
                                const struct model_board *board,
                                const struct model_requirements *req,
                                const struct solver_options *options, struct aj_arena *out,
                                struct explore_step *step)
{
    *step = (struct explore_step){.findings = cx, .findings_from = cx->diags_count};
    board = step->board = model_board_override(board, req, out);
    AJ_TRY(model_requirements_check(cx, board, req));
    AJ_TRY(solver_solve(cx, board, req, options, out, &step->plan));
    AJ_TRY(check_plan(cx, board, req, step->plan));
    AJ_TRY(emit_lower(cx, board, req, step->plan, project->config_revision, out, &step->system));
    AJ_TRY(model_check_system(cx, step->system, board, NULL));
    emit_reservation(board, step->plan, out, &step->reservation);
    const struct emit_input input = explore_step_input(project, req, step);
    return emit_all(cx, &input, out, &step->files);
}

void explore_step_explain(const struct model_project *project, const struct model_requirements *req,
                          const char *why, struct aj_arena *out, struct explore_step *step)
{
    struct emit_input input = explore_step_input(project, req, step);
    input.why = why;
    emit_report_again(&input, out, &step->files);
}
