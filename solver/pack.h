/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where in one interval of RAM the requests lie that were put there, and whether they fit at all:
 * exact for any sizes, alignments and addresses to avoid.
 */
#ifndef SOLVER_PACK_H
#define SOLVER_PACK_H

#include "solver/prepare.h"

enum solver_pack_result {
    SOLVER_PACK_FITS,
    SOLVER_PACK_NOT,     /* proved */
    SOLVER_PACK_UNKNOWN, /* too many different requests to try all orders */
};

/*
 * Places requests[count] in `interval`. First rule: in their order, each as high as possible. Only
 * if that fails, all orders are tried. bases[i] is set when they fit; temporary memory comes from
 * `scratch`.
 */
enum solver_pack_result solver_pack(struct aj_arena *scratch, struct aj_range interval,
                                    const struct solver_request *const *requests, size_t count,
                                    aj_addr *bases);
/* Does the request fit into the interval when it is alone? */
bool solver_pack_alone(struct aj_range interval, const struct solver_request *request);

#endif
