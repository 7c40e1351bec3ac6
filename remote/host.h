/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Live targets: machines that run commands. This machine ("local:"), or one reached by ssh
 * ("ssh:user@host[:port]"); one interface, so that no caller knows which.
 */
#ifndef REMOTE_HOST_H
#define REMOTE_HOST_H

#include "base/ctx.h"
#include "base/fs.h"

struct remote_host;

struct remote_login {
    const char *login;          /* "local:" or "ssh:user@host[:port]" */
    struct aj_loc at;           /* where it is said; AJ_NOWHERE: on the command line */
    const char *known_hosts;    /* file; NULL = the user's */
    const char *identity;       /* private key file; NULL = agent and the user's keys */
    int64_t connect_timeout_ns; /* 0 = 10 s */
};

/* Could it be opened, as far as its form goes? AJ_ERR_INPUT "login" if not. */
AJ_NODISCARD enum aj_status remote_login_check(struct aj_ctx *cx, const struct remote_login *login);
/*
 * Opens a live target. A host key that is not known or has changed is refused: AJ_ERR_TARGET
 * "ssh-host-key", with the fingerprint and the command that would add it as hint. AJ_ERR_TARGET
 * "target-connect", "target-auth", "target-timeout". AJ_ERR_INPUT "login" for a login that is none.
 */
AJ_NODISCARD enum aj_status remote_host_open(struct aj_ctx *cx, const struct remote_login *login,
                                             struct remote_host **host);
/*
 * Opens a guest that `root` reaches: `login` is where it is as seen from there. An ssh session of its
 * own inside a channel of the root's, with its own host key; from this machine ("local:") the guest is
 * reached directly. `root` must outlive the guest; the two take turns. Ids as for remote_host_open:
 * "target-connect" also where the root's server forwards nothing, "target-lost" if the root is gone.
 */
AJ_NODISCARD enum aj_status remote_host_open_through(struct aj_ctx *cx, struct remote_host *root,
                                                     const struct remote_login *login,
                                                     struct remote_host **host);
void remote_host_close(struct remote_host *host);

struct remote_command {
    const char *const *argv; /* argv[argc]; never a shell line: quoted in one place */
    size_t argc;
    struct aj_bytes input; /* what the command reads; data NULL = nothing */
    int64_t timeout_ns;    /* of the whole command; 0 = 60 s */
    size_t output_limit;   /* bytes of standard output kept; 0 = 64 MiB */
    bool privileged;       /* as root: by "sudo -n" where the login is not */
};

struct remote_result {
    int exit_status;    /* 0..255; -1 if a signal ended it */
    const char *signal; /* "KILL", ... or NULL */
    struct aj_bytes out, err;
    int64_t duration_ns; /* as seen from here */
};

/* Can commands run as root there: is the login root, or does "sudo -n" work? Asked once. */
AJ_NODISCARD enum aj_status remote_host_can_root(struct aj_ctx *cx, struct remote_host *host,
                                                 bool *can);

/*
 * Runs one command to its end. AJ_OK whatever its exit status, which is 127 where there is no such
 * command. AJ_ERR_TARGET "target-start", "target-sudo", "target-timeout" and "target-output" (the
 * command and its children are ended on the target), "target-lost" (they may go on there);
 * AJ_INTERRUPTED "interrupted" when cx->cancel is set. Of standard error the first MiB is kept.
 * Texts live in `out`, which is not cx->scratch.
 */
AJ_NODISCARD enum aj_status remote_host_run(struct aj_ctx *cx, struct remote_host *host,
                                            const struct remote_command *command,
                                            struct aj_arena *out, struct remote_result *result);

/*
 * Puts a file there, by way of a temporary name and after its length and, where the target has
 * sha256sum, its digest were found to be right: by SFTP where the server has it, else by a command.
 * `mode` as in 0755. What remote_host_run fails with, and AJ_ERR_TARGET "target-put".
 */
AJ_NODISCARD enum aj_status remote_host_put(struct aj_ctx *cx, struct remote_host *host,
                                            const char *path, struct aj_bytes content,
                                            unsigned mode);
/* The login as given, for messages. */
const char *remote_host_name(const struct remote_host *host);

#endif
