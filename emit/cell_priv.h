/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the writers of the binary and of the C form share.
 */
#ifndef EMIT_CELL_PRIV_H
#define EMIT_CELL_PRIV_H

#include "emit/emit.h"

/* The cell or root cell of configuration `which`, and the revision of its file. */
const struct model_cell *emit_cell_of(const struct model_system *system, size_t which);
uint32_t emit_cell_revision(const struct model_system *system, size_t which);
/* "cell-revision", "cell-limit": can configuration `which` be put into a file? */
AJ_NODISCARD enum aj_status emit_cell_check(struct aj_ctx *cx, const struct model_system *system,
                                            size_t which);
/* The 32 bytes of the cell's name, whatever it has behind the NUL included. */
void emit_cell_name_bytes(const struct model_cell *cell, uint8_t *bytes);

#endif
