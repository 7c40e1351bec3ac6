/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/evaluate.h"

#include "solver/earlier.h"
#include "solver/search.h"

static bool all_known(const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] == AJ_NONE32)
            return false;
    }
    return true;
}

/* Does the plan say of all memory to be placed in which interval it lies? */
static bool all_placed(const struct solver_problem *p, const struct solver_earlier *given)
{
    for (size_t i = 0; i < p->requests.count; i++) {
        if (p->requests.items[i].phys == AJ_NONE64 && given->place_of[i] == AJ_NONE32)
            return false;
    }
    return true;
}

/* The interrupts of the root go where the plan has them. */
static void fix_lines(const struct solver_earlier *given, struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    for (size_t q = 0; q < p->lines.count; q++) {
        if (given->line_cpu[q] == AJ_NONE32 || !solver_line_decided(&p->lines.items[q]))
            continue;
        const uint32_t col = m->line[q * p->cpus_count + given->line_cpu[q]];
        if (col != AJ_NONE32)
            m->ip.cols.items[col].lower = 1;
    }
}

/* What may be picked is whose the plan says. */
static void fix_devices(const struct solver_earlier *given, struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    for (size_t i = p->certain_count; i < p->owns.count; i++) {
        const struct solver_ownership *own = &p->owns.items[i];
        struct solver_col *col =
            &m->ip.cols.items[m->device[own->device * p->cells_count + own->cell]];
        col->lower = col->upper = given->has[i];
    }
}

static enum aj_status evaluate(struct aj_ctx *cx, const struct solver_problem *p,
                               const struct solver_earlier *given, struct aj_arena *out,
                               const struct model_plan_level **levels, size_t *count)
{
    struct solver_search_options options = {.limits = {.deadline_ns = INT64_MAX}};
    struct solver_model m;
    struct solver_outcome outcome;
    solver_objectives_list(&options, p->arena, p->req, NULL);
    for (size_t i = 0; i < options.objectives_count; i++) {
        if (solver_level_orders(&options, i))
            options.objectives_count = i;
    }
    if (!all_known(given->owner, p->cpus_count) || !all_placed(p, given))
        return AJ_OK;
    solver_model_build(&m, p->arena, p, given->owner, given->place_of);
    fix_lines(given, &m);
    fix_devices(given, &m);
    AJ_TRY(solver_search(cx, &m, &options, p->arena, &outcome));
    if (outcome.infeasible)
        return AJ_OK;
    struct model_plan_level *found =
        aj_memdup(out, outcome.levels, outcome.levels_count * sizeof *found);
    for (size_t i = 0; i < outcome.levels_count; i++)
        found[i].objective = aj_strdup(out, found[i].objective);
    *levels = found;
    *count = outcome.levels_count;
    return AJ_OK;
}

enum aj_status solver_evaluate(struct aj_ctx *cx, const struct model_board *board,
                               const struct model_requirements *req, const struct model_plan *plan,
                               struct aj_arena *out, const struct model_plan_level **levels,
                               size_t *count)
{
    struct aj_arena *work = aj_arena_open();
    struct solver_facts facts;
    struct solver_wishes wishes;
    struct solver_problem problem;
    *levels = NULL;
    *count = 0;
    solver_facts_derive(&facts, work, board);
    solver_wishes_list(&wishes, work, board, req);
    solver_prepare(&problem, work, board, req, &facts, &wishes);
    const enum aj_status status =
        evaluate(cx, &problem, solver_earlier_read(&problem, plan), out, levels, count);
    aj_arena_close(work);
    return status;
}
