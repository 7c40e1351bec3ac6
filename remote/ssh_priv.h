/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two files share that speak ssh: opening a link, and running commands over it. */
#ifndef REMOTE_SSH_PRIV_H
#define REMOTE_SSH_PRIV_H

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include "remote/host_priv.h"

#define SSH_KEEPALIVE_NS ((int64_t)10 * HOST_NS_PER_S) /* between two signs of life */

struct ssh_target {
    struct aj_ctx *cx; /* of the opening call: libssh asks for pass phrases in between */
    ssh_session session;
    struct host_login at;
    const struct remote_login *login;
    struct ssh_callbacks_struct callbacks;
};

/* From options to a login; reports what fails. The session is blocking before and after. */
AJ_NODISCARD enum aj_status host_ssh_login(struct aj_ctx *cx, struct remote_host *host);

#endif
