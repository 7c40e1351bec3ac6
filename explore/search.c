/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/search.h"

#include <math.h>

#include "explore/acquire.h"
#include "explore/exact.h"

#define DRAWS       16 /* for a proposal */
#define RANK_DRAWS  64 /* for a recommendation */
#define CANDIDATES  4
#define STARTS      3 /* random ones, beside the best measured */
#define BEST_STARTS 3
#define SPACE_TRIES 2000
/* Means and gains nearer than this are the same, whatever a processor's rounding makes of them. */
#define SAME 1e-9
/* A gain that counts: half a percent of the best measured decision's objective. */
#define GAIN 0.005

/* The streams of random numbers of one proposal. */
enum { STREAM_FIT, STREAM_ACQUIRE, STREAMS };

/* What is thought of the measured decisions */

static double value_of(const struct explore_surrogate *s, uint32_t draw, uint32_t decision,
                       struct explore_term *terms, double *us)
{
    const struct explore_layout *layout = &s->layout;
    const struct explore_decision *d = s->history->runs[s->first_run[decision]].decision;
    const double off = s->draws[draw].coef[layout->first[EXPLORE_BLOCK_DECISION] + decision];
    explore_surrogate_predict(layout, &s->draws[draw], d, terms, us);
    double worst = 0.0;
    for (uint32_t p = 0; p < layout->space->cpus_count; p++) {
        if (!isnan(us[p]))
            worst = fmax(worst, 1e5 * (us[p] + off) /
                                    (double)layout->space->cells[d->owner[p]].deadline_ns);
    }
    return worst;
}

struct ranked {
    struct explore_ranked item;
    uint32_t index;
};

static int by_mean(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->item.mean < y->item.mean || x->item.mean > y->item.mean)
        return x->item.mean < y->item.mean ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static uint32_t runs_of(const struct explore_surrogate *s, uint32_t decision)
{
    uint32_t runs = 0;
    for (size_t t = 0; t < s->history->count; t++)
        runs += s->decision_of[t] == decision;
    return runs;
}

/* Sorted; in `scratch`. */
static struct ranked *rank(const struct explore_surrogate *s, struct aj_arena *scratch,
                           uint32_t *count)
{
    const struct explore_space *space = s->layout.space;
    const uint32_t decisions = s->layout.decisions_count;
    struct ranked *list = AJ_NEW_ARRAY(scratch, struct ranked, decisions);
    struct explore_term *terms =
        AJ_NEW_ARRAY(scratch, struct explore_term, explore_layout_terms_max(&s->layout));
    double *us = AJ_NEW_ARRAY(scratch, double, space->cpus_count);
    *count = 0;
    for (uint32_t d = 0; d < decisions; d++) {
        const struct explore_decision *decision = s->history->runs[s->first_run[d]].decision;
        if (!explore_space_allows(space, decision))
            continue;
        double sum = 0.0, squares = 0.0;
        for (uint32_t i = 0; i < s->draws_count; i++) {
            const double value = value_of(s, i, d, terms, us);
            sum += value;
            squares += value * value;
        }
        const double mean = sum / s->draws_count;
        list[(*count)++] =
            (struct ranked){{decision, runs_of(s, d), SAME * round(mean / SAME),
                             sqrt(fmax(squares / s->draws_count - mean * mean, 0.0))},
                            d};
    }
    qsort(list, *count, sizeof *list, by_mean);
    return list;
}

static const struct explore_surrogate *fit(const struct explore_space *space,
                                           const struct explore_history *history,
                                           const struct explore_search_options *options,
                                           uint32_t draws, struct aj_arena *out)
{
    const struct explore_surrogate_options fit_options = {
        .seed = options->seed,
        .draw = options->draw * STREAMS + STREAM_FIT,
        .draws = draws,
        .prior = options->prior,
    };
    return explore_surrogate_fit(space, history, &fit_options, out);
}

