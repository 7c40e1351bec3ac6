/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What constraints join or price, as far as it is about CPUs alone. */
#include "solver/blocks_priv.h"

static void say(struct blocks *b, const struct model_literal *literal, bool otherwise)
{
    struct block_said said = {.cell = solver_cell_index(b->p->req, literal->cell),
                              .cpus = literal->cpus};
    if (otherwise) {
        said.cpus = b->p->facts->online;
        aj_cpuset_sub(&said.cpus, &literal->cpus);
    }
    AJ_PUSH(b->arena, &b->said, said);
}

static bool about_cpus(const struct model_constraint *constraint)
{
    for (size_t i = 0; i < constraint->literals_count; i++) {
        if (constraint->literals[i].kind != MODEL_LITERAL_CPUS)
            return false;
    }
    return constraint->literals_count > 0;
}

static void find_rule(struct blocks *b, const struct model_constraint *constraint)
{
    const struct block_rule rule = {.first = (uint32_t)b->said.count,
                                    .count = (uint32_t)constraint->literals_count,
                                    .cost = constraint->cost};
    for (size_t i = 0; i < constraint->literals_count; i++)
        say(b, &constraint->literals[i], constraint->kind == MODEL_CONSTRAINT_PREFER);
    AJ_PUSH(b->arena, &b->rules, rule);
}

bool blocks_find_said(struct blocks *b)
{
    const struct solver_problem *p = b->p;
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = &p->req->constraints[i];
        const bool joint =
            constraint->kind == MODEL_CONSTRAINT_FORBID && constraint->literals_count > 1;
        if (!about_cpus(constraint) || b->said.count > BLOCKS_SAID_MAX)
            continue;
        if (model_constraint_is_priced(constraint) ||
            (joint && solver_constraint(p->wishes, p->req, i) != NULL))
            find_rule(b, constraint);
    }
    return b->said.count <= BLOCKS_SAID_MAX;
}

bool blocks_says(const struct blocks *b, const struct block_said *said, uint32_t cpu,
                 uint32_t owner)
{
    return said->cell == owner && aj_cpuset_has(&said->cpus, b->p->cpus[cpu].id);
}

void blocks_truths(const struct blocks *b, const uint32_t *owner, bool *truths)
{
    for (size_t i = 0; i < b->said.count; i++) {
        truths[i] = false;
        for (uint32_t k = 0; k < b->p->cpus_count && !truths[i]; k++)
            truths[i] = blocks_says(b, &b->said.items[i], k, owner[k]);
    }
}

bool blocks_breaks(const struct block_rule *rule, const bool *truths)
{
    for (uint32_t i = 0; i < rule->count; i++) {
        if (!truths[rule->first + i])
            return false;
    }
    return true;
}

int64_t blocks_rules_cost(const struct blocks *b, const bool *truths, int64_t price, int64_t broken)
{
    int64_t cost = 0;
    for (size_t r = 0; r < b->rules.count; r++) {
        const struct block_rule *rule = &b->rules.items[r];
        if (blocks_breaks(rule, truths))
            cost += rule->cost > 0 ? price * rule->cost : broken;
    }
    return cost;
}
