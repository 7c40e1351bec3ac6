/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks_priv.h"

/* Beyond any cost of isolation: a wish that is not met. */
#define UNMET ((int64_t)1 << 40)
/* The same among those costs that decide between equals, too. */
#define FINE   1000
#define BROKEN (UNMET * FINE)
/* Beyond this exchanging pairs would take longer than it saves. */
#define CPUS_MAX 256u

struct guess {
    const struct blocks *b;
    int64_t price;      /* of what rules cost, against isolation */
    const bool *locked; /* locked[cpu]: it keeps its owner; NULL: none does */
    uint32_t *owner;
    uint32_t *cells; /* cells[domain]: bit c: cell c is in it */
    bool *truths;    /* of statements */
};

/* Cost of the domains of one level; each wish that is not met there counts as UNMET. */
static int64_t cost_of_level(const struct guess *g, size_t slot)
{
    const struct solver_problem *p = g->b->p;
    const enum model_domain level = (enum model_domain)(slot + 1);
    const bool apart = solver_keeps_apart(p, (1u << p->cells_count) - 1, level);
    int64_t cost = 0;
    for (uint32_t d = 0; d < p->domains_count[slot]; d++)
        g->cells[d] = 0;
    for (uint32_t k = 0; k < p->cpus_count; k++)
        g->cells[p->cpus[k].domain[slot]] |= 1u << g->owner[k];
    for (uint32_t d = 0; d < p->domains_count[slot]; d++) {
        cost += blocks_share_cost(p, g->cells[d], slot);
        if (apart && solver_keeps_apart(p, g->cells[d], level))
            cost += UNMET;
    }
    for (uint32_t c = 0; c < p->cells_count; c++) {
        uint32_t in = 0;
        for (uint32_t d = 0; d < p->domains_count[slot]; d++) {
            const bool here = (g->cells[d] >> c & 1) != 0;
            in += here;
            if (here && p->cells[c].exclusive == slot + 1 && g->cells[d] != 1u << c)
                cost += UNMET;
        }
        if (p->cells[c].together == slot + 1 && in > 1)
            cost += UNMET * (in - 1);
    }
    return cost;
}

/* How much has to change until rules that are broken or paid for are not: the way to exchange for. */
static int64_t distance(const struct guess *g)
{
    const struct blocks *b = g->b;
    int64_t distance = 0;
    for (size_t r = 0; r < b->rules.count; r++) {
        const struct block_rule *rule = &b->rules.items[r];
        const struct block_said *said = &b->said.items[rule->said[0]];
        for (uint32_t k = 0; rule->count == 1 && k < b->p->cpus_count; k++)
            distance += blocks_says(b, said, k, g->owner[k]) ? 1 + rule->cost : 0;
    }
    return distance;
}

/* Between equals what is changed against an earlier plan decides, and the first CPU of all. */
static int64_t cost_of(const struct guess *g)
{
    const struct blocks *b = g->b;
    blocks_truths(b, g->owner, g->truths);
    int64_t cost = blocks_rules_cost(b, g->truths, g->price, UNMET);
    for (size_t slot = 0; slot < SOLVER_DOMAINS; slot++)
        cost += cost_of_level(g, slot);
    cost = cost * FINE + distance(g) * (FINE / 100) + (g->owner[0] != SOLVER_ROOT ? FINE / 2 : 0);
    for (uint32_t k = 0; b->earlier != NULL && k < b->p->cpus_count; k++) {
        cost += b->earlier->owner[k] != AJ_NONE32 && b->earlier->owner[k] != g->owner[k];
        cost += g->owner[k] != SOLVER_ROOT ? b->lines[k] : 0;
    }
    return cost;
}

/* Real-time cells first, the largest of them first: they leave the fewest pieces. */
static uint32_t next_cell(const struct blocks *b, const uint32_t *left)
{
    uint32_t best = AJ_NONE32;
    for (uint32_t c = 0; c < b->cells_count; c++) {
        if (left[c] == 0)
            continue;
        const bool realtime = b->p->cells[c].req->realtime != NULL;
        const bool so_far = best != AJ_NONE32 && b->p->cells[best].req->realtime != NULL;
        if (best == AJ_NONE32 || realtime > so_far || (realtime == so_far && left[c] > left[best]))
            best = c;
    }
    return best;
}

