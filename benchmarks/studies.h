/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Explorations as the program makes them, with solver, target and store, on simulated boards on each
 * of which all decisions are as good as each other.
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
enum {
    STUDIES_BOARDS = 3
}; /* the first is that of studies_truth; the others are slower, noisier */
struct studies_case {
    uint64_t seed;
    double allowed;  /* > 0: goes on for a certificate */
    uint32_t budget; /* runs in all, 0: the default */
    uint32_t raises; /* so often the same command goes on with a budget */
    uint32_t raise;  /* of so many runs more */
    uint32_t boards; /* at the same time, 1 .. STUDIES_BOARDS */
};
/* What is said at its end. */
AJ_NODISCARD enum aj_status studies_run(struct aj_ctx *cx, const struct studies *studies,
                                        const struct studies_case *what, struct studied *studied);

#endif
