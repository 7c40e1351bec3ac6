/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/plot.h"

#include <math.h>

#include "base/plot_priv.h"

/* Pixels. */
#define ROW    16.0 /* of texts below each other */
#define SWATCH 24.0 /* of a name in the legend */
#define TICK   4.0
#define ASIDE  70.0 /* numbers of an axis, about */
#define ABOVE  36.0

/* Where it goes */

double aj_plot_x(const struct aj_plot_view *view, double value)
{
    return aj_axis_place(&view->x, value, view->area.left, view->area.right);
}

double aj_plot_y(const struct aj_plot_view *view, double value)
{
    return aj_axis_place(&view->y, value, view->area.bottom, view->area.top);
}

static struct aj_axis fit_x(const struct aj_plot_view *view)
{
    struct aj_axis axis = view->plot->x;
    AJ_VEC(double) values = {NULL, 0, 0};
    if (axis.low < axis.high)
        return axis;
    for (size_t s = 0; s < view->plot->series_count; s++)
        for (size_t i = 0; i < view->plot->series[s].count; i++)
            AJ_PUSH(view->scratch, &values, view->plot->series[s].x[i]);
    for (size_t i = 0; i < view->plot->limits_count; i++)
        if (!view->plot->limits[i].horizontal)
            AJ_PUSH(view->scratch, &values, view->plot->limits[i].value);
    aj_axis_cover(&axis, values.items, values.count);
    return axis;
}

static struct aj_axis fit_y(const struct aj_plot_view *view)
{
    struct aj_axis axis = view->plot->y;
    AJ_VEC(double) values = {NULL, 0, 0};
    if (axis.low < axis.high)
        return axis;
    for (size_t s = 0; s < view->plot->series_count; s++) {
        const struct aj_series *series = &view->plot->series[s];
        const double *const columns[] = {series->y, series->low, series->high};
        for (size_t c = 0; c < AJ_COUNT(columns); c++)
            for (size_t i = 0; columns[c] != NULL && i < series->count; i++)
                AJ_PUSH(view->scratch, &values, columns[c][i]);
    }
    for (size_t i = 0; i < view->plot->limits_count; i++)
        if (view->plot->limits[i].horizontal)
            AJ_PUSH(view->scratch, &values, view->plot->limits[i].value);
    aj_axis_cover(&axis, values.items, values.count);
    return axis;
}

/* Texts */

void aj_plot_text(struct aj_plot_view *view, double x, double y, enum aj_anchor anchor,
                  const char *text)
{
    const struct aj_label label = {
        .x = x, .y = y, .size = AJ_PLOT_LETTERS, .anchor = (uint8_t)anchor};
    aj_draw_text(view->draw, &label, text);
}

/* Notes that a text stands there, if no other does. */
static bool claim(struct aj_plot_view *view, struct aj_plot_box box)
{
    for (size_t i = 0; i < view->texts.count; i++) {
        const struct aj_plot_box *other = &view->texts.items[i];
        if (box.left < other->right && other->left < box.right && box.top < other->bottom &&
            other->top < box.bottom)
            return false;
    }
    AJ_PUSH(view->scratch, &view->texts, box);
    return true;
}

bool aj_plot_text_free(struct aj_plot_view *view, double left, double base, double room,
                       const char *text)
{
    const double width = room + aj_draw_text_width(text, AJ_PLOT_LETTERS);
    const struct aj_plot_box box = {left, base - AJ_PLOT_LETTERS, left + width,
                                    base + 0.25 * AJ_PLOT_LETTERS};
    if (box.top < view->area.top || box.bottom > view->area.bottom || box.left < view->area.left ||
        box.right > view->plot->width || !claim(view, box))
        return false;
    aj_plot_text(view, left + room, base, AJ_ANCHOR_START, text);
    return true;
}

/* Legend */

/* Rows of names from `left`; returns the lower edge. Draws nothing while there is no picture. */
static double legend(struct aj_plot_view *view, double left)
{
    double x = left, y = 0.0;
    for (size_t s = 0; s < view->plot->series_count; s++) {
        const struct aj_series *series = &view->plot->series[s];
        if (series->name == NULL)
            continue;
        const double room = view->plot->width - left - SWATCH;
        const char *name = aj_draw_text_fit(series->name, AJ_PLOT_LETTERS, room, view->scratch);
        const double width = SWATCH + aj_draw_text_width(name, AJ_PLOT_LETTERS);
        if (x > left && x + width > view->plot->width) {
            x = left;
            y += ROW;
        }
        if (view->draw != NULL) {
            const double middle = y + 0.5 * ROW;
            if (aj_plot_is_line(series)) {
                aj_draw_move(view->draw, x, middle);
                aj_draw_line(view->draw, x + SWATCH - AJ_PLOT_GAP, middle);
            } else {
                aj_plot_marks(view, series->look, x + 0.5 * (SWATCH - AJ_PLOT_GAP), middle);
            }
            aj_plot_ink(view, series);
            aj_plot_text(view, x + SWATCH, middle + 0.35 * AJ_PLOT_LETTERS, AJ_ANCHOR_START, name);
        }
        x += width + 3.0 * AJ_PLOT_GAP;
        y = fmax(y, 0.0);
    }
    return x > left || y > 0.0 ? y + ROW + AJ_PLOT_GAP : 0.0;
}

