/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/collect.h"

#include "base/dt.h"
#include "extract/extract_priv.h"

#define DEPTH_MAX 64
#define BLOB      "/sys/firmware/fdt"

typedef AJ_VEC(struct aj_output) file_vec;

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* Properties that say which very machine it is, or what it should keep to itself. */
static bool is_secret(const char *name)
{
    static const char *const names[] = {"kaslr-seed", "rng-seed", "serial-number", "mac-address",
                                        "local-mac-address"};
    for (size_t i = 0; i < AJ_COUNT(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return strncmp(name, "security-", 9) == 0;
}

static void scrub_property(const char *name, uint8_t *value, size_t size)
{
    if (is_secret(name))
        memset(value, 0, size);
    if (strcmp(name, "bootargs") != 0)
        return;
    struct aj_arena *arena = aj_arena_open();
    const char *clean = extract_scrub(arena, aj_strndup(arena, (const char *)value, size));
    const size_t length = strlen(clean);
    memset(value, 0, size);
    /* An empty value that became "x" may not fit. */
    memcpy(value, clean, length < size ? length : size - 1);
    aj_arena_close(arena);
}

static void add_file(struct aj_arena *arena, file_vec *files, const char *path,
                     struct aj_bytes bytes)
{
    uint8_t *blob = strcmp(path, BLOB) == 0 ? aj_memdup(arena, bytes.data, bytes.size) : NULL;
    if (blob != NULL && !aj_dt_edit(blob, bytes.size, scrub_property))
        return; /* who knows what is in it */
    AJ_PUSH(arena, files,
            ((struct aj_output){path + 1, blob != NULL ? blob : bytes.data, bytes.size, false}));
}

static void add_entry(struct remote *remote, struct aj_arena *arena, const char *path,
                      file_vec *files)
{
    struct aj_bytes bytes;
    const char *text = ends_with(path, ".link") ? NULL : remote_link(remote, path, arena);
    if (text != NULL) {
        const char *line = aj_strf(arena, "%s\n", text);
        const char *name = aj_strf(arena, "%s.link", path);
        add_file(arena, files, name, (struct aj_bytes){(const uint8_t *)line, strlen(line)});
    } else if (remote_read(remote, path, arena, &bytes)) {
        add_file(arena, files, path, bytes);
    }
}

static enum aj_status walk(struct aj_ctx *cx, struct remote *remote, struct aj_arena *arena,
                           const char *path, file_vec *files)
{
    const struct remote_entry *entries = NULL;
    size_t count = 0, depth = 0;
    for (const char *c = path; *c != '\0'; c++)
        depth += *c == '/';
    if (depth > DEPTH_MAX)
        return aj_fail(cx, AJ_ERR_INPUT, "snapshot-hostile",
                       aj_loc_file(remote_display_path(remote, path)),
                       "directories are more than %d deep", DEPTH_MAX);
    if (!remote_list(remote, path, arena, &entries, &count))
        return AJ_OK;
    for (size_t i = 0; i < count; i++) {
        const char *below = aj_strf(arena, "%s/%s", path, entries[i].name);
        if (entries[i].directory)
            AJ_TRY(walk(cx, remote, arena, below, files));
        else
            add_entry(remote, arena, below, files);
    }
    return AJ_OK;
}

static enum aj_status write_archive(struct aj_ctx *cx, const char *path, const file_vec *files)
{
    struct aj_buf archive = {0};
    remote_pack(files->items, files->count, &archive);
    const enum aj_status status = aj_file_write(cx, path, archive.data, archive.len);
    aj_buf_free(&archive);
    return status;
}

enum aj_status extract_record(struct aj_ctx *cx, struct remote *remote, const char *path)
{
    struct aj_arena *arena = aj_arena_open();
    file_vec files = {0};
    enum aj_status status = walk(cx, remote, arena, "", &files);
    if (status == AJ_OK && (ends_with(path, ".tar.gz") || ends_with(path, ".tgz")))
        status = write_archive(cx, path, &files);
    else if (status == AJ_OK)
        status = aj_outputs_write(cx, path, files.items, files.count);
    aj_arena_close(arena);
    return status;
}
