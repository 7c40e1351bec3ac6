/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The total order, block by block. */
#include "solver/blocks_deciding.h"

/* The coarse program is asked so often about one block. */
enum { ASKED_MAX = 64 };

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

/* The least way of the type that the answer at hand has left for another block. */
static uint32_t least_left(const struct deciding *d, const struct block_type *type)
{
    uint32_t way = type->first_way;
    while (d->apart.values[d->program.ways + way] == blocks_taken(d, way))
        way++;
    return way;
}

/* What the next block of a type may be divided like, each at a cost; one of them the answer at hand has. */
struct choices {
    uint32_t type;
    struct solver_term *ways; /* ways[count]: col: the way */
    size_t count;
};

static void open_choices(struct deciding *d, const struct choices *choices, int64_t one)
{
    struct solver_row *row = &d->apart.ip.rows.items[d->one + choices->type];
    row->lower = row->upper = one;
    for (size_t i = 0; i < choices->count; i++) {
        const uint32_t way = choices->ways[i].col;
        d->apart.ip.cols.items[d->next + way].upper = one;
        d->apart.ip.rows.items[d->taken + way].lower = one > 0 ? blocks_taken(d, way) : 0;
    }
}

/* The cheapest choice, given how the blocks before are divided, of which `known` is one that is left. */
static enum aj_status choose(struct deciding *d, const struct choices *choices, uint32_t known,
                             int64_t *cost)
{
    struct solver_answer answer;
    if (d->next == 0)
        add_next(d);
    struct solver_term *terms =
        aj_memdup(d->blocks.arena, choices->ways, choices->count * sizeof *terms);
    for (size_t i = 0; i < choices->count; i++)
        terms[i].col += d->next;
    open_choices(d, choices, 1);
    d->apart.values[d->next + known] = 1;
    AJ_TRY(apart_minimise(&d->apart, terms, choices->count, &answer));
    for (size_t i = 0; i < choices->count; i++)
        d->apart.values[terms[i].col] = 0;
    open_choices(d, choices, 0);
    d->proved = d->proved && answer.value == answer.bound;
    *cost = answer.value;
    return AJ_OK;
}

/*
 * The least way in which the block can be divided, given how those before it are; it is known to be none
 * before `first`.
 */
