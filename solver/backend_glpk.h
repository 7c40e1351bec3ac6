/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GLPK behind one function: solve a part of a program. Each call stands alone; nothing of GLPK
 * outlives it.
 */
#ifndef SOLVER_BACKEND_GLPK_H
#define SOLVER_BACKEND_GLPK_H

#include "solver/ip.h"
#include "solver/limits.h"

/* Some columns and rows of a program (every row with all of its columns), and what to minimise. */
struct solver_part {
    const struct solver_ip *ip;
    const uint32_t *cols, *rows; /* cols[cols_count], rows[rows_count]: indices into ip */
    uint32_t cols_count, rows_count;
    const struct solver_term *objective; /* objective[objective_count], columns of ip */
    size_t objective_count;
    const uint32_t *first; /* first[first_count], columns of ip: branched on before all others */
    uint32_t first_count;
    int64_t cutoff; /* only answers of this value and less count; SOLVER_FREE = all */
    double gap;     /* relative: how near to its bound the answer must come; 0: it must be proved */
    const char *level; /* news: of which objective this is a part, NULL = of none that is told */
    int64_t offset;    /* news: the rest of its value */
    int64_t incumbent; /* news: the value of an answer that is there already, SOLVER_FREE = none */
    uint8_t aim;       /* enum solver_aim */
    const char *title; /* of the program as a file, one word; NULL: "autojail" */
};

enum solver_aim {
    SOLVER_AIM_BEST,
    SOLVER_AIM_ANY, /* no objective: any answer, or that there is none */
};

enum solver_verdict {
    SOLVER_OPTIMAL,    /* values and bound are set and proved */
    SOLVER_FEASIBLE,   /* near enough, or stopped: values and bound are set */
    SOLVER_INFEASIBLE, /* proved */
    SOLVER_LIMIT,      /* stopped before any values; bound is set */
};

struct solver_answer {
    enum solver_verdict verdict;
    int64_t value, bound; /* of the objective */
    uint32_t nodes;
};

/*
 * Minimises. values[] has one place for each column of the whole program; those of the part are set
 * when there is an answer. Fails with AJ_INTERRUPTED "interrupted" when cx->cancel is set and that
 * fails, AJ_ERR_INTERNAL "solver-bug" if GLPK gives up or its answer is not integral.
 */
AJ_NODISCARD enum aj_status solver_glpk_solve(struct aj_ctx *cx, const struct solver_part *part,
                                              const struct solver_limits *limits, int64_t *values,
                                              struct solver_answer *answer);

enum solver_glpk_form { SOLVER_GLPK_LP, SOLVER_GLPK_MPS }; /* CPLEX LP; free MPS */
/* Writes the part to a file. Fails with AJ_ERR_IO "file-write", or as above. */
AJ_NODISCARD enum aj_status solver_glpk_write(struct aj_ctx *cx, const struct solver_part *part,
                                              enum solver_glpk_form form, const char *path);
/* "glpk 5.0" */
AJ_NODISCARD const char *solver_glpk_name(struct aj_arena *out);

#endif
