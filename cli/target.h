/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the board is: what every command that reaches for it takes as options.
 */
#ifndef CLI_TARGET_H
#define CLI_TARGET_H

#include "cli/cli.h"
#include "remote/host.h"

/* Rows of the table of options. */
/* clang-format off */
#define CLI_TARGET_OPTIONS                                                                         \
    {"login", 'l', "LOGIN",                                                                        \
     "where the board is, e.g. ssh:user@host or local: (default: login of autojail.yml)"},            \
    {"project", 'p', "FILE", "the project (default: autojail.yml, if there is one)"},              \
    {"identity", 'i', "FILE", "private key for ssh (default: the agent's, then the user's)"},      \
    {"known-hosts", 0, "FILE", "host keys that count for ssh (default: the user's)"}
/* clang-format on */

struct model_project;
/* The project that the options name, or autojail.yml; NULL if there is none. */
AJ_NODISCARD enum aj_status cli_target_project(struct aj_ctx *cx, const struct cli_args *args,
                                               struct aj_arena *out,
                                               const struct model_project **project);
/* The login that the options or the project name; its `login` is NULL if neither does. */
AJ_NODISCARD enum aj_status cli_target_login(struct aj_ctx *cx, const struct cli_args *args,
                                             struct aj_arena *out, struct remote_login *login);
/* With keys and known hosts of the options: `given` on the command line, or NULL; else `key` of `project`. */
struct remote_login cli_target_keys(const struct cli_args *args, const char *given,
                                    const struct model_project *project, const char *key);

/* Opens the snapshot that `from` or, if that is NULL, `login` names, or takes one of a live board. */
struct remote;
AJ_NODISCARD enum aj_status cli_target_snapshot(struct aj_ctx *cx, const char *from,
                                                const struct remote_login *login,
                                                struct remote **remote);

#endif
