/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * After the search: the finalists race, the winner is confirmed against the baseline in pairs, and
 * where explore.yml asks for it, the deadline is certified. What the runs allow to say is judged
 * here, too, so that a study says the same whether it runs or is read again.
 */
#ifndef EXPLORE_FINALE_H
#define EXPLORE_FINALE_H

#include "explore/agenda.h"
#include "explore/claim.h"
#include "explore/deadline.h"

struct explore_verdict {
    const struct explore_decision *baseline;
    const struct explore_decision *winner;      /* of search and race; may be the baseline */
    const struct explore_decision *recommended; /* winner or baseline */
    bool confirmed;                             /* there were pairs enough to judge */
    size_t first;                           /* entry of the ledger with which this finale begins */
    struct explore_claim claim;             /* of the winner; without pairs if it is the baseline */
    struct explore_certificate certificate; /* of what is recommended */
};

/*
 * The next run of the finale; END if its budget is spent or nothing is left to show. Finalists are
 * chosen from the runs before the finale alone, and the certificate from runs made after its decision
 * was chosen.
 */
AJ_NODISCARD enum aj_status explore_finale_next(struct aj_ctx *cx,
                                                const struct explore_ledger *ledger,
                                                struct aj_arena *out, struct explore_turn *turn);
/*
 * What the runs so far allow to say. The baseline is recommended unless the winner is shown to be
 * better, or there was no budget for showing it.
 */
void explore_finale_judge(struct aj_ctx *cx, const struct explore_ledger *ledger,
                          struct aj_arena *out, struct explore_verdict *verdict);

#endif
