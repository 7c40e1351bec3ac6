/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/lines.h"

#include "solver/blocks_priv.h"

/* What a CPU of the root shares with a real-time guest. */
enum nearness { FAR, BY_CACHE, BY_CORE, NOT_THE_ROOTS };

static bool shares(const struct solver_model *m, uint32_t cpu, enum model_domain level)
{
    const struct solver_problem *p = m->problem;
    const size_t slot = (size_t)level - 1;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        if (m->owner[k] != SOLVER_ROOT && p->cells[m->owner[k]].req->realtime != NULL &&
            p->cpus[k].domain[slot] == p->cpus[cpu].domain[slot])
            return true;
    }
    return false;
}

static enum nearness nearness_of(const struct solver_model *m, uint32_t cpu)
{
    if (m->owner[cpu] != SOLVER_ROOT)
        return NOT_THE_ROOTS;
    if (shares(m, cpu, MODEL_DOMAIN_CORE))
        return BY_CORE;
    return shares(m, cpu, MODEL_DOMAIN_L2) ? BY_CACHE : FAR;
}

/* A constraint that holds or costs; NULL: neither. */
static const struct model_constraint *in_force(const struct solver_problem *p, uint32_t index)
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
        const struct model_constraint *constraint = in_force(p, i);
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

enum { STEPS_MAX = 200000 }; /* of the search for a CPU for each line */

/* Lines of the root among CPUs with known owners. */
struct settling {
    struct solver_model *m;
    const struct solver_problem *p;
    enum nearness nearest;
    uint32_t room;
    bool *calm;     /* calm[cpu] */
    bool *may;      /* may[line * cpus_count + cpu] */
    uint32_t *load; /* load[cpu], so far */
    uint32_t *cpu;  /* cpu[line] */
    uint32_t steps;
};

static bool *may(const struct settling *s, size_t line)
{
    return &s->may[line * s->p->cpus_count];
}

/* Lines go to calm CPUs; those that somebody routes to any of the root. */
static void open_all(struct settling *s)
{
    for (size_t q = 0; q < s->p->lines.count; q++) {
        for (uint32_t k = 0; k < s->p->cpus_count; k++)
            may(s, q)[k] = s->p->lines.items[q].routed ? s->m->owner[k] == SOLVER_ROOT : s->calm[k];
    }
}

static void keep_to(struct settling *s, size_t line, const struct aj_cpuset *cpus, bool inside)
{
    for (uint32_t k = 0; k < s->p->cpus_count; k++) {
        if (aj_cpuset_has(cpus, s->p->cpus[k].id) != inside)
            may(s, line)[k] = false;
    }
}

static bool has_one(const struct settling *s, const struct model_literal *literal)
{
    const uint32_t cell = solver_cell_index(s->p->req, literal->cell);
    for (uint32_t k = 0; k < s->p->cpus_count; k++) {
        if (s->m->owner[k] == cell && aj_cpuset_has(&literal->cpus, s->p->cpus[k].id))
            return true;
    }
    return false;
}

/* Not all statements are to hold: where the others do, the one about a line must not. */
static bool refuse(struct settling *s, const struct model_constraint *constraint)
{
    const struct model_literal *route = NULL;
    for (size_t i = 0; i < constraint->literals_count; i++) {
        const struct model_literal *literal = &constraint->literals[i];
        if (literal->kind == MODEL_LITERAL_CPUS && !has_one(s, literal))
            return true;
        if (literal->kind == MODEL_LITERAL_CPUS)
            continue;
        if (literal->kind != MODEL_LITERAL_ROUTE || route != NULL)
            return false;
        route = literal;
    }
    const size_t q = route != NULL ? solver_line_index(s->p, route->interrupt) : s->p->lines.count;
    if (q < s->p->lines.count)
        keep_to(s, q, &route->cpus, false);
    return true;
}

static bool speaks_of_lines(const struct model_constraint *constraint)
{
    for (size_t i = 0; i < constraint->literals_count; i++) {
        if (constraint->literals[i].kind == MODEL_LITERAL_ROUTE)
            return true;
    }
    return false;
}

/* False if a constraint says more of lines than where each may go. */
static bool obey(struct settling *s, const struct model_constraint *constraint)
{
    if (constraint == NULL || !speaks_of_lines(constraint))
        return true;
    if (constraint->kind == MODEL_CONSTRAINT_BOUND)
        return false;
    if (constraint->kind == MODEL_CONSTRAINT_FORBID || constraint->kind == MODEL_CONSTRAINT_AVOID)
        return refuse(s, constraint);
    const size_t q = solver_line_index(s->p, constraint->literals->interrupt);
    if (q < s->p->lines.count)
        keep_to(s, q, &constraint->literals->cpus, true);
    return q < s->p->lines.count || constraint->kind == MODEL_CONSTRAINT_PREFER;
}

