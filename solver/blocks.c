/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks.h"

#include "solver/blocks_priv.h"

/* The coarse program is asked so often about one block. */
enum { ASKED_MAX = 8 };

struct deciding {
    struct apart apart;
    struct blocks blocks;
    struct blocks_program program;
    uint32_t next;  /* column of ways.items[0]: the block in question is divided like this */
    uint32_t taken; /* row of ways.items[0]: no more are taken than there are */
    uint32_t one;   /* row of types.items[0]: one way for the block in question */
    bool proved;
    struct blocks_judge judge;
    struct deciding *coarse; /* the same without what tells CPUs apart; NULL: nothing does */
};

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

/*
 * The least way in which the block can be divided, given how those before it are; it is known to be none
 * before `first`.
 */
static enum aj_status solve_block(struct deciding *d, const struct block *block, uint32_t first,
                                  uint32_t *way)
{
    const struct block_type *type = &d->blocks.types.items[block->type];
    const uint32_t last = least_left(d, type), one = d->one + block->type;
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
    return AJ_OK;
}

static void take(struct deciding *d, uint32_t way)
{
    d->apart.ip.cols.items[d->program.ways + way].lower++;
}

static void set_owners(const struct block *block, const struct way *way, uint32_t *owner)
{
    for (uint32_t k = 0; k < block->size; k++)
        owner[block->cpus[k]] = way->owner[k];
}

/* Owners with the answer at hand: blocks from `first` on are divided as it has them left. */
static void spread(const struct deciding *d, size_t first, uint32_t *owner)
{
    uint32_t *given = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->blocks.ways.count);
    for (size_t i = first; i < d->blocks.items.count; i++) {
        const struct block *block = &d->blocks.items.items[i];
        uint32_t way = d->blocks.types.items[block->type].first_way;
        while (d->apart.values[d->program.ways + way] == taken(d, way) + given[way])
            way++;
        given[way]++;
        set_owners(block, &d->blocks.ways.items[way], owner);
    }
}

/* The answer that these owners are; NULL if it is not known to be one. */
static int64_t *values_of(const struct deciding *d, const uint32_t *owner)
{
    int64_t *values = AJ_NEW_ARRAY(d->blocks.arena, int64_t, d->apart.ip.cols.count);
    return blocks_program_values(&d->program, owner, values) ? values : NULL;
}

/* What the user's prices may come to at the most, where nothing but they is minimised in their level. */
static int64_t most_paid(const struct deciding *d)
{
    const struct solver_search_options *options = d->apart.options;
    for (size_t i = 0, first = 0; i < d->apart.goals_count; i++) {
        const struct model_priority *of = &options->objectives[first];
        const size_t end = solver_level_end(options, first);
        if (of->objective == MODEL_OBJECTIVE_PREFERENCES && end == first + 1 && of->weight > 0)
            return d->apart.goals[i].goal.terms.count > 0 ? d->apart.goals[i].held / of->weight
                                                          : BLOCKS_BROKEN - 1;
        first = end;
    }
    return BLOCKS_BROKEN - 1;
}

/* Owners of blocks up to `index`, which is divided in this way; of the others nothing is known. */
static uint32_t *known_owners(const struct deciding *d, size_t index, const struct way *way,
                              const uint32_t *owner)
{
    const uint32_t count = d->blocks.p->cpus_count;
    uint32_t *known = aj_memdup(d->blocks.arena, owner, count * sizeof *known);
    for (size_t i = index; i < d->blocks.items.count; i++) {
        for (uint32_t k = 0; k < d->blocks.items.items[i].size; k++)
            known[d->blocks.items.items[i].cpus[k]] = BLOCKS_NOBODY;
    }
    set_owners(&d->blocks.items.items[index], way, known);
    return known;
}

/* The coarse answer at hand, this way of block `index` in place of its own, arranged so that nothing is lost. */
static void arrange(struct deciding *d, size_t index, uint32_t coarse_way, const uint32_t *known,
                    const uint32_t *owner)
{
    struct deciding *c = d->coarse;
    const uint32_t count = d->blocks.p->cpus_count;
    uint32_t *trial = aj_memdup(d->blocks.arena, known, count * sizeof *trial);
    bool *locked = AJ_NEW_ARRAY(d->blocks.arena, bool, count);
    take(c, coarse_way);
    spread(c, index + 1, trial);
    c->apart.ip.cols.items[c->program.ways + coarse_way].lower--;
    for (uint32_t k = 0; k < count; k++)
        locked[k] = known[k] != BLOCKS_NOBODY;
    if (!blocks_improve(&d->blocks, price(d->apart.options), locked, owner, trial))
        return;
    int64_t *values = values_of(d, trial);
    if (values != NULL && apart_keeps_levels(&d->apart, values))
        d->apart.values = values;
}

/* Is there a coarse answer with this way? If so, it is the one at hand. */
static enum aj_status ask(struct deciding *c, uint32_t way, enum solver_verdict *verdict)
{
    struct solver_answer answer;
    take(c, way);
    AJ_TRY(apart_minimise(&c->apart, NULL, 0, &answer));
    c->apart.ip.cols.items[c->program.ways + way].lower--;
    *verdict = answer.verdict;
    return AJ_OK;
}

/*
 * No way of block `index` before *first is possible: each breaks a rule or costs too much with those of
 * the blocks before, or is none in the coarse program. The answer at hand, which these owners are, is
 * replaced where one with that way is seen.
 */
