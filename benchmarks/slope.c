/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/slope.h"

#include <math.h>

double bench_slope(const double *x, const double *y, size_t count)
{
    double sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
    for (size_t i = 0; i < count; i++) {
        sx += log(x[i]);
        sy += log(y[i]);
        sxx += log(x[i]) * log(x[i]);
        sxy += log(x[i]) * log(y[i]);
    }
    const double n = (double)count;
    return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}
