/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/export.h"

#include "base/buf.h"
#include "base/fs.h"
#include "benchmarks/export_json.h"
#include "solver/backend_glpk.h"
#include "solver/cons.h"

static enum aj_status write_text(struct aj_ctx *cx, const char *dir, const char *name,
                                 struct aj_buf *text)
{
    const struct aj_output output = {.name = name, .data = text->data, .size = text->len};
    const enum aj_status status = aj_outputs_write(cx, dir, &output, 1);
    aj_buf_free(text);
    return status;
}

static struct solver_part whole(const struct solver_model *m, enum model_objective objective)
{
    const struct solver_ip *ip = &m->ip;
    uint32_t *cols = AJ_NEW_ARRAY(ip->arena, uint32_t, ip->cols.count);
    uint32_t *rows = AJ_NEW_ARRAY(ip->arena, uint32_t, ip->rows.count);
    for (uint32_t i = 0; i < ip->cols.count; i++)
        cols[i] = i;
    for (uint32_t i = 0; i < ip->rows.count; i++)
        rows[i] = i;
    return (struct solver_part){.ip = ip,
                                .cols = cols,
                                .rows = rows,
                                .cols_count = (uint32_t)ip->cols.count,
                                .rows_count = (uint32_t)ip->rows.count,
                                .objective = ip->goals[objective].terms.items,
                                .objective_count = ip->goals[objective].terms.count,
                                .cutoff = SOLVER_FREE};
}

static void freeze(struct solver_model *m, enum model_objective objective, int64_t value)
{
    const struct solver_goal *goal = &m->ip.goals[objective];
    solver_ip_row(&m->ip, SOLVER_FAMILY_LEVEL, -SOLVER_FREE, value - goal->constant, "level(%s)",
                  aj_name_of(model_objective_names, objective));
    for (size_t i = 0; i < goal->terms.count; i++)
        solver_ip_term(&m->ip, goal->terms.items[i].col, goal->terms.items[i].coef);
}

static enum aj_status write_levels(struct aj_ctx *cx, const char *dir, struct solver_model *m,
                                   const struct bench_measured *measured,
                                   struct bench_program *program)
{
    const struct model_requirements *req = m->problem->req;
    *program = (struct bench_program){.levels = 0};
    for (size_t i = 0; i < req->objectives_count; i++) {
        const enum model_objective objective = (enum model_objective)req->objectives[i].objective;
        if (objective >= SOLVER_GOALS)
            break;
        const struct solver_goal *goal = &m->ip.goals[objective];
        program->levels++;
        program->constant[i] = goal->constant;
        program->empty[i] = goal->terms.count == 0 && i > 0;
        if (i > 0 && measured->levels == 0)
            continue;
        if (!program->empty[i]) {
            const struct solver_part part = whole(m, objective);
            AJ_TRY(solver_glpk_write(cx, &part, SOLVER_GLPK_LP,
                                     aj_strf(m->ip.arena, "%s/level%zu.lp", dir, i + 1)));
        }
        program->files++;
        if (measured->levels > 0)
            freeze(m, objective, measured->value[i]);
    }
    return AJ_OK;
}

enum aj_status bench_export(struct aj_ctx *cx, const struct bench_instance *in, const char *dir,
                            const struct bench_measured *measured, struct bench_program *program)
{
    struct aj_arena *arena = aj_arena_open();
    struct solver_facts facts;
    struct solver_wishes wishes;
    struct solver_problem problem;
    struct solver_model model;
    struct aj_buf project = {0}, board = {0}, cells = {0}, json = {0};
    solver_facts_derive(&facts, arena, in->board);
    solver_wishes_list(&wishes, arena, in->board, in->req);
    solver_prepare(&problem, arena, in->board, in->req, &facts, &wishes);
    solver_model_build(&model, arena, &problem, NULL, NULL);
    aj_buf_addf(&project, "name: benchmark\nboard: benchmark\narch: arm64\nlogin: \"local:\"\n");
    model_board_write(in->board, &board);
    model_requirements_write(in->req, &cells);
    bench_json(&problem, &json);
    enum aj_status status = write_text(cx, dir, "autojail.yml", &project);
    if (status == AJ_OK)
        status = write_text(cx, dir, "board.yml", &board);
    if (status == AJ_OK)
        status = write_text(cx, dir, "cells.yml", &cells);
    if (status == AJ_OK)
        status = write_text(cx, dir, "instance.json", &json);
    if (status == AJ_OK)
        status = write_levels(cx, dir, &model, measured, program);
    aj_arena_close(arena);
    return status;
}
