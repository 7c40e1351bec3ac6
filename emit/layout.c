/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/layout.h"

/*
 * Each struct is one list of rows, from which its table and the check of its size are made:
 *   N(T, name, offset, width, count, member, form)      integers; T is our struct
 *   S(name, offset, size, count, member, layout, only)  structs; member 0: their members are T's own
 * Rows have neither gaps nor overlaps, except that both architectures' unions have a row.
 */
/* clang-format off */
#define HEAD(member) offsetof(struct model_header, member)
#define CELL(member) offsetof(struct model_cell, member)

#define CONSOLE_ROWS(N, S, T)                                \
    N(T, address,    0, 8, 1, address,   EMIT_HEX)           \
    N(T, size,       8, 4, 1, size,      EMIT_BYTES)         \
    N(T, type,      12, 2, 1, type,      EMIT_CONSOLE_TYPE)  \
    N(T, flags,     14, 2, 1, flags,     EMIT_CONSOLE_FLAGS) \
    N(T, divider,   16, 4, 1, divider,   EMIT_DEC)           \
    N(T, gate_nr,   20, 4, 1, gate_nr,   EMIT_DEC)           \
    N(T, clock_reg, 24, 8, 1, clock_reg, EMIT_HEX)

#define MEMORY_ROWS(N, S, T)                               \
    N(T, phys_start,  0, 8, 1, phys_start, EMIT_HEX)       \
    N(T, virt_start,  8, 8, 1, virt_start, EMIT_HEX)       \
    N(T, size,       16, 8, 1, size,       EMIT_BYTES)     \
    N(T, flags,      24, 8, 1, flags,      EMIT_MEM_FLAGS)

#define CACHE_ROWS(N, S, T)                            \
    N(T, start,    0, 4, 1, start,   EMIT_DEC)         \
    N(T, size,     4, 4, 1, size,    EMIT_DEC)         \
    N(T, type,     8, 1, 1, type,    EMIT_CACHE_TYPE)  \
    N(T, padding,  9, 1, 1, padding, EMIT_RAW)         \
    N(T, flags,   10, 2, 1, flags,   EMIT_CACHE_FLAGS)

#define IRQCHIP_ROWS(N, S, T)                         \
    N(T, address,     0, 8, 1, address,    EMIT_HEX)  \
    N(T, id,          8, 4, 1, id,         EMIT_HEX)  \
    N(T, pin_base,   12, 4, 1, pin_base,   EMIT_DEC)  \
    N(T, pin_bitmap, 16, 4, 4, pin_bitmap, EMIT_PINS)

#define PIO_ROWS(N, S, T)                   \
    N(T, base,   0, 2, 1, base,   EMIT_HEX) \
    N(T, length, 2, 2, 1, length, EMIT_HEX)

#define PCI_DEVICE_ROWS(N, S, T)                                            \
    N(T, type,                 0, 1, 1, type,                EMIT_PCI_TYPE) \
    N(T, iommu,                1, 1, 1, iommu,               EMIT_DEC)      \
    N(T, domain,               2, 2, 1, domain,              EMIT_HEX)      \
    N(T, bdf,                  4, 2, 1, bdf,                 EMIT_BDF)      \
    N(T, bar_mask,             6, 4, 6, bar_mask,            EMIT_RAW)      \
    N(T, caps_start,          30, 2, 1, caps_start,          EMIT_DEC)      \
    N(T, num_caps,            32, 2, 1, num_caps,            EMIT_DEC)      \
    N(T, num_msi_vectors,     34, 1, 1, num_msi_vectors,     EMIT_DEC)      \
    N(T, msi_bits,            35, 1, 1, msi_bits,            EMIT_MSI_BITS) \
    N(T, num_msix_vectors,    36, 2, 1, num_msix_vectors,    EMIT_DEC)      \
    N(T, msix_region_size,    38, 2, 1, msix_region_size,    EMIT_BYTES)    \
    N(T, msix_address,        40, 8, 1, msix_address,        EMIT_HEX)      \
    N(T, shmem_regions_start, 48, 4, 1, shmem_regions_start, EMIT_DEC)      \
    N(T, shmem_dev_id,        52, 1, 1, shmem_dev_id,        EMIT_DEC)      \
    N(T, shmem_peers,         53, 1, 1, shmem_peers,         EMIT_DEC)      \
    N(T, shmem_protocol,      54, 2, 1, shmem_protocol,      EMIT_PROTOCOL)

