/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an exploration is about: the design space of a board and its cells, and the way from plans to
 * decisions in it and from decisions back to requirements for the solver.
 */
#ifndef EXPLORE_FRAME_H
#define EXPLORE_FRAME_H

#include "explore/space.h"
#include "explore/spec.h"
#include "explore/step.h"

/*
 * With this begins the `because` of what an exploration has decided. Such constraints of the kinds
 * assign, route, place and set are where the next one starts; it may decide otherwise.
 */
#define EXPLORE_DECIDED "explore: "

struct explore_inputs {
    const struct model_project *project;
    const struct model_board *board;
    const struct model_requirements *req;
    const struct explore_spec *spec;
};

struct explore_frame {
    const struct model_project *project;
    const struct model_board *board; /* as the cells see it: model_board_override */
    const struct explore_spec *spec;
    const struct model_requirements *given; /* cells.yml */
    const struct model_requirements *req;   /* of the study: explore.yml's CPUs, nothing decided */
    const struct explore_space *space;      /* its cuts are what cells.yml forbids */
    uint32_t cell;                          /* under study: index into the space's cells */
    int64_t deadline_ns;
    struct explore_decision baseline; /* of the plan without measuring */
};

enum {
    EXPLORE_IRQS_MAX = 12,   /* lines that are looked at unless explore.yml names them */
    EXPLORE_CUTS_MAX = 4096, /* of one constraint: what does not fit is left to the solver */
};

/*
 * Solves once without measuring and builds the space around that. Everything lives in `out` or the
 * inputs. AJ_ERR_INPUT "explore-cell" (no cell to study, or no guest of cells.yml),
 * "explore-deadline" (none, or one that cannot be measured), "explore-space" (an interrupt, bank or
 * knob that cannot be explored, or a plan that lies outside of all banks); the ids of
 * explore_step_run.
 */
AJ_NODISCARD enum aj_status explore_frame_make(struct aj_ctx *cx, const struct explore_inputs *in,
                                               struct aj_arena *out, struct explore_frame *frame);

/* The decision that a plan made for `frame`'s board is; false if it is none of the space. */
AJ_NODISCARD bool explore_frame_decision(const struct explore_frame *frame,
                                         const struct model_plan *plan,
                                         struct explore_decision *decision);

/* The decision as constraints, in the order cpus, interrupts, memory, knobs. */
const struct model_constraint *explore_frame_constraints(const struct explore_frame *frame,
                                                         const struct explore_decision *decision,
                                                         const char *because, struct aj_arena *out,
                                                         size_t *count);
/* The requirements of the study and the decision as constraints of them. */
const struct model_requirements *explore_frame_pin(const struct explore_frame *frame,
                                                   const struct explore_decision *decision,
                                                   struct aj_arena *out);
/* explore_step_run of that; "self-check" if the plan is not as decided. */
AJ_NODISCARD enum aj_status explore_frame_step(struct aj_ctx *cx, const struct explore_frame *frame,
                                               const struct explore_decision *decision,
                                               struct aj_arena *out,
                                               const struct model_requirements **req,
                                               struct explore_step *step);

/*
 * Tells studies apart whose runs are not comparable: board, requirements, and of explore.yml what is
 * measured and what is decided. Budget, targets and confidence may change.
 */
const char *explore_frame_study(const struct explore_frame *frame, struct aj_arena *out);

#endif
