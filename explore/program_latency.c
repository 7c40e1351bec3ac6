/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of latency. With the worst CPU's percent given, what a ceiling bends is linear again: a CPU
 * whose plain latency is known has room for so much disturbance. Coefficients are in ns, rounded so
 * that no decision is lost.
 */
#include <math.h>

#include "explore/program_priv.h"

#define NS_PER_US 1e3
/* More room than any disturbance takes. */
#define ROOM_MAX INT64_C(1000000000)

/* Disturbances of a CPU: constant + the sum of coef[cols[..count]]. */
struct sum {
    int64_t *coef; /* [column] */
    bool *has;     /* [column]: is it listed? */
    uint32_t *cols, count;
    int64_t constant;
};

static const double *block(const struct explore_build *g, enum explore_block block)
{
    return &g->coef[g->layout->first[block]];
}

static int64_t whole_ns(double us)
{
    return (int64_t)fmin(floor(us * NS_PER_US), (double)ROOM_MAX);
}

static void gather(struct sum *s, uint32_t col, int64_t coef)
{
    if (col == AJ_NONE32 || coef == 0)
        return;
    if (!s->has[col])
        s->cols[s->count++] = col;
    s->has[col] = true;
    s->coef[col] += coef;
}

static void clear(struct sum *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        s->coef[s->cols[i]] = 0;
        s->has[s->cols[i]] = false;
    }
    s->count = 0;
    s->constant = 0;
}

/* What disturbs */

static double least(const struct explore_place *place, const double *values)
{
    double x = values[place->cpus[0]];
    for (uint32_t i = 1; i < place->size; i++)
        x = fmin(x, values[place->cpus[i]]);
    return x;
}

/* Neighbours in the cluster; and, where places are CPUs, on the core and anywhere. */
static void add_owners(const struct explore_build *g, struct sum *s, uint32_t cell, uint32_t at)
{
    const struct explore_space *space = g->space;
    const uint32_t cells = space->cells_count, n = g->places_count;
    const double *pair = &block(g, EXPLORE_BLOCK_PAIR)[cell * cells];
    const double *core_pair = block(g, EXPLORE_BLOCK_CORE_PAIR);
    const uint32_t p = g->places[at].cpus[0];
    const double *cpu_pair = &block(g, EXPLORE_BLOCK_CPU_PAIR)[p * space->cpus_count];
    for (uint32_t l = 0; l < n; l++) {
        const uint32_t q = g->places[l].cpus[0];
        const bool single = g->image != NULL, near = g->places[l].cluster == g->places[at].cluster;
        if (single && l == at)
            continue;
        for (uint32_t c = 0; c < cells; c++) {
            int64_t ns = near ? whole_ns(pair[c]) : 0;
            if (single && space->cpus[q].core == space->cpus[p].core)
                ns += whole_ns(core_pair[c]);
            if (single && c != cell)
                ns += whole_ns(cpu_pair[q]);
            gather(s, g->count[c * n + l], ns);
        }
    }
    if (g->image == NULL)
        s->constant -= whole_ns(pair[cell]);
}

/* How much more an interrupt costs the CPU that it fires on than one beside it. */
static int64_t extra(const struct explore_build *g, uint32_t irq)
{
    const int64_t ns = whole_ns(block(g, EXPLORE_BLOCK_IRQ_HERE)[irq]) -
                       whole_ns(block(g, EXPLORE_BLOCK_IRQ_NEAR)[irq]);
    return ns > 0 ? ns : 0;
}

