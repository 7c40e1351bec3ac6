/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tar archives and directories made by tests, below a directory of their own. */
#ifndef TESTS_REMOTE_TAR_FILE_H
#define TESTS_REMOTE_TAR_FILE_H

#include "base/buf.h"
#include "base/ctx.h"
#include "remote/remote.h"

struct remote_fixture {
    struct aj_ctx cx;
    struct aj_arena *out;
    struct remote *remote;
    char dir[32];
    struct aj_buf tar;
};

/* For cmocka: *state becomes a struct remote_fixture. */
int remote_fixture_setup(void **state);
int remote_fixture_teardown(void **state);

/* Adds a member of ustar form: `type` as in the header, e.g. '0'. */
void tar_add(struct remote_fixture *f, const char *name, char type, const char *data);
/* The same with `size` bytes of data and `claimed` in the header. */
void tar_add_sized(struct remote_fixture *f, const char *name, char type, const void *data,
                   size_t size, const char *claimed);
/* Ends the archive and opens it, through gzip if `gzip`. */
enum aj_status tar_open(struct remote_fixture *f, bool gzip);

/* Writes a file below the fixture's directory, with the directories on the way. */
void dir_add(struct remote_fixture *f, const char *path, const char *data);
enum aj_status dir_open(struct remote_fixture *f);

/* The file has exactly this text / is not there. */
void expect_text(struct remote_fixture *f, const char *path, const char *text);
void expect_absent(struct remote_fixture *f, const char *path);
/* The directory lists exactly this: "a b/ c", '/' behind directories. */
void expect_list(struct remote_fixture *f, const char *path, const char *names);

#endif
