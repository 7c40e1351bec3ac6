/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>

#include "base/plot.h"
#include "explore/report_priv.h"
#include "explore/results.h"

#define WIDTH 860.0

enum {
    NAMED_CURVES = 8, /* more of them are not told apart by their ends anyway */
    FOREST_ROWS = 14, /* the table has the rest */
};

typedef AJ_VEC(struct aj_series) series_list;
typedef AJ_VEC(struct aj_limit) limit_list;

struct points {
    AJ_VEC(double) x, y;
};

static void add_point(struct aj_arena *arena, struct points *points, double x, double y)
{
    AJ_PUSH(arena, &points->x, x);
    AJ_PUSH(arena, &points->y, y);
}

static void add_series(struct aj_arena *arena, series_list *list, struct aj_series series,
                       const struct points *points)
{
    series.x = points->x.items;
    series.y = points->y.items;
    series.count = points->x.count;
    AJ_PUSH(arena, list, series);
}

/* Exceedance */

/*
 * Share of the wake-ups that took at least so long, at the borders of bins. The last point is the
 * longest of all; what lies between the histogram's end and it is not known.
 */
static void add_curve(struct page *page, const struct report_side *side,
                      const struct report_cpu *cpu, struct aj_series look, series_list *list)
{
    const double bin_us = (double)side->all.bin_ns / AJ_NS_PER_US;
    const double n = (double)cpu->all.cycles, longest = (double)cpu->all.max_ns / AJ_NS_PER_US;
    struct points seen = {{NULL, 0, 0}, {NULL, 0, 0}}, beyond = seen;
    uint64_t left = cpu->all.cycles;
    for (size_t i = 0; i < cpu->all.histogram.bins_count; i++) {
        const struct model_bin *bin = &cpu->all.histogram.bins[i];
        add_point(page->scratch, &seen, bin->at * bin_us, (double)left / n);
        left -= bin->count;
        if (left > 0)
            add_point(page->scratch, &seen, (bin->at + 1.0) * bin_us, (double)left / n);
    }
    if (cpu->all.overflow == 0) {
        add_point(page->scratch, &seen, longest, 1.0 / n);
    } else {
        const double end = side->all.bins * bin_us;
        add_point(page->scratch, &seen, end, (double)left / n);
        add_point(page->scratch, &beyond, end, (double)left / n);
        add_point(page->scratch, &beyond, fmax(end, longest), 1.0 / n);
    }
    struct aj_series far = look;
    far.look = AJ_LOOK_DASHED;
    far.name = NULL;
    if (beyond.x.count > 0)
        look.end = NULL;
    add_series(page->scratch, list, look, &seen);
    if (beyond.x.count > 0)
        add_series(page->scratch, list, far, &beyond);
}

static void add_side(struct page *page, const struct report_side *side, const char *name,
                     enum aj_hue hue, series_list *list)
{
    const bool few = side->cpus_count <= NAMED_CURVES;
    for (size_t i = 0; i < side->cpus_count; i++) {
        struct aj_series look = {.hue = (uint8_t)hue, .width = few ? 1.75 : 1.0};
        if (side->cpus[i].all.cycles == 0)
            continue;
        look.name = name;
        name = NULL;
        if (few)
            look.end = aj_strf(page->scratch, "CPU %" PRIu32, side->cpus[i].all.cpu);
        add_curve(page, side, &side->cpus[i], look, list);
    }
}

static void add_deadlines(struct page *page, const struct report_side *side, limit_list *limits)
{
    for (size_t i = 0; i < side->cpus_count; i++) {
        const struct explore_report_cpu *what = side->cpus[i].what;
        const double us = (double)what->deadline_ns / AJ_NS_PER_US;
        size_t known = 0;
        while (known < limits->count && fabs(limits->items[known].value - us) > 0.0)
            known++;
        if (known < limits->count)
            continue;
        const struct aj_limit limit = {.name = aj_strf(page->scratch, "deadline %s \u00b5s (%s)",
                                                       report_us(page->scratch, us), what->cell),
                                       .value = us,
                                       .hue = AJ_HUE_RED};
        AJ_PUSH(page->scratch, limits, limit);
    }
}

/* The decade below that of the rarest share leaves room for names. */
static double rarest(const struct report_side *side)
{
    double most = 10.0;
    for (size_t i = 0; i < side->cpus_count; i++)
        most = fmax(most, (double)side->cpus[i].all.cycles);
    return pow(10.0, -1.0 - ceil(log10(most) - 1e-9));
}

