/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/finale_priv.h"

enum { RACE_STREAM = 1000 }; /* random orders of the rounds, apart from what else is drawn */

/* The order in which a round measures. */
static void shuffle(const struct finale *f, uint32_t round, uint32_t *order)
{
    struct aj_random random;
    aj_random_stream(&random, f->ledger->frame->spec->seed, RACE_STREAM + round - 1);
    for (uint32_t i = 0; i < f->finalists_count; i++) {
        const uint32_t k = (uint32_t)aj_random_below(&random, i + 1);
        order[i] = order[k];
        order[k] = i;
    }
}

/* What is to be measured in the round yet. */
static void plan_round(const struct finale *f, const struct round *round,
                       const struct explore_raced *raced, struct finale_plan *plan)
{
    uint32_t order[EXPLORE_RACE_FINALISTS_MAX] = {0};
    shuffle(f, round->number, order);
    plan->phase = EXPLORE_PHASE_RACE;
    plan->round = round->number;
    for (uint32_t i = 0; i < f->finalists_count; i++) {
        const uint32_t k = order[i];
        const struct seen seen = finale_look(f, EXPLORE_PHASE_RACE, round, f->finalists[k]);
        if (raced->out_in[k] == 0 && !finale_settled(&seen))
            finale_add(f, plan, f->finalists[k]);
    }
}

/* Scores of a round; false: of somebody who is left there is none yet. */
static bool read_round(const struct finale *f, const struct round *round,
                       const struct explore_raced *raced, double *scores, size_t *at)
{
    bool whole = true;
    *at = 0;
    for (uint32_t k = 0; k < f->finalists_count; k++) {
        const struct seen seen = finale_look(f, EXPLORE_PHASE_RACE, round, f->finalists[k]);
        scores[k] = seen.score;
        *at = seen.at > *at ? seen.at : *at;
        whole = whole && (raced->out_in[k] != 0 || finale_settled(&seen));
    }
    return whole;
}

/* Rounds of this finale in the order in which they were completed, as far as they were. */
static struct explore_raced judge_rounds(const struct finale *f, const struct round *rounds,
                                         size_t count, bool *whole)
{
    const uint32_t width = f->finalists_count;
    double *scores = AJ_NEW_ARRAY(f->out, double, (size_t)width *EXPLORE_RACE_ROUNDS);
    double *row = AJ_NEW_ARRAY(f->out, double, width);
    struct explore_race so_far = {scores, width, 0, f->gone};
    struct explore_raced raced = explore_race_judge(&so_far, f->out);
    for (;;) {
        size_t next = count, at, earliest = SIZE_MAX;
        for (size_t i = 0; i < count; i++) {
            if (whole[i] || rounds[i].finale != f->number ||
                !read_round(f, &rounds[i], &raced, row, &at) || at >= earliest)
                continue;
            earliest = at;
            next = i;
        }
        if (next == count || so_far.rounds == EXPLORE_RACE_ROUNDS)
            return raced;
        whole[next] = true;
        (void)read_round(f, &rounds[next], &raced, scores + (size_t)so_far.rounds * width, &at);
        so_far.rounds++;
        raced = explore_race_judge(&so_far, f->out);
    }
}

static bool is_confirming(const struct finale *f)
{
    for (size_t i = f->first; i < f->ledger->runs.count; i++)
        if (f->ledger->runs.items[i].stored.finale == f->number &&
            f->ledger->runs.items[i].stored.phase == EXPLORE_PHASE_CONFIRM)
            return true;
    return false;
}

/* Runs of the race that are made or claimed; *others: those left that others have claimed. */
static uint32_t count_runs(const struct finale *f, const struct round *round,
                           const struct explore_raced *raced, uint32_t *others)
{
    uint32_t runs = 0;
    *others = 0;
    for (uint32_t k = 0; k < f->finalists_count; k++) {
        const struct seen seen = finale_look(f, EXPLORE_PHASE_RACE, round, f->finalists[k]);
        runs += seen.done || seen.claimed;
        *others += seen.claimed && raced->out_in[k] == 0;
    }
    return runs;
}

struct explore_raced finale_race(const struct finale *f, uint32_t board, struct finale_plan *plan)
{
    size_t count;
    const struct round *rounds = finale_rounds(f, EXPLORE_PHASE_RACE, &count);
    bool *whole = AJ_NEW_ARRAY(f->out, bool, count);
    const struct explore_raced raced = judge_rounds(f, rounds, count, whole);
    uint32_t runs = 0, made = 0, others = 0, newest = 0;
    if (raced.left < 2 || is_confirming(f))
        return raced;
    for (size_t i = 0; i < count; i++) {
        uint32_t claimed;
        if (rounds[i].finale != f->number)
            continue;
        newest = rounds[i].number > newest ? rounds[i].number : newest;
        runs += count_runs(f, &rounds[i], &raced, &claimed);
        made += whole[i];
        if (!whole[i] && rounds[i].board == board && !rounds[i].abandoned)
            plan_round(f, &rounds[i], &raced, plan);
        else if (!whole[i] && !rounds[i].abandoned)
            others += claimed > 0;
        if (plan->kind == FINALE_PLAN_RUN)
            return raced;
    }
    const struct round fresh = {f->number, newest + 1, board, false, NULL};
    if (made + others < EXPLORE_RACE_ROUNDS && runs + raced.left <= f->race_runs)
        plan_round(f, &fresh, &raced, plan);
    else if (others > 0)
        plan->kind = FINALE_PLAN_WAIT;
    return raced;
}
