/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Linux uses of the board: registers, reservations. */
#include "tests/model/systems.h"

BREAKS(brd_9)
{
    s->root_parts.mem[ROOT_MMIO].phys_start += 0x1000;
    s->root_parts.mem[ROOT_MMIO].virt_start += 0x1000;
    s->root_parts.mem[ROOT_MMIO].size -= 0x1000;
}
HOLDS(brd_9)
{
    brd_9_breaks(s);
    s->consoles[0].active = false;
}
BREAKS(brd_9_taken)
{
    s->guest_parts[BARE].mem[BARE_UART].flags &= ~(uint64_t)JAILHOUSE_MEM_ROOTSHARED;
    s->guest_parts[LINUX].mem[LINUX_UART] = (struct model_memory){0};
    s->guest[LINUX].console = (struct model_console){0};
    s->board.devices_count = 0; /* no interrupt that must come along */
}
/* What is loadable the root loses when the guest starts. */
BREAKS(brd_9_loadable)
{
    s->guest_parts[BARE].mem[BARE_UART].flags |= JAILHOUSE_MEM_LOADABLE;
    s->board.devices_count = 0;
}
HOLDS(brd_9_taken)
{
    brd_9_taken_breaks(s);
    s->consoles[0].address += 0x1000;
}
/* A size that is not known does not reach into the next page. */
HOLDS(brd_9_size)
{
    s->root_parts.mem[ROOT_MMIO].size = 0x1000;
    s->consoles[0].address += 0x40;
}

static void add_region(struct sys *s, const char *name, aj_addr start, uint8_t type)
{
    s->regions[s->board.memory_regions_count++] = (struct model_region){
        .name = name, .phys_start = start, .size = 0x1000, .type = type, .root_used = true};
}

BREAKS(brd_10)
{
    add_region(s, "pl061", 0x9030000, MODEL_REGION_MMIO);
    s->root_parts.mem[ROOT_MMIO].size = 0x30000;
}
BREAKS(brd_10_driver)
{
    brd_10_breaks(s);
    s->regions[2].root_used = false;
    s->regions[2].linux_driver = "pl061_gpio";
}
BREAKS(brd_10_read)
{
    add_region(s, "pl031", 0x9010000, MODEL_REGION_MMIO);
    s->root_parts.mem[ROOT_ECAM] = s->root_parts.mem[ROOT_MMIO];
    s->root_parts.mem[ROOT_MMIO].size = 0x10000;
    s->root_parts.mem[ROOT_ECAM].phys_start += 0x10000;
    s->root_parts.mem[ROOT_ECAM].virt_start += 0x10000;
    s->root_parts.mem[ROOT_ECAM].size -= 0x10000;
    s->root_parts.mem[ROOT_ECAM].flags &= ~(uint64_t)JAILHOUSE_MEM_WRITE;
}
HOLDS(brd_10)
{
    brd_10_breaks(s);
    s->regions[2].root_used = false;
}
HOLDS(brd_10_taken)
{
    brd_10_breaks(s);
    struct model_memory *mem = &s->guest_parts[BARE].mem[s->guest[BARE].mem_regions_count++];
    *mem = s->guest_parts[BARE].mem[BARE_UART];
    mem->phys_start = 0x9030000;
    mem->virt_start = 0x9030000;
    mem->flags &= ~(uint64_t)JAILHOUSE_MEM_ROOTSHARED;
}
/* The hypervisor serves the GIC and its IOMMU. */
HOLDS(brd_10_trapped)
{
    add_region(s, "intc", 0x8000000, MODEL_REGION_MMIO);
    add_region(s, "smmu", 0x7200000, MODEL_REGION_MMIO);
    s->header.iommu_units[0] =
        (struct model_iommu){.type = JAILHOUSE_IOMMU_SMMUV3, .base = 0x7200000, .size = 0x20000};
}
BREAKS(brd_10_iommu)
{
    add_region(s, "smmu", 0x7200000, MODEL_REGION_MMIO);
    s->iommu = (struct model_iommu_unit){.type = "smmuv3", .base = 0x7200000, .size = 0x20000};
    s->board.iommu = &s->iommu;
    s->board.iommu_count = 1;
}
BREAKS(brd_11)
{
    s->header.iommu_units[0] =
        (struct model_iommu){.type = JAILHOUSE_IOMMU_SMMUV3, .base = 0x7200000, .size = 0x20000};
}
HOLDS(brd_11)
{
    brd_11_breaks(s);
    s->iommu = (struct model_iommu_unit){.type = "smmuv3", .base = 0x7200000, .size = 0x20000};
    s->board.iommu = &s->iommu;
    s->board.iommu_count = 1;
}
BREAKS(brd_11_x86)
{
    s->header.iommu_units[0].base += 0x1000;
}
HOLDS(brd_11_unknown)
{
    brd_11_x86_breaks(s);
    s->board.iommu_count = 0;
}
BREAKS(brd_12)
{
    s->header.pci_is_virtual = 0;
}
HOLDS(brd_12)
{
    s->header.pci_is_virtual = 0;
    s->host.ecam_base = s->header.pci_mmconfig_base;
}
BREAKS(brd_7_held)
{
    add_region(s, "kernel", 0x7fa0f000, MODEL_REGION_RESERVED);
}
HOLDS(brd_7_held)
{
    add_region(s, "kernel", 0x7fa10000, MODEL_REGION_RESERVED);
}
BREAKS(hv_3_held)
{
    add_region(s, "kernel", 0x7fc00000, MODEL_REGION_RESERVED);
}
HOLDS(hv_3_held)
{
    hv_3_held_breaks(s);
    s->regions[2].root_used = false;
}
BREAKS(ivs_22_held)
{
    add_region(s, "kernel", 0x7faf2000, MODEL_REGION_RESERVED);
}
HOLDS(ivs_22_held)
{
    add_region(s, "kernel", 0x7faf0000, MODEL_REGION_RESERVED);
}

const struct rule_case cases_root[] = {
    CASE(brd_9, "brd-9", sys_arm64, brd_9),
    CASE_ALSO(brd_9_taken, "brd-9", sys_arm64, brd_9_taken, "con-6"),
    CASE_ALSO(brd_9_loadable, "brd-9", sys_arm64, brd_9_taken, "*"),
    CASE(brd_9, "brd-9", sys_arm, brd_9_size),
    CASE(brd_10, "brd-10", sys_arm64, brd_10),
    CASE(brd_10_driver, "brd-10", sys_arm64, brd_10_taken),
    CASE(brd_10_read, "brd-10", sys_arm64, brd_10_trapped),
    CASE(brd_10_iommu, "brd-10", sys_arm64, brd_10_trapped),
    CASE_ALSO(brd_11, "brd-11", sys_arm64, brd_11, "iom-12"),
    CASE(brd_11_x86, "brd-11", sys_x86, brd_11_unknown),
    CASE(brd_12, "brd-12", sys_arm64, brd_12),
    CASE(brd_7_held, "brd-7", sys_arm64, brd_7_held),
    CASE(hv_3_held, "hv-3", sys_arm64, hv_3_held),
    CASE(ivs_22_held, "ivs-22", sys_arm64, ivs_22_held),
    {NULL, NULL, NULL, NULL, NULL},
};
