/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Proposals that a board measures without booting in between: where some knobs take a reboot, a few in
 * a row keep what the last run was booted with.
 */
#ifndef EXPLORE_BATCH_H
#define EXPLORE_BATCH_H

#include "explore/ledger.h"

enum { EXPLORE_BATCH_RUNS = 6 }; /* from one reboot for the search's sake to the next */

/*
 * `space` with cuts that keep the boot of the board's last run; `space` itself where no knob takes a
 * reboot, or where as many runs as a batch has were made since the last one.
 */
const struct explore_space *explore_batch_space(const struct explore_ledger *ledger, uint32_t board,
                                                const struct explore_space *space,
                                                struct aj_arena *out);

#endif
