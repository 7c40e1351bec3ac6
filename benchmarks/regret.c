/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far from the best is what a method recommends after so many runs? Simulated boards, one random
 * instance for each seed; every method sees the same noise. See README.md.
 */
#include <math.h>
#include <time.h>

#include "base/units.h"
#include "benchmarks/regret.h"
#include "benchmarks/rivals.h"
#include "explore/search.h"
#include "explore/stats.h"
#include "tests/support/spaces.h"

#define RUNS_MAX 200

struct method {
    const char *name;
    rival_next *next; /* NULL: ours */
    uint8_t prior;
    bool asked; /* only with --only */
};
static const struct method methods[] = {
    {"random", rival_random, 0, false},
    {"aging evolution", rival_evolution, 0, false},
    {"annealing", rival_annealing, 0, false},
    {"TPE", rival_tpe, 0, false},
    {"autojail", NULL, EXPLORE_PRIOR_INFORMED, false},
    {"autojail, flat prior", NULL, EXPLORE_PRIOR_FLAT, true},
    {"autojail, local effects", NULL, EXPLORE_PRIOR_LOCAL, true},
};
static const uint32_t sizes[] = {4, 8, 16};

struct family {
    const char *name;
    struct explore_sim_options sim;
};
static const struct family families[] = {
    {REGRET_NOMINAL, {.hidden = 1, .pair_spread = 0.4, .noise = 1}},
    {REGRET_OTHER,
     {.hidden = 1, .pair_spread = 0.4, .noise = 3, .three_way = 10, .wrong_clusters = true}},
    {"hidden", {.hidden = 3, .pair_spread = 1.0, .noise = 1}},
    {"three-way", {.hidden = 1, .pair_spread = 0.4, .noise = 1, .three_way = 10}},
    {"wrong-map", {.hidden = 1, .pair_spread = 0.4, .noise = 1, .wrong_clusters = true}},
    {"noisy", {.hidden = 1, .pair_spread = 0.4, .noise = 3}},
};

struct setup {
    uint32_t cpus; /* 0: each of sizes[] */
    uint32_t runs;
    uint64_t seed_first, seeds;
    const struct family *family; /* NULL: the first two */
    const char *only;            /* this method, or NULL */
    const char *plot;            /* file to write, or NULL */
};

struct instance {
    struct aj_arena *arena;
    const struct explore_space *space;
    const struct explore_sim *sim;
    uint64_t seed;
    double best;
};

static double truth(const struct instance *in, const struct explore_decision *d)
{
    double us[16];
    explore_sim_truth(in->sim, d, us);
    return explore_sim_worst(in->space, d, us);
}

/* One method on one instance */

struct trial {
    const struct instance *in;
    struct explore_observed runs[RUNS_MAX];
    double latency[RUNS_MAX][16];
    double score[RUNS_MAX], true_score[RUNS_MAX];
    uint32_t count, current;
};

static void measure(struct trial *t, const struct explore_decision *decision)
{
    const struct instance *in = t->in;
    const uint32_t i = t->count++;
    struct aj_random noise;
    aj_random_stream(&noise, in->seed, 100000 + i);
    t->runs[i] = (struct explore_observed){.decision = decision, .latency_us = t->latency[i]};
    explore_sim_run(in->sim, decision, &noise, t->latency[i]);
    t->score[i] = explore_sim_worst(in->space, decision, t->latency[i]);
    t->true_score[i] = truth(in, decision);
}

static struct explore_decision propose(struct aj_ctx *cx, const struct method *method,
                                       const struct setup *setup, struct trial *t,
                                       struct aj_random *random, struct regret_result *result)
{
    const struct instance *in = t->in;
    if (method->next != NULL) {
        const struct rival_state state = {in->space, t->runs,     t->score,
                                          t->count,  setup->runs, &t->current};
        return method->next(&state, random, in->arena);
    }
    const struct explore_history history = {t->runs, t->count};
    const struct explore_search_options options = {
        .seed = in->seed, .draw = t->count, .budget = setup->runs, .prior = method->prior};
    struct explore_proposal proposal;
    if (explore_search_propose(cx, in->space, &history, &options, in->arena, &proposal) != AJ_OK)
        abort();
    result->proved += proposal.proved;
    result->improved += proposal.improved;
    return proposal.decision;
}

/* The run whose decision the method would give back. */
static uint32_t recommend(struct aj_ctx *cx, const struct method *method, const struct trial *t)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < t->count && method->next != NULL; i++)
        best = t->score[i] < t->score[best] ? i : best;
    if (method->next != NULL)
        return best;
    const struct explore_history history = {t->runs, t->count};
    const struct explore_ranked *ranked;
    size_t count;
    explore_search_rank(cx, t->in->space, &history, t->in->arena, &ranked, &count);
    while (t->runs[best].decision != ranked[0].decision)
        best++;
    return best;
}

static void run_method(struct aj_ctx *cx, const struct method *method, const struct setup *setup,
                       const struct instance *in, uint64_t nth, struct regret_result *result)
{
    struct trial *t = AJ_NEW(in->arena, struct trial);
    struct aj_random random;
    t->in = in;
    aj_random_stream(&random, in->seed, 50000);
    size_t look = 0;
    for (uint32_t i = 0; i < setup->runs; i++) {
        const clock_t before = clock();
        struct explore_decision *decision = AJ_NEW(in->arena, struct explore_decision);
        *decision = propose(cx, method, setup, t, &random, result);
        result->ms += 1e3 * (double)(clock() - before) / CLOCKS_PER_SEC;
        result->proposals++;
        measure(t, decision);
        if (look < REGRET_LOOKS && t->count == regret_looks[look]) {
            double seen = t->true_score[0];
            for (uint32_t k = 1; k < t->count; k++)
                seen = fmin(seen, t->true_score[k]);
            const double got = t->true_score[recommend(cx, method, t)];
            result->seen[look][nth] = 100.0 * (seen / in->best - 1.0);
            result->regret[look++][nth] = 100.0 * (got / in->best - 1.0);
        }
    }
}

