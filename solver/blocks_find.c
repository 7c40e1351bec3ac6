/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks_priv.h"

enum { CORE, L2, PACKAGE };                /* slots of solver_cpu.domain */
enum { TRIED_MAX = 16 * BLOCKS_WAYS_MAX }; /* of one type */

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
        if (p->board->arch == MODEL_ARCH_X86 && p->cpus[k].id == 0)
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
    return without == 0 || (root->exclusive == MODEL_DOMAIN_NONE &&
                            root->together == MODEL_DOMAIN_NONE && !is_root_apart(b->p));
}

/* A CPU of a block is like the one at the same place of another: wishes, and the core it is in. */
static bool alike(const struct blocks *b, const struct block *x, const struct block *y)
{
    const struct solver_problem *p = b->p;
    if (x->size != y->size || (b->packages_count > 1 && !same(p, PACKAGE, x->cpus[0], y->cpus[0])))
        return false;
    for (uint32_t i = 0; i < x->size; i++) {
        /* CPU 0 of the order is one of its own: the goal root_keeps speaks of it. */
        if (b->allowed[x->cpus[i]] != b->allowed[y->cpus[i]] || x->cpus[i] == 0 || y->cpus[i] == 0)
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

/* Ways */

int64_t blocks_share_cost(const struct solver_problem *p, uint32_t cells, size_t slot)
{
    int64_t present = 0, realtime = 0;
    for (uint32_t c = 0; c < p->cells_count; c++) {
        present += cells >> c & 1;
        realtime += (cells >> c & 1) != 0 && p->cells[c].req->realtime != NULL;
    }
    return realtime * (present - 1) * solver_share_cost(slot);
}

struct enumeration {
    struct blocks *b;
    uint32_t type;
    const struct block *block;
    uint32_t *owner; /* of the first CPUs, so far */
    uint32_t *given; /* given[cell]: CPUs of the block, so far */
    uint32_t tried;  /* ways, good or not */
};

/* First CPU of the core of CPU `i` of the block. */
static uint32_t core_start(const struct enumeration *e, uint32_t i)
{
    while (i > 0 && same(e->b->p, CORE, e->block->cpus[i], e->block->cpus[i - 1]))
        i--;
    return i;
}

static uint32_t core_end(const struct enumeration *e, uint32_t i)
{
    for (i++; i < e->block->size && same(e->b->p, CORE, e->block->cpus[i], e->block->cpus[i - 1]);)
        i++;
    return i;
}

/*
 * The least owner of CPU `i` in a way that is in order: equal CPUs of a core ascend, and of equal
 * cores that stand next to each other the second is no less than the first.
 */
static uint32_t least_owner(const struct enumeration *e, uint32_t i)
{
    const uint32_t *cpus = e->block->cpus, *allowed = e->b->allowed;
    const uint32_t start = core_start(e, i), at = i - start;
    uint32_t least = 0;
    if (at > 0 && allowed[cpus[i]] == allowed[cpus[i - 1]])
        least = e->owner[i - 1];
    if (start == 0)
        return least;
    const uint32_t before = core_start(e, start - 1), size = core_end(e, start) - start;
    if (start - before != size)
        return least;
    for (uint32_t k = 0; k < size; k++) {
        if (allowed[cpus[before + k]] != allowed[cpus[start + k]])
            return least;
    }
    for (uint32_t k = 0; k < at; k++) {
        if (e->owner[before + k] != e->owner[start + k])
            return least;
    }
    return e->owner[before + at] > least ? e->owner[before + at] : least;
}

static uint32_t cells_in(const struct enumeration *e, uint32_t from, uint32_t to)
{
    uint32_t cells = 0;
    for (uint32_t i = from; i < to; i++)
        cells |= 1u << e->owner[i];
    return cells;
}

/* May exactly these cells share a domain of the level, of which CPUs `from` to `to` are a whole? */
static bool may_share(const struct enumeration *e, uint32_t cells, enum model_domain level,
                      uint32_t from, uint32_t to)
{
    const struct solver_problem *p = e->b->p;
    if (solver_keeps_apart(p, cells, level))
        return false;
    for (uint32_t c = 0; c < p->cells_count; c++) {
        uint32_t mine = 0;
        if ((cells >> c & 1) == 0)
            continue;
        for (uint32_t i = from; i < to; i++)
            mine += e->owner[i] == c;
        if ((p->cells[c].exclusive == level && mine != to - from) ||
            (p->cells[c].together == level && mine != e->b->count[c]))
            return false;
    }
    return true;
}

/* Counts the root's CPUs by what real-time guests share with them. */
static void count_root(const struct enumeration *e, struct way *way)
{
    uint32_t guests = 0;
    for (uint32_t c = 1; c < e->b->p->cells_count; c++)
        guests |= e->b->p->cells[c].req->realtime != NULL ? 1u << c : 0;
    for (uint32_t i = 0; i < e->block->size; i++) {
        if (e->owner[i] != SOLVER_ROOT)
            continue;
        if ((cells_in(e, core_start(e, i), core_end(e, i)) & guests) != 0)
            way->near++;
        else if ((way->cells & guests) != 0)
            way->mid++;
        else
            way->far++;
    }
}

static void take_way(struct enumeration *e)
{
    const struct solver_problem *p = e->b->p;
    const uint32_t size = e->block->size;
    struct way way = {.type = e->type, .cells = cells_in(e, 0, size)};
    if (!may_share(e, way.cells, MODEL_DOMAIN_L2, 0, size))
        return;
    for (uint32_t from = 0, to; from < size; from = to) {
        to = core_end(e, from);
        const uint32_t cells = cells_in(e, from, to);
        if (!may_share(e, cells, MODEL_DOMAIN_CORE, from, to))
            return;
        way.isolation += blocks_share_cost(p, cells, CORE);
    }
    way.isolation += blocks_share_cost(p, way.cells, L2);
    way.owner = aj_memdup(e->b->arena, e->owner, size * sizeof *e->owner);
    count_root(e, &way);
    AJ_PUSH(e->b->arena, &e->b->ways, way);
}

/* False if there are too many. */
static bool list_ways(struct enumeration *e, uint32_t i)
{
    if (i == e->block->size) {
        take_way(e);
        return e->b->ways.count <= BLOCKS_WAYS_MAX && ++e->tried <= TRIED_MAX;
    }
    for (uint32_t c = least_owner(e, i); c < e->b->cells_count; c++) {
        if ((e->b->allowed[e->block->cpus[i]] >> c & 1) == 0 || e->given[c] == e->b->count[c])
            continue;
        e->owner[i] = c;
        e->given[c]++;
        const bool fits = list_ways(e, i + 1);
        e->given[c]--;
        if (!fits)
            return false;
    }
    return true;
}

static bool find_ways(struct blocks *b)
{
    for (uint32_t t = 0; t < b->types.count; t++) {
        struct block_type *type = &b->types.items[t];
        struct enumeration e = {.b = b, .type = t, .block = type->like};
        e.owner = AJ_NEW_ARRAY(b->arena, uint32_t, type->like->size);
        e.given = AJ_NEW_ARRAY(b->arena, uint32_t, b->cells_count);
        type->first_way = (uint32_t)b->ways.count;
        if (!list_ways(&e, 0))
            return false;
        type->ways_count = (uint32_t)b->ways.count - type->first_way;
        if (type->ways_count == 0)
            return false;
    }
    return true;
}

/* Does it tie CPUs to each other or to interrupts, or interrupts to CPUs, or price them? */
static bool ties(const struct model_constraint *constraint)
{
    for (size_t i = 0; i < constraint->literals_count; i++) {
        const struct model_literal *literal = &constraint->literals[i];
        if (literal->kind == MODEL_LITERAL_ROUTE ||
            (literal->kind == MODEL_LITERAL_CPUS &&
             (constraint->literals_count > 1 || model_constraint_is_priced(constraint))))
            return true;
    }
    return false;
}

/* No constraints that tie; nor is a board of one package divided. */
static bool is_plain(const struct solver_problem *p)
{
    const uint32_t all = (1u << p->cells_count) - 1;
    if (p->domains_count[PACKAGE] == 1 && solver_keeps_apart(p, all, MODEL_DOMAIN_PACKAGE))
        return false;
    for (uint32_t c = 0; c < p->cells_count; c++) {
        if (p->cells[c].exclusive == MODEL_DOMAIN_PACKAGE && p->domains_count[PACKAGE] == 1)
            return false;
    }
    if (solver_near_ties(p))
        return false;
    for (size_t i = 0; i < p->req->constraints_count; i++) {
        if (ties(&p->req->constraints[i]))
            return false;
    }
    return true;
}

bool blocks_find(struct blocks *b, struct aj_arena *arena, const struct solver_problem *p)
{
    /* What is changed least ties CPUs to interrupts. */
    if (p->earlier != NULL)
        return false;
    *b = (struct blocks){.p = p, .arena = arena, .cells_count = p->cells_count};
    if (p->cells_count > BLOCKS_CELLS_MAX || p->cpus_count == 0 || !is_nested(p) || !is_plain(p) ||
        !count_cpus(b))
        return false;
    find_allowed(b);
    if (!can_go_without(b))
        return false;
    find_packages(b);
    find_blocks(b);
    return find_ways(b);
}
