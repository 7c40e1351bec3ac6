/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last level: digit after digit of the total order. */
#include "solver/search_priv.h"

/* Digits are solved together while their combinations fit well into a double's precision. */
#define CHUNK_MAX ((int64_t)1 << 20)

static int64_t digit_value(const struct search *s, const struct solver_row *digit)
{
    return solver_terms_value(&s->m->ip.terms.items[digit->first], digit->count,
                              s->outcome->values);
}

static void freeze_digit(struct search *s, const struct solver_row *digit, uint32_t component)
{
    const struct solver_term *items = &s->m->ip.terms.items[digit->first];
    struct search_terms terms = {0};
    for (size_t i = 0; i < digit->count; i++)
        AJ_PUSH(s->arena, &terms, items[i]);
    search_hold(s, &terms, digit_value(s, digit), "digit", component);
}

/* The digits from `first` on that go into one objective, weighted so that earlier ones win. */
static size_t chunk(const struct search *s, const struct solver_row *const *digits, size_t first,
                    size_t count, struct search_terms *objective)
{
    const struct solver_ip *ip = &s->m->ip;
    int64_t weight = 1;
    size_t end = first;
    for (; end < count; end++) {
        const int64_t radix = digits[end]->upper - digits[end]->lower + 1;
        if (end > first && radix > CHUNK_MAX / weight)
            break;
        weight *= radix;
    }
    for (size_t i = first; i < end; i++) {
        weight /= digits[i]->upper - digits[i]->lower + 1;
        for (size_t k = 0; k < digits[i]->count; k++) {
            struct solver_term term = ip->terms.items[digits[i]->first + k];
            term.coef *= weight;
            AJ_PUSH(s->arena, objective, term);
        }
    }
    return end;
}

enum aj_status search_order(struct search *s, uint32_t component, size_t level_ix)
{
    struct model_plan_level *level = &s->outcome->levels[level_ix];
    const size_t all = s->m->ip.digits.count;
    const struct solver_row **digits = aj_alloc_array(s->arena, all, sizeof *digits);
    size_t count = 0;
    for (size_t i = 0; i < all; i++) {
        if (search_row_in(s, &s->m->ip.digits.items[i], component))
            digits[count++] = &s->m->ip.digits.items[i];
    }
    const struct search_goal any = {.component = component};
    struct solver_answer answer;
    if (!s->known[component])
        AJ_TRY(search_minimise(s, &any, &answer));
    for (size_t at = 0; at < count && !s->outcome->infeasible;) {
        if (search_is_fixed(s, &s->m->ip.terms.items[digits[at]->first], digits[at]->count)) {
            const bool least = digit_value(s, digits[at]) == digits[at]->lower;
            level->value += !least;
            level->bound += !least;
            at++;
            continue;
        }
        if (digit_value(s, digits[at]) == digits[at]->lower) {
            freeze_digit(s, digits[at++], component);
            continue;
        }
        struct search_goal goal = {.component = component};
        const size_t end = chunk(s, digits, at, count, &goal.terms);
        AJ_TRY(search_minimise(s, &goal, &answer));
        level->nodes += answer.nodes;
        for (; at < end; at++) {
            level->value += digit_value(s, digits[at]) != digits[at]->lower;
            level->bound +=
                digit_value(s, digits[at]) != digits[at]->lower && answer.value == answer.bound;
            freeze_digit(s, digits[at], component);
        }
    }
    return AJ_OK;
}
