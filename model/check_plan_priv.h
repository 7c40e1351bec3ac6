/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the plan's judgement share (check_plan*.c). They know the requirements, the
 * board and the plan, and nothing of how a plan is found.
 */
#ifndef MODEL_CHECK_PLAN_PRIV_H
#define MODEL_CHECK_PLAN_PRIV_H

#include "base/ctx.h"
#include "model/plan.h"

struct model_plan_check {
    struct aj_ctx *cx;
    const struct model_board *board;
    const struct model_requirements *req;
    const struct model_plan *plan; /* its cells are those of the requirements, root first */
};

void model_plan_check_cpus(struct model_plan_check *pc);
void model_plan_check_memory(struct model_plan_check *pc);
void model_plan_check_spaces(struct model_plan_check *pc);
void model_plan_check_devices(struct model_plan_check *pc);
void model_plan_check_interrupts(struct model_plan_check *pc);
void model_plan_check_links(struct model_plan_check *pc);
void model_plan_check_constraints(struct model_plan_check *pc);

enum model_plan_answer { MODEL_PLAN_NO, MODEL_PLAN_YES, MODEL_PLAN_UNKNOWN };
/* Do two CPUs share hardware of this level? Labels that the board does not know prove nothing. */
enum model_plan_answer model_plan_share(const struct model_cpu *a, const struct model_cpu *b,
                                        enum model_domain level);

/* The request of cell `index` of the plan; 0 is the root. */
const struct model_cell_request *model_plan_request(const struct model_plan_check *pc,
                                                    size_t index);
/* Where `key` of a cell's request stands, or the cell itself. */
struct aj_loc model_plan_loc(const struct model_cell_request *cell, const char *key);
/* Of a constraint that states a cost: does the plan pay it? False of others. */
bool model_plan_pays(const struct model_plan_check *pc, const struct model_constraint *constraint);
/* Is this cell a peer of that link? */
bool model_plan_takes_part(const struct model_link_request *link, const char *key);
bool model_plan_same_text(const char *a, const char *b); /* NULL equals NULL */

/* Devices by index in board->devices. */
struct model_device_set {
    bool *has; /* has[board->devices_count] */
};
/* What cell `index` must own: its devices, its own console, and all that must travel along. */
void model_plan_wanted_devices(const struct model_plan_check *pc, size_t index,
                               struct model_device_set *wanted);

#endif
