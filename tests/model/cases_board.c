/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

static void unlimited(struct sys *s)
{
    s->board.kernel.mem_limit = AJ_NONE64;
}

BREAKS(gic_2)
{
    s->header.gicd_base = 0x8080000;
    for (size_t i = 0; i < 2; i++)
        s->root_parts.chips[i].address = 0x8080000;
    s->guest_parts[BARE].chips[0].address = 0x8080000;
    s->guest_parts[LINUX].chips[0].address = 0x8080000;
}
HOLDS(gic_2)
{
    s->arm.gicd_base = AJ_NONE64;
}
BREAKS(gic_2_version)
{
    s->header.gic_version = 2;
    s->header.gicc_base = 0x8010000;
    s->header.gich_base = 0x8030000;
    s->header.gicv_base = 0x8040000;
}
BREAKS(gic_4)
{
    s->header.gicr_base += 0x20000;
}
HOLDS(gic_4)
{
    s->arm.gicr_base = AJ_NONE64;
}
BREAKS(gic_5)
{
    s->header.gicc_base += 0x1000;
}
HOLDS(gic_5)
{
    s->header.gicc_base += 0xf000;
    s->header.gicv_base += 0xf000;
}
BREAKS(gic_14)
{
    s->root_parts.chips[0].pin_bitmap[0] &= ~(UINT32_C(1) << 7);
}
HOLDS(gic_14)
{
    s->root_parts.chips[0].pin_bitmap[0] &= ~(UINT32_C(1) << 8);
}

static void take_gpio(struct sys *s)
{
    struct model_memory *mem = &s->guest_parts[BARE].mem[s->guest[BARE].mem_regions_count++];
    *mem = s->guest_parts[BARE].mem[BARE_UART];
    mem->phys_start = 0x9030000;
    mem->virt_start = 0x9030000;
    mem->flags &= ~(uint64_t)JAILHOUSE_MEM_ROOTSHARED;
}

BREAKS(gic_15)
{
    take_gpio(s);
}
HOLDS(gic_15)
{
    take_gpio(s);
    s->guest_parts[BARE].chips[0].pin_bitmap[0] |= 1 << 7;
}
BREAKS(gic_16)
{
    s->guest_parts[BARE].chips[0].pin_bitmap[0] |= 1 << 1;
}
HOLDS(gic_16)
{
    s->guest_parts[BARE].chips[0].pin_bitmap[0] |= 1 << 1;
    s->consoles[0].active = false;
}
BREAKS(vpi_3)
{
    s->lines[1].intid = 144;
}
HOLDS(vpi_3)
{
    s->lines[1].intid = 145;
}
BREAKS(pci_3_ram)
{
    s->board.kernel.mem_limit = AJ_MIB(766);
    s->header.pci_mmconfig_base = 0x60000000;
    s->root_parts.mem[ROOT_RAM].size = 0x20000000;
    s->root_parts.mem[ROOT_ECAM] = s->root_parts.mem[ROOT_RAM];
    s->root_parts.mem[ROOT_ECAM].phys_start = 0x60200000;
    s->root_parts.mem[ROOT_ECAM].virt_start = 0x60200000;
    s->root_parts.mem[ROOT_ECAM].size = 0x1f8f1000;
    s->regions[0].size = 0x20000000;
    s->regions[2] = s->regions[0];
    s->regions[2].phys_start = 0x60200000;
    s->regions[2].size = 0x1fe00000;
    s->regions[3] = s->regions[0];
    s->regions[3].type = MODEL_REGION_RESERVED;
    s->regions[3].phys_start = 0x60000000;
    s->regions[3].size = 0x200000;
    s->board.memory_regions_count = 4;
}
HOLDS(pci_3_ram)
{
    pci_3_ram_breaks(s);
    s->board.memory_regions_count = 3;
}
BREAKS(brd_1)
{
    s->header.maintenance_irq = 27;
}
HOLDS(brd_1)
{
    s->arm.maintenance_irq = AJ_NONE32;
}
BREAKS(brd_2)
{
    s->header.debug_console.address = 0xb000000;
}
HOLDS(brd_2)
{
    s->header.debug_console.address = 0x9010000;
}
BREAKS(brd_3)
{
    s->header.debug_console.address = 0x9010000;
}
HOLDS(brd_3)
{
    s->header.debug_console.address = 0x9010000;
    s->consoles[0].address = 0x9010000;
}
BREAKS(brd_13)
{
    s->header.debug_console.type = JAILHOUSE_CON_TYPE_8250;
}
HOLDS(brd_13)
{
    s->header.debug_console.type = JAILHOUSE_CON_TYPE_NONE;
    s->header.debug_console.address = 0;
}

