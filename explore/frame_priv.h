/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of explore_frame_make.
 */
#ifndef EXPLORE_FRAME_PRIV_H
#define EXPLORE_FRAME_PRIV_H

#include "explore/frame.h"

/* While the space is made. */
struct explore_frame_maker {
    struct aj_ctx *cx;
    struct aj_arena *out;
    struct explore_frame *frame;
    struct explore_space *space;
    const struct model_plan *plan; /* without measuring */
};

/* Was it decided by an exploration? */
bool explore_frame_is_decided(const struct model_constraint *constraint);
/* Index of an online CPU or of a cell in the space; AJ_NONE32 if there is none. */
uint32_t explore_frame_cpu(const struct explore_space *space, uint32_t id);
uint32_t explore_frame_cell(const struct explore_space *space, const char *key);
/* The request of a cell of the space. */
const struct model_cell_request *explore_frame_request(const struct model_requirements *req,
                                                       uint32_t cell);

/* CPUs with their domains; cells, and which CPUs they may have. */
void explore_frame_make_cpus(struct explore_frame_maker *m);
void explore_frame_make_cells(struct explore_frame_maker *m);
/* What else is decided; "explore-space". */
AJ_NODISCARD enum aj_status explore_frame_make_irqs(struct explore_frame_maker *m);
AJ_NODISCARD enum aj_status explore_frame_make_banks(struct explore_frame_maker *m);
AJ_NODISCARD enum aj_status explore_frame_make_knobs(struct explore_frame_maker *m);
/* What the constraints forbid, in the space's terms. */
void explore_frame_make_cuts(struct explore_frame_maker *m);

#endif
