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

/* Returns the index of the device. */
static uint32_t own(struct solver_problem *p, uint32_t cell, const struct model_device *device)
{
    const struct solver_ownership new = {cell, join(p, device)};
    for (size_t i = 0; i < p->owns.count; i++) {
        if (p->owns.items[i].cell == cell && p->owns.items[i].device == new.device)
            return new.device;
    }
    AJ_PUSH(p->arena, &p->owns, new);
    return new.device;
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
        (void)own(p, index, device);
}

static bool named_by_a_wish(const struct solver_problem *p, const struct model_device *device)
{
    for (size_t i = 0; i < p->named_count; i++) {
        if (p->devices.items[p->owns.items[i].device].device == device)
            return true;
    }
    for (size_t i = 0; i < p->picks.count; i++) {
        const struct solver_pick *pick = &p->picks.items[i];
        if (p->cells[pick->cell].req->wants[pick->index].device != NULL && pick->count > 0 &&
            p->devices.items[pick->candidates[0]].device == device)
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

/* The list of what is owned grows while it is walked from `first` on. */
static void own_closure(struct solver_problem *p, size_t first)
{
    for (size_t i = first; i < p->owns.count; i++) {
        const uint32_t cell = p->owns.items[i].cell;
        const struct model_device *device = p->devices.items[p->owns.items[i].device].device;
        for (size_t k = 0; cell != SOLVER_ROOT && k < device->closure_count; k++) {
            const struct model_device *other = model_board_device(p->board, device->closure[k]);
            if (other != NULL)
                (void)own(p, cell, other);
        }
    }
}

/* Picks */

static bool interrupted(const struct solver_problem *p, const struct model_device *device)
{
    for (size_t i = 0; i < p->board->interrupts_count; i++) {
        const struct model_irq_count *line = &p->board->interrupts[i];
        for (size_t k = 0; solver_has_line(device, line->intid) && k < line->counts_count; k++) {
            if (line->counts[k] > 0)
                return true;
        }
    }
    return false;
}

/* How inconvenient: what Linux used, and what is no safe gift, comes late. */
static uint32_t rank(const struct solver_problem *p, const struct model_device *device)
{
    const bool unsafe = device->verdict == MODEL_VERDICT_UNSAFE;
    const bool tied =
        device->verdict == MODEL_VERDICT_SOFT || device->verdict == MODEL_VERDICT_KEEP_RUNNING;
    return (unsafe ? 4u : tied ? 2u : 0u) + interrupted(p, device);
}

#define RANKS 6u

static bool named_by_cell(const struct solver_problem *p, uint32_t cell,
                          const struct model_device *device)
{
    for (size_t i = 0; i < p->named_count; i++) {
        if (p->owns.items[i].cell == cell &&
            p->devices.items[p->owns.items[i].device].device == device)
            return true;
    }
    return false;
}

static bool may_be_picked(const struct solver_problem *p, uint32_t cell,
                          const struct model_device_want *want, const struct model_device *device)
{
    if (named_by_cell(p, cell, device))
        return false;
    if (want->device != NULL)
        return model_device_by_ref(p->board, want->device) == device;
    return device->status == NULL && device->verdict != MODEL_VERDICT_HARD &&
           device->verdict != MODEL_VERDICT_ROOT_ONLY && !is_console(p, device) &&
           model_device_is_of_class(device, (enum model_device_class)want->any);
}

static void add_pick(struct solver_problem *p, uint32_t cell, uint32_t index)
{
    const struct model_device_want *want = &p->cells[cell].req->wants[index];
    uint32_t *candidates = AJ_NEW_ARRAY(p->arena, uint32_t, p->board->devices_count);
    struct solver_pick pick = {cell, index, candidates, 0};
    for (uint32_t at = 0; at < RANKS; at++) {
        for (size_t i = 0; i < p->board->devices_count; i++) {
            const struct model_device *device = &p->board->devices[i];
            if (may_be_picked(p, cell, want, device) && rank(p, device) == at)
                candidates[pick.count++] = own(p, cell, device);
        }
    }
    AJ_PUSH(p->arena, &p->picks, pick);
}

static void prepare_picks(struct solver_problem *p)
{
    for (uint32_t i = 1; i < p->cells_count; i++) {
        const struct model_cell_request *req = p->cells[i].req;
        for (uint32_t k = 0; k < req->wants_count; k++) {
            if (req->wants[k].cost > 0 ||
                solver_wish_find(p->wishes, SOLVER_WISH_PICK, i, k) != NULL)
                add_pick(p, i, k);
        }
    }
}

void solver_prepare_devices(struct solver_problem *p)
{
    for (uint32_t i = 0; i < p->cells_count; i++) {
        prepare_console(p, i);
        const struct model_cell_request *req = p->cells[i].req;
        for (uint32_t k = 0; k < req->devices_count; k++) {
            const struct model_device *device = model_device_by_ref(p->board, req->devices[k]);
            if (device != NULL && solver_wish_find(p->wishes, SOLVER_WISH_DEVICE, i, k) != NULL)
                (void)own(p, i, device);
        }
    }
    p->named_count = p->owns.count;
    own_closure(p, 0);
    p->certain_count = p->owns.count;
    prepare_picks(p);
    own_closure(p, p->certain_count);
    for (size_t i = 0; i < p->devices.count; i++)
        p->devices.items[i].root_only = why_root_only(p, p->devices.items[i].device);
}

size_t solver_device_reach(const struct solver_problem *p, uint32_t index, uint32_t *devices)
{
    size_t count = 0;
    devices[count++] = index;
    for (size_t at = 0; at < count; at++) {
        const struct model_device *device = p->devices.items[devices[at]].device;
        for (size_t k = 0; k < device->closure_count; k++) {
            uint32_t other = 0;
            while (other < p->devices.count &&
                   strcmp(p->devices.items[other].device->name, device->closure[k]) != 0)
                other++;
            bool seen = other == p->devices.count;
            for (size_t i = 0; i < count && !seen; i++)
                seen = devices[i] == other;
            if (!seen)
                devices[count++] = other;
        }
    }
    return count;
}

bool solver_has_line(const struct model_device *device, uint32_t intid)
{
    for (size_t i = 0; i < device->interrupts_count; i++) {
        if (device->interrupts[i].intid == intid)
            return true;
    }
    return false;
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
