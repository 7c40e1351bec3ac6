/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose file is it, and is it sound?
 */
#include <sys/stat.h>

#include "base/buf.h"
#include "explore/store_priv.h"

enum {
    APPLICATION_ID = 0x616a7374, /* "ajst", in the header of the file */
    VERSION = 2,                 /* of the tables below */
};

/* As SQLite keeps them in its own table, by name. A file with others is none of ours. */
static const struct {
    const char *sql;
    bool own; /* SQLite makes it by itself */
} tables[] = {
    {"CREATE TABLE note(key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID", false},
    {"CREATE TABLE run(id INTEGER PRIMARY KEY AUTOINCREMENT, finished INTEGER NOT NULL, "
     "finale INTEGER NOT NULL, round INTEGER NOT NULL, phase INTEGER NOT NULL, "
     "state INTEGER NOT NULL, censored INTEGER NOT NULL, board TEXT NOT NULL, "
     "decision TEXT NOT NULL, reason TEXT, measurement TEXT, duration_ns INTEGER NOT NULL, "
     "machine TEXT NOT NULL, boot TEXT NOT NULL, pid INTEGER NOT NULL, start INTEGER NOT NULL) "
     "STRICT",
     false},
    {"CREATE UNIQUE INDEX run_once ON run(finale, phase, round, decision) "
     "WHERE round > 0 AND state <> 2",
     false},
    {"CREATE TABLE searched(id INTEGER PRIMARY KEY, runs INTEGER NOT NULL, "
     "budget INTEGER NOT NULL, time_ns INTEGER NOT NULL, why TEXT NOT NULL) STRICT",
     false},
    {"CREATE TABLE sqlite_sequence(name,seq)", true},
    {"CREATE TABLE study(hash TEXT NOT NULL) STRICT", false},
};

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
        if (!tables[i].own)
            AJ_TRY(store_execute(cx, store, tables[i].sql));
    (void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                   APPLICATION_ID, VERSION);
    AJ_TRY(store_execute(cx, store, sql));
    sqlite3_stmt *statement = store_prepare(store, "INSERT INTO study VALUES(?)");
    store_bind_text(statement, 1, study);
    return store_finish(cx, store, statement);
}

static enum aj_status check_tables(struct aj_ctx *cx, const struct explore_store *store)
{
    sqlite3_stmt *statement =
        store_prepare(store, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
    size_t count = 0, same = 0;
    int step = SQLITE_ERROR;
    for (; statement && (step = sqlite3_step(statement)) == SQLITE_ROW; count++) {
        const unsigned char *sql = sqlite3_column_text(statement, 0);
        same +=
            count < AJ_COUNT(tables) && sql && strcmp((const char *)sql, tables[count].sql) == 0;
    }
    enum aj_status status = AJ_OK;
    if (step != SQLITE_DONE)
        status = store_failed(cx, store);
    else if (count != AJ_COUNT(tables) || same != count)
        status = not_ours(cx, store, "has not the tables of a study");
    (void)sqlite3_finalize(statement);
    return status;
}

/* SQLite's own look at each page and row. */
static enum aj_status check_pages(struct aj_ctx *cx, const struct explore_store *store)
{
    sqlite3_stmt *statement = store_prepare(store, "PRAGMA quick_check(1)");
    enum aj_status status = AJ_OK;
    if (!statement || sqlite3_step(statement) != SQLITE_ROW)
        status = store_failed(cx, store);
    else if (strcmp((const char *)sqlite3_column_text(statement, 0), "ok") != 0)
        status = store_damaged(cx, store, (const char *)sqlite3_column_text(statement, 0));
    (void)sqlite3_finalize(statement);
    return status;
}

static enum aj_status check_study(struct aj_ctx *cx, const struct explore_store *store,
                                  const char *study)
{
    int64_t same = 0;
    sqlite3_stmt *statement = store_prepare(store, "SELECT count(*) FROM study WHERE hash = ?");
    store_bind_text(statement, 1, study);
    AJ_TRY(store_count(cx, store, statement, &same));
    if (same > 0)
        return AJ_OK;
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
    AJ_TRY(store_number(cx, store, "PRAGMA application_id", &application));
    AJ_TRY(store_number(cx, store, "PRAGMA user_version", &version));
    AJ_TRY(store_number(cx, store, "SELECT count(*) FROM sqlite_schema", &objects));
    if (application == 0 && version == 0 && objects == 0 && study)
        return make(cx, store, study);
    if (application != APPLICATION_ID)
        return not_ours(cx, store, "is a database, but no study of autojail");
    if (version != VERSION)
        return not_ours(cx, store, "was made by another version of autojail");
    AJ_TRY(check_tables(cx, store));
    AJ_TRY(check_pages(cx, store));
    return study ? check_study(cx, store, study) : AJ_OK;
}

static void set_up(const struct explore_store *store)
{
    (void)sqlite3_busy_timeout(store->db, EXPLORE_STORE_WAIT_MS);
    (void)sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, EXPLORE_STORE_TEXT_MAX + 4096);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
}

