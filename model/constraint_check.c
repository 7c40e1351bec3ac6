/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do constraints speak of what there is? */
#include <inttypes.h>

#include "model/knob.h"
#include "model/model_priv.h"
#include "model/requirements_priv.h"

#define FIRST_SPI 32u /* of a GIC; below are the interrupts that each CPU has for itself */

/* A statement with what its diagnostics need. */
struct place {
    struct aj_ctx *cx;
    const struct model_requirements *req;
    const struct model_literal *literal;
    const char *path; /* "constraints[2].forbid[1]" */
};

static struct aj_loc loc_of(const struct place *at, const char *key)
{
    return aj_yaml_loc(at->literal->at, key);
}

static enum aj_status at_key(const struct place *at, const char *key, enum aj_status status)
{
    aj_diag_path(at->cx, "%s.%s", at->path, key);
    return status;
}

typedef enum aj_status judge(const struct place *at, const void *what);

/* Calls `check` for each statement of each constraint; returns the gravest. */
static enum aj_status each_literal(struct aj_ctx *cx, const struct model_requirements *req,
                                   judge *check, const void *what)
{
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *constraint = &req->constraints[i];
        const char *word = aj_name_of(model_constraint_names, constraint->kind);
        for (size_t k = 0; k < constraint->literals_count; k++) {
            const struct aj_mark mark = aj_arena_mark(cx->scratch);
            const char *path = aj_strf(cx->scratch, "constraints[%zu].%s", i, word);
            if (constraint->literals_count > 1)
                path = aj_strf(cx->scratch, "%s[%zu]", path, k);
            const struct place at = {cx, req, &constraint->literals[k], path};
            status = aj_worse(status, check(&at, what));
            aj_arena_release(cx->scratch, mark);
        }
    }
    return status;
}

/* Without the board */

static enum aj_status judge_region(const struct place *at, const struct model_cell_request *cell)
{
    const char *region = at->literal->region;
    if (cell == &at->req->root) {
        const enum aj_status status =
            aj_fail(at->cx, AJ_ERR_INPUT, "place-root", loc_of(at, "cell"),
                    "the root cell has the memory that is left: it cannot be placed");
        return at_key(at, "cell", status);
    }
    if (region == NULL)
        return AJ_OK;
    struct aj_name *names =
        AJ_NEW_ARRAY(at->cx->scratch, struct aj_name, cell->mem_regions_count + 1);
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        names[i].name = cell->mem_regions[i].name;
        if (strcmp(names[i].name, region) == 0)
            return AJ_OK;
    }
    const enum aj_status status =
        aj_fail(at->cx, AJ_ERR_INPUT, "region-unknown", loc_of(at, "region"),
                "cell '%s' has no memory region '%s'", cell->key, region);
    if (cell->mem_regions_count > 0)
        aj_diag_suggest(at->cx, names, region, "its regions");
    else
        aj_diag_hint(at->cx, "it names none: leave 'region' out");
    return at_key(at, "region", status);
}

static enum aj_status judge_knob(const struct place *at, const struct model_cell_request *cell)
{
    const struct model_knob *knob = model_knob_by_name(at->literal->knob);
    const bool root = cell == &at->req->root;
    if (knob == NULL) {
        const enum aj_status status =
            aj_fail(at->cx, AJ_ERR_INPUT, "knob-unknown", loc_of(at, "knob"),
                    "there is no knob '%s'", at->literal->knob);
        model_knob_suggest(at->cx, at->literal->knob);
        return at_key(at, "knob", status);
    }
    if ((knob->scopes & (root ? MODEL_KNOB_ROOT : MODEL_KNOB_GUEST)) == 0 ||
        (!root && cell->os != MODEL_OS_LINUX)) {
        const char *why = !root && cell->os != MODEL_OS_LINUX ? "its cell runs no Linux"
                          : root                              ? "only guests have it"
                                                              : "only the root has it";
        return at_key(at, "knob",
                      aj_fail(at->cx, AJ_ERR_INPUT, "knob-scope", loc_of(at, "knob"),
                              "cell '%s' has no knob '%s': %s", cell->key, knob->name, why));
    }
    const char *value = at->literal->value;
    if (model_knob_value(knob, value, at->cx->scratch) != NULL)
        return AJ_OK;
    const enum aj_status status = aj_fail(at->cx, AJ_ERR_INPUT, "knob-value", loc_of(at, "value"),
                                          "knob '%s' takes %s, not '%s'", knob->name,
                                          model_knob_expected(knob, at->cx->scratch), value);
    model_knob_suggest_value(at->cx, knob, value);
    return at_key(at, "value", status);
}

