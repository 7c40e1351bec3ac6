/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail test: runs the tests of test.yml on the target and writes what became of them.
 */
#include "cli/commands.h"

#include "cli/target.h"
#include "explore/trial.h"

static const struct cli_option options[] = {
    {"tests", 't', "FILE", "the tests (default: test.yml)"},
    CLI_TARGET_OPTIONS,
    {"output", 'o', "FILE", "where to write the results (default: test_results.yml)"},
    {"junit", 'j', "FILE", "write them as JUnit's XML, too"},
};

static const char *value_or(const struct cli_args *args, const char *name, const char *standard)
{
    const char *given = cli_value(args, name);
    return given != NULL ? given : standard;
}

static enum aj_status open_target(struct aj_ctx *cx, const struct cli_args *args,
                                  struct aj_arena *arena, struct remote_host **host)
{
    const char *login;
    AJ_TRY(cli_target_login(cx, args, arena, &login));
    if (login != NULL)
        return cli_target_open(cx, args, login, host);
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "there is no target to test");
    aj_diag_hint(cx, "say --login ssh:user@host, or 'login:' in autojail.yml");
    return status;
}

static void say(void *to, const char *text)
{
    struct aj_buf visible = {NULL, 0, 0};
    aj_buf_add_visible(&visible, text);
    fprintf(to, "%s\n", aj_buf_text(&visible));
    aj_buf_free(&visible);
}

static enum aj_status write_results(struct aj_ctx *cx, const struct cli_args *args,
                                    const struct explore_results *results)
{
    const char *junit = cli_value(args, "junit");
    struct aj_buf text = {NULL, 0, 0};
    explore_results_write(results, &text);
    enum aj_status status =
        aj_file_write(cx, value_or(args, "output", "test_results.yml"), text.data, text.len);
    aj_buf_free(&text);
    if (status == AJ_OK && junit != NULL) {
        explore_results_write_junit(results, &text);
        status = aj_file_write(cx, junit, text.data, text.len);
        aj_buf_free(&text);
    }
    return status;
}

static enum aj_status test(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    const struct explore_progress progress = {cx->log_level > AJ_LOG_ERROR ? say : NULL, stderr};
    const struct explore_testspec *spec;
    const struct explore_results *results = NULL;
    const struct aj_yaml *doc;
    struct remote_host *host;
    AJ_TRY(cli_read_yaml(cx, value_or(args, "tests", "test.yml"), arena, &doc));
    AJ_TRY(explore_testspec_read(cx, doc, arena, &spec));
    AJ_TRY(open_target(cx, args, arena, &host));
    const enum aj_status status = explore_trial_run(cx, host, spec, &progress, arena, &results);
    remote_host_close(host);
    cx->cancel = NULL; /* what was measured before ^C is written all the same */
    const enum aj_status written = write_results(cx, args, results);
    if (written == AJ_OK && status <= AJ_FINDINGS)
        printf("passed: %u, failed: %u, errors: %u\n", (unsigned)results->passed,
               (unsigned)results->failed, (unsigned)results->errors);
    return status > written ? status : written;
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args)
{
    struct aj_arena *arena = aj_arena_open();
    const enum aj_status status = test(cx, args, arena);
    aj_arena_close(arena);
    return status;
}

const struct cli_command cli_cmd_test = {
    .name = "test",
    .help = "run the tests of test.yml on the target",
    .options = options,
    .options_count = AJ_COUNT(options),
    .run = run,
};
