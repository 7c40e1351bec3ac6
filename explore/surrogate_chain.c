/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "base/num.h"
#include "explore/surrogate_priv.h"

/* Scores beyond are no latencies. */
#define LATENCY_MAX 1e12
#define FLAT_SCALE  0.1

const struct explore_block_prior explore_priors[EXPLORE_BLOCKS] = {
    [EXPLORE_BLOCK_BASE] = {EXPLORE_KIND_NORMAL, false, 0.5, 0.3},
    [EXPLORE_BLOCK_CPU] = {EXPLORE_KIND_NORMAL, true, 0.0, 0.05},
    [EXPLORE_BLOCK_CLUSTER] = {EXPLORE_KIND_NORMAL, true, 0.0, 0.1},
    [EXPLORE_BLOCK_CELL_CPU] = {EXPLORE_KIND_NORMAL, true, 0.0, 0.02},
    [EXPLORE_BLOCK_CLUSTER_BANK] = {EXPLORE_KIND_NORMAL, true, 0.0, 0.1},
    [EXPLORE_BLOCK_KNOB] = {EXPLORE_KIND_NORMAL, true, 0.0, 0.1},
    [EXPLORE_BLOCK_KNOB_CELL] = {EXPLORE_KIND_NORMAL, true, 0.0, 0.02},
    [EXPLORE_BLOCK_BOARD] = {EXPLORE_KIND_NORMAL, false, 0.0, 0.2},
    [EXPLORE_BLOCK_EPOCH] = {EXPLORE_KIND_NORMAL, false, 0.0, 0.2},
    [EXPLORE_BLOCK_DECISION] = {EXPLORE_KIND_NORMAL, true, 0.0, 0.02},
    [EXPLORE_BLOCK_PAIR] = {EXPLORE_KIND_NEAR_MEAN, true, 0.0, 0.03},
    [EXPLORE_BLOCK_CORE_PAIR] = {EXPLORE_KIND_EXPONENTIAL, true, 0.0, 0.05},
    [EXPLORE_BLOCK_IRQ_HERE] = {EXPLORE_KIND_EXPONENTIAL, true, 0.0, 0.15},
    [EXPLORE_BLOCK_IRQ_NEAR] = {EXPLORE_KIND_EXPONENTIAL, true, 0.0, 0.03},
    [EXPLORE_BLOCK_BANK_SHARED] = {EXPLORE_KIND_EXPONENTIAL, true, 0.0, 0.07},
    [EXPLORE_BLOCK_IRQ_CPU] = {EXPLORE_KIND_SPARSE, true, 0.0, 0.1},
    [EXPLORE_BLOCK_CELL_BANK] = {EXPLORE_KIND_SPARSE, true, 0.0, 0.1},
    [EXPLORE_BLOCK_CPU_PAIR] = {EXPLORE_KIND_SPARSE, true, 0.0, 0.1},
};

static double bend_slope(const struct explore_chain *c, double disturbed)
{
    return exp(-disturbed / c->ceiling);
}

void explore_chain_refit(struct explore_chain *c, uint32_t row)
{
    c->slope[row] = bend_slope(c, c->disturbed[row]);
    c->fitted[row] = c->plain[row] + c->ceiling * (1.0 - c->slope[row]);
}

void explore_chain_resum(struct explore_chain *c)
{
    const uint32_t pairs = c->layout->first[EXPLORE_BLOCK_PAIR];
    for (uint32_t i = 0; i < c->rows_count; i++) {
        c->plain[i] = c->disturbed[i] = 0.0;
        for (uint32_t k = c->row_first[i]; k < c->row_first[i + 1]; k++) {
            const double x = c->terms[k].weight * c->coef[c->terms[k].coef];
            *(c->terms[k].coef < pairs ? &c->plain[i] : &c->disturbed[i]) += x;
        }
        explore_chain_refit(c, i);
    }
}

static bool is_score(double us)
{
    return us > 0.0 && us < LATENCY_MAX;
}

