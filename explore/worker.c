/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "explore/worker_priv.h"

/* Target */

enum aj_status worker_target_open(struct aj_ctx *cx, struct explore_worker *w, int64_t patience_ns)
{
    const struct explore_study_options *o = w->study->options;
    const struct explore_frame *frame = w->study->frame;
    const struct explore_target_options options = {
        .login = {.login = w->login, .identity = o->identity, .known_hosts = o->known_hosts},
        .jump = o->jump,
        .mode = (enum explore_mode)frame->spec->mode,
        .project = frame->project,
        .seed = frame->spec->seed,
        .patience_ns = patience_ns,
    };
    w->target_arena = aj_arena_open();
    return explore_target_open(cx, &options, w->target_arena, &w->target);
}

void worker_target_close(struct explore_worker *w)
{
    if (w->target != NULL)
        w->target->ops->close(w->target);
    w->target = NULL;
    aj_arena_close(w->target_arena);
    w->target_arena = NULL;
}

/* Opening and closing */

static enum aj_status read_searches(struct aj_ctx *cx, struct explore_worker *w,
                                    struct aj_arena *scratch)
{
    struct explore_ledger *ledger = &w->ledger;
    const struct explore_searched *list;
    size_t count;
    AJ_TRY(explore_store_searches(cx, w->store, scratch, &list, &count));
    for (size_t i = ledger->searches.count; i < count; i++) {
        struct explore_searched one = list[i];
        one.why = aj_strdup(ledger->arena, list[i].why);
        AJ_PUSH(ledger->arena, &ledger->searches, one);
    }
    return AJ_OK;
}

enum aj_status explore_worker_refresh(struct aj_ctx *cx, struct explore_worker *worker)
{
    struct aj_arena *arena = aj_arena_open();
    const struct explore_stored *runs;
    size_t count;
    enum aj_status status =
        explore_store_runs(cx, worker->store, worker->ledger.runs.ended, arena, &runs, &count);
    if (status == AJ_OK)
        status = explore_ledger_update(cx, &worker->ledger, runs, count);
    if (status == AJ_OK)
        status = read_searches(cx, worker, arena);
    aj_arena_close(arena);
    return status;
}

/* What was simulated and what was measured never stand beside each other. */
static enum aj_status refuse_kind(struct aj_ctx *cx, const struct explore_worker *w,
                                  const char *path, const char *note)
{
    aj_fail(cx, AJ_ERR_INPUT, "store-study", aj_loc_file(path),
            "its runs were %s, those on %s would be %s", note, w->login,
            w->target->simulated ? EXPLORE_SIMULATED : EXPLORE_MEASURED);
    return AJ_ERR_INPUT;
}

static enum aj_status keep_apart(struct aj_ctx *cx, const struct explore_worker *w)
{
    const char *kind = w->target->simulated ? EXPLORE_SIMULATED : EXPLORE_MEASURED;
    const char *note;
    AJ_TRY(explore_store_get(cx, w->store, EXPLORE_NOTE_KIND, w->arena, &note));
    if (note == NULL)
        return explore_store_put(cx, w->store, EXPLORE_NOTE_KIND, kind);
    if (strcmp(note, kind) == 0)
        return AJ_OK;
    const enum aj_status status = refuse_kind(cx, w, w->study->options->store, note);
    aj_diag_hint(cx, "begin anew with --store and another file");
    return status;
}

/* The good runs of an earlier study, if they came about as those of this one do. */
static enum aj_status take_earlier(struct aj_ctx *cx, struct explore_worker *w, const char *path,
                                   struct explore_store *store, struct aj_arena *arena)
{
    const struct explore_stored *runs;
    const char *note;
    size_t count = 0, used = 0;
    AJ_TRY(explore_store_get(cx, store, EXPLORE_NOTE_KIND, arena, &note));
    if (note != NULL && w->target != NULL &&
        (strcmp(note, EXPLORE_SIMULATED) == 0) != w->target->simulated)
        return refuse_kind(cx, w, path, note);
    AJ_TRY(explore_store_runs(cx, store, 0, arena, &runs, &count));
    AJ_TRY(explore_ledger_earlier(cx, &w->ledger, runs, count, &used));
    if (used == 0 && w->target != NULL)
        aj_warn(cx, "explore-from", aj_loc_file(path), "none of its %zu runs is of this space",
                count);
    return AJ_OK;
}

static enum aj_status read_earlier(struct aj_ctx *cx, struct explore_worker *w, const char *path)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_store *store = NULL;
    enum aj_status status = explore_store_open(cx, path, NULL, &store);
    if (status == AJ_OK)
        status = take_earlier(cx, w, path, store, arena);
    explore_store_close(store);
    aj_arena_close(arena);
    return status;
}

enum aj_status explore_worker_open(struct aj_ctx *cx, const struct explore_study *study,
                                   const char *login, struct aj_arena *arena,
                                   struct explore_worker *worker)
{
    const struct explore_study_options *o = study->options;
    *worker = (struct explore_worker){
        .study = study, .login = login, .arena = arena, .best = (double)NAN};
    explore_ledger_open(&worker->ledger, study->frame, arena);
    for (size_t i = 0; i < o->targets_count; i++)
        (void)explore_ledger_board(&worker->ledger, o->targets[i]);
    AJ_TRY(explore_store_open(cx, o->store, study->hash, &worker->store));
    if (login != NULL) {
        worker->board = explore_ledger_board(&worker->ledger, login);
        AJ_TRY(worker_target_open(cx, worker, 0));
        AJ_TRY(keep_apart(cx, worker));
    }
    for (size_t i = 0; i < o->from_count; i++)
        AJ_TRY(read_earlier(cx, worker, o->from[i]));
    return explore_worker_refresh(cx, worker);
}

enum aj_status explore_worker_close(struct aj_ctx *cx, struct explore_worker *worker)
{
    enum aj_status status = AJ_OK;
    if (worker->target != NULL)
        status = worker->target->ops->restore(cx, worker->target);
    worker_target_close(worker);
    explore_store_close(worker->store);
    worker->store = NULL;
    return status;
}
