/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks_priv.h"

enum { CORE, L2, PACKAGE }; /* slots of solver_cpu.domain */

static bool same(const struct solver_problem *p, size_t slot, uint32_t a, uint32_t b)
{
    return p->cpus[a].domain[slot] == p->cpus[b].domain[slot];
}

static bool is_nested(const struct solver_problem *p)
{
    for (uint32_t a = 0; a < p->cpus_count; a++) {
        for (uint32_t b = 0; b < a; b++) {
            if ((same(p, CORE, a, b) && !same(p, L2, a, b)) ||
                (same(p, L2, a, b) && !same(p, PACKAGE, a, b)))
                return false;
        }
    }
    return true;
}

/* How many CPUs each cell gets: a guest what it asks for, the root the rest. */
static bool count_cpus(struct blocks *b)
{
    const struct solver_problem *p = b->p;
    uint32_t left = p->cpus_count;
    b->count = AJ_NEW_ARRAY(b->arena, uint32_t, p->cells_count);
    for (uint32_t c = 1; c < p->cells_count; c++) {
        b->count[c] = p->cells[c].wants_cpus ? p->cells[c].count : 0;
        if (b->count[c] > left)
            return false;
        left -= b->count[c];
    }
    b->count[SOLVER_ROOT] = left;
    return left > 0 && (!p->cells[SOLVER_ROOT].wants_cpus || left >= p->cells[SOLVER_ROOT].count);
}

static void find_allowed(struct blocks *b)
{
    const struct solver_problem *p = b->p;
    b->allowed = AJ_NEW_ARRAY(b->arena, uint32_t, p->cpus_count);
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        uint32_t mask = ((1u << p->cells_count) - 1) & solver_cells_assigned(p, p->cpus[k].id);
        for (uint32_t c = 0; c < p->cells_count; c++) {
            if (aj_cpuset_has(&p->cells[c].named, p->cpus[k].id))
                mask &= 1u << c;
            if (aj_cpuset_has(&p->cells[c].forbidden, p->cpus[k].id))
                mask &= ~(1u << c);
        }
        if ((p->board->arch == MODEL_ARCH_X86 && p->cpus[k].id == 0) ||
            solver_lines_routed(p, k, NULL))
            mask &= 1u << SOLVER_ROOT;
        b->allowed[k] = mask;
    }
}

/* Does a constraint keep the root apart from another cell? */
static bool is_root_apart(const struct solver_problem *p)
{
    for (uint32_t c = 1; c < p->cells_count; c++) {
        for (uint32_t level = MODEL_DOMAIN_CORE; level <= MODEL_DOMAIN_PACKAGE; level++) {
            if (solver_keeps_apart(p, 1u << SOLVER_ROOT | 1u << c, (enum model_domain)level))
                return true;
        }
    }
    return false;
}

static bool speaks_of_root(const struct blocks *b)
{
    for (size_t i = 0; i < b->said.count; i++) {
        if (b->said.items[i].cell == SOLVER_ROOT)
            return true;
    }
    return false;
}

/*
 * A guest that asks for no number of CPUs gets none. What it could have, the root can have instead,
 * unless somebody has a word in that; then nothing is said about it here.
 */
static bool can_go_without(const struct blocks *b)
{
    const struct solver_cell *root = &b->p->cells[SOLVER_ROOT];
    uint32_t without = 0;
    for (uint32_t c = 1; c < b->cells_count; c++)
        without |= b->p->cells[c].wants_cpus ? 0 : 1u << c;
    for (uint32_t k = 0; k < b->p->cpus_count; k++) {
        if ((b->allowed[k] & without) != 0 && (b->allowed[k] >> SOLVER_ROOT & 1) == 0)
            return false;
    }
    return without == 0 ||
           (root->exclusive == MODEL_DOMAIN_NONE && root->together == MODEL_DOMAIN_NONE &&
            !is_root_apart(b->p) && !speaks_of_root(b));
}

