/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain_devices.h"

#include "solver/explain_text.h"

struct owning {
    const struct solver_problem *p;
    const struct solver_cell *cell;
    const struct model_plan_cell *planned;
    struct aj_buf *to;
};

static void say(const struct owning *o, struct aj_loc loc, const char *why)
{
    if (loc.file != NULL)
        aj_buf_addf(o->to, "  %s:%u:%u: %s\n", loc.file, loc.line, loc.col, why);
    else
        aj_buf_addf(o->to, "  %s\n", why);
}

static bool among(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

/* "ethernet (eth0, eth1)": the class, and what could be picked. */
static const char *choice(const struct owning *o, uint32_t want)
{
    const uint32_t cell = (uint32_t)(o->cell - o->p->cells);
    const struct solver_wish wish = {.kind = SOLVER_WISH_PICK, .cell = cell, .index = want};
    return solver_pick_text(o->p, &wish);
}

static struct aj_loc want_loc(const struct model_device_want *want)
{
    return aj_yaml_loc(want->at, want->device != NULL ? "device" : "any");
}

static bool say_named(const struct owning *o, const struct model_device *device)
{
    const struct model_cell_request *req = o->cell->req;
    for (size_t i = 0; i < req->devices_count; i++) {
        if (model_device_by_ref(o->p->board, req->devices[i]) == device) {
            say(o, model_device_loc(req, i), "the file says so");
            return true;
        }
    }
    if (model_cell_console_device(o->p->board, o->p->req, req) != device)
        return false;
    say(o, aj_yaml_loc(req->at, "console"), "it is the console of the cell alone");
    return true;
}

static bool say_picked(const struct owning *o, const struct model_device *device)
{
    const struct model_cell_request *req = o->cell->req;
    for (uint32_t i = 0; i < req->wants_count && i < o->planned->picks_count; i++) {
        const struct model_device_want *want = &req->wants[i];
        if (strcmp(o->planned->picks[i], device->name) != 0)
            continue;
        say(o, want_loc(want),
            want->device != NULL
                ? aj_strf(o->p->arena, "the file wants it: without it the plan costs %u",
                          want->cost)
                : aj_strf(o->p->arena, "the first of class %s that leaves a plan as good",
                          choice(o, i)));
        return true;
    }
    return false;
}

/* The device of the cell that takes it along. */
static void say_taken(const struct owning *o, const struct model_device *device)
{
    for (size_t i = 0; i < o->planned->devices_count; i++) {
        const struct model_device *other = model_device_by_ref(o->p->board, o->planned->devices[i]);
        if (other != NULL && among(other->closure, other->closure_count, device->name)) {
            say(o, aj_yaml_loc(o->cell->req->at, "devices"),
                aj_strf(o->p->arena, "it cannot be separated from %s", other->name));
            return;
        }
    }
}

/* What the cell wanted, and was not given at its cost. */
static bool say_given_up(const struct owning *o, const char *what)
{
    const struct model_cell_request *req = o->cell->req;
    bool found = false;
    for (uint32_t i = 0; i < req->wants_count && i < o->planned->picks_count; i++) {
        const struct model_device_want *want = &req->wants[i];
        const char *name =
            want->device != NULL ? want->device : aj_name_of(model_device_class_names, want->any);
        if (strcmp(o->planned->picks[i], "-") != 0 ||
            (what != NULL && strcmp(what, req->key) != 0 && strcmp(what, name) != 0))
            continue;
        found = true;
        aj_buf_addf(o->to, "%s, wish for %s%s: not met\n", req->key,
                    want->device != NULL ? "" : "any ", name);
        say(o, want_loc(want),
            aj_strf(o->p->arena, "%s: not to meet it costs %u, to meet it costs more or cannot be",
                    choice(o, i), want->cost));
    }
    return found;
}

static bool explain_cell(const struct owning *o, const char *what)
{
    const struct model_device *wanted =
        what != NULL ? model_device_by_ref(o->p->board, what) : NULL;
    const bool all = what == NULL || strcmp(what, o->cell->req->key) == 0;
    bool found = false;
    for (size_t i = 0; i < o->planned->devices_count; i++) {
        const struct model_device *device =
            model_device_by_ref(o->p->board, o->planned->devices[i]);
        if (device == NULL || (!all && device != wanted))
            continue;
        found = true;
        aj_buf_addf(o->to, "device %s: guest %s\n", device->name, o->cell->req->key);
        if (!say_named(o, device) && !say_picked(o, device))
            say_taken(o, device);
    }
    return say_given_up(o, what) || found;
}

bool solver_explain_devices(const struct solver_problem *p, const struct model_plan *plan,
                            const char *what, struct aj_buf *to)
{
    const struct model_device *device = what != NULL ? model_device_by_ref(p->board, what) : NULL;
    bool found = false;
    for (uint32_t i = 1; i < p->cells_count; i++) {
        const struct owning o = {p, &p->cells[i], model_plan_cell(plan, p->cells[i].req->key), to};
        if (o.planned != NULL && explain_cell(&o, what))
            found = true;
    }
    if (found || device == NULL)
        return found;
    aj_buf_addf(to, "device %s: the root cell\n  no guest has it\n", device->name);
    return true;
}