#define PCI_CAP_ROWS(N, S, T)                   \
    N(T, id,    0, 2, 1, id,    EMIT_CAP_ID)    \
    N(T, start, 2, 2, 1, start, EMIT_HEX)       \
    N(T, len,   4, 2, 1, len,   EMIT_DEC)       \
    N(T, flags, 6, 2, 1, flags, EMIT_CAP_FLAGS)

#define TLB_ROWS(N, S, T)                         \
    N(T, tlb_base, 0, 8, 1, tlb_base, EMIT_HEX)   \
    N(T, tlb_size, 8, 4, 1, tlb_size, EMIT_BYTES)

#define IOMMU_ROWS(N, S, T)                         \
    N(T, type,  0, 4, 1, type, EMIT_IOMMU_TYPE)     \
    N(T, base,  4, 8, 1, base, EMIT_HEX)            \
    N(T, size, 12, 4, 1, size, EMIT_BYTES)          \
    S(tipvu, 16, 12, 1, 0, emit_tlb_layout, EMIT_ALWAYS)

#define X86_ROWS(N, S, T)                                                     \
    N(T, pm_timer_address,     0, 2,  1, pm_timer_address,    EMIT_HEX)       \
    N(T, apic_mode,            2, 1,  1, apic_mode,           EMIT_APIC_MODE) \
    N(T, padding,              3, 1,  1, x86_padding,         EMIT_RAW)       \
    N(T, vtd_interrupt_limit,  4, 4,  1, vtd_interrupt_limit, EMIT_DEC)       \
    N(T, tsc_khz,              8, 4,  1, tsc_khz,             EMIT_DEC)       \
    N(T, apic_khz,            12, 4,  1, apic_khz,            EMIT_DEC)       \
    N(T, tail,                16, 1, 28, x86_tail,            EMIT_RAW)

#define ARM_ROWS(N, S, T)                                      \
    N(T, maintenance_irq,  0, 1, 1, maintenance_irq, EMIT_DEC) \
    N(T, gic_version,      1, 1, 1, gic_version,     EMIT_DEC) \
    N(T, padding,          2, 1, 2, arm_padding,     EMIT_RAW) \
    N(T, gicd_base,        4, 8, 1, gicd_base,       EMIT_HEX) \
    N(T, gicc_base,       12, 8, 1, gicc_base,       EMIT_HEX) \
    N(T, gich_base,       20, 8, 1, gich_base,       EMIT_HEX) \
    N(T, gicv_base,       28, 8, 1, gicv_base,       EMIT_HEX) \
    N(T, gicr_base,       36, 8, 1, gicr_base,       EMIT_HEX)

#define PLATFORM_ROWS(N, S, T)                                                                          \
    N(T, pci_mmconfig_base,     0, 8, 1, pci_mmconfig_base,    EMIT_HEX)                                \
    N(T, pci_mmconfig_end_bus,  8, 1, 1, pci_mmconfig_end_bus, EMIT_HEX)                                \
    N(T, pci_is_virtual,        9, 1, 1, pci_is_virtual,       EMIT_DEC)                                \
    N(T, pci_domain,           10, 2, 1, pci_domain,           EMIT_HEX)                                \
    S(iommu_units,  12, 28, JAILHOUSE_MAX_IOMMU_UNITS, HEAD(iommu_units), emit_iommu_layout,    EMIT_ALWAYS) \
    S(x86,         236, 44,                         1, 0,                 emit_x86_layout, EMIT_ON_X86) \
    S(arm,         236, 44,                         1, 0,                 emit_arm_layout, EMIT_ON_ARM)

