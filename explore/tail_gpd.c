/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/tail.h"

#include <math.h>

#include <gsl/gsl_multimin.h>

#define SHAPE_ZERO 1e-9  /* nearer to 0 the limit is exact to double precision */
#define IMPOSSIBLE 1e300 /* instead of infinity, which the simplex cannot weigh */
enum { STEPS = 500 };

/* ln P(excess > y) */
static double log_survival(const struct explore_gpd *g, double y)
{
    if (fabs(g->shape) < SHAPE_ZERO)
        return -y / g->scale;
    const double inner = g->shape * y / g->scale;
    return inner <= -1.0 ? -HUGE_VAL : -log1p(inner) / g->shape;
}

/* Minus the log-likelihood of shape and ln scale. */
static double unlikeliness(const gsl_vector *at, void *data)
{
    const struct explore_excess *e = data;
    const struct explore_gpd g = {gsl_vector_get(at, 0), exp(gsl_vector_get(at, 1))};
    double sum = 0.0;
    for (size_t i = 0; i < e->bins_count; i++) {
        const double from = log_survival(&g, (double)e->bins[i].at);
        const double to = log_survival(&g, (double)e->bins[i].at + 1.0);
        sum -= (double)e->bins[i].count * (from + log(-expm1(to - from)));
    }
    if (e->beyond > 0)
        sum -= (double)e->beyond * log_survival(&g, (double)e->end);
    return isfinite(sum) ? sum : IMPOSSIBLE;
}

/* By probability-weighted moments, with what is beyond the end at the end. */
static struct explore_gpd start(const struct explore_excess *e)
{
    double n = (double)e->beyond, a0 = 0.0, a1 = 0.0, seen = 0.0;
    for (size_t i = 0; i < e->bins_count; i++)
        n += (double)e->bins[i].count;
    for (size_t i = 0; i <= e->bins_count; i++) {
        const double count = (double)(i < e->bins_count ? e->bins[i].count : e->beyond);
        const double y = i < e->bins_count ? (double)e->bins[i].at + 0.5 : (double)e->end;
        a0 += count * y / n;
        /* mean of 1 - (rank - 0.35) / n over these ranks */
        a1 += count * y / n * (1.0 - (seen + (count + 1.0) / 2.0 - 0.35) / n);
        seen += count;
    }
    const double k = a0 / (a0 - 2.0 * a1) - 2.0;
    const double scale = 2.0 * a0 * a1 / (a0 - 2.0 * a1);
    if (isfinite(k) && isfinite(scale) && scale > 0.0 && fabs(k) < 0.5)
        return (struct explore_gpd){-k, scale};
    return (struct explore_gpd){0.0, a0};
}

bool explore_tail_gpd(const struct explore_excess *excess, struct explore_gpd *gpd)
{
    struct explore_excess copy = *excess;
    const struct explore_gpd from = start(excess);
    double position[2] = {from.shape, log(from.scale)}, size[2] = {0.1, 0.2};
    gsl_vector_view x = gsl_vector_view_array(position, 2), step = gsl_vector_view_array(size, 2);
    gsl_multimin_function f = {unlikeliness, 2, &copy};
    bool settled = false;
    if (!isfinite(position[1]) || !(unlikeliness(&x.vector, &copy) < IMPOSSIBLE))
        position[0] = 0.0;
    if (!(unlikeliness(&x.vector, &copy) < IMPOSSIBLE))
        return false;
    gsl_multimin_fminimizer *m =
        gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, 2);
    if (m == NULL)
        return false;
    if (gsl_multimin_fminimizer_set(m, &f, &x.vector, &step.vector) == GSL_SUCCESS)
        for (int i = 0; i < STEPS && !settled; i++) {
            if (gsl_multimin_fminimizer_iterate(m) != GSL_SUCCESS)
                break;
            settled = gsl_multimin_test_size(gsl_multimin_fminimizer_size(m), 1e-5) == GSL_SUCCESS;
        }
    if (settled)
        *gpd = (struct explore_gpd){gsl_vector_get(m->x, 0), exp(gsl_vector_get(m->x, 1))};
    gsl_multimin_fminimizer_free(m);
    return settled;
}
