/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/process.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/support.h"

static void test_self(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    const struct explore_process self = explore_process_self(arena);
    assert_int_equal(self.pid, getpid());
    assert_true(self.start > 0);
    assert_true(strlen(self.machine) > 1 && strlen(self.boot) > 1);
    assert_false(explore_process_ended(&self));
    aj_arena_close(arena);
}

static void test_child(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    struct explore_process child;
    int tell[2];
    assert_int_equal(pipe(tell), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        const struct explore_process self = explore_process_self(arena);
        (void)!write(tell[1], &self.start, sizeof self.start);
        (void)pause();
        _exit(1);
    }
    child = explore_process_self(arena);
    child.pid = (uint64_t)pid;
    assert_int_equal(read(tell[0], &child.start, sizeof child.start), sizeof child.start);
    assert_false(explore_process_ended(&child));
    assert_int_equal(kill(pid, SIGKILL), 0);
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    assert_true(explore_process_ended(&child)); /* not waited for yet */
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_true(explore_process_ended(&child));
    (void)close(tell[0]);
    (void)close(tell[1]);
    aj_arena_close(arena);
}

static void test_others(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    const struct explore_process self = explore_process_self(arena);
    struct explore_process other = self;
    other.start++;
    assert_true(explore_process_ended(&other)); /* the number was given again */
    other = self;
    other.boot = "before";
    assert_true(explore_process_ended(&other));
    other.machine = "elsewhere";
    assert_false(explore_process_ended(&other));
    other = self;
    other.pid = UINT64_MAX;
    assert_true(explore_process_ended(&other));
    aj_arena_close(arena);
}

/* A name with blanks and parentheses does not move the fields of /proc/PID/stat. */
static void test_odd_name(void **state)
{
    (void)state;
    struct aj_arena *arena = aj_arena_open();
    const struct explore_process before = explore_process_self(arena);
    FILE *name = fopen("/proc/self/comm", "w");
    assert_non_null(name);
    assert_true(fputs("a) S 1 (b", name) >= 0);
    assert_int_equal(fclose(name), 0);
    assert_int_equal(explore_process_self(arena).start, before.start);
    aj_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_self),
        cmocka_unit_test(test_child),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_odd_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
