/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives that are written read back, here and by others; gzip in its odd forms. */
#include "remote/remote.h"

#include "remote/remote_priv.h"
#include "tests/remote/tar_file.h"
#include "tests/support/support.h"

#define LONG_NAME                                                                       \
    "sys/firmware/devicetree/base/soc@0/bus@30000000/a-node-with-a-long-name@30000000/" \
    "another-node-with-a-long-name@30001000/compatible"

static const struct aj_output files[] = {
    {"MANIFEST", "collector 1\n", 12, false},
    {"a/empty", "", 0, false},
    {"a/binary", "\0\1\2\377", 4, true},
    {LONG_NAME, "long", 4, false},
};

static struct aj_bytes as_bytes(const struct aj_buf *buf)
{
    return (struct aj_bytes){(const uint8_t *)buf->data, buf->len};
}

static void reads_back(void **state)
{
    struct remote_fixture *f = *state;
    struct aj_buf archive = {0}, again = {0};
    struct aj_bytes bytes;
    remote_pack(files, AJ_COUNT(files), &archive);
    remote_pack(files, AJ_COUNT(files), &again);
    assert_int_equal(archive.len, again.len);
    assert_memory_equal(archive.data, again.data, archive.len);
    assert_int_equal(remote_open_archive(&f->cx, "memory", as_bytes(&archive), &f->remote), AJ_OK);
    /* Nothing is borrowed. */
    memset(archive.data, 0, archive.len);
    for (size_t i = 0; i < AJ_COUNT(files); i++) {
        assert_true(remote_read(f->remote, files[i].name, f->out, &bytes));
        assert_int_equal(bytes.size, files[i].size);
        assert_memory_equal(bytes.data, files[i].data, bytes.size);
    }
    expect_list(f, "/", "MANIFEST a/ sys/");
    assert_string_equal(remote_display_path(f->remote, "/a"), "memory/a");
    aj_buf_free(&archive);
    aj_buf_free(&again);
}

static void others_read_it(void **state)
{
    struct remote_fixture *f = *state;
    struct aj_buf archive = {0};
    remote_pack(files, AJ_COUNT(files), &archive);
    const char *path = aj_strf(f->out, "%s/x.tar.gz", f->dir);
    assert_int_equal(aj_file_write(&f->cx, path, archive.data, archive.len), AJ_OK);
    aj_buf_free(&archive);
    assert_int_equal(system(aj_strf(f->out,
                                    "cd %s && tar xzf x.tar.gz && test -f %s && "
                                    "test -x a/binary && test ! -x MANIFEST && printf "
                                    "'\\000\\001\\002\\377' | cmp - a/binary",
                                    f->dir, LONG_NAME)),
                     0);
}

static void plain_from_memory(void **state)
{
    struct remote_fixture *f = *state;
    tar_add(f, "x", '0', "text");
    assert_int_equal(tar_open(f, false), AJ_OK);
    remote_close(f->remote);
    f->remote = NULL;
    assert_int_equal(remote_open_archive(&f->cx, "memory", as_bytes(&f->tar), &f->remote), AJ_OK);
    expect_text(f, "/x", "text");
}

/* gzip files put one behind the other are one; zeros behind the last are padding. */
static void several_members(void **state)
{
    struct remote_fixture *f = *state;
    struct aj_buf archive = {0};
    tar_add(f, "x", '0', "text");
    assert_int_equal(tar_open(f, false), AJ_OK);
    remote_close(f->remote);
    f->remote = NULL;
    const struct aj_bytes tar = as_bytes(&f->tar);
    remote_gzip((struct aj_bytes){tar.data, 100}, &archive);
    remote_gzip((struct aj_bytes){tar.data + 100, tar.size - 100}, &archive);
    aj_buf_add(&archive, "\0\0\0", 3);
    assert_int_equal(remote_open_archive(&f->cx, "memory", as_bytes(&archive), &f->remote), AJ_OK);
    expect_text(f, "/x", "text");
    aj_buf_free(&archive);
}

/* A transfer that broke off is noticed wherever it did, up to the checksum. */
static void cut_anywhere(void **state)
{
    struct remote_fixture *f = *state;
    struct aj_buf archive = {0};
    size_t refused = 0;
    remote_pack(files, AJ_COUNT(files), &archive);
    for (size_t size = 0; size < archive.len; size++) {
        const struct aj_bytes part = {(const uint8_t *)archive.data, size};
        assert_int_equal(remote_open_archive(&f->cx, "memory", part, &f->remote), AJ_ERR_INPUT);
        assert_int_equal(test_count(&f->cx, "snapshot-format"), ++refused);
        assert_null(f->remote);
    }
    archive.data[archive.len - 5] = (char)(archive.data[archive.len - 5] ^ 1);
    assert_int_equal(remote_open_archive(&f->cx, "memory", as_bytes(&archive), &f->remote),
                     AJ_ERR_INPUT);
    aj_buf_free(&archive);
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, remote_fixture_setup, remote_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_back),      TEST(others_read_it), TEST(plain_from_memory),
        TEST(several_members), TEST(cut_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