/* Where it matters that the root has the first CPU of all, does it matter to a rule, too? */
static bool speaks_of_first(const struct blocks *b)
{
    for (size_t i = 0; i < b->said.count; i++) {
        if (blocks_says(b, &b->said.items[i], 0, SOLVER_ROOT))
            return true;
    }
    return false;
}

/* Is there nothing that speaks of the one CPU and not of the other? */
static bool same_kind(const struct blocks *b, uint32_t x, uint32_t y)
{
    if ((b->bound != NULL && (b->bound[x] || b->bound[y])) || b->allowed[x] != b->allowed[y] ||
        (b->earlier != NULL &&
         (b->earlier->owner[x] != b->earlier->owner[y] || b->lines[x] != b->lines[y])))
        return false;
    for (size_t i = 0; i < b->said.count; i++) {
        const struct aj_cpuset *cpus = &b->said.items[i].cpus;
        if (aj_cpuset_has(cpus, b->p->cpus[x].id) != aj_cpuset_has(cpus, b->p->cpus[y].id))
            return false;
    }
    return true;
}

static void find_kinds(struct blocks *b, bool first_alone)
{
    b->kind = AJ_NEW_ARRAY(b->arena, uint32_t, b->p->cpus_count);
    for (uint32_t k = 0; k < b->p->cpus_count; k++) {
        b->kind[k] = first_alone && k > 0;
        while (b->kind[k] < k && !same_kind(b, b->kind[k], k))
            b->kind[k]++;
    }
}

/* A CPU of a block is like the one at the same place of another: wishes, and the core it is in. */
static bool alike(const struct blocks *b, const struct block *x, const struct block *y)
{
    const struct solver_problem *p = b->p;
    if (x->size != y->size || (b->packages_count > 1 && !same(p, PACKAGE, x->cpus[0], y->cpus[0])))
        return false;
    for (uint32_t i = 0; i < x->size; i++) {
        /* CPU 0 of the order is one of its own: the goal root_keeps speaks of it. */
        if (b->kind[x->cpus[i]] != b->kind[y->cpus[i]] || x->cpus[i] == 0 || y->cpus[i] == 0)
            return false;
        if (i > 0 &&
            same(p, CORE, x->cpus[i], x->cpus[i - 1]) != same(p, CORE, y->cpus[i], y->cpus[i - 1]))
            return false;
    }
    return true;
}

static void find_type(struct blocks *b, struct block *block)
{
    for (block->type = 0; block->type < b->types.count; block->type++) {
        struct block_type *type = &b->types.items[block->type];
        if (alike(b, type->like, block)) {
            type->count++;
            return;
        }
    }
    const struct block_type type = {
        .like = aj_memdup(b->arena, block, sizeof *block),
        .count = 1,
        .package = b->packages_count > 1 ? b->p->cpus[block->cpus[0]].domain[PACKAGE] : 0};
    AJ_PUSH(b->arena, &b->types, type);
}

/* The order of CPUs has those of a block one after the other. */
static void find_blocks(struct blocks *b)
{
    const struct solver_problem *p = b->p;
    for (uint32_t first = 0, end; first < p->cpus_count; first = end) {
        for (end = first + 1; end < p->cpus_count && same(p, L2, p->order[first], p->order[end]);)
            end++;
        struct block block = {.cpus = p->order + first, .size = end - first};
        find_type(b, &block);
        AJ_PUSH(b->arena, &b->items, block);
    }
}

/* Packages need variables if what is shared in them can differ. */
static void find_packages(struct blocks *b)
{
    const struct solver_problem *p = b->p;
    const uint32_t all = (1u << p->cells_count) - 1;
    b->packages_count =
        solver_keeps_apart(p, all, MODEL_DOMAIN_PACKAGE) ? p->domains_count[PACKAGE] : 1;
    for (uint32_t c = 0; c < p->cells_count; c++) {
        const struct solver_cell *cell = &p->cells[c];
        if (cell->req->realtime != NULL || cell->exclusive == MODEL_DOMAIN_PACKAGE ||
            cell->together == MODEL_DOMAIN_PACKAGE)
            b->packages_count = p->domains_count[PACKAGE];
    }
}

