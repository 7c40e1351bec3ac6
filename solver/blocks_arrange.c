/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which block is divided in which way, where a coarser program says how many are divided in each: a
 * matching, of ways that make none of the statements true that are refused. Where it breaks a rule, each
 * statement of that is refused in its turn.
 */
#include "solver/blocks_priv.h"

enum { TRIED_MAX = 200 }; /* matchings */

struct arranging {
    const struct blocks *b, *coarse;
    size_t from;  /* the first block that is arranged */
    size_t count; /* of blocks */
    int64_t most;
    uint32_t *kinds; /* coarse ways that are taken */
    uint32_t kinds_count;
    const uint32_t *left; /* left[coarse way] */
    bool *known;          /* known[statement]: the blocks before make it true */
    bool *refused;        /* refused[statement] */
    uint32_t *fits;    /* fits[block * kinds_count + kind]: the way; AJ_NONE32: none is allowed */
    uint32_t *kind_of; /* kind_of[block]; AJ_NONE32: none yet */
    uint32_t *given;   /* given[kind]: blocks */
    bool *seen;        /* seen[kind]: in this search for a place */
    size_t failed;     /* the block that found none */
    uint32_t *owner;
    uint32_t tried;
};

static const struct block *block_at(const struct arranging *a, size_t i)
{
    return &a->b->items.items[a->from + i];
}

static bool is_refused(const struct arranging *a, const struct way *way)
{
    for (uint32_t i = 0; i < way->says_count; i++) {
        if (a->refused[way->says[i]])
            return true;
    }
    return false;
}

/* The way of the type that does what the coarse one does and says the least; AJ_NONE32: none may. */
static uint32_t find_way(const struct arranging *a, uint32_t of, uint32_t coarse)
{
    const struct block_type *type = &a->b->types.items[of];
    const struct way *ways = a->b->ways.items;
    uint32_t best = AJ_NONE32;
    for (uint32_t j = type->first_way; j < type->first_way + type->ways_count; j++) {
        if (ways[j].coarse == coarse && !is_refused(a, &ways[j]) &&
            (best == AJ_NONE32 || ways[j].says_count < ways[best].says_count))
            best = j;
    }
    return best;
}

static void find_fitting(struct arranging *a)
{
    for (size_t i = 0; i < a->count; i++) {
        for (uint32_t n = 0; n < a->kinds_count; n++)
            a->fits[i * a->kinds_count + n] = find_way(a, block_at(a, i)->type, a->kinds[n]);
    }
}

/* A kind for the block; others may move to another of theirs, each kind being asked once. */
static bool place(struct arranging *a, size_t block)
{
    for (uint32_t n = 0; n < a->kinds_count; n++) {
        if (a->seen[n] || a->fits[block * a->kinds_count + n] == AJ_NONE32)
            continue;
        a->seen[n] = true;
        bool free = a->given[n] < a->left[a->kinds[n]];
        a->given[n] += free;
        for (size_t i = 0; i < a->count && !free; i++)
            free = a->kind_of[i] == n && place(a, i);
        if (!free)
            continue;
        a->kind_of[block] = n;
        return true;
    }
    return false;
}

static bool match(struct arranging *a)
{
    find_fitting(a);
    for (size_t i = 0; i < a->count; i++)
        a->kind_of[i] = AJ_NONE32;
    memset(a->given, 0, a->kinds_count * sizeof *a->given);
    for (size_t i = 0; i < a->count; i++) {
        memset(a->seen, 0, a->kinds_count * sizeof *a->seen);
        if (!place(a, i)) {
            a->failed = i;
            return false;
        }
    }
    for (size_t i = 0; i < a->count; i++) {
        const struct block *block = block_at(a, i);
        const struct way *way = &a->b->ways.items[a->fits[i * a->kinds_count + a->kind_of[i]]];
        for (uint32_t k = 0; k < block->size; k++)
            a->owner[block->cpus[k]] = way->owner[k];
    }
    return true;
}

static bool search(struct arranging *a);

/* Is there an arrangement that keeps the rule, which this one breaks? */
static bool keep(struct arranging *a, const struct block_rule *rule)
{
    for (uint32_t i = 0; i < rule->count; i++) {
        const uint32_t said = rule->said[i];
        if (a->known[said] || a->refused[said])
            continue;
        a->refused[said] = true;
        if (search(a))
            return true;
        a->refused[said] = false;
    }
    return false;
}

