/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the ledger has of a finale's rounds.
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

#endif