void report_exceedance(struct page *page)
{
    series_list list = {NULL, 0, 0};
    limit_list limits = {NULL, 0, 0};
    add_side(page, &page->baseline, "baseline", AJ_HUE_ORANGE, &list);
    add_side(page, &page->other, page->other_name, AJ_HUE_BLUE, &list);
    add_deadlines(page, &page->baseline, &limits);
    add_deadlines(page, &page->other, &limits);
    if (list.count == 0)
        return;
    const struct aj_plot plot = {
        .title = "Share of wake-ups that took at least a time, for each measured CPU before and "
                 "after; the table below has the numbers",
        .width = WIDTH,
        .height = 420.0,
        .x = {.label = "latency in \u00b5s", .scale = AJ_SCALE_LOG},
        .y = {.label = "share of wake-ups this long or longer",
              .scale = AJ_SCALE_LOG,
              .low = fmin(rarest(&page->baseline), rarest(&page->other)),
              .high = 1.0},
        .series = list.items,
        .series_count = list.count,
        .limits = limits.items,
        .limits_count = limits.count};
    aj_page_markup(&page->html, "<figure>\n");
    aj_plot_write(&plot, page->scratch, page->html.to);
    aj_page_markup(&page->html, "<figcaption>");
    aj_page_text(&page->html,
                 "How often latencies of at least a given length were seen. A curve further "
                 "left and lower is better; where it crosses the deadline, deadlines were "
                 "missed. Each curve ends at the longest latency that was seen, which one "
                 "wake-up had. Dashed: beyond the histogram, only the longest is known.");
    aj_page_markup(&page->html, "</figcaption></figure>\n");
}

/* Convergence */

/* Runs of the baseline have its colour in whatever phase they were made. */
static const struct {
    const char *name, *of_baseline;
    uint8_t look, hue;
} phases[] = {
    [EXPLORE_PHASE_BASELINE] = {NULL, "baseline", AJ_LOOK_SQUARES, AJ_HUE_ORANGE},
    [EXPLORE_PHASE_SEARCH] = {"search", NULL, AJ_LOOK_DOTS, AJ_HUE_BLUE},
    [EXPLORE_PHASE_SENTINEL] = {"sentinel", "sentinel: baseline", AJ_LOOK_DIAMONDS, AJ_HUE_OCHRE},
    [EXPLORE_PHASE_RACE] = {"race of finalists", "race: baseline", AJ_LOOK_RINGS, AJ_HUE_PURPLE},
    [EXPLORE_PHASE_CONFIRM] = {"confirmation", "confirmation: baseline", AJ_LOOK_RINGS,
                               AJ_HUE_GREEN},
};

static struct aj_axis score_axis(struct page *page)
{
    struct aj_axis axis = {.label = "worst CPU, percent of its deadline"};
    double low = (double)INFINITY, high = 0.0;
    AJ_VEC(double) scores = {NULL, 0, 0};
    for (size_t i = 0; i < page->report->runs_count; i++) {
        const double score = page->report->runs[i].score;
        if (!isfinite(score) || score <= 0.0)
            continue;
        low = fmin(low, score);
        high = fmax(high, score);
        AJ_PUSH(page->scratch, &scores, score);
    }
    if (high > 8.0 * low)
        axis.scale = AJ_SCALE_LOG;
    else
        AJ_PUSH(page->scratch, &scores, 0.9 * fmin(low, 1e9));
    aj_axis_cover(&axis, scores.items, scores.count);
    return axis;
}

static bool is_baseline(const struct page *page, const struct explore_report_run *run)
{
    return run->stored->decision != NULL &&
           strcmp(run->stored->decision, page->report->baseline.decision) == 0;
}

/* Runs of one phase; voids and those that ended early have marks of their own. */
static void add_phase(struct page *page, size_t phase, series_list *list)
{
    struct points points[2] = {{{NULL, 0, 0}, {NULL, 0, 0}}};
    for (size_t i = 0; i < page->report->runs_count; i++) {
        const struct explore_report_run *run = &page->report->runs[i];
        if (run->stored->phase == phase && isfinite(run->score) && !run->censored)
            add_point(page->scratch, &points[is_baseline(page, run)], (double)run->stored->id,
                      run->score);
    }
    const char *const names[2] = {phases[phase].name, phases[phase].of_baseline};
    for (size_t i = 0; i < AJ_COUNT(names); i++) {
        const struct aj_series series = {.name = names[i] != NULL ? names[i] : names[1 - i],
                                         .look = phases[phase].look,
                                         .hue = i == 1 ? AJ_HUE_ORANGE : phases[phase].hue};
        if (points[i].x.count > 0)
            add_series(page->scratch, list, series, &points[i]);
    }
}

