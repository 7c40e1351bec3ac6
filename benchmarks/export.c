/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/export.h"

#include "base/buf.h"
#include "base/fs.h"
#include "benchmarks/export_json.h"
#include "solver/decide.h"
#include "solver/dump.h"
#include "solver/earlier.h"

static enum aj_status write_text(struct aj_ctx *cx, const char *dir, const char *name,
                                 struct aj_buf *text)
{
    const struct aj_output output = {.name = name, .data = text->data, .size = text->len};
    const enum aj_status status = aj_outputs_write(cx, dir, &output, 1);
    aj_buf_free(text);
    return status;
}

/* How the problem is asked: as solver_solve does. */
struct asked {
    struct aj_arena *arena;
    struct solver_facts facts;
    struct solver_wishes wishes;
    struct solver_problem problem;
    const struct model_plan *earlier; /* or NULL */
    struct solver_search_options options;
};

static enum aj_status ask(struct aj_ctx *cx, const struct bench_instance *in, const char *dir,
                          struct asked *to)
{
    struct aj_arena *arena = to->arena;
    AJ_TRY(bench_earlier(cx, in, arena, &to->earlier));
    solver_facts_derive(&to->facts, arena, in->board);
    solver_wishes_list(&to->wishes, arena, in->board, in->req);
    solver_prepare(&to->problem, arena, in->board, in->req, &to->facts, &to->wishes);
    if (to->earlier != NULL)
        to->problem.earlier = solver_earlier_read(&to->problem, to->earlier);
    to->options = (struct solver_search_options){
        .limits = {.deadline_ns = INT64_MAX, .on_cancel = SOLVER_CANCEL_FAILS},
        .dump_forms = SOLVER_DUMP_LP,
        .dump_stem = aj_strf(arena, "%s/", dir)};
    solver_objectives_list(&to->options, arena, in->req, to->earlier);
    return AJ_OK;
}

static enum aj_status write_project(struct aj_ctx *cx, const struct bench_instance *in,
                                    const struct asked *asked, const char *dir)
{
    struct aj_buf project = {0}, board = {0}, cells = {0}, json = {0}, earlier = {0};
    aj_buf_addf(&project, "name: benchmark\nboard: benchmark\narch: arm64\nlogin: \"local:\"\n");
    model_board_write(in->board, &board);
    model_requirements_write(in->req, &cells);
    bench_json(&asked->problem, asked->options.objectives, asked->options.objectives_count, &json);
    enum aj_status status = write_text(cx, dir, "autojail.yml", &project);
    if (status == AJ_OK)
        status = write_text(cx, dir, "board.yml", &board);
    if (status == AJ_OK)
        status = write_text(cx, dir, "cells.yml", &cells);
    if (status == AJ_OK)
        status = write_text(cx, dir, "instance.json", &json);
    if (status == AJ_OK && asked->earlier != NULL) {
        model_plan_write(asked->earlier, &earlier);
        status = write_text(cx, dir, "earlier.yml", &earlier);
    }
    return status;
}

/* One file for each level before the total order; without a proved plan, for the first only. */
static enum aj_status write_program(struct aj_ctx *cx, const struct asked *asked,
                                    const struct bench_measured *measured, struct aj_arena *out,
                                    struct bench_program *program)
{
    const struct solver_search_options *options = &asked->options;
    const struct solver_problem *p = &asked->problem;
    struct solver_model model = {.problem = p};
    struct solver_outcome outcome = {.infeasible = true};
    *program = (struct bench_program){.levels = solver_levels_count(options) - 1};
    program->exact = measured->proved || measured->infeasible;
    if (program->exact)
        AJ_TRY(solver_decide(cx, p, options, &model, &outcome));
    program->files = outcome.infeasible ? 1 : program->levels;
    for (size_t i = 0; i < program->files; i++)
        program->path[i] =
            aj_strf(out, "%slevel%zu-%s.lp", options->dump_stem, i + 1,
                    aj_name_of(model_objective_names, options->objectives[i].objective));
    return solver_dump(cx, &model, p, options, &outcome);
}

enum aj_status bench_export(struct aj_ctx *cx, const struct bench_instance *in, const char *dir,
                            const struct bench_measured *measured, struct aj_arena *out,
                            struct bench_program *program)
{
    struct asked asked = {.arena = aj_arena_open()};
    enum aj_status status = ask(cx, in, dir, &asked);
    if (status == AJ_OK)
        status = write_project(cx, in, &asked, dir);
    if (status == AJ_OK)
        status = write_program(cx, &asked, measured, out, program);
    aj_arena_close(asked.arena);
    return status;
}
