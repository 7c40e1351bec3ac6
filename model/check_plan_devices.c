/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the plan meet the requirements: devices with all that travels along, and consoles. */
#include "model/check_plan_priv.h"

static size_t index_of(const struct model_board *board, const struct model_device *device)
{
    return (size_t)(device - board->devices);
}

/* What cells.yml names: its devices and a console that is not shared; and what was picked for it. */
static void named_devices(const struct model_plan_check *pc, size_t index,
                          struct model_device_set *named)
{
    const struct model_cell_request *cell = model_plan_request(pc, index);
    named->has = AJ_NEW_ARRAY(pc->cx->scratch, bool, pc->board->devices_count);
    if (index == 0)
        return;
    for (size_t i = 0; i < cell->devices_count; i++) {
        const struct model_device *device = model_device_by_ref(pc->board, cell->devices[i]);
        if (device != NULL)
            named->has[index_of(pc->board, device)] = true;
    }
    const struct model_device *console = model_cell_console_device(pc->board, pc->req, cell);
    if (console != NULL && !model_cell_console_shared(pc->board, pc->req, cell))
        named->has[index_of(pc->board, console)] = true;
    for (size_t i = 0; i < pc->plan->cells[index].picks_count; i++) {
        const struct model_device *device =
            model_board_device(pc->board, pc->plan->cells[index].picks[i]);
        if (device != NULL)
            named->has[index_of(pc->board, device)] = true;
    }
}

static bool names(const struct model_plan_check *pc, const struct model_cell_request *cell,
                  const struct model_device *device)
{
    for (size_t i = 0; i < cell->devices_count; i++) {
        if (model_device_by_ref(pc->board, cell->devices[i]) == device)
            return true;
    }
    return model_cell_console_device(pc->board, pc->req, cell) == device;
}

/* Why is the device not what is wanted? */
static const char *why_no_pick(const struct model_plan_check *pc, size_t index, size_t which)
{
    const struct model_plan_cell *given = &pc->plan->cells[index];
    const struct model_cell_request *cell = model_plan_request(pc, index);
    const struct model_device_want *want = &cell->wants[which];
    const struct model_device *device = model_board_device(pc->board, given->picks[which]);
    if (strcmp(given->picks[which], MODEL_PICK_NONE) == 0)
        return want->cost > 0 ? NULL : "is left out";
    if (device == NULL)
        return "is no device of the board";
    if (want->device != NULL && model_device_by_ref(pc->board, want->device) != device)
        return "is another device";
    if (want->device == NULL &&
        (!model_device_is_of_class(device, (enum model_device_class)want->any) ||
         device->status != NULL || device->verdict == MODEL_VERDICT_HARD))
        return "is not of the class, disabled, or hard to take from the root";
    if (names(pc, cell, device))
        return "is one that the cell names itself";
    for (size_t i = 0; i < which; i++) {
        if (strcmp(given->picks[i], given->picks[which]) == 0)
            return "was picked before";
    }
    return NULL;
}

static void judge_picks(struct model_plan_check *pc, size_t index)
{
    const struct model_plan_cell *given = &pc->plan->cells[index];
    const struct model_cell_request *cell = model_plan_request(pc, index);
    const size_t wants = index == 0 ? 0 : cell->wants_count;
    if (given->picks_count != wants)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-pick", model_plan_loc(cell, "devices"),
                      "cell \"%s\" wants %zu devices, the plan picks %zu", cell->key, wants,
                      given->picks_count);
    for (size_t i = 0; given->picks_count == wants && i < wants; i++) {
        const char *wrong = why_no_pick(pc, index, i);
        if (wrong != NULL)
            (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-pick", aj_yaml_loc(cell->wants[i].at, ""),
                          "what is picked for cell \"%s\", \"%s\", %s", cell->key, given->picks[i],
                          wrong);
    }
}

void model_plan_wanted_devices(const struct model_plan_check *pc, size_t index,
                               struct model_device_set *wanted)
{
    const struct model_board *board = pc->board;
    bool grown = true;
    named_devices(pc, index, wanted);
    while (grown) {
        grown = false;
        for (size_t i = 0; i < board->devices_count; i++) {
            for (size_t k = 0; wanted->has[i] && k < board->devices[i].closure_count; k++) {
                const struct model_device *other =
                    model_board_device(board, board->devices[i].closure[k]);
                if (other == NULL || wanted->has[index_of(board, other)])
                    continue;
                wanted->has[index_of(board, other)] = true;
                grown = true;
            }
        }
    }
}

