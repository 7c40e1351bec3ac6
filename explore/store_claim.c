/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who makes which run. All of it happens in one transaction of a writer, so that of two processes
 * one is first.
 */
#include "explore/store_priv.h"

#define OURS "machine = ?1 AND boot = ?2 AND pid = ?3 AND start = ?4"

typedef AJ_VEC(struct explore_process) processes;

static enum aj_status claimers(struct aj_ctx *cx, const struct explore_store *store, processes *to)
{
    sqlite3_stmt *statement =
        store_prepare(store, "SELECT DISTINCT machine, boot, pid, start FROM run WHERE state = 0");
    int step = SQLITE_ERROR;
    while (statement && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        struct explore_process p;
        if (store_column_process(statement, 0, cx->scratch, &p))
            AJ_PUSH(cx->scratch, to, p);
    }
    const enum aj_status status = step == SQLITE_DONE ? AJ_OK : store_failed(cx, store);
    (void)sqlite3_finalize(statement);
    return status;
}

/* What ended processes have left, after what is wished for was taken over. */
static enum aj_status remove_left(struct aj_ctx *cx, const struct explore_store *store,
                                  const processes *all)
{
    for (size_t i = 0; i < all->count; i++) {
        if (!explore_process_ended(&all->items[i]))
            continue;
        sqlite3_stmt *statement = store_prepare(store, "DELETE FROM run WHERE state = 0 AND " OURS);
        store_bind_process(statement, 1, &all->items[i]);
        AJ_TRY(store_finish(cx, store, statement));
    }
    return AJ_OK;
}

/* Places ?5 and following. */
static void bind_run(sqlite3_stmt *statement, const struct explore_stored *run)
{
    store_bind_number(statement, 5, run->finale);
    store_bind_number(statement, 6, run->phase);
    store_bind_number(statement, 7, run->round);
    store_bind_text(statement, 8, run->board);
    store_bind_text(statement, 9, run->decision);
}

#define SAME_RUN "finale = ?5 AND phase = ?6 AND round = ?7 AND board = ?8 AND decision = ?9"

/* The claim of this run that a process left, or this one has for a later run of the round. */
static enum aj_status take_over(struct aj_ctx *cx, const struct explore_store *store,
                                const processes *all, const struct explore_stored *run, int64_t *id)
{
    *id = 0;
    for (size_t i = 0; i < all->count && *id == 0; i++) {
        const bool ours = explore_process_equal(&all->items[i], &store->self) && run->round > 0;
        if (!ours && !explore_process_ended(&all->items[i]))
            continue;
        sqlite3_stmt *statement = store_prepare(
            store, "SELECT ifnull(min(id), 0) FROM run WHERE state = 0 AND " OURS " AND " SAME_RUN);
        store_bind_process(statement, 1, &all->items[i]);
        bind_run(statement, run);
        AJ_TRY(store_count(cx, store, statement, id));
    }
    if (*id == 0)
        return AJ_OK;
    sqlite3_stmt *statement = store_prepare(
        store, "UPDATE run SET machine = ?1, boot = ?2, pid = ?3, start = ?4 WHERE id = ?5");
    store_bind_process(statement, 1, &store->self);
    store_bind_number(statement, 5, (uint64_t)*id);
    return store_finish(cx, store, statement);
}

/*
 * Is there something that the wish does not know of: a run of this board by another process, one of
 * the round on another board, or the same one?
 */
static enum aj_status find_rivals(struct aj_ctx *cx, const struct explore_store *store,
                                  const struct explore_stored *run, uint64_t known, int64_t *rivals)
{
    sqlite3_stmt *statement =
        store_prepare(store, "SELECT count(*) FROM run WHERE NOT (state = 0 AND " OURS ") AND ("
                             "(board = ?8 AND (id > ?10 OR (state = 0 AND machine = ?1))) OR "
                             "(?7 > 0 AND finale = ?5 AND phase = ?6 AND round = ?7 AND "
                             "(board <> ?8 OR (decision = ?9 AND state <> 2))))");
    store_bind_process(statement, 1, &store->self);
    bind_run(statement, run);
    store_bind_number(statement, 10, known);
    return store_count(cx, store, statement, rivals);
}

