/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/ip.h"
#include "solver/prepare.h"

/* Index of the device among those that can move, which it joins if it is new. */
static uint32_t join(struct solver_problem *p, const struct model_device *device)
{
    for (size_t i = 0; i < p->devices.count; i++) {
        if (p->devices.items[i].device == device)
            return (uint32_t)i;
    }
    const struct solver_device new = {
        .device = device,
        .tag = solver_ip_tag(p->arena, device->name, (size_t)(device - p->board->devices))};
    AJ_PUSH(p->arena, &p->devices, new);
    return (uint32_t)p->devices.count - 1;
}

static void own(struct solver_problem *p, uint32_t cell, const struct model_device *device)
{
    const struct solver_ownership new = {cell, join(p, device)};
    for (size_t i = 0; i < p->owns.count; i++) {
        if (p->owns.items[i].cell == cell && p->owns.items[i].device == new.device)
            return;
    }
    AJ_PUSH(p->arena, &p->owns, new);
}

/*
 * The console of a guest. A shared one it only writes to: the line stays with the root. Any other is
 * the guest's alone.
 */
static void prepare_console(struct solver_problem *p, uint32_t index)
{
    struct solver_cell *cell = &p->cells[index];
    const struct model_device *root = model_cell_console_device(p->board, p->req, &p->req->root);
    if (index == SOLVER_ROOT) {
        cell->console = root != NULL ? root->name : NULL;
        return;
    }
    if (solver_wish_find(p->wishes, SOLVER_WISH_CONSOLE, index, AJ_NONE32) == NULL)
        return;
    const struct model_device *device = model_cell_console_device(p->board, p->req, cell->req);
    cell->console = device != NULL ? device->name : NULL;
    cell->console_shared = model_cell_console_shared(p->board, p->req, cell->req);
    if (device != NULL && !cell->console_shared)
        own(p, index, device);
}

static bool named_by_a_wish(const struct solver_problem *p, const struct model_device *device)
{
    for (size_t i = 0; i < p->named_count; i++) {
        if (p->devices.items[p->owns.items[i].device].device == device)
            return true;
    }
    return false;
}

/* A board that does not know the size of a console says a page; it ends with the page it begins in. */
static bool in_console(struct aj_range range, aj_addr address, aj_size size)
{
    const aj_size rest = AJ_PAGE - address % AJ_PAGE;
    const struct aj_range console = {address, size < rest ? size : rest};
    return aj_range_ok(console) && aj_range_ok(range) && aj_range_overlap(range, console);
}

bool solver_takes_console(const struct solver_problem *p, struct aj_range range)
{
    struct model_console root;
    if (model_cell_console(p->board, p->req, &p->req->root, &root) &&
        (root.flags & JAILHOUSE_CON_ACCESS_MMIO) != 0 && in_console(range, root.address, root.size))
        return true;
    for (size_t i = 0; i < p->board->consoles_count; i++) {
        const struct model_board_console *console = &p->board->consoles[i];
        if (console->active && console->mmio && in_console(range, console->address, console->size))
            return true;
    }
    return false;
}

static bool is_console(const struct solver_problem *p, const struct model_device *device)
{
    for (size_t i = 0; i < device->regions_count; i++) {
        if (solver_takes_console(
                p, (struct aj_range){device->regions[i].phys_start, device->regions[i].size}))
            return true;
    }
    return device == model_cell_console_device(p->board, p->req, &p->req->root);
}

static bool can_move(const struct solver_problem *p, const struct model_device *device)
{
    for (size_t i = 0; i < p->devices.count; i++) {
        if (p->devices.items[i].device == device)
            return true;
    }
    return false;
}

/* A line has one target: whoever takes it takes it from everything that stays with the root. */
static const char *why_line_stays(const struct solver_problem *p, const struct model_device *device)
{
    for (size_t i = 0; i < p->board->devices_count; i++) {
        const struct model_device *other = &p->board->devices[i];
        if (other->status != NULL || can_move(p, other) ||
            solver_shared_line(p, device, other) == AJ_NONE32)
            continue;
        return aj_strf(p->arena, "it shares interrupt %u with device %s, which stays there",
                       solver_shared_line(p, device, other), other->name);
    }
    return NULL;
}

static const char *why_root_only(const struct solver_problem *p, const struct model_device *device)
{
    if (is_console(p, device))
        return "it is the console of the root cell";
    if (device->verdict == MODEL_VERDICT_ROOT_ONLY)
        return device->reasons_count > 0 ? device->reasons[0] : "others depend on it";
    if (device->verdict == MODEL_VERDICT_HARD && !named_by_a_wish(p, device))
        return device->reasons_count > 0 ? device->reasons[0]
                                         : "it shares an engine with the root cell";
    return why_line_stays(p, device);
}

void solver_prepare_devices(struct solver_problem *p)
{
    for (uint32_t i = 0; i < p->cells_count; i++) {
        prepare_console(p, i);
        const struct model_cell_request *req = p->cells[i].req;
        for (uint32_t k = 0; k < req->devices_count; k++) {
            const struct model_device *device = model_device_by_ref(p->board, req->devices[k]);
            if (device != NULL && solver_wish_find(p->wishes, SOLVER_WISH_DEVICE, i, k) != NULL)
                own(p, i, device);
        }
    }
    p->named_count = p->owns.count;
    /* The closure: the list grows while it is walked. */
    for (size_t i = 0; i < p->owns.count; i++) {
        const uint32_t cell = p->owns.items[i].cell;
        const struct model_device *device = p->devices.items[p->owns.items[i].device].device;
        for (size_t k = 0; cell != SOLVER_ROOT && k < device->closure_count; k++) {
            const struct model_device *other = model_board_device(p->board, device->closure[k]);
            if (other != NULL)
                own(p, cell, other);
        }
    }
    for (size_t i = 0; i < p->devices.count; i++)
        p->devices.items[i].root_only = why_root_only(p, p->devices.items[i].device);
}

uint32_t solver_shared_line(const struct solver_problem *p, const struct model_device *a,
                            const struct model_device *b)
{
    for (size_t i = 0; i < a->interrupts_count; i++) {
        for (size_t k = 0; k < b->interrupts_count; k++) {
            if (a->interrupts[i].intid == b->interrupts[k].intid &&
                model_board_has_line(p->board, a->interrupts[i].intid))
                return a->interrupts[i].intid;
        }
    }
    return AJ_NONE32;
}
