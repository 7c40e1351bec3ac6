/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The system: Jailhouse's own terms, one to one with its configuration format, so that a `.cell`
 * file becomes a value and the value the same file again, reserved and unknown bits included.
 * Field names are those of include/jailhouse/cell-config.h. Field docs: see there.
 */
#ifndef MODEL_SYSTEM_H
#define MODEL_SYSTEM_H

#include "base/cpuset.h"
#include "model/board.h"
#include "model/jailhouse.h"

struct model_memory {
    uint64_t phys_start, virt_start, size, flags;
    const char *comment; /* what it is, for the C form; not in the binary */
};

struct model_cache_region {
    uint32_t start, size;
    uint8_t type, padding;
    uint16_t flags;
};

struct model_irqchip {
    uint64_t address;
    uint32_t id, pin_base;
    uint32_t pin_bitmap[4]; /* bit b of word w = interrupt pin_base + 32*w + b */
};

struct model_pio {
    uint16_t base, length;
};

struct model_pci_device {
    uint8_t type, iommu;
    uint16_t domain, bdf;
    uint32_t bar_mask[6];
    uint16_t caps_start, num_caps;
    uint8_t num_msi_vectors;
    uint8_t msi_bits; /* bit 0: 64-bit, bit 1: maskable */
    uint16_t num_msix_vectors, msix_region_size;
    uint64_t msix_address;
    uint32_t shmem_regions_start;
    uint8_t shmem_dev_id, shmem_peers;
    uint16_t shmem_protocol;
    const char *comment;
};

struct model_pci_cap {
    uint16_t id, start, len, flags;
};

struct model_iommu {
    uint32_t type;
    uint64_t base;
    uint32_t size;
    uint64_t
        tlb_base; /* the union's bytes 0-7: TI PVU's tlb_base; AMD: bdf u16, base_cap u8, msi_cap u8, features u32 */
    uint32_t tlb_size; /* the union's bytes 8-11 */
};

/* jailhouse_cell_desc and the arrays behind it; the root cell's too. */
struct model_cell {
    /* Of a cell file; of the embedded root descriptor the bytes as found, which upstream leaves 0. A
     * cell file of revision 13 does not say its architecture: a guess. */
    uint32_t revision;
    uint8_t architecture;
    uint8_t signature[5]; /* embedded root descriptor only */
    const char *name;     /* up to the first NUL */
    uint8_t
        name_tail[32]; /* bytes behind the NUL that are not zero, at their place; name_tail_used */
    bool name_tail_used;
    uint32_t id, flags;
    struct aj_cpuset cpus;
    uint32_t cpu_set_size; /* bytes in the file; multiple of 8 in sane files */
    const struct model_memory *mem_regions;
    size_t mem_regions_count;
    const struct model_cache_region *cache_regions;
    size_t cache_regions_count;
    const struct model_irqchip *irqchips;
    size_t irqchips_count;
    const struct model_pio *pio_regions;
    size_t pio_regions_count;
    const struct model_pci_device *pci_devices;
    size_t pci_devices_count;
    const struct model_pci_cap *pci_caps;
    size_t pci_caps_count;
    const uint32_t *stream_ids;
    size_t stream_ids_count;
    uint32_t vpci_irq_base;
    uint64_t cpu_reset_address, msg_reply_timeout;
    struct model_console console;
    const uint32_t *trailing; /* bytes behind the last array, one per element */
    size_t trailing_count;
    const char *file; /* it was read from, for messages, or NULL */
};

/* jailhouse_system up to its root cell. */
struct model_header {
    uint32_t revision;
    uint8_t architecture;
    uint32_t flags;
    struct model_memory hypervisor_memory;
    struct model_console debug_console;
    uint64_t pci_mmconfig_base;
    uint8_t pci_mmconfig_end_bus, pci_is_virtual;
    uint16_t pci_domain;
    struct model_iommu iommu_units[JAILHOUSE_MAX_IOMMU_UNITS];
    uint32_t iommu_unit_bytes; /* in a file of revision 11 or 12; 0 = as usual there */
    /* arm, arm64 */
    uint8_t maintenance_irq, gic_version;
    uint8_t arm_padding[2];
    uint64_t gicd_base, gicc_base, gich_base, gicv_base, gicr_base;
    /* x86 */
    uint16_t pm_timer_address;
    uint8_t apic_mode, x86_padding;
    uint32_t vtd_interrupt_limit, tsc_khz, apic_khz;
    uint8_t x86_tail[28];
};

/* A system configuration and any number of cells; `header` NULL: cells alone. */
struct model_system {
    const struct model_header *header;
    const struct model_cell *root; /* NULL exactly when header is */
    const struct model_cell *cells;
    size_t cells_count;
    const struct aj_yaml *at;
};

extern const struct aj_schema model_system_schema;
AJ_NODISCARD enum aj_status model_system_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                              struct aj_arena *out,
                                              const struct model_system **system);
void model_system_write(const struct model_system *system, struct aj_buf *to);

#endif
