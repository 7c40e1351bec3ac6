/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/solver.h"

#include "solver/backend_glpk.h"
#include "solver/decide.h"
#include "solver/decode.h"
#include "solver/dump.h"
#include "solver/earlier.h"
#include "solver/explain.h"

/* How long after ^C a first answer is looked for. */
#define CANCEL_GRACE_NS (2 * AJ_NS_PER_S)

static const char *first_reason(const struct model_device *device, const char *otherwise)
{
    return device->reasons_count > 0 ? device->reasons[0] : otherwise;
}

/* `asked`: the device is named in cells.yml, it does not only travel along. */
static void warn_device(struct aj_ctx *cx, const struct model_device *device, struct aj_loc loc,
                        bool asked)
{
    switch ((enum model_verdict)device->verdict) {
    case MODEL_VERDICT_HARD:
        if (asked)
            aj_warn(cx, "device-hard", loc, "device %s is hard to take from the root cell: %s",
                    device->name, first_reason(device, "it shares an engine with it"));
        break;
    case MODEL_VERDICT_UNSAFE:
        aj_warn(
            cx, "device-unsafe", loc, "through DMA of device %s the guest reaches all memory: %s",
            device->name,
            first_reason(device,
                         "it masters the bus, and the board has no IOMMU that Jailhouse drives"));
        break;
    case MODEL_VERDICT_KEEP_RUNNING:
        aj_info(cx, "device-keep-running", loc,
                "the root cell must keep running what device %s needs: %s", device->name,
                first_reason(device, "a clock or power domain of its own"));
        break;
    case MODEL_VERDICT_OK:
    case MODEL_VERDICT_SOFT:
    case MODEL_VERDICT_ROOT_ONLY: break;
    }
}

static void warn_devices(struct aj_ctx *cx, const struct solver_problem *p)
{
    for (size_t i = 0; i < p->certain_count; i++) {
        const struct solver_ownership *own = &p->owns.items[i];
        const struct model_device *device = p->devices.items[own->device].device;
        const struct solver_cell *cell = &p->cells[own->cell];
        const bool console = cell->console != NULL && strcmp(cell->console, device->name) == 0;
        if (own->cell != SOLVER_ROOT)
            warn_device(cx, device, aj_yaml_loc(cell->req->at, console ? "console" : "devices"),
                        i < p->named_count);
    }
}

/* Those that were picked, and what came with them. */
static void warn_picks(struct aj_ctx *cx, const struct solver_problem *p,
                       const struct model_plan *plan)
{
    for (size_t i = p->certain_count; i < p->owns.count; i++) {
        const struct solver_ownership *own = &p->owns.items[i];
        const struct model_device *device = p->devices.items[own->device].device;
        const struct model_plan_cell *cell = &plan->cells[own->cell];
        for (size_t k = 0; k < cell->devices_count; k++) {
            if (strcmp(cell->devices[k], device->name) == 0)
                warn_device(cx, device, aj_yaml_loc(p->cells[own->cell].req->at, "devices"), true);
        }
    }
}

static void warn_links(struct aj_ctx *cx, const struct solver_problem *p)
{
    for (uint32_t i = 0; i < p->cells_count; i++) {
        uint32_t links = 0;
        for (size_t k = 0; k < p->req->links_count; k++) {
            for (size_t n = 0; n < p->req->links[k].peers_count; n++)
                links += solver_cell_index(p->req, p->req->links[k].peers[n]) == i;
        }
        if (links > 4)
            aj_warn(cx, "vpci-pins-shared", aj_yaml_loc(p->req->at, "shmem"),
                    "%u links of one cell share the 4 interrupt pins of its virtual PCI host",
                    links);
    }
}

