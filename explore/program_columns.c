/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a decision consists of: columns, and the rules of the space.
 */
#include "base/num.h"
#include "explore/program_priv.h"

void explore_build_row(struct explore_build *g, int64_t lower, int64_t upper)
{
    solver_ip_row(&g->ip, SOLVER_FAMILY_CPU, lower, upper, "r%u", (unsigned)g->ip.rows.count);
}

void explore_build_term(struct explore_build *g, uint32_t col, int64_t coef)
{
    if (col != AJ_NONE32 && coef != 0)
        solver_ip_term(&g->ip, col, coef);
}

void explore_build_at_most(struct explore_build *g, int64_t upper)
{
    explore_build_row(g, -SOLVER_FREE, upper);
}

uint32_t *explore_build_table(const struct explore_build *g, size_t count)
{
    uint32_t *cols = AJ_NEW_ARRAY(g->arena, uint32_t, count + 1);
    for (size_t i = 0; i < count; i++)
        cols[i] = AJ_NONE32;
    return cols;
}

static void open_places(struct explore_build *g)
{
    const struct explore_space *space = g->space;
    const bool single = g->image != NULL;
    g->places_count = single ? space->cpus_count : g->layout->clusters_count;
    g->places = AJ_NEW_ARRAY(g->arena, struct explore_place, g->places_count);
    for (uint32_t k = 0; k < g->places_count; k++) {
        struct explore_place *place = &g->places[k];
        uint32_t *cpus = AJ_NEW_ARRAY(g->arena, uint32_t, space->cpus_count);
        for (uint32_t p = 0; p < space->cpus_count; p++) {
            if ((single ? p : space->cpus[p].cluster) == k)
                cpus[place->size++] = p;
        }
        place->cpus = cpus;
        place->cluster = single ? space->cpus[k].cluster : k;
    }
}

/* Owners */

/* How many CPUs of a place the cell may have, and how many it must have. */
static uint32_t most_at(const struct explore_build *g, uint32_t cell, uint32_t at, uint32_t *least)
{
    const struct explore_place *place = &g->places[at];
    uint32_t most = 0;
    *least = 0;
    for (uint32_t i = 0; i < place->size; i++) {
        const uint32_t p = place->cpus[i];
        const bool hotplug = g->space->cpus[p].hotplug;
        most += aj_cpuset_has(&g->space->cells[cell].allowed, p) && (cell == 0 || hotplug);
        *least += cell == 0 && !hotplug;
    }
    if (g->image != NULL && g->image->count[cell * g->layout->clusters_count + place->cluster] == 0)
        most = 0;
    return most < g->space->cells[cell].cpus_high ? most : g->space->cells[cell].cpus_high;
}

/* The number of CPUs is the sum of "more than m". */
static void add_count(struct explore_build *g, uint32_t cell, uint32_t at)
{
    uint32_t least;
    const uint32_t most = most_at(g, cell, at, &least), pair = cell * g->places_count + at;
    uint32_t *more = &g->more[pair * g->space->cpus_count];
    for (uint32_t m = 0; m < most; m++)
        more[m] = solver_ip_col(&g->ip, m < least, 1, "x%u.%u.%u", cell, at, m);
    if (most == 1)
        g->count[pair] = more[0];
    if (most <= 1)
        return;
    g->count[pair] = solver_ip_col(&g->ip, least, most, "n%u.%u", cell, at);
    explore_build_row(g, 0, 0);
    explore_build_term(g, g->count[pair], -1);
    for (uint32_t m = 0; m < most; m++)
        explore_build_term(g, more[m], 1);
    for (uint32_t m = 1; m < most; m++) {
        explore_build_at_most(g, 0);
        explore_build_term(g, more[m], 1);
        explore_build_term(g, more[m - 1], -1);
    }
}

static void add_owners(struct explore_build *g)
{
    const struct explore_space *space = g->space;
    const uint32_t cells = space->cells_count, n = g->places_count;
    g->count = explore_build_table(g, cells * n);
    g->more = explore_build_table(g, (size_t)cells * n * space->cpus_count);
    for (uint32_t i = 0; i < cells * n; i++)
        add_count(g, i / n, i % n);
    for (uint32_t k = 0; k < n; k++) {
        explore_build_row(g, g->places[k].size, g->places[k].size);
        for (uint32_t c = 0; c < cells; c++)
            explore_build_term(g, g->count[c * n + k], 1);
    }
    for (uint32_t c = 0; c < cells; c++) {
        explore_build_row(g, space->cells[c].cpus_low, space->cells[c].cpus_high);
        for (uint32_t k = 0; k < n; k++)
            explore_build_term(g, g->count[c * n + k], 1);
    }
    for (uint32_t i = 0; i < cells * g->layout->clusters_count && g->image != NULL; i++) {
        const uint32_t cluster = i % g->layout->clusters_count;
        explore_build_row(g, g->image->count[i], g->image->count[i]);
        for (uint32_t p = 0; p < n; p++) {
            if (g->places[p].cluster == cluster)
                explore_build_term(g, g->count[i / g->layout->clusters_count * n + p], 1);
        }
    }
}

/* What domains at two places say of the cell's neighbours; clusters stand for the L2 alone. */
static bool same_domain(const struct explore_build *g, uint8_t level, uint32_t a, uint32_t b)
{
    if (g->image == NULL)
        return level == MODEL_DOMAIN_L2 && a == b;
    return explore_space_domain(g->space, level, g->places[a].cpus[0]) ==
           explore_space_domain(g->space, level, g->places[b].cpus[0]);
}

