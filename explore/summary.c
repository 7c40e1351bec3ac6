/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/summary.h"

#include <inttypes.h>
#include <math.h>

#include "base/units.h"
#include "explore/anytime.h"

/* Is what stands at `value` or below known from below only? The rest may then lie above it, too. */
static bool ends_early(const struct explore_summary_run *runs, uint32_t count, double value)
{
    for (uint32_t i = 0; i < count; i++)
        if (runs[i].censored && runs[i].score <= value)
            return true;
    return false;
}

struct explore_summary explore_summary_make(const struct explore_summary_run *runs, uint32_t count,
                                            struct aj_arena *scratch)
{
    struct explore_summary s = {
        .runs = count, .score = (double)NAN, .bounds = {(double)NAN, (double)NAN}};
    double *scores = AJ_NEW_ARRAY(scratch, double, count);
    uint32_t low, high;
    for (uint32_t i = 0; i < count; i++) {
        scores[i] = runs[i].score;
        s.late += runs[i].late;
    }
    s.late_bounds = explore_anytime_proportion(s.late, count, EXPLORE_LEVEL);
    if (count == 0)
        return s;
    explore_stats_sort(scores, count);
    s.score = explore_stats_median(scores, count);
    s.at_least = ends_early(runs, count, s.score);
    if (explore_anytime_median_ranks(count, EXPLORE_LEVEL, &low, &high)) {
        s.bounds = (struct explore_interval){scores[low - 1], scores[high - 1]};
        s.bound_at_least = ends_early(runs, count, s.bounds.high);
    }
    return s;
}

const char *explore_summary_text(const struct explore_summary *summary, int64_t deadline_ns,
                                 struct aj_arena *out)
{
    const struct explore_summary *s = summary;
    const char *runs = aj_strf(out, "%" PRIu32 " run%s", s->runs, s->runs == 1 ? "" : "s");
    if (s->runs == 0)
        return "not measured";
    const char *score = aj_strf(out, "%s%.1f %% of %s", s->at_least ? ">= " : "", s->score,
                                aj_format_duration(out, deadline_ns));
    if (isnan(s->bounds.low))
        return aj_strf(out, "%s (%s, too few for an interval)", score, runs);
    return aj_strf(out, "%s (%.0f %% interval %.1f to %s%.1f %%, %s)", score, 100.0 * EXPLORE_LEVEL,
                   s->bounds.low, s->bound_at_least ? ">= " : "", s->bounds.high, runs);
}