static void add_irqs(const struct explore_build *g, struct sum *s, uint32_t cell, uint32_t at)
{
    const struct explore_space *space = g->space;
    const double *here = block(g, EXPLORE_BLOCK_IRQ_HERE), *near = block(g, EXPLORE_BLOCK_IRQ_NEAR);
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        const double *all = &block(g, EXPLORE_BLOCK_IRQ_CPU)[j * space->cpus_count];
        for (uint32_t l = 0; l < g->places_count; l++) {
            int64_t ns = whole_ns(least(&g->places[l], all));
            if (g->image != NULL && l == at)
                ns += whole_ns(here[j]);
            else if (g->places[l].cluster == g->places[at].cluster)
                ns += whole_ns(g->image == NULL && space->irqs[j].cell == cell
                                   ? fmin(here[j], near[j])
                                   : near[j]);
            gather(s, g->fires[j * g->places_count + l], ns);
        }
    }
}

static void add_banks(const struct explore_build *g, struct sum *s, uint32_t cell)
{
    const struct explore_space *space = g->space;
    for (uint32_t c = 0; c < space->cells_count; c++) {
        gather(s, g->share[cell * space->cells_count + c],
               whole_ns(block(g, EXPLORE_BLOCK_BANK_SHARED)[c]));
        for (uint32_t b = 0; b < space->banks_count; b++) {
            const uint32_t at = c * space->banks_count + b;
            gather(s, g->bank[at], whole_ns(block(g, EXPLORE_BLOCK_CELL_BANK)[at]));
        }
    }
}

/* Room */

