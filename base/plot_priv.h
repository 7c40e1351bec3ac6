/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What frame and data of a diagram share: where values go, and texts that keep off each other.
 */
#ifndef BASE_PLOT_PRIV_H
#define BASE_PLOT_PRIV_H

#include "base/plot.h"

/* Pixels. */
#define AJ_PLOT_LETTERS 12.0
#define AJ_PLOT_GAP     6.0
#define AJ_PLOT_BULLET  9.0 /* in front of the name at the end of a line */
#define AJ_PLOT_ROWS    4   /* that a name may give way to others */

struct aj_plot_box {
    double left, top, right, bottom;
};

/* Of a vertical limit, above the data. */
struct aj_plot_name {
    const char *text;
    double at, half; /* middle and half of the width */
    uint32_t row;    /* from below */
};

struct aj_plot_view {
    const struct aj_plot *plot;
    struct aj_arena *scratch;
    struct aj_draw *draw;
    struct aj_axis x, y;
    struct aj_plot_box area; /* of the data */
    AJ_VEC(struct aj_plot_name) names;
    AJ_VEC(struct aj_plot_box) texts; /* that stand in it: none may hide another */
};

/* Where a value goes. */
double aj_plot_x(const struct aj_plot_view *view, double value);
double aj_plot_y(const struct aj_plot_view *view, double value);
void aj_plot_text(struct aj_plot_view *view, double x, double y, enum aj_anchor anchor,
                  const char *text);
/* Writes it there behind some room, if nothing else is there. */
bool aj_plot_text_free(struct aj_plot_view *view, double left, double base, double room,
                       const char *text);

bool aj_plot_is_line(const struct aj_series *series);
/* Adds one mark to the path; inks what the path holds. */
void aj_plot_marks(struct aj_plot_view *view, uint8_t look, double x, double y);
void aj_plot_ink(struct aj_plot_view *view, const struct aj_series *series);
/* Bands of all stretches without a gap; the line or marks; the name at its end. */
void aj_plot_band(struct aj_plot_view *view, const struct aj_series *series);
void aj_plot_series(struct aj_plot_view *view, const struct aj_series *series);
void aj_plot_end(struct aj_plot_view *view, const struct aj_series *series);

#endif
