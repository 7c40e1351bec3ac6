/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/plot.h"

#include "base/plot.h"

static const uint8_t hues[] = {AJ_HUE_GREY, AJ_HUE_OCHRE, AJ_HUE_GREEN,  AJ_HUE_PURPLE,
                               AJ_HUE_BLUE, AJ_HUE_RED,   AJ_HUE_ORANGE, AJ_HUE_TEAL};

void plot_write(const char *path, const char *title, const double *x, size_t points,
                const struct plot_curve *curves, size_t count)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_series *series = AJ_NEW_ARRAY(arena, struct aj_series, count);
    for (size_t c = 0; c < count; c++)
        series[c] = (struct aj_series){
            .name = curves[c].name,
            .end = points > 0 ? aj_strf(arena, "%.1f %%", curves[c].middle[points - 1]) : NULL,
            .hue = hues[c % AJ_COUNT(hues)],
            .count = points,
            .x = x,
            .y = curves[c].middle,
            .low = curves[c].low,
            .high = curves[c].high};
    const struct aj_plot plot = {
        .title = title,
        .width = 760.0,
        .height = 440.0,
        .x = {.label = aj_strf(arena, "%s: runs", title), .scale = AJ_SCALE_LOG},
        .y = {.label = "above the best, percent: median and quartiles"},
        .series = series,
        .series_count = count};
    struct aj_buf svg = {NULL, 0, 0};
    aj_plot_write(&plot, arena, &svg);
    FILE *file = fopen(path, "w");
    if (file == NULL || fwrite(svg.data, 1, svg.len, file) != svg.len || fclose(file) != 0) {
        perror(path);
        exit(7);
    }
    aj_buf_free(&svg);
    aj_arena_close(arena);
}