/* Of a CPU of the cell with this plain latency; below 0: it is too slow by itself. */
static double room(const struct explore_build *g, uint32_t cell, double plain)
{
    const struct explore_program *program = g->program;
    const double ceiling = program->acquire->draws->ceiling;
    const double us = program->percent * (double)g->space->cells[cell].deadline_ns / 1e5 - plain;
    if (us >= ceiling)
        return (double)ROOM_MAX;
    return fmin(ceil(-ceiling * log1p(-us / ceiling) * NS_PER_US), (double)ROOM_MAX);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* plain[m]: without bank and knobs, of the CPU that is the worst one at best if there are m + 1. */
static void sort_plain(const struct explore_build *g, uint32_t cell, uint32_t at, double *plain)
{
    const struct explore_place *place = &g->places[at];
    const double *own = &block(g, EXPLORE_BLOCK_CELL_CPU)[cell * g->space->cpus_count];
    for (uint32_t i = 0; i < place->size; i++)
        plain[i] = block(g, EXPLORE_BLOCK_BASE)[cell] +
                   block(g, EXPLORE_BLOCK_CLUSTER)[place->cluster] +
                   block(g, EXPLORE_BLOCK_CPU)[place->cpus[i]] + own[place->cpus[i]];
    qsort(plain, place->size, sizeof *plain, by_value);
}

/* The first value has none. */
static double knob_effect(const struct explore_build *g, uint32_t cell, uint32_t knob, uint32_t v)
{
    const uint32_t value = g->layout->knob_first[knob] + v;
    if (v == 0)
        return 0.0;
    return block(g, EXPLORE_BLOCK_KNOB)[value] +
           block(g, EXPLORE_BLOCK_KNOB_CELL)[value * g->space->cells_count + cell];
}

/* Least and greatest effect of a knob's values that are possible. */
static void knob_range(const struct explore_build *g, uint32_t cell, uint32_t knob, double *low,
                       double *high)
{
    const uint32_t first = g->layout->knob_first[knob];
    *low = (double)INFINITY;
    *high = -(double)INFINITY;
    for (uint32_t v = 0; v < g->space->knobs[knob].values_count; v++) {
        if (g->knob[first + v] == AJ_NONE32)
            continue;
        const double us = knob_effect(g, cell, knob, v);
        *low = fmin(*low, us);
        *high = fmax(*high, us);
    }
}

/* The rows of one cell at one place */

struct target {
    uint32_t cell, place, banks; /* banks to tell apart, at least 1 */
    double *plain;               /* see sort_plain */
    uint32_t plain_count;        /* of these, so many are looked at */
    double knobs_low, knobs_high;
};

static uint32_t bank_column(const struct explore_build *g, const struct target *t, uint32_t bank)
{
    if (!explore_space_decides_bank(g->space, t->cell))
        return AJ_NONE32;
    return g->bank[t->cell * g->space->banks_count + bank];
}

/* With m + 1 CPUs there, in this bank, knobs adding `knobs`; -ROOM_MAX: the bank is none it may have. */
static double room_in(const struct explore_build *g, const struct target *t, uint32_t m,
                      uint32_t bank, double knobs)
{
    double us = t->plain[m] + knobs;
    if (explore_space_decides_bank(g->space, t->cell)) {
        if (bank_column(g, t, bank) == AJ_NONE32)
            return -(double)ROOM_MAX;
        us += block(
            g,
            EXPLORE_BLOCK_CLUSTER_BANK)[g->places[t->place].cluster * g->space->banks_count + bank];
    }
    return room(g, t->cell, us);
}

static int64_t most_of(const struct explore_build *g, const struct sum *s)
{
    int64_t most = s->constant;
    for (uint32_t i = 0; i < s->count; i++) {
        const int64_t coef = s->coef[s->cols[i]];
        most += coef > 0 ? coef * g->ip.cols.items[s->cols[i]].upper : 0;
    }
    return most > 0 ? most : 0;
}

/* Room that the knobs surely take for each us: below the chord of what is convex, in every bank. */
static double slope_of(const struct explore_build *g, const struct target *t, int64_t most)
{
    const double range = t->knobs_high - t->knobs_low;
    double slope = (double)INFINITY;
    for (uint32_t b = 0; b < t->banks && range > 0.0; b++) {
        const double low = room_in(g, t, 0, b, t->knobs_low);
        if (low > (double)most)
            return 0.0;
        if (low >= 0.0)
            slope = fmin(slope, (low - room_in(g, t, 0, b, t->knobs_high)) / range);
    }
    return range > 0.0 && slope < (double)INFINITY ? slope : 0.0;
}

/* Room that is surely lost when the cell has more than m CPUs there, in every bank. */
static int64_t loss_of(const struct explore_build *g, const struct target *t, uint32_t m,
                       int64_t most)
{
    double loss = (double)most;
    for (uint32_t b = 0; b < t->banks && t->knobs_high <= t->knobs_low; b++) {
        const double with = fmin(room_in(g, t, m, b, t->knobs_low), (double)most);
        const double without = fmin(room_in(g, t, m - 1, b, t->knobs_low), (double)most);
        if (without >= 0.0)
            loss = fmin(loss, without - with);
    }
    return t->knobs_high <= t->knobs_low ? (int64_t)loss : 0;
}

/*
 * The sum is no more than the room, if the cell has a CPU there. With `low` the least room of any bank:
 * sum + (what knobs and further CPUs take) + (reach - low) here - (room - low) bank <= reach.
 */
static void add_row(struct explore_build *g, const struct target *t, struct sum *s)
{
    const int64_t most = most_of(g, s);
    const double slope = slope_of(g, t, most);
    const int64_t reach = most + (int64_t)ceil(slope * (t->knobs_high - t->knobs_low) * 1.000001);
    int64_t low = reach, rooms[64];
    for (uint32_t b = 0; b < t->banks; b++) {
        const double x = room_in(g, t, 0, b, t->knobs_low);
        rooms[b] = x < (double)reach ? (int64_t)fmax(x, 0.0) : reach;
        low = rooms[b] < low ? rooms[b] : low;
    }
    if (low >= reach)
        return;
    for (uint32_t b = 0; b < t->banks; b++)
        gather(s, bank_column(g, t, b), low - rooms[b]);
    gather(s, explore_build_more(g, t->cell, t->place, 0), reach - low);
    for (uint32_t m = 1; m < t->plain_count; m++) {
        const uint32_t col = explore_build_more(g, t->cell, t->place, m);
        if (col != AJ_NONE32)
            gather(s, col, loss_of(g, t, m, most));
    }
    for (uint32_t k = 0; k < g->space->knobs_count && slope > 0.0; k++) {
        const uint32_t first = g->layout->knob_first[k];
        double least_us, most_us;
        knob_range(g, t->cell, k, &least_us, &most_us);
        for (uint32_t v = 0; v < g->space->knobs[k].values_count; v++)
            gather(s, g->knob[first + v],
                   (int64_t)floor(slope * (knob_effect(g, t->cell, k, v) - least_us)));
    }
    explore_build_row(g, -SOLVER_FREE, reach - s->constant);
    for (uint32_t i = 0; i < s->count; i++)
        explore_build_term(g, s->cols[i], s->coef[s->cols[i]]);
}

/* Banks in which even the best CPU is too slow by itself. */
static void add_exclusions(struct explore_build *g, const struct target *t)
{
    for (uint32_t b = 0; b < t->banks; b++) {
        const double x = room_in(g, t, 0, b, t->knobs_low);
        if (x >= 0.0 || x <= -(double)ROOM_MAX)
            continue;
        const uint32_t bank = bank_column(g, t, b);
        explore_build_row(g, -SOLVER_FREE, bank != AJ_NONE32 ? 1 : 0);
        explore_build_term(g, explore_build_more(g, t->cell, t->place, 0), 1);
        explore_build_term(g, bank, 1);
    }
}

static void begin(const struct explore_build *g, const struct target *t, struct sum *s)
{
    clear(s);
    add_owners(g, s, t->cell, t->place);
    add_irqs(g, s, t->cell, t->place);
    add_banks(g, s, t->cell);
}

/*
 * Which CPU of a cluster has the cell's interrupts is open: each is on one, perhaps the best, and all on
 * the only one.
 */
static void add_own_irqs(struct explore_build *g, const struct target *t, struct sum *s)
{
    struct target best = *t;
    int64_t all = 0;
    best.plain_count = 1;
    for (uint32_t j = 0; j < g->space->irqs_count; j++) {
        if (g->space->irqs[j].cell != t->cell || extra(g, j) == 0)
            continue;
        begin(g, t, s);
        gather(s, g->fires[j * g->places_count + t->place], extra(g, j));
        add_row(g, &best, s);
        all += extra(g, j);
    }
    if (all == 0)
        return;
    begin(g, t, s);
    for (uint32_t j = 0; j < g->space->irqs_count; j++) {
        if (g->space->irqs[j].cell == t->cell)
            gather(s, g->fires[j * g->places_count + t->place], extra(g, j));
    }
    gather(s, explore_build_more(g, t->cell, t->place, 1), -all);
    add_row(g, t, s);
}

void explore_build_latency(struct explore_build *g)
{
    const struct explore_space *space = g->space;
    const size_t cols = g->ip.cols.count;
    struct sum s = {.coef = AJ_NEW_ARRAY(g->arena, int64_t, cols),
                    .has = AJ_NEW_ARRAY(g->arena, bool, cols),
                    .cols = AJ_NEW_ARRAY(g->arena, uint32_t, cols)};
    double *plain = AJ_NEW_ARRAY(g->arena, double, space->cpus_count);
    for (uint32_t c = 0; c < space->cells_count; c++) {
        struct target t = {.cell = c, .banks = 1, .plain = plain};
        if (!space->cells[c].measured)
            continue;
        if (explore_space_decides_bank(space, c))
            t.banks = space->banks_count;
        for (uint32_t k = 0; k < space->knobs_count; k++) {
            double low, high;
            knob_range(g, c, k, &low, &high);
            t.knobs_low += low;
            t.knobs_high += high;
        }
        for (t.place = 0; t.place < g->places_count; t.place++) {
            if (explore_build_more(g, c, t.place, 0) == AJ_NONE32)
                continue;
            sort_plain(g, c, t.place, plain);
            t.plain_count = g->places[t.place].size;
            add_exclusions(g, &t);
            begin(g, &t, &s);
            add_row(g, &t, &s);
            if (g->image == NULL)
                add_own_irqs(g, &t, &s);
        }
    }
}
