/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small regions, and interrupts of devices on the board. */
#include "tests/model/systems.h"

#define IO8  JAILHOUSE_MEM_IO_8
#define IO32 JAILHOUSE_MEM_IO_32

/* A small region at `start` of the GPIO block; appended to a cell. */
static struct model_memory *add_small(struct model_cell *cell, struct cell_parts *parts,
                                      uint64_t start, uint64_t flags)
{
    struct model_memory *region = &parts->mem[cell->mem_regions_count++];
    *region = (struct model_memory){
        start, start, 0x40,
        JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO | IO32 | flags, NULL};
    return region;
}

BREAKS(sub_2)
{
    add_small(&s->guest[LINUX], &s->guest_parts[LINUX], 0x9030002, JAILHOUSE_MEM_ROOTSHARED);
}
HOLDS(sub_2)
{
    add_small(&s->guest[LINUX], &s->guest_parts[LINUX], 0x9030002, JAILHOUSE_MEM_ROOTSHARED | IO8);
}
BREAKS(sub_7)
{
    s->root_parts.mem[ROOT_MMIO].size = 0x30000;
    add_small(&s->root, &s->root_parts, 0x9030000, 0);
    add_small(&s->guest[LINUX], &s->guest_parts[LINUX], 0x9030000, 0);
    s->board.devices_count = 2;
}
HOLDS(sub_7)
{
    s->root_parts.mem[ROOT_MMIO].size = 0x30000;
    add_small(&s->root, &s->root_parts, 0x9030000, 0);
    add_small(&s->guest[LINUX], &s->guest_parts[LINUX], 0x9030000, JAILHOUSE_MEM_ROOTSHARED);
}
BREAKS(sub_8)
{
    sub_7_breaks(s);
    add_small(&s->root, &s->root_parts, 0x9030fc0, 0);
}
HOLDS(sub_8)
{
    sub_7_breaks(s);
    add_small(&s->root, &s->root_parts, 0x9031000, 0);
}
BREAKS(sub_9)
{
    struct model_memory *region = &s->root_parts.mem[s->root.mem_regions_count++];
    *region =
        (struct model_memory){0xfed00000, 0xfed00000, 0x400,
                              JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO_64, NULL};
}
HOLDS(sub_9)
{
    sub_9_breaks(s);
    s->root_parts.mem[X86_ROOT_COUNT].flags |= IO32;
}

/* The guest has the block of the RTC alone. */
static void take_rtc(struct sys *s)
{
    s->guest_parts[BARE].mem[s->guest[BARE].mem_regions_count++] =
        (struct model_memory){0x9010000, 0x9010000, 0x1000,
                              JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO, NULL};
    s->lines[1].intid = 80;
}
BREAKS(gic_9)
{
    take_rtc(s);
    s->guest_parts[BARE].chips[0].pin_bitmap[0] = 1 << 16;
}
HOLDS(gic_9)
{
    take_rtc(s);
    s->guest_parts[BARE].chips[0].pin_bitmap[1] = 1 << 16;
}
BREAKS(gic_17)
{
    gic_9_holds(s);
    s->compatible = "arm,gic-v2m-frame";
    s->devices[1].compatible = &s->compatible;
    s->devices[1].compatible_count = 1;
}
HOLDS(gic_17)
{
    gic_17_breaks(s);
    s->guest_parts[BARE].mem[BARE_COUNT].flags |= JAILHOUSE_MEM_ROOTSHARED;
}
BREAKS(pci_5)
{
    s->arm.gic_compatible = "arm,cortex-a9-gic";
}
HOLDS(pci_5)
{
    s->arm.gic_compatible = "arm,gic-v3";
}
BREAKS(pci_8)
{
    s->header.pci_mmconfig_base = AJ_GIB(4) - AJ_MIB(1);
}
HOLDS(pci_8)
{
    s->header.pci_mmconfig_base = AJ_GIB(4) - AJ_MIB(2);
}
BREAKS(ivs_23)
{
    s->guest_parts[LINUX].pci[1].shmem_protocol = JAILHOUSE_SHMEM_PROTO_UNDEFINED;
    s->root_parts.pci[1].shmem_protocol = JAILHOUSE_SHMEM_PROTO_UNDEFINED;
}
HOLDS(ivs_23)
{
    s->guest_parts[LINUX].pci[1].shmem_protocol = JAILHOUSE_SHMEM_PROTO_CUSTOM;
    s->root_parts.pci[1].shmem_protocol = JAILHOUSE_SHMEM_PROTO_CUSTOM;
}
BREAKS(con_6)
{
    s->guest_parts[BARE].mem[BARE_UART].flags &= ~(uint64_t)JAILHOUSE_MEM_ROOTSHARED;
    s->consoles[0].active = false;
    s->system.cells_count = 1;
    s->board.devices_count = 0;
}
HOLDS(con_6)
{
    con_6_breaks(s);
    s->header.debug_console.address = 0x9010000;
}

const struct rule_case cases_small[] = {
    CASE(sub_2, "sub-2", sys_arm64, sub_2),
    CASE(sub_7, "sub-7", sys_arm64, sub_7),
    CASE_ALSO(sub_8, "sub-8", sys_arm64, sub_8, "sub-7"),
    CASE(sub_9, "sub-9", sys_x86, sub_9),
    CASE_ALSO(gic_9, "gic-9", sys_arm64, gic_9, "gic-12"),
    CASE(gic_17, "gic-17", sys_arm64, gic_17),
    CASE(pci_5, "pci-5", sys_arm64, pci_5),
    CASE(pci_8, "pci-8", sys_arm, pci_8),
    CASE(ivs_23, "ivs-23", sys_arm64, ivs_23),
    CASE(con_6, "con-6", sys_arm64, con_6),
    {NULL, NULL, NULL, NULL, NULL},
};
