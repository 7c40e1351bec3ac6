/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a kind of target implements. Paths come normalised: relative to the target's root, without
 * empty, "." and ".." components; "" is the root itself.
 */
#ifndef REMOTE_REMOTE_PRIV_H
#define REMOTE_REMOTE_PRIV_H

#include "base/buf.h"
#include "remote/remote.h"

#define REMOTE_FILE_MAX ((size_t)16 << 20) /* bytes of one file; larger ones count as unreadable */

struct remote_ops {
    bool (*read)(struct remote *remote, const char *path, struct aj_arena *out,
                 struct aj_bytes *bytes);
    bool (*list)(struct remote *remote, const char *path, struct aj_arena *out,
                 const struct remote_entry **entries, size_t *count);
    /* Text of a symbolic link, NULL if it is none. */
    const char *(*link)(struct remote *remote, const char *path, struct aj_arena *out);
    void (*close)(struct remote *remote);
};

struct remote {
    const struct remote_ops *ops;
    struct aj_arena *arena; /* holds the remote itself */
    const char *name;       /* the path that was opened */
    void *state;            /* of the kind */
};

AJ_NODISCARD enum aj_status remote_open_directory(struct aj_ctx *cx, struct remote *remote);
/* From the whole archive, of which nothing is borrowed. */
AJ_NODISCARD enum aj_status remote_open_tar(struct aj_ctx *cx, struct remote *remote,
                                            struct aj_bytes archive);

#define REMOTE_ARCHIVE_MAX ((size_t)1 << 30) /* bytes of an archive, also uncompressed */

/* Bytes in memory, gzip or plain, as a stream; lives in `arena` and borrows `bytes`. */
struct remote_source;
AJ_NODISCARD struct remote_source *remote_source_open(struct aj_arena *arena,
                                                      struct aj_bytes bytes);
void remote_source_close(struct remote_source *source);
/* *got is less than `size` only at the end. False when the compressed data are damaged or cut. */
AJ_NODISCARD bool remote_source_read(struct remote_source *source, void *to, size_t size,
                                     size_t *got);
/* Appends `plain`, less than 4 GiB, as a gzip file without name and time. */
void remote_gzip(struct aj_bytes plain, struct aj_buf *to);

/* A path without empty and "." components, NULL if one is ".."; the leading "/" goes, too. */
const char *remote_clean_path(struct aj_arena *to, const char *path);

/* Sorts by name; of equal names one stays, a directory if any of them is one. Returns the count. */
size_t remote_sort_entries(struct remote_entry *entries, size_t count);

#endif