void explore_search_rank(struct aj_ctx *cx, const struct explore_space *space,
                         const struct explore_history *history, struct aj_arena *out,
                         const struct explore_ranked **ranked, size_t *count)
{
    const struct explore_search_options options = {.draw = history->count};
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const struct explore_surrogate *s = fit(space, history, &options, RANK_DRAWS, cx->scratch);
    uint32_t found;
    const struct ranked *list = rank(s, cx->scratch, &found);
    struct explore_ranked *items = AJ_NEW_ARRAY(out, struct explore_ranked, found);
    for (uint32_t i = 0; i < found; i++)
        items[i] = list[i].item;
    aj_arena_release(cx->scratch, mark);
    *ranked = items;
    *count = found;
}

/* The proposal */

static enum aj_status nothing_left(struct aj_ctx *cx, const struct explore_space *space,
                                   struct aj_random *random)
{
    struct explore_decision any = explore_decision_new(space, cx->scratch);
    if (!explore_space_random(space, random, SPACE_TRIES, &any))
        return aj_fail(cx, AJ_ERR_INFEASIBLE, "space-empty", AJ_NOWHERE,
                       "no decision is allowed: the requirements and what was learned leave none");
    return aj_fail(cx, AJ_ERR_LIMIT, "space-exhausted", AJ_NOWHERE,
                   "every class of decisions is measured");
}

/*
 * What a candidate is expected to gain on the best measured decision, over all draws but the one it
 * was made for, where it looks better than it is.
 */
static double expected_gain(const struct explore_surrogate *s,
                            const struct explore_acquire *acquire,
                            const struct explore_decision *candidate, const double *incumbent,
                            uint32_t own)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < s->draws_count; i++) {
        if (i == own)
            continue;
        struct explore_acquire one = *acquire;
        one.draws = &s->draws[i];
        sum += fmax(incumbent[i] - explore_acquire_value(&one, candidate), 0.0);
    }
    return sum / (s->draws_count - 1);
}

/* What choosing among candidates needs. */
struct choice {
    const struct explore_surrogate *s;
    struct explore_acquire acquire;
    struct aj_random random;
    const double *incumbent; /* [draw]: the best measured decision; NULL: none is measured */
    struct aj_arena *scratch;
};

static const double *values_of_best(const struct explore_surrogate *s, const struct ranked *list,
                                    uint32_t count, struct aj_arena *scratch)
{
    double *values = AJ_NEW_ARRAY(scratch, double, s->draws_count);
    double *us = AJ_NEW_ARRAY(scratch, double, s->layout.space->cpus_count);
    struct explore_term *terms =
        AJ_NEW_ARRAY(scratch, struct explore_term, explore_layout_terms_max(&s->layout));
    for (uint32_t i = 0; i < s->draws_count && count > 0; i++)
        values[i] = value_of(s, i, list[0].index, terms, us);
    return count > 0 ? values : NULL;
}

/* The best of the candidates that descents find, and by which draw. False if none is open. */
static bool choose(struct choice *c, struct explore_decision *chosen, uint32_t *draw, double *gain)
{
    const struct explore_surrogate *s = c->s;
    struct explore_decision candidate = explore_decision_new(s->layout.space, c->scratch);
    *gain = -1.0;
    for (uint32_t i = 0; i < CANDIDATES; i++) {
        const uint32_t own = s->draws_count - 1 - i * (s->draws_count / CANDIDATES);
        double value;
        c->acquire.draws = &s->draws[own];
        if (!explore_acquire_best(&c->acquire, &c->random, c->scratch, &candidate, &value))
            return false;
        const double own_gain = c->incumbent != NULL
                                    ? expected_gain(s, &c->acquire, &candidate, c->incumbent, own)
                                    : 0.0;
        if (own_gain > *gain + SAME) {
            *gain = own_gain;
            *draw = own;
            explore_decision_assign(s->layout.space, chosen, &candidate);
        }
        if (c->incumbent == NULL)
            break;
    }
    return true;
}

