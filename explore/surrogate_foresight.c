/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "base/num.h"
#include "explore/stats.h"
#include "explore/surrogate_priv.h"

/* So many differences of repeated runs tell how far runs scatter. */
#define REPEATS_LEAST 8
#define HELD          0.95 /* of the rows, by twice the standard deviation */
/* Beyond, it is a model of something else. */
#define WIDEN_MOST 5.0
/* The variance of Student's t with 4 degrees of freedom, in units of its scale. */
#define STUDENT_VARIANCE 2.0
/* Makes the median of absolute values the standard deviation of a normal. */
#define CONSISTENT 1.4826

void explore_foresight_open(const struct explore_chain *c, struct aj_arena *scratch,
                            struct explore_foresight *f)
{
    double **const numbers[] = {&f->sum, &f->squares, &f->unseen, &f->times};
    for (size_t i = 0; i < AJ_COUNT(numbers); i++)
        *numbers[i] = AJ_NEW_ARRAY(scratch, double, c->rows_count);
}

void explore_foresight_add(const struct explore_chain *c, struct explore_foresight *f)
{
    const uint32_t first = c->layout->first[EXPLORE_BLOCK_DECISION];
    for (uint32_t i = 0; i < c->rows_count; i++) {
        const double said = c->fitted[i] - c->coef[first + c->decision[i]];
        f->sum[i] += said;
        f->squares[i] += said * said;
        f->unseen[i] += c->left_out[i] ? said : 0.0;
        f->times[i] += c->left_out[i] ? 1.0 : 0.0;
    }
}

/* The last run before t of the same decision on the same board in the same epoch; t: none. */
static size_t run_before(const struct explore_surrogate *s, size_t t)
{
    for (size_t u = t; u-- > 0;) {
        if (s->decision_of[u] == s->decision_of[t] && s->board_of[u] == s->board_of[t] &&
            s->epoch_of[u] == s->epoch_of[t] && !s->history->runs[u].censored)
            return u;
    }
    return t;
}

/*
 * The variance of noise, us^2. Where the model does not hold, its own noise has that in it; what
 * differs between repeated runs has not, where there are some.
 */
static double variance_of_noise(const struct explore_surrogate *s, struct aj_arena *scratch)
{
    const struct explore_space *space = s->layout.space;
    const double by_model = STUDENT_VARIANCE * s->noise * s->noise;
    double *apart = AJ_NEW_ARRAY(scratch, double, s->history->count * space->cpus_count);
    size_t count = 0;
    for (size_t t = 0; t < s->history->count; t++) {
        const struct explore_observed *run = &s->history->runs[t];
        const size_t before = run_before(s, t);
        for (uint32_t p = 0; p < space->cpus_count && before < t && !run->censored; p++) {
            const struct explore_observed *other = &s->history->runs[before];
            if (explore_chain_scores(space, run, p) && explore_chain_scores(space, other, p))
                apart[count++] = fabs(run->latency_us[p] - other->latency_us[p]);
        }
    }
    if (count < REPEATS_LEAST)
        return by_model;
    explore_stats_sort(apart, count);
    const double sd = CONSISTENT * sqrt(0.5) * explore_stats_median(apart, count);
    return fmin(sd * sd, by_model);
}

double explore_foresight_widen(const struct explore_chain *c, const struct explore_foresight *f,
                               const struct explore_surrogate *s, struct aj_arena *scratch)
{
    const double scatter = variance_of_noise(s, scratch) / (s->scale * s->scale);
    const double draws = s->draws_count;
    double *wanted = AJ_NEW_ARRAY(scratch, double, c->rows_count);
    size_t count = 0;
    for (uint32_t i = 0; i < c->rows_count; i++) {
        if (c->censored[i] || f->times[i] < 1.0)
            continue;
        const double mean = f->sum[i] / draws, off = c->seen[i] - f->unseen[i] / f->times[i];
        const double variance = f->squares[i] / draws - mean * mean;
        const double rest = 0.25 * off * off - scatter;
        wanted[count++] = variance > 0.0 && rest > 0.0 ? sqrt(rest / variance) : 0.0;
    }
    if (count == 0)
        return 1.0;
    explore_stats_sort(wanted, count);
    return fmin(fmax(wanted[(size_t)(HELD * (double)(count - 1))], 1.0), WIDEN_MOST);
}
