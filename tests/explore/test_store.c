/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/store.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/fs.h"
#include "tests/support/support.h"

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *arena;
    char dir[32];
    const char *path;
    struct explore_store *store;
};

static const struct explore_stored some = {
    .phase = EXPLORE_PHASE_SEARCH, .round = 3, .board = "sim:a.yml", .decision = "plc: 3"};

static int setup(void **state)
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

static int teardown(void **state)
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

static void open_store(struct fixture *f)
{
    explore_store_close(f->store);
    f->store = NULL;
    const enum aj_status status = explore_store_open(&f->cx, f->path, "study 1", &f->store);
    test_no_errors(&f->cx);
    assert_int_equal(status, AJ_OK);
}

static uint64_t claim(struct fixture *f, uint64_t limit)
{
    uint64_t id = 0;
    assert_int_equal(explore_store_claim(&f->cx, f->store, &some, limit, &id), AJ_OK);
    return id;
}

static void finish(struct fixture *f, uint64_t id, enum explore_run_state state)
{
    const struct explore_stored run = {.id = id,
                                       .state = (uint8_t)state,
                                       .reason = state == EXPLORE_RUN_VOID ? "throttled" : NULL,
                                       .measurement = "tool: x\n",
                                       .duration_ns = 30000000000};
    assert_int_equal(explore_store_finish(&f->cx, f->store, &run), AJ_OK);
}

static size_t runs(struct fixture *f, const struct explore_stored **all)
{
    size_t count = 0;
    assert_int_equal(explore_store_runs(&f->cx, f->store, f->arena, all, &count), AJ_OK);
    return count;
}

