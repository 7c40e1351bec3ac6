/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/tail.h"

#include <math.h>

#include "explore/results.h"

#define EULER     0.57721566490153286 /* mean of the standard Gumbel distribution */
#define REFUSE_AT 0.01
#define SHAPE_MAX 0.5 /* no finite variance from there on */
enum {
    DRAWS = 400, /* of blocks, and of the fitted distribution */
    LAGS = 5,
    EXCESSES_MIN = 30, /* above the highest threshold */
    EXCESSES_STANDARD = 50,
    EXCESS_BINS_MIN = 5,
    THRESHOLDS = 3,
};

const char *explore_tail_verdict_text(enum explore_tail_verdict verdict)
{
    static const char *const texts[] = {
        [EXPLORE_TAIL_ACCEPTED] = "nothing speaks against it",
        [EXPLORE_TAIL_FEW_BLOCKS] = "that takes 20 blocks",
        [EXPLORE_TAIL_COARSE] = "there are too few long latencies to tell their distribution",
        [EXPLORE_TAIL_CHANGED] = "the second half of the blocks is unlike the first",
        [EXPLORE_TAIL_DEPENDENT] = "blocks that follow each other are not independent",
        [EXPLORE_TAIL_HEAVY] = "long latencies are more frequent than the model allows",
        [EXPLORE_TAIL_UNSTABLE] = "the tail has another shape further out",
        [EXPLORE_TAIL_MISFIT] = "the blocks' maxima do not follow the model",
    };
    return texts[verdict];
}

/* Random numbers: splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
 * 2014), from a fixed seed, so that a measurement always has the same estimate. */

static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* In (0, 1). */
static double draw_uniform(uint64_t *state)
{
    return ((double)(draw(state) >> 12) + 0.5) * 0x1p-52;
}

/* Gumbel */

struct explore_gumbel explore_tail_gumbel(const double *sorted, size_t count)
{
    const double n = (double)count;
    double b0 = 0.0, b1 = 0.0;
    for (size_t i = 0; i < count; i++) {
        b0 += sorted[i] / n;
        b1 += sorted[i] * (double)i / (n - 1.0) / n;
    }
    const double scale = (2.0 * b1 - b0) / log(2.0);
    return (struct explore_gumbel){b0 - EULER * scale, scale};
}

double explore_tail_level(const struct explore_gumbel *gumbel, double blocks)
{
    return gumbel->location - gumbel->scale * log(-log1p(-1.0 / blocks));
}

/* Kolmogorov's distance of sorted values from the distribution. */
static double distance(const struct explore_gumbel *g, const double *sorted, size_t count)
{
    double most = 0.0;
    for (size_t i = 0; i < count; i++) {
        const double f = exp(-exp(-(sorted[i] - g->location) / g->scale));
        const double above = (double)(i + 1) / (double)count - f;
        const double below = f - (double)i / (double)count;
        most = fmax(most, fmax(above, below));
    }
    return most;
}

/*
 * p of the distance, by drawing as many values from the fitted distribution and fitting them again:
 * tables do not hold for a distribution that was fitted to the very values. They are cut down to bins
 * like the maxima.
 */
static double misfit_p(const struct explore_gumbel *g, const double *sorted, size_t count,
                       double bin, struct aj_arena *scratch)
{
    const double seen = distance(g, sorted, count);
    double *values = AJ_NEW_ARRAY(scratch, double, count);
    uint64_t random = 1;
    unsigned further = 0;
    for (int k = 0; k < DRAWS; k++) {
        for (size_t i = 0; i < count; i++) {
            const double x = g->location - g->scale * log(-log(draw_uniform(&random)));
            values[i] = floor(x / bin) * bin;
        }
        explore_stats_sort(values, count);
        const struct explore_gumbel fit = explore_tail_gumbel(values, count);
        further += !(fit.scale > 0.0) || distance(&fit, values, count) >= seen;
    }
    return (1.0 + further) / (1.0 + DRAWS);
}

/* Excesses over thresholds */

/* All of a thread's samples, some blocks counted more than once. */
struct tail {
    uint64_t *counts; /* counts[bins] */
    uint32_t bins;
    uint64_t beyond, all;
};

