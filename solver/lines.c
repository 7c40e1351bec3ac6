/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/lines.h"

#include "solver/blocks_priv.h"

/* What a CPU of the root shares with a real-time guest. */
enum nearness { FAR, BY_CACHE, BY_CORE, NOT_THE_ROOTS };

static bool shares(const struct solver_model *m, uint32_t cpu, enum model_domain level)
{
    const struct solver_problem *p = m->problem;
    const size_t slot = (size_t)level - 1;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        if (m->owner[k] != SOLVER_ROOT && p->cells[m->owner[k]].req->realtime != NULL &&
            p->cpus[k].domain[slot] == p->cpus[cpu].domain[slot])
            return true;
    }
    return false;
}

static enum nearness nearness_of(const struct solver_model *m, uint32_t cpu)
{
    if (m->owner[cpu] != SOLVER_ROOT)
        return NOT_THE_ROOTS;
    if (shares(m, cpu, MODEL_DOMAIN_CORE))
        return BY_CORE;
    return shares(m, cpu, MODEL_DOMAIN_L2) ? BY_CACHE : FAR;
}

/* Does any goal but interference speak of columns that are decided here? */
static bool is_spoken_of(const struct solver_model *m)
{
    for (size_t goal = 0; goal < SOLVER_GOALS; goal++) {
        for (size_t i = 0; i < m->ip.goals[goal].terms.count; i++) {
            const uint32_t col = m->ip.goals[goal].terms.items[i].col;
            if (goal != MODEL_OBJECTIVE_IRQ_INTERFERENCE && col >= m->lines_first &&
                col < m->lines_end)
                return true;
        }
    }
    return false;
}

static void fix(struct solver_model *m, uint32_t col, int64_t value)
{
    if (col != AJ_NONE32)
        m->ip.cols.items[col].lower = m->ip.cols.items[col].upper = value;
}

/* cpu[line]: the first calm CPU that has room; false if one finds none. */
static bool first_fit(const struct solver_problem *p, const bool *calm, uint32_t room,
                      uint32_t *cpu)
{
    uint32_t *load = AJ_NEW_ARRAY(p->arena, uint32_t, p->cpus_count);
    for (size_t q = 0; q < p->lines.count; q++) {
        uint32_t k = 0;
        while (k < p->cpus_count && (!calm[k] || load[k] + p->lines.items[q].load > room))
            k++;
        if (k == p->cpus_count)
            return false;
        load[k] += p->lines.items[q].load;
        cpu[q] = k;
    }
    return true;
}

static void settle(struct solver_model *m, enum nearness nearest, const bool *calm, uint32_t calms)
{
    const struct solver_problem *p = m->problem;
    uint32_t *cpu = AJ_NEW_ARRAY(p->arena, uint32_t, p->lines.count);
    const uint32_t room = blocks_load(p, calms);
    if (!first_fit(p, calm, room, cpu))
        return;
    fix(m, m->near_l2, nearest >= BY_CACHE);
    fix(m, m->near_core, nearest >= BY_CORE);
    fix(m, m->load, room);
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        fix(m, m->calm[k], calm[k]);
        for (size_t q = 0; q < p->lines.count; q++) {
            if (solver_line_decided(&p->lines.items[q]))
                fix(m, m->line[q * p->cpus_count + k], cpu[q] == k);
        }
    }
}

void solver_lines_settle(struct solver_model *m, const struct solver_search_options *options)
{
    const struct solver_problem *p = m->problem;
    if (m->owner == NULL || m->calm == NULL ||
        (options->objectives_count > 0 &&
         !solver_minimises(options, MODEL_OBJECTIVE_IRQ_INTERFERENCE)) ||
        is_spoken_of(m))
        return;
    for (size_t q = 0; q < p->lines.count; q++) {
        if (p->lines.items[q].named)
            return;
    }
    enum nearness *near = aj_alloc_array(p->arena, p->cpus_count, sizeof *near);
    enum nearness nearest = NOT_THE_ROOTS;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        near[k] = nearness_of(m, k);
        nearest = near[k] < nearest ? near[k] : nearest;
    }
    bool *calm = AJ_NEW_ARRAY(p->arena, bool, p->cpus_count);
    uint32_t calms = 0;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        calm[k] = near[k] <= nearest && near[k] != NOT_THE_ROOTS;
        calms += calm[k];
    }
    if (calms > 0)
        settle(m, nearest, calm, calms);
}
