/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/system.h"

#include "model/model_priv.h"
#include "model/system_priv.h"

/* jailhouse_memory */
static const struct aj_field memory_fields[] = {
    AJ_F_STRING(struct model_memory, comment),
    AJ_F_ADDR(struct model_memory, phys_start, 0),
    AJ_F_ADDR(struct model_memory, virt_start, 0),
    AJ_F_SIZE(struct model_memory, size, 0),
    AJ_F_FLAGS(struct model_memory, flags, model_mem_flags, "JAILHOUSE_", 0),
};
static const struct aj_schema memory_schema = {
    .what = "memory region",
    .size = sizeof(struct model_memory),
    .fields = memory_fields,
    .fields_count = AJ_COUNT(memory_fields),
};

static const struct aj_field cache_fields[] = {
    AJ_F_UINT(struct model_cache_region, start, 0),
    AJ_F_UINT(struct model_cache_region, size, 0),
    AJ_F_UINT(struct model_cache_region, type, 0),
    AJ_F_UINT(struct model_cache_region, padding, 0),
    AJ_F_ADDR(struct model_cache_region, flags, 0),
};
static const struct aj_schema cache_schema = {
    .what = "cache region",
    .size = sizeof(struct model_cache_region),
    .fields = cache_fields,
    .fields_count = AJ_COUNT(cache_fields),
};

static const struct aj_field irqchip_fields[] = {
    AJ_F_ADDR(struct model_irqchip, address, 0),
    AJ_F_ADDR(struct model_irqchip, id, 0),
    AJ_F_UINT(struct model_irqchip, pin_base, 0),
    AJ_F_ARRAY(struct model_irqchip, pin_bitmap),
};
static const struct aj_schema irqchip_schema = {
    .what = "interrupt controller",
    .size = sizeof(struct model_irqchip),
    .fields = irqchip_fields,
    .fields_count = AJ_COUNT(irqchip_fields),
};

static const struct aj_field pio_fields[] = {
    AJ_F_ADDR(struct model_pio, base, 0),
    AJ_F_ADDR(struct model_pio, length, 0),
};
static const struct aj_schema pio_schema = {
    .what = "port range",
    .size = sizeof(struct model_pio),
    .fields = pio_fields,
    .fields_count = AJ_COUNT(pio_fields),
};

/* jailhouse_pci_device, jailhouse_pci_capability */
static const struct aj_field pci_device_fields[] = {
    AJ_F_STRING(struct model_pci_device, comment),
    AJ_F_ENUM(struct model_pci_device, type, model_pci_types, 0,
              .names_prefix = "JAILHOUSE_PCI_TYPE_", .flags = AJ_FIELD_ALWAYS),
    AJ_F_UINT(struct model_pci_device, iommu, 0),
    AJ_F_ADDR(struct model_pci_device, domain, 0),
    AJ_F_ADDR(struct model_pci_device, bdf, 0, .flags = AJ_FIELD_ALWAYS),
    AJ_F_ARRAY(struct model_pci_device, bar_mask),
    AJ_F_UINT(struct model_pci_device, caps_start, 0),
    AJ_F_UINT(struct model_pci_device, num_caps, 0),
    AJ_F_UINT(struct model_pci_device, num_msi_vectors, 0),
    AJ_F_ADDR(struct model_pci_device, msi_bits, 0),
    AJ_F_UINT(struct model_pci_device, num_msix_vectors, 0),
    AJ_F_ADDR(struct model_pci_device, msix_region_size, 0),
    AJ_F_ADDR(struct model_pci_device, msix_address, 0),
    AJ_F_UINT(struct model_pci_device, shmem_regions_start, 0),
    AJ_F_UINT(struct model_pci_device, shmem_dev_id, 0),
    AJ_F_UINT(struct model_pci_device, shmem_peers, 0),
    AJ_F_ENUM(struct model_pci_device, shmem_protocol, model_shmem_protocols,
              JAILHOUSE_SHMEM_PROTO_UNDEFINED, .names_prefix = "JAILHOUSE_SHMEM_PROTO_"),
};
static const struct aj_schema pci_device_schema = {
    .what = "PCI device",
    .size = sizeof(struct model_pci_device),
    .fields = pci_device_fields,
    .fields_count = AJ_COUNT(pci_device_fields),
};

