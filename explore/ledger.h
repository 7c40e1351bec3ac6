/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The runs of a study as the loop thinks of them: stored texts read once, latencies per CPU, late
 * blocks. Everything the loop decides is computed from here, so that a study that goes on after a
 * crash decides the same.
 */
#ifndef EXPLORE_LEDGER_H
#define EXPLORE_LEDGER_H

#include "explore/drift.h"
#include "explore/frame.h"
#include "explore/results.h"
#include "explore/search.h"
#include "explore/store.h"

/* `reason` of a proposal for which the solver or its checks found no cells begins so. */
#define EXPLORE_NO_PLAN "no plan: "
bool explore_ledger_no_plan(const struct explore_stored *stored);

struct explore_entry {
    struct explore_stored stored;
    struct explore_decision decision;
    const struct model_measurement *measurement; /* NULL unless the run is done */
    const double *latency_us; /* per CPU: median of the blocks' maxima, NAN: not measured */
    const uint32_t *late;     /* per CPU: blocks with a latency beyond the deadline */
    uint32_t blocks;
    double score;   /* worst CPU, percent of the deadline; NAN unless the run is done */
    bool censored;  /* latencies and score are at least this */
    uint32_t board; /* index into the ledger's boards */
    uint32_t study; /* of earlier ones: from 1 */
};

struct explore_ledger {
    const struct explore_frame *frame;
    struct aj_arena *arena; /* of what is read */
    struct {
        struct explore_entry *items; /* in the order in which they ended, then claimed ones */
        size_t count, cap;
        size_t ended;
    } runs;
    struct {
        struct explore_searched *items; /* that have ended: the last one's finale is the present */
        size_t count, cap;
    } searches;
    struct {
        struct explore_entry *items; /* of other studies: the search alone learns from them */
        size_t count, cap;
    } earlier;
    struct {
        const char **items; /* logins in the order of their first runs */
        size_t count, cap;
    } boards;
};

void explore_ledger_open(struct explore_ledger *ledger, const struct explore_frame *frame,
                         struct aj_arena *arena);
/*
 * Reads `runs`: those that ended after the ledger's runs.ended-th, in that order, and all that are
 * claimed, which take the place of the claimed ones so far. So what was ended stays where it is,
 * whatever boards end later. AJ_ERR_INPUT "explore-run" for a decision that is none of the space, or
 * a measurement of other CPUs; ids of model/measurement.h.
 */
AJ_NODISCARD enum aj_status explore_ledger_update(struct aj_ctx *cx, struct explore_ledger *ledger,
                                                  const struct explore_stored *runs, size_t count);

/* Index of a login among the ledger's boards, which it joins if it is new. */
uint32_t explore_ledger_board(struct explore_ledger *ledger, const char *login);
/* Mean score of the runs with this decision; NAN if there are none. */
double explore_ledger_score(const struct explore_ledger *ledger,
                            const struct explore_decision *decision);

/* Adds the good runs of an earlier study, as far as they are of this space; *used: how many. */
AJ_NODISCARD enum aj_status explore_ledger_earlier(struct aj_ctx *cx, struct explore_ledger *ledger,
                                                   const struct explore_stored *runs, size_t count,
                                                   size_t *used);
/*
 * Adds the latencies of the cell under study in `results`, measured on what was deployed; *used: how
 * many tests. AJ_ERR_INPUT "explore-results" if they do not say what that was, or it is none of the
 * space; `name` stands in the message.
 */
AJ_NODISCARD enum aj_status explore_ledger_results(struct aj_ctx *cx, struct explore_ledger *ledger,
                                                   const char *name,
                                                   const struct explore_results *results,
                                                   size_t *used);

/* A measurement made on `decision`, in the terms of the ledger. Ids as above. */
AJ_NODISCARD enum aj_status explore_entry_measure(struct aj_ctx *cx,
                                                  const struct explore_frame *frame,
                                                  const struct model_measurement *measurement,
                                                  struct aj_arena *out,
                                                  struct explore_entry *entry);

/* Was a wake-up of a run that is done beyond the deadline, on any measured CPU? */
bool explore_ledger_late(const struct explore_frame *frame, const struct explore_entry *entry);

/*
 * What the runs of the baseline tell of a change of a board, which others do not share; runs are
 * those of the board, from 1.
 */
struct explore_drift explore_ledger_drift(const struct explore_ledger *ledger, uint32_t board,
                                          struct aj_arena *out);
/*
 * The epoch of each of the ledger's runs: 0 is that of all boards before they drifted, the others are
 * one board's each.
 */
const uint32_t *explore_ledger_epochs(const struct explore_ledger *ledger, struct aj_arena *out);
/* The good runs, for the search; drift begins new epochs. */
struct explore_history explore_ledger_history(const struct explore_ledger *ledger,
                                              struct aj_arena *out);

#endif
