/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Diagrams of numbers over numbers: lines with bands, marks, limits, and a legend.
 */
#ifndef BASE_PLOT_H
#define BASE_PLOT_H

#include "base/axis.h"
#include "base/draw.h"

enum aj_look {
    AJ_LOOK_LINE,
    AJ_LOOK_DASHED,
    AJ_LOOK_DOTS,
    AJ_LOOK_RINGS,
    AJ_LOOK_SQUARES,
    AJ_LOOK_DIAMONDS,
    AJ_LOOK_CROSSES,
    AJ_LOOK_ARROWS, /* upward */
};

struct aj_series {
    const char *name; /* in the legend; NULL: not there */
    const char *end;  /* written beside the last point of a line, where there is room; or NULL */
    uint8_t look;     /* enum aj_look */
    uint8_t hue;      /* enum aj_hue */
    double width;     /* of lines; 0: the usual one */
    size_t count;
    const double *x, *y;      /* x[count], y[count]; one that is not finite is a gap */
    const double *low, *high; /* a band around the line, e.g. quartiles; or NULL */
};

/* A value with a meaning, as a line through the diagram with its name. */
struct aj_limit {
    const char *name;
    double value;
    uint8_t hue;
    bool horizontal; /* of the y axis */
};

struct aj_plot {
    const char *title; /* what a screen reader says */
    double width, height;
    struct aj_axis x, y; /* low >= high: to be found from the series and limits */
    const struct aj_series *series;
    size_t series_count;
    const struct aj_limit *limits;
    size_t limits_count;
};

/* Appends the picture as one <svg> element. */
void aj_plot_write(const struct aj_plot *plot, struct aj_arena *scratch, struct aj_buf *to);

#endif