/* A line whose CPU the root still has stays there. */
static void stay(struct settling *s)
{
    const struct solver_problem *p = s->p;
    for (size_t q = 0; q < p->lines.count; q++) {
        const uint32_t before = p->earlier->line_cpu[q];
        struct aj_cpuset there = {0};
        if (before == AJ_NONE32 || s->m->owner[before] != SOLVER_ROOT)
            continue;
        aj_cpuset_add(&there, p->cpus[before].id);
        keep_to(s, q, &there, true);
    }
}

/* The first answer in the order of lines and CPUs; false: there is none, or it takes too long. */
static bool place(struct settling *s, size_t line)
{
    const struct solver_problem *p = s->p;
    while (line < p->lines.count && !solver_line_decided(&p->lines.items[line]))
        line++;
    if (line == p->lines.count)
        return true;
    const uint32_t load = p->lines.items[line].load;
    for (uint32_t k = 0; k < p->cpus_count && s->steps < STEPS_MAX; k++) {
        if (!may(s, line)[k] || s->load[k] + load > s->room)
            continue;
        s->steps++;
        s->load[k] += load;
        s->cpu[line] = k;
        if (place(s, line + 1))
            return true;
        s->load[k] -= load;
    }
    return false;
}

static void fix(struct solver_model *m, uint32_t col, int64_t value)
{
    if (col != AJ_NONE32)
        m->ip.cols.items[col].lower = m->ip.cols.items[col].upper = value;
}

static void fix_all(const struct settling *s)
{
    struct solver_model *m = s->m;
    fix(m, m->near_l2, s->nearest >= BY_CACHE);
    fix(m, m->near_core, s->nearest >= BY_CORE);
    fix(m, m->load, s->room);
    for (uint32_t k = 0; k < s->p->cpus_count; k++) {
        fix(m, m->calm[k], s->calm[k]);
        for (size_t q = 0; q < s->p->lines.count; q++) {
            if (solver_line_decided(&s->p->lines.items[q]))
                fix(m, m->line[q * s->p->cpus_count + k], s->cpu[q] == k);
        }
    }
}

/* All CPUs of the root that are as far from real-time guests as any; false if it has none. */
static bool find_calm(struct settling *s)
{
    uint32_t calms = 0;
    s->nearest = NOT_THE_ROOTS;
    for (uint32_t k = 0; k < s->p->cpus_count; k++) {
        const enum nearness near = nearness_of(s->m, k);
        s->nearest = near < s->nearest ? near : s->nearest;
    }
    for (uint32_t k = 0; k < s->p->cpus_count && s->nearest != NOT_THE_ROOTS; k++) {
        s->calm[k] = nearness_of(s->m, k) <= s->nearest;
        calms += s->calm[k];
    }
    if (calms > 0)
        s->room = blocks_load(s->p, calms);
    return calms > 0;
}

bool solver_lines_settle(struct solver_model *m, const struct solver_search_options *options)
{
    const struct solver_problem *p = m->problem;
    if (m->owner == NULL || m->calm == NULL ||
        (options->objectives_count > 0 &&
         !solver_minimises(options, MODEL_OBJECTIVE_IRQ_INTERFERENCE)))
        return false;
    struct settling s = {.m = m, .p = p};
    s.calm = AJ_NEW_ARRAY(p->arena, bool, p->cpus_count);
    s.may = AJ_NEW_ARRAY(p->arena, bool, p->lines.count * p->cpus_count);
    s.load = AJ_NEW_ARRAY(p->arena, uint32_t, p->cpus_count);
    s.cpu = AJ_NEW_ARRAY(p->arena, uint32_t, p->lines.count);
    if (!find_calm(&s))
        return false;
    open_all(&s);
    const bool priced = solver_minimises(options, MODEL_OBJECTIVE_PREFERENCES);
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        if ((priced || !model_constraint_is_priced(&p->req->constraints[i])) &&
            !obey(&s, in_force(p, i)))
            return false;
    }
    for (size_t q = 0; q < p->lines.count; q++) {
        if (p->lines.items[q].named && p->lines.items[q].device != AJ_NONE32)
            return false;
    }
    if (p->earlier != NULL && solver_minimises(options, MODEL_OBJECTIVE_STABILITY))
        stay(&s);
    if (!place(&s, 0))
        return false;
    fix_all(&s);
    return true;
}