/* Gives every CPU to a cell that may have it; false if the order at hand leaves one over. */
static bool fill(struct guess *g, uint32_t *left)
{
    const struct blocks *b = g->b;
    for (uint32_t k = 0; k < b->p->cpus_count; k++)
        g->owner[k] = AJ_NONE32;
    for (uint32_t k = 0; k < b->p->cpus_count; k++) {
        const uint32_t mask = b->allowed[k];
        if (mask == 0)
            return false;
        if ((mask & (mask - 1)) != 0)
            continue;
        for (g->owner[k] = 0; (mask >> g->owner[k] & 1) == 0;)
            g->owner[k]++;
        if (left[g->owner[k]]-- == 0)
            return false;
    }
    for (uint32_t c = next_cell(b, left); c != AJ_NONE32; c = next_cell(b, left)) {
        for (uint32_t i = 0; i < b->p->cpus_count && left[c] > 0; i++) {
            const uint32_t k = b->p->order[i];
            if (g->owner[k] != AJ_NONE32 || (b->allowed[k] >> c & 1) == 0)
                continue;
            g->owner[k] = c;
            left[c]--;
        }
        if (left[c] > 0)
            return false;
    }
    return true;
}

static void swap(struct guess *g, uint32_t a, uint32_t b)
{
    const uint32_t owner = g->owner[a];
    g->owner[a] = g->owner[b];
    g->owner[b] = owner;
}

/* CPU x may have the owner of y. */
static bool may_have(const struct guess *g, uint32_t x, uint32_t y)
{
    return (g->b->allowed[x] >> g->owner[y] & 1) != 0 && (g->locked == NULL || !g->locked[x]);
}

/* Does it make the cost less to exchange what x[i] and y[i] have? Then it is done. */
static bool exchange(struct guess *g, const uint32_t *x, const uint32_t *y, uint32_t count,
                     int64_t *cost)
{
    bool same = true;
    for (uint32_t i = 0; i < count; i++) {
        same = same && g->owner[x[i]] == g->owner[y[i]];
        if (!may_have(g, x[i], y[i]) || !may_have(g, y[i], x[i]))
            return false;
    }
    if (same)
        return false;
    for (uint32_t i = 0; i < count; i++)
        swap(g, x[i], y[i]);
    const int64_t now = cost_of(g);
    if (now < *cost) {
        *cost = now;
        return true;
    }
    for (uint32_t i = 0; i < count; i++)
        swap(g, x[i], y[i]);
    return false;
}

static bool exchange_blocks(struct guess *g, int64_t enough, int64_t *cost)
{
    bool better = false;
    for (size_t i = 0; i < g->b->items.count; i++) {
        const struct block *x = &g->b->items.items[i];
        for (size_t k = 0; k < i && *cost >= enough; k++) {
            const struct block *y = &g->b->items.items[k];
            better |= x->size == y->size && exchange(g, x->cpus, y->cpus, x->size, cost);
        }
    }
    return better;
}

static bool exchange_cpus(struct guess *g, int64_t enough, int64_t *cost)
{
    bool better = false;
    for (uint32_t x = 0; x < g->b->p->cpus_count; x++) {
        for (uint32_t y = 0; y < x && *cost >= enough; y++)
            better |= exchange(g, &x, &y, 1, cost);
    }
    return better;
}

/* Goes on while that makes it better and it is not good enough. */
static int64_t improve(struct guess *g, int64_t enough)
{
    int64_t cost = cost_of(g);
    while (cost >= enough) {
        const bool blocks = exchange_blocks(g, enough, &cost);
        if (!exchange_cpus(g, enough, &cost) && !blocks)
            break;
    }
    return cost;
}

static struct guess begin(const struct blocks *b, int64_t price, uint32_t *owner)
{
    return (struct guess){.b = b,
                          .price = price,
                          .owner = owner,
                          .cells = AJ_NEW_ARRAY(b->arena, uint32_t, b->p->cpus_count),
                          .truths = AJ_NEW_ARRAY(b->arena, bool, b->said.count)};
}

bool blocks_guess(const struct blocks *b, int64_t price, enum blocks_effort effort, uint32_t *owner)
{
    uint32_t *left = aj_memdup(b->arena, b->count, b->cells_count * sizeof *left);
    struct guess g = begin(b, price, owner);
    if (b->p->cpus_count > CPUS_MAX || !fill(&g, left))
        return false;
    return improve(&g, effort == BLOCKS_ANY ? BROKEN : INT64_MIN) < BROKEN;
}

bool blocks_improve(const struct blocks *b, int64_t price, const bool *locked, const uint32_t *like,
                    uint32_t *owner)
{
    struct guess g = begin(b, price, owner);
    int64_t enough = INT64_MIN;
    for (uint32_t k = 0; k < b->p->cpus_count; k++) {
        if ((b->allowed[k] >> owner[k] & 1) == 0)
            return false;
    }
    if (b->p->cpus_count > CPUS_MAX)
        return false;
    if (like != NULL) {
        struct guess model =
            begin(b, price, aj_memdup(b->arena, like, b->p->cpus_count * sizeof *like));
        enough = cost_of(&model) + 1;
    }
    g.locked = locked;
    return improve(&g, enough) < BROKEN;
}