static void add_rest(struct page *page, double bottom, series_list *list)
{
    const struct aj_series names[] = {
        {.name = "ended early: at least this", .look = AJ_LOOK_ARROWS, .hue = AJ_HUE_RED},
        {.name = "void: no score", .look = AJ_LOOK_CROSSES, .hue = AJ_HUE_RED},
        {.name = "best so far, estimated", .hue = AJ_HUE_TEAL, .width = 1.5},
    };
    struct points points[AJ_COUNT(names)] = {{{NULL, 0, 0}, {NULL, 0, 0}}};
    double best = (double)NAN;
    for (size_t i = 0; i < page->report->runs_count; i++) {
        const struct explore_report_run *run = &page->report->runs[i];
        const double id = (double)run->stored->id;
        if (isfinite(run->score) && run->censored)
            add_point(page->scratch, &points[0], id, run->score);
        if (run->stored->state == EXPLORE_RUN_VOID)
            add_point(page->scratch, &points[1], id, bottom);
        if (isfinite(run->best)) {
            if (isfinite(best))
                add_point(page->scratch, &points[2], id, best);
            best = run->best;
            add_point(page->scratch, &points[2], id, best);
        }
    }
    for (size_t i = 0; i < AJ_COUNT(names); i++)
        if (points[i].x.count > 0)
            add_series(page->scratch, list, names[i], &points[i]);
}

static void add_drifts(struct page *page, limit_list *limits)
{
    for (size_t i = 1; i < page->report->runs_count; i++) {
        const struct explore_report_run *run = &page->report->runs[i];
        if (!run->drifted)
            continue;
        const struct aj_limit limit = {
            .name = "drift", .value = (double)run->stored->id - 0.5, .hue = AJ_HUE_GREY};
        AJ_PUSH(page->scratch, limits, limit);
    }
}

void report_convergence(struct page *page)
{
    series_list list = {NULL, 0, 0};
    limit_list limits = {NULL, 0, 0};
    const size_t count = page->report->runs_count;
    if (count == 0)
        return;
    struct aj_axis y = score_axis(page);
    add_drifts(page, &limits);
    if (y.high >= 80.0) {
        const struct aj_limit limit = {
            .name = "deadline", .value = 100.0, .hue = AJ_HUE_RED, .horizontal = true};
        y.high = fmax(y.high, 105.0);
        y.low = fmin(y.low, 95.0);
        AJ_PUSH(page->scratch, &limits, limit);
    }
    add_rest(page, y.low, &list);
    for (size_t phase = 0; phase < AJ_COUNT(phases); phase++)
        add_phase(page, phase, &list);
    const struct aj_plot plot = {
        .title = "Score of each run in the order of time; the table of runs has the numbers",
        .width = WIDTH,
        .height = 340.0,
        .x = {.label = "run",
              .low = 0.0,
              .high = (double)page->report->runs[count - 1].stored->id + 1.0},
        .y = y,
        .series = list.items,
        .series_count = list.count,
        .limits = limits.items,
        .limits_count = limits.count};
    aj_page_markup(&page->html, "<figure>\n");
    aj_plot_write(&plot, page->scratch, page->html.to);
    aj_page_markup(&page->html, "<figcaption>");
    aj_page_text(&page->html,
                 "The score of a run is the latency of its worst CPU, as the median of its "
                 "blocks' maxima, in percent of that CPU's deadline. It scatters: a single "
                 "low point proves nothing, which is why the finalists were measured again.");
    aj_page_markup(&page->html, "</figcaption></figure>\n");
}

/* Forest */

struct forest {
    struct aj_draw *draw;
    struct aj_axis axis;
    double left, right, row;
};

static void forest_text(const struct forest *f, double x, double y, enum aj_anchor anchor,
                        const char *text)
{
    const struct aj_label label = {.x = x, .y = y, .size = 12.0, .anchor = (uint8_t)anchor};
    aj_draw_text(f->draw, &label, text);
}

