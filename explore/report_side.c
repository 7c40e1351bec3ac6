/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "explore/anytime.h"
#include "explore/report_priv.h"
#include "explore/results.h"

static bool alike(const struct model_measurement *a, const struct model_measurement *b)
{
    if (a->bin_ns != b->bin_ns || a->bins != b->bins || a->block_ns != b->block_ns ||
        a->interval_ns != b->interval_ns || b->blocks_count == 0 ||
        a->blocks[0].threads_count != b->blocks[0].threads_count)
        return false;
    for (size_t i = 0; i < a->blocks[0].threads_count; i++)
        if (a->blocks[0].threads[i].cpu != b->blocks[0].threads[i].cpu)
            return false;
    return true;
}

/* One after the other, those that are like the first. */
static void join(const struct explore_report_side *from, struct report_side *side,
                 struct aj_arena *out)
{
    AJ_VEC(struct model_block) blocks = {NULL, 0, 0};
    size_t *ends = AJ_NEW_ARRAY(out, size_t, from->measurements_count);
    const struct model_measurement *first = NULL;
    for (size_t i = 0; i < from->measurements_count; i++) {
        const struct model_measurement *m = from->measurements[i];
        if (first == NULL && m->blocks_count > 0)
            first = m;
        if (first == NULL || !alike(first, m)) {
            side->left_out++;
            continue;
        }
        for (size_t b = 0; b < m->blocks_count; b++)
            AJ_PUSH(out, &blocks, m->blocks[b]);
        ends[side->runs++] = blocks.count;
    }
    if (first != NULL)
        side->all = *first;
    side->all.blocks = blocks.items;
    side->all.blocks_count = blocks.count;
    side->run_ends = ends;
}

static const struct explore_report_cpu *find(const struct explore_report_side *side, uint32_t cpu)
{
    for (size_t i = 0; i < side->cpus_count; i++)
        if (side->cpus[i].cpu == cpu)
            return &side->cpus[i];
    return NULL;
}

static double quantile_us(const struct report_cpu *cpu, const struct model_measurement *m,
                          double share)
{
    const uint64_t rank = (uint64_t)ceil((double)cpu->all.cycles * share);
    const uint64_t inside = rank < 1 ? 1 : rank > cpu->all.cycles ? cpu->all.cycles : rank;
    return (double)model_latency_at_rank(&cpu->all, m->bin_ns, inside) / AJ_NS_PER_US;
}

static void count_late(struct report_cpu *cpu, const struct report_side *side, size_t thread)
{
    const struct model_measurement *m = &side->all;
    const int64_t deadline = cpu->what->deadline_ns;
    cpu->late = model_latency_beyond(&cpu->all, m->bin_ns, deadline);
    for (size_t r = 0, b = 0; r < side->runs; r++) {
        bool late = false;
        for (; b < side->run_ends[r]; b++)
            late = late ||
                   model_latency_beyond(&m->blocks[b].threads[thread], m->bin_ns, deadline) > 0;
        cpu->late_runs += late;
    }
    cpu->late_bounds = explore_anytime_proportion(cpu->late_runs, side->runs, EXPLORE_LEVEL);
}

/* Scores of the runs on this CPU, and between which of them their median is. */
static void find_median(struct report_cpu *cpu, const struct report_side *side, size_t thread,
                        struct aj_arena *out)
{
    double *maxima = AJ_NEW_ARRAY(out, double, side->all.blocks_count);
    double *scores = AJ_NEW_ARRAY(out, double, side->runs);
    uint32_t low, high;
    for (size_t r = 0, b = 0; r < side->runs; r++) {
        const size_t first = b;
        for (; b < side->run_ends[r]; b++)
            maxima[b] = (double)side->all.blocks[b].threads[thread].max_ns / AJ_NS_PER_US;
        explore_stats_sort(maxima + first, b - first);
        scores[r] = explore_stats_median(maxima + first, b - first);
    }
    explore_stats_sort(scores, side->runs);
    cpu->median_us = explore_stats_median(scores, side->runs);
    cpu->median_bounds = (struct explore_interval){(double)NAN, (double)NAN};
    if (explore_anytime_median_ranks((uint32_t)side->runs, EXPLORE_LEVEL, &low, &high))
        cpu->median_bounds = (struct explore_interval){scores[low - 1], scores[high - 1]};
}

static struct report_cpu judge(const struct report_side *side, size_t thread,
                               const struct explore_report_cpu *what, struct aj_arena *out)
{
    const struct model_measurement *m = &side->all;
    const double ahead = AJ_NS_PER_H / (double)m->block_ns;
    struct report_cpu cpu = {.what = what,
                             .all = model_measurement_merge(m, thread, out),
                             .p999_us = (double)NAN,
                             .tail = {.verdict = EXPLORE_TAIL_FEW_BLOCKS}};
    find_median(&cpu, side, thread, out);
    if (cpu.all.cycles > 0)
        cpu.p999_us = quantile_us(&cpu, m, 0.999);
    count_late(&cpu, side, thread);
    if (cpu.all.cycles > 0 && ahead > 1.0)
        cpu.tail = explore_tail_estimate(m, thread, ahead, out);
    return cpu;
}

struct report_side explore_report_side_of(const struct explore_report_side *from,
                                          struct aj_arena *out)
{
    struct report_side side = {.left_out = 0};
    join(from, &side, out);
    if (side.all.blocks_count == 0)
        return side;
    const size_t threads = side.all.blocks[0].threads_count;
    struct report_cpu *cpus = AJ_NEW_ARRAY(out, struct report_cpu, threads);
    for (size_t i = 0; i < threads; i++) {
        const struct explore_report_cpu *what = find(from, side.all.blocks[0].threads[i].cpu);
        if (what == NULL || what->deadline_ns <= 0)
            continue;
        cpus[side.cpus_count++] = judge(&side, i, what, out);
    }
    side.cpus = cpus;
    return side;
}
