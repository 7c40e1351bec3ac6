/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/exploration.h"

#include <math.h>

#include "explore/race.h"
#include "explore/search.h"
#include "tests/support/spaces.h"

enum {
    RUNS_MAX = 300,
    CPUS_MAX = 16,
    BASELINES = 2,
    TRIES = 1000,
    STREAM_BASELINE = 1, /* random numbers of the baseline, of the truth, and of run 0 */
    STREAM_TRUTH = 2,
    STREAM_RUNS = 1000,
};

struct course {
    const struct test_exploration *what;
    struct aj_arena *arena;
    const struct explore_space *space;
    const struct explore_sim *sim;
    struct explore_decision baseline;
    struct explore_observed runs[RUNS_MAX];
    uint32_t count;
};

static void begin(const struct test_exploration *what, struct course *c)
{
    struct explore_sim_options options = what->sim;
    struct aj_random random;
    options.seed = what->seed;
    *c = (struct course){.what = what, .arena = aj_arena_open()};
    c->space = test_space(what->cpus, what->seed, c->arena);
    c->sim = explore_sim_make(c->space, &options, c->arena);
    c->baseline = explore_decision_new(c->space, c->arena);
    aj_random_stream(&random, what->seed, STREAM_BASELINE);
    if (!explore_space_random(c->space, &random, TRIES, &c->baseline))
        abort();
}

/* One more run; returns its score. */
static double measure(struct course *c, const struct explore_decision *decision)
{
    double *latency_us = AJ_NEW_ARRAY(c->arena, double, CPUS_MAX);
    struct aj_random random;
    aj_random_stream(&random, c->what->seed, STREAM_RUNS + c->count);
    explore_sim_run(c->sim, decision, &random, latency_us);
    c->runs[c->count++] = (struct explore_observed){.decision = decision, .latency_us = latency_us};
    return explore_sim_worst(c->space, decision, latency_us);
}

static double truth(const struct course *c, const struct explore_decision *decision)
{
    double latency_us[CPUS_MAX];
    explore_sim_truth(c->sim, decision, latency_us);
    return explore_sim_worst(c->space, decision, latency_us);
}

static void search(struct aj_ctx *cx, struct course *c)
{
    for (uint32_t i = 0; i < BASELINES; i++)
        (void)measure(c, &c->baseline);
    while (c->count < c->what->search_runs) {
        const struct explore_history history = {c->runs, c->count};
        const struct explore_search_options options = {
            .seed = c->what->seed, .draw = c->count, .budget = c->what->search_runs};
        struct explore_proposal *p = AJ_NEW(c->arena, struct explore_proposal);
        if (explore_search_propose(cx, c->space, &history, &options, c->arena, p) != AJ_OK)
            break;
        (void)measure(c, &p->decision);
    }
}

static const struct explore_decision *winner(struct aj_ctx *cx, struct course *c)
{
    double scores[EXPLORE_RACE_FINALISTS * EXPLORE_RACE_ROUNDS];
    const struct explore_history history = {c->runs, c->count};
    const struct explore_ranked *ranked;
    size_t count;
    explore_search_rank(cx, c->space, &history, c->arena, &ranked, &count);
    const uint32_t finalists =
        count < EXPLORE_RACE_FINALISTS ? (uint32_t)count : EXPLORE_RACE_FINALISTS;
    struct explore_race race = {scores, finalists, 0, NULL};
    struct explore_raced raced = explore_race_judge(&race, c->arena);
    while (race.rounds < EXPLORE_RACE_ROUNDS && raced.left > 1) {
        for (uint32_t k = 0; k < finalists; k++)
            scores[race.rounds * finalists + k] =
                raced.out_in[k] == 0 ? measure(c, ranked[k].decision) : (double)NAN;
        race.rounds++;
        raced = explore_race_judge(&race, c->arena);
    }
    return ranked[raced.winner].decision;
}

static struct explore_claim confirm(struct course *c, const struct explore_decision *won)
{
    struct explore_pair pairs[EXPLORE_CLAIM_PAIRS] = {{0.0, 0.0}};
    struct explore_claim claim =
        explore_claim_judge(pairs, 0, 1, EXPLORE_CLAIM_MORE_COMES, c->arena);
    for (size_t i = 0; claim.verdict == EXPLORE_CLAIM_OPEN; i++) {
        if (i % 2 == 0)
            pairs[i].baseline = measure(c, &c->baseline);
        pairs[i].winner = measure(c, won);
        if (i % 2 != 0)
            pairs[i].baseline = measure(c, &c->baseline);
        claim = explore_claim_judge(pairs, i + 1, 1, EXPLORE_CLAIM_MORE_COMES, c->arena);
    }
    return claim;
}

void test_explore(struct aj_ctx *cx, const struct test_exploration *what,
                  struct test_explored *explored)
{
    struct course *c = calloc(1, sizeof *c);
    begin(what, c);
    search(cx, c);
    const struct explore_decision *won = winner(cx, c);
    *explored = (struct test_explored){
        .claim = explore_claim_judge(NULL, 0, 1, EXPLORE_CLAIM_NO_MORE, c->arena)};
    if (!explore_decision_equal(c->space, won, &c->baseline))
        explored->claim = confirm(c, won);
    explored->truth = truth(c, won) / truth(c, &c->baseline) - 1.0;
    explored->runs = c->count;
    aj_arena_close(c->arena);
    free(c);
}

/* Scores of so many runs that they stand for all, ascending. */
static double *many(const struct course *c, const struct explore_decision *decision)
{
    double *scores = AJ_NEW_ARRAY(c->arena, double, c->what->truth_runs), latency_us[CPUS_MAX];
    struct aj_random random;
    aj_random_stream(&random, c->what->seed, STREAM_TRUTH);
    for (size_t i = 0; i < c->what->truth_runs; i++) {
        explore_sim_run(c->sim, decision, &random, latency_us);
        scores[i] = explore_sim_worst(c->space, decision, latency_us);
    }
    explore_stats_sort(scores, c->what->truth_runs);
    return scores;
}

enum explore_deadline_verdict test_certify(const struct test_exploration *what, double chance,
                                           double allowed, uint32_t runs_max, double *truth_of)
{
    struct course *c = calloc(1, sizeof *c);
    struct explore_exceeded exceeded = {0, 0};
    enum explore_deadline_verdict verdict = EXPLORE_DEADLINE_OPEN;
    begin(what, c);
    const double *scores = many(c, &c->baseline);
    const size_t below = (size_t)floor((1.0 - chance) * what->truth_runs);
    const double deadline = scores[below > 0 ? below - 1 : 0];
    *truth_of = 1.0 - (double)below / what->truth_runs;
    while (verdict == EXPLORE_DEADLINE_OPEN && exceeded.runs < runs_max && c->count < RUNS_MAX) {
        exceeded.count += measure(c, &c->baseline) > deadline;
        exceeded.runs++;
        verdict = explore_deadline_certify(exceeded, allowed, EXPLORE_LEVEL, 1).verdict;
    }
    aj_arena_close(c->arena);
    free(c);
    return verdict;
}
