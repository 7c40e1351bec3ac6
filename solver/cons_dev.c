/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/cons.h"

static uint32_t *col_of(const struct solver_model *m, uint32_t device, uint32_t cell)
{
    return &m->device[device * m->problem->cells_count + cell];
}

/* Does it depend on picks who has the device? */
static bool is_open(const struct solver_problem *p, uint32_t index)
{
    for (size_t i = p->certain_count; i < p->owns.count; i++) {
        if (p->owns.items[i].device == index)
            return true;
    }
    return false;
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
    if (is_open(p, index))
        return; /* what is picked has digits of its own, and the rest follows from it */
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

/* Picks */

static const struct model_device_want *want_of(const struct solver_problem *p,
                                               const struct solver_pick *pick)
{
    return &p->cells[pick->cell].req->wants[pick->index];
}

/* One of the candidates, which the cell then has; or none, at a cost. */
static void choose_pick(struct solver_model *m, size_t index)
{
    const struct solver_problem *p = m->problem;
    const struct solver_pick *pick = &p->picks.items[index];
    const char *cell = p->cells[pick->cell].tag;
    const uint32_t cost = want_of(p, pick)->cost;
    uint32_t *cols = m->pick[index] = aj_alloc_array(m->ip.arena, pick->count + 1, sizeof *cols);
    for (uint32_t n = 0; n < pick->count; n++)
        cols[n] = solver_ip_col(&m->ip, 0, 1, "pick(%s,%u,%s)", cell, pick->index,
                                p->devices.items[pick->candidates[n]].tag);
    cols[pick->count] = AJ_NONE32;
    if (cost > 0) {
        cols[pick->count] = solver_ip_col(&m->ip, 0, 1, "pick(%s,%u,none)", cell, pick->index);
        solver_ip_goal(&m->ip, MODEL_OBJECTIVE_PREFERENCES, cols[pick->count], cost);
    }
    solver_ip_row(&m->ip, SOLVER_FAMILY_DEV, 1, 1, "dev_pick(%s,%u)", cell, pick->index);
    for (uint32_t n = 0; n <= pick->count; n++) {
        if (cols[n] != AJ_NONE32)
            solver_ip_term(&m->ip, cols[n], 1);
    }
    solver_ip_digit(&m->ip, 0, pick->count);
    for (uint32_t n = 1; n <= pick->count; n++) {
        if (cols[n] != AJ_NONE32)
            solver_ip_term(&m->ip, cols[n], n);
    }
}

/* A device meets one want, and only of the cell that has it. */
static void once_each(struct solver_model *m, const struct solver_ownership *own)
{
    const struct solver_problem *p = m->problem;
    bool begun = false;
    for (size_t i = 0; i < p->picks.count; i++) {
        const struct solver_pick *pick = &p->picks.items[i];
        for (uint32_t n = 0; pick->cell == own->cell && n < pick->count; n++) {
            if (pick->candidates[n] != own->device)
                continue;
            if (!begun) {
                solver_ip_row(&m->ip, SOLVER_FAMILY_DEV, -SOLVER_FREE, 0, "dev_picked(%s,%s)",
                              p->cells[own->cell].tag, p->devices.items[own->device].tag);
                solver_ip_term(&m->ip, *col_of(m, own->device, own->cell), -1);
            }
            begun = true;
            solver_ip_term(&m->ip, m->pick[i][n], 1);
        }
    }
}

/* Nothing comes to a cell that no pick leads to. */
static void asked(struct solver_model *m, const struct solver_ownership *own)
{
    const struct solver_problem *p = m->problem;
    uint32_t *reach = AJ_NEW_ARRAY(m->ip.arena, uint32_t, p->devices.count);
    solver_ip_row(&m->ip, SOLVER_FAMILY_DEV, -SOLVER_FREE, 0, "dev_asked(%s,%s)",
                  p->cells[own->cell].tag, p->devices.items[own->device].tag);
    solver_ip_term(&m->ip, *col_of(m, own->device, own->cell), 1);
    for (size_t i = 0; i < p->picks.count; i++) {
        const struct solver_pick *pick = &p->picks.items[i];
        for (uint32_t n = 0; pick->cell == own->cell && n < pick->count; n++) {
            const size_t count = solver_device_reach(p, pick->candidates[n], reach);
            for (size_t k = 0; k < count; k++) {
                if (reach[k] == own->device)
                    solver_ip_term(&m->ip, m->pick[i][n], -1);
            }
        }
    }
}

/* A cell has a line that constraints name if it has the device. */
static void open_lines(struct solver_model *m, uint32_t cell)
{
    const struct solver_problem *p = m->problem;
    const struct solver_lines *lines = solver_lines_of(p, cell);
    for (size_t q = 0; q < lines->count; q++) {
        const struct solver_line *line = &lines->items[q];
        if (line->device == AJ_NONE32 || !solver_line_decided(line))
            continue;
        if (cell == SOLVER_ROOT)
            solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, 0, 0, "irq_once(%u)", line->intid);
        else
            solver_ip_row(&m->ip, SOLVER_FAMILY_IRQ, 0, 0, "irq_once(%s,%u)", p->cells[cell].tag,
                          line->intid);
        for (uint32_t k = 0; k < p->cpus_count; k++)
            solver_ip_term(&m->ip, m->own[cell][q * p->cpus_count + k], 1);
        solver_ip_term(&m->ip, *col_of(m, line->device, cell), -1);
    }
}

static void cons_picks(struct solver_model *m)
{
    const struct solver_problem *p = m->problem;
    m->pick = aj_alloc_array(m->ip.arena, p->picks.count, sizeof *m->pick);
    for (size_t i = 0; i < p->picks.count; i++)
        choose_pick(m, i);
    for (size_t i = 0; i < p->owns.count; i++)
        once_each(m, &p->owns.items[i]);
    for (size_t i = p->certain_count; i < p->owns.count; i++)
        asked(m, &p->owns.items[i]);
    for (uint32_t cell = 0; cell < p->cells_count; cell++)
        open_lines(m, cell);
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
    cons_picks(m);
}
