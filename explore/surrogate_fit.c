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
#include "explore/stats.h"
#include "explore/surrogate.h"

/* Degrees of freedom of the noise: few, so that a run with a spike counts little. */
#define STUDENT 4.0
/* The same of decisions' own offsets, so that one that hung says nothing of the others. */
#define LOCAL 2.0
/* Scores beyond are no latencies. */
#define LATENCY_MAX 1e12

enum kind {
    KIND_NORMAL,      /* N(mean, scale^2) */
    KIND_NEAR_MEAN,   /* N(m, (m / 2)^2) above 0, m shared by all victims of a cell */
    KIND_EXPONENTIAL, /* mean `scale` */
    KIND_SPARSE,      /* 0, or with a small chance exponential with mean `scale` */
};

/* Priors in units of a typical latency; `learned`: the scale is itself unknown. */
static const struct prior {
    uint8_t kind;
    bool learned;
    double mean, scale;
} priors[EXPLORE_BLOCKS] = {
    [EXPLORE_BLOCK_BASE] = {KIND_NORMAL, false, 0.5, 0.3},
    [EXPLORE_BLOCK_CPU] = {KIND_NORMAL, true, 0.0, 0.05},
    [EXPLORE_BLOCK_CLUSTER] = {KIND_NORMAL, true, 0.0, 0.1},
    [EXPLORE_BLOCK_CELL_CPU] = {KIND_NORMAL, true, 0.0, 0.02},
    [EXPLORE_BLOCK_CLUSTER_BANK] = {KIND_NORMAL, true, 0.0, 0.1},
    [EXPLORE_BLOCK_KNOB] = {KIND_NORMAL, true, 0.0, 0.1},
    [EXPLORE_BLOCK_KNOB_CELL] = {KIND_NORMAL, true, 0.0, 0.02},
    [EXPLORE_BLOCK_BOARD] = {KIND_NORMAL, false, 0.0, 0.2},
    [EXPLORE_BLOCK_EPOCH] = {KIND_NORMAL, false, 0.0, 0.2},
    [EXPLORE_BLOCK_DECISION] = {KIND_NORMAL, true, 0.0, 0.02},
    [EXPLORE_BLOCK_PAIR] = {KIND_NEAR_MEAN, true, 0.0, 0.03},
    [EXPLORE_BLOCK_CORE_PAIR] = {KIND_EXPONENTIAL, true, 0.0, 0.05},
    [EXPLORE_BLOCK_IRQ_HERE] = {KIND_EXPONENTIAL, true, 0.0, 0.15},
    [EXPLORE_BLOCK_IRQ_NEAR] = {KIND_EXPONENTIAL, true, 0.0, 0.03},
    [EXPLORE_BLOCK_BANK_SHARED] = {KIND_EXPONENTIAL, true, 0.0, 0.07},
    [EXPLORE_BLOCK_IRQ_CPU] = {KIND_SPARSE, true, 0.0, 0.1},
    [EXPLORE_BLOCK_CELL_BANK] = {KIND_SPARSE, true, 0.0, 0.1},
    [EXPLORE_BLOCK_CPU_PAIR] = {KIND_SPARSE, true, 0.0, 0.1},
};
#define FLAT_SCALE  0.1
#define SPARSE_YES  1.0 /* Beta(1, 9): one in ten is there */
#define SPARSE_NO   9.0
#define NOISE_SCALE 0.04
/* Learned scales of plain effects end here, in units of the prior's: a hang is not one of them. */
#define SCALE_MOST     5.0
#define NOISE_SHAPE    3.0
#define CEILING_SCALE  2.0
#define CEILING_SPREAD 0.5 /* of its logarithm */

#define SWEEPS_FIRST  40 /* before the first draw is kept */
#define SWEEPS_APART  5  /* from one kept draw to the next */
#define BLOCK_EVERY   3  /* sweeps to a draw of the plain coefficients */
#define CEILING_EVERY 4

struct entry {
    uint32_t row;
    double weight;
};

struct chain {
    const struct explore_layout *layout;
    struct aj_random random;
    uint8_t prior; /* enum explore_prior */
    uint32_t rows_count, coefs_count;
    struct explore_term *terms; /* of row i: terms[row_first[i] .. row_first[i + 1]) */
    uint32_t *row_first;
    struct entry *entries; /* of coefficient j: entries[col_first[j] .. col_first[j + 1]) */
    uint32_t *col_first;
    double *seen, *score; /* what was seen; the same, drawn anew where it was a bound */
    bool *censored;
    double *robust; /* weight of a row */
    double *plain, *disturbed, *fitted, *slope, *coef;
    double noise, ceiling; /* variance; level */
    double scale[EXPLORE_BLOCKS], chance[EXPLORE_BLOCKS];
    double *pair_mean;               /* [cell] */
    double *local;                   /* [decision]: its precision, times that of the block */
    uint32_t *member, members_count; /* the plain coefficients that rows have */
    uint32_t *place;                 /* [coefficient]: in member */
    double *matrix, *right;
};

