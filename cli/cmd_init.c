/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * autojail init: a project file to start from. Never replaces one.
 */
#include "cli/commands.h"

#include <unistd.h>

#include "base/names.h"

static const struct cli_option options[] = {
    {"name", 'n', "NAME", "name of the project (default: that of the directory)"},
    {"board", 'b', "NAME", "what the board is called"},
    {"arch", 'a', "ARCH", "x86, arm or arm64 (default: arm64)"},
    {"login", 'l', "LOGIN", "ssh:user@host[:port], local: or snapshot:PATH"},
    {"cross-compile", 0, "PREFIX", "prefix of the cross compiler's tools"},
    {"kernel-dir", 0, "DIR", "build directory of the kernel"},
    {"jailhouse-dir", 0, "DIR", "source directory of Jailhouse"},
    {"jailhouse-url", 0, "URL", "where Jailhouse is cloned from"},
};

static const char *directory_name(struct aj_arena *arena)
{
    char path[4096];
    if (getcwd(path, sizeof path) == NULL)
        return "project";
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? aj_strdup(arena, slash + 1) : "project";
}

static enum aj_status fill(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena,
                           struct model_project *project)
{
    const char *arch = cli_value(args, "arch");
    aj_schema_defaults(&model_project_schema, project);
    project->arch = MODEL_ARCH_ARM64;
    if (arch != NULL) {
        const struct aj_name *known = aj_name_find(model_arch_names, NULL, arch);
        if (known == NULL)
            return aj_fail(cx, AJ_ERR_USAGE, "usage", AJ_NOWHERE, "--arch is %s, not '%s'",
                           aj_names_list(arena, model_arch_names), arch);
        project->arch = (uint8_t)known->value;
    }
    const char *name = cli_value(args, "name");
    project->name = name != NULL ? name : directory_name(arena);
    project->board = cli_value(args, "board");
    project->login = cli_value(args, "login");
    project->cross_compile = cli_value(args, "cross-compile");
    project->kernel_dir = cli_value(args, "kernel-dir");
    project->jailhouse_dir = cli_value(args, "jailhouse-dir");
    project->jailhouse_url = cli_value(args, "jailhouse-url");
    return AJ_OK;
}

static enum aj_status run(struct aj_ctx *cx, const struct cli_args *args, struct aj_arena *arena)
{
    struct model_project project;
    if (aj_file_exists("autojail.yml")) {
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_USAGE, "usage", aj_loc_file("autojail.yml"),
                    "there is a project here already");
        aj_diag_hint(cx, "edit it, or remove it first");
        return status;
    }
    AJ_TRY(fill(cx, args, arena, &project));
    struct aj_buf text = {NULL, 0, 0};
    model_project_write(&project, &text);
    const struct aj_yaml *doc;
    const struct model_project *again;
    enum aj_status status =
        aj_yaml_parse(cx, "autojail.yml (not written)", text.data, text.len, arena, &doc);
    if (status == AJ_OK)
        status = model_project_read(cx, doc, arena, &again);
    if (status == AJ_OK)
        status = aj_file_write(cx, "autojail.yml", text.data, text.len);
    aj_buf_free(&text);
    if (status == AJ_OK)
        printf("autojail.yml is written; next: autojail extract%s\n",
               project.login == NULL ? " --login ssh:root@BOARD" : "");
    return status;
}

const struct cli_command cli_cmd_init = {
    .name = "init",
    .help = "start a project: write autojail.yml",
    .options = options,
    .options_count = AJ_COUNT(options),
    .run = run,
};
