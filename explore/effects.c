/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What choices cost, as contrasts of the posterior: a choice against the mean of its alternatives
 * that were measured too, so that what all of them share drops out.
 */
#include <math.h>

#include "explore/search.h"
#include "explore/surrogate.h"

#define DRAWS 64
/* Draws have no spread where a coefficient was never there; nothing is known better than this. */
#define SD_LEAST 0.01

struct contrasts {
    const struct explore_surrogate *s;
    struct aj_arena *out;
    const uint32_t *runs, *rows; /* [coefficient]: that have it; a row is a CPU in a run */
    uint32_t rows_count;
    AJ_VEC(struct explore_effect) list;
};

/* One coefficient less the mean of others[count], those of them that runs have; none: less zero. */
static void add(struct contrasts *c, const char *text, uint32_t coef, const uint32_t *others,
                uint32_t count)
{
    double sum = 0.0, squares = 0.0;
    for (uint32_t i = 0; i < c->s->draws_count; i++) {
        const double *draw = c->s->draws[i].coef;
        double against = 0.0, met = 0.0;
        for (uint32_t k = 0; k < count; k++) {
            if (others[k] == coef || c->runs[others[k]] == 0)
                continue;
            against += draw[others[k]];
            met += 1.0;
        }
        const double x = draw[coef] - (met > 0.0 ? against / met : 0.0);
        sum += x;
        squares += x * x;
    }
    const double n = c->s->draws_count, mean = sum / n;
    const struct explore_effect effect = {
        .text = text,
        .mean_us = mean,
        .sd_us = fmax(c->s->widen * sqrt(fmax(squares / n - mean * mean, 0.0)), SD_LEAST),
        .runs = c->runs[coef],
    };
    AJ_PUSH(c->out, &c->list, effect);
}

/* Do rows have it, but not all of them? Else there is nothing to compare. */
static bool varied(const struct contrasts *c, uint32_t coef)
{
    return c->rows[coef] > 0 && c->rows[coef] < c->rows_count;
}

static uint32_t at(const struct contrasts *c, enum explore_block block, uint32_t index)
{
    return c->s->layout.first[block] + index;
}

/* Against all alternatives of the same group: coefficients base + 0 .. count - 1. */
static void add_of_group(struct contrasts *c, const char *text, uint32_t coef, uint32_t base,
                         uint32_t count)
{
    uint32_t *others = AJ_NEW_ARRAY(c->out, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        others[i] = base + i;
    add(c, text, coef, others, count);
}

static void add_irqs(struct contrasts *c)
{
    const struct explore_space *space = c->s->layout.space;
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        const unsigned id = space->irqs[j].intid;
        const uint32_t here = at(c, EXPLORE_BLOCK_IRQ_HERE, j);
        const uint32_t near = at(c, EXPLORE_BLOCK_IRQ_NEAR, j);
        const uint32_t cpus = at(c, EXPLORE_BLOCK_IRQ_CPU, j * space->cpus_count);
        if (varied(c, here))
            add(c, aj_strf(c->out, "irq %u on a measured CPU", id), here, NULL, 0);
        if (varied(c, near))
            add(c, aj_strf(c->out, "irq %u in the cluster of a measured CPU", id), near, NULL, 0);
        for (uint32_t p = 0; p < space->cpus_count; p++) {
            if (varied(c, cpus + p))
                add_of_group(
                    c,
                    aj_strf(c->out, "irq %u on CPU %u, for all", id, (unsigned)space->cpus[p].id.v),
                    cpus + p, cpus, space->cpus_count);
        }
    }
}

static const char *bank_name(const struct contrasts *c, uint32_t bank)
{
    const char *const *names = c->s->layout.space->bank_names;
    return names != NULL ? names[bank] : aj_strf(c->out, "%u", (unsigned)bank);
}

static void add_cells(struct contrasts *c)
{
    const struct explore_space *space = c->s->layout.space;
    for (uint32_t e = 0; e < space->cells_count; e++) {
        const char *key = space->cells[e].key;
        const uint32_t shared = at(c, EXPLORE_BLOCK_BANK_SHARED, e);
        const uint32_t banks = at(c, EXPLORE_BLOCK_CELL_BANK, e * space->banks_count);
        if (varied(c, shared))
            add(c, aj_strf(c->out, "memory in the bank of %s", key), shared, NULL, 0);
        for (uint32_t b = 0; b < space->banks_count; b++) {
            if (varied(c, banks + b))
                add_of_group(c, aj_strf(c->out, "%s in bank %s, for all", key, bank_name(c, b)),
                             banks + b, banks, space->banks_count);
        }
        for (uint32_t r = 0; r < space->cells_count; r++) {
            const uint32_t pair = at(c, EXPLORE_BLOCK_PAIR, r * space->cells_count + e);
            if (varied(c, pair))
                add(c,
                    aj_strf(c->out, "a CPU of %s in the cluster of %s", key, space->cells[r].key),
                    pair, NULL, 0);
        }
    }
}

