/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks.h"

#include "solver/blocks_priv.h"

struct deciding {
    struct apart apart;
    struct blocks blocks;
    struct blocks_program program;
    uint32_t next;  /* column of ways.items[0]: the block in question is divided like this */
    uint32_t taken; /* row of ways.items[0]: no more are taken than there are */
    uint32_t one;   /* row of types.items[0]: one way for the block in question */
    bool proved;
};

/* Columns and rows that ask how the next block of a type may be divided at the least. */
static void add_next(struct deciding *d)
{
    int64_t *values =
        AJ_NEW_ARRAY(d->blocks.arena, int64_t, d->apart.ip.cols.count + d->blocks.ways.count);
    memcpy(values, d->apart.values, d->apart.ip.cols.count * sizeof *values);
    d->apart.values = values;
    d->next = (uint32_t)d->apart.ip.cols.count;
    for (uint32_t j = 0; j < d->blocks.ways.count; j++)
        (void)solver_ip_col(&d->apart.ip, 0, 0, "next(%u)", j);
    d->taken = (uint32_t)d->apart.ip.rows.count;
    for (uint32_t j = 0; j < d->blocks.ways.count; j++) {
        solver_ip_row(&d->apart.ip, SOLVER_FAMILY_CPU, 0, SOLVER_FREE, "taken(%u)", j);
        solver_ip_term(&d->apart.ip, d->program.ways + j, 1);
        solver_ip_term(&d->apart.ip, d->next + j, -1);
    }
    d->one = (uint32_t)d->apart.ip.rows.count;
    for (uint32_t t = 0; t < d->blocks.types.count; t++) {
        const struct block_type *type = &d->blocks.types.items[t];
        solver_ip_row(&d->apart.ip, SOLVER_FAMILY_CPU, 0, 0, "next_one(%u)", t);
        for (uint32_t j = 0; j < type->ways_count; j++)
            solver_ip_term(&d->apart.ip, d->next + type->first_way + j, 1);
    }
}

static int64_t taken(const struct deciding *d, uint32_t way)
{
    return d->apart.ip.cols.items[d->program.ways + way].lower;
}

/* The least way of the type that the answer at hand has left for another block. */
static uint32_t least_left(const struct deciding *d, const struct block_type *type)
{
    uint32_t way = type->first_way;
    while (d->apart.values[d->program.ways + way] == taken(d, way))
        way++;
    return way;
}

/* The least way in which the block can be divided, given how those before it are. */
static enum aj_status solve_block(struct deciding *d, const struct block *block, uint32_t *way)
{
    const struct block_type *type = &d->blocks.types.items[block->type];
    const uint32_t first = type->first_way, last = least_left(d, type), one = d->one + block->type;
    struct solver_answer answer = {.verdict = SOLVER_OPTIMAL};
    *way = last;
    if (last > first) {
        const struct aj_mark mark = aj_arena_mark(d->apart.cx->scratch);
        struct solver_term *terms =
            AJ_NEW_ARRAY(d->apart.cx->scratch, struct solver_term, last - first + 1);
        for (uint32_t j = first; j <= last; j++) {
            terms[j - first] = (struct solver_term){d->next + j, j - first};
            d->apart.ip.cols.items[d->next + j].upper = 1;
            d->apart.ip.rows.items[d->taken + j].lower = taken(d, j);
        }
        d->apart.ip.rows.items[one].lower = d->apart.ip.rows.items[one].upper = 1;
        d->apart.values[d->next + last] = 1;
        AJ_TRY(apart_minimise(&d->apart, terms, last - first + 1, &answer));
        aj_arena_release(d->apart.cx->scratch, mark);
        *way = first + (uint32_t)answer.value;
        d->apart.values[d->next + *way] = 0;
        d->apart.ip.rows.items[one].lower = d->apart.ip.rows.items[one].upper = 0;
        for (uint32_t j = first; j <= last; j++) {
            d->apart.ip.cols.items[d->next + j].upper = 0;
            d->apart.ip.rows.items[d->taken + j].lower = 0;
        }
    }
    d->proved = d->proved && answer.value == answer.bound;
    d->apart.ip.cols.items[d->program.ways + *way].lower++;
    return AJ_OK;
}

