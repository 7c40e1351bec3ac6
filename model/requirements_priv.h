/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fields of cells.yml that no table row can say (requirements_fields.c) and what is to be checked
 * between its values without a board (requirements_sane.c).
 */
#ifndef MODEL_REQUIREMENTS_PRIV_H
#define MODEL_REQUIREMENTS_PRIV_H

#include "model/requirements.h"

extern const struct aj_custom_field model_console_request_field; /* struct model_console_request */
extern const struct aj_custom_field model_devices_field;         /* model_cell_request.devices */
extern const struct aj_custom_field model_links_field;           /* requirements.links */
extern const struct aj_custom_field model_objectives_field;      /* requirements.objectives */
extern const struct aj_custom_field model_constraints_field;     /* requirements.constraints */

/* What stands below the word of each kind of constraint; by enum model_constraint_kind. */
extern const struct aj_schema model_statement_schemas[];
/* The largest cost and weight: sums of thousands of them stay far below 2^53. */
#define MODEL_COST_MAX 1000000

/* The objectives when the file names none; *count of them. */
const struct model_priority *model_default_objectives(size_t *count);

/* The finish functions of the schemas. */
AJ_NODISCARD enum aj_status model_cpu_request_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                                     const char *path, void *value);
AJ_NODISCARD enum aj_status model_mem_request_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                                     const char *path, void *value);
AJ_NODISCARD enum aj_status model_realtime_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                                  const char *path, void *value);
AJ_NODISCARD enum aj_status model_cell_request_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                                      const char *path, void *value);

/* Fills in what a missing key means: names, numbers that were not given, objectives. */
void model_requirements_complete(struct aj_arena *out, struct model_requirements *req);
/* Does the device tree call it a device of this type, "brcm,bcm2835-spi"? Not if it is disabled. */
bool model_device_is_of_type(const struct model_device *device, const char *type);
/* The constraints of complete requirements, without and with the board. */
AJ_NODISCARD enum aj_status model_constraints_sane(struct aj_ctx *cx,
                                                   const struct model_requirements *req);
AJ_NODISCARD enum aj_status model_constraints_check(struct aj_ctx *cx,
                                                    const struct model_board *board,
                                                    const struct model_requirements *req);
/* Has the link room for all sections, each a page or more? "link-size" if not. */
AJ_NODISCARD enum aj_status model_link_fits(struct aj_ctx *cx,
                                            const struct model_link_request *link, aj_size page);
/* Platform, names, links and constraints of complete requirements; reports all, returns the gravest. */
AJ_NODISCARD enum aj_status model_requirements_sane(struct aj_ctx *cx,
                                                    const struct model_requirements *req);

#endif
