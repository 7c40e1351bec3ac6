/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the lexicographic search share (search*.c).
 */
#ifndef SOLVER_SEARCH_PRIV_H
#define SOLVER_SEARCH_PRIV_H

#include "solver/backend_glpk.h"
#include "solver/search.h"

struct search_terms {
    struct solver_term *items;
    size_t count, cap;
};

/* What is minimised together, and how it stands. */
struct search_level {
    struct solver_goal goal; /* none if it `orders` */
    bool orders;             /* it is the total order */
    const char *tag;         /* for names of rows */
};

struct search {
    struct aj_ctx *cx;
    struct solver_model *m;
    const struct solver_search_options *options;
    struct aj_arena *arena;
    struct solver_outcome *outcome;
    uint32_t *component_of; /* component_of[column] */
    uint32_t components;
    bool *known; /* known[component]: outcome->values has an answer for it */
    int64_t *trial;
    struct search_level *levels; /* beside those of the outcome */
    int64_t grace_ends_ns;       /* when the grace ends; 0: it has not begun */
};

/*
 * Columns that share no row, not even through others, are decided apart: the optimum of a sum over them is
 * the sum of their optima.
 */
void search_find_components(struct search *s);
/* The component as a part, but for rows without terms, which are nobody's; those of terms[count] in it. */
struct solver_part search_part(const struct search *s, uint32_t component);
struct search_terms search_terms_in(const struct search *s, uint32_t component,
                                    const struct solver_term *items, size_t count);
/* Is the row one of the component? Rows without terms are none's. */
bool search_row_in(const struct search *s, const struct solver_row *row, uint32_t component);
/* Was everything in it decided before? */
bool search_is_fixed(const struct search *s, const struct solver_term *items, size_t count);
/* A part of an objective that is minimised over a component. */
struct search_goal {
    uint32_t component;
    struct search_terms terms;
    double gap;                           /* as struct solver_part */
    const struct model_plan_level *level; /* of which it is a part, for the news; NULL: of none */
};
/*
 * Minimises; answers that pack memory in no possible way are cut off until one is left that does. An
 * answer that is known stays if there is none below it, if there is no time, or if cuts without proof
 * leave none. Where none is known when the time is over, any answer within the grace will do.
 */
AJ_NODISCARD enum aj_status search_minimise(struct search *s, const struct search_goal *goal,
                                            struct solver_answer *answer);
/* A row that keeps the terms at or below `upper` from now on. */
void search_hold(struct search *s, const struct search_terms *terms, int64_t upper,
                 const char *name, uint32_t component);
/* The total order in the component. The level's value: how many digits could not be the smallest. */
AJ_NODISCARD enum aj_status search_order(struct search *s, uint32_t component, size_t level_ix);
#endif
