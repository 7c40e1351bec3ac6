/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/target.h"

#include "cli/commands.h"
#include "extract/collect.h"
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

struct remote_login cli_target_keys(const struct cli_args *args, const char *given,
                                    const struct model_project *project, const char *key)
{
    struct remote_login login = {
        .login = given,
        .at = AJ_NOWHERE,
        .identity = cli_value(args, "identity"),
        .known_hosts = cli_value(args, "known-hosts"),
    };
    if (given == NULL && project != NULL) {
        login.login = strcmp(key, "jump") == 0 ? project->jump : project->login;
        login.at = aj_yaml_loc(project->at, key);
    }
    return login;
}

enum aj_status cli_target_login(struct aj_ctx *cx, const struct cli_args *args,
                                struct aj_arena *out, struct remote_login *login)
{
    const struct model_project *project = NULL;
    const char *given = cli_value(args, "login");
    if (given == NULL)
        AJ_TRY(cli_target_project(cx, args, out, &project));
    *login = cli_target_keys(args, given, project, "login");
    return AJ_OK;
}

enum aj_status cli_target_snapshot(struct aj_ctx *cx, const char *from,
                                   const struct remote_login *login, struct remote **remote)
{
    static const char kept[] = "snapshot:";
    struct remote_host *host;
    if (from != NULL)
        return remote_open_snapshot(cx, from, remote);
    if (strncmp(login->login, kept, strlen(kept)) == 0)
        return remote_open_snapshot(cx, login->login + strlen(kept), remote);
    AJ_TRY(remote_host_open(cx, login, &host));
    const enum aj_status status = extract_collect(cx, host, remote);
    remote_host_close(host);
    return status;
}
