/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/target.h"

#include "cli/commands.h"
#include "model/project.h"

enum aj_status cli_target_project(struct aj_ctx *cx, const struct cli_args *args,
                                  struct aj_arena *out, const struct model_project **project)
{
    const char *path = cli_value(args, "project");
    const struct aj_yaml *doc;
    *project = NULL;
    if (path == NULL && !aj_file_exists("autojail.yml"))
        return AJ_OK;
    AJ_TRY(cli_read_yaml(cx, path == NULL ? "autojail.yml" : path, out, &doc));
    return model_project_read(cx, doc, out, project);
}

enum aj_status cli_target_login(struct aj_ctx *cx, const struct cli_args *args,
                                struct aj_arena *out, const char **login)
{
    const struct model_project *project;
    *login = cli_value(args, "login");
    if (*login != NULL)
        return AJ_OK;
    AJ_TRY(cli_target_project(cx, args, out, &project));
    if (project != NULL)
        *login = project->login;
    return AJ_OK;
}

struct remote_login cli_target_keys(const struct cli_args *args, const char *login)
{
    return (struct remote_login){
        .login = login,
        .identity = cli_value(args, "identity"),
        .known_hosts = cli_value(args, "known-hosts"),
    };
}

enum aj_status cli_target_open(struct aj_ctx *cx, const struct cli_args *args, const char *login,
                               struct remote_host **host)
{
    const struct remote_login where = cli_target_keys(args, login);
    return remote_host_open(cx, &where, host);
}
