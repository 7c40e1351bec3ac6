/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/verdict.h"

#include <math.h>

#include "base/fs.h"
#include "base/plot.h"
#include "benchmarks/measure.h"

static const char *const names[BENCH_COLUMNS] = {
    [BENCH_COLUMN_OURS] = "autojail",
    [BENCH_COLUMN_REASONS] = "autojail, with reasons",
    [BENCH_COLUMN_GLPK] = "GLPK",
    [BENCH_COLUMN_CBC] = "CBC",
    [BENCH_COLUMN_CPSAT_GOALS] = "CP-SAT, goals only",
    [BENCH_COLUMN_CPSAT] = "CP-SAT, all levels",
};

/* Times of one solver in one family. */
struct summary {
    size_t run, solved;
    double median, worst; /* INFINITY: not solved */
};

/* Of the problems that `like` was asked for, too. */
static struct summary sum_up(const struct bench_run *runs, size_t count, enum bench_column column,
                             enum bench_column like)
{
    struct summary s = {.run = 0};
    struct aj_arena *arena = aj_arena_open();
    double *seconds = AJ_NEW_ARRAY(arena, double, count);
    for (size_t i = 0; i < count; i++) {
        if (runs[i].state[column] == BENCH_NOT_RUN || runs[i].state[like] == BENCH_NOT_RUN)
            continue;
        const bool solved = runs[i].state[column] == BENCH_SOLVED;
        s.solved += solved;
        seconds[s.run++] = solved ? runs[i].seconds[column] : (double)INFINITY;
    }
    s.median = bench_median(seconds, s.run);
    s.worst = s.run > 0 ? seconds[s.run - 1] : (double)INFINITY;
    aj_arena_close(arena);
    return s;
}

static const char *in_seconds(char text[16], double seconds)
{
    if (isinf(seconds))
        return "-";
    (void)snprintf(text, 16, seconds < 0.1 ? "%.4f" : "%.2f", seconds);
    return text;
}

static const char *in_times(char text[16], double ratio)
{
    if (!isfinite(ratio))
        return "-";
    (void)snprintf(text, 16, ratio < 10.0 ? "%.1f" : "%.0f", ratio);
    return text;
}

static void print_ours(const struct bench_run *runs, size_t count, FILE *to)
{
    const struct summary ours = sum_up(runs, count, BENCH_COLUMN_OURS, BENCH_COLUMN_OURS);
    const struct summary reasons = sum_up(runs, count, BENCH_COLUMN_REASONS, BENCH_COLUMN_OURS);
    char median[16], worst[16];
    (void)fprintf(to, " %s", in_seconds(median, ours.median));
    if (ours.solved == ours.run)
        (void)fprintf(to, " / %s", in_seconds(worst, ours.worst));
    if (reasons.run > 0)
        (void)fprintf(to, ", with reasons %s / %s", in_seconds(median, reasons.median),
                      in_seconds(worst, reasons.worst));
    if (ours.solved < ours.run)
        (void)fprintf(to, " (%zu of %zu)", ours.solved, ours.run);
    (void)fprintf(to, " |");
}

/* Another solver, and ours on the same problems. */
struct match {
    struct summary other, ours;
};

static struct match match(const struct bench_run *runs, size_t count, enum bench_column column)
{
    return (struct match){sum_up(runs, count, column, column),
                          sum_up(runs, count, BENCH_COLUMN_OURS, column)};
}

static void print_other(struct match m, FILE *to)
{
    char median[16], ratio[16];
    const bool known = !isinf(m.other.median), all = m.other.solved == m.other.run;
    if (m.other.run > 0) {
        (void)fprintf(to, " %s (", in_seconds(median, m.other.median));
        if (known)
            (void)fprintf(to, "%s%s", in_times(ratio, m.other.median / m.ours.median),
                          all ? "" : "; ");
        if (!all)
            (void)fprintf(to, "%zu of %zu", m.other.solved, m.other.run);
        (void)fprintf(to, ")");
    }
    (void)fprintf(to, " |");
}

static size_t family_end(const struct bench_run *runs, size_t count, size_t first)
{
    size_t end = first + 1;
    while (end < count && strcmp(runs[end].family, runs[first].family) == 0)
        end++;
    return end;
}

void bench_print_table(const struct bench_run *runs, size_t count, FILE *to)
{
    (void)fprintf(to, "| family | %s |", names[BENCH_COLUMN_OURS]);
    for (size_t c = BENCH_COLUMN_GLPK; c < BENCH_COLUMNS; c++)
        (void)fprintf(to, " %s |", names[c]);
    (void)fprintf(to, "\n|---|---:|---:|---:|---:|---:|\n");
    for (size_t first = 0, end; first < count; first = end) {
        end = family_end(runs, count, first);
        (void)fprintf(to, "| %s |", runs[first].family);
        print_ours(&runs[first], end - first, to);
        for (enum bench_column c = BENCH_COLUMN_GLPK; c <= BENCH_COLUMN_CPSAT; c++)
            print_other(match(&runs[first], end - first, c), to);
        (void)fprintf(to, "\n");
    }
}

