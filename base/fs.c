/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

#define TEMP_TRIES 1000 /* names tried before a directory counts as unusable */
#define LINKS_MAX  40   /* Linux follows no more */
#define TARGET_MAX 4096 /* of a link, as Linux has it */

static enum aj_status interrupted(struct aj_ctx *cx, const char *path)
{
    return aj_fail(cx, AJ_INTERRUPTED, "interrupted", aj_loc_file(path), "interrupted");
}

static enum aj_status read_failed(struct aj_ctx *cx, const char *path, const char *what)
{
    if (errno == EINTR)
        return interrupted(cx, path);
    return aj_fail(cx, AJ_ERR_IO, "file-read", aj_loc_file(path), "%s: %s", what, strerror(errno));
}

static enum aj_status write_failed(struct aj_ctx *cx, const char *path, const char *what)
{
    if (errno == EINTR)
        return interrupted(cx, path);
    return aj_fail(cx, AJ_ERR_IO, "file-write", aj_loc_file(path), "%s: %s", what, strerror(errno));
}

/* Waits for the other end if `path` is a pipe. -1 with errno, EINTR if the user ended the wait. */
static int open_patiently(const struct aj_ctx *cx, const char *path, int how)
{
    int fd;
    do
        fd = open(path, how | O_CLOEXEC | O_NOCTTY);
    while (fd < 0 && errno == EINTR && !aj_cancelled(cx));
    return fd;
}

/* Appends all that `fd` has, at most limit + 1 bytes. False with errno, EINTR as above. */
static bool read_all(const struct aj_ctx *cx, int fd, size_t limit, struct aj_buf *to)
{
    char chunk[16384];
    while (to->len <= limit) {
        const size_t room = limit - to->len;
        const ssize_t got = read(fd, chunk, room < sizeof chunk ? room + 1 : sizeof chunk);
        if (aj_cancelled(cx)) {
            errno = EINTR;
            return false;
        }
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0)
            aj_buf_add(to, chunk, (size_t)got);
    }
    return true;
}

enum aj_status aj_file_read(struct aj_ctx *cx, const char *path, size_t limit, struct aj_arena *out,
                            struct aj_bytes *bytes)
{
    const int fd = open_patiently(cx, path, O_RDONLY);
    if (fd < 0)
        return read_failed(cx, path, "cannot be opened");
    enum aj_status status = AJ_ERR_INTERNAL;
    struct aj_buf content = {0};
    if (!read_all(cx, fd, limit, &content)) {
        status = read_failed(cx, path, "cannot be read");
        goto close_file;
    }
    if (content.len > limit) {
        status = aj_fail(cx, AJ_ERR_INPUT, "file-too-big", aj_loc_file(path),
                         "has more than %zu bytes", limit);
        goto close_file;
    }
    bytes->data = (const uint8_t *)aj_strndup(out, aj_buf_text(&content), content.len);
    bytes->size = content.len;
    status = AJ_OK;
close_file:
    aj_buf_free(&content);
    close(fd);
    return status;
}

bool aj_file_exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

bool aj_file_is_regular(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool aj_is_directory(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* One output on its way. */
struct job {
    const char *path;  /* as the user knows it */
    const char *place; /* what is replaced: `path`, or the file that it is a link to */
    const char *temp;  /* its temporary name, NULL while there is no such file */
    mode_t mode;       /* of the file that is replaced; 0 if there is none */
};

/* What one call of aj_outputs_write did so far, to undo it. All of it lives in the scratch arena. */
struct writing {
    struct job *jobs;
    size_t jobs_count;
    AJ_VEC(const char *) made; /* directories, parents first */
};

static bool name_ok(const char *name)
{
    for (;;) {
        const size_t len = strcspn(name, "/");
        if (len == 0 || (len == 1 && name[0] == '.') || (len == 2 && memcmp(name, "..", 2) == 0))
            return false;
        if (name[len] == '\0')
            return true;
        name += len + 1;
    }
}

/* Are the names equal, or is one a directory the other needs? */
static bool names_clash(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return (*a == '\0' || *a == '/') && (*b == '\0' || *b == '/') && (*a == '\0' || *b == '\0');
}

static enum aj_status check_names(struct aj_ctx *cx, const char *dir,
                                  const struct aj_output *outputs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!name_ok(outputs[i].name))
            return aj_fail(cx, AJ_ERR_IO, "file-write", aj_loc_file(dir),
                           "'%s' does not name a file below the directory", outputs[i].name);
        for (size_t j = 0; j < i; j++)
            if (names_clash(outputs[i].name, outputs[j].name))
                return aj_fail(cx, AJ_ERR_IO, "file-write", aj_loc_file(dir),
                               "'%s' and '%s' cannot both be files", outputs[j].name,
                               outputs[i].name);
    }
    return AJ_OK;
}

