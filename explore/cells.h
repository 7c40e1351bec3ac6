/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cells of a target as its Jailhouse driver shows them: what counts, whatever a command says of
 * itself. Source: driver/sysfs.c of Jailhouse.
 */
#ifndef EXPLORE_CELLS_H
#define EXPLORE_CELLS_H

#include "base/cpuset.h"
#include "remote/host.h"

struct explore_cell_seen {
    const char *name;  /* as Jailhouse calls it */
    const char *state; /* "running", "running/locked", "shut down", "failed" */
    struct aj_cpuset cpus, failed;
};

struct explore_cells_seen {
    bool installed; /* there is a program called jailhouse */
    bool enabled;   /* the hypervisor is running */
    const struct explore_cell_seen *cells;
    size_t cells_count;
    struct aj_cpuset online; /* CPUs of the root's Linux */
};

/* Ids of remote_host_run; "target-odd" for what no driver prints. */
AJ_NODISCARD enum aj_status explore_cells_look(struct aj_ctx *cx, struct remote_host *host,
                                               struct aj_arena *out,
                                               struct explore_cells_seen *seen);

const struct explore_cell_seen *explore_cells_find(const struct explore_cells_seen *seen,
                                                   const char *name);
/* Why the cell called `name` does not run on exactly these CPUs, in words; NULL: it does. */
const char *explore_cells_wrong(const struct explore_cells_seen *seen, const char *name,
                                const struct aj_cpuset *cpus, struct aj_arena *out);

#endif
