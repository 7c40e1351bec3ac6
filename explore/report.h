/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.html: what an exploration found, on one page that needs nothing from elsewhere. The loop
 * fills in what it knows; what can be computed from measurements (how many blocks were late, what
 * intervals hold, tails) is computed here, so that each number comes with its count and interval.
 */
#ifndef EXPLORE_REPORT_H
#define EXPLORE_REPORT_H

#include "base/buf.h"
#include "explore/claim.h"
#include "explore/deadline.h"
#include "explore/search.h"
#include "explore/store.h"
#include "explore/summary.h"
#include "model/measurement.h"

/* A measured CPU. */
struct explore_report_cpu {
    uint32_t cpu; /* Linux' number */
    const char *cell;
    int64_t deadline_ns;
};

/* One decision and all that was measured with it. */
struct explore_report_side {
    const char *decision;                  /* explore_decision_format */
    const struct explore_report_cpu *cpus; /* cpus[cpus_count], ascending */
    size_t cpus_count;
    /* Good ones in the order of time. Those with other CPUs or bins than the first are left out. */
    const struct model_measurement *const *measurements;
    size_t measurements_count;
    struct explore_summary summary; /* of these runs */
};

struct explore_report_run {
    const struct explore_stored *stored; /* NULL members are allowed but for `decision` */
    double score;                        /* worst CPU, percent of its deadline; NAN: void */
    double best;   /* the best measured decision's, as thought of after this run; NAN: not known */
    bool censored; /* ended early, since it was hopeless: the score is at least this */
    bool drifted;  /* its board had drifted since the one before */
};

struct explore_report_learned {
    const char *constraint; /* as it stands in cells.yml */
    const char *because;    /* which runs, how many samples, how sure */
};

struct explore_report {
    const char *project;
    const char *const *boards; /* logins */
    size_t boards_count;
    bool simulated;
    const char *stopped; /* why the exploration ended: "the budget is spent" */
    uint32_t budget;     /* 0: none */
    struct explore_report_side baseline;
    struct explore_report_side recommended; /* the decision of the baseline: it stays */
    struct explore_report_side compared;    /* what the claim is of, recommended or not */
    bool confirmed;             /* there were pairs to judge the best other decision by: */
    struct explore_claim claim; /* of it against the baseline */
    bool certify;               /* the deadline was to be certified: */
    struct explore_certificate certificate; /* of what is recommended */
    double confidence;                      /* wanted of the certificate */
    const struct explore_report_run *runs;  /* in the order of their ids, void ones too */
    size_t runs_count;
    const struct explore_effect *effects; /* explore_search_effects */
    size_t effects_count;
    const struct explore_report_learned *learned;
    size_t learned_count;
};

/*
 * The page as UTF-8, also well-formed XML. All texts may be hostile: they are shown, never obeyed.
 * Byte-equal for equal reports.
 */
void explore_report_write(const struct explore_report *report, struct aj_arena *scratch,
                          struct aj_buf *to);

#endif
