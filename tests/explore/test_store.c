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
#include "tests/explore/store_fixture.h"

static void test_round_trip(void **state)
{
    struct fixture *f = *state;
    const struct explore_stored *all;
    store_open(f);
    assert_int_equal(store_runs(f, &all), 0);
    assert_int_equal(store_claim(f, 9), 1);
    assert_int_equal(store_claim(f, 9), 2);
    assert_int_equal(store_claim(f, 9), 3);
    assert_int_equal(store_claim(f, 9), 4);
    store_end(f, 3, EXPLORE_RUN_DONE);
    store_end(f, 1, EXPLORE_RUN_VOID);
    store_open(f);
    assert_int_equal(store_runs(f, &all), 4);
    /* In the order in which they ended. */
    assert_int_equal(all[0].id, 3);
    assert_int_equal(all[0].finished, 1);
    assert_int_equal(all[0].state, EXPLORE_RUN_DONE);
    assert_int_equal(all[0].phase, EXPLORE_PHASE_SEARCH);
    assert_true(all[0].censored);
    assert_int_equal(all[0].duration_ns, 30000000000);
    assert_null(all[0].reason);
    assert_string_equal(all[0].measurement, "tool: x\n");
    assert_string_equal(all[0].board, "sim:a.yml");
    assert_string_equal(all[0].decision, "plc: 3");
    assert_int_equal(all[1].id, 1);
    assert_int_equal(all[1].finished, 2);
    assert_int_equal(all[1].state, EXPLORE_RUN_VOID);
    assert_false(all[1].censored);
    assert_string_equal(all[1].reason, "throttled");
    assert_int_equal(all[2].id, 2);
    assert_int_equal(all[2].state, EXPLORE_RUN_CLAIMED); /* by a process that runs: this one */
    assert_int_equal(all[2].holder, EXPLORE_HOLDER_SELF);
    assert_int_equal(all[2].finished, 0);
    assert_null(all[2].measurement);
    /* What is new: what ended since, and all that is claimed. */
    size_t count;
    assert_int_equal(explore_store_runs(&f->cx, f->store, 1, f->arena, &all, &count), AJ_OK);
    assert_int_equal(count, 3);
    assert_int_equal(all[0].id, 1);
    assert_int_equal(all[2].id, 4);
}

/* Each search that ended begins a finale; the same one does not end twice. */
static void test_searches(void **state)
{
    struct fixture *f = *state;
    const struct explore_searched *all;
    size_t count;
    struct explore_searched searched = {.budget = 40, .time_ns = 7, .why = "converged"};
    store_open(f);
    store_end(f, store_claim(f, 9), EXPLORE_RUN_DONE);
    for (int i = 0; i < 2; i++)
        assert_int_equal(explore_store_searched(&f->cx, f->store, &searched), AJ_OK);
    store_end(f, store_claim(f, 9), EXPLORE_RUN_VOID);
    searched.budget = 60;
    assert_int_equal(explore_store_searched(&f->cx, f->store, &searched), AJ_OK);
    store_open(f);
    assert_int_equal(explore_store_searches(&f->cx, f->store, f->arena, &all, &count), AJ_OK);
    assert_int_equal(count, 2);
    assert_int_equal(all[0].runs, 1);
    assert_int_equal(all[0].budget, 40);
    assert_int_equal(all[0].time_ns, 7);
    assert_string_equal(all[0].why, "converged");
    assert_int_equal(all[1].runs, 2);
    assert_int_equal(all[1].budget, 60);
    store_close(f);
    store_raw(f->path, "UPDATE searched SET runs = -1");
    store_open(f);
    assert_int_equal(explore_store_searches(&f->cx, f->store, f->arena, &all, &count),
                     AJ_ERR_INPUT);
    test_one_error(&f->cx, "store-damaged", 0, 0);
}

