/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What device tree and start script of a guest both need to know.
 */
#ifndef EMIT_GUEST_H
#define EMIT_GUEST_H

#include "model/plan.h"

/* The UART of the guest's console, NULL if it has none that is a device of the board. */
const struct model_device *emit_guest_uart(const struct model_board *board,
                                           const struct model_plan_cell *cell);
/* Its input clock in Hz, 0 if the board does not say. */
uint32_t emit_guest_uart_clock(const struct model_board *board, const struct model_device *uart);
/*
 * The guest's kernel command line: what cells.yml says, else console and earlycon for its UART; and
 * the arguments of its knobs. NULL if there is nothing. In `out` or borrowed from `request`.
 */
const char *emit_guest_bootargs(const struct model_board *board, const struct model_plan *plan,
                                const struct model_cell_request *request, struct aj_arena *out);
/* File names below the output directory: "cells/<project>-<key>.cell", ... */
const char *emit_cell_name(const char *project, const char *key, struct aj_arena *out);

#endif
