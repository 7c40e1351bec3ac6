/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text files of a target: every file beside a small device tree is a link to one with the hostile
 * text, so that /proc/iomem, /proc/interrupts, the kernel's log and sysfs are read at once.
 */
#include "tests/fuzz/fuzz_target.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extract/extract.h"

#define TREE "sys/firmware/devicetree/base"
#define CPU0 "sys/devices/system/cpu/cpu0"
#define CPU7 "sys/devices/system/cpu/cpu7"

static const struct {
    const char *path, *bytes;
    size_t size;
} tree[] = {
    {TREE "/#address-cells", "\0\0\0\1", 4},
    {TREE "/cpus/cpu@0/reg", "\0\0\0\0\0\0\0\0", 8},
    {TREE "/cpus/cpu@1/reg", "\0\0\0\1\0\0\0\1", 8},
    {TREE "/memory/device_type", "memory", 7},
    {TREE "/memory/reg", "\x40\0\0\0\x40\0\0\0", 8},
};
static const char *const texts[] = {
    "proc/iomem",
    "proc/interrupts",
    "proc/cmdline",
    "proc/version",
    "proc/consoles",
    "commands/dmesg.txt",
    "sys/devices/jailhouse/enabled",
    "sys/devices/system/cpu/online",
    CPU0 "/uevent",
    CPU0 "/topology/core_id",
    CPU0 "/topology/thread_siblings_list",
    CPU0 "/cache/index2/level",
    CPU0 "/cache/index2/size",
    CPU0 "/cache/index2/shared_cpu_list",
    CPU7 "/uevent",
    CPU7 "/regs/identification/midr_el1",
    CPU7 "/cpu_capacity",
};

static const char *full_path(struct aj_arena *to, const char *dir, const char *path)
{
    char *full = aj_strf(to, "%s/%s", dir, path);
    for (char *slash = strchr(full + strlen(dir) + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        FUZZ_CHECK(mkdir(full, 0700) == 0 || access(full, X_OK) == 0);
        *slash = '/';
    }
    return full;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    /* Some file systems wait for the disk when a file is overwritten. */
    (void)unlink(path);
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    FUZZ_CHECK(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    close(fd);
}

/* The snapshot of this process, removed at its end. */
static char snapshot[] = "/tmp/aj-fuzz-XXXXXX";

static void remove_snapshot(void)
{
    struct aj_arena *arena = aj_arena_open();
    FUZZ_CHECK(system(aj_strf(arena, "rm -rf %s", snapshot)) == 0);
    aj_arena_close(arena);
}

static void make_snapshot(void)
{
    static bool made;
    if (made)
        return;
    made = mkdtemp(snapshot) != NULL;
    FUZZ_CHECK(made && atexit(remove_snapshot) == 0);
    struct aj_arena *arena = aj_arena_open();
    for (size_t i = 0; i < AJ_COUNT(tree); i++)
        write_file(full_path(arena, snapshot, tree[i].path), tree[i].bytes, tree[i].size);
    for (size_t i = 0; i < AJ_COUNT(texts); i++)
        FUZZ_CHECK(symlink("/text", full_path(arena, snapshot, texts[i])) == 0);
    aj_arena_close(arena);
}

static void check_board(struct aj_ctx *cx, struct aj_arena *out, const struct model_board *board)
{
    struct aj_buf yaml = {0};
    const struct aj_yaml *doc = NULL;
    const struct model_board *again = NULL;
    model_board_write(board, &yaml);
    FUZZ_CHECK(aj_yaml_parse(cx, "board.yml", yaml.data, yaml.len, out, &doc) == AJ_OK);
    FUZZ_CHECK(model_board_read(cx, doc, out, &again) == AJ_OK);
    FUZZ_CHECK(aj_schema_equal(&model_board_schema, board, again));
    aj_buf_free(&yaml);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct extract_options options = {.force = true};
    const struct model_board *board = NULL;
    struct remote *remote = NULL;
    struct aj_ctx cx;
    make_snapshot();
    aj_ctx_open(&cx);
    struct aj_arena *out = aj_arena_open();
    write_file(aj_strf(out, "%s/text", snapshot), data, size);
    FUZZ_CHECK(remote_open_snapshot(&cx, snapshot, &remote) == AJ_OK);
    const enum aj_status status = extract_board(&cx, remote, &options, out, &board);
    FUZZ_CHECK(status == aj_diag_since(&cx, 0) && (status == AJ_OK) == (board != NULL));
    if (status == AJ_OK)
        check_board(&cx, out, board);
    remote_close(remote);
    aj_arena_close(out);
    aj_ctx_close(&cx);
    return 0;
}
