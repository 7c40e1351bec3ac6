/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * explore.yml: what an exploration is about, how it measures and how long. Every key may be left
 * out. docs/formats.md describes it for users.
 */
#ifndef EXPLORE_SPEC_H
#define EXPLORE_SPEC_H

#include "explore/target.h"

/* A name and what it stands before: a cell and its load, a knob and its values. */
struct explore_named_list {
    const char *name;
    const char *const *values;
    size_t values_count; /* > 0 */
    const struct aj_yaml *at;
    struct aj_loc key_loc; /* of the name */
};
struct explore_named_lists {
    const struct explore_named_list *items;
    size_t count;
};

/* A part of the RAM that memory may be placed in. */
struct explore_bank {
    const char *name;
    aj_addr start;
    aj_size size;
    const struct aj_yaml *at;
};

/* What cells.yml says of a guest's CPUs does not hold in the study; this does. */
struct explore_cell_wish {
    const char *key;
    struct model_cpu_request cpus;
    const struct aj_yaml *at;
};

struct explore_spec_space {
    const struct explore_cell_wish *cells;
    size_t cells_count;
    const uint32_t *interrupts; /* INTIDs; none: the busiest of the root */
    size_t interrupts_count;
    const struct explore_bank *banks;
    size_t banks_count;
    struct explore_named_lists knobs;
};

struct explore_spec_budget {
    uint32_t runs;   /* 0: by the number of CPUs */
    int64_t time_ns; /* of measuring; 0: any */
};

struct explore_spec {
    const char *cell;               /* under study; NULL: the only guest with `realtime` */
    int64_t deadline_ns;            /* 0: the one in cells.yml */
    double confidence;              /* of claims; in (0.5, 1) */
    double allowed;                 /* share of runs that may exceed the deadline; in (0, 1) */
    bool certify;                   /* the file says `allowed`: is it shown that it is kept? */
    struct explore_latency measure; /* without CPUs, deadline and load */
    struct explore_named_lists load;
    struct explore_spec_budget budget;
    struct explore_spec_space space;
    uint8_t mode; /* enum explore_mode */
    const char *const *targets;
    size_t targets_count;
    uint64_t seed;
    const struct aj_yaml *at; /* NULL: there is no file */
};

extern const struct aj_schema explore_spec_schema;
/* Reads it; `doc` NULL: there is no file, everything is as it is by default. Ids of base/schema.h. */
AJ_NODISCARD enum aj_status explore_spec_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                              struct aj_arena *out,
                                              const struct explore_spec **spec);
void explore_spec_write(const struct explore_spec *spec, struct aj_buf *to);

#endif
