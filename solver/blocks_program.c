/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks_priv.h"

static void each_block_once(struct blocks_program *g)
{
    g->ways = (uint32_t)g->ip->cols.count;
    for (uint32_t j = 0; j < g->blocks->ways.count; j++) {
        const struct way *way = &g->blocks->ways.items[j];
        (void)solver_ip_col(g->ip, 0, g->blocks->types.items[way->type].count, "way(%u,%u)",
                            way->type, j);
    }
    for (uint32_t t = 0; t < g->blocks->types.count; t++) {
        const struct block_type *type = &g->blocks->types.items[t];
        solver_ip_row(g->ip, SOLVER_FAMILY_CPU, type->count, type->count, "blocks(%u)", t);
        for (uint32_t j = 0; j < type->ways_count; j++)
            solver_ip_term(g->ip, g->ways + type->first_way + j, 1);
    }
}

static uint32_t given(const struct blocks_program *g, const struct way *way, uint32_t cell)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < g->blocks->types.items[way->type].like->size; i++)
        count += way->owner[i] == cell;
    return count;
}

static void as_many_as_wished(struct blocks_program *g)
{
    for (uint32_t c = 0; c < g->blocks->cells_count; c++) {
        solver_ip_row(g->ip, SOLVER_FAMILY_CPU, g->blocks->count[c], g->blocks->count[c],
                      "count(%u)", c);
        for (uint32_t j = 0; j < g->blocks->ways.count; j++) {
            const uint32_t count = given(g, &g->blocks->ways.items[j], c);
            if (count > 0)
                solver_ip_term(g->ip, g->ways + j, count);
        }
    }
}

static uint32_t block_size(const struct blocks_program *g, const struct way *way)
{
    return g->blocks->types.items[way->type].like->size;
}

/*
 * Blocks that hold nothing but cells of a set: with n CPUs between them, the cells fill at most n / s
 * blocks of s. Larger blocks count as many times as s goes into them. A rounded (Chvatal-Gomory)
 * consequence of the counts; these rows, one for each set, make the relaxation nearly tight.
 */
static void round_set(struct blocks_program *g, uint32_t set, uint32_t size)
{
    uint32_t cpus = 0;
    for (uint32_t c = 0; c < g->blocks->cells_count; c++)
        cpus += (set >> c & 1) != 0 ? g->blocks->count[c] : 0;
    if (cpus % size == 0)
        return;
    solver_ip_row(g->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, cpus / size, "filled(%u,%u)", set, size);
    for (uint32_t j = 0; j < g->blocks->ways.count; j++) {
        const struct way *way = &g->blocks->ways.items[j];
        const uint32_t times = block_size(g, way) / size;
        if ((way->cells & ~set) == 0 && times > 0)
            solver_ip_term(g->ip, g->ways + j, times);
    }
}

/* Three cells at most. */
static bool is_small(uint32_t set)
{
    for (uint32_t i = 0; i < 3; i++)
        set &= set - 1;
    return set == 0;
}

static void round_sets(struct blocks_program *g)
{
    for (uint32_t t = 0; t < g->blocks->types.count; t++) {
        const uint32_t size = g->blocks->types.items[t].like->size;
        bool seen = size < 2;
        for (uint32_t i = 0; i < t; i++)
            seen = seen || g->blocks->types.items[i].like->size == size;
        for (uint32_t set = 1; !seen && set < (1u << g->blocks->cells_count) - 1; set++) {
            if (g->blocks->cells_count <= BLOCKS_SETS_MAX || is_small(set))
                round_set(g, set, size);
        }
    }
}

static void price_ways(struct blocks_program *g)
{
    for (uint32_t j = 0; j < g->blocks->ways.count; j++) {
        const struct way *way = &g->blocks->ways.items[j];
        if (way->isolation > 0)
            solver_ip_goal(g->ip, MODEL_OBJECTIVE_ISOLATION, g->ways + j, way->isolation);
        if (way->takes_first > 0)
            solver_ip_goal(g->ip, MODEL_OBJECTIVE_ROOT_KEEPS, g->ways + j, 1);
        if (way->changes > 0)
            solver_ip_goal(g->ip, MODEL_OBJECTIVE_STABILITY, g->ways + j, way->changes);
    }
}

/* Packages */

