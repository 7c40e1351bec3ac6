/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Statements of constraints as terms of rows: what holds (cons_learned.c), what is counted
 * (cons_bound.c), what costs (cons_cost.c), memory near CPUs (cons_near.c).
 */
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
/* Adds a term; of one column there is one. */
void cons_learned_add(struct solver_model *m, struct cons_terms *terms, uint32_t col, int64_t coef);
/* The statement about memory that it lies below, or above, where `literal` says; how many there are. */
size_t cons_learned_outside(struct solver_model *m, const struct model_literal *literal,
                            const struct model_literal *parts[2]);
/* Adds them to the row begun last. */
void cons_learned_terms(struct solver_model *m, const struct cons_terms *terms);
/* `bound` */
void cons_learned_bound(struct solver_model *m, uint32_t number,
                        const struct model_constraint *constraint);
/* `avoid` and `prefer`. */
void cons_learned_costs(struct solver_model *m);
/* Memory `near: cpus`. */
void cons_learned_near(struct solver_model *m);

#endif
