/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often does an exploration claim what is not so, and how often does it miss what is? Simulated
 * boards whose truth is known. See README.md.
 */
#include <inttypes.h>
#include <math.h>

#include "base/random.h"
#include "base/units.h"
#include "benchmarks/studies.h"
#include "tests/support/exploration.h"

static const struct explore_sim_options flat = {
    .hidden = 1, .pair_spread = 0.4, .noise = 1, .flat = true};
static const struct explore_sim_options nominal = {.hidden = 1, .pair_spread = 0.4, .noise = 1};

/* "7 of 200 = 3.5 % [1.4, 7.1]" */
static void print_share(const char *what, uint64_t hits, uint64_t trials)
{
    const struct explore_interval i = explore_stats_proportion(hits, trials, EXPLORE_LEVEL);
    printf("%-46s %4" PRIu64 " of %5" PRIu64 " = %5.1f %%  [%.1f, %.1f]\n", what, hits, trials,
           trials > 0 ? 100.0 * (double)hits / (double)trials : 0.0, 100.0 * i.low, 100.0 * i.high);
    (void)fflush(stdout);
}

/* Explorations of boards on which all decisions are as good as each other, and of others. */
static void explorations(const char *name, const struct explore_sim_options *sim, uint64_t count)
{
    uint64_t better = 0, wrong = 0, missed = 0, judged = 0, runs = 0, pairs = 0, relevant = 0;
    for (uint64_t i = 0; i < count; i++) {
        const struct test_exploration what = {8, i + 1, *sim, 20, 0};
        struct test_explored e;
        struct aj_ctx cx;
        aj_ctx_open(&cx);
        test_explore(&cx, &what, &e);
        aj_ctx_close(&cx);
        const bool is_better = e.claim.verdict == EXPLORE_CLAIM_BETTER;
        better += is_better;
        wrong += is_better && e.truth >= 0.0;
        judged += e.claim.pairs > 0;
        missed += e.claim.pairs > 0 &&
                  (e.truth < e.claim.interval.low || e.truth > e.claim.interval.high);
        relevant += e.truth <= -EXPLORE_RELEVANT;
        runs += e.runs;
        pairs += e.claim.pairs;
    }
    printf("%s: %" PRIu64 " explorations, %.1f runs and %.1f pairs each\n", name, count,
           (double)runs / (double)count, (double)pairs / (double)count);
    print_share("  'better' is claimed", better, count);
    print_share("  'better' is claimed and is not so", wrong, count);
    print_share("  the winner is better by what matters", relevant, count);
    print_share("  the interval of the effect misses the truth", missed, judged);
}

/* Certificates of a share of 0.1 where the truth is `chance`, looked at after each run. */
static void certificates(double chance, uint64_t count)
{
    static const double allowed = 0.1;
    uint64_t met = 0, missed = 0;
    for (uint64_t i = 0; i < count; i++) {
        const struct test_exploration what = {8, i + 1, nominal, 0, 40000};
        double truth;
        const enum explore_deadline_verdict verdict =
            test_certify(&what, chance, allowed, 200, &truth);
        met += verdict == EXPLORE_DEADLINE_MET;
        missed += verdict == EXPLORE_DEADLINE_MISSED;
    }
    printf("deadline certificates, allowed %.3f, truth %.3f, a look after each of 200 runs\n",
           allowed, chance);
    print_share(chance > allowed ? "  'met' is certified (wrong)" : "  'met' is certified", met,
                count);
    print_share(chance < allowed ? "  'missed' is said (wrong)" : "  'missed' is said", missed,
                count);
}

/* Percent of `count` confirmations that claim a true effect; *mean: number of their pairs. */
static double claimed(double effect, double scatter, uint32_t most, uint64_t count, double *mean)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_random random;
    uint64_t better = 0, pairs = 0;
    aj_random_stream(&random, (uint64_t)(1000.0 * scatter), (uint64_t)(-1000.0 * effect));
    for (uint64_t i = 0; i < count; i++) {
        struct explore_pair p[EXPLORE_CLAIM_PAIRS];
        for (size_t k = 0; k < EXPLORE_CLAIM_PAIRS; k++) {
            p[k].baseline = exp(scatter * aj_random_normal(&random));
            p[k].winner = (1.0 + effect) * exp(scatter * aj_random_normal(&random));
        }
        const struct explore_claim c =
            explore_claim_judge(p, most, 1, EXPLORE_CLAIM_NO_MORE, arena);
        better += c.verdict == EXPLORE_CLAIM_BETTER;
        pairs += c.pairs;
    }
    aj_arena_close(arena);
    *mean = (double)pairs / (double)count;
    return 100.0 * (double)better / (double)count;
}

/* With so many pairs at most. */
static void power(uint32_t most, uint64_t count)
{
    static const double effects[] = {0.0, -0.02, -0.05, -0.1, -0.2};
    static const double scatters[] = {0.02, 0.05, 0.1, 0.2};
    printf("\nclaims of a true effect, in %% of %" PRIu64 " confirmations of at most %" PRIu32
           " pairs (mean number)\n%-22s",
           count, most, "scatter of a run");
    for (size_t e = 0; e < AJ_COUNT(effects); e++)
        printf("%14.0f %%", 100.0 * effects[e]);
    for (size_t s = 0; s < AJ_COUNT(scatters); s++) {
        printf("\n%20.0f %%", 100.0 * scatters[s]);
        for (size_t e = 0; e < AJ_COUNT(effects); e++) {
            double mean;
            const double percent = claimed(effects[e], scatters[s], most, count, &mean);
            printf("%9.1f (%4.1f)", percent, mean);
        }
    }
    printf("\n");
}

