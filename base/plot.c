/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/plot.h"

#include <math.h>

/* Pixels. */
#define LETTERS   12.0
#define ROW       16.0 /* of texts below each other */
#define GAP       6.0
#define SWATCH    24.0 /* of a name in the legend */
#define MARK      3.5  /* half a mark */
#define TICK      4.0
#define BULLET    9.0 /* in front of the name at the end of a line */
#define NAME_ROWS 4
#define CLOSE     0.75 /* of points of a line that nobody sees apart */
#define ASIDE     70.0 /* numbers of an axis, about */
#define ABOVE     36.0

struct box {
    double left, top, right, bottom;
};

/* Of a vertical limit, above the data. */
struct name {
    const char *text;
    double at, half; /* middle and half of the width */
    uint32_t row;    /* from below */
};

struct view {
    const struct aj_plot *plot;
    struct aj_arena *scratch;
    struct aj_draw *draw;
    struct aj_axis x, y;
    struct box area; /* of the data */
    AJ_VEC(struct name) names;
    AJ_VEC(struct box) texts; /* that stand in it: none may hide another */
};

/* Where it goes */

static double place_x(const struct view *view, double value)
{
    return aj_axis_place(&view->x, value, view->area.left, view->area.right);
}

static double place_y(const struct view *view, double value)
{
    return aj_axis_place(&view->y, value, view->area.bottom, view->area.top);
}

static struct aj_axis fit_x(const struct view *view)
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

static struct aj_axis fit_y(const struct view *view)
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

static void write_text(struct view *view, double x, double y, enum aj_anchor anchor,
                       const char *text)
{
    const struct aj_label label = {.x = x, .y = y, .size = LETTERS, .anchor = (uint8_t)anchor};
    aj_draw_text(view->draw, &label, text);
}

/* Notes that a text stands there, if no other does. */
static bool claim(struct view *view, struct box box)
{
    for (size_t i = 0; i < view->texts.count; i++) {
        const struct box *other = &view->texts.items[i];
        if (box.left < other->right && other->left < box.right && box.top < other->bottom &&
            other->top < box.bottom)
            return false;
    }
    AJ_PUSH(view->scratch, &view->texts, box);
    return true;
}

/* Writes it there behind some room, if nothing else is there. */
static bool write_free(struct view *view, double left, double base, double room, const char *text)
{
    const double width = room + aj_draw_text_width(text, LETTERS);
    const struct box box = {left, base - LETTERS, left + width, base + 0.25 * LETTERS};
    if (box.top < view->area.top || box.bottom > view->area.bottom || box.left < view->area.left ||
        box.right > view->plot->width || !claim(view, box))
        return false;
    write_text(view, left + room, base, AJ_ANCHOR_START, text);
    return true;
}

/* Legend */

static void draw_marks(struct view *view, uint8_t look, double x, double y)
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

/* The marks or lines of a series that the path holds. */
static void ink(struct view *view, const struct aj_series *series)
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

static bool is_line(const struct aj_series *series)
{
    return series->look == AJ_LOOK_LINE || series->look == AJ_LOOK_DASHED;
}

/* Rows of names from `left`; returns the lower edge. Draws nothing while there is no picture. */
static double legend(struct view *view, double left)
{
    double x = left, y = 0.0;
    for (size_t s = 0; s < view->plot->series_count; s++) {
        const struct aj_series *series = &view->plot->series[s];
        if (series->name == NULL)
            continue;
        const double room = view->plot->width - left - SWATCH;
        const char *name = aj_draw_text_fit(series->name, LETTERS, room, view->scratch);
        const double width = SWATCH + aj_draw_text_width(name, LETTERS);
        if (x > left && x + width > view->plot->width) {
            x = left;
            y += ROW;
        }
        if (view->draw != NULL) {
            const double middle = y + 0.5 * ROW;
            if (is_line(series)) {
                aj_draw_move(view->draw, x, middle);
                aj_draw_line(view->draw, x + SWATCH - GAP, middle);
            } else {
                draw_marks(view, series->look, x + 0.5 * (SWATCH - GAP), middle);
            }
            ink(view, series);
            write_text(view, x + SWATCH, middle + 0.35 * LETTERS, AJ_ANCHOR_START, name);
        }
        x += width + 3.0 * GAP;
        y = fmax(y, 0.0);
    }
    return x > left || y > 0.0 ? y + ROW + GAP : 0.0;
}

/* Frame */