/* "a/b" -> "a", "b" -> ".", "/b" -> "/" */
static const char *parent_of(struct aj_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return ".";
    return slash == path ? "/" : aj_strndup(arena, path, (size_t)(slash - path));
}

/* The file that `path` is a link to over any number of links, `path` itself if it is none. */
static const char *follow_links(struct aj_arena *arena, const char *path)
{
    for (unsigned i = 0; i < LINKS_MAX; i++) {
        char target[TARGET_MAX];
        const ssize_t len = readlink(path, target, sizeof target - 1);
        if (len < 0)
            break;
        target[len] = '\0';
        path = target[0] == '/' ? aj_strdup(arena, target)
                                : aj_strf(arena, "%s/%s", parent_of(arena, path), target);
    }
    return path;
}

/* What is to be replaced, and can it be? Asked for all outputs before the first is. */
static enum aj_status find_place(struct aj_ctx *cx, struct job *job)
{
    struct stat info, place;
    job->place = follow_links(cx->scratch, job->path);
    if (stat(job->path, &info) != 0) {
        if (errno != ENOENT)
            return write_failed(cx, job->path, "cannot be made");
        if (job->place == job->path)
            return AJ_OK;
        return aj_fail(cx, AJ_ERR_IO, "file-write", aj_loc_file(job->path),
                       "is a link to a file that is not there");
    }
    if (!S_ISREG(info.st_mode))
        return aj_fail(cx, AJ_ERR_IO, "file-write", aj_loc_file(job->path),
                       "is there and is not a regular file");
    /* A link below /proc may show a name that leads nowhere, or elsewhere. */
    if (stat(job->place, &place) != 0 || place.st_dev != info.st_dev || place.st_ino != info.st_ino)
        return aj_fail(cx, AJ_ERR_IO, "file-write", aj_loc_file(job->path),
                       "is a link to a file without a name");
    job->mode = info.st_mode & 0777;
    return AJ_OK;
}

static enum aj_status make_directory(struct aj_ctx *cx, const char *path, struct writing *w)
{
    if (mkdir(path, 0755) == 0) {
        AJ_PUSH(cx->scratch, &w->made, path);
        return AJ_OK;
    }
    /* Which of several reasons mkdir names first is not defined, so look. */
    const int why = errno;
    if (aj_is_directory(path))
        return AJ_OK;
    errno = why;
    return write_failed(cx, path, "the directory cannot be made");
}

/* Makes the directories that the last component of `path` needs. */
static enum aj_status make_parents(struct aj_ctx *cx, const char *path, struct writing *w)
{
    for (size_t i = 1; path[0] != '\0' && path[i] != '\0'; i++)
        if (path[i] == '/' && path[i - 1] != '/')
            AJ_TRY(make_directory(cx, aj_strndup(cx->scratch, path, i), w));
    return AJ_OK;
}

/* False with errno, EINTR if the user ended it. */
static bool write_all(const struct aj_ctx *cx, int fd, const void *data, size_t size)
{
    const char *rest = data;
    while (size > 0) {
        const ssize_t done = write(fd, rest, size);
        if (done < 0 && (errno != EINTR || aj_cancelled(cx)))
            return false;
        if (done > 0) {
            rest += done;
            size -= (size_t)done;
        }
    }
    return true;
}