static void raw(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    (void)sqlite3_busy_timeout(db, 5000);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void refused(struct fixture *f, const char *study, enum aj_status status, const char *id)
{
    struct explore_store *store = NULL;
    assert_int_equal(explore_store_open(&f->cx, f->path, study, &store), status);
    assert_null(store);
    test_one_error(&f->cx, id, 0, 0);
    aj_ctx_close(&f->cx);
    aj_ctx_open(&f->cx);
}

static void test_round_trip(void **state)
{
    struct fixture *f = *state;
    const struct explore_stored *all;
    open_store(f);
    assert_int_equal(runs(f, &all), 0);
    assert_int_equal(claim(f, 9), 1);
    assert_int_equal(claim(f, 9), 2);
    assert_int_equal(claim(f, 9), 3);
    finish(f, 2, EXPLORE_RUN_DONE);
    finish(f, 1, EXPLORE_RUN_VOID);
    open_store(f);
    assert_int_equal(runs(f, &all), 3);
    assert_int_equal(all[0].id, 1);
    assert_int_equal(all[0].state, EXPLORE_RUN_VOID);
    assert_string_equal(all[0].reason, "throttled");
    assert_int_equal(all[1].id, 2);
    assert_int_equal(all[1].state, EXPLORE_RUN_DONE);
    assert_int_equal(all[1].phase, EXPLORE_PHASE_SEARCH);
    assert_int_equal(all[1].round, 3);
    assert_int_equal(all[1].duration_ns, 30000000000);
    assert_null(all[1].reason);
    assert_string_equal(all[1].measurement, "tool: x\n");
    assert_string_equal(all[1].board, "sim:a.yml");
    assert_string_equal(all[1].decision, "plc: 3");
    assert_int_equal(all[2].state, EXPLORE_RUN_CLAIMED); /* by a process that runs: this one */
    assert_null(all[2].measurement);
}

static void test_limit(void **state)
{
    struct fixture *f = *state;
    open_store(f);
    assert_int_equal(claim(f, 2), 1);
    assert_int_equal(claim(f, 2), 2);
    assert_int_equal(claim(f, 2), 0);
    finish(f, 1, EXPLORE_RUN_VOID); /* does not count */
    assert_int_equal(claim(f, 2), 3);
    finish(f, 3, EXPLORE_RUN_DONE);
    assert_int_equal(claim(f, 2), 0);
    assert_int_equal(claim(f, UINT64_MAX), 4);
    assert_int_equal(claim(f, 0), 0);
}

static void test_finish_needs_claim(void **state)
{
    struct fixture *f = *state;
    const struct explore_stored other = {.id = 7, .state = EXPLORE_RUN_DONE};
    open_store(f);
    assert_int_equal(explore_store_finish(&f->cx, f->store, &other), AJ_ERR_INPUT);
    test_one_error(&f->cx, "store-claim", 0, 0);
    finish(f, claim(f, 9), EXPLORE_RUN_DONE);
    const struct explore_stored again = {.id = 1, .state = EXPLORE_RUN_VOID};
    assert_int_equal(explore_store_finish(&f->cx, f->store, &again), AJ_ERR_INPUT);
    assert_int_equal(test_count(&f->cx, "store-claim"), 2);
}

static void test_notes(void **state)
{
    struct fixture *f = *state;
    const char *text = "?";
    open_store(f);
    assert_int_equal(explore_store_get(&f->cx, f->store, "cut 1", f->arena, &text), AJ_OK);
    assert_null(text);
    assert_int_equal(explore_store_put(&f->cx, f->store, "cut 1", "a"), AJ_OK);
    assert_int_equal(explore_store_put(&f->cx, f->store, "cut 1", "b'; DROP TABLE run;"), AJ_OK);
    assert_int_equal(explore_store_put(&f->cx, f->store, "", ""), AJ_OK);
    open_store(f);
    assert_int_equal(explore_store_get(&f->cx, f->store, "cut 1", f->arena, &text), AJ_OK);
    assert_string_equal(text, "b'; DROP TABLE run;");
    assert_int_equal(explore_store_get(&f->cx, f->store, "", f->arena, &text), AJ_OK);
    assert_string_equal(text, "");
    assert_int_equal(explore_store_put(&f->cx, f->store, "cut 1", NULL), AJ_OK);
    assert_int_equal(explore_store_put(&f->cx, f->store, "cut 2", NULL), AJ_OK);
    assert_int_equal(explore_store_get(&f->cx, f->store, "cut 1", f->arena, &text), AJ_OK);
    assert_null(text);
}

/* What is not durable would be gone with the process. */
static void test_killed(void **state)
{
    struct fixture *f = *state;
    const struct explore_stored *all;
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        open_store(f);
        finish(f, claim(f, 9), EXPLORE_RUN_DONE);
        (void)claim(f, 9);
        (void)!write(ready[1], "x", 1);
        (void)pause();
        _exit(1);
    }
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    open_store(f); /* the child has run 2 */
    assert_int_equal(runs(f, &all), 2);
    assert_int_equal(claim(f, 3), 3);
    assert_int_equal(claim(f, 3), 0);
    assert_int_equal(kill(child, SIGKILL), 0);
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    assert_int_equal(claim(f, 3), 4); /* killed, though nobody has waited for it */
    assert_int_equal(runs(f, &all), 3);
    assert_int_equal(all[0].state, EXPLORE_RUN_DONE);
    assert_string_equal(all[0].measurement, "tool: x\n");
    assert_int_equal(all[1].id, 3);
    assert_int_equal(waitpid(child, NULL, 0), child);
    (void)close(ready[0]);
}

static void test_killed_last_is_claimed_again(void **state)
{
    struct fixture *f = *state;
    const pid_t child = fork();
    if (child == 0) {
        open_store(f);
        (void)claim(f, 9);
        (void)kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    open_store(f);
    assert_int_equal(claim(f, 1), 1);
}

/* Claims in words of /proc that are not of this machine, of its last start, of another process. */
static void test_whose_claim(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *change;
        uint64_t next;
    } cases[] = {
        {"machine = 'elsewhere'", 2},
        {"boot = 'yesterday'", 1},
        {"machine = 'elsewhere', boot = 'yesterday'", 2},
        {"start = start + 1", 1},
        {"pid = 0x7ffffffe", 1}, /* beyond what Linux gives */
        {"pid = -1", 1},
        {"start = start", 2},
    };
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        (void)unlink(f->path);
        open_store(f);
        assert_int_equal(claim(f, 9), 1);
        explore_store_close(f->store);
        f->store = NULL;
        raw(f->path, aj_strf(f->arena, "UPDATE run SET %s", cases[i].change));
        open_store(f);
        if (claim(f, 9) != cases[i].next)
            fail_msg("%s", cases[i].change);
        explore_store_close(f->store);
        f->store = NULL;
    }
}

