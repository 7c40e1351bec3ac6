/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "explore/shapes.h"
#include "explore/surrogate_priv.h"

/* Degrees of freedom of the noise: few, so that a run with a spike counts little. */
#define STUDENT     4.0
#define NOISE_SHAPE 3.0
/* Learned scales of plain effects end here, in units of the prior's: a hang is not one of them. */
#define SCALE_MOST     5.0
#define CEILING_SPREAD 0.5 /* of its logarithm */

/* Weights of Student's t as a mixture of normals; the noise; bounds become scores. */
void explore_chain_draw_noise(struct explore_chain *c)
{
    double squares = 0.0, count = 0.0;
    for (uint32_t i = 0; i < c->rows_count; i++) {
        const double sd = sqrt(c->noise);
        if (c->left_out[i])
            continue;
        if (c->censored[i]) {
            const double low = (c->seen[i] - c->fitted[i]) / sd;
            c->score[i] = c->fitted[i] + sd * explore_draw_above(&c->random, low);
        }
        const double off = c->score[i] - c->fitted[i];
        c->robust[i] = explore_draw_gamma(&c->random, 0.5 * (STUDENT + 1.0)) * 2.0 /
                       (STUDENT + off * off / c->noise);
        squares += c->robust[i] * off * off;
        count += 1.0;
    }
    const double shape = NOISE_SHAPE + 0.5 * count;
    const double rate =
        (NOISE_SHAPE - 1.0) * EXPLORE_NOISE_SCALE * EXPLORE_NOISE_SCALE + 0.5 * squares;
    c->noise = rate / explore_draw_gamma(&c->random, shape);
}

/* The mean that all victims of a cell share, by a random walk of its logarithm. */
static double pair_likely(const struct explore_chain *c, uint32_t cell, double mean)
{
    const uint32_t cells = c->layout->space->cells_count;
    double sum = -mean / c->scale[EXPLORE_BLOCK_PAIR] + log(mean);
    for (uint32_t r = 0; r < cells; r++) {
        const uint32_t j = c->layout->first[EXPLORE_BLOCK_PAIR] + r * cells + cell;
        if (!explore_chain_has(c, j))
            continue;
        const double z = 2.0 * (c->coef[j] - mean) / mean;
        sum -= 0.5 * z * z + log(mean);
    }
    return sum;
}

static void draw_pair_means(struct explore_chain *c)
{
    for (uint32_t cell = 0; cell < c->layout->space->cells_count; cell++) {
        const double old = c->pair_mean[cell];
        const double new = old *exp(0.5 * aj_random_normal(&c->random));
        if (log(1.0 - aj_random_unit(&c->random)) <
            pair_likely(c, cell, new) - pair_likely(c, cell, old))
            c->pair_mean[cell] = new;
    }
}

static void draw_scale(struct explore_chain *c, enum explore_block block)
{
    const struct explore_block_prior *prior = &explore_priors[block];
    double count = 0.0, there = 0.0, sum = 0.0, squares = 0.0;
    for (uint32_t j = c->layout->first[block]; j < c->layout->first[block + 1]; j++) {
        if (!explore_chain_has(c, j))
            continue;
        const double x = c->coef[j] - prior->mean;
        const double own =
            block == EXPLORE_BLOCK_DECISION ? c->local[j - c->layout->first[block]] : 1.0;
        count += 1.0;
        there += x > 0.0 ? 1.0 : 0.0;
        sum += x;
        squares += own * x * x;
    }
    if (prior->kind == EXPLORE_KIND_NORMAL) {
        const double rate = prior->scale * prior->scale + 0.5 * squares;
        c->scale[block] = fmin(sqrt(rate / explore_draw_gamma(&c->random, 2.0 + 0.5 * count)),
                               SCALE_MOST * prior->scale);
    } else {
        const double rate = 2.0 * prior->scale + sum;
        c->scale[block] = rate / explore_draw_gamma(&c->random, 3.0 + there);
    }
    if (prior->kind == EXPLORE_KIND_SPARSE) {
        const double yes = explore_draw_gamma(&c->random, EXPLORE_SPARSE_YES + there);
        c->chance[block] =
            yes / (yes + explore_draw_gamma(&c->random, EXPLORE_SPARSE_NO + count - there));
    }
}

static void draw_local(struct explore_chain *c)
{
    const uint32_t first = c->layout->first[EXPLORE_BLOCK_DECISION];
    for (uint32_t d = 0; d < c->layout->decisions_count; d++) {
        const double z = c->coef[first + d] / c->scale[EXPLORE_BLOCK_DECISION];
        c->local[d] = 2.0 * explore_draw_gamma(&c->random, 0.5 * (EXPLORE_LOCAL + 1.0)) /
                      (EXPLORE_LOCAL + z * z);
    }
}

void explore_chain_draw_scales(struct explore_chain *c)
{
    draw_local(c);
    draw_pair_means(c);
    for (uint32_t b = 0; b < EXPLORE_BLOCKS && c->prior != EXPLORE_PRIOR_FLAT; b++) {
        if (explore_priors[b].learned && explore_priors[b].kind != EXPLORE_KIND_NEAR_MEAN)
            draw_scale(c, (enum explore_block)b);
    }
}

static double misfit(const struct explore_chain *c, double ceiling)
{
    const double z = log(ceiling / EXPLORE_CEILING_SCALE) / CEILING_SPREAD;
    double sum = 0.0;
    for (uint32_t i = 0; i < c->rows_count; i++) {
        const double off =
            c->score[i] - c->plain[i] - explore_surrogate_bend(c->disturbed[i], ceiling);
        sum += c->robust[i] * off * off;
    }
    return 0.5 * sum / c->noise + 0.5 * z * z;
}

void explore_chain_draw_ceiling(struct explore_chain *c)
{
    const double new = c->ceiling *exp(0.2 * aj_random_normal(&c->random));
    if (log(1.0 - aj_random_unit(&c->random)) < misfit(c, c->ceiling) - misfit(c, new)) {
        c->ceiling = new;
        for (uint32_t i = 0; i < c->rows_count; i++)
            explore_chain_refit(c, i);
    }
}
