/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/store.h"

#include <sqlite3.h>

#include "explore/process.h"

enum {
    APPLICATION_ID = 0x616a7374, /* "ajst", in the header of the file */
    VERSION = 1,                 /* of the tables below */
};

/* As SQLite keeps them in its own table, by name. A file with others is none of ours. */
static const char *const tables[] = {
    "CREATE TABLE note(key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE run(id INTEGER PRIMARY KEY, phase INTEGER NOT NULL, state INTEGER NOT NULL, "
    "round INTEGER NOT NULL, board TEXT NOT NULL, decision TEXT NOT NULL, reason TEXT, "
    "measurement TEXT, duration_ns INTEGER NOT NULL, machine TEXT NOT NULL, boot TEXT NOT NULL, "
    "pid INTEGER NOT NULL, start INTEGER NOT NULL) STRICT",
    "CREATE TABLE study(hash TEXT NOT NULL) STRICT",
};

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

struct explore_store {
    struct aj_arena *arena;
    const char *path;
    struct explore_process self;
    sqlite3 *db;
};

/* Errors */

static enum aj_status damaged(struct aj_ctx *cx, const struct explore_store *store,
                              const char *what)
{
    aj_fail(cx, AJ_ERR_INPUT, "store-damaged", aj_loc_file(store->path),
            "the file of the study is damaged: %s", what);
    aj_diag_hint(cx, "restore a copy of it, or begin anew with another file");
    return AJ_ERR_INPUT;
}

/* After a call of SQLite that did not do what it should. */
static enum aj_status failed(struct aj_ctx *cx, const struct explore_store *store)
{
    const int code = sqlite3_errcode(store->db) & 0xff; /* without SQLite's finer distinction */
    const char *why = sqlite3_errmsg(store->db);
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
        return damaged(cx, store, why);
    const int system = sqlite3_system_errno(store->db);
    const bool tell = system != 0 && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN);
    aj_fail(cx, AJ_ERR_IO, "store", aj_loc_file(store->path), "%s%s%s", why, tell ? ": " : "",
            tell ? strerror(system) : "");
    if (code == SQLITE_BUSY)
        aj_diag_hint(cx, "another process holds the study for more than %d s",
                     EXPLORE_STORE_WAIT_MS / 1000);
    return AJ_ERR_IO;
}

/* Statements */

static sqlite3_stmt *prepare(const struct explore_store *store, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    return sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK ? statement : NULL;
}

/* A text beyond SQLite's limit would be left out of the row without a word. */
static enum aj_status fits(struct aj_ctx *cx, const struct explore_store *store, const char *text)
{
    if (!text || strlen(text) < EXPLORE_STORE_TEXT_MAX)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_IO, "store", aj_loc_file(store->path),
                   "a text of %zu bytes; the file takes less than %d", strlen(text),
                   EXPLORE_STORE_TEXT_MAX);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    (void)sqlite3_bind_text64(statement, at, text, text ? strlen(text) : 0, SQLITE_STATIC,
                              SQLITE_UTF8);
}

static void bind_number(sqlite3_stmt *statement, int at, uint64_t number)
{
    (void)sqlite3_bind_int64(statement, at, (int64_t)number);
}

static void bind_process(sqlite3_stmt *statement, int at, const struct explore_process *process)
{
    bind_text(statement, at, process->machine);
    bind_text(statement, at + 1, process->boot);
    bind_number(statement, at + 2, process->pid);
    bind_number(statement, at + 3, process->start);
}

/* Runs a statement that returns no rows, and forgets it. */
static enum aj_status finish(struct aj_ctx *cx, const struct explore_store *store,
                             sqlite3_stmt *statement)
{
    const bool done = statement && sqlite3_step(statement) == SQLITE_DONE;
    const enum aj_status status = done ? AJ_OK : failed(cx, store);
    (void)sqlite3_finalize(statement);
    return status;
}

