/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a setting means on one Linux that has all CPUs: which files hold it. Touches no machine.
 */
#ifndef EXPLORE_LINUX_H
#define EXPLORE_LINUX_H

#include "explore/boot.h"
#include "explore/routing.h"
#include "explore/target.h"
#include "explore/tune.h"

/* What the running Linux is like; it changes with a reboot only. */
struct explore_linux {
    struct explore_irq_lines lines;
    struct explore_boot boot;
    bool reboots; /* it can be booted with other kernel arguments */
    /* Files that list the CPUs of knobs of boot time (`shown` of model/knob.h), and what they say. */
    const char *const *shown;
    const char *const *contents;
    size_t shown_count;
    bool beside_cells; /* of Jailhouse: what its guests have is not its own */
};

/* An interrupt that is sent to a CPU. */
struct explore_route {
    uint32_t intid, cpu;
};
struct explore_linux_setting {
    AJ_VEC(struct explore_tune) tunes;
    AJ_VEC(struct explore_route) routes;
    const char *words; /* of the kernel command line, beside its own; those in force, or a reboot */
    const char *refused; /* why it cannot be in force, NULL: by its tunes it can */
};
/*
 * CPUs of measured cells are online, unless they are a guest's of Jailhouse; interrupts go where the decision and the plan send them, the
 * root's knobs have the plan's values. What takes a reboot is refused where there is none, and where the
 * kernel was booted with it and yet shows something else.
 * Interrupts that the Linux does not use are passed over. Texts live in `out`.
 */
void explore_linux_setting(const struct explore_linux *linux, const struct explore_setting *setting,
                           struct aj_arena *out, struct explore_linux_setting *files);

#endif
