/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random boards of each architecture with random wishes for them, nearly all of which can be met.
 */
#ifndef TESTS_EXPLORE_RANDOM_BOARD_H
#define TESTS_EXPLORE_RANDOM_BOARD_H

#include "base/buf.h"
#include "model/board.h"

/* board.yml and cells.yml; one state, one board. */
void random_board_texts(uint64_t *state, enum model_arch arch, struct aj_buf *board,
                        struct aj_buf *cells);

#endif
