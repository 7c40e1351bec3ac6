/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which process claimed something, told so that a later one can ask whether it still runs: numbers
 * of processes are given again, so the time of its start belongs to it.
 */
#ifndef EXPLORE_PROCESS_H
#define EXPLORE_PROCESS_H

#include "base/ctx.h"

struct explore_process {
    const char *machine; /* its name and which numbers of processes it sees */
    const char *boot;    /* another one after each start of the machine */
    uint64_t pid;
    uint64_t start; /* clock ticks from the machine's start to the process's */
};

/* Of this process. Texts live in `out`; "?" where Linux does not tell. */
struct explore_process explore_process_self(struct aj_arena *out);
/*
 * Has it ended, for sure? A process of another machine, or one whose machine sees other processes
 * (a container), has not.
 */
bool explore_process_ended(const struct explore_process *process);

bool explore_process_equal(const struct explore_process *a, const struct explore_process *b);

#endif
