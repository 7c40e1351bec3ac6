/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statements of constraints as terms of rows: what holds (cons_learned.c), what costs (cons_cost.c), memory near CPUs (cons_near.c). */
#ifndef SOLVER_CONS_LEARNED_PRIV_H
#define SOLVER_CONS_LEARNED_PRIV_H

#include "solver/cons.h"

struct cons_terms {
    struct solver_term *items;
    size_t count, cap;
};

/*
 * Adds terms that sum to 1 where the plan may be as statement `which` of constraint `number` says
 * (a `forbid` means it so), and to 0 where it is not. `literal` must live as long as the model.
 */
void cons_learned_statement(struct solver_model *m, uint32_t number, size_t which,
                            const struct model_literal *literal, struct cons_terms *terms);
/* Adds them to the row begun last. */
void cons_learned_terms(struct solver_model *m, const struct cons_terms *terms);
/* `avoid` and `prefer`. */
void cons_learned_costs(struct solver_model *m);
/* Memory `near: cpus`. */
void cons_learned_near(struct solver_model *m);

#endif
