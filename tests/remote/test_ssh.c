/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Another machine as a target: an ssh server on this one, which tests/remote/ssh.sh sets up. The
 * environment says where: AJ_SSH_LOGIN, and AJ_SSH_DIR with keys, lists of known hosts, and the
 * switches of the fake programs id and sudo that the server's sessions find first.
 */
#include "remote/host.h"

#include <signal.h>
#include <unistd.h>

#include "tests/remote/host_cases.h"

static const char *in_dir(struct host_fixture *f, const char *name)
{
    return aj_strf(f->out, "%s/%s", getenv("AJ_SSH_DIR"), name);
}

static enum aj_status open_with(struct host_fixture *f, const char *known, const char *identity)
{
    const struct remote_login login = {.login = getenv("AJ_SSH_LOGIN"),
                                       .known_hosts = in_dir(f, known),
                                       .identity = in_dir(f, identity)};
    return remote_host_open(&f->cx, &login, &f->host);
}

static int setup(void **state)
{
    host_fixture_setup(state);
    const enum aj_status status = open_with(*state, "known_hosts", "id");
    test_no_errors(&((struct host_fixture *)*state)->cx);
    return status == AJ_OK ? 0 : -1;
}

static void refused_host_key(struct host_fixture *f, const char *known, const char *words,
                             const char *hint)
{
    assert_int_equal(open_with(f, known, "id"), AJ_ERR_TARGET);
    test_one_error(&f->cx, "ssh-host-key", 0, 0);
    assert_null(f->host);
    assert_non_null(strstr(test_diags(&f->cx), words));
    assert_non_null(strstr(test_diags(&f->cx), getenv("AJ_SSH_FINGERPRINT")));
    assert_non_null(strstr(test_diags(&f->cx), hint));
}

static void unknown_host_key(void **state)
{
    refused_host_key(*state, "known_empty", "is not known", "ssh-keyscan -p ");
}

static void no_known_hosts(void **state)
{
    refused_host_key(*state, "known_none", "is not known", "ssh-keyscan -p ");
}

static void changed_host_key(void **state)
{
    refused_host_key(*state, "known_changed", "not the one that is known", "ssh-keygen -f ");
}

static void other_kind_of_host_key(void **state)
{
    refused_host_key(*state, "known_other", "not the one that is known", "ssh-keygen -f ");
}