static enum aj_status judge_alone(const struct place *at, const void *what)
{
    (void)what;
    const enum model_literal_kind kind = (enum model_literal_kind)at->literal->kind;
    if (kind == MODEL_LITERAL_ROUTE)
        return AJ_OK;
    const struct model_cell_request *cell = model_cell_by_key(at->req, at->literal->cell);
    if (cell == NULL)
        return at_key(at, "cell",
                      model_no_such_cell(at->cx, at->req, loc_of(at, "cell"), "cell-unknown",
                                         at->literal->cell));
    switch (kind) {
    case MODEL_LITERAL_PLACE: return judge_region(at, cell);
    case MODEL_LITERAL_SET: return judge_knob(at, cell);
    case MODEL_LITERAL_CPUS:
    case MODEL_LITERAL_ROUTE: break;
    }
    return AJ_OK;
}

static struct aj_loc cell_loc(const struct model_constraint *constraint, size_t ix)
{
    const struct aj_yaml *map = aj_yaml_get(constraint->at, "separate");
    const struct aj_yaml *list = aj_yaml_get(map, "cells");
    return list != NULL && list->kind == AJ_YAML_SEQ && ix < list->count
               ? list->items[ix]->loc
               : aj_yaml_loc(map, "cells");
}

/* At the cell `ix` of constraint `number`. */
static enum aj_status judge_separate(struct aj_ctx *cx, const struct model_requirements *req,
                                     size_t number, size_t ix)
{
    const struct model_constraint *constraint = &req->constraints[number];
    const char *key = constraint->cells[ix];
    enum aj_status status = AJ_OK;
    if (model_cell_by_key(req, key) == NULL)
        status = model_no_such_cell(cx, req, cell_loc(constraint, ix), "cell-unknown", key);
    for (size_t i = 0; i < ix && status == AJ_OK; i++)
        if (strcmp(constraint->cells[i], key) == 0)
            status = aj_fail(cx, AJ_ERR_INPUT, "cell-twice", cell_loc(constraint, ix),
                             "cell '%s' cannot be separated from itself", key);
    if (status == AJ_OK && constraint->cells_count < 2)
        status = aj_fail(cx, AJ_ERR_INPUT, "cell-twice", cell_loc(constraint, ix),
                         "cell '%s' alone: two cells or more are separated", key);
    if (status != AJ_OK)
        aj_diag_path(cx, "constraints[%zu].separate.cells[%zu]", number, ix);
    return status;
}

static enum aj_status judge_level(struct aj_ctx *cx, const struct model_requirements *req,
                                  size_t number)
{
    const struct model_constraint *constraint = &req->constraints[number];
    const struct aj_yaml *map = aj_yaml_get(constraint->at, "separate");
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < constraint->cells_count; i++)
        status = aj_worse(status, judge_separate(cx, req, number, i));
    if (constraint->cells_count > 0 && constraint->level != MODEL_DOMAIN_NONE)
        return status;
    const bool cells = constraint->cells_count > 0;
    const enum aj_status none =
        aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(map, cells ? "level" : "cells"),
                cells ? "cells are separated by 'core', 'l2' or 'package'" : "no cells");
    aj_diag_path(cx, "constraints[%zu].separate.%s", number, cells ? "level" : "cells");
    return aj_worse(status, none);
}

enum aj_status model_constraints_sane(struct aj_ctx *cx, const struct model_requirements *req)
{
    enum aj_status status = each_literal(cx, req, judge_alone, NULL);
    for (size_t i = 0; i < req->constraints_count; i++)
        if (req->constraints[i].kind == MODEL_CONSTRAINT_SEPARATE)
            status = aj_worse(status, judge_level(cx, req, i));
    return status;
}

/* With the board */

