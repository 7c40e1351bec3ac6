/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program as files, so that any other solver can be asked, and its answer.
 */
#ifndef SOLVER_DUMP_H
#define SOLVER_DUMP_H

#include "solver/search.h"

/* Bits of struct solver_search_options.dump_forms. */
enum solver_dump_form {
    SOLVER_DUMP_LP = 1,       /* CPLEX LP */
    SOLVER_DUMP_MPS = 2,      /* free MPS */
    SOLVER_DUMP_SOLUTION = 4, /* text: levels, then each column that is not 0 */
};

/*
 * Writes STEMlevel1-isolation.lp and so on: one program for each level before the total order, with
 * those before it held at the values of `outcome` and one variable for each decision, whatever was
 * decided apart; without an answer only the first. Rows say only by size what fits into an interval: that
 * of memory which the answer rests on beyond them is in the files, so their optima are those of `outcome`.
 * STEMsolution.txt. `m` is what was solved. Fails with AJ_ERR_IO "file-write".
 */
AJ_NODISCARD enum aj_status solver_dump(struct aj_ctx *cx, const struct solver_model *m,
                                        const struct solver_problem *p,
                                        const struct solver_search_options *options,
                                        const struct solver_outcome *outcome);

#endif
