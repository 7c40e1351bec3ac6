/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where an exploration measures: a simulated board, a plain Linux by affinities, or Jailhouse. The
 * loop sees this interface and never the transport.
 */
#ifndef EXPLORE_TARGET_H
#define EXPLORE_TARGET_H

#include "explore/measure.h"
#include "explore/space.h"
#include "explore/step.h"

/* What a run is made with: the decision, and what the solver and its checks made of it. */
struct explore_setting {
    const struct model_board *board;
    const struct model_requirements *req;
    const struct explore_step *step;
    const struct explore_space *space;
    const struct explore_decision *decision;
};

/* What runs beside a measurement in a cell; on a plain Linux it is held on the cell's CPUs. */
struct explore_cell_load {
    const char *cell;
    const char *const *argv;
    size_t argc;
};

/* How a run measures. The CPUs are those of the measured cells in the setting that is in force. */
struct explore_run {
    uint64_t id; /* of the run; simulated targets draw their noise by it */
    int64_t duration_ns;
    uint32_t blocks;
    int64_t interval_ns;
    uint32_t priority;
    int64_t deadline_ns;
    int64_t hopeless_ns; /* > 0: ends early where most blocks of a CPU would exceed it; censored */
    bool suppress_idle;
    const struct explore_cell_load *loads;
    size_t loads_count;
};

struct explore_target;
struct explore_target_ops {
    /*
     * Brings a setting into force and reads back whether it is. *refused says why it is not, NULL: it
     * is. Changes only what differs from what is in force. The space of the first setting is that of
     * all, and lives as long as the target.
     */
    enum aj_status (*apply)(struct aj_ctx *cx, struct explore_target *target,
                            const struct explore_setting *setting, struct aj_arena *out,
                            const char **refused);
    /* AJ_OK also for a void measurement; AJ_ERR_TARGET: the target is lost, AJ_INTERRUPTED. */
    enum aj_status (*measure)(struct aj_ctx *cx, struct explore_target *target,
                              const struct explore_run *run,
                              const struct explore_progress *progress, struct aj_arena *out,
                              struct explore_measured *measured);
    /* Everything as it was before the first apply; also after cx->cancel. */
    enum aj_status (*restore)(struct aj_ctx *cx, struct explore_target *target);
    void (*close)(struct explore_target *target);
};
struct explore_target {
    const struct explore_target_ops *ops;
    const char *name; /* the login, for people */
    bool simulated;   /* no hardware was measured: every result says so */
    const char *boot; /* another one after each start of the machine; NULL: it has none */
};

enum explore_mode {
    EXPLORE_MODE_AUTO,      /* jailhouse where the target has it loaded, else linux */
    EXPLORE_MODE_LINUX,     /* one Linux on all CPUs: cells are affinities */
    EXPLORE_MODE_JAILHOUSE, /* cells are re-created; the guest is reached through the root */
};
extern const struct aj_name explore_mode_names[];

struct explore_target_options {
    struct remote_login login; /* "sim:", "sim:FILE", "local:", "ssh:..." */
    const char *jump;          /* login of the measured guest, reached through the root; or NULL */
    enum explore_mode mode;
    const struct model_project *project;
    uint64_t seed;       /* of the noise of simulated targets */
    int64_t patience_ns; /* it may be booting for so long; 0: it must answer at once */
};

/* Is it a login of a target, as far as its form goes? AJ_ERR_INPUT "login" if not. */
AJ_NODISCARD enum aj_status explore_target_check(struct aj_ctx *cx,
                                                 const struct remote_login *login);
/*
 * Opens any of them; it lives in `out`, and its close is due before the end of `out`. Ids of
 * remote/host.h and, for the file of a simulated board, of base/schema.h and base/fs.h;
 * AJ_ERR_TARGET "target-mode" if it cannot do `mode`, or is no Linux that a run could be made on.
 */
AJ_NODISCARD enum aj_status explore_target_open(struct aj_ctx *cx,
                                                const struct explore_target_options *options,
                                                struct aj_arena *out,
                                                struct explore_target **target);

#endif
