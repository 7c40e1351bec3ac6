/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/lines.h"

#include "solver/blocks_priv.h"

static bool shares(const struct solver_lines_case *s, uint32_t cpu, enum model_domain level)
{
    const struct solver_problem *p = s->p;
    const size_t slot = (size_t)level - 1;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        if (s->owner[k] != SOLVER_ROOT && p->cells[s->owner[k]].req->realtime != NULL &&
            p->cpus[k].domain[slot] == p->cpus[cpu].domain[slot])
            return true;
    }
    return false;
}

static enum solver_nearness nearness_of(const struct solver_lines_case *s, uint32_t cpu)
{
    if (s->owner[cpu] != SOLVER_ROOT)
        return SOLVER_NOT_ROOT;
    if (shares(s, cpu, MODEL_DOMAIN_CORE))
        return SOLVER_BY_CORE;
    return shares(s, cpu, MODEL_DOMAIN_L2) ? SOLVER_BY_CACHE : SOLVER_FAR;
}

const struct model_constraint *solver_in_force(const struct solver_problem *p, uint32_t index)
{
    const struct model_constraint *constraint = &p->req->constraints[index];
    return model_constraint_is_priced(constraint) ? constraint
                                                  : solver_constraint(p->wishes, p->req, index);
}

bool solver_lines_tie(const struct solver_problem *p, const struct solver_search_options *options)
{
    if (p->lines.count > 0 && p->earlier != NULL &&
        solver_minimises(options, MODEL_OBJECTIVE_STABILITY))
        return true;
    for (size_t q = 0; q < p->lines.count; q++) {
        if (p->lines.items[q].named)
            return true;
    }
    return false;
}

bool solver_lines_judged(const struct solver_search_options *options)
{
    bool interference = false;
    for (size_t i = 0; i < options->objectives_count && !solver_level_orders(options, i); i++) {
        const struct model_priority *at = &options->objectives[i];
        const bool is = at->objective == MODEL_OBJECTIVE_IRQ_INTERFERENCE;
        if (is && ((i > 0 && at[-1].level == at->level) || solver_level_end(options, i) != i + 1))
            return false;
        if ((at->objective == MODEL_OBJECTIVE_PREFERENCES && interference) ||
            (at->objective == MODEL_OBJECTIVE_STABILITY && !interference))
            return false;
        interference = interference || is;
    }
    return interference;
}

/* The only CPU of the set that is online; AJ_NONE32: there are more, or none. */
static uint32_t only_cpu(const struct solver_problem *p, const struct aj_cpuset *cpus)
{
    uint32_t only = AJ_NONE32;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        if (!aj_cpuset_has(cpus, p->cpus[k].id))
            continue;
        if (only != AJ_NONE32)
            return AJ_NONE32;
        only = k;
    }
    return only;
}

bool solver_lines_routed(const struct solver_problem *p, uint32_t cpu, uint32_t *load)
{
    bool *seen = AJ_NEW_ARRAY(p->arena, bool, p->lines.count);
    uint32_t sum = 0;
    bool any = false;
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = solver_in_force(p, i);
        if (constraint == NULL || constraint->kind != MODEL_CONSTRAINT_ROUTE ||
            only_cpu(p, &constraint->literals->cpus) != cpu)
            continue;
        const size_t q = solver_line_index(p, constraint->literals->interrupt);
        any = true;
        if (q < p->lines.count && !seen[q])
            sum += p->lines.items[q].load;
        if (q < p->lines.count)
            seen[q] = true;
    }
    if (load != NULL)
        *load = sum;
    return any;
}

enum { STEPS_MAX = 200000 }; /* of a search for a CPU for each line */

