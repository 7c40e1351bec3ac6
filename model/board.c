/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/board.h"

#include "model/board_priv.h"
#include "model/model_priv.h"

const struct aj_name model_arch_names[] = {
    {MODEL_ARCH_X86, "x86"},
    {MODEL_ARCH_ARM, "arm"},
    {MODEL_ARCH_ARM64, "arm64"},
    {0, NULL},
};

const struct aj_name model_region_type_names[] = {
    {MODEL_REGION_RAM, "ram"},           {MODEL_REGION_RESERVED, "reserved"},
    {MODEL_REGION_FIRMWARE, "firmware"}, {MODEL_REGION_MMIO, "mmio"},
    {MODEL_REGION_WINDOW, "window"},     {0, NULL},
};

const struct aj_name model_verdict_names[] = {
    {MODEL_VERDICT_OK, "ok"},
    {MODEL_VERDICT_SOFT, "soft"},
    {MODEL_VERDICT_KEEP_RUNNING, "keep_running"},
    {MODEL_VERDICT_UNSAFE, "unsafe"},
    {MODEL_VERDICT_HARD, "hard"},
    {MODEL_VERDICT_ROOT_ONLY, "root_only"},
    {0, NULL},
};

/* Caches, memory, interrupt controllers */

static const struct aj_field allocation_fields[] = {
    AJ_F_UINT(struct model_cache_allocation, ways, 0, .max = 64, .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct model_cache_allocation, least, 1, .max = 64),
    AJ_F_UINT(struct model_cache_allocation, classes, 0, .flags = AJ_FIELD_REQUIRED),
    AJ_F_ADDR(struct model_cache_allocation, shareable, 0),
    AJ_F_BOOL(struct model_cache_allocation, code_data),
};
static const struct aj_schema allocation_schema = {
    .what = "cache allocation",
    .size = sizeof(struct model_cache_allocation),
    .fields = allocation_fields,
    .fields_count = AJ_COUNT(allocation_fields),
};

static const struct aj_field cache_fields[] = {
    AJ_F_UINT(struct model_cache, level, AJ_NONE32),
    AJ_F_SIZE(struct model_cache, size, AJ_NONE64),
    AJ_F_INTSET(struct model_cache, cpus, AJ_CPU_MAX - 1),
    AJ_F_BOOL(struct model_cache, guess),
    AJ_F_OPTIONAL(struct model_cache, allocation, &allocation_schema),
};
static const struct aj_schema cache_schema = {
    .what = "cache",
    .size = sizeof(struct model_cache),
    .fields = cache_fields,
    .fields_count = AJ_COUNT(cache_fields),
};

static const struct aj_field region_fields[] = {
    AJ_F_ADDR(struct model_region, phys_start, AJ_NONE64),
    AJ_F_KEY("physical_start", AJ_FIELD_ADDR, struct model_region, phys_start, .def = AJ_NONE64,
             .flags = AJ_FIELD_READ_ONLY),
    AJ_F_ADDR(struct model_region, virt_start, AJ_NONE64),
    AJ_F_KEY("virtual_start", AJ_FIELD_ADDR, struct model_region, virt_start, .def = AJ_NONE64,
             .flags = AJ_FIELD_READ_ONLY),
    AJ_F_SIZE(struct model_region, size, AJ_NONE64),
    AJ_F_CUSTOM(struct model_region, type, &model_region_type_field),
    AJ_F_STRING(struct model_region, linux_driver),
    AJ_F_STRINGS(struct model_region, devicetree_nodes),
    AJ_F_BOOL(struct model_region, root_used),
    AJ_F_BOOL(struct model_region, reusable),
    AJ_F_UINT(struct model_region, node, 0),
};
static const struct aj_schema region_schema = {
    .what = "memory region",
    .size = sizeof(struct model_region),
    .fields = region_fields,
    .fields_count = AJ_COUNT(region_fields),
    .finish = model_region_finish,
};

