/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/draw.h"

/*
 * Widths of ' ' .. '~' in thousandths of the size. Source: Adobe, Font Metrics for PDF Core 14 Fonts:
 * Helvetica. Arial and Liberation Sans have the same.
 */
static const uint16_t ascii[] = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584,
};
_Static_assert(AJ_COUNT(ascii) == '~' - ' ' + 1, "one width for each printable character");

/* Of the UTF-8 sequence that begins with these bytes; nothing for a byte inside one. */
static uint32_t character_width(const unsigned char *at)
{
    if (at[0] < 0x80)
        return at[0] < ' ' || at[0] > '~' ? 0 : ascii[at[0] - ' '];
    if (at[0] < 0xc0)
        return 0;
    if (at[0] < 0xc9) /* Latin with accents and signs, up to U+023F */
        return 600;
    if (at[0] == 0xe2 && (at[1] == 0x81 || at[1] == 0x82)) /* raised and lowered digits */
        return 365;
    return 1000;
}

double aj_draw_text_width(const char *text, double size)
{
    struct aj_buf visible = {NULL, 0, 0};
    uint64_t width = 0;
    aj_buf_add_visible(&visible, text);
    for (const char *c = aj_buf_text(&visible); *c != '\0'; c++)
        width += character_width((const unsigned char *)c);
    aj_buf_free(&visible);
    return (double)width * size / 1000.0;
}

const char *aj_draw_text_fit(const char *text, double size, double width, struct aj_arena *out)
{
    static const char ellipsis[] = "\u2026";
    if (aj_draw_text_width(text, size) <= width)
        return aj_strdup(out, text);
    struct aj_buf visible = {NULL, 0, 0};
    aj_buf_add_visible(&visible, text);
    const char *begin = aj_buf_text(&visible);
    const char *end = begin;
    double room = width - aj_draw_text_width(ellipsis, size);
    for (const char *c = begin; *c != '\0'; c++) {
        room -= character_width((const unsigned char *)c) * size / 1000.0;
        if (room < 0.0)
            break;
        const bool inside = ((unsigned char)c[1] & 0xc0) == 0x80;
        end = inside ? end : c + 1;
    }
    const char *fitting = aj_strf(out, "%.*s%s", (int)(end - begin), begin, ellipsis);
    aj_buf_free(&visible);
    return fitting;
}
