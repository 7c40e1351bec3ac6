/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The constraints of cells.yml as rows over the columns of the other families. A `forbid` of one
 * statement about CPUs stands in cons_cpu.c; of memory, and every `place`, in what requests avoid.
 */
#include "solver/cons_learned_priv.h"

#include "solver/pack.h"

/* A statement may come twice in one forbid, and statements may have columns in common. */
void cons_learned_add(struct solver_model *m, struct cons_terms *terms, uint32_t col, int64_t coef)
{
    for (size_t i = 0; i < terms->count; i++) {
        if (terms->items[i].col != col)
            continue;
        terms->items[i].coef += coef;
        return;
    }
    const struct solver_term term = {col, coef};
    AJ_PUSH(m->ip.arena, terms, term);
}

void cons_learned_terms(struct solver_model *m, const struct cons_terms *terms)
{
    for (size_t i = 0; i < terms->count; i++)
        solver_ip_term(&m->ip, terms->items[i].col, terms->items[i].coef);
}

/* CPUs */

static uint32_t cpu_col(const struct solver_model *m, uint32_t cell, uint32_t cpu)
{
    return m->cpu[cell * m->problem->cpus_count + cpu];
}

static void assign(struct solver_model *m, uint32_t number, const struct model_literal *literal)
{
    const struct solver_problem *p = m->problem;
    const uint32_t cell = solver_cell_index(p->req, literal->cell);
    const int64_t count = aj_cpuset_count(&literal->cpus);
    if (cell == AJ_NONE32)
        return;
    for (int inside = 0; inside < 2; inside++) {
        solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, inside * count, inside * count,
                      inside != 0 ? "assign(%u,these)" : "assign(%u,others)", number);
        for (uint32_t k = 0; k < p->cpus_count; k++)
            if (aj_cpuset_has(&literal->cpus, p->cpus[k].id) == (inside != 0))
                solver_ip_term(&m->ip, cpu_col(m, cell, k), 1);
    }
}

/* Of the cells at most one is in each domain; a column says where a cell is. */
static void separate(struct solver_model *m, uint32_t number,
                     const struct model_constraint *constraint)
{
    const struct solver_problem *p = m->problem;
    const size_t slot = (size_t)constraint->level - 1;
    const char *level = aj_name_of(model_domain_names, constraint->level);
    const uint32_t first = (uint32_t)m->ip.cols.count, domains = p->domains_count[slot];
    for (size_t i = 0; i < constraint->cells_count; i++)
        for (uint32_t d = 0; d < domains; d++)
            (void)solver_ip_col(&m->ip, 0, 1, "apart(%u,%zu,%s.%u)", number, i, level, d);
    for (size_t i = 0; i < constraint->cells_count; i++) {
        const uint32_t cell = solver_cell_index(p->req, constraint->cells[i]);
        for (uint32_t k = 0; cell != AJ_NONE32 && k < p->cpus_count; k++) {
            solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, 0, "separate(%u,%zu,cpu%u)",
                          number, i, p->cpus[k].id);
            solver_ip_term(&m->ip, cpu_col(m, cell, k), 1);
            solver_ip_term(&m->ip, first + (uint32_t)i * domains + p->cpus[k].domain[slot], -1);
        }
    }
    for (uint32_t d = 0; d < domains; d++) {
        solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, 1, "separate(%u,%s.%u)", number,
                      level, d);
        for (size_t i = 0; i < constraint->cells_count; i++)
            solver_ip_term(&m->ip, first + (uint32_t)i * domains + d, 1);
    }
}

/* Interrupts and knobs */

/* Of whatever cell has it. Lines that a statement names are spread among CPUs of the board. */
static void add_line(struct solver_model *m, const struct model_literal *literal,
                     struct cons_terms *terms)
{
    const struct solver_problem *p = m->problem;
    for (uint32_t cell = 0; cell < p->cells_count; cell++) {
        const size_t q = solver_line_of(p, cell, literal->interrupt);
        for (uint32_t k = 0; q < solver_lines_of(p, cell)->count && k < p->cpus_count; k++)
            if (aj_cpuset_has(&literal->cpus, p->cpus[k].id))
                cons_learned_add(m, terms, m->own[cell][q * p->cpus_count + k], 1);
    }
}

/* Without terms where a guest has the line that cannot choose: then the row cannot hold. */
static void route(struct solver_model *m, uint32_t number, const struct model_literal *literal)
{
    struct cons_terms terms = {0};
    add_line(m, literal, &terms);
    solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, 1, 1, "route(%u)", number);
    cons_learned_terms(m, &terms);
}

static void add_knob(struct solver_model *m, const struct model_literal *literal,
                     struct cons_terms *terms)
{
    const size_t i = solver_knob_index(m->problem, literal);
    if (i < m->problem->knobs.count)
        cons_learned_add(m, terms, m->knob[i], 1);
}

