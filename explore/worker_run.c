/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "explore/worker_priv.h"

enum {
    LOST_MOST = 3,       /* in a row, before the target is given up */
    HOPELESS_FACTOR = 5, /* deadlines beyond which a run need not go on */
};

#define BOOT_LIMIT_NS (300 * AJ_NS_PER_S) /* slow boards check their disks */

/* News */

static void tell(struct aj_ctx *cx, struct explore_worker *w, const struct explore_stored *run)
{
    const struct explore_observer *observer = &w->study->options->observer;
    const bool begins = run->state == EXPLORE_RUN_CLAIMED;
    struct explore_news news = {
        .board = w->login,
        .id = run->id,
        .phase = run->phase,
        .state = run->state,
        .budget = explore_agenda_budget(w->study->frame),
        .decision = run->decision,
        .reason = run->reason,
        .score = (double)NAN,
    };
    int64_t all_ns = 0;
    if (observer->hear == NULL)
        return;
    for (size_t i = 0; i < w->ledger.runs.count; i++) {
        const struct explore_entry *entry = &w->ledger.runs.items[i];
        if (entry->stored.id == run->id && !begins) {
            news.score = entry->score;
            news.censored = entry->censored;
        }
        news.done += entry->measurement != NULL;
        all_ns += entry->measurement != NULL ? entry->stored.duration_ns : 0;
    }
    if (!begins || isnan(w->best))
        w->best = explore_agenda_best(cx, &w->ledger);
    news.best = w->best;
    if (news.done > 0 && news.budget > news.done)
        news.left_ns = all_ns / (int64_t)news.done * (int64_t)(news.budget - news.done);
    const int64_t time_ns = w->study->frame->spec->budget.time_ns;
    if (time_ns > 0 && time_ns - all_ns < news.left_ns)
        news.left_ns = time_ns - all_ns;
    observer->hear(observer->to, &news);
}

/* Runs */

/* The words of the newest error. */
static const char *error_of(const struct aj_ctx *cx, struct aj_arena *out)
{
    for (size_t i = cx->diags_count; i-- > 0;)
        if (cx->diags[i].severity == AJ_SEV_ERROR)
            return aj_strdup(out, cx->diags[i].msg);
    return "no reason is given";
}

/* Hands an error of a run's own context on. */
static enum aj_status raise(struct aj_ctx *cx, const struct aj_ctx *from, enum aj_status status)
{
    for (size_t i = from->diags_count; i-- > 0;) {
        const struct aj_diag *d = &from->diags[i];
        if (d->severity != AJ_SEV_ERROR)
            continue;
        (void)aj_fail_at(cx, status, d->id, d->loc, d->src_file, d->src_line, "%s", d->msg);
        if (d->hint != NULL)
            aj_diag_hint(cx, "%s", d->hint);
        break;
    }
    return status;
}

/* Hands on what the target warned of; what the plan did, X0's was told already. */
static void pass_warnings(struct aj_ctx *cx, const struct aj_ctx *from, size_t mark)
{
    for (size_t i = mark; i < from->diags_count; i++) {
        const struct aj_diag *d = &from->diags[i];
        if (d->severity != AJ_SEV_WARNING)
            continue;
        aj_warn(cx, d->id, d->loc, "%s", d->msg);
        if (d->hint != NULL)
            aj_diag_hint(cx, "%s", d->hint);
    }
}

static enum aj_status measure(struct aj_ctx *cx, struct explore_worker *w, struct aj_arena *arena,
                              struct explore_stored *stored, struct explore_measured *measured)
{
    const struct explore_frame *frame = w->study->frame;
    const struct explore_spec *spec = frame->spec;
    struct explore_cell_load *loads =
        AJ_NEW_ARRAY(arena, struct explore_cell_load, spec->load.count);
    for (size_t i = 0; i < spec->load.count; i++)
        loads[i] = (struct explore_cell_load){spec->load.items[i].name, spec->load.items[i].values,
                                              spec->load.items[i].values_count};
    const struct explore_run run = {
        .id = stored->id,
        .duration_ns = spec->measure.duration_ns,
        .blocks = spec->measure.blocks,
        .interval_ns = spec->measure.interval_ns,
        .priority = spec->measure.priority,
        .deadline_ns = frame->deadline_ns,
        .hopeless_ns = HOPELESS_FACTOR * frame->deadline_ns,
        .suppress_idle = spec->measure.suppress_idle,
        .loads = loads,
        .loads_count = spec->load.count,
    };
    const struct explore_progress silent = {NULL, NULL};
    return w->target->ops->measure(cx, w->target, &run, &silent, arena, measured);
}

/* Plan, apply, measure. AJ_OK with a void run; AJ_ERR_TARGET, AJ_INTERRUPTED and bugs are not. */
static enum aj_status attempt(struct aj_ctx *cx, struct explore_worker *w,
                              const struct explore_turn *turn, struct aj_arena *arena,
                              struct explore_stored *stored)
{
    const struct explore_frame *frame = w->study->frame;
    struct explore_measured measured = {NULL, NULL, false, 0};
    struct explore_setting setting = {
        .board = frame->board, .space = frame->space, .decision = &turn->decision};
    struct explore_step step;
    stored->state = EXPLORE_RUN_VOID;
    const enum aj_status planned =
        explore_frame_step(cx, frame, &turn->decision, arena, &setting.req, &step);
    if (planned >= AJ_ERR_TARGET)
        return planned;
    if (planned != AJ_OK) {
        stored->reason = aj_strf(arena, EXPLORE_NO_PLAN "%s", error_of(cx, arena));
        return AJ_OK;
    }
    setting.step = &step;
    w->planned = aj_diag_mark(cx);
    const char *refused = NULL;
    AJ_TRY(w->target->ops->apply(cx, w->target, &setting, arena, &refused));
    if (refused != NULL) {
        stored->reason = aj_strf(arena, "not applied: %s", refused);
        return AJ_OK;
    }
    AJ_TRY(measure(cx, w, arena, stored, &measured));
    stored->duration_ns = measured.duration_ns;
    stored->censored = measured.censored;
    stored->reason = measured.void_because;
    if (measured.void_because != NULL || measured.measurement == NULL)
        return AJ_OK;
    struct aj_buf text = {NULL, 0, 0};
    model_measurement_write(measured.measurement, &text);
    stored->measurement = aj_strdup(arena, aj_buf_text(&text));
    aj_buf_free(&text);
    stored->state = EXPLORE_RUN_DONE;
    return AJ_OK;
}

