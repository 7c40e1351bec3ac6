/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long latencies may get that were not seen yet: an estimate from the blocks' maxima, given only
 * where nothing speaks against what it assumes. It is one of measurement, under the load that was
 * tested; it is no bound.
 */
#ifndef EXPLORE_TAIL_H
#define EXPLORE_TAIL_H

#include "explore/stats.h"
#include "model/measurement.h"

/* P(maximum of a block <= x) = exp(-exp(-(x - location) / scale)) */
struct explore_gumbel {
    double location, scale; /* scale 0: all maxima are the same */
};
/*
 * By probability-weighted moments, of sorted[count], count >= 2. Source: Hosking, Wallis, Wood:
 * Estimation of the generalized extreme-value distribution by the method of probability-weighted
 * moments, Technometrics 27 (1985).
 */
struct explore_gumbel explore_tail_gumbel(const double *sorted, size_t count);
/* What is exceeded once in `blocks` > 1 blocks, on average. */
double explore_tail_level(const struct explore_gumbel *gumbel, double blocks);

/* P(excess > y) = (1 + shape * y / scale)^(-1 / shape), exp(-y / scale) for shape 0 */
struct explore_gpd {
    double shape, scale;
};
/* Excesses over a threshold in whole bins: bins[k].at counts from the threshold. */
struct explore_excess {
    const struct model_bin *bins; /* bins[bins_count], ascending */
    size_t bins_count;
    uint64_t beyond; /* how many were at least `end`, not told where */
    uint32_t end;
};
/*
 * Maximum likelihood with the bins as they are, and with those beyond the end as beyond the end.
 * False if the search does not settle. Source: Pickands: Statistical inference using extreme order
 * statistics, Annals of Statistics 3 (1975); start by Hosking, Wallis, Technometrics 29 (1987).
 */
AJ_NODISCARD bool explore_tail_gpd(const struct explore_excess *excess, struct explore_gpd *gpd);

/* Why there is no estimate. */
enum explore_tail_verdict {
    EXPLORE_TAIL_ACCEPTED,
    EXPLORE_TAIL_FEW_BLOCKS,
    EXPLORE_TAIL_COARSE,    /* too few long latencies, or too few bins hold them */
    EXPLORE_TAIL_CHANGED,   /* second half unlike the first */
    EXPLORE_TAIL_DEPENDENT, /* a block's maximum tells those of later blocks */
    EXPLORE_TAIL_HEAVY,     /* heavier than the model's tail */
    EXPLORE_TAIL_UNSTABLE,  /* another threshold gives another shape */
    EXPLORE_TAIL_MISFIT,    /* the maxima are not distributed like this */
};
const char *explore_tail_verdict_text(enum explore_tail_verdict verdict);

enum { EXPLORE_TAIL_BLOCKS_MIN = 20 }; /* with fewer the tests below do not see much */
struct explore_tail {
    enum explore_tail_verdict verdict;
    double level_us; /* estimate, if accepted */
    struct explore_interval
        bounds;                   /* at EXPLORE_LEVEL, from blocks drawn again with a fixed seed */
    struct explore_gumbel gumbel; /* of the blocks' maxima in us */
    double shape;                 /* of the long latencies' excesses */
    struct explore_interval shape_bounds;
};

/*
 * The level that thread `thread` exceeds once in `blocks` blocks. Accepted unless one of these says
 * otherwise at 1 in 100: Smirnov's test of the halves, Ljung-Box over 5 lags, the distance of the
 * maxima from the fitted distribution (by drawing from it), or one of these at 1 in 20: shape of the
 * excesses above 0 (heavier than Gumbel's) or possibly 0.5 and more, or shapes over higher thresholds
 * more than two standard errors away.
 */
struct explore_tail explore_tail_estimate(const struct model_measurement *measurement,
                                          size_t thread, double blocks, struct aj_arena *scratch);

#endif
