/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines, bands and marks of a diagram.
 */
#include <math.h>

#include "base/plot_priv.h"

#define MARK  3.5  /* pixels of half a mark */
#define CLOSE 0.75 /* of points of a line that nobody sees apart */

/* Marks */

void aj_plot_marks(struct aj_plot_view *view, uint8_t look, double x, double y)
{
    switch ((enum aj_look)look) {
    case AJ_LOOK_LINE:
    case AJ_LOOK_DASHED: break;
    case AJ_LOOK_DOTS:
    case AJ_LOOK_RINGS: aj_draw_circle(view->draw, x, y, MARK); break;
    case AJ_LOOK_SQUARES:
        aj_draw_rectangle(view->draw, x - MARK, y - MARK, 2.0 * MARK, 2.0 * MARK);
        break;
    case AJ_LOOK_DIAMONDS:
        aj_draw_move(view->draw, x - 1.3 * MARK, y);
        aj_draw_line(view->draw, x, y - 1.3 * MARK);
        aj_draw_line(view->draw, x + 1.3 * MARK, y);
        aj_draw_line(view->draw, x, y + 1.3 * MARK);
        aj_draw_close_path(view->draw);
        break;
    case AJ_LOOK_ARROWS:
        aj_draw_move(view->draw, x - 1.2 * MARK, y + MARK);
        aj_draw_line(view->draw, x, y - 1.2 * MARK);
        aj_draw_line(view->draw, x + 1.2 * MARK, y + MARK);
        aj_draw_close_path(view->draw);
        break;
    case AJ_LOOK_CROSSES:
        aj_draw_move(view->draw, x - MARK, y - MARK);
        aj_draw_line(view->draw, x + MARK, y + MARK);
        aj_draw_move(view->draw, x - MARK, y + MARK);
        aj_draw_line(view->draw, x + MARK, y - MARK);
        break;
    }
}

void aj_plot_ink(struct aj_plot_view *view, const struct aj_series *series)
{
    const struct aj_pen pen = {.hue = series->hue,
                               .dashed = series->look == AJ_LOOK_DASHED,
                               .width = series->width > 0.0 ? series->width : 1.75,
                               .opacity = 1.0};
    switch ((enum aj_look)series->look) {
    case AJ_LOOK_LINE:
    case AJ_LOOK_DASHED:
    case AJ_LOOK_RINGS:
    case AJ_LOOK_CROSSES: aj_draw_stroke(view->draw, &pen); break;
    case AJ_LOOK_DOTS:
    case AJ_LOOK_SQUARES:
    case AJ_LOOK_DIAMONDS:
    case AJ_LOOK_ARROWS: aj_draw_fill(view->draw, (enum aj_hue)series->hue, 1.0); break;
    }
}

bool aj_plot_is_line(const struct aj_series *series)
{
    return series->look == AJ_LOOK_LINE || series->look == AJ_LOOK_DASHED;
}

/* Data */

static bool is_point(const double *x, const double *y, size_t i)
{
    return isfinite(x[i]) && isfinite(y[i]);
}

void aj_plot_band(struct aj_plot_view *view, const struct aj_series *series)
{
    for (size_t from = 0, to; from < series->count; from = to + 1) {
        for (to = from; to < series->count && is_point(series->x, series->low, to) &&
                        isfinite(series->high[to]);
             to++)
            aj_draw_line(view->draw, aj_plot_x(view, series->x[to]),
                         aj_plot_y(view, series->high[to]));
        for (size_t i = to; i-- > from;)
            aj_draw_line(view->draw, aj_plot_x(view, series->x[i]),
                         aj_plot_y(view, series->low[i]));
        if (to > from)
            aj_draw_close_path(view->draw);
        aj_draw_fill(view->draw, (enum aj_hue)series->hue, 0.16);
    }
}

void aj_plot_series(struct aj_plot_view *view, const struct aj_series *series)
{
    double last_x = 0.0, last_y = 0.0;
    bool gap = true;
    for (size_t i = 0; i < series->count; i++) {
        if (!is_point(series->x, series->y, i)) {
            gap = true;
            continue;
        }
        const double x = aj_plot_x(view, series->x[i]), y = aj_plot_y(view, series->y[i]);
        if (!aj_plot_is_line(series))
            aj_plot_marks(view, series->look, x, y);
        else if (gap)
            aj_draw_move(view->draw, x, y);
        else if (i + 1 < series->count && hypot(x - last_x, y - last_y) < CLOSE)
            continue;
        else
            aj_draw_line(view->draw, x, y);
        last_x = x;
        last_y = y;
        gap = false;
    }
    aj_plot_ink(view, series);
}

/* Does any series go on beyond there? */
static bool goes_on(const struct aj_plot_view *view, double x)
{
    for (size_t s = 0; s < view->plot->series_count; s++)
        for (size_t i = 0; i < view->plot->series[s].count; i++)
            if (view->plot->series[s].x[i] > x)
                return true;
    return false;
}

/* Beside the last point, or below it where data would be hidden; a dot tells whose name it is. */
void aj_plot_end(struct aj_plot_view *view, const struct aj_series *series)
{
    size_t last = series->count;
    while (last > 0 && !is_point(series->x, series->y, last - 1))
        last--;
    if (last-- == 0 || series->end == NULL)
        return;
    const double x = aj_plot_x(view, series->x[last]), y = aj_plot_y(view, series->y[last]);
    const bool inside = goes_on(view, series->x[last]);
    const double half = 0.5 * (aj_draw_text_width(series->end, AJ_PLOT_LETTERS) + AJ_PLOT_BULLET);
    const double left = inside ? fmax(x - half, view->area.left) : x + 4.0;
    for (int row = inside ? 1 : 0; row <= AJ_PLOT_ROWS; row++) {
        const double base = y + 0.35 * AJ_PLOT_LETTERS + row * 1.25 * AJ_PLOT_LETTERS;
        if (!aj_plot_text_free(view, left, base, AJ_PLOT_BULLET, series->end))
            continue;
        aj_draw_circle(view->draw, left + 0.5 * AJ_PLOT_BULLET - 1.5, base - 0.33 * AJ_PLOT_LETTERS,
                       2.5);
        aj_draw_fill(view->draw, (enum aj_hue)series->hue, 1.0);
        return;
    }
}