static void add_block(struct tail *t, const struct model_latency *latency)
{
    for (size_t i = 0; i < latency->histogram.bins_count; i++)
        t->counts[latency->histogram.bins[i].at] += latency->histogram.bins[i].count;
    t->beyond += latency->overflow;
    t->all += latency->cycles;
}

/* The excesses over the lowest threshold that at most `most` samples reach. */
static struct explore_excess over_threshold(const struct tail *t, uint64_t most,
                                            struct aj_arena *out, uint64_t *number)
{
    uint64_t above = t->beyond;
    uint32_t from = t->bins;
    size_t used = 0, count = 0;
    while (from > 0 && above + t->counts[from - 1] <= most) {
        above += t->counts[--from];
        used += t->counts[from] > 0;
    }
    struct model_bin *bins = AJ_NEW_ARRAY(out, struct model_bin, used);
    for (uint32_t at = from; at < t->bins; at++)
        if (t->counts[at] > 0)
            bins[count++] = (struct model_bin){at - from, t->counts[at]};
    *number = above;
    return (struct explore_excess){bins, count, t->beyond, t->bins - from};
}

static uint64_t most_excesses(const struct tail *t)
{
    const uint64_t percent = t->all / 100;
    return percent > EXCESSES_STANDARD ? percent : EXCESSES_STANDARD;
}

/* The shapes over thresholds that all, 3/4 and 1/2 of the excesses reach. */
static bool fit_shapes(const struct tail *t, struct aj_arena *scratch, double shapes[THRESHOLDS],
                       size_t thresholds)
{
    static const uint64_t quarters[THRESHOLDS] = {4, 3, 2};
    for (size_t k = 0; k < thresholds; k++) {
        struct explore_gpd gpd;
        uint64_t number;
        const struct explore_excess excess =
            over_threshold(t, most_excesses(t) * quarters[k] / 4, scratch, &number);
        if (number < EXCESSES_MIN * quarters[k] / 4 || excess.bins_count < EXCESS_BINS_MIN ||
            !explore_tail_gpd(&excess, &gpd))
            return false;
        shapes[k] = gpd.shape;
    }
    return true;
}

/* Estimate */

struct job {
    const struct model_measurement *m;
    size_t thread, count;
    double ahead;
    struct aj_arena *scratch;
    struct tail tail;
    double *maxima, *sorted; /* us; maxima in the order of time */
};

static const struct model_latency *in_block(const struct job *j, size_t block)
{
    return &j->m->blocks[block].threads[j->thread];
}

static void clear(struct tail *t)
{
    memset(t->counts, 0, t->bins * sizeof *t->counts);
    t->beyond = t->all = 0;
}

static struct explore_interval middle_95(double *values, size_t count)
{
    const size_t out = (size_t)((double)count * (1.0 - EXPLORE_LEVEL) / 2.0);
    explore_stats_sort(values, count);
    return (struct explore_interval){values[out], values[count - 1 - out]};
}

