/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chain that samples the posterior. Numbers are in units of the typical latency until a draw is
 * kept.
 */
#ifndef EXPLORE_SURROGATE_PRIV_H
#define EXPLORE_SURROGATE_PRIV_H

#include "explore/surrogate.h"

enum explore_prior_kind {
    EXPLORE_KIND_NORMAL,      /* N(mean, scale^2) */
    EXPLORE_KIND_NEAR_MEAN,   /* N(m, (m / 2)^2) above 0, m shared by all victims of a cell */
    EXPLORE_KIND_EXPONENTIAL, /* mean `scale` */
    EXPLORE_KIND_SPARSE,      /* 0, or with a small chance exponential with mean `scale` */
};

/* Priors in units of a typical latency; `learned`: the scale is itself unknown. */
struct explore_block_prior {
    uint8_t kind;
    bool learned;
    double mean, scale;
};
extern const struct explore_block_prior explore_priors[EXPLORE_BLOCKS];
#define EXPLORE_SPARSE_YES    1.0 /* Beta(1, 9): one in ten is there */
#define EXPLORE_SPARSE_NO     9.0
#define EXPLORE_NOISE_SCALE   0.04
#define EXPLORE_CEILING_SCALE 2.0
/* Degrees of freedom of decisions' own offsets, so that one that hung says nothing of the others. */
#define EXPLORE_LOCAL 2.0

struct explore_entry {
    uint32_t row;
    double weight;
};

struct explore_chain {
    const struct explore_layout *layout;
    struct aj_random random;
    uint8_t prior; /* enum explore_prior */
    uint32_t rows_count, coefs_count;
    struct explore_term *terms; /* of row i: terms[row_first[i] .. row_first[i + 1]) */
    uint32_t *row_first;
    struct explore_entry *entries; /* of coefficient j: entries[col_first[j] .. col_first[j + 1]) */
    uint32_t *col_first;
    double *seen, *score; /* what was seen; the same, drawn anew where it was a bound */
    bool *censored;
    uint32_t *decision; /* [row] */
    bool *left_out;     /* [row]: says nothing to this chain */
    double *robust;     /* weight of a row */
    double *plain, *disturbed, *fitted, *slope, *coef;
    double noise, ceiling; /* variance; level */
    double scale[EXPLORE_BLOCKS], chance[EXPLORE_BLOCKS];
    double *pair_mean;               /* [cell] */
    double *local;                   /* [decision]: its precision, times that of the block */
    uint32_t *member, members_count; /* the plain coefficients that rows have */
    uint32_t *place;                 /* [coefficient]: in member */
    double *matrix, *right;
};

/* Coefficients, rows and prior at the start; all of it in `scratch`. */
void explore_chain_open(struct explore_chain *c, const struct explore_surrogate *s,
                        struct aj_arena *scratch);
/*
 * A chain begins, with nothing known but the prior. It leaves out every parts-th decision from
 * `part` on; parts 1: none.
 */
void explore_chain_start(struct explore_chain *c, uint32_t part, uint32_t parts);
/* Is there a row for this CPU of the run? */
bool explore_chain_scores(const struct explore_space *space, const struct explore_observed *run,
                          uint32_t cpu);
/* Does any row have the coefficient? */
bool explore_chain_has(const struct explore_chain *c, uint32_t coef);
enum explore_block explore_chain_block(const struct explore_layout *layout, uint32_t coef);
/* The fit of one row after its parts changed; all parts from the coefficients. */
void explore_chain_refit(struct explore_chain *c, uint32_t row);
void explore_chain_resum(struct explore_chain *c);

/* Steps of a sweep. Student's t as a mixture of normals, the noise, scores above their bounds: */
void explore_chain_draw_noise(struct explore_chain *c);
/* The scales of the blocks and the chances of the sparse ones. */
void explore_chain_draw_scales(struct explore_chain *c);
void explore_chain_draw_ceiling(struct explore_chain *c);

/* What chains said of each row, without its decision's own offset. */
struct explore_foresight {
    double *sum, *squares;  /* [row]: over all draws */
    double *unseen, *times; /* [row]: sum over the draws of chains that left it out, and how many */
};
void explore_foresight_open(const struct explore_chain *c, struct aj_arena *scratch,
                            struct explore_foresight *f);
void explore_foresight_add(const struct explore_chain *c, struct explore_foresight *f);
/*
 * The factor, 1 or more, by which standard deviations over the draws of `s` are to be multiplied so
 * that twice these, with the noise, would have held 95 % of what was left out.
 */
double explore_foresight_widen(const struct explore_chain *c, const struct explore_foresight *f,
                               const struct explore_surrogate *s, struct aj_arena *scratch);

#endif
