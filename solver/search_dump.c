/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/search_priv.h"

/* The columns as they are before any owner of a CPU is decided: their order is the same. */
static void free_columns(struct search *s)
{
    struct solver_model plain;
    solver_model_build(&plain, s->arena, s->m->problem, NULL, NULL);
    memcpy(s->m->ip.cols.items, plain.ip.cols.items,
           plain.ip.cols.count * sizeof *plain.ip.cols.items);
}

enum aj_status search_dump(struct search *s)
{
    const struct solver_ip *ip = &s->m->ip;
    free_columns(s);
    uint32_t *cols = AJ_NEW_ARRAY(s->arena, uint32_t, ip->cols.count);
    uint32_t *rows = AJ_NEW_ARRAY(s->arena, uint32_t, ip->rows.count);
    struct solver_part part = {.ip = ip, .cols = cols, .rows = rows};
    for (uint32_t i = 0; i < ip->cols.count; i++)
        cols[part.cols_count++] = i;
    for (uint32_t i = 0; i < ip->rows.count; i++) {
        if (ip->rows.items[i].family != SOLVER_FAMILY_LEVEL)
            rows[part.rows_count++] = i;
    }
    part.cutoff = SOLVER_FREE;
    if (s->outcome->levels_count > 0) {
        part.objective = s->levels[0].goal.terms.items;
        part.objective_count = s->levels[0].goal.terms.count;
    }
    return solver_glpk_dump(s->cx, &part, s->options->dump_lp);
}
