/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "remote/remote.h"

#include <errno.h>
#include <sys/stat.h>

#include "remote/remote_priv.h"

static struct remote *begin(const char *name)
{
    struct aj_arena *arena = aj_arena_open();
    struct remote *opened = AJ_NEW(arena, struct remote);
    *opened = (struct remote){.arena = arena, .name = aj_strdup(arena, name)};
    return opened;
}

static enum aj_status finish(struct remote *opened, enum aj_status status, struct remote **remote)
{
    if (status == AJ_OK)
        *remote = opened;
    else
        aj_arena_close(opened->arena);
    return status;
}

static enum aj_status open_file(struct aj_ctx *cx, struct remote *opened)
{
    struct aj_arena *arena = aj_arena_open();
    struct aj_bytes archive;
    enum aj_status status = aj_file_read(cx, opened->name, REMOTE_ARCHIVE_MAX, arena, &archive);
    if (status == AJ_OK)
        status = remote_open_tar(cx, opened, archive);
    aj_arena_close(arena);
    return status;
}

enum aj_status remote_open_snapshot(struct aj_ctx *cx, const char *path, struct remote **remote)
{
    struct stat st;
    const struct aj_loc loc = {path, 0, 0};
    if (stat(path, &st) != 0)
        return aj_fail(cx, AJ_ERR_IO, "file-read", loc, "cannot open the snapshot: %s",
                       strerror(errno));
    if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
        return aj_fail(cx, AJ_ERR_INPUT, "snapshot-format", loc,
                       "a snapshot is a directory or a tar archive");
    struct remote *opened = begin(path);
    const enum aj_status status =
        S_ISDIR(st.st_mode) ? remote_open_directory(cx, opened) : open_file(cx, opened);
    return finish(opened, status, remote);
}

enum aj_status remote_open_archive(struct aj_ctx *cx, const char *name, struct aj_bytes archive,
                                   struct remote **remote)
{
    struct remote *opened = begin(name);
    return finish(opened, remote_open_tar(cx, opened, archive), remote);
}

void remote_close(struct remote *remote)
{
    if (remote == NULL)
        return;
    remote->ops->close(remote);
    aj_arena_close(remote->arena);
}

const char *remote_display_path(struct remote *remote, const char *path)
{
    size_t length = strlen(remote->name);
    while (length > 1 && remote->name[length - 1] == '/')
        length--;
    return aj_strf(remote->arena, "%.*s%s%s", (int)length, remote->name, path[0] == '/' ? "" : "/",
                   path);
}

const char *remote_clean_path(struct aj_arena *to, const char *path)
{
    char *out = aj_alloc(to, strlen(path) + 1);
    size_t length = 0;
    while (*path != '\0') {
        const size_t part = strcspn(path, "/");
        const bool up = part == 2 && path[0] == '.' && path[1] == '.';
        if (up)
            return NULL;
        if (part > 0 && !(part == 1 && path[0] == '.')) {
            if (length > 0)
                out[length++] = '/';
            memcpy(out + length, path, part);
            length += part;
        }
        path += part + (path[part] == '/');
    }
    out[length] = '\0';
    return out;
}

bool remote_read(struct remote *remote, const char *path, struct aj_arena *out,
                 struct aj_bytes *bytes)
{
    const struct aj_mark mark = aj_arena_mark(remote->arena);
    const char *plain = remote_clean_path(remote->arena, path);
    const bool done = plain != NULL && remote->ops->read(remote, plain, out, bytes);
    aj_arena_release(remote->arena, mark);
    return done;
}

bool remote_list(struct remote *remote, const char *path, struct aj_arena *out,
                 const struct remote_entry **entries, size_t *count)
{
    const struct aj_mark mark = aj_arena_mark(remote->arena);
    const char *plain = remote_clean_path(remote->arena, path);
    const bool done = plain != NULL && remote->ops->list(remote, plain, out, entries, count);
    aj_arena_release(remote->arena, mark);
    return done;
}

const char *remote_link(struct remote *remote, const char *path, struct aj_arena *out)
{
    const struct aj_mark mark = aj_arena_mark(remote->arena);
    const char *plain = remote_clean_path(remote->arena, path);
    const char *text = plain == NULL ? NULL : remote->ops->link(remote, plain, out);
    aj_arena_release(remote->arena, mark);
    if (text != NULL)
        return text;
    struct aj_bytes bytes;
    if (!remote_read(remote, aj_strf(out, "%s.link", path), out, &bytes))
        return NULL;
    return aj_strline(out, (const char *)bytes.data);
}

static int by_name(const void *a, const void *b)
{
    const struct remote_entry *x = a, *y = b;
    const int order = strcmp(x->name, y->name);
    return order != 0 ? order : (int)y->directory - (int)x->directory;
}

size_t remote_sort_entries(struct remote_entry *entries, size_t count)
{
    if (count == 0)
        return 0;
    qsort(entries, count, sizeof *entries, by_name);
    size_t kept = 1;
    for (size_t i = 1; i < count; i++)
        if (strcmp(entries[kept - 1].name, entries[i].name) != 0)
            entries[kept++] = entries[i];
    return kept;
}