/* Random numbers of particular shapes */

/* Shape >= 1, rate 1: Marsaglia, Tsang: A simple method for generating gamma variables (2000). */
static double draw_gamma(struct aj_random *random, double shape)
{
    const double d = shape - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        const double x = aj_random_normal(random), root = 1.0 + c * x;
        if (root <= 0.0)
            continue;
        const double v = root * root * root;
        if (log(1.0 - aj_random_unit(random)) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v;
    }
}

/* Standard normal above `low`: Robert: Simulation of truncated normal variables (1995). */
static double draw_above(struct aj_random *random, double low)
{
    if (low < 0.5) {
        for (;;) {
            const double x = aj_random_normal(random);
            if (x >= low)
                return x;
        }
    }
    const double rate = 0.5 * (low + sqrt(low * low + 4.0));
    for (;;) {
        const double x = low + aj_random_exponential(random) / rate;
        if (aj_random_unit(random) <= exp(-0.5 * (x - rate) * (x - rate)))
            return x;
    }
}

/* N(mean, 1 / precision) above 0. */
static double draw_positive(struct aj_random *random, double mean, double precision)
{
    const double root = sqrt(precision);
    return fmax(mean + draw_above(random, -mean * root) / root, 0.0);
}

/* ln of the integral of exp(z x - x^2 / 2) over x > 0. */
static double log_mass_above(double z)
{
    if (z > -6.0)
        return 0.5 * z * z + log(0.5 * erfc(-z * 0.70710678118654752440)) + 0.91893853320467274178;
    return -log(-z) - log1p(1.0 / (z * z)); /* within 0.1 % there */
}

/* Rows */

static double bend_slope(const struct chain *c, double disturbed)
{
    return exp(-disturbed / c->ceiling);
}

static void refit(struct chain *c, uint32_t row)
{
    c->slope[row] = bend_slope(c, c->disturbed[row]);
    c->fitted[row] = c->plain[row] + c->ceiling * (1.0 - c->slope[row]);
}

static void resum(struct chain *c)
{
    const uint32_t pairs = c->layout->first[EXPLORE_BLOCK_PAIR];
    for (uint32_t i = 0; i < c->rows_count; i++) {
        c->plain[i] = c->disturbed[i] = 0.0;
        for (uint32_t k = c->row_first[i]; k < c->row_first[i + 1]; k++) {
            const double x = c->terms[k].weight * c->coef[c->terms[k].coef];
            *(c->terms[k].coef < pairs ? &c->plain[i] : &c->disturbed[i]) += x;
        }
        refit(c, i);
    }
}

static bool is_score(double us)
{
    return us > 0.0 && us < LATENCY_MAX;
}

static bool has_row(const struct explore_space *space, const struct explore_observed *run,
                    uint32_t cpu)
{
    return space->cells[run->decision->owner[cpu]].measured && is_score(run->latency_us[cpu]);
}

static void add_offset(const struct chain *c, uint32_t *count, enum explore_block block,
                       uint32_t at, bool wanted)
{
    if (wanted)
        c->terms[(*count)++] = (struct explore_term){c->layout->first[block] + at, 1.0};
}

static void load_rows(struct chain *c, const struct explore_surrogate *s)
{
    const struct explore_space *space = c->layout->space;
    uint32_t row = 0, count = 0;
    for (size_t t = 0; t < s->history->count; t++) {
        const struct explore_observed *run = &s->history->runs[t];
        for (uint32_t p = 0; p < space->cpus_count; p++) {
            if (!has_row(space, run, p))
                continue;
            c->seen[row] = run->latency_us[p] / s->scale;
            c->censored[row] = run->censored;
            c->row_first[row++] = count;
            count += explore_layout_row(c->layout, run->decision, p, &c->terms[count]);
            add_offset(c, &count, EXPLORE_BLOCK_BOARD, s->board_of[t], s->board_of[t] > 0);
            add_offset(c, &count, EXPLORE_BLOCK_EPOCH, s->epoch_of[t], s->epoch_of[t] > 0);
            add_offset(c, &count, EXPLORE_BLOCK_DECISION, s->decision_of[t], true);
        }
    }
    c->row_first[row] = count;
    memcpy(c->score, c->seen, row * sizeof *c->seen);
}

