/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/drift.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "base/num.h"

#define AWAY       0.9973 /* of Student's t: 3 standard deviations of a normal distribution */
#define LEAST      0.03   /* a smaller drift of the logarithm does not matter */
#define SD_FLOOR   0.005  /* scores are rounded to whole us */
#define CONSISTENT 1.4826 /* median |deviation| to standard deviation, normal distribution */

enum { FREEDOM_MIN = 3 };

struct value {
    uint64_t run;
    uint32_t decision;
    uint32_t epoch; /* AJ_NONE32: away alone */
    double log_score;
};

struct finder {
    struct value *values;
    size_t count; /* that are judged */
    struct aj_arena *scratch;
    double sd;
    uint32_t freedom;
};

/* Mean of the judged values of a decision in an epoch; returns their number. */
static uint32_t mean_of(const struct finder *f, uint32_t decision, uint32_t epoch, double *mean)
{
    uint32_t count = 0;
    double sum = 0.0;
    for (size_t i = 0; i < f->count; i++) {
        if (f->values[i].decision == decision && f->values[i].epoch == epoch) {
            sum += f->values[i].log_score;
            count++;
        }
    }
    *mean = count > 0 ? sum / count : 0.0;
    return count;
}

/* Deviations of a decision's values in an epoch from their median, but for the one nearest to it. */
static size_t deviations(const struct finder *f, size_t from, double *to, double *scratch)
{
    const struct value *first = &f->values[from];
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < f->count; i++) {
        const struct value *v = &f->values[i];
        if (v->decision != first->decision || v->epoch != first->epoch)
            continue;
        if (i < from)
            return 0; /* was counted there */
        scratch[count++] = v->log_score;
    }
    explore_stats_sort(scratch, count);
    const double median = explore_stats_median(scratch, count);
    for (size_t i = 0; i < count; i++)
        scratch[i] = fabs(scratch[i] - median);
    explore_stats_sort(scratch, count);
    for (size_t i = 1; i < count; i++)
        to[kept++] = scratch[i];
    return kept;
}

/*
 * The nearest deviation of each group is left out, so the rest is as many as there are degrees of
 * freedom, and two values give what their difference says.
 */
static void scatter(struct finder *f)
{
    const struct aj_mark mark = aj_arena_mark(f->scratch);
    double *all = AJ_NEW_ARRAY(f->scratch, double, f->count);
    double *scratch = AJ_NEW_ARRAY(f->scratch, double, f->count);
    size_t kept = 0;
    for (size_t i = 0; i < f->count; i++)
        if (f->values[i].epoch != AJ_NONE32)
            kept += deviations(f, i, all + kept, scratch);
    f->freedom = (uint32_t)kept;
    f->sd = 0.0;
    if (kept > 0) {
        explore_stats_sort(all, kept);
        f->sd = fmax(CONSISTENT * explore_stats_median(all, kept), SD_FLOOR);
    }
    aj_arena_release(f->scratch, mark);
}

/* -1, 1: away on that side; 0: not, or nobody can tell. */
static int away(const struct finder *f, const struct value *v, uint32_t epoch)
{
    double mean;
    const uint32_t n = mean_of(f, v->decision, epoch, &mean);
    if (n == 0 || f->freedom < FREEDOM_MIN)
        return 0;
    const double t = gsl_cdf_tdist_Pinv(1.0 - (1.0 - AWAY) / 2.0, f->freedom);
    const double limit = fmax(t * f->sd * sqrt(1.0 + 1.0 / n), LEAST);
    const double d = v->log_score - mean;
    return d > limit ? 1 : d < -limit ? -1 : 0;
}

typedef AJ_VEC(struct explore_epoch) epochs;

