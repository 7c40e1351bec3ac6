/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/witness.h"

#include <inttypes.h>

#include "cli/commands.h"
#include "model/check.h"
#include "solver/evaluate.h"

/* What is best, without a word about it; NULL if the time was too short, or the solver finds none. */
static const struct model_plan *find_best(struct aj_ctx *cx, const struct model_board *board,
                                          const struct model_requirements *req,
                                          const struct solver_options *options,
                                          struct aj_arena *arena)
{
    struct aj_ctx quiet = {.scratch = cx->scratch, .diag_arena = arena, .cancel = cx->cancel};
    const struct model_plan *best = NULL;
    return solver_solve(&quiet, board, req, options, arena, &best) == AJ_OK ? best : NULL;
}

/* The part of the row beyond the plan's own value. */
static void add_distance(const struct model_plan_level *level, const struct model_plan_level *best,
                         struct aj_buf *to)
{
    if (best == NULL) {
        aj_buf_adds(to, "-\n");
        return;
    }
    aj_buf_addf(to, "%" PRId64, best->value);
    if (level->value != best->value)
        aj_buf_addf(to, " (%+" PRId64 ")", level->value - best->value);
    if (best->value != best->bound)
        aj_buf_addf(to, " (not proved: at least %" PRId64 ")", best->bound);
    aj_buf_adds(to, "\n");
}

static enum aj_status compare(struct aj_ctx *cx, const struct model_board *board,
                              const struct model_requirements *req, const struct model_plan *plan,
                              const struct solver_options *options, struct aj_arena *arena)
{
    const struct model_plan_level *levels;
    size_t count;
    struct aj_buf text = {NULL, 0, 0};
    AJ_TRY(solver_evaluate(cx, board, req, plan, arena, &levels, &count));
    if (count == 0)
        aj_buf_adds(&text,
                    "what it does is nothing that autojail would decide: it has no values\n");
    else
        aj_buf_addf(&text, "\n%-24s %-12s %s\n", "objective", "value", "best");
    const struct model_plan *best = find_best(cx, board, req, options, arena);
    for (size_t i = 0; i < count; i++) {
        aj_buf_addf(&text, "%-24s %-12" PRId64 " ", levels[i].objective, levels[i].value);
        add_distance(&levels[i], best != NULL && i < best->levels_count ? &best->levels[i] : NULL,
                     &text);
    }
    fwrite(text.data, 1, text.len, stdout);
    aj_buf_free(&text);
    return AJ_OK;
}

enum aj_status cli_witness(struct aj_ctx *cx, const char *path, const struct cli_inputs *in,
                           const struct solver_options *options, struct aj_arena *arena)
{
    const struct aj_yaml *doc;
    const struct model_plan *plan;
    const struct model_board *board = model_board_override(in->board, in->req, arena);
    AJ_TRY(cli_read_yaml(cx, path, arena, &doc));
    AJ_TRY(model_plan_read(cx, doc, arena, &plan));
    AJ_TRY(model_requirements_check(cx, board, in->req));
    AJ_TRY(model_check_plan(cx, board, in->req, plan));
    printf("%s meets all requirements of %s\n", path,
           in->req->at != NULL ? in->req->at->loc.file : "the cells");
    return compare(cx, board, in->req, plan, options, arena);
}