static void judge_list(struct model_plan_check *pc, size_t index,
                       const struct model_device_set *wanted)
{
    const struct model_plan_cell *given = &pc->plan->cells[index];
    const struct model_cell_request *cell = model_plan_request(pc, index);
    const struct aj_loc loc = model_plan_loc(cell, "devices");
    bool *has = AJ_NEW_ARRAY(pc->cx->scratch, bool, pc->board->devices_count);
    for (size_t i = 0; i < given->devices_count; i++) {
        const struct model_device *device = NULL;
        for (size_t d = 0; d < pc->board->devices_count && device == NULL; d++) {
            if (model_plan_same_text(pc->board->devices[d].name, given->devices[i]))
                device = &pc->board->devices[d];
        }
        if (device == NULL || has[index_of(pc->board, device)] ||
            !wanted->has[index_of(pc->board, device)])
            (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-device", loc,
                          "cell \"%s\" has the device \"%s\" unasked or twice", cell->key,
                          given->devices[i]);
        else
            has[index_of(pc->board, device)] = true;
    }
    for (size_t d = 0; d < pc->board->devices_count; d++) {
        if (wanted->has[d] && !has[d])
            (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-device", loc,
                          "cell \"%s\" lacks the device \"%s\"", cell->key,
                          pc->board->devices[d].name);
    }
}

/* Devices that no guest may have. */
static void judge_movable(struct model_plan_check *pc, size_t index,
                          const struct model_device_set *wanted)
{
    const struct model_cell_request *cell = model_plan_request(pc, index);
    const struct model_device *console =
        model_cell_console_device(pc->board, pc->req, &pc->req->root);
    struct model_device_set named;
    named_devices(pc, index, &named);
    for (size_t d = 0; d < pc->board->devices_count; d++) {
        const struct model_device *device = &pc->board->devices[d];
        if (!wanted->has[d])
            continue;
        if (device == console || device->verdict == MODEL_VERDICT_ROOT_ONLY ||
            (device->verdict == MODEL_VERDICT_HARD && !named.has[d]))
            (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-device", model_plan_loc(cell, "devices"),
                          "the device \"%s\" cannot leave the root cell", device->name);
    }
}

static void judge_console(struct model_plan_check *pc, size_t index)
{
    const struct model_plan_cell *given = &pc->plan->cells[index];
    const struct model_cell_request *cell = model_plan_request(pc, index);
    const struct model_device *console = model_cell_console_device(pc->board, pc->req, cell);
    const bool shared = index != 0 && model_cell_console_shared(pc->board, pc->req, cell);
    if (!model_plan_same_text(given->console, console == NULL ? NULL : console->name))
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-console", model_plan_loc(cell, "console"),
                      "cell \"%s\" has the console \"%s\", it asks for \"%s\"", cell->key,
                      given->console == NULL ? "" : given->console,
                      console == NULL ? "" : console->name);
    else if (given->console_shared != shared)
        (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-console", model_plan_loc(cell, "console"),
                      "the console of cell \"%s\" is %s with the root", cell->key,
                      given->console_shared ? "shared" : "not shared");
}

void model_plan_check_devices(struct model_plan_check *pc)
{
    size_t *owner = AJ_NEW_ARRAY(pc->cx->scratch, size_t, pc->board->devices_count);
    for (size_t i = 0; i < pc->plan->cells_count; i++) {
        struct model_device_set wanted;
        model_plan_wanted_devices(pc, i, &wanted);
        judge_picks(pc, i);
        judge_list(pc, i, &wanted);
        judge_movable(pc, i, &wanted);
        judge_console(pc, i);
        for (size_t d = 0; d < pc->board->devices_count; d++) {
            if (wanted.has[d] && owner[d] != 0)
                (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-device",
                              model_plan_loc(model_plan_request(pc, i), "devices"),
                              "cells \"%s\" and \"%s\" both need the device \"%s\"",
                              pc->plan->cells[owner[d]].key, pc->plan->cells[i].key,
                              pc->board->devices[d].name);
            else if (wanted.has[d])
                owner[d] = i;
        }
    }
}
