/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds for every kind of snapshot. */
#include "remote/remote.h"

#include <sys/stat.h>

#include "tests/remote/tar_file.h"
#include "tests/support/support.h"

static void expect_content(struct remote_fixture *f)
{
    test_no_errors(&f->cx);
    expect_text(f, "/proc/cmdline", "quiet\n");
    expect_text(f, "proc//./cmdline", "quiet\n");
    expect_text(f, "/sys/empty", "");
    expect_absent(f, "/proc/none");
    expect_absent(f, "/proc");
    expect_absent(f, "/proc/../proc/cmdline");
    expect_list(f, "/", "proc/ sys/");
    expect_list(f, "/sys", "a/ a-b a.link empty");
    expect_list(f, "/sys/a", "x");
    assert_false(remote_list(f->remote, "/sys/empty", f->out, &(const struct remote_entry *){0},
                             &(size_t){0}));
    assert_false(
        remote_list(f->remote, "/none", f->out, &(const struct remote_entry *){0}, &(size_t){0}));
    assert_string_equal(remote_link(f->remote, "/sys/a", f->out), "../bus/driver");
    assert_null(remote_link(f->remote, "/sys/empty", f->out));
}

static void same_in_a_directory(void **state)
{
    struct remote_fixture *f = *state;
    dir_add(f, "proc/cmdline", "quiet\n");
    dir_add(f, "sys/empty", "");
    dir_add(f, "sys/a/x", "1");
    dir_add(f, "sys/a-b", "2");
    dir_add(f, "sys/a.link", "../bus/driver\n");
    assert_int_equal(dir_open(f), AJ_OK);
    expect_content(f);
    assert_string_equal(remote_display_path(f->remote, "/proc/iomem"),
                        aj_strf(f->out, "%s/proc/iomem", f->dir));
}

static void same_in_an_archive(void **state)
{
    struct remote_fixture *f = *state;
    tar_add(f, "./", '5', "");
    tar_add(f, "./sys/a-b", '0', "2");
    tar_add(f, "./sys/a/", '5', "");
    tar_add(f, "./sys/a/x", '0', "1");
    tar_add(f, "./sys/a.link", '0', "../bus/driver\n");
    tar_add(f, "./sys/empty", '0', "");
    tar_add(f, "./proc/cmdline", '0', "quiet\n");
    assert_int_equal(tar_open(f, false), AJ_OK);
    expect_content(f);
}

static void nothing_there(void **state)
{
    struct remote_fixture *f = *state;
    const char *path = aj_strf(f->out, "%s/none", f->dir);
    assert_int_equal(remote_open_snapshot(&f->cx, path, &f->remote), AJ_ERR_IO);
    test_one_error(&f->cx, "file-read", 0, 0);
}

static void neither_file_nor_directory(void **state)
{
    struct remote_fixture *f = *state;
    const char *path = aj_strf(f->out, "%s/pipe", f->dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(remote_open_snapshot(&f->cx, path, &f->remote), AJ_ERR_INPUT);
    test_one_error(&f->cx, "snapshot-format", 0, 0);
}

static void no_archive(void **state)
{
    struct remote_fixture *f = *state;
    dir_add(f, "text", "this is no tar archive\n");
    const char *path = aj_strf(f->out, "%s/text", f->dir);
    assert_int_equal(remote_open_snapshot(&f->cx, path, &f->remote), AJ_ERR_INPUT);
    test_one_error(&f->cx, "snapshot-format", 0, 0);
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, remote_fixture_setup, remote_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(same_in_a_directory),        TEST(same_in_an_archive), TEST(nothing_there),
        TEST(neither_file_nor_directory), TEST(no_archive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
