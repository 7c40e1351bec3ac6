/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text files of a target: every file beside a small device tree has the same hostile text, so that
 * /proc/iomem, /proc/interrupts, the kernel's log and all of sysfs are read at once.
 */
#include "tests/fuzz/fuzz_target.h"

#include "extract/extract.h"
#include "remote/remote_priv.h"

#define TREE "sys/firmware/devicetree/base"
#define CPUS "sys/devices/system/cpu"

/* The tree, as directories with their entries and files with their values. */
static const struct {
    const char *path;
    struct remote_entry entries[4];
} directories[] = {
    {TREE, {{"#address-cells", false}, {"cpus", true}, {"memory", true}}},
    {TREE "/cpus", {{"cpu@0", true}, {"cpu@1", true}}},
    {TREE "/cpus/cpu@0", {{"reg", false}}},
    {TREE "/cpus/cpu@1", {{"reg", false}}},
    {TREE "/memory", {{"device_type", false}, {"reg", false}}},
    {CPUS, {{"cpu0", true}, {"cpu1", true}, {"cpu7", true}}},
};
static const struct {
    const char *path, *bytes;
    size_t size;
} files[] = {
    {TREE "/#address-cells", "\0\0\0\1", 4},
    {TREE "/cpus/cpu@0/reg", "\0\0\0\0\0\0\0\0", 8},
    {TREE "/cpus/cpu@1/reg", "\0\0\0\1\0\0\0\1", 8},
    {TREE "/memory/device_type", "memory", 7},
    {TREE "/memory/reg", "\x40\0\0\0\x40\0\0\0", 8},
};

static bool read_file(struct remote *remote, const char *path, struct aj_arena *out,
                      struct aj_bytes *bytes)
{
    const struct aj_bytes *text = remote->state;
    *bytes = *text;
    for (size_t i = 0; i < AJ_COUNT(files); i++)
        if (strcmp(path, files[i].path) == 0)
            *bytes = (struct aj_bytes){(const uint8_t *)files[i].bytes, files[i].size};
    if (bytes->data == text->data &&
        (strncmp(path, TREE, sizeof TREE - 1) == 0 || strcmp(path, "sys/firmware/fdt") == 0))
        return false;
    uint8_t *copy = aj_alloc(out, bytes->size + 1);
    if (bytes->size > 0)
        memcpy(copy, bytes->data, bytes->size);
    bytes->data = copy;
    return true;
}

static bool list_directory(struct remote *remote, const char *path, struct aj_arena *out,
                           const struct remote_entry **entries, size_t *count)
{
    (void)remote, (void)out;
    for (size_t i = 0; i < AJ_COUNT(directories); i++) {
        if (strcmp(path, directories[i].path) != 0)
            continue;
        *entries = directories[i].entries;
        for (*count = 0; directories[i].entries[*count].name != NULL; (*count)++)
            continue;
        return true;
    }
    return false;
}

static const char *read_link(struct remote *remote, const char *path, struct aj_arena *out)
{
    (void)remote, (void)path, (void)out;
    return NULL;
}

static void close_remote(struct remote *remote)
{
    (void)remote;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct remote_ops ops = {read_file, list_directory, read_link, close_remote};
    const struct extract_options options = {.force = true};
    const struct model_board *board = NULL;
    struct aj_bytes text = {data, size};
    struct aj_ctx cx;
    aj_ctx_open(&cx);
    struct aj_arena *arena = aj_arena_open(), *out = aj_arena_open();
    struct remote *remote = AJ_NEW(arena, struct remote);
    *remote = (struct remote){&ops, arena, "fuzz", &text};
    const enum aj_status status = extract_board(&cx, remote, &options, out, &board);
    FUZZ_CHECK(status == aj_diag_since(&cx, 0) && (status == AJ_OK) == (board != NULL));
    if (status == AJ_OK) {
        struct aj_buf yaml = {0};
        const struct aj_yaml *doc = NULL;
        const struct model_board *again = NULL;
        model_board_write(board, &yaml);
        FUZZ_CHECK(aj_yaml_parse(&cx, "board.yml", yaml.data, yaml.len, out, &doc) == AJ_OK);
        FUZZ_CHECK(model_board_read(&cx, doc, out, &again) == AJ_OK);
        FUZZ_CHECK(aj_schema_equal(&model_board_schema, board, again));
        aj_buf_free(&yaml);
    }
    remote_close(remote);
    aj_arena_close(out);
    aj_ctx_close(&cx);
    return 0;
}
