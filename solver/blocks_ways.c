/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks_priv.h"

enum { CORE, L2 };                    /* slots of solver_cpu.domain */
enum { TRIED_MAX = 200000 };          /* of one type */
enum { TABLE = 4 * BLOCKS_WAYS_MAX }; /* places for ways of one type, more than there are */

static bool same(const struct solver_problem *p, size_t slot, uint32_t a, uint32_t b)
{
    return p->cpus[a].domain[slot] == p->cpus[b].domain[slot];
}

int64_t blocks_share_cost(const struct solver_problem *p, uint32_t cells, size_t slot)
{
    int64_t present = 0, realtime = 0;
    for (uint32_t c = 0; c < p->cells_count; c++) {
        present += cells >> c & 1;
        realtime += (cells >> c & 1) != 0 && p->cells[c].req->realtime != NULL;
    }
    return realtime * (present - 1) * solver_share_cost(slot);
}

/* A block, and owners of its CPUs. */
struct division {
    const struct blocks *b;
    const struct block *block;
    uint32_t *owner; /* of the first CPUs, so far */
};

struct enumeration {
    struct division d;
    struct blocks *to;
    struct block_type *type;
    uint32_t *given; /* given[cell]: CPUs of the block, so far */
    uint32_t tried;  /* ways, good or not */
    uint32_t *table; /* table[TABLE]: ways by what they do; AJ_NONE32: none */
};

/* First CPU of the core of CPU `i` of the block. */
static uint32_t core_start(const struct division *d, uint32_t i)
{
    while (i > 0 && same(d->b->p, CORE, d->block->cpus[i], d->block->cpus[i - 1]))
        i--;
    return i;
}

static uint32_t core_end(const struct division *d, uint32_t i)
{
    for (i++; i < d->block->size && same(d->b->p, CORE, d->block->cpus[i], d->block->cpus[i - 1]);)
        i++;
    return i;
}

/*
 * The least owner of CPU `i` in a way that is in order: equal CPUs of a core ascend, and of equal
 * cores that stand next to each other the second is no less than the first.
 */
static uint32_t least_owner(const struct division *d, uint32_t i)
{
    const uint32_t *cpus = d->block->cpus, *kind = d->b->kind;
    const uint32_t start = core_start(d, i), at = i - start;
    uint32_t least = 0;
    if (at > 0 && kind[cpus[i]] == kind[cpus[i - 1]])
        least = d->owner[i - 1];
    if (start == 0)
        return least;
    const uint32_t before = core_start(d, start - 1), size = core_end(d, start) - start;
    if (start - before != size)
        return least;
    for (uint32_t k = 0; k < size; k++) {
        if (kind[cpus[before + k]] != kind[cpus[start + k]])
            return least;
    }
    for (uint32_t k = 0; k < at; k++) {
        if (d->owner[before + k] != d->owner[start + k])
            return least;
    }
    return d->owner[before + at] > least ? d->owner[before + at] : least;
}

static uint32_t cells_in(const struct division *d, uint32_t from, uint32_t to)
{
    uint32_t cells = 0;
    for (uint32_t i = from; i < to; i++)
        cells |= 1u << d->owner[i];
    return cells;
}

/* May exactly these cells share a domain of the level, of which CPUs `from` to `to` are a whole? */
static bool may_share(const struct division *d, uint32_t cells, enum model_domain level,
                      uint32_t from, uint32_t to)
{
    const struct solver_problem *p = d->b->p;
    if (solver_keeps_apart(p, cells, level))
        return false;
    for (uint32_t c = 0; c < p->cells_count; c++) {
        uint32_t mine = 0;
        if ((cells >> c & 1) == 0)
            continue;
        for (uint32_t i = from; i < to; i++)
            mine += d->owner[i] == c;
        if ((p->cells[c].exclusive == level && mine != to - from) ||
            (p->cells[c].together == level && mine != d->b->count[c]))
            return false;
    }
    return true;
}

enum solver_nearness blocks_nearness(const struct blocks *b, const struct block *block,
                                     const uint32_t *owner, uint32_t i)
{
    enum solver_nearness near = SOLVER_FAR;
    if (owner[i] != SOLVER_ROOT)
        return SOLVER_NOT_ROOT;
    for (uint32_t k = 0; k < block->size; k++) {
        if (owner[k] == SOLVER_ROOT || b->p->cells[owner[k]].req->realtime == NULL)
            continue;
        if (same(b->p, CORE, block->cpus[i], block->cpus[k]))
            return SOLVER_BY_CORE;
        near = SOLVER_BY_CACHE;
    }
    return near;
}

/* Counts the root's CPUs by what real-time guests share with them. */
static void count_root(const struct division *d, struct way *way)
{
    for (uint32_t i = 0; i < d->block->size; i++) {
        const enum solver_nearness near = blocks_nearness(d->b, d->block, d->owner, i);
        way->far += near == SOLVER_FAR;
        way->mid += near == SOLVER_BY_CACHE;
        way->near += near == SOLVER_BY_CORE;
    }
}