/* Frame */

static void draw_x_axis(struct aj_plot_view *view)
{
    static const struct aj_pen grid = {.hue = AJ_HUE_GREY, .width = 1.0, .opacity = 0.22};
    static const struct aj_pen solid = {.hue = AJ_HUE_GREY, .width = 1.0, .opacity = 1.0};
    const struct aj_plot_box *area = &view->area;
    struct aj_tick ticks[AJ_TICKS_MAX];
    const double room = fmax(2.0, (area->right - area->left) / ASIDE);
    const size_t count = aj_axis_ticks(&view->x, (uint32_t)room, ticks);
    for (size_t i = 0; i < count; i++) {
        const double x = aj_plot_x(view, ticks[i].value);
        if (ticks[i].text[0] == '\0')
            continue;
        aj_draw_move(view->draw, x, area->top);
        aj_draw_line(view->draw, x, area->bottom);
        aj_plot_text(view, x, area->bottom + TICK + AJ_PLOT_LETTERS + 1.0, AJ_ANCHOR_MIDDLE,
                     ticks[i].text);
    }
    aj_draw_stroke(view->draw, &grid);
    for (size_t i = 0; i < count; i++) {
        const double x = aj_plot_x(view, ticks[i].value);
        aj_draw_move(view->draw, x, area->bottom);
        aj_draw_line(view->draw, x, area->bottom + (ticks[i].text[0] == '\0' ? 0.5 : 1.0) * TICK);
    }
    aj_draw_move(view->draw, area->left, area->bottom);
    aj_draw_line(view->draw, area->right, area->bottom);
    aj_draw_stroke(view->draw, &solid);
    aj_plot_text(view, 0.5 * (area->left + area->right), view->plot->height - AJ_PLOT_GAP,
                 AJ_ANCHOR_MIDDLE, view->x.label);
}

static size_t y_ticks(const struct aj_plot_view *view, struct aj_tick *ticks)
{
    const double room = fmax(2.0, (view->area.bottom - view->area.top) / ABOVE);
    return aj_axis_ticks(&view->y, (uint32_t)room, ticks);
}

static void draw_y_axis(struct aj_plot_view *view)
{
    static const struct aj_pen grid = {.hue = AJ_HUE_GREY, .width = 1.0, .opacity = 0.22};
    const struct aj_plot_box *area = &view->area;
    struct aj_tick ticks[AJ_TICKS_MAX];
    const size_t count = y_ticks(view, ticks);
    for (size_t i = 0; i < count; i++) {
        const double y = aj_plot_y(view, ticks[i].value);
        if (ticks[i].text[0] == '\0')
            continue;
        aj_draw_move(view->draw, area->left - TICK, y);
        aj_draw_line(view->draw, area->right, y);
        aj_plot_text(view, area->left - TICK - 3.0, y + 0.35 * AJ_PLOT_LETTERS, AJ_ANCHOR_END,
                     ticks[i].text);
    }
    aj_draw_stroke(view->draw, &grid);
    const struct aj_label label = {.x = AJ_PLOT_LETTERS,
                                   .y = 0.5 * (area->top + area->bottom),
                                   .size = AJ_PLOT_LETTERS,
                                   .anchor = AJ_ANCHOR_MIDDLE,
                                   .upright = true};
    aj_draw_text(view->draw, &label, view->y.label);
}

/* A name above the data: beside the others of its row, or a row further up. */
static void place_name(struct aj_plot_view *view, const struct aj_limit *limit)
{
    const double width = view->plot->width;
    struct aj_plot_name name = {.row = 0};
    name.text = aj_draw_text_fit(limit->name, AJ_PLOT_LETTERS, 0.5 * width, view->scratch);
    name.half = 0.5 * aj_draw_text_width(name.text, AJ_PLOT_LETTERS);
    name.at = aj_plot_x(view, limit->value);
    name.at = fmin(fmax(name.at, view->area.left + name.half), width - name.half);
    for (size_t i = 0; i < view->names.count; i++) {
        const struct aj_plot_name *other = &view->names.items[i];
        if (other->row == name.row &&
            fabs(other->at - name.at) < other->half + name.half + AJ_PLOT_GAP) {
            name.row++;
            i = SIZE_MAX; /* from the first again */
        }
    }
    AJ_PUSH(view->scratch, &view->names, name);
}

