/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Explorations as the program makes them, with solver, target and store, on a simulated board on
 * which all decisions are as good as each other.
 */
#ifndef BENCHMARKS_STUDIES_H
#define BENCHMARKS_STUDIES_H

#include "explore/finale.h"

struct studies;

/* Of the project in `dir`: autojail.yml, board.yml, cells.yml, explore.yml. NULL with messages. */
struct studies *studies_open(struct aj_ctx *cx, const char *dir);
void studies_close(struct studies *studies);

/*
 * How likely a run exceeds the deadline, from `runs` of them; the deadline becomes the longest that
 * at least `chance` of them exceed. NAN with messages.
 */
double studies_truth(struct aj_ctx *cx, struct studies *studies, double chance, uint32_t runs);

/* What one exploration allows to say. */
struct studied {
    enum explore_claim_verdict claim;
    uint32_t pairs;
    enum explore_deadline_verdict deadline;
    size_t runs;
};
/* With `allowed` > 0 it goes on for a certificate, with `budget` runs in all, 0: the default. */
AJ_NODISCARD enum aj_status studies_run(struct aj_ctx *cx, const struct studies *studies,
                                        uint64_t seed, double allowed, uint32_t budget,
                                        struct studied *studied);

#endif