static enum aj_status look_ahead(struct deciding *d, size_t index, const uint32_t *owner,
                                 uint32_t *first)
{
    struct deciding *c = d->coarse;
    const struct block *same = &c->blocks.items.items[index];
    const uint32_t last = least_left(d, &d->blocks.types.items[d->blocks.items.items[index].type]);
    const int64_t most = most_paid(d);
    bool *out = AJ_NEW_ARRAY(d->blocks.arena, bool, c->blocks.ways.count);
    enum solver_verdict verdict = SOLVER_OPTIMAL;
    uint32_t least;
    c->apart.values = values_of(c, owner);
    c->proved = true;
    AJ_TRY(solve_block(c, same, c->blocks.types.items[same->type].first_way, &least));
    for (uint32_t asked = 0; c->proved && *first < last && asked < ASKED_MAX; (*first)++) {
        const uint32_t *known = known_owners(d, index, &d->blocks.ways.items[*first], owner);
        const uint32_t way = blocks_way_of(&c->blocks, same, known);
        if (way < least || out[way] ||
            blocks_rules_cost(&d->blocks, known, 1, BLOCKS_BROKEN) > most)
            continue;
        if (way != least || asked > 0) {
            AJ_TRY(ask(c, way, &verdict));
            asked++;
        }
        out[way] = verdict == SOLVER_INFEASIBLE;
        if (out[way])
            continue;
        if (verdict != SOLVER_LIMIT)
            arrange(d, index, way, known, owner);
        break;
    }
    return AJ_OK;
}

static enum aj_status solve_order(struct deciding *d)
{
    uint32_t *owner = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->blocks.p->cpus_count);
    struct deciding *c = d->coarse;
    add_next(d);
    if (c != NULL) {
        apart_loosen(&c->apart, &d->apart);
        add_next(c);
    }
    for (uint32_t i = 0; i < d->blocks.items.count; i++) {
        const struct block *block = &d->blocks.items.items[i];
        const struct block_type *type = &d->blocks.types.items[block->type];
        uint32_t first = type->first_way, way;
        spread(d, i, owner);
        if (c != NULL && first < least_left(d, type))
            AJ_TRY(look_ahead(d, i, owner, &first));
        AJ_TRY(solve_block(d, block, first, &way));
        take(d, way);
        set_owners(block, &d->blocks.ways.items[way], owner);
        if (c != NULL)
            take(c, blocks_way_of(&c->blocks, &c->blocks.items.items[i], owner));
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

/* From the coarse answer if there is one. */
static bool guess(const struct deciding *d, uint32_t *owner)
{
    const struct solver_search_options *options = d->apart.options;
    const int64_t cost = price(options);
    if (d->coarse != NULL) {
        spread(d->coarse, 0, owner);
        if (blocks_improve(&d->blocks, cost, NULL, NULL, owner))
            return true;
    }
    return blocks_guess(&d->blocks, cost, options->objectives_count > 0 ? BLOCKS_GOOD : BLOCKS_ANY,
                        owner);
}

static enum aj_status minimise(struct deciding *d, uint32_t *owner)
{
    blocks_program_build(&d->program, &d->apart.ip, &d->blocks);
    branch_on_packages(d);
    if (guess(d, owner))
        d->apart.values = values_of(d, owner);
    d->apart.known = d->apart.values != NULL;
    return d->apart.known && d->apart.options->objectives_count == 0 ? AJ_OK
                                                                     : apart_levels(&d->apart);
}

/* The same with fewer types of blocks, if there are; what is infeasible there is so here. */
static enum aj_status decide_coarse(struct deciding *d)
{
    const struct solver_problem *p = d->blocks.p;
    struct deciding *c = AJ_NEW(d->blocks.arena, struct deciding);
    struct solver_apart *result = AJ_NEW(d->blocks.arena, struct solver_apart);
    if ((d->blocks.rules.count == 0 && d->blocks.earlier == NULL && d->blocks.bound == NULL) ||
        d->apart.options->objectives_count == 0 ||
        !blocks_find(&c->blocks, p->arena, p, d->apart.options, BLOCKS_COARSE))
        return AJ_OK;
    apart_open(&c->apart, d->apart.cx, d->apart.options, p->arena, result);
    AJ_TRY(minimise(c, AJ_NEW_ARRAY(p->arena, uint32_t, p->cpus_count)));
    d->apart.result->infeasible = result->infeasible;
    if (c->apart.known) {
        d->coarse = c;
        d->apart.coarse = &c->apart;
    }
    return AJ_OK;
}

static enum aj_status decide(struct deciding *d)
{
    uint32_t *owner = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->blocks.p->cpus_count);
    struct solver_answer answer;
    AJ_TRY(decide_coarse(d));
    if (d->apart.result->infeasible)
        return AJ_OK;
    if (d->blocks.options != NULL) {
        d->judge = (struct blocks_judge){.program = &d->program, .apart = &d->apart};
        d->apart.judge = blocks_lines_judge;
        d->apart.judge_arg = &d->judge;
    }
    AJ_TRY(minimise(d, owner));
    if (d->apart.known && d->apart.options->objectives_count == 0) {
        apart_close(&d->apart, owner, false);
        return AJ_OK;
    }
    if (!d->apart.known && !d->apart.result->infeasible)
        AJ_TRY(apart_minimise(&d->apart, NULL, 0, &answer));
    if (d->apart.known)
        AJ_TRY(solve_order(d));
    if (d->apart.unknown)
        d->apart.result->choice = NULL;
    return AJ_OK;
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
                                    enum solver_blocks_lines lines, struct solver_apart *owners)
{
    struct deciding d = {.proved = true};
    apart_open(&d.apart, cx, options, p->arena, owners);
    owners->infeasible = asks_too_many(p);
    if (owners->infeasible || (options->objectives_count > 0 && asks_none(p)))
        return AJ_OK;
    return blocks_find(&d.blocks, p->arena, p, options,
                       lines == SOLVER_LINES_JUDGED ? BLOCKS_LINES : BLOCKS_SAID)
               ? decide(&d)
               : AJ_OK;
}
