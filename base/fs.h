/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of the host: read whole with a limit, write so that a reader sees the old or the new content
 * and nothing between.
 */
#ifndef BASE_FS_H
#define BASE_FS_H

#include "base/arena.h"
#include "base/ctx.h"

struct aj_bytes {
    const uint8_t *data; /* data[size], followed by a NUL that size does not count */
    size_t size;
};

/*
 * Reads to end of file (the reported size is not trusted) into `out`. AJ_ERR_IO "file-read" if it
 * cannot be opened or read, AJ_ERR_INPUT "file-too-big" above `limit` bytes, AJ_INTERRUPTED
 * "interrupted" if the user ends the run meanwhile (a pipe may never be written to).
 */
AJ_NODISCARD enum aj_status aj_file_read(struct aj_ctx *cx, const char *path, size_t limit,
                                         struct aj_arena *out, struct aj_bytes *bytes);

/* These follow symbolic links. */
bool aj_file_exists(const char *path);
bool aj_file_is_regular(const char *path);
bool aj_is_directory(const char *path);

/* A set of files that are written together or not at all. */
struct aj_output {
    const char *name; /* relative, '/' separated, no "..", unique in the set */
    const void *data;
    size_t size;
    bool executable;
};

/*
 * Writes outputs[count] below `dir`, which is made with its parents when missing. Every file goes to
 * a temporary name beside its place first and is synced; only when all are there are they renamed,
 * so a full disk or a refused name leaves what was there before, and no new directory either. Only
 * regular files are replaced, and they keep their permissions; of a symbolic link to one, the file
 * is replaced and the link stays. Fails with AJ_ERR_IO "file-write", or AJ_INTERRUPTED "interrupted"
 * before anything is written.
 */
AJ_NODISCARD enum aj_status aj_outputs_write(struct aj_ctx *cx, const char *dir,
                                             const struct aj_output *outputs, size_t count);
/*
 * Removes what an earlier set had and a new one has not. Names that are no names of outputs, and
 * whatever is no regular file, are passed over. Fails with AJ_ERR_IO "file-write".
 */
AJ_NODISCARD enum aj_status aj_outputs_remove(struct aj_ctx *cx, const char *dir,
                                              const char *const *names, size_t count);
/* The directory, with its parents, where it is missing. Fails with AJ_ERR_IO "file-write". */
AJ_NODISCARD enum aj_status aj_directory_make(struct aj_ctx *cx, const char *dir);
/*
 * One file, same promise, into a directory that exists. `path` may be "-" for standard output, or
 * name a device or a pipe, which is written in place.
 */
AJ_NODISCARD enum aj_status aj_file_write(struct aj_ctx *cx, const char *path, const void *data,
                                          size_t size);

#endif
