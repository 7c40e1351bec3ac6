/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The posterior by Gibbs sampling. All coefficients that add plainly are drawn at once, by Cholesky;
 * disturbances one by one, as each is bounded by zero; then the scales of the blocks, the noise and
 * the ceiling. Numbers are in units of the typical latency until a draw is kept.
 */
#include <math.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>

#include "base/num.h"
#include "explore/shapes.h"
#include "explore/stats.h"
#include "explore/surrogate_priv.h"

/* Chains, and sweeps of each before its first draw is kept and from one kept draw to the next. */
static const struct effort {
    uint32_t chains, first, apart;
} efforts[] = {
    [EXPLORE_EFFORT_SEARCH] = {1, 40, 5},
    [EXPLORE_EFFORT_REPORT] = {8, 200, 10},
};
/* By how much a short chain's draws differ too little; docs/explore.md says how it was found. */
#define SEARCH_WIDEN  1.8
#define BLOCK_EVERY   3 /* sweeps to a draw of the plain coefficients */
#define CEILING_EVERY 4

/* A = prior + X'WX / noise, of which only the lower triangle is made, and b likewise. */
static void sum_plain(struct explore_chain *c)
{
    const size_t m = c->members_count;
    const uint32_t pairs = c->layout->first[EXPLORE_BLOCK_PAIR];
    memset(c->matrix, 0, m * m * sizeof *c->matrix);
    for (size_t a = 0; a < m; a++) {
        const enum explore_block b = explore_chain_block(c->layout, c->member[a]);
        const double own =
            b == EXPLORE_BLOCK_DECISION ? c->local[c->member[a] - c->layout->first[b]] : 1.0;
        const double precision = own / (c->scale[b] * c->scale[b]);
        c->matrix[a * m + a] = precision;
        c->right[a] = precision * explore_priors[b].mean;
    }
    for (uint32_t i = 0; i < c->rows_count; i++) {
        const double w = c->robust[i] / c->noise;
        const double left = c->score[i] - c->fitted[i] + c->plain[i];
        for (uint32_t k = c->row_first[i]; k < c->row_first[i + 1]; k++) {
            if (c->terms[k].coef >= pairs)
                continue;
            const size_t a = c->place[c->terms[k].coef];
            c->right[a] += w * left;
            for (uint32_t l = c->row_first[i]; l < c->row_first[i + 1]; l++) {
                if (c->terms[l].coef <= c->terms[k].coef)
                    c->matrix[a * m + c->place[c->terms[l].coef]] += w;
            }
        }
    }
}

/*
 * A row has one decision, so their part of A is diagonal: eliminated, they leave a small matrix.
 * `from` is the first of them.
 */
static void eliminate_decisions(struct explore_chain *c, size_t from)
{
    const size_t m = c->members_count;
    for (size_t a = from; a < m; a++) {
        const double *with = &c->matrix[a * m];
        for (size_t k = 0; k < from; k++) {
            const double share = with[k] / with[a];
            if (!(share > 0.0))
                continue;
            c->right[k] -= share * c->right[a];
            for (size_t l = 0; l <= k; l++)
                c->matrix[k * m + l] -= share * with[l];
        }
    }
}

/* Given the others, which are at the beginning of `right`. */
static void draw_decisions(struct explore_chain *c, size_t from)
{
    const size_t m = c->members_count;
    for (size_t a = from; a < m; a++) {
        const double *with = &c->matrix[a * m];
        double left = c->right[a];
        for (size_t k = 0; k < from; k++)
            left -= with[k] * c->right[k];
        c->right[a] = left / with[a] + aj_random_normal(&c->random) / sqrt(with[a]);
    }
}

/* Plain coefficients: N(A^-1 b, A^-1), by A = L L' once decisions are eliminated. */
static void draw_plain(struct explore_chain *c)
{
    const size_t m = c->members_count;
    size_t others = m;
    if (m == 0)
        return;
    while (c->member[others - 1] >= c->layout->first[EXPLORE_BLOCK_DECISION])
        others--;
    sum_plain(c);
    eliminate_decisions(c, others);
    gsl_matrix_view matrix = gsl_matrix_view_array_with_tda(c->matrix, others, others, m);
    gsl_vector_view right = gsl_vector_view_array(c->right, others);
    /* Priors make it positive definite; numbers that went astray leave the draw before. */
    if (gsl_linalg_cholesky_decomp1(&matrix.matrix) != GSL_SUCCESS)
        return;
    gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, &matrix.matrix, &right.vector);
    for (size_t a = 0; a < others; a++)
        c->right[a] += aj_random_normal(&c->random);
    gsl_blas_dtrsv(CblasLower, CblasTrans, CblasNonUnit, &matrix.matrix, &right.vector);
    draw_decisions(c, others);
    for (size_t a = 0; a < m; a++)
        c->coef[c->member[a]] = c->right[a];
    explore_chain_resum(c);
}

