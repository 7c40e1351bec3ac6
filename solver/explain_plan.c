/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain_plan.h"

#include <inttypes.h>

#include "solver/explain_priv.h"
#include "solver/explain_text.h"

struct why {
    struct aj_ctx *cx;
    const struct model_board *board;
    const struct model_requirements *req;
    const struct model_plan *plan;
    const struct solver_options *options;
    const char *what;
    struct aj_buf *to;
    struct aj_arena *arena;
    bool found; /* something is called `what` */
};

/* The requirements, and that not all of these may be. */
static struct model_requirements without(struct why *w, const struct model_literal *literals,
                                         size_t count)
{
    struct model_requirements req = *w->req;
    struct model_constraint *constraints =
        AJ_NEW_ARRAY(w->arena, struct model_constraint, req.constraints_count + 1);
    for (size_t i = 0; i < req.constraints_count; i++)
        constraints[i] = req.constraints[i];
    constraints[req.constraints_count++] = (struct model_constraint){
        .kind = MODEL_CONSTRAINT_FORBID, .literals = literals, .literals_count = count};
    req.constraints = constraints;
    return req;
}

/* The wishes of which none can be left out while there is to be no other way. */
static enum aj_status say_forced(struct why *w, const struct model_requirements *req,
                                 const char *none)
{
    struct solver_facts facts;
    struct solver_wishes wishes;
    struct solver_problem problem;
    solver_facts_derive(&facts, w->arena, w->board);
    solver_wishes_list(&wishes, w->arena, w->board, req);
    struct explain e = {.cx = w->cx,
                        .board = w->board,
                        .req = req,
                        .facts = &facts,
                        .wishes = &wishes,
                        .deadline_ns = INT64_MAX,
                        .spared = AJ_NEW_ARRAY(w->arena, bool, wishes.count),
                        .given = &wishes.items[wishes.count - 1]};
    AJ_TRY(explain_smallest_set(&e));
    solver_prepare(&problem, w->arena, w->board, req, &facts, &wishes);
    aj_buf_addf(w->to, "  %s\n", none);
    for (size_t i = 0; i < wishes.count; i++) {
        const struct solver_wish *wish = &wishes.items[i];
        if (wish->off || wish == e.given)
            continue;
        aj_buf_adds(w->to, "  ");
        if (wish->loc.file != NULL)
            aj_buf_addf(w->to, "%s:%u:%u: ", wish->loc.file, wish->loc.line, wish->loc.col);
        aj_buf_addf(w->to, "%s\n", solver_wish_text(&problem, wish));
    }
    return AJ_OK;
}

/* The first level that differs; what was not proved is said so. */
static void say_cost(struct why *w, const struct model_plan *other)
{
    for (size_t i = 0; i + 1 < other->levels_count && i < w->plan->levels_count; i++) {
        const struct model_plan_level *here = &w->plan->levels[i], *there = &other->levels[i];
        if (there->value == here->value)
            continue;
        aj_buf_addf(w->to, "  another way costs %s: %" PRId64 " instead of %" PRId64 "%s\n",
                    here->objective, there->value, here->value,
                    there->bound != there->value ? ", or less: that is not proved" : "");
        return;
    }
    aj_buf_adds(w->to, "  another way is as good: only the order of ties decides\n");
}

/* What if not all of the statements, which the plan meets, may be? */
static enum aj_status explain(struct why *w, const struct model_literal *literals, size_t count)
{
    const struct model_requirements req = without(w, literals, count);
    struct aj_ctx quiet = {
        .scratch = w->cx->scratch, .diag_arena = w->arena, .cancel = w->cx->cancel};
    struct solver_options options = *w->options;
    const struct model_plan *other = NULL;
    options.explain = SOLVER_EXPLAIN_NOT;
    const enum aj_status status = solver_solve(&quiet, w->board, &req, &options, w->arena, &other);
    if (status == AJ_ERR_INFEASIBLE)
        return say_forced(w, &req,
                          literals->kind == MODEL_LITERAL_PLACE
                              ? "there is no place that does not overlap this one"
                              : "there is no other way");
    if (status == AJ_ERR_LIMIT)
        aj_buf_adds(w->to, "  the time was too short to find another way\n");
    else if (status != AJ_OK)
        return aj_fail(w->cx, status, quiet.diags[0].id, AJ_NOWHERE, "%s", quiet.diags[0].msg);
    else
        say_cost(w, other);
    return AJ_OK;
}

static bool asked(struct why *w, const char *a, const char *b)
{
    const bool is = w->what == NULL || (a != NULL && strcmp(w->what, a) == 0) ||
                    (b != NULL && strcmp(w->what, b) == 0);
    w->found = w->found || is;
    return is;
}