static void set(struct solver_model *m, uint32_t number, const struct model_literal *literal)
{
    struct cons_terms terms = {0};
    add_knob(m, literal, &terms);
    solver_ip_row(&m->ip, SOLVER_FAMILY_LEARNED, 1, 1, "set(%u)", number);
    cons_learned_terms(m, &terms);
}

/* A knob has one value; it keeps the one it has unless somebody sets another. */
static void choose_values(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    m->knob = AJ_NEW_ARRAY(m->ip.arena, uint32_t, p->knobs.count);
    for (size_t i = 0; i < p->knobs.count; i++) {
        const struct solver_knob *knob = &p->knobs.items[i];
        m->knob[i] =
            solver_ip_col(&m->ip, 0, 1, "knob(%s,%u,%zu)", p->cells[knob->cell].tag, knob->knob, i);
    }
    for (size_t i = 0, end; i < p->knobs.count; i = end) {
        const struct solver_knob *knob = &p->knobs.items[i];
        solver_ip_row(&m->ip, SOLVER_FAMILY_LEARNED, -SOLVER_FREE, 1, "knob_once(%s,%u)",
                      p->cells[knob->cell].tag, knob->knob);
        for (end = i; end < p->knobs.count && p->knobs.items[end].cell == knob->cell &&
                      p->knobs.items[end].knob == knob->knob;
             end++)
            solver_ip_term(&m->ip, m->knob[end], 1);
    }
    for (size_t i = 0; i < p->knobs.count; i++) {
        solver_ip_digit(&m->ip, 0, 1);
        solver_ip_term(&m->ip, m->knob[i], 1);
    }
}

/* Memory */

/* A request at an address of the file must not be there: its column contradicts its wish. */
static void refuse_fixed(struct solver_model *m, uint32_t number,
                         const struct model_constraint *constraint)
{
    const struct solver_problem *p = m->problem;
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (!solver_breaks_window(p, constraint, r))
            continue;
        solver_ip_row(&m->ip, SOLVER_FAMILY_MEM, 0, 0, "%s(%u,%s)",
                      aj_name_of(model_constraint_names, constraint->kind), number, r->tag);
        solver_ip_term(&m->ip, m->fixed[i], 1);
    }
}

/*
 * Where request `index` has no place in an interval but in the window, being there opens it. The
 * other rows always hold: they tie window and request to one component, since cuts will.
 */
static void tie_window(struct solver_model *m, const struct solver_window *window, size_t number,
                       size_t index)
{
    const struct solver_problem *p = m->problem;
    struct solver_request shut = p->requests.items[index];
    shut.avoid = (struct aj_rangeset){0};
    aj_rangeset_add_all(m->ip.arena, &shut.avoid, &p->requests.items[index].avoid);
    aj_rangeset_add(m->ip.arena, &shut.avoid, window->literal->within);
    for (uint32_t b = 0; b < p->intervals_count; b++) {
        const uint32_t col = m->place[index * p->intervals_count + b];
        if (col == AJ_NONE32)
            continue;
        solver_ip_row(&m->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE,
                      solver_pack_alone(p->intervals[b], &shut), "window(%zu,%s,ram%u)", number,
                      shut.tag, b);
        solver_ip_term(&m->ip, col, 1);
        solver_ip_term(&m->ip, window->col, -1);
    }
}

/* 1 where memory may lie there: known for an address of the file, decided for what is placed. */
static void add_window(struct solver_model *m, uint32_t number, const struct model_literal *literal,
                       struct cons_terms *terms)
{
    const struct solver_problem *p = m->problem;
    bool placed = false;
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        const struct aj_range here = {r->phys, r->size};
        if (!solver_literal_names(p, literal, r))
            continue;
        placed = placed || r->phys == AJ_NONE64;
        if (r->phys == AJ_NONE64 || !aj_range_ok(here) || !aj_range_overlap(here, literal->within))
            continue;
        cons_learned_add(m, terms, m->fixed[i], 1);
        return;
    }
    if (!placed)
        return;
    const uint32_t col = solver_ip_col(&m->ip, 0, 1, "window(%u,%zu)", number, m->windows.count);
    const struct solver_window window = {literal, col};
    for (size_t i = 0; i < p->requests.count; i++)
        if (solver_literal_names(p, literal, &p->requests.items[i]))
            tie_window(m, &window, m->windows.count, i);
    AJ_PUSH(m->ip.arena, &m->windows, window);
    cons_learned_add(m, terms, col, 1);
}

