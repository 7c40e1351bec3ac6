/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/explore/store_fixture.h"

/* The claim of a run of the confirmation, or of the search if `round` is 0. */
static struct explore_grant on(struct fixture *f, const char *board, const char *decision,
                               uint32_t round, uint64_t limit)
{
    const struct explore_stored run = {
        .phase = (uint8_t)(round > 0 ? EXPLORE_PHASE_CONFIRM : EXPLORE_PHASE_SEARCH),
        .finale = round > 0,
        .round = round,
        .board = board,
        .decision = decision};
    const struct explore_wish wish = {&run, 1, limit, INT64_MAX};
    struct explore_grant grant = {EXPLORE_GRANT_LATE, 0};
    assert_int_equal(explore_store_claim(&f->cx, f->store, &wish, &grant), AJ_OK);
    return grant;
}

/* A run on another board than the others'. */
static uint64_t elsewhere(struct fixture *f, uint64_t limit)
{
    return on(f, "sim:b.yml", "plc: 3", 0, limit).id;
}

static void test_limit(void **state)
{
    struct fixture *f = *state;
    store_open(f);
    assert_int_equal(store_claim(f, 2), 1);
    assert_int_equal(store_claim(f, 2), 2);
    assert_int_equal(store_claim(f, 2), 0);
    store_end(f, 1, EXPLORE_RUN_VOID); /* does not count */
    assert_int_equal(store_claim(f, 2), 3);
    store_end(f, 3, EXPLORE_RUN_DONE);
    assert_int_equal(store_claim(f, 2), 0);
    assert_int_equal(store_claim(f, UINT64_MAX), 4);
    assert_int_equal(store_claim(f, 0), 0);
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
        store_open(f);
        store_end(f, store_claim(f, 9), EXPLORE_RUN_DONE);
        (void)store_claim(f, 9);
        (void)!write(ready[1], "x", 1);
        (void)pause();
        _exit(1);
    }
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    store_open(f); /* the child has run 2 */
    assert_int_equal(store_runs(f, &all), 2);
    assert_int_equal(all[1].holder, EXPLORE_HOLDER_OTHER);
    assert_int_equal(elsewhere(f, 3), 3);
    assert_int_equal(elsewhere(f, 3), 0);
    assert_int_equal(kill(child, SIGKILL), 0);
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    assert_int_equal(store_runs(f, &all), 2); /* killed, though nobody has waited for it */
    assert_int_equal(elsewhere(f, 3), 4);
    assert_int_equal(store_runs(f, &all), 3);
    assert_int_equal(all[0].state, EXPLORE_RUN_DONE);
    assert_string_equal(all[0].measurement, "tool: x\n");
    assert_int_equal(all[1].id, 3);
    assert_int_equal(waitpid(child, NULL, 0), child);
    (void)close(ready[0]);
}

/* Goes on with the number that it had; another run gets one that nobody had. */
static void test_taken_over(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 2; i++) {
        const pid_t child = fork();
        if (child == 0) {
            store_open(f);
            (void)store_claim(f, 9);
            (void)kill(getpid(), SIGKILL);
        }
        assert_int_equal(waitpid(child, NULL, 0), child);
        store_open(f);
        assert_int_equal(i == 0 ? store_claim(f, 1) : elsewhere(f, 9), i + 1 + i);
        if (i == 0)
            store_end(f, 1, EXPLORE_RUN_DONE);
        store_close(f);
    }
}

/* Claims in words of /proc that are not of this machine, of its last start, of another process. */
static void test_whose_claim(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *change;
        uint64_t next;
    } cases[] = {
        {"machine = 'elsewhere'", 2}, /* nobody knows; it may run there */
        {"boot = 'yesterday'", 1},
        {"machine = 'elsewhere', boot = 'yesterday'", 2},
        {"start = start + 1", 1},
        {"pid = 0x7ffffffe", 1}, /* beyond what Linux gives */
        {"pid = -1", 1},
    };
    for (size_t i = 0; i < AJ_COUNT(cases); i++) {
        (void)unlink(f->path);
        store_open(f);
        assert_int_equal(store_claim(f, 9), 1);
        store_close(f);
        store_raw(f->path, aj_strf(f->arena, "UPDATE run SET %s", cases[i].change));
        store_open(f);
        if (store_claim(f, 9) != cases[i].next)
            fail_msg("%s", cases[i].change);
        store_close(f);
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
            store_open(f); /* all make the file at once */
            const char *board = aj_strf(f->arena, "sim:%zu.yml", i);
            for (uint64_t id; (id = on(f, board, "plc: 3", 0, LIMIT).id) != 0;)
                store_end(f, id, EXPLORE_RUN_DONE);
            explore_store_close(f->store);
            _exit(0);
        }
    }
    for (size_t i = 0; i < CHILDREN; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    store_open(f);
    assert_int_equal(store_runs(f, &all), LIMIT);
    uint64_t sum = 0;
    for (size_t i = 0; i < LIMIT; i++) {
        sum += all[i].id;
        assert_int_equal(all[i].finished, i + 1);
        assert_int_equal(all[i].state, EXPLORE_RUN_DONE);
    }
    assert_int_equal(sum, LIMIT * (LIMIT + 1) / 2);
}