void bench_print_slower(const struct bench_run *runs, size_t count, FILE *to)
{
    bool any = false;
    for (size_t first = 0, end; first < count; first = end) {
        end = family_end(runs, count, first);
        for (enum bench_column c = BENCH_COLUMN_GLPK; c <= BENCH_COLUMN_CPSAT; c++) {
            const struct match m = match(&runs[first], end - first, c);
            if (m.other.run == 0 || m.other.median >= m.ours.median)
                continue;
            (void)fprintf(to, "%s: our median is above that of %s\n", runs[first].family, names[c]);
            any = true;
        }
    }
    if (!any)
        (void)fprintf(to, "our median is nowhere above that of another\n");
}

/* A line on which a solver takes `times` as long as ours, as far as the diagram goes. */
static struct aj_series ray(struct aj_arena *arena, const struct aj_plot *plot, double times)
{
    double *x = AJ_NEW_ARRAY(arena, double, 2), *y = AJ_NEW_ARRAY(arena, double, 2);
    x[0] = plot->x.low;
    x[1] = fmin(plot->x.high, plot->y.high / times);
    for (size_t i = 0; i < 2; i++)
        y[i] = x[i] * times;
    return (struct aj_series){.end = aj_strf(arena, "%.0f times ours", times),
                              .look = AJ_LOOK_DASHED,
                              .hue = AJ_HUE_GREY,
                              .width = 0.6,
                              .count = 2,
                              .x = x,
                              .y = y};
}

static struct aj_series marks(struct aj_arena *arena, const struct bench_run *runs, size_t count,
                              enum bench_column column, double limit_s)
{
    static const uint8_t looks[] = {AJ_LOOK_LINE,     AJ_LOOK_LINE,  AJ_LOOK_SQUARES,
                                    AJ_LOOK_DIAMONDS, AJ_LOOK_RINGS, AJ_LOOK_DOTS};
    static const uint8_t hues[] = {AJ_HUE_GREY,  AJ_HUE_GREY, AJ_HUE_ORANGE,
                                   AJ_HUE_GREEN, AJ_HUE_TEAL, AJ_HUE_BLUE};
    double *x = AJ_NEW_ARRAY(arena, double, count), *y = AJ_NEW_ARRAY(arena, double, count);
    size_t points = 0;
    for (size_t i = 0; i < count; i++) {
        if (runs[i].state[column] == BENCH_NOT_RUN ||
            runs[i].state[BENCH_COLUMN_OURS] != BENCH_SOLVED)
            continue;
        x[points] = runs[i].seconds[BENCH_COLUMN_OURS];
        y[points++] = runs[i].state[column] == BENCH_SOLVED ? runs[i].seconds[column] : limit_s;
    }
    return (struct aj_series){.name = names[column],
                              .look = looks[column],
                              .hue = hues[column],
                              .count = points,
                              .x = x,
                              .y = y};
}

enum aj_status bench_plot_runs(struct aj_ctx *cx, const char *path, const struct bench_run *runs,
                               size_t count, double limit_s)
{
    static const double rays[] = {1.0, 10.0, 100.0, 1000.0};
    static const enum bench_column shown[] = {BENCH_COLUMN_GLPK, BENCH_COLUMN_CBC,
                                              BENCH_COLUMN_CPSAT};
    struct aj_arena *arena = aj_arena_open();
    struct aj_series series[AJ_COUNT(rays) + AJ_COUNT(shown)];
    const struct aj_limit limit = {aj_strf(arena, "limit, %.0f s", limit_s), limit_s, AJ_HUE_RED,
                                   true};
    struct aj_plot plot = {
        .title = "time to the proof: other solvers over ours",
        .width = 760.0,
        .height = 520.0,
        .x = {.label = "autojail, seconds of the processor", .scale = AJ_SCALE_LOG},
        .y = {.label = "the others, seconds", .scale = AJ_SCALE_LOG},
        .series = series,
        .limits = &limit,
        .limits_count = 1};
    double *ours = AJ_NEW_ARRAY(arena, double, count);
    for (size_t i = 0; i < count; i++)
        ours[i] = runs[i].seconds[BENCH_COLUMN_OURS];
    aj_axis_cover(&plot.x, ours, count);
    plot.y.low = plot.x.low;
    plot.y.high = 2.0 * limit_s;
    for (size_t i = 0; i < AJ_COUNT(rays); i++) {
        series[plot.series_count++] = ray(arena, &plot, rays[i]);
    }
    for (size_t i = 0; i < AJ_COUNT(shown); i++)
        series[plot.series_count++] = marks(arena, runs, count, shown[i], limit_s);
    struct aj_buf svg = {NULL, 0, 0};
    aj_plot_write(&plot, arena, &svg);
    const enum aj_status status = aj_file_write(cx, path, svg.data, svg.len);
    aj_buf_free(&svg);
    aj_arena_close(arena);
    return status;
}
