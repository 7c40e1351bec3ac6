/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the root's lines lose, told to the program of blocks. The program counts CPUs, lines go to certain
 * ones: whether all can have what they are wished is judged for an answer as a whole, and where it
 * is not so, rows say what that costs (logic-based Benders decomposition; blocks_cuts.c).
 */
#include "solver/blocks_priv.h"

/* The other program decides rather than more cuts. */
enum { CUTS_MAX = 2000 };

/* CPUs that lines are bound to */

static void bind(struct blocks *b, const struct aj_cpuset *cpus)
{
    for (uint32_t k = 0; k < b->p->cpus_count; k++)
        b->bound[k] = b->bound[k] || aj_cpuset_has(cpus, b->p->cpus[k].id);
}

/* Statements about CPUs, joined with one about a line that is not to be on some others. */
static void tell(struct blocks *b, const struct model_constraint *constraint)
{
    struct aj_cpuset cpus = {0};
    for (size_t i = 0; i < constraint->literals_count; i++) {
        if (constraint->literals[i].kind == MODEL_LITERAL_ROUTE)
            cpus = constraint->literals[i].cpus;
    }
    for (size_t i = 0; i < constraint->literals_count; i++) {
        const struct model_literal *literal = &constraint->literals[i];
        if (literal->kind != MODEL_LITERAL_CPUS)
            continue;
        const struct block_told told = {(uint32_t)b->said.count, cpus};
        const struct block_said said = {.cell = solver_cell_index(b->p->req, literal->cell),
                                        .cpus = literal->cpus};
        AJ_PUSH(b->arena, &b->said, said);
        AJ_PUSH(b->arena, &b->told, told);
    }
    bind(b, &cpus);
}

/* One that sends a line to the CPUs of a set is known only where that is one CPU, which the root has then. */
static bool bind_by(struct blocks *b, const struct model_constraint *constraint)
{
    switch ((enum model_constraint_kind)constraint->kind) {
    case MODEL_CONSTRAINT_FORBID:
    case MODEL_CONSTRAINT_AVOID:
        tell(b, constraint);
        b->prices_lines = b->prices_lines || model_constraint_is_priced(constraint);
        return true;
    case MODEL_CONSTRAINT_ROUTE:
        bind(b, &constraint->literals->cpus);
        return aj_cpuset_count(&constraint->literals->cpus) == 1;
    case MODEL_CONSTRAINT_PREFER:
    case MODEL_CONSTRAINT_BOUND:
    case MODEL_CONSTRAINT_ASSIGN:
    case MODEL_CONSTRAINT_PLACE:
    case MODEL_CONSTRAINT_SET:
    case MODEL_CONSTRAINT_SEPARATE: break;
    }
    return false;
}

bool blocks_find_bound(struct blocks *b)
{
    const struct solver_problem *p = b->p;
    const bool priced = solver_minimises(b->options, MODEL_OBJECTIVE_PREFERENCES);
    uint32_t count = 0;
    b->bound = AJ_NEW_ARRAY(b->arena, bool, p->cpus_count);
    for (uint32_t i = 0; i < p->req->constraints_count; i++) {
        const struct model_constraint *constraint = solver_in_force(p, i);
        if (constraint != NULL && solver_speaks_of_lines(constraint) &&
            (priced || !model_constraint_is_priced(constraint)) && !bind_by(b, constraint))
            return false;
    }
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        b->bound[k] = b->bound[k] || b->lines[k] > 0;
        count += b->bound[k];
    }
    return count <= BLOCKS_BOUND_MAX && b->said.count <= BLOCKS_SAID_MAX;
}

/* What an answer comes to */

static int64_t near_cost(enum solver_nearness near)
{
    return (near >= SOLVER_BY_CACHE ? SOLVER_NEAR_L2 : 0) +
           (near >= SOLVER_BY_CORE ? SOLVER_NEAR_CORE : 0);
}

static void weigh(struct blocks_judging *j)
{
    const struct blocks *b = j->g->blocks;
    for (enum solver_nearness near = SOLVER_FAR; near < SOLVER_NOT_ROOT; near++) {
        struct blocks_at *at = &j->at[near];
        at->cpus = solver_lines_calm(&j->lines, near);
        if (at->cpus == 0)
            continue;
        at->load = b->options != NULL ? solver_lines_load(&j->lines, near) : j->g->load[at->cpus];
        const bool possible = at->load <= solver_lines_all(b->p);
        at->cost = possible ? near_cost(near) + at->load : BLOCKS_BROKEN;
        j->known = j->known && at->load != AJ_NONE32 && (possible || !b->prices_lines);
    }
}

static int64_t least_cost(const struct blocks_judging *j)
{
    int64_t least = BLOCKS_BROKEN;
    for (enum solver_nearness near = SOLVER_FAR; near < SOLVER_NOT_ROOT; near++) {
        if (j->at[near].cpus > 0 && j->at[near].cost < least)
            least = j->at[near].cost;
    }
    return least;
}

