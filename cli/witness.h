/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan judged by the second witness, wherever it comes from.
 */
#ifndef CLI_WITNESS_H
#define CLI_WITNESS_H

#include "cli/inputs.h"
#include "solver/solver.h"

/*
 * Reads the plan and judges it: AJ_FINDINGS with an error for each requirement that it breaks. Of one
 * that breaks none prints the value of each objective beside the best that is found within `options`.
 */
AJ_NODISCARD enum aj_status cli_witness(struct aj_ctx *cx, const char *path,
                                        const struct cli_inputs *in,
                                        const struct solver_options *options,
                                        struct aj_arena *arena);

#endif
