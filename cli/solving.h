/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a command solves: its options, and what is seen meanwhile.
 */
#ifndef CLI_SOLVING_H
#define CLI_SOLVING_H

#include "cli/cli.h"
#include "solver/solver.h"

/* Rows of the table of options. */
/* clang-format off */
#define CLI_SOLVING_OPTIONS                                                                        \
    {"time-limit", 't', "DURATION", "stop solving after this long, e.g. 10 s"},                    \
    {"gap", 0, "PERCENT", "be content this near to the best, e.g. 2 %"},                             \
    {"dump", 0, "FORMS", "write the program: some of lp, mps, solution, by commas"},               \
    {"dump-dir", 0, "DIR", "where to (default: where the result is written)"}
/* clang-format on */

/* The line that tells how far it is: one that changes on a terminal, else a new one now and then. */
struct cli_solving {
    FILE *to;
    bool changes; /* a terminal */
    bool shown;   /* a line is there */
    int64_t began_ns, told_ns;
};

/* What the options ask for; ^C stops with the best plan so far. AJ_ERR_USAGE "usage". */
AJ_NODISCARD enum aj_status cli_solving_options(struct aj_ctx *cx, const struct cli_args *args,
                                                struct solver_options *options);
/* The files of --dump go to --dump-dir, else to `dir`, which is made. AJ_ERR_IO "file-write". */
AJ_NODISCARD enum aj_status cli_solving_dump(struct aj_ctx *cx, const struct cli_args *args,
                                             const char *dir, struct aj_arena *arena,
                                             struct solver_options *options);
/* Begins to watch; `solving` is borrowed by the observer. Silent with a log level below warnings. */
struct solver_observer cli_solving_open(struct cli_solving *solving, const struct aj_ctx *cx);
/* Takes the line away from a terminal. */
void cli_solving_close(struct cli_solving *solving);

#endif
