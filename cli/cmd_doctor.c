/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail doctor: what of a board hinders Jailhouse, or makes reactions slow.
 */
#include "cli/commands.h"

#include "cli/inputs.h"
#include "cli/target.h"
#include "extract/extract.h"
#include "model/doctor.h"
#include "remote/remote.h"

static const struct cli_option options[] = {
    {"board", 'b', "FILE", "the board (default: board.yml, if there is one, else the login's)"},
    {"from", 0, "PATH", "a snapshot (directory or tar of /proc and /sys) instead"},
    CLI_TARGET_OPTIONS,
    {"force", 'f', NULL, "go on although Jailhouse was running when the snapshot was taken"},
    {"json", 0, NULL, "print the findings as JSON on standard output"},
};

static const char *const severities[] = {
    [AJ_SEV_INFO] = "info", [AJ_SEV_WARNING] = "warning", [AJ_SEV_ERROR] = "error"};

static enum aj_status read_file(struct aj_ctx *cx, const char *path, struct aj_arena *arena,
                                const struct model_board **board)
{
    const struct aj_yaml *doc;
    AJ_TRY(cli_read_yaml(cx, path, arena, &doc));
    return model_board_read(cx, doc, arena, board);
}

static enum aj_status read_machine(struct aj_ctx *cx, const struct cli_args *args,
                                   struct aj_arena *arena, const struct model_board **board)
{
    const struct extract_options extract = {.force = cli_value(args, "force") != NULL};
    const char *from = cli_value(args, "from");
    struct remote_login login = {.login = NULL};
    struct remote *remote;
    if (from == NULL)
        AJ_TRY(cli_target_login(cx, args, arena, &login));
    if (from == NULL && login.login == NULL) {
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "there is no board to look at");
        aj_diag_hint(cx, "say which with --board FILE, --from PATH or --login LOGIN");
        return status;
    }
    AJ_TRY(cli_target_snapshot(cx, from, &login, &remote));
    const enum aj_status status = extract_board(cx, remote, &extract, arena, board);
    remote_close(remote);
    return status;
}

static enum aj_status read_board(struct aj_ctx *cx, const struct cli_args *args,
                                 struct aj_arena *arena, const struct model_board **board)
{
    const bool machine = cli_value(args, "from") != NULL || cli_value(args, "login") != NULL;
    const char *path = cli_value(args, "board");
    if (machine + (path != NULL) > 1 ||
        (cli_value(args, "from") != NULL && cli_value(args, "login") != NULL))
        return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE,
                       "--board, --from and --login name different boards");
    if (path == NULL && !machine && aj_file_exists("board.yml"))
        path = "board.yml";
    return path != NULL ? read_file(cx, path, arena, board) : read_machine(cx, args, arena, board);
}

static void add_text(struct aj_buf *to, const struct model_finding *finding)
{
    aj_buf_addf(to, "%s[%s]: %s\n", severities[finding->severity], finding->id, finding->text);
    if (finding->advice != NULL)
        aj_buf_addf(to, "  hint: %s\n", finding->advice);
}

static void add_json(struct aj_buf *to, const struct model_finding *finding)
{
    aj_buf_adds(to, "{\"id\": ");
    aj_buf_add_json(to, finding->id);
    aj_buf_addf(to, ", \"severity\": \"%s\", \"text\": ", severities[finding->severity]);
    aj_buf_add_json(to, finding->text);
    aj_buf_adds(to, ", \"advice\": ");
    if (finding->advice == NULL)
        aj_buf_adds(to, "null");
    else
        aj_buf_add_json(to, finding->advice);
    aj_buf_adds(to, "}");
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    const bool json = cli_value(args, "json") != NULL;
    const struct model_board *board;
    const struct model_finding *findings;
    struct aj_buf text = {NULL, 0, 0};
    size_t count, of[AJ_SEVERITIES] = {0};
    AJ_TRY(read_board(cx, args, arena, &board));
    model_doctor(board, arena, &findings, &count);
    for (size_t i = 0; i < count; i++) {
        of[findings[i].severity]++;
        if (json)
            aj_buf_adds(&text, i == 0 ? "[\n" : ",\n");
        (json ? add_json : add_text)(&text, &findings[i]);
    }
    if (json)
        aj_buf_adds(&text, count == 0 ? "[]\n" : "\n]\n");
    else
        aj_buf_addf(&text, "errors: %zu, warnings: %zu, informations: %zu\n", of[AJ_SEV_ERROR],
                    of[AJ_SEV_WARNING], of[AJ_SEV_INFO]);
    fputs(aj_buf_text(&text), stdout);
    aj_buf_free(&text);
    return of[AJ_SEV_ERROR] > 0 ? AJ_FINDINGS : AJ_OK;
}

const struct cli_command cli_cmd_doctor = {
    .name = "doctor",
    .help = "say what of a board hinders Jailhouse or makes reactions slow",
    .options = options,
    .options_count = AJ_COUNT(options),
    .run = run,
};
