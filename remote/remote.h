/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How to look at a target, whatever it is: a snapshot directory or a tar archive of one, which may
 * just have come from a live machine (remote/host.h). Paths are absolute on the target
 * ("/proc/iomem").
 */
#ifndef REMOTE_REMOTE_H
#define REMOTE_REMOTE_H

#include "base/ctx.h"
#include "base/fs.h"

struct remote;

/*
 * Opens a snapshot: a directory that mirrors the target's /proc and /sys, or a tar archive of one,
 * plain or gzip. A hostile archive is refused with AJ_ERR_INPUT "snapshot-hostile": links, absolute
 * names, "..", devices, more than a million members or 1 GiB. AJ_ERR_IO "file-read" if there is no
 * such path; AJ_ERR_INPUT "snapshot-format" if it is neither.
 */
AJ_NODISCARD enum aj_status remote_open_snapshot(struct aj_ctx *cx, const char *path,
                                                 struct remote **remote);
/* The same of an archive in memory, of which nothing is borrowed; `name` stands for its path. */
AJ_NODISCARD enum aj_status remote_open_archive(struct aj_ctx *cx, const char *name,
                                                struct aj_bytes archive, struct remote **remote);
void remote_close(struct remote *remote);

/* Where diagnostics say the file is: the name below the snapshot. Lives as long as `remote`. */
const char *remote_display_path(struct remote *remote, const char *path);

/* The whole file, into `out`; false if it is not there or cannot be read. Empty files are there. */
bool remote_read(struct remote *remote, const char *path, struct aj_arena *out,
                 struct aj_bytes *bytes);

struct remote_entry {
    const char *name; /* within the directory */
    bool directory;
};
/* Entries of a directory sorted by name (strcmp), into `out`; false if it is no directory. */
bool remote_list(struct remote *remote, const char *path, struct aj_arena *out,
                 const struct remote_entry **entries, size_t *count);
/* Text of a symbolic link: a real link in a directory snapshot, or the file `path`.link. NULL: none. */
const char *remote_link(struct remote *remote, const char *path, struct aj_arena *out);

/*
 * Appends a tar archive of the files, which are root's, have no times, and may be executed where
 * they say so; equal files give equal bytes. Names are relative.
 */
struct aj_buf;
void remote_tar(const struct aj_output *files, size_t count, struct aj_buf *to);
/* The same, compressed by gzip. */
void remote_pack(const struct aj_output *files, size_t count, struct aj_buf *to);

#endif
