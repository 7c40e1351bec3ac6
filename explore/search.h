/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What to measure next, and what to recommend: Thompson sampling on a Bayesian surrogate whose
 * features are the integer program's own decisions. docs/explore.md has the mathematics.
 */
#ifndef EXPLORE_SEARCH_H
#define EXPLORE_SEARCH_H

#include "base/ctx.h"
#include "explore/space.h"

/* One measured run. */
struct explore_observed {
    const struct explore_decision *decision;
    const double *latency_us; /* score per CPU, at least what was seen if `censored`; NAN: none */
    bool censored;            /* ended early, since it was hopeless */
    uint32_t board;           /* which of several identical boards */
    uint32_t epoch;           /* a drift of the target begins a new one */
};
struct explore_history {
    const struct explore_observed *runs; /* in the order of time; replicates are welcome */
    size_t count;
};

enum explore_prior {
    EXPLORE_PRIOR_INFORMED, /* scales as docs/explore.md states them */
    EXPLORE_PRIOR_FLAT,     /* one scale for all: what is left without that knowledge */
    EXPLORE_PRIOR_LOCAL,    /* nothing that acts beyond its cluster or bank */
};

struct explore_search_options {
    uint64_t seed;
    uint64_t draw;   /* number of this proposal: with the seed it fixes the random numbers */
    uint32_t budget; /* runs in all, as far as known; 0: not known */
    uint8_t prior;   /* enum explore_prior */
};

struct explore_proposal {
    struct explore_decision decision; /* not measured, and of no measured class while one is left */
    double mean, sd;                  /* of the objective there: worst CPU, percent of deadline */
    double incumbent;                 /* the same, of the best measured decision */
    double likely_gain; /* chance that it is better than the best measured one by 0.5 % and more */
    bool proved;        /* by its draw no open decision is better by 0.5 % */
    bool improved;      /* the integer program found a better one than descent had */
};

/*
 * The next decision to measure. AJ_ERR_INFEASIBLE "space-empty" if the space allows none,
 * AJ_ERR_LIMIT "space-exhausted" if every decision is measured.
 */
AJ_NODISCARD enum aj_status explore_search_propose(struct aj_ctx *cx,
                                                   const struct explore_space *space,
                                                   const struct explore_history *history,
                                                   const struct explore_search_options *options,
                                                   struct aj_arena *out,
                                                   struct explore_proposal *proposal);

/* A measured decision and what is thought of it: the model's mean and its own runs, weighed. */
struct explore_ranked {
    const struct explore_decision *decision;
    uint32_t runs;
    double mean, sd;
};
/* Measured decisions that the space's cuts allow, best first; replicates are one. */
void explore_search_rank(struct aj_ctx *cx, const struct explore_space *space,
                         const struct explore_history *history, struct aj_arena *out,
                         const struct explore_ranked **ranked, size_t *count);

/* What a choice costs against the usual one: a contrast of the surrogate, never a lone coefficient. */
struct explore_effect {
    const char *text; /* "irq 62 on a CPU of plc" */
    double mean_us, sd_us;
    uint32_t runs; /* that tell of it */
};
/* The effects, largest |mean| / sd first. */
void explore_search_effects(struct aj_ctx *cx, const struct explore_space *space,
                            const struct explore_history *history, struct aj_arena *out,
                            const struct explore_effect **effects, size_t *count);

#endif
