/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/places_priv.h"

static void number_all(struct places_program *g)
{
    const struct places *s = g->places;
    const uint32_t intervals = s->p->intervals_count;
    g->number = (uint32_t)g->ip->cols.count;
    for (uint32_t k = 0; k < s->kinds.count; k++) {
        for (uint32_t b = 0; b < intervals; b++)
            (void)solver_ip_col(g->ip, 0, s->most[places_at(s, k, b)], "number(%u,ram%u)", k, b);
    }
    for (uint32_t k = 0; k < s->kinds.count; k++) {
        const uint32_t count = s->kinds.items[k].count;
        solver_ip_row(g->ip, SOLVER_FAMILY_MEM, count, count, "kind(%u)", k);
        for (uint32_t b = 0; b < intervals; b++)
            solver_ip_term(g->ip, g->number + places_at(s, k, b), 1);
    }
}

static void measure_all(struct places_program *g)
{
    const struct places *s = g->places;
    for (uint32_t m = 0; m < s->measures.count; m++) {
        const struct measure *measure = &s->measures.items[m];
        for (uint32_t b = 0; b < s->p->intervals_count; b++) {
            solver_ip_row(g->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, 0, "measure(%u,ram%u)", m, b);
            solver_ip_term(g->ip, g->used + b, -(measure->room[b] / measure->divisor));
            for (uint32_t k = 0; k < s->kinds.count; k++) {
                const int64_t weight = measure_weight(measure, k);
                if (weight > 0 && s->most[places_at(s, k, b)] > 0)
                    solver_ip_term(g->ip, g->number + places_at(s, k, b), weight);
            }
        }
    }
}

/* As in the whole program: cons_mem.c. */
static void price(struct places_program *g)
{
    const uint32_t intervals = g->places->p->intervals_count;
    g->depth = solver_ip_col(g->ip, 0, intervals, "depth");
    solver_ip_goal(g->ip, MODEL_OBJECTIVE_ROOT_KEEPS, g->depth, 1);
    for (uint32_t b = 0; b < intervals; b++) {
        solver_ip_goal(g->ip, MODEL_OBJECTIVE_MEMORY_QUALITY, g->used + b, 1);
        solver_ip_row(g->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, 0, "depth(ram%u)", b);
        solver_ip_term(g->ip, g->used + b, intervals - b);
        solver_ip_term(g->ip, g->depth, -1);
    }
}

void places_program_build(struct places_program *g, struct solver_ip *ip,
                          const struct places *places)
{
    *g = (struct places_program){.places = places, .ip = ip};
    number_all(g);
    g->used = (uint32_t)ip->cols.count;
    for (uint32_t b = 0; b < places->p->intervals_count; b++)
        (void)solver_ip_col(ip, 0, 1, "used(ram%u)", b);
    measure_all(g);
    price(g);
}

void places_program_cut(const struct places_program *g, uint32_t b, const uint32_t *number)
{
    const struct places *s = g->places;
    const uint32_t first = (uint32_t)g->ip->cols.count;
    uint32_t kinds = 0;
    for (uint32_t k = 0; k < s->kinds.count; k++) {
        const uint32_t most = s->most[places_at(s, k, b)];
        if (number[k] == 0)
            continue;
        /* 1 where there are as many as that. */
        const uint32_t reached = solver_ip_col(g->ip, 0, 1, "reached(%zu)", g->ip->cols.count);
        solver_ip_row(g->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, number[k] - 1, "reached(%u)",
                      reached);
        solver_ip_term(g->ip, g->number + places_at(s, k, b), 1);
        solver_ip_term(g->ip, reached, -(int64_t)(most - number[k] + 1));
        kinds++;
    }
    solver_ip_row(g->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, (int64_t)kinds - 1, "pack(ram%u,%u)", b,
                  first);
    for (uint32_t i = 0; i < kinds; i++)
        solver_ip_term(g->ip, first + i, 1);
}
