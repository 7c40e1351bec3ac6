/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "base/plot.h"
#include "benchmarks/regret.h"

#define WIDTH  430.0 /* of a panel, pixels */
#define HEIGHT 330.0
#define GAP    26.0 /* between panels */
#define BESIDE 1.06 /* from one method's whisker to the next one's, as a factor of runs */

static const uint8_t hues[REGRET_METHODS_MAX] = {AJ_HUE_GREY,   AJ_HUE_OCHRE, AJ_HUE_GREEN,
                                                 AJ_HUE_PURPLE, AJ_HUE_BLUE,  AJ_HUE_RED,
                                                 AJ_HUE_ORANGE, AJ_HUE_TEAL};

/* A method: its whiskers from quartile to quartile, the dots of its medians, and their line. */
enum { PARTS = 3 };
static void add_method(const struct regret_case *it, size_t method, struct aj_arena *arena,
                       struct aj_series series[PARTS])
{
    const struct regret_result *result = &it->results[method];
    const double aside = (double)method - 0.5 * ((double)it->results_count - 1.0);
    double *x = AJ_NEW_ARRAY(arena, double, REGRET_LOOKS);
    double *y = AJ_NEW_ARRAY(arena, double, REGRET_LOOKS);
    double *ends_x = AJ_NEW_ARRAY(arena, double, 3 * REGRET_LOOKS);
    double *ends_y = AJ_NEW_ARRAY(arena, double, 3 * REGRET_LOOKS);
    size_t points = 0;
    for (; points < REGRET_LOOKS && regret_looks[points] <= it->runs; points++) {
        const double *values = result->regret[points];
        const double quartiles[] = {values[it->seeds / 4], values[3 * it->seeds / 4], (double)NAN};
        x[points] = regret_looks[points] * pow(BESIDE, aside);
        y[points] = values[it->seeds / 2];
        for (size_t k = 0; k < AJ_COUNT(quartiles); k++) {
            ends_x[3 * points + k] = x[points];
            ends_y[3 * points + k] = quartiles[k];
        }
    }
    const uint8_t hue = hues[method % AJ_COUNT(hues)];
    series[0] = (struct aj_series){.name = result->name,
                                   .look = AJ_LOOK_LINE,
                                   .hue = hue,
                                   .width = result->ours ? 3.0 : 1.5,
                                   .count = 3 * points,
                                   .x = ends_x,
                                   .y = ends_y};
    series[1] =
        (struct aj_series){.look = AJ_LOOK_DOTS, .hue = hue, .count = points, .x = x, .y = y};
    series[2] = (struct aj_series){.look = AJ_LOOK_LINE,
                                   .hue = hue,
                                   .width = result->ours ? 2.0 : 0.75,
                                   .count = points,
                                   .x = x,
                                   .y = y};
}

static double greatest(const struct regret_case *it)
{
    double most = 1.0;
    for (size_t m = 0; m < it->results_count; m++)
        for (size_t i = 0; i < REGRET_LOOKS && regret_looks[i] <= it->runs; i++)
            most = fmax(most, it->results[m].regret[i][3 * it->seeds / 4]);
    return most;
}

static void add_panel(const struct regret_case *it, struct aj_arena *arena, struct aj_buf *svg)
{
    struct aj_series *series = AJ_NEW_ARRAY(arena, struct aj_series, PARTS * it->results_count);
    for (size_t m = 0; m < it->results_count; m++)
        add_method(it, m, arena, &series[PARTS * m]);
    const char *title = aj_strf(arena, "%u CPUs, family %s: runs", (unsigned)it->cpus, it->family);
    const struct aj_plot plot = {
        .title = title,
        .width = WIDTH,
        .height = HEIGHT,
        .x = {.label = title, .scale = AJ_SCALE_LOG, .low = 8.0, .high = 100.0},
        .y = {.label = "percent above the best: median, quartiles",
              .low = 0.0,
              .high = 1.05 * greatest(it)},
        .series = series,
        .series_count = PARTS * it->results_count};
    aj_plot_write(&plot, arena, svg);
}

void regret_plot(const char *path, const struct regret_case *cases, size_t count, size_t columns)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_buf svg = {NULL, 0, 0};
    const double across = WIDTH + GAP, down = HEIGHT + GAP;
    const double width = across * (double)columns - GAP;
    const double height = down * (double)((count + columns - 1) / columns) - GAP;
    aj_buf_addf(&svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" width=\"%g\" "
                "height=\"%g\">\n",
                width, height, width, height);
    for (size_t i = 0; i < count; i++) {
        aj_buf_addf(&svg, "<g transform=\"translate(%g %g)\">\n", across * (double)(i % columns),
                    down * (double)(i / columns));
        add_panel(&cases[i], arena, &svg);
        aj_buf_adds(&svg, "</g>\n");
    }
    aj_buf_adds(&svg, "</svg>\n");
    FILE *file = fopen(path, "w");
    if (file == NULL || fwrite(svg.data, 1, svg.len, file) != svg.len || fclose(file) != 0) {
        perror(path);
        exit(7);
    }
    aj_buf_free(&svg);
    aj_arena_close(arena);
}