/* Each number once, none left out, no more than the limit. */
static void test_two_at_once(void **state)
{
    struct fixture *f = *state;
    enum { CHILDREN = 4, LIMIT = 60 };
    const struct explore_stored *all;
    pid_t children[CHILDREN];
    for (size_t i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            open_store(f); /* all make the file at once */
            for (uint64_t id; (id = claim(f, LIMIT)) != 0;)
                finish(f, id, EXPLORE_RUN_DONE);
            explore_store_close(f->store);
            _exit(0);
        }
    }
    for (size_t i = 0; i < CHILDREN; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    open_store(f);
    assert_int_equal(runs(f, &all), LIMIT);
    for (size_t i = 0; i < LIMIT; i++) {
        assert_int_equal(all[i].id, i + 1);
        assert_int_equal(all[i].state, EXPLORE_RUN_DONE);
    }
}

static void test_other_study(void **state)
{
    struct fixture *f = *state;
    struct explore_store *any = NULL;
    const struct explore_stored *all;
    refused(f, NULL, AJ_ERR_IO, "store"); /* there is none yet */
    open_store(f);
    finish(f, claim(f, 9), EXPLORE_RUN_DONE);
    explore_store_close(f->store);
    f->store = NULL;
    refused(f, "study 2", AJ_ERR_INPUT, "store-study");
    assert_int_equal(explore_store_open(&f->cx, f->path, NULL, &any), AJ_OK);
    f->store = any;
    assert_int_equal(runs(f, &all), 1);
    uint64_t id;
    assert_int_equal(explore_store_claim(&f->cx, any, &some, 9, &id), AJ_ERR_IO); /* only to read */
    test_one_error(&f->cx, "store", 0, 0);
}

static void write_file(struct fixture *f, const void *bytes, size_t size)
{
    (void)unlink(f->path);
    assert_int_equal(aj_file_write(&f->cx, f->path, bytes, size), AJ_OK);
}

static struct aj_bytes read_file(struct fixture *f)
{
    struct aj_bytes bytes;
    assert_int_equal(aj_file_read(&f->cx, f->path, 1 << 24, f->arena, &bytes), AJ_OK);
    return bytes;
}

static void test_foreign(void **state)
{
    struct fixture *f = *state;
    static const char *const files[] = {
        "runs:\n  - 1\n", "xy", "SQLite format 3", /* and no more */
        ("This is a text that is longer than the hundred bytes which a database has in front of "
         "everything else, and still no database.\n")};
    for (size_t i = 0; i < AJ_COUNT(files); i++) {
        write_file(f, files[i], strlen(files[i]));
        refused(f, "study 1", AJ_ERR_INPUT, "store-format");
        const struct aj_bytes after = read_file(f);
        assert_int_equal(after.size, strlen(files[i]));
        assert_memory_equal(after.data, files[i], after.size);
    }
    static const char *const databases[] = {
        "CREATE TABLE t(a)",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 1",
        "PRAGMA application_id = 0x616a7374",
        "PRAGMA application_id = 0x616a7374; PRAGMA user_version = 2",
        "PRAGMA application_id = 0x616a7374; PRAGMA user_version = 1; CREATE TABLE run(id, phase)",
    };
    for (size_t i = 0; i < AJ_COUNT(databases); i++) {
        (void)unlink(f->path);
        raw(f->path, databases[i]);
        const struct aj_bytes before = read_file(f);
        refused(f, "study 1", AJ_ERR_INPUT, "store-format");
        const struct aj_bytes after = read_file(f);
        assert_int_equal(after.size, before.size);
        assert_memory_equal(after.data, before.data, after.size);
    }
    write_file(f, "", 0); /* nobody's yet */
    open_store(f);
    assert_int_equal(claim(f, 1), 1);
}

/* A trigger of the file's maker must not run with what autojail may do. */
static void test_trigger(void **state)
{
    struct fixture *f = *state;
    open_store(f);
    explore_store_close(f->store);
    f->store = NULL;
    raw(f->path, "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM run; END");
    refused(f, "study 1", AJ_ERR_INPUT, "store-format");
}

