/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/deadline.h"

#include <math.h>

#include "explore/compare.h"

/* Against a chance q: that it is really q * share, as if none were seen most of all. */
static const struct {
    double share, weight;
} below[] = {{0.0, 0.8}, {0.03, 0.05}, {0.1, 0.05}, {0.25, 0.05}, {0.5, 0.05}};
/* Against a chance q: that it is really q + (1 - q) * share. */
static const struct {
    double share, weight;
} above[] = {{0.0625, 0.2}, {0.125, 0.2}, {0.25, 0.2}, {0.5, 0.2}, {1.0, 0.2}};

/* Logarithm of base^count, where 0^0 is 1. */
static double log_power(double base, uint64_t count)
{
    return count == 0 ? 0.0 : (double)count * log(base);
}

/*
 * Evidence that the chance is below (above) q: its mean is at most 1 if the chance is q or more (q or
 * less), after any number of runs, since each factor's is.
 */
static double evidence_below(struct explore_exceeded e, double q)
{
    double sum = 0.0;
    for (size_t i = 0; i < AJ_COUNT(below); i++)
        sum += below[i].weight *
               exp(log_power(below[i].share, e.count) +
                   log_power((1.0 - q * below[i].share) / (1.0 - q), e.runs - e.count));
    return sum;
}

static double evidence_above(struct explore_exceeded e, double q)
{
    double sum = 0.0;
    for (size_t i = 0; i < AJ_COUNT(above); i++)
        sum += above[i].weight * exp(log_power(1.0 + (1.0 - q) * above[i].share / q, e.count) +
                                     log_power(1.0 - above[i].share, e.runs - e.count));
    return sum;
}

struct explore_interval explore_deadline_bounds(struct explore_exceeded exceeded, double level)
{
    const double enough = 1.0 / (1.0 - level);
    struct explore_interval low = {0.0, 1.0}, high = {0.0, 1.0};
    for (;;) { /* evidence grows with q below it, and falls with q above it */
        const double q = low.low + (low.high - low.low) / 2.0;
        if (q <= low.low || q >= low.high)
            break;
        if (evidence_above(exceeded, q) >= enough)
            low.low = q;
        else
            low.high = q;
    }
    for (;;) {
        const double q = high.low + (high.high - high.low) / 2.0;
        if (q <= high.low || q >= high.high)
            break;
        if (evidence_below(exceeded, q) >= enough)
            high.high = q;
        else
            high.low = q;
    }
    return (struct explore_interval){low.low, high.high};
}

/* How many more without an exceedance until the bound is at most `allowed`. */
static uint64_t clean_runs(struct explore_exceeded exceeded, double allowed, double level)
{
    const double enough = 1.0 / (1.0 - level);
    struct explore_exceeded e = exceeded;
    uint64_t step = 1;
    while (evidence_below(e, allowed) < enough && step < UINT64_C(1) << 62) {
        e.runs = exceeded.runs + step;
        step *= 2;
    }
    uint64_t low = 0, high = e.runs - exceeded.runs;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        e.runs = exceeded.runs + middle;
        if (evidence_below(e, allowed) >= enough)
            high = middle;
        else
            low = middle + 1;
    }
    return high;
}

static double share_of(uint32_t candidate)
{
    const double j = (double)candidate;
    return candidate == 0 ? 0.25 : candidate == 1 ? 0.5 : 0.25 / (j * (j - 1.0));
}

struct explore_certificate explore_deadline_certify(struct explore_exceeded exceeded,
                                                    double allowed, double level,
                                                    uint32_t candidate)
{
    const double each = 1.0 - (1.0 - level) * share_of(candidate);
    struct explore_certificate certificate = {
        .exceeded = exceeded,
        .bounds = explore_deadline_bounds(exceeded, each),
        .allowed = allowed,
        .clean_runs = clean_runs(exceeded, allowed, each),
    };
    if (certificate.clean_runs == 0)
        certificate.verdict = EXPLORE_DEADLINE_MET;
    else if (certificate.bounds.low > allowed)
        certificate.verdict = EXPLORE_DEADLINE_MISSED;
    return certificate;
}

bool explore_deadline_cuts(struct explore_exceeded exceeded, double allowed, double alpha,
                           uint32_t nth, double *low)
{
    *low = explore_deadline_bounds(exceeded, 1.0 - explore_compare_alpha(alpha, nth)).low;
    return *low > allowed;
}
