/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * This machine as a target, with programs in front of its own.
 */
#ifndef TESTS_EXPLORE_TARGET_H
#define TESTS_EXPLORE_TARGET_H

#include "explore/job.h"
#include "tests/support/support.h"

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
/* Does a process run whose arguments contain `text`? */
bool target_runs(struct target *t, const char *text);

#endif