static void add_places(struct contrasts *c)
{
    const struct explore_space *space = c->s->layout.space;
    const uint32_t clusters = c->s->layout.clusters_count;
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        const uint32_t cpu = at(c, EXPLORE_BLOCK_CPU, p);
        if (varied(c, cpu))
            add_of_group(c, aj_strf(c->out, "measured on CPU %u", (unsigned)space->cpus[p].id.v),
                         cpu, at(c, EXPLORE_BLOCK_CPU, 0), space->cpus_count);
    }
    for (uint32_t k = 0; k < clusters; k++) {
        const uint32_t banks = at(c, EXPLORE_BLOCK_CLUSTER_BANK, k * space->banks_count);
        if (varied(c, at(c, EXPLORE_BLOCK_CLUSTER, k)))
            add_of_group(c, aj_strf(c->out, "measured in cluster %u", (unsigned)k),
                         at(c, EXPLORE_BLOCK_CLUSTER, k), at(c, EXPLORE_BLOCK_CLUSTER, 0),
                         clusters);
        for (uint32_t b = 0; b < space->banks_count; b++) {
            if (varied(c, banks + b))
                add_of_group(c,
                             aj_strf(c->out, "memory in bank %s from cluster %u", bank_name(c, b),
                                     (unsigned)k),
                             banks + b, banks, space->banks_count);
        }
    }
}

static void add_knobs(struct contrasts *c)
{
    const struct explore_space *space = c->s->layout.space;
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        const struct explore_space_knob *knob = &space->knobs[k];
        for (uint32_t v = 1; v < knob->values_count; v++) {
            const uint32_t coef = at(c, EXPLORE_BLOCK_KNOB, c->s->layout.knob_first[k] + v);
            if (varied(c, coef))
                add(c,
                    aj_strf(c->out, "%s of %s: %s instead of %s", knob->name,
                            space->cells[knob->cell].key, knob->values[v], knob->values[0]),
                    coef, NULL, 0);
        }
    }
}

/* In how many runs and rows each coefficient plays a part. */
static void count_runs(struct contrasts *c, struct aj_arena *scratch)
{
    const struct explore_surrogate *s = c->s;
    const struct explore_space *space = s->layout.space;
    const uint32_t coefs = s->layout.first[EXPLORE_BLOCKS];
    uint32_t *runs = AJ_NEW_ARRAY(scratch, uint32_t, coefs);
    uint32_t *rows = AJ_NEW_ARRAY(scratch, uint32_t, coefs);
    uint32_t *last = AJ_NEW_ARRAY(scratch, uint32_t, coefs);
    struct explore_term *terms =
        AJ_NEW_ARRAY(scratch, struct explore_term, explore_layout_terms_max(&s->layout));
    for (uint32_t t = 0; t < s->history->count; t++) {
        const struct explore_decision *d = s->history->runs[t].decision;
        for (uint32_t p = 0; p < space->cpus_count; p++) {
            if (!space->cells[d->owner[p]].measured)
                continue;
            const uint32_t count = explore_layout_row(&s->layout, d, p, terms);
            for (uint32_t i = 0; i < count; i++) {
                const uint32_t coef = terms[i].coef;
                runs[coef] += last[coef] != t + 1;
                last[coef] = t + 1;
                rows[coef]++;
            }
            c->rows_count++;
        }
    }
    c->runs = runs;
    c->rows = rows;
}

static int by_certainty(const void *a, const void *b)
{
    const struct explore_effect *x = a, *y = b;
    const double left = fabs(x->mean_us) / x->sd_us, right = fabs(y->mean_us) / y->sd_us;
    if (left > right || left < right)
        return left > right ? -1 : 1;
    return strcmp(x->text, y->text);
}

void explore_search_effects(struct aj_ctx *cx, const struct explore_space *space,
                            const struct explore_history *history, struct aj_arena *out,
                            const struct explore_effect **effects, size_t *count)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const struct explore_surrogate_options options = {
        .draw = history->count, .draws = DRAWS, .effort = EXPLORE_EFFORT_REPORT};
    const struct explore_surrogate *s =
        explore_surrogate_fit(space, history, &options, cx->scratch);
    struct contrasts c = {.s = s, .out = out};
    count_runs(&c, cx->scratch);
    add_irqs(&c);
    add_cells(&c);
    add_places(&c);
    add_knobs(&c);
    if (c.list.count > 0)
        qsort(c.list.items, c.list.count, sizeof *c.list.items, by_certainty);
    aj_arena_release(cx->scratch, mark);
    *effects = c.list.items;
    *count = c.list.count;
}