static uint32_t sets_count(const struct blocks_program *g)
{
    return (1u << g->blocks->cells_count) - 1;
}

static uint32_t package_col(const struct blocks_program *g, uint32_t package, uint32_t set)
{
    return g->packages + package * sets_count(g) + set - 1;
}

static uint32_t package_size(const struct blocks_program *g, uint32_t package)
{
    uint32_t size = 0;
    for (uint32_t t = 0; t < g->blocks->types.count; t++) {
        const struct block_type *type = &g->blocks->types.items[t];
        size += type->package == package ? type->count * type->like->size : 0;
    }
    return size;
}

/* How many CPUs of a package a cell has, and whether it is there at all. */
static void bind_package(struct blocks_program *g, uint32_t package, uint32_t cell)
{
    const uint32_t size = package_size(g, package);
    const uint32_t most = g->blocks->count[cell] < size ? g->blocks->count[cell] : size;
    const uint32_t there = blocks_there(g, package, cell);
    const uint32_t number = there + g->blocks->packages_count * g->blocks->cells_count;
    solver_ip_row(g->ip, SOLVER_FAMILY_CPU, 0, 0, "there(%u,%u)", package, cell);
    for (uint32_t set = 1; set <= sets_count(g); set++) {
        if ((set >> cell & 1) != 0)
            solver_ip_term(g->ip, package_col(g, package, set), 1);
    }
    solver_ip_term(g->ip, there, -1);
    solver_ip_row(g->ip, SOLVER_FAMILY_CPU, 0, 0, "number(%u,%u)", package, cell);
    for (uint32_t j = 0; j < g->blocks->ways.count; j++) {
        const struct way *way = &g->blocks->ways.items[j];
        const uint32_t count = given(g, way, cell);
        if (g->blocks->types.items[way->type].package == package && count > 0)
            solver_ip_term(g->ip, g->ways + j, count);
    }
    solver_ip_term(g->ip, number, -1);
    solver_ip_row(g->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, 0, "most(%u,%u)", package, cell);
    solver_ip_term(g->ip, number, 1);
    solver_ip_term(g->ip, there, -(int64_t)most);
    solver_ip_row(g->ip, SOLVER_FAMILY_CPU, 0, SOLVER_FREE, "least(%u,%u)", package, cell);
    solver_ip_term(g->ip, number, 1);
    solver_ip_term(g->ip, there, -1);
}

static void bind_packages(struct blocks_program *g)
{
    const uint32_t cells = g->blocks->cells_count;
    g->there = (uint32_t)g->ip->cols.count;
    for (uint32_t i = 0; i < g->blocks->packages_count * cells; i++)
        (void)solver_ip_col(g->ip, 0, 1, "there(%u,%u)", i / cells, i % cells);
    for (uint32_t i = 0; i < g->blocks->packages_count * cells; i++)
        (void)solver_ip_col(g->ip, 0, g->blocks->count[i % cells], "number(%u,%u)", i / cells,
                            i % cells);
    for (uint32_t package = 0; package < g->blocks->packages_count; package++) {
        for (uint32_t c = 0; c < cells; c++)
            bind_package(g, package, c);
    }
}

static bool set_allowed(const struct blocks_program *g, uint32_t package, uint32_t set)
{
    const struct solver_problem *p = g->blocks->p;
    if (solver_keeps_apart(p, set, MODEL_DOMAIN_PACKAGE))
        return false;
    for (uint32_t c = 0; c < g->blocks->cells_count; c++) {
        if ((set >> c & 1) == 0)
            continue;
        if (p->cells[c].exclusive == MODEL_DOMAIN_PACKAGE &&
            (set != 1u << c || g->blocks->count[c] < package_size(g, package)))
            return false;
        if (p->cells[c].together == MODEL_DOMAIN_PACKAGE &&
            g->blocks->count[c] > package_size(g, package))
            return false;
    }
    return true;
}

static void one_set_each(struct blocks_program *g, uint32_t package)
{
    const bool shared = package_size(g, package) > 1;
    for (uint32_t set = 1; set <= sets_count(g); set++) {
        const uint32_t col =
            solver_ip_col(g->ip, 0, set_allowed(g, package, set), "in(%u,%u)", package, set);
        const int64_t cost =
            shared ? blocks_share_cost(g->blocks->p, set, MODEL_DOMAIN_PACKAGE - 1) : 0;
        if (cost > 0)
            solver_ip_goal(g->ip, MODEL_OBJECTIVE_ISOLATION, col, cost);
    }
    solver_ip_row(g->ip, SOLVER_FAMILY_CPU, 1, 1, "package(%u)", package);
    for (uint32_t set = 1; set <= sets_count(g); set++)
        solver_ip_term(g->ip, package_col(g, package, set), 1);
}

