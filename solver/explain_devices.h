/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a device is whose it is.
 */
#ifndef SOLVER_EXPLAIN_DEVICES_H
#define SOLVER_EXPLAIN_DEVICES_H

#include "solver/prepare.h"

/*
 * Adds to `to` why guests have their devices and what they were not given, in lines as those of
 * solver_explain_plan; of the cell or device `what` alone unless it is NULL. `p` is the problem of the
 * plan. False if nothing is called so.
 */
AJ_NODISCARD bool solver_explain_devices(const struct solver_problem *p,
                                         const struct model_plan *plan, const char *what,
                                         struct aj_buf *to);

#endif
