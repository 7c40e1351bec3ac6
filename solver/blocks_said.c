/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What constraints join, price or count, as far as it is about CPUs alone. */
#include "solver/blocks_priv.h"

/* Index of the statement, or that the cell has one of the other CPUs. */
static uint32_t say(struct blocks *b, const struct model_literal *literal, bool otherwise)
{
    struct block_said said = {.cell = solver_cell_index(b->p->req, literal->cell),
                              .cpus = literal->cpus};
    uint32_t at = 0;
    if (otherwise) {
        said.cpus = b->p->facts->online;
        aj_cpuset_sub(&said.cpus, &literal->cpus);
    }
    while (at < b->said.count && (b->said.items[at].cell != said.cell ||
                                  !aj_cpuset_equal(&b->said.items[at].cpus, &said.cpus)))
        at++;
    if (at == b->said.count)
        AJ_PUSH(b->arena, &b->said, said);
    return at;
}

static bool about_cpus(const struct model_constraint *constraint)
{
    for (size_t i = 0; i < constraint->literals_count; i++) {
        if (constraint->literals[i].kind != MODEL_LITERAL_CPUS)
            return false;
    }
    return constraint->literals_count > 0;
}

/* said[count]: some may be the same. */
static void add_rule(struct blocks *b, const uint32_t *said, size_t count, uint32_t cost)
{
    uint32_t *once = AJ_NEW_ARRAY(b->arena, uint32_t, count);
    struct block_rule rule = {.said = once, .cost = cost};
    for (size_t i = 0; i < count; i++) {
        bool is_new = true;
        for (uint32_t k = 0; k < rule.count; k++)
            is_new = is_new && once[k] != said[i];
        if (is_new)
            once[rule.count++] = said[i];
    }
    AJ_PUSH(b->arena, &b->rules, rule);
}

static void find_rule(struct blocks *b, const struct model_constraint *constraint)
{
    uint32_t *said = AJ_NEW_ARRAY(b->arena, uint32_t, constraint->literals_count);
    for (size_t i = 0; i < constraint->literals_count; i++)
        said[i] = say(b, &constraint->literals[i], constraint->kind == MODEL_CONSTRAINT_PREFER);
    add_rule(b, said, constraint->literals_count, constraint->cost);
}

/* Statements of a bound, the weightiest first. */
struct covering {
    const struct model_constraint *bound;
    const struct model_literal **literals; /* literals[bound->literals_count] */
    uint64_t *rest;                        /* rest[i]: what literals[i] and all after it weigh */
    uint32_t *said;                        /* said[depth]: those that are together so far */
};

/*
 * A rule for each set of statements that weigh too much together and would not without any of them: the
 * last of a set weighs the least.
 */
static void cover(struct blocks *b, const struct covering *c, size_t next, size_t depth,
                  uint64_t sum)
{
    if (sum > c->bound->at_most) {
        add_rule(b, c->said, depth, 0);
        return;
    }
    for (; next < c->bound->literals_count && sum + c->rest[next] > c->bound->at_most &&
           b->rules.count <= BLOCKS_RULES_MAX;
         next++) {
        c->said[depth] = say(b, c->literals[next], false);
        cover(b, c, next + 1, depth + 1, sum + c->literals[next]->weight);
    }
}

static void find_bound(struct blocks *b, const struct model_constraint *bound)
{
    const size_t count = bound->literals_count;
    struct covering c = {.bound = bound, .said = AJ_NEW_ARRAY(b->arena, uint32_t, count)};
    c.literals = aj_alloc_array(b->arena, count, sizeof *c.literals);
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0 && c.literals[at - 1]->weight < bound->literals[i].weight; at--)
            c.literals[at] = c.literals[at - 1];
        c.literals[at] = &bound->literals[i];
    }
    c.rest = AJ_NEW_ARRAY(b->arena, uint64_t, count + 1);
    for (size_t i = count; i > 0; i--)
        c.rest[i - 1] = c.rest[i] + c.literals[i - 1]->weight;
    cover(b, &c, 0, 0, 0);
}

bool blocks_find_said(struct blocks *b)
{
    const struct solver_problem *p = b->p;
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = &p->req->constraints[i];
        const bool joint =
            constraint->kind == MODEL_CONSTRAINT_FORBID && constraint->literals_count > 1;
        const bool holds = solver_constraint(p->wishes, p->req, i) != NULL;
        if (!about_cpus(constraint) || b->said.count > BLOCKS_SAID_MAX)
            continue;
        if (model_constraint_is_priced(constraint) || (joint && holds))
            find_rule(b, constraint);
        else if (constraint->at_most != AJ_NONE32 && constraint->kind == MODEL_CONSTRAINT_BOUND &&
                 holds)
            find_bound(b, constraint);
    }
    return b->said.count <= BLOCKS_SAID_MAX && b->rules.count <= BLOCKS_RULES_MAX;
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
        if (!truths[rule->said[i]])
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