static enum aj_status judge_cpus(const struct place *at, const struct model_board *board,
                                 const char *key)
{
    const struct aj_cpuset online = model_board_online(board);
    struct aj_cpuset missing = at->literal->cpus;
    aj_cpuset_sub(&missing, &online);
    if (aj_cpuset_empty(&missing))
        return AJ_OK;
    const enum aj_status status =
        aj_fail(at->cx, AJ_ERR_INPUT, "cpu-unknown", loc_of(at, key),
                "the board has no CPU %s online", aj_cpuset_format(at->cx->scratch, &missing));
    aj_diag_hint(at->cx, "CPUs online: %s", aj_cpuset_format(at->cx->scratch, &online));
    return at_key(at, key, status);
}

static enum aj_status judge_interrupt(const struct place *at, const struct model_board *board)
{
    const bool route = aj_yaml_get(at->literal->at, "cpu") != NULL;
    enum aj_status status = judge_cpus(at, board, route ? "cpu" : "cpus");
    const uint32_t intid = at->literal->interrupt;
    if (board->arch != MODEL_ARCH_X86 && intid < FIRST_SPI)
        return aj_worse(
            status,
            at_key(at, "interrupt",
                   aj_fail(at->cx, AJ_ERR_INPUT, "interrupt-unknown", loc_of(at, "interrupt"),
                           "interrupt %" PRIu32 " is private to each CPU: nobody routes it",
                           intid)));
    if (model_board_has_interrupt(board, intid))
        return status;
    const enum aj_status unknown =
        aj_fail(at->cx, AJ_ERR_INPUT, "interrupt-unknown", loc_of(at, "interrupt"),
                "nothing on the board has interrupt %" PRIu32, intid);
    model_board_suggest_interrupt(at->cx, board, intid);
    return aj_worse(status, at_key(at, "interrupt", unknown));
}

static bool has_ram(const struct model_board *board, struct aj_range within)
{
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        const struct aj_range range = {region->phys_start, region->size};
        if (region->type == MODEL_REGION_RAM && aj_range_ok(range) &&
            aj_range_overlap(range, within))
            return true;
    }
    return false;
}

/* Lists of CPUs are in the numbering of the cell's own Linux. */
static enum aj_status judge_knob_cpus(const struct place *at, const struct model_board *board)
{
    const struct model_knob *knob = model_knob_by_name(at->literal->knob);
    const struct model_cell_request *cell = model_cell_by_key(at->req, at->literal->cell);
    if (knob->form != MODEL_KNOB_CPUS)
        return AJ_OK;
    struct aj_cpuset missing = model_knob_cpus(at->literal->value);
    struct aj_cpuset there = model_board_online(board);
    if (cell != &at->req->root) {
        const uint32_t named = aj_cpuset_count(&cell->cpus.list);
        const uint32_t count = named > 0                       ? named
                               : cell->cpus.count != AJ_NONE32 ? cell->cpus.count
                                                               : 1;
        there = (struct aj_cpuset){{0}};
        for (uint32_t i = 0; i < count && i < AJ_CPU_MAX; i++)
            aj_cpuset_add(&there, i);
    }
    aj_cpuset_sub(&missing, &there);
    if (aj_cpuset_empty(&missing))
        return AJ_OK;
    const enum aj_status status = aj_fail(at->cx, AJ_ERR_INPUT, "cpu-unknown", loc_of(at, "value"),
                                          "the Linux of cell '%s' has no CPU %s", cell->key,
                                          aj_cpuset_format(at->cx->scratch, &missing));
    aj_diag_hint(at->cx, "its CPUs are %s", aj_cpuset_format(at->cx->scratch, &there));
    return at_key(at, "value", status);
}

static enum aj_status judge_on_board(const struct place *at, const void *what)
{
    const struct model_board *board = (const struct model_board *)what;
    switch ((enum model_literal_kind)at->literal->kind) {
    case MODEL_LITERAL_CPUS: return judge_cpus(at, board, "cpus");
    case MODEL_LITERAL_ROUTE: return judge_interrupt(at, board);
    case MODEL_LITERAL_SET: return judge_knob_cpus(at, board);
    case MODEL_LITERAL_PLACE: break;
    }
    if (has_ram(board, at->literal->within))
        return AJ_OK;
    return at_key(at, "within",
                  aj_fail(at->cx, AJ_ERR_INPUT, "within-ram", loc_of(at, "within"),
                          "the board has no RAM there"));
}

enum aj_status model_constraints_check(struct aj_ctx *cx, const struct model_board *board,
                                       const struct model_requirements *req)
{
    return each_literal(cx, req, judge_on_board, board);
}