static void wrong_key(void **state)
{
    struct host_fixture *f = *state;
    assert_int_equal(open_with(f, "known_hosts", "id_wrong"), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-auth", 0, 0);
    assert_null(f->host);
}

static void no_such_key(void **state)
{
    struct host_fixture *f = *state;
    assert_int_equal(open_with(f, "known_hosts", "id_none"), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-auth", 0, 0);
}

/* The server's process of this session is the parent of the shell. */
static void dropped_link(void **state)
{
    struct host_fixture *f = *state;
    assert_int_equal(host_shell(f, "echo begun; kill -KILL $PPID; sleep 5", NULL), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-lost", 0, 0);
    assert_true(f->result.duration_ns < INT64_C(20000000000));
    assert_int_equal(host_shell(f, "echo x", NULL), AJ_ERR_TARGET);
    assert_int_equal(test_count(&f->cx, "target-lost"), 2);
}

/* The server's machine answers, the server does not: nothing may wait for it for ever. */
static void stuck_server(void **state)
{
    struct host_fixture *f = *state;
    const struct remote_command rest = {.timeout_ns = INT64_C(1000000000)};
    const enum aj_status status =
        host_shell(f, "echo $PPID >\"$1/server\"; kill -STOP $PPID; sleep 5", &rest);
    const long server = strtol(host_file(f, "server"), NULL, 10);
    assert_true(server > 1);
    assert_int_equal(kill((pid_t)server, SIGKILL), 0);
    assert_int_equal(status, AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-timeout", 0, 0);
    assert_true(f->result.duration_ns < INT64_C(30000000000));
}

static void many_commands(void **state)
{
    struct host_fixture *f = *state;
    for (int i = 0; i < 40; i++) {
        assert_int_equal(host_shell(f, aj_strf(f->out, "echo %d; exit %d", i, i), NULL), AJ_OK);
        assert_int_equal(f->result.exit_status, i);
        assert_int_equal(strtol((const char *)f->result.out.data, NULL, 10), i);
    }
}

static void slow_command(void **state)
{
    struct host_fixture *f = *state;
    assert_int_equal(host_shell(f, "sleep 1; echo a; sleep 1; echo b >&2; exit 4", NULL), AJ_OK);
    assert_int_equal(f->result.exit_status, 4);
    assert_string_equal((const char *)f->result.out.data, "a\n");
    assert_string_equal((const char *)f->result.err.data, "b\n");
    assert_true(f->result.duration_ns > INT64_C(1900000000));
}

static void switch_on(struct host_fixture *f, const char *name)
{
    assert_int_equal(aj_file_write(&f->cx, in_dir(f, name), "", 0), AJ_OK);
}

/* Does the server's log say that SFTP was asked for? */
static unsigned sftp_sessions(struct host_fixture *f)
{
    struct aj_bytes log;
    unsigned count = 0;
    assert_int_equal(aj_file_read(&f->cx, in_dir(f, "sshd.log"), 1 << 24, f->out, &log), AJ_OK);
    for (const char *at = (const char *)log.data; (at = strstr(at, "subsystem 'sftp'")) != NULL;
         at++)
        count++;
    return count;
}

static void put(struct host_fixture *f, size_t size)
{
    uint64_t random = test_random_start(9);
    uint8_t *data = aj_alloc(f->out, size + 1);
    struct aj_bytes back;
    const char *path = aj_strf(f->out, "%s/big file", f->dir);
    for (size_t i = 0; i < size; i++)
        data[i] = (uint8_t)test_random(&random);
    assert_int_equal(remote_host_put(&f->cx, f->host, path, (struct aj_bytes){data, size}, 0640),
                     AJ_OK);
    assert_int_equal(aj_file_read(&f->cx, path, 1 << 24, f->out, &back), AJ_OK);
    assert_int_equal(back.size, size);
    assert_memory_equal(back.data, data, size);
}

/* By SFTP where there is one, in one session; the same files arrive where there is none. */
static void files(void **state)
{
    struct host_fixture *f = *state;
    const unsigned before = sftp_sessions(f);
    put(f, 3000000);
    put(f, 0);
    put(f, 32769);
    const unsigned after = sftp_sessions(f);
    assert_int_equal(after - before, getenv("AJ_SSH_SFTP") != NULL ? 1 : 0);
    assert_int_equal(host_shell(f, "ls \"$1\"; stat -c %a \"$1/big file\"", NULL), AJ_OK);
    assert_string_equal((const char *)f->result.out.data, "big file\n640\n");
}

/* A digest that does not fit: nothing gets the file's name. */
static void damaged_on_the_way(void **state)
{
    struct host_fixture *f = *state;
    const uint8_t byte = 0;
    switch_on(f, "damage");
    assert_int_equal(remote_host_put(&f->cx, f->host, aj_strf(f->out, "%s/file", f->dir),
                                     (struct aj_bytes){&byte, 1}, 0600),
                     AJ_ERR_TARGET);
    unlink(in_dir(f, "damage"));
    test_one_error(&f->cx, "target-put", 0, 0);
    assert_non_null(strstr(test_diags(&f->cx), "another content"));
    assert_int_equal(host_shell(f, "ls \"$1\"", NULL), AJ_OK);
    assert_string_equal((const char *)f->result.out.data, "");
}

static int clean_up(void **state)
{
    struct host_fixture *f = *state;
    unlink(in_dir(f, "not-root"));
    unlink(in_dir(f, "sudo-works"));
    return host_fixture_teardown(state);
}

static void without_sudo(void **state)
{
    struct host_fixture *f = *state;
    const struct remote_command rest = {.privileged = true};
    bool can = true;
    switch_on(f, "not-root");
    assert_int_equal(remote_host_can_root(&f->cx, f->host, &can), AJ_OK);
    assert_false(can);
    assert_int_equal(host_shell(f, "echo x", &rest), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-sudo", 0, 0);
}

static void through_sudo(void **state)
{
    struct host_fixture *f = *state;
    struct remote_command rest = {.privileged = true};
    switch_on(f, "not-root");
    switch_on(f, "sudo-works");
    assert_int_equal(host_shell(f, "echo \"$BY_SUDO\"; exit 9", &rest), AJ_OK);
    assert_string_equal((const char *)f->result.out.data, "yes\n");
    assert_int_equal(f->result.exit_status, 9);
    /* What sudo started ends with it. */
    rest.timeout_ns = INT64_C(2000000000);
    assert_int_equal(host_shell(f, "echo $$ >\"$1/parent\"; sleep 90; echo x", &rest),
                     AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-timeout", 0, 0);
    host_process_ends(f, "parent");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, host_fixture_teardown)
#define REFUSED(name) \
    cmocka_unit_test_setup_teardown(name, host_fixture_setup, host_fixture_teardown)
#define SUDO(name) cmocka_unit_test_setup_teardown(name, setup, clean_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOST_CASES(TEST),
        REFUSED(unknown_host_key),
        REFUSED(no_known_hosts),
        REFUSED(changed_host_key),
        REFUSED(other_kind_of_host_key),
        REFUSED(wrong_key),
        REFUSED(no_such_key),
        TEST(dropped_link),
        TEST(stuck_server),
        TEST(many_commands),
        TEST(slow_command),
        TEST(files),
        TEST(damaged_on_the_way),
        SUDO(without_sudo),
        SUDO(through_sudo),
    };
    const struct CMUnitTest by_sftp[] = {TEST(host_case_put), TEST(files),
                                         TEST(damaged_on_the_way)};
    if (getenv("AJ_SSH_LOGIN") == NULL || getenv("AJ_SSH_DIR") == NULL) {
        fprintf(stderr, "started by tests/remote/ssh.sh\n");
        return 77;
    }
    if (getenv("AJ_SSH_SFTP") != NULL)
        return cmocka_run_group_tests(by_sftp, NULL, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
