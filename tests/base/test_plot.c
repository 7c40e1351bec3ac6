/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/plot.h"

#include <math.h>

#include "tests/support/support.h"

enum { COUNT = 50 };

struct data {
    double x[COUNT], y[COUNT], low[COUNT], high[COUNT];
};

static void fill(struct data *data, uint64_t *random)
{
    for (size_t i = 0; i < COUNT; i++) {
        data->x[i] = (double)i;
        data->y[i] = (double)test_random_below(random, 1000) / 10.0;
        data->low[i] = data->y[i] - 3.0;
        data->high[i] = data->y[i] + 3.0;
    }
}

static size_t occurs(const struct aj_buf *svg, const char *text)
{
    size_t count = 0;
    for (const char *at = strstr(aj_buf_text(svg), text); at != NULL; at = strstr(at + 1, text))
        count++;
    return count;
}

struct box {
    char text[100];
    double left, top, right, bottom;
};

/* Boxes of the texts, from their places in the picture and their widths. */
static size_t boxes(const struct aj_buf *svg, double width, double height, struct box *found)
{
    size_t count = 0;
    for (const char *at = aj_buf_text(svg); (at = strstr(at, "<text ")) != NULL; at++) {
        double x = 0, y = 0, size = 0;
        struct box *box = &found[count++];
        const char *tag = strchr(at, '>');
        assert_int_equal(sscanf(at, "<text x=\"%lf\" y=\"%lf\" font-size=\"%lf\"", &x, &y, &size),
                         3);
        snprintf(box->text, sizeof box->text, "%.*s", (int)strcspn(tag + 1, "<"), tag + 1);
        const double wide = aj_draw_text_width(box->text, size);
        const char *anchor = strstr(at, "text-anchor=\"");
        double before = 0;
        if (anchor != NULL && anchor < tag)
            before = anchor[13] == 'm' ? wide / 2 : anchor[13] == 'e' ? wide : 0;
        const char *turned = strstr(at, "rotate");
        const bool upright = turned != NULL && turned < tag;
        box->left = upright ? x - 0.75 * size : x - before;
        box->top = upright ? y - before : y - 0.75 * size;
        box->right = upright ? x + 0.25 * size : box->left + wide;
        box->bottom = upright ? y + before : y + 0.25 * size;
        if (box->left < -0.5 || box->top < -0.5 || box->right > width + 0.5 ||
            box->bottom > height + 0.5)
            fail_msg("'%s' leaves the picture", box->text);
    }
    return count;
}

static void no_text_hides_another(const struct aj_buf *svg, double width, double height)
{
    struct box found[200];
    const size_t count = boxes(svg, width, height, found);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (found[i].left < found[j].right && found[j].left < found[i].right &&
                found[i].top < found[j].bottom && found[j].top < found[i].bottom)
                fail_msg("'%s' and '%s' overlap", found[i].text, found[j].text);
}

static void parts_are_there(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    uint64_t random = test_random_start(13);
    struct aj_buf svg = {NULL, 0, 0};
    struct data data;
    (void)state;
    fill(&data, &random);
    data.y[20] = data.low[20] = data.high[20] = (double)NAN;
    const struct aj_series series[] = {
        {.name = "ours",
         .end = "last",
         .hue = AJ_HUE_BLUE,
         .count = COUNT,
         .x = data.x,
         .y = data.y,
         .low = data.low,
         .high = data.high},
        {.name = "<marks>", .look = AJ_LOOK_RINGS, .count = COUNT, .x = data.x, .y = data.y},
    };
    const struct aj_limit limits[] = {{.name = "limit", .value = 20},
                                      {.name = "level", .value = 50, .horizontal = true}};
    const struct aj_plot plot = {.title = "A plot",
                                 .width = 700,
                                 .height = 300,
                                 .x = {.label = "abscissa"},
                                 .y = {.label = "ordinate"},
                                 .series = series,
                                 .series_count = 2,
                                 .limits = limits,
                                 .limits_count = 2};
    aj_plot_write(&plot, arena, &svg);
    static const char *const texts[] = {">ours<",     ">last<",     ">&lt;marks&gt;<",
                                        ">limit<",    ">level<",    ">abscissa<",
                                        ">ordinate<", "\"A plot\"", ">100<"};
    for (size_t i = 0; i < AJ_COUNT(texts); i++)
        if (occurs(&svg, texts[i]) != 1)
            fail_msg("%s is there %zu times", texts[i], occurs(&svg, texts[i]));
    /* Two bands, since the point in the middle is missing. */
    assert_int_equal(occurs(&svg, "fill-opacity:0.16"), 2);
    no_text_hides_another(&svg, 700, 300);
    aj_buf_free(&svg);
    aj_arena_close(arena);
}

/* Any number of series with ends beside each other, limits close together, and any data. */
static void no_text_hides_another_ever(void **state)
{
    struct aj_arena *arena = aj_arena_open();
    uint64_t random = test_random_start(14);
    static struct data data[20];
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct aj_series series[20];
        struct aj_limit limits[6];
        const size_t series_count = test_random_below(&random, 20);
        const size_t limits_count = test_random_below(&random, 6);
        for (size_t i = 0; i < series_count; i++) {
            fill(&data[i], &random);
            series[i] = (struct aj_series){
                .name = test_random_below(&random, 3) == 0 ? NULL : "a series of some length",
                .end = test_random_below(&random, 3) == 0 ? NULL : "CPU 3",
                .look = (uint8_t)test_random_below(&random, AJ_LOOK_ARROWS + 1),
                .hue = (uint8_t)test_random_below(&random, AJ_HUES),
                .count = test_random_below(&random, COUNT),
                .x = data[i].x,
                .y = data[i].y};
        }
        for (size_t i = 0; i < limits_count; i++)
            limits[i] = (struct aj_limit){.name = "deadline 100 \u00b5s",
                                          .value = test_random_below(&random, 60),
                                          .horizontal = test_random_below(&random, 2) == 0};
        const struct aj_plot plot = {
            .title = "",
            .width = 640,
            .height = 420,
            .x = {.label = "x", .scale = (uint8_t)test_random_below(&random, 2)},
            .y = {.label = "y", .scale = (uint8_t)test_random_below(&random, 2)},
            .series = series,
            .series_count = series_count,
            .limits = limits,
            .limits_count = limits_count};
        struct aj_buf svg = {NULL, 0, 0};
        aj_plot_write(&plot, arena, &svg);
        no_text_hides_another(&svg, 640, 420);
        aj_buf_free(&svg);
    }
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_there),
        cmocka_unit_test(no_text_hides_another_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
