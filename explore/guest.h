/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A guest as the board sees it.
 */
#ifndef EXPLORE_GUEST_H
#define EXPLORE_GUEST_H

#include "base/cpuset.h"
#include "model/measurement.h"

/*
 * A guest numbers its CPUs from 0, in the order of the board's numbers: the same measurement with those
 * of `cpus`, the cell's; AJ_CPU_MAX for one that the cell does not have. In `out`, or borrowed.
 */
const struct model_measurement *explore_guest_renumber(const struct model_measurement *measurement,
                                                       const struct aj_cpuset *cpus,
                                                       struct aj_arena *out);

#endif
