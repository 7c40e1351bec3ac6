/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/study.h"

#include <time.h>

#include "explore/crew.h"
#include "explore/finale.h"
#include "explore/worker.h"

#define WAIT_NS 100000000 /* before what others do is looked at again */

/* Runs of finales, which the search's budget does not count. */
static uint64_t finale_runs(const struct explore_ledger *ledger)
{
    uint64_t count = 0;
    for (size_t i = 0; i < ledger->runs.count; i++)
        count += ledger->runs.items[i].stored.phase >= EXPLORE_PHASE_RACE &&
                 ledger->runs.items[i].stored.state != EXPLORE_RUN_VOID;
    return count;
}

/* Others use the board, or what is next follows from what they are doing. */
static enum aj_status wait_for_others(struct aj_ctx *cx, struct explore_worker *w)
{
    const struct timespec pause = {0, WAIT_NS};
    (void)nanosleep(&pause, NULL);
    AJ_TRY(aj_poll_cancel(cx));
    return explore_worker_refresh(cx, w);
}

typedef enum aj_status decide(struct aj_ctx *cx, const struct explore_ledger *ledger,
                              uint32_t board, struct aj_arena *out, struct explore_turn *turn);

/* Makes runs until there is none to be made; *why (NULL: nobody says) lives in the worker's arena. */
static enum aj_status go_on(struct aj_ctx *cx, struct explore_worker *w, decide *next,
                            const char **why)
{
    const bool searches = next == explore_agenda_search;
    const struct explore_frame *frame = w->study->frame;
    enum aj_status status = AJ_OK;
    *why = NULL;
    for (bool more = true; more && status == AJ_OK;) {
        struct aj_arena *arena = aj_arena_open();
        enum explore_grant_kind granted = EXPLORE_GRANT_LATE;
        struct explore_turn turn;
        status = aj_poll_cancel(cx);
        if (status == AJ_OK)
            status = next(cx, &w->ledger, w->board, arena, &turn);
        const uint64_t limit = searches
                                   ? explore_agenda_search_budget(frame) + finale_runs(&w->ledger)
                                   : explore_agenda_budget(frame);
        if (status == AJ_OK && turn.kind == EXPLORE_TURN_RUN)
            status = explore_worker_run(cx, w, &turn, limit, &granted);
        more = status == AJ_OK && turn.kind != EXPLORE_TURN_END && granted != EXPLORE_GRANT_SPENT;
        if (more && granted == EXPLORE_GRANT_LATE)
            status = wait_for_others(cx, w);
        else if (status == AJ_OK && turn.kind == EXPLORE_TURN_END && turn.why != NULL)
            *why = aj_strdup(w->arena, turn.why);
        else if (status == AJ_OK && granted == EXPLORE_GRANT_SPENT)
            *why = "others have made what was left to do";
        aj_arena_close(arena);
    }
    return status;
}

/* The search that has ended with this budget; NULL if it has not. */
static const char *searched_because(const struct explore_worker *w)
{
    const struct explore_ledger *ledger = &w->ledger;
    const struct explore_frame *frame = w->study->frame;
    if (ledger->searches.count == 0)
        return NULL;
    const struct explore_searched *last = &ledger->searches.items[ledger->searches.count - 1];
    return last->budget == explore_agenda_budget(frame) &&
                   last->time_ns == frame->spec->budget.time_ns
               ? last->why
               : NULL;
}

static enum aj_status end_search(struct aj_ctx *cx, struct explore_worker *w, const char *why)
{
    const struct explore_frame *frame = w->study->frame;
    const struct explore_searched searched = {
        .budget = explore_agenda_budget(frame), .time_ns = frame->spec->budget.time_ns, .why = why};
    AJ_TRY(explore_store_searched(cx, w->store, &searched));
    return explore_worker_refresh(cx, w);
}

static enum aj_status finish(struct aj_ctx *cx, struct explore_worker *w, const char **why)
{
    AJ_TRY(go_on(cx, w, explore_finale_next, why));
    AJ_TRY(explore_store_release(cx, w->store)); /* what time ran out for */
    return explore_worker_refresh(cx, w);
}

/* Why the study ended: what the certificate was wanted for, what was missing, or the search's end. */
static const char *ended_because(struct aj_ctx *cx, const struct explore_worker *w,
                                 const char *missing)
{
    static const char *const certified[] = {
        [EXPLORE_DEADLINE_OPEN] = NULL,
        [EXPLORE_DEADLINE_MET] = "the deadline is met with the wanted confidence",
        [EXPLORE_DEADLINE_MISSED] = "the deadline is missed with the wanted confidence",
    };
    struct aj_arena *arena = aj_arena_open();
    struct explore_verdict verdict;
    explore_finale_judge(cx, &w->ledger, arena, &verdict);
    const char *why = NULL;
    if (w->study->frame->spec->certify)
        why = certified[verdict.certificate.verdict];
    aj_arena_close(arena);
    return why != NULL ? why : missing != NULL ? missing : searched_because(w);
}

