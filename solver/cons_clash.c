/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges that are known beforehand, physically or in one guest, and cannot both be. */
#include "solver/cons.h"

/* Terms that sum to 1 when request `index` is met. */
static void add_met(struct solver_model *m, uint32_t index)
{
    const struct solver_problem *p = m->problem;
    if (m->fixed[index] != AJ_NONE32)
        solver_ip_term(&m->ip, m->fixed[index], 1);
    for (uint32_t b = 0; b < p->intervals_count; b++) {
        const uint32_t col = m->place[index * p->intervals_count + b];
        if (col != AJ_NONE32)
            solver_ip_term(&m->ip, col, 1);
    }
}

/* Two addresses in the files. */
static void fixed_requests(struct solver_model *m, uint32_t a, uint32_t b)
{
    const struct solver_request *x = &m->problem->requests.items[a];
    const struct solver_request *y = &m->problem->requests.items[b];
    const struct aj_range here = {x->phys, x->size}, there = {y->phys, y->size};
    if (x->phys == AJ_NONE64 || y->phys == AJ_NONE64 || !aj_range_ok(here) || !aj_range_ok(there) ||
        !aj_range_overlap(here, there) || solver_may_overlap(x, y))
        return;
    solver_ip_row(&m->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, 1, "mem_overlap(%s,%s)", x->tag, y->tag);
    add_met(m, a);
    add_met(m, b);
}

/* Registers given by hand, and the device itself given to another cell. */
static void fixed_and_device(struct solver_model *m, uint32_t index,
                             const struct solver_ownership *own)
{
    const struct solver_problem *p = m->problem;
    const struct solver_request *r = &p->requests.items[index];
    const struct solver_device *device = &p->devices.items[own->device];
    if (!solver_takes_registers(p, r, own))
        return;
    solver_ip_row(&m->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, 1, "mem_registers(%s,%s,%s)", r->tag,
                  p->cells[own->cell].tag, device->tag);
    add_met(m, index);
    solver_ip_term(&m->ip, m->device[own->device * p->cells_count + own->cell], 1);
}

static void add_claim(struct solver_model *m, uint32_t cell, const struct solver_claim *claim)
{
    if (claim->request != AJ_NONE32)
        add_met(m, claim->request);
    else if (claim->device != AJ_NONE32)
        solver_ip_term(&m->ip, m->device[claim->device * m->problem->cells_count + cell], 1);
}

static void claims(struct solver_model *m, uint32_t cell, size_t a, size_t b)
{
    const struct solver_problem *p = m->problem;
    const struct solver_claim *x = &p->cells[cell].claims.items[a];
    const struct solver_claim *y = &p->cells[cell].claims.items[b];
    const int64_t known = (x->what != NULL) + (y->what != NULL);
    if (!solver_claims_clash(p, x, y))
        return;
    solver_ip_row(&m->ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, 1 - known, "mem_claims(%s,%zu,%zu)",
                  p->cells[cell].tag, a, b);
    add_claim(m, cell, x);
    add_claim(m, cell, y);
}

void solver_cons_clash(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    for (uint32_t i = 0; i < p->requests.count; i++) {
        for (uint32_t k = 0; k < i; k++)
            fixed_requests(m, k, i);
        for (size_t k = 0; k < p->owns.count; k++)
            fixed_and_device(m, i, &p->owns.items[k]);
    }
    for (uint32_t i = 1; i < p->cells_count; i++) {
        for (size_t k = 0; k < p->cells[i].claims.count; k++) {
            for (size_t other = 0; other < k; other++)
                claims(m, i, other, k);
        }
    }
}
