/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far an exploration is, for people: one line that changes on a terminal, a line for each run
 * elsewhere.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "explore/study.h"

struct cli_progress {
    FILE *to;
    bool changes;     /* a terminal, and one board: the line is written over */
    uint32_t columns; /* of the terminal */
};

/* On standard error; `boards` measure at the same time. */
struct cli_progress cli_progress_open(size_t boards);
/* The observer that writes it. */
struct explore_observer cli_progress_observer(struct cli_progress *progress);
/* Leaves the last line as it is. */
void cli_progress_close(const struct cli_progress *progress);

#endif