static enum aj_status execute(struct aj_ctx *cx, const struct explore_store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? AJ_OK : failed(cx, store);
}

/* The one number that `sql` asks for. */
static enum aj_status number(struct aj_ctx *cx, const struct explore_store *store, const char *sql,
                             int64_t *value)
{
    enum aj_status status = AJ_OK;
    sqlite3_stmt *statement = prepare(store, sql);
    if (statement && sqlite3_step(statement) == SQLITE_ROW)
        *value = sqlite3_column_int64(statement, 0);
    else
        status = failed(cx, store);
    (void)sqlite3_finalize(statement);
    return status;
}

/* Ends a transaction: all of it or, after a failure, nothing. */
static enum aj_status commit(struct aj_ctx *cx, const struct explore_store *store,
                             enum aj_status status)
{
    if (status == AJ_OK)
        status = execute(cx, store, "COMMIT");
    if (status != AJ_OK && !sqlite3_get_autocommit(store->db))
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

/* The text of a column, NULL for none. False: bytes that are no text. */
static bool column_text(sqlite3_stmt *statement, int at, struct aj_arena *out, const char **text)
{
    *text = NULL;
    if (sqlite3_column_type(statement, at) == SQLITE_NULL)
        return true;
    const unsigned char *bytes = sqlite3_column_text(statement, at);
    if (!bytes || strlen((const char *)bytes) != (size_t)sqlite3_column_bytes(statement, at))
        return false;
    *text = aj_strdup(out, (const char *)bytes);
    return true;
}

/* Claims */

typedef AJ_VEC(struct explore_process) processes;

static enum aj_status claimers(struct aj_ctx *cx, const struct explore_store *store, processes *to)
{
    sqlite3_stmt *statement =
        prepare(store, "SELECT DISTINCT machine, boot, pid, start FROM run WHERE state = 0");
    int step = SQLITE_ERROR;
    while (statement && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        struct explore_process p;
        if (column_text(statement, 0, cx->scratch, &p.machine) && p.machine &&
            column_text(statement, 1, cx->scratch, &p.boot) && p.boot) {
            p.pid = (uint64_t)sqlite3_column_int64(statement, 2);
            p.start = (uint64_t)sqlite3_column_int64(statement, 3);
            AJ_PUSH(cx->scratch, to, p);
        }
    }
    const enum aj_status status = step == SQLITE_DONE ? AJ_OK : failed(cx, store);
    (void)sqlite3_finalize(statement);
    return status;
}

/* Within a transaction. */
static enum aj_status remove_ended(struct aj_ctx *cx, const struct explore_store *store)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    processes all = {0};
    enum aj_status status = claimers(cx, store, &all);
    for (size_t i = 0; i < all.count && status == AJ_OK; i++) {
        if (!explore_process_ended(&all.items[i]))
            continue;
        sqlite3_stmt *statement = prepare(store, "DELETE FROM run WHERE state = 0 AND machine = ? "
                                                 "AND boot = ? AND pid = ? AND start = ?");
        bind_process(statement, 1, &all.items[i]);
        status = finish(cx, store, statement);
    }
    aj_arena_release(cx->scratch, mark);
    return status;
}

static enum aj_status insert(struct aj_ctx *cx, const struct explore_store *store,
                             const struct explore_stored *run, uint64_t limit, uint64_t *id)
{
    int64_t taken = 0;
    AJ_TRY(number(cx, store, "SELECT count(*) FROM run WHERE state <> 2", &taken));
    *id = 0;
    if ((uint64_t)taken >= limit)
        return AJ_OK;
    sqlite3_stmt *statement =
        prepare(store, "INSERT INTO run(phase, state, round, board, decision, duration_ns, "
                       "machine, boot, pid, start) VALUES(?, 0, ?, ?, ?, 0, ?, ?, ?, ?)");
    bind_number(statement, 1, run->phase);
    bind_number(statement, 2, run->round);
    bind_text(statement, 3, run->board);
    bind_text(statement, 4, run->decision);
    bind_process(statement, 5, &store->self);
    AJ_TRY(finish(cx, store, statement));
    *id = (uint64_t)sqlite3_last_insert_rowid(store->db);
    return AJ_OK;
}

