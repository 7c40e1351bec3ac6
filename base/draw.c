/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/draw.h"

#include <math.h>

#include <cairo-svg.h>
#include <cairo.h>

struct aj_draw {
    double width, height;
    cairo_surface_t *surface;
    cairo_t *cairo;
    struct aj_buf shapes; /* cairo's document */
    struct aj_buf texts;
};

static const uint8_t hues[AJ_HUES][3] = {
    [AJ_HUE_GREY] = {0x80, 0x80, 0x80},   [AJ_HUE_BLUE] = {0x2b, 0x7b, 0xd6},
    [AJ_HUE_ORANGE] = {0xd9, 0x63, 0x0f}, [AJ_HUE_GREEN] = {0x1a, 0x93, 0x6f},
    [AJ_HUE_PURPLE] = {0x8e, 0x63, 0xc9}, [AJ_HUE_RED] = {0xd1, 0x34, 0x3f},
    [AJ_HUE_OCHRE] = {0xb0, 0x89, 0x00},  [AJ_HUE_TEAL] = {0x0e, 0x92, 0xa8},
};

static cairo_status_t collect(void *closure, const unsigned char *data, unsigned int length)
{
    aj_buf_add(closure, data, length);
    return CAIRO_STATUS_SUCCESS;
}

struct aj_draw *aj_draw_open(struct aj_arena *arena, double width, double height)
{
    struct aj_draw *draw = AJ_NEW(arena, struct aj_draw);
    draw->width = width;
    draw->height = height;
    draw->surface = cairo_svg_surface_create_for_stream(collect, &draw->shapes, width, height);
    draw->cairo = cairo_create(draw->surface);
    return draw;
}

/* Finer steps only make the text longer; cairo's own numbers end at 2^23. */
static double place(double at)
{
    if (isnan(at))
        return 0.0;
    return round(fmin(fmax(at, -1e5), 1e5) * 8.0) / 8.0;
}

void aj_draw_move(struct aj_draw *draw, double x, double y)
{
    cairo_move_to(draw->cairo, place(x), place(y));
}

void aj_draw_line(struct aj_draw *draw, double x, double y)
{
    cairo_line_to(draw->cairo, place(x), place(y));
}

void aj_draw_close_path(struct aj_draw *draw)
{
    cairo_close_path(draw->cairo);
}

void aj_draw_rectangle(struct aj_draw *draw, double x, double y, double width, double height)
{
    const double left = place(x), top = place(y);
    cairo_rectangle(draw->cairo, left, top, place(x + width) - left, place(y + height) - top);
}

void aj_draw_circle(struct aj_draw *draw, double x, double y, double radius)
{
    cairo_new_sub_path(draw->cairo);
    cairo_arc(draw->cairo, place(x), place(y), place(radius), 0.0, 2.0 * acos(-1.0));
    cairo_close_path(draw->cairo);
}

static void choose(struct aj_draw *draw, uint8_t hue, double opacity)
{
    const uint8_t *rgb = hues[hue];
    cairo_set_source_rgba(draw->cairo, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0, opacity);
}

void aj_draw_stroke(struct aj_draw *draw, const struct aj_pen *pen)
{
    static const double dashes[] = {5.0, 4.0};
    choose(draw, pen->hue, pen->opacity);
    cairo_set_line_width(draw->cairo, pen->width);
    cairo_set_line_join(draw->cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(draw->cairo, dashes, pen->dashed ? (int)AJ_COUNT(dashes) : 0, 0.0);
    cairo_stroke(draw->cairo);
}

void aj_draw_fill(struct aj_draw *draw, enum aj_hue hue, double opacity)
{
    choose(draw, (uint8_t)hue, opacity);
    cairo_fill(draw->cairo);
}

void aj_draw_text(struct aj_draw *draw, const struct aj_label *label, const char *text)
{
    static const char *const anchors[] = {
        [AJ_ANCHOR_START] = "start", [AJ_ANCHOR_MIDDLE] = "middle", [AJ_ANCHOR_END] = "end"};
    const double x = place(label->x), y = place(label->y);
    aj_buf_addf(&draw->texts, "<text x=\"%.10g\" y=\"%.10g\" font-size=\"%.10g\"", x, y,
                place(label->size));
    if (label->anchor != AJ_ANCHOR_START)
        aj_buf_addf(&draw->texts, " text-anchor=\"%s\"", anchors[label->anchor]);
    if (label->upright)
        aj_buf_addf(&draw->texts, " transform=\"rotate(-90 %.10g %.10g)\"", x, y);
    aj_buf_adds(&draw->texts, ">");
    aj_buf_add_xml(&draw->texts, text);
    aj_buf_adds(&draw->texts, "</text>\n");
}

/* What stands inside cairo's <svg> element; its ids, to which no shape refers, are left out. */
static void add_shapes(const char *document, struct aj_buf *to)
{
    const char *at = strstr(document, "<svg");
    at = at == NULL ? NULL : strchr(at, '>');
    const char *end = at == NULL ? NULL : strstr(at, "</svg>");
    if (end == NULL)
        return;
    for (at++; at < end;) {
        const char *id = strstr(at, " id=\"");
        if (id == NULL || id > end)
            id = end;
        aj_buf_add(to, at, (size_t)(id - at));
        at = id == end ? end : strchr(id + strlen(" id=\""), '"') + 1;
    }
}

void aj_draw_finish(struct aj_draw *draw, const char *title, struct aj_buf *to)
{
    cairo_surface_finish(draw->surface);
    const cairo_status_t status = cairo_status(draw->cairo);
    cairo_destroy(draw->cairo);
    cairo_surface_destroy(draw->surface);
    if (status == CAIRO_STATUS_NO_MEMORY)
        aj_oom(draw->shapes.len);
    aj_buf_addf(to,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.10g %.10g\" "
                "width=\"%.10g\" height=\"%.10g\" role=\"img\" aria-label=\"",
                draw->width, draw->height, draw->width, draw->height);
    aj_buf_add_xml(to, title);
    aj_buf_adds(to, "\">");
    add_shapes(aj_buf_text(&draw->shapes), to);
    aj_buf_adds(to, "<g font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\" "
                    "fill=\"currentColor\">\n");
    aj_buf_adds(to, aj_buf_text(&draw->texts));
    aj_buf_adds(to, "</g>\n</svg>\n");
    aj_buf_free(&draw->shapes);
    aj_buf_free(&draw->texts);
}
