/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fields of system.yml that no table row can say. In system_fields.c; model/system.c binds them.
 */
#ifndef MODEL_SYSTEM_PRIV_H
#define MODEL_SYSTEM_PRIV_H

#include "model/system.h"

extern const struct aj_schema model_iommu_schema; /* struct model_iommu */

/* A text; the list of its bytes when it is not UTF-8, so that nothing is lost. */
extern const struct aj_custom_field model_cell_name_field;
/* At most JAILHOUSE_MAX_IOMMU_UNITS of them; those at the end that are all zero are not written. */
extern const struct aj_custom_field model_iommu_units_field;

/* The finish function of a cell. */
AJ_NODISCARD enum aj_status model_cell_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                              const char *path, void *value);

#endif