/* 128 is one pin too many; the finisher clips it. */
static const struct aj_field irqchip_fields[] = {
    AJ_F_ADDR(struct model_board_irqchip, address, AJ_NONE64, .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct model_board_irqchip, id, 0),
    AJ_F_UINT(struct model_board_irqchip, pin_base, 0, .flags = AJ_FIELD_ALWAYS),
    AJ_F_INTSET(struct model_board_irqchip, pin_bitmap, 128),
    AJ_F_STRING(struct model_board_irqchip, type),
    AJ_F_UINT(struct model_board_irqchip, gsi_base, 0),
};
const struct aj_schema model_board_irqchip_schema = {
    .what = "interrupt controller block",
    .size = sizeof(struct model_board_irqchip),
    .fields = irqchip_fields,
    .fields_count = AJ_COUNT(irqchip_fields),
    .finish = model_irqchip_finish,
};

/* Platform */

static const struct aj_field arm_fields[] = {
    AJ_F_UINT(struct model_arm_platform, gic_version, AJ_NONE32),
    AJ_F_ADDR(struct model_arm_platform, gicd_base, AJ_NONE64),
    AJ_F_ADDR(struct model_arm_platform, gicc_base, AJ_NONE64),
    AJ_F_ADDR(struct model_arm_platform, gich_base, AJ_NONE64),
    AJ_F_ADDR(struct model_arm_platform, gicv_base, AJ_NONE64),
    AJ_F_ADDR(struct model_arm_platform, gicr_base, AJ_NONE64),
    AJ_F_SIZE(struct model_arm_platform, gicr_size, AJ_NONE64),
    AJ_F_UINT(struct model_arm_platform, maintenance_irq, AJ_NONE32),
    AJ_F_UINT(struct model_arm_platform, spi_limit, AJ_NONE32),
    AJ_F_STRING(struct model_arm_platform, psci_version),
    AJ_F_STRING(struct model_arm_platform, psci_method),
    AJ_F_ARRAY(struct model_arm_platform, timer_ppis),
    AJ_F_STRING(struct model_arm_platform, gic_compatible),
    AJ_F_STRING(struct model_arm_platform, timer_compatible),
};
const struct aj_schema model_arm_platform_schema = {
    .what = "platform",
    .size = sizeof(struct model_arm_platform),
    .fields = arm_fields,
    .fields_count = AJ_COUNT(arm_fields),
    .finish = model_arm_platform_finish,
};

static const struct aj_field pci_host_fields[] = {
    AJ_F_STRING(struct model_pci_host, name),
    AJ_F_UINT(struct model_pci_host, domain, 0),
    AJ_F_ADDR(struct model_pci_host, ecam_base, AJ_NONE64),
    AJ_F_SIZE(struct model_pci_host, ecam_size, AJ_NONE64),
};
static const struct aj_schema pci_host_schema = {
    .what = "PCI host",
    .size = sizeof(struct model_pci_host),
    .fields = pci_host_fields,
    .fields_count = AJ_COUNT(pci_host_fields),
    .finish = model_pci_host_finish,
};

static const struct aj_field pci_fields[] = {
    AJ_F_LIST(struct model_pci_platform, hosts, &pci_host_schema),
};
static const struct aj_schema pci_schema = {
    .what = "PCI platform",
    .size = sizeof(struct model_pci_platform),
    .fields = pci_fields,
    .fields_count = AJ_COUNT(pci_fields),
};

static const struct aj_field platform_fields[] = {
    AJ_F_OPTIONAL(struct model_platform, arm, &model_arm_platform_schema),
    AJ_F_OPTIONAL(struct model_platform, x86, &model_x86_platform_schema),
    AJ_F_STRUCT(struct model_platform, pci, &pci_schema),
};
static const struct aj_schema platform_schema = {
    .what = "platform",
    .size = sizeof(struct model_platform),
    .fields = platform_fields,
    .fields_count = AJ_COUNT(platform_fields),
};