#define SYSTEM_ROWS(N, S, T)                                                                \
    N(T, flags, 8, 4, 1, flags, EMIT_SYSTEM_FLAGS)                                          \
    S(hypervisor_memory, 12,  32, 1, HEAD(hypervisor_memory), emit_memory_layout,   EMIT_ALWAYS) \
    S(debug_console,     44,  32, 1, HEAD(debug_console),     emit_console_layout,  EMIT_ALWAYS) \
    S(platform_info,     76, 280, 1, 0,                       emit_platform_layout, EMIT_ALWAYS)

/* Without the name and the counters of the arrays. */
#define CELL_ROWS(N, S, T)                                                  \
    N(T, id,                40, 4, 1, id,                EMIT_DEC)          \
    N(T, flags,             44, 4, 1, flags,             EMIT_CELL_FLAGS)   \
    N(T, cpu_set_size,      48, 4, 1, cpu_set_size,      EMIT_CPU_SET_SIZE) \
    N(T, vpci_irq_base,     80, 4, 1, vpci_irq_base,     EMIT_DEC)          \
    N(T, cpu_reset_address, 84, 8, 1, cpu_reset_address, EMIT_HEX)          \
    N(T, msg_reply_timeout, 92, 8, 1, msg_reply_timeout, EMIT_DEC)          \
    S(console, 100, 32, 1, CELL(console), emit_console_layout, EMIT_ALWAYS)

#define STREAM_ID_ROWS(N, S, T)     \
    N(T, id, 0, 4, 1, id, EMIT_HEX)


/* Bytes of the rows. */
#define N_SIZE(T, name, offset, width, count, member, form) + (width) * (count)
#define S_SIZE(name, offset, size, count, member, layout, only) + (size) * (count)
#define ROWS_SIZE(rows) (0 rows(N_SIZE, S_SIZE, void))
_Static_assert(ROWS_SIZE(CONSOLE_ROWS) == 32, "struct jailhouse_console");
_Static_assert(ROWS_SIZE(MEMORY_ROWS) == 32, "struct jailhouse_memory");
_Static_assert(ROWS_SIZE(CACHE_ROWS) == 12, "struct jailhouse_cache");
_Static_assert(ROWS_SIZE(IRQCHIP_ROWS) == 32, "struct jailhouse_irqchip");
_Static_assert(ROWS_SIZE(PIO_ROWS) == 4, "struct jailhouse_pio");
_Static_assert(ROWS_SIZE(PCI_DEVICE_ROWS) == 56, "struct jailhouse_pci_device");
_Static_assert(ROWS_SIZE(PCI_CAP_ROWS) == 8, "struct jailhouse_pci_capability");
_Static_assert(ROWS_SIZE(STREAM_ID_ROWS) == 4, "union jailhouse_stream_id");
_Static_assert(ROWS_SIZE(IOMMU_ROWS) == 28, "struct jailhouse_iommu");
_Static_assert(ROWS_SIZE(X86_ROWS) == EMIT_UNION_SIZE, "platform_info.x86 and what is behind it");
_Static_assert(ROWS_SIZE(ARM_ROWS) == EMIT_UNION_SIZE, "platform_info.arm");
_Static_assert(ROWS_SIZE(PLATFORM_ROWS) == 280 + EMIT_UNION_SIZE, "platform_info, its union twice");
_Static_assert(EMIT_IDENT_SIZE + ROWS_SIZE(SYSTEM_ROWS) == EMIT_SYSTEM_SIZE,
               "struct jailhouse_system up to its root cell");
_Static_assert(EMIT_IDENT_SIZE + EMIT_NAME_SIZE + 4 * EMIT_ARRAYS + ROWS_SIZE(CELL_ROWS) ==
                   EMIT_CELL_SIZE, "struct jailhouse_cell_desc");
/* clang-format on */

/* stream_ids is an array of plain numbers. */
struct stream_id {
    uint32_t id;
};

#define N_ROW(T, name_, offset_, width_, count_, member_, form_) \
    {                                                            \
        .name = #name_,                                          \
        .offset = (offset_),                                     \
        .width = (width_),                                       \
        .count = (count_),                                       \
        .member = offsetof(T, member_),                          \
        .member_width = sizeof(((T *)0)->member_) / (count_),    \
        .form = (form_),                                         \
    },
