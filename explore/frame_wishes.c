/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include "explore/frame_priv.h"
#include "model/knob.h"

static const struct model_constraint *constraint_on(const struct model_requirements *req,
                                                    enum model_constraint_kind kind,
                                                    const struct model_literal *like)
{
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *c = &req->constraints[i];
        const struct model_literal *l = c->literals;
        if (c->kind != kind)
            continue;
        const bool same_cell = kind == MODEL_CONSTRAINT_ROUTE || strcmp(l->cell, like->cell) == 0;
        const bool same_knob = kind != MODEL_CONSTRAINT_SET || strcmp(l->knob, like->knob) == 0;
        if (same_cell && same_knob && l->interrupt == like->interrupt)
            return c;
    }
    return NULL;
}

/* Interrupts */

static uint64_t total(const struct model_board *board, uint32_t intid)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < board->interrupts_count; i++)
        for (size_t k = 0;
             board->interrupts[i].intid == intid && k < board->interrupts[i].counts_count; k++)
            sum += board->interrupts[i].counts[k];
    return sum;
}

static const char *guest_with(const struct model_plan *plan, uint32_t intid)
{
    for (size_t i = 1; i < plan->cells_count; i++)
        for (size_t k = 0; k < plan->cells[i].interrupts_count; k++)
            if (plan->cells[i].interrupts[k] == intid)
                return plan->cells[i].key;
    return NULL;
}

static bool routed(const struct explore_frame_maker *m, uint32_t intid)
{
    const struct model_literal like = {.interrupt = intid};
    return constraint_on(m->frame->req, MODEL_CONSTRAINT_ROUTE, &like) != NULL;
}

/* Position of item `ix` of a list, which may be a single scalar. */
static struct aj_loc item_loc(const struct aj_yaml *list, size_t ix)
{
    return list->kind == AJ_YAML_SEQ && ix < list->count ? list->items[ix]->loc : list->loc;
}

static enum aj_status check_line(const struct explore_frame_maker *m, size_t ix)
{
    const struct explore_frame *f = m->frame;
    const uint32_t intid = f->spec->space.interrupts[ix];
    const struct aj_yaml *space = aj_yaml_get(f->spec->at, "space");
    const char *owner = guest_with(m->plan, intid);
    const bool missing = intid < 32 || !model_board_has_interrupt(f->board, intid);
    const char *why = NULL;
    if (f->board->arch == MODEL_ARCH_X86)
        why = "interrupts of x86 are routed by Linux";
    else if (missing)
        why = "the board has no such line that could be routed";
    else if (owner != NULL)
        why = aj_strf(m->out, "it belongs to '%s'", owner);
    else if (routed(m, intid))
        why = "cells.yml says where it goes";
    if (why == NULL)
        return AJ_OK;
    const enum aj_status status = aj_fail(
        m->cx, AJ_ERR_INPUT, "explore-space", item_loc(aj_yaml_get(space, "interrupts"), ix),
        "interrupt %" PRIu32 " cannot be explored: %s", intid, why);
    aj_diag_path(m->cx, "space.interrupts");
    if (missing && f->board->arch != MODEL_ARCH_X86)
        model_board_suggest_interrupt(m->cx, f->board, intid);
    return status;
}

struct line {
    uint32_t intid;
    uint64_t count;
};

static int busiest_first(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return (x->intid > y->intid) - (x->intid < y->intid);
}

static int by_intid(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    return (x->intid > y->intid) - (x->intid < y->intid);
}

/* The lines to be explored, ascending. */
static enum aj_status choose_lines(struct explore_frame_maker *m, struct line *lines,
                                   uint32_t *count)
{
    const struct explore_spec_space *wished = &m->frame->spec->space;
    const size_t mark = aj_diag_mark(m->cx);
    enum aj_status status = AJ_OK;
    *count = 0;
    for (size_t i = 0; i < wished->interrupts_count; i++) {
        const uint32_t intid = wished->interrupts[i];
        status = check_line(m, i);
        lines[(*count)++] = (struct line){intid, total(m->frame->board, intid)};
    }
    for (size_t i = 0; wished->interrupts_count == 0 && i < m->plan->irqs_count; i++) {
        const uint32_t intid = m->plan->irqs[i].intid;
        if (!routed(m, intid))
            lines[(*count)++] = (struct line){intid, total(m->frame->board, intid)};
    }
    if (wished->interrupts_count == 0 && *count > EXPLORE_IRQS_MAX) {
        qsort(lines, *count, sizeof *lines, busiest_first);
        *count = EXPLORE_IRQS_MAX;
    }
    if (*count > 0)
        qsort(lines, *count, sizeof *lines, by_intid);
    const enum aj_status gravest = aj_diag_since(m->cx, mark);
    return gravest != AJ_OK ? gravest : status;
}

