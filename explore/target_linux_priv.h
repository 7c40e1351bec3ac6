/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plain Linux as a target, between applying and measuring.
 */
#ifndef EXPLORE_TARGET_LINUX_PRIV_H
#define EXPLORE_TARGET_LINUX_PRIV_H

#include "explore/linux.h"
#include "explore/target_priv.h"

struct linux_target {
    struct explore_target target; /* first: the target is the whole */
    struct remote_host *host;
    struct aj_arena *arena;
    struct explore_boot_way way;
    const char *told; /* the words that the next boot has, so far as is known */
    struct explore_jobs jobs;
    struct explore_tuning tuning;
    struct explore_linux facts;
    const struct explore_space *space; /* NULL before the first setting */
    struct explore_decision decision;  /* in force, as are `files` */
    struct explore_linux_setting files;
    struct explore_cyclictest tool;
    bool has_tool;
    bool told_balance;           /* of irqbalance */
    bool told_idle;              /* of interrupts that do not fire */
    struct explore_guest *guest; /* that is measured, NULL: this Linux has the measured cells */
};

static inline struct linux_target *linux_of(struct explore_target *target)
{
    return (struct linux_target *)target;
}

/* `measure` of struct explore_target_ops. */
AJ_NODISCARD enum aj_status linux_target_measure(struct aj_ctx *cx, struct explore_target *target,
                                                 const struct explore_run *run,
                                                 const struct explore_progress *progress,
                                                 struct aj_arena *out,
                                                 struct explore_measured *measured);

#endif
