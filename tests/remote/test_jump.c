/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A guest reached through the root: two ssh servers on this machine, which tests/remote/jump.sh sets
 * up. The environment says where: AJ_SSH_LOGIN is the root, AJ_SSH_GUEST the guest, AJ_SSH_CLOSED one
 * whose server forwards nothing, AJ_SSH_DIR has keys and lists of known hosts.
 */
#include "remote/host.h"

#include "tests/remote/host_cases.h"

/* The fixture's host is the guest, so that all cases of every host hold for it. */
static struct remote_host *root;

static struct remote_login login_of(struct host_fixture *f, const char *variable, const char *known)
{
    return (struct remote_login){.login = getenv(variable),
                                 .known_hosts =
                                     aj_strf(f->out, "%s/%s", getenv("AJ_SSH_DIR"), known),
                                 .identity = aj_strf(f->out, "%s/id", getenv("AJ_SSH_DIR"))};
}

static enum aj_status open_guest(struct host_fixture *f, const char *through, const char *known)
{
    const struct remote_login outer = login_of(f, through, "known_hosts");
    const struct remote_login inner = login_of(f, "AJ_SSH_GUEST", known);
    assert_int_equal(remote_host_open(&f->cx, &outer, &root), AJ_OK);
    return remote_host_open_through(&f->cx, root, &inner, &f->host);
}

static int setup_closed(void **state)
{
    root = NULL;
    return host_fixture_setup(state);
}

static int setup(void **state)
{
    setup_closed(state);
    const enum aj_status status = open_guest(*state, "AJ_SSH_LOGIN", "known_hosts");
    test_no_errors(&((struct host_fixture *)*state)->cx);
    return status == AJ_OK ? 0 : -1;
}

static int teardown(void **state)
{
    struct host_fixture *f = *state;
    remote_host_close(f->host);
    f->host = NULL;
    remote_host_close(root);
    return host_fixture_teardown(state);
}

/* Which server ran it: the process above the session's. */
static const char *server_of(struct host_fixture *f, struct remote_host *host)
{
    static const char script[] =
        "p=$PPID; while ! tr '\\0' ' ' </proc/$p/cmdline | grep -o '[a-z]*\\.config'; do "
        "p=$(sed -n 's/^PPid:[[:blank:]]*//p' /proc/$p/status); done";
    const char *const argv[] = {"sh", "-c", script};
    const struct remote_command command = {.argv = argv, .argc = AJ_COUNT(argv)};
    struct remote_result result;
    assert_int_equal(remote_host_run(&f->cx, host, &command, f->out, &result), AJ_OK);
    return (const char *)result.out.data;
}

static void taking_turns(void **state)
{
    struct host_fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        assert_string_equal(server_of(f, f->host), "guest.config\n");
        assert_string_equal(server_of(f, root), "sshd.config\n");
    }
    assert_string_equal(remote_host_name(f->host), getenv("AJ_SSH_GUEST"));
}

/* What the guest says while the root is at work waits for us. */
static void late_answer(void **state)
{
    struct host_fixture *f = *state;
    const char *const argv[] = {"sh", "-c", "sleep 1; head -c 3000000 /dev/zero"};
    const struct remote_command command = {.argv = argv, .argc = AJ_COUNT(argv)};
    assert_int_equal(host_shell(f, "(sleep 0.3; echo late) & exit 0", NULL), AJ_OK);
    assert_int_equal(remote_host_run(&f->cx, root, &command, f->out, &f->result), AJ_OK);
    assert_int_equal(f->result.out.size, 3000000);
    assert_int_equal(host_shell(f, "echo again", NULL), AJ_OK);
    assert_string_equal((const char *)f->result.out.data, "again\n");
}

