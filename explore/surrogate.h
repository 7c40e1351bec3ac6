/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The surrogate: what the runs so far say about every decision's latency on every CPU. A hierarchical
 * Bayesian model over the program's own decisions; its posterior is a set of draws of the
 * coefficients. docs/explore.md has the mathematics.
 */
#ifndef EXPLORE_SURROGATE_H
#define EXPLORE_SURROGATE_H

#include "explore/search.h"

/*
 * Coefficients come in blocks, all in us. Those before EXPLORE_BLOCK_PAIR add to the latency; those
 * from it on are disturbances, >= 0, which add up to what a ceiling then bends.
 */
enum explore_block {
    EXPLORE_BLOCK_BASE,         /* [cell] */
    EXPLORE_BLOCK_CPU,          /* [cpu] */
    EXPLORE_BLOCK_CLUSTER,      /* [cluster] */
    EXPLORE_BLOCK_CELL_CPU,     /* [cell][cpu] */
    EXPLORE_BLOCK_CLUSTER_BANK, /* [cluster][bank] */
    EXPLORE_BLOCK_KNOB,         /* [values of all knobs]; the first value of each is 0 */
    EXPLORE_BLOCK_KNOB_CELL,    /* [values of all knobs][cell] */
    EXPLORE_BLOCK_BOARD,        /* [board], against the first one seen */
    EXPLORE_BLOCK_EPOCH,        /* [epoch], against the first one seen */
    EXPLORE_BLOCK_DECISION,     /* [measured decision]: what no other coefficient explains */
    EXPLORE_BLOCK_PAIR,         /* [victim cell][cell]: each CPU in the same cluster */
    EXPLORE_BLOCK_CORE_PAIR,    /* [cell]: each CPU on the same core, on top */
    EXPLORE_BLOCK_IRQ_HERE,     /* [irq]: on the CPU */
    EXPLORE_BLOCK_IRQ_NEAR,     /* [irq]: elsewhere in the cluster */
    EXPLORE_BLOCK_BANK_SHARED,  /* [cell]: memory in the same bank */
    EXPLORE_BLOCK_IRQ_CPU,      /* [irq][cpu]: for everybody */
    EXPLORE_BLOCK_CELL_BANK,    /* [cell][bank]: for everybody */
    EXPLORE_BLOCK_CPU_PAIR,     /* [victim cpu][cpu] that belongs to another cell */
    EXPLORE_BLOCKS,
};

/* Where the blocks lie in an array of coefficients. */
struct explore_layout {
    const struct explore_space *space;
    uint32_t clusters_count;
    const uint32_t *knob_first; /* [knob]: of its values among those of all knobs */
    uint32_t knob_values;
    uint32_t boards_count, epochs_count, decisions_count;
    uint32_t first[EXPLORE_BLOCKS + 1]; /* the last is the number of coefficients */
};

/* One draw from the posterior, or a mean of several. */
struct explore_draw {
    double *coef; /* us */
    double ceiling;
};

struct explore_surrogate {
    struct explore_layout layout;
    const struct explore_history *history;
    const uint32_t *decision_of;         /* [run]: index of its decision among the distinct ones */
    const uint32_t *first_run;           /* [distinct decision] */
    const uint32_t *board_of, *epoch_of; /* [run]: dense, in the order they were seen */
    double scale;                        /* us: a typical latency, by which priors are scaled */
    double noise; /* us: standard deviation of a run's score, posterior mean */
    struct explore_draw *draws;
    uint32_t draws_count;
    double widen; /* >= 1: by how much standard deviations over the draws are too small */
};

enum explore_effort {
    EXPLORE_EFFORT_SEARCH, /* a few ms; all draws from one short chain */
    /* Many times that, for intervals that are told: each of several chains leaves out a part of the
     * decisions, and how well it predicts them is what `widen` is made from. */
    EXPLORE_EFFORT_REPORT,
};

struct explore_surrogate_options {
    uint64_t seed, draw;
    uint32_t draws; /* to keep */
    uint8_t prior;  /* enum explore_prior */
    uint8_t effort; /* enum explore_effort */
};

/* Lives in `out`, as long as space and history do. Without runs the draws are of the prior. */
const struct explore_surrogate *
explore_surrogate_fit(const struct explore_space *space, const struct explore_history *history,
                      const struct explore_surrogate_options *options, struct aj_arena *out);
/* What disturbances of `sum` us in all add to a latency. */
double explore_surrogate_bend(double sum, double ceiling);
/* The coefficients that one row, a measured CPU of a decision, has, with their weights. */
struct explore_term {
    uint32_t coef;
    double weight;
};
/* At most this many terms in a row. */
uint32_t explore_layout_terms_max(const struct explore_layout *layout);
void explore_layout_make(const struct explore_space *space, const struct explore_history *history,
                         struct aj_arena *out, struct explore_surrogate *surrogate);
/* terms[explore_layout_terms_max]; without the offsets of board, epoch and decision. */
uint32_t explore_layout_row(const struct explore_layout *layout,
                            const struct explore_decision *decision, uint32_t cpu,
                            struct explore_term *terms);

/*
 * latency_us[cpus_count] by one draw, NAN on CPUs of cells that are not measured; terms[] is room as
 * above.
 */
void explore_surrogate_predict(const struct explore_layout *layout, const struct explore_draw *draw,
                               const struct explore_decision *decision, struct explore_term *terms,
                               double *latency_us);

#endif
