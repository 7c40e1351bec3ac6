/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/anytime.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

/* Of the Beta(1/2, 1/2) mixture of all likelihoods of `hits` and `misses`: the logarithm. */
static double log_mixture(double hits, double misses)
{
    const double log_pi = 1.14472988584940017414; /* of B(1/2, 1/2) */
    return lgamma(hits + 0.5) + lgamma(misses + 0.5) - lgamma(hits + misses + 1.0) - log_pi;
}

/* Logarithm of base^count, where 0^0 is 1. */
static double log_power(double base, double count)
{
    return count > 0.0 ? count * log(base) : 0.0;
}

/* What speaks against the chance q; `mixture` is the one above. */
static double evidence(double hits, double misses, double mixture, double q)
{
    const double likelihood = log_power(q, hits) + log_power(1.0 - q, misses);
    return 0.5 * exp(mixture - likelihood) + (hits > 0.0 ? 0.0 : 0.25 * exp(-likelihood)) +
           (misses > 0.0 ? 0.0 : 0.25 * exp(-likelihood));
}

struct explore_interval explore_anytime_proportion(uint64_t hits, uint64_t trials, double level)
{
    const double k = (double)hits, misses = (double)(trials - hits), enough = 1.0 / (1.0 - level);
    const double mixture = log_mixture(k, misses);
    struct explore_interval interval = {0.0, 1.0};
    if (trials == 0)
        return interval;
    /* Evidence is least at the share that was seen and grows on both sides of it. */
    double out = 0.0, in = k / (double)trials;
    for (double q; hits > 0 && (q = out + (in - out) / 2.0) > out && q < in;) {
        if (evidence(k, misses, mixture, q) >= enough)
            interval.low = out = q;
        else
            in = q;
    }
    out = 1.0;
    in = k / (double)trials;
    for (double q; hits < trials && (q = in + (out - in) / 2.0) > in && q < out;) {
        if (evidence(k, misses, mixture, q) >= enough)
            interval.high = out = q;
        else
            in = q;
    }
    return interval;
}

/* What speaks against half of all values or more being among `hits` of `count`. */
static double evidence_below_half(uint32_t hits, uint32_t count)
{
    const double k = hits, misses = count - hits, all = count * log(2.0);
    const double below = gsl_cdf_beta_P(0.5, k + 0.5, misses + 0.5);
    return exp(log_mixture(k, misses) + all) * below + (hits > 0 ? 0.0 : 0.5 * exp(all));
}

bool explore_anytime_median_ranks(uint32_t count, double level, uint32_t *low, uint32_t *high)
{
    const double enough = 2.0 / (1.0 - level);
    uint32_t out = 0; /* so many values below the median would be too few */
    while (out < count && evidence_below_half(out, count) >= enough)
        out++;
    if (out == 0)
        return false;
    *low = out;
    *high = count + 1 - out;
    return true;
}
