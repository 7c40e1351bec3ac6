/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/brute_constraints.h"

#include <assert.h>

static bool joint(const struct model_constraint *constraint)
{
    return constraint->kind == MODEL_CONSTRAINT_FORBID && constraint->literals_count > 1;
}

static bool single(const struct model_constraint *constraint, enum model_literal_kind kind)
{
    return constraint->kind == MODEL_CONSTRAINT_FORBID && constraint->literals_count == 1 &&
           constraint->literals[0].kind == kind;
}

/* How often its statements are among those of which any may be true: a bound has two sides. */
static size_t listed(const struct model_constraint *constraint)
{
    if (constraint->kind == MODEL_CONSTRAINT_BOUND)
        return (constraint->at_most != AJ_NONE32 ? 1u : 0u) + (constraint->at_least > 0 ? 1u : 0u);
    return joint(constraint) || model_constraint_is_priced(constraint) ? 1 : 0;
}

static enum brute_meaning meaning(const struct model_constraint *constraint, size_t time)
{
    if (constraint->kind == MODEL_CONSTRAINT_PREFER)
        return BRUTE_OTHERWISE;
    return constraint->kind == MODEL_CONSTRAINT_BOUND &&
                   (time == 1 || constraint->at_most == AJ_NONE32)
               ? BRUTE_FAILS
               : BRUTE_HOLDS;
}

/* One choice for each bank of RAM. */
static void open_near(struct brute_truth *truth, const struct model_board *board,
                      const struct model_requirements *req)
{
    for (uint32_t c = 0; c < req->guests_count; c++)
        for (uint32_t i = 0; i < req->guests[c].mem_regions_count; i++)
            for (size_t k = 0; k < board->memory_regions_count; k++) {
                if (req->guests[c].mem_regions[i].near != MODEL_NEAR_CPUS ||
                    board->memory_regions[k].type != MODEL_REGION_RAM)
                    continue;
                assert(truth->near_count < BRUTE_NEAR);
                truth->near[truth->near_count].cell = c + 1;
                truth->near[truth->near_count].region = i;
                truth->near[truth->near_count].may = true;
                truth->near[truth->near_count++].ram = &board->memory_regions[k];
            }
}

void brute_truth_open(struct brute_truth *truth, const struct model_board *board,
                      const struct model_requirements *req)
{
    truth->count = truth->near_count = 0;
    open_near(truth, board, req);
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *c = &req->constraints[i];
        for (size_t k = 0; k < listed(c) * c->literals_count; k++) {
            assert(truth->count < BRUTE_LITERALS);
            truth->means[truth->count] = (uint8_t)meaning(c, k / c->literals_count);
            truth->may[truth->count] = true;
            truth->literals[truth->count++] = &c->literals[k % c->literals_count];
        }
    }
}

/* What is worst for the bound: all that may hold does, and all that may fail does. */
static bool exceeds(const struct model_constraint *c, const bool *may)
{
    uint64_t most = 0, least = 0;
    for (size_t k = 0; k < c->literals_count; k++) {
        if (c->at_most != AJ_NONE32 && *may++)
            most += c->literals[k].weight;
    }
    for (size_t k = 0; k < c->literals_count; k++) {
        if (c->at_least > 0 && !*may++)
            least += c->literals[k].weight;
    }
    return (c->at_most != AJ_NONE32 && most > c->at_most) || least < c->at_least;
}

static bool ruled_out(const struct brute_truth *truth, const struct model_requirements *req)
{
    size_t at = 0;
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *c = &req->constraints[i];
        bool all = joint(c);
        if (c->kind == MODEL_CONSTRAINT_BOUND && exceeds(c, &truth->may[at]))
            return true;
        for (size_t k = 0; k < listed(c) * c->literals_count; k++)
            all = truth->may[at++] && all;
        if (all)
            return true;
    }
    return false;
}

int64_t brute_cost(const struct brute_truth *truth, const struct model_requirements *req)
{
    int64_t cost = 0;
    size_t at = 0;
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *c = &req->constraints[i];
        bool all = true;
        for (size_t k = 0; k < listed(c) * c->literals_count; k++)
            all = truth->may[at++] && all;
        cost += all ? c->cost : 0;
    }
    return cost;
}

bool brute_truth_next(struct brute_truth *truth, const struct model_requirements *req,
                      uint32_t *choice)
{
    for (; *choice < UINT32_C(1) << (truth->count + truth->near_count); (*choice)++) {
        for (size_t i = 0; i < truth->near_count; i++)
            truth->near[i].may = (*choice >> (truth->count + i) & 1) != 0;
        for (size_t i = 0; i < truth->count; i++)
            truth->may[i] = (*choice >> i & 1) != 0;
        if (ruled_out(truth, req))
            continue;
        (*choice)++;
        return true;
    }
    return false;
}

