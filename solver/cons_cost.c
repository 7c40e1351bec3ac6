/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What constraints do not forbid or ask for but price: a column for each that says whether it is paid. */
#include "solver/cons_learned_priv.h"

/* Paid where all of the statements hold. */
static void avoid(struct solver_model *m, uint32_t number,
                  const struct model_constraint *constraint, uint32_t paid)
{
    struct cons_terms terms = {0};
    for (size_t i = 0; i < constraint->literals_count; i++)
        cons_learned_statement(m, number, i, &constraint->literals[i], &terms);
    solver_ip_row(&m->ip, SOLVER_FAMILY_LEARNED, -SOLVER_FREE,
                  (int64_t)constraint->literals_count - 1, "avoid(%u)", number);
    cons_learned_terms(m, &terms);
    solver_ip_term(&m->ip, paid, -1);
}

/* Paid where the statement holds that what is preferred is otherwise. */
static void pay_if(struct solver_model *m, uint32_t number, size_t which,
                   const struct model_literal *otherwise, uint32_t paid)
{
    struct cons_terms terms = {0};
    cons_learned_statement(m, number, which, otherwise, &terms);
    solver_ip_row(&m->ip, SOLVER_FAMILY_LEARNED, -SOLVER_FREE, 0, "prefer(%u,%zu)", number, which);
    cons_learned_terms(m, &terms);
    solver_ip_term(&m->ip, paid, -1);
}

static void prefer_within(struct solver_model *m, uint32_t number,
                          const struct model_literal *literal, uint32_t paid)
{
    const struct model_literal *parts[2];
    const size_t count = cons_learned_outside(m, literal, parts);
    for (size_t i = 0; i < count; i++)
        pay_if(m, number, i, parts[i], paid);
}

static void prefer(struct solver_model *m, uint32_t number, const struct model_literal *literal,
                   uint32_t paid)
{
    struct model_literal *others;
    struct cons_terms terms = {0};
    switch ((enum model_literal_kind)literal->kind) {
    case MODEL_LITERAL_CPUS:
    case MODEL_LITERAL_ROUTE:
        others = aj_memdup(m->ip.arena, literal, sizeof *literal);
        others->cpus = m->problem->facts->online;
        aj_cpuset_sub(&others->cpus, &literal->cpus);
        pay_if(m, number, 0, others, paid);
        break;
    case MODEL_LITERAL_PLACE: prefer_within(m, number, literal, paid); break;
    case MODEL_LITERAL_SET:
        cons_learned_statement(m, number, 0, literal, &terms);
        solver_ip_row(&m->ip, SOLVER_FAMILY_LEARNED, 1, SOLVER_FREE, "prefer(%u,set)", number);
        cons_learned_terms(m, &terms);
        solver_ip_term(&m->ip, paid, 1);
        break;
    }
}

void cons_learned_costs(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = &p->req->constraints[i];
        if (!model_constraint_is_priced(constraint))
            continue;
        const uint32_t paid = solver_ip_col(&m->ip, 0, 1, "paid(%u)", i);
        solver_ip_goal(&m->ip, MODEL_OBJECTIVE_PREFERENCES, paid, constraint->cost);
        if (constraint->kind == MODEL_CONSTRAINT_AVOID)
            avoid(m, i, constraint, paid);
        else
            prefer(m, i, constraint->literals, paid);
    }
}
