/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

#define R  JAILHOUSE_MEM_READ
#define W  JAILHOUSE_MEM_WRITE
#define IO JAILHOUSE_MEM_IO

static struct model_memory *bare(struct sys *s, size_t region)
{
    return &s->guest_parts[BARE].mem[region];
}

/* The UART of the bare guest becomes a small region of its own. */
static struct model_memory *small(struct sys *s)
{
    struct model_memory *uart = bare(s, BARE_UART);
    uart->size = 0x40;
    uart->flags |= JAILHOUSE_MEM_IO_32;
    return uart;
}

/* One more region of the bare guest. */
static struct model_memory *extra(struct sys *s, uint64_t start, uint64_t size, uint64_t flags)
{
    struct model_memory *mem = bare(s, s->guest[BARE].mem_regions_count++);
    *mem = (struct model_memory){start, start, size, flags, NULL};
    return mem;
}

BREAKS(mem_1)
{
    bare(s, BARE_UART)->phys_start += 0x800;
}
HOLDS(mem_1)
{
    small(s)->phys_start += 0x40;
    bare(s, BARE_UART)->virt_start += 0x40;
}
BREAKS(mem_2)
{
    bare(s, BARE_RAM)->size = 0xff80;
}
HOLDS(mem_2)
{
    bare(s, BARE_RAM)->size = 0xf000;
}
BREAKS(mem_2_root)
{
    s->system.cells_count = 0;
    s->without_board = true;
    s->root_parts.mem[ROOT_RAM].size -= 8;
}
BREAKS(mem_5)
{
    s->root_parts.mem[ROOT_ECAM].virt_start += 0x10000000;
}
HOLDS(mem_5)
{
    bare(s, BARE_RAM)->virt_start = 0x1000;
}
BREAKS(mem_7)
{
    extra(s, 0x7fa10000, 0x1000, R | W | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_ROOTSHARED);
}
HOLDS(mem_7)
{
    extra(s, 0x7fa10000, 0x1000, R | W | JAILHOUSE_MEM_ROOTSHARED);
}
BREAKS(mem_10)
{
    bare(s, BARE_RAM)->flags |= JAILHOUSE_MEM_ROOTSHARED;
}
HOLDS(mem_10)
{
    bare(s, BARE_RAM)->flags |= JAILHOUSE_MEM_DMA;
}
BREAKS(mem_11)
{
    s->root_parts.mem[ROOT_RAM].flags |= JAILHOUSE_MEM_LOADABLE;
}
HOLDS(mem_11)
{
    s->root_parts.mem[ROOT_RAM].flags |= JAILHOUSE_MEM_DMA;
}
BREAKS(mem_13)
{
    extra(s, UINT64_C(0xfffffffff000), 0x2000, R | W | IO | JAILHOUSE_MEM_ROOTSHARED);
    s->without_board = true;
}
HOLDS(mem_13)
{
    extra(s, UINT64_C(0xfffffffff000), 0x1000, R | W | IO | JAILHOUSE_MEM_ROOTSHARED);
    s->without_board = true;
}
BREAKS(mem_13_board)
{
    s->board.phys_limit = 0x4010000000;
}
BREAKS(mem_14)
{
    s->root_parts.mem[ROOT_ECAM].size = UINT64_MAX - 0xfff;
}
HOLDS(mem_14)
{
    s->root_parts.mem[ROOT_ECAM].size = UINT64_MAX - 0x400fffffff;
}
BREAKS(mem_15)
{
    s->guest_parts[LINUX].mem[LINUX_RAM].virt_start = 0x70100000;
}
HOLDS(mem_15)
{
    s->guest_parts[LINUX].mem[LINUX_RAM].virt_start = 0x70200000;
}
BREAKS(mem_16)
{
    s->root_parts.mem[ROOT_ECAM].flags &= ~(uint64_t)R;
}
HOLDS(mem_16)
{
    s->root_parts.mem[ROOT_ECAM].flags &= ~(uint64_t)W;
}
BREAKS(mem_17)
{
    bare(s, BARE_UART)->flags &= ~(uint64_t)IO;
}
HOLDS(mem_17)
{
    s->without_board = true;
    bare(s, BARE_UART)->flags &= ~(uint64_t)IO;
}
BREAKS(mem_21)
{
    s->board.kernel.page_size = AJ_KIB(64);
    bare(s, BARE_RAM)->phys_start += 0x1000;
    bare(s, BARE_RAM)->size -= 0x1000;
}
HOLDS(mem_21)
{
    s->board.kernel.page_size = AJ_KIB(16);
    bare(s, BARE_RAM)->phys_start += 0x4000;
    bare(s, BARE_RAM)->size -= 0x4000;
}
BREAKS(sub_1)
{
    bare(s, BARE_UART)->size = 0x48;
}
HOLDS(sub_1)
{
    small(s);
}
BREAKS(sub_3)
{
    small(s)->phys_start += 0xff8;
}
HOLDS(sub_3)
{
    small(s)->phys_start += 0xfc0;
}
BREAKS(sub_4)
{
    small(s)->virt_start += 0x40;
    s->guest[BARE].console.address += 0x40;
}
HOLDS(sub_4)
{
    small(s)->virt_start += 0x1000;
}
BREAKS(com_1)
{
    bare(s, BARE_COMM)->virt_start = 0x80000100;
}
HOLDS(com_1)
{
    bare(s, BARE_COMM)->virt_start = 0x80001000;
}
BREAKS(com_1_size)
{
    bare(s, BARE_COMM)->size = 0x2000;
}
BREAKS(com_2)
{
    *extra(s, 0, 0, 0) = *bare(s, BARE_COMM);
}
HOLDS(com_2)
{
    extra(s, 0, 0, R | W | JAILHOUSE_MEM_COMM_REGION);
}
BREAKS(com_3)
{
    bare(s, BARE_COMM)->flags &= ~(uint64_t)W;
}
HOLDS(com_3)
{
    bare(s, BARE_COMM)->flags |= JAILHOUSE_MEM_EXECUTE;
}
BREAKS(com_4)
{
    bare(s, BARE_COMM)->virt_start = 0x80001000;
}
HOLDS(com_4)
{
    bare(s, BARE_COMM)->virt_start = 0x80000000;
}
BREAKS(com_6)
{
    s->guest[BARE].flags &= ~JAILHOUSE_CELL_PASSIVE_COMMREG;
}
HOLDS(com_6)
{
    s->guest[BARE].flags &= ~JAILHOUSE_CELL_PASSIVE_COMMREG;
    s->guest[BARE].msg_reply_timeout = 1;
}
BREAKS(com_7)
{
    bare(s, BARE_COMM)->phys_start = 0x7fa10000;
}
HOLDS(com_7)
{
    /* Address 0 is RAM of another guest here: no overlap. */
    s->guest_parts[LINUX].mem[LINUX_RAM].phys_start = 0;
    s->without_board = true;
    s->without_header = true;
}
BREAKS(com_8)
{
    s->guest[BARE].mem_regions_count--;
}
HOLDS(com_8)
{
    s->guest[BARE].mem_regions_count = BARE_COUNT;
}
BREAKS(com_9)
{
    s->root_parts.mem[ROOT_ECAM] =
        (struct model_memory){0, 0x80000000, 0x1000, R | W | JAILHOUSE_MEM_COMM_REGION, NULL};
}
HOLDS(com_9)
{
    s->root_parts.mem[ROOT_ECAM] =
        (struct model_memory){0, 0, 0, R | W | JAILHOUSE_MEM_COMM_REGION, NULL};
}