static void draw_x_axis(struct view *view)
{
    static const struct aj_pen grid = {.hue = AJ_HUE_GREY, .width = 1.0, .opacity = 0.22};
    static const struct aj_pen solid = {.hue = AJ_HUE_GREY, .width = 1.0, .opacity = 1.0};
    const struct box *area = &view->area;
    struct aj_tick ticks[AJ_TICKS_MAX];
    const double room = fmax(2.0, (area->right - area->left) / ASIDE);
    const size_t count = aj_axis_ticks(&view->x, (uint32_t)room, ticks);
    for (size_t i = 0; i < count; i++) {
        const double x = place_x(view, ticks[i].value);
        if (ticks[i].text[0] == '\0')
            continue;
        aj_draw_move(view->draw, x, area->top);
        aj_draw_line(view->draw, x, area->bottom);
        write_text(view, x, area->bottom + TICK + LETTERS + 1.0, AJ_ANCHOR_MIDDLE, ticks[i].text);
    }
    aj_draw_stroke(view->draw, &grid);
    for (size_t i = 0; i < count; i++) {
        const double x = place_x(view, ticks[i].value);
        aj_draw_move(view->draw, x, area->bottom);
        aj_draw_line(view->draw, x, area->bottom + (ticks[i].text[0] == '\0' ? 0.5 : 1.0) * TICK);
    }
    aj_draw_move(view->draw, area->left, area->bottom);
    aj_draw_line(view->draw, area->right, area->bottom);
    aj_draw_stroke(view->draw, &solid);
    write_text(view, 0.5 * (area->left + area->right), view->plot->height - GAP, AJ_ANCHOR_MIDDLE,
               view->x.label);
}

static size_t y_ticks(const struct view *view, struct aj_tick *ticks)
{
    const double room = fmax(2.0, (view->area.bottom - view->area.top) / ABOVE);
    return aj_axis_ticks(&view->y, (uint32_t)room, ticks);
}

static void draw_y_axis(struct view *view)
{
    static const struct aj_pen grid = {.hue = AJ_HUE_GREY, .width = 1.0, .opacity = 0.22};
    const struct box *area = &view->area;
    struct aj_tick ticks[AJ_TICKS_MAX];
    const size_t count = y_ticks(view, ticks);
    for (size_t i = 0; i < count; i++) {
        const double y = place_y(view, ticks[i].value);
        if (ticks[i].text[0] == '\0')
            continue;
        aj_draw_move(view->draw, area->left - TICK, y);
        aj_draw_line(view->draw, area->right, y);
        write_text(view, area->left - TICK - 3.0, y + 0.35 * LETTERS, AJ_ANCHOR_END, ticks[i].text);
    }
    aj_draw_stroke(view->draw, &grid);
    const struct aj_label label = {.x = LETTERS,
                                   .y = 0.5 * (area->top + area->bottom),
                                   .size = LETTERS,
                                   .anchor = AJ_ANCHOR_MIDDLE,
                                   .upright = true};
    aj_draw_text(view->draw, &label, view->y.label);
}

/* A name above the data: beside the others of its row, or a row further up. */
static void place_name(struct view *view, const struct aj_limit *limit)
{
    const double width = view->plot->width;
    struct name name = {.row = 0};
    name.text = aj_draw_text_fit(limit->name, LETTERS, 0.5 * width, view->scratch);
    name.half = 0.5 * aj_draw_text_width(name.text, LETTERS);
    name.at = place_x(view, limit->value);
    name.at = fmin(fmax(name.at, view->area.left + name.half), width - name.half);
    for (size_t i = 0; i < view->names.count; i++) {
        const struct name *other = &view->names.items[i];
        if (other->row == name.row && fabs(other->at - name.at) < other->half + name.half + GAP) {
            name.row++;
            i = SIZE_MAX; /* from the first again */
        }
    }
    AJ_PUSH(view->scratch, &view->names, name);
}

static void draw_limits(struct view *view)
{
    for (size_t i = 0; i < view->plot->limits_count; i++) {
        const struct aj_limit *limit = &view->plot->limits[i];
        const struct aj_pen pen = {.hue = limit->hue, .dashed = true, .width = 1.5, .opacity = 1.0};
        if (limit->horizontal) {
            const double y = place_y(view, limit->value);
            const double left = view->area.right - aj_draw_text_width(limit->name, LETTERS);
            aj_draw_move(view->draw, view->area.left, y);
            aj_draw_line(view->draw, view->area.right, y);
            bool done = false;
            for (int row = 0; row < NAME_ROWS && !done; row++)
                done = write_free(view, left, y - 4.0 - row * ROW, 0.0, limit->name) ||
                       write_free(view, left, y + (row + 1) * ROW, 0.0, limit->name);
        } else {
            const double x = place_x(view, limit->value);
            aj_draw_move(view->draw, x, view->area.top - 2.0);
            aj_draw_line(view->draw, x, view->area.bottom);
        }
        aj_draw_stroke(view->draw, &pen);
    }
    for (size_t i = 0; i < view->names.count; i++) {
        const struct name *name = &view->names.items[i];
        write_text(view, name->at, view->area.top - GAP - ROW * name->row, AJ_ANCHOR_MIDDLE,
                   name->text);
    }
}