/* Each line to one of the CPUs that it may go to, none of which has more than there is room for. */
struct placing {
    const struct solver_lines_case *s;
    bool *may; /* may[line * cpus_count + cpu] */
    uint32_t
        *twin; /* twin[cpu]: the first CPU that every line may go to if it may go to this one */
    uint32_t *
        stays; /* stays[line]: CPU that it has to leave to count as moved; AJ_NONE32: it does not */
    uint32_t gone; /* lines that cannot stay where they were */
    uint32_t lost; /* those of them whose CPU the root still has */
    uint32_t room;
    uint32_t *weight; /* weight[line]: its load, 0 if it goes to a CPU that is as if it were free */
    uint32_t *load;   /* load[cpu], so far */
    uint32_t *cpu;    /* cpu[line] */
    uint32_t steps;
};

static bool *may(const struct placing *a, size_t line)
{
    return &a->may[line * a->s->p->cpus_count];
}

/* Lines go to calm CPUs; those that somebody routes to any of the root. */
static void open_all(struct placing *a, enum solver_nearness most)
{
    const struct solver_problem *p = a->s->p;
    for (size_t q = 0; q < p->lines.count; q++) {
        for (uint32_t k = 0; k < p->cpus_count; k++)
            may(a, q)[k] = a->s->near[k] <= (p->lines.items[q].routed ? SOLVER_BY_CORE : most);
    }
}

static void keep_to(struct placing *a, size_t line, const struct aj_cpuset *cpus, bool inside)
{
    for (uint32_t k = 0; k < a->s->p->cpus_count; k++) {
        const bool is_free = !inside && a->s->free != NULL && a->s->free[k];
        if (aj_cpuset_has(cpus, a->s->p->cpus[k].id) != inside && !is_free)
            may(a, line)[k] = false;
    }
}

static bool has_one(const struct solver_lines_case *s, const struct model_literal *literal)
{
    const uint32_t cell = solver_cell_index(s->p->req, literal->cell);
    for (uint32_t k = 0; k < s->p->cpus_count; k++) {
        if (s->owner[k] == cell && aj_cpuset_has(&literal->cpus, s->p->cpus[k].id))
            return true;
    }
    return false;
}

/* Not all statements are to hold: where the others do, the one about a line must not. */
static bool refuse(struct placing *a, const struct model_constraint *constraint)
{
    const struct solver_problem *p = a->s->p;
    const struct model_literal *route = NULL;
    for (size_t i = 0; i < constraint->literals_count; i++) {
        const struct model_literal *literal = &constraint->literals[i];
        if (literal->kind == MODEL_LITERAL_CPUS && !has_one(a->s, literal))
            return true;
        if (literal->kind == MODEL_LITERAL_CPUS)
            continue;
        if (literal->kind != MODEL_LITERAL_ROUTE || route != NULL)
            return false;
        route = literal;
    }
    const size_t q = route != NULL ? solver_line_index(p, route->interrupt) : p->lines.count;
    if (q < p->lines.count)
        keep_to(a, q, &route->cpus, false);
    return true;
}

bool solver_speaks_of_lines(const struct model_constraint *constraint)
{
    for (size_t i = 0; i < constraint->literals_count; i++) {
        if (constraint->literals[i].kind == MODEL_LITERAL_ROUTE)
            return true;
    }
    return false;
}

/* False if a constraint says more of lines than where each may go. */
static bool obey(struct placing *a, const struct model_constraint *constraint)
{
    if (constraint == NULL || !solver_speaks_of_lines(constraint))
        return true;
    if (constraint->kind == MODEL_CONSTRAINT_BOUND)
        return false;
    if (constraint->kind == MODEL_CONSTRAINT_FORBID || constraint->kind == MODEL_CONSTRAINT_AVOID)
        return refuse(a, constraint);
    const size_t q = solver_line_index(a->s->p, constraint->literals->interrupt);
    if (q < a->s->p->lines.count)
        keep_to(a, q, &constraint->literals->cpus, true);
    return q < a->s->p->lines.count || constraint->kind == MODEL_CONSTRAINT_PREFER;
}