static enum aj_status explain_cpus(struct why *w)
{
    for (size_t i = 0; i < w->plan->cells_count; i++) {
        const struct model_plan_cell *cell = &w->plan->cells[i];
        const uint32_t count = aj_cpuset_count(&cell->cpus);
        struct model_literal *literals = AJ_NEW_ARRAY(w->arena, struct model_literal, count);
        size_t at = 0;
        if (!asked(w, cell->key, NULL))
            continue;
        for (uint32_t cpu = aj_cpuset_next(&cell->cpus, 0); cpu < AJ_CPU_MAX;
             cpu = aj_cpuset_next(&cell->cpus, cpu + 1)) {
            literals[at].kind = MODEL_LITERAL_CPUS;
            literals[at].cell = cell->key;
            aj_cpuset_add(&literals[at++].cpus, cpu);
        }
        aj_buf_addf(w->to, "%s: CPU%s %s\n", cell->key, count == 1 ? "" : "s",
                    aj_cpuset_format(w->arena, &cell->cpus));
        AJ_TRY(explain(w, literals, count));
    }
    return AJ_OK;
}

static enum aj_status explain_memory(struct why *w)
{
    for (size_t i = 0; i < w->plan->memory_count; i++) {
        const struct model_plan_mem *m = &w->plan->memory[i];
        struct model_literal literal = {.kind = MODEL_LITERAL_PLACE,
                                        .cell = m->cell,
                                        .region = m->name,
                                        .within = {m->phys_start, m->size}};
        const struct model_cell_request *cell =
            m->cell != NULL ? model_cell_by_key(w->req, m->cell) : NULL;
        /* Statements of the file speak of regions that it names. */
        if (m->kind != MODEL_MEM_RAM || cell == NULL || cell->mem_regions_count == 0 ||
            !asked(w, m->cell, m->name))
            continue;
        aj_buf_addf(w->to, "%s, region %s: 0x%" PRIx64 "\n", m->cell, m->name, m->phys_start);
        AJ_TRY(explain(w, &literal, 1));
    }
    return AJ_OK;
}

static enum aj_status explain_interrupts(struct why *w)
{
    for (size_t i = 0; i < w->plan->irqs_count; i++) {
        const struct model_plan_irq *irq = &w->plan->irqs[i];
        struct model_literal literal = {.kind = MODEL_LITERAL_ROUTE, .interrupt = irq->intid};
        aj_cpuset_add(&literal.cpus, irq->cpu);
        if (!asked(w, "root", aj_strf(w->arena, "%u", irq->intid)))
            continue;
        aj_buf_addf(w->to, "interrupt %u: CPU %u\n", irq->intid, irq->cpu);
        AJ_TRY(explain(w, &literal, 1));
    }
    return AJ_OK;
}

/* Devices follow from wishes and from what they cannot be separated from: nothing is weighed. */
static void explain_devices(struct why *w)
{
    struct solver_facts facts;
    struct solver_wishes wishes;
    struct solver_problem p;
    solver_facts_derive(&facts, w->arena, w->board);
    solver_wishes_list(&wishes, w->arena, w->board, w->req);
    solver_prepare(&p, w->arena, w->board, w->req, &facts, &wishes);
    for (size_t i = 0; i < p.owns.count; i++) {
        const struct solver_ownership *own = &p.owns.items[i];
        const struct solver_cell *cell = &p.cells[own->cell];
        const char *name = p.devices.items[own->device].device->name;
        if (own->cell == SOLVER_ROOT || !asked(w, cell->req->key, name))
            continue;
        const struct aj_loc loc = aj_yaml_loc(cell->req->at, "devices");
        aj_buf_addf(w->to, "device %s: %s\n  ", name, solver_cell_text(&p, own->cell));
        if (loc.file != NULL)
            aj_buf_addf(w->to, "%s:%u:%u: ", loc.file, loc.line, loc.col);
        aj_buf_adds(w->to, i < p.named_count
                               ? "the file says so\n"
                               : "it cannot be separated from a device of the cell\n");
    }
}

static void add_levels(struct why *w)
{
    aj_buf_addf(w->to, "%-24s %10s %10s %8s %8s\n", "objective", "value", "bound", "gap", "nodes");
    for (size_t i = 0; i < w->plan->levels_count; i++) {
        const struct model_plan_level *level = &w->plan->levels[i];
        aj_buf_addf(w->to, "%-24s %10" PRId64 " %10" PRId64 " %8s %8" PRIu32 "\n", level->objective,
                    level->value, level->bound, model_plan_gap_text(level, w->arena), level->nodes);
    }
    aj_buf_adds(w->to, "\n");
}

enum aj_status solver_explain_plan(struct aj_ctx *cx, const struct model_board *board,
                                   const struct model_requirements *req,
                                   const struct model_plan *plan,
                                   const struct solver_options *options, const char *what,
                                   struct aj_buf *to)
{
    struct why w = {cx, board, req, plan, options, what, to, aj_arena_open(), false};
    add_levels(&w);
    enum aj_status status = explain_cpus(&w);
    if (status == AJ_OK)
        status = explain_memory(&w);
    if (status == AJ_OK)
        status = explain_interrupts(&w);
    if (status == AJ_OK)
        explain_devices(&w);
    if (status == AJ_OK && !w.found && what != NULL)
        status = aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                         "no cell, region, interrupt or device is called '%s'", what);
    aj_arena_close(w.arena);
    return status;
}
