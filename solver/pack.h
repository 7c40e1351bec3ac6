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

/* Can the two change places everywhere: same size, alignment and addresses to avoid? */
bool solver_pack_alike(const struct solver_request *a, const struct solver_request *b);

/* Blocks of `alignment` that so many bytes begin. */
int64_t solver_pack_blocks(aj_size size, aj_size alignment);
/*
 * Blocks that an interval has for requests aligned to `alignment` or more. One that it has only in
 * part counts at its end, not at its start: each request begins a block.
 */
int64_t solver_pack_room(struct aj_range interval, aj_size alignment);

#endif
