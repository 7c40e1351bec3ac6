/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * This machine as a target, with programs in front of its own.
 */
#ifndef TESTS_EXPLORE_TARGET_H
#define TESTS_EXPLORE_TARGET_H

#include "explore/job.h"
#include "tests/support/support.h"

/* Parts of a script in the place of cyclictest: its help, and what a block prints that went well. */
#define TARGET_HELP                                                          \
    "if [ \"$1\" = --help ]; then echo 'cyclictest V 2.40'; echo 'Usage:'; " \
    "echo '-h --histogram=US -a --affinity --json=FILE'; exit 0; fi; "

/* With a thread on CPU 0 at priority 95: $n wake-ups of 10 us and one of $max. */
#define TARGET_TEXT                                                                          \
    "echo '#task 1 95 0'; echo \"$broke\"; echo '# Histogram'; "                             \
    "seq 0 $max | sed \"s/\\$/ 0/; 11s/0\\$/$n/; \\$s/0\\$/1/\"; "                           \
    "echo \"# Total: $((n + 1))\"; echo '# Min Latencies: 10'; echo '# Avg Latencies: 10'; " \
    "echo \"# Max Latencies: $max\"; echo '# Histogram Overflows: 0'"
#define TARGET_BREAK "n=99; max=901; broke='# Break value: 901'"
#define TARGET_GOOD  "n=999; max=20"

struct target {
    struct aj_ctx cx;
    struct aj_arena *arena;
    struct remote_host *host;
    struct explore_jobs jobs;
    char dir[32];     /* of the programs; first in PATH */
    const char *path; /* PATH before */
};

/* Set-up and tear-down of a cmocka test; *state is a struct target. */
int target_open(void **state);
int target_close(void **state);

/* From now on `name` is this shell script. */
void target_fake(struct target *t, const char *name, const char *script);
/* From now on commands run as root there, as far as anybody can tell. */
void target_as_root(struct target *t);
/* Does a process run whose arguments contain `text`? */
bool target_runs(struct target *t, const char *text);

#endif