/* As round_set does it for blocks; all packages that are at least as large as the first count. */
static void round_packages(struct blocks_program *g, uint32_t set)
{
    const uint32_t size = package_size(g, 0);
    uint32_t cpus = 0;
    for (uint32_t c = 0; c < g->blocks->cells_count; c++)
        cpus += (set >> c & 1) != 0 ? g->blocks->count[c] : 0;
    if (cpus % size == 0)
        return;
    solver_ip_row(g->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, cpus / size, "held(%u)", set);
    for (uint32_t package = 0; package < g->blocks->packages_count; package++) {
        for (uint32_t in = 1; package_size(g, package) >= size && in <= set; in++) {
            if ((in & ~set) == 0)
                solver_ip_term(g->ip, package_col(g, package, in), 1);
        }
    }
}

static void together_in_package(struct blocks_program *g, uint32_t cell)
{
    solver_ip_row(g->ip, SOLVER_FAMILY_CPU, 1, 1, "together(%u)", cell);
    for (uint32_t package = 0; package < g->blocks->packages_count; package++) {
        for (uint32_t set = 1; set <= sets_count(g); set++) {
            if ((set >> cell & 1) != 0)
                solver_ip_term(g->ip, package_col(g, package, set), 1);
        }
    }
}

static void add_packages(struct blocks_program *g)
{
    g->packages = (uint32_t)g->ip->cols.count;
    if (g->blocks->packages_count < 2) {
        const uint32_t all = sets_count(g);
        g->ip->goals[MODEL_OBJECTIVE_ISOLATION].constant +=
            g->blocks->p->cpus_count > 1
                ? blocks_share_cost(g->blocks->p, all, MODEL_DOMAIN_PACKAGE - 1)
                : 0;
        return;
    }
    for (uint32_t package = 0; package < g->blocks->packages_count; package++)
        one_set_each(g, package);
    bind_packages(g);
    for (uint32_t set = 1; set < sets_count(g); set++)
        round_packages(g, set);
    for (uint32_t c = 0; c < g->blocks->cells_count; c++) {
        if (g->blocks->p->cells[c].together == MODEL_DOMAIN_PACKAGE)
            together_in_package(g, c);
    }
}

/* Interrupts */

/* More than counts of CPUs tell: blocks_lines_judge says in which answers that is not 0. */
static void price_losses(struct blocks_program *g)
{
    const struct solver_problem *p = g->blocks->p;
    g->lost = solver_ip_col(g->ip, 0, solver_lines_all(p), "lost");
    const uint32_t moved = solver_ip_col(g->ip, 0, (int64_t)p->lines.count, "moved");
    solver_ip_goal(g->ip, MODEL_OBJECTIVE_IRQ_INTERFERENCE, g->lost, 1);
    solver_ip_goal(g->ip, MODEL_OBJECTIVE_STABILITY, moved, 1);
}

/*
 * The root's lines go to CPUs that are far from real-time guests if there are such, else to those
 * that share no core with one, else to all; the more, the less is the greatest load.
 */
