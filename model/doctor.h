/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What of a board hinders Jailhouse, or makes reactions slow. Judges what the board says of itself and
 * nothing else; where it says nothing, nothing is found.
 */
#ifndef MODEL_DOCTOR_H
#define MODEL_DOCTOR_H

#include "model/board.h"

struct model_finding {
    const char *id;            /* stable word */
    enum aj_severity severity; /* error: Jailhouse cannot run; warning: something suffers; info */
    const char *text;          /* what is so, and what it means */
    const char *advice;        /* what to do about it, or NULL */
};

/*
 * The findings of a board in a fixed order: reasons against Jailhouse, CPUs and IOMMUs, kernel and
 * installation, reaction times, notes of the extraction; in `out`. What is asked of CPUs and VT-d units
 * is what Jailhouse's `jailhouse hardware check` asks, as far as Linux shows it; bits of the units by
 * Intel's VT-d Specification, 11.4.2 and 11.4.3.
 */
void model_doctor(const struct model_board *board, struct aj_arena *out,
                  const struct model_finding **findings, size_t *count);

#endif
