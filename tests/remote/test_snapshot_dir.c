/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Symbolic links in a snapshot directory, and what is no file. */
#include <sys/stat.h>
#include <unistd.h>

#include "tests/remote/tar_file.h"
#include "tests/support/support.h"

static void link_to(struct remote_fixture *f, const char *text, const char *path)
{
    assert_int_equal(symlink(text, aj_strf(f->out, "%s/%s", f->dir, path)), 0);
}

static void links_inside(void **state)
{
    struct remote_fixture *f = *state;
    dir_add(f, "sys/devices/u/driver_name", "pl011");
    dir_add(f, "sys/bus/x", "");
    link_to(f, "../devices/u", "sys/bus/u");
    link_to(f, "/sys/devices", "all");
    link_to(f, "sys/bus/u/driver_name", "file");
    assert_int_equal(dir_open(f), AJ_OK);
    expect_text(f, "/sys/bus/u/driver_name", "pl011");
    expect_text(f, "/all/u/driver_name", "pl011");
    expect_text(f, "/file", "pl011");
    expect_list(f, "/sys/bus/u", "driver_name");
    expect_list(f, "/sys/bus", "u x");
    assert_string_equal(remote_link(f->remote, "/sys/bus/u", f->out), "../devices/u");
}

/* ".." at the root stays there, and an absolute link means the target's root. */
static void links_that_would_leave(void **state)
{
    struct remote_fixture *f = *state;
    dir_add(f, "etc/here", "ours");
    link_to(f, "/etc", "absolute");
    link_to(f, "../../../../etc", "up");
    link_to(f, "/etc/passwd", "file");
    assert_int_equal(dir_open(f), AJ_OK);
    expect_text(f, "/absolute/here", "ours");
    expect_absent(f, "/absolute/passwd");
    expect_text(f, "/up/here", "ours");
    expect_absent(f, "/up/passwd");
    expect_absent(f, "/file");
}

static void links_in_a_circle(void **state)
{
    struct remote_fixture *f = *state;
    link_to(f, "b", "a");
    link_to(f, "a", "b");
    link_to(f, "self/x", "self");
    assert_int_equal(dir_open(f), AJ_OK);
    expect_absent(f, "/a");
    expect_absent(f, "/a/x");
    expect_absent(f, "/self/x");
}

/* Opening a pipe would wait for a writer. */
static void no_file(void **state)
{
    struct remote_fixture *f = *state;
    assert_int_equal(mkfifo(aj_strf(f->out, "%s/pipe", f->dir), 0600), 0);
    assert_int_equal(dir_open(f), AJ_OK);
    expect_absent(f, "/pipe");
}

static void large_file(void **state)
{
    struct remote_fixture *f = *state;
    char *text = aj_alloc(f->out, 100001);
    memset(text, 'x', 100000);
    dir_add(f, "large", text);
    dir_add(f, "huge", "");
    assert_int_equal(truncate(aj_strf(f->out, "%s/huge", f->dir), ((off_t)16 << 20) + 1), 0);
    assert_int_equal(dir_open(f), AJ_OK);
    expect_text(f, "/large", text);
    expect_absent(f, "/huge");
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, remote_fixture_setup, remote_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(links_inside), TEST(links_that_would_leave), TEST(links_in_a_circle), TEST(no_file),
        TEST(large_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