#define S_ROW(name_, offset_, size_, count_, member_, layout_, only_) \
    {                                                                 \
        .name = #name_,                                               \
        .offset = (offset_),                                          \
        .count = (count_),                                            \
        .member = (member_),                                          \
        .only = (only_),                                              \
        .sub = &(layout_),                                            \
    },
#define LAYOUT(object, type_, size_, T, rows)                                   \
    static const struct emit_field object##_fields[] = {rows(N_ROW, S_ROW, T)}; \
    const struct emit_layout object = {                                         \
        .type = (type_),                                                        \
        .size = (size_),                                                        \
        .member_size = sizeof(T),                                               \
        .fields = object##_fields,                                              \
        .fields_count = AJ_COUNT(object##_fields),                              \
    }

LAYOUT(emit_console_layout, "struct jailhouse_console", 32, struct model_console, CONSOLE_ROWS);
LAYOUT(emit_memory_layout, "struct jailhouse_memory", 32, struct model_memory, MEMORY_ROWS);
LAYOUT(emit_cache_layout, "struct jailhouse_cache", 12, struct model_cache_region, CACHE_ROWS);
LAYOUT(emit_irqchip_layout, "struct jailhouse_irqchip", 32, struct model_irqchip, IRQCHIP_ROWS);
LAYOUT(emit_pio_layout, "struct jailhouse_pio", 4, struct model_pio, PIO_ROWS);
LAYOUT(emit_pci_device_layout, "struct jailhouse_pci_device", 56, struct model_pci_device,
       PCI_DEVICE_ROWS);
LAYOUT(emit_pci_cap_layout, "struct jailhouse_pci_capability", 8, struct model_pci_cap,
       PCI_CAP_ROWS);
LAYOUT(emit_stream_id_layout, "union jailhouse_stream_id", 4, struct stream_id, STREAM_ID_ROWS);
LAYOUT(emit_tlb_layout, "tipvu", 12, struct model_iommu, TLB_ROWS);
LAYOUT(emit_iommu_layout, "struct jailhouse_iommu", 28, struct model_iommu, IOMMU_ROWS);
LAYOUT(emit_x86_layout, "x86", EMIT_UNION_SIZE, struct model_header, X86_ROWS);
LAYOUT(emit_arm_layout, "arm", EMIT_UNION_SIZE, struct model_header, ARM_ROWS);
LAYOUT(emit_platform_layout, "platform_info", 280, struct model_header, PLATFORM_ROWS);
LAYOUT(emit_system_layout, "struct jailhouse_system", EMIT_SYSTEM_SIZE, struct model_header,
       SYSTEM_ROWS);
LAYOUT(emit_cell_layout, "struct jailhouse_cell_desc", EMIT_CELL_SIZE, struct model_cell,
       CELL_ROWS);

#define ARRAY(name_, counter_, offset_, layout_)                                                 \
    {                                                                                            \
        .name = #name_, .counter = #counter_, .counter_offset = (offset_), .items = CELL(name_), \
        .count = CELL(name_##_count), .layout = &(layout_),                                      \
    }
const struct emit_array emit_arrays[EMIT_ARRAYS] = {
    ARRAY(mem_regions, num_memory_regions, 52, emit_memory_layout),
    ARRAY(cache_regions, num_cache_regions, 56, emit_cache_layout),
    ARRAY(irqchips, num_irqchips, 60, emit_irqchip_layout),
    ARRAY(pio_regions, num_pio_regions, 64, emit_pio_layout),
    ARRAY(pci_devices, num_pci_devices, 68, emit_pci_device_layout),
    ARRAY(pci_caps, num_pci_caps, 72, emit_pci_cap_layout),
    ARRAY(stream_ids, num_stream_ids, 76, emit_stream_id_layout),
};

const void *emit_array_items(const struct emit_array *array, const struct model_cell *cell)
{
    const void *items;
    memcpy(&items, (const uint8_t *)cell + array->items, sizeof items);
    return items;
}

size_t emit_array_count(const struct emit_array *array, const struct model_cell *cell)
{
    size_t count;
    memcpy(&count, (const uint8_t *)cell + array->count, sizeof count);
    return count;
}

void emit_array_set(const struct emit_array *array, struct model_cell *cell, const void *items,
                    size_t count)
{
    memcpy((uint8_t *)cell + array->items, &items, sizeof items);
    memcpy((uint8_t *)cell + array->count, &count, sizeof count);
}

bool emit_field_applies(const struct emit_field *field, uint8_t arch)
{
    return field->only == EMIT_ALWAYS || (field->only == EMIT_ON_X86) == (arch == MODEL_ARCH_X86);
}

uint64_t emit_field_get(const struct emit_field *field, const void *value, size_t i)
{
    const uint8_t *member = (const uint8_t *)value + field->member + i * field->member_width;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    switch (field->member_width) {
    case 1: return *member;
    case 2: memcpy(&u16, member, sizeof u16); return u16;
    case 4: memcpy(&u32, member, sizeof u32); return u32;
    default: memcpy(&u64, member, sizeof u64); return u64;
    }
}

static void field_set(const struct emit_field *field, void *value, size_t i, uint64_t number)
{
    uint8_t *member = (uint8_t *)value + field->member + i * field->member_width;
    const uint8_t u8 = (uint8_t)number;
    const uint16_t u16 = (uint16_t)number;
    const uint32_t u32 = (uint32_t)number;
    switch (field->member_width) {
    case 1: *member = u8; break;
    case 2: memcpy(member, &u16, sizeof u16); break;
    case 4: memcpy(member, &u32, sizeof u32); break;
    default: memcpy(member, &number, sizeof number); break;
    }
}

const void *emit_field_sub(const struct emit_field *field, const void *value, size_t i)
{
    return (const uint8_t *)value + field->member + i * field->sub->member_size;
}

void emit_store_le(uint8_t *bytes, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

/* Depth: the nesting of the tables, at most 4. */
void emit_layout_store(const struct emit_layout *layout, uint8_t arch, const void *value,
                       uint8_t *bytes)
{
    for (size_t f = 0; f < layout->fields_count; f++) {
        const struct emit_field *field = &layout->fields[f];
        if (!emit_field_applies(field, arch))
            continue;
        for (size_t i = 0; i < field->count; i++)
            if (field->sub != NULL)
                emit_layout_store(field->sub, arch, emit_field_sub(field, value, i),
                                  bytes + field->offset + i * field->sub->size);
            else
                emit_store_le(bytes + field->offset + i * field->width,
                              emit_field_get(field, value, i), field->width);
    }
}

void emit_layout_load(const struct emit_layout *layout, uint8_t arch, const uint8_t *bytes,
                      void *value)
{
    for (size_t f = 0; f < layout->fields_count; f++) {
        const struct emit_field *field = &layout->fields[f];
        if (!emit_field_applies(field, arch))
            continue;
        for (size_t i = 0; i < field->count; i++)
            if (field->sub != NULL)
                emit_layout_load(field->sub, arch, bytes + field->offset + i * field->sub->size,
                                 (uint8_t *)value + field->member + i * field->sub->member_size);
            else
                field_set(field, value, i,
                          aj_load_le(bytes + field->offset + i * field->width, field->width));
    }
}

bool emit_layout_is_zero(const struct emit_layout *layout, uint8_t arch, const void *value)
{
    uint8_t bytes[EMIT_SYSTEM_SIZE] = {0};
    emit_layout_store(layout, arch, value, bytes);
    for (size_t i = 0; i < layout->size; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static const struct emit_ident idents[] = {
    {10, "JHSYST", "JHCELL", 6}, {11, "JHSYST", "JHCELL", 6}, {12, "JHSYST", "JHCELL", 6},
    {13, "JHSYST", "JHCELL", 6}, {14, "JHSYS", "JHCLL", 5},
};

const struct emit_ident *emit_ident_of(uint32_t revision)
{
    for (size_t i = 0; i < AJ_COUNT(idents); i++)
        if (idents[i].revision == revision)
            return &idents[i];
    return NULL;
}
