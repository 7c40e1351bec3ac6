/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real PCI devices. */
#include "tests/model/systems.h"

/* The guest takes the root's device; its RAM is for DMA. */
static void take(struct sys *s)
{
    s->guest_parts[0].pci[0] = s->root_parts.pci[0];
    s->guest_parts[0].caps[0] = s->root_parts.caps[0];
    s->guest_parts[0].mem[X86_RAM].flags |= JAILHOUSE_MEM_DMA;
    s->guest[0].pci_devices_count = 1;
    s->guest[0].pci_caps_count = 1;
}

/* The board has a device at 00:02.0 with a BAR at the root's. */
static void on_board(struct sys *s)
{
    s->function = (struct model_pci_function){.bdf = 0x10};
    s->mmios[0] = (struct model_mmio){0xfebc0000, 0x20000};
    s->devices[0] = (struct model_device){
        .name = "0000:00:02.0", .regions = s->mmios, .regions_count = 1, .pci = &s->function};
    s->board.devices_count = 1;
}

/* A second capability of the root's device. */
static struct model_pci_cap *add_cap(struct sys *s)
{
    s->root.pci_caps_count = 2;
    s->root_parts.pci[0].num_caps = 2;
    s->root_parts.caps[1] = (struct model_pci_cap){0x5, 0x50, 14, 1};
    s->root_parts.pci[0].num_msi_vectors = 1;
    s->root_parts.pci[0].msi_bits = 1;
    return &s->root_parts.caps[1];
}

BREAKS(mem_19)
{
    take(s);
    s->guest_parts[0].mem[X86_RAM].flags &= ~(uint64_t)JAILHOUSE_MEM_DMA;
}
HOLDS(mem_19)
{
    take(s);
}
BREAKS(dev_5)
{
    on_board(s);
    s->function.bdf = 0x18;
}
HOLDS(dev_5)
{
    on_board(s);
}
BREAKS(dev_6)
{
    s->root_parts.pci[0].bdf = 0x100;
}
HOLDS(dev_6)
{
    s->root_parts.pci[0].bdf = 0x100;
    s->root.pci_devices_count = 2;
    s->root_parts.pci[1] = (struct model_pci_device){.type = JAILHOUSE_PCI_TYPE_BRIDGE};
}
BREAKS(dev_8)
{
    s->root_parts.caps[0].start = 0x3c;
}
HOLDS(dev_8)
{
    s->root_parts.caps[0].start = 0x40;
}
BREAKS(dev_8_aligned)
{
    s->root_parts.caps[0].start = 0x92;
}
BREAKS(dev_8_end)
{
    s->root_parts.caps[0].start = 0xf8;
}
BREAKS(dev_8_extended)
{
    add_cap(s)->id = 0x8001;
    s->root_parts.pci[0].num_msi_vectors = 0;
}
BREAKS(dev_8_overlap)
{
    add_cap(s)->start = 0x84;
}
HOLDS(dev_8_overlap)
{
    add_cap(s)->start = 0x80;
}
BREAKS(dev_9)
{
    s->root_parts.pci[0].num_msi_vectors = 1;
}
HOLDS(dev_9)
{
    add_cap(s);
}
BREAKS(dev_9_no_vectors)
{
    add_cap(s);
    s->root_parts.pci[0].num_msi_vectors = 0;
}
HOLDS(dev_9_amd)
{
    dev_9_no_vectors_breaks(s);
    s->header.iommu_units[0].type = JAILHOUSE_IOMMU_AMD;
}
BREAKS(dev_9_length)
{
    add_cap(s);
    s->root_parts.pci[0].msi_bits = 3;
}
BREAKS(dev_10_no_cap)
{
    s->root_parts.pci[0].num_caps = 0;
}
HOLDS(dev_10_no_cap)
{
    s->root_parts.pci[0].num_msix_vectors = 6;
}
BREAKS(dev_11)
{
    s->root_parts.pci[0].num_msix_vectors = 257;
    s->header.vtd_interrupt_limit = 1024;
}
HOLDS(dev_11)
{
    s->root_parts.pci[0].num_msix_vectors = 256;
}
BREAKS(dev_11_offset)
{
    s->root_parts.pci[0].msix_address += 0x800;
}
BREAKS(dev_13)
{
    s->root_parts.pci[0].bar_mask[2] = 0xfffff800u - 0x100000u;
}
HOLDS(dev_13)
{
    s->root_parts.pci[0].bar_mask[0] = 0xfffff800;
    s->root_parts.pci[0].bar_mask[1] = 0xffe0;
    s->root_parts.pci[0].bar_mask[2] = 0xffffffff;
}
BREAKS(dev_13_board)
{
    on_board(s);
    s->root_parts.pci[0].bar_mask[0] = 0xfffe0000;
}
HOLDS(dev_13_board)
{
    dev_13_board_breaks(s);
    s->function.bar_mask[0] = 0xfffe0000;
}
static void take_with_bar(struct sys *s)
{
    take(s);
    on_board(s);
    s->guest_parts[0].mem[X86_COUNT] = (struct model_memory){
        0xfebc0000, 0xfebc0000, 0x20000, JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE, NULL};
    s->guest[0].mem_regions_count++;
}
BREAKS(dev_14)
{
    take_with_bar(s);
    s->guest_parts[0].mem[X86_COUNT].virt_start = 0xfea00000;
}
HOLDS(dev_14)
{
    take_with_bar(s);
}
BREAKS(dev_15)
{
    s->root_parts.pci[0].iommu = 1;
}
HOLDS(dev_15)
{
    s->root_parts.pci[0].iommu = 1;
    s->header.iommu_units[1] = s->header.iommu_units[0];
}
BREAKS(dev_17)
{
    dev_6_holds(s);
    take(s);
}
HOLDS(dev_17)
{
    dev_17_breaks(s);
    s->guest_parts[0].caps[1] = (struct model_pci_cap){0x10, 0x40, 60, 0};
    s->guest_parts[0].pci[0].num_caps = 2;
    s->guest[0].pci_caps_count = 2;
}
/* Firmware has the device use the end of the RAM that the root has. */
static void reserve(struct sys *s, aj_addr start)
{
    on_board(s);
    s->mmios[1] = (struct model_mmio){start, 0x10000};
    s->function.reserved = &s->mmios[1];
    s->function.reserved_count = 1;
}
BREAKS(dev_18)
{
    reserve(s, 0x39ff1000);
}
HOLDS(dev_18)
{
    reserve(s, 0x39ff0000);
}
BREAKS(dev_18_guest)
{
    reserve(s, 0x39ff0000);
    take(s);
}
BREAKS(pci_9)
{
    s->host.ecam_base = 0xe0000000;
}
HOLDS(pci_9)
{
    s->host.ecam_base = AJ_NONE64;
}
BREAKS(pci_9_size)
{
    s->host.ecam_size = 0x8000000;
}
BREAKS(pci_10)
{
    s->root.pio_regions_count = 3;
    s->root_parts.pio[2] = (struct model_pio){0xcf9, 4};
}
HOLDS(pci_10)
{
    s->root.pio_regions_count = 3;
    s->root_parts.pio[2] = (struct model_pio){0xcf9, 3};
}