static bool obey_all(struct placing *a)
{
    const struct solver_problem *p = a->s->p;
    const bool priced = solver_minimises(a->s->options, MODEL_OBJECTIVE_PREFERENCES);
    for (size_t q = 0; q < p->lines.count; q++) {
        if (p->lines.items[q].named && p->lines.items[q].device != AJ_NONE32)
            return false;
    }
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        if ((priced || !model_constraint_is_priced(&p->req->constraints[i])) &&
            !obey(a, solver_in_force(p, i)))
            return false;
    }
    return true;
}

static void find_stays(struct placing *a)
{
    const struct solver_problem *p = a->s->p;
    const bool stable =
        p->earlier != NULL && solver_minimises(a->s->options, MODEL_OBJECTIVE_STABILITY);
    for (size_t q = 0; q < p->lines.count; q++) {
        const uint32_t before = stable ? p->earlier->line_cpu[q] : AJ_NONE32;
        const bool counts = before != AJ_NONE32 && solver_line_decided(&p->lines.items[q]);
        a->stays[q] = counts && may(a, q)[before] ? before : AJ_NONE32;
        if (!counts || a->stays[q] != AJ_NONE32)
            continue;
        a->gone++;
        a->lost += a->s->near[before] != SOLVER_NOT_ROOT;
    }
}

static bool are_twins(const struct placing *a, uint32_t x, uint32_t y)
{
    for (size_t q = 0; q < a->s->p->lines.count; q++) {
        if (may(a, q)[x] != may(a, q)[y] || a->stays[q] == x || a->stays[q] == y)
            return false;
    }
    return true;
}

/* False if constraints say more of lines than where each may go, or a device decides whether one is there. */
static bool begin(struct placing *a, const struct solver_lines_case *s, enum solver_nearness most)
{
    const struct solver_problem *p = s->p;
    *a = (struct placing){.s = s,
                          .may = AJ_NEW_ARRAY(p->arena, bool, p->lines.count * p->cpus_count),
                          .twin = AJ_NEW_ARRAY(p->arena, uint32_t, p->cpus_count),
                          .stays = AJ_NEW_ARRAY(p->arena, uint32_t, p->lines.count),
                          .weight = AJ_NEW_ARRAY(p->arena, uint32_t, p->lines.count),
                          .load = AJ_NEW_ARRAY(p->arena, uint32_t, p->cpus_count),
                          .cpu = AJ_NEW_ARRAY(p->arena, uint32_t, p->lines.count)};
    open_all(a, most);
    if (!obey_all(a))
        return false;
    find_stays(a);
    for (size_t q = 0; q < p->lines.count; q++) {
        a->weight[q] = p->lines.items[q].load;
        for (uint32_t k = 0; k < p->cpus_count && s->free != NULL; k++) {
            if (p->lines.items[q].routed && s->free[k] && may(a, q)[k])
                a->weight[q] = 0;
        }
    }
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        while (a->twin[k] < k && !are_twins(a, a->twin[k], k))
            a->twin[k]++;
    }
    return true;
}

/* Was a CPU tried before to which everything could go that can go to this one? */
static bool tried(const struct placing *a, size_t line, uint32_t cpu)
{
    for (uint32_t k = a->twin[cpu]; k < cpu; k++) {
        if (a->twin[k] == a->twin[cpu] && a->load[k] == a->load[cpu] && may(a, line)[k])
            return true;
    }
    return false;
}

/*
 * The first answer in the order of lines and CPUs in which no more than `moves` lines leave the CPU where
 * they could stay; false: there is none, or it takes too long.
 */
static bool place(struct placing *a, size_t line, uint32_t moves)
{
    const struct solver_problem *p = a->s->p;
    while (line < p->lines.count && !solver_line_decided(&p->lines.items[line]))
        line++;
    if (line == p->lines.count)
        return true;
    const uint32_t load = a->weight[line];
    for (uint32_t k = 0; k < p->cpus_count && a->steps < STEPS_MAX; k++) {
        const uint32_t moved = a->stays[line] != AJ_NONE32 && a->stays[line] != k;
        if (!may(a, line)[k] || a->load[k] + load > a->room || moved > moves || tried(a, line, k))
            continue;
        a->steps++;
        a->load[k] += load;
        a->cpu[line] = k;
        if (place(a, line + 1, moves - moved))
            return true;
        a->load[k] -= load;
    }
    return false;
}

