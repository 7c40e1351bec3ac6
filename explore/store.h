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

struct explore_stored {
    uint64_t id;             /* from 1, ascending in the order of claims */
    uint8_t phase;           /* enum explore_phase */
    uint8_t state;           /* enum explore_run_state */
    uint32_t round;          /* of race and confirm */
    const char *board;       /* login it ran on */
    const char *decision;    /* text of explore_decision_format */
    const char *reason;      /* why it is void, NULL without */
    const char *measurement; /* YAML of model/measurement.h, NULL without */
    int64_t duration_ns;     /* >= 0 */
};

enum {
    EXPLORE_STORE_TEXT_MAX = 1 << 26, /* bytes of one text */
    EXPLORE_STORE_WAIT_MS = 5000,     /* for another process that writes, before it is an error */
};

/*
 * Opens the file, which is made if it is not there. `study` (board, requirements, spec: a hash) must
 * be the one it was made for; NULL takes any, and the file must be there. Claims of processes of this
 * machine that have ended are removed, so that the runs are claimed again; those of other machines
 * stay, as nobody here knows.
 * AJ_ERR_INPUT "store-study": made for another study; "store-format": not a study of this version of
 * autojail, left as it is; "store-damaged": it was one. AJ_ERR_IO "store": SQLite cannot do it (full
 * disk, permissions, a lock that is held too long), in its words. The other functions fail with the
 * last two as well.
 */
AJ_NODISCARD enum aj_status explore_store_open(struct aj_ctx *cx, const char *path,
                                               const char *study, struct explore_store **store);
/* NULL is allowed. */
void explore_store_close(struct explore_store *store);

/* All runs in the order of their ids; texts live in `out`. */
AJ_NODISCARD enum aj_status explore_store_runs(struct aj_ctx *cx, struct explore_store *store,
                                               struct aj_arena *out,
                                               const struct explore_stored **runs, size_t *count);
/*
 * Claims the next run, of which phase, round, board and decision count; *id is its number, 0 if
 * `limit` runs of all phases are claimed or done already (void ones do not count). Durable when it
 * returns. The claim is this process's and ends with it.
 */
AJ_NODISCARD enum aj_status explore_store_claim(struct aj_ctx *cx, struct explore_store *store,
                                                const struct explore_stored *run, uint64_t limit,
                                                uint64_t *id);
/*
 * The end of a run that this process has claimed: id, state (done or void), reason, measurement,
 * duration. Durable when it returns. AJ_ERR_INPUT "store-claim" if it is not claimed by this process.
 */
AJ_NODISCARD enum aj_status explore_store_finish(struct aj_ctx *cx, struct explore_store *store,
                                                 const struct explore_stored *run);
/* A small named text of the study, e.g. a learned cut with its evidence; NULL `text` removes it. */
AJ_NODISCARD enum aj_status explore_store_put(struct aj_ctx *cx, struct explore_store *store,
                                              const char *key, const char *text);
/* *text is NULL if there is none of this key. */
AJ_NODISCARD enum aj_status explore_store_get(struct aj_ctx *cx, struct explore_store *store,
                                              const char *key, struct aj_arena *out,
                                              const char **text);

#endif
