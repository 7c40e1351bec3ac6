/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decisions that nothing else of the program can change, by a small program of their own: level after
 * level, from an answer that may be known beforehand. CPUs (blocks.h) and memory (places.h) use it.
 */
#ifndef SOLVER_APART_H
#define SOLVER_APART_H

#include "solver/backend_glpk.h"
#include "solver/search.h"

/* What is decided. */
struct solver_apart {
    const uint32_t *choice; /* of each thing to decide; NULL: not decided here */
    bool infeasible;        /* proved: there is none */
    bool ordered;           /* no answer as good comes before this one in the total order */
    /* levels[i]: what it took to decide this part of level i */
    struct solver_apart_level {
        int64_t gap; /* the bound is no farther from the value; 0 = proved, SOLVER_FREE = unknown */
        int64_t spent_ns;
        uint32_t nodes;
    } * levels;
    AJ_VEC(struct solver_crowd) crowds; /* all that the proofs rest on */
};

/* Judges an answer by what rows do not say; may set columns whose worth it knows better. */
enum apart_judgement {
    APART_HOLDS,
    APART_CUT,     /* it does not hold, and the program has new rows that forbid it */
    APART_WORSE,   /* likewise, but it holds with the columns that were set */
    APART_UNKNOWN, /* nobody knows: the decision cannot be made apart */
};
typedef enum apart_judgement apart_judge(void *judge, int64_t *values);

/* A level before the total order. */
struct apart_goal {
    struct solver_goal goal;
    int64_t bound; /* proved; no goal is below 0 */
    int64_t held;  /* no answer is above, once the level is minimised */
    uint32_t row;  /* that says so, if there are terms */
};

struct apart {
    struct aj_ctx *cx;
    const struct solver_search_options *options;
    struct solver_apart *result;
    struct solver_ip ip;
    int64_t *values;       /* the best answer so far, one for each column there was */
    bool known;            /* there is one */
    bool unknown;          /* APART_UNKNOWN was met: minimising does nothing any more */
    const uint32_t *first; /* first[first_count], as struct solver_part */
    uint32_t first_count;
    const struct apart *coarse; /* a relaxation with the same levels, minimised; or NULL */
    apart_judge *judge;         /* or NULL */
    void *judge_arg;
    struct apart_goal *goals;
    size_t goals_count; /* levels that were begun; goals[goals_count] is the total order's */
};

/* An empty program. Everything lives in `arena`. */
void apart_open(struct apart *a, struct aj_ctx *cx, const struct solver_search_options *options,
                struct aj_arena *arena, struct solver_apart *result);
/*
 * Minimises terms[count] over the whole program; `values` are those of the answer if it is better
 * than the one that was known, which `answer` tells of otherwise, with all bounds at 0 or above.
 * Without terms any answer does, and a known one stays where there is no other.
 */
AJ_NODISCARD enum aj_status apart_minimise(struct apart *a, const struct solver_term *terms,
                                           size_t count, struct solver_answer *answer);
/* Minimises the levels before the total order, each of them held while the next is minimised. */
AJ_NODISCARD enum aj_status apart_levels(struct apart *a);
/* Lets each level be as bad as it is held to in another program with the same levels. */
void apart_loosen(struct apart *a, const struct apart *to);
/* Is no level that was minimised worse at these values? */
bool apart_keeps_levels(const struct apart *a, const int64_t *values);
/* The values are the answer: says so in the result, with what was proved of it. */
void apart_close(struct apart *a, const uint32_t *choice, bool ordered);

#endif
