/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/collect.h"

#include "extract/extract_priv.h"

#define COLLECT_TIMEOUT_NS (INT64_C(300) * 1000000000) /* slow cards, hundreds of CPUs */
#define COLLECT_LIMIT      ((size_t)256 << 20)         /* servers stay below 10 MiB, compressed */

static enum aj_status failed(struct aj_ctx *cx, const struct remote_host *host,
                             const struct remote_result *result)
{
    const char *said = (const char *)result->err.data;
    const size_t length = strcspn(said, "\n");
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_TARGET, "target-collect", aj_loc_file(remote_host_name(host)),
                "the board's files could not be collected%s%.*s", length > 0 ? ": " : "",
                (int)length, said);
    aj_diag_hint(cx, "the board needs a POSIX shell with mktemp, cat, find, sed and tar");
    return status;
}

enum aj_status extract_collect(struct aj_ctx *cx, struct remote_host *host, struct remote **remote)
{
    static const char *const argv[] = {"sh", "-s"};
    struct remote_command command = {
        .argv = argv,
        .argc = AJ_COUNT(argv),
        .input = extract_collect_script,
        .timeout_ns = COLLECT_TIMEOUT_NS,
        .output_limit = COLLECT_LIMIT,
    };
    struct remote_result result;
    AJ_TRY(remote_host_can_root(cx, host, &command.privileged));
    if (!command.privileged) {
        aj_warn(cx, "extract-partial", aj_loc_file(remote_host_name(host)),
                "taken without root: the addresses in /proc/iomem, the boot loader's device tree "
                "and some other facts are missing");
        aj_diag_hint(cx, "log in as root, or let sudo run without a password");
    }
    struct aj_arena *arena = aj_arena_open();
    enum aj_status status = remote_host_run(cx, host, &command, arena, &result);
    if (status == AJ_OK && (result.exit_status != 0 || result.out.size == 0))
        status = failed(cx, host, &result);
    if (status == AJ_OK)
        status = remote_open_archive(cx, remote_host_name(host), result.out, remote);
    aj_arena_close(arena);
    return status;
}
