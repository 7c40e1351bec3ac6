/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logins, and links that do not come about. */
#include "remote/host.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/remote/host_cases.h"

static enum aj_status open_login(struct host_fixture *f, const char *text)
{
    const struct remote_login login = {
        .login = text, .known_hosts = "/dev/null", .connect_timeout_ns = 500000000};
    return remote_host_open(&f->cx, &login, &f->host);
}

static void no_logins(void **state)
{
    struct host_fixture *f = *state;
    static const char *const bad[] = {
        "",
        "local",
        "board",
        "ssh:",
        "ssh:root@",
        "ssh:@board",
        "ssh:board:",
        "ssh:board:0",
        "ssh:board:x",
        "ssh:board:65536",
        "ssh:[::1",
        "ssh:[::1]22",
        "ssh:-oProxy=x",
        "ssh:a;b",
        "ssh:a b",
        "ssh:-x@a",
        "ssh:a\nb@c",
        "snapshot:a.tar",
        "telnet:board",
        "ssh:$(id)@a",
        "ssh:a@b\x01",
        "ssh:a@b/../c",
    };
    for (size_t i = 0; i < AJ_COUNT(bad); i++) {
        assert_int_equal(open_login(f, bad[i]), AJ_ERR_INPUT);
        assert_int_equal(test_count(&f->cx, "login"), i + 1);
        assert_null(f->host);
    }
}

/* What autojail.yml says is found fault with there. */
static void logins_have_positions(void **state)
{
    struct host_fixture *f = *state;
    const struct remote_login good = {.login = "ssh:root@board:22"};
    const struct remote_login bad = {.login = "sim:", .at = {"autojail.yml", 3, 8}};
    assert_int_equal(remote_login_check(&f->cx, &good), AJ_OK);
    assert_int_equal(remote_login_check(&f->cx, &bad), AJ_ERR_INPUT);
    test_one_error(&f->cx, "login", 3, 8);
    assert_non_null(strstr(f->cx.diags[0].msg, "for 'autojail explore' alone"));
}

/* A port of this machine: where nobody listens, or where somebody does who never speaks. */
static unsigned port_of(int *fd, bool listens)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    *fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(*fd >= 0);
    assert_int_equal(bind(*fd, (const struct sockaddr *)&at, size), 0);
    assert_int_equal(getsockname(*fd, (struct sockaddr *)&at, &size), 0);
    if (listens)
        assert_int_equal(listen(*fd, 1), 0);
    return ntohs(at.sin_port);
}

static void nobody_there(void **state)
{
    struct host_fixture *f = *state;
    int fd = -1;
    const char *login = aj_strf(f->out, "ssh:nobody@127.0.0.1:%u", port_of(&fd, false));
    assert_int_equal(open_login(f, login), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-connect", 0, 0);
    close(fd);
}

static void nobody_speaks(void **state)
{
    struct host_fixture *f = *state;
    int fd = -1;
    const char *login = aj_strf(f->out, "ssh:nobody@127.0.0.1:%u", port_of(&fd, true));
    assert_int_equal(open_login(f, login), AJ_ERR_TARGET);
    test_one_error(&f->cx, "target-timeout", 0, 0);
    close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_fixture_setup, host_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(no_logins), TEST(logins_have_positions),
                                       TEST(nobody_there), TEST(nobody_speaks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
