/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures as SVG text, for pages and for files. cairo makes the shapes. Letters stay letters: cairo
 * would turn each into an outline that nobody can search, select or read aloud, with ids that clash
 * as soon as two pictures are on one page; and the widths would depend on the fonts of the machine.
 * So texts are elements of their own in Helvetica or what replaces it (its replacements have the
 * same widths), and measured by a table. Nothing in a picture has an id.
 */
#ifndef BASE_DRAW_H
#define BASE_DRAW_H

#include "base/buf.h"

/* Each stands out from white paper and from a dark screen: contrast 3.2 : 1 or more to both. */
enum aj_hue {
    AJ_HUE_GREY,
    AJ_HUE_BLUE,
    AJ_HUE_ORANGE,
    AJ_HUE_GREEN,
    AJ_HUE_PURPLE,
    AJ_HUE_RED,
    AJ_HUE_OCHRE,
    AJ_HUE_TEAL,
};
enum { AJ_HUES = AJ_HUE_TEAL + 1 };

struct aj_pen {
    uint8_t hue; /* enum aj_hue */
    bool dashed;
    double width;
    double opacity; /* 0 .. 1 */
};

enum aj_anchor { AJ_ANCHOR_START, AJ_ANCHOR_MIDDLE, AJ_ANCHOR_END };
/* A text in the colour of the page's text. (x, y) is on its base line. */
struct aj_label {
    double x, y;
    double size;    /* of the letters */
    uint8_t anchor; /* enum aj_anchor: where x is */
    bool upright;   /* turned by 90 degrees, to be read from the right */
};

struct aj_draw;
/*
 * An empty picture in `arena`, to be finished; x goes right, y down, both in pixels. Places are
 * rounded to 1/8 pixel; those that are not numbers count as 0, those far outside as less far.
 */
AJ_NODISCARD struct aj_draw *aj_draw_open(struct aj_arena *arena, double width, double height);

/* A path, which the next stroke or fill draws and forgets. */
void aj_draw_move(struct aj_draw *draw, double x, double y);
void aj_draw_line(struct aj_draw *draw, double x, double y);
void aj_draw_close_path(struct aj_draw *draw);
void aj_draw_rectangle(struct aj_draw *draw, double x, double y, double width, double height);
void aj_draw_circle(struct aj_draw *draw, double x, double y, double radius);
void aj_draw_stroke(struct aj_draw *draw, const struct aj_pen *pen);
void aj_draw_fill(struct aj_draw *draw, enum aj_hue hue, double opacity);

/* The text may be foreign: what is no printable character is shown as in aj_buf_add_visible. */
void aj_draw_text(struct aj_draw *draw, const struct aj_label *label, const char *text);
/* How wide it is in letters of `size`. */
double aj_draw_text_width(const char *text, double size);
/* `text`, or as much of its beginning as fits into `width` and an ellipsis. */
const char *aj_draw_text_fit(const char *text, double size, double width, struct aj_arena *out);

/*
 * Appends the <svg> element and closes the picture. `title` is what a screen reader says instead. The
 * same calls give the same bytes with the same version of cairo.
 */
void aj_draw_finish(struct aj_draw *draw, const char *title, struct aj_buf *to);

#endif