/* The rows of each coefficient. */
static void transpose(struct chain *c, struct aj_arena *scratch)
{
    const uint32_t count = c->row_first[c->rows_count];
    c->entries = AJ_NEW_ARRAY(scratch, struct entry, count);
    c->col_first = AJ_NEW_ARRAY(scratch, uint32_t, c->coefs_count + 2);
    for (uint32_t k = 0; k < count; k++)
        c->col_first[c->terms[k].coef + 2]++;
    for (uint32_t j = 0; j < c->coefs_count; j++)
        c->col_first[j + 2] += c->col_first[j + 1];
    for (uint32_t i = 0; i < c->rows_count; i++) {
        for (uint32_t k = c->row_first[i]; k < c->row_first[i + 1]; k++)
            c->entries[c->col_first[c->terms[k].coef + 1]++] =
                (struct entry){i, c->terms[k].weight};
    }
}

static bool seen(const struct chain *c, uint32_t coef)
{
    return c->col_first[coef + 1] > c->col_first[coef];
}

static void number_members(struct chain *c, struct aj_arena *scratch)
{
    const uint32_t pairs = c->layout->first[EXPLORE_BLOCK_PAIR];
    c->member = AJ_NEW_ARRAY(scratch, uint32_t, pairs);
    c->place = AJ_NEW_ARRAY(scratch, uint32_t, pairs);
    for (uint32_t j = 0; j < pairs; j++) {
        c->place[j] = c->members_count;
        if (seen(c, j))
            c->member[c->members_count++] = j;
    }
    c->matrix = AJ_NEW_ARRAY(scratch, double, (size_t)c->members_count * c->members_count + 1);
    c->right = AJ_NEW_ARRAY(scratch, double, c->members_count + 1);
}

static enum explore_block block_of(const struct explore_layout *layout, uint32_t coef)
{
    uint32_t block = 0;
    while (coef >= layout->first[block + 1])
        block++;
    return (enum explore_block)block;
}

/* A decision far off the typical latency, 1, may be so for reasons of its own from the start. */
static void start_local(struct chain *c, struct aj_arena *scratch)
{
    const uint32_t first = c->layout->first[EXPLORE_BLOCK_DECISION];
    c->local = AJ_NEW_ARRAY(scratch, double, c->layout->decisions_count + 1);
    for (uint32_t d = 0; d < c->layout->decisions_count; d++) {
        const struct entry *from = &c->entries[c->col_first[first + d]];
        const struct entry *to = &c->entries[c->col_first[first + d + 1]];
        double sum = 0.0;
        for (const struct entry *e = from; e < to; e++)
            sum += c->score[e->row] - 1.0;
        const double off = to > from ? fabs(sum / (double)(to - from)) : 0.0;
        const double z = fmax(off - 1.0, 0.0) / c->scale[EXPLORE_BLOCK_DECISION];
        c->local[d] = (LOCAL + 1.0) / (LOCAL + z * z);
    }
}

static void start(struct chain *c, struct aj_arena *scratch)
{
    const struct explore_space *space = c->layout->space;
    c->noise = NOISE_SCALE * NOISE_SCALE;
    c->ceiling = CEILING_SCALE;
    c->pair_mean = AJ_NEW_ARRAY(scratch, double, space->cells_count);
    for (uint32_t b = 0; b < EXPLORE_BLOCKS; b++) {
        c->scale[b] = c->prior == EXPLORE_PRIOR_FLAT && b != EXPLORE_BLOCK_BASE ? FLAT_SCALE
                                                                                : priors[b].scale;
        c->chance[b] = SPARSE_YES / (SPARSE_YES + SPARSE_NO);
    }
    for (uint32_t cell = 0; cell < space->cells_count; cell++)
        c->pair_mean[cell] = c->scale[EXPLORE_BLOCK_PAIR];
    for (uint32_t j = 0; j < c->coefs_count; j++) {
        const enum explore_block b = block_of(c->layout, j);
        c->coef[j] = priors[b].kind == KIND_NORMAL   ? priors[b].mean
                     : priors[b].kind == KIND_SPARSE ? 0.0
                                                     : c->scale[b];
    }
    for (uint32_t i = 0; i < c->rows_count; i++)
        c->robust[i] = 1.0;
    start_local(c, scratch);
}

