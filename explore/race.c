/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/race.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

struct runners {
    uint32_t index[EXPLORE_RACE_FINALISTS_MAX]; /* of those left */
    uint32_t count;
};

static double score(const struct explore_race *race, uint32_t round, uint32_t runner)
{
    return race->scores[(size_t)round * race->finalists + runner];
}

static bool counts(const struct explore_race *race, uint32_t round, const struct runners *left)
{
    for (uint32_t i = 0; i < left->count; i++) {
        const double s = score(race, round, left->index[i]);
        if (!(s > 0.0) || isinf(s))
            return false;
    }
    return true;
}

static struct runners who_is_left(const struct explore_race *race, const struct explore_raced *to)
{
    struct runners left = {{0}, 0};
    for (uint32_t k = 0; k < race->finalists; k++)
        if (to->out_in[k] == 0)
            left.index[left.count++] = k;
    return left;
}

/* Sums of the ranks within rounds[count], ties sharing their mean rank; *squares: of all ranks. */
static void rank_sums(const struct explore_race *race, const struct runners *left,
                      const uint32_t *rounds, uint32_t count, double *sums, double *squares)
{
    *squares = 0.0;
    for (uint32_t i = 0; i < left->count; i++)
        sums[i] = 0.0;
    for (uint32_t r = 0; r < count; r++) {
        for (uint32_t i = 0; i < left->count; i++) {
            const double mine = score(race, rounds[r], left->index[i]);
            double rank = 0.5;
            for (uint32_t k = 0; k < left->count; k++) {
                const double other = score(race, rounds[r], left->index[k]);
                rank += other < mine ? 1.0 : other > mine ? 0.0 : 0.5;
            }
            sums[i] += rank;
            *squares += rank * rank;
        }
    }
}

static void test_all(const struct explore_race *race, const struct runners *left,
                     const uint32_t *rounds, uint32_t count, double alpha, struct explore_raced *to)
{
    double sums[EXPLORE_RACE_FINALISTS_MAX], squares, of_sums = 0.0;
    const double n = (double)count, k = (double)left->count;
    uint32_t best = 0;
    rank_sums(race, left, rounds, count, sums, &squares);
    for (uint32_t i = 0; i < left->count; i++) {
        of_sums += sums[i] * sums[i];
        best = sums[i] < sums[best] ? i : best;
    }
    const double even = n * k * (k + 1.0) * (k + 1.0) / 4.0; /* squares of mean ranks */
    to->p = 1.0;
    if (!(squares > even))
        return; /* all the same in each round */
    to->p = gsl_cdf_chisq_Q((k - 1.0) * (of_sums - n * even) / (squares - even), k - 1.0);
    if (to->p > alpha)
        return;
    const double freedom = (n - 1.0) * (k - 1.0);
    const double apart = gsl_cdf_tdist_Qinv(alpha / 2.0, freedom) *
                         sqrt(fmax(2.0 * (n * squares - of_sums) / freedom, 0.0));
    for (uint32_t i = 0; i < left->count; i++)
        if (sums[i] - sums[best] > apart)
            to->out_in[left->index[i]] = rounds[count - 1] + 1;
}

static void test_two(const struct explore_race *race, const struct runners *left,
                     const uint32_t *rounds, uint32_t count, double alpha, struct explore_raced *to,
                     struct aj_arena *scratch)
{
    const struct aj_mark mark = aj_arena_mark(scratch);
    double *d = AJ_NEW_ARRAY(scratch, double, count);
    for (uint32_t r = 0; r < count; r++)
        d[r] = log(score(race, rounds[r], left->index[1])) -
               log(score(race, rounds[r], left->index[0]));
    const struct explore_paired paired = explore_compare_pairs(d, count, 1.0 - alpha, scratch);
    to->p = paired.p;
    if (paired.p <= alpha && (paired.estimate > 0.0 || paired.estimate < 0.0))
        to->out_in[left->index[paired.estimate > 0.0 ? 1 : 0]] = rounds[count - 1] + 1;
    aj_arena_release(scratch, mark);
}

/* By the rounds that everyone left has, so that nobody profits from an easy one. */
static void locate(const struct explore_race *race, const struct runners *left,
                   struct explore_raced *to, struct aj_arena *scratch)
{
    const struct aj_mark mark = aj_arena_mark(scratch);
    double *logs = AJ_NEW_ARRAY(scratch, double, race->rounds);
    to->winner = left->count > 0 ? left->index[0] : AJ_NONE32;
    for (uint32_t i = 0; i < left->count; i++) {
        const uint32_t runner = left->index[i];
        size_t count = 0;
        for (uint32_t r = 0; r < race->rounds; r++)
            if (counts(race, r, left))
                logs[count++] = log(score(race, r, runner));
        if (count > 0)
            to->location[runner] = exp(explore_compare_location(logs, count, scratch));
        if (to->location[runner] < to->location[to->winner])
            to->winner = runner;
    }
    aj_arena_release(scratch, mark);
}

/* The rounds up to `last` that everyone left has a score of; returns their number. */
static uint32_t rounds_of(const struct explore_race *race, const struct runners *left,
                          uint32_t last, uint32_t *rounds)
{
    uint32_t count = 0;
    for (uint32_t r = 0; r <= last; r++)
        if (counts(race, r, left))
            rounds[count++] = r;
    return count;
}

struct explore_raced explore_race_judge(const struct explore_race *race, struct aj_arena *scratch)
{
    const struct aj_mark mark = aj_arena_mark(scratch);
    struct explore_raced result = {.left = race->finalists, .p = 1.0};
    uint32_t *rounds = AJ_NEW_ARRAY(scratch, uint32_t, race->rounds), look = 0;
    for (uint32_t k = 0; k < race->finalists && race->gone != NULL; k++)
        result.out_in[k] = race->gone[k] ? AJ_NONE32 : 0;
    struct runners left = who_is_left(race, &result);
    for (uint32_t r = 0; r < race->rounds && left.count > 0; r++) {
        if (!counts(race, r, &left))
            continue;
        result.rounds = rounds_of(race, &left, r, rounds);
        if (left.count < 2 || result.rounds < EXPLORE_RACE_FIRST)
            continue;
        const double alpha = explore_compare_alpha(EXPLORE_RACE_ALPHA, ++look);
        if (left.count == 2)
            test_two(race, &left, rounds, result.rounds, alpha, &result, scratch);
        else
            test_all(race, &left, rounds, result.rounds, alpha, &result);
        left = who_is_left(race, &result);
    }
    result.left = left.count;
    locate(race, &left, &result, scratch);
    aj_arena_release(scratch, mark);
    return result;
}