uint32_t brute_cell(const struct model_requirements *req, const char *key)
{
    for (uint32_t i = 0; i < req->guests_count; i++)
        if (strcmp(req->guests[i].key, key) == 0)
            return i + 1;
    return 0;
}

bool brute_same_domain(const struct model_cpu *a, const struct model_cpu *b, uint8_t level)
{
    if (a == b)
        return true;
    if (level == MODEL_DOMAIN_PACKAGE)
        return a->package == b->package;
    if (level == MODEL_DOMAIN_L2 && (a->l2 != NULL || b->l2 != NULL))
        return a->l2 != NULL && b->l2 != NULL && strcmp(a->l2, b->l2) == 0;
    if (a->package != b->package || a->cluster != b->cluster)
        return false;
    return level == MODEL_DOMAIN_L2 || (a->core == b->core && a->core != AJ_NONE32);
}

/* CPUs */

/* One of its CPUs, or, `outside`, another one. */
static bool has_one(const struct model_board *board, const struct model_requirements *req,
                    const struct model_literal *literal, const uint32_t *cell, bool outside)
{
    for (uint32_t k = 0; k < board->cpus_count; k++)
        if (cell[k] == brute_cell(req, literal->cell) &&
            aj_cpuset_has(&literal->cpus, k) != outside)
            return true;
    return false;
}

static bool has_just(const struct model_board *board, const struct model_requirements *req,
                     const struct model_literal *literal, const uint32_t *cell)
{
    for (uint32_t k = 0; k < board->cpus_count; k++)
        if ((cell[k] == brute_cell(req, literal->cell)) != aj_cpuset_has(&literal->cpus, k))
            return false;
    return true;
}

static bool apart(const struct model_board *board, const struct model_requirements *req,
                  const struct model_constraint *constraint, const uint32_t *cell)
{
    for (size_t i = 0; i < constraint->cells_count; i++)
        for (size_t n = 0; n < i; n++)
            for (uint32_t k = 0; k < board->cpus_count; k++)
                for (uint32_t o = 0; o < board->cpus_count; o++)
                    if (cell[k] == brute_cell(req, constraint->cells[i]) &&
                        cell[o] == brute_cell(req, constraint->cells[n]) &&
                        brute_same_domain(&board->cpus[k], &board->cpus[o], constraint->level))
                        return false;
    return true;
}

bool brute_cpu_suits(const struct model_board *board, const struct model_cpu_request *wish,
                     const struct model_cpu *cpu)
{
    uint32_t best = 0, worst = UINT32_MAX;
    for (size_t i = 0; i < board->cpus_count; i++) {
        best = board->cpus[i].capacity > best ? board->cpus[i].capacity : best;
        worst = board->cpus[i].capacity < worst ? board->cpus[i].capacity : worst;
    }
    if (wish->kind != MODEL_CPU_ANY &&
        (best == worst || cpu->capacity != (wish->kind == MODEL_CPU_BIG ? best : worst)))
        return false;
    return aj_cpuset_empty(&wish->nodes) || aj_cpuset_has(&wish->nodes, cpu->node);
}

static bool has_node(const struct model_board *board, const uint32_t *cell, uint32_t c,
                     uint32_t node)
{
    for (uint32_t k = 0; k < board->cpus_count; k++)
        if (cell[k] == c && board->cpus[k].node == node)
            return true;
    return false;
}

bool brute_cpus_meet(const struct model_board *board, const struct model_requirements *req,
                     const struct brute_truth *truth, const uint32_t *cell)
{
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *c = &req->constraints[i];
        if ((single(c, MODEL_LITERAL_CPUS) && has_one(board, req, c->literals, cell, false)) ||
            (c->kind == MODEL_CONSTRAINT_ASSIGN && !has_just(board, req, c->literals, cell)) ||
            (c->kind == MODEL_CONSTRAINT_SEPARATE && !apart(board, req, c, cell)))
            return false;
    }
    for (size_t i = 0; i < truth->near_count; i++)
        if (truth->near[i].may &&
            !has_node(board, cell, truth->near[i].cell, truth->near[i].ram->node))
            return false;
    for (size_t i = 0; i < truth->count; i++)
        if (!truth->may[i] && truth->literals[i]->kind == MODEL_LITERAL_CPUS &&
            has_one(board, req, truth->literals[i], cell, truth->means[i] == BRUTE_OTHERWISE) !=
                (truth->means[i] == BRUTE_FAILS))
            return false;
    return true;
}

/* Interrupts */

bool brute_line_named(const struct model_requirements *req, uint32_t intid)
{
    for (size_t i = 0; i < req->constraints_count; i++)
        for (size_t k = 0; k < req->constraints[i].literals_count; k++)
            if (req->constraints[i].literals[k].kind == MODEL_LITERAL_ROUTE &&
                req->constraints[i].literals[k].interrupt == intid)
                return true;
    return false;
}