static void test_impossible_rows(void **state)
{
    struct fixture *f = *state;
    static const char *const changes[] = {"id = -1",
                                          "id = 0",
                                          "phase = 5",
                                          "phase = -1",
                                          "state = 3",
                                          "round = -1",
                                          "round = 4294967296",
                                          "duration_ns = -1",
                                          "board = char(97, 0, 98)",
                                          "reason = char(0)"};
    const struct explore_stored *all = NULL;
    size_t count = 99;
    for (size_t i = 0; i < AJ_COUNT(changes); i++) {
        (void)unlink(f->path);
        open_store(f);
        finish(f, claim(f, 9), EXPLORE_RUN_DONE);
        explore_store_close(f->store);
        f->store = NULL;
        raw(f->path, aj_strf(f->arena, "UPDATE run SET %s", changes[i]));
        open_store(f);
        assert_int_equal(explore_store_runs(&f->cx, f->store, f->arena, &all, &count),
                         AJ_ERR_INPUT);
        test_one_error(&f->cx, "store-damaged", 0, 0);
        assert_int_equal(count, 99);
        explore_store_close(f->store);
        f->store = NULL;
        aj_ctx_close(&f->cx);
        aj_ctx_open(&f->cx);
    }
}

/* Whatever bytes are wrong: it opens or says why not, and nothing crashes. */
static void test_damaged(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = test_random_start(20261122);
    size_t bad = 0;
    open_store(f);
    for (uint32_t i = 0; i < 40; i++)
        finish(f, claim(f, 99), EXPLORE_RUN_DONE);
    explore_store_close(f->store);
    f->store = NULL;
    const struct aj_bytes sound = read_file(f);
    for (uint32_t round = 0; round < 150; round++) {
        uint8_t *bytes = aj_memdup(f->arena, sound.data, sound.size);
        const uint32_t size = round % 3 == 0 ? 1 + test_random_below(&seed, (uint32_t)sound.size)
                                             : (uint32_t)sound.size;
        for (uint32_t k = 0; k < 1 + round % 20; k++)
            bytes[test_random_below(&seed, (uint32_t)sound.size)] = (uint8_t)test_random(&seed);
        write_file(f, bytes, size);
        struct explore_store *store = NULL;
        enum aj_status status = explore_store_open(&f->cx, f->path, "study 1", &store);
        if (status == AJ_OK) {
            const struct explore_stored *all;
            size_t count;
            status = explore_store_runs(&f->cx, store, f->arena, &all, &count);
        }
        explore_store_close(store);
        bad += status != AJ_OK;
        assert_int_equal(aj_diag_count(&f->cx, AJ_SEV_ERROR), status != AJ_OK);
        assert_true(status == AJ_OK || status == AJ_ERR_INPUT || status == AJ_ERR_IO);
        aj_ctx_close(&f->cx);
        aj_ctx_open(&f->cx);
    }
    assert_true(bad > 75);
    write_file(f, sound.data, sound.size);
    open_store(f);
}

/* A claim that met the end of the disk is still there, and the run ends as soon as there is room. */
static void test_disk_full(void **state)
{
    struct fixture *f = *state;
    const struct rlimit small = {256 << 10, RLIM_INFINITY};
    struct rlimit before;
    char *much = AJ_NEW_ARRAY(f->arena, char, (1 << 20) + 1);
    memset(much, 'x', 1 << 20);
    const struct explore_stored run = {.id = 1, .state = EXPLORE_RUN_DONE, .measurement = much};
    open_store(f);
    assert_int_equal(claim(f, 9), 1);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const enum aj_status status = explore_store_finish(&f->cx, f->store, &run);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_true(signal(SIGXFSZ, handler) == SIG_IGN);
    assert_int_equal(status, AJ_ERR_IO);
    test_one_error(&f->cx, "store", 0, 0);
    const struct explore_stored *all;
    assert_int_equal(runs(f, &all), 1);
    assert_int_equal(all[0].state, EXPLORE_RUN_CLAIMED);
    assert_int_equal(explore_store_finish(&f->cx, f->store, &run), AJ_OK);
    aj_ctx_close(&f->cx);
    aj_ctx_open(&f->cx);
    open_store(f);
    assert_int_equal(runs(f, &all), 1);
    assert_string_equal(all[0].measurement, much);
}

