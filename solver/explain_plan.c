/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain_plan.h"

#include <inttypes.h>

#include "solver/explain_devices.h"
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

static void add_loc(struct why *w, struct aj_loc loc)
{
    aj_buf_adds(w->to, "  ");
    if (loc.file != NULL)
        aj_buf_addf(w->to, "%s:%u:%u: ", loc.file, loc.line, loc.col);
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
        add_loc(w, wish->loc);
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

/* Says what another problem costs, if it has a plan. */
static enum aj_status solve_other(struct why *w, const struct model_board *board,
                                  const struct model_requirements *req, bool *possible)
{
    struct aj_ctx quiet = {
        .scratch = w->cx->scratch, .diag_arena = w->arena, .cancel = w->cx->cancel};
    struct solver_options options = *w->options;
    const struct model_plan *other = NULL;
    options.explain = SOLVER_EXPLAIN_NOT;
    options.dump_forms = 0;
    const enum aj_status status = solver_solve(&quiet, board, req, &options, w->arena, &other);
    *possible = status != AJ_ERR_INFEASIBLE;
    if (status == AJ_ERR_LIMIT)
        aj_buf_adds(w->to, "  the time was too short to find another way\n");
    else if (status == AJ_OK)
        say_cost(w, other);
    else if (*possible)
        return aj_fail(w->cx, status, quiet.diags[0].id, AJ_NOWHERE, "%s", quiet.diags[0].msg);
    return AJ_OK;
}

static const char no_place[] = "every other place would overlap this one";

/* What if not all of the statements, which the plan meets, may be? */
static enum aj_status explain(struct why *w, const struct model_literal *literals, size_t count)
{
    const struct model_requirements req = without(w, literals, count);
    bool possible;
    AJ_TRY(solve_other(w, w->board, &req, &possible));
    if (possible)
        return AJ_OK;
    return say_forced(w, &req,
                      literals->kind == MODEL_LITERAL_PLACE ? no_place : "there is no other way");
}

/* What if nothing may lie there? No statement of the file speaks of it. */
static enum aj_status explain_range(struct why *w, struct aj_range range)
{
    struct model_board board = *w->board;
    struct model_region *regions =
        AJ_NEW_ARRAY(w->arena, struct model_region, board.memory_regions_count + 1);
    bool possible;
    for (size_t i = 0; i < board.memory_regions_count; i++)
        regions[i] = board.memory_regions[i];
    regions[board.memory_regions_count++] = (struct model_region){.name = "nothing may lie here",
                                                                  .type = MODEL_REGION_RESERVED,
                                                                  .phys_start = range.base,
                                                                  .virt_start = range.base,
                                                                  .size = range.size};
    board.memory_regions = regions;
    AJ_TRY(solve_other(w, &board, w->req, &possible));
    if (!possible)
        aj_buf_addf(w->to, "  %s\n", no_place);
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

/* What the file asks for; NULL for what it does not name. */
static const struct model_mem_request *request_of(const struct why *w,
                                                  const struct model_plan_mem *m)
{
    const struct model_cell_request *cell =
        m->cell != NULL ? model_cell_by_key(w->req, m->cell) : NULL;
    if (m->kind == MODEL_MEM_HYPERVISOR)
        return &w->req->root.hypervisor_memory;
    for (size_t i = 0; m->kind == MODEL_MEM_RAM && cell != NULL && i < cell->mem_regions_count;
         i++) {
        if (strcmp(cell->mem_regions[i].name, m->name) == 0)
            return &cell->mem_regions[i];
    }
    return NULL;
}

/* A statement of the file speaks of a guest's RAM by its region's name, or of all that it has. */
static enum aj_status explain_place(struct why *w, const struct model_plan_mem *m)
{
    const struct model_mem_request *request = request_of(w, m);
    struct model_literal literal = {.kind = MODEL_LITERAL_PLACE,
                                    .cell = m->cell,
                                    .region = request != NULL ? m->name : NULL,
                                    .within = {m->phys_start, m->size}};
    if (request != NULL && request->phys_start != AJ_NONE64) {
        add_loc(w, aj_yaml_loc(request->at, "phys_start"));
        aj_buf_adds(w->to, "the file says so\n");
        return AJ_OK;
    }
    return m->kind == MODEL_MEM_RAM ? explain(w, &literal, 1) : explain_range(w, literal.within);
}

static enum aj_status explain_memory(struct why *w)
{
    for (size_t i = 0; i < w->plan->memory_count; i++) {
        const struct model_plan_mem *m = &w->plan->memory[i];
        const bool hypervisor = m->kind == MODEL_MEM_HYPERVISOR;
        if (m->kind == MODEL_MEM_LINK || m->kind == MODEL_MEM_PCI ||
            !asked(w, hypervisor ? "hypervisor" : m->cell, m->name))
            continue;
        if (hypervisor)
            aj_buf_addf(w->to, "hypervisor: 0x%" PRIx64 "\n", m->phys_start);
        else
            aj_buf_addf(w->to, "%s, region %s: 0x%" PRIx64 "\n", m->cell, m->name, m->phys_start);
        AJ_TRY(explain_place(w, m));
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

/* Does a constraint speak of a line that the cell has? */
static bool is_spoken_of(const struct why *w, const struct model_plan_cell *cell)
{
    for (size_t i = 0; i < w->req->constraints_count; i++) {
        const struct model_constraint *constraint = &w->req->constraints[i];
        for (size_t n = 0; n < constraint->literals_count; n++) {
            for (size_t k = 0; k < cell->irqs_count; k++) {
                if (constraint->literals[n].kind == MODEL_LITERAL_ROUTE &&
                    constraint->literals[n].interrupt == cell->irqs[k].intid)
                    return true;
            }
        }
    }
    return false;
}

/* A guest's CPUs are alike to it, unless the file says otherwise: two of them can be exchanged. */
static enum aj_status explain_guest_interrupt(struct why *w, const struct model_plan_cell *cell,
                                              const struct model_plan_irq *irq)
{
    struct model_literal literal = {.kind = MODEL_LITERAL_ROUTE, .interrupt = irq->intid};
    aj_cpuset_add(&literal.cpus, irq->cpu);
    aj_buf_addf(w->to, "interrupt %u of %s: CPU %u\n", irq->intid, cell->key, irq->cpu);
    if (is_spoken_of(w, cell))
        return explain(w, &literal, 1);
    aj_buf_adds(w->to, "  the busiest CPU of the guest has as little to do as can be; with CPUs "
                       "exchanged it is as good: only the order of ties decides\n");
    return AJ_OK;
}

static enum aj_status explain_guests_interrupts(struct why *w)
{
    for (size_t i = 0; i < w->plan->cells_count; i++) {
        const struct model_plan_cell *cell = &w->plan->cells[i];
        for (size_t k = 0; k < cell->irqs_count; k++) {
            if (asked(w, cell->key, aj_strf(w->arena, "%u", cell->irqs[k].intid)))
                AJ_TRY(explain_guest_interrupt(w, cell, &cell->irqs[k]));
        }
    }
    return AJ_OK;
}

static enum aj_status explain_links(struct why *w)
{
    for (size_t i = 0; i < w->plan->links_count; i++) {
        const struct model_plan_link *link = &w->plan->links[i];
        const struct model_link_request *request = NULL;
        const struct model_plan_mem *memory = NULL;
        for (size_t k = 0; k < w->req->links_count; k++) {
            if (strcmp(w->req->links[k].name, link->name) == 0)
                request = &w->req->links[k];
        }
        for (size_t k = 0; k < w->plan->memory_count; k++) {
            const struct model_plan_mem *m = &w->plan->memory[k];
            if (m->kind == MODEL_MEM_LINK && strcmp(m->name, link->name) == 0)
                memory = m;
        }
        if (request == NULL || memory == NULL || !asked(w, link->name, NULL))
            continue;
        aj_buf_addf(w->to, "link %s: device %u of the virtual bus\n", link->name, link->device);
        add_loc(w, aj_yaml_loc(request->at, "peers"));
        aj_buf_adds(w->to, "links are numbered as they stand in the file\n");
        aj_buf_addf(w->to, "link %s: 0x%" PRIx64 "\n", link->name, memory->phys_start);
        AJ_TRY(explain_range(w, (struct aj_range){memory->phys_start, memory->size}));
    }
    return AJ_OK;
}

static enum aj_status explain_knobs(struct why *w)
{
    for (size_t i = 0; i < w->plan->knobs_count; i++) {
        const struct model_plan_knob *knob = &w->plan->knobs[i];
        const struct model_literal literal = {.kind = MODEL_LITERAL_SET,
                                              .cell = knob->cell,
                                              .knob = knob->knob,
                                              .value = knob->value};
        if (!asked(w, knob->cell, knob->knob))
            continue;
        aj_buf_addf(w->to, "%s, knob %s: %s\n", knob->cell, knob->knob, knob->value);
        AJ_TRY(explain(w, &literal, 1));
    }
    return AJ_OK;
}

/* By the lines that each base takes: as many as there are to choose from, for this cell alone. */
static void explain_pins(struct why *w, const struct solver_problem *p)
{
    for (uint32_t c = 0; c < p->cells_count; c++) {
        const struct solver_cell *cell = &p->cells[c];
        const struct model_plan_cell *planned = model_plan_cell(w->plan, cell->req->key);
        if (planned == NULL || planned->vpci_irq_base == AJ_NONE32 || cell->bases_count == 0 ||
            !asked(w, cell->req->key, NULL))
            continue;
        aj_buf_addf(w->to, "%s: virtual interrupts from line %u on\n", cell->req->key,
                    planned->vpci_irq_base + SOLVER_FIRST_SPI);
        const struct model_plan_cell *before =
            w->options->earlier != NULL ? model_plan_cell(w->options->earlier, cell->req->key)
                                        : NULL;
        if (cell->bases_count == 1)
            aj_buf_adds(w->to, "  no others are free: devices of the board have the rest\n");
        else if (before != NULL && before->vpci_irq_base == planned->vpci_irq_base)
            aj_buf_adds(w->to, "  they were these before: others cost stability, 1 more change\n");
        else
            aj_buf_adds(w->to, "  the highest that no device and no other cell has: only the order "
                               "of ties decides\n");
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

static enum aj_status explain_all(struct why *w)
{
    struct solver_facts facts;
    struct solver_wishes wishes;
    struct solver_problem p;
    solver_facts_derive(&facts, w->arena, w->board);
    solver_wishes_list(&wishes, w->arena, w->board, w->req);
    solver_prepare(&p, w->arena, w->board, w->req, &facts, &wishes);
    AJ_TRY(explain_cpus(w));
    AJ_TRY(explain_memory(w));
    AJ_TRY(explain_links(w));
    explain_pins(w, &p);
    AJ_TRY(explain_interrupts(w));
    AJ_TRY(explain_guests_interrupts(w));
    AJ_TRY(explain_knobs(w));
    w->found = solver_explain_devices(&p, w->plan, w->what, w->to) || w->found;
    return AJ_OK;
}

enum aj_status solver_explain_plan(struct aj_ctx *cx, const struct model_board *board,
                                   const struct model_requirements *req,
                                   const struct model_plan *plan,
                                   const struct solver_options *options, const char *what,
                                   struct aj_buf *to)
{
    struct why w = {cx, board, req, plan, options, what, to, aj_arena_open(), false};
    add_levels(&w);
    const enum aj_status status = explain_all(&w);
    const bool unknown = status == AJ_OK && !w.found && what != NULL;
    aj_arena_close(w.arena);
    return unknown
               ? aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                         "no cell, region, link, knob, interrupt or device is called '%s'", what)
               : status;
}