enum aj_status explore_frame_make_irqs(struct explore_frame_maker *m)
{
    const size_t most = m->frame->spec->space.interrupts_count + m->plan->irqs_count;
    struct line *lines = AJ_NEW_ARRAY(m->out, struct line, most);
    struct explore_space_irq *irqs = AJ_NEW_ARRAY(m->out, struct explore_space_irq, most);
    uint32_t count = 0, distinct = 0;
    AJ_TRY(choose_lines(m, lines, &count));
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || lines[i].intid != lines[i - 1].intid)
            irqs[distinct++] = (struct explore_space_irq){.intid = lines[i].intid, .cell = 0};
    m->space->irqs = irqs;
    m->space->irqs_count = distinct;
    return AJ_OK;
}

/* Banks */

/* Has the guest memory whose place nobody has said? */
static bool movable(const struct explore_frame_maker *m, uint32_t cell)
{
    const struct model_cell_request *request = explore_frame_request(m->frame->req, cell);
    const struct model_literal like = {.cell = request->key};
    if (cell == 0 || constraint_on(m->frame->req, MODEL_CONSTRAINT_PLACE, &like) != NULL)
        return false;
    for (size_t i = 0; i < request->mem_regions_count; i++)
        if (request->mem_regions[i].phys_start == AJ_NONE64)
            return true;
    return false;
}

static const char *bank_flaw(const struct explore_spec_space *space, size_t ix,
                             struct aj_arena *out)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    const struct explore_bank *bank = &space->banks[ix];
    if (strlen(bank->name) > EXPLORE_BANK_NAME_MAX ||
        bank->name[strspn(bank->name, letters)] != '\0')
        return "its name is not of letters, digits, '_', '-' and '.'";
    for (size_t i = 0; i < ix; i++)
        if (aj_range_overlap((struct aj_range){bank->start, bank->size},
                             (struct aj_range){space->banks[i].start, space->banks[i].size}))
            return aj_strf(out, "it overlaps with '%s'", space->banks[i].name);
    return ix < 64 ? NULL : "there are more than 64 banks";
}

enum aj_status explore_frame_make_banks(struct explore_frame_maker *m)
{
    const struct explore_spec_space *wished = &m->frame->spec->space;
    const uint32_t cells_count = m->space->cells_count;
    const char **names = AJ_NEW_ARRAY(m->out, const char *, wished->banks_count);
    for (size_t i = 0; i < wished->banks_count; i++) {
        const char *flaw = bank_flaw(wished, i, m->out);
        names[i] = wished->banks[i].name;
        if (flaw == NULL)
            continue;
        const enum aj_status status =
            aj_fail(m->cx, AJ_ERR_INPUT, "explore-space", wished->banks[i].at->loc,
                    "the bank cannot be explored: %s", flaw);
        aj_diag_path(m->cx, "space.banks.%s", names[i]);
        return status;
    }
    if (wished->banks_count == 0)
        return AJ_OK;
    m->space->banks_count = (uint32_t)wished->banks_count;
    m->space->bank_names = names;
    struct explore_space_cell *cells =
        aj_memdup(m->out, m->space->cells, cells_count * sizeof *cells);
    for (uint32_t i = 0; i < cells_count; i++)
        if (movable(m, i))
            cells[i].banks = UINT64_MAX >> (64 - m->space->banks_count);
    m->space->cells = cells;
    return AJ_OK;
}

/* Knobs */

