/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/sim_samples.h"

#include <math.h>

#include "explore/stats.h"

#define LN2         0.69314718055994531
#define FLOOR_SHARE 0.15 /* of the location: the shortest latency */
#define LOWEST_US   1.0
#define HIGHEST_US  1e5
#define THIN        1e-9 /* a smaller shape is an exponential distribution */

/* P(latency > x) = (1 + shape (x - floor) / scale)^(-1 / shape) */
struct pareto {
    double floor, scale, shape;
};

/* The x that a share `beyond` of the latencies exceeds, beyond the floor in units of the scale. */
static double quantile(double shape, double beyond)
{
    return shape < THIN ? -log(beyond) : expm1(-shape * log(beyond)) / shape;
}

static double share_up_to(const struct pareto *p, double x)
{
    const double at = (x - p->floor) / p->scale;
    if (!(at > 0.0))
        return 0.0;
    return p->shape < THIN ? -expm1(-at) : -expm1(-log1p(p->shape * at) / p->shape);
}

/* The maximum of n samples has the location as its median if n P(latency > location) = ln 2. */
static struct pareto pareto_of(const struct explore_sim_samples *what, double location)
{
    struct pareto p = {.floor = location * FLOOR_SHARE, .shape = what->tail};
    const double beyond = LN2 / (double)what->cycles;
    p.scale = (location - p.floor) / quantile(p.shape, beyond);
    return p;
}

/* maxima[blocks] in us, spread about their median, which is then moved to the location. */
static void draw_maxima(const struct explore_sim_samples *what, const struct pareto *p,
                        double location, struct aj_random *random, struct aj_arena *out,
                        double *maxima)
{
    double *sorted = AJ_NEW_ARRAY(out, double, what->blocks);
    for (size_t i = 0; i < what->blocks; i++) {
        const double u = aj_random_unit(random);
        const double beyond = -expm1(log(u > 0.0 ? u : 0x1p-54) / (double)what->cycles);
        maxima[i] = quantile(p->shape, beyond > 0.0 ? beyond : 0x1p-54);
        sorted[i] = maxima[i];
    }
    explore_stats_sort(sorted, what->blocks);
    const double median = explore_stats_median(sorted, what->blocks);
    for (size_t i = 0; i < what->blocks; i++) {
        const double x = p->floor + (location - p->floor) * maxima[i] / median;
        maxima[i] = x < HIGHEST_US ? x : HIGHEST_US;
    }
}

/*
 * Counts of a block with this maximum. All samples but the greatest are divided among the bins in
 * proportion to their probability below the maximum, rounded with one random offset: the sum is exact.
 */
static void fill(const struct explore_sim_samples *what, const struct pareto *p, double max,
                 double offset, struct aj_arena *out, struct model_latency *latency)
{
    const uint32_t first = (uint32_t)p->floor, last = (uint32_t)max;
    const double others = (double)(what->cycles - 1);
    const double whole = share_up_to(p, max);
    struct model_bin *bins = AJ_NEW_ARRAY(out, struct model_bin, last - first + 1);
    size_t count = 0;
    uint64_t before = 0;
    double sum_us = 0.0;
    for (uint32_t at = first; at <= last; at++) {
        const double share = at < last && whole > 0.0 ? share_up_to(p, at + 1.0) / whole : 1.0;
        const uint64_t upto = at < last ? (uint64_t)(others * share + offset) : what->cycles - 1;
        const uint64_t here = upto - before + (at == last);
        before = upto;
        if (here == 0)
            continue;
        if (latency->min_ns == 0)
            latency->min_ns = (int64_t)(at * AJ_NS_PER_US);
        sum_us += (double)at * (double)here;
        if (at < what->bins)
            bins[count++] = (struct model_bin){at, here};
        else
            latency->overflow += here;
    }
    latency->histogram = (struct model_histogram){bins, count};
    latency->max_ns = (int64_t)(max * AJ_NS_PER_US);
    latency->avg_ns = (int64_t)(sum_us / (double)what->cycles * AJ_NS_PER_US);
    if (latency->avg_ns < latency->min_ns)
        latency->avg_ns = latency->min_ns;
}

void explore_sim_samples_draw(const struct explore_sim_samples *what, struct aj_random *random,
                              struct aj_arena *out, struct model_latency *latencies)
{
    const double location = fmin(fmax(what->location_us, LOWEST_US), HIGHEST_US);
    const struct pareto p = pareto_of(what, location);
    double *maxima = AJ_NEW_ARRAY(out, double, what->blocks);
    draw_maxima(what, &p, location, random, out, maxima);
    for (size_t i = 0; i < what->blocks; i++) {
        latencies[i] = (struct model_latency){.cpu = what->cpu, .cycles = what->cycles};
        fill(what, &p, maxima[i], aj_random_unit(random), out, &latencies[i]);
    }
}