size_t cons_learned_outside(struct solver_model *m, const struct model_literal *literal,
                            const struct model_literal *parts[2])
{
    const aj_addr last = aj_range_last(literal->within);
    const struct aj_range ranges[] = {{0, literal->within.base}, {last + 1, AJ_NONE64 - last}};
    size_t count = 0;
    for (size_t i = 0; i < AJ_COUNT(ranges); i++) {
        if (ranges[i].size == 0)
            continue;
        struct model_literal *part = aj_memdup(m->ip.arena, literal, sizeof *literal);
        part->within = ranges[i];
        parts[count++] = part;
    }
    return count;
}

/* Joint forbids */

/* 1 if the cell has one of the CPUs. */
static void add_cpus(struct solver_model *m, uint32_t number, size_t which,
                     const struct model_literal *literal, struct cons_terms *terms)
{
    const struct solver_problem *p = m->problem;
    const uint32_t cell = solver_cell_index(p->req, literal->cell);
    struct cons_terms all = {0};
    for (uint32_t k = 0; cell != AJ_NONE32 && k < p->cpus_count; k++)
        if (aj_cpuset_has(&literal->cpus, p->cpus[k].id))
            cons_learned_add(m, &all, cpu_col(m, cell, k), 1);
    if (all.count == 1)
        cons_learned_add(m, terms, all.items[0].col, 1);
    if (all.count < 2)
        return;
    const uint32_t any = solver_ip_col(&m->ip, 0, 1, "any(%u,%zu)", number, which);
    for (size_t i = 0; i < all.count; i++) {
        solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, 0, "any(%u,%zu,%zu)", number, which,
                      i);
        solver_ip_term(&m->ip, all.items[i].col, 1);
        solver_ip_term(&m->ip, any, -1);
    }
    cons_learned_add(m, terms, any, 1);
}

void cons_learned_statement(struct solver_model *m, uint32_t number, size_t which,
                            const struct model_literal *literal, struct cons_terms *terms)
{
    switch ((enum model_literal_kind)literal->kind) {
    case MODEL_LITERAL_CPUS: add_cpus(m, number, which, literal, terms); break;
    case MODEL_LITERAL_ROUTE: add_line(m, literal, terms); break;
    case MODEL_LITERAL_PLACE: add_window(m, number, literal, terms); break;
    case MODEL_LITERAL_SET: add_knob(m, literal, terms); break;
    }
}

static void forbid(struct solver_model *m, uint32_t number,
                   const struct model_constraint *constraint)
{
    struct cons_terms terms = {0};
    for (size_t i = 0; i < constraint->literals_count; i++)
        cons_learned_statement(m, number, i, &constraint->literals[i], &terms);
    solver_ip_row(&m->ip, SOLVER_FAMILY_LEARNED, -SOLVER_FREE,
                  (int64_t)constraint->literals_count - 1, "forbid(%u)", number);
    cons_learned_terms(m, &terms);
}

/* Of one statement: those that other families know already have no row here. */
static void forbid_one(struct solver_model *m, uint32_t number,
                       const struct model_constraint *constraint)
{
    switch ((enum model_literal_kind)constraint->literals[0].kind) {
    case MODEL_LITERAL_CPUS: break;
    case MODEL_LITERAL_PLACE: refuse_fixed(m, number, constraint); break;
    case MODEL_LITERAL_ROUTE:
    case MODEL_LITERAL_SET: forbid(m, number, constraint); break;
    }
}

void solver_cons_learned(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    choose_values(m);
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = solver_constraint(p->wishes, p->req, i);
        if (constraint == NULL)
            continue;
        switch ((enum model_constraint_kind)constraint->kind) {
        case MODEL_CONSTRAINT_FORBID:
            if (constraint->literals_count == 1)
                forbid_one(m, i, constraint);
            else
                forbid(m, i, constraint);
            break;
        case MODEL_CONSTRAINT_ASSIGN: assign(m, i, constraint->literals); break;
        case MODEL_CONSTRAINT_ROUTE: route(m, i, constraint->literals); break;
        case MODEL_CONSTRAINT_PLACE: refuse_fixed(m, i, constraint); break;
        case MODEL_CONSTRAINT_SET: set(m, i, constraint->literals); break;
        case MODEL_CONSTRAINT_SEPARATE: separate(m, i, constraint); break;
        case MODEL_CONSTRAINT_BOUND: cons_learned_bound(m, i, constraint); break;
        case MODEL_CONSTRAINT_AVOID:
        case MODEL_CONSTRAINT_PREFER: break;
        }
    }
    cons_learned_costs(m);
    cons_learned_near(m);
    /* Memory moves no farther than it must: windows are open where that is allowed. */
    for (size_t i = 0; i < m->windows.count; i++) {
        solver_ip_digit(&m->ip, -1, 0);
        solver_ip_term(&m->ip, m->windows.items[i].col, -1);
    }
}