/* Runs `what` as a user who may write nowhere here; root may everywhere. */
static void as_nobody(struct fixture *f, void (*what)(struct fixture *f))
{
    const pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(2);
        what(f);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void read_only(struct fixture *f)
{
    const struct explore_stored *all;
    assert_int_equal(explore_store_open(&f->cx, f->path, NULL, &f->store), AJ_OK);
    assert_int_equal(store_runs(f, &all), 1);
    explore_store_close(f->store);
}

static void read_not(struct fixture *f)
{
    store_refused(f, NULL, AJ_ERR_IO, "store");
}

/* An earlier study on a disk that is not written to. */
static void test_directory_to_read(void **state)
{
    struct fixture *f = *state;
    f->path = aj_strf(f->arena, "%s/a%%20?b#.db", f->dir); /* is no URI */
    store_open(f);
    store_end(f, store_claim(f, 9), EXPLORE_RUN_DONE);
    store_close(f);
    assert_int_equal(chmod(f->path, 0444), 0);
    assert_int_equal(chmod(f->dir, 0555), 0);
    as_nobody(f, read_only);
    /* What is in the log only cannot be read so, and is not passed over in silence. */
    assert_int_equal(chmod(f->dir, 0755), 0);
    assert_int_equal(chmod(f->path, 0644), 0);
    assert_int_equal(aj_file_write(&f->cx, aj_strf(f->arena, "%s-wal", f->path), "log", 3), AJ_OK);
    assert_int_equal(chmod(f->dir, 0555), 0);
    as_nobody(f, read_not);
    assert_int_equal(chmod(f->dir, 0755), 0);
}

static void make_not(struct fixture *f)
{
    const char *why = aj_strf(f->arena, "the directory '%s' cannot be written: Permission", f->dir);
    assert_int_equal(explore_store_open(&f->cx, f->path, "study", &f->store), AJ_ERR_IO);
    test_one_error(&f->cx, "store", 0, 0);
    assert_non_null(strstr(f->cx.diags[0].msg, why));
}

/* Where a new one cannot be made, the directory is named, and what is wrong with it. */
static void test_directory_not_to_write(void **state)
{
    struct fixture *f = *state;
    f->path = aj_strf(f->arena, "%s/new.db", f->dir);
    assert_int_equal(chmod(f->dir, 0555), 0);
    as_nobody(f, make_not);
    assert_int_equal(chmod(f->dir, 0755), 0);
    f->path = aj_strf(f->arena, "%s/none/new.db", f->dir);
    assert_int_equal(explore_store_open(&f->cx, f->path, "study", &f->store), AJ_ERR_IO);
    assert_non_null(strstr(test_diags(&f->cx), "/none' cannot be written: No such file"));
}

static void test_finish_needs_claim(void **state)
{
    struct fixture *f = *state;
    const struct explore_stored other = {.id = 7, .state = EXPLORE_RUN_DONE};
    store_open(f);
    assert_int_equal(explore_store_finish(&f->cx, f->store, &other), AJ_ERR_INPUT);
    test_one_error(&f->cx, "store-claim", 0, 0);
    store_end(f, store_claim(f, 9), EXPLORE_RUN_DONE);
    const struct explore_stored again = {.id = 1, .state = EXPLORE_RUN_VOID};
    assert_int_equal(explore_store_finish(&f->cx, f->store, &again), AJ_ERR_INPUT);
    assert_int_equal(test_count(&f->cx, "store-claim"), 2);
}

static void test_notes(void **state)
{
    struct fixture *f = *state;
    const char *text = "?";
    store_open(f);
    assert_int_equal(explore_store_get(&f->cx, f->store, "cut 1", f->arena, &text), AJ_OK);
    assert_null(text);
    assert_int_equal(explore_store_put(&f->cx, f->store, "cut 1", "a"), AJ_OK);
    assert_int_equal(explore_store_put(&f->cx, f->store, "cut 1", "b'; DROP TABLE run;"), AJ_OK);
    assert_int_equal(explore_store_put(&f->cx, f->store, "", ""), AJ_OK);
    store_open(f);
    assert_int_equal(explore_store_get(&f->cx, f->store, "cut 1", f->arena, &text), AJ_OK);
    assert_string_equal(text, "b'; DROP TABLE run;");
    assert_int_equal(explore_store_get(&f->cx, f->store, "", f->arena, &text), AJ_OK);
    assert_string_equal(text, "");
    assert_int_equal(explore_store_put(&f->cx, f->store, "cut 1", NULL), AJ_OK);
    assert_int_equal(explore_store_put(&f->cx, f->store, "cut 2", NULL), AJ_OK);
    assert_int_equal(explore_store_get(&f->cx, f->store, "cut 1", f->arena, &text), AJ_OK);
    assert_null(text);
}

static void test_other_study(void **state)
{
    struct fixture *f = *state;
    struct explore_store *any = NULL;
    const struct explore_stored *all;
    store_refused(f, NULL, AJ_ERR_IO, "store"); /* there is none yet */
    store_open(f);
    store_end(f, store_claim(f, 9), EXPLORE_RUN_DONE);
    store_close(f);
    store_refused(f, "study 2", AJ_ERR_INPUT, "store-study");
    assert_int_equal(explore_store_open(&f->cx, f->path, NULL, &any), AJ_OK);
    f->store = any;
    assert_int_equal(store_runs(f, &all), 1);
    assert_int_equal(explore_store_put(&f->cx, any, "a", "b"), AJ_ERR_IO); /* only to read */
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
        store_refused(f, "study 1", AJ_ERR_INPUT, "store-format");
        const struct aj_bytes after = read_file(f);
        assert_int_equal(after.size, strlen(files[i]));
        assert_memory_equal(after.data, files[i], after.size);
    }
    static const char *const databases[] = {
        "CREATE TABLE t(a)",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 1",
        "PRAGMA application_id = 0x616a7374",
        "PRAGMA application_id = 0x616a7374; PRAGMA user_version = 1",
        "PRAGMA application_id = 0x616a7374; PRAGMA user_version = 2; CREATE TABLE run(id, phase)",
    };
    for (size_t i = 0; i < AJ_COUNT(databases); i++) {
        (void)unlink(f->path);
        store_raw(f->path, databases[i]);
        const struct aj_bytes before = read_file(f);
        store_refused(f, "study 1", AJ_ERR_INPUT, "store-format");
        const struct aj_bytes after = read_file(f);
        assert_int_equal(after.size, before.size);
        assert_memory_equal(after.data, before.data, after.size);
    }
    write_file(f, "", 0); /* nobody's yet */
    store_open(f);
    assert_int_equal(store_claim(f, 1), 1);
}