static void add_domains_of(struct explore_build *g, uint32_t cell, uint32_t a, uint32_t b)
{
    const struct explore_space_cell *c = &g->space->cells[cell];
    if (c->exclusive != MODEL_DOMAIN_NONE && same_domain(g, c->exclusive, a, b)) {
        for (uint32_t d = 0; d < g->space->cells_count; d++) {
            if (d == cell)
                continue;
            explore_build_at_most(g, 1);
            explore_build_term(g, explore_build_more(g, cell, a, 0), 1);
            explore_build_term(g, explore_build_more(g, d, b, 0), 1);
        }
    }
    const bool knows = g->image != NULL || c->together == MODEL_DOMAIN_L2;
    if (c->together != MODEL_DOMAIN_NONE && knows && !same_domain(g, c->together, a, b)) {
        explore_build_at_most(g, 1);
        explore_build_term(g, explore_build_more(g, cell, a, 0), 1);
        explore_build_term(g, explore_build_more(g, cell, b, 0), 1);
    }
}

static void add_domains(struct explore_build *g)
{
    const uint32_t n = g->places_count;
    for (uint32_t c = 0; c < g->space->cells_count; c++) {
        if (g->space->cells[c].exclusive == MODEL_DOMAIN_NONE &&
            g->space->cells[c].together == MODEL_DOMAIN_NONE)
            continue;
        for (uint32_t i = 0; i < n * n; i++)
            add_domains_of(g, c, i / n, i % n);
    }
}

/* Interrupts, banks, knobs */

static void add_irqs(struct explore_build *g)
{
    const struct explore_space *space = g->space;
    const uint32_t n = g->places_count;
    g->fires = explore_build_table(g, space->irqs_count * n);
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        for (uint32_t k = 0; k < n; k++) {
            const uint32_t here = explore_build_more(g, space->irqs[j].cell, k, 0);
            if (here == AJ_NONE32)
                continue;
            g->fires[j * n + k] = solver_ip_col(&g->ip, 0, 1, "v%u.%u", j, k);
            explore_build_at_most(g, 0);
            explore_build_term(g, g->fires[j * n + k], 1);
            explore_build_term(g, here, -1);
        }
        explore_build_row(g, 1, 1);
        for (uint32_t k = 0; k < n; k++)
            explore_build_term(g, g->fires[j * n + k], 1);
    }
}

/* Whether two cells share a bank counts where one of them is measured. */
static void add_sharing(struct explore_build *g, uint32_t a, uint32_t b)
{
    const struct explore_space *space = g->space;
    const uint32_t cells = space->cells_count, banks = space->banks_count;
    if ((!space->cells[a].measured && !space->cells[b].measured) ||
        !explore_space_decides_bank(space, a) || !explore_space_decides_bank(space, b))
        return;
    const uint32_t col = solver_ip_col(&g->ip, 0, 1, "e%u.%u", a, b);
    g->share[a * cells + b] = g->share[b * cells + a] = col;
    for (uint32_t i = 0; i < banks; i++) {
        if (g->bank[a * banks + i] == AJ_NONE32 || g->bank[b * banks + i] == AJ_NONE32)
            continue;
        explore_build_at_most(g, 1);
        explore_build_term(g, g->bank[a * banks + i], 1);
        explore_build_term(g, g->bank[b * banks + i], 1);
        explore_build_term(g, col, -1);
    }
}

static void add_banks(struct explore_build *g)
{
    const struct explore_space *space = g->space;
    const uint32_t cells = space->cells_count, banks = space->banks_count;
    g->bank = explore_build_table(g, cells * banks);
    g->share = explore_build_table(g, cells * cells);
    for (uint32_t c = 0; c < cells; c++) {
        if (!explore_space_decides_bank(space, c))
            continue;
        for (uint32_t b = 0; b < banks; b++) {
            if ((space->cells[c].banks >> b & 1) != 0 &&
                (g->image == NULL || g->image->bank[c] == b))
                g->bank[c * banks + b] = solver_ip_col(&g->ip, 0, 1, "y%u.%u", c, b);
        }
        explore_build_row(g, 1, 1);
        for (uint32_t b = 0; b < banks; b++)
            explore_build_term(g, g->bank[c * banks + b], 1);
    }
    for (uint32_t b = 0; b < banks && space->cells_per_bank > 0; b++) {
        explore_build_at_most(g, space->cells_per_bank);
        for (uint32_t c = 0; c < cells; c++)
            explore_build_term(g, g->bank[c * banks + b], 1);
    }
    for (uint32_t i = 0; i < cells * cells; i++) {
        if (i / cells < i % cells)
            add_sharing(g, i / cells, i % cells);
    }
}

static void add_knobs(struct explore_build *g)
{
    const struct explore_space *space = g->space;
    g->knob = explore_build_table(g, g->layout->knob_values);
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        uint32_t *cols = &g->knob[g->layout->knob_first[k]];
        for (uint32_t v = 0; v < space->knobs[k].values_count; v++) {
            if (g->image == NULL || g->image->knob[k] == v)
                cols[v] = solver_ip_col(&g->ip, 0, 1, "w%u.%u", k, v);
        }
        explore_build_row(g, 1, 1);
        for (uint32_t v = 0; v < space->knobs[k].values_count; v++)
            explore_build_term(g, cols[v], 1);
    }
}

void explore_build_columns(struct explore_build *g)
{
    open_places(g);
    add_owners(g);
    add_domains(g);
    add_irqs(g);
    add_banks(g);
    add_knobs(g);
}
