/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A draw of the surrogate as an integer program: which decision keeps every measured CPU at so many
 * percent of its deadline or below? In two levels: how many CPUs of each cluster a cell has, and then
 * which. docs/explore.md has the rows.
 */
#ifndef EXPLORE_PROGRAM_H
#define EXPLORE_PROGRAM_H

#include "base/ctx.h"
#include "explore/acquire.h"

/* What the first level says of a decision. */
struct explore_image {
    uint32_t *count; /* [cell][cluster]: CPUs */
    uint32_t *bank;  /* [cell]: AJ_NONE32 where none is decided */
    uint32_t *knob;  /* [knob]: index of the value */
};

struct explore_program {
    const struct explore_acquire *acquire; /* whose first draw counts */
    double percent;                        /* of the deadline: as much or less */
    uint32_t nodes; /* of the search that may still be made; calls take from it */
};

enum explore_verdict {
    EXPLORE_VERDICT_FOUND,
    EXPLORE_VERDICT_NONE,  /* proved: there is none */
    EXPLORE_VERDICT_LIMIT, /* no nodes are left */
};

/* Columns of the first level, less those that count CPUs beyond the first; at least 1. */
uint32_t explore_program_size(const struct explore_acquire *acquire);
struct explore_image explore_image_new(const struct explore_layout *layout, struct aj_arena *out);
/*
 * First level, a relaxation: an image other than those of excluded[count] whose decisions might do.
 * Fails as solver_glpk_solve.
 */
AJ_NODISCARD enum aj_status explore_program_clusters(struct aj_ctx *cx,
                                                     struct explore_program *program,
                                                     const struct explore_image *excluded,
                                                     size_t count, struct explore_image *image,
                                                     enum explore_verdict *verdict);
/*
 * Second level, exact but for the rounding of coefficients to ns: a decision with this image other
 * than those of excluded[count]. Fails likewise.
 */
AJ_NODISCARD enum aj_status explore_program_cpus(struct aj_ctx *cx, struct explore_program *program,
                                                 const struct explore_image *image,
                                                 const struct explore_decision *excluded,
                                                 size_t count, struct explore_decision *decision,
                                                 enum explore_verdict *verdict);

#endif
