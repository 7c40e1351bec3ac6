/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/stats.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>

void explore_stats_begin(void)
{
    (void)gsl_set_error_handler_off();
}

/*
 * Where the chance of what was seen is as small as `half`. By halving, as the inverse of GSL does not
 * always converge; the chance of at least k hits of n is the incomplete beta function of k, n - k + 1.
 */
static double bound(double a, double b, double half, bool upper)
{
    double low = 0.0, high = 1.0;
    for (;;) {
        const double middle = low + (high - low) / 2.0;
        if (middle <= low || middle >= high)
            return upper ? high : low;
        const bool likely =
            upper ? gsl_cdf_beta_Q(middle, a, b) > half : gsl_cdf_beta_P(middle, a, b) > half;
        if (likely == upper)
            low = middle;
        else
            high = middle;
    }
}

struct explore_interval explore_stats_proportion(uint64_t hits, uint64_t trials, double level)
{
    const double k = (double)hits, n = (double)trials, half = (1.0 - level) / 2.0;
    return (struct explore_interval){
        .low = hits > 0 ? bound(k, n - k + 1.0, half, false) : 0.0,
        .high = hits < trials ? bound(k + 1.0, n - k, half, true) : 1.0,
    };
}

bool explore_stats_quantile_ranks(uint32_t count, double p, double level, uint32_t *low,
                                  uint32_t *high)
{
    const double half = (1.0 - level) / 2.0;
    uint32_t below = 0; /* greatest r with P(fewer than r values below the quantile) <= half */
    while (below < count && gsl_cdf_binomial_P(below, p, count) <= half)
        below++;
    uint32_t above = count; /* smallest s with P(at least s values below the quantile) <= half */
    while (above > 0 && gsl_cdf_binomial_Q(above - 1, p, count) <= half)
        above--;
    if (below == 0 || above == count)
        return false;
    *low = below;
    *high = above + 1;
    return true;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

void explore_stats_sort(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_value);
}

double explore_stats_median(const double *sorted, size_t count)
{
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0;
}

/* Series */

/* The greatest distance of the two empirical distributions, in units of 1 / (na * nb). */
static uint64_t distance(const double *a, size_t na, const double *b, size_t nb)
{
    uint64_t most = 0;
    for (size_t i = 0, k = 0; i < na && k < nb;) {
        const double at = a[i] < b[k] ? a[i] : b[k];
        while (i < na && a[i] <= at)
            i++;
        while (k < nb && b[k] <= at)
            k++;
        const uint64_t x = (uint64_t)i * nb, y = (uint64_t)k * na;
        const uint64_t apart = x > y ? x - y : y - x;
        most = apart > most ? apart : most;
    }
    return most;
}

/*
 * Orders of the na + nb values are paths in a grid; inside[k] is the share of those that lead to
 * (i, k) and stayed nearer to the diagonal than the distance seen.
 */
double explore_stats_smirnov(const double *a, size_t na, const double *b, size_t nb,
                             struct aj_arena *scratch)
{
    const uint64_t seen = distance(a, na, b, nb);
    const struct aj_mark mark = aj_arena_mark(scratch);
    double *inside = AJ_NEW_ARRAY(scratch, double, nb + 1);
    for (size_t i = 0; i <= na; i++) {
        for (size_t k = 0; k <= nb; k++) {
            const uint64_t x = (uint64_t)i * nb, y = (uint64_t)k * na;
            const double n = (double)(i + k);
            if ((x > y ? x - y : y - x) >= seen && seen > 0)
                inside[k] = 0.0;
            else if (i + k == 0)
                inside[k] = 1.0;
            else /* the last step came along i or along k, as often as there are such orders */
                inside[k] = (i > 0 ? inside[k] * (double)i / n : 0.0) +
                            (k > 0 ? inside[k - 1] * (double)k / n : 0.0);
        }
    }
    const double p = seen > 0 ? 1.0 - inside[nb] : 1.0;
    aj_arena_release(scratch, mark);
    return p > 0.0 ? p : 0.0;
}

double explore_stats_ljung_box(const double *values, size_t count, size_t lags)
{
    const double n = (double)count;
    double mean = 0.0, variance = 0.0, q = 0.0;
    for (size_t i = 0; i < count; i++)
        mean += values[i];
    mean /= count > 0 ? n : 1.0;
    for (size_t i = 0; i < count; i++)
        variance += (values[i] - mean) * (values[i] - mean);
    if (!(variance > 0.0) || lags == 0 || lags >= count)
        return 1.0;
    for (size_t lag = 1; lag <= lags; lag++) {
        double product = 0.0;
        for (size_t i = lag; i < count; i++)
            product += (values[i] - mean) * (values[i - lag] - mean);
        const double r = product / variance;
        q += r * r / (n - (double)lag);
    }
    return gsl_cdf_chisq_Q(n * (n + 2.0) * q, (double)lags);
}
