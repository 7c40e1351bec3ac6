/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/plot.h"

#include "base/axis.h"
#include "base/draw.h"

#define WIDTH  720.0
#define HEIGHT 420.0
#define LEFT   60.0
#define RIGHT  (WIDTH - 20.0)
#define TOP    40.0
#define BOTTOM (HEIGHT - 50.0)
#define LETTER 12.0

static const uint8_t hues[] = {AJ_HUE_GREY,   AJ_HUE_OCHRE,  AJ_HUE_GREEN,
                               AJ_HUE_PURPLE, AJ_HUE_ORANGE, AJ_HUE_BLUE};

struct frame {
    struct aj_draw *draw;
    struct aj_axis x, y;
};

static double across(const struct frame *f, double value)
{
    return aj_axis_place(&f->x, value, LEFT, RIGHT);
}

static double up(const struct frame *f, double value)
{
    return aj_axis_place(&f->y, value, BOTTOM, TOP);
}

static void text_at(const struct frame *f, double x, double y, enum aj_anchor anchor,
                    const char *text)
{
    const struct aj_label label = {.x = x, .y = y, .size = LETTER, .anchor = (uint8_t)anchor};
    aj_draw_text(f->draw, &label, text);
}

static void draw_axes(const struct frame *f, const char *title)
{
    const struct aj_pen pen = {.hue = AJ_HUE_GREY, .width = 1.0, .opacity = 0.4};
    struct aj_tick ticks[AJ_TICKS_MAX];
    size_t count = aj_axis_ticks(&f->x, 8, ticks);
    for (size_t i = 0; i < count; i++)
        text_at(f, across(f, ticks[i].value), BOTTOM + 18.0, AJ_ANCHOR_MIDDLE, ticks[i].text);
    count = aj_axis_ticks(&f->y, 6, ticks);
    for (size_t i = 0; i < count; i++) {
        const double y = up(f, ticks[i].value);
        aj_draw_move(f->draw, LEFT, y);
        aj_draw_line(f->draw, RIGHT, y);
        aj_draw_stroke(f->draw, &pen);
        text_at(f, LEFT - 6.0, y + 4.0, AJ_ANCHOR_END, ticks[i].text);
    }
    text_at(f, LEFT, 20.0, AJ_ANCHOR_START, title);
    text_at(f, (LEFT + RIGHT) / 2.0, HEIGHT - 12.0, AJ_ANCHOR_MIDDLE, f->x.label);
    const struct aj_label label = {.x = 16.0,
                                   .y = (TOP + BOTTOM) / 2.0,
                                   .size = LETTER,
                                   .anchor = AJ_ANCHOR_MIDDLE,
                                   .upright = true};
    aj_draw_text(f->draw, &label, f->y.label);
}

static void draw_curve(const struct frame *f, const double *x, size_t points,
                       const struct plot_curve *curve, uint8_t hue)
{
    for (size_t i = 0; i < points; i++)
        (i == 0 ? aj_draw_move : aj_draw_line)(f->draw, across(f, x[i]), up(f, curve->high[i]));
    for (size_t i = points; i > 0; i--)
        aj_draw_line(f->draw, across(f, x[i - 1]), up(f, curve->low[i - 1]));
    aj_draw_close_path(f->draw);
    aj_draw_fill(f->draw, (enum aj_hue)hue, 0.12);
    const struct aj_pen pen = {.hue = hue, .width = 2.0, .opacity = 1.0};
    for (size_t i = 0; i < points; i++)
        (i == 0 ? aj_draw_move : aj_draw_line)(f->draw, across(f, x[i]), up(f, curve->middle[i]));
    aj_draw_stroke(f->draw, &pen);
}

static void draw_key(const struct frame *f, const struct plot_curve *curves, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const double y = TOP + 16.0 * (double)i + 8.0, x = RIGHT - 150.0;
        const struct aj_pen pen = {.hue = hues[i % AJ_COUNT(hues)], .width = 2.0, .opacity = 1.0};
        aj_draw_move(f->draw, x, y - 4.0);
        aj_draw_line(f->draw, x + 24.0, y - 4.0);
        aj_draw_stroke(f->draw, &pen);
        text_at(f, x + 30.0, y, AJ_ANCHOR_START, curves[i].name);
    }
}

void plot_write(const char *path, const char *title, const double *x, size_t points,
                const struct plot_curve *curves, size_t count)
{
    struct aj_arena *arena = aj_arena_open();
    struct frame f = {
        .draw = aj_draw_open(arena, WIDTH, HEIGHT),
        .x = {.label = "runs", .scale = AJ_SCALE_LOG},
        .y = {.label = "above the best, percent: median and quartiles"},
    };
    double most[2] = {0.0, 0.0};
    for (size_t c = 0; c < count; c++) {
        for (size_t i = 0; i < points; i++)
            most[1] = curves[c].high[i] > most[1] ? curves[c].high[i] : most[1];
    }
    aj_axis_cover(&f.y, most, AJ_COUNT(most));
    f.x.low = x[0];
    f.x.high = x[points - 1];
    draw_axes(&f, title);
    for (size_t c = 0; c < count; c++)
        draw_curve(&f, x, points, &curves[c], hues[c % AJ_COUNT(hues)]);
    draw_key(&f, curves, count);
    struct aj_buf svg = {0};
    aj_draw_finish(f.draw, title, &svg);
    FILE *file = fopen(path, "w");
    if (file == NULL || fwrite(svg.data, 1, svg.len, file) != svg.len || fclose(file) != 0) {
        perror(path);
        exit(7);
    }
    aj_buf_free(&svg);
    aj_arena_close(arena);
}
