/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the constraints of cells.yml and wishes like them add to the problem. */
#include "model/knob.h"
#include "solver/prepare.h"

typedef void use_literal(struct solver_problem *p, const struct model_constraint *constraint,
                         const struct model_literal *literal);

/* Calls `use` with each statement of this kind in constraints that are not left out, and in costs. */
static void each_literal(struct solver_problem *p, enum model_literal_kind kind, use_literal *use)
{
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = &p->req->constraints[i];
        if (!model_constraint_is_priced(constraint))
            constraint = solver_constraint(p->wishes, p->req, i);
        for (size_t k = 0; constraint != NULL && k < constraint->literals_count; k++)
            if (constraint->literals[k].kind == kind)
                use(p, constraint, &constraint->literals[k]);
    }
}

static bool forbids_alone(const struct model_constraint *constraint)
{
    return constraint->kind == MODEL_CONSTRAINT_FORBID && constraint->literals_count == 1;
}

/* CPUs */

static void forbid_cpus(struct solver_problem *p, const struct model_constraint *constraint,
                        const struct model_literal *literal)
{
    const uint32_t cell = solver_cell_index(p->req, literal->cell);
    if (cell != AJ_NONE32 && forbids_alone(constraint))
        aj_cpuset_or(&p->cells[cell].forbidden, &literal->cpus);
}

/* What class and nodes rule out, as far as they are wished for. */
static void rule_out(struct solver_problem *p, uint32_t index)
{
    struct solver_cell *cell = &p->cells[index];
    struct model_cpu_request wished = {.kind = MODEL_CPU_ANY};
    if (solver_wish_find(p->wishes, SOLVER_WISH_CLASS, index, AJ_NONE32) != NULL)
        wished.kind = cell->req->cpus.kind;
    if (solver_wish_find(p->wishes, SOLVER_WISH_NODE, index, AJ_NONE32) != NULL)
        wished.nodes = cell->req->cpus.nodes;
    const struct aj_cpuset out = model_cpus_ruled_out(p->board, &wished);
    aj_cpuset_or(&cell->forbidden, &out);
}

void solver_prepare_forbidden(struct solver_problem *p)
{
    for (uint32_t i = 0; i < p->cells_count; i++)
        rule_out(p, i);
    each_literal(p, MODEL_LITERAL_CPUS, forbid_cpus);
}

uint32_t solver_cells_assigned(const struct solver_problem *p, uint32_t cpu_id)
{
    uint32_t cells = UINT32_MAX;
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = solver_constraint(p->wishes, p->req, i);
        if (constraint == NULL || constraint->kind != MODEL_CONSTRAINT_ASSIGN)
            continue;
        const uint32_t cell = solver_cell_index(p->req, constraint->literals[0].cell);
        const uint32_t bit = cell < 32 ? UINT32_C(1) << cell : 0;
        cells &= aj_cpuset_has(&constraint->literals[0].cpus, cpu_id) ? bit : ~bit;
    }
    return cells;
}

bool solver_keeps_apart(const struct solver_problem *p, uint32_t cells, enum model_domain level)
{
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = solver_constraint(p->wishes, p->req, i);
        uint32_t met = 0;
        if (constraint == NULL || constraint->kind != MODEL_CONSTRAINT_SEPARATE ||
            constraint->level != level)
            continue;
        for (size_t k = 0; k < constraint->cells_count; k++) {
            const uint32_t cell = solver_cell_index(p->req, constraint->cells[k]);
            met += cell < 32 && (cells >> cell & 1) != 0;
        }
        if (met > 1)
            return true;
    }
    return false;
}

/* Memory */

bool solver_literal_names(const struct solver_problem *p, const struct model_literal *literal,
                          const struct solver_request *r)
{
    return r->kind == MODEL_MEM_RAM && !r->registers && !r->console &&
           r->cell == solver_cell_index(p->req, literal->cell) &&
           (literal->region == NULL || strcmp(literal->region, r->name) == 0);
}

/* All addresses that are not in `within`. */
static void add_outside(struct aj_arena *arena, struct aj_rangeset *set, struct aj_range within)
{
    const aj_addr last = aj_range_last(within);
    if (within.base > 0)
        aj_rangeset_add(arena, set, (struct aj_range){0, within.base});
    if (last < AJ_NONE64)
        aj_rangeset_add(arena, set, (struct aj_range){last + 1, AJ_NONE64 - last});
}

/* What a request may lie in alone is exact here; what it may not together with others is a window. */
static void avoid_window(struct solver_problem *p, const struct model_constraint *constraint,
                         const struct model_literal *literal)
{
    for (size_t i = 0; i < p->requests.count; i++) {
        struct solver_request *r = &p->requests.items[i];
        if (r->phys != AJ_NONE64 || !solver_literal_names(p, literal, r))
            continue;
        if (constraint->kind == MODEL_CONSTRAINT_PLACE)
            add_outside(p->arena, &r->avoid, literal->within);
        else if (forbids_alone(constraint))
            aj_rangeset_add(p->arena, &r->avoid, literal->within);
    }
}

/* Could the cell have a CPU in this node? */
static bool may_be_in(const struct solver_problem *p, const struct solver_cell *cell, uint32_t node)
{
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        const uint32_t id = p->cpus[k].id;
        if (model_board_cpu(p->board, id)->node == node && !aj_cpuset_has(&cell->forbidden, id) &&
            (aj_cpuset_empty(&cell->named) || aj_cpuset_has(&cell->named, id)))
            return true;
    }
    return false;
}

