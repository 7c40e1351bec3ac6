/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/store_priv.h"

const struct aj_name explore_phase_names[] = {
    {EXPLORE_PHASE_BASELINE, "baseline"}, {EXPLORE_PHASE_SEARCH, "search"},
    {EXPLORE_PHASE_SENTINEL, "sentinel"}, {EXPLORE_PHASE_RACE, "race"},
    {EXPLORE_PHASE_CONFIRM, "confirm"},   {0, NULL},
};
const struct aj_name explore_run_state_names[] = {
    {EXPLORE_RUN_CLAIMED, "claimed"},
    {EXPLORE_RUN_DONE, "done"},
    {EXPLORE_RUN_VOID, "void"},
    {0, NULL},
};

/* The end of a run */

enum aj_status explore_store_finish(struct aj_ctx *cx, struct explore_store *store,
                                    const struct explore_stored *run)
{
    AJ_TRY(store_fits(cx, store, run->reason));
    AJ_TRY(store_fits(cx, store, run->measurement));
    sqlite3_stmt *statement = store_prepare(
        store, "UPDATE run SET finished = (SELECT 1 + max(finished) FROM run), state = ?, "
               "censored = ?, reason = ?, measurement = ?, duration_ns = ? WHERE "
               "id = ? AND state = 0 AND machine = ? AND boot = ? AND pid = ? AND start = ?");
    store_bind_number(statement, 1, run->state);
    store_bind_number(statement, 2, run->censored);
    store_bind_text(statement, 3, run->reason);
    store_bind_text(statement, 4, run->measurement);
    store_bind_number(statement, 5, (uint64_t)run->duration_ns);
    store_bind_number(statement, 6, run->id);
    store_bind_process(statement, 7, &store->self);
    AJ_TRY(store_finish(cx, store, statement));
    if (sqlite3_changes(store->db) == 1)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_INPUT, "store-claim", aj_loc_file(store->path),
                   "run %llu is not claimed by this process", (unsigned long long)run->id);
}

/* Reading */

enum { PROCESS_COLUMN = 12 }; /* of four */

static bool read_run(sqlite3_stmt *row, struct aj_arena *out, struct explore_stored *run)
{
    const int64_t id = sqlite3_column_int64(row, 0), finished = sqlite3_column_int64(row, 1);
    const int64_t finale = sqlite3_column_int64(row, 2), round = sqlite3_column_int64(row, 3);
    const int64_t phase = sqlite3_column_int64(row, 4), state = sqlite3_column_int64(row, 5);
    const int64_t censored = sqlite3_column_int64(row, 6);
    *run = (struct explore_stored){.id = (uint64_t)id,
                                   .finished = (uint64_t)finished,
                                   .finale = (uint32_t)finale,
                                   .round = (uint32_t)round,
                                   .phase = (uint8_t)phase,
                                   .state = (uint8_t)state,
                                   .censored = censored != 0,
                                   .duration_ns = sqlite3_column_int64(row, 11)};
    return id > 0 && finished >= 0 && (finished > 0) == (state != EXPLORE_RUN_CLAIMED) &&
           finale >= 0 && finale <= UINT32_MAX && round >= 0 && round <= UINT32_MAX && phase >= 0 &&
           phase <= EXPLORE_PHASE_CONFIRM && state >= 0 && state <= EXPLORE_RUN_VOID &&
           (censored == 0 || censored == 1) && run->duration_ns >= 0 &&
           store_column_text(row, 7, out, &run->board) && run->board &&
           store_column_text(row, 8, out, &run->decision) && run->decision &&
           store_column_text(row, 9, out, &run->reason) &&
           store_column_text(row, 10, out, &run->measurement);
}

/* Whose claim it is; false: nobody's any more. */
static bool find_holder(const struct explore_store *store, sqlite3_stmt *row, struct aj_arena *out,
                        struct explore_stored *run)
{
    struct explore_process process;
    if (run->state != EXPLORE_RUN_CLAIMED)
        return true;
    run->holder = EXPLORE_HOLDER_UNKNOWN;
    if (!store_column_process(row, PROCESS_COLUMN, out, &process))
        return true;
    if (explore_process_equal(&process, &store->self))
        run->holder = EXPLORE_HOLDER_SELF;
    else if (explore_process_ended(&process))
        return false;
    else if (strcmp(process.machine, store->self.machine) == 0)
        run->holder = EXPLORE_HOLDER_OTHER;
    return true;
}

