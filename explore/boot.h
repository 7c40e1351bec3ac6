/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kernel arguments of a target: put where its boot loader reads them, and brought into force by a
 * reboot. Ours stand between two words of their own, so that /proc/cmdline itself says what they are,
 * also to an exploration that comes after one that was killed.
 */
#ifndef EXPLORE_BOOT_H
#define EXPLORE_BOOT_H

#include "model/project.h"
#include "remote/host.h"

/* What a running kernel was booted with. */
struct explore_boot {
    const char *id;      /* another one after each boot; NULL: not told */
    const char *cmdline; /* all of it */
    const char *own;     /* without ours */
    const char *words;   /* ours; "": none */
};

/* `cmdline` as of /proc; the texts live in `out`. */
struct explore_boot explore_boot_read(const char *id, const char *cmdline, struct aj_arena *out);

/* The way to a target and to its arguments. */
struct explore_boot_way {
    const struct model_boot *how; /* NULL: nobody says how, or it is this machine */
    struct remote_login login;
    const char *root; /* stands before /proc: "" but in tests */
};
/*
 * Leaves `words`, or "" for none of ours, for the boots to come; *refused, in `out`, says why it cannot,
 * NULL: it did. Ids of remote_host_run.
 */
AJ_NODISCARD enum aj_status explore_boot_set(struct aj_ctx *cx, const struct explore_boot_way *way,
                                             struct remote_host *host, const char *words,
                                             struct aj_arena *out, const char **refused);
/*
 * Reboots, and opens *host again when it answers and has another boot id than `id`; until then *host
 * stays open, of use or not. AJ_ERR_TARGET "target-timeout" if it goes on running until the limit;
 * ids of remote_host_open if it does not answer again.
 */
AJ_NODISCARD enum aj_status explore_boot_again(struct aj_ctx *cx,
                                               const struct explore_boot_way *way, const char *id,
                                               struct remote_host **host);
/* The same without waiting, where nobody needs the target any more. */
AJ_NODISCARD enum aj_status explore_boot_go(struct aj_ctx *cx, const struct explore_boot_way *way,
                                            struct remote_host *host);

/* What a person does whose board still has our words: for a hint. */
const char *explore_boot_by_hand(const struct explore_boot_way *way, struct aj_arena *out);

#endif
