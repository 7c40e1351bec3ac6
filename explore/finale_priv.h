/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the ledger has of a finale's rounds, and what follows from them: the race, the pairs.
 */
#ifndef EXPLORE_FINALE_PRIV_H
#define EXPLORE_FINALE_PRIV_H

#include "explore/finale.h"
#include "explore/race.h"

enum { FINALE_SINGLES = 1000 }; /* rounds of CONFIRM from this on are single runs, not pairs */

struct finale {
    const struct explore_ledger *ledger;
    uint32_t number;
    size_t first;    /* so many runs have chosen its finalists */
    uint32_t budget; /* of runs in all */
    struct aj_arena *out;
    const struct explore_decision *finalists[EXPLORE_RACE_FINALISTS_MAX];
    bool gone[EXPLORE_RACE_FINALISTS_MAX]; /* given up */
    uint32_t finalists_count;
    uint32_t race_runs; /* that the race may have */
    uint32_t room;      /* runs that may be claimed yet */
};

struct round {
    uint32_t finale, number;
    uint32_t board; /* on which it began, and goes on */
    bool abandoned; /* by a process of which nobody knows whether it still runs */
    const struct explore_decision *rival; /* CONFIRM: whose pair it is; NULL: not known yet */
};

/* What a round has of one decision. */
struct seen {
    bool done, claimed, censored;
    uint32_t voids;
    double score;
    size_t at; /* entry by which it was settled */
};

/* Rounds of `phase`, singles left out, in the order in which they began. */
const struct round *finale_rounds(const struct finale *f, enum explore_phase phase, size_t *count);
struct seen finale_look(const struct finale *f, enum explore_phase phase, const struct round *round,
                        const struct explore_decision *decision);
/* Nothing more can be had of it. */
bool finale_settled(const struct seen *seen);
/* Has this finale given the decision up? *reason (NULL: not wanted) of its last void run. */
bool finale_gave_up(const struct finale *f, const struct explore_decision *decision,
                    const char **reason);
bool finale_same(const struct finale *f, const struct explore_decision *a,
                 const struct explore_decision *b);

/* What a board does next. */
enum finale_plan_kind { FINALE_PLAN_NOTHING, FINALE_PLAN_RUN, FINALE_PLAN_WAIT };
struct finale_plan {
    enum finale_plan_kind kind;
    enum explore_phase phase;
    uint32_t round;
    const struct explore_decision **what; /* what[count], the first one now */
    size_t count;
};

/* One more run behind those that the plan has. */
void finale_add(const struct finale *f, struct finale_plan *plan,
                const struct explore_decision *decision);

/* The race so far, and what `board` does next in it. */
struct explore_raced finale_race(const struct finale *f, uint32_t board, struct finale_plan *plan);

/* What was confirmed, in the order in which it began to be. */
typedef AJ_VEC(const struct explore_decision *) finale_decision_vec;
finale_decision_vec finale_candidates(const struct finale *f);
/* From 1; 0 for the baseline. */
uint32_t finale_candidate(const struct finale *f, const struct explore_decision *decision);

/* The pairs of a candidate, whichever finale they are of, in the order of their completion. */
struct finale_pairs {
    struct explore_pair *pairs;
    uint32_t *board; /* of each */
    size_t *at;
    size_t count;
    size_t scored; /* of them: with two scores */
    struct explore_claim claim;
};

/* What the pairs of `rival` say, and what `board` does next for them. */
struct finale_pairs finale_confirm(const struct finale *f, const struct explore_decision *rival,
                                   enum explore_claim_more more, uint32_t board,
                                   struct finale_plan *plan);

#endif