/* A trigger of the file's maker must not run with what autojail may do. */
static void test_trigger(void **state)
{
    struct fixture *f = *state;
    store_open(f);
    store_close(f);
    store_raw(f->path, "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM run; END");
    store_refused(f, "study 1", AJ_ERR_INPUT, "store-format");
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
                                          "finished = -1",
                                          "finished = 0",
                                          "finale = -1",
                                          "censored = 2",
                                          "round = 4294967296",
                                          "duration_ns = -1",
                                          "board = char(97, 0, 98)",
                                          "reason = char(0)"};
    const struct explore_stored *all = NULL;
    size_t count = 99;
    for (size_t i = 0; i < AJ_COUNT(changes); i++) {
        (void)unlink(f->path);
        store_open(f);
        store_end(f, store_claim(f, 9), EXPLORE_RUN_DONE);
        store_close(f);
        store_raw(f->path, aj_strf(f->arena, "UPDATE run SET %s", changes[i]));
        store_open(f);
        assert_int_equal(explore_store_runs(&f->cx, f->store, 0, f->arena, &all, &count),
                         AJ_ERR_INPUT);
        test_one_error(&f->cx, "store-damaged", 0, 0);
        assert_int_equal(count, 99);
        store_close(f);
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
    store_open(f);
    for (uint32_t i = 0; i < 40; i++)
        store_end(f, store_claim(f, 99), EXPLORE_RUN_DONE);
    store_close(f);
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
            status = explore_store_runs(&f->cx, store, 0, f->arena, &all, &count);
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
    store_open(f);
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
    store_open(f);
    assert_int_equal(store_claim(f, 9), 1);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const enum aj_status status = explore_store_finish(&f->cx, f->store, &run);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_true(signal(SIGXFSZ, handler) == SIG_IGN);
    assert_int_equal(status, AJ_ERR_IO);
    test_one_error(&f->cx, "store", 0, 0);
    const struct explore_stored *all;
    assert_int_equal(store_runs(f, &all), 1);
    assert_int_equal(all[0].state, EXPLORE_RUN_CLAIMED);
    assert_int_equal(explore_store_finish(&f->cx, f->store, &run), AJ_OK);
    aj_ctx_close(&f->cx);
    aj_ctx_open(&f->cx);
    store_open(f);
    assert_int_equal(store_runs(f, &all), 1);
    assert_string_equal(all[0].measurement, much);
}