static const struct aj_field pci_cap_fields[] = {
    AJ_F_ADDR(struct model_pci_cap, id, 0),
    AJ_F_ADDR(struct model_pci_cap, start, 0),
    AJ_F_UINT(struct model_pci_cap, len, 0),
    AJ_F_ADDR(struct model_pci_cap, flags, 0),
};
static const struct aj_schema pci_cap_schema = {
    .what = "PCI capability",
    .size = sizeof(struct model_pci_cap),
    .fields = pci_cap_fields,
    .fields_count = AJ_COUNT(pci_cap_fields),
};

/* jailhouse_cell_desc with its arrays */
static const struct aj_field cell_fields[] = {
    AJ_F_UINT(struct model_cell, revision, 0, .flags = AJ_FIELD_ALWAYS),
    AJ_F_ENUM(struct model_cell, architecture, model_arch_names, MODEL_ARCH_X86,
              .flags = AJ_FIELD_ALWAYS),
    AJ_F_ARRAY(struct model_cell, signature),
    AJ_F_CUSTOM(struct model_cell, name, &model_cell_name_field),
    AJ_F_ARRAY(struct model_cell, name_tail),
    AJ_F_UINT(struct model_cell, id, 0),
    AJ_F_FLAGS(struct model_cell, flags, model_cell_flags, "JAILHOUSE_", 0),
    AJ_F_INTSET(struct model_cell, cpus, AJ_CPU_MAX - 1),
    AJ_F_UINT(struct model_cell, cpu_set_size, 8),
    AJ_F_LIST(struct model_cell, mem_regions, &memory_schema),
    AJ_F_LIST(struct model_cell, cache_regions, &cache_schema),
    AJ_F_LIST(struct model_cell, irqchips, &irqchip_schema),
    AJ_F_LIST(struct model_cell, pio_regions, &pio_schema),
    AJ_F_LIST(struct model_cell, pci_devices, &pci_device_schema),
    AJ_F_LIST(struct model_cell, pci_caps, &pci_cap_schema),
    AJ_F_UINTS(struct model_cell, stream_ids),
    AJ_F_UINT(struct model_cell, vpci_irq_base, 0),
    AJ_F_ADDR(struct model_cell, cpu_reset_address, 0),
    AJ_F_UINT(struct model_cell, msg_reply_timeout, 0),
    AJ_F_STRUCT(struct model_cell, console, &model_console_schema),
    AJ_F_UINTS(struct model_cell, trailing, .max = UINT8_MAX),
};
static const struct aj_schema cell_schema = {
    .what = "cell",
    .size = sizeof(struct model_cell),
    .fields = cell_fields,
    .fields_count = AJ_COUNT(cell_fields),
    .finish = model_cell_finish,
};

/* jailhouse_system; an IOMMU that is not there is all zero */
static const struct aj_field iommu_fields[] = {
    AJ_F_ENUM(struct model_iommu, type, model_iommu_types, 0, .names_prefix = "JAILHOUSE_IOMMU_"),
    AJ_F_ADDR(struct model_iommu, base, 0),
    AJ_F_SIZE(struct model_iommu, size, 0),
    AJ_F_ADDR(struct model_iommu, tlb_base, 0),
    AJ_F_ADDR(struct model_iommu, tlb_size, 0),
};
const struct aj_schema model_iommu_schema = {
    .what = "IOMMU",
    .size = sizeof(struct model_iommu),
    .fields = iommu_fields,
    .fields_count = AJ_COUNT(iommu_fields),
};

