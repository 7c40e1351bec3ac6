/* SPDX-License-Identifier: GPL-3.0-or-later */
/* This machine as a target. */
#include "remote/host.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/remote/host_cases.h"

static int setup(void **state)
{
    host_fixture_setup(state);
    struct host_fixture *f = *state;
    const struct remote_login login = {.login = "local:"};
    return remote_host_open(&f->cx, &login, &f->host) == AJ_OK ? 0 : -1;
}

static void name(void **state)
{
    const struct host_fixture *f = *state;
    assert_string_equal(remote_host_name(f->host), "local:");
}

/* What ends this program by default comes back as it was, and commands get the default. */
static void broken_pipes(void **state)
{
    struct host_fixture *f = *state;
    struct sigaction before, after;
    sigaction(SIGPIPE, NULL, &before);
    assert_int_equal(host_shell(f, "sh -c 'kill -PIPE $$; echo survived'", NULL), AJ_OK);
    assert_int_equal(f->result.out.size, 0);
    sigaction(SIGPIPE, NULL, &after);
    assert_true(before.sa_handler == after.sa_handler);
}

/* Commands see the files that this program was started with, and no others. */
static void no_open_files(void **state)
{
    struct host_fixture *f = *state;
    char want[16] = "";
    FILE *shell = popen("ls /proc/self/fd | wc -l", "r");
    assert_non_null(shell);
    assert_non_null(fgets(want, sizeof want, shell));
    pclose(shell);
    assert_int_equal(host_shell(f, "ls /proc/self/fd | wc -l", NULL), AJ_OK);
    assert_string_equal((const char *)f->result.out.data, want);
}

static void nothing_to_start_with(void **state)
{
    struct host_fixture *f = *state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const struct rlimit none = {0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    const enum aj_status status = host_shell(f, "echo x", NULL);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(status, AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-start", 0, 0);
    assert_int_equal(host_shell(f, "echo x", NULL), AJ_OK);
}

/* An output that is closed early is not the end of the command. */
static void closed_output(void **state)
{
    struct host_fixture *f = *state;
    assert_int_equal(host_shell(f, "exec >&- 2>&-; sleep 0.5; exit 5", NULL), AJ_OK);
    assert_int_equal(f->result.exit_status, 5);
}

/* A directory with these programs in front of the others. */
static void fake_programs(struct host_fixture *f, const char *id, const char *sudo)
{
    const char *script = aj_strf(f->out,
                                 "cd \"$1\"; printf '#!/bin/sh\n%%s\n' '%s' >id; "
                                 "printf '#!/bin/sh\n%%s\n' '%s' >sudo; chmod +x id sudo",
                                 id, sudo);
    assert_int_equal(host_shell(f, script, NULL), AJ_OK);
    assert_int_equal(f->result.exit_status, 0);
    setenv("PATH", aj_strf(f->out, "%s:%s", f->dir, getenv("PATH")), 1);
}

static void as_root(void **state)
{
    struct host_fixture *f = *state;
    const struct remote_command rest = {.privileged = true};
    bool can = false;
    fake_programs(f, "echo 0", "echo sudo; exit 1");
    assert_int_equal(host_shell(f, "echo x", &rest), AJ_OK);
    assert_string_equal((const char *)f->result.out.data, "x\n");
    assert_int_equal(remote_host_can_root(&f->cx, f->host, &can), AJ_OK);
    assert_true(can);
}

static void through_sudo(void **state)
{
    struct host_fixture *f = *state;
    const struct remote_command rest = {.privileged = true};
    fake_programs(f, "echo 1000",
                  "echo \"$*\" >>\"$(dirname \"$0\")/calls\"; shift; "
                  "[ \"$1\" != -- ] || shift; exec \"$@\"");
    assert_int_equal(host_shell(f, "echo x", &rest), AJ_OK);
    assert_int_equal(host_shell(f, "echo y", &rest), AJ_OK);
    assert_string_equal((const char *)f->result.out.data, "y\n");
    const char *calls = host_file(f, "calls");
    assert_memory_equal(calls, "-n true\n-n -- sh -c echo x sh ", 30);
    assert_null(strstr(calls + 1, "-n true")); /* asked once */
    assert_int_equal(host_shell(f, "echo z", NULL), AJ_OK);
    assert_null(strstr(host_file(f, "calls"), "echo z"));
}

static void without_sudo(void **state)
{
    struct host_fixture *f = *state;
    const struct remote_command rest = {.privileged = true};
    bool can = true;
    fake_programs(f, "echo 1000", "echo a password is required >&2; exit 1");
    assert_int_equal(remote_host_can_root(&f->cx, f->host, &can), AJ_OK);
    assert_false(can);
    test_no_errors(&f->cx);
    assert_int_equal(host_shell(f, "echo x", &rest), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-sudo", 0, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, host_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOST_CASES(TEST),
        TEST(name),
        TEST(broken_pipes),
        TEST(no_open_files),
        TEST(nothing_to_start_with),
        TEST(closed_output),
        TEST(as_root),
        TEST(through_sudo),
        TEST(without_sudo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
