/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loop: propose, solve and check, apply, measure, store, until the budget is spent, nothing
 * better is likely, or the deadline is met. Each run is durable before the next one begins; what is
 * next follows from the runs alone, so that the same command goes on where it was ended.
 */
#ifndef EXPLORE_STUDY_H
#define EXPLORE_STUDY_H

#include "explore/agenda.h"

/* Texts that the store keeps beside the runs. */
#define EXPLORE_NOTE_KIND "kind" /* how the latencies came about: one of these */
#define EXPLORE_SIMULATED "simulated"
#define EXPLORE_MEASURED  "measured"

/* What an observer hears of: a run that begins, and what became of it. */
struct explore_news {
    const char *board;
    uint64_t id;
    uint8_t phase, state;  /* enum explore_phase, explore_run_state: CLAIMED as it begins */
    uint32_t done, budget; /* runs that count, this one included once it is done */
    const char *decision;
    const char *reason; /* of a void run */
    double score;       /* percent of the deadline; NAN: not known */
    bool censored;      /* the run ended early: its score is at least this */
    double best;        /* explore_agenda_best */
    int64_t left_ns;    /* until the budget is spent, if all runs take as long as those so far */
};
struct explore_observer {
    void (*hear)(void *to, const struct explore_news *news); /* NULL: nobody listens */
    void *to;
};

struct explore_study_options {
    const char *store;
    const char *const *targets; /* logins, one or more */
    size_t targets_count;
    const char *const *from; /* stores of earlier studies to learn from */
    size_t from_count;
    const char *identity, *known_hosts, *jump; /* as in explore/target.h; NULL */
    struct explore_observer observer;
};

struct explore_study {
    const struct explore_frame *frame;
    const struct explore_study_options *options;
    const char *hash; /* of what runs depend on: explore_frame_study */
};

/* How it ended. */
struct explore_study_end {
    const char *why; /* a sentence without its stop */
    bool simulated;
    struct explore_ledger ledger;
    enum aj_status restored; /* AJ_OK: the target is as it was found */
};

/*
 * Runs the study to its end, with a process for each target if there are several, and restores the
 * targets. Ids of explore/store.h, explore/target.h, explore/agenda.h; "explore-lost" (a warning) for
 * a target that the others go on without. On AJ_ERR_TARGET and AJ_INTERRUPTED what was measured is
 * kept, and the same call goes on with it. A study that ended is AJ_OK also if its target could not be
 * restored: end->restored and the diagnostics say so.
 */
AJ_NODISCARD enum aj_status explore_study_run(struct aj_ctx *cx, const struct explore_study *study,
                                              struct aj_arena *out, struct explore_study_end *end);

#endif
