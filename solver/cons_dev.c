/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

static uint32_t *col_of(const struct solver_model *m, uint32_t device, uint32_t cell)
{
    return &m->device[device * m->problem->cells_count + cell];
}

/* The root and the cells whose wishes lead to the device; no other plan needs it anywhere else. */
static void choose_owner(struct solver_model *m, uint32_t index)
{
    const struct solver_problem *p = m->problem;
    const struct solver_device *device = &p->devices.items[index];
    for (uint32_t i = 0; i < p->cells_count; i++)
        *col_of(m, index, i) = AJ_NONE32;
    *col_of(m, index, SOLVER_ROOT) =
        solver_ip_col(&m->ip, 0, 1, "dev(%s,%s)", p->cells[SOLVER_ROOT].tag, device->tag);
    for (size_t i = 0; i < p->owns.count; i++) {
        const uint32_t cell = p->owns.items[i].cell;
        if (p->owns.items[i].device == index && cell != SOLVER_ROOT)
            *col_of(m, index, cell) =
                solver_ip_col(&m->ip, 0, 1, "dev(%s,%s)", p->cells[cell].tag, device->tag);
    }
    solver_ip_row(&m->ip, SOLVER_FAMILY_DEV, 1, 1, "dev_once(%s)", device->tag);
    for (uint32_t i = 0; i < p->cells_count; i++) {
        if (*col_of(m, index, i) != AJ_NONE32)
            solver_ip_term(&m->ip, *col_of(m, index, i), 1);
    }
    if (device->root_only != NULL) {
        solver_ip_row(&m->ip, SOLVER_FAMILY_DEV, 1, 1, "dev_root_only(%s)", device->tag);
        solver_ip_term(&m->ip, *col_of(m, index, SOLVER_ROOT), 1);
    }
    solver_ip_digit(&m->ip, -1, 0);
    solver_ip_term(&m->ip, *col_of(m, index, SOLVER_ROOT), -1);
}

static uint32_t joined(const struct solver_problem *p, const char *name)
{
    const struct model_device *device = model_board_device(p->board, name);
    for (uint32_t i = 0; device != NULL && i < p->devices.count; i++) {
        if (p->devices.items[i].device == device)
            return i;
    }
    return AJ_NONE32;
}

/* A cell that has the device has all that must travel along. */
static void closure(struct solver_model *m, uint32_t cell, uint32_t index)
{
    const struct solver_problem *p = m->problem;
    const struct model_device *device = p->devices.items[index].device;
    for (size_t k = 0; cell != SOLVER_ROOT && k < device->closure_count; k++) {
        const uint32_t other = joined(p, device->closure[k]);
        bool seen = other == AJ_NONE32 || other == index;
        for (size_t i = 0; i < k && !seen; i++)
            seen = joined(p, device->closure[i]) == other;
        if (seen)
            continue;
        solver_ip_row(&m->ip, SOLVER_FAMILY_DEV, -SOLVER_FREE, 0, "dev_closure(%s,%s,%s)",
                      p->cells[cell].tag, p->devices.items[index].tag, p->devices.items[other].tag);
        solver_ip_term(&m->ip, *col_of(m, index, cell), 1);
        solver_ip_term(&m->ip, *col_of(m, other, cell), -1);
    }
}

/* A line has one target: cells cannot share it, whether the closure says so or not. */
static void lines_once(struct solver_model *m, uint32_t a, uint32_t b)
{
    const struct solver_problem *p = m->problem;
    for (uint32_t i = 0; i < p->cells_count; i++) {
        if (*col_of(m, a, i) == AJ_NONE32)
            continue;
        solver_ip_row(&m->ip, SOLVER_FAMILY_DEV, -SOLVER_FREE, 1, "dev_line(%s,%s,%s)",
                      p->cells[i].tag, p->devices.items[a].tag, p->devices.items[b].tag);
        solver_ip_term(&m->ip, *col_of(m, a, i), 1);
        for (uint32_t k = 0; k < p->cells_count; k++) {
            if (k != i && *col_of(m, b, k) != AJ_NONE32)
                solver_ip_term(&m->ip, *col_of(m, b, k), 1);
        }
    }
}

void solver_cons_device(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    m->device = AJ_NEW_ARRAY(m->ip.arena, uint32_t, p->devices.count * p->cells_count);
    for (uint32_t i = 0; i < p->devices.count; i++)
        choose_owner(m, i);
    for (size_t i = 0; i < p->owns.count; i++) {
        const struct solver_ownership *own = &p->owns.items[i];
        if (i < p->named_count) {
            solver_ip_row(&m->ip, SOLVER_FAMILY_DEV, 1, 1, "dev_wish(%s,%s)",
                          p->cells[own->cell].tag, p->devices.items[own->device].tag);
            solver_ip_term(&m->ip, *col_of(m, own->device, own->cell), 1);
        }
        closure(m, own->cell, own->device);
    }
    for (uint32_t i = 0; i < p->devices.count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (solver_shared_line(p, p->devices.items[k].device, p->devices.items[i].device) !=
                AJ_NONE32)
                lines_once(m, k, i);
        }
    }
}
