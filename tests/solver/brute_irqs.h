/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The oracle's interrupts: every line on every CPU. */
#ifndef TESTS_SOLVER_BRUTE_IRQS_H
#define TESTS_SOLVER_BRUTE_IRQS_H

#include "tests/solver/brute.h"

/* Where the root's go best, if CPU k is cell[k]'s and devices are as in `so_far`. */
void brute_best_irqs(const struct model_board *board, const struct model_requirements *req,
                     const struct brute *so_far, const uint32_t *cell, struct brute_irqs *best);
/* The same of guest `index`; no lines where it cannot choose. */
void brute_guest_irqs(const struct model_board *board, const struct model_requirements *req,
                      const struct brute *so_far, const uint32_t *cell, uint32_t index,
                      struct brute_irqs *best);
/* Can guest `index` choose on which of its CPUs the line fires? */
bool brute_guest_chooses(const struct model_board *board, const struct model_requirements *req,
                         uint32_t index, uint32_t intid);
/* Is it a line of the board's interrupt controllers? */
bool brute_line_exists(const struct model_board *board, uint32_t intid);
/* The guest that owns a device with this line; 0: none does. */
uint32_t brute_guest_with(const struct model_board *board, const struct brute *best,
                          uint32_t intid);

#endif
