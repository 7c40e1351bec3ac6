/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What runs have taught beyond how long latencies are: decisions that cannot be had, and ones that
 * miss the deadline. docs/explore.md has the reasons.
 */
#ifndef EXPLORE_LEARN_H
#define EXPLORE_LEARN_H

#include "explore/ledger.h"

enum explore_lesson_kind {
    EXPLORE_LESSON_NOT_APPLICABLE, /* a decision that cannot be had */
    EXPLORE_LESSON_MISSES,         /* a decision that misses the deadline */
    EXPLORE_LESSON_PART_MISSES, /* what is decided around a CPU that does, whatever the rest is */
};
struct explore_lesson {
    uint8_t kind; /* enum explore_lesson_kind */
    struct explore_cut cut;
};
struct explore_lessons {
    const struct explore_lesson *items;
    size_t count;
};

/*
 * All lessons of the runs so far. Decisions that were void twice, or for which there is no plan,
 * cannot be had. A run that misses the deadline on a CPU makes its decision, and what is decided
 * around that CPU, suspects; that they miss it is shown by the later runs that have it, if at all
 * (explore_deadline_cuts, share `allowed`, `confidence` in all suspects together). Runs that speak
 * against it take a lesson back.
 */
struct explore_lessons explore_learn(const struct explore_ledger *ledger, struct aj_arena *out);

/* The frame's space with the lessons as further cuts; those of `kinds`, a set of 1 << kind. */
const struct explore_space *explore_learn_space(const struct explore_ledger *ledger,
                                                const struct explore_lessons *lessons,
                                                unsigned kinds, struct aj_arena *out);
#define EXPLORE_LESSONS_ALL                                              \
    (1u << EXPLORE_LESSON_NOT_APPLICABLE | 1u << EXPLORE_LESSON_MISSES | \
     1u << EXPLORE_LESSON_PART_MISSES)

/* Is all that a cut forbids decided like that? */
bool explore_learn_speaks_of(const struct explore_decision *decision,
                             const struct explore_cut *cut);
/* A cut as a constraint of cells.yml. */
struct model_constraint explore_learn_constraint(const struct explore_frame *frame,
                                                 const struct explore_cut *cut,
                                                 struct aj_arena *out);

#endif