static void forest_row(struct page *page, const struct forest *f, double y,
                       const struct explore_effect *effect)
{
    const double reach = 1.96 * effect->sd_us;
    const double low = effect->mean_us - reach, high = effect->mean_us + reach;
    const uint8_t hue = low > 0.0 ? AJ_HUE_ORANGE : high < 0.0 ? AJ_HUE_BLUE : AJ_HUE_GREY;
    const struct aj_pen pen = {.hue = hue, .width = 2.5, .opacity = 1.0};
    aj_draw_move(f->draw, aj_axis_place(&f->axis, low, f->left, f->right), y);
    aj_draw_line(f->draw, aj_axis_place(&f->axis, high, f->left, f->right), y);
    aj_draw_stroke(f->draw, &pen);
    aj_draw_circle(f->draw, aj_axis_place(&f->axis, effect->mean_us, f->left, f->right), y, 4.5);
    aj_draw_fill(f->draw, (enum aj_hue)hue, 1.0);
    forest_text(f, f->left - 12.0, y + 4.0, AJ_ANCHOR_END,
                aj_draw_text_fit(effect->text, 12.0, f->left - 16.0, page->scratch));
    forest_text(f, WIDTH - 2.0, y + 4.0, AJ_ANCHOR_END,
                aj_strf(page->scratch, "%s%s \u00b5s", effect->mean_us > 0.0 ? "+" : "",
                        report_us(page->scratch, effect->mean_us)));
}

static void forest_axis(const struct forest *f, double top, double bottom)
{
    static const struct aj_pen grid = {.hue = AJ_HUE_GREY, .width = 1.0, .opacity = 0.22};
    static const struct aj_pen zero = {.hue = AJ_HUE_GREY, .width = 1.5, .opacity = 1.0};
    struct aj_tick ticks[AJ_TICKS_MAX];
    const size_t count = aj_axis_ticks(&f->axis, 6, ticks);
    for (size_t i = 0; i < count; i++) {
        const double x = aj_axis_place(&f->axis, ticks[i].value, f->left, f->right);
        aj_draw_move(f->draw, x, top);
        aj_draw_line(f->draw, x, bottom);
        forest_text(f, x, bottom + 16.0, AJ_ANCHOR_MIDDLE, ticks[i].text);
    }
    aj_draw_stroke(f->draw, &grid);
    const double none = aj_axis_place(&f->axis, 0.0, f->left, f->right);
    aj_draw_move(f->draw, none, top);
    aj_draw_line(f->draw, none, bottom);
    aj_draw_stroke(f->draw, &zero);
    forest_text(f, 0.5 * (f->left + f->right), bottom + 36.0, AJ_ANCHOR_MIDDLE,
                "shorter \u2190 change of the latency in \u00b5s \u2192 longer");
}

void report_forest(struct page *page)
{
    struct forest f = {.left = 330.0, .right = WIDTH - 84.0, .row = 24.0};
    AJ_VEC(const struct explore_effect *) rows = {NULL, 0, 0};
    AJ_VEC(double) values = {NULL, 0, 0};
    AJ_PUSH(page->scratch, &values, 0.0);
    for (size_t i = 0; i < page->report->effects_count && rows.count < FOREST_ROWS; i++) {
        const struct explore_effect *effect = &page->report->effects[i];
        if (!isfinite(effect->mean_us) || !isfinite(effect->sd_us))
            continue;
        AJ_PUSH(page->scratch, &rows, effect);
        AJ_PUSH(page->scratch, &values, effect->mean_us - 1.96 * effect->sd_us);
        AJ_PUSH(page->scratch, &values, effect->mean_us + 1.96 * effect->sd_us);
    }
    if (rows.count == 0)
        return;
    aj_axis_cover(&f.axis, values.items, values.count);
    const double top = 6.0, bottom = top + f.row * (double)rows.count;
    f.draw = aj_draw_open(page->scratch, WIDTH, bottom + 44.0);
    forest_axis(&f, top, bottom);
    for (size_t i = 0; i < rows.count; i++)
        forest_row(page, &f, top + f.row * ((double)i + 0.5), rows.items[i]);
    aj_page_markup(&page->html, "<figure>\n");
    aj_draw_finish(f.draw,
                   "What choices cost or save, with intervals; the table below has the "
                   "numbers",
                   page->html.to);
    aj_page_markup(&page->html, "<figcaption>");
    aj_page_text(&page->html,
                 "What a choice does to the latency against the usual choice, as the model "
                 "sees it after all runs: the dot is the estimate, the line holds the true "
                 "value with 95 % probability if the model is right. Grey: may be nothing.");
    aj_page_markup(&page->html, "</figcaption></figure>\n");
}
