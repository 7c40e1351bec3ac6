/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The best decision by given coefficients: descents from many starts, by exchanges, over what the
 * space allows and without the classes that are measured.
 */
#ifndef EXPLORE_ACQUIRE_H
#define EXPLORE_ACQUIRE_H

#include "explore/surrogate.h"

/*
 * Decisions that are alike: two CPUs of an orbit, or two whole clusters of one, may be exchanged
 * without any effect that we know of. An orbit is named by its first member.
 */
struct explore_classes {
    const struct explore_space *space;
    const uint32_t *orbit;         /* [cpu] */
    const uint32_t *cluster_orbit; /* [cluster] */
    uint32_t clusters_count;
    uint64_t *measured; /* measured[count]: keys, ascending */
    size_t count;
};
/*
 * Orbits from the space and from what the surrogate knows; the classes of all runs are measured. The
 * second: each decision is a class of its own.
 */
void explore_classes_make(const struct explore_surrogate *surrogate, struct aj_arena *out,
                          struct explore_classes *classes);
void explore_classes_single(const struct explore_surrogate *surrogate, struct aj_arena *out,
                            struct explore_classes *classes);
/* The same for all decisions of a class. */
uint64_t explore_classes_key(const struct explore_classes *classes,
                             const struct explore_decision *decision);
bool explore_classes_measured(const struct explore_classes *classes,
                              const struct explore_decision *decision);

struct explore_acquire {
    const struct explore_layout *layout;
    const struct explore_draw *draws; /* the mean of the objective over draws[draws_count] */
    uint32_t draws_count;
    const struct explore_classes *classes;
    const struct explore_decision *const *starts; /* starts[starts_count], tried first */
    uint32_t starts_count;
    uint32_t random_starts;
};
/* The objective, worst CPU in percent of its deadline, by the draws. */
double explore_acquire_value(const struct explore_acquire *acquire,
                             const struct explore_decision *decision);
/*
 * The best decision found of a class that is not measured, and its value. False if none was met.
 * Temporary memory comes from `scratch`.
 */
AJ_NODISCARD bool explore_acquire_best(const struct explore_acquire *acquire,
                                       struct aj_random *random, struct aj_arena *scratch,
                                       struct explore_decision *best, double *value);

#endif
