/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/earlier.h"

struct reading {
    const struct solver_problem *p;
    const struct model_plan *plan;
    struct solver_earlier *to;
};

static uint32_t *nothing(const struct reading *r, size_t count)
{
    uint32_t *numbers = AJ_NEW_ARRAY(r->p->arena, uint32_t, count);
    for (size_t i = 0; i < count; i++)
        numbers[i] = AJ_NONE32;
    return numbers;
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static uint32_t cpu_index(const struct solver_problem *p, uint32_t id)
{
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        if (p->cpus[k].id == id)
            return k;
    }
    return AJ_NONE32;
}

static void read_devices(const struct reading *r, uint32_t cell, const struct model_plan_cell *from)
{
    for (size_t i = 0; i < r->p->owns.count; i++) {
        const struct solver_ownership *own = &r->p->owns.items[i];
        for (size_t k = 0; own->cell == cell && k < from->devices_count; k++) {
            if (strcmp(from->devices[k], r->p->devices.items[own->device].device->name) == 0)
                r->to->has[i] = true;
        }
    }
}

static void read_cells(const struct reading *r)
{
    for (size_t i = 0; i < r->plan->cells_count; i++) {
        const struct model_plan_cell *from = &r->plan->cells[i];
        const uint32_t cell = solver_cell_index(r->p->req, from->key);
        if (cell == AJ_NONE32)
            continue;
        r->to->base[cell] = from->vpci_irq_base;
        read_devices(r, cell, from);
        for (uint32_t k = 0; k < r->p->cpus_count; k++) {
            if (aj_cpuset_has(&from->cpus, r->p->cpus[k].id))
                r->to->owner[k] = cell;
        }
    }
}

static const struct model_plan_mem *placed(const struct reading *r,
                                           const struct solver_request *request)
{
    const char *cell = request->cell != AJ_NONE32 ? r->p->cells[request->cell].req->key : NULL;
    for (size_t i = 0; i < r->plan->memory_count; i++) {
        const struct model_plan_mem *m = &r->plan->memory[i];
        if (m->kind == request->kind && same_text(m->cell, cell) &&
            same_text(m->name, request->name))
            return m;
    }
    return NULL;
}

static void read_memory(const struct reading *r)
{
    for (size_t i = 0; i < r->p->requests.count; i++) {
        const struct solver_request *request = &r->p->requests.items[i];
        const struct model_plan_mem *m = placed(r, request);
        r->to->phys[i] = AJ_NONE64;
        if (request->phys != AJ_NONE64 || m == NULL ||
            !aj_range_ok((struct aj_range){m->phys_start, request->size}))
            continue;
        for (uint32_t b = 0; b < r->p->intervals_count; b++) {
            if (!aj_range_has(r->p->intervals[b], m->phys_start) ||
                !aj_range_has(r->p->intervals[b], m->phys_start + (request->size - 1)))
                continue;
            r->to->place_of[i] = b;
            r->to->phys[i] = m->phys_start;
        }
    }
}

static void read_lines(const struct reading *r)
{
    for (size_t i = 0; i < r->plan->irqs_count; i++) {
        const size_t q = solver_line_index(r->p, r->plan->irqs[i].intid);
        if (q < r->p->lines.count)
            r->to->line_cpu[q] = cpu_index(r->p, r->plan->irqs[i].cpu);
    }
}

const struct solver_earlier *solver_earlier_read(const struct solver_problem *p,
                                                 const struct model_plan *plan)
{
    struct solver_earlier *to = AJ_NEW(p->arena, struct solver_earlier);
    const struct reading r = {p, plan, to};
    to->owner = nothing(&r, p->cpus_count);
    to->place_of = nothing(&r, p->requests.count);
    to->phys = AJ_NEW_ARRAY(p->arena, aj_addr, p->requests.count);
    to->line_cpu = nothing(&r, p->lines.count);
    to->base = nothing(&r, p->cells_count);
    to->has = AJ_NEW_ARRAY(p->arena, bool, p->owns.count);
    read_cells(&r);
    read_memory(&r);
    read_lines(&r);
    return to;
}
