/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the runs of a decision amount to: the one way in which terminal and report count them. How many
 * there are was decided by looking at them, so intervals are those of explore/anytime.h.
 * docs/explore.md, chapter "Statistics".
 */
#ifndef EXPLORE_SUMMARY_H
#define EXPLORE_SUMMARY_H

#include "base/arena.h"
#include "explore/stats.h"

struct explore_summary_run {
    double score;  /* worst CPU, percent of its deadline */
    bool censored; /* ended early: the score is at least this */
    bool late;     /* some wake-up on some measured CPU was beyond its deadline */
};

struct explore_summary {
    uint32_t runs;
    double score; /* median of the runs' scores; NAN: no runs */
    /* Between which of them it lies, EXPLORE_LEVEL sure; NAN: too few runs for that. */
    struct explore_interval bounds;
    bool at_least, bound_at_least;       /* score, upper bound: made of runs that ended early */
    uint32_t late;                       /* runs with `late` */
    struct explore_interval late_bounds; /* of their share; [0, 1] without runs */
};
struct explore_summary explore_summary_make(const struct explore_summary_run *runs, uint32_t count,
                                            struct aj_arena *scratch);

/*
 * "45.2 % of 100 us (95 % interval 40.5 to 47.3 %, 6 runs)", ">= 500.0 % of ..."; "not measured"
 * without runs.
 */
const char *explore_summary_text(const struct explore_summary *summary, int64_t deadline_ns,
                                 struct aj_arena *out);

#endif
