/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/remote/tar_file.h"

#include <sys/stat.h>

#include "tests/support/support.h"

int remote_fixture_setup(void **state)
{
    struct remote_fixture *f = calloc(1, sizeof *f);
    aj_ctx_open(&f->cx);
    f->out = aj_arena_open();
    strncpy(f->dir, "/tmp/aj-test-XXXXXX", sizeof f->dir - 1);
    assert_non_null(mkdtemp(f->dir));
    *state = f;
    return 0;
}

int remote_fixture_teardown(void **state)
{
    struct remote_fixture *f = *state;
    remote_close(f->remote);
    const int status = system(aj_strf(f->out, "rm -rf %s", f->dir));
    aj_buf_free(&f->tar);
    aj_arena_close(f->out);
    aj_ctx_close(&f->cx);
    free(f);
    return status;
}

void tar_add_sized(struct remote_fixture *f, const char *name, char type, const void *data,
                   size_t size, const char *claimed)
{
    char header[512] = {0};
    uint32_t sum = 0;
    memcpy(header, name, strlen(name) < 100 ? strlen(name) : 100);
    memcpy(header + 100, "0000644", 7);
    memcpy(header + 124, claimed, strlen(claimed));
    memset(header + 148, ' ', 8);
    header[156] = type;
    memcpy(header + 257, "ustar\00000", 8);
    for (size_t i = 0; i < sizeof header; i++)
        sum += (uint8_t)header[i];
    const char *text = aj_strf(f->out, "%06o", (unsigned)sum);
    memcpy(header + 148, text, 7);
    aj_buf_add(&f->tar, header, sizeof header);
    aj_buf_add(&f->tar, data, size);
    static const char zeros[512];
    aj_buf_add(&f->tar, zeros, (512 - size % 512) % 512);
}

void tar_add(struct remote_fixture *f, const char *name, char type, const char *data)
{
    const size_t size = strlen(data);
    tar_add_sized(f, name, type, data, size, aj_strf(f->out, "%011zo", size));
}

static void write_file(const char *path, const void *data, size_t size)
{
    FILE *to = fopen(path, "wb");
    assert_non_null(to);
    assert_int_equal(fwrite(data, 1, size, to), size);
    fclose(to);
}

enum aj_status tar_open(struct remote_fixture *f, bool gzip)
{
    static const char zeros[1024];
    const char *path = aj_strf(f->out, "%s/s.tar", f->dir);
    aj_buf_add(&f->tar, zeros, sizeof zeros);
    write_file(path, f->tar.data, f->tar.len);
    if (gzip)
        assert_int_equal(system(aj_strf(f->out, "gzip -f %s", path)), 0);
    return remote_open_snapshot(&f->cx, gzip ? aj_strf(f->out, "%s.gz", path) : path, &f->remote);
}

void dir_add(struct remote_fixture *f, const char *path, const char *data)
{
    char *full = aj_strf(f->out, "%s/%s", f->dir, path);
    for (char *slash = strchr(full + strlen(f->dir) + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(full, 0700);
        *slash = '/';
    }
    write_file(full, data, strlen(data));
}

enum aj_status dir_open(struct remote_fixture *f)
{
    return remote_open_snapshot(&f->cx, f->dir, &f->remote);
}

void expect_text(struct remote_fixture *f, const char *path, const char *text)
{
    struct aj_bytes bytes;
    if (!remote_read(f->remote, path, f->out, &bytes))
        fail_msg("%s is not there", path);
    assert_int_equal(bytes.size, strlen(text));
    assert_string_equal((const char *)bytes.data, text);
}

void expect_absent(struct remote_fixture *f, const char *path)
{
    struct aj_bytes bytes;
    assert_false(remote_read(f->remote, path, f->out, &bytes));
}

void expect_list(struct remote_fixture *f, const char *path, const char *names)
{
    const struct remote_entry *entries = NULL;
    size_t count = 0;
    struct aj_buf text = {0};
    if (!remote_list(f->remote, path, f->out, &entries, &count))
        fail_msg("%s is no directory", path);
    for (size_t i = 0; i < count; i++)
        aj_buf_addf(&text, "%s%s%s", i == 0 ? "" : " ", entries[i].name,
                    entries[i].directory ? "/" : "");
    assert_string_equal(aj_buf_text(&text), names);
    aj_buf_free(&text);
}
