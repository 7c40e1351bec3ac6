/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/metrics.h"

#include <inttypes.h>
#include <math.h>

#include "explore/number.h"
#include "explore/stats.h"
#include "explore/tail.h"

#define MEDIAN 0.5

/* One thread of a measurement. */
struct thread {
    const struct model_measurement *m;
    struct model_latency all; /* blocks as one */
    size_t ix;
    int64_t deadline_ns;
    struct aj_arena *out;
};

static const struct model_latency *in_block(const struct thread *t, size_t block)
{
    return &t->m->blocks[block].threads[t->ix];
}

static struct explore_metric seen(const struct thread *t, enum explore_metric_id id, double value)
{
    return (struct explore_metric){
        .name = aj_name_of(explore_metric_names, id),
        .cpu = t->all.cpu,
        .value = value,
        .unit = explore_metric_unit(id),
        .count = t->all.cycles,
        .of = "wake-ups",
    };
}

/* The sample that a share of `of_1000` in 1000 of the wake-ups does not exceed. */
static double quantile_us(const struct thread *t, uint64_t of_1000)
{
    const uint64_t n = t->all.cycles;
    const uint64_t rank = n / 1000 * of_1000 + (n % 1000 * of_1000 + 999) / 1000;
    return (double)model_latency_at_rank(&t->all, t->m->bin_ns, rank > 0 ? rank : 1) / AJ_NS_PER_US;
}

/* Rounded outward to what a person wants to read. */
static const struct explore_bounds *bounds(const struct thread *t, double low, double high)
{
    const struct explore_bounds b = {floor(low * 1e4) / 1e4, ceil(high * 1e4) / 1e4};
    return aj_memdup(t->out, &b, sizeof b);
}

/* The median of the blocks' maxima, between the order statistics that enclose it. */
static struct explore_metric block_max(const struct thread *t)
{
    const size_t n = t->m->blocks_count;
    double *maxima = AJ_NEW_ARRAY(t->out, double, n);
    uint32_t low, high;
    for (size_t i = 0; i < n; i++)
        maxima[i] = (double)in_block(t, i)->max_ns / AJ_NS_PER_US;
    explore_stats_sort(maxima, n);
    struct explore_metric metric = seen(t, EXPLORE_BLOCK_MAX, explore_stats_median(maxima, n));
    metric.count = n;
    metric.of = "blocks";
    if (explore_stats_quantile_ranks((uint32_t)n, MEDIAN, EXPLORE_LEVEL, &low, &high))
        metric.bounds = bounds(t, maxima[low - 1], maxima[high - 1]);
    return metric;
}

static struct explore_metric exceeding_blocks(const struct thread *t)
{
    const size_t n = t->m->blocks_count;
    uint64_t hits = 0;
    for (size_t i = 0; i < n; i++)
        hits += model_latency_beyond(in_block(t, i), t->m->bin_ns, t->deadline_ns) > 0;
    const struct explore_interval i = explore_stats_proportion(hits, n, EXPLORE_LEVEL);
    struct explore_metric metric = seen(t, EXPLORE_EXCEEDING_BLOCKS, (double)hits / (double)n);
    metric.count = n;
    metric.of = "blocks";
    metric.bounds = bounds(t, i.low, i.high);
    return metric;
}