/* Refuses one more statement with each step down. */
static bool search(struct arranging *a)
{
    if (a->tried++ >= TRIED_MAX || !match(a))
        return false;
    bool *truths = AJ_NEW_ARRAY(a->b->arena, bool, a->b->said.count);
    blocks_truths(a->b, a->owner, truths);
    if (blocks_rules_cost(a->b, truths, 1, BLOCKS_BROKEN) <= a->most)
        return true;
    for (size_t r = 0; r < a->b->rules.count; r++) {
        const struct block_rule *rule = &a->b->rules.items[r];
        if (!blocks_breaks(rule, truths))
            continue;
        if (keep(a, rule))
            return true;
        if (rule->cost == 0 || rule->cost > a->most)
            return false;
    }
    return false;
}

/* Statements that would break a rule together with what is known. False if one is broken already. */
static bool refuse(struct arranging *a)
{
    for (size_t r = 0; r < a->b->rules.count; r++) {
        const struct block_rule *rule = &a->b->rules.items[r];
        uint32_t open = 0, last = 0;
        if (rule->cost > 0 && rule->cost <= a->most)
            continue;
        for (uint32_t i = 0; i < rule->count; i++) {
            open += !a->known[rule->said[i]];
            last = a->known[rule->said[i]] ? last : rule->said[i];
        }
        if (open == 0)
            return false;
        a->refused[last] = a->refused[last] || open == 1;
    }
    return true;
}

/*
 * The blocks that looked for a place in vain, all of one coarse type, find one in no other way than those
 * seen, which are taken too seldom. So other ways are not taken more often than there are other blocks.
 */
static void find_cut(const struct arranging *a, struct blocks_cut *cut)
{
    const uint32_t coarse_type = a->coarse->items.items[a->from + a->failed].type;
    const struct block_type *type = &a->coarse->types.items[coarse_type];
    bool *fits = AJ_NEW_ARRAY(a->b->arena, bool, a->coarse->ways.count);
    *cut = (struct blocks_cut){.ways = AJ_NEW_ARRAY(a->b->arena, uint32_t, type->ways_count)};
    for (size_t i = 0; i < a->count; i++) {
        const struct block_type *of = &a->b->types.items[block_at(a, i)->type];
        const uint32_t kind = a->kind_of[i];
        if (a->coarse->items.items[a->from + i].type != coarse_type)
            continue;
        if (i != a->failed && (kind == AJ_NONE32 || !a->seen[kind])) {
            cut->most++;
            continue;
        }
        for (uint32_t j = of->first_way; j < of->first_way + of->ways_count; j++) {
            if (!is_refused(a, &a->b->ways.items[j]))
                fits[a->b->ways.items[j].coarse] = true;
        }
    }
    for (uint32_t w = type->first_way; w < type->first_way + type->ways_count; w++) {
        if (!fits[w])
            cut->ways[cut->count++] = w;
    }
}

enum blocks_arranged blocks_arrange(const struct blocks *b, const struct blocks *coarse,
                                    const struct blocks_left *left, uint32_t *owner,
                                    struct blocks_cut *cut)
{
    struct arranging a = {.b = b,
                          .coarse = coarse,
                          .from = left->from,
                          .count = b->items.count - left->from,
                          .most = left->most,
                          .left = left->ways,
                          .owner = owner};
    a.kinds = AJ_NEW_ARRAY(b->arena, uint32_t, a.count);
    for (uint32_t w = 0; w < coarse->ways.count; w++) {
        if (left->ways[w] > 0)
            a.kinds[a.kinds_count++] = w;
    }
    a.known = AJ_NEW_ARRAY(b->arena, bool, b->said.count);
    a.refused = AJ_NEW_ARRAY(b->arena, bool, b->said.count);
    a.fits = AJ_NEW_ARRAY(b->arena, uint32_t, a.count * a.kinds_count);
    a.kind_of = AJ_NEW_ARRAY(b->arena, uint32_t, a.count);
    a.given = AJ_NEW_ARRAY(b->arena, uint32_t, a.kinds_count);
    a.seen = AJ_NEW_ARRAY(b->arena, bool, a.kinds_count);
    blocks_truths(b, owner, a.known);
    if (!refuse(&a))
        return BLOCKS_NOT_ARRANGED;
    if (search(&a))
        return BLOCKS_ARRANGED;
    if (a.tried > 1)
        return BLOCKS_NOT_ARRANGED;
    find_cut(&a, cut);
    return BLOCKS_CUT;
}
