/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/frame_priv.h"

typedef AJ_VEC(struct explore_cut) cut_vec;

/* The ways in which a statement can be true, as literals of the space. */
struct ways {
    struct explore_literal *items;
    size_t count;
};

static void ways_of_cpus(const struct explore_space *space, const struct model_literal *l,
                         struct ways *ways)
{
    const uint32_t cell = explore_frame_cell(space, l->cell);
    for (uint32_t i = 0; cell != AJ_NONE32 && i < space->cpus_count; i++)
        if (aj_cpuset_has(&l->cpus, space->cpus[i].id.v))
            ways->items[ways->count++] = (struct explore_literal){EXPLORE_LITERAL_OWNER, i, cell};
}

static void ways_of_route(const struct explore_space *space, const struct model_literal *l,
                          struct ways *ways)
{
    for (uint32_t q = 0; q < space->irqs_count; q++)
        for (uint32_t i = 0; space->irqs[q].intid == l->interrupt && i < space->cpus_count; i++)
            if (aj_cpuset_has(&l->cpus, space->cpus[i].id.v))
                ways->items[ways->count++] = (struct explore_literal){EXPLORE_LITERAL_IRQ, q, i};
}

static void ways_of_place(const struct explore_frame *frame, const struct model_literal *l,
                          struct ways *ways)
{
    const uint32_t cell = explore_frame_cell(frame->space, l->cell);
    for (uint32_t b = 0; cell != AJ_NONE32 && b < frame->space->banks_count; b++) {
        const struct explore_bank *bank = &frame->spec->space.banks[b];
        const struct aj_range range = {bank->start, bank->size};
        if ((frame->space->cells[cell].banks >> b & 1) != 0 && aj_range_contains(l->within, range))
            ways->items[ways->count++] = (struct explore_literal){EXPLORE_LITERAL_BANK, cell, b};
    }
}

static void ways_of_set(const struct explore_space *space, const struct model_literal *l,
                        struct ways *ways)
{
    const uint32_t cell = explore_frame_cell(space, l->cell);
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        const struct explore_space_knob *knob = &space->knobs[k];
        for (uint32_t v = 0; knob->cell == cell && v < knob->values_count; v++)
            if (strcmp(knob->name, l->knob) == 0 && strcmp(knob->values[v], l->value) == 0)
                ways->items[ways->count++] = (struct explore_literal){EXPLORE_LITERAL_KNOB, k, v};
    }
}

static struct ways ways_of(const struct explore_frame_maker *m, const struct model_literal *l)
{
    const struct explore_space *space = m->space;
    const size_t most = (size_t)space->cpus_count * (space->irqs_count + 1) + 64;
    struct ways ways = {AJ_NEW_ARRAY(m->out, struct explore_literal, most), 0};
    switch ((enum model_literal_kind)l->kind) {
    case MODEL_LITERAL_CPUS: ways_of_cpus(space, l, &ways); break;
    case MODEL_LITERAL_ROUTE: ways_of_route(space, l, &ways); break;
    case MODEL_LITERAL_PLACE: ways_of_place(m->frame, l, &ways); break;
    case MODEL_LITERAL_SET: ways_of_set(space, l, &ways); break;
    }
    return ways;
}

/*
 * Not all at once: a cut for each choice of ways. What the space does not decide, or too many
 * choices, are left to the solver, which then refuses the proposal.
 */
static void forbid(const struct explore_frame_maker *m, const struct model_constraint *c,
                   cut_vec *cuts)
{
    struct ways *ways = AJ_NEW_ARRAY(m->out, struct ways, c->literals_count);
    size_t choices = 1;
    for (size_t i = 0; i < c->literals_count; i++) {
        ways[i] = ways_of(m, &c->literals[i]);
        choices *= ways[i].count;
        if (choices == 0 || choices > EXPLORE_CUTS_MAX)
            return;
    }
    for (size_t choice = 0; choice < choices; choice++) {
        struct explore_literal *literals =
            AJ_NEW_ARRAY(m->out, struct explore_literal, c->literals_count);
        size_t rest = choice;
        for (size_t i = 0; i < c->literals_count; i++) {
            literals[i] = ways[i].items[rest % ways[i].count];
            rest /= ways[i].count;
        }
        const struct explore_cut cut = {literals, c->literals_count, c->because};
        AJ_PUSH(m->out, cuts, cut);
    }
}

static void separate_cpus(const struct explore_frame_maker *m, const struct model_constraint *c,
                          const uint32_t pair[2], cut_vec *cuts)
{
    const struct explore_space *space = m->space;
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        for (uint32_t q = 0; q < space->cpus_count; q++) {
            if (p == q || explore_space_domain(space, c->level, p) !=
                              explore_space_domain(space, c->level, q))
                continue;
            struct explore_literal *literals = AJ_NEW_ARRAY(m->out, struct explore_literal, 2);
            literals[0] = (struct explore_literal){EXPLORE_LITERAL_OWNER, p, pair[0]};
            literals[1] = (struct explore_literal){EXPLORE_LITERAL_OWNER, q, pair[1]};
            const struct explore_cut cut = {literals, 2, c->because};
            AJ_PUSH(m->out, cuts, cut);
        }
    }
}

static void separate(const struct explore_frame_maker *m, const struct model_constraint *c,
                     cut_vec *cuts)
{
    for (size_t i = 0; i < c->cells_count; i++) {
        for (size_t k = i + 1; k < c->cells_count; k++) {
            const uint32_t pair[2] = {explore_frame_cell(m->space, c->cells[i]),
                                      explore_frame_cell(m->space, c->cells[k])};
            if (pair[0] != AJ_NONE32 && pair[1] != AJ_NONE32)
                separate_cpus(m, c, pair, cuts);
        }
    }
}

void explore_frame_make_cuts(struct explore_frame_maker *m)
{
    const struct model_requirements *req = m->frame->req;
    cut_vec cuts = {NULL, 0, 0};
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *c = &req->constraints[i];
        if (c->kind == MODEL_CONSTRAINT_FORBID)
            forbid(m, c, &cuts);
        else if (c->kind == MODEL_CONSTRAINT_SEPARATE)
            separate(m, c, &cuts);
    }
    m->space->cuts = cuts.items;
    m->space->cuts_count = cuts.count;
}
