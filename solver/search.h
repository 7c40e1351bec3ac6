/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lexicographic search: one independent component of the program after the other, and in each
 * level after level.
 */
#ifndef SOLVER_SEARCH_H
#define SOLVER_SEARCH_H

#include "base/ctx.h"
#include "solver/cons.h"
#include "solver/limits.h"

struct solver_search_options {
    const struct model_priority *objectives; /* ascending level; none: any answer will do */
    size_t objectives_count;
    struct solver_limits limits;
    uint32_t dump_forms;   /* of enum solver_dump_form (dump.h); 0: nothing is written */
    const char *dump_stem; /* what the names of those files begin with */
};

/*
 * Requests that no order packs into one interval though all rows of the program hold: so many like
 * each of them.
 */
struct solver_crowd {
    uint32_t interval;
    const uint32_t *number; /* number[requests.count], at the first of those alike; or 0 */
};

struct solver_outcome {
    bool infeasible;
    uint8_t family;  /* infeasible: enum solver_family of the rows that cannot hold together */
    int64_t *values; /* one for each column of the program */
    uint8_t status;  /* enum model_plan_status */
    struct model_plan_level *levels;
    size_t levels_count;
    const struct solver_crowd *crowds; /* found before the program was built; others are its rows */
    size_t crowds_count;
};

/*
 * The user's order in `to`, in `arena`. Where he does not say where, costs that he states come first,
 * likeness to the earlier plan (NULL: there is none) before the total order, and that last.
 */
void solver_objectives_list(struct solver_search_options *to, struct aj_arena *arena,
                            const struct model_requirements *req, const struct model_plan *earlier);
/* The number of levels, and the end of the level that begins with objectives[first]. */
size_t solver_levels_count(const struct solver_search_options *options);
size_t solver_level_end(const struct solver_search_options *options, size_t first);
/* "isolation", "3 irq_interference + memory_quality" */
AJ_NODISCARD const char *solver_level_name(const struct solver_search_options *options,
                                           struct aj_arena *arena, size_t first);
/* Is the objective minimised before the total order? */
bool solver_minimises(const struct solver_search_options *options, enum model_objective objective);
/* Is it the total order? */
bool solver_level_orders(const struct solver_search_options *options, size_t first);

/*
 * Solves the program, to which it adds rows, from the known answer if there is one, which packs memory. An infeasible program is an outcome, not a failure.
 * Results live in `arena`. Fails with AJ_ERR_LIMIT "time-limit" or "search-limit", AJ_INTERRUPTED,
 * AJ_ERR_IO, AJ_ERR_INTERNAL "solver-bug".
 */
AJ_NODISCARD enum aj_status solver_search(struct aj_ctx *cx, struct solver_model *m,
                                          const struct solver_search_options *options,
                                          struct aj_arena *arena, struct solver_outcome *outcome);

#endif
