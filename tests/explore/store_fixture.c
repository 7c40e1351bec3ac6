/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/explore/store_fixture.h"

#include <unistd.h>

#include <sqlite3.h>

int store_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    *f = (struct fixture){.dir = "/tmp/aj-store-XXXXXX"};
    assert_non_null(mkdtemp(f->dir));
    aj_ctx_open(&f->cx);
    f->arena = aj_arena_open();
    f->path = aj_strf(f->arena, "%s/runs.db", f->dir);
    *state = f;
    return 0;
}

int store_teardown(void **state)
{
    struct fixture *f = *state;
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    explore_store_close(f->store);
    for (size_t i = 0; i < AJ_COUNT(ends); i++)
        (void)unlink(aj_strf(f->arena, "%s%s", f->path, ends[i]));
    assert_int_equal(rmdir(f->dir), 0);
    aj_arena_close(f->arena);
    aj_ctx_close(&f->cx);
    free(f);
    return 0;
}

void store_close(struct fixture *f)
{
    explore_store_close(f->store);
    f->store = NULL;
}

void store_open(struct fixture *f)
{
    store_close(f);
    const enum aj_status status = explore_store_open(&f->cx, f->path, "study 1", &f->store);
    test_no_errors(&f->cx);
    assert_int_equal(status, AJ_OK);
}

uint64_t store_claim(struct fixture *f, uint64_t limit)
{
    static const struct explore_stored some = {
        .phase = EXPLORE_PHASE_SEARCH, .board = "sim:a.yml", .decision = "plc: 3"};
    const struct explore_wish wish = {&some, 1, limit, INT64_MAX};
    struct explore_grant grant = {EXPLORE_GRANT_LATE, 0};
    assert_int_equal(explore_store_claim(&f->cx, f->store, &wish, &grant), AJ_OK);
    assert_int_not_equal(grant.kind, EXPLORE_GRANT_LATE);
    assert_int_equal(grant.kind == EXPLORE_GRANT_SPENT, grant.id == 0);
    return grant.id;
}

void store_end(struct fixture *f, uint64_t id, enum explore_run_state state)
{
    const struct explore_stored run = {.id = id,
                                       .state = (uint8_t)state,
                                       .censored = id == 3,
                                       .reason = state == EXPLORE_RUN_VOID ? "throttled" : NULL,
                                       .measurement = "tool: x\n",
                                       .duration_ns = 30000000000};
    assert_int_equal(explore_store_finish(&f->cx, f->store, &run), AJ_OK);
}

size_t store_runs(struct fixture *f, const struct explore_stored **all)
{
    size_t count = 0;
    assert_int_equal(explore_store_runs(&f->cx, f->store, 0, f->arena, all, &count), AJ_OK);
    return count;
}

void store_raw(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    (void)sqlite3_busy_timeout(db, 5000);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

void store_refused(struct fixture *f, const char *study, enum aj_status status, const char *id)
{
    struct explore_store *store = NULL;
    assert_int_equal(explore_store_open(&f->cx, f->path, study, &store), status);
    assert_null(store);
    test_one_error(&f->cx, id, 0, 0);
    aj_ctx_close(&f->cx);
    aj_ctx_open(&f->cx);
}
