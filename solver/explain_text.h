/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The words of an explanation: wishes and what they ask for.
 */
#ifndef SOLVER_EXPLAIN_TEXT_H
#define SOLVER_EXPLAIN_TEXT_H

#include "solver/prepare.h"

/* "guest plc", "the root cell" */
AJ_NODISCARD const char *solver_cell_text(const struct solver_problem *p, uint32_t cell);
/* The request that the wish became in `p`, NULL if it is not about memory or left out. */
const struct solver_request *solver_wish_request(const struct solver_problem *p,
                                                 const struct solver_wish *wish);
/* What the wish asks for, with its numbers: "guest plc: 2 CPUs". */
AJ_NODISCARD const char *solver_wish_text(const struct solver_problem *p,
                                          const struct solver_wish *wish);
/* Where the amount of the wish stands: "memory ram of guest plc". */
AJ_NODISCARD const char *solver_wish_subject(const struct solver_problem *p,
                                             const struct solver_wish *wish);
/* The amount in the wish's unit: "2 CPUs", "16 MiB". */
AJ_NODISCARD const char *solver_amount_text(const struct solver_problem *p,
                                            const struct solver_wish *wish, uint64_t amount);
/* The request as the subject of a sentence: "region ram of guest plc", "link net0". */
AJ_NODISCARD const char *solver_request_text(const struct solver_problem *p,
                                             const struct solver_request *r);
/* "l2 (CPUs 0-1; 2-3)": the domains of a level by their CPUs. */
AJ_NODISCARD const char *solver_domains_text(const struct solver_problem *p, uint8_t level);
/* "64 KiB", "2 MiB" */
AJ_NODISCARD const char *solver_size_text(const struct solver_problem *p, aj_size size);

/* "ethernet (eth0, eth1)": what can be picked. */
const char *solver_pick_text(const struct solver_problem *p, const struct solver_wish *wish);

#endif
