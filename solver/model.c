/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

typedef void builder(struct solver_model *m);

/* Later builders use the columns of earlier ones. */
static builder *const builders[] = {
    solver_cons_cpu,    solver_cons_isolation, solver_cons_irq,       solver_cons_guest_irq,
    solver_cons_device, solver_cons_memory,    solver_cons_clash,     solver_cons_pci,
    solver_cons_vpci,   solver_cons_learned,   solver_cons_stability,
};

void solver_model_build(struct solver_model *m, struct aj_arena *arena,
                        const struct solver_problem *problem, const uint32_t *owner,
                        const uint32_t *place_of)
{
    *m = (struct solver_model){.problem = problem, .owner = owner, .place_of = place_of};
    solver_ip_open(&m->ip, arena);
    for (size_t i = 0; i < AJ_COUNT(builders); i++)
        builders[i](m);
}
