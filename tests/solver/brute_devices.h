/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The oracle's devices: every choice for each device that a guest wants without naming it. */
#ifndef TESTS_SOLVER_BRUTE_DEVICES_H
#define TESTS_SOLVER_BRUTE_DEVICES_H

#include "tests/solver/brute.h"

/* What cells name, with all that travels along; candidates of each want. */
void brute_devices_open(const struct model_board *board, const struct model_requirements *req,
                        struct brute *best);
/*
 * The next choice of candidates: owners, and adds what is left out to `preferences`; begins with
 * *choice 0. False after the last, and if no choice at all keeps devices apart.
 */
bool brute_devices_next(const struct model_board *board, const struct model_requirements *req,
                        const struct brute *opened, uint32_t *choice, struct brute *now);
/* Does it depend on choices who has the device, of these cells? AJ_NONE32: any guest. */
bool brute_device_open(const struct brute *best, uint32_t device, uint32_t cell);

#endif