/* Runs `what` in a process of its own, with the store opened; its exit code. */
static int beside(struct fixture *f, int (*what)(struct fixture *f))
{
    const pid_t child = fork();
    if (child == 0) {
        f->store = NULL; /* the parent's */
        store_open(f);
        _exit(what(f));
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int same_round(struct fixture *f)
{
    return on(f, "sim:a.yml", "plc: 2", 1, 9).kind;
}

static int round_elsewhere(struct fixture *f)
{
    return on(f, "sim:b.yml", "plc: 3", 1, 9).kind;
}

static int next_round_elsewhere(struct fixture *f)
{
    return on(f, "sim:b.yml", "plc: 2", 2, 9).kind;
}

/* Two processes on one store: a round is measured once, on one board, which makes one run at a time. */
static void test_round_once(void **state)
{
    struct fixture *f = *state;
    store_open(f);
    const uint64_t id = on(f, "sim:a.yml", "plc: 2", 1, 9).id;
    assert_int_equal(id, 1);
    assert_int_equal(on(f, "sim:a.yml", "plc: 2", 1, 9).id, 1); /* ours already */
    store_close(f); /* no process begins with the file open */
    assert_int_equal(beside(f, same_round), EXPLORE_GRANT_LATE);
    assert_int_equal(beside(f, round_elsewhere), EXPLORE_GRANT_LATE);
    assert_int_equal(beside(f, next_round_elsewhere), EXPLORE_GRANT_YOURS);
    store_open(f);
    store_end(f, id, EXPLORE_RUN_DONE);
    store_close(f);
    assert_int_equal(beside(f, same_round), EXPLORE_GRANT_LATE);
    assert_int_equal(beside(f, round_elsewhere), EXPLORE_GRANT_LATE);
    store_open(f);
    assert_int_equal(on(f, "sim:a.yml", "plc: 3", 1, 9).kind, EXPLORE_GRANT_YOURS);
    store_end(f, 3, EXPLORE_RUN_VOID);
    assert_int_equal(on(f, "sim:a.yml", "plc: 3", 1, 9).kind, EXPLORE_GRANT_YOURS); /* once more */
}

/* All of a round or nothing, and on from what was left. */
static void test_whole_round(void **state)
{
    struct fixture *f = *state;
    struct explore_stored runs[] = {
        {.phase = EXPLORE_PHASE_RACE, .finale = 1, .round = 4, .board = "a", .decision = "x"},
        {.phase = EXPLORE_PHASE_RACE, .finale = 1, .round = 4, .board = "a", .decision = "y"},
    };
    struct explore_wish wish = {runs, 2, 1, 0};
    struct explore_grant grant;
    const struct explore_stored *all;
    store_open(f);
    assert_int_equal(explore_store_claim(&f->cx, f->store, &wish, &grant), AJ_OK);
    assert_int_equal(grant.kind, EXPLORE_GRANT_SPENT);
    assert_int_equal(store_runs(f, &all), 0);
    wish.limit = 2;
    assert_int_equal(explore_store_claim(&f->cx, f->store, &wish, &grant), AJ_OK);
    assert_int_equal(grant.kind, EXPLORE_GRANT_YOURS);
    assert_int_equal(store_runs(f, &all), 2);
    store_end(f, grant.id, EXPLORE_RUN_DONE);
    assert_int_equal(explore_store_claim(&f->cx, f->store, &wish, &grant), AJ_OK);
    assert_int_equal(grant.kind, EXPLORE_GRANT_LATE); /* the first is done */
    assert_int_equal(explore_store_release(&f->cx, f->store), AJ_OK);
    assert_int_equal(store_runs(f, &all), 1);
    const struct explore_wish rest = {runs + 1, 1, 2, 1};
    assert_int_equal(explore_store_claim(&f->cx, f->store, &rest, &grant), AJ_OK);
    assert_int_equal(grant.id, 2);
}

/* A turn that was thought of before the board's last run is thought of again. */
static void test_knows_all(void **state)
{
    struct fixture *f = *state;
    const struct explore_stored run = {
        .phase = EXPLORE_PHASE_SEARCH, .board = "sim:a.yml", .decision = "plc: 3"};
    struct explore_wish wish = {&run, 1, 9, 0};
    struct explore_grant grant;
    store_open(f);
    store_end(f, store_claim(f, 9), EXPLORE_RUN_DONE);
    assert_int_equal(explore_store_claim(&f->cx, f->store, &wish, &grant), AJ_OK);
    assert_int_equal(grant.kind, EXPLORE_GRANT_LATE);
    wish.known = 1;
    assert_int_equal(explore_store_claim(&f->cx, f->store, &wish, &grant), AJ_OK);
    assert_int_equal(grant.id, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_limit),       STORE_TEST(test_killed),      STORE_TEST(test_taken_over),
        STORE_TEST(test_whose_claim), STORE_TEST(test_two_at_once), STORE_TEST(test_round_once),
        STORE_TEST(test_whole_round), STORE_TEST(test_knows_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
