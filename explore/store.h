/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The runs of an exploration in a file of SQLite: each is durable before the next begins, several
 * processes of one machine share one study, and an exploration that was killed goes on where it was.
 */
#ifndef EXPLORE_STORE_H
#define EXPLORE_STORE_H

#include "base/ctx.h"
#include "base/names.h"

struct explore_store;

enum explore_phase {
    EXPLORE_PHASE_BASELINE, /* what the tool would have answered without measuring */
    EXPLORE_PHASE_SEARCH,
    EXPLORE_PHASE_SENTINEL, /* the incumbent again, to see drift */
    EXPLORE_PHASE_RACE,     /* finalists against each other */
    EXPLORE_PHASE_CONFIRM,  /* winner and baseline in pairs: what claims are made from */
};
extern const struct aj_name explore_phase_names[];

enum explore_run_state { EXPLORE_RUN_CLAIMED, EXPLORE_RUN_DONE, EXPLORE_RUN_VOID };
extern const struct aj_name explore_run_state_names[];

/* Whose a claimed run is. */
enum explore_holder {
    EXPLORE_HOLDER_SELF,
    EXPLORE_HOLDER_OTHER,   /* a process of this machine, which runs */
    EXPLORE_HOLDER_UNKNOWN, /* of another machine: nobody here knows whether it still runs */
};

struct explore_stored {
    uint64_t id;             /* from 1, ascending in the order of claims, none given twice */
    uint64_t finished;       /* place in the order in which runs ended, from 1; 0: claimed */
    uint32_t finale;         /* which one the run is of, from 1; 0: of the search */
    uint32_t round;          /* of race and confirm, from 1: all its runs are made on one board */
    uint8_t phase;           /* enum explore_phase */
    uint8_t state;           /* enum explore_run_state */
    uint8_t holder;          /* enum explore_holder, of a claimed one */
    bool censored;           /* ended early, since hopeless: latencies are at least what was seen */
    const char *board;       /* login it ran on */
    const char *decision;    /* text of explore_decision_format */
    const char *reason;      /* why it is void, NULL without */
    const char *measurement; /* YAML of model/measurement.h, NULL without */
    int64_t duration_ns;     /* >= 0 */
};

/* A search that ended. The n-th begins the n-th finale, whose finalists its runs have chosen. */
struct explore_searched {
    uint64_t runs;   /* that had ended by then */
    uint32_t budget; /* of runs in all */
    int64_t time_ns; /* budget of time, 0: none */
    const char *why; /* it ended: a sentence without its stop */
};

enum {
    EXPLORE_STORE_TEXT_MAX = 1 << 26, /* bytes of one text */
    EXPLORE_STORE_WAIT_MS = 5000,     /* for another process that writes, before it is an error */
};

/*
 * Opens the file, which is made if it is not there. `study` (board, requirements, spec: a hash) must
 * be the one it was made for; NULL takes any, and the file must be there; its directory need not be
 * writable then, if whoever wrote it has closed it.
 * AJ_ERR_INPUT "store-study": made for another study; "store-format": not a study of this version of
 * autojail, left as it is; "store-damaged": it was one. AJ_ERR_IO "store": SQLite cannot do it (full
 * disk, permissions, a lock that is held too long), in its words. The other functions fail with the
 * last two as well.
 */
AJ_NODISCARD enum aj_status explore_store_open(struct aj_ctx *cx, const char *path,
                                               const char *study, struct explore_store **store);
/* NULL is allowed. */
void explore_store_close(struct explore_store *store);

/*
 * The runs that ended after the `after`-th in the order in which they did, then the claimed ones by
 * their ids; texts live in `out`. Claims of processes of this machine that have ended are left out.
 */
AJ_NODISCARD enum aj_status explore_store_runs(struct aj_ctx *cx, struct explore_store *store,
                                               uint64_t after, struct aj_arena *out,
                                               const struct explore_stored **runs, size_t *count);

/* A run to be made now, and those that are to follow it in the same round. */
struct explore_wish {
    const struct explore_stored *runs; /* finale, phase, round, board, decision count */
    size_t count;                      /* >= 1 */
    uint64_t limit; /* so many runs in all may be claimed or done; void ones do not count */
    uint64_t known; /* newest id of this board that the wish takes into account */
};
enum explore_grant_kind {
    EXPLORE_GRANT_YOURS,
    EXPLORE_GRANT_SPENT, /* the limit is reached */
    EXPLORE_GRANT_LATE,  /* others were faster, or use the board: think again */
};
struct explore_grant {
    uint8_t kind; /* enum explore_grant_kind */
    uint64_t id;  /* of the first run; 0 unless it is yours */
};
/*
 * Claims the runs of `wish` at once, or none of them: whatever several processes wish, a board makes
 * one run at a time, each knowing those before, and a run of a round is made once and on the board on
 * which the round began. Claims end with their process; one of the same run that was left so is
 * taken over with its id, so that what was killed goes on as if it had not been. Durable when it
 * returns.
 */
AJ_NODISCARD enum aj_status explore_store_claim(struct aj_ctx *cx, struct explore_store *store,
                                                const struct explore_wish *wish,
                                                struct explore_grant *grant);
/*
 * The end of a run that this process has claimed: id, state (done or void), censored, reason,
 * measurement, duration. Durable when it returns. AJ_ERR_INPUT "store-claim" if it is not claimed by
 * this process.
 */
AJ_NODISCARD enum aj_status explore_store_finish(struct aj_ctx *cx, struct explore_store *store,
                                                 const struct explore_stored *run);
/* Ends the claims of this process, as its end would. */
AJ_NODISCARD enum aj_status explore_store_release(struct aj_ctx *cx, struct explore_store *store);

/*
 * The search has ended with this budget: adds *searched, its `runs` being those that have ended,
 * unless the last one had the same budget.
 */
AJ_NODISCARD enum aj_status explore_store_searched(struct aj_ctx *cx, struct explore_store *store,
                                                   const struct explore_searched *searched);
/* All searches that have ended. */
AJ_NODISCARD enum aj_status explore_store_searches(struct aj_ctx *cx, struct explore_store *store,
                                                   struct aj_arena *out,
                                                   const struct explore_searched **searches,
                                                   size_t *count);

/* A small named text of the study, e.g. how its latencies came about; NULL `text` removes it. */
AJ_NODISCARD enum aj_status explore_store_put(struct aj_ctx *cx, struct explore_store *store,
                                              const char *key, const char *text);
/* *text is NULL if there is none of this key. */
AJ_NODISCARD enum aj_status explore_store_get(struct aj_ctx *cx, struct explore_store *store,
                                              const char *key, struct aj_arena *out,
                                              const char **text);

#endif
