/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The oracle's part about memory and the virtual PCI host.
 */
#ifndef TESTS_SOLVER_BRUTE_MEMORY_H
#define TESTS_SOLVER_BRUTE_MEMORY_H

#include "tests/solver/brute.h"

#define BRUTE_NO_CELL UINT32_MAX

static inline const struct model_cell_request *
brute_request_of(const struct model_requirements *req, uint32_t ix)
{
    return ix == 0 ? &req->root : &req->guests[ix - 1];
}

/* Lists requests and intervals; false if what the files say of addresses cannot hold together. */
bool brute_memory_open(const struct model_board *board, const struct model_requirements *req,
                       struct brute *best);
/* The best intervals by goals and total order; false if there are none. */
bool brute_memory_solve(const struct model_board *board, const struct model_requirements *req,
                        struct brute *best);
/* Does `a` come before `b` in the total order of memory? */
bool brute_memory_before(const struct brute *a, const struct brute *b);
/* The lowest MiB of which nothing is known; false if there is none. */
bool brute_pci_solve(const struct model_board *board, const struct model_requirements *req,
                     struct brute *best);

#endif
