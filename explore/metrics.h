/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The numbers of a measurement, and whether they meet what test.yml demands of them.
 */
#ifndef EXPLORE_METRICS_H
#define EXPLORE_METRICS_H

#include "explore/results.h"
#include "explore/testspec.h"

typedef AJ_VEC(struct explore_metric) explore_metrics;
typedef AJ_VEC(const char *) explore_notes;

/*
 * Adds every metric of testspec.h for each CPU. What is seen in wake-ups has no bounds: they follow
 * each other and are not independent. Bounds come from blocks, where there are enough of them. The
 * metrics of the deadline only if there is one (> 0).
 */
void explore_metrics_of(const struct model_measurement *measurement, int64_t deadline_ns,
                        struct aj_arena *out, explore_metrics *to);

/*
 * Adds max_1h for each CPU where explore/tail.h has an estimate, and a note where it has none. What is
 * added speaks of this load and this configuration alone.
 */
void explore_metrics_tail(const struct model_measurement *measurement, struct aj_arena *out,
                          explore_metrics *to, explore_notes *notes);

/* Why `metric` does not meet `threshold`, or NULL if it does. A bound beyond the limit does not. */
const char *explore_threshold_missed(const struct explore_metric *metric,
                                     const struct explore_threshold *threshold,
                                     struct aj_arena *out);

#endif