static enum aj_status solve_order(struct deciding *d)
{
    uint32_t *owner = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->blocks.p->cpus_count);
    add_next(d);
    for (uint32_t i = 0; i < d->blocks.items.count; i++) {
        const struct block *block = &d->blocks.items.items[i];
        uint32_t way;
        AJ_TRY(solve_block(d, block, &way));
        for (uint32_t k = 0; k < block->size; k++)
            owner[block->cpus[k]] = d->blocks.ways.items[way].owner[k];
    }
    apart_close(&d->apart, owner, d->proved);
    return AJ_OK;
}

/* Who is in which package, and with how many CPUs: the rest is nearly whole by itself then. */
static void branch_on_packages(struct deciding *d)
{
    if (d->blocks.packages_count < 2)
        return;
    d->apart.first_count = 2 * d->blocks.packages_count * d->blocks.cells_count;
    uint32_t *first = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->apart.first_count);
    for (uint32_t i = 0; i < d->apart.first_count; i++)
        first[i] = d->program.there + i;
    d->apart.first = first;
}

/* What the user prices, against isolation: what comes first is worth more than all of the other. */
static int64_t price(const struct solver_search_options *options)
{
    for (size_t i = 0; i < options->objectives_count; i++) {
        if (options->objectives[i].objective == MODEL_OBJECTIVE_PREFERENCES)
            return 10000;
        if (options->objectives[i].objective == MODEL_OBJECTIVE_ISOLATION)
            return 1;
    }
    return 1;
}

static void guess(struct deciding *d, uint32_t *owner)
{
    const struct solver_search_options *options = d->apart.options;
    if (!blocks_guess(&d->blocks, price(options),
                      options->objectives_count > 0 ? BLOCKS_GOOD : BLOCKS_ANY, owner))
        return;
    d->apart.values = AJ_NEW_ARRAY(d->blocks.arena, int64_t, d->apart.ip.cols.count);
    blocks_program_values(&d->program, owner, d->apart.values);
    d->apart.known = true;
}

static enum aj_status decide(struct deciding *d)
{
    uint32_t *owner = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->blocks.p->cpus_count);
    struct solver_answer answer;
    blocks_program_build(&d->program, &d->apart.ip, &d->blocks);
    branch_on_packages(d);
    guess(d, owner);
    if (d->apart.known && d->apart.options->objectives_count == 0) {
        apart_close(&d->apart, owner, false);
        return AJ_OK;
    }
    AJ_TRY(apart_levels(&d->apart));
    if (!d->apart.known && !d->apart.result->infeasible)
        AJ_TRY(apart_minimise(&d->apart, NULL, 0, &answer));
    return d->apart.known ? solve_order(d) : AJ_OK;
}

/* More CPUs than there are, whatever else is wished? */
static bool asks_too_many(const struct solver_problem *p)
{
    uint64_t asked = 0;
    for (uint32_t c = 0; c < p->cells_count; c++) {
        const uint32_t count = p->cells[c].wants_cpus ? p->cells[c].count : 0;
        asked += c == SOLVER_ROOT && count == 0 ? 1 : count;
    }
    return asked > p->cpus_count;
}

/* The number of CPUs of a guest that asks for none is not decided here, if it counts at all. */
static bool asks_none(const struct solver_problem *p)
{
    bool none = false;
    for (uint32_t c = 1; c < p->cells_count; c++)
        none = none || !p->cells[c].wants_cpus;
    return none;
}

enum aj_status solver_blocks_decide(struct aj_ctx *cx, const struct solver_problem *p,
                                    const struct solver_search_options *options,
                                    struct solver_apart *owners)
{
    struct deciding d = {.proved = true};
    apart_open(&d.apart, cx, options, p->arena, owners);
    owners->infeasible = asks_too_many(p);
    if (owners->infeasible || (options->objectives_count > 0 && asks_none(p)))
        return AJ_OK;
    const bool stable = solver_minimises(options, MODEL_OBJECTIVE_STABILITY);
    return blocks_find(&d.blocks, p->arena, p, stable) ? decide(&d) : AJ_OK;
}
