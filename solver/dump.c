/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/dump.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/fs.h"
#include "solver/backend_glpk.h"
#include "solver/pack.h"

struct dumping {
    struct aj_ctx *cx;
    struct solver_model m; /* with all columns free */
    const struct solver_search_options *options;
    const struct solver_outcome *outcome;
    struct aj_arena *arena;
    size_t decisions; /* columns that are some; others only help to say what must hold */
    uint32_t one;     /* a column that is 1, for what a goal is in any case */
    bool complete;    /* no row is missing of what keeps memory apart */
};

/* The rows that a search added against what does not fit: solver_memory_cut. */
static void copy_cuts(struct dumping *d, const struct solver_model *solved)
{
    for (size_t i = d->m.ip.rows.count; i < solved->ip.rows.count; i++) {
        const struct solver_row *row = &solved->ip.rows.items[i];
        if (row->family == SOLVER_FAMILY_LEVEL)
            continue;
        solver_ip_row(&d->m.ip, (enum solver_family)row->family, row->lower, row->upper, "%s",
                      row->name);
        for (size_t k = 0; k < row->count; k++)
            solver_ip_term(&d->m.ip, solved->ip.terms.items[row->first + k].col,
                           solved->ip.terms.items[row->first + k].coef);
    }
}

/* The columns of requests like request `index` in the interval. */
static size_t alike(const struct dumping *d, size_t index, uint32_t interval, uint32_t *cols)
{
    const struct solver_problem *p = d->m.problem;
    size_t count = 0;
    for (size_t i = 0; i < p->requests.count; i++) {
        const uint32_t col = d->m.place[i * p->intervals_count + interval];
        if (col != AJ_NONE32 && solver_pack_alike(&p->requests.items[i], &p->requests.items[index]))
            cols[count++] = col;
    }
    return count;
}

/* Not so many like each request: a column for each kind is 1 where there are as many as that. */
static void add_crowd(struct dumping *d, const struct solver_crowd *crowd, size_t ordinal)
{
    const struct solver_problem *p = d->m.problem;
    struct solver_ip *ip = &d->m.ip;
    uint32_t *cols = AJ_NEW_ARRAY(d->arena, uint32_t, p->requests.count);
    uint32_t *reached = AJ_NEW_ARRAY(d->arena, uint32_t, p->requests.count);
    size_t kinds = 0;
    for (size_t i = 0; i < p->requests.count; i++) {
        const int64_t number = crowd->number[i];
        if (number == 0)
            continue;
        const size_t count = alike(d, i, crowd->interval, cols);
        reached[kinds] = solver_ip_col(ip, 0, 1, "mem_many(%s,ram%u,pack%zu)",
                                       p->requests.items[i].tag, crowd->interval, ordinal);
        solver_ip_row(ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, number - 1, "mem_many(%s,ram%u,pack%zu)",
                      p->requests.items[i].tag, crowd->interval, ordinal);
        for (size_t k = 0; k < count; k++)
            solver_ip_term(ip, cols[k], 1);
        solver_ip_term(ip, reached[kinds++], number - 1 - (int64_t)count);
    }
    solver_ip_row(ip, SOLVER_FAMILY_MEM, -SOLVER_FREE, (int64_t)kinds - 1,
                  "mem_pack(ram%u,pack%zu)", crowd->interval, ordinal);
    for (size_t i = 0; i < kinds; i++)
        solver_ip_term(ip, reached[i], 1);
}

static const char unfinished[] =
    "autojail:not-solved-to-the-end,rows-that-keep-memory-apart-may-be-missing";

