/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The finalists against each other: each round measures all that are left once, in random order, and
 * whoever is shown to be worse leaves. It chooses whom to confirm; it claims nothing.
 */
#ifndef EXPLORE_RACE_H
#define EXPLORE_RACE_H

#include "base/num.h"
#include "explore/compare.h"

enum {
    EXPLORE_RACE_FINALISTS_MAX = 8,
    EXPLORE_RACE_FINALISTS = 3, /* defaults, from benchmarks/honesty: more rounds win little */
    EXPLORE_RACE_ROUNDS = 8,
    EXPLORE_RACE_FIRST = 5, /* rounds before the first test */
};
#define EXPLORE_RACE_ALPHA 0.1 /* to lose one that is not worse, in all rounds together */

/* The scores so far; the finalists are ordered, the one that is thought to be the best first. */
struct explore_race {
    const double *scores; /* scores[round * finalists + k], > 0, lower is better; NAN: none */
    uint32_t finalists;   /* 1 .. EXPLORE_RACE_FINALISTS_MAX */
    uint32_t rounds;      /* <= EXPLORE_PAIRS_MAX */
    const bool *gone;     /* gone[finalists]: given up, as its runs are void; NULL: nobody */
};
struct explore_raced {
    uint32_t winner; /* among those left, by the rounds that count; NONE32: all were given up */
    uint32_t left;   /* how many */
    /* Round, from 1, after which it left; 0: still there; AJ_NONE32: it was given up. */
    uint32_t out_in[EXPLORE_RACE_FINALISTS_MAX];
    double location[EXPLORE_RACE_FINALISTS_MAX]; /* score as its rounds have it; 0 without any */
    uint32_t rounds;                             /* that have a score of everyone then left */
    double p;                                    /* of the last test, 1 without any */
};
/*
 * Runs the race again from its first round, so it may be asked after each and after a restart. Three
 * and more are tested by Friedman's ranks with ties, from the first significant test those leave
 * whose sum of ranks is too far from the best one's; two by the signed ranks. Tests are at
 * explore_compare_alpha. A tie of the winners goes to the first. Source: Conover: Practical
 * Nonparametric Statistics, 5.8; Birattari et al.: A racing algorithm for configuring metaheuristics,
 * GECCO 2002.
 */
struct explore_raced explore_race_judge(const struct explore_race *race, struct aj_arena *scratch);

#endif
