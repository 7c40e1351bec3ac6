/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/program.h"

#include "base/num.h"
#include "explore/program_priv.h"
#include "solver/backend_glpk.h"

/* What may not be */

/* The column that says it; AJ_NONE32 if it cannot be, or if this level does not tell. */
static uint32_t literal(const struct explore_build *g, enum explore_literal_kind kind,
                        uint32_t what, uint32_t value)
{
    const struct explore_space *space = g->space;
    const bool single = g->image != NULL;
    switch (kind) {
    case EXPLORE_LITERAL_OWNER:
        if (single && what < space->cpus_count && value < space->cells_count)
            return explore_build_more(g, value, what, 0);
        break;
    case EXPLORE_LITERAL_IRQ:
        if (single && what < space->irqs_count && value < space->cpus_count)
            return g->fires[what * g->places_count + value];
        break;
    case EXPLORE_LITERAL_BANK:
        if (what < space->cells_count && value < space->banks_count)
            return g->bank[what * space->banks_count + value];
        break;
    case EXPLORE_LITERAL_KNOB:
        if (what < space->knobs_count && value < space->knobs[what].values_count)
            return g->knob[g->layout->knob_first[what] + value];
        break;
    }
    return AJ_NONE32;
}

static bool said_before(const struct explore_cut *cut, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (cut->literals[i].kind == cut->literals[at].kind &&
            cut->literals[i].what == cut->literals[at].what &&
            cut->literals[i].value == cut->literals[at].value)
            return true;
    }
    return false;
}

static void add_cut(struct explore_build *g, const struct explore_cut *cut)
{
    uint32_t *cols = explore_build_table(g, cut->count);
    int64_t ones = 0;
    for (size_t i = 0; i < cut->count; i++) {
        const struct explore_literal *l = &cut->literals[i];
        if (said_before(cut, i))
            continue;
        cols[ones] = literal(g, (enum explore_literal_kind)l->kind, l->what, l->value);
        if (cols[ones++] == AJ_NONE32)
            return;
    }
    explore_build_at_most(g, ones - 1);
    for (int64_t i = 0; i < ones; i++)
        explore_build_term(g, cols[i], 1);
}

/* Ones are enough, as every group of literals has a constant sum. */
static void exclude_image(struct explore_build *g, const struct explore_image *image)
{
    const struct explore_space *space = g->space;
    const uint32_t n = g->places_count;
    int64_t ones = 0;
    explore_build_at_most(g, 0);
    const size_t row = g->ip.rows.count - 1;
    for (uint32_t i = 0; i < space->cells_count * n; i++) {
        if (image->count[i] == 0)
            continue;
        explore_build_term(g, explore_build_more(g, i / n, i % n, image->count[i] - 1), 1);
        ones++;
    }
    for (uint32_t c = 0; c < space->cells_count; c++) {
        if (image->bank[c] == AJ_NONE32)
            continue;
        explore_build_term(g, literal(g, EXPLORE_LITERAL_BANK, c, image->bank[c]), 1);
        ones++;
    }
    for (uint32_t k = 0; k < space->knobs_count; k++)
        explore_build_term(g, literal(g, EXPLORE_LITERAL_KNOB, k, image->knob[k]), 1);
    g->ip.rows.items[row].upper = ones + space->knobs_count - 1;
}

static void exclude_decision(struct explore_build *g, const struct explore_decision *decision)
{
    const struct explore_space *space = g->space;
    explore_build_at_most(g, (int64_t)space->cpus_count + space->irqs_count - 1);
    for (uint32_t p = 0; p < space->cpus_count; p++)
        explore_build_term(g, literal(g, EXPLORE_LITERAL_OWNER, p, decision->owner[p]), 1);
    for (uint32_t j = 0; j < space->irqs_count; j++)
        explore_build_term(g, literal(g, EXPLORE_LITERAL_IRQ, j, decision->irq_cpu[j]), 1);
}

/* Both levels */

static void open_build(struct explore_build *g, const struct explore_program *program,
                       const struct explore_image *image)
{
    *g = (struct explore_build){.program = program,
                                .layout = program->acquire->layout,
                                .space = program->acquire->layout->space,
                                .coef = program->acquire->draws->coef,
                                .image = image,
                                .arena = aj_arena_open()};
    solver_ip_open(&g->ip, g->arena);
    explore_build_columns(g);
    for (size_t i = 0; i < g->space->cuts_count; i++)
        add_cut(g, &g->space->cuts[i]);
    explore_build_latency(g);
}

