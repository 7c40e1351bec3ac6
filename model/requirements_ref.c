/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What references of cells.yml to devices and consoles mean. */
#include "model/requirements_priv.h"

static const char *after(const char *text, const char *prefix)
{
    const size_t len = strlen(prefix);
    return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

/* The device whose registers are the memory region of this name. */
static const struct model_device *device_of_region(const struct model_board *board,
                                                   const char *name)
{
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        if (strcmp(board->memory_regions[i].name, name) != 0)
            continue;
        const aj_addr start = board->memory_regions[i].phys_start;
        for (size_t d = 0; d < board->devices_count; d++)
            for (size_t r = 0; r < board->devices[d].regions_count; r++)
                if (board->devices[d].regions[r].phys_start == start)
                    return &board->devices[d];
    }
    return NULL;
}

bool model_device_is_of_type(const struct model_device *device, const char *type)
{
    for (size_t i = 0; device->status == NULL && i < device->compatible_count; i++)
        if (strcmp(device->compatible[i], type) == 0)
            return true;
    return false;
}

/* The only device of this type. */
static const struct model_device *only_compatible(const struct model_board *board, const char *name)
{
    const struct model_device *found = NULL;
    for (size_t i = 0; i < board->devices_count; i++) {
        if (!model_device_is_of_type(&board->devices[i], name))
            continue;
        if (found != NULL)
            return NULL;
        found = &board->devices[i];
    }
    return found;
}

/* A PCI function by its address without a domain, "00:02.0": that of domain 0. */
static const struct model_device *function_of_domain_0(const struct model_board *board,
                                                       const char *name)
{
    static const char domain[] = "0000:";
    for (size_t i = 0; i < board->devices_count; i++)
        if (strncmp(board->devices[i].name, domain, sizeof domain - 1) == 0 &&
            strcmp(board->devices[i].name + sizeof domain - 1, name) == 0)
            return &board->devices[i];
    return NULL;
}

static const struct model_device *find(const struct model_board *board, const char *name)
{
    const struct model_device *device = model_board_device(board, name);
    if (device == NULL)
        device = device_of_region(board, name);
    if (device == NULL)
        device = function_of_domain_0(board, name);
    return device != NULL ? device : only_compatible(board, name);
}

/*
 * A name of a device, also written "&board.serial0" or, as the customer does, by way of the list it
 * stands in: "&board.mem_regions_uart", "&board.memory_regions.uart".
 */
const struct model_device *model_device_by_ref(const struct model_board *board, const char *ref)
{
    static const char *const lists[] = {"memory_regions.", "memory_regions_", "mem_regions.",
                                        "mem_regions_",    "devices.",        "consoles."};
    const char *name = after(ref, "&board.");
    if (name == NULL)
        return find(board, ref);
    const struct model_device *device = find(board, name);
    for (size_t i = 0; device == NULL && i < AJ_COUNT(lists); i++) {
        const char *rest = after(name, lists[i]);
        if (rest != NULL)
            device = find(board, rest);
    }
    return device;
}

/* The request that says what the console of `cell` is. */
static const struct model_console_request *followed(const struct model_requirements *req,
                                                    const struct model_cell_request *cell)
{
    const char *ref = cell->console.ref;
    return ref != NULL && strcmp(ref, "&root.console") == 0 ? &req->root.console : &cell->console;
}

/* The console of the running Linux, which is the root's when the root says nothing else. */
static const struct model_board_console *active_console(const struct model_board *board)
{
    for (size_t i = 0; i < board->consoles_count; i++)
        if (board->consoles[i].active)
            return &board->consoles[i];
    return NULL;
}

const struct model_device *model_cell_console_device(const struct model_board *board,
                                                     const struct model_requirements *req,
                                                     const struct model_cell_request *cell)
{
    const struct model_console_request *request = followed(req, cell);
    if (request->ref != NULL)
        return model_device_by_ref(board, request->ref);
    if (request->description != NULL || request != &req->root.console)
        return NULL;
    const struct model_board_console *console = active_console(board);
    return console != NULL ? model_board_device(board, console->name) : NULL;
}

static struct model_console in_terms(const struct model_board_console *console)
{
    return (struct model_console){
        .address = console->address,
        .size = console->size > UINT32_MAX ? UINT32_MAX : (uint32_t)console->size,
        .type = console->type,
        .flags = (uint16_t)((console->mmio ? JAILHOUSE_CON_ACCESS_MMIO : 0) |
                            (console->regdist == 4 ? JAILHOUSE_CON_REGDIST_4 : 0)),
    };
}

bool model_cell_console(const struct model_board *board, const struct model_requirements *req,
                        const struct model_cell_request *cell, struct model_console *console)
{
    const struct model_console_request *request = followed(req, cell);
    const struct model_board_console *found = NULL;
    if (request->description != NULL) {
        *console = *request->description;
        return true;
    }
    if (request->ref != NULL) {
        const struct model_device *device = model_device_by_ref(board, request->ref);
        found = device != NULL ? model_board_console_of(board, device->name) : NULL;
    } else if (request == &req->root.console) {
        found = active_console(board);
    }
    if (found == NULL)
        return false;
    *console = in_terms(found);
    return true;
}

static bool same_console(const struct model_console *a, const struct model_console *b)
{
    return a->address == b->address && ((a->flags ^ b->flags) & JAILHOUSE_CON_ACCESS_MMIO) == 0;
}

bool model_cell_console_shared(const struct model_board *board,
                               const struct model_requirements *req,
                               const struct model_cell_request *guest)
{
    const struct model_device *device = model_cell_console_device(board, req, guest);
    struct model_console console, root;
    if (device != NULL && device == model_cell_console_device(board, req, &req->root))
        return true;
    if (!model_cell_console(board, req, guest, &console))
        return false;
    if (model_cell_console(board, req, &req->root, &root) && same_console(&console, &root))
        return true;
    for (size_t i = 0; i < board->consoles_count; i++) {
        const struct model_console active = in_terms(&board->consoles[i]);
        if (board->consoles[i].active && same_console(&console, &active))
            return true;
    }
    return false;
}
