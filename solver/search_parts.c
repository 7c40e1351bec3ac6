/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The independent components of a program. */
#include "solver/search_priv.h"

static uint32_t leader(uint32_t *parent, uint32_t col)
{
    while (parent[col] != col) {
        parent[col] = parent[parent[col]];
        col = parent[col];
    }
    return col;
}

void search_find_components(struct search *s)
{
    const struct solver_ip *ip = &s->m->ip;
    uint32_t *parent = AJ_NEW_ARRAY(s->arena, uint32_t, ip->cols.count);
    for (uint32_t i = 0; i < ip->cols.count; i++)
        parent[i] = i;
    for (size_t i = 0; i < ip->rows.count; i++) {
        const struct solver_row *row = &ip->rows.items[i];
        for (size_t k = 1; k < row->count; k++) {
            const uint32_t a = leader(parent, ip->terms.items[row->first].col);
            const uint32_t b = leader(parent, ip->terms.items[row->first + k].col);
            parent[a > b ? a : b] = a > b ? b : a;
        }
    }
    s->component_of = AJ_NEW_ARRAY(s->arena, uint32_t, ip->cols.count);
    for (uint32_t i = 0; i < ip->cols.count; i++) {
        const uint32_t first = leader(parent, i);
        s->component_of[i] = first == i ? s->components++ : s->component_of[first];
    }
    s->known = AJ_NEW_ARRAY(s->arena, bool, s->components);
}

bool search_row_in(const struct search *s, const struct solver_row *row, uint32_t component)
{
    return row->count > 0 && s->component_of[s->m->ip.terms.items[row->first].col] == component;
}

struct solver_part search_part(const struct search *s, uint32_t component)
{
    const struct solver_ip *ip = &s->m->ip;
    uint32_t *cols = AJ_NEW_ARRAY(s->arena, uint32_t, ip->cols.count);
    uint32_t *rows = AJ_NEW_ARRAY(s->arena, uint32_t, ip->rows.count);
    struct solver_part part = {.ip = ip, .cols = cols, .rows = rows, .cutoff = SOLVER_FREE};
    for (uint32_t i = 0; i < ip->cols.count; i++) {
        if (s->component_of[i] == component)
            cols[part.cols_count++] = i;
    }
    for (uint32_t i = 0; i < ip->rows.count; i++) {
        if (search_row_in(s, &ip->rows.items[i], component))
            rows[part.rows_count++] = i;
    }
    return part;
}

struct search_terms search_terms_in(const struct search *s, uint32_t component,
                                    const struct solver_term *items, size_t count)
{
    struct search_terms some = {0};
    for (size_t i = 0; i < count; i++) {
        if (s->component_of[items[i].col] == component)
            AJ_PUSH(s->arena, &some, items[i]);
    }
    return some;
}
