/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives: remote/tar.c. What is accepted has only names that stay inside. */
#include "tests/fuzz/fuzz_target.h"

#include "remote/remote.h"

#define DEPTH_MAX 20

static void walk(struct remote *remote, struct aj_arena *out, const char *path, int depth)
{
    const struct remote_entry *entries = NULL;
    size_t count = 0;
    if (depth == DEPTH_MAX || !remote_list(remote, path, out, &entries, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        const char *name = entries[i].name;
        FUZZ_CHECK(name[0] != '\0' && strchr(name, '/') == NULL);
        FUZZ_CHECK(strcmp(name, ".") != 0 && strcmp(name, "..") != 0);
        FUZZ_CHECK(i == 0 || strcmp(entries[i - 1].name, name) < 0);
        const char *below = aj_strf(out, "%s/%s", path, name);
        struct aj_bytes bytes;
        const bool read = remote_read(remote, below, out, &bytes);
        FUZZ_CHECK(!read || bytes.data[bytes.size] == 0);
        if (entries[i].directory)
            walk(remote, out, below, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct aj_ctx cx;
    struct remote *remote = NULL;
    aj_ctx_open(&cx);
    struct aj_arena *out = aj_arena_open();
    const enum aj_status status =
        remote_open_archive(&cx, "fuzz", (struct aj_bytes){data, size}, &remote);
    FUZZ_CHECK(status == aj_diag_since(&cx, 0) && (status == AJ_OK) == (remote != NULL));
    if (status == AJ_OK)
        walk(remote, out, "", 0);
    remote_close(remote);
    aj_arena_close(out);
    aj_ctx_close(&cx);
    return 0;
}