static const struct aj_field iommu_fields[] = {
    AJ_F_STRING(struct model_iommu_unit, type, .flags = AJ_FIELD_REQUIRED),
    AJ_F_ADDR(struct model_iommu_unit, base, AJ_NONE64, .flags = AJ_FIELD_REQUIRED),
    AJ_F_SIZE(struct model_iommu_unit, size, AJ_NONE64, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct model_iommu_unit, node),
    AJ_F_ADDR(struct model_iommu_unit, bdf, 0, .max = 0xffff),
    AJ_F_ADDR(struct model_iommu_unit, base_cap, 0, .max = 0xff),
    AJ_F_ADDR(struct model_iommu_unit, msi_cap, 0, .max = 0xff),
    AJ_F_ADDR(struct model_iommu_unit, features, 0),
    AJ_F_ADDR(struct model_iommu_unit, tlb_base, 0),
    AJ_F_SIZE(struct model_iommu_unit, tlb_size, 0),
    AJ_F_ADDR(struct model_iommu_unit, cap, 0),
    AJ_F_ADDR(struct model_iommu_unit, ecap, 0),
};
static const struct aj_schema iommu_schema = {
    .what = "IOMMU",
    .size = sizeof(struct model_iommu_unit),
    .fields = iommu_fields,
    .fields_count = AJ_COUNT(iommu_fields),
    .finish = model_iommu_unit_finish,
};

/* Consoles and devices */

static const struct aj_field console_fields[] = {
    AJ_F_ENUM(struct model_board_console, type, model_console_types, JAILHOUSE_CON_TYPE_NONE,
              .names_prefix = "JAILHOUSE_CON_TYPE_", .flags = AJ_FIELD_REQUIRED),
    AJ_F_ADDR(struct model_board_console, address, AJ_NONE64, .flags = AJ_FIELD_REQUIRED),
    AJ_F_SIZE(struct model_board_console, size, AJ_PAGE),
    AJ_F_UINT(struct model_board_console, regdist, 4),
    AJ_F_BOOL(struct model_board_console, mmio, .def = true),
    AJ_F_UINT(struct model_board_console, intid, AJ_NONE32),
    AJ_F_UINT(struct model_board_console, baud, AJ_NONE32),
    AJ_F_UINT(struct model_board_console, clock_hz, AJ_NONE32),
    AJ_F_BOOL(struct model_board_console, active),
};
static const struct aj_schema board_console_schema = {
    .what = "console",
    .size = sizeof(struct model_board_console),
    .fields = console_fields,
    .fields_count = AJ_COUNT(console_fields),
    .finish = model_board_console_finish,
};

static const struct aj_field mmio_fields[] = {
    AJ_F_ADDR(struct model_mmio, phys_start, AJ_NONE64, .flags = AJ_FIELD_REQUIRED),
    AJ_F_SIZE(struct model_mmio, size, AJ_NONE64, .flags = AJ_FIELD_REQUIRED),
};
const struct aj_schema model_mmio_schema = {
    .what = "range",
    .size = sizeof(struct model_mmio),
    .fields = mmio_fields,
    .fields_count = AJ_COUNT(mmio_fields),
    .finish = model_mmio_finish,
};

static const struct aj_field interrupt_fields[] = {
    AJ_F_UINT(struct model_interrupt, intid, AJ_NONE32),
    AJ_F_UINT(struct model_interrupt, flags, 0),
};
static const struct aj_schema interrupt_schema = {
    .what = "interrupt",
    .size = sizeof(struct model_interrupt),
    .fields = interrupt_fields,
    .fields_count = AJ_COUNT(interrupt_fields),
};

static const struct aj_field device_fields[] = {
    AJ_F_STRING(struct model_device, path),
    AJ_F_STRINGS(struct model_device, aliases, .flags = AJ_FIELD_FLOW),
    AJ_F_STRINGS(struct model_device, compatible, .flags = AJ_FIELD_FLOW),
    AJ_F_STRING(struct model_device, status),
    AJ_F_LIST(struct model_device, regions, &model_mmio_schema),
    AJ_F_LIST(struct model_device, interrupts, &interrupt_schema),
    AJ_F_STRINGS(struct model_device, closure, .flags = AJ_FIELD_FLOW),
    AJ_F_ENUM(struct model_device, verdict, model_verdict_names, MODEL_VERDICT_OK,
              .max = MODEL_VERDICT_ROOT_ONLY),
    AJ_F_STRINGS(struct model_device, reasons),
    AJ_F_STRING(struct model_device, linux_driver),
    AJ_F_UINT(struct model_device, clock_hz, AJ_NONE32),
    AJ_F_UINT(struct model_device, reg_shift, AJ_NONE32),
    AJ_F_UINT(struct model_device, reg_io_width, AJ_NONE32),
    AJ_F_UINTS(struct model_device, stream_ids, .flags = AJ_FIELD_FLOW),
    AJ_F_BOOL(struct model_device, dma),
    AJ_F_UINT(struct model_device, node, 0),
    AJ_F_LIST(struct model_device, ports, &model_port_range_schema),
    AJ_F_OPTIONAL(struct model_device, pci, &model_pci_function_schema),
};
static const struct aj_schema device_schema = {
    .what = "device",
    .size = sizeof(struct model_device),
    .fields = device_fields,
    .fields_count = AJ_COUNT(device_fields),
};

