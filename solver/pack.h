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

/* Can the two change places everywhere: same size, alignment, residue and addresses to avoid? */
bool solver_pack_alike(const struct solver_request *a, const struct solver_request *b);

/*
 * Points are the addresses that have the alignment and residue of `grid`. A request aligned to as
 * much or more takes the same number of them wherever it lies, and no two requests the same one; so
 * those in an interval take no more than it has. Of requests aligned to less nothing is known: 0.
 */
int64_t solver_pack_taken(const struct solver_request *request, const struct solver_request *grid);
/* Points that the interval has. */
int64_t solver_pack_room(struct aj_range interval, const struct solver_request *grid);

#endif