static void test_too_long(void **state)
{
    struct fixture *f = *state;
    char *much = malloc(EXPLORE_STORE_TEXT_MAX + 1);
    memset(much, 'x', EXPLORE_STORE_TEXT_MAX);
    much[EXPLORE_STORE_TEXT_MAX] = '\0';
    const struct explore_stored run = {.id = 1, .state = EXPLORE_RUN_DONE, .measurement = much};
    open_store(f);
    assert_int_equal(claim(f, 9), 1);
    assert_int_equal(explore_store_finish(&f->cx, f->store, &run), AJ_ERR_IO);
    test_one_error(&f->cx, "store", 0, 0);
    finish(f, 1, EXPLORE_RUN_DONE);
    free(much);
}

static void test_nowhere(void **state)
{
    struct fixture *f = *state;
    const char *path = f->path;
    f->path = aj_strf(f->arena, "%s/none/runs.db", f->dir);
    refused(f, "study 1", AJ_ERR_IO, "store");
    f->path = f->dir;
    refused(f, "study 1", AJ_ERR_IO, "store");
    f->path = path;
}

/* Names that SQLite takes for a database in memory are files here. */
static void test_odd_names(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {":memory:", "file:a?mode=memory"};
    char *before = getcwd(NULL, 0);
    assert_int_equal(chdir(f->dir), 0);
    for (size_t i = 0; i < AJ_COUNT(names); i++) {
        struct explore_store *store = NULL;
        assert_int_equal(explore_store_open(&f->cx, names[i], "study 1", &store), AJ_OK);
        explore_store_close(store);
        assert_int_equal(unlink(names[i]), 0);
    }
    struct explore_store *none = NULL;
    assert_int_equal(explore_store_open(&f->cx, "", "study 1", &none), AJ_ERR_IO);
    assert_int_equal(chdir(before), 0);
    free(before);
}

/* Holds the lock of writers for `hold_ms`; tells when it has it. */
static pid_t hold(struct fixture *f, int64_t hold_ms)
{
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        sqlite3 *db;
        const struct timespec pause_for = {hold_ms / 1000, hold_ms % 1000 * 1000000};
        (void)sqlite3_open(f->path, &db);
        (void)sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        (void)!write(ready[1], "x", 1);
        (void)nanosleep(&pause_for, NULL);
        _exit(0);
    }
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    (void)close(ready[0]);
    return child;
}

static void test_waits_for_writers(void **state)
{
    struct fixture *f = *state;
    open_store(f);
    const pid_t child = hold(f, 300);
    assert_int_equal(claim(f, 9), 1);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void test_waits_no_longer(void **state)
{
    struct fixture *f = *state;
    uint64_t id = 99;
    open_store(f);
    const pid_t child = hold(f, 60000);
    assert_int_equal(explore_store_claim(&f->cx, f->store, &some, 9, &id), AJ_ERR_IO);
    test_one_error(&f->cx, "store", 0, 0);
    assert_non_null(strstr(test_diags(&f->cx), "another process"));
    assert_int_equal(id, 99);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(claim(f, 9), 1);
}

/* As durable as the disk: a write-ahead log that is synced with each change. */
static void test_durable(void **state)
{
    struct fixture *f = *state;
    open_store(f);
    (void)claim(f, 9);
    assert_true(aj_file_exists(aj_strf(f->arena, "%s-wal", f->path)));
    const struct aj_bytes header = read_file(f);
    assert_int_equal(header.data[18], 2); /* WAL; https://www.sqlite.org/fileformat.html 1.3.3 */
    assert_int_equal(header.data[19], 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_round_trip),      TEST(test_limit),       TEST(test_finish_needs_claim),
        TEST(test_notes),           TEST(test_killed),      TEST(test_killed_last_is_claimed_again),
        TEST(test_whose_claim),     TEST(test_two_at_once), TEST(test_other_study),
        TEST(test_foreign),         TEST(test_trigger),     TEST(test_impossible_rows),
        TEST(test_damaged),         TEST(test_disk_full),   TEST(test_too_long),
        TEST(test_nowhere),         TEST(test_odd_names),   TEST(test_waits_for_writers),
        TEST(test_waits_no_longer), TEST(test_durable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
