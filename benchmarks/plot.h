/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A picture of curves with a band from the lower to the upper quartile, as an SVG file.
 */
#ifndef BENCHMARKS_PLOT_H
#define BENCHMARKS_PLOT_H

#include "base/base.h"

enum { PLOT_POINTS_MAX = 16 };
struct plot_curve {
    const char *name;
    double low[PLOT_POINTS_MAX], middle[PLOT_POINTS_MAX], high[PLOT_POINTS_MAX];
};

/* x[points], which all curves share; y in percent from 0. Ends the process if it cannot be written. */
void plot_write(const char *path, const char *title, const double *x, size_t points,
                const struct plot_curve *curves, size_t count);

#endif
