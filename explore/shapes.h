/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random numbers of the shapes that Gibbs sampling draws from.
 */
#ifndef EXPLORE_SHAPES_H
#define EXPLORE_SHAPES_H

#include "base/random.h"

/* Gamma of `shape` >= 1, rate 1. */
double explore_draw_gamma(struct aj_random *random, double shape);
/* Standard normal above `low`. */
double explore_draw_above(struct aj_random *random, double low);
/* N(mean, 1 / precision) above 0. */
double explore_draw_positive(struct aj_random *random, double mean, double precision);
/* ln of the integral of exp(z x - x^2 / 2) over x > 0. */
double explore_log_mass_above(double z);

#endif
