/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/draw.h"

#include <math.h>

#include "tests/support/support.h"

static void sketch(struct aj_arena *arena, struct aj_buf *to)
{
    static const struct aj_pen pen = {
        .hue = AJ_HUE_BLUE, .dashed = true, .width = 2, .opacity = 0.5};
    struct aj_draw *draw = aj_draw_open(arena, 200, 100);
    aj_draw_move(draw, 1.07, 2);
    aj_draw_line(draw, (double)NAN, 1e300);
    aj_draw_stroke(draw, &pen);
    aj_draw_rectangle(draw, 10, 10, 20, 30);
    aj_draw_circle(draw, 50, 50, 5);
    aj_draw_fill(draw, AJ_HUE_RED, 1);
    const struct aj_label label = {
        .x = 5, .y = 7.25, .size = 12, .anchor = AJ_ANCHOR_END, .upright = true};
    aj_draw_text(draw, &label, "a < b]]>\x01\"\xff");
    aj_draw_finish(draw, "x & 'y'\n", to);
}

static void picture_is_what_was_drawn(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_buf svg = {NULL, 0, 0};
    (void)state;
    sketch(arena, &svg);
    static const char *const parts[] = {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 100\" width=\"200\" "
        "height=\"100\" role=\"img\" aria-label=\"x &amp; &#39;y&#39;\\n\">",
        "stroke-width:2;",
        "stroke-opacity:0.5;",
        "stroke-dasharray:5,4;",
        "M 1.125 2 L 0 100000 ",
        "M 10 10 L 30 10 L 30 40 L 10 40 Z",
        "<text x=\"5\" y=\"7.25\" font-size=\"12\" text-anchor=\"end\" "
        "transform=\"rotate(-90 5 7.25)\">a &lt; b]]&gt;\\x01&quot;\\xff</text>\n",
        "</g>\n</svg>\n"};
    for (size_t i = 0; i < AJ_COUNT(parts); i++)
        if (strstr(aj_buf_text(&svg), parts[i]) == NULL)
            fail_msg("'%s' is not in\n%s", parts[i], aj_buf_text(&svg));
    assert_null(strstr(aj_buf_text(&svg), " id="));
    assert_null(strstr(aj_buf_text(&svg), "<?xml"));
    aj_buf_free(&svg);
    aj_arena_close(arena);
}

static void the_same_calls_give_the_same_bytes(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_buf first = {NULL, 0, 0}, second = {NULL, 0, 0};
    (void)state;
    sketch(arena, &first);
    sketch(arena, &second);
    assert_string_equal(aj_buf_text(&first), aj_buf_text(&second));
    aj_buf_free(&first);
    aj_buf_free(&second);
    aj_arena_close(arena);
}

static void nothing_is_a_picture(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_buf svg = {NULL, 0, 0};
    (void)state;
    aj_draw_finish(aj_draw_open(arena, 10, 10), "", &svg);
    assert_non_null(strstr(aj_buf_text(&svg), "</svg>"));
    aj_buf_free(&svg);
    aj_arena_close(arena);
}

static void texts_have_widths(void **state)
{
    static const struct {
        const char *text;
        double width;
    } cases[] = {
        {"", 0},          {"Hello", 2278},   {"10\u207b\u2076", 1842},      {"\u00b5s", 1100},
        {"\u4e2d", 1000}, {"\n", 278 + 556}, {"\xff", 278 + 500 + 2 * 278},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        const double width = aj_draw_text_width(cases[i].text, 1000);
        if (fabs(width - cases[i].width) > 1e-6)
            fail_msg("'%s' is %g wide instead of %g", cases[i].text, width, cases[i].width);
    }
}

/* Whatever the text: what is left fits, is the beginning, and ends between characters. */
static void texts_are_made_to_fit(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    uint64_t random = test_random_start(12);
    (void)state;
    assert_string_equal(aj_draw_text_fit("Hello", 10, 22.78, arena), "Hello");
    assert_string_equal(aj_draw_text_fit("Hello!", 10, 22.8, arena), "He\u2026");
    assert_string_equal(aj_draw_text_fit("\u00b5\u00b5\u00b5", 10, 17.9, arena), "\u00b5\u2026");
    for (int round = 0; round < 5000; round++) {
        char text[60];
        const size_t length = test_random_below(&random, sizeof text);
        for (size_t i = 0; i < length; i++)
            text[i] = (char)(1 + test_random_below(&random, 255));
        text[length] = '\0';
        const double width = 10 + test_random_below(&random, 300);
        const char *fit = aj_draw_text_fit(text, 10, width, arena);
        assert_true(aj_draw_text_width(fit, 10) <= width + 1e-9);
        if (strcmp(fit, text) == 0)
            continue;
        struct aj_buf whole = {NULL, 0, 0}, again = {NULL, 0, 0};
        aj_buf_add_visible(&whole, text);
        aj_buf_add_visible(&again, fit);
        assert_string_equal(aj_buf_text(&again), fit);
        assert_memory_equal(aj_buf_text(&whole), fit, strlen(fit) - strlen("\u2026"));
        aj_buf_free(&whole);
        aj_buf_free(&again);
    }
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(picture_is_what_was_drawn),
        cmocka_unit_test(the_same_calls_give_the_same_bytes),
        cmocka_unit_test(nothing_is_a_picture),
        cmocka_unit_test(texts_have_widths),
        cmocka_unit_test(texts_are_made_to_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
