/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long the solver takes until every level is proved. See README.md. Times are of the processor,
 * one thread; every solve has a process of its own.
 */
#include <stdio.h>

#include "base/fs.h"
#include "base/plot.h"
#include "base/units.h"
#include "benchmarks/measure.h"
#include "benchmarks/slope.h"

static const char usage[] =
    "usage: scaling [--seeds N] [--time-limit S] [--shape NAME | --ladders FILE.svg | "
    "--project DIR]\n";

struct arguments {
    uint32_t seeds;
    uint64_t limit_s;
    const char *shape, *ladders, *project;
};

enum { SEEDS_MAX = 1000 };
struct figures {
    double seconds[SEEDS_MAX], median;
    double explained[SEEDS_MAX]; /* of those without a plan */
    uint32_t count, proved, refuted, wrong;
    long peak_kib;
};

static void add(struct figures *figures, const struct bench_measured *measured)
{
    figures->seconds[figures->count++] = measured->seconds;
    figures->proved += measured->proved;
    if (measured->infeasible)
        figures->explained[figures->refuted++] = measured->explained;
    figures->wrong += measured->wrong;
    if (measured->peak_kib > figures->peak_kib)
        figures->peak_kib = measured->peak_kib;
}

static bool run_shape(const struct arguments *args, const struct bench_shape *shape,
                      struct figures *figures)
{
    *figures = (struct figures){.count = 0};
    while (figures->count < args->seeds) {
        struct bench_measured measured;
        if (!bench_measure(shape, figures->count + 1, args->limit_s, &measured))
            return false;
        add(figures, &measured);
    }
    figures->median = bench_median(figures->seconds, figures->count);
    return true;
}

static void print_figures(const char *name, struct figures *figures)
{
    printf("%-22s %6u %8u %10u %10.4f %10.4f %6u %9.1f", name, figures->count, figures->proved,
           figures->refuted, figures->median, figures->seconds[figures->count - 1], figures->wrong,
           (double)figures->peak_kib / 1024.0);
    if (figures->refuted > 0) {
        const double median = bench_median(figures->explained, figures->refuted);
        printf("  with reasons %.3f, %.3f", median, figures->explained[figures->refuted - 1]);
    }
    printf("\n");
    (void)fflush(stdout);
}

static void print_head(void)
{
    printf("%-22s %6s %8s %10s %10s %10s %6s %9s\n", "family", "seeds", "proved", "infeasible",
           "median s", "worst s", "wrong", "peak MiB");
}

static bool run_families(const struct arguments *args)
{
    size_t count;
    const struct bench_shape *families = bench_families(&count);
    struct figures figures;
    print_head();
    for (size_t i = 0; i < count; i++) {
        if (args->shape != NULL && strcmp(args->shape, families[i].name) != 0)
            continue;
        if (!run_shape(args, &families[i], &figures))
            return false;
        print_figures(families[i].name, &figures);
    }
    return true;
}

/* Ladders */

struct curve {
    double size[AJ_COUNT(((struct bench_ladder *)0)->sizes)];
    double median[AJ_COUNT(((struct bench_ladder *)0)->sizes)];
};

static bool climb(const struct arguments *args, const struct bench_ladder *ladder,
                  struct curve *curve)
{
    struct figures figures;
    char name[40];
    for (size_t i = 0; i < AJ_COUNT(ladder->sizes); i++) {
        if (!run_shape(args, &ladder->shapes[i], &figures))
            return false;
        (void)snprintf(name, sizeof name, "%u %s", ladder->sizes[i], ladder->what);
        print_figures(name, &figures);
        curve->size[i] = ladder->sizes[i];
        curve->median[i] = figures.median;
    }
    return true;
}

static bool run_ladders(const struct arguments *args)
{
    static const uint8_t hues[] = {AJ_HUE_BLUE, AJ_HUE_ORANGE, AJ_HUE_GREEN, AJ_HUE_TEAL};
    size_t count;
    struct aj_arena *arena = aj_arena_open();
    const struct bench_ladder *ladders = bench_ladders(&count);
    struct curve *curves = AJ_NEW_ARRAY(arena, struct curve, count);
    struct aj_series *series = AJ_NEW_ARRAY(arena, struct aj_series, count);
    struct aj_plot plot = {
        .title = "time to the proof of every level over size",
        .width = 760.0,
        .height = 440.0,
        .x = {.label = "size", .scale = AJ_SCALE_LOG},
        .y = {.label = "seconds of the processor, median", .scale = AJ_SCALE_LOG},
        .series = series};
    bool good = true;
    print_head();
    for (; good && plot.series_count < count; plot.series_count++) {
        const struct bench_ladder *ladder = &ladders[plot.series_count];
        struct curve *curve = &curves[plot.series_count];
        const size_t points = AJ_COUNT(curve->size);
        good = climb(args, ladder, curve);
        const double steep = bench_slope(curve->size, curve->median, points);
        printf("slope of %s: %.2f\n", ladder->what, steep);
        series[plot.series_count] =
            (struct aj_series){.name = aj_strf(arena, "%s (slope %.2f)", ladder->what, steep),
                               .hue = hues[plot.series_count % AJ_COUNT(hues)],
                               .count = points,
                               .x = curve->size,
                               .y = curve->median};
    }
    struct aj_buf svg = {NULL, 0, 0};
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    aj_plot_write(&plot, arena, &svg);
    if (good && aj_file_write(&cx, args->ladders, svg.data, svg.len) != AJ_OK) {
        aj_diag_print(&cx, stderr, AJ_DIAG_PLAIN);
        good = false;
    }
    aj_ctx_close(&cx);
    aj_buf_free(&svg);
    aj_arena_close(arena);
    return good;
}

static bool run_project(const struct arguments *args)
{
    struct figures figures = {.count = 0};
    while (figures.count < args->seeds) {
        struct bench_measured measured;
        if (!bench_measure_project(args->project, args->limit_s, &measured))
            return false;
        add(&figures, &measured);
    }
    figures.median = bench_median(figures.seconds, figures.count);
    print_head();
    print_figures(args->project, &figures);
    return true;
}

static bool read_arguments(int argc, char **argv, struct arguments *args)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        uint64_t number = 0;
        const bool is_number = aj_parse_u64(argv[i + 1], &number).why == AJ_UNITS_OK;
        if (strcmp(argv[i], "--shape") == 0 && bench_family(argv[i + 1]) != NULL)
            args->shape = argv[i + 1];
        else if (strcmp(argv[i], "--ladders") == 0)
            args->ladders = argv[i + 1];
        else if (strcmp(argv[i], "--project") == 0)
            args->project = argv[i + 1];
        else if (strcmp(argv[i], "--seeds") == 0 && is_number && number > 0 && number <= SEEDS_MAX)
            args->seeds = (uint32_t)number;
        else if (strcmp(argv[i], "--time-limit") == 0 && is_number && number < 100000)
            args->limit_s = number;
        else
            return false;
    }
    return argc % 2 == 1;
}

int main(int argc, char **argv)
{
    struct arguments args = {.seeds = 20, .limit_s = 60};
    if (!read_arguments(argc, argv, &args)) {
        fputs(usage, stderr);
        return 2;
    }
    if (args.ladders != NULL)
        return run_ladders(&args) ? 0 : 1;
    if (args.project != NULL)
        return run_project(&args) ? 0 : 1;
    return run_families(&args) ? 0 : 1;
}