static void no_forwarding(void **state)
{
    struct host_fixture *f = *state;
    assert_int_equal(open_guest(f, "AJ_SSH_CLOSED", "known_hosts"), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-connect", 0, 0);
    assert_non_null(strstr(test_diags(&f->cx), "AllowTcpForwarding"));
    assert_null(f->host);
}

static void nobody_there(void **state)
{
    struct host_fixture *f = *state;
    const struct remote_login outer = login_of(f, "AJ_SSH_LOGIN", "known_hosts");
    struct remote_login inner = outer;
    inner.login = "ssh:127.0.0.1:1";
    assert_int_equal(remote_host_open(&f->cx, &outer, &root), AJ_OK);
    assert_int_equal(remote_host_open_through(&f->cx, root, &inner, &f->host), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-connect", 0, 0);
    inner.login = "local:";
    assert_int_equal(remote_host_open_through(&f->cx, root, &inner, &f->host), AJ_ERR_INPUT);
    assert_int_equal(test_count(&f->cx, "login"), 1);
    /* The root is none the worse for it. */
    assert_string_equal(server_of(f, root), "sshd.config\n");
}

/* The guest's key is looked up under the guest's own name, never taken from the root. */
static void other_guest_key(void **state)
{
    struct host_fixture *f = *state;
    assert_int_equal(open_guest(f, "AJ_SSH_LOGIN", "known_guest_changed"), AJ_ERR_TARGET);
    test_one_error(&f->cx, "ssh-host-key", 0, 0);
    assert_non_null(strstr(test_diags(&f->cx), "not the one that is known"));
    assert_null(f->host);
}

static void unknown_guest_key(void **state)
{
    struct host_fixture *f = *state;
    assert_int_equal(open_guest(f, "AJ_SSH_LOGIN", "known_root_only"), AJ_ERR_TARGET);
    test_one_error(&f->cx, "ssh-host-key", 0, 0);
    assert_non_null(strstr(test_diags(&f->cx), "is not known"));
}

static void from_here(void **state)
{
    struct host_fixture *f = *state;
    const struct remote_login local = {.login = "local:"};
    const struct remote_login inner = login_of(f, "AJ_SSH_GUEST", "known_hosts");
    assert_int_equal(remote_host_open(&f->cx, &local, &root), AJ_OK);
    assert_int_equal(remote_host_open_through(&f->cx, root, &inner, &f->host), AJ_OK);
    assert_string_equal(server_of(f, f->host), "guest.config\n");
}

static void root_session_dies(struct host_fixture *f, const char *script)
{
    /* On the root: ends the server's process of our session a second from now. */
    const char *const argv[] = {"sh", "-c", script};
    const struct remote_command command = {.argv = argv, .argc = AJ_COUNT(argv)};
    assert_int_equal(remote_host_run(&f->cx, root, &command, f->out, &f->result), AJ_OK);
}

static void root_link_breaks(void **state)
{
    struct host_fixture *f = *state;
    root_session_dies(f, "(sleep 1; kill -KILL $PPID) >/dev/null 2>&1 &");
    assert_int_equal(host_shell(f, "echo begun; sleep 20", NULL), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-lost", 0, 0);
    assert_true(f->result.duration_ns < INT64_C(15000000000));
    assert_int_equal(host_shell(f, "echo x", NULL), AJ_ERR_TARGET);
    assert_int_equal(test_count(&f->cx, "target-lost"), 2);
}

static void guest_link_breaks(void **state)
{
    struct host_fixture *f = *state;
    assert_int_equal(host_shell(f, "echo begun; kill -KILL $PPID; sleep 5", NULL), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-lost", 0, 0);
    assert_string_equal(server_of(f, root), "sshd.config\n");
}

#define TEST(name)   cmocka_unit_test_setup_teardown(name, setup, teardown)
#define CLOSED(name) cmocka_unit_test_setup_teardown(name, setup_closed, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOST_CASES(TEST),       TEST(taking_turns),      TEST(late_answer),
        TEST(root_link_breaks), TEST(guest_link_breaks), CLOSED(no_forwarding),
        CLOSED(nobody_there),   CLOSED(other_guest_key), CLOSED(unknown_guest_key),
        CLOSED(from_here),
    };
    if (getenv("AJ_SSH_GUEST") == NULL || getenv("AJ_SSH_DIR") == NULL) {
        fprintf(stderr, "started by tests/remote/jump.sh\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
