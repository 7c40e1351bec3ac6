/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * On which of its CPUs a Linux guest takes the interrupts of its devices. The guest numbers its CPUs
 * from 0 and they are alike, so this does not depend on which CPUs of the board it gets; unless a
 * constraint speaks of one of the lines, for which they are CPUs of the board.
 */
#include "solver/cons.h"

#define LOAD_MAX 999 /* of any CPU: at most SOLVER_LOADS and half a unit for each line */

/*
 * CPU n is the first to take one of the lines only if CPUs 0 .. n-1 have taken some before: other
 * numberings of the same answer come later in the total order. So line q needs no CPU beyond q.
 */
static void choose_cpu(struct solver_model *m, uint32_t index, uint32_t q, uint32_t before)
{
    const struct solver_cell *cell = &m->problem->cells[index];
    const uint32_t intid = cell->lines.items[q].intid;
    uint32_t *cols = &m->own[index][q * cell->count];
    for (uint32_t n = 0; n < cell->count; n++)
        cols[n] = n <= before ? solver_ip_col(&m->ip, 0, 1, "irq(%s,%u,%u)", cell->tag, intid, n)
                              : AJ_NONE32;
    solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, 1, 1, "irq_once(%s,%u)", cell->tag, intid);
    for (uint32_t n = 0; n < cell->count && n <= before; n++)
        solver_ip_term(&m->ip, cols[n], 1);
}

/* To a CPU that the guest has. With a device that may be picked or not cons_dev.c says how often. */
static void choose_named(struct solver_model *m, uint32_t index, uint32_t q)
{
    const struct solver_problem *p = m->problem;
    const struct solver_cell *cell = &p->cells[index];
    const struct solver_line *line = &cell->lines.items[q];
    uint32_t *cols = &m->own[index][q * p->cpus_count];
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        const uint32_t id = p->cpus[k].id;
        cols[k] = solver_ip_col(&m->ip, 0, 1, "irq(%s,%u,cpu%u)", cell->tag, line->intid, id);
        solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, -SOLVER_FREE, 0, "irq_own(%s,%u,cpu%u)", cell->tag,
                      line->intid, id);
        solver_ip_term(&m->ip, cols[k], 1);
        solver_ip_term(&m->ip, m->cpu[index * p->cpus_count + k], -1);
    }
    if (line->device != AJ_NONE32)
        return;
    solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, 1, 1, "irq_once(%s,%u)", cell->tag, line->intid);
    for (uint32_t k = 0; k < p->cpus_count; k++)
        solver_ip_term(&m->ip, cols[k], 1);
}

/* The greatest load of a CPU; no less than the heaviest line and than an equal share. */
static void balance(struct solver_model *m, uint32_t index)
{
    const struct solver_cell *cell = &m->problem->cells[index];
    uint32_t all = 0, least = 0;
    for (size_t q = 0; q < cell->lines.count; q++) {
        const uint32_t load = cell->lines.items[q].load;
        all += load;
        least = load > least ? load : least;
    }
    const uint32_t share = all > 0 ? (all + cell->count - 1) / cell->count : 0;
    const uint32_t cpus = solver_lines_cpus(m->problem, index);
    const uint32_t greatest = solver_ip_col(&m->ip, share > least ? share : least, LOAD_MAX,
                                            "greatest_load(%s)", cell->tag);
    solver_ip_goal(&m->ip, MODEL_OBJECTIVE_IRQ_INTERFERENCE, greatest, 1);
    for (uint32_t n = 0; n < cpus; n++) {
        solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, -SOLVER_FREE, 0, "irq_load(%s,%u)", cell->tag, n);
        for (uint32_t q = 0; q < cell->lines.count; q++) {
            const uint32_t col = m->own[index][q * cpus + n];
            if (col != AJ_NONE32)
                solver_ip_term(&m->ip, col, cell->lines.items[q].load);
        }
        solver_ip_term(&m->ip, greatest, -1);
    }
}

static void choose(struct solver_model *m, uint32_t index)
{
    const struct solver_cell *cell = &m->problem->cells[index];
    const uint32_t cpus = solver_lines_cpus(m->problem, index);
    const size_t count = cell->lines.count * cpus;
    uint32_t decided = 0;
    m->own[index] = AJ_NEW_ARRAY(m->ip.arena, uint32_t, count);
    for (size_t i = 0; i < count; i++)
        m->own[index][i] = AJ_NONE32;
    for (uint32_t q = 0; q < cell->lines.count; q++) {
        if (!solver_line_decided(&cell->lines.items[q]))
            continue;
        if (cell->names_lines)
            choose_named(m, index, q);
        else
            choose_cpu(m, index, q, decided++);
    }
    balance(m, index);
    for (uint32_t q = 0; q < cell->lines.count; q++) {
        if (!solver_line_decided(&cell->lines.items[q]))
            continue;
        solver_ip_digit(&m->ip, 0, (int64_t)cpus - 1);
        for (uint32_t n = 1; n < cpus; n++) {
            const uint32_t col = m->own[index][q * cpus + n];
            if (col != AJ_NONE32)
                solver_ip_term(&m->ip, col, n);
        }
    }
}

void solver_cons_guest_irq(struct solver_model *m)
{
    m->own = aj_alloc_array(m->ip.arena, m->problem->cells_count, sizeof *m->own);
    m->own[SOLVER_ROOT] = m->line;
    for (uint32_t i = 1; i < m->problem->cells_count; i++) {
        if (m->problem->cells[i].lines.count > 0)
            choose(m, i);
    }
}
