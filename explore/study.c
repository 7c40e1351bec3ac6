/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/study.h"

#include <inttypes.h>

#include "explore/crew.h"
#include "explore/finale.h"
#include "explore/worker.h"

/* Runs of the finale, which the search's budget does not count. */
static uint64_t finale_runs(const struct explore_ledger *ledger)
{
    uint64_t count = 0;
    for (size_t i = 0; i < ledger->runs.count; i++)
        count += ledger->runs.items[i].stored.phase >= EXPLORE_PHASE_RACE &&
                 ledger->runs.items[i].stored.state != EXPLORE_RUN_VOID;
    return count;
}

/* Until there is nothing to search for; `why` lives in the worker's arena. */
static enum aj_status search(struct aj_ctx *cx, struct explore_worker *w, const char **why)
{
    const struct explore_frame *frame = w->study->frame;
    *why = NULL;
    while (*why == NULL) {
        struct aj_arena *arena = aj_arena_open();
        struct explore_turn turn;
        bool made = true;
        enum aj_status status = aj_poll_cancel(cx);
        if (status == AJ_OK)
            status = explore_agenda_search(cx, &w->ledger, w->board, arena, &turn);
        if (status == AJ_OK && turn.kind == EXPLORE_TURN_END)
            *why = aj_strdup(w->arena, turn.why);
        else if (status == AJ_OK)
            status = explore_worker_run(
                cx, w, &turn, explore_agenda_search_budget(frame) + finale_runs(&w->ledger), &made);
        if (!made) /* others have claimed what was left */
            *why = "the budget of runs is spent";
        aj_arena_close(arena);
        AJ_TRY(status);
    }
    return AJ_OK;
}

static enum aj_status finish(struct aj_ctx *cx, struct explore_worker *w)
{
    while (true) {
        struct aj_arena *arena = aj_arena_open();
        struct explore_turn turn;
        bool made = false;
        enum aj_status status = aj_poll_cancel(cx);
        if (status == AJ_OK)
            status = explore_finale_next(cx, &w->ledger, arena, &turn);
        if (status == AJ_OK && turn.kind == EXPLORE_TURN_RUN)
            status = explore_worker_run(cx, w, &turn, UINT64_MAX, &made);
        aj_arena_close(arena);
        if (status != AJ_OK || !made)
            return status;
    }
}

static bool deadline_is_met(struct aj_ctx *cx, const struct explore_worker *w)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_verdict verdict;
    explore_finale_judge(cx, &w->ledger, arena, &verdict);
    const bool met = verdict.certificate.verdict == EXPLORE_DEADLINE_MET;
    aj_arena_close(arena);
    return met;
}

/* The search's end, with this budget; NULL if it has not ended. */
static const char *ended_because(const struct explore_frame *frame, const char *note)
{
    char *rest = NULL;
    if (note == NULL || strtoul(note, &rest, 10) != explore_agenda_budget(frame) || *rest != ' ')
        return NULL;
    return rest + 1;
}

static enum aj_status whole_study(struct aj_ctx *cx, struct explore_worker *w,
                                  struct explore_study_end *end)
{
    const struct explore_frame *frame = w->study->frame;
    const char *note;
    AJ_TRY(explore_store_get(cx, w->store, EXPLORE_NOTE_SEARCHED, w->arena, &note));
    end->why = ended_because(frame, note);
    if (end->why == NULL) {
        AJ_TRY(search(cx, w, &end->why));
        AJ_TRY(explore_store_put(
            cx, w->store, EXPLORE_NOTE_SEARCHED,
            aj_strf(w->arena, "%" PRIu32 " %s", explore_agenda_budget(frame), end->why)));
    }
    AJ_TRY(finish(cx, w));
    if (frame->spec->certify && deadline_is_met(cx, w))
        end->why = "the deadline is met with the wanted confidence";
    AJ_TRY(explore_store_get(cx, w->store, EXPLORE_NOTE_KIND, w->arena, &note));
    end->simulated = note != NULL && strcmp(note, EXPLORE_SIMULATED) == 0;
    return AJ_OK;
}

/* The part of a board beside others. */
static enum aj_status search_beside(struct aj_ctx *cx, const struct explore_study *study,
                                    const char *login)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_worker worker;
    const char *why;
    enum aj_status status = explore_worker_open(cx, study, login, arena, &worker);
    if (status == AJ_OK)
        status = search(cx, &worker, &why);
    const enum aj_status restored = explore_worker_close(cx, &worker);
    aj_arena_close(arena);
    return aj_worse(status, restored);
}

/* The file is there before several processes open it. */
static enum aj_status make_store(struct aj_ctx *cx, const struct explore_study *study)
{
    struct explore_store *store;
    AJ_TRY(explore_store_open(cx, study->options->store, study->hash, &store));
    explore_store_close(store);
    return AJ_OK;
}

enum aj_status explore_study_run(struct aj_ctx *cx, const struct explore_study *study,
                                 struct aj_arena *out, struct explore_study_end *end)
{
    const char *login = study->options->targets[0];
    struct explore_worker worker;
    *end = (struct explore_study_end){.why = NULL};
    if (study->options->targets_count > 1) {
        AJ_TRY(make_store(cx, study));
        AJ_TRY(explore_crew_run(cx, study, search_beside, out, &login));
    }
    enum aj_status status = explore_worker_open(cx, study, login, out, &worker);
    if (status == AJ_OK)
        status = whole_study(cx, &worker, end);
    end->ledger = worker.ledger;
    end->restored = explore_worker_close(cx, &worker);
    return status;
}
