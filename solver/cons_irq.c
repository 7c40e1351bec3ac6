/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

#define LOAD_MAX 999 /* of any CPU: at most SOLVER_LOADS and half a unit for each line */

/*
 * All lines of the root go to CPUs that are equally near to real-time cells: moving each to the
 * CPU that is farthest never makes interference worse, so it is enough to decide how near that is.
 */
static uint32_t keep_away(struct solver_model *m, enum model_domain level, int64_t cost)
{
    const struct solver_problem *p = m->problem;
    const size_t slot = (size_t)level - 1;
    const char *name = aj_name_of(model_domain_names, level);
    uint32_t near = AJ_NONE32;
    for (uint32_t i = 0; i < p->cells_count; i++) {
        if (p->cells[i].req->realtime == NULL || i == SOLVER_ROOT)
            continue;
        for (uint32_t k = 0; k < p->cpus_count; k++) {
            const uint32_t domain = p->cpus[k].domain[slot];
            const uint32_t present =
                m->present[(i * SOLVER_DOMAINS + slot) * p->cpus_count + domain];
            if (present == AJ_NONE32)
                continue;
            if (near == AJ_NONE32)
                near = solver_ip_col(&m->ip, 0, 1, "near(%s)", name);
            solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, -SOLVER_FREE, 1, "irq_near(%s,cpu%u,%s)",
                          p->cells[i].tag, p->cpus[k].id, name);
            solver_ip_term(&m->ip, m->calm[k], 1);
            solver_ip_term(&m->ip, present, 1);
            solver_ip_term(&m->ip, near, -1);
        }
    }
    if (near != AJ_NONE32)
        solver_ip_goal(&m->ip, MODEL_OBJECTIVE_IRQ_INTERFERENCE, near, cost);
    return near;
}

static void choose_calm(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        m->calm[k] = solver_ip_col(&m->ip, 0, 1, "calm(cpu%u)", p->cpus[k].id);
        solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, -SOLVER_FREE, 0, "irq_root(cpu%u)", p->cpus[k].id);
        solver_ip_term(&m->ip, m->calm[k], 1);
        solver_ip_term(&m->ip, m->cpu[SOLVER_ROOT * p->cpus_count + k], -1);
    }
    solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, 1, SOLVER_FREE, "irq_calm(one)");
    for (uint32_t k = 0; k < p->cpus_count; k++)
        solver_ip_term(&m->ip, m->calm[k], 1);
}

/* A line that somebody routes may go to a CPU of the root that is not calm, and no other follows. */
static void choose_cpu(struct solver_model *m, uint32_t q)
{
    const struct solver_problem *p = m->problem;
    const uint32_t intid = p->lines.items[q].intid;
    const bool routed = p->lines.items[q].routed;
    uint32_t *cols = &m->line[q * p->cpus_count];
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        cols[k] = solver_ip_col(&m->ip, 0, 1, "irq(%u,cpu%u)", intid, p->cpus[k].id);
        solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, -SOLVER_FREE, 0, "irq_%s(%u,cpu%u)",
                      routed ? "root" : "calm", intid, p->cpus[k].id);
        solver_ip_term(&m->ip, cols[k], 1);
        solver_ip_term(&m->ip, routed ? m->cpu[SOLVER_ROOT * p->cpus_count + k] : m->calm[k], -1);
    }
    if (p->lines.items[q].device != AJ_NONE32) /* cons_dev.c says whether the root has it */
        return;
    solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, 1, 1, "irq_once(%u)", intid);
    for (uint32_t k = 0; k < p->cpus_count; k++)
        solver_ip_term(&m->ip, cols[k], 1);
}

/* CPUs that are left when each guest has its own. */
static uint32_t most_of_root(const struct solver_problem *p)
{
    uint64_t taken = 0;
    for (uint32_t i = 1; i < p->cells_count; i++)
        taken += p->cells[i].wants_cpus ? p->cells[i].count : 0;
    return taken < p->cpus_count ? p->cpus_count - (uint32_t)taken : 1;
}

/* The greatest load of a CPU; no less than the heaviest line and than an equal share. */
static void balance(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    uint32_t all = 0, heaviest = 0;
    for (size_t q = 0; q < p->lines.count; q++) {
        const uint32_t load = p->lines.items[q].load;
        all += load;
        heaviest = load > heaviest ? load : heaviest;
    }
    const uint32_t cpus = most_of_root(p), share = (all + cpus - 1) / cpus;
    const uint32_t load = m->load =
        solver_ip_col(&m->ip, share > heaviest ? share : heaviest, LOAD_MAX, "greatest_load");
    solver_ip_goal(&m->ip, MODEL_OBJECTIVE_IRQ_INTERFERENCE, load, 1);
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, -SOLVER_FREE, 0, "irq_load(cpu%u)", p->cpus[k].id);
        for (uint32_t q = 0; q < p->lines.count; q++) {
            if (p->lines.items[q].load > 0)
                solver_ip_term(&m->ip, m->line[q * p->cpus_count + k], p->lines.items[q].load);
        }
        solver_ip_term(&m->ip, load, -1);
    }
}

void solver_cons_irq(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    if (p->lines.count == 0 || p->cpus_count == 0)
        return;
    m->calm = AJ_NEW_ARRAY(m->ip.arena, uint32_t, p->cpus_count);
    m->line = AJ_NEW_ARRAY(m->ip.arena, uint32_t, p->lines.count * p->cpus_count);
    m->lines_first = (uint32_t)m->ip.cols.count;
    choose_calm(m);
    m->near_core = keep_away(m, MODEL_DOMAIN_CORE, SOLVER_NEAR_CORE);
    m->near_l2 = keep_away(m, MODEL_DOMAIN_L2, SOLVER_NEAR_L2);
    /* What else is there has no column: decoding gives it to the calm CPU with least to do. */
    for (uint32_t q = 0; q < p->lines.count; q++) {
        if (solver_line_decided(&p->lines.items[q]))
            choose_cpu(m, q);
    }
    balance(m);
    m->lines_end = (uint32_t)m->ip.cols.count;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        solver_ip_digit(&m->ip, -1, 0);
        solver_ip_term(&m->ip, m->calm[k], -1);
    }
    for (uint32_t q = 0; q < p->lines.count; q++) {
        if (!solver_line_decided(&p->lines.items[q]))
            continue;
        solver_ip_digit(&m->ip, 0, p->cpus_count - 1);
        for (uint32_t k = 1; k < p->cpus_count; k++)
            solver_ip_term(&m->ip, m->line[q * p->cpus_count + k], k);
    }
}
