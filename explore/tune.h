/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Settings of a running Linux that are files: put into force, read back, and given back as they were
 * found; also when the link breaks or autojail is killed, by a process on the target that watches,
 * and that then ends what was started there.
 */
#ifndef EXPLORE_TUNE_H
#define EXPLORE_TUNE_H

#include "explore/job.h"
#include "model/knob.h"

/* One setting that is wanted. */
struct explore_tune {
    struct model_knob_write write; /* its texts hold no tab and no end of a line */
    const char *what;              /* for people: "governor" */
    bool optional;                 /* where there is no such file, there is nothing to do */
};

struct explore_tuning {
    const struct explore_jobs *jobs; /* what is left of them ends with what is given back */
    const char *root;                /* stands before every path: "" but in tests */
    const char *dir; /* on the target: what was found, and who watches; NULL: nothing is set yet */
    char place[64];  /* text of dir */
    const struct explore_tune *tunes; /* tunes[tunes_count], those of the last call of apply */
    size_t tunes_count;
    struct aj_cpuset quiet; /* where the process that watches disturbs least; empty: anywhere */
};

/* Changes nothing yet; `root` in front of all paths is "" but in tests. */
struct explore_tuning explore_tuning_open(const struct explore_jobs *jobs, const char *root);
/*
 * Puts all of tunes[count] into force, and nothing else: what an earlier call set and this one does
 * not is as it was found. *refused says what could not be set or reads back otherwise, NULL: all is
 * in force. Ids of remote_host_run.
 */
AJ_NODISCARD enum aj_status explore_tuning_apply(struct aj_ctx *cx, struct explore_tuning *tuning,
                                                 const struct explore_tune *tunes, size_t count,
                                                 struct aj_arena *out, const char **refused);

struct explore_tuning_seen {
    const char *changed;    /* what is no longer as it was set, NULL: all is in force */
    const char *interrupts; /* /proc/interrupts */
};
/*
 * Looks at all of that again. From now on the target waits `lease_ns` for the next call before it takes
 * autojail for dead, unless it sees the link go first.
 */
AJ_NODISCARD enum aj_status explore_tuning_check(struct aj_ctx *cx, struct explore_tuning *tuning,
                                                 int64_t lease_ns, struct aj_arena *out,
                                                 struct explore_tuning_seen *seen);
/*
 * Gives everything back, also after cx->cancel. AJ_ERR_TARGET "target-restore" names what does not
 * take its old value; if the target cannot be reached it does that by itself.
 */
AJ_NODISCARD enum aj_status explore_tuning_restore(struct aj_ctx *cx,
                                                   struct explore_tuning *tuning);

#endif