/* Shift of epoch `epoch` against `before`, by the decisions that both have. */
static void measure_shift(const struct finder *f, const struct explore_epoch *before_epoch,
                          uint32_t before, uint32_t epoch, struct explore_epoch *to)
{
    double sum = 0.0, weights = 0.0;
    to->sentinels = 0;
    for (size_t i = 0; i < f->count; i++) {
        const struct value *v = &f->values[i];
        double old, now;
        if (v->epoch != epoch)
            continue;
        to->sentinels++;
        const uint32_t m = mean_of(f, v->decision, before, &old);
        const uint32_t n = mean_of(f, v->decision, epoch, &now);
        if (m == 0)
            continue;
        /* each value of the decision comes by here: its share of the decision's weight */
        const double weight = (double)m * n / (m + n) / n;
        sum += weight * (now - old);
        weights += weight;
    }
    to->shift = weights > 0.0 ? before_epoch->shift + sum / weights : (double)NAN;
    to->error = weights > 0.0 ? hypot(before_epoch->error, f->sd / sqrt(weights)) : (double)NAN;
}

/*
 * values[count - 2] and the last one are away: what was measured after values[good] and before them
 * is nobody's.
 */
static void begin_epoch(struct finder *f, epochs *all, uint64_t last_good, uint32_t *current,
                        struct aj_arena *out)
{
    struct value *first = &f->values[f->count - 2], *second = &f->values[f->count - 1];
    if (first->run > last_good + 1)
        AJ_PUSH(out, all, ((struct explore_epoch){last_good + 1, (double)NAN, (double)NAN, 0}));
    AJ_PUSH(out, all, ((struct explore_epoch){first->run, 0.0, 0.0, 0}));
    const uint32_t before = *current;
    *current = (uint32_t)all->count - 1;
    first->epoch = second->epoch = *current;
    measure_shift(f, &all->items[before], before, *current, &all->items[*current]);
}

static size_t usable(const struct explore_sentinel *sentinels, size_t count, struct value *to)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct explore_sentinel *s = &sentinels[i];
        if (s->score > 0.0 && !isinf(s->score))
            to[n++] = (struct value){s->run, s->decision, AJ_NONE32, log(s->score)};
    }
    return n;
}

struct explore_drift explore_drift_find(const struct explore_sentinel *sentinels, size_t count,
                                        struct aj_arena *out)
{
    struct aj_arena *scratch = aj_arena_open();
    struct finder f = {.values = AJ_NEW_ARRAY(scratch, struct value, count), .scratch = scratch};
    const size_t all_count = usable(sentinels, count, f.values);
    epochs all = {0};
    uint32_t current = 0;
    int side = 0; /* of the one before */
    uint64_t last_good = 0;
    AJ_PUSH(out, &all, ((struct explore_epoch){0, 0.0, 0.0, 0}));
    while (f.count < all_count) {
        struct value *v = &f.values[f.count];
        scatter(&f);
        const int now = away(&f, v, current);
        f.count++;
        if (now != 0 && now == side) {
            begin_epoch(&f, &all, last_good, &current, out);
            side = 0;
            last_good = v->run;
        } else {
            side = now;
            v->epoch = now == 0 ? current : AJ_NONE32;
            last_good = now == 0 ? v->run : last_good;
        }
    }
    scatter(&f);
    for (uint32_t e = 0, before = 0; e < all.count; e++) {
        if (e > 0 && isnan(all.items[e].shift))
            continue;
        if (e > 0)
            measure_shift(&f, &all.items[before], before, e, &all.items[e]);
        else
            for (size_t i = 0; i < f.count; i++)
                all.items[0].sentinels += f.values[i].epoch == 0;
        before = e;
    }
    const struct explore_drift drift = {all.items, all.count, side != 0, f.sd, f.freedom};
    aj_arena_close(scratch);
    return drift;
}

uint32_t explore_drift_epoch(const struct explore_drift *drift, uint64_t run)
{
    size_t epoch = 0;
    while (epoch + 1 < drift->epochs_count && drift->epochs[epoch + 1].first <= run)
        epoch++;
    return (uint32_t)epoch;
}