enum aj_status explore_store_claim(struct aj_ctx *cx, struct explore_store *store,
                                   const struct explore_stored *run, uint64_t limit, uint64_t *id)
{
    uint64_t claimed = 0;
    AJ_TRY(fits(cx, store, run->board));
    AJ_TRY(fits(cx, store, run->decision));
    AJ_TRY(execute(cx, store, "BEGIN IMMEDIATE"));
    enum aj_status status = remove_ended(cx, store);
    if (status == AJ_OK)
        status = insert(cx, store, run, limit, &claimed);
    AJ_TRY(commit(cx, store, status));
    *id = claimed;
    return AJ_OK;
}

enum aj_status explore_store_finish(struct aj_ctx *cx, struct explore_store *store,
                                    const struct explore_stored *run)
{
    AJ_TRY(fits(cx, store, run->reason));
    AJ_TRY(fits(cx, store, run->measurement));
    sqlite3_stmt *statement = prepare(
        store, "UPDATE run SET state = ?, reason = ?, measurement = ?, duration_ns = ? WHERE "
               "id = ? AND state = 0 AND machine = ? AND boot = ? AND pid = ? AND start = ?");
    bind_number(statement, 1, run->state);
    bind_text(statement, 2, run->reason);
    bind_text(statement, 3, run->measurement);
    bind_number(statement, 4, (uint64_t)run->duration_ns);
    bind_number(statement, 5, run->id);
    bind_process(statement, 6, &store->self);
    AJ_TRY(finish(cx, store, statement));
    if (sqlite3_changes(store->db) == 1)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_INPUT, "store-claim", aj_loc_file(store->path),
                   "run %llu is not claimed by this process", (unsigned long long)run->id);
}

/* Opening */

static enum aj_status not_ours(struct aj_ctx *cx, const struct explore_store *store,
                               const char *what)
{
    return aj_fail(cx, AJ_ERR_INPUT, "store-format", aj_loc_file(store->path),
                   "the file %s, and stays as it is", what);
}

static enum aj_status make(struct aj_ctx *cx, const struct explore_store *store, const char *study)
{
    char sql[80];
    for (size_t i = 0; i < AJ_COUNT(tables); i++)
        AJ_TRY(execute(cx, store, tables[i]));
    (void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                   APPLICATION_ID, VERSION);
    AJ_TRY(execute(cx, store, sql));
    sqlite3_stmt *statement = prepare(store, "INSERT INTO study VALUES(?)");
    bind_text(statement, 1, study);
    return finish(cx, store, statement);
}

static enum aj_status check_tables(struct aj_ctx *cx, const struct explore_store *store)
{
    sqlite3_stmt *statement = prepare(store, "SELECT sql FROM sqlite_schema ORDER BY name");
    size_t count = 0, same = 0;
    int step = SQLITE_ERROR;
    for (; statement && (step = sqlite3_step(statement)) == SQLITE_ROW; count++) {
        const unsigned char *sql = sqlite3_column_text(statement, 0);
        same += count < AJ_COUNT(tables) && sql && strcmp((const char *)sql, tables[count]) == 0;
    }
    enum aj_status status = AJ_OK;
    if (step != SQLITE_DONE)
        status = failed(cx, store);
    else if (count != AJ_COUNT(tables) || same != count)
        status = not_ours(cx, store, "has not the tables of a study");
    (void)sqlite3_finalize(statement);
    return status;
}

