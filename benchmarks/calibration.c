/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How sure is the surrogate, and how right? Random decisions are measured on simulated boards, others
 * are predicted, and the truth is known. See README.md.
 */
#include <math.h>

#include "base/units.h"
#include "explore/sim.h"
#include "explore/stats.h"
#include "explore/surrogate.h"
#include "tests/support/spaces.h"

#define RUNS_MAX 80
#define CPUS_MAX 16
#define DRAWS    64
#define OTHERS   200 /* decisions that are predicted on each board */
#define TRIES    1000
/* The first decision, as an exploration has its baseline: twice, and each tenth run. */
#define REPEAT_EVERY 10

static const struct {
    const char *name;
    uint32_t cpus, runs;
    struct explore_sim_options sim;
} cases[] = {
    {"4 CPUs, 20 runs", 4, 20, {.hidden = 1, .pair_spread = 0.4, .noise = 1}},
    {"8 CPUs, 20 runs", 8, 20, {.hidden = 1, .pair_spread = 0.4, .noise = 1}},
    {"8 CPUs, 40 runs", 8, 40, {.hidden = 1, .pair_spread = 0.4, .noise = 1}},
    {"16 CPUs, 40 runs", 16, 40, {.hidden = 1, .pair_spread = 0.4, .noise = 1}},
    {"8 CPUs, 40 runs, noise", 8, 40, {.hidden = 1, .pair_spread = 0.4, .noise = 3}},
    {"4 CPUs, 40 runs, other",
     4,
     40,
     {.hidden = 1, .pair_spread = 0.4, .noise = 3, .three_way = 10, .wrong_clusters = true}},
    {"8 CPUs, 40 runs, other",
     8,
     40,
     {.hidden = 1, .pair_spread = 0.4, .noise = 3, .three_way = 10, .wrong_clusters = true}},
    {"16 CPUs, 40 runs, other",
     16,
     40,
     {.hidden = 1, .pair_spread = 0.4, .noise = 3, .three_way = 10, .wrong_clusters = true}},
};

struct board {
    struct aj_arena *arena;
    const struct explore_space *space;
    const struct explore_sim *sim;
    struct aj_random random;
    struct explore_observed runs[RUNS_MAX];
    struct explore_history history;
};

/* Of many predictions: squares of (prediction - truth) and of standard deviations, and hits. */
struct quality {
    double error, sd, raw_hits, hits, count, widen;
};

static struct explore_decision any(struct board *b)
{
    struct explore_decision d = explore_decision_new(b->space, b->arena);
    if (!explore_space_random(b->space, &b->random, TRIES, &d))
        abort();
    return d;
}

static void open_board(struct board *b, size_t which, uint64_t seed)
{
    struct explore_sim_options options = cases[which].sim;
    options.seed = seed;
    b->arena = aj_arena_open();
    b->space = test_space(cases[which].cpus, seed, b->arena);
    b->sim = explore_sim_make(b->space, &options, b->arena);
    aj_random_stream(&b->random, seed, 80000);
    for (uint32_t i = 0; i < cases[which].runs; i++) {
        struct explore_decision *d = AJ_NEW(b->arena, struct explore_decision);
        double *us = AJ_NEW_ARRAY(b->arena, double, CPUS_MAX);
        *d = i % REPEAT_EVERY != 1 ? any(b) : *b->runs[0].decision;
        explore_sim_run(b->sim, d, &b->random, us);
        b->runs[i] = (struct explore_observed){.decision = d, .latency_us = us};
    }
    b->history = (struct explore_history){b->runs, cases[which].runs};
}

static void judge_one(const struct board *b, const struct explore_surrogate *s,
                      const struct explore_decision *d, struct explore_term *terms,
                      struct quality *q)
{
    double truth[CPUS_MAX], us[CPUS_MAX], sum[CPUS_MAX] = {0}, squares[CPUS_MAX] = {0};
    explore_sim_truth(b->sim, d, truth);
    for (uint32_t k = 0; k < s->draws_count; k++) {
        explore_surrogate_predict(&s->layout, &s->draws[k], d, terms, us);
        for (uint32_t p = 0; p < b->space->cpus_count; p++) {
            sum[p] += us[p];
            squares[p] += us[p] * us[p];
        }
    }
    for (uint32_t p = 0; p < b->space->cpus_count; p++) {
        if (isnan(truth[p]))
            continue;
        const double mean = sum[p] / s->draws_count, off = fabs(mean - truth[p]);
        const double variance = fmax(squares[p] / s->draws_count - mean * mean, 0.0);
        q->error += off * off;
        q->sd += variance;
        q->raw_hits += off < 2.0 * sqrt(variance) ? 1.0 : 0.0;
        q->hits += off < 2.0 * s->widen * sqrt(variance) ? 1.0 : 0.0;
        q->count += 1.0;
    }
}

static void judge(struct board *b, enum explore_effort effort, uint64_t seed, struct quality *q)
{
    const struct explore_surrogate_options options = {
        .seed = seed, .draws = DRAWS, .effort = (uint8_t)effort};
    const struct explore_surrogate *s =
        explore_surrogate_fit(b->space, &b->history, &options, b->arena);
    struct explore_term *terms =
        AJ_NEW_ARRAY(b->arena, struct explore_term, explore_layout_terms_max(&s->layout));
    for (uint32_t i = 0; i < OTHERS; i++) {
        const struct explore_decision d = any(b);
        judge_one(b, s, &d, terms, q);
    }
    q->widen += s->widen;
}

static void print_quality(const struct quality *q, uint64_t boards)
{
    printf(" %.2f | %.0f %% | %.2f | %.0f %% |", sqrt(q->error / q->sd),
           100.0 * q->raw_hits / q->count, q->widen / (double)boards, 100.0 * q->hits / q->count);
}

static uint64_t number(const char *text)
{
    uint64_t value;
    if (aj_parse_u64(text, &value).why == AJ_UNITS_OK && value > 0)
        return value;
    (void)fprintf(stderr, "usage: calibration [FIRST-SEED [BOARDS]]\n");
    exit(2);
}

int main(int argc, char **argv)
{
    const uint64_t first = argc > 1 ? number(argv[1]) : 1, boards = argc > 2 ? number(argv[2]) : 50;
    explore_stats_begin();
    printf(
        "%llu boards from seed %llu; first as proposals are made, then as effects are told\n\n"
        "| boards | error / sd | within 2 sd | factor | within, with it "
        "| error / sd | within 2 sd | factor | within, with it |\n|---|---|---|---|---|---|---|---|"
        "---|\n",
        (unsigned long long)boards, (unsigned long long)first);
    for (size_t which = 0; which < AJ_COUNT(cases); which++) {
        struct quality search = {0}, report = {0};
        for (uint64_t seed = first; seed < first + boards; seed++) {
            struct board b;
            open_board(&b, which, seed);
            judge(&b, EXPLORE_EFFORT_SEARCH, seed, &search);
            judge(&b, EXPLORE_EFFORT_REPORT, seed, &report);
            aj_arena_close(b.arena);
        }
        printf("| %s |", cases[which].name);
        print_quality(&search, boards);
        print_quality(&report, boards);
        printf("\n");
        (void)fflush(stdout);
    }
    return 0;
}
