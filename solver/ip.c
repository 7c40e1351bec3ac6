/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/ip.h"

#define TAG_MAX 48

void solver_ip_open(struct solver_ip *ip, struct aj_arena *arena)
{
    *ip = (struct solver_ip){.arena = arena};
}

uint32_t solver_ip_col(struct solver_ip *ip, int64_t lower, int64_t upper, const char *name, ...)
{
    va_list args;
    va_start(args, name);
    const struct solver_col col = {aj_vstrf(ip->arena, name, args), lower, upper};
    va_end(args);
    AJ_PUSH(ip->arena, &ip->cols, col);
    return (uint32_t)(ip->cols.count - 1);
}

void solver_ip_row(struct solver_ip *ip, enum solver_family family, int64_t lower, int64_t upper,
                   const char *name, ...)
{
    va_list args;
    va_start(args, name);
    const struct solver_row row = {.name = aj_vstrf(ip->arena, name, args),
                                   .family = (uint8_t)family,
                                   .first = ip->terms.count,
                                   .lower = lower,
                                   .upper = upper};
    va_end(args);
    AJ_PUSH(ip->arena, &ip->rows, row);
    ip->open = &ip->rows.items[ip->rows.count - 1];
}

void solver_ip_digit(struct solver_ip *ip, int64_t lower, int64_t upper)
{
    const struct solver_row digit = {.first = ip->terms.count, .lower = lower, .upper = upper};
    AJ_PUSH(ip->arena, &ip->digits, digit);
    ip->open = &ip->digits.items[ip->digits.count - 1];
}

void solver_ip_term(struct solver_ip *ip, uint32_t col, int64_t coef)
{
    const struct solver_term term = {col, coef};
    AJ_PUSH(ip->arena, &ip->terms, term);
    ip->open->count++;
}

void solver_ip_goal(struct solver_ip *ip, enum model_objective objective, uint32_t col,
                    int64_t coef)
{
    const struct solver_term term = {col, coef};
    AJ_PUSH(ip->arena, &ip->goals[objective].terms, term);
}

struct solver_goal solver_ip_level(const struct solver_ip *ip, struct aj_arena *arena,
                                   const struct model_priority *priorities, size_t count)
{
    struct solver_goal sum = {.constant = 0};
    uint32_t *at =
        AJ_NEW_ARRAY(arena, uint32_t, ip->cols.count); /* place among the terms, from 1 */
    for (size_t i = 0; i < count; i++) {
        if (priorities[i].objective >= SOLVER_GOALS)
            continue;
        const struct solver_goal *goal = &ip->goals[priorities[i].objective];
        sum.constant += priorities[i].weight * goal->constant;
        for (size_t k = 0; k < goal->terms.count; k++) {
            struct solver_term term = goal->terms.items[k];
            term.coef *= priorities[i].weight;
            if (at[term.col] != 0) {
                sum.terms.items[at[term.col] - 1].coef += term.coef;
                continue;
            }
            AJ_PUSH(arena, &sum.terms, term);
            at[term.col] = (uint32_t)sum.terms.count;
        }
    }
    return sum;
}

static bool in_lp_names(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
}

const char *solver_ip_tag(struct aj_arena *arena, const char *text, size_t ordinal)
{
    char tag[TAG_MAX + 1];
    size_t len = 0;
    bool changed = false;
    for (; text[len] != 0 && len < TAG_MAX; len++) {
        tag[len] = in_lp_names(text[len]) ? text[len] : '_';
        changed = changed || tag[len] != text[len];
    }
    tag[len] = 0;
    if (changed || text[len] != 0)
        return aj_strf(arena, "%s.%zu", tag, ordinal);
    return aj_strdup(arena, tag);
}

int64_t solver_terms_value(const struct solver_term *terms, size_t count, const int64_t *values)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += terms[i].coef * values[terms[i].col];
    return sum;
}

const struct solver_row *solver_ip_broken(const struct solver_ip *ip, const int64_t *values)
{
    for (size_t i = 0; i < ip->rows.count; i++) {
        const struct solver_row *row = &ip->rows.items[i];
        const int64_t sum = solver_terms_value(&ip->terms.items[row->first], row->count, values);
        if (sum < row->lower || sum > row->upper)
            return row;
    }
    return NULL;
}
