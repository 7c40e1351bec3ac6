/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several identical boards: a process for each, which share the store.
 */
#ifndef EXPLORE_CREW_H
#define EXPLORE_CREW_H

#include "explore/study.h"

/* Boards; those that are lost leave it. */
struct explore_crew {
    const char **logins; /* logins[count] */
    size_t count;
};

/* The part of one board; runs in a process of its own. */
typedef enum aj_status explore_crew_part(struct aj_ctx *cx, const struct explore_study *study,
                                         const char *login);

/*
 * Runs `part` for each board of the crew at the same time and waits for all. Warnings of the parts are
 * those of `cx`, each once. Boards whose part failed are told of by the warning "explore-lost" and are
 * of the crew no more. Fails if none is left: with the gravest status and "explore-crew".
 * AJ_INTERRUPTED when cx->cancel is set: the parts are ended by SIGTERM, restore their targets and are
 * waited for.
 */
AJ_NODISCARD enum aj_status explore_crew_run(struct aj_ctx *cx, const struct explore_study *study,
                                             explore_crew_part *part, struct aj_arena *out,
                                             struct explore_crew *crew);

#endif
