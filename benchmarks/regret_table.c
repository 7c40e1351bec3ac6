/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "benchmarks/regret.h"
#include "explore/stats.h"

#define MS_MOST 50.0 /* processor time of a proposal */

const uint32_t regret_looks[REGRET_LOOKS] = {10, 20, 40, 80};

/* Means of our method on the nominal boards. */
static const struct {
    uint32_t cpus, runs;
    double most;
} limits[] = {{8, 20, 4.0}, {8, 40, 2.5}, {16, 20, 8.0}, {16, 40, 5.0}};
#define OTHER_RUNS 40 /* here on other boards we are not worse than random search */

static double mean_of(const double *values, uint64_t count)
{
    double sum = 0.0;
    for (uint64_t k = 0; k < count; k++)
        sum += values[k];
    return sum / (double)count;
}

static double error_of(const double *values, uint64_t count)
{
    const double mean = mean_of(values, count);
    double squares = 0.0;
    for (uint64_t k = 0; k < count; k++)
        squares += (values[k] - mean) * (values[k] - mean);
    return sqrt(squares / (double)count / fmax((double)count - 1.0, 1.0));
}

void regret_print_head(const struct regret_case *it, double excess)
{
    printf("\n%u CPUs, family '%s', %llu boards from seed %llu; the median random decision is "
           "%.0f %% above the reference.\n\n| method |",
           (unsigned)it->cpus, it->family, (unsigned long long)it->seeds,
           (unsigned long long)it->first, excess);
    for (size_t i = 0; i < REGRET_LOOKS && regret_looks[i] <= it->runs; i++)
        printf(" %u runs |", (unsigned)regret_looks[i]);
    printf(" ms | proved, improved |\n|---|");
    for (size_t i = 0; i < REGRET_LOOKS && regret_looks[i] <= it->runs; i++)
        printf("---|");
    printf("---|---|\n");
    (void)fflush(stdout);
}

void regret_print_row(const struct regret_case *it, struct regret_result *result)
{
    const uint64_t n = it->seeds;
    printf("| %s |", result->name);
    for (size_t i = 0; i < REGRET_LOOKS && regret_looks[i] <= it->runs; i++) {
        double *values = result->regret[i];
        explore_stats_sort(values, n);
        printf(" %.1f ±%.1f (%.1f, %.1f, %.1f; %.1f) |", mean_of(values, n), error_of(values, n),
               values[n / 4], values[n / 2], values[3 * n / 4], mean_of(result->seen[i], n));
    }
    const double proposals = fmax((double)result->proposals, 1.0);
    printf(" %.1f | %.0f %%, %.0f %% |\n", result->ms / proposals,
           100.0 * (double)result->proved / proposals,
           100.0 * (double)result->improved / proposals);
    (void)fflush(stdout);
}

static bool print_limit(const char *what, double value, double most)
{
    printf("limit: %s %.1f of at most %.1f: %s\n", what, value, most,
           value <= most ? "met" : "MISSED");
    return value <= most;
}

static const struct regret_result *result_of(const struct regret_case *it, const char *name)
{
    for (size_t m = 0; m < it->results_count; m++) {
        if (strcmp(it->results[m].name, name) == 0)
            return &it->results[m];
    }
    return NULL;
}

bool regret_print_limits(const struct regret_case *it)
{
    const struct regret_result *ours = result_of(it, "autojail"), *random = result_of(it, "random");
    bool met = true;
    printf("\n");
    if (ours == NULL)
        return true;
    for (size_t i = 0; i < REGRET_LOOKS && regret_looks[i] <= it->runs; i++) {
        char what[64];
        const double value = mean_of(ours->regret[i], it->seeds);
        (void)snprintf(what, sizeof what, "percent after %u runs", (unsigned)regret_looks[i]);
        for (size_t k = 0; k < AJ_COUNT(limits); k++)
            if (strcmp(it->family, REGRET_NOMINAL) == 0 && limits[k].cpus == it->cpus &&
                limits[k].runs == regret_looks[i])
                met &= print_limit(what, value, limits[k].most);
        if (strcmp(it->family, REGRET_OTHER) == 0 && regret_looks[i] == OTHER_RUNS &&
            random != NULL)
            met &= print_limit(what, value, mean_of(random->regret[i], it->seeds));
    }
    met &= print_limit("ms of a proposal", ours->ms / fmax((double)ours->proposals, 1.0), MS_MOST);
    (void)fflush(stdout);
    return met;
}
