/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Has the target changed while it was explored? Sentinels are runs of a decision that was measured
 * before; where their score moves and stays away, a new epoch begins, and what was measured in
 * different epochs is compared only after their shift is taken off.
 */
#ifndef EXPLORE_DRIFT_H
#define EXPLORE_DRIFT_H

#include "explore/stats.h"

enum { EXPLORE_DRIFT_EVERY = 10 }; /* runs from one sentinel to the next */

/*
 * Any run whose decision is measured more than once, but for the one that made a decision the best:
 * it was chosen for being low. The baseline is the best sentinel, as nothing chose its runs.
 */
struct explore_sentinel {
    uint64_t run;      /* ascending: the order of time */
    uint32_t decision; /* the same number: the same decision */
    double score;      /* > 0 */
};

/* Runs `first` and later, up to the next epoch. */
struct explore_epoch {
    uint64_t first;
    double shift; /* of the scores' logarithms against the first epoch; NAN: not known */
    double error; /* standard error of the shift */
    uint32_t sentinels;
};
struct explore_drift {
    const struct explore_epoch *epochs; /* epochs[epochs_count], the first from run 0 */
    size_t epochs_count;
    bool suspect;     /* the last sentinel is away: measure it again before anything else */
    double sd;        /* of a run's logarithm, robust, from repeated decisions; 0: not known */
    uint32_t freedom; /* how many values it rests on, beyond one for each decision and epoch */
};

/*
 * A sentinel is away if its logarithm differs from the mean of its decision in the epoch by more than
 * Student's t at 0.9973 (3 standard deviations if there were many values) times sd, and by more than
 * 0.03. One may be a spike; two in a row on the same side begin an epoch. Where runs lie between the
 * last that was not away and those two, nobody knows when it happened: they are an epoch of their
 * own. With fewer than three values beyond the first of their decision nothing is ever away, as it
 * could not be told from noise. Sentinels without a positive finite score are passed over. Source of
 * the robust deviation: Rousseeuw, Croux: Alternatives to the median absolute deviation, Journal of
 * the American Statistical Association 88 (1993), 1.
 */
struct explore_drift explore_drift_find(const struct explore_sentinel *sentinels, size_t count,
                                        struct aj_arena *out);
/* Index of the epoch that a run belongs to. */
uint32_t explore_drift_epoch(const struct explore_drift *drift, uint64_t run);

#endif