/* SQLite's own look at each page and row. */
static enum aj_status check_pages(struct aj_ctx *cx, const struct explore_store *store)
{
    sqlite3_stmt *statement = prepare(store, "PRAGMA quick_check(1)");
    enum aj_status status = AJ_OK;
    if (!statement || sqlite3_step(statement) != SQLITE_ROW)
        status = failed(cx, store);
    else if (strcmp((const char *)sqlite3_column_text(statement, 0), "ok") != 0)
        status = damaged(cx, store, (const char *)sqlite3_column_text(statement, 0));
    (void)sqlite3_finalize(statement);
    return status;
}

static enum aj_status check_study(struct aj_ctx *cx, const struct explore_store *store,
                                  const char *study)
{
    int64_t same = 0;
    sqlite3_stmt *statement = prepare(store, "SELECT count(*) FROM study WHERE hash = ?");
    bind_text(statement, 1, study);
    enum aj_status status = AJ_OK;
    if (statement && sqlite3_step(statement) == SQLITE_ROW)
        same = sqlite3_column_int64(statement, 0);
    else
        status = failed(cx, store);
    (void)sqlite3_finalize(statement);
    if (status != AJ_OK || same > 0)
        return status;
    aj_fail(cx, AJ_ERR_INPUT, "store-study", aj_loc_file(store->path),
            "the runs were made for another board, other requirements or another exploration");
    aj_diag_hint(cx, "begin anew with another file (--store), which can learn from this one "
                     "(--from), or undo the change");
    return AJ_ERR_INPUT;
}

/* Within a transaction: whose file is it? Made if it is nobody's. */
static enum aj_status identify(struct aj_ctx *cx, const struct explore_store *store,
                               const char *study)
{
    int64_t application = 0, version = 0, objects = 0;
    AJ_TRY(number(cx, store, "PRAGMA application_id", &application));
    AJ_TRY(number(cx, store, "PRAGMA user_version", &version));
    AJ_TRY(number(cx, store, "SELECT count(*) FROM sqlite_schema", &objects));
    if (application == 0 && version == 0 && objects == 0 && study)
        return make(cx, store, study);
    if (application != APPLICATION_ID)
        return not_ours(cx, store, "is a database, but no study of autojail");
    if (version != VERSION)
        return not_ours(cx, store, "was made by another version of autojail");
    AJ_TRY(check_tables(cx, store));
    AJ_TRY(check_pages(cx, store));
    AJ_TRY(study ? check_study(cx, store, study) : AJ_OK);
    return study ? remove_ended(cx, store) : AJ_OK;
}

static enum aj_status open_file(struct aj_ctx *cx, struct explore_store *store, const char *study)
{
    /* SQLite has names of its own, ":memory:" and "", that do not begin like this */
    const char *path =
        aj_strf(store->arena, "%s%s", store->path[0] == '/' ? "" : "./", store->path);
    const int how = study ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    if (sqlite3_open_v2(path, &store->db, how, NULL) != SQLITE_OK)
        return failed(cx, store);
    (void)sqlite3_busy_timeout(store->db, EXPLORE_STORE_WAIT_MS);
    (void)sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, EXPLORE_STORE_TEXT_MAX + 4096);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    if (sqlite3_exec(store->db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL) ==
        SQLITE_NOTADB)
        return not_ours(cx, store, "is no study of autojail");
    AJ_TRY(execute(cx, store, "PRAGMA synchronous = FULL"));
    AJ_TRY(execute(cx, store, study ? "BEGIN IMMEDIATE" : "BEGIN"));
    AJ_TRY(commit(cx, store, identify(cx, store, study)));
    return study ? execute(cx, store, "PRAGMA journal_mode = WAL") : AJ_OK;
}

enum aj_status explore_store_open(struct aj_ctx *cx, const char *path, const char *study,
                                  struct explore_store **store)
{
    struct aj_arena *arena = aj_arena_open();
    struct explore_store *made = AJ_NEW(arena, struct explore_store);
    *made = (struct explore_store){.arena = arena, .path = aj_strdup(arena, path)};
    made->self = explore_process_self(arena);
    const enum aj_status status = open_file(cx, made, study);
    if (status == AJ_OK)
        *store = made;
    else
        explore_store_close(made);
    return status;
}

