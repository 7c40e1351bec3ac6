/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What came out of an exploration: for the report, for people, and for the next cells.yml.
 */
#ifndef EXPLORE_CONCLUSION_H
#define EXPLORE_CONCLUSION_H

#include "explore/finale.h"
#include "explore/report.h"
#include "explore/study.h"

struct explore_conclusion {
    const struct explore_frame *frame;
    struct explore_verdict verdict;
    struct explore_report report;
    /* All constraints of the next cells.yml: those of the user, what was learned, what is decided. */
    const struct model_constraint *constraints;
    size_t constraints_count;
};

/* Everything lives in `out` or the study. */
void explore_conclusion_make(struct aj_ctx *cx, const struct explore_study *study,
                             const struct explore_study_end *end, struct aj_arena *out,
                             struct explore_conclusion *conclusion);

/*
 * The constraints of a cells.yml that leads to `decision` (NULL: to the plan without measuring):
 * those of the frame's that no exploration decided, `forbidden`[forbidden_count], and the decision.
 */
const struct model_constraint *explore_conclusion_constraints(
    const struct explore_frame *frame, const struct explore_decision *decision, const char *because,
    const struct explore_lessons *lessons, struct aj_arena *out, size_t *count);

/* A few lines for people: what was measured, what is recommended and how sure that is. */
void explore_conclusion_write(const struct explore_conclusion *conclusion, struct aj_buf *to);

#endif