/* Statements that are true, as far as this block can tell. */
static void find_says(const struct division *d, struct way *way, uint32_t *says)
{
    for (uint32_t i = 0; i < d->b->said.count; i++) {
        bool is = false;
        for (uint32_t k = 0; k < d->block->size && !is; k++)
            is = blocks_says(d->b, &d->b->said.items[i], d->block->cpus[k], d->owner[k]);
        if (is)
            says[way->says_count++] = i;
    }
    way->says = says;
}

static void count_changes(const struct division *d, struct way *way)
{
    for (uint32_t k = 0; d->b->earlier != NULL && k < d->block->size; k++) {
        const uint32_t cpu = d->block->cpus[k], before = d->b->earlier->owner[cpu];
        way->changes += before != AJ_NONE32 && before != d->owner[k];
        way->lines += d->owner[k] != SOLVER_ROOT ? d->b->lines[cpu] : 0;
    }
    way->changes += way->lines;
}

/* False if cells share what they must not. says[said.count]: where its statements are put. */
static bool judge(const struct division *d, struct way *way, uint32_t *says)
{
    const struct solver_problem *p = d->b->p;
    const uint32_t size = d->block->size;
    *way = (struct way){.type = d->block->type, .cells = cells_in(d, 0, size), .owner = d->owner};
    if (!may_share(d, way->cells, MODEL_DOMAIN_L2, 0, size))
        return false;
    for (uint32_t from = 0, to; from < size; from = to) {
        to = core_end(d, from);
        const uint32_t cells = cells_in(d, from, to);
        if (!may_share(d, cells, MODEL_DOMAIN_CORE, from, to))
            return false;
        way->isolation += blocks_share_cost(p, cells, CORE);
    }
    way->isolation += blocks_share_cost(p, way->cells, L2);
    way->takes_first = d->block->cpus[0] == 0 && d->owner[0] != SOLVER_ROOT;
    count_changes(d, way);
    find_says(d, way, says);
    count_root(d, way);
    return true;
}

static uint32_t given_to(const struct way *way, uint32_t size, uint32_t cell)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < size; k++)
        count += way->owner[k] == cell;
    return count;
}

/* Are CPUs that lines are bound to, if any are, the root's in both, and as near to guests? */
static bool same_bound(const struct blocks *b, const struct way *x, const struct way *y)
{
    const struct block *block = b->types.items[x->type].like;
    for (uint32_t i = 0; b->bound != NULL && i < block->size; i++) {
        if (b->bound[block->cpus[i]] &&
            blocks_nearness(b, block, x->owner, i) != blocks_nearness(b, block, y->owner, i))
            return false;
    }
    return true;
}

/* Do they the same, but for changes, statements, and who has the first CPU? `b` has the type of `x`. */
static bool same_division(const struct blocks *b, const struct way *x, const struct way *y)
{
    const uint32_t size = b->types.items[x->type].like->size;
    if (x->cells != y->cells || x->isolation != y->isolation || x->far != y->far ||
        x->mid != y->mid || x->near != y->near)
        return false;
    for (uint32_t c = 0; c < b->cells_count; c++) {
        if ((x->cells >> c & 1) != 0 && given_to(x, size, c) != given_to(y, size, c))
            return false;
    }
    return true;
}

/* Do they the same, but for changes? */
static bool same_deed(const struct blocks *b, const struct way *x, const struct way *y)
{
    if (x->takes_first != y->takes_first || x->says_count != y->says_count ||
        !same_bound(b, x, y) || !same_division(b, x, y))
        return false;
    for (uint32_t i = 0; i < x->says_count; i++) {
        if (x->says[i] != y->says[i])
            return false;
    }
    return true;
}

static uint32_t hash(const struct blocks *b, const struct way *way)
{
    const uint32_t size = b->types.items[way->type].like->size;
    uint32_t sum = way->takes_first;
    for (uint32_t c = 0; c < b->cells_count; c++)
        sum = sum * 31 + given_to(way, size, c);
    for (uint32_t i = 0; i < way->says_count; i++)
        sum = sum * 31 + way->says[i] + 1;
    return (sum * UINT32_C(2654435761)) >> 8;
}

/* The place in the table of the way that does the same, or of none. */
static uint32_t *find_same(const struct enumeration *e, const struct way *way)
{
    uint32_t at = hash(e->to, way) % TABLE;
    while (e->table[at] != AJ_NONE32 && !same_deed(e->to, &e->to->ways.items[e->table[at]], way))
        at = (at + 1) % TABLE;
    return &e->table[at];
}

