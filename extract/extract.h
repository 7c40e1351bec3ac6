/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From what a machine says about itself to a board.
 */
#ifndef EXTRACT_EXTRACT_H
#define EXTRACT_EXTRACT_H

#include "model/board.h"
#include "remote/remote.h"

struct extract_options {
    bool force; /* go on although Jailhouse was running at capture */
};

/*
 * Reads /proc and /sys of `remote`. Sources that are absent are done without; sources that contradict
 * each other are recorded in board->diagnostics with both places. An x86 machine is read from ACPI
 * and PCI, any other from its device tree, an arm64 one that has none from ACPI. Fails with
 * AJ_ERR_INPUT: "extract-no-source" (neither), "jailhouse-running" (unless forced), "dt-..." for a
 * broken device tree; with AJ_INTERRUPTED "interrupted" when the user ends the run.
 */
AJ_NODISCARD enum aj_status extract_board(struct aj_ctx *cx, struct remote *remote,
                                          const struct extract_options *options,
                                          struct aj_arena *out, const struct model_board **board);

/*
 * The same from a device tree blob alone; `memory` replaces its memory nodes unless count is 0.
 * `name` stands in diagnostics.
 */
AJ_NODISCARD enum aj_status extract_board_from_dtb(struct aj_ctx *cx, const char *name,
                                                   struct aj_bytes blob,
                                                   const struct aj_rangeset *memory,
                                                   struct aj_arena *out,
                                                   const struct model_board **board);

/* The file board.yml of an extracted board, with comments that say where each value came from. It
 * reads back as the file without comments does. */
void extract_write(const struct model_board *board, struct aj_buf *to);

#endif