/* Is it the best by its draw? Where a better one is found, it is taken if it promises more, too. */
static enum aj_status confirm(struct aj_ctx *cx, struct choice *c, uint32_t draw, double gain,
                              struct explore_proposal *proposal)
{
    const struct explore_surrogate *s = c->s;
    struct explore_decision better =
        explore_decision_copy(s->layout.space, &proposal->decision, c->scratch);
    enum explore_exact exact;
    c->acquire.draws = &s->draws[draw];
    const double value = explore_acquire_value(&c->acquire, &better);
    double best = value;
    AJ_TRY(explore_exact(cx, &c->acquire, EXPLORE_EXACT_WORK, &better, &best, &exact));
    proposal->proved = exact == EXPLORE_EXACT_PROVED;
    proposal->improved = best < value;
    if (best < value && (c->incumbent == NULL ||
                         expected_gain(s, &c->acquire, &better, c->incumbent, draw) > gain + SAME))
        explore_decision_assign(s->layout.space, &proposal->decision, &better);
    return AJ_OK;
}

/* Mean and standard deviation over the draws, which is widened as they want it. */
static double spread_of(const struct explore_surrogate *s, const double *values, double *sd)
{
    const uint32_t count = s->draws_count;
    double sum = 0.0, squares = 0.0;
    for (uint32_t i = 0; i < count; i++) {
        sum += values[i];
        squares += values[i] * values[i];
    }
    const double mean = sum / count;
    *sd = s->widen * sqrt(fmax(squares / count - mean * mean, 0.0));
    return mean;
}

static void describe(const struct choice *c, const struct ranked *best,
                     struct explore_proposal *proposal)
{
    const uint32_t draws = c->s->draws_count;
    double *values = AJ_NEW_ARRAY(c->scratch, double, draws);
    double *gains = AJ_NEW_ARRAY(c->scratch, double, draws);
    double sd;
    for (uint32_t i = 0; i < draws; i++) {
        struct explore_acquire one = c->acquire;
        one.draws = &c->s->draws[i];
        values[i] = explore_acquire_value(&one, &proposal->decision);
        gains[i] = c->incumbent != NULL ? (1.0 - GAIN) * c->incumbent[i] - values[i] : 1.0;
    }
    proposal->mean = spread_of(c->s, values, &proposal->sd);
    proposal->incumbent = best != NULL ? best->item.mean : (double)NAN;
    const double gain = spread_of(c->s, gains, &sd);
    /* One draw more, on the fence, so that nothing is sure. */
    proposal->likely_gain =
        (draws * 0.5 * erfc(-gain / fmax(sd, SAME) * sqrt(0.5)) + 0.5) / (draws + 1.0);
}

enum aj_status explore_search_propose(struct aj_ctx *cx, const struct explore_space *space,
                                      const struct explore_history *history,
                                      const struct explore_search_options *options,
                                      struct aj_arena *out, struct explore_proposal *proposal)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const struct explore_surrogate *s = fit(space, history, options, DRAWS, cx->scratch);
    uint32_t count;
    const struct ranked *list = rank(s, cx->scratch, &count);
    const struct explore_decision *starts[BEST_STARTS];
    struct explore_classes classes;
    explore_classes_make(s, cx->scratch, &classes);
    struct choice c = {.s = s,
                       .acquire = {.layout = &s->layout,
                                   .draws_count = 1,
                                   .classes = &classes,
                                   .starts = starts,
                                   .random_starts = STARTS},
                       .incumbent = values_of_best(s, list, count, cx->scratch),
                       .scratch = cx->scratch};
    aj_random_stream(&c.random, options->seed, options->draw * STREAMS + STREAM_ACQUIRE);
    for (uint32_t i = 0; i < BEST_STARTS && i < count; i++)
        starts[c.acquire.starts_count++] = list[i].item.decision;
    *proposal = (struct explore_proposal){.decision = explore_decision_new(space, out)};
    uint32_t draw = 0;
    double gain;
    bool found = choose(&c, &proposal->decision, &draw, &gain);
    if (!found) {
        /* What seemed alike may differ after all, and only a run can tell. */
        explore_classes_single(s, cx->scratch, &classes);
        found = choose(&c, &proposal->decision, &draw, &gain);
    }
    enum aj_status status =
        found ? confirm(cx, &c, draw, gain, proposal) : nothing_left(cx, space, &c.random);
    if (status == AJ_OK)
        describe(&c, count > 0 ? &list[0] : NULL, proposal);
    aj_arena_release(cx->scratch, mark);
    return status;
}
