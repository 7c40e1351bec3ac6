/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What constraints count: the weights of the statements that are true. */
#include "solver/cons_learned_priv.h"

static void add_weighted(struct solver_model *m, const struct cons_terms *from, int64_t weight,
                         struct cons_terms *to)
{
    for (size_t i = 0; i < from->count; i++)
        cons_learned_add(m, to, from->items[i].col, weight * from->items[i].coef);
}

/* Terms that are 1 wherever the statement may be true. */
static void at_most(struct solver_model *m, uint32_t number,
                    const struct model_constraint *constraint)
{
    struct cons_terms sum = {0};
    for (size_t i = 0; i < constraint->literals_count; i++) {
        struct cons_terms one = {0};
        cons_learned_statement(m, number, i, &constraint->literals[i], &one);
        add_weighted(m, &one, constraint->literals[i].weight, &sum);
    }
    solver_ip_row(&m->ip, SOLVER_FAMILY_LEARNED, -SOLVER_FREE, constraint->at_most, "at_most(%u)",
                  number);
    cons_learned_terms(m, &sum);
}

/* A column that is 1 only if the cell has one of the CPUs. */
static uint32_t has_one(struct solver_model *m, uint32_t number, size_t which,
                        const struct model_literal *literal)
{
    const struct solver_problem *p = m->problem;
    const uint32_t cell = solver_cell_index(p->req, literal->cell);
    const uint32_t met = solver_ip_col(&m->ip, 0, 1, "met(%u,%zu)", number, which);
    solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, 0, "met(%u,%zu)", number, which);
    solver_ip_term(&m->ip, met, 1);
    for (uint32_t k = 0; cell != AJ_NONE32 && k < p->cpus_count; k++) {
        if (aj_cpuset_has(&literal->cpus, p->cpus[k].id))
            solver_ip_term(&m->ip, m->cpu[cell * p->cpus_count + k], -1);
    }
    return met;
}

/* A column that is 1 only if no memory lies outside. */
static uint32_t lies_within(struct solver_model *m, uint32_t number, size_t which,
                            const struct model_literal *literal)
{
    const struct model_literal *parts[2];
    const size_t count = cons_learned_outside(m, literal, parts);
    const uint32_t met = solver_ip_col(&m->ip, 0, 1, "met(%u,%zu)", number, which);
    for (size_t i = 0; i < count; i++) {
        struct cons_terms outside = {0};
        cons_learned_statement(m, number, which, parts[i], &outside);
        solver_ip_row(&m->ip, SOLVER_FAMILY_LEARNED, -SOLVER_FREE, 1, "met(%u,%zu,%zu)", number,
                      which, i);
        cons_learned_terms(m, &outside);
        solver_ip_term(&m->ip, met, 1);
    }
    return met;
}

/* Terms that are 1 only where the statement is true. */
static void at_least(struct solver_model *m, uint32_t number,
                     const struct model_constraint *constraint)
{
    struct cons_terms sum = {0};
    for (size_t i = 0; i < constraint->literals_count; i++) {
        const struct model_literal *literal = &constraint->literals[i];
        struct cons_terms one = {0};
        switch ((enum model_literal_kind)literal->kind) {
        case MODEL_LITERAL_CPUS:
            cons_learned_add(m, &one, has_one(m, number, i, literal), 1);
            break;
        case MODEL_LITERAL_PLACE:
            cons_learned_add(m, &one, lies_within(m, number, i, literal), 1);
            break;
        case MODEL_LITERAL_ROUTE:
        case MODEL_LITERAL_SET: cons_learned_statement(m, number, i, literal, &one); break;
        }
        add_weighted(m, &one, literal->weight, &sum);
    }
    solver_ip_row(&m->ip, SOLVER_FAMILY_LEARNED, constraint->at_least, SOLVER_FREE, "at_least(%u)",
                  number);
    cons_learned_terms(m, &sum);
}

void cons_learned_bound(struct solver_model *m, uint32_t number,
                        const struct model_constraint *constraint)
{
    if (constraint->at_most != AJ_NONE32)
        at_most(m, number, constraint);
    if (constraint->at_least > 0)
        at_least(m, number, constraint);
}
