/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/instance_priv.h"

enum {
    AVOIDED = 6,
    AVOIDED_PAIRS = 4,
    PREFERRED = 3,
    JOINT = 12,
    BOUNDS = 3,
    BOUND_CPUS = 6, /* that each of them counts */
    BOUND_MOST = 3,
    WANTS = 3, /* of each guest */
    ROUTES = 4,
    ROUTES_FORBIDDEN = 8
};

struct asking {
    struct bench_maker *m;
    struct model_constraint *items;
    size_t count;
};

static struct aj_cpuset some_cpus(struct bench_maker *m, uint32_t first, uint32_t count)
{
    struct aj_cpuset cpus = {0};
    for (uint32_t i = 0; i < count; i++)
        aj_cpuset_add(&cpus, m->board->cpus[(first + i) % m->board->cpus_count].id.v);
    return cpus;
}

static void ask(struct asking *a, enum model_constraint_kind kind, uint32_t cost,
                const struct model_literal *literals, size_t count)
{
    a->items[a->count++] = (struct model_constraint){
        .kind = (uint8_t)kind,
        .cost = cost,
        .at_most = AJ_NONE32,
        .literals = aj_memdup(a->m->arena, literals, count * sizeof *literals),
        .literals_count = count};
}

/* A cell and some CPUs from a random one on. */
static struct model_literal cell_on(struct bench_maker *m, uint32_t cell, uint32_t cpus)
{
    const char *key = cell == 0 ? m->req->root.key : m->req->guests[cell - 1].key;
    return (struct model_literal){
        .kind = MODEL_LITERAL_CPUS,
        .cell = key,
        .cpus = some_cpus(m, bench_below(m, (uint32_t)m->board->cpus_count), cpus)};
}

static void ask_pair(struct asking *a, enum model_constraint_kind kind, uint32_t cost)
{
    const uint32_t cells = a->m->shape->cells;
    const uint32_t cell = bench_below(a->m, cells);
    const struct model_literal pair[] = {
        cell_on(a->m, cell, 1),
        cell_on(a->m, (cell + 1 + bench_below(a->m, cells - 1)) % cells, 1)};
    ask(a, kind, cost, pair, AJ_COUNT(pair));
}

static void ask_prices(struct asking *a)
{
    for (uint32_t i = 0; i < AVOIDED; i++) {
        const struct model_literal one = cell_on(a->m, bench_below(a->m, a->m->shape->cells), 1);
        ask(a, MODEL_CONSTRAINT_AVOID, 1 + bench_below(a->m, 9), &one, 1);
    }
    for (uint32_t i = 0; i < AVOIDED_PAIRS; i++)
        ask_pair(a, MODEL_CONSTRAINT_AVOID, 1 + bench_below(a->m, 9));
    for (uint32_t i = 0; i < PREFERRED; i++) {
        const struct model_literal there = cell_on(a->m, bench_below(a->m, a->m->shape->cells),
                                                   (uint32_t)a->m->board->cpus_count / 2);
        ask(a, MODEL_CONSTRAINT_PREFER, 1 + bench_below(a->m, 9), &there, 1);
    }
}

static void ask_bounds(struct asking *a)
{
    for (uint32_t i = 0; i < BOUNDS; i++) {
        struct model_literal counted[BOUND_CPUS];
        for (uint32_t k = 0; k < BOUND_CPUS; k++) {
            counted[k] = cell_on(a->m, bench_below(a->m, a->m->shape->cells), 1);
            counted[k].weight = 1;
        }
        ask(a, MODEL_CONSTRAINT_BOUND, 0, counted, AJ_COUNT(counted));
        a->items[a->count - 1].at_most = BOUND_MOST;
    }
}

/* Each guest: one of a class that it needs, the others at a cost; there are fewer than are wanted. */
static void ask_picks(struct bench_maker *m)
{
    static const enum model_device_class classes[] = {MODEL_CLASS_SPI, MODEL_CLASS_CAN,
                                                      MODEL_CLASS_ETHERNET};
    struct model_cell_request *guests =
        aj_memdup(m->arena, m->req->guests, m->req->guests_count * sizeof *guests);
    for (size_t g = 0; g < m->req->guests_count; g++) {
        struct model_device_want *wants = AJ_NEW_ARRAY(m->arena, struct model_device_want, WANTS);
        for (uint32_t i = 0; i < WANTS; i++)
            wants[i] =
                (struct model_device_want){.any = (uint8_t)classes[(g + i) % AJ_COUNT(classes)],
                                           .cost = i == 0 ? 0 : 1 + bench_below(m, 9)};
        guests[g].wants = wants;
        guests[g].wants_count = WANTS;
        guests[g].devices_count = 0;
    }
    m->req->guests = guests;
}

