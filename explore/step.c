/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/step.h"

#include "model/check.h"

/*
 * Runs a check of something autojail made itself. Whatever it finds stays recorded; the status says
 * that the fault is ours and not the user's.
 */
static enum aj_status ours(struct aj_ctx *cx, enum aj_status found, const char *what)
{
    if (found != AJ_FINDINGS)
        return found;
    const enum aj_status status = aj_fail(
        cx, AJ_ERR_INTERNAL, "self-check", AJ_NOWHERE,
        "the %s that autojail made does not pass its own check, so nothing is written", what);
    aj_diag_hint(cx, "this is a bug of autojail: please report it with board.yml and cells.yml");
    return status;
}

enum aj_status explore_step_run(struct aj_ctx *cx, const struct model_project *project,
                                const struct model_board *board,
                                const struct model_requirements *req,
                                const struct solver_options *options, struct aj_arena *out,
                                struct explore_step *step)
{
    *step = (struct explore_step){.plan = NULL};
    AJ_TRY(model_requirements_check(cx, board, req));
    AJ_TRY(solver_solve(cx, board, req, options, out, &step->plan));
    AJ_TRY(ours(cx, model_check_plan(cx, board, req, step->plan), "plan"));
    AJ_TRY(emit_lower(cx, board, req, step->plan, project->config_revision, out, &step->system));
    AJ_TRY(ours(cx, model_check_system(cx, step->system, board), "system"));
    emit_reservation(board, step->plan, out, &step->reservation);
    return emit_all(cx, project, board, req, step->plan, step->system, out, &step->files);
}