static void open_chain(struct chain *c, const struct explore_surrogate *s, struct aj_arena *scratch)
{
    const struct explore_space *space = c->layout->space;
    for (size_t t = 0; t < s->history->count; t++) {
        for (uint32_t p = 0; p < space->cpus_count; p++)
            c->rows_count += has_row(space, &s->history->runs[t], p);
    }
    c->coefs_count = c->layout->first[EXPLORE_BLOCKS];
    const uint32_t per_row = explore_layout_terms_max(c->layout) + 3, n = c->rows_count;
    c->terms = AJ_NEW_ARRAY(scratch, struct explore_term, (size_t)per_row * n);
    c->row_first = AJ_NEW_ARRAY(scratch, uint32_t, n + 1);
    c->censored = AJ_NEW_ARRAY(scratch, bool, n);
    double **const numbers[] = {&c->seen,      &c->score,  &c->robust, &c->plain,
                                &c->disturbed, &c->fitted, &c->slope};
    for (size_t i = 0; i < AJ_COUNT(numbers); i++)
        *numbers[i] = AJ_NEW_ARRAY(scratch, double, n);
    c->coef = AJ_NEW_ARRAY(scratch, double, c->coefs_count);
    load_rows(c, s);
    transpose(c, scratch);
    number_members(c, scratch);
    start(c, scratch);
    resum(c);
}

/* The steps of a sweep */

/* Plain coefficients: N(A^-1 b, A^-1), A = prior + X'WX / noise, b likewise, by A = L L'. */
static void draw_plain(struct chain *c)
{
    const size_t m = c->members_count;
    if (m == 0)
        return;
    memset(c->matrix, 0, m * m * sizeof *c->matrix);
    for (size_t a = 0; a < m; a++) {
        const enum explore_block b = block_of(c->layout, c->member[a]);
        const double own =
            b == EXPLORE_BLOCK_DECISION ? c->local[c->member[a] - c->layout->first[b]] : 1.0;
        const double precision = own / (c->scale[b] * c->scale[b]);
        c->matrix[a * m + a] = precision;
        c->right[a] = precision * priors[b].mean;
    }
    const uint32_t pairs = c->layout->first[EXPLORE_BLOCK_PAIR];
    for (uint32_t i = 0; i < c->rows_count; i++) {
        const double w = c->robust[i] / c->noise;
        const double left = c->score[i] - c->fitted[i] + c->plain[i];
        for (uint32_t k = c->row_first[i]; k < c->row_first[i + 1]; k++) {
            if (c->terms[k].coef >= pairs)
                continue;
            const size_t a = c->place[c->terms[k].coef];
            c->right[a] += w * left;
            for (uint32_t l = c->row_first[i]; l < c->row_first[i + 1]; l++) {
                if (c->terms[l].coef < pairs)
                    c->matrix[a * m + c->place[c->terms[l].coef]] += w;
            }
        }
    }
    gsl_matrix_view matrix = gsl_matrix_view_array(c->matrix, m, m);
    gsl_vector_view right = gsl_vector_view_array(c->right, m);
    gsl_set_error_handler_off(); /* errors are returned */
    /* Priors make it positive definite; numbers that went astray leave the draw before. */
    if (gsl_linalg_cholesky_decomp1(&matrix.matrix) != GSL_SUCCESS)
        return;
    gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, &matrix.matrix, &right.vector);
    for (size_t a = 0; a < m; a++)
        c->right[a] += aj_random_normal(&c->random);
    gsl_blas_dtrsv(CblasLower, CblasTrans, CblasNonUnit, &matrix.matrix, &right.vector);
    for (size_t a = 0; a < m; a++)
        c->coef[c->member[a]] = c->right[a];
    resum(c);
}

