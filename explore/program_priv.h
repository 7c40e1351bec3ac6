/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The integer program while it is built: the same columns and rows for clusters and for CPUs, which
 * both are places.
 */
#ifndef EXPLORE_PROGRAM_PRIV_H
#define EXPLORE_PROGRAM_PRIV_H

#include "explore/program.h"
#include "solver/ip.h"

struct explore_place {
    uint32_t cluster, size;
    const uint32_t *cpus;
};

/* Tables have AJ_NONE32 where there is no column, as the value is not possible. */
struct explore_build {
    const struct explore_program *program;
    const struct explore_space *space;
    const struct explore_layout *layout;
    const double *coef;                /* of the draw */
    const struct explore_image *image; /* given: places are CPUs; NULL: they are clusters */
    struct aj_arena *arena;
    struct solver_ip ip;
    struct explore_place *places;
    uint32_t places_count;
    uint32_t *count; /* [cell][place]: how many CPUs it has there */
    uint32_t *more;  /* [cell][place][m]: whether it has more than m */
    uint32_t *fires; /* [irq][place]: whether it fires there */
    uint32_t *bank;  /* [cell][bank] */
    uint32_t *share; /* [cell][cell]: whether they share a bank */
    uint32_t *knob;  /* [values of all knobs] */
};

static inline uint32_t explore_build_more(const struct explore_build *g, uint32_t cell,
                                          uint32_t place, uint32_t m)
{
    return g->more[(cell * g->places_count + place) * g->space->cpus_count + m];
}
void explore_build_row(struct explore_build *g, int64_t lower, int64_t upper);
void explore_build_at_most(struct explore_build *g, int64_t upper);
/* Adds to the row begun last; nothing without a column. */
void explore_build_term(struct explore_build *g, uint32_t col, int64_t coef);
/* count columns, none yet. */
uint32_t *explore_build_table(const struct explore_build *g, size_t count);
/* Places, owners, interrupts, banks, knobs. */
void explore_build_columns(struct explore_build *g);
/* No measured CPU beyond the wanted percent. */
void explore_build_latency(struct explore_build *g);

#endif
