/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BENCHMARKS_SLOPE_H
#define BENCHMARKS_SLOPE_H

#include <stddef.h>

/* Of the straight line through the logarithms of (x, y) by least squares: y grows as x to the power of
 * it. All values are positive. */
double bench_slope(const double *x, const double *y, size_t count);

#endif
