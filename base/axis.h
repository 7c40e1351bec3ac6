/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Axes of diagrams: from values to places, and the round values that are worth a mark.
 */
#ifndef BASE_AXIS_H
#define BASE_AXIS_H

#include "base/base.h"

enum aj_scale { AJ_SCALE_LINEAR, AJ_SCALE_LOG };

/* low < high; both > 0 on a logarithmic scale. */
struct aj_axis {
    const char *label;
    uint8_t scale; /* enum aj_scale */
    double low, high;
};

/*
 * An axis that shows all of `values` which are finite, and above 0 if it is logarithmic; widened to
 * round values. [0, 1] or [1, 10] if there are none; never of no width.
 */
void aj_axis_cover(struct aj_axis *axis, const double *values, size_t count);
/* Where `value` is when `low` is at `from` and `high` at `to`; outside values are at the ends. */
double aj_axis_place(const struct aj_axis *axis, double value, double from, double to);

enum { AJ_TICKS_MAX = 128, AJ_TICK_TEXT = 24 };
struct aj_tick {
    double value;
    char text[AJ_TICK_TEXT]; /* "" : a small mark without a number */
};
/* Ticks from low to high, of which about `wanted` have a number, at least two. */
size_t aj_axis_ticks(const struct aj_axis *axis, uint32_t wanted,
                     struct aj_tick ticks[AJ_TICKS_MAX]);

#endif
