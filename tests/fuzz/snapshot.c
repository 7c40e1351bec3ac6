/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extract/extract.h"

static char directory[] = "/tmp/aj-fuzz-XXXXXX";

static void remove_all(void)
{
    struct aj_arena *arena = aj_arena_open();
    FUZZ_CHECK(system(aj_strf(arena, "rm -rf %s", directory)) == 0);
    aj_arena_close(arena);
}

static const char *directory_made(void)
{
    static bool made;
    if (!made) {
        made = mkdtemp(directory) != NULL;
        FUZZ_CHECK(made && atexit(remove_all) == 0);
    }
    return directory;
}

static const char *full_path(struct aj_arena *to, const char *path)
{
    const char *dir = directory_made();
    char *full = aj_strf(to, "%s/%s", dir, path);
    for (char *slash = strchr(full + strlen(dir) + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        FUZZ_CHECK(mkdir(full, 0700) == 0 || errno == EEXIST);
        *slash = '/';
    }
    return full;
}

void fuzz_snapshot_remove(const char *path)
{
    struct aj_arena *arena = aj_arena_open();
    FUZZ_CHECK(unlink(full_path(arena, path)) == 0 || errno == ENOENT);
    aj_arena_close(arena);
}

static void put(const struct fuzz_file *file)
{
    struct aj_arena *arena = aj_arena_open();
    /* Some file systems wait for the disk when a file is overwritten. */
    fuzz_snapshot_remove(file->path);
    const int fd = open(full_path(arena, file->path), O_WRONLY | O_CREAT | O_EXCL, 0600);
    FUZZ_CHECK(fd >= 0 && write(fd, file->bytes, file->size) == (ssize_t)file->size);
    close(fd);
    aj_arena_close(arena);
}

void fuzz_snapshot_put(const struct fuzz_file *files, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put(&files[i]);
}

void fuzz_snapshot_link(const char *path, const char *to)
{
    struct aj_arena *arena = aj_arena_open();
    FUZZ_CHECK(symlink(to, full_path(arena, path)) == 0);
    aj_arena_close(arena);
}

void fuzz_check_board(struct aj_ctx *cx, struct aj_arena *out, const struct model_board *board)
{
    struct aj_buf text = {0};
    const struct aj_yaml *doc = NULL;
    const struct model_board *again = NULL;
    extract_write(board, &text);
    FUZZ_CHECK(aj_yaml_parse(cx, "board.yml", text.data, text.len, out, &doc) == AJ_OK);
    FUZZ_CHECK(model_board_read(cx, doc, out, &again) == AJ_OK);
    FUZZ_CHECK(aj_schema_equal(&model_board_schema, board, again));
    aj_buf_free(&text);
}

void fuzz_snapshot_extract(void)
{
    const struct extract_options options = {.force = true};
    const struct model_board *board = NULL;
    struct remote *remote = NULL;
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    struct aj_arena *out = aj_arena_open();
    FUZZ_CHECK(remote_open_snapshot(&cx, directory_made(), &remote) == AJ_OK);
    const enum aj_status status = extract_board(&cx, remote, &options, out, &board);
    FUZZ_CHECK(status == aj_diag_since(&cx, 0) && (status == AJ_OK) == (board != NULL));
    if (status == AJ_OK)
        fuzz_check_board(&cx, out, board);
    remote_close(remote);
    aj_arena_close(out);
    aj_ctx_close(&cx);
}