static enum aj_status write_program(struct dumping *d, const struct solver_goal *goal,
                                    const char *stem)
{
    const struct solver_ip *ip = &d->m.ip;
    const size_t most = ip->cols.count > ip->rows.count ? ip->cols.count : ip->rows.count;
    uint32_t *all = AJ_NEW_ARRAY(d->arena, uint32_t, most);
    for (uint32_t i = 0; i < most; i++)
        all[i] = i;
    const struct solver_part part = {.ip = ip,
                                     .cols = all,
                                     .rows = all,
                                     .cols_count = (uint32_t)ip->cols.count,
                                     .rows_count = (uint32_t)ip->rows.count,
                                     .objective = goal->terms.items,
                                     .objective_count = goal->terms.count,
                                     .cutoff = SOLVER_FREE,
                                     .title = d->complete ? NULL : unfinished};
    if ((d->options->dump_forms & SOLVER_DUMP_LP) != 0)
        AJ_TRY(solver_glpk_write(d->cx, &part, SOLVER_GLPK_LP, aj_strf(d->arena, "%s.lp", stem)));
    if ((d->options->dump_forms & SOLVER_DUMP_MPS) != 0)
        AJ_TRY(solver_glpk_write(d->cx, &part, SOLVER_GLPK_MPS, aj_strf(d->arena, "%s.mps", stem)));
    return AJ_OK;
}

static enum aj_status write_levels(struct dumping *d)
{
    const struct solver_search_options *options = d->options;
    const bool solved = !d->outcome->infeasible;
    for (size_t first = 0, level = 0;
         first < options->objectives_count && !solver_level_orders(options, first) &&
         (level == 0 || solved);
         level++) {
        const size_t end = solver_level_end(options, first);
        struct solver_goal goal =
            solver_ip_level(&d->m.ip, d->arena, &options->objectives[first], end - first);
        const char *tag =
            solver_ip_tag(d->arena, solver_level_name(options, d->arena, first), level + 1);
        const struct solver_term constant = {d->one, goal.constant};
        AJ_PUSH(d->arena, &goal.terms, constant);
        AJ_TRY(write_program(
            d, &goal, aj_strf(d->arena, "%slevel%zu-%s", options->dump_stem, level + 1, tag)));
        if (solved) {
            solver_ip_row(&d->m.ip, SOLVER_FAMILY_LEVEL, -SOLVER_FREE,
                          d->outcome->levels[level].value, "level(%s)", tag);
            for (size_t i = 0; i < goal.terms.count; i++)
                solver_ip_term(&d->m.ip, goal.terms.items[i].col, goal.terms.items[i].coef);
        }
        first = end;
    }
    return AJ_OK;
}

static enum aj_status write_solution(struct dumping *d)
{
    struct aj_buf text = {NULL, 0, 0};
    if (!d->complete)
        aj_buf_addf(&text, "# %s\n", unfinished);
    for (size_t i = 0; i < d->outcome->levels_count; i++) {
        const struct model_plan_level *level = &d->outcome->levels[i];
        aj_buf_addf(&text, "# %s: value %" PRId64 ", bound %" PRId64 "\n", level->objective,
                    level->value, level->bound);
    }
    for (size_t i = 0; i < d->decisions; i++) {
        if (d->outcome->values[i] != 0)
            aj_buf_addf(&text, "%s %" PRId64 "\n", d->m.ip.cols.items[i].name,
                        d->outcome->values[i]);
    }
    const enum aj_status status = aj_file_write(
        d->cx, aj_strf(d->arena, "%ssolution.txt", d->options->dump_stem), text.data, text.len);
    aj_buf_free(&text);
    return status;
}

enum aj_status solver_dump(struct aj_ctx *cx, const struct solver_model *m,
                           const struct solver_problem *p,
                           const struct solver_search_options *options,
                           const struct solver_outcome *outcome)
{
    struct dumping d = {.cx = cx,
                        .options = options,
                        .outcome = outcome,
                        .arena = p->arena,
                        .complete = outcome->infeasible || outcome->status == MODEL_PLAN_OPTIMAL};
    solver_model_build(&d.m, p->arena, p, NULL, NULL);
    d.decisions = d.m.ip.cols.count;
    copy_cuts(&d, m);
    for (size_t i = 0; i < outcome->crowds_count; i++)
        add_crowd(&d, &outcome->crowds[i], i);
    /* In a row, too: some readers know no column that is in none. */
    d.one = solver_ip_col(&d.m.ip, 0, 1, "one");
    solver_ip_row(&d.m.ip, SOLVER_FAMILY_LEVEL, 1, 1, "one");
    solver_ip_term(&d.m.ip, d.one, 1);
    AJ_TRY(write_levels(&d));
    if ((options->dump_forms & SOLVER_DUMP_SOLUTION) != 0 && !outcome->infeasible)
        return write_solution(&d);
    return AJ_OK;
}
