/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Consoles and devices that cells.yml asks for, compared with those that the board has. */
#include <inttypes.h>

#include "base/rangeset.h"
#include "model/model_priv.h"
#include "model/requirements_priv.h"

/* Consoles */

/* `ref`: what is looked for, or what is none. */
static void hint_consoles(struct aj_ctx *cx, const struct model_board *board, const char *ref)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    struct aj_name *names = AJ_NEW_ARRAY(cx->scratch, struct aj_name, board->consoles_count + 1);
    for (size_t i = 0; i < board->consoles_count; i++)
        names[i].name = board->consoles[i].name;
    if (board->consoles_count == 0)
        aj_diag_hint(cx, "the board has no console that Jailhouse can drive");
    else
        aj_diag_suggest(cx, names, ref, "consoles of the board");
    aj_arena_release(cx->scratch, mark);
}

static enum aj_status check_console(struct aj_ctx *cx, const struct model_board *board,
                                    const struct model_requirements *req,
                                    const struct model_cell_request *cell)
{
    const char *ref = cell->console.ref;
    const struct aj_loc loc = aj_yaml_loc(cell->at, "console");
    const bool of_root = ref != NULL && strcmp(ref, "&root.console") == 0;
    struct model_console console;
    if (ref == NULL || model_cell_console(board, req, cell, &console))
        return AJ_OK;
    const struct model_device *device = model_cell_console_device(board, req, cell);
    if (device != NULL) {
        aj_warn(cx, "console-type", loc, "Jailhouse cannot drive '%s' as a console", device->name);
        hint_consoles(cx, board, ref);
        return model_at_cell(cx, cell, "console", AJ_OK);
    }
    if (of_root && cell != &req->root && req->root.console.ref != NULL)
        return AJ_OK; /* reported at the root */
    const enum aj_status status =
        of_root ? aj_fail(cx, AJ_ERR_INPUT, "device-unknown", loc, "the root has no console")
                : aj_fail(cx, AJ_ERR_INPUT, "device-unknown", loc, "the board has no console '%s'",
                          ref);
    hint_consoles(cx, board, ref);
    return model_at_cell(cx, cell, "console", status);
}

/* Devices */

/* A wish of a cell for a device of its own. */
struct wish {
    const struct model_cell_request *cell;
    const struct model_device *device;
    struct aj_loc loc;
    bool as_console;
};

struct wishes {
    struct wish *items;
    size_t count, cap;
};

/* The devices of a type as names; there is room for all. */
static size_t list_compatible(const struct model_board *board, const char *type,
                              struct aj_name *names)
{
    size_t count = 0;
    for (size_t i = 0; i < board->devices_count; i++)
        if (model_device_is_of_type(&board->devices[i], type))
            names[count++] = (struct aj_name){.name = board->devices[i].name};
    if (count > 0)
        names[count] = (struct aj_name){.name = NULL};
    return count;
}

static enum aj_status device_unknown(struct aj_ctx *cx, const struct model_board *board,
                                     const struct model_cell_request *cell, struct aj_loc loc,
                                     const char *ref)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    size_t room = 1, count = 0;
    for (size_t i = 0; i < board->devices_count; i++)
        room += 2 + board->devices[i].aliases_count;
    struct aj_name *names = AJ_NEW_ARRAY(cx->scratch, struct aj_name, room);
    for (size_t i = 0; i < board->devices_count; i++) {
        const struct model_device *device = &board->devices[i];
        names[count++].name = device->name;
        for (size_t k = 0; k < device->aliases_count; k++)
            names[count++].name = device->aliases[k];
        if (device->path != NULL)
            names[count++].name = device->path;
    }
    const size_t alike = list_compatible(board, ref, names);
    const enum aj_status status =
        alike > 0
            ? aj_fail(cx, AJ_ERR_INPUT, "device-ambiguous", loc, "%zu devices are '%s'", alike, ref)
            : aj_fail(cx, AJ_ERR_INPUT, "device-unknown", loc, "the board has no device '%s'", ref);
    if (alike > 0)
        aj_diag_hint(cx, "say which: %s", aj_names_list(cx->scratch, names));
    else if (aj_name_nearest(names, ref) != NULL) /* all of them would be too many */
        aj_diag_suggest(cx, names, ref, "");
    aj_arena_release(cx->scratch, mark);
    return model_at_cell(cx, cell, "devices", status);
}

/* Is there any device of the class, or the device itself? */
static enum aj_status check_want(struct aj_ctx *cx, const struct model_board *board,
                                 const struct model_cell_request *cell,
                                 const struct model_device_want *want)
{
    const struct aj_loc loc = aj_yaml_loc(want->at, want->device != NULL ? "device" : "any");
    if (want->device != NULL)
        return model_device_by_ref(board, want->device) != NULL
                   ? AJ_OK
                   : device_unknown(cx, board, cell, loc, want->device);
    for (size_t i = 0; i < board->devices_count; i++)
        if (model_device_is_of_class(&board->devices[i], (enum model_device_class)want->any))
            return AJ_OK;
    /* What has a cost may be given up, also for want of any. */
    const char *text = aj_strf(cx->scratch, "the board has no device of class '%s'",
                               aj_name_of(model_device_class_names, want->any));
    if (want->cost == 0)
        return model_at_cell(cx, cell, "devices",
                             aj_fail(cx, AJ_ERR_INPUT, "device-class", loc, "%s", text));
    aj_warn(cx, "device-class", loc, "%s", text);
    return model_at_cell(cx, cell, "devices", AJ_OK);
}