/* `name` is KNOB or CELL.KNOB; without a cell it is the root's where the root has it. */
static enum aj_status find_knob(struct explore_frame_maker *m,
                                const struct explore_named_list *wish,
                                const struct model_knob **knob, uint32_t *cell)
{
    const char *dot = strchr(wish->name, '.');
    const char *key =
        dot != NULL ? aj_strndup(m->out, wish->name, (size_t)(dot - wish->name)) : NULL;
    const char *name = dot != NULL ? dot + 1 : wish->name;
    enum aj_status status = AJ_OK;
    *knob = model_knob_by_name(name);
    if (key != NULL)
        *cell = explore_frame_cell(m->space, key);
    else
        *cell = *knob != NULL && ((*knob)->scopes & MODEL_KNOB_ROOT) != 0 ? 0 : m->frame->cell;
    if (*cell == AJ_NONE32) {
        status = model_no_such_cell(m->cx, m->frame->req, wish->key_loc, "explore-space", key);
    } else if (*knob == NULL) {
        status = aj_fail(m->cx, AJ_ERR_INPUT, "explore-space", wish->key_loc,
                         "there is no knob '%s'", name);
        model_knob_suggest(m->cx, name);
    } else if (((*knob)->scopes & (*cell == 0 ? MODEL_KNOB_ROOT : MODEL_KNOB_GUEST)) == 0) {
        status = aj_fail(m->cx, AJ_ERR_INPUT, "explore-space", wish->key_loc,
                         "cell '%s' has no knob '%s': only %s", m->space->cells[*cell].key, name,
                         *cell == 0 ? "guests have it" : "the root has it");
    }
    if (status != AJ_OK)
        aj_diag_path(m->cx, "space.knobs.%s", wish->name);
    return status;
}

static enum aj_status knob_of(struct explore_frame_maker *m, const struct explore_named_list *wish,
                              struct explore_space_knob *to)
{
    const struct model_knob *knob;
    uint32_t cell;
    AJ_TRY(find_knob(m, wish, &knob, &cell));
    const struct model_literal like = {.cell = m->space->cells[cell].key, .knob = knob->name};
    if (constraint_on(m->frame->req, MODEL_CONSTRAINT_SET, &like) != NULL)
        return aj_fail(m->cx, AJ_ERR_INPUT, "explore-space", wish->at->loc,
                       "'%s' cannot be explored: cells.yml says what it is", wish->name);
    const char **values = AJ_NEW_ARRAY(m->out, const char *, wish->values_count);
    for (size_t i = 0; i < wish->values_count; i++) {
        values[i] = model_knob_value(knob, wish->values[i], m->out);
        if (values[i] == NULL) {
            const enum aj_status status =
                aj_fail(m->cx, AJ_ERR_INPUT, "explore-space", item_loc(wish->at, i),
                        "knob '%s' takes %s, not '%s'", wish->name,
                        model_knob_expected(knob, m->out), wish->values[i]);
            model_knob_suggest_value(m->cx, knob, wish->values[i]);
            return status;
        }
        for (size_t k = 0; k < i; k++)
            if (strcmp(values[k], values[i]) == 0)
                return aj_fail(m->cx, AJ_ERR_INPUT, "explore-space", item_loc(wish->at, i),
                               "'%s' has the value '%s' twice", wish->name, values[i]);
    }
    /* The one that an earlier exploration decided is the baseline's. */
    const struct model_constraint *start =
        constraint_on(m->frame->given, MODEL_CONSTRAINT_SET, &like);
    for (size_t i = 1; start != NULL && i < wish->values_count; i++) {
        if (strcmp(values[i], start->literals[0].value) != 0)
            continue;
        const char *first = values[0];
        values[0] = values[i];
        values[i] = first;
    }
    *to = (struct explore_space_knob){knob->name, cell, values, (uint32_t)wish->values_count};
    return AJ_OK;
}

enum aj_status explore_frame_make_knobs(struct explore_frame_maker *m)
{
    const struct explore_named_lists *wishes = &m->frame->spec->space.knobs;
    struct explore_space_knob *knobs =
        AJ_NEW_ARRAY(m->out, struct explore_space_knob, wishes->count);
    const size_t mark = aj_diag_mark(m->cx);
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i < wishes->count; i++) {
        status = knob_of(m, &wishes->items[i], &knobs[i]);
        for (size_t k = 0; status == AJ_OK && k < i; k++)
            if (knobs[k].name != NULL && knobs[k].cell == knobs[i].cell &&
                strcmp(knobs[k].name, knobs[i].name) == 0)
                status = aj_fail(m->cx, AJ_ERR_INPUT, "explore-space", wishes->items[i].at->loc,
                                 "'%s' is explored already", wishes->items[i].name);
    }
    m->space->knobs = knobs;
    m->space->knobs_count = (uint32_t)wishes->count;
    const enum aj_status gravest = aj_diag_since(m->cx, mark);
    return gravest != AJ_OK ? gravest : status;
}