static const struct aj_field header_fields[] = {
    AJ_F_UINT(struct model_header, revision, 0, .flags = AJ_FIELD_REQUIRED),
    AJ_F_ENUM(struct model_header, architecture, model_arch_names, MODEL_ARCH_X86,
              .flags = AJ_FIELD_REQUIRED),
    AJ_F_FLAGS(struct model_header, flags, model_system_flags, "JAILHOUSE_", 0),
    AJ_F_STRUCT(struct model_header, hypervisor_memory, &memory_schema),
    AJ_F_STRUCT(struct model_header, debug_console, &model_console_schema),
    AJ_F_ADDR(struct model_header, pci_mmconfig_base, 0),
    AJ_F_UINT(struct model_header, pci_mmconfig_end_bus, 0),
    AJ_F_UINT(struct model_header, pci_is_virtual, 0),
    AJ_F_UINT(struct model_header, pci_domain, 0),
    AJ_F_UINT(struct model_header, iommu_unit_bytes, 0),
    {.key = "iommu_units",
     .kind = AJ_FIELD_CUSTOM,
     .offset = offsetof(struct model_header, iommu_units),
     .width = sizeof(((struct model_header *)0)->iommu_units),
     .custom = &model_iommu_units_field},
    AJ_F_UINT(struct model_header, maintenance_irq, 0),
    AJ_F_UINT(struct model_header, gic_version, 0),
    AJ_F_ARRAY(struct model_header, arm_padding),
    AJ_F_ADDR(struct model_header, gicd_base, 0),
    AJ_F_ADDR(struct model_header, gicc_base, 0),
    AJ_F_ADDR(struct model_header, gich_base, 0),
    AJ_F_ADDR(struct model_header, gicv_base, 0),
    AJ_F_ADDR(struct model_header, gicr_base, 0),
    AJ_F_ADDR(struct model_header, pm_timer_address, 0),
    AJ_F_UINT(struct model_header, apic_mode, 0),
    AJ_F_ADDR(struct model_header, x86_padding, 0),
    AJ_F_UINT(struct model_header, vtd_interrupt_limit, 0),
    AJ_F_UINT(struct model_header, tsc_khz, 0),
    AJ_F_UINT(struct model_header, apic_khz, 0),
    AJ_F_ARRAY(struct model_header, x86_tail),
};
static const struct aj_schema header_schema = {
    .what = "system header",
    .size = sizeof(struct model_header),
    .fields = header_fields,
    .fields_count = AJ_COUNT(header_fields),
};

static enum aj_status system_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                    void *value)
{
    const struct model_system *system = (const struct model_system *)value;
    if ((system->header == NULL) == (system->root == NULL))
        return AJ_OK;
    return model_at(cx, path,
                    aj_fail(cx, AJ_ERR_INPUT, "system-root", node->loc,
                            "'header' and 'root' belong together; '%s' is missing",
                            system->root == NULL ? "root" : "header"));
}

static const struct aj_field system_fields[] = {
    AJ_F_OPTIONAL(struct model_system, header, &header_schema),
    AJ_F_OPTIONAL(struct model_system, root, &cell_schema),
    AJ_F_LIST(struct model_system, cells, &cell_schema),
};
const struct aj_schema model_system_schema = {
    .what = "system",
    .size = sizeof(struct model_system),
    .fields = system_fields,
    .fields_count = AJ_COUNT(system_fields),
    .at_offset = offsetof(struct model_system, at),
    .has_at = true,
    .finish = system_finish,
};

enum aj_status model_system_read(struct aj_ctx *cx, const struct aj_yaml *doc, struct aj_arena *out,
                                 const struct model_system **system)
{
    struct model_system *read = AJ_NEW(out, struct model_system);
    AJ_TRY(aj_schema_read(cx, &model_system_schema, doc, "", out, read));
    *system = read;
    return AJ_OK;
}

void model_system_write(const struct model_system *system, struct aj_buf *to)
{
    aj_schema_write_document(to, "A Jailhouse configuration, field by field.", &model_system_schema,
                             system);
}