const struct rule_case cases_device[] = {
    CASE(mem_19, "mem-19", sys_x86, mem_19),
    CASE(dev_5, "dev-5", sys_x86, dev_5),
    CASE(dev_6, "dev-6", sys_x86, dev_6),
    CASE(dev_8, "dev-8", sys_x86, dev_8),
    CASE(dev_8_aligned, "dev-8", sys_x86, dev_8),
    CASE(dev_8_end, "dev-8", sys_x86, dev_8),
    CASE(dev_8_extended, "dev-8", sys_x86, dev_8),
    CASE(dev_8_overlap, "dev-8", sys_x86, dev_8_overlap),
    CASE(dev_9, "dev-9", sys_x86, dev_9),
    CASE(dev_9_no_vectors, "dev-9", sys_x86, dev_9_amd),
    CASE(dev_9_length, "dev-9", sys_x86, dev_9),
    CASE(dev_10_no_cap, "dev-10", sys_x86, dev_10_no_cap),
    CASE(dev_11, "dev-11", sys_x86, dev_11),
    CASE(dev_11_offset, "dev-11", sys_x86, dev_11),
    CASE(dev_13, "dev-13", sys_x86, dev_13),
    CASE(dev_13_board, "dev-13", sys_x86, dev_13_board),
    CASE(dev_14, "dev-14", sys_x86, dev_14),
    CASE(dev_15, "dev-15", sys_x86, dev_15),
    CASE(dev_17, "dev-17", sys_x86, dev_17),
    CASE(dev_18, "dev-18", sys_x86, dev_18),
    CASE(dev_18_guest, "dev-18", sys_x86, dev_18),
    CASE(pci_9, "pci-9", sys_x86, pci_9),
    CASE(pci_9_size, "pci-9", sys_x86, pci_9),
    CASE(pci_10, "pci-10", sys_x86, pci_10),
    {NULL, NULL, NULL, NULL, NULL},
};
