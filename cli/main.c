/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program: signals, context, command, exit code. Nothing else exits.
 */
#include "cli/cli.h"

#include <signal.h>

#include "explore/stats.h"

/* The one mutable file-scope variable: set by signals that ask to end, polled through cx->cancel. */
static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

static void watch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    action.sa_flags = (int)SA_RESETHAND; /* a second ^C ends a stage that does not poll */
    for (size_t i = 0; i < AJ_COUNT(numbers); i++)
        sigaction(numbers[i], &action, NULL);
    /* A closed pipe and a limit of file sizes are write errors like any other. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

static enum aj_status apply_common(struct aj_ctx *cx, const struct cli_args *args)
{
    int level = AJ_LOG_WARN;
    for (size_t i = 0; i < args->given_count; i++) {
        if (strcmp(args->given[i].option->name, "verbose") == 0 && level < AJ_LOG_DEBUG)
            level++;
    }
    if (cli_value(args, "quiet") != NULL)
        level = AJ_LOG_ERROR;
    cx->log_level = (enum aj_log_level)level;
    const char *form = cli_value(args, "diag");
    if (form != NULL && strcmp(form, "text") != 0 && strcmp(form, "json") != 0)
        return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "--diag is text or json, not '%s'",
                       form);
    return AJ_OK;
}

/* Is --diag=json among the arguments? For errors in the others, before there are options. */
static bool asks_for_json(int argc, char *const *argv)
{
    bool json = false;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--diag=", 7) == 0)
            json = strcmp(argv[i] + 7, "json") == 0;
        else if (strcmp(argv[i], "--diag") == 0 && i + 1 < argc)
            json = strcmp(argv[i + 1], "json") == 0;
    }
    return json;
}

static enum aj_status run(struct aj_ctx *cx, struct aj_arena *arena, int argc, char *const *argv,
                          bool *json)
{
    const char *name = argc > 1 ? argv[1] : "--help";
    *json = asks_for_json(argc, argv);
    if (strcmp(name, "--version") == 0) {
        cli_print_version(stdout);
        return AJ_OK;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        cli_print_help(stdout, NULL);
        return AJ_OK;
    }
    const struct cli_command *command = cli_command_find(name);
    if (command == NULL)
        return cli_command_unknown(cx, name);
    struct cli_args args;
    AJ_TRY(cli_parse(cx, command, argc - 2, argv + 2, arena, &args));
    AJ_TRY(apply_common(cx, &args));
    if (cli_value(&args, "help") != NULL) {
        cli_print_help(stdout, command);
        return AJ_OK;
    }
    return command->run(cx, &args, arena);
}

int main(int argc, char **argv)
{
    struct aj_ctx cx;
    bool json = false;
    watch_signals();
    explore_stats_begin();
    aj_ctx_open(&cx);
    cx.cancel = &interrupted;
    struct aj_arena *arena = aj_arena_open();
    enum aj_status status = run(&cx, arena, argc, argv, &json);
    if (fflush(stdout) != 0 || ferror(stdout))
        status =
            aj_fail(&cx, AJ_ERR_IO, "file-write", AJ_NOWHERE, "standard output is not writable");
    if (json)
        aj_diag_print_json(&cx, stderr);
    else
        aj_diag_print(&cx, stderr, cx.log_level >= AJ_LOG_DEBUG ? AJ_DIAG_SOURCE : AJ_DIAG_PLAIN);
    aj_arena_close(arena);
    aj_ctx_close(&cx);
    return aj_exit_code(status);
}