void explore_metrics_of(const struct model_measurement *measurement, int64_t deadline_ns,
                        struct aj_arena *out, explore_metrics *to)
{
    for (size_t k = 0; k < measurement->blocks[0].threads_count; k++) {
        const struct thread t = {
            .m = measurement,
            .all = model_measurement_merge(measurement, k, out),
            .ix = k,
            .deadline_ns = deadline_ns,
            .out = out,
        };
        if (t.all.cycles == 0)
            continue;
        AJ_PUSH(out, to, seen(&t, EXPLORE_MIN, (double)t.all.min_ns / AJ_NS_PER_US));
        AJ_PUSH(out, to, seen(&t, EXPLORE_AVG, (double)t.all.avg_ns / AJ_NS_PER_US));
        AJ_PUSH(out, to, seen(&t, EXPLORE_P50, quantile_us(&t, 500)));
        AJ_PUSH(out, to, seen(&t, EXPLORE_P99, quantile_us(&t, 990)));
        AJ_PUSH(out, to, seen(&t, EXPLORE_P999, quantile_us(&t, 999)));
        AJ_PUSH(out, to, seen(&t, EXPLORE_MAX, (double)t.all.max_ns / AJ_NS_PER_US));
        AJ_PUSH(out, to, block_max(&t));
        if (deadline_ns == 0)
            continue;
        const uint64_t beyond = model_latency_beyond(&t.all, measurement->bin_ns, deadline_ns);
        AJ_PUSH(out, to, seen(&t, EXPLORE_EXCEEDING, (double)beyond / (double)t.all.cycles));
        AJ_PUSH(out, to, exceeding_blocks(&t));
    }
}

void explore_metrics_tail(const struct model_measurement *measurement, struct aj_arena *out,
                          explore_metrics *to, explore_notes *notes)
{
    const double ahead = AJ_NS_PER_H / (double)measurement->block_ns;
    for (size_t k = 0; k < measurement->blocks[0].threads_count; k++) {
        const struct thread t = {
            .m = measurement,
            .all = {.cpu = measurement->blocks[0].threads[k].cpu},
            .out = out,
        };
        const struct explore_tail tail =
            ahead > 1.0 ? explore_tail_estimate(measurement, k, ahead, out)
                        : (struct explore_tail){.verdict = EXPLORE_TAIL_FEW_BLOCKS};
        if (tail.verdict != EXPLORE_TAIL_ACCEPTED) {
            AJ_PUSH(out, notes,
                    aj_strf(out,
                            "no estimate of max_1h for CPU %" PRIu32 ", only what was seen: %s",
                            t.all.cpu, explore_tail_verdict_text(tail.verdict)));
            continue;
        }
        struct explore_metric metric = seen(&t, EXPLORE_MAX_1H, round(tail.level_us * 10.0) / 10.0);
        metric.count = measurement->blocks_count;
        metric.of = "blocks";
        metric.bounds = bounds(&t, tail.bounds.low, tail.bounds.high);
        AJ_PUSH(out, to, metric);
    }
}

/* Thresholds */

/* "max of CPU 2 is 180 us" */
static const char *what_is(const struct explore_metric *metric, struct aj_arena *out)
{
    const char *cpu = metric->cpu == AJ_NONE32 ? "" : aj_strf(out, " of CPU %" PRIu32, metric->cpu);
    const char *unit = metric->unit == NULL || strcmp(metric->unit, "1") == 0
                           ? ""
                           : aj_strf(out, " %s", metric->unit);
    return aj_strf(out, "%s%s is %s%s", metric->name, cpu,
                   explore_number_format(out, metric->value), unit);
}

const char *explore_threshold_missed(const struct explore_metric *metric,
                                     const struct explore_threshold *threshold,
                                     struct aj_arena *out)
{
    const double low = metric->bounds != NULL ? metric->bounds->low : metric->value;
    const double high = metric->bounds != NULL ? metric->bounds->high : metric->value;
    const char *is = what_is(metric, out);
    if (!(metric->value < threshold->below))
        return aj_strf(out, "%s, not below %s", is, threshold->below_text);
    if (!(metric->value >= threshold->at_least))
        return aj_strf(out, "%s, less than %s", is, threshold->at_least_text);
    if (high < threshold->below && low >= threshold->at_least)
        return NULL;
    return aj_strf(out, "%s, but from %" PRIu64 " %s it may as well be %s: measure more %s", is,
                   metric->count, metric->of,
                   explore_number_format(out, high < threshold->below ? low : high), metric->of);
}
