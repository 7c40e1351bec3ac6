/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What board.yml needs beyond its tables: its CPUs by number (board_cpus.c); PCI (board_pci.c); the `type` of a memory
 * region, checks between the fields of a struct, repairs (board_finish.c). model/board.c binds them
 * to the keys.
 */
#ifndef MODEL_BOARD_PRIV_H
#define MODEL_BOARD_PRIV_H

#include "model/board.h"

/* A map from CPU numbers; `value` is the member cpus of a model_board. */
extern const struct aj_custom_field model_board_cpus_field;
/* A region type or the name of a console type; `value` is the member type of a model_region. */
extern const struct aj_custom_field model_region_type_field;

/* A range of addresses, struct model_mmio. */
extern const struct aj_schema model_mmio_schema;
/* What only x86 and PCI have (board_pci.c). */
extern const struct aj_schema model_x86_platform_schema, model_port_range_schema,
    model_pci_function_schema, model_ports_schema;
/* What the board's Linux says of itself (board_linux.c). */
extern const struct aj_schema model_irq_count_schema, model_board_kernel_schema,
    model_jailhouse_facts_schema, model_timing_schema, model_numa_node_schema;

/* The finish functions of the schemas. */
AJ_NODISCARD enum aj_status model_region_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                                const char *path, void *value);
AJ_NODISCARD enum aj_status model_irqchip_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                                 const char *path, void *value);
AJ_NODISCARD enum aj_status model_arm_platform_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                                      const char *path, void *value);
AJ_NODISCARD enum aj_status model_pci_host_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                                  const char *path, void *value);
AJ_NODISCARD enum aj_status model_iommu_unit_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                                    const char *path, void *value);
AJ_NODISCARD enum aj_status model_board_console_finish(struct aj_ctx *cx,
                                                       const struct aj_yaml *node, const char *path,
                                                       void *value);
AJ_NODISCARD enum aj_status model_board_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                               const char *path, void *value);
AJ_NODISCARD enum aj_status model_mmio_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                              const char *path, void *value);

/* The platform with the GIC's version: as given, else 3 if it has redistributors; NULL stays NULL. */
const struct model_arm_platform *model_arm_platform_complete(struct aj_arena *out,
                                                             const struct model_arm_platform *arm);
/*
 * Makes a board that was read whole: drops regions that say too little to be used, derives the GIC's
 * version, and gives each region whose type is a console's a device and a console of its name
 * unless the file has them.
 */
void model_board_complete(struct aj_ctx *cx, struct aj_arena *out, struct model_board *board);

#endif