static void open_instance(struct instance *in, const struct setup *setup, uint64_t seed)
{
    struct explore_sim_options options = setup->family->sim;
    options.seed = in->seed = seed;
    in->arena = aj_arena_open();
    in->space = test_space(setup->cpus, seed, in->arena);
    in->sim = explore_sim_make(in->space, &options, in->arena);
    in->best = rival_reference(in->space, in->sim, seed, in->arena);
}

/* How much worse than the reference, in percent, the median of random decisions is. */
static double excess_of(const struct instance *in)
{
    struct explore_decision d = explore_decision_new(in->space, in->arena);
    struct aj_random random;
    double some[201];
    aj_random_stream(&random, in->seed, 60000);
    for (size_t i = 0; i < AJ_COUNT(some); i++) {
        if (!explore_space_random(in->space, &random, 1000, &d))
            abort();
        some[i] = truth(in, &d);
    }
    explore_stats_sort(some, AJ_COUNT(some));
    return 100.0 * (some[AJ_COUNT(some) / 2] / in->best - 1.0);
}

/* One size and family, and its table. */
static void run_case(struct aj_ctx *cx, const struct setup *setup, struct regret_case *it)
{
    struct aj_arena *arena = aj_arena_open();
    struct instance *in = AJ_NEW_ARRAY(arena, struct instance, setup->seeds);
    double excess = 0.0;
    for (uint64_t k = 0; k < setup->seeds; k++) {
        open_instance(&in[k], setup, setup->seed_first + k);
        excess += excess_of(&in[k]) / (double)setup->seeds;
    }
    regret_print_head(it, excess);
    for (size_t m = 0; m < AJ_COUNT(methods); m++) {
        if (setup->only != NULL ? strcmp(setup->only, methods[m].name) != 0 : methods[m].asked)
            continue;
        struct regret_result *result = &it->results[it->results_count++];
        result->name = methods[m].name;
        result->ours = methods[m].next == NULL;
        for (uint64_t k = 0; k < setup->seeds; k++)
            run_method(cx, &methods[m], setup, &in[k], k, result);
        regret_print_row(it, result);
    }
    for (uint64_t k = 0; k < setup->seeds; k++)
        aj_arena_close(in[k].arena);
    aj_arena_close(arena);
}

/* All that is asked for, and whether every limit is met. */
static bool run_all(struct aj_ctx *cx, const struct setup *setup)
{
    struct aj_arena *arena = aj_arena_open();
    struct regret_case *cases = AJ_NEW_ARRAY(arena, struct regret_case, 2 * AJ_COUNT(sizes));
    const size_t sizes_count = setup->cpus != 0 ? 1 : AJ_COUNT(sizes);
    const size_t families_count = setup->family != NULL ? 1 : 2;
    bool met = true;
    for (size_t i = 0; i < families_count * sizes_count; i++) {
        struct setup one = *setup;
        one.cpus = setup->cpus != 0 ? setup->cpus : sizes[i % sizes_count];
        one.family = setup->family != NULL ? setup->family : &families[i / sizes_count];
        cases[i] = (struct regret_case){.cpus = one.cpus,
                                        .runs = one.runs,
                                        .family = one.family->name,
                                        .first = one.seed_first,
                                        .seeds = one.seeds};
        cases[i].results = AJ_NEW_ARRAY(arena, struct regret_result, AJ_COUNT(methods));
        run_case(cx, &one, &cases[i]);
        met &= regret_print_limits(&cases[i]);
    }
    if (setup->plot != NULL)
        regret_plot(setup->plot, cases, families_count * sizes_count, sizes_count);
    aj_arena_close(arena);
    return met;
}

static uint64_t number(const char *text, uint64_t most)
{
    uint64_t value;
    if (aj_parse_u64(text, &value).why != AJ_UNITS_OK || value > most) {
        fprintf(stderr, "'%s' is no number up to %llu\n", text, (unsigned long long)most);
        exit(2);
    }
    return value;
}

static const struct family *family_of(const char *name)
{
    for (size_t f = 0; f < AJ_COUNT(families); f++) {
        if (strcmp(families[f].name, name) == 0)
            return &families[f];
    }
    fprintf(stderr, "no family '%s'\n", name);
    exit(2);
}

int main(int argc, char **argv)
{
    struct setup setup = {0, 80, 1, 50, NULL, NULL, NULL};
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *value = argv[i + 1];
        if (strcmp(argv[i], "--cpus") == 0)
            setup.cpus = (uint32_t)number(value, 16);
        else if (strcmp(argv[i], "--runs") == 0)
            setup.runs = (uint32_t)number(value, RUNS_MAX);
        else if (strcmp(argv[i], "--first") == 0)
            setup.seed_first = number(value, UINT64_MAX);
        else if (strcmp(argv[i], "--seeds") == 0)
            setup.seeds = number(value, REGRET_SEEDS_MAX);
        else if (strcmp(argv[i], "--only") == 0)
            setup.only = value;
        else if (strcmp(argv[i], "--family") == 0)
            setup.family = family_of(value);
        else if (strcmp(argv[i], "--plot") == 0)
            setup.plot = value;
        else
            return 2;
    }
    struct aj_ctx cx;
    explore_stats_begin();
    aj_ctx_open(&cx);
    const bool met = run_all(&cx, &setup);
    aj_ctx_close(&cx);
    return met ? 0 : 1;
}