static void ask_routes(struct asking *a)
{
    struct bench_maker *m = a->m;
    const uint32_t cpu = bench_below(m, (uint32_t)m->board->cpus_count);
    for (uint32_t i = 0; i < ROUTES; i++) {
        const struct model_literal route = {
            .kind = MODEL_LITERAL_ROUTE,
            .interrupt =
                m->board->interrupts[bench_below(m, (uint32_t)m->board->interrupts_count)].intid,
            .cpus = some_cpus(m, cpu, 1)};
        ask(a, MODEL_CONSTRAINT_ROUTE, 0, &route, 1);
    }
    for (uint32_t i = 0; i < ROUTES_FORBIDDEN; i++) {
        const struct model_literal both[] = {
            cell_on(m, 1 + bench_below(m, m->shape->cells - 1), 1),
            {.kind = MODEL_LITERAL_ROUTE,
             .interrupt = m->board->interrupts[i].intid,
             .cpus = some_cpus(m, bench_below(m, (uint32_t)m->board->cpus_count), 1)}};
        ask(a, MODEL_CONSTRAINT_FORBID, 0, both, AJ_COUNT(both));
    }
}

/* The same without the last guest, whose CPUs the root had. */
static const struct model_requirements *without_last(struct bench_maker *m)
{
    struct model_requirements *before = aj_memdup(m->arena, m->req, sizeof *before);
    before->guests_count--;
    before->links_count = 0;
    return before;
}

static void set_objectives(struct bench_maker *m, const enum model_objective *objectives,
                           size_t count)
{
    struct model_priority *list = AJ_NEW_ARRAY(m->arena, struct model_priority, count);
    for (uint32_t i = 0; i < count; i++)
        list[i] = (struct model_priority){objectives[i], i, 1};
    m->req->objectives = list;
    m->req->objectives_count = count;
}

static void choose_objectives(struct bench_maker *m)
{
    static const enum model_objective usual[] = {
        MODEL_OBJECTIVE_ISOLATION, MODEL_OBJECTIVE_IRQ_INTERFERENCE, MODEL_OBJECTIVE_MEMORY_QUALITY,
        MODEL_OBJECTIVE_ROOT_KEEPS, MODEL_OBJECTIVE_SMALLEST_NUMBERS};
    static const enum model_objective priced[] = {
        MODEL_OBJECTIVE_PREFERENCES, MODEL_OBJECTIVE_ISOLATION, MODEL_OBJECTIVE_MEMORY_QUALITY,
        MODEL_OBJECTIVE_ROOT_KEEPS, MODEL_OBJECTIVE_SMALLEST_NUMBERS};
    static const enum model_objective earlier[] = {
        MODEL_OBJECTIVE_ISOLATION, MODEL_OBJECTIVE_MEMORY_QUALITY, MODEL_OBJECTIVE_ROOT_KEEPS,
        MODEL_OBJECTIVE_STABILITY, MODEL_OBJECTIVE_SMALLEST_NUMBERS};
    static const enum model_objective lines[] = {
        MODEL_OBJECTIVE_ISOLATION, MODEL_OBJECTIVE_IRQ_INTERFERENCE, MODEL_OBJECTIVE_ROOT_KEEPS,
        MODEL_OBJECTIVE_STABILITY, MODEL_OBJECTIVE_SMALLEST_NUMBERS};
    switch ((enum bench_asks)m->shape->asks) {
    case BENCH_ASKS_NOTHING:
    case BENCH_ASKS_BOUNDS:
    case BENCH_ASKS_JOINT:
    case BENCH_ASKS_ROUTES: set_objectives(m, usual, AJ_COUNT(usual)); break;
    case BENCH_ASKS_PICKS:
    case BENCH_ASKS_PRICES: set_objectives(m, priced, AJ_COUNT(priced)); break;
    case BENCH_ASKS_EARLIER: set_objectives(m, earlier, AJ_COUNT(earlier)); break;
    case BENCH_ASKS_EARLIER_LINES: set_objectives(m, lines, AJ_COUNT(lines)); break;
    }
}

const struct model_requirements *bench_ask(struct bench_maker *m)
{
    struct asking a = {m, AJ_NEW_ARRAY(m->arena, struct model_constraint, 32), 0};
    const struct model_requirements *before = NULL;
    choose_objectives(m);
    switch ((enum bench_asks)m->shape->asks) {
    case BENCH_ASKS_NOTHING: break;
    case BENCH_ASKS_PRICES: ask_prices(&a); break;
    case BENCH_ASKS_JOINT:
        for (uint32_t i = 0; i < JOINT; i++)
            ask_pair(&a, MODEL_CONSTRAINT_FORBID, 0);
        break;
    case BENCH_ASKS_BOUNDS: ask_bounds(&a); break;
    case BENCH_ASKS_ROUTES: ask_routes(&a); break;
    case BENCH_ASKS_PICKS: ask_picks(m); break;
    case BENCH_ASKS_EARLIER:
    case BENCH_ASKS_EARLIER_LINES: before = without_last(m); break;
    }
    m->req->constraints = a.items;
    m->req->constraints_count = a.count;
    return before;
}
