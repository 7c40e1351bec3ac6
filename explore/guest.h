/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A guest that has just been started: it is there once its ssh server answers.
 */
#ifndef EXPLORE_GUEST_H
#define EXPLORE_GUEST_H

#include "remote/host.h"

/*
 * Opens it through `root`, trying again while nobody answers there. AJ_ERR_TARGET "guest-silent" after
 * `limit_ns`, with what the last try said; everything else as remote_host_open_through.
 */
AJ_NODISCARD enum aj_status explore_guest_open(struct aj_ctx *cx, struct remote_host *root,
                                               const struct remote_login *login, int64_t limit_ns,
                                               struct remote_host **host);

#endif
