/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A machine that is booting: it is there once its ssh server answers.
 */
#ifndef EXPLORE_AWAIT_H
#define EXPLORE_AWAIT_H

#include "remote/host.h"

/*
 * Opens it, through `root` unless that is NULL, trying again with longer and longer pauses while nobody
 * answers there, for `limit_ns`. AJ_ERR_TARGET "guest-silent" for a guest that never did; everything
 * else as remote_host_open_through.
 */
AJ_NODISCARD enum aj_status explore_await(struct aj_ctx *cx, struct remote_host *root,
                                          const struct remote_login *login, int64_t limit_ns,
                                          struct remote_host **host);
/* Of a clock that only goes on. */
int64_t explore_await_now(void);
/* Waits, or until a signal comes. */
void explore_await_pause(int64_t ns);

#endif