/* Opens it again; says so if it has booted meanwhile, as somebody should know why. */
static enum aj_status come_back(struct aj_ctx *cx, struct explore_worker *w, struct aj_arena *arena)
{
    const char *boot = w->target->boot != NULL ? aj_strdup(arena, w->target->boot) : NULL;
    worker_target_close(w);
    AJ_TRY(worker_target_open(cx, w, BOOT_LIMIT_NS));
    if (boot == NULL || w->target->boot == NULL || strcmp(boot, w->target->boot) == 0)
        return AJ_OK;
    aj_warn(cx, "target-lost", aj_loc_file(w->login),
            "it has booted by itself: the run is void, and settings are applied anew");
    return AJ_OK;
}

/* The link broke: the run is void. Is the target there again? */
static enum aj_status reopen(struct aj_ctx *cx, struct explore_worker *w, struct aj_ctx *run,
                             struct aj_arena *arena, struct explore_stored *stored)
{
    stored->state = EXPLORE_RUN_VOID;
    stored->measurement = NULL;
    stored->reason = aj_strf(arena, "the target was lost: %s", error_of(run, arena));
    AJ_TRY(explore_store_finish(cx, w->store, stored));
    /* A link that still stands leaves the board as it was found; else what watches there does it. */
    const enum aj_status restored = w->target->ops->restore(run, w->target);
    if (restored != AJ_OK)
        aj_log(cx, AJ_LOG_INFO, "%s: not restored from here", w->login);
    if (++w->lost >= LOST_MOST) {
        worker_target_close(w);
        return raise(cx, run, AJ_ERR_TARGET);
    }
    return come_back(cx, w, arena);
}

static enum aj_status make_run(struct aj_ctx *cx, struct explore_worker *w,
                               const struct explore_turn *turn, struct aj_arena *arena,
                               struct explore_stored *stored)
{
    struct aj_ctx run;
    aj_ctx_open(&run);
    run.cancel = cx->cancel;
    run.log_level = cx->log_level;
    w->planned = SIZE_MAX;
    enum aj_status status = attempt(&run, w, turn, arena, stored);
    pass_warnings(cx, &run, w->planned);
    if (status == AJ_ERR_TARGET) {
        status = reopen(cx, w, &run, arena, stored);
    } else if (status != AJ_OK) {
        status = raise(cx, &run, status);
    } else {
        w->lost = 0;
        status = explore_store_finish(cx, w->store, stored);
    }
    aj_ctx_close(&run);
    return status;
}

/* The newest run of this worker's board whose end it knows of, if it is not its own. */
static uint64_t newest_here(const struct explore_worker *w)
{
    uint64_t newest = 0;
    for (size_t i = 0; i < w->ledger.runs.count; i++) {
        const struct explore_entry *entry = &w->ledger.runs.items[i];
        const bool others = entry->stored.state == EXPLORE_RUN_CLAIMED &&
                            entry->stored.holder == EXPLORE_HOLDER_OTHER;
        if (entry->board == w->board && !others && entry->stored.id > newest)
            newest = entry->stored.id;
    }
    return newest;
}

/* The run of `turn` and those that follow it in its round. */
static struct explore_stored *runs_of(const struct explore_worker *w,
                                      const struct explore_turn *turn, struct aj_arena *arena)
{
    struct explore_stored *runs = AJ_NEW_ARRAY(arena, struct explore_stored, turn->then_count + 1);
    for (size_t i = 0; i <= turn->then_count; i++) {
        const struct explore_decision *decision = i == 0 ? &turn->decision : turn->then[i - 1];
        runs[i] = (struct explore_stored){
            .finale = turn->finale,
            .phase = turn->phase,
            .state = EXPLORE_RUN_CLAIMED,
            .round = turn->round,
            .board = w->login,
            .decision = explore_decision_format(w->study->frame->space, decision, arena),
        };
    }
    return runs;
}

enum aj_status explore_worker_run(struct aj_ctx *cx, struct explore_worker *worker,
                                  const struct explore_turn *turn, uint64_t limit,
                                  enum explore_grant_kind *granted)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_stored *runs = runs_of(worker, turn, arena);
    const struct explore_wish wish = {runs, turn->then_count + 1, limit, newest_here(worker)};
    struct explore_grant grant = {EXPLORE_GRANT_LATE, 0};
    enum aj_status status = explore_store_claim(cx, worker->store, &wish, &grant);
    const bool ours = status == AJ_OK && grant.kind == EXPLORE_GRANT_YOURS;
    *granted = (enum explore_grant_kind)grant.kind;
    runs[0].id = grant.id;
    if (ours) {
        tell(cx, worker, &runs[0]);
        status = make_run(cx, worker, turn, arena, &runs[0]);
    }
    if (status == AJ_OK)
        status = explore_worker_refresh(cx, worker);
    if (ours && status == AJ_OK)
        tell(cx, worker, &runs[0]);
    aj_arena_close(arena);
    return status;
}
