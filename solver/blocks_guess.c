/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks_priv.h"

/* Beyond any cost of isolation: a wish that is not met. */
#define BROKEN ((int64_t)1 << 40)
/* Beyond this exchanging pairs would take longer than it saves. */
#define CPUS_MAX 256u

struct guess {
    const struct blocks *b;
    int64_t price; /* of what rules cost, against isolation */
    uint32_t *owner;
    uint32_t *cells; /* cells[domain]: bit c: cell c is in it */
};

/* Cost of the domains of one level; each wish that is not met there counts as BROKEN. */
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
            cost += BROKEN;
    }
    for (uint32_t c = 0; c < p->cells_count; c++) {
        uint32_t in = 0;
        for (uint32_t d = 0; d < p->domains_count[slot]; d++) {
            const bool here = (g->cells[d] >> c & 1) != 0;
            in += here;
            if (here && p->cells[c].exclusive == slot + 1 && g->cells[d] != 1u << c)
                cost += BROKEN;
        }
        if (p->cells[c].together == slot + 1 && in > 1)
            cost += BROKEN * (in - 1);
    }
    return cost;
}

static int64_t cost_of(const struct guess *g)
{
    int64_t cost = blocks_rules_cost(g->b, g->owner, g->price, BROKEN);
    for (size_t slot = 0; slot < SOLVER_DOMAINS; slot++)
        cost += cost_of_level(g, slot);
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

/* Exchanges the owners of two CPUs while that makes it better and it is not good enough. */
static int64_t improve(struct guess *g, int64_t enough)
{
    const struct blocks *b = g->b;
    int64_t cost = cost_of(g);
    for (bool better = cost >= enough; better;) {
        better = false;
        for (uint32_t x = 0; x < b->p->cpus_count; x++) {
            for (uint32_t y = 0; y < x; y++) {
                if (g->owner[x] == g->owner[y] || (b->allowed[x] >> g->owner[y] & 1) == 0 ||
                    (b->allowed[y] >> g->owner[x] & 1) == 0)
                    continue;
                swap(g, x, y);
                const int64_t now = cost_of(g);
                if (now >= cost) {
                    swap(g, x, y);
                    continue;
                }
                if (now < enough)
                    return now;
                cost = now;
                better = true;
            }
        }
    }
    return cost;
}

bool blocks_guess(const struct blocks *b, int64_t price, enum blocks_effort effort, uint32_t *owner)
{
    uint32_t *left = aj_memdup(b->arena, b->count, b->cells_count * sizeof *left);
    struct guess g = {b, price, owner, AJ_NEW_ARRAY(b->arena, uint32_t, b->p->cpus_count)};
    if (b->p->cpus_count > CPUS_MAX || !fill(&g, left))
        return false;
    return improve(&g, effort == BLOCKS_ANY ? BROKEN : INT64_MIN) < BROKEN;
}
