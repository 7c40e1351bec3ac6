/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

static uint32_t cpu_col(const struct solver_model *m, uint32_t cell, uint32_t cpu)
{
    return m->cpu[cell * m->problem->cpus_count + cpu];
}

/* Each CPU belongs to exactly one cell. */
static void each_cpu_once(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    for (uint32_t i = 0; i < p->cells_count; i++) {
        for (uint32_t k = 0; k < p->cpus_count; k++)
            m->cpu[i * p->cpus_count + k] = solver_ip_col(
                &m->ip, m->owner != NULL && m->owner[k] == i, m->owner == NULL || m->owner[k] == i,
                "cpu(%s,cpu%u)", p->cells[i].tag, p->cpus[k].id);
    }
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, 1, 1, "cpu_once(cpu%u)", p->cpus[k].id);
        for (uint32_t i = 0; i < p->cells_count; i++)
            solver_ip_term(&m->ip, cpu_col(m, i, k), 1);
    }
}

/* Terms of the CPUs of `set` that are online. */
static void add_set(struct solver_model *m, uint32_t cell, const struct aj_cpuset *set)
{
    for (uint32_t k = 0; k < m->problem->cpus_count; k++) {
        if (aj_cpuset_has(set, m->problem->cpus[k].id))
            solver_ip_term(&m->ip, cpu_col(m, cell, k), 1);
    }
}

static void as_many_as_wished(struct solver_model *m, uint32_t index)
{
    const struct solver_problem *p = m->problem;
    const struct solver_cell *cell = &p->cells[index];
    const int64_t count = cell->count;
    if (!cell->wants_cpus)
        return;
    solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, count, index == SOLVER_ROOT ? SOLVER_FREE : count,
                  "cpu_count(%s)", cell->tag);
    add_set(m, index, &p->facts->online);
    if (aj_cpuset_empty(&cell->named))
        return;
    const int64_t named = aj_cpuset_count(&cell->named);
    solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, named, named, "cpu_named(%s)", cell->tag);
    add_set(m, index, &cell->named);
}

static void none_forbidden(struct solver_model *m, uint32_t index)
{
    const struct solver_cell *cell = &m->problem->cells[index];
    if (aj_cpuset_empty(&cell->forbidden))
        return;
    solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, 0, 0, "cpu_forbid(%s)", cell->tag);
    add_set(m, index, &cell->forbidden);
}

/* Since each CPU is somebody's, a cell is alone in a domain when it has all of it or nothing. */
static void exclusive(struct solver_model *m, uint32_t index)
{
    const struct solver_problem *p = m->problem;
    const struct solver_cell *cell = &p->cells[index];
    if (cell->exclusive == MODEL_DOMAIN_NONE)
        return;
    const size_t slot = (size_t)cell->exclusive - 1;
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        for (uint32_t first = 0; first < k; first++) {
            if (p->cpus[first].domain[slot] != p->cpus[k].domain[slot])
                continue;
            solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, 0, 0, "cpu_exclusive(%s,cpu%u)", cell->tag,
                          p->cpus[k].id);
            solver_ip_term(&m->ip, cpu_col(m, index, first), 1);
            solver_ip_term(&m->ip, cpu_col(m, index, k), -1);
            break;
        }
    }
}

static void together(struct solver_model *m, uint32_t index)
{
    const struct solver_problem *p = m->problem;
    const struct solver_cell *cell = &p->cells[index];
    if (cell->together == MODEL_DOMAIN_NONE || p->cpus_count == 0)
        return;
    const size_t slot = (size_t)cell->together - 1;
    const uint32_t count = p->domains_count[slot], first = (uint32_t)m->ip.cols.count;
    const char *level = aj_name_of(model_domain_names, cell->together);
    for (uint32_t d = 0; d < count; d++)
        (void)solver_ip_col(&m->ip, 0, 1, "home(%s,%s.%u)", cell->tag, level, d);
    solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, 1, 1, "cpu_home(%s)", cell->tag);
    for (uint32_t d = 0; d < count; d++)
        solver_ip_term(&m->ip, first + d, 1);
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, -SOLVER_FREE, 0, "cpu_together(%s,cpu%u)",
                      cell->tag, p->cpus[k].id);
        solver_ip_term(&m->ip, cpu_col(m, index, k), 1);
        solver_ip_term(&m->ip, first + p->cpus[k].domain[slot], -1);
    }
}

/* The root keeps a CPU, on x86 CPU 0, which the hypervisor cannot take from it. */
static void root_keeps(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, 1, SOLVER_FREE, "cpu_root_keeps(one)");
    add_set(m, SOLVER_ROOT, &p->facts->online);
    struct aj_cpuset boot = {0};
    aj_cpuset_add(&boot, 0);
    if (p->board->arch == MODEL_ARCH_X86) {
        solver_ip_row(&m->ip, SOLVER_FAMILY_CPU, 1, 1, "cpu_root_keeps(cpu0)");
        add_set(m, SOLVER_ROOT, &boot);
    }
    if (p->cpus_count > 0) {
        solver_ip_goal(&m->ip, MODEL_OBJECTIVE_ROOT_KEEPS, cpu_col(m, SOLVER_ROOT, 0), -1);
        m->ip.goals[MODEL_OBJECTIVE_ROOT_KEEPS].constant += 1;
    }
}

void solver_cons_cpu(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    m->cpu = AJ_NEW_ARRAY(m->ip.arena, uint32_t, (size_t)p->cells_count * p->cpus_count);
    each_cpu_once(m);
    root_keeps(m);
    for (uint32_t i = 0; i < p->cells_count; i++) {
        as_many_as_wished(m, i);
        none_forbidden(m, i);
        exclusive(m, i);
        together(m, i);
    }
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        solver_ip_digit(&m->ip, 0, (int64_t)p->cells_count - 1);
        for (uint32_t i = 0; i < p->cells_count; i++)
            solver_ip_term(&m->ip, cpu_col(m, i, p->order[k]), i);
    }
}