/* What SQLite says when it first reads the file. */
static int look(const struct explore_store *store)
{
    return sqlite3_exec(store->db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
}

/* The name of a file as a URI, whatever is in it; nobody writes the file meanwhile. */
static const char *immutable(const char *path, struct aj_arena *out)
{
    struct aj_buf uri = {NULL, 0, 0};
    aj_buf_adds(&uri, "file:");
    for (const char *c = path; *c != '\0'; c++)
        aj_buf_addf(&uri, strchr("%?#", *c) != NULL ? "%%%02x" : "%c", (unsigned)(uint8_t)*c);
    aj_buf_adds(&uri, "?immutable=1");
    const char *text = aj_strdup(out, aj_buf_text(&uri));
    aj_buf_free(&uri);
    return text;
}

/*
 * To read a file with a write-ahead log SQLite makes others beside it. Where it may not, the file
 * alone is read, if there is nothing in a log.
 */
static enum aj_status open_alone(struct aj_ctx *cx, struct explore_store *store, const char *path)
{
    struct stat log;
    const char *log_path = aj_strf(store->arena, "%s-wal", path);
    if (stat(log_path, &log) == 0 && log.st_size > 0) {
        (void)store_failed(cx, store);
        aj_diag_hint(cx, "its last runs are in %s-wal: copy both to where you may write",
                     store->path);
        return AJ_ERR_IO;
    }
    (void)sqlite3_close(store->db);
    store->db = NULL;
    if (sqlite3_open_v2(immutable(path, store->arena), &store->db,
                        SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) != SQLITE_OK)
        return store_failed(cx, store);
    set_up(store);
    return look(store) == SQLITE_OK ? AJ_OK : store_failed(cx, store);
}

static enum aj_status open_file(struct aj_ctx *cx, struct explore_store *store, const char *study)
{
    /* SQLite has names of its own, ":memory:" and "", that do not begin like this */
    const char *path =
        aj_strf(store->arena, "%s%s", store->path[0] == '/' ? "" : "./", store->path);
    const int how = study ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    if (sqlite3_open_v2(path, &store->db, how, NULL) != SQLITE_OK)
        return store_failed(cx, store);
    set_up(store);
    const int seen = look(store);
    if (seen == SQLITE_NOTADB)
        return not_ours(cx, store, "is no study of autojail");
    if (!study && (seen == SQLITE_CANTOPEN || seen == SQLITE_READONLY))
        AJ_TRY(open_alone(cx, store, path));
    AJ_TRY(store_execute(cx, store, "PRAGMA synchronous = FULL"));
    AJ_TRY(store_execute(cx, store, study ? "BEGIN IMMEDIATE" : "BEGIN"));
    AJ_TRY(store_commit(cx, store, identify(cx, store, study)));
    return study ? store_execute(cx, store, "PRAGMA journal_mode = WAL") : AJ_OK;
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