/* One disturbance x, about which the data say pull * x - precision * x^2 / 2. */
static double draw_one(struct chain *c, enum explore_block block, uint32_t coef, double precision,
                       double pull)
{
    const double scale = c->scale[block];
    switch ((enum kind)priors[block].kind) {
    case KIND_NEAR_MEAN: {
        const uint32_t cells = c->layout->space->cells_count;
        const double mean = c->pair_mean[(coef - c->layout->first[block]) % cells];
        const double own = 4.0 / (mean * mean);
        return draw_positive(&c->random, (pull + own * mean) / (precision + own), precision + own);
    }
    case KIND_EXPONENTIAL:
        if (precision <= 0.0)
            return scale * aj_random_exponential(&c->random);
        return draw_positive(&c->random, (pull - 1.0 / scale) / precision, precision);
    case KIND_SPARSE: {
        if (c->prior == EXPLORE_PRIOR_LOCAL)
            return 0.0;
        double odds = c->chance[block] / (1.0 - c->chance[block]);
        if (precision > 0.0) {
            const double z = (pull - 1.0 / scale) / sqrt(precision);
            odds *= exp(fmin(log_mass_above(z) - log(scale) - 0.5 * log(precision), 500.0));
        }
        if (aj_random_unit(&c->random) * (1.0 + odds) >= odds)
            return 0.0;
        if (precision <= 0.0)
            return scale * aj_random_exponential(&c->random);
        return draw_positive(&c->random, (pull - 1.0 / scale) / precision, precision);
    }
    case KIND_NORMAL: break;
    }
    return priors[block].mean + scale * aj_random_normal(&c->random);
}

