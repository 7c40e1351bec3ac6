/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "The recommended cells are better than the baseline": said from runs that were made after the
 * winner was chosen and for nothing else, winner and baseline in pairs. Whatever chose the winner saw
 * it lucky; these runs do not know that.
 */
#ifndef EXPLORE_CLAIM_H
#define EXPLORE_CLAIM_H

#include "explore/compare.h"

#define EXPLORE_RELEVANT 0.02 /* a smaller difference of scores does not matter */
enum {
    EXPLORE_CLAIM_PAIRS = 20, /* most that are worth measuring: the last look */
};

/* Scores of two runs that followed each other, > 0, lower is better. */
struct explore_pair {
    double baseline, winner;
};

enum explore_claim_verdict {
    EXPLORE_CLAIM_OPEN,      /* more pairs may show it */
    EXPLORE_CLAIM_BETTER,    /* than the baseline, by an amount that matters */
    EXPLORE_CLAIM_WORSE,     /* likewise */
    EXPLORE_CLAIM_ALIKE,     /* shown to differ by less than matters */
    EXPLORE_CLAIM_NOT_SHOWN, /* all pairs are measured, and it may be either */
};
struct explore_claim {
    enum explore_claim_verdict verdict;
    double effect;                    /* winner's score / baseline's - 1: -0.12 is 12 % less */
    struct explore_interval interval; /* of the effect, EXPLORE_LEVEL sure; [-1, inf]: too few */
    double p;                         /* of no difference, two-sided, at this look alone */
    uint32_t pairs;                   /* n, that effect and interval are made of */
    uint32_t left_out;                /* pairs without two scores */
    uint32_t next_look;               /* so many pairs are wanted next; 0: none */
};
/*
 * Looks at the first 6, 12 and 20 pairs that have two scores and no oftener, so it may be asked after
 * each pair: the first look that decides stands. Of an exploration's candidates for being better, the
 * first may be wrong in 1/25 and the jth, j > 1, in 1/(100 j (j - 1)), which is 1 of 20 explorations
 * for all of them, however often its budget is raised; a candidate's looks spend what it has, and the
 * interval holds at whichever look it is reported. After the last look, or with
 * EXPLORE_CLAIM_NO_MORE, an undecided one is EXPLORE_CLAIM_NOT_SHOWN.
 */
enum explore_claim_more { EXPLORE_CLAIM_MORE_COMES, EXPLORE_CLAIM_NO_MORE };
struct explore_claim explore_claim_judge(const struct explore_pair *pairs, size_t count,
                                         uint32_t candidate, enum explore_claim_more more,
                                         struct aj_arena *scratch);
/* What look `look` (from 0) of candidate `candidate` (from 1) may spend; 0: there is none. */
double explore_claim_alpha(uint32_t candidate, uint32_t look);
/*
 * "12.3 % lower (95 % interval 9.1 to 15.0 % lower, 12 pairs)" and the like, for people; says so
 * where nothing is shown.
 */
const char *explore_claim_text(const struct explore_claim *claim, struct aj_arena *out);

#endif
