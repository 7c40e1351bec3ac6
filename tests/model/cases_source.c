/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

BREAKS(c_1)
{
    s->root_parts.pci[1].bdf = 0xffff;
    s->root_parts.pci[1].type = JAILHOUSE_PCI_TYPE_DEVICE;
}
HOLDS(c_1)
{
    s->root_parts.pci[1].bdf = 0xff00;
}
BREAKS(c_1_chips)
{
    s->root_parts.chips[1].address = 0x8000004;
}
BREAKS(c_2)
{
    s->root.irqchips_count = 3;
}
HOLDS(c_2)
{
    s->root.irqchips_count = 3;
    s->root_parts.chips[2] = s->root_parts.chips[1];
    s->root_parts.chips[1] = (struct model_irqchip){0};
}
BREAKS(c_2_caps)
{
    s->root.pci_caps_count = 2;
}
HOLDS(c_2_caps)
{
    s->root.pci_caps_count = 2;
    s->root_parts.caps[1].id = 0x10;
}
BREAKS(c_3)
{
    s->root.trailing_count = 56;
}
HOLDS(c_3)
{
    s->root.trailing_count = 55;
}
BREAKS(c_7)
{
    s->header.debug_console.flags |= s->header.debug_console.type;
    s->header.debug_console.type = 0;
}
HOLDS(c_7)
{
    c_7_breaks(s);
    s->header.debug_console.flags = 0;
}
BREAKS(hv_10)
{
    s->board.jailhouse.running = true;
}
HOLDS(hv_10)
{
    s->board.jailhouse.possible = true;
}
BREAKS(mem_18)
{
    s->guest_parts[LINUX].mem[LINUX_RAM].flags &= ~(uint64_t)JAILHOUSE_MEM_DMA;
}
HOLDS(mem_18)
{
    mem_18_breaks(s);
    s->guest_parts[LINUX].mem[LINUX_RAM].size = 0x1ff000;
}
BREAKS(mem_20)
{
    struct model_memory *mem = s->root_parts.mem;
    mem[ROOT_COUNT] = mem[ROOT_ECAM];
    mem[ROOT_COUNT].phys_start += mem[ROOT_ECAM].size;
    mem[ROOT_COUNT].virt_start += mem[ROOT_ECAM].size;
    s->root.mem_regions_count++;
}
HOLDS(mem_20)
{
    mem_20_breaks(s);
    s->root_parts.mem[ROOT_COUNT].flags |= JAILHOUSE_MEM_NO_HUGEPAGES;
}

const struct rule_case cases_source[] = {
    CASE_ALSO(c_1, "c-1", sys_arm64, c_1, "dev-6"),
    CASE_ALSO(c_1_chips, "c-1", sys_arm64, c_1, "gic-7"),
    CASE(c_2, "c-2", sys_arm64, c_2),
    CASE(c_2_caps, "c-2", sys_x86, c_2_caps),
    CASE(c_3, "c-3", sys_arm64, c_3),
    CASE(c_7, "c-7", sys_arm64, c_7),
    CASE(hv_10, "hv-10", sys_arm64, hv_10),
    CASE(mem_18, "mem-18", sys_arm64, mem_18),
    CASE(mem_20, "mem-20", sys_arm64, mem_20),
    {NULL, NULL, NULL, NULL, NULL},
};
