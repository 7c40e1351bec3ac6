/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the store share: the file's handle, and SQLite's calls with their errors told.
 */
#ifndef EXPLORE_STORE_PRIV_H
#define EXPLORE_STORE_PRIV_H

#include <sqlite3.h>

#include "explore/process.h"
#include "explore/store.h"

struct explore_store {
    struct aj_arena *arena;
    const char *path;
    struct explore_process self;
    sqlite3 *db;
};

/* "store-damaged" */
enum aj_status store_damaged(struct aj_ctx *cx, const struct explore_store *store,
                             const char *what);
/* After a call of SQLite that did not do what it should: "store", "store-damaged". */
enum aj_status store_failed(struct aj_ctx *cx, const struct explore_store *store);
/* A text beyond SQLite's limit would be left out of the row without a word. */
AJ_NODISCARD enum aj_status store_fits(struct aj_ctx *cx, const struct explore_store *store,
                                       const char *text);

/* NULL: SQLite says why. */
sqlite3_stmt *store_prepare(const struct explore_store *store, const char *sql);
void store_bind_text(sqlite3_stmt *statement, int at, const char *text);
void store_bind_number(sqlite3_stmt *statement, int at, uint64_t number);
/* Four places: machine, boot, pid, start. */
void store_bind_process(sqlite3_stmt *statement, int at, const struct explore_process *process);
/* Runs a statement that returns no rows, and forgets it. */
AJ_NODISCARD enum aj_status store_finish(struct aj_ctx *cx, const struct explore_store *store,
                                         sqlite3_stmt *statement);
/* The one number that a statement returns; forgets it. */
AJ_NODISCARD enum aj_status store_count(struct aj_ctx *cx, const struct explore_store *store,
                                        sqlite3_stmt *statement, int64_t *value);
/* The one number that `sql` asks for. */
AJ_NODISCARD enum aj_status store_number(struct aj_ctx *cx, const struct explore_store *store,
                                         const char *sql, int64_t *value);
AJ_NODISCARD enum aj_status store_execute(struct aj_ctx *cx, const struct explore_store *store,
                                          const char *sql);
/* Ends a transaction: all of it or, after a failure, nothing. */
AJ_NODISCARD enum aj_status store_commit(struct aj_ctx *cx, const struct explore_store *store,
                                         enum aj_status status);
void store_rollback(const struct explore_store *store);

/* The text of a column, NULL for none. False: bytes that are no text. */
bool store_column_text(sqlite3_stmt *statement, int at, struct aj_arena *out, const char **text);
/* Four columns as bound above; false: no process. */
bool store_column_process(sqlite3_stmt *statement, int at, struct aj_arena *out,
                          struct explore_process *process);

#endif