/* Cells of the earlier plan that are no more; others of the same name are the same. */
static void tell_gone(struct aj_ctx *cx, const struct model_requirements *req,
                      const struct model_plan *earlier)
{
    for (size_t i = 0; i < earlier->cells_count; i++) {
        if (solver_cell_index(req, earlier->cells[i].key) == AJ_NONE32)
            aj_info(cx, "stability-gone", aj_yaml_loc(earlier->at, "cells"),
                    "cell '%s' of the earlier plan is no more", earlier->cells[i].key);
    }
}

static void log_levels(struct aj_ctx *cx, const struct solver_outcome *outcome,
                       struct aj_arena *arena)
{
    for (size_t i = 0; i < outcome->levels_count; i++) {
        const struct model_plan_level *level = &outcome->levels[i];
        aj_log(cx, AJ_LOG_INFO, "%s: value %lld, bound %lld, gap %s, %u nodes, %.3f ms",
               level->objective, (long long)level->value, (long long)level->bound,
               model_plan_gap_text(level, arena), level->nodes, (double)level->spent_ns / 1e6);
    }
}

/* *plan is NULL when there is none. */
static enum aj_status solve(struct aj_ctx *cx, const struct solver_problem *p,
                            const struct solver_search_options *options, struct aj_arena *out,
                            const struct model_plan **plan)
{
    struct solver_model model;
    struct solver_outcome outcome;
    *plan = NULL;
    AJ_TRY(solver_decide(cx, p, options, &model, &outcome));
    if (options->dump_forms != 0)
        AJ_TRY(solver_dump(cx, &model, p, options, &outcome));
    if (outcome.infeasible)
        return AJ_OK;
    log_levels(cx, &outcome, p->arena);
    return solver_decode(cx, &model, &outcome, out, plan);
}

/* A tenth of the time that was given is kept for what has no answer when it is over. */
static struct solver_limits limits_of(const struct solver_options *options)
{
    const int64_t now = solver_clock_ns(), limit = options->time_limit_ns;
    struct solver_limits limits = {.deadline_ns = INT64_MAX,
                                   .grace_ns = CANCEL_GRACE_NS,
                                   .gap = options->gap,
                                   .on_cancel = options->on_cancel,
                                   .observer = options->observer};
    if (limit > 0 && limit < INT64_MAX - now) {
        limits.deadline_ns = now + limit - limit / 10;
        limits.grace_ns = limit / 10;
    }
    return limits;
}

enum aj_status solver_solve(struct aj_ctx *cx, const struct model_board *board,
                            const struct model_requirements *req,
                            const struct solver_options *options, struct aj_arena *out,
                            const struct model_plan **plan)
{
    struct aj_arena *work = aj_arena_open();
    struct solver_search_options search = {.limits = limits_of(options),
                                           .dump_forms = options->dump_forms,
                                           .dump_stem = options->dump_stem};
    struct solver_facts facts;
    struct solver_wishes wishes;
    struct solver_problem problem;
    const struct model_plan *found;
    solver_objectives_list(&search, work, req, options->earlier);
    solver_facts_derive(&facts, work, board);
    solver_wishes_list(&wishes, work, board, req);
    solver_prepare(&problem, work, board, req, &facts, &wishes);
    if (options->earlier != NULL) {
        tell_gone(cx, req, options->earlier);
        problem.earlier = solver_earlier_read(&problem, options->earlier);
    }
    warn_devices(cx, &problem);
    warn_links(cx, &problem);
    enum aj_status status = solve(cx, &problem, &search, out, &found);
    if (status == AJ_OK && found == NULL && options->explain == SOLVER_EXPLAIN_NOT)
        status = aj_fail(cx, AJ_ERR_INFEASIBLE, "infeasible", AJ_NOWHERE, "there is no plan");
    else if (status == AJ_OK && found == NULL)
        status = solver_explain(cx, board, req, &facts, &wishes, search.limits.deadline_ns);
    if (status == AJ_OK) {
        warn_picks(cx, &problem, found);
        *plan = found;
    }
    aj_arena_close(work);
    return status;
}
