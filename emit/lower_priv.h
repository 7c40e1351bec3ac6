/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the lowering share: the root's in lower_root.c, a guest's in lower_guest.c, what
 * both have in lower_parts.c.
 */
#ifndef EMIT_LOWER_PRIV_H
#define EMIT_LOWER_PRIV_H

#include "emit/emit.h"

struct emit_lower {
    struct aj_ctx *cx;
    /* With what the requirements say of the root put over it, and those IOMMUs alone that Jailhouse
     * is to drive. */
    struct model_board board;
    const struct model_requirements *req;
    const struct model_plan *plan;
    struct aj_arena *out;
    uint32_t revision;
    uint16_t pci_domain;
    bool iommu; /* a guest has a device behind an IOMMU, so the hypervisor must drive it */
    struct {
        uint32_t slots; /* bit n: slot n of bus 0 is free */
        uint8_t iommu;  /* of functions on bus 0 */
    } x86;
};

struct emit_regions {
    AJ_VEC(struct model_memory) list;
};

/* The plan does not say what it should: "lower-plan". */
#define emit_lower_fail(l, ...) \
    aj_fail((l)->cx, AJ_ERR_INTERNAL, "lower-plan", AJ_NOWHERE, __VA_ARGS__)

/* Adds an identity-mapped region. `comment` is borrowed. */
void emit_lower_add(const struct emit_lower *l, struct emit_regions *regions, struct aj_range range,
                    uint64_t flags, const char *comment);
/*
 * The sections and the virtual PCI devices of the links in which `key` takes part; every section
 * gets `flags` too. Regions must be the first of the cell. "lower-plan" if a link's sections do not
 * fit its memory or there is no virtual PCI host for it.
 */
AJ_NODISCARD enum aj_status emit_lower_links(const struct emit_lower *l, const char *key,
                                             uint64_t flags, struct emit_regions *regions,
                                             struct model_cell *cell);
/* Interrupt blocks with `intids`. */
void emit_lower_irqchips(const struct emit_lower *l, const struct aj_cpuset *intids,
                         struct model_cell *cell);
void emit_lower_cpus(const struct aj_cpuset *cpus, struct model_cell *cell);
/* The stream ids of `devices`, ascending, each once. */
void emit_lower_stream_ids(const struct emit_lower *l, const struct model_device *const *devices,
                           size_t devices_count, struct model_cell *cell);
/* "uart0, spi0 and 3 more": the devices with registers in `range`, or NULL. */
const char *emit_lower_names(const struct emit_lower *l, const struct model_device *const *devices,
                             size_t devices_count, struct aj_range range);
/* Whole pages that cover a valid range. */
struct aj_range emit_lower_pages(struct aj_range range);

/* The code of a unit that Jailhouse can drive on arm64, 0 for others. */
uint32_t emit_lower_iommu_type(const struct model_iommu_unit *unit);

/* lower_x86.c */

/* What is free for links; "lower-slots" if there are too few slots, "lower-mmconfig" if links could
 * not be found for want of a memory-mapped configuration space. */
AJ_NODISCARD enum aj_status emit_x86_begin(struct emit_lower *l);
/* Slot on bus 0 of the link with this number. */
uint16_t emit_x86_slot(const struct emit_lower *l, uint32_t device);
/* Messages of a link's virtual device. */
uint16_t emit_x86_vectors(uint16_t protocol);
void emit_x86_header(const struct emit_lower *l, struct model_header *header);
/* Registers that the root has: not what may be anywhere in a bus's window. */
void emit_x86_registers(const struct emit_lower *l, struct aj_rangeset *registers);
/* Takes the pages out in which functions have the tables of their messages: Jailhouse's own. */
void emit_x86_cut_tables(const struct emit_lower *l, struct aj_rangeset *registers);
/* The pins with these global numbers; all there are if NULL. */
void emit_x86_irqchips(const struct emit_lower *l, const uint32_t *gsis, size_t count,
                       struct model_cell *cell);
/* The functions among `devices`, behind those that the cell has already, and their ports. */
void emit_x86_devices(const struct emit_lower *l, const struct model_device *const *devices,
                      size_t devices_count, struct model_cell *cell);
/* The root's ports; of a guest those of its console, unless a device has them. */
void emit_x86_root_ports(const struct emit_lower *l, struct model_cell *cell);
void emit_x86_console_ports(const struct emit_lower *l, struct model_cell *cell);

AJ_NODISCARD enum aj_status emit_lower_root(const struct emit_lower *l,
                                            const struct model_plan_cell *plan,
                                            const struct model_header **header,
                                            const struct model_cell **root);
AJ_NODISCARD enum aj_status emit_lower_guest(const struct emit_lower *l,
                                             const struct model_cell_request *request,
                                             const struct model_plan_cell *plan,
                                             struct model_cell *cell);

#endif