static void draw_disturbances(struct chain *c)
{
    for (uint32_t b = EXPLORE_BLOCK_PAIR; b < EXPLORE_BLOCKS; b++) {
        for (uint32_t j = c->layout->first[b]; j < c->layout->first[b + 1]; j++) {
            const struct entry *from = &c->entries[c->col_first[j]];
            const struct entry *to = &c->entries[c->col_first[j + 1]];
            if (from == to)
                continue;
            double precision = 0.0, pull = 0.0;
            const double old = c->coef[j];
            for (const struct entry *e = from; e < to; e++) {
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
            for (const struct entry *e = from; e < to; e++) {
                c->disturbed[e->row] += e->weight * change;
                refit(c, e->row);
            }
        }
    }
}

/* Weights of Student's t as a mixture of normals; the noise; bounds become scores. */
static void draw_noise(struct chain *c)
{
    double squares = 0.0;
    for (uint32_t i = 0; i < c->rows_count; i++) {
        const double sd = sqrt(c->noise);
        if (c->censored[i]) {
            const double low = (c->seen[i] - c->fitted[i]) / sd;
            c->score[i] = c->fitted[i] + sd * draw_above(&c->random, low);
        }
        const double off = c->score[i] - c->fitted[i];
        c->robust[i] =
            draw_gamma(&c->random, 0.5 * (STUDENT + 1.0)) * 2.0 / (STUDENT + off * off / c->noise);
        squares += c->robust[i] * off * off;
    }
    const double shape = NOISE_SHAPE + 0.5 * c->rows_count;
    const double rate = (NOISE_SHAPE - 1.0) * NOISE_SCALE * NOISE_SCALE + 0.5 * squares;
    c->noise = rate / draw_gamma(&c->random, shape);
}

/* The mean that all victims of a cell share, by a random walk of its logarithm. */
static double pair_likely(const struct chain *c, uint32_t cell, double mean)
{
    const uint32_t cells = c->layout->space->cells_count;
    double sum = -mean / c->scale[EXPLORE_BLOCK_PAIR] + log(mean);
    for (uint32_t r = 0; r < cells; r++) {
        const uint32_t j = c->layout->first[EXPLORE_BLOCK_PAIR] + r * cells + cell;
        if (!seen(c, j))
            continue;
        const double z = 2.0 * (c->coef[j] - mean) / mean;
        sum -= 0.5 * z * z + log(mean);
    }
    return sum;
}

static void draw_pair_means(struct chain *c)
{
    for (uint32_t cell = 0; cell < c->layout->space->cells_count; cell++) {
        const double old = c->pair_mean[cell];
        const double new = old *exp(0.5 * aj_random_normal(&c->random));
        if (log(1.0 - aj_random_unit(&c->random)) <
            pair_likely(c, cell, new) - pair_likely(c, cell, old))
            c->pair_mean[cell] = new;
    }
}

static void draw_scale(struct chain *c, enum explore_block block)
{
    const struct prior *prior = &priors[block];
    double count = 0.0, there = 0.0, sum = 0.0, squares = 0.0;
    for (uint32_t j = c->layout->first[block]; j < c->layout->first[block + 1]; j++) {
        if (!seen(c, j))
            continue;
        const double x = c->coef[j] - prior->mean;
        const double own =
            block == EXPLORE_BLOCK_DECISION ? c->local[j - c->layout->first[block]] : 1.0;
        count += 1.0;
        there += x > 0.0 ? 1.0 : 0.0;
        sum += x;
        squares += own * x * x;
    }
    if (prior->kind == KIND_NORMAL) {
        const double rate = prior->scale * prior->scale + 0.5 * squares;
        c->scale[block] =
            fmin(sqrt(rate / draw_gamma(&c->random, 2.0 + 0.5 * count)), SCALE_MOST * prior->scale);
    } else {
        const double rate = 2.0 * prior->scale + sum;
        c->scale[block] = rate / draw_gamma(&c->random, 3.0 + there);
    }
    if (prior->kind == KIND_SPARSE) {
        const double yes = draw_gamma(&c->random, SPARSE_YES + there);
        c->chance[block] = yes / (yes + draw_gamma(&c->random, SPARSE_NO + count - there));
    }
}

static void draw_local(struct chain *c)
{
    const uint32_t first = c->layout->first[EXPLORE_BLOCK_DECISION];
    for (uint32_t d = 0; d < c->layout->decisions_count; d++) {
        const double z = c->coef[first + d] / c->scale[EXPLORE_BLOCK_DECISION];
        c->local[d] = 2.0 * draw_gamma(&c->random, 0.5 * (LOCAL + 1.0)) / (LOCAL + z * z);
    }
}

static void draw_scales(struct chain *c)
{
    draw_local(c);
    draw_pair_means(c);
    for (uint32_t b = 0; b < EXPLORE_BLOCKS && c->prior != EXPLORE_PRIOR_FLAT; b++) {
        if (priors[b].learned && priors[b].kind != KIND_NEAR_MEAN)
            draw_scale(c, (enum explore_block)b);
    }
}

static double misfit(const struct chain *c, double ceiling)
{
    const double z = log(ceiling / CEILING_SCALE) / CEILING_SPREAD;
    double sum = 0.0;
    for (uint32_t i = 0; i < c->rows_count; i++) {
        const double off =
            c->score[i] - c->plain[i] - explore_surrogate_bend(c->disturbed[i], ceiling);
        sum += c->robust[i] * off * off;
    }
    return 0.5 * sum / c->noise + 0.5 * z * z;
}

static void draw_ceiling(struct chain *c)
{
    const double new = c->ceiling *exp(0.2 * aj_random_normal(&c->random));
    if (log(1.0 - aj_random_unit(&c->random)) < misfit(c, c->ceiling) - misfit(c, new)) {
        c->ceiling = new;
        for (uint32_t i = 0; i < c->rows_count; i++)
            refit(c, i);
    }
}

static void sweep(struct chain *c, uint32_t number)
{
    if (number % BLOCK_EVERY == 0)
        draw_plain(c);
    draw_disturbances(c);
    draw_noise(c);
    draw_scales(c);
    if (number % CEILING_EVERY == 0)
        draw_ceiling(c);
}

/* What no row has is as the prior says; offsets of measured runs have no part in predictions. */
static void keep(struct chain *c, double scale, struct explore_draw *draw)
{
    for (uint32_t j = 0; j < c->coefs_count; j++) {
        const enum explore_block b = block_of(c->layout, j);
        draw->coef[j] = scale * (seen(c, j) ? c->coef[j] : draw_one(c, b, j, 0.0, 0.0));
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
            if (has_row(space, &history->runs[t], p))
                scores[count++] = history->runs[t].latency_us[p];
        }
    }
    if (count == 0)
        return 1.0;
    explore_stats_sort(scores, count);
    return explore_stats_median(scores, count);
}

const struct explore_surrogate *
explore_surrogate_fit(const struct explore_space *space, const struct explore_history *history,
                      const struct explore_surrogate_options *options, struct aj_arena *out)
{
    struct explore_surrogate *s = AJ_NEW(out, struct explore_surrogate);
    explore_layout_make(space, history, out, s);
    struct aj_arena *work = aj_arena_open();
    s->scale = typical(space, history, work);
    struct chain chain = {.layout = &s->layout, .prior = options->prior};
    aj_random_stream(&chain.random, options->seed, options->draw);
    open_chain(&chain, s, work);
    s->draws = AJ_NEW_ARRAY(out, struct explore_draw, options->draws);
    uint32_t number = 0;
    while (s->draws_count < options->draws) {
        const uint32_t until = number + (s->draws_count == 0 ? SWEEPS_FIRST : SWEEPS_APART);
        for (; number < until; number++)
            sweep(&chain, number);
        struct explore_draw *draw = &s->draws[s->draws_count++];
        draw->coef = AJ_NEW_ARRAY(out, double, chain.coefs_count);
        keep(&chain, s->scale, draw);
        s->noise += s->scale * sqrt(chain.noise) / options->draws;
    }
    aj_arena_close(work);
    return s;
}