bool explore_chain_scores(const struct explore_space *space, const struct explore_observed *run,
                          uint32_t cpu)
{
    return space->cells[run->decision->owner[cpu]].measured && is_score(run->latency_us[cpu]);
}

static void add_offset(const struct explore_chain *c, uint32_t *count, enum explore_block block,
                       uint32_t at, bool wanted)
{
    if (wanted)
        c->terms[(*count)++] = (struct explore_term){c->layout->first[block] + at, 1.0};
}

static void load_rows(struct explore_chain *c, const struct explore_surrogate *s)
{
    const struct explore_space *space = c->layout->space;
    uint32_t row = 0, count = 0;
    for (size_t t = 0; t < s->history->count; t++) {
        const struct explore_observed *run = &s->history->runs[t];
        for (uint32_t p = 0; p < space->cpus_count; p++) {
            if (!explore_chain_scores(space, run, p))
                continue;
            c->seen[row] = run->latency_us[p] / s->scale;
            c->censored[row] = run->censored;
            c->decision[row] = s->decision_of[t];
            c->row_first[row++] = count;
            count += explore_layout_row(c->layout, run->decision, p, &c->terms[count]);
            add_offset(c, &count, EXPLORE_BLOCK_BOARD, s->board_of[t], s->board_of[t] > 0);
            add_offset(c, &count, EXPLORE_BLOCK_EPOCH, s->epoch_of[t], s->epoch_of[t] > 0);
            add_offset(c, &count, EXPLORE_BLOCK_DECISION, s->decision_of[t], true);
        }
    }
    c->row_first[row] = count;
}

/* The rows of each coefficient. */
static void transpose(struct explore_chain *c, struct aj_arena *scratch)
{
    const uint32_t count = c->row_first[c->rows_count];
    c->entries = AJ_NEW_ARRAY(scratch, struct explore_entry, count);
    c->col_first = AJ_NEW_ARRAY(scratch, uint32_t, c->coefs_count + 2);
    for (uint32_t k = 0; k < count; k++)
        c->col_first[c->terms[k].coef + 2]++;
    for (uint32_t j = 0; j < c->coefs_count; j++)
        c->col_first[j + 2] += c->col_first[j + 1];
    for (uint32_t i = 0; i < c->rows_count; i++) {
        for (uint32_t k = c->row_first[i]; k < c->row_first[i + 1]; k++)
            c->entries[c->col_first[c->terms[k].coef + 1]++] =
                (struct explore_entry){i, c->terms[k].weight};
    }
}

bool explore_chain_has(const struct explore_chain *c, uint32_t coef)
{
    return c->col_first[coef + 1] > c->col_first[coef];
}

static void number_members(struct explore_chain *c, struct aj_arena *scratch)
{
    const uint32_t pairs = c->layout->first[EXPLORE_BLOCK_PAIR];
    c->member = AJ_NEW_ARRAY(scratch, uint32_t, pairs);
    c->place = AJ_NEW_ARRAY(scratch, uint32_t, pairs);
    for (uint32_t j = 0; j < pairs; j++) {
        c->place[j] = c->members_count;
        if (explore_chain_has(c, j))
            c->member[c->members_count++] = j;
    }
    c->matrix = AJ_NEW_ARRAY(scratch, double, (size_t)c->members_count * c->members_count + 1);
    c->right = AJ_NEW_ARRAY(scratch, double, c->members_count + 1);
}

enum explore_block explore_chain_block(const struct explore_layout *layout, uint32_t coef)
{
    uint32_t block = 0;
    while (coef >= layout->first[block + 1])
        block++;
    return (enum explore_block)block;
}

