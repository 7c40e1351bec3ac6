/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another number for a `bound`. */
#include "solver/explain_priv.h"

/* Does everything hold with these numbers in constraint `index`? */
static enum aj_status try_numbers(struct explain *e, uint32_t index, uint32_t at_least,
                                  uint32_t at_most, bool *holds)
{
    const struct model_requirements *asked = e->req;
    struct model_requirements other = *asked;
    enum explain_trial trial = EXPLAIN_UNKNOWN;
    struct aj_mark mark = aj_arena_mark(e->cx->scratch);
    struct model_constraint *constraints = aj_memdup(
        e->cx->scratch, asked->constraints, asked->constraints_count * sizeof *constraints);
    constraints[index].at_least = at_least;
    constraints[index].at_most = at_most;
    other.constraints = constraints;
    e->req = &other;
    const enum aj_status status = explain_out_of_time(e) ? AJ_OK : explain_try(e, &trial);
    e->req = asked;
    aj_arena_release(e->cx->scratch, mark);
    *holds = trial == EXPLAIN_HOLDS;
    return status;
}

static uint32_t sum_of(const struct model_constraint *bound)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < bound->literals_count; i++)
        sum += bound->literals[i].weight;
    return sum;
}

/* More at most, up to what still says something, or less at least: as little as is enough. */
static enum aj_status nearest(struct explain *e, uint32_t index, bool most, uint32_t *number)
{
    const struct model_constraint *bound = &e->req->constraints[index];
    const uint32_t least = most ? 0 : 1, more = most ? 1 : 0;
    uint32_t bad = 0, good = most ? sum_of(bound) - 1 - bound->at_most : bound->at_least - 1;
    bool holds = good > 0;
    if (holds)
        AJ_TRY(try_numbers(e, index, bound->at_least - least * good, bound->at_most + more * good,
                           &holds));
    *number = AJ_NONE32;
    if (!holds)
        return AJ_OK;
    while (good - bad > 1) {
        const uint32_t by = bad + (good - bad) / 2;
        AJ_TRY(try_numbers(e, index, bound->at_least - least * by, bound->at_most + more * by,
                           &holds));
        *(holds ? &good : &bad) = by;
    }
    *number = most ? bound->at_most + good : bound->at_least - good;
    return AJ_OK;
}

enum aj_status explain_other_bound(struct explain *e, uint32_t constraint, const char **key,
                                   uint32_t *number)
{
    const struct model_constraint *bound = &e->req->constraints[constraint];
    *number = AJ_NONE32;
    if (bound->kind == MODEL_CONSTRAINT_BOUND && bound->at_most != AJ_NONE32) {
        *key = "at_most";
        AJ_TRY(nearest(e, constraint, true, number));
    }
    if (bound->kind == MODEL_CONSTRAINT_BOUND && bound->at_least > 0 && *number == AJ_NONE32) {
        *key = "at_least";
        AJ_TRY(nearest(e, constraint, false, number));
    }
    return AJ_OK;
}
