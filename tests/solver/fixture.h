/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A board and requirements as YAML texts, and what the solver makes of them.
 */
#ifndef TESTS_SOLVER_FIXTURE_H
#define TESTS_SOLVER_FIXTURE_H

#include "solver/cons.h"
#include "solver/solver.h"
#include "tests/support/support.h"

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *arena;
    const struct model_board *board;
    const struct model_requirements *req;
    const struct model_plan *plan; /* after fixture_solve */
    struct solver_facts facts;     /* after fixture_build */
    struct solver_wishes wishes;
    struct solver_problem problem;
    struct solver_model model;
};

/* Four CPUs in two clusters of two; 64 MiB of RAM at 0x40000000 and at 0x80000000; GICv3. */
extern const char fixture_board[];
/* The same, with the first `what` in it replaced. */
const char *fixture_board_with(struct aj_arena *arena, const char *what, const char *with);

/* The texts must be without fault. Positions are in "board.yml" and "cells.yml". */
void fixture_open(struct fixture *f, const char *board, const char *cells);
void fixture_close(struct fixture *f);
/* solver_solve without options. */
enum aj_status fixture_solve(struct fixture *f);
/* The same, which must succeed. */
void fixture_plan(struct fixture *f);
/* Wishes, problem and program. */
void fixture_build(struct fixture *f);
/* Do the wishes that are not left out hold together, by the whole program in one piece? */
bool fixture_holds(struct fixture *f);
/* They do not, and without any one of them the others do; else the test fails. */
void fixture_irreducible(struct fixture *f);

/* "0,2-3" */
const char *fixture_cpus(struct fixture *f, const char *cell);
/* The range of this kind, cell and name; NULL matches anything. */
const struct model_plan_mem *fixture_mem(const struct fixture *f, enum model_mem_kind kind,
                                         const char *cell, const char *name);
/* The only diagnostic with this id. */
const struct aj_diag *fixture_diag(const struct fixture *f, const char *id);
/* The request with this tag, e.g. "cell.a,m". */
const struct solver_request *fixture_request(const struct fixture *f, const char *tag);

#endif
