/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The integer program, neutral of any solver: columns with bounds, sparse rows with readable names,
 * one goal for each objective, and the digits of the total order that makes the answer unique.
 * Every column is integer and every coefficient is an int64_t: floating point begins in the backend.
 */
#ifndef SOLVER_IP_H
#define SOLVER_IP_H

#include "model/requirements.h"

/* No bound: upper = SOLVER_FREE, lower = -SOLVER_FREE. */
#define SOLVER_FREE INT64_MAX
/* Objectives that have a goal: all before MODEL_OBJECTIVE_SMALLEST_NUMBERS, which has the digits. */
#define SOLVER_GOALS ((size_t)MODEL_OBJECTIVE_SMALLEST_NUMBERS)

/* What a row is about; explain.c chooses its words by it. */
enum solver_family {
    SOLVER_FAMILY_CPU,
    SOLVER_FAMILY_IRQ,
    SOLVER_FAMILY_MEM,
    SOLVER_FAMILY_PCI,
    SOLVER_FAMILY_SPI,
    SOLVER_FAMILY_DEV,
    SOLVER_FAMILY_LEARNED, /* what only constraints ask for */
    SOLVER_FAMILY_LEVEL,   /* what earlier levels of the search reached */
};

struct solver_col {
    const char *name;
    int64_t lower, upper;
};

struct solver_term {
    uint32_t col;
    int64_t coef;
};

/* lower <= sum of terms[first .. first + count) <= upper */
struct solver_row {
    const char *name;
    uint8_t family;
    size_t first, count;
    int64_t lower, upper;
};

/* constant + the sum of the terms is to be as small as possible. */
struct solver_goal {
    AJ_VEC(struct solver_term) terms;
    int64_t constant;
};

struct solver_ip {
    struct aj_arena *arena;
    AJ_VEC(struct solver_col) cols;
    AJ_VEC(struct solver_row) rows;
    AJ_VEC(struct solver_term) terms; /* of rows and digits */
    struct solver_goal goals[SOLVER_GOALS];
    /*
     * Most significant first; each is to be as small as possible. As rows without a name: `lower`
     * and `upper` are both reached at most, so upper - lower + 1 is the digit's radix.
     */
    AJ_VEC(struct solver_row) digits;
    struct solver_row *open; /* the row or digit that solver_ip_term adds to */
};

void solver_ip_open(struct solver_ip *ip, struct aj_arena *arena);
/* Names follow the LP format: [A-Za-z0-9_.(),], see solver_ip_tag. Returns the column's index. */
uint32_t solver_ip_col(struct solver_ip *ip, int64_t lower, int64_t upper, const char *name, ...)
    AJ_PRINTF(4, 5);
/* Begins a row; its terms follow. A row without terms reads 0. */
void solver_ip_row(struct solver_ip *ip, enum solver_family family, int64_t lower, int64_t upper,
                   const char *name, ...) AJ_PRINTF(5, 6);
/* Begins the next digit; its terms follow. */
void solver_ip_digit(struct solver_ip *ip, int64_t lower, int64_t upper);
/* Adds to the row or digit begun last. No column may come twice in one row. */
void solver_ip_term(struct solver_ip *ip, uint32_t col, int64_t coef);
void solver_ip_goal(struct solver_ip *ip, enum model_objective objective, uint32_t col,
                    int64_t coef);
/*
 * What priorities[count], all of one level, make of the goals: their weighted sum, no column twice.
 * Terms live in `arena`.
 */
AJ_NODISCARD struct solver_goal solver_ip_level(const struct solver_ip *ip, struct aj_arena *arena,
                                                const struct model_priority *priorities,
                                                size_t count);

/*
 * A part of a name made of foreign text: characters that the LP format lacks become '_' and what is
 * beyond 48 bytes is cut; a text that had to be changed gets ".<ordinal>" to stay distinct.
 */
AJ_NODISCARD const char *solver_ip_tag(struct aj_arena *arena, const char *text, size_t ordinal);

/* Sum of terms[count] at `values` (one for each column of the program), in integers. */
int64_t solver_terms_value(const struct solver_term *terms, size_t count, const int64_t *values);
/* The first row that `values` break, NULL if there is none. */
const struct solver_row *solver_ip_broken(const struct solver_ip *ip, const int64_t *values);

#endif
