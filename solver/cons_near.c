/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory near the CPUs of its cell: in a node's RAM only where the cell has a CPU there. Nodes where
 * it cannot have one are among the addresses that the request avoids, if it has no address yet.
 */
#include "solver/cons_learned_priv.h"

/* Statement `which` of constraint `number`, which none in the file has, is: it lies there. */
static void near(struct solver_model *m, uint32_t number, size_t which,
                 const struct solver_request *r, const struct model_region *ram)
{
    const struct solver_problem *p = m->problem;
    struct cons_terms terms = {0};
    struct model_literal *there = AJ_NEW(m->ip.arena, struct model_literal);
    *there = (struct model_literal){.kind = MODEL_LITERAL_PLACE,
                                    .cell = p->cells[r->cell].req->key,
                                    .region = r->name,
                                    .within = {ram->phys_start, ram->size}};
    cons_learned_statement(m, number, which, there, &terms);
    solver_ip_row(&m->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, 0, "mem_near(%s,node%u,%zu)", r->tag,
                  ram->node, which);
    cons_learned_terms(m, &terms);
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        if (model_board_cpu(p->board, p->cpus[k].id)->node == ram->node)
            solver_ip_term(&m->ip, m->cpu[r->cell * p->cpus_count + k], -1);
    }
}

void cons_learned_near(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    for (uint32_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        for (size_t k = 0; solver_near_holds(p, r) && k < p->board->memory_regions_count; k++) {
            const struct model_region *ram = &p->board->memory_regions[k];
            if (ram->type == MODEL_REGION_RAM &&
                (r->phys != AJ_NONE64 || solver_near_open(p, r, ram)))
                near(m, (uint32_t)p->req->constraints_count + i, k, r, ram);
        }
    }
}