static void test_too_long(void **state)
{
    struct fixture *f = *state;
    char *much = malloc(EXPLORE_STORE_TEXT_MAX + 1);
    memset(much, 'x', EXPLORE_STORE_TEXT_MAX);
    much[EXPLORE_STORE_TEXT_MAX] = '\0';
    const struct explore_stored run = {.id = 1, .state = EXPLORE_RUN_DONE, .measurement = much};
    store_open(f);
    assert_int_equal(store_claim(f, 9), 1);
    assert_int_equal(explore_store_finish(&f->cx, f->store, &run), AJ_ERR_IO);
    test_one_error(&f->cx, "store", 0, 0);
    store_end(f, 1, EXPLORE_RUN_DONE);
    free(much);
}

static void test_nowhere(void **state)
{
    struct fixture *f = *state;
    const char *path = f->path;
    f->path = aj_strf(f->arena, "%s/none/runs.db", f->dir);
    store_refused(f, "study 1", AJ_ERR_IO, "store");
    f->path = f->dir;
    store_refused(f, "study 1", AJ_ERR_IO, "store");
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
    store_open(f);
    const pid_t child = hold(f, 300);
    assert_int_equal(store_claim(f, 9), 1);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void test_waits_no_longer(void **state)
{
    struct fixture *f = *state;
    store_open(f);
    const pid_t child = hold(f, 60000);
    assert_int_equal(explore_store_put(&f->cx, f->store, "a", "b"), AJ_ERR_IO);
    test_one_error(&f->cx, "store", 0, 0);
    assert_non_null(strstr(test_diags(&f->cx), "another process"));
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(store_claim(f, 9), 1);
}

/* As durable as the disk: a write-ahead log that is synced with each change. */
static void test_durable(void **state)
{
    struct fixture *f = *state;
    store_open(f);
    (void)store_claim(f, 9);
    assert_true(aj_file_exists(aj_strf(f->arena, "%s-wal", f->path)));
    const struct aj_bytes header = read_file(f);
    assert_int_equal(header.data[18], 2); /* WAL; https://www.sqlite.org/fileformat.html 1.3.3 */
    assert_int_equal(header.data[19], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_round_trip),
        STORE_TEST(test_finish_needs_claim),
        STORE_TEST(test_notes),
        STORE_TEST(test_searches),
        STORE_TEST(test_directory_to_read),
        STORE_TEST(test_directory_not_to_write),
        STORE_TEST(test_other_study),
        STORE_TEST(test_foreign),
        STORE_TEST(test_trigger),
        STORE_TEST(test_impossible_rows),
        STORE_TEST(test_damaged),
        STORE_TEST(test_disk_full),
        STORE_TEST(test_too_long),
        STORE_TEST(test_nowhere),
        STORE_TEST(test_odd_names),
        STORE_TEST(test_waits_for_writers),
        STORE_TEST(test_waits_no_longer),
        STORE_TEST(test_durable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