/* A decision far off the typical latency, 1, may be so for reasons of its own from the start. */
static void start_local(struct explore_chain *c)
{
    const uint32_t first = c->layout->first[EXPLORE_BLOCK_DECISION];
    for (uint32_t d = 0; d < c->layout->decisions_count; d++) {
        const struct explore_entry *from = &c->entries[c->col_first[first + d]];
        const struct explore_entry *to = &c->entries[c->col_first[first + d + 1]];
        double sum = 0.0;
        for (const struct explore_entry *e = from; e < to; e++)
            sum += c->score[e->row] - 1.0;
        const double off = to > from ? fabs(sum / (double)(to - from)) : 0.0;
        const double z = fmax(off - 1.0, 0.0) / c->scale[EXPLORE_BLOCK_DECISION];
        c->local[d] = (EXPLORE_LOCAL + 1.0) / (EXPLORE_LOCAL + z * z);
    }
}

void explore_chain_start(struct explore_chain *c, uint32_t part, uint32_t parts)
{
    const struct explore_space *space = c->layout->space;
    c->noise = EXPLORE_NOISE_SCALE * EXPLORE_NOISE_SCALE;
    c->ceiling = EXPLORE_CEILING_SCALE;
    for (uint32_t b = 0; b < EXPLORE_BLOCKS; b++) {
        c->scale[b] = c->prior == EXPLORE_PRIOR_FLAT && b != EXPLORE_BLOCK_BASE
                          ? FLAT_SCALE
                          : explore_priors[b].scale;
        c->chance[b] = EXPLORE_SPARSE_YES / (EXPLORE_SPARSE_YES + EXPLORE_SPARSE_NO);
    }
    for (uint32_t cell = 0; cell < space->cells_count; cell++)
        c->pair_mean[cell] = c->scale[EXPLORE_BLOCK_PAIR];
    for (uint32_t j = 0; j < c->coefs_count; j++) {
        const enum explore_block b = explore_chain_block(c->layout, j);
        c->coef[j] = explore_priors[b].kind == EXPLORE_KIND_NORMAL   ? explore_priors[b].mean
                     : explore_priors[b].kind == EXPLORE_KIND_SPARSE ? 0.0
                                                                     : c->scale[b];
    }
    for (uint32_t i = 0; i < c->rows_count; i++) {
        c->left_out[i] = parts > 1 && c->decision[i] % parts == part;
        c->robust[i] = c->left_out[i] ? 0.0 : 1.0;
    }
    memcpy(c->score, c->seen, c->rows_count * sizeof *c->seen);
    start_local(c);
    explore_chain_resum(c);
}

void explore_chain_open(struct explore_chain *c, const struct explore_surrogate *s,
                        struct aj_arena *scratch)
{
    const struct explore_space *space = c->layout->space;
    for (size_t t = 0; t < s->history->count; t++) {
        for (uint32_t p = 0; p < space->cpus_count; p++)
            c->rows_count += explore_chain_scores(space, &s->history->runs[t], p);
    }
    c->coefs_count = c->layout->first[EXPLORE_BLOCKS];
    const uint32_t per_row = explore_layout_terms_max(c->layout) + 3, n = c->rows_count;
    c->terms = AJ_NEW_ARRAY(scratch, struct explore_term, (size_t)per_row * n);
    c->row_first = AJ_NEW_ARRAY(scratch, uint32_t, n + 1);
    c->censored = AJ_NEW_ARRAY(scratch, bool, n);
    c->left_out = AJ_NEW_ARRAY(scratch, bool, n);
    c->decision = AJ_NEW_ARRAY(scratch, uint32_t, n);
    double **const numbers[] = {&c->seen,      &c->score,  &c->robust, &c->plain,
                                &c->disturbed, &c->fitted, &c->slope};
    for (size_t i = 0; i < AJ_COUNT(numbers); i++)
        *numbers[i] = AJ_NEW_ARRAY(scratch, double, n);
    c->coef = AJ_NEW_ARRAY(scratch, double, c->coefs_count);
    load_rows(c, s);
    transpose(c, scratch);
    number_members(c, scratch);
    c->local = AJ_NEW_ARRAY(scratch, double, c->layout->decisions_count + 1);
    c->pair_mean = AJ_NEW_ARRAY(scratch, double, space->cells_count);
}