/* Data */

static bool is_point(const double *x, const double *y, size_t i)
{
    return isfinite(x[i]) && isfinite(y[i]);
}

/* Bands of all stretches without a gap. */
static void draw_band(struct view *view, const struct aj_series *series)
{
    for (size_t from = 0, to; from < series->count; from = to + 1) {
        for (to = from; to < series->count && is_point(series->x, series->low, to) &&
                        isfinite(series->high[to]);
             to++)
            aj_draw_line(view->draw, place_x(view, series->x[to]), place_y(view, series->high[to]));
        for (size_t i = to; i-- > from;)
            aj_draw_line(view->draw, place_x(view, series->x[i]), place_y(view, series->low[i]));
        if (to > from)
            aj_draw_close_path(view->draw);
        aj_draw_fill(view->draw, (enum aj_hue)series->hue, 0.16);
    }
}

static void draw_series(struct view *view, const struct aj_series *series)
{
    double last_x = 0.0, last_y = 0.0;
    bool gap = true;
    for (size_t i = 0; i < series->count; i++) {
        if (!is_point(series->x, series->y, i)) {
            gap = true;
            continue;
        }
        const double x = place_x(view, series->x[i]), y = place_y(view, series->y[i]);
        if (!is_line(series))
            draw_marks(view, series->look, x, y);
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
    ink(view, series);
}

/* Does any series go on beyond there? */
static bool goes_on(const struct view *view, double x)
{
    for (size_t s = 0; s < view->plot->series_count; s++)
        for (size_t i = 0; i < view->plot->series[s].count; i++)
            if (view->plot->series[s].x[i] > x)
                return true;
    return false;
}

/* Beside the last point, or below it where data would be hidden; a dot tells whose name it is. */
static void draw_end(struct view *view, const struct aj_series *series)
{
    size_t last = series->count;
    while (last > 0 && !is_point(series->x, series->y, last - 1))
        last--;
    if (last-- == 0 || series->end == NULL)
        return;
    const double x = place_x(view, series->x[last]), y = place_y(view, series->y[last]);
    const bool inside = goes_on(view, series->x[last]);
    const double half = 0.5 * (aj_draw_text_width(series->end, LETTERS) + BULLET);
    const double left = inside ? fmax(x - half, view->area.left) : x + 4.0;
    for (int row = inside ? 1 : 0; row <= NAME_ROWS; row++) {
        const double base = y + 0.35 * LETTERS + row * 1.25 * LETTERS;
        if (!write_free(view, left, base, BULLET, series->end))
            continue;
        aj_draw_circle(view->draw, left + 0.5 * BULLET - 1.5, base - 0.33 * LETTERS, 2.5);
        aj_draw_fill(view->draw, (enum aj_hue)series->hue, 1.0);
        return;
    }
}

/* What stands around the data takes its room first. */
static void arrange(struct view *view)
{
    const struct aj_plot *plot = view->plot;
    struct aj_tick ticks[AJ_TICKS_MAX];
    double widest = 0.0, beside = 2.0 * LETTERS;
    view->area.top = legend(view, 0.0) + LETTERS;
    view->area.bottom = plot->height - 2.0 * ROW - GAP - TICK;
    const size_t count = y_ticks(view, ticks);
    for (size_t i = 0; i < count; i++)
        widest = fmax(widest, aj_draw_text_width(ticks[i].text, LETTERS));
    view->area.left = ROW + GAP + widest + TICK + 3.0;
    for (size_t s = 0; s < plot->series_count; s++)
        if (plot->series[s].end != NULL)
            beside = fmax(beside, aj_draw_text_width(plot->series[s].end, LETTERS) + BULLET + GAP);
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
    struct view view = {.plot = plot, .scratch = scratch};
    view.x = fit_x(&view);
    view.y = fit_y(&view);
    arrange(&view);
    view.draw = aj_draw_open(scratch, plot->width, plot->height);
    legend(&view, 0.0);
    draw_x_axis(&view);
    draw_y_axis(&view);
    for (size_t s = 0; s < plot->series_count; s++)
        if (plot->series[s].low != NULL && plot->series[s].high != NULL)
            draw_band(&view, &plot->series[s]);
    for (size_t s = 0; s < plot->series_count; s++)
        draw_series(&view, &plot->series[s]);
    draw_limits(&view);
    for (size_t s = 0; s < plot->series_count; s++)
        draw_end(&view, &plot->series[s]);
    aj_draw_finish(view.draw, plot->title, to);
    aj_arena_release(scratch, mark);
}
