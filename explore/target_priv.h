/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What opens each kind of target. The targets live in `out`; those on hardware own `host` once they
 * are open and close it, and leave it to the caller where they fail.
 */
#ifndef EXPLORE_TARGET_PRIV_H
#define EXPLORE_TARGET_PRIV_H

#include "explore/target.h"

AJ_NODISCARD enum aj_status explore_target_sim_open(struct aj_ctx *cx,
                                                    const struct explore_target_options *options,
                                                    struct aj_arena *out,
                                                    struct explore_target **target);
AJ_NODISCARD enum aj_status explore_target_linux_open(struct aj_ctx *cx,
                                                      const struct explore_target_options *options,
                                                      struct remote_host *host,
                                                      struct aj_arena *out,
                                                      struct explore_target **target);
/* The same with `root` in front of the paths of all settings: a tree of files, for tests. */
AJ_NODISCARD enum aj_status
explore_target_linux_open_at(struct aj_ctx *cx, const struct explore_target_options *options,
                             struct remote_host *host, const char *root, struct aj_arena *out,
                             struct explore_target **target);

/*
 * The measured cell where it is no part of the Linux of the login, but a guest beside it: then that
 * Linux holds the settings of the root and its loads alone.
 */
struct explore_guest {
    const char *cell;
    struct explore_jobs jobs; /* without a host: it is not reached */
    struct aj_cpuset cpus;    /* the guest's own numbers */
};
/* `guest` is borrowed as long as the target lives. */
void explore_target_linux_beside(struct explore_target *target, struct explore_guest *guest);
/* Does the setting take another boot than the present one? *refused, in `out`: why it may not have it. */
bool explore_target_linux_boots(struct explore_target *target,
                                const struct explore_setting *setting, struct aj_arena *out,
                                const char **refused);
/* Boots for the setting, if it takes that, as its `apply` would. What runs beside it goes down with it. */
AJ_NODISCARD enum aj_status explore_target_linux_boot(struct aj_ctx *cx,
                                                      struct explore_target *target,
                                                      const struct explore_setting *setting,
                                                      struct aj_arena *out, const char **refused);
/* Would its `restore` boot? */
bool explore_target_linux_boots_back(const struct explore_target *target);
/* The link; another one after each boot. */
struct remote_host *explore_target_linux_host(const struct explore_target *target);
AJ_NODISCARD enum aj_status
explore_target_jailhouse_open(struct aj_ctx *cx, const struct explore_target_options *options,
                              struct remote_host *host, struct aj_arena *out,
                              struct explore_target **target);
/* The same; `root` as of explore_target_linux_open_at. */
AJ_NODISCARD enum aj_status
explore_target_jailhouse_open_at(struct aj_ctx *cx, const struct explore_target_options *options,
                                 struct remote_host *host, const char *root, struct aj_arena *out,
                                 struct explore_target **target);

#endif