static enum aj_status conclude(struct aj_ctx *cx, struct explore_worker *w, const char *missing,
                               struct explore_study_end *end)
{
    const char *note;
    end->why = ended_because(cx, w, missing);
    AJ_TRY(explore_store_get(cx, w->store, EXPLORE_NOTE_KIND, w->arena, &note));
    end->simulated = note != NULL && strcmp(note, EXPLORE_SIMULATED) == 0;
    return AJ_OK;
}

/* One board */

static enum aj_status whole_study(struct aj_ctx *cx, struct explore_worker *w,
                                  struct explore_study_end *end)
{
    const char *why;
    if (searched_because(w) == NULL) {
        AJ_TRY(go_on(cx, w, explore_agenda_search, &why));
        AJ_TRY(end_search(cx, w, why));
    }
    AJ_TRY(finish(cx, w, &why));
    return conclude(cx, w, why, end);
}

static enum aj_status study_alone(struct aj_ctx *cx, const struct explore_study *study,
                                  struct aj_arena *out, struct explore_study_end *end)
{
    struct explore_worker worker;
    enum aj_status status =
        explore_worker_open(cx, study, study->options->targets[0], out, &worker);
    if (status == AJ_OK)
        status = whole_study(cx, &worker, end);
    end->ledger = worker.ledger;
    end->restored = explore_worker_close(cx, &worker);
    return status;
}

/* Several boards */

/* The part of a board beside others: the search until it has ended, then the finale. */
static enum aj_status part(struct aj_ctx *cx, const struct explore_study *study, const char *login)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_worker worker;
    const char *why;
    enum aj_status status = explore_worker_open(cx, study, login, arena, &worker);
    if (status == AJ_OK)
        status = searched_because(&worker) == NULL ? go_on(cx, &worker, explore_agenda_search, &why)
                                                   : finish(cx, &worker, &why);
    const enum aj_status restored = explore_worker_close(cx, &worker);
    aj_arena_close(arena);
    return aj_worse(status, restored);
}

/* What is done between the parts, with the store and no board. */
typedef enum aj_status between(struct aj_ctx *cx, struct explore_worker *w, void *data);

/* No process begins while this one has the file open: SQLite's locks do not stand that. */
static enum aj_status with_store(struct aj_ctx *cx, const struct explore_study *study,
                                 between *what, void *data)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_worker worker;
    enum aj_status status = explore_worker_open(cx, study, NULL, arena, &worker);
    if (status == AJ_OK)
        status = what(cx, &worker, data);
    const enum aj_status closed = explore_worker_close(cx, &worker);
    aj_arena_close(arena);
    return aj_worse(status, closed);
}

static enum aj_status has_ended(struct aj_ctx *cx, struct explore_worker *w, void *data)
{
    bool *ended = data;
    (void)cx;
    *ended = searched_because(w) != NULL;
    return AJ_OK;
}

/* Why the searches of all boards have ended, as it looks now. */
static enum aj_status end_searches(struct aj_ctx *cx, struct explore_worker *w, void *data)
{
    const struct explore_crew *crew = data;
    struct explore_turn turn = {.kind = EXPLORE_TURN_WAIT};
    for (size_t i = 0; i < crew->count && turn.kind != EXPLORE_TURN_END; i++)
        AJ_TRY(explore_agenda_search(
            cx, &w->ledger, explore_ledger_board(&w->ledger, crew->logins[i]), w->arena, &turn));
    return end_search(
        cx, w, turn.kind == EXPLORE_TURN_END ? turn.why : "the search of each board has ended");
}

static enum aj_status conclude_together(struct aj_ctx *cx, struct explore_worker *w,
                                        struct explore_study_end *end)
{
    struct explore_turn turn;
    AJ_TRY(explore_finale_next(cx, &w->ledger, AJ_NONE32, w->arena, &turn));
    return conclude(cx, w, turn.kind == EXPLORE_TURN_END ? turn.why : NULL, end);
}

static enum aj_status study_together(struct aj_ctx *cx, const struct explore_study *study,
                                     struct aj_arena *out, struct explore_study_end *end)
{
    const struct explore_study_options *o = study->options;
    struct explore_crew crew = {aj_memdup(out, o->targets, o->targets_count * sizeof *o->targets),
                                o->targets_count};
    struct explore_worker worker;
    bool searched = false;
    AJ_TRY(with_store(cx, study, has_ended, &searched));
    if (!searched) {
        AJ_TRY(explore_crew_run(cx, study, part, out, &crew));
        AJ_TRY(with_store(cx, study, end_searches, &crew));
    }
    AJ_TRY(explore_crew_run(cx, study, part, out, &crew));
    enum aj_status status = explore_worker_open(cx, study, NULL, out, &worker);
    if (status == AJ_OK)
        status = conclude_together(cx, &worker, end);
    end->ledger = worker.ledger;
    const enum aj_status closed = explore_worker_close(cx, &worker);
    return aj_worse(status, closed);
}

enum aj_status explore_study_run(struct aj_ctx *cx, const struct explore_study *study,
                                 struct aj_arena *out, struct explore_study_end *end)
{
    *end = (struct explore_study_end){.why = NULL, .restored = AJ_OK};
    return study->options->targets_count > 1 ? study_together(cx, study, out, end)
                                             : study_alone(cx, study, out, end);
}