static enum aj_status insert(struct aj_ctx *cx, const struct explore_store *store,
                             const struct explore_stored *run, int64_t *id)
{
    sqlite3_stmt *statement = store_prepare(
        store, "INSERT INTO run(finished, state, censored, duration_ns, machine, boot, pid, start, "
               "finale, phase, round, board, decision) VALUES(0, 0, 0, 0, ?1, ?2, ?3, ?4, ?5, ?6, "
               "?7, ?8, ?9)");
    store_bind_process(statement, 1, &store->self);
    bind_run(statement, run);
    AJ_TRY(store_finish(cx, store, statement));
    *id = sqlite3_last_insert_rowid(store->db);
    return AJ_OK;
}

/* Within a transaction, which is to be undone if others were faster. */
static enum aj_status claim_all(struct aj_ctx *cx, const struct explore_store *store,
                                const struct explore_wish *wish, struct explore_grant *grant)
{
    processes all = {0};
    int64_t *ids = AJ_NEW_ARRAY(cx->scratch, int64_t, wish->count), taken = 0, rivals = 0;
    uint64_t missing = 0;
    AJ_TRY(claimers(cx, store, &all));
    for (size_t i = 0; i < wish->count; i++) {
        AJ_TRY(take_over(cx, store, &all, &wish->runs[i], &ids[i]));
        missing += ids[i] == 0;
    }
    AJ_TRY(remove_left(cx, store, &all));
    for (size_t i = 0; i < wish->count && rivals == 0; i++)
        AJ_TRY(find_rivals(cx, store, &wish->runs[i], wish->known, &rivals));
    AJ_TRY(store_number(cx, store, "SELECT count(*) FROM run WHERE state <> 2", &taken));
    const uint64_t free = (uint64_t)taken < wish->limit ? wish->limit - (uint64_t)taken : 0;
    grant->kind = rivals > 0       ? EXPLORE_GRANT_LATE
                  : missing > free ? EXPLORE_GRANT_SPENT
                                   : EXPLORE_GRANT_YOURS;
    if (grant->kind != EXPLORE_GRANT_YOURS)
        return AJ_OK;
    for (size_t i = 0; i < wish->count; i++)
        if (ids[i] == 0)
            AJ_TRY(insert(cx, store, &wish->runs[i], &ids[i]));
    grant->id = (uint64_t)ids[0];
    return AJ_OK;
}

enum aj_status explore_store_claim(struct aj_ctx *cx, struct explore_store *store,
                                   const struct explore_wish *wish, struct explore_grant *grant)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    struct explore_grant made = {EXPLORE_GRANT_LATE, 0};
    for (size_t i = 0; i < wish->count; i++) {
        AJ_TRY(store_fits(cx, store, wish->runs[i].board));
        AJ_TRY(store_fits(cx, store, wish->runs[i].decision));
    }
    AJ_TRY(store_execute(cx, store, "BEGIN IMMEDIATE"));
    enum aj_status status = claim_all(cx, store, wish, &made);
    aj_arena_release(cx->scratch, mark);
    if (status == AJ_OK && made.kind == EXPLORE_GRANT_LATE)
        store_rollback(store);
    else
        status = store_commit(cx, store, status);
    if (status == AJ_OK)
        *grant = made;
    return status;
}

enum aj_status explore_store_release(struct aj_ctx *cx, struct explore_store *store)
{
    /* No process has this number: its claims are as those of one that has ended. */
    sqlite3_stmt *statement =
        store_prepare(store, "UPDATE run SET pid = -1, start = 0 WHERE state = 0 AND " OURS);
    store_bind_process(statement, 1, &store->self);
    return store_finish(cx, store, statement);
}
