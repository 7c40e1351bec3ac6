/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/remote/tar_file.h"
#include "tests/support/support.h"

static void gzip_archive(void **state)
{
    struct remote_fixture *f = *state;
    tar_add(f, "./proc/x", '0', "text");
    assert_int_equal(tar_open(f, true), AJ_OK);
    expect_text(f, "/proc/x", "text");
}

static void long_names(void **state)
{
    struct remote_fixture *f = *state;
    char name[300] = "./";
    memset(name + 2, 'n', 200);
    tar_add(f, "././@LongLink", 'L', name);
    tar_add(f, "short", '0', "gnu");
    memset(name + 2, 'p', 200);
    /* "LENGTH path=NAME\n": 4 + 5 + 202 + 1 */
    tar_add(f, "PaxHeader", 'x', aj_strf(f->out, "212 path=%s\n", name));
    tar_add(f, "short", '0', "pax");
    tar_add(f, "PaxHeader", 'g', "19 comment=whatever\n");
    tar_add(f, "after", '0', "plain");
    assert_int_equal(tar_open(f, false), AJ_OK);
    expect_text(f, name, "pax");
    memset(name + 2, 'n', 200);
    expect_text(f, name, "gnu");
    expect_text(f, "/after", "plain");
    expect_absent(f, "/short");
}

static void name_with_prefix(void **state)
{
    struct remote_fixture *f = *state;
    tar_add(f, "name", '0', "x");
    /* prefix "dir", and the sum of its bytes more in the checksum */
    memcpy(f->tar.data + 345, "dir", 3);
    uint32_t sum = 0;
    memset(f->tar.data + 148, ' ', 8);
    for (size_t i = 0; i < 512; i++)
        sum += (uint8_t)f->tar.data[i];
    memcpy(f->tar.data + 148, aj_strf(f->out, "%06o", (unsigned)sum), 7);
    assert_int_equal(tar_open(f, false), AJ_OK);
    expect_text(f, "/dir/name", "x");
}

static void later_member_wins(void **state)
{
    struct remote_fixture *f = *state;
    tar_add(f, "x", '0', "first");
    tar_add(f, "./x", '0', "second");
    assert_int_equal(tar_open(f, false), AJ_OK);
    expect_text(f, "/x", "second");
}

static void sizes(void **state)
{
    struct remote_fixture *f = *state;
    static const char base256[12] = {(char)0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4};
    tar_add_sized(f, "blanks", '0', "abc", 3, "         3 ");
    tar_add(f, "binary", '0', "wxyz");
    char *header = f->tar.data + f->tar.len - 1024;
    memcpy(header + 124, base256, sizeof base256);
    uint32_t sum = 0;
    memset(header + 148, ' ', 8);
    for (size_t i = 0; i < 512; i++)
        sum += (uint8_t)header[i];
    memcpy(header + 148, aj_strf(f->out, "%06o", (unsigned)sum), 7);
    assert_int_equal(tar_open(f, false), AJ_OK);
    expect_text(f, "/blanks", "abc");
    expect_text(f, "/binary", "wxyz");
}

static void expect_refused(struct remote_fixture *f, const char *id)
{
    assert_int_equal(tar_open(f, false), AJ_ERR_INPUT);
    test_one_error(&f->cx, id, 0, 0);
    assert_null(f->remote);
}

static void symbolic_link(void **state)
{
    tar_add(*state, "link", '2', "");
    expect_refused(*state, "snapshot-hostile");
}

static void hard_link(void **state)
{
    tar_add(*state, "link", '1', "");
    expect_refused(*state, "snapshot-hostile");
}

static void device(void **state)
{
    tar_add(*state, "dev", '3', "");
    expect_refused(*state, "snapshot-hostile");
}

static void absolute_name(void **state)
{
    tar_add(*state, "/etc/passwd", '0', "");
    expect_refused(*state, "snapshot-hostile");
}

static void parent_name(void **state)
{
    tar_add(*state, "a/../../b", '0', "");
    expect_refused(*state, "snapshot-hostile");
}

static void long_parent_name(void **state)
{
    tar_add(*state, "x", 'L', "../b");
    tar_add(*state, "short", '0', "");
    expect_refused(*state, "snapshot-hostile");
}

/* "..." and "..a" are names like others. */
static void dots_in_names(void **state)
{
    struct remote_fixture *f = *state;
    tar_add(f, "..a/.../.b", '0', "x");
    assert_int_equal(tar_open(f, false), AJ_OK);
    expect_text(f, "/..a/.../.b", "x");
}

static void claims_more_than_it_has(void **state)
{
    tar_add_sized(*state, "big", '0', "", 0, "77777777777");
    expect_refused(*state, "snapshot-format");
}

static void huge_extended_header(void **state)
{
    tar_add_sized(*state, "big", 'x', "", 0, "00000300000");
    expect_refused(*state, "snapshot-hostile");
}

static void wrong_checksum(void **state)
{
    struct remote_fixture *f = *state;
    tar_add(f, "x", '0', "");
    f->tar.data[0] = 'y';
    expect_refused(f, "snapshot-format");
}

static void no_size(void **state)
{
    tar_add_sized(*state, "x", '0', "", 0, "9");
    expect_refused(*state, "snapshot-format");
}

static void bad_pax(void **state)
{
    tar_add(*state, "x", 'x', "99 path=a\n");
    expect_refused(*state, "snapshot-format");
}

static void empty_archive(void **state)
{
    expect_refused(*state, "snapshot-format");
}

static void damaged_gzip(void **state)
{
    struct remote_fixture *f = *state;
    tar_add(f, "x", '0', "text");
    assert_int_equal(tar_open(f, true), AJ_OK);
    remote_close(f->remote);
    f->remote = NULL;
    const char *path = aj_strf(f->out, "%s/s.tar.gz", f->dir);
    assert_int_equal(system(aj_strf(f->out, "head -c 60 %s >%s.cut", path, path)), 0);
    assert_int_equal(remote_open_snapshot(&f->cx, aj_strf(f->out, "%s.cut", path), &f->remote),
                     AJ_ERR_INPUT);
    test_one_error(&f->cx, "snapshot-format", 0, 0);
}

static void directories_by_prefix(void **state)
{
    struct remote_fixture *f = *state;
    tar_add(f, "a/b/c", '0', "");
    tar_add(f, "a/b.x", '0', "");
    tar_add(f, "a/b-x", '0', "");
    tar_add(f, "a/bc/d", '0', "");
    tar_add(f, "a/e/", '5', "");
    assert_int_equal(tar_open(f, false), AJ_OK);
    expect_list(f, "/a", "b/ b-x b.x bc/ e/");
    expect_list(f, "/a/e", "");
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, remote_fixture_setup, remote_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(gzip_archive),
        TEST(long_names),
        TEST(name_with_prefix),
        TEST(later_member_wins),
        TEST(sizes),
        TEST(symbolic_link),
        TEST(hard_link),
        TEST(device),
        TEST(absolute_name),
        TEST(parent_name),
        TEST(long_parent_name),
        TEST(dots_in_names),
        TEST(claims_more_than_it_has),
        TEST(huge_extended_header),
        TEST(wrong_checksum),
        TEST(no_size),
        TEST(bad_pax),
        TEST(empty_archive),
        TEST(damaged_gzip),
        TEST(directories_by_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