static uint32_t *up_to(struct aj_arena *arena, size_t count)
{
    uint32_t *numbers = AJ_NEW_ARRAY(arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = i;
    return numbers;
}

static enum aj_status solve(struct aj_ctx *cx, struct explore_build *g,
                            struct explore_program *program, int64_t **values,
                            enum explore_verdict *verdict)
{
    const struct solver_part part = {
        .ip = &g->ip,
        .cols = up_to(g->arena, g->ip.cols.count),
        .rows = up_to(g->arena, g->ip.rows.count),
        .cols_count = (uint32_t)g->ip.cols.count,
        .rows_count = (uint32_t)g->ip.rows.count,
        .cutoff = SOLVER_FREE,
        .aim = SOLVER_AIM_ANY,
    };
    const struct solver_limits limits = {
        .deadline_ns = INT64_MAX, .nodes_max = program->nodes, .on_cancel = SOLVER_CANCEL_IGNORED};
    struct solver_answer answer;
    *verdict = EXPLORE_VERDICT_LIMIT;
    if (program->nodes == 0)
        return AJ_OK;
    *values = AJ_NEW_ARRAY(g->arena, int64_t, g->ip.cols.count);
    AJ_TRY(solver_glpk_solve(cx, &part, &limits, *values, &answer));
    program->nodes -= answer.nodes < program->nodes ? answer.nodes + 1 : program->nodes;
    switch (answer.verdict) {
    case SOLVER_OPTIMAL:
    case SOLVER_FEASIBLE: *verdict = EXPLORE_VERDICT_FOUND; break;
    case SOLVER_INFEASIBLE: *verdict = EXPLORE_VERDICT_NONE; break;
    case SOLVER_LIMIT: break;
    }
    return AJ_OK;
}

/* Which of cols[count] is 1; AJ_NONE32 if none is. */
static uint32_t chosen(const uint32_t *cols, uint32_t count, uint32_t stride, const int64_t *values)
{
    for (uint32_t i = 0; i < count; i++) {
        if (cols[i * stride] != AJ_NONE32 && values[cols[i * stride]] == 1)
            return i;
    }
    return AJ_NONE32;
}

static void read_common(const struct explore_build *g, const int64_t *values, uint32_t *bank,
                        uint32_t *knob)
{
    const uint32_t banks = g->space->banks_count;
    for (uint32_t c = 0; c < g->space->cells_count; c++)
        bank[c] = chosen(&g->bank[c * banks], banks, 1, values);
    for (uint32_t k = 0; k < g->space->knobs_count; k++)
        knob[k] =
            chosen(&g->knob[g->layout->knob_first[k]], g->space->knobs[k].values_count, 1, values);
}

uint32_t explore_program_size(const struct explore_acquire *acquire)
{
    const struct explore_layout *layout = acquire->layout;
    const struct explore_space *space = layout->space;
    return layout->clusters_count * (space->cells_count + space->irqs_count) +
           space->cells_count * space->banks_count + layout->knob_values + 1;
}

struct explore_image explore_image_new(const struct explore_layout *layout, struct aj_arena *out)
{
    const struct explore_space *space = layout->space;
    return (struct explore_image){
        .count = AJ_NEW_ARRAY(out, uint32_t, space->cells_count * layout->clusters_count),
        .bank = AJ_NEW_ARRAY(out, uint32_t, space->cells_count),
        .knob = AJ_NEW_ARRAY(out, uint32_t, space->knobs_count)};
}

enum aj_status explore_program_clusters(struct aj_ctx *cx, struct explore_program *program,
                                        const struct explore_image *excluded, size_t count,
                                        struct explore_image *image, enum explore_verdict *verdict)
{
    struct explore_build g;
    int64_t *values = NULL;
    open_build(&g, program, NULL);
    for (size_t i = 0; i < count; i++)
        exclude_image(&g, &excluded[i]);
    const enum aj_status status = solve(cx, &g, program, &values, verdict);
    if (status == AJ_OK && *verdict == EXPLORE_VERDICT_FOUND) {
        for (uint32_t i = 0; i < g.space->cells_count * g.places_count; i++)
            image->count[i] = g.count[i] != AJ_NONE32 ? (uint32_t)values[g.count[i]] : 0;
        read_common(&g, values, image->bank, image->knob);
    }
    aj_arena_close(g.arena);
    return status;
}

enum aj_status explore_program_cpus(struct aj_ctx *cx, struct explore_program *program,
                                    const struct explore_image *image,
                                    const struct explore_decision *excluded, size_t count,
                                    struct explore_decision *decision,
                                    enum explore_verdict *verdict)
{
    struct explore_build g;
    int64_t *values = NULL;
    open_build(&g, program, image);
    for (size_t i = 0; i < count; i++)
        exclude_decision(&g, &excluded[i]);
    const enum aj_status status = solve(cx, &g, program, &values, verdict);
    if (status == AJ_OK && *verdict == EXPLORE_VERDICT_FOUND) {
        for (uint32_t p = 0; p < g.space->cpus_count; p++)
            decision->owner[p] = chosen(&g.count[p], g.space->cells_count, g.places_count, values);
        for (uint32_t j = 0; j < g.space->irqs_count; j++)
            decision->irq_cpu[j] = chosen(&g.fires[j * g.places_count], g.places_count, 1, values);
        read_common(&g, values, decision->bank, decision->knob);
    }
    aj_arena_close(g.arena);
    return status;
}