static enum aj_status solve_block(struct deciding *d, const struct block *block, uint32_t first,
                                  uint32_t *way)
{
    const uint32_t last = least_left(d, &d->blocks.types.items[block->type]);
    const struct aj_mark mark = aj_arena_mark(d->apart.cx->scratch);
    struct choices choices = {.type = block->type, .count = last - first + 1};
    int64_t cost = 0;
    if (last > first) {
        choices.ways = AJ_NEW_ARRAY(d->apart.cx->scratch, struct solver_term, choices.count);
        for (uint32_t i = 0; i < choices.count; i++)
            choices.ways[i] = (struct solver_term){first + i, i};
        AJ_TRY(choose(d, &choices, last, &cost));
    }
    *way = first + (uint32_t)cost;
    aj_arena_release(d->apart.cx->scratch, mark);
    return AJ_OK;
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

/* Owners of blocks before `index`, which is divided in this way, if any; of the others nothing is known. */
static uint32_t *known_owners(const struct deciding *d, size_t index, const struct way *way,
                              const uint32_t *owner)
{
    const uint32_t count = d->blocks.p->cpus_count;
    uint32_t *known = aj_memdup(d->blocks.arena, owner, count * sizeof *known);
    for (size_t i = index; i < d->blocks.items.count; i++) {
        for (uint32_t k = 0; k < d->blocks.items.items[i].size; k++)
            known[d->blocks.items.items[i].cpus[k]] = BLOCKS_NOBODY;
    }
    if (way != NULL)
        blocks_set_owners(&d->blocks.items.items[index], way, known);
    return known;
}

/* The coarse answer at hand, this way of block `index` in place of its own, arranged so that nothing is lost. */
static void arrange(struct deciding *d, size_t index, const uint32_t *known, const uint32_t *owner)
{
    struct deciding *c = d->coarse;
    const uint32_t count = d->blocks.p->cpus_count;
    uint32_t *trial = c->judging.arranged;
    bool *locked = AJ_NEW_ARRAY(d->blocks.arena, bool, count);
    if (trial == NULL) {
        trial = aj_memdup(d->blocks.arena, known, count * sizeof *trial);
        blocks_spread(c, index + 1, trial);
    }
    for (uint32_t k = 0; k < count; k++)
        locked[k] = known[k] != BLOCKS_NOBODY;
    if (!blocks_improve(&d->blocks, blocks_price(d->apart.options), locked, owner, trial))
        return;
    int64_t *values = blocks_values_of(d, trial);
    if (values != NULL && apart_keeps_levels(&d->apart, values))
        d->apart.values = values;
}

/* Is there a coarse answer with this way, taken already? If so, it is the one at hand. */
static enum aj_status ask(struct deciding *c, uint32_t way, enum solver_verdict *verdict)
{
    struct solver_answer answer;
    *verdict = SOLVER_OPTIMAL;
    if (c->apart.values[c->program.ways + way] >= blocks_taken(c, way) &&
        blocks_arrange_judge(c, c->apart.values) == APART_HOLDS)
        return AJ_OK;
    AJ_TRY(apart_minimise(&c->apart, NULL, 0, &answer));
    *verdict = answer.verdict;
    return AJ_OK;
}

/* Block `index` divided in this way: can the others be arranged? */
static enum aj_status try_way(struct deciding *d, size_t index, const struct way *way,
                              const uint32_t *owner, bool *found)
{
    struct deciding *c = d->coarse;
    const size_t rows = c->apart.ip.rows.count;
    enum solver_verdict verdict;
    c->judging.known = known_owners(d, index, way, owner);
    c->judging.left.from = index + 1;
    blocks_take(c, way->coarse);
    AJ_TRY(ask(c, way->coarse, &verdict));
    *found = verdict != SOLVER_INFEASIBLE;
    if (verdict == SOLVER_OPTIMAL)
        arrange(d, index, c->judging.known, owner);
    blocks_give_back(c, way->coarse);
    /* What was cut off is possible with another way. */
    for (size_t i = rows; i < c->apart.ip.rows.count; i++)
        c->apart.ip.rows.items[i].upper = SOLVER_FREE;
    return AJ_OK;
}

/* What rules cost that are broken with this way of a block, too. truths[] is as it was after it. */
static int64_t way_cost(const struct blocks *b, const struct way *way, bool *truths)
{
    bool *before = AJ_NEW_ARRAY(b->arena, bool, way->says_count);
    for (uint32_t i = 0; i < way->says_count; i++) {
        before[i] = truths[way->says[i]];
        truths[way->says[i]] = true;
    }
    const int64_t cost = blocks_rules_cost(b, truths, 1, BLOCKS_BROKEN);
    for (uint32_t i = 0; i < way->says_count; i++)
        truths[way->says[i]] = before[i];
    return cost;
}

/* Coarse ways of block `index`, by the first way from `first` to `last` that may be divided like that. */
static struct choices find_choices(const struct deciding *d, size_t index, uint32_t first,
                                   uint32_t last)
{
    const struct deciding *c = d->coarse;
    struct choices choices = {.type = c->blocks.items.items[index].type};
    bool *seen = AJ_NEW_ARRAY(d->blocks.arena, bool, c->blocks.ways.count);
    bool *truths = AJ_NEW_ARRAY(d->blocks.arena, bool, d->blocks.said.count);
    blocks_truths(&d->blocks, c->judging.known, truths);
    choices.ways = AJ_NEW_ARRAY(d->blocks.arena, struct solver_term, last - first + 1);
    for (uint32_t j = first; j <= last; j++) {
        const struct way *way = &d->blocks.ways.items[j];
        if (seen[way->coarse] ||
            (j < last && way_cost(&d->blocks, way, truths) > c->judging.left.most))
            continue;
        seen[way->coarse] = true;
        choices.ways[choices.count++] = (struct solver_term){way->coarse, j - first};
    }
    return choices;
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
    const uint32_t last = least_left(d, &d->blocks.types.items[d->blocks.items.items[index].type]);
    bool found = false;
    for (uint32_t asked = 0; *first < last && !found && asked < ASKED_MAX; asked++) {
        int64_t cost;
        c->judging.known = known_owners(d, index, NULL, owner);
        c->judging.left.from = index;
        c->judging.left.most = most_paid(d);
        c->apart.values = blocks_values_of(c, owner);
        c->proved = true;
        const struct choices choices = find_choices(d, index, *first, last);
        AJ_TRY(choose(c, &choices, d->blocks.ways.items[last].coarse, &cost));
        if (!c->proved)
            return AJ_OK;
        *first += (uint32_t)cost;
        if (*first < last)
            AJ_TRY(try_way(d, index, &d->blocks.ways.items[*first], owner, &found));
        *first += *first < last && !found;
    }
    return AJ_OK;
}

enum aj_status blocks_solve_order(struct deciding *d)
{
    uint32_t *owner = AJ_NEW_ARRAY(d->blocks.arena, uint32_t, d->blocks.p->cpus_count);
    struct deciding *c = d->coarse;
    if (c != NULL)
        apart_loosen(&c->apart, &d->apart);
    for (uint32_t i = 0; i < d->blocks.items.count; i++) {
        const struct block *block = &d->blocks.items.items[i];
        const struct block_type *type = &d->blocks.types.items[block->type];
        uint32_t first = type->first_way, way;
        blocks_spread(d, i, owner);
        if (c != NULL && first < least_left(d, type))
            AJ_TRY(look_ahead(d, i, owner, &first));
        AJ_TRY(solve_block(d, block, first, &way));
        blocks_take(d, way);
        blocks_set_owners(block, &d->blocks.ways.items[way], owner);
        if (c != NULL)
            blocks_take(c, d->blocks.ways.items[way].coarse);
    }
    apart_close(&d->apart, owner, d->proved);
    return AJ_OK;
}
