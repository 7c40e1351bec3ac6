/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/commands.h"

#include "base/names.h"

static const struct cli_command help = {
    .name = "help",
    .synopsis = "[COMMAND | exit-codes | diagnostics | rules]",
    .help = "explain a command, or print a table",
    .operands_max = 1,
    .run = cli_help_run,
};

static const struct cli_command *const commands[] = {
    &cli_cmd_init, &cli_cmd_extract, &cli_cmd_doctor, &cli_cmd_config,  &cli_cmd_check,
    &cli_cmd_show, &cli_cmd_convert, &cli_cmd_test,   &cli_cmd_explore, &help,
};

const struct cli_command *cli_command_at(size_t ix)
{
    return ix < AJ_COUNT(commands) ? commands[ix] : NULL;
}

const struct cli_command *cli_command_find(const char *name)
{
    for (size_t i = 0; i < AJ_COUNT(commands); i++) {
        if (strcmp(commands[i]->name, name) == 0 ||
            (commands[i]->alias != NULL && strcmp(commands[i]->alias, name) == 0))
            return commands[i];
    }
    return NULL;
}

enum aj_status cli_command_unknown(struct aj_ctx *cx, const char *name)
{
    struct aj_name names[AJ_COUNT(commands) + 1] = {{0, NULL}};
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "there is no command '%s'", name);
    for (size_t i = 0; i < AJ_COUNT(commands); i++)
        names[i].name = commands[i]->name;
    aj_diag_suggest(cx, names, name, "commands");
    return status;
}

bool cli_is_yaml_name(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL && (strcmp(dot, ".yml") == 0 || strcmp(dot, ".yaml") == 0);
}

enum aj_status cli_read_yaml(struct aj_ctx *cx, const char *path, struct aj_arena *out,
                             const struct aj_yaml **doc)
{
    struct aj_bytes bytes;
    AJ_TRY(aj_file_read(cx, path, CLI_YAML_LIMIT, out, &bytes));
    return aj_yaml_parse(cx, path, bytes.data, bytes.size, out, doc);
}

enum aj_status cli_read_system(struct aj_ctx *cx, const char *path, struct aj_arena *out,
                               const struct model_system **system)
{
    if (cli_is_yaml_name(path)) {
        const struct aj_yaml *doc;
        AJ_TRY(cli_read_yaml(cx, path, out, &doc));
        return model_system_read(cx, doc, out, system);
    }
    struct aj_bytes bytes;
    AJ_TRY(aj_file_read(cx, path, CLI_YAML_LIMIT, out, &bytes));
    return emit_cell_read(cx, path, bytes, out, system);
}
