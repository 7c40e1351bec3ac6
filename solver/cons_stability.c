/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"
#include "solver/earlier.h"

/* One more change, unless the column is 1; where it is none, there is no way but to change. */
static void count_change(struct solver_model *m, uint32_t col)
{
    m->ip.goals[MODEL_OBJECTIVE_STABILITY].constant++;
    if (col != AJ_NONE32)
        solver_ip_goal(&m->ip, MODEL_OBJECTIVE_STABILITY, col, -1);
}

static void count_base(struct solver_model *m, uint32_t cell, uint32_t base)
{
    const struct solver_cell *from = &m->problem->cells[cell];
    uint32_t col = AJ_NONE32;
    for (uint32_t i = 0; i < from->bases_count; i++) {
        if (from->bases[i] == base)
            col = m->base[cell][i];
    }
    if (from->bases_count > 0)
        count_change(m, col);
}

void solver_cons_stability(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    const struct solver_earlier *earlier = p->earlier;
    if (earlier == NULL)
        return;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        if (earlier->owner[k] != AJ_NONE32)
            count_change(m, m->cpu[earlier->owner[k] * p->cpus_count + k]);
    }
    for (size_t i = 0; i < p->requests.count; i++) {
        if (earlier->place_of[i] != AJ_NONE32)
            count_change(m, m->place[i * p->intervals_count + earlier->place_of[i]]);
    }
    for (size_t q = 0; q < p->lines.count; q++) {
        if (earlier->line_cpu[q] != AJ_NONE32 && solver_line_decided(&p->lines.items[q]))
            count_change(m, m->line[q * p->cpus_count + earlier->line_cpu[q]]);
    }
    for (size_t i = p->certain_count; i < p->owns.count; i++) {
        const struct solver_ownership *own = &p->owns.items[i];
        if (earlier->has[i])
            count_change(m, m->device[own->device * p->cells_count + own->cell]);
    }
    for (uint32_t i = 0; i < p->cells_count; i++) {
        if (earlier->base[i] != AJ_NONE32)
            count_base(m, i, earlier->base[i]);
    }
}