/* Interference may cost as much, or as little as it can. */
static void choose(struct blocks_judging *j, int64_t held)
{
    const int64_t least = least_cost(j), most = held > least ? held : least;
    for (enum solver_nearness near = SOLVER_FAR; near < SOLVER_NOT_ROOT; near++) {
        struct blocks_at *at = &j->at[near];
        const struct blocks_at *best = &j->at[j->best];
        at->in = at->cpus > 0 && at->cost <= most && at->cost < BLOCKS_BROKEN;
        if (!at->in)
            continue;
        at->room = (uint32_t)(most - near_cost(near));
        if (j->g->blocks->options != NULL)
            at->moves = solver_lines_moves(&j->lines, near, at->room);
        j->known = j->known && at->moves != AJ_NONE32;
        if (!best->in || at->moves < best->moves ||
            (at->moves == best->moves && at->cost < best->cost))
            j->best = near;
    }
}

/* `held`: what interference may cost. */
static struct blocks_judging consider(const struct blocks_program *g, const uint32_t *owner,
                                      int64_t held)
{
    const struct blocks *b = g->blocks;
    struct blocks_judging j = {.g = g, .known = true};
    solver_lines_open(&j.lines, b->p, b->options, owner);
    weigh(&j);
    if (j.known)
        choose(&j, held);
    return j;
}

static int64_t lines_gone(const struct blocks_program *g, const int64_t *values)
{
    int64_t gone = 0;
    for (uint32_t i = 0; i < g->blocks->ways.count; i++)
        gone += values[g->ways + i] * g->blocks->ways.items[i].lines;
    return gone;
}

static void set_values(const struct blocks_judging *j, int64_t *values)
{
    const struct blocks_program *g = j->g;
    const struct blocks_at *best = &j->at[j->best];
    for (uint32_t n = 1; n <= g->blocks->count[SOLVER_ROOT]; n++)
        values[g->mid + 1 + n] = n == best->cpus;
    values[g->mid] = j->best >= SOLVER_BY_CACHE;
    values[g->mid + 1] = j->best >= SOLVER_BY_CORE;
    if (g->lost == AJ_NONE32)
        return;
    values[g->lost] = best->load - g->load[best->cpus];
    values[g->lost + 1] = best->moves - lines_gone(g, values);
}

bool blocks_lines_values(const struct blocks_program *g, const uint32_t *owner, int64_t *values)
{
    const struct blocks_judging j = consider(g, owner, 0);
    const bool known = j.known && j.at[j.best].in;
    if (known)
        set_values(&j, values);
    return known;
}

/* Index of the level in which the objective is minimised; the number of levels if it is none. */
static size_t level_of(const struct solver_search_options *options, enum model_objective objective,
                       uint32_t *weight)
{
    size_t level = 0;
    for (size_t i = 0; i < options->objectives_count; i++) {
        level += i > 0 && options->objectives[i].level != options->objectives[i - 1].level;
        *weight = options->objectives[i].weight;
        if (options->objectives[i].objective == objective)
            return level;
    }
    return level + 1;
}

/* What the answer says that interference costs. */
static int64_t claimed_cost(const struct blocks_program *g, const int64_t *values)
{
    int64_t cost =
        values[g->lost] + values[g->mid] * SOLVER_NEAR_L2 + values[g->mid + 1] * SOLVER_NEAR_CORE;
    for (uint32_t n = 1; n <= g->blocks->count[SOLVER_ROOT]; n++)
        cost += values[g->mid + 1 + n] * g->load[n];
    return cost;
}

enum apart_judgement blocks_lines_judge(void *arg, int64_t *values)
{
    struct blocks_judge *judge = arg;
    const struct blocks_program *g = judge->program;
    const struct solver_search_options *options = g->blocks->options;
    const size_t at = judge->apart->goals_count;
    uint32_t weight = 1, any;
    const size_t interference = level_of(options, MODEL_OBJECTIVE_IRQ_INTERFERENCE, &weight);
    const size_t stability = level_of(options, MODEL_OBJECTIVE_STABILITY, &any);
    uint32_t *owner = AJ_NEW_ARRAY(g->blocks->arena, uint32_t, g->blocks->p->cpus_count);
    blocks_program_owners(g, values, owner);
    const struct blocks_judging j =
        consider(g, owner, at > interference ? judge->apart->goals[interference].held / weight : 0);
    if (!j.known || judge->cuts > CUTS_MAX)
        return APART_UNKNOWN;
    const bool impossible = least_cost(&j) == BLOCKS_BROKEN;
    const bool costly =
        impossible || (at >= interference && claimed_cost(g, values) < least_cost(&j));
    const bool moved =
        at >= stability && lines_gone(g, values) + values[g->lost + 1] < j.at[j.best].moves;
    if (!costly && !moved) {
        set_values(&j, values);
        return APART_HOLDS;
    }
    blocks_lines_cut(&j, moved ? lines_gone(g, values) + values[g->lost + 1] : INT64_MAX);
    judge->cuts++;
    if (impossible)
        return APART_CUT;
    set_values(&j, values);
    return APART_WORSE;
}
