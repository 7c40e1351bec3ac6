/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

static void unit(struct sys *s, uint32_t type, const char *name)
{
    s->header.iommu_units[0] = (struct model_iommu){.type = type,
                                                    .base = 0x7200000,
                                                    .size = 0x20000,
                                                    .tlb_base = 0x7300000,
                                                    .tlb_size = 0x1000};
    s->iommu = (struct model_iommu_unit){.type = name, .base = 0x7200000, .size = 0x20000};
    s->board.iommu = &s->iommu;
    s->board.iommu_count = 1;
}

static void add_stream(struct model_cell *cell, struct cell_parts *parts, uint32_t id)
{
    parts->streams[cell->stream_ids_count++] = id;
}

/* An MMU-500, and one stream of the root. */
static void mmu500(struct sys *s)
{
    unit(s, JAILHOUSE_IOMMU_ARM_MMU500, "mmu500");
    add_stream(&s->root, &s->root_parts, 0x870);
}

static void smmuv3(struct sys *s)
{
    unit(s, JAILHOUSE_IOMMU_SMMUV3, "smmuv3");
    add_stream(&s->root, &s->root_parts, 0x10);
}

static void pvu(struct sys *s)
{
    unit(s, JAILHOUSE_IOMMU_PVU, "pvu");
}

/* The SMMU's own node, with or without a driver of Linux. */
static void smmu_node(struct sys *s, const char *driver)
{
    mmu500(s);
    s->mmios[3] = (struct model_mmio){0x7200000, 0x20000};
    s->devices[3] = (struct model_device){
        .name = "smmu", .regions = &s->mmios[3], .regions_count = 1, .linux_driver = driver};
    s->board.devices_count = 4;
}

BREAKS(iom_4)
{
    smmu_node(s, "arm-smmu");
}
HOLDS(iom_4)
{
    smmu_node(s, NULL);
}
BREAKS(iom_5)
{
    mmu500(s);
    s->header.iommu_units[0].size = 0x10000;
}
HOLDS(iom_5)
{
    mmu500(s);
}
BREAKS(iom_6)
{
    mmu500(s);
    add_stream(&s->root, &s->root_parts, 0x000f0870);
}
HOLDS(iom_6)
{
    mmu500(s);
    s->root_parts.streams[0] = 0x000f0870;
    add_stream(&s->root, &s->root_parts, 0x871);
    add_stream(&s->root, &s->root_parts, 0x880);
}

/* `count` different streams. */
static void many_streams(struct sys *s, uint32_t count)
{
    static uint32_t streams[130];
    mmu500(s);
    for (uint32_t i = 0; i < count; i++)
        streams[i] = i;
    s->root.stream_ids = streams;
    s->root.stream_ids_count = count;
}
BREAKS(iom_7)
{
    many_streams(s, 129);
}
HOLDS(iom_7)
{
    many_streams(s, 128);
}
BREAKS(iom_8)
{
    mmu500(s);
    s->root.stream_ids_count = 0;
}
HOLDS(iom_8)
{
    mmu500(s);
}

/* The guest has the RTC alone, which masters the bus as stream 0x870. */
static void take_rtc(struct sys *s)
{
    mmu500(s);
    s->guest_parts[BARE].mem[s->guest[BARE].mem_regions_count++] =
        (struct model_memory){0x9010000, 0x9010000, 0x1000,
                              JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO, NULL};
    s->guest_parts[BARE].chips[0].pin_bitmap[0] = 1 << 2;
    s->stream = 0x870;
    s->devices[1].stream_ids = &s->stream;
    s->devices[1].stream_ids_count = 1;
}
BREAKS(iom_9)
{
    take_rtc(s);
}
HOLDS(iom_9)
{
    take_rtc(s);
    add_stream(&s->guest[BARE], &s->guest_parts[BARE], 0x870);
}
BREAKS(iom_10)
{
    mmu500(s);
    add_stream(&s->guest[BARE], &s->guest_parts[BARE], 0x871);
}
HOLDS(iom_10)
{
    mmu500(s);
    add_stream(&s->guest[BARE], &s->guest_parts[BARE], 0x870);
}
BREAKS(iom_12)
{
    smmuv3(s);
    s->root.stream_ids_count = 0;
}
HOLDS(iom_12)
{
    smmuv3(s);
}
BREAKS(iom_13)
{
    smmuv3(s);
    add_stream(&s->guest[BARE], &s->guest_parts[BARE], 0x10);
}
HOLDS(iom_13)
{
    smmuv3(s);
}
BREAKS(iom_14)
{
    pvu(s);
    add_stream(&s->guest[BARE], &s->guest_parts[BARE], 8);
}
HOLDS(iom_14)
{
    pvu(s);
    add_stream(&s->guest[BARE], &s->guest_parts[BARE], 7);
}
BREAKS(iom_15)
{
    pvu(s);
    s->guest_parts[LINUX].mem[LINUX_RAM].virt_start += 0x1000;
}
HOLDS(iom_15)
{
    pvu(s);
    s->guest_parts[LINUX].mem[LINUX_RAM].virt_start += 0x200000;
}
BREAKS(iom_16)
{
    pvu(s);
    s->header.iommu_units[0].tlb_size = 0;
}
HOLDS(iom_16)
{
    pvu(s);
}
BREAKS(iom_16_covered)
{
    pvu(s);
    s->header.iommu_units[0].tlb_base = 0x9040000;
}
BREAKS(iom_17)
{
    smmuv3(s);
}
HOLDS(iom_17)
{
    s->header.iommu_units[0].type = JAILHOUSE_IOMMU_SMMUV3;
}
/* RAM at another address, and a device alone. */
static void move_ram(struct sys *s)
{
    s->guest_parts[LINUX].mem[LINUX_RAM].virt_start = 0x20000000;
    s->guest_parts[LINUX].mem[LINUX_COUNT] =
        (struct model_memory){0xa000000, 0xa000000, 0x1000,
                              JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO, NULL};
    s->guest[LINUX].mem_regions_count++;
}
BREAKS(iom_18)
{
    move_ram(s);
}
HOLDS(iom_18)
{
    move_ram(s);
    smmuv3(s);
}

const struct rule_case cases_iommu[] = {
    CASE(iom_4, "iom-4", sys_arm64, iom_4),
    CASE(iom_5, "iom-5", sys_arm64, iom_5),
    CASE(iom_6, "iom-6", sys_arm64, iom_6),
    CASE(iom_7, "iom-7", sys_arm64, iom_7),
    CASE(iom_8, "iom-8", sys_arm64, iom_8),
    CASE(iom_9, "iom-9", sys_arm64, iom_9),
    CASE(iom_10, "iom-10", sys_arm64, iom_10),
    CASE(iom_12, "iom-12", sys_arm64, iom_12),
    CASE(iom_13, "iom-13", sys_arm64, iom_13),
    CASE(iom_14, "iom-14", sys_arm64, iom_14),
    CASE_ALSO(iom_15, "iom-15", sys_arm64, iom_15, "mem-15"),
    CASE(iom_16, "iom-16", sys_arm64, iom_16),
    CASE(iom_16_covered, "iom-16", sys_arm64, iom_16),
    CASE(iom_17, "iom-17", sys_arm, iom_17),
    CASE(iom_18, "iom-18", sys_arm64, iom_18),
    {NULL, NULL, NULL, NULL, NULL},
};