/* Opens a new file beside job->place and notes its name. -1 with errno on failure. */
static int open_temp(struct aj_ctx *cx, struct job *job, mode_t mode)
{
    const char *parent = parent_of(cx->scratch, job->place);
    for (unsigned i = 0; i < TEMP_TRIES; i++) {
        const char *temp = aj_strf(cx->scratch, "%s/.autojail-%u.tmp", parent, i);
        const int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd >= 0)
            job->temp = temp;
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static enum aj_status write_temp(struct aj_ctx *cx, struct job *job, const struct aj_output *output)
{
    const int fd = open_temp(cx, job, output->executable ? 0777 : 0666);
    if (fd < 0)
        return write_failed(cx, job->path, "cannot be made");
    enum aj_status status = AJ_ERR_INTERNAL;
    if ((job->mode != 0 && fchmod(fd, job->mode) != 0) ||
        !write_all(cx, fd, output->data, output->size) || fsync(fd) != 0) {
        status = write_failed(cx, job->path, "cannot be written");
        close(fd);
        return status;
    }
    /* Network file systems report a full disk here. */
    return close(fd) == 0 ? AJ_OK : write_failed(cx, job->path, "cannot be written");
}

/* Makes a rename last beyond a power cut; file systems that cannot do this are no worse off. */
static void sync_directory(const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

static enum aj_status rename_all(struct aj_ctx *cx, struct writing *w)
{
    for (size_t i = 0; i < w->jobs_count; i++) {
        struct job *job = &w->jobs[i];
        if (rename(job->temp, job->place) != 0) {
            const enum aj_status status = write_failed(cx, job->path, "cannot be replaced");
            if (i > 0)
                aj_diag_hint(cx, "%zu of %zu files are already new", i, w->jobs_count);
            return status;
        }
        job->temp = NULL;
    }
    for (size_t i = 0; i < w->jobs_count; i++)
        sync_directory(parent_of(cx->scratch, w->jobs[i].place));
    return AJ_OK;
}

/* Removes what a failed call left; a directory that is in use by then stays. */
static void undo(const struct writing *w)
{
    for (size_t i = 0; i < w->jobs_count; i++)
        if (w->jobs[i].temp != NULL)
            unlink(w->jobs[i].temp);
    for (size_t i = w->made.count; i-- > 0;)
        rmdir(w->made.items[i]);
}

static enum aj_status write_and_rename(struct aj_ctx *cx, const struct aj_output *outputs,
                                       struct writing *w)
{
    for (size_t i = 0; i < w->jobs_count; i++) {
        AJ_TRY(make_parents(cx, w->jobs[i].path, w));
        AJ_TRY(find_place(cx, &w->jobs[i]));
        AJ_TRY(write_temp(cx, &w->jobs[i], &outputs[i]));
    }
    return rename_all(cx, w);
}

static const char *join(struct aj_arena *arena, const char *dir, const char *name)
{
    const size_t len = strlen(dir);
    if (len == 0 || strcmp(dir, ".") == 0)
        return aj_strdup(arena, name);
    return aj_strf(arena, dir[len - 1] == '/' ? "%s%s" : "%s/%s", dir, name);
}

enum aj_status aj_outputs_write(struct aj_ctx *cx, const char *dir, const struct aj_output *outputs,
                                size_t count)
{
    AJ_TRY(aj_poll_cancel(cx));
    AJ_TRY(check_names(cx, dir, outputs, count));
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    struct writing w = {.jobs = AJ_NEW_ARRAY(cx->scratch, struct job, count), .jobs_count = count};
    for (size_t i = 0; i < count; i++)
        w.jobs[i].path = join(cx->scratch, dir, outputs[i].name);
    const enum aj_status status = write_and_rename(cx, outputs, &w);
    if (status != AJ_OK)
        undo(&w);
    aj_arena_release(cx->scratch, mark);
    return status;
}

enum aj_status aj_outputs_remove(struct aj_ctx *cx, const char *dir, const char *const *names,
                                 size_t count)
{
    enum aj_status status = AJ_OK;
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    for (size_t i = 0; i < count; i++) {
        const char *path = name_ok(names[i]) ? join(cx->scratch, dir, names[i]) : NULL;
        struct stat info;
        if (path == NULL || lstat(path, &info) != 0 || !S_ISREG(info.st_mode))
            continue;
        if (unlink(path) != 0)
            status = write_failed(cx, path, "cannot be removed");
    }
    aj_arena_release(cx->scratch, mark);
    return status;
}

enum aj_status aj_directory_make(struct aj_ctx *cx, const char *dir)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    struct writing w = {.jobs_count = 0};
    const enum aj_status status = make_parents(cx, aj_strf(cx->scratch, "%s/.", dir), &w);
    if (status != AJ_OK)
        undo(&w);
    aj_arena_release(cx->scratch, mark);
    return status;
}

static enum aj_status write_stdout(struct aj_ctx *cx, const void *data, size_t size)
{
    if (fwrite(data, 1, size, stdout) != size || fflush(stdout) != 0)
        return write_failed(cx, "-", "standard output cannot be written");
    return AJ_OK;
}

/* A device or a pipe: nothing to keep, nothing to rename. */
static enum aj_status write_in_place(struct aj_ctx *cx, const char *path, const void *data,
                                     size_t size)
{
    const int fd = open_patiently(cx, path, O_WRONLY);
    if (fd < 0)
        return write_failed(cx, path, "cannot be opened");
    enum aj_status status = AJ_OK;
    if (!write_all(cx, fd, data, size))
        status = write_failed(cx, path, "cannot be written");
    close(fd);
    return status;
}

enum aj_status aj_file_write(struct aj_ctx *cx, const char *path, const void *data, size_t size)
{
    struct stat info;
    AJ_TRY(aj_poll_cancel(cx));
    if (strcmp(path, "-") == 0)
        return write_stdout(cx, data, size);
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return write_in_place(cx, path, data, size);
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const char *slash = strrchr(path, '/');
    const char *dir = parent_of(cx->scratch, path);
    const struct aj_output output = {
        .name = slash == NULL ? path : slash + 1, .data = data, .size = size};
    enum aj_status status;
    if (aj_is_directory(dir)) {
        status = aj_outputs_write(cx, dir, &output, 1);
    } else {
        errno = aj_file_exists(dir) ? ENOTDIR : ENOENT;
        status = write_failed(cx, path, "cannot be written");
    }
    aj_arena_release(cx->scratch, mark);
    return status;
}
