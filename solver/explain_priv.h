/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What explanations share (explain.c, explain_drop.c, explain_relax.c, explain_plan.c): do these wishes hold together?
 */
#ifndef SOLVER_EXPLAIN_PRIV_H
#define SOLVER_EXPLAIN_PRIV_H

#include "solver/explain.h"
#include "solver/search.h"

struct explain {
    struct aj_ctx *cx;
    const struct model_board *board;
    const struct model_requirements *req;
    const struct solver_facts *facts;
    struct solver_wishes *wishes;
    int64_t deadline_ns;
    int64_t proof_ns;                /* how long it took to prove the whole conflict */
    bool unsure;                     /* not proved that each wish of the smallest set is needed */
    uint8_t family;                  /* of the last conflict */
    bool *spared;                    /* spared[wish]: not in the smallest set */
    const struct solver_wish *given; /* never left out, and no wish of the user; or NULL */
};

enum explain_trial {
    EXPLAIN_HOLDS,
    EXPLAIN_CONFLICT, /* proved */
    EXPLAIN_UNKNOWN,  /* no answer in time, or no proof that there is none */
};

/* Do the wishes that are not left out hold together? Only an interruption or a bug is a failure. */
AJ_NODISCARD enum aj_status explain_try(struct explain *e, enum explain_trial *trial);
bool explain_out_of_time(const struct explain *e);
/*
 * Leaves out wishes until those left are a smallest set in conflict: without any one of them the
 * others hold, as far as the time allowed to prove. They must be in conflict.
 */
AJ_NODISCARD enum aj_status explain_smallest_set(struct explain *e);
/*
 * Adds the hint with the cheapest change that makes wishes hold, by solving them with it. `conflict`
 * is the problem of the smallest set.
 */
AJ_NODISCARD enum aj_status explain_relax(struct explain *e, const struct solver_problem *conflict);
/*
 * The number nearest to that of a `bound` with which everything holds, and the key that has it; AJ_NONE32 if
 * it is no bound, or no number that says something will do.
 */
AJ_NODISCARD enum aj_status explain_other_bound(struct explain *e, uint32_t constraint,
                                                const char **key, uint32_t *number);

/* What is lost by leaving a wish out, from least to most. */
enum explain_worth {
    EXPLAIN_COMPANY, /* what keeps others away, or is about which CPUs and RAM */
    EXPLAIN_LEARNED,
    EXPLAIN_REST,
};
enum explain_worth explain_worth(const struct solver_wish *wish);
/* Does the file say the wish, and something else without it? One CPU is what a guest has anyway. */
bool explain_can_drop(const struct explain *e, const struct solver_wish *wish);
/* As explain_try(), with a file that does not say the wish; unknown when time is up. */
AJ_NODISCARD enum aj_status explain_try_without(struct explain *e, struct solver_wish *wish,
                                                enum explain_trial *trial);

#endif
