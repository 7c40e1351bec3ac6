/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/shapes.h"

#include <math.h>

/* Marsaglia, Tsang: A simple method for generating gamma variables (2000). */
double explore_draw_gamma(struct aj_random *random, double shape)
{
    const double d = shape - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        const double x = aj_random_normal(random), root = 1.0 + c * x;
        if (root <= 0.0)
            continue;
        const double v = root * root * root;
        if (log(1.0 - aj_random_unit(random)) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v;
    }
}

/* Robert: Simulation of truncated normal variables (1995). */
double explore_draw_above(struct aj_random *random, double low)
{
    if (low < 0.5) {
        for (;;) {
            const double x = aj_random_normal(random);
            if (x >= low)
                return x;
        }
    }
    const double rate = 0.5 * (low + sqrt(low * low + 4.0));
    for (;;) {
        const double x = low + aj_random_exponential(random) / rate;
        if (aj_random_unit(random) <= exp(-0.5 * (x - rate) * (x - rate)))
            return x;
    }
}

double explore_draw_positive(struct aj_random *random, double mean, double precision)
{
    const double root = sqrt(precision);
    return fmax(mean + explore_draw_above(random, -mean * root) / root, 0.0);
}

double explore_log_mass_above(double z)
{
    if (z > -6.0)
        return 0.5 * z * z + log(0.5 * erfc(-z * 0.70710678118654752440)) + 0.91893853320467274178;
    return -log(-z) - log1p(1.0 / (z * z)); /* within 0.1 % there */
}
