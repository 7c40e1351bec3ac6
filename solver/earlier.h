/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan that was there before, in the numbers of a problem: what the new one is to be like, or what is to
 * be judged.
 */
#ifndef SOLVER_EARLIER_H
#define SOLVER_EARLIER_H

#include "solver/prepare.h"

/* AJ_NONE32 and AJ_NONE64: the plan does not say, or what it says is no more. */
struct solver_earlier {
    uint32_t *owner;    /* owner[cpu]: cell */
    uint32_t *place_of; /* place_of[request]: interval that holds all of it */
    aj_addr *phys;      /* phys[request]: its address there */
    uint32_t *line_cpu; /* line_cpu[line of the root]: index of the CPU */
    uint32_t *base;     /* base[cell]: vpci_irq_base */
    bool *has;          /* has[own]: the cell has the device, problem->owns */
};

/* By names of cells and regions, numbers of CPUs and interrupts; lives in the arena of `p`. */
const struct solver_earlier *solver_earlier_read(const struct solver_problem *p,
                                                 const struct model_plan *plan);

#endif
