/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/evaluate.h"

#include "solver/search.h"

struct given {
    const struct solver_problem *p;
    const struct model_plan *plan;
    struct aj_arena *arena;
};

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* owner[cpus_count]; NULL if a CPU has none. */
static const uint32_t *read_owners(const struct given *g)
{
    uint32_t *owner = AJ_NEW_ARRAY(g->arena, uint32_t, g->p->cpus_count);
    for (uint32_t k = 0; k < g->p->cpus_count; k++) {
        owner[k] = AJ_NONE32;
        for (size_t i = 0; i < g->plan->cells_count; i++) {
            if (aj_cpuset_has(&g->plan->cells[i].cpus, g->p->cpus[k].id))
                owner[k] = solver_cell_index(g->p->req, g->plan->cells[i].key);
        }
        if (owner[k] == AJ_NONE32)
            return NULL;
    }
    return owner;
}

static const struct model_plan_mem *placed(const struct given *g, const struct solver_request *r)
{
    const char *cell = r->cell != AJ_NONE32 ? g->p->cells[r->cell].req->key : NULL;
    for (size_t i = 0; i < g->plan->memory_count; i++) {
        const struct model_plan_mem *m = &g->plan->memory[i];
        if (m->kind == r->kind && same_text(m->cell, cell) && same_text(m->name, r->name))
            return m;
    }
    return NULL;
}

/* place_of[request]; NULL if something lies in no interval, or in two. */
static const uint32_t *read_places(const struct given *g)
{
    uint32_t *place_of = AJ_NEW_ARRAY(g->arena, uint32_t, g->p->requests.count);
    for (size_t i = 0; i < g->p->requests.count; i++) {
        const struct solver_request *r = &g->p->requests.items[i];
        const struct model_plan_mem *m = placed(g, r);
        place_of[i] = AJ_NONE32;
        if (r->phys != AJ_NONE64)
            continue;
        for (uint32_t b = 0; b < g->p->intervals_count && m != NULL; b++) {
            if (aj_range_has(g->p->intervals[b], m->phys_start) &&
                aj_range_has(g->p->intervals[b], m->phys_start + (r->size - 1)))
                place_of[i] = b;
        }
        if (place_of[i] == AJ_NONE32)
            return NULL;
    }
    return place_of;
}

/* The interrupts of the root go where the plan has them. */
static void fix_lines(const struct given *g, struct solver_model *m)
{
    for (size_t i = 0; i < g->plan->irqs_count; i++) {
        const size_t q = solver_line_index(g->p, g->plan->irqs[i].intid);
        for (uint32_t k = 0; k < g->p->cpus_count && q < g->p->lines.count; k++) {
            const uint32_t col = solver_line_decided(&g->p->lines.items[q])
                                     ? m->line[q * g->p->cpus_count + k]
                                     : AJ_NONE32;
            if (col != AJ_NONE32 && g->p->cpus[k].id == g->plan->irqs[i].cpu)
                m->ip.cols.items[col].lower = 1;
        }
    }
}

static enum aj_status evaluate(struct aj_ctx *cx, const struct given *g, struct aj_arena *out,
                               const struct model_plan_level **levels, size_t *count)
{
    const struct model_requirements *req = g->p->req;
    struct model_priority *objectives = AJ_NEW_ARRAY(
        g->arena, struct model_priority, req->objectives_count + SOLVER_OBJECTIVES_MORE);
    struct solver_search_options options = {.objectives = objectives,
                                            .limits = {.deadline_ns = INT64_MAX}};
    struct solver_model m;
    struct solver_outcome outcome;
    const size_t listed = solver_objectives_list(req, NULL, objectives);
    while (options.objectives_count < listed &&
           objectives[options.objectives_count].objective != MODEL_OBJECTIVE_SMALLEST_NUMBERS)
        options.objectives_count++;
    const uint32_t *owner = read_owners(g), *place_of = read_places(g);
    if (owner == NULL || place_of == NULL)
        return AJ_OK;
    solver_model_build(&m, g->arena, g->p, owner, place_of);
    fix_lines(g, &m);
    AJ_TRY(solver_search(cx, &m, &options, g->arena, &outcome));
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
    const struct given given = {&problem, plan, work};
    *levels = NULL;
    *count = 0;
    solver_facts_derive(&facts, work, board);
    solver_wishes_list(&wishes, work, board, req);
    solver_prepare(&problem, work, board, req, &facts, &wishes);
    const enum aj_status status = evaluate(cx, &given, out, levels, count);
    aj_arena_close(work);
    return status;
}