bool brute_line_routed(const struct model_requirements *req, uint32_t intid)
{
    for (size_t i = 0; i < req->constraints_count; i++)
        if (req->constraints[i].kind == MODEL_CONSTRAINT_ROUTE &&
            req->constraints[i].literals[0].interrupt == intid)
            return true;
    return false;
}

bool brute_line_needed(const struct brute_truth *truth, uint32_t intid)
{
    for (size_t i = 0; i < truth->count; i++)
        if (!truth->may[i] && truth->means[i] == BRUTE_FAILS &&
            truth->literals[i]->kind == MODEL_LITERAL_ROUTE &&
            truth->literals[i]->interrupt == intid)
            return true;
    return false;
}

bool brute_line_may(const struct model_requirements *req, const struct brute_truth *truth,
                    uint32_t intid, uint32_t cpu)
{
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *c = &req->constraints[i];
        if (c->kind == MODEL_CONSTRAINT_ROUTE && c->literals[0].interrupt == intid &&
            !aj_cpuset_has(&c->literals[0].cpus, cpu))
            return false;
        if (single(c, MODEL_LITERAL_ROUTE) && c->literals[0].interrupt == intid &&
            aj_cpuset_has(&c->literals[0].cpus, cpu))
            return false;
    }
    for (size_t i = 0; i < truth->count; i++)
        if (!truth->may[i] && truth->literals[i]->kind == MODEL_LITERAL_ROUTE &&
            truth->literals[i]->interrupt == intid &&
            aj_cpuset_has(&truth->literals[i]->cpus, cpu) != (truth->means[i] != BRUTE_HOLDS))
            return false;
    return true;
}

/* Memory */

static bool names(const struct model_requirements *req, const struct model_literal *literal,
                  uint32_t cell, const char *region)
{
    return literal->kind == MODEL_LITERAL_PLACE && brute_cell(req, literal->cell) == cell &&
           (literal->region == NULL || strcmp(literal->region, region) == 0);
}

bool brute_memory_may(const struct model_requirements *req, const struct brute_truth *truth,
                      uint32_t cell, const char *region, struct aj_range range)
{
    const aj_addr end = range.base + range.size;
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *c = &req->constraints[i];
        if (c->kind == MODEL_CONSTRAINT_SEPARATE || !names(req, c->literals, cell, region))
            continue;
        const aj_addr from = c->literals[0].within.base, to = from + c->literals[0].within.size;
        if (c->kind == MODEL_CONSTRAINT_PLACE && (range.base < from || end > to))
            return false;
        if (single(c, MODEL_LITERAL_PLACE) && range.base < to && end > from)
            return false;
    }
    for (size_t i = 0; i < truth->near_count; i++)
        if (!truth->near[i].may && truth->near[i].cell == cell &&
            strcmp(req->guests[cell - 1].mem_regions[truth->near[i].region].name, region) == 0 &&
            range.base < truth->near[i].ram->phys_start + truth->near[i].ram->size &&
            end > truth->near[i].ram->phys_start)
            return false;
    for (size_t i = 0; i < truth->count; i++) {
        const struct model_literal *l = truth->literals[i];
        const aj_addr from = l->within.base, to = from + l->within.size;
        if (!truth->may[i] && names(req, l, cell, region) &&
            (truth->means[i] != BRUTE_HOLDS ? range.base < from || end > to
                                            : range.base < to && end > from))
            return false;
    }
    return true;
}

/* Knobs */

static bool same_knob(const struct model_literal *a, const struct model_literal *b)
{
    return strcmp(a->cell, b->cell) == 0 && strcmp(a->knob, b->knob) == 0;
}

bool brute_knobs_meet(const struct model_requirements *req, const struct brute_truth *truth)
{
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *c = &req->constraints[i];
        const struct model_literal *set = c->literals;
        if (c->kind != MODEL_CONSTRAINT_SET)
            continue;
        for (size_t k = 0; k < req->constraints_count; k++) {
            const struct model_constraint *o = &req->constraints[k];
            if (o->kind == MODEL_CONSTRAINT_SET && same_knob(set, o->literals) &&
                strcmp(set->value, o->literals->value) != 0)
                return false;
            if (single(o, MODEL_LITERAL_SET) && same_knob(set, o->literals) &&
                strcmp(set->value, o->literals->value) == 0)
                return false;
        }
        for (size_t k = 0; k < truth->count; k++)
            if (!truth->may[k] && truth->literals[k]->kind == MODEL_LITERAL_SET &&
                same_knob(set, truth->literals[k]) &&
                strcmp(set->value, truth->literals[k]->value) == 0)
                return false;
    }
    return true;
}