/* What extraction has to say */

static const struct aj_field note_fields[] = {
    AJ_F_STRING(struct model_board_note, level),
    AJ_F_STRING(struct model_board_note, code),
    AJ_F_STRING(struct model_board_note, where),
    AJ_F_STRING(struct model_board_note, text),
};
static const struct aj_schema note_schema = {
    .what = "diagnostic",
    .size = sizeof(struct model_board_note),
    .fields = note_fields,
    .fields_count = AJ_COUNT(note_fields),
};

static const struct aj_field info_fields[] = {
    AJ_F_STRING(struct model_board_info, vendor),
    AJ_F_STRING(struct model_board_info, model),
    AJ_F_STRINGS(struct model_board_info, compatible, .flags = AJ_FIELD_FLOW),
};
static const struct aj_schema info_schema = {
    .what = "board",
    .size = sizeof(struct model_board_info),
    .fields = info_fields,
    .fields_count = AJ_COUNT(info_fields),
};

static const struct aj_field board_fields[] = {
    AJ_F_UINT(struct model_board, format, 1, .max = 1, .flags = AJ_FIELD_ALWAYS),
    AJ_F_STRUCT(struct model_board, board, &info_schema),
    AJ_F_ENUM(struct model_board, arch, model_arch_names, MODEL_ARCH_ARM64, .max = MODEL_ARCH_ARM64,
              .flags = AJ_FIELD_ALWAYS),
    AJ_F_STRUCT(struct model_board, jailhouse, &model_jailhouse_facts_schema),
    AJ_F_STRUCT(struct model_board, kernel, &model_board_kernel_schema),
    AJ_F_STRING(struct model_board, stdout_path),
    AJ_F_UINT(struct model_board, address_cells, 2, .max = 2),
    AJ_F_UINT(struct model_board, size_cells, 2, .max = 2),
    AJ_F_ADDR(struct model_board, phys_limit, AJ_NONE64),
    AJ_F_CUSTOM(struct model_board, cpus, &model_board_cpus_field),
    AJ_F_MAP(struct model_board, caches, &cache_schema),
    AJ_F_MAP(struct model_board, memory_regions, &region_schema),
    AJ_F_MAP(struct model_board, irqchips, &model_board_irqchip_schema),
    AJ_F_STRUCT(struct model_board, platform, &platform_schema),
    AJ_F_LIST(struct model_board, iommu, &iommu_schema),
    AJ_F_MAP(struct model_board, consoles, &board_console_schema),
    AJ_F_MAP(struct model_board, devices, &device_schema),
    AJ_F_LIST(struct model_board, interrupts, &model_irq_count_schema),
    AJ_F_STRUCT(struct model_board, realtime, &model_timing_schema),
    AJ_F_LIST(struct model_board, numa, &model_numa_node_schema),
    AJ_F_LIST(struct model_board, ports, &model_ports_schema),
    AJ_F_LIST(struct model_board, diagnostics, &note_schema),
};
const struct aj_schema model_board_schema = {
    .what = "board",
    .size = sizeof(struct model_board),
    .fields = board_fields,
    .fields_count = AJ_COUNT(board_fields),
    .at_offset = offsetof(struct model_board, at),
    .has_at = true,
    .finish = model_board_finish,
};

enum aj_status model_board_read(struct aj_ctx *cx, const struct aj_yaml *doc, struct aj_arena *out,
                                const struct model_board **board)
{
    struct model_board *read = AJ_NEW(out, struct model_board);
    AJ_TRY(aj_schema_read(cx, &model_board_schema, doc, "", out, read));
    model_board_complete(cx, out, read);
    *board = read;
    return AJ_OK;
}

void model_board_write(const struct model_board *board, struct aj_buf *to)
{
    aj_schema_write_document(to, "What the board is, for autojail.", &model_board_schema, board);
}