/* One disturbance x, about which the data say pull * x - precision * x^2 / 2. */
static double draw_one(struct explore_chain *c, enum explore_block block, uint32_t coef,
                       double precision, double pull)
{
    const double scale = c->scale[block];
    switch ((enum explore_prior_kind)explore_priors[block].kind) {
    case EXPLORE_KIND_NEAR_MEAN: {
        const uint32_t cells = c->layout->space->cells_count;
        const double mean = c->pair_mean[(coef - c->layout->first[block]) % cells];
        const double own = 4.0 / (mean * mean);
        return explore_draw_positive(&c->random, (pull + own * mean) / (precision + own),
                                     precision + own);
    }
    case EXPLORE_KIND_EXPONENTIAL:
        if (precision <= 0.0)
            return scale * aj_random_exponential(&c->random);
        return explore_draw_positive(&c->random, (pull - 1.0 / scale) / precision, precision);
    case EXPLORE_KIND_SPARSE: {
        if (c->prior == EXPLORE_PRIOR_LOCAL)
            return 0.0;
        double odds = c->chance[block] / (1.0 - c->chance[block]);
        if (precision > 0.0) {
            const double z = (pull - 1.0 / scale) / sqrt(precision);
            odds *= exp(fmin(explore_log_mass_above(z) - log(scale) - 0.5 * log(precision), 500.0));
        }
        if (aj_random_unit(&c->random) * (1.0 + odds) >= odds)
            return 0.0;
        if (precision <= 0.0)
            return scale * aj_random_exponential(&c->random);
        return explore_draw_positive(&c->random, (pull - 1.0 / scale) / precision, precision);
    }
    case EXPLORE_KIND_NORMAL: break;
    }
    return explore_priors[block].mean + scale * aj_random_normal(&c->random);
}

static void draw_disturbances(struct explore_chain *c)
{
    for (uint32_t b = EXPLORE_BLOCK_PAIR; b < EXPLORE_BLOCKS; b++) {
        for (uint32_t j = c->layout->first[b]; j < c->layout->first[b + 1]; j++) {
            const struct explore_entry *from = &c->entries[c->col_first[j]];
            const struct explore_entry *to = &c->entries[c->col_first[j + 1]];
            if (from == to)
                continue;
            double precision = 0.0, pull = 0.0;
            const double old = c->coef[j];
            for (const struct explore_entry *e = from; e < to; e++) {
                const double x = e->weight * c->slope[e->row];
                const double left = c->score[e->row] - c->fitted[e->row] + x * old;
                precision += c->robust[e->row] * x * x;
                pull += c->robust[e->row] * x * left;
            }
            const double new =
                draw_one(c, (enum explore_block)b, j, precision / c->noise, pull / c->noise);
            const double change = new - old;
            if (fabs(change) < 1e-12)
                continue;
            c->coef[j] = new;
            for (const struct explore_entry *e = from; e < to; e++) {
                c->disturbed[e->row] += e->weight * change;
                explore_chain_refit(c, e->row);
            }
        }
    }
}

static void sweep(struct explore_chain *c, uint32_t number)
{
    if (number % BLOCK_EVERY == 0)
        draw_plain(c);
    draw_disturbances(c);
    explore_chain_draw_noise(c);
    explore_chain_draw_scales(c);
    if (number % CEILING_EVERY == 0)
        explore_chain_draw_ceiling(c);
}

/* What no row has is as the prior says; offsets of measured runs have no part in predictions. */
static void keep(struct explore_chain *c, double scale, struct explore_draw *draw)
{
    for (uint32_t j = 0; j < c->coefs_count; j++) {
        const enum explore_block b = explore_chain_block(c->layout, j);
        draw->coef[j] =
            scale * (explore_chain_has(c, j) ? c->coef[j] : draw_one(c, b, j, 0.0, 0.0));
    }
    draw->ceiling = scale * c->ceiling;
}

static double typical(const struct explore_space *space, const struct explore_history *history,
                      struct aj_arena *scratch)
{
    double *scores = AJ_NEW_ARRAY(scratch, double, history->count * space->cpus_count + 1);
    size_t count = 0;
    for (size_t t = 0; t < history->count; t++) {
        for (uint32_t p = 0; p < space->cpus_count; p++) {
            if (explore_chain_scores(space, &history->runs[t], p))
                scores[count++] = history->runs[t].latency_us[p];
        }
    }
    if (count == 0)
        return 1.0;
    explore_stats_sort(scores, count);
    return explore_stats_median(scores, count);
}

/* The draws of one of `effort->chains` chains. */
static void run_chain(struct explore_chain *c, struct explore_surrogate *s,
                      const struct explore_surrogate_options *options, uint32_t chain,
                      struct explore_foresight *foresight, struct aj_arena *out)
{
    const struct effort *effort = &efforts[options->effort];
    const uint32_t most = options->draws * (chain + 1) / effort->chains;
    uint32_t number = 0, until = effort->first;
    explore_chain_start(c, chain, effort->chains);
    while (s->draws_count < most) {
        for (; number < until; number++)
            sweep(c, number);
        struct explore_draw *draw = &s->draws[s->draws_count++];
        draw->coef = AJ_NEW_ARRAY(out, double, c->coefs_count);
        keep(c, s->scale, draw);
        explore_foresight_add(c, foresight);
        s->noise += s->scale * sqrt(c->noise) / options->draws;
        until += effort->apart;
    }
}

const struct explore_surrogate *
explore_surrogate_fit(const struct explore_space *space, const struct explore_history *history,
                      const struct explore_surrogate_options *options, struct aj_arena *out)
{
    struct explore_surrogate *s = AJ_NEW(out, struct explore_surrogate);
    explore_layout_make(space, history, out, s);
    struct aj_arena *work = aj_arena_open();
    s->scale = typical(space, history, work);
    struct explore_chain chain = {.layout = &s->layout, .prior = options->prior};
    aj_random_stream(&chain.random, options->seed, options->draw);
    explore_chain_open(&chain, s, work);
    s->draws = AJ_NEW_ARRAY(out, struct explore_draw, options->draws);
    struct explore_foresight foresight;
    explore_foresight_open(&chain, work, &foresight);
    for (uint32_t k = 0; k < efforts[options->effort].chains; k++)
        run_chain(&chain, s, options, k, &foresight, out);
    s->widen = options->effort == EXPLORE_EFFORT_SEARCH
                   ? SEARCH_WIDEN
                   : explore_foresight_widen(&chain, &foresight, s, work);
    aj_arena_close(work);
    return s;
}
