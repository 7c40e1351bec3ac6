/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files share that speak ssh: opening a link, running commands over it, bringing files, and
 * reaching a machine through another one. Sessions are not blocking but while files are brought.
 */
#ifndef REMOTE_SSH_PRIV_H
#define REMOTE_SSH_PRIV_H

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include "remote/host_priv.h"

#define SSH_KEEPALIVE_NS ((int64_t)10 * AJ_NS_PER_S) /* between two signs of life */
#define SSH_SILENCE_NS   ((int64_t)30 * AJ_NS_PER_S) /* after which a link is lost */

struct ssh_jump;
struct ssh_files;

struct ssh_target {
    struct aj_ctx *cx; /* of the opening call: libssh asks for pass phrases in between */
    ssh_session session;
    struct host_login at;
    const struct remote_login *login;
    struct ssh_callbacks_struct callbacks;
    ssh_event event;         /* once logged in: the session, and what brings its bytes */
    struct ssh_jump *jump;   /* NULL: the link is a socket of its own */
    struct ssh_files *files; /* NULL: nothing was brought yet */
};

/* From options to a login, through `root` unless that is NULL; reports what fails. */
AJ_NODISCARD enum aj_status host_ssh_login(struct aj_ctx *cx, struct remote_host *host,
                                           struct ssh_target *root);
/* Waits until the peer may have said something, at most HOST_STEP_MS; of use before the login. */
void host_ssh_wait(struct ssh_target *t);
/* Waits as long and does what came. False: the link is broken. */
bool host_ssh_poll(struct ssh_target *t);

/*
 * A channel through the session of `root` to where `t` is, and the file descriptor of its near end,
 * which becomes the session's. Fails with "target-connect", "target-timeout", "interrupted".
 */
AJ_NODISCARD enum aj_status ssh_jump_open(struct aj_ctx *cx, struct remote_host *host,
                                          struct ssh_target *root, int64_t timeout_ns, int *fd);
/* Moves what can be moved, in both directions. True: something must wait, though not for long. */
bool ssh_jump_pump(struct ssh_jump *jump);
/* Waits for either end and for `fd`, then moves. */
void ssh_jump_wait(struct ssh_jump *jump, int fd);
/* Lets the pump run whenever `event` is polled. False: it cannot. */
bool ssh_jump_join(struct ssh_jump *jump, ssh_event event);
void ssh_jump_close(struct ssh_jump *jump, ssh_event event);

/*
 * Writes a new file by SFTP. HOST_DONE; HOST_NO_START: not this way, and nothing is left of it;
 * HOST_LOST, HOST_CANCELLED.
 */
enum host_end ssh_files_put(struct aj_ctx *cx, struct remote_host *host, const char *path,
                            struct aj_bytes content);
void ssh_files_close(struct ssh_files *files);

#endif