static void take_way(struct enumeration *e, uint32_t *says)
{
    struct way way;
    if (!judge(&e->d, &way, says))
        return;
    uint32_t *same = find_same(e, &way);
    if (*same != AJ_NONE32 && e->to->ways.items[*same].changes <= way.changes)
        return;
    way.owner = aj_memdup(e->to->arena, way.owner, e->d.block->size * sizeof *way.owner);
    way.says = aj_memdup(e->to->arena, way.says, way.says_count * sizeof *way.says);
    /* What it replaces stays, in no cell's name, until all are there: the order is the owners'. */
    if (*same != AJ_NONE32)
        e->to->ways.items[*same].cells = 0;
    *same = (uint32_t)e->to->ways.count;
    AJ_PUSH(e->to->arena, &e->to->ways, way);
}

/* False if there are too many. */
static bool list_ways(struct enumeration *e, uint32_t i, uint32_t *says)
{
    const struct division *d = &e->d;
    if (i == d->block->size) {
        take_way(e, says);
        return e->to->ways.count - e->type->first_way <= BLOCKS_WAYS_MAX && ++e->tried <= TRIED_MAX;
    }
    for (uint32_t c = least_owner(d, i); c < d->b->cells_count; c++) {
        if ((d->b->allowed[d->block->cpus[i]] >> c & 1) == 0 || e->given[c] == d->b->count[c])
            continue;
        d->owner[i] = c;
        e->given[c]++;
        const bool fits = list_ways(e, i + 1, says);
        e->given[c]--;
        if (!fits)
            return false;
    }
    return true;
}

/* Those that were replaced are no more. */
static void drop_replaced(struct blocks *b, struct block_type *type)
{
    size_t kept = type->first_way;
    for (size_t i = type->first_way; i < b->ways.count; i++) {
        if (b->ways.items[i].cells != 0)
            b->ways.items[kept++] = b->ways.items[i];
    }
    b->ways.count = kept;
    type->ways_count = (uint32_t)kept - type->first_way;
}

bool blocks_find_ways(struct blocks *b)
{
    uint32_t *table = AJ_NEW_ARRAY(b->arena, uint32_t, TABLE);
    uint32_t *says = AJ_NEW_ARRAY(b->arena, uint32_t, b->said.count);
    for (uint32_t t = 0; t < b->types.count; t++) {
        struct block_type *type = &b->types.items[t];
        struct enumeration e = {.d = {b, type->like, NULL}, .to = b, .type = type, .table = table};
        e.d.owner = AJ_NEW_ARRAY(b->arena, uint32_t, type->like->size);
        e.given = AJ_NEW_ARRAY(b->arena, uint32_t, b->cells_count);
        type->first_way = (uint32_t)b->ways.count;
        for (uint32_t i = 0; i < TABLE; i++)
            table[i] = AJ_NONE32;
        if (!list_ways(&e, 0, says))
            return false;
        drop_replaced(b, type);
        if (type->ways_count == 0 || b->ways.count > BLOCKS_WAYS_MAX)
            return false;
    }
    return true;
}

static uint32_t find_way(const struct blocks *b, const struct way *way)
{
    const struct block_type *type = &b->types.items[way->type];
    uint32_t at = type->first_way;
    while (at < type->first_way + type->ways_count && !same_deed(b, &b->ways.items[at], way))
        at++;
    return at < type->first_way + type->ways_count ? at : AJ_NONE32;
}

uint32_t blocks_way_of(const struct blocks *b, const struct block *block, const uint32_t *owner)
{
    uint32_t *mine = AJ_NEW_ARRAY(b->arena, uint32_t, block->size);
    uint32_t *says = AJ_NEW_ARRAY(b->arena, uint32_t, b->said.count);
    const struct division d = {b, block, mine};
    struct way way;
    for (uint32_t k = 0; k < block->size; k++)
        mine[k] = owner[block->cpus[k]];
    if (!judge(&d, &way, says))
        return AJ_NONE32;
    const uint32_t at = find_way(b, &way);
    if (at != AJ_NONE32)
        return at;
    /* In the order of the ways the root has the first CPU where it has one that is like it. */
    way.takes_first = 0;
    return find_way(b, &way);
}

bool blocks_relate(struct blocks *b, const struct blocks *coarse)
{
    for (size_t t = 0; t < b->types.count; t++) {
        const struct block_type *type = &b->types.items[t];
        size_t i = 0;
        while (b->items.items[i].type != t)
            i++;
        const struct block_type *like = &coarse->types.items[coarse->items.items[i].type];
        for (uint32_t j = type->first_way; j < type->first_way + type->ways_count; j++) {
            struct way *way = &b->ways.items[j];
            way->coarse = AJ_NONE32;
            for (uint32_t w = like->first_way; w < like->first_way + like->ways_count; w++) {
                const struct way *other = &coarse->ways.items[w];
                if (same_division(b, way, other) &&
                    (way->coarse == AJ_NONE32 || other->takes_first == way->takes_first))
                    way->coarse = w;
            }
            if (way->coarse == AJ_NONE32)
                return false;
        }
    }
    return true;
}