/* Does it tie CPUs or lines to other decisions, count lines, or say how many statements must be true? */
static bool ties(const struct model_constraint *constraint)
{
    const bool counts = constraint->kind == MODEL_CONSTRAINT_BOUND;
    bool cpus = false, others = counts && constraint->at_least > 0;
    for (size_t i = 0; i < constraint->literals_count; i++) {
        const enum model_literal_kind kind = constraint->literals[i].kind;
        const bool about_cpus = kind == MODEL_LITERAL_CPUS || kind == MODEL_LITERAL_ROUTE;
        cpus = cpus || about_cpus;
        others = others || !about_cpus || (counts && kind == MODEL_LITERAL_ROUTE);
    }
    return cpus && others;
}

static void find_lines(struct blocks *b)
{
    const struct solver_problem *p = b->p;
    b->lines = AJ_NEW_ARRAY(b->arena, uint32_t, p->cpus_count);
    for (size_t q = 0; b->earlier != NULL && q < p->lines.count; q++) {
        if (b->earlier->line_cpu[q] != AJ_NONE32 && solver_line_decided(&p->lines.items[q]))
            b->lines[b->earlier->line_cpu[q]]++;
    }
}

/* Is memory to be near CPUs of a guest that asks for none? Then it matters whether it gets one. */
static bool is_near_nobody(const struct solver_problem *p)
{
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (solver_near_holds(p, r) && !p->cells[r->cell].wants_cpus)
            return true;
    }
    return false;
}

/* No constraints that tie, or speak of guests' lines; nor is a board of one package divided. */
static bool is_plain(const struct solver_problem *p)
{
    const uint32_t all = (1u << p->cells_count) - 1;
    if (p->domains_count[PACKAGE] == 1 && solver_keeps_apart(p, all, MODEL_DOMAIN_PACKAGE))
        return false;
    for (uint32_t c = 0; c < p->cells_count; c++) {
        if (p->cells[c].exclusive == MODEL_DOMAIN_PACKAGE && p->domains_count[PACKAGE] == 1)
            return false;
    }
    if (solver_near_ties(p) || is_near_nobody(p))
        return false;
    for (uint32_t c = 1; c < p->cells_count; c++) {
        if (p->cells[c].names_lines)
            return false;
    }
    for (size_t i = 0; i < p->req->constraints_count; i++) {
        if (ties(&p->req->constraints[i]))
            return false;
    }
    return true;
}

bool blocks_find(struct blocks *b, struct aj_arena *arena, const struct solver_problem *p,
                 const struct solver_search_options *options, enum blocks_detail detail)
{
    *b = (struct blocks){.p = p,
                         .arena = arena,
                         .cells_count = p->cells_count,
                         .options = detail == BLOCKS_LINES ? options : NULL,
                         .earlier = detail != BLOCKS_COARSE &&
                                            solver_minimises(options, MODEL_OBJECTIVE_STABILITY)
                                        ? p->earlier
                                        : NULL};
    if (p->cells_count > BLOCKS_CELLS_MAX || p->cpus_count == 0 || !is_nested(p) || !is_plain(p) ||
        !count_cpus(b) || !blocks_find_said(b))
        return false;
    const bool first_alone = speaks_of_first(b);
    if (detail == BLOCKS_COARSE) {
        b->said.count = 0;
        b->rules.count = 0;
    }
    find_lines(b);
    if (detail == BLOCKS_LINES && !blocks_find_bound(b))
        return false;
    find_allowed(b);
    if (!can_go_without(b))
        return false;
    find_packages(b);
    if (b->packages_count > 1 && p->cells_count > BLOCKS_SETS_MAX)
        return false;
    find_kinds(b, first_alone);
    find_blocks(b);
    return blocks_find_ways(b);
}