BREAKS(brd_14)
{
    s->guest[BARE].console.type = JAILHOUSE_CON_TYPE_8250;
}
HOLDS(brd_14)
{
    s->guest[LINUX].console.type = JAILHOUSE_CON_TYPE_8250; /* Linux has one of its own */
}
BREAKS(brd_14_elsewhere)
{
    s->guest_parts[BARE].mem[BARE_UART].phys_start = 0x9200000;
}
HOLDS(brd_14_alias)
{
    s->guest_parts[BARE].mem[BARE_UART].virt_start = 0x30000000;
    s->guest[BARE].console.address = 0x30000000;
}

/* Root RAM ends at 1.5 GiB, below what Linux uses; the guests' part is separate. */
static void shorten_root(struct sys *s, uint64_t end)
{
    s->root_parts.mem[ROOT_RAM].size = end - 0x40000000;
    s->root_parts.mem[ROOT_ECAM] = s->root_parts.mem[ROOT_RAM];
    s->root_parts.mem[ROOT_ECAM].phys_start = 0x70000000;
    s->root_parts.mem[ROOT_ECAM].virt_start = 0x70000000;
    s->root_parts.mem[ROOT_ECAM].size = 0xfaf1000;
}

BREAKS(brd_4)
{
    shorten_root(s, 0x6ffff000);
}
HOLDS(brd_4)
{
    shorten_root(s, 0x70000000);
}
BREAKS(brd_4_no_limit)
{
    unlimited(s);
    shorten_root(s, 0x60000000);
}
BREAKS(brd_5)
{
    s->root_parts.mem[ROOT_RAM].size -= 0x1000;
}
HOLDS(brd_5)
{
    s->header.hypervisor_memory.size -= 0x100000;
    s->regions[0].size -= 0x100000;
}
BREAKS(brd_5_no_limit)
{
    unlimited(s);
    s->root_parts.mem[ROOT_RAM].size -= 0x1000;
}
BREAKS(brd_6)
{
    struct model_memory *mem = &s->root_parts.mem[s->root.mem_regions_count++];
    *mem = s->root_parts.mem[ROOT_RAM];
    mem->phys_start = mem->virt_start = 0xc0000000;
    mem->size = 0x10000;
    s->guest_parts[BARE].mem[BARE_RAM].phys_start = 0xc0000000;
}
HOLDS(brd_6)
{
    /* With mem= the board may lack RAM. */
    brd_6_breaks(s);
    s->board.kernel.mem_limit = AJ_GIB(2);
}
BREAKS(brd_7)
{
    s->guest_parts[BARE].mem[BARE_RAM].phys_start = 0x6fff0000;
}
HOLDS(brd_7)
{
    unlimited(s);
    s->guest_parts[BARE].mem[BARE_RAM].phys_start = 0x6fff0000;
}
BREAKS(brd_8)
{
    s->header.pci_mmconfig_base = 0x8e00000;
}
HOLDS(brd_8)
{
    s->header.pci_mmconfig_base = 0x8e00000;
    s->arm.gicr_size = 0xd00000;
}

const struct rule_case cases_board[] = {
    CASE(gic_2, "gic-2", sys_arm64, gic_2),
    CASE(gic_2_version, "gic-2", sys_arm64, gic_2),
    CASE(gic_4, "gic-4", sys_arm64, gic_4),
    CASE(gic_5, "gic-5", sys_arm, gic_5),
    CASE(gic_14, "gic-14", sys_arm64, gic_14),
    CASE(gic_15, "gic-15", sys_arm64, gic_15),
    CASE(gic_16, "gic-16", sys_arm64, gic_16),
    CASE(vpi_3, "vpi-3", sys_arm64, vpi_3),
    CASE(pci_3_ram, "pci-3", sys_arm64, pci_3_ram),
    CASE(brd_1, "brd-1", sys_arm64, brd_1),
    CASE(brd_2, "brd-2", sys_arm64, brd_2),
    CASE(brd_3, "brd-3", sys_arm64, brd_3),
    CASE(brd_13, "brd-13", sys_arm64, brd_13),
    CASE(brd_14, "brd-14", sys_arm64, brd_14),
    CASE(brd_14_elsewhere, "brd-14", sys_arm64, brd_14_alias),
    CASE(brd_4, "brd-4", sys_arm64, brd_4),
    CASE(brd_4_no_limit, "brd-4", sys_arm64, brd_4),
    CASE(brd_5, "brd-5", sys_arm64, brd_5),
    CASE(brd_5_no_limit, "brd-5", sys_arm64, brd_5),
    CASE(brd_6, "brd-6", sys_arm64, brd_6),
    CASE(brd_7, "brd-7", sys_arm64, brd_7),
    CASE(brd_8, "brd-8", sys_arm64, brd_8),
    {NULL, NULL, NULL, NULL, NULL},
};