static void price_interrupts(struct blocks_program *g)
{
    const struct solver_problem *p = g->blocks->p;
    const uint32_t most = g->blocks->count[SOLVER_ROOT];
    if (p->lines.count == 0)
        return;
    const uint32_t mid = g->mid = solver_ip_col(g->ip, 0, 1, "mid");
    const uint32_t near = solver_ip_col(g->ip, 0, 1, "near");
    solver_ip_goal(g->ip, MODEL_OBJECTIVE_IRQ_INTERFERENCE, mid, SOLVER_NEAR_L2);
    solver_ip_goal(g->ip, MODEL_OBJECTIVE_IRQ_INTERFERENCE, near, SOLVER_NEAR_CORE);
    const uint32_t calm = (uint32_t)g->ip->cols.count;
    g->load = AJ_NEW_ARRAY(g->ip->arena, uint32_t, most + 1);
    for (uint32_t n = 1; n <= most; n++) {
        g->load[n] = blocks_load(p, n);
        solver_ip_goal(g->ip, MODEL_OBJECTIVE_IRQ_INTERFERENCE,
                       solver_ip_col(g->ip, 0, 1, "calm(%u)", n), g->load[n]);
    }
    if (g->blocks->options != NULL)
        price_losses(g);
    solver_ip_row(g->ip, SOLVER_FAMILY_IRQ, 1, 1, "calm");
    for (uint32_t n = 1; n <= most; n++)
        solver_ip_term(g->ip, calm + n - 1, 1);
    /* Near means near a core and so near a cache: `near` comes with `mid`. */
    solver_ip_row(g->ip, SOLVER_FAMILY_IRQ, 0, SOLVER_FREE, "near");
    solver_ip_term(g->ip, mid, 1);
    solver_ip_term(g->ip, near, -1);
    for (uint32_t level = 0; level < 2; level++) {
        solver_ip_row(g->ip, SOLVER_FAMILY_IRQ, -SOLVER_FREE, 0, "calm_%s",
                      level == 0 ? "far" : "mid");
        for (uint32_t n = 1; n <= most; n++)
            solver_ip_term(g->ip, calm + n - 1, n);
        solver_ip_term(g->ip, level == 0 ? mid : near, -(int64_t)most);
        for (uint32_t j = 0; j < g->blocks->ways.count; j++) {
            const struct way *way = &g->blocks->ways.items[j];
            const uint32_t count = way->far + (level == 1 ? way->mid : 0);
            if (count > 0)
                solver_ip_term(g->ip, g->ways + j, -(int64_t)count);
        }
    }
}

/* Statements and rules */

static bool way_says(const struct way *way, uint32_t said)
{
    for (uint32_t i = 0; i < way->says_count; i++) {
        if (way->says[i] == said)
            return true;
    }
    return false;
}

/* A statement is true if it is in a block; those of a type are as many as one column is worth. */
static void tell_true(struct blocks_program *g, uint32_t said)
{
    for (uint32_t t = 0; t < g->blocks->types.count; t++) {
        const struct block_type *type = &g->blocks->types.items[t];
        solver_ip_row(g->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, 0, "said(%u,%u)", said, t);
        for (uint32_t j = 0; j < type->ways_count; j++) {
            if (way_says(&g->blocks->ways.items[type->first_way + j], said))
                solver_ip_term(g->ip, g->ways + type->first_way + j, 1);
        }
        if (g->ip->open->count == 0)
            continue;
        solver_ip_term(g->ip, g->said + said, -(int64_t)type->count);
    }
}

static void add_rules(struct blocks_program *g)
{
    const uint32_t said = (uint32_t)g->blocks->said.count;
    g->said = (uint32_t)g->ip->cols.count;
    for (uint32_t i = 0; i < said; i++)
        (void)solver_ip_col(g->ip, 0, 1, "said(%u)", i);
    for (uint32_t i = 0; i < g->blocks->rules.count; i++)
        (void)solver_ip_col(g->ip, 0, g->blocks->rules.items[i].cost > 0, "paid(%u)", i);
    for (uint32_t i = 0; i < said; i++)
        tell_true(g, i);
    for (uint32_t i = 0; i < g->blocks->rules.count; i++) {
        const struct block_rule *rule = &g->blocks->rules.items[i];
        solver_ip_row(g->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, (int64_t)rule->count - 1, "rule(%u)",
                      i);
        for (uint32_t k = 0; k < rule->count; k++)
            solver_ip_term(g->ip, g->said + rule->said[k], 1);
        solver_ip_term(g->ip, g->said + said + i, -1);
        if (rule->cost > 0)
            solver_ip_goal(g->ip, MODEL_OBJECTIVE_PREFERENCES, g->said + said + i, rule->cost);
    }
}

void blocks_program_build(struct blocks_program *g, struct solver_ip *ip,
                          const struct blocks *blocks)
{
    *g = (struct blocks_program){.blocks = blocks, .ip = ip, .lost = AJ_NONE32};
    each_block_once(g);
    as_many_as_wished(g);
    round_sets(g);
    price_ways(g);
    add_packages(g);
    price_interrupts(g);
    add_rules(g);
}