const struct rule_case cases_memory[] = {
    CASE(mem_1, "mem-1", sys_arm64, mem_1),
    CASE(mem_2, "mem-2", sys_arm64, mem_2),
    CASE(mem_2_root, "mem-2", sys_arm64, mem_2),
    CASE(mem_5, "mem-5", sys_arm64, mem_5),
    CASE(mem_7, "mem-7", sys_arm64, mem_7),
    CASE(mem_10, "mem-10", sys_arm64, mem_10),
    CASE(mem_11, "mem-11", sys_arm64, mem_11),
    CASE(mem_13, "mem-13", sys_arm64, mem_13),
    CASE(mem_13_board, "mem-13", sys_arm64, mem_13),
    CASE(mem_14, "mem-14", sys_arm64, mem_14),
    CASE(mem_15, "mem-15", sys_arm64, mem_15),
    CASE(mem_16, "mem-16", sys_arm64, mem_16),
    CASE_ALSO(mem_21, "mem-21", sys_arm64, mem_21, "ivs-15"),
    CASE(mem_17, "mem-17", sys_arm64, mem_17),
    CASE_ALSO(sub_1, "sub-1", sys_arm64, sub_1, "cel-4"),
    CASE(sub_3, "sub-3", sys_arm64, sub_3),
    CASE(sub_4, "sub-4", sys_arm64, sub_4),
    CASE(com_1, "com-1", sys_arm64, com_1),
    CASE(com_1_size, "com-1", sys_arm64, com_1),
    CASE(com_2, "com-2", sys_arm64, com_2),
    CASE(com_3, "com-3", sys_arm64, com_3),
    CASE(com_4, "com-4", sys_arm64, com_4),
    CASE(com_6, "com-6", sys_arm64, com_6),
    CASE(com_7, "com-7", sys_arm64, com_7),
    CASE(com_8, "com-8", sys_arm64, com_8),
    CASE(com_9, "com-9", sys_arm64, com_9),
    {NULL, NULL, NULL, NULL, NULL},
};
