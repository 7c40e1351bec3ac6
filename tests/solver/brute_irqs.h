/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The oracle's interrupts: every line on every CPU. */
#ifndef TESTS_SOLVER_BRUTE_IRQS_H
#define TESTS_SOLVER_BRUTE_IRQS_H

#include "tests/solver/brute.h"

struct brute_irq_choice {
    int64_t cost; /* INT64_MAX: there is none */
    size_t lines;
    bool decided[8], gone[8]; /* gone: with a device that is picked */
    uint32_t cpu[8];
};

/* Where the root's go best, if CPU k is cell[k]'s and devices are as in `so_far`. */
void brute_best_irqs(const struct model_board *board, const struct model_requirements *req,
                     const struct brute *so_far, const uint32_t *cell,
                     struct brute_irq_choice *best);
/* Where those of guest `cell` go best; adds their cost. */
void brute_guest_irqs(const struct model_board *board, const struct model_requirements *req,
                      uint32_t cell, struct brute *best);
/* Is it a line of the board's interrupt controllers? */
bool brute_line_exists(const struct model_board *board, uint32_t intid);
/* Does a guest own a device with this line? */
bool brute_guest_has(const struct model_board *board, const struct brute *best, uint32_t intid);

#endif
