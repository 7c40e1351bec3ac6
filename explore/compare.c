/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/compare.h"

#include <math.h>

struct ranked {
    double size;      /* |d| */
    bool positive;    /* d > 0 */
    uint32_t doubled; /* twice the rank, so that mean ranks are whole */
};

static int by_size(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return (x->size > y->size) - (x->size < y->size);
}

/* The differences that are not 0 with their ranks; returns their number. */
static size_t rank(const double *d, size_t count, struct ranked *to)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        if (d[i] > 0.0 || d[i] < 0.0)
            to[n++] = (struct ranked){fabs(d[i]), d[i] > 0.0, 0};
    qsort(to, n, sizeof *to, by_size);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && !(to[end].size > to[i].size); end++)
            ;
        for (size_t k = i; k < end; k++)
            to[k].doubled = (uint32_t)(i + 1 + end);
    }
    return n;
}

/*
 * share[s] = share of the assignments of signs whose positive doubled ranks add up to s; `total` is
 * the sum of all of them, share has total + 1 places.
 */
static double *distribution(const struct ranked *ranks, size_t n, size_t total,
                            struct aj_arena *scratch)
{
    double *share = AJ_NEW_ARRAY(scratch, double, total + 1);
    size_t reached = 0;
    share[0] = 1.0;
    for (size_t i = 0; i < n; i++) {
        const size_t r = ranks[i].doubled;
        reached += r;
        for (size_t s = reached + 1; s-- > 0;)
            share[s] = (share[s] + (s >= r ? share[s - r] : 0.0)) / 2.0;
    }
    return share;
}

static double two_sided(const double *share, size_t total, size_t positive)
{
    const size_t low = positive < total - positive ? positive : total - positive;
    double p = 0.0;
    for (size_t s = 0; s <= low; s++)
        p += 2.0 * share[s];
    return p < 1.0 ? p : 1.0;
}

static double *walsh_averages(const double *d, size_t n, struct aj_arena *scratch, size_t *count)
{
    double *w = AJ_NEW_ARRAY(scratch, double, n *(n + 1) / 2);
    *count = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = i; k < n; k++)
            w[(*count)++] = (d[i] + d[k]) / 2.0;
    explore_stats_sort(w, *count);
    return w;
}

/*
 * How many Walsh averages to leave out at either end so that the rest encloses the true difference:
 * the greatest c with P(sum of positive ranks < c) <= half, for ranks 1..n without ties.
 */
static size_t leave_out(size_t n, double half, struct aj_arena *scratch)
{
    struct ranked *ranks = AJ_NEW_ARRAY(scratch, struct ranked, n);
    for (size_t i = 0; i < n; i++)
        ranks[i].doubled = (uint32_t)(2 * (i + 1));
    const double *share = distribution(ranks, n, n * (n + 1), scratch);
    double p = share[0];
    size_t c = 0;
    for (; p <= half; c++)
        p += share[2 * (c + 1)];
    return c;
}

struct explore_paired explore_compare_pairs(const double *d, size_t count, double level,
                                            struct aj_arena *scratch)
{
    struct explore_paired result = {0.0, {-HUGE_VAL, HUGE_VAL}, 1.0, count, 0};
    const struct aj_mark mark = aj_arena_mark(scratch);
    struct ranked *ranks = AJ_NEW_ARRAY(scratch, struct ranked, count);
    size_t total = 0, positive = 0, walsh;
    const size_t ranked = rank(d, count, ranks);
    for (size_t i = 0; i < ranked; i++) {
        total += ranks[i].doubled;
        positive += ranks[i].positive ? ranks[i].doubled : 0;
    }
    result.zeros = count - ranked;
    result.p = two_sided(distribution(ranks, ranked, total, scratch), total, positive);
    if (count > 0) {
        const double *w = walsh_averages(d, count, scratch, &walsh);
        const size_t c = leave_out(count, (1.0 - level) / 2.0, scratch);
        result.estimate = explore_stats_median(w, walsh);
        if (c > 0)
            result.interval = (struct explore_interval){w[c - 1], w[walsh - c]};
    }
    aj_arena_release(scratch, mark);
    return result;
}

double explore_compare_location(const double *values, size_t count, struct aj_arena *scratch)
{
    size_t walsh;
    if (count == 0)
        return 0.0;
    const struct aj_mark mark = aj_arena_mark(scratch);
    const double *w = walsh_averages(values, count, scratch, &walsh);
    const double location = explore_stats_median(w, walsh);
    aj_arena_release(scratch, mark);
    return location;
}

double explore_compare_alpha(double alpha, uint32_t look)
{
    const double pi = 3.14159265358979323846, t = (double)look;
    return 6.0 * alpha / (pi * pi * t * t);
}