static void draw_limits(struct aj_plot_view *view)
{
    for (size_t i = 0; i < view->plot->limits_count; i++) {
        const struct aj_limit *limit = &view->plot->limits[i];
        const struct aj_pen pen = {.hue = limit->hue, .dashed = true, .width = 1.5, .opacity = 1.0};
        if (limit->horizontal) {
            const double y = aj_plot_y(view, limit->value);
            const double left = view->area.right - aj_draw_text_width(limit->name, AJ_PLOT_LETTERS);
            aj_draw_move(view->draw, view->area.left, y);
            aj_draw_line(view->draw, view->area.right, y);
            bool done = false;
            for (int row = 0; row < AJ_PLOT_ROWS && !done; row++)
                done = aj_plot_text_free(view, left, y - 4.0 - row * ROW, 0.0, limit->name) ||
                       aj_plot_text_free(view, left, y + (row + 1) * ROW, 0.0, limit->name);
        } else {
            const double x = aj_plot_x(view, limit->value);
            aj_draw_move(view->draw, x, view->area.top - 2.0);
            aj_draw_line(view->draw, x, view->area.bottom);
        }
        aj_draw_stroke(view->draw, &pen);
    }
    for (size_t i = 0; i < view->names.count; i++) {
        const struct aj_plot_name *name = &view->names.items[i];
        aj_plot_text(view, name->at, view->area.top - AJ_PLOT_GAP - ROW * name->row,
                     AJ_ANCHOR_MIDDLE, name->text);
    }
}

/* What stands around the data takes its room first. */
static void arrange(struct aj_plot_view *view)
{
    const struct aj_plot *plot = view->plot;
    struct aj_tick ticks[AJ_TICKS_MAX];
    double widest = 0.0, beside = 2.0 * AJ_PLOT_LETTERS;
    view->area.top = legend(view, 0.0) + AJ_PLOT_LETTERS;
    view->area.bottom = plot->height - 2.0 * ROW - AJ_PLOT_GAP - TICK;
    const size_t count = y_ticks(view, ticks);
    for (size_t i = 0; i < count; i++)
        widest = fmax(widest, aj_draw_text_width(ticks[i].text, AJ_PLOT_LETTERS));
    view->area.left = ROW + AJ_PLOT_GAP + widest + TICK + 3.0;
    for (size_t s = 0; s < plot->series_count; s++)
        if (plot->series[s].end != NULL)
            beside = fmax(beside, aj_draw_text_width(plot->series[s].end, AJ_PLOT_LETTERS) +
                                      AJ_PLOT_BULLET + AJ_PLOT_GAP);
    view->area.right = plot->width - fmin(beside, 0.25 * plot->width);
    for (size_t i = 0; i < plot->limits_count; i++)
        if (!plot->limits[i].horizontal)
            place_name(view, &plot->limits[i]);
    uint32_t rows = 0;
    for (size_t i = 0; i < view->names.count; i++)
        rows = view->names.items[i].row >= rows ? view->names.items[i].row + 1 : rows;
    view->area.top += ROW * rows;
}

void aj_plot_write(const struct aj_plot *plot, struct aj_arena *scratch, struct aj_buf *to)
{
    const struct aj_mark mark = aj_arena_mark(scratch);
    struct aj_plot_view view = {.plot = plot, .scratch = scratch};
    view.x = fit_x(&view);
    view.y = fit_y(&view);
    arrange(&view);
    view.draw = aj_draw_open(scratch, plot->width, plot->height);
    legend(&view, 0.0);
    draw_x_axis(&view);
    draw_y_axis(&view);
    for (size_t s = 0; s < plot->series_count; s++)
        if (plot->series[s].low != NULL && plot->series[s].high != NULL)
            aj_plot_band(&view, &plot->series[s]);
    for (size_t s = 0; s < plot->series_count; s++)
        aj_plot_series(&view, &plot->series[s]);
    draw_limits(&view);
    for (size_t s = 0; s < plot->series_count; s++)
        aj_plot_end(&view, &plot->series[s]);
    aj_draw_finish(view.draw, plot->title, to);
    aj_arena_release(scratch, mark);
}