static enum aj_status check_wants(struct aj_ctx *cx, const struct model_board *board,
                                  const struct model_requirements *req,
                                  const struct model_cell_request *cell)
{
    enum aj_status status = AJ_OK;
    if (cell == &req->root && cell->wants_count > 0)
        return model_at_cell(
            cx, cell, "devices",
            aj_fail(cx, AJ_ERR_INPUT, "device-wish", cell->wants[0].at->loc,
                    "the root has every device that no guest has: name those it must keep"));
    for (size_t i = 0; i < cell->wants_count; i++)
        status = aj_worse(status, check_want(cx, board, cell, &cell->wants[i]));
    return status;
}

static enum aj_status add_wishes(struct aj_ctx *cx, const struct model_board *board,
                                 const struct model_requirements *req,
                                 const struct model_cell_request *cell, struct wishes *wishes)
{
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < cell->devices_count; i++) {
        const struct wish wish = {cell, model_device_by_ref(board, cell->devices[i]),
                                  model_device_loc(cell, i), false};
        if (wish.device == NULL)
            status = aj_worse(status, device_unknown(cx, board, cell, wish.loc, cell->devices[i]));
        else
            AJ_PUSH(cx->scratch, wishes, wish);
    }
    /* The root's console may be shared; another one belongs to the guest alone. */
    const struct wish wish = {cell, model_cell_console_device(board, req, cell),
                              aj_yaml_loc(cell->at, "console"), true};
    if (wish.device != NULL && cell != &req->root && !model_cell_console_shared(board, req, cell))
        AJ_PUSH(cx->scratch, wishes, wish);
    return status;
}

static enum aj_status check_wish(struct aj_ctx *cx, const struct wishes *wishes, size_t ix)
{
    const struct wish *wish = &wishes->items[ix];
    for (size_t i = 0; i < ix; i++) {
        const struct wish *first = &wishes->items[i];
        if (first->device != wish->device ||
            (first->cell == wish->cell && first->as_console != wish->as_console))
            continue;
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_INPUT, "device-twice", wish->loc,
                    "device '%s' is wished by '%s' and by '%s'", wish->device->name,
                    first->cell->key, wish->cell->key);
        aj_diag_note(cx, first->loc, "first here");
        return model_at_cell(cx, wish->cell, wish->as_console ? "console" : "devices", status);
    }
    return AJ_OK;
}

/*
 * What firmware makes a device use, whoever has it: an IOMMU lets it do so only where the cell has
 * that memory at the same address.
 */
static enum aj_status check_reserved(struct aj_ctx *cx, const struct wish *wish,
                                     const struct model_device *device)
{
    const uint32_t access = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_DMA;
    const struct model_cell_request *cell = wish->cell;
    struct aj_rangeset has = {0};
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_mem_request *mem = &cell->mem_regions[i];
        const struct aj_range range = {mem->phys_start, mem->size};
        if (mem->phys_start != AJ_NONE64 && mem->virt_start == mem->phys_start &&
            aj_range_ok(range) && (mem->flags == 0 || (mem->flags & access) == access))
            aj_rangeset_add(cx->scratch, &has, range);
    }
    for (size_t i = 0; device->pci != NULL && i < device->pci->reserved_count; i++) {
        const struct model_mmio *reserved = &device->pci->reserved[i];
        const struct aj_range range = {reserved->phys_start, reserved->size};
        if (!aj_range_ok(range) || aj_rangeset_covers(&has, range))
            continue;
        const enum aj_status status = aj_fail(cx, AJ_ERR_INPUT, "device-memory", wish->loc,
                                              "firmware makes device '%s' use memory at 0x%" PRIx64
                                              ", which its cell would not have",
                                              device->name, range.base);
        aj_diag_hint(cx,
                     "leave the device to the root, or give '%s' that memory in mem_regions: "
                     "{phys_start: 0x%" PRIx64 ", virt_start: 0x%" PRIx64 ", size: 0x%" PRIx64 "}",
                     cell->key, range.base, range.base, range.size);
        return model_at_cell(cx, cell, "devices", status);
    }
    return AJ_OK;
}

/* Of the device, and of what goes with it. */
static enum aj_status check_all_reserved(struct aj_ctx *cx, const struct model_board *board,
                                         const struct model_requirements *req,
                                         const struct wish *wish)
{
    if (wish->cell == &req->root)
        return AJ_OK;
    enum aj_status status = check_reserved(cx, wish, wish->device);
    for (size_t i = 0; i < wish->device->closure_count && status == AJ_OK; i++) {
        const struct model_device *other = model_board_device(board, wish->device->closure[i]);
        if (other != NULL)
            status = check_reserved(cx, wish, other);
    }
    return status;
}

enum aj_status model_requirements_check_devices(struct aj_ctx *cx, const struct model_board *board,
                                                const struct model_requirements *req)
{
    enum aj_status status = AJ_OK;
    struct wishes wishes = {0};
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    for (size_t i = 0; i <= req->guests_count; i++) {
        const struct model_cell_request *cell = i == 0 ? &req->root : &req->guests[i - 1];
        status = aj_worse(status, check_console(cx, board, req, cell));
        status = aj_worse(status, add_wishes(cx, board, req, cell, &wishes));
        status = aj_worse(status, check_wants(cx, board, req, cell));
    }
    for (size_t i = 0; i < wishes.count; i++)
        status = aj_worse(aj_worse(status, check_wish(cx, &wishes, i)),
                          check_all_reserved(cx, board, req, &wishes.items[i]));
    aj_arena_release(cx->scratch, mark);
    return status;
}
