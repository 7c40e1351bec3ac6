/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

static uint32_t *present_at(const struct solver_model *m, uint32_t cell, size_t slot,
                            uint32_t domain)
{
    const struct solver_problem *p = m->problem;
    return &m->present[(cell * SOLVER_DOMAINS + slot) * p->cpus_count + domain];
}

static uint32_t domain_size(const struct solver_problem *p, size_t slot, uint32_t domain)
{
    uint32_t size = 0;
    for (uint32_t k = 0; k < p->cpus_count; k++)
        size += p->cpus[k].domain[slot] == domain;
    return size;
}

/* Is the cell there, if that is decided already? Without an answer both bounds of a column stay. */
static bool may_be(const struct solver_model *m, uint32_t cell, size_t slot, uint32_t domain)
{
    const struct solver_problem *p = m->problem;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        if (p->cpus[k].domain[slot] == domain && (m->owner == NULL || m->owner[k] == cell))
            return true;
    }
    return false;
}

/* The cell is present where it has a CPU; a domain of one CPU is never shared and has no column. */
static void find_presence(struct solver_model *m, uint32_t index, size_t slot)
{
    const struct solver_problem *p = m->problem;
    const char *level = aj_name_of(model_domain_names, slot + 1);
    for (uint32_t d = 0; d < p->domains_count[slot]; d++) {
        if (domain_size(p, slot, d) < 2)
            continue;
        const bool here = may_be(m, index, slot, d);
        const uint32_t col = solver_ip_col(&m->ip, m->owner != NULL && here, here,
                                           "present(%s,%s.%u)", p->cells[index].tag, level, d);
        *present_at(m, index, slot, d) = col;
        for (uint32_t k = 0; k < p->cpus_count; k++) {
            if (p->cpus[k].domain[slot] != d)
                continue;
            solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, 0, "cpu_present(%s,%s.%u,cpu%u)",
                          p->cells[index].tag, level, d, p->cpus[k].id);
            solver_ip_term(&m->ip, m->cpu[index * p->cpus_count + k], 1);
            solver_ip_term(&m->ip, col, -1);
        }
    }
}

/*
 * A cell is in as many domains as its CPUs fill. Implied by the rows above for whole numbers; it
 * lifts the bound of the relaxation.
 */
static void somewhere(struct solver_model *m, uint32_t index, size_t slot)
{
    const struct solver_problem *p = m->problem;
    const int64_t count =
        index == SOLVER_ROOT && p->cells[index].count == 0 ? 1 : p->cells[index].count;
    int64_t largest = 1;
    if (index != SOLVER_ROOT && !p->cells[index].wants_cpus)
        return;
    for (uint32_t d = 0; d < p->domains_count[slot]; d++) {
        if (domain_size(p, slot, d) > largest)
            largest = domain_size(p, slot, d);
    }
    solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, (count + largest - 1) / largest, SOLVER_FREE,
                  "cpu_somewhere(%s,%s)", p->cells[index].tag,
                  aj_name_of(model_domain_names, slot + 1));
    for (uint32_t d = 0; d < p->domains_count[slot]; d++) {
        if (*present_at(m, index, slot, d) != AJ_NONE32)
            solver_ip_term(&m->ip, *present_at(m, index, slot, d), 1);
    }
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        if (domain_size(p, slot, p->cpus[k].domain[slot]) < 2)
            solver_ip_term(&m->ip, m->cpu[index * p->cpus_count + k], 1);
    }
}

static void price_sharing(struct solver_model *m, uint32_t a, uint32_t b, size_t slot)
{
    const struct solver_problem *p = m->problem;
    const int64_t realtime =
        (p->cells[a].req->realtime != NULL) + (p->cells[b].req->realtime != NULL);
    for (uint32_t d = 0; realtime > 0 && d < p->domains_count[slot]; d++) {
        if (*present_at(m, a, slot, d) == AJ_NONE32)
            continue;
        const char *level = aj_name_of(model_domain_names, slot + 1);
        const bool both = may_be(m, a, slot, d) && may_be(m, b, slot, d);
        const uint32_t shared =
            solver_ip_col(&m->ip, m->owner != NULL && both, both, "shared(%s,%s,%s.%u)",
                          p->cells[a].tag, p->cells[b].tag, level, d);
        solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, 1, "cpu_shared(%s,%s,%s.%u)",
                      p->cells[a].tag, p->cells[b].tag, level, d);
        solver_ip_term(&m->ip, *present_at(m, a, slot, d), 1);
        solver_ip_term(&m->ip, *present_at(m, b, slot, d), 1);
        solver_ip_term(&m->ip, shared, -1);
        solver_ip_goal(&m->ip, MODEL_OBJECTIVE_ISOLATION, shared,
                       realtime * solver_share_cost(slot));
    }
}

void solver_cons_isolation(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    const size_t count = (size_t)p->cells_count * SOLVER_DOMAINS * p->cpus_count;
    bool any = false;
    m->present = AJ_NEW_ARRAY(m->ip.arena, uint32_t, count);
    for (size_t i = 0; i < count; i++)
        m->present[i] = AJ_NONE32;
    for (uint32_t i = 0; i < p->cells_count; i++)
        any = any || p->cells[i].req->realtime != NULL;
    for (size_t slot = 0; any && slot < SOLVER_DOMAINS; slot++) {
        if (p->domains_count[slot] == p->cpus_count)
            continue;
        for (uint32_t i = 0; i < p->cells_count; i++) {
            find_presence(m, i, slot);
            somewhere(m, i, slot);
            for (uint32_t other = 0; other < i; other++)
                price_sharing(m, other, i, slot);
        }
    }
}