void solver_lines_open(struct solver_lines_case *s, const struct solver_problem *p,
                       const struct solver_search_options *options, const uint32_t *owner)
{
    *s = (struct solver_lines_case){.p = p, .options = options, .owner = owner};
    s->near = AJ_NEW_ARRAY(p->arena, enum solver_nearness, p->cpus_count);
    for (uint32_t k = 0; k < p->cpus_count; k++)
        s->near[k] = nearness_of(s, k);
}

uint32_t solver_lines_all(const struct solver_problem *p)
{
    uint32_t all = 0;
    for (size_t q = 0; q < p->lines.count; q++)
        all += p->lines.items[q].load;
    return all;
}

uint32_t solver_lines_calm(const struct solver_lines_case *s, enum solver_nearness most)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < s->p->cpus_count; k++)
        count += s->near[k] <= most;
    return count;
}

uint32_t solver_lines_load(const struct solver_lines_case *s, enum solver_nearness most)
{
    const uint32_t all = solver_lines_all(s->p);
    struct placing a;
    if (!begin(&a, s, most))
        return AJ_NONE32;
    for (a.room = blocks_load(s->p, solver_lines_calm(s, most)); a.room <= all; a.room++) {
        if (place(&a, 0, AJ_NONE32))
            return a.room;
        if (a.steps >= STEPS_MAX)
            return AJ_NONE32;
    }
    return all + 1;
}

uint32_t solver_lines_moves(const struct solver_lines_case *s, enum solver_nearness most,
                            uint32_t room)
{
    struct placing a;
    if (!begin(&a, s, most))
        return AJ_NONE32;
    a.room = room;
    for (uint32_t moves = 0; moves <= s->p->lines.count && a.steps < STEPS_MAX; moves++) {
        if (place(&a, 0, moves))
            return a.gone + moves;
    }
    return AJ_NONE32;
}

static void fix(struct solver_model *m, uint32_t col, int64_t value)
{
    if (col != AJ_NONE32)
        m->ip.cols.items[col].lower = m->ip.cols.items[col].upper = value;
}

static void fix_all(struct solver_model *m, const struct placing *a, enum solver_nearness nearest)
{
    const struct solver_problem *p = m->problem;
    fix(m, m->near_l2, nearest >= SOLVER_BY_CACHE);
    fix(m, m->near_core, nearest >= SOLVER_BY_CORE);
    fix(m, m->load, a->room);
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        fix(m, m->calm[k], a->s->near[k] <= nearest);
        for (size_t q = 0; q < p->lines.count; q++) {
            if (solver_line_decided(&p->lines.items[q]))
                fix(m, m->line[q * p->cpus_count + k], a->cpu[q] == k);
        }
    }
}

bool solver_lines_settle(struct solver_model *m, const struct solver_search_options *options)
{
    const struct solver_problem *p = m->problem;
    enum solver_nearness nearest = SOLVER_FAR;
    struct solver_lines_case s;
    struct placing a;
    if (m->owner == NULL || m->calm == NULL ||
        (options->objectives_count > 0 &&
         !solver_minimises(options, MODEL_OBJECTIVE_IRQ_INTERFERENCE)))
        return false;
    solver_lines_open(&s, p, options, m->owner);
    while (nearest < SOLVER_NOT_ROOT && solver_lines_calm(&s, nearest) == 0)
        nearest++;
    if (nearest == SOLVER_NOT_ROOT || !begin(&a, &s, nearest))
        return false;
    a.room = blocks_load(p, solver_lines_calm(&s, nearest));
    if (a.lost > 0 || !place(&a, 0, 0))
        return false;
    fix_all(m, &a, nearest);
    return true;
}
