/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What to run next: a function of the runs so far and nothing else, so that a study which goes on
 * after a crash does what it would have done.
 */
#ifndef EXPLORE_AGENDA_H
#define EXPLORE_AGENDA_H

#include "explore/learn.h"

/* Why a study ends, or what it does next. */
enum explore_turn_kind {
    EXPLORE_TURN_RUN,
    EXPLORE_TURN_WAIT, /* what is next follows from runs that others are making */
    EXPLORE_TURN_END,
};
struct explore_turn {
    uint8_t kind;
    uint8_t phase; /* enum explore_phase */
    uint32_t finale, round;
    struct explore_decision decision;
    const struct explore_decision *const *then; /* then[then_count] follow it in the round */
    size_t then_count;
    const char *why; /* END: a sentence without its stop; NULL in the finale: nothing was missing */
};

/* Runs in all: what explore.yml says, else by the number of CPUs. */
uint32_t explore_agenda_budget(const struct explore_frame *frame);
/*
 * Those of a budget of `all` runs that confirm, and certify where that is wanted and half of all are
 * enough for it.
 */
uint32_t explore_agenda_finale_budget(const struct explore_frame *frame, uint32_t all);
/* Those of them that search; the rest is for the finalists and the confirmation. */
uint32_t explore_agenda_search_budget(const struct explore_frame *frame);

/*
 * The next run of board `board` before the finale: baseline, sentinel, or what the search proposes.
 * AJ_ERR_TARGET "explore-void" if the baseline cannot be measured; what the search fails with.
 */
AJ_NODISCARD enum aj_status explore_agenda_search(struct aj_ctx *cx,
                                                  const struct explore_ledger *ledger,
                                                  uint32_t board, struct aj_arena *out,
                                                  struct explore_turn *turn);

/*
 * What the search proposes, END if nothing is left or likely to be better. The same ledger gives the
 * same proposal; boards that propose at the same time get others.
 */
AJ_NODISCARD enum aj_status explore_agenda_propose(struct aj_ctx *cx,
                                                   const struct explore_ledger *ledger,
                                                   uint32_t board, struct aj_arena *out,
                                                   struct explore_turn *turn,
                                                   struct explore_proposal *proposal);

/*
 * Measured decisions, best first: those that the lessons allow; where these allow none, all that can
 * be had. Returns how many.
 */
size_t explore_agenda_rank(struct aj_ctx *cx, const struct explore_ledger *ledger,
                           struct aj_arena *out, const struct explore_ranked **ranked);
/* Is the time of the budget spent on measuring? */
bool explore_agenda_out_of_time(const struct explore_ledger *ledger);
/* What is thought of the best measured decision, percent of the deadline; NAN before there is one. */
double explore_agenda_best(struct aj_ctx *cx, const struct explore_ledger *ledger);

#endif
