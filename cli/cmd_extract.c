/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail extract: what a board says about itself to board.yml.
 */
#include "cli/commands.h"

#include "base/units.h"
#include "cli/target.h"
#include "extract/collect.h"
#include "extract/extract.h"

#define DTB_LIMIT ((size_t)16 << 20) /* the largest blobs of current kernels are below 256 KiB */

static const struct cli_option options[] = {
    {"from", 0, "PATH", "a snapshot (directory or tar of /proc and /sys) or a .dtb file"},
    CLI_TARGET_OPTIONS,
    {"record", 'r', "PATH", "keep what the board said: a directory, or FILE.tar.gz"},
    {"memory", 'm', "SIZE@BASE", "RAM of the board, for a .dtb without it; may be repeated"},
    {"annotate", 'a', NULL, "say in comments where each value came from"},
    {"output", 'o', "FILE", "where to write the board (default: board.yml; '-': standard output)"},
    {"force", 'f', NULL, "go on although Jailhouse was running when the snapshot was taken"},
};

static enum aj_status parse_memory(struct aj_ctx *cx, const char *text, struct aj_arena *arena,
                                   struct aj_range *range)
{
    const char *at = strchr(text, '@');
    struct aj_units_result r = {AJ_UNITS_EMPTY, 0};
    if (at != NULL) {
        r = aj_parse_size(aj_strndup(arena, text, (size_t)(at - text)), &range->size);
        if (r.why == AJ_UNITS_OK)
            r = aj_parse_u64(at + 1, &range->base);
    }
    if (r.why == AJ_UNITS_OK && aj_range_ok(*range) &&
        aj_is_aligned(range->base | range->size, AJ_PAGE))
        return AJ_OK;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                "--memory '%s' is not SIZE@BASE in whole pages of 4 KiB", text);
    aj_diag_hint(cx, "for example --memory 1GiB@0x40000000");
    return status;
}

static enum aj_status memory_of(struct aj_ctx *cx, const struct cli_args *args,
                                struct aj_arena *arena, struct aj_rangeset *memory)
{
    for (size_t i = 0; i < args->given_count; i++) {
        struct aj_range range;
        if (strcmp(args->given[i].option->name, "memory") != 0)
            continue;
        AJ_TRY(parse_memory(cx, args->given[i].value, arena, &range));
        aj_rangeset_add(arena, memory, range);
    }
    return AJ_OK;
}

static bool is_dtb_name(const char *path)
{
    const size_t len = strlen(path);
    return len > 4 && strcmp(path + len - 4, ".dtb") == 0;
}

static enum aj_status wrong_usage(struct aj_ctx *cx, const char *what)
{
    return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "%s", what);
}

static enum aj_status read_blob(struct aj_ctx *cx, const struct cli_args *args, const char *path,
                                struct aj_arena *arena, const struct model_board **board)
{
    struct aj_rangeset memory = {NULL, 0, 0};
    struct aj_bytes blob;
    if (cli_value(args, "record") != NULL)
        return wrong_usage(cx, "--record keeps what a board said; a .dtb is kept as it is");
    AJ_TRY(memory_of(cx, args, arena, &memory));
    AJ_TRY(aj_file_read(cx, path, DTB_LIMIT, arena, &blob));
    return extract_board_from_dtb(cx, path, blob, &memory, arena, board);
}

static enum aj_status read_board(struct aj_ctx *cx, const struct cli_args *args, const char *from,
                                 const struct remote_login *login, struct aj_arena *arena,
                                 const struct model_board **board)
{
    const char *record = cli_value(args, "record");
    if (from != NULL && is_dtb_name(from) && !aj_is_directory(from))
        return read_blob(cx, args, from, arena, board);
    if (cli_value(args, "memory") != NULL)
        return wrong_usage(cx,
                           "--memory goes with a .dtb; a snapshot says itself what RAM there is");
    const struct extract_options extract = {.force = cli_value(args, "force") != NULL};
    struct remote *remote;
    AJ_TRY(cli_target_snapshot(cx, from, login, &remote));
    enum aj_status status = record == NULL ? AJ_OK : extract_record(cx, remote, record);
    if (status == AJ_OK)
        status = extract_board(cx, remote, &extract, arena, board);
    remote_close(remote);
    return status;
}

/* A board.yml that differs from the new one may have been edited: it is kept as board.yml~. */
static enum aj_status write_board(struct aj_ctx *cx, const char *path, const struct aj_buf *text,
                                  struct aj_arena *arena)
{
    struct aj_bytes old;
    if (strcmp(path, "-") != 0 && aj_file_is_regular(path)) {
        AJ_TRY(aj_file_read(cx, path, CLI_YAML_LIMIT, arena, &old));
        if (old.size != text->len || memcmp(old.data, text->data, old.size) != 0)
            AJ_TRY(aj_file_write(cx, aj_strf(arena, "%s~", path), old.data, old.size));
    }
    return aj_file_write(cx, path, text->data, text->len);
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    const char *from = cli_value(args, "from");
    const char *path = cli_value(args, "output");
    struct remote_login login = {.login = NULL};
    const struct model_board *board;
    if (from != NULL && cli_value(args, "login") != NULL)
        return wrong_usage(cx, "--from and --login name two boards");
    if (from == NULL)
        AJ_TRY(cli_target_login(cx, args, arena, &login));
    if (from == NULL && login.login == NULL) {
        const enum aj_status status =
            wrong_usage(cx, "say what to read with --login LOGIN or --from PATH");
        aj_diag_hint(cx, "--login ssh:root@board reads a running board; --from a directory or tar "
                         "that mirrors a board's /proc and /sys, or a .dtb");
        return status;
    }
    AJ_TRY(read_board(cx, args, from, &login, arena, &board));
    struct aj_buf text = {NULL, 0, 0};
    if (cli_value(args, "annotate") != NULL)
        extract_write(board, &text);
    else
        model_board_write(board, &text);
    enum aj_status status = write_board(cx, path != NULL ? path : "board.yml", &text, arena);
    aj_buf_free(&text);
    cli_board_summary_write(cx, board, &text);
    if (status == AJ_OK && (path == NULL || strcmp(path, "-") != 0))
        fwrite(text.data, 1, text.len, stdout);
    aj_buf_free(&text);
    return status;
}

const struct cli_command cli_cmd_extract = {
    .name = "extract",
    .help = "read a board into board.yml",
    .options = options,
    .options_count = AJ_COUNT(options),
    .run = run,
};