static double deviation(const double *values, size_t count)
{
    double mean = 0.0, squares = 0.0;
    for (size_t i = 0; i < count; i++)
        mean += values[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return sqrt(squares / (double)(count - 1));
}

/*
 * Draws the blocks again, with repetition, as often as DRAWS: blocks, not samples, since those of one
 * block depend on each other. False if a draw has no shape.
 */
static bool draw_again(struct job *j, struct explore_tail *t, double *shape_error)
{
    double *levels = AJ_NEW_ARRAY(j->scratch, double, DRAWS);
    double *shapes = AJ_NEW_ARRAY(j->scratch, double, DRAWS);
    double *maxima = AJ_NEW_ARRAY(j->scratch, double, j->count);
    size_t fitted = 0;
    uint64_t random = 2;
    for (size_t k = 0; k < DRAWS; k++) {
        const struct aj_mark mark = aj_arena_mark(j->scratch);
        clear(&j->tail);
        for (size_t i = 0; i < j->count; i++) {
            const size_t block = (size_t)(draw(&random) % j->count);
            maxima[i] = j->maxima[block];
            add_block(&j->tail, in_block(j, block));
        }
        explore_stats_sort(maxima, j->count);
        const struct explore_gumbel gumbel = explore_tail_gumbel(maxima, j->count);
        levels[k] = explore_tail_level(&gumbel, j->ahead);
        fitted += fit_shapes(&j->tail, j->scratch, &shapes[fitted], 1);
        aj_arena_release(j->scratch, mark);
    }
    if (fitted < DRAWS / 10 * 9)
        return false;
    t->bounds = middle_95(levels, DRAWS);
    t->shape_bounds = middle_95(shapes, fitted);
    *shape_error = deviation(shapes, fitted);
    return true;
}

static enum explore_tail_verdict judge_blocks(const struct job *j, const struct explore_tail *t)
{
    const size_t half = j->count / 2;
    if (j->sorted[j->count - 1] - j->sorted[0] < 2.0 * (double)j->m->bin_ns / AJ_NS_PER_US)
        return EXPLORE_TAIL_COARSE;
    double *halves = aj_memdup(j->scratch, j->maxima, j->count * sizeof *halves);
    explore_stats_sort(halves, half);
    explore_stats_sort(halves + half, j->count - half);
    if (explore_stats_smirnov(halves, half, halves + half, j->count - half, j->scratch) <=
        REFUSE_AT)
        return EXPLORE_TAIL_CHANGED;
    if (explore_stats_ljung_box(j->maxima, j->count, LAGS) <= REFUSE_AT)
        return EXPLORE_TAIL_DEPENDENT;
    if (misfit_p(&t->gumbel, j->sorted, j->count, (double)j->m->bin_ns / AJ_NS_PER_US,
                 j->scratch) <= REFUSE_AT)
        return EXPLORE_TAIL_MISFIT;
    return EXPLORE_TAIL_ACCEPTED;
}

static enum explore_tail_verdict judge_shape(struct job *j, struct explore_tail *t)
{
    double shapes[THRESHOLDS], error = 0.0;
    if (!fit_shapes(&j->tail, j->scratch, shapes, THRESHOLDS) || !draw_again(j, t, &error))
        return EXPLORE_TAIL_COARSE;
    t->shape = shapes[0];
    if (t->shape_bounds.low > 0.0 || t->shape_bounds.high >= SHAPE_MAX)
        return EXPLORE_TAIL_HEAVY;
    for (size_t k = 1; k < THRESHOLDS; k++)
        if (fabs(shapes[k] - shapes[0]) > 2.0 * error)
            return EXPLORE_TAIL_UNSTABLE;
    return EXPLORE_TAIL_ACCEPTED;
}

static struct explore_tail estimate(struct job *j)
{
    struct explore_tail t = {.verdict = EXPLORE_TAIL_FEW_BLOCKS};
    if (j->count < EXPLORE_TAIL_BLOCKS_MIN)
        return t;
    j->maxima = AJ_NEW_ARRAY(j->scratch, double, j->count);
    j->tail.bins = j->m->bins;
    j->tail.counts = AJ_NEW_ARRAY(j->scratch, uint64_t, j->tail.bins);
    for (size_t i = 0; i < j->count; i++) {
        j->maxima[i] = (double)in_block(j, i)->max_ns / AJ_NS_PER_US;
        add_block(&j->tail, in_block(j, i));
    }
    j->sorted = aj_memdup(j->scratch, j->maxima, j->count * sizeof *j->sorted);
    explore_stats_sort(j->sorted, j->count);
    t.gumbel = explore_tail_gumbel(j->sorted, j->count);
    t.level_us = explore_tail_level(&t.gumbel, j->ahead);
    t.verdict = judge_blocks(j, &t);
    if (t.verdict == EXPLORE_TAIL_ACCEPTED)
        t.verdict = judge_shape(j, &t);
    return t;
}

struct explore_tail explore_tail_estimate(const struct model_measurement *measurement,
                                          size_t thread, double blocks, struct aj_arena *scratch)
{
    const struct aj_mark mark = aj_arena_mark(scratch);
    struct job j = {.m = measurement,
                    .thread = thread,
                    .count = measurement->blocks_count,
                    .ahead = blocks,
                    .scratch = scratch};
    const struct explore_tail t = estimate(&j);
    aj_arena_release(scratch, mark);
    return t;
}