/* The program's own loop where nothing is better than anything else. */
static enum aj_status claims(struct aj_ctx *cx, struct studies *s, const char *name,
                             const struct studies_case *what, uint64_t count)
{
    uint64_t better = 0, worse = 0, runs = 0;
    struct studied studied;
    for (uint64_t i = 0; i < count; i++) {
        struct studies_case one = *what;
        one.seed = i + 1;
        AJ_TRY(studies_run(cx, s, &one, &studied));
        better += studied.claim == EXPLORE_CLAIM_BETTER;
        worse += studied.claim == EXPLORE_CLAIM_WORSE;
        runs += studied.runs;
    }
    printf("autojail explore, %s: %" PRIu64 " explorations, %.1f runs each\n", name, count,
           (double)runs / (double)count);
    print_share("  'better' is claimed", better, count);
    print_share("  'worse' is claimed", worse, count);
    return AJ_OK;
}

/* The same loop with certificates that are not so: what is allowed is a little less than the truth. */
static enum aj_status certified_studies(struct aj_ctx *cx, struct studies *s, const char *name,
                                        const struct studies_case *what, uint64_t count)
{
    uint64_t met = 0, missed = 0, runs = 0;
    struct studied studied;
    for (uint64_t i = 0; i < count; i++) {
        struct studies_case one = *what;
        one.seed = i + 1;
        AJ_TRY(studies_run(cx, s, &one, &studied));
        met += studied.deadline == EXPLORE_DEADLINE_MET;
        missed += studied.deadline == EXPLORE_DEADLINE_MISSED;
        runs += studied.runs;
    }
    printf("certificates, %s, allowed %.4f, %.1f runs each\n", name, what->allowed,
           (double)runs / (double)count);
    print_share("  'met' is certified (wrong)", met, count);
    print_share("  'missed' is said", missed, count);
    return AJ_OK;
}

/* The program's own loop: claims, then certificates that are not so. */
static enum aj_status studies(struct aj_ctx *cx, struct studies *s, const uint64_t *count)
{
    enum { TRUTH_RUNS = 20000, BUDGET = 60 };
    struct studies_case what = {.boards = 1};
    AJ_TRY(claims(cx, s, "all decisions equal", &what, count[0]));
    what = (struct studies_case){.budget = 30, .raises = 3, .raise = 26, .boards = 1};
    AJ_TRY(claims(cx, s, "the same, 30 runs, then 26 more, three times", &what, count[0]));
    what = (struct studies_case){.budget = 60, .boards = STUDIES_BOARDS};
    AJ_TRY(claims(cx, s, "the same, 60 runs on 3 boards that differ", &what, count[0]));
    /* so often that the runs of one exploration could show it */
    const double truth = studies_truth(cx, s, 0.35, TRUTH_RUNS);
    if (isnan(truth))
        return AJ_ERR_INTERNAL;
    printf("deadlines that %.4f of runs exceed\n", truth);
    /* beyond what 20000 runs do not know of it */
    what = (struct studies_case){.allowed = 0.97 * truth, .budget = BUDGET, .boards = 1};
    AJ_TRY(certified_studies(cx, s, "all decisions equal", &what, count[1]));
    what.raises = 2;
    what.raise = BUDGET / 2;
    AJ_TRY(certified_studies(cx, s, "the same, then 30 runs more, twice", &what, count[0]));
    printf("\n");
    return AJ_OK;
}

/* False with messages. */
static bool run_studies(const char *dir, const uint64_t *count)
{
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    struct studies *s = studies_open(&cx, dir);
    const bool good = s != NULL && studies(&cx, s, count) == AJ_OK;
    if (s != NULL)
        studies_close(s);
    if (!good)
        aj_diag_print(&cx, stderr, AJ_DIAG_PLAIN);
    aj_ctx_close(&cx);
    return good;
}

int main(int argc, char **argv)
{
    uint64_t count[2] = {200, 500};
    bool good = argc >= 2 && argc <= 4;
    for (int i = 2; i < argc && good; i++)
        good = aj_parse_u64(argv[i], &count[i - 2]).why == AJ_UNITS_OK && count[i - 2] > 0;
    if (!good) {
        (void)fprintf(stderr, "usage: honesty PROJECT [EXPLORATIONS [CERTIFICATES]]\n");
        return 2;
    }
    explore_stats_begin();
    printf("95 %% intervals in brackets\n\n");
    if (!run_studies(argv[1], count))
        return 1;
    explorations("decisions differ", &nominal, count[0]);
    explorations("all decisions equal", &flat, count[0]);
    printf("\n");
    certificates(0.102, count[1]);
    certificates(0.098, count[1]);
    certificates(0.01, count[1]);
    power(6, 2000);
    power(12, 2000);
    power(EXPLORE_CLAIM_PAIRS, 2000);
    return 0;
}