bool solver_near_holds(const struct solver_problem *p, const struct solver_request *r)
{
    return r->kind == MODEL_MEM_RAM && !r->registers && !r->console &&
           solver_wish_find(p->wishes, SOLVER_WISH_NEAR, r->cell, r->index) != NULL;
}

bool solver_near_open(const struct solver_problem *p, const struct solver_request *r,
                      const struct model_region *ram)
{
    const struct solver_cell *cell = &p->cells[r->cell];
    bool other = false;
    if (ram->type != MODEL_REGION_RAM || !may_be_in(p, cell, ram->node))
        return false;
    for (uint32_t k = 0; k < p->cpus_count && !other; k++) {
        const uint32_t node = model_board_cpu(p->board, p->cpus[k].id)->node;
        other = node != ram->node && may_be_in(p, cell, node);
    }
    return other;
}

bool solver_near_ties(const struct solver_problem *p)
{
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        for (size_t k = 0; solver_near_holds(p, r) && k < p->board->memory_regions_count; k++) {
            if (solver_near_open(p, r, &p->board->memory_regions[k]))
                return true;
        }
    }
    return false;
}

/* RAM of nodes where its cell cannot have a CPU. */
static void avoid_far(struct solver_problem *p, struct solver_request *r)
{
    for (size_t i = 0; solver_near_holds(p, r) && i < p->board->memory_regions_count; i++) {
        const struct model_region *ram = &p->board->memory_regions[i];
        const struct aj_range range = {ram->phys_start, ram->size};
        if (ram->type == MODEL_REGION_RAM && aj_range_ok(range) &&
            !may_be_in(p, &p->cells[r->cell], ram->node))
            aj_rangeset_add(p->arena, &r->avoid, range);
    }
}

void solver_prepare_windows(struct solver_problem *p)
{
    for (size_t i = 0; i < p->requests.count; i++)
        avoid_far(p, &p->requests.items[i]);
    each_literal(p, MODEL_LITERAL_PLACE, avoid_window);
}

bool solver_breaks_window(const struct solver_problem *p, const struct model_constraint *constraint,
                          const struct solver_request *r)
{
    const struct model_literal *literal = &constraint->literals[0];
    const struct aj_range here = {r->phys, r->size};
    if (r->phys == AJ_NONE64 || literal->kind != MODEL_LITERAL_PLACE || !aj_range_ok(here) ||
        !solver_literal_names(p, literal, r))
        return false;
    if (constraint->kind == MODEL_CONSTRAINT_PLACE)
        return !aj_range_contains(literal->within, here);
    return forbids_alone(constraint) && aj_range_overlap(literal->within, here);
}

/* Interrupts */

size_t solver_line_index(const struct solver_problem *p, uint32_t intid)
{
    return solver_line_of(p, SOLVER_ROOT, intid);
}

/* To all cells that may have it: picks decide which of them has. */
static void name_line(struct solver_problem *p, const struct model_constraint *constraint,
                      const struct model_literal *literal)
{
    for (uint32_t i = 0; i < p->cells_count; i++) {
        struct solver_line *line = solver_name_line(p, i, literal->interrupt);
        if (line == NULL)
            continue;
        line->named = true;
        line->routed = line->routed || constraint->kind == MODEL_CONSTRAINT_ROUTE;
        p->cells[i].names_lines = true;
    }
}

/* Also those that were never counted: what is named is decided. */
void solver_prepare_named_lines(struct solver_problem *p)
{
    each_literal(p, MODEL_LITERAL_ROUTE, name_line);
    solver_lines_sort(&p->lines);
    for (uint32_t i = 1; i < p->cells_count; i++)
        solver_lines_sort(&p->cells[i].lines);
}

/* Knobs */

static struct solver_knob value_of(const struct solver_problem *p,
                                   const struct model_literal *literal)
{
    size_t count;
    const struct model_knob *table = model_knobs(&count);
    const struct model_knob *knob = model_knob_by_name(literal->knob);
    return (struct solver_knob){solver_cell_index(p->req, literal->cell),
                                knob != NULL ? (uint32_t)(knob - table) : AJ_NONE32,
                                literal->value};
}

static bool same_value(const struct solver_knob *a, const struct solver_knob *b)
{
    return a->cell == b->cell && a->knob == b->knob && strcmp(a->value, b->value) == 0;
}

size_t solver_knob_index(const struct solver_problem *p, const struct model_literal *literal)
{
    const struct solver_knob knob = value_of(p, literal);
    size_t i = 0;
    while (i < p->knobs.count && !same_value(&p->knobs.items[i], &knob))
        i++;
    return i;
}

static void name_value(struct solver_problem *p, const struct model_constraint *constraint,
                       const struct model_literal *literal)
{
    const struct solver_knob knob = value_of(p, literal);
    (void)constraint;
    if (knob.cell != AJ_NONE32 && knob.knob != AJ_NONE32 &&
        solver_knob_index(p, literal) == p->knobs.count)
        AJ_PUSH(p->arena, &p->knobs, knob);
}

static int by_cell_and_knob(const void *a, const void *b)
{
    const struct solver_knob *x = a, *y = b;
    if (x->cell != y->cell)
        return x->cell < y->cell ? -1 : 1;
    if (x->knob != y->knob)
        return x->knob < y->knob ? -1 : 1;
    return strcmp(x->value, y->value);
}

void solver_prepare_knobs(struct solver_problem *p)
{
    each_literal(p, MODEL_LITERAL_SET, name_value);
    if (p->knobs.count > 0)
        qsort(p->knobs.items, p->knobs.count, sizeof p->knobs.items[0], by_cell_and_knob);
}
