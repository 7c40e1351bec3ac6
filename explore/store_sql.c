/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "explore/store_priv.h"

/* Errors */

enum aj_status store_damaged(struct aj_ctx *cx, const struct explore_store *store, const char *what)
{
    aj_fail(cx, AJ_ERR_INPUT, "store-damaged", aj_loc_file(store->path),
            "the file of the study is damaged: %s", what);
    aj_diag_hint(cx, "restore a copy of it, or begin anew with another file");
    return AJ_ERR_INPUT;
}

/*
 * Why the file cannot be made or written, with the place that is at fault: SQLite keeps other files
 * beside it, so that its directory must be writable, too. NULL: nothing there says so.
 */
static const char *unwritable(const char *path, struct aj_arena *out)
{
    const char *slash = strrchr(path, '/');
    const char *directory = slash == NULL   ? "."
                            : slash == path ? "/"
                                            : aj_strndup(out, path, (size_t)(slash - path));
    const char *const places[] = {directory, path};
    for (size_t i = 0; i < AJ_COUNT(places); i++)
        if (faccessat(AT_FDCWD, places[i], i == 0 ? W_OK | X_OK : W_OK, AT_EACCESS) != 0 &&
            (i == 0 || errno != ENOENT))
            return aj_strf(out, "%s '%s' cannot be written: %s",
                           i == 0 ? "the directory" : "the file", places[i], strerror(errno));
    return NULL;
}

enum aj_status store_failed(struct aj_ctx *cx, const struct explore_store *store)
{
    const int code = sqlite3_errcode(store->db) & 0xff; /* without SQLite's finer distinction */
    const char *why = sqlite3_errmsg(store->db);
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
        return store_damaged(cx, store, why);
    const char *place = code == SQLITE_CANTOPEN || code == SQLITE_READONLY
                            ? unwritable(store->path, store->arena)
                            : NULL;
    if (place != NULL)
        return aj_fail(cx, AJ_ERR_IO, "store", aj_loc_file(store->path), "%s", place);
    const int system = sqlite3_system_errno(store->db);
    const bool tell = system != 0 && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN);
    aj_fail(cx, AJ_ERR_IO, "store", aj_loc_file(store->path), "%s%s%s", why, tell ? ": " : "",
            tell ? strerror(system) : "");
    if (code == SQLITE_BUSY)
        aj_diag_hint(cx, "another process holds the study for more than %d s",
                     EXPLORE_STORE_WAIT_MS / 1000);
    return AJ_ERR_IO;
}

enum aj_status store_fits(struct aj_ctx *cx, const struct explore_store *store, const char *text)
{
    if (!text || strlen(text) < EXPLORE_STORE_TEXT_MAX)
        return AJ_OK;
    return aj_fail(cx, AJ_ERR_IO, "store", aj_loc_file(store->path),
                   "a text of %zu bytes; the file takes less than %d", strlen(text),
                   EXPLORE_STORE_TEXT_MAX);
}

/* Statements */

sqlite3_stmt *store_prepare(const struct explore_store *store, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    return sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK ? statement : NULL;
}

void store_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    (void)sqlite3_bind_text64(statement, at, text, text ? strlen(text) : 0, SQLITE_STATIC,
                              SQLITE_UTF8);
}

void store_bind_number(sqlite3_stmt *statement, int at, uint64_t number)
{
    (void)sqlite3_bind_int64(statement, at, (int64_t)number);
}

void store_bind_process(sqlite3_stmt *statement, int at, const struct explore_process *process)
{
    store_bind_text(statement, at, process->machine);
    store_bind_text(statement, at + 1, process->boot);
    store_bind_number(statement, at + 2, process->pid);
    store_bind_number(statement, at + 3, process->start);
}

enum aj_status store_finish(struct aj_ctx *cx, const struct explore_store *store,
                            sqlite3_stmt *statement)
{
    const bool done = statement && sqlite3_step(statement) == SQLITE_DONE;
    const enum aj_status status = done ? AJ_OK : store_failed(cx, store);
    (void)sqlite3_finalize(statement);
    return status;
}

enum aj_status store_count(struct aj_ctx *cx, const struct explore_store *store,
                           sqlite3_stmt *statement, int64_t *value)
{
    enum aj_status status = AJ_OK;
    if (statement && sqlite3_step(statement) == SQLITE_ROW)
        *value = sqlite3_column_int64(statement, 0);
    else
        status = store_failed(cx, store);
    (void)sqlite3_finalize(statement);
    return status;
}

enum aj_status store_number(struct aj_ctx *cx, const struct explore_store *store, const char *sql,
                            int64_t *value)
{
    return store_count(cx, store, store_prepare(store, sql), value);
}

enum aj_status store_execute(struct aj_ctx *cx, const struct explore_store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? AJ_OK
                                                                       : store_failed(cx, store);
}

void store_rollback(const struct explore_store *store)
{
    if (!sqlite3_get_autocommit(store->db))
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

enum aj_status store_commit(struct aj_ctx *cx, const struct explore_store *store,
                            enum aj_status status)
{
    if (status == AJ_OK)
        status = store_execute(cx, store, "COMMIT");
    if (status != AJ_OK)
        store_rollback(store);
    return status;
}

/* Columns */

bool store_column_text(sqlite3_stmt *statement, int at, struct aj_arena *out, const char **text)
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

bool store_column_process(sqlite3_stmt *statement, int at, struct aj_arena *out,
                          struct explore_process *process)
{
    process->pid = (uint64_t)sqlite3_column_int64(statement, at + 2);
    process->start = (uint64_t)sqlite3_column_int64(statement, at + 3);
    return store_column_text(statement, at, out, &process->machine) && process->machine &&
           store_column_text(statement, at + 1, out, &process->boot) && process->boot;
}
