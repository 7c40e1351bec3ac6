/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A snapshot in a directory. Symbolic links are followed here, component by component, so that none
 * leads out of it: an absolute link means the target's root, as it did on the target.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "remote/remote_priv.h"

#define LINKS_MAX     32 /* symbolic links on the way to one file */
#define LINK_TEXT_MAX 4096
#define OPEN_DIR      (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct snapshot {
    int root;
    /* The directory that was opened last: files are read directory by directory. */
    int dir;
    struct aj_buf dir_path;
};

/* Text of the link `name` in `dir`, NULL if it is none. */
static char *read_link(int dir, const char *name, struct aj_arena *to)
{
    char text[LINK_TEXT_MAX];
    const ssize_t size = readlinkat(dir, name, text, sizeof text);
    return size <= 0 || (size_t)size >= sizeof text ? NULL : aj_strndup(to, text, (size_t)size);
}

static void set_len(struct aj_buf *path, size_t len)
{
    path->len = len;
    if (path->data != NULL)
        path->data[len] = '\0';
}

static void drop_last(struct aj_buf *path)
{
    const char *slash = strrchr(aj_buf_text(path), '/');
    set_len(path, slash == NULL ? 0 : (size_t)(slash - path->data));
}

/*
 * Opens the directory `todo` from the root; -1 if it is none. Any ".." comes from a link: it goes up
 * on the path walked so far, never above the root. Links are rare, so both start anew at the root.
 */
static int walk(struct snapshot *s, const char *todo, struct aj_arena *tmp)
{
    struct aj_buf done = {0}; /* the path walked so far, free of links */
    int links = 0;
    int dir = dup(s->root);
    while (dir >= 0 && *todo != '\0') {
        const size_t part = strcspn(todo, "/");
        const char *name = aj_strndup(tmp, todo, part);
        const char *redo = NULL, *link = NULL;
        int next = -1;
        todo += part + (todo[part] == '/');
        if (part == 0 || strcmp(name, ".") == 0)
            continue;
        if (strcmp(name, "..") == 0) {
            drop_last(&done);
            redo = aj_strf(tmp, "%s/%s", aj_buf_text(&done), todo);
        } else if ((next = openat(dir, name, OPEN_DIR)) >= 0) {
            aj_buf_adds(&done, "/");
            aj_buf_adds(&done, name);
        } else if (links++ < LINKS_MAX && (link = read_link(dir, name, tmp)) != NULL) {
            redo = aj_strf(tmp, "%s/%s/%s", link[0] == '/' ? "" : aj_buf_text(&done), link, todo);
        }
        if (redo != NULL) {
            todo = redo;
            set_len(&done, 0);
            next = dup(s->root);
        }
        close(dir);
        dir = next;
    }
    aj_buf_free(&done);
    return dir;
}

/* The directory `path`, kept open until another one is wanted; -1 if it is none. */
static int directory(struct snapshot *s, const char *path, struct aj_arena *tmp)
{
    if (s->dir >= 0 && strcmp(aj_buf_text(&s->dir_path), path) == 0)
        return s->dir;
    if (s->dir >= 0)
        close(s->dir);
    s->dir = walk(s, path, tmp);
    set_len(&s->dir_path, 0);
    aj_buf_adds(&s->dir_path, path);
    return s->dir;
}

/* Splits `path` into its directory, which is opened, and the name in it. */
static int parent(struct snapshot *s, const char *path, struct aj_arena *tmp, const char **name)
{
    const char *slash = strrchr(path, '/');
    *name = slash == NULL ? path : slash + 1;
    return directory(s, slash == NULL ? "" : aj_strndup(tmp, path, (size_t)(slash - path)), tmp);
}

static bool read_all(int fd, struct aj_arena *out, struct aj_bytes *bytes)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > (off_t)REMOTE_FILE_MAX)
        return false;
    /* procfs says 0 and sysfs 4096: the size is where to begin, not what to expect. */
    size_t cap = (size_t)st.st_size + 1, size = 0;
    if (st.st_size == 0)
        cap = 4096;
    uint8_t *data = aj_alloc(out, cap + 1);
    for (;;) {
        const ssize_t got = read(fd, data + size, cap - size);
        if (got < 0)
            return false;
        if (got == 0)
            break;
        size += (size_t)got;
        if (size > REMOTE_FILE_MAX)
            return false;
        if (size == cap) {
            cap *= 2;
            uint8_t *more = aj_alloc(out, cap + 1);
            memcpy(more, data, size);
            data = more;
        }
    }
    data[size] = 0;
    *bytes = (struct aj_bytes){data, size};
    return true;
}

static bool dir_read(struct remote *remote, const char *path, struct aj_arena *out,
                     struct aj_bytes *bytes)
{
    struct snapshot *s = remote->state;
    const char *name = NULL;
    for (int links = 0; links < LINKS_MAX; links++) {
        const int dir = parent(s, path, remote->arena, &name);
        if (dir < 0 || name[0] == '\0')
            return false;
        /* O_NONBLOCK: opening a pipe must not wait for its writer. */
        const int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0) {
            const bool done = read_all(fd, out, bytes);
            close(fd);
            return done;
        }
        const char *link = read_link(dir, name, remote->arena);
        if (link == NULL)
            return false;
        path = link[0] == '/' ? link + 1
                              : aj_strf(remote->arena, "%.*s%s", (int)(name - path), path, link);
    }
    return false;
}

static bool is_directory(int dir, const char *name)
{
    struct stat st;
    return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static bool dir_list(struct remote *remote, const char *path, struct aj_arena *out,
                     const struct remote_entry **entries, size_t *count)
{
    struct snapshot *s = remote->state;
    const int dir = directory(s, path, remote->arena);
    /* A descriptor of its own: closedir closes it, and the position is shared with a dup. */
    const int own = dir < 0 ? -1 : openat(dir, ".", OPEN_DIR);
    DIR *stream = own < 0 ? NULL : fdopendir(own);
    if (stream == NULL) {
        if (own >= 0)
            close(own);
        return false;
    }
    AJ_VEC(struct remote_entry) found = {0};
    for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        AJ_PUSH(out, &found,
                ((struct remote_entry){aj_strdup(out, entry->d_name),
                                       is_directory(dir, entry->d_name)}));
    }
    closedir(stream);
    *count = remote_sort_entries(found.items, found.count);
    *entries = found.items;
    return true;
}

static const char *dir_link(struct remote *remote, const char *path, struct aj_arena *out)
{
    const char *name = NULL;
    const int dir = parent(remote->state, path, remote->arena, &name);
    return dir < 0 ? NULL : read_link(dir, name, out);
}

static void dir_close(struct remote *remote)
{
    struct snapshot *s = remote->state;
    if (s->dir >= 0)
        close(s->dir);
    close(s->root);
    aj_buf_free(&s->dir_path);
}

static const struct remote_ops directory_ops = {dir_read, dir_list, dir_link, dir_close};

enum aj_status remote_open_directory(struct aj_ctx *cx, struct remote *remote)
{
    const int root = open(remote->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return aj_fail(cx, AJ_ERR_IO, "file-read", ((struct aj_loc){remote->name, 0, 0}),
                       "cannot open the directory");
    struct snapshot *s = AJ_NEW(remote->arena, struct snapshot);
    *s = (struct snapshot){.root = root, .dir = -1};
    remote->state = s;
    remote->ops = &directory_ops;
    return AJ_OK;
}