void explore_store_close(struct explore_store *store)
{
    if (!store)
        return;
    (void)sqlite3_close(store->db);
    aj_arena_close(store->arena);
}

/* Runs and notes */

static bool read_run(sqlite3_stmt *row, struct aj_arena *out, struct explore_stored *run)
{
    const int64_t id = sqlite3_column_int64(row, 0), phase = sqlite3_column_int64(row, 1);
    const int64_t state = sqlite3_column_int64(row, 2), round = sqlite3_column_int64(row, 3);
    *run = (struct explore_stored){.id = (uint64_t)id,
                                   .phase = (uint8_t)phase,
                                   .state = (uint8_t)state,
                                   .round = (uint32_t)round,
                                   .duration_ns = sqlite3_column_int64(row, 8)};
    return id > 0 && phase >= 0 && phase <= EXPLORE_PHASE_CONFIRM && state >= 0 &&
           state <= EXPLORE_RUN_VOID && round >= 0 && round <= UINT32_MAX &&
           run->duration_ns >= 0 && column_text(row, 4, out, &run->board) && run->board &&
           column_text(row, 5, out, &run->decision) && run->decision &&
           column_text(row, 6, out, &run->reason) && column_text(row, 7, out, &run->measurement);
}

enum aj_status explore_store_runs(struct aj_ctx *cx, struct explore_store *store,
                                  struct aj_arena *out, const struct explore_stored **runs,
                                  size_t *count)
{
    sqlite3_stmt *statement =
        prepare(store, "SELECT id, phase, state, round, board, decision, reason, measurement, "
                       "duration_ns FROM run ORDER BY id");
    AJ_VEC(struct explore_stored) all = {0};
    enum aj_status status = AJ_OK;
    int step = SQLITE_ERROR;
    while (statement && status == AJ_OK && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        struct explore_stored run;
        if (read_run(statement, out, &run))
            AJ_PUSH(out, &all, run);
        else
            status = damaged(cx, store, "a run has a number or text that none can have");
    }
    if (status == AJ_OK && step != SQLITE_DONE)
        status = failed(cx, store);
    (void)sqlite3_finalize(statement);
    if (status == AJ_OK) {
        *runs = all.items;
        *count = all.count;
    }
    return status;
}

enum aj_status explore_store_put(struct aj_ctx *cx, struct explore_store *store, const char *key,
                                 const char *text)
{
    AJ_TRY(fits(cx, store, key));
    AJ_TRY(fits(cx, store, text));
    sqlite3_stmt *statement = prepare(
        store, text ? "INSERT INTO note VALUES(?, ?) ON CONFLICT DO UPDATE SET text = excluded.text"
                    : "DELETE FROM note WHERE key = ?");
    bind_text(statement, 1, key);
    if (text)
        bind_text(statement, 2, text);
    return finish(cx, store, statement);
}

enum aj_status explore_store_get(struct aj_ctx *cx, struct explore_store *store, const char *key,
                                 struct aj_arena *out, const char **text)
{
    sqlite3_stmt *statement = prepare(store, "SELECT text FROM note WHERE key = ?");
    bind_text(statement, 1, key);
    const int step = statement ? sqlite3_step(statement) : SQLITE_ERROR;
    enum aj_status status = AJ_OK;
    const char *found = NULL;
    if (step != SQLITE_ROW && step != SQLITE_DONE)
        status = failed(cx, store);
    else if (step == SQLITE_ROW && !column_text(statement, 0, out, &found))
        status = damaged(cx, store, "a note is no text");
    (void)sqlite3_finalize(statement);
    if (status == AJ_OK)
        *text = found;
    return status;
}