enum aj_status explore_store_runs(struct aj_ctx *cx, struct explore_store *store, uint64_t after,
                                  struct aj_arena *out, const struct explore_stored **runs,
                                  size_t *count)
{
    sqlite3_stmt *statement =
        store_prepare(store, "SELECT id, finished, finale, round, phase, state, censored, board, "
                             "decision, reason, measurement, duration_ns, machine, boot, pid, "
                             "start FROM run WHERE finished > ? OR finished <= 0 "
                             "ORDER BY finished = 0, finished, id");
    AJ_VEC(struct explore_stored) all = {0};
    enum aj_status status = AJ_OK;
    int step = SQLITE_ERROR;
    store_bind_number(statement, 1, after);
    while (statement && status == AJ_OK && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        struct explore_stored run;
        if (!read_run(statement, out, &run))
            status = store_damaged(cx, store, "a run has a number or text that none can have");
        else if (find_holder(store, statement, out, &run))
            AJ_PUSH(out, &all, run);
    }
    if (status == AJ_OK && step != SQLITE_DONE)
        status = store_failed(cx, store);
    (void)sqlite3_finalize(statement);
    if (status == AJ_OK) {
        *runs = all.items;
        *count = all.count;
    }
    return status;
}

/* Searches that have ended */

enum aj_status explore_store_searched(struct aj_ctx *cx, struct explore_store *store,
                                      const struct explore_searched *searched)
{
    AJ_TRY(store_fits(cx, store, searched->why));
    sqlite3_stmt *statement = store_prepare(
        store, "INSERT INTO searched(runs, budget, time_ns, why) SELECT (SELECT "
               "ifnull(max(finished), 0) FROM run), ?1, ?2, ?3 WHERE NOT EXISTS(SELECT 1 FROM "
               "searched WHERE id = (SELECT max(id) FROM searched) AND budget = ?1 AND "
               "time_ns = ?2)");
    store_bind_number(statement, 1, searched->budget);
    store_bind_number(statement, 2, (uint64_t)searched->time_ns);
    store_bind_text(statement, 3, searched->why);
    return store_finish(cx, store, statement);
}

enum aj_status explore_store_searches(struct aj_ctx *cx, struct explore_store *store,
                                      struct aj_arena *out,
                                      const struct explore_searched **searches, size_t *count)
{
    sqlite3_stmt *statement =
        store_prepare(store, "SELECT runs, budget, time_ns, why FROM searched ORDER BY id");
    AJ_VEC(struct explore_searched) all = {0};
    enum aj_status status = AJ_OK;
    int step = SQLITE_ERROR;
    while (statement && status == AJ_OK && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        const int64_t runs = sqlite3_column_int64(statement, 0);
        const int64_t budget = sqlite3_column_int64(statement, 1);
        struct explore_searched one = {(uint64_t)runs, (uint32_t)budget,
                                       sqlite3_column_int64(statement, 2), NULL};
        if (runs >= 0 && budget >= 0 && budget <= UINT32_MAX && one.time_ns >= 0 &&
            store_column_text(statement, 3, out, &one.why) && one.why)
            AJ_PUSH(out, &all, one);
        else
            status = store_damaged(cx, store, "a search has a number that none can have");
    }
    if (status == AJ_OK && step != SQLITE_DONE)
        status = store_failed(cx, store);
    (void)sqlite3_finalize(statement);
    if (status == AJ_OK) {
        *searches = all.items;
        *count = all.count;
    }
    return status;
}

/* Notes */

enum aj_status explore_store_put(struct aj_ctx *cx, struct explore_store *store, const char *key,
                                 const char *text)
{
    AJ_TRY(store_fits(cx, store, key));
    AJ_TRY(store_fits(cx, store, text));
    sqlite3_stmt *statement = store_prepare(
        store, text ? "INSERT INTO note VALUES(?, ?) ON CONFLICT DO UPDATE SET text = excluded.text"
                    : "DELETE FROM note WHERE key = ?");
    store_bind_text(statement, 1, key);
    if (text)
        store_bind_text(statement, 2, text);
    return store_finish(cx, store, statement);
}

enum aj_status explore_store_get(struct aj_ctx *cx, struct explore_store *store, const char *key,
                                 struct aj_arena *out, const char **text)
{
    sqlite3_stmt *statement = store_prepare(store, "SELECT text FROM note WHERE key = ?");
    store_bind_text(statement, 1, key);
    const int step = statement ? sqlite3_step(statement) : SQLITE_ERROR;
    enum aj_status status = AJ_OK;
    const char *found = NULL;
    if (step != SQLITE_ROW && step != SQLITE_DONE)
        status = store_failed(cx, store);
    else if (step == SQLITE_ROW && !store_column_text(statement, 0, out, &found))
        status = store_damaged(cx, store, "a note is no text");
    (void)sqlite3_finalize(statement);
    if (status == AJ_OK)
        *text = found;
    return status;
}
