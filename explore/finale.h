/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * After the search: the finalists race, the winner is confirmed against the baseline in pairs, and
 * where explore.yml asks for it, the deadline is certified. What the runs allow to say is judged
 * here, too, so that a study says the same whether it runs or is read again. Several boards share the
 * work by rounds: a round of the race and a pair are one board's each.
 */
#ifndef EXPLORE_FINALE_H
#define EXPLORE_FINALE_H

#include "explore/agenda.h"
#include "explore/claim.h"
#include "explore/deadline.h"

enum {
    EXPLORE_FINALE_VOIDS = 4, /* void runs in a row, after which a decision is given up */
};

/* What the pairs of one board alone say. */
struct explore_board_effect {
    const char *board;
    double effect; /* as in struct explore_claim */
    uint32_t pairs;
};
/* A decision that the finale gave up. */
struct explore_given_up {
    const struct explore_decision *decision;
    const char *reason; /* of the last void run */
};

struct explore_verdict {
    const struct explore_decision *baseline;
    const struct explore_decision *winner;      /* what the claim is of; may be the baseline */
    const struct explore_decision *recommended; /* winner or baseline */
    bool confirmed;                             /* there were pairs enough to judge */
    struct explore_claim claim;             /* of the winner; without pairs if it is the baseline */
    struct explore_certificate certificate; /* of what is recommended */
    const struct explore_board_effect *boards; /* with pairs of the claim, in their order */
    size_t boards_count;
    const struct explore_given_up *given_up; /* in the last finale */
    size_t given_up_count;
};

/*
 * The next run of board `board` in the finale that the last of the ledger's searches began. END if
 * its budget is spent or nothing is left to show; WAIT if that depends on runs of other boards.
 * Finalists are chosen from the runs before the finale alone, and the certificate from runs made
 * after its decision was chosen.
 */
AJ_NODISCARD enum aj_status explore_finale_next(struct aj_ctx *cx,
                                                const struct explore_ledger *ledger, uint32_t board,
                                                struct aj_arena *out, struct explore_turn *turn);
/*
 * What the runs so far allow to say. The baseline is recommended unless a winner of this finale or of
 * one before it is shown to be better, or there was no budget for showing it.
 */
void explore_finale_judge(struct aj_ctx *cx, const struct explore_ledger *ledger,
                          struct aj_arena *out, struct explore_verdict *verdict);

#endif
