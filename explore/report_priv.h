/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the report share.
 */
#ifndef EXPLORE_REPORT_PRIV_H
#define EXPLORE_REPORT_PRIV_H

#include "base/page.h"
#include "explore/report.h"
#include "explore/tail.h"

/*
 * A measured CPU with what its runs say. What disturbs a run may disturb all its blocks, so intervals
 * are made from runs.
 */
struct report_cpu {
    const struct explore_report_cpu *what;
    struct model_latency all; /* blocks of all runs as one */
    double median_us;         /* of the runs' scores: medians of their blocks' maxima */
    struct explore_interval median_bounds; /* NAN: too few runs */
    double p999_us;
    uint64_t late;                       /* wake-ups that may have been longer than the deadline */
    uint64_t late_runs;                  /* runs with one */
    struct explore_interval late_bounds; /* of their share */
    struct explore_tail tail;            /* what is exceeded once in an hour */
};

/* All that was measured with a decision as one measurement. */
struct report_side {
    struct model_measurement all; /* blocks_count 0: nothing was measured */
    const size_t *run_ends;       /* blocks of run r: run_ends[r - 1] .. run_ends[r] - 1, from 0 */
    size_t runs;
    size_t left_out;               /* measurements that are not like the first */
    const struct report_cpu *cpus; /* cpus[cpus_count] */
    size_t cpus_count;
};

struct page {
    const struct explore_report *report;
    struct report_side baseline;
    struct report_side other; /* recommended, or compared with the baseline that is */
    const char *other_name;   /* NULL: nothing but the baseline was found worth a look */
    const char *other_decision;
    bool same; /* the baseline is recommended */
    struct aj_arena *scratch;
    struct aj_page html;
};

struct report_side explore_report_side_of(const struct explore_report_side *side,
                                          struct aj_arena *out);

/* Text for people; of numbers that are not finite, a dash. */
const char *report_percent(struct aj_arena *out, double percent); /* "3.2 %" */
const char *report_signed_percent(struct aj_arena *out, double percent);
const char *report_us(struct aj_arena *out, double us);         /* "12.3" */
const char *report_count(struct aj_arena *out, uint64_t count); /* "1 200 000" */
const char *report_share(struct aj_arena *out, double share);   /* "0.83 %", "2.1e-05 %" */

/* Pictures */
void report_exceedance(struct page *page);
void report_convergence(struct page *page);
void report_forest(struct page *page);

/* Sections */
void report_decisions(struct page *page);
void report_latencies(struct page *page);
void report_tails(struct page *page);
void report_effects(struct page *page);
void report_history(struct page *page);
void report_runs(struct page *page);
void report_learned(struct page *page);
void report_environment(struct page *page);

#endif
