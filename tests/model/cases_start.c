/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

BREAKS(cel_1)
{
    s->guest_parts[BARE].mem[BARE_RAM].flags &= ~(uint64_t)JAILHOUSE_MEM_LOADABLE;
}
BREAKS(cel_1_write)
{
    s->guest_parts[BARE].mem[BARE_RAM].flags &= ~(uint64_t)JAILHOUSE_MEM_WRITE;
}
BREAKS(cel_1_read)
{
    s->guest_parts[BARE].mem[BARE_RAM].flags &= ~(uint64_t)JAILHOUSE_MEM_READ;
}
BREAKS(cel_1_nothing)
{
    s->guest[BARE].cpu_reset_address = 0x10000;
}
BREAKS(cel_1_link)
{
    s->guest[BARE].cpu_reset_address = 0x7faf2000;
}
HOLDS(cel_1)
{
    s->guest[BARE].cpu_reset_address = 0xfffc;
}

/* RAM of the Linux guest, with its loader in it. */
static struct model_memory *only_ram(struct sys *s, uint64_t virt_start)
{
    struct model_memory *ram = &s->guest_parts[LINUX].mem[LINUX_RAM];
    s->guest_parts[LINUX].mem[LINUX_LOADER] = (struct model_memory){0};
    s->guest[LINUX].cpu_reset_address = virt_start;
    ram->virt_start = virt_start;
    ram->size = AJ_MIB(16);
    return ram;
}

BREAKS(cel_2)
{
    only_ram(s, 0);
}
BREAKS(cel_2_reset)
{
    only_ram(s, 0x70000000);
}
HOLDS(cel_2)
{
    only_ram(s, 0);
    s->guest[LINUX].cpu_reset_address = 0x2008;
}
HOLDS(cel_2_bare)
{
    only_ram(s, 0x70000000);
    s->guest[LINUX].flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED;
}
HOLDS(cel_2_small)
{
    only_ram(s, 0)->size = AJ_MIB(2) - 0x1000;
}
BREAKS(cel_3)
{
    s->guest_parts[LINUX].mem[LINUX_LOADER].virt_start = 0x10000;
    s->guest[LINUX].cpu_reset_address = 0x10000;
}
HOLDS(cel_3)
{
    s->guest_parts[BARE].mem[BARE_RAM].virt_start = 0x10000;
    s->guest[BARE].cpu_reset_address = 0x10000;
}
BREAKS(cel_4)
{
    s->guest[BARE].console.address = 0x9010000;
}
HOLDS(cel_4)
{
    s->guest[BARE].console.address = 0x9010000;
    s->guest[BARE].console.type = JAILHOUSE_CON_TYPE_NONE;
}
BREAKS(cel_4_read_only)
{
    s->guest_parts[BARE].mem[BARE_UART].flags &= ~(uint64_t)JAILHOUSE_MEM_WRITE;
}
HOLDS(cel_4_type)
{
    s->guest[BARE].console.address = 0x9010000;
    s->guest[BARE].console.type = JAILHOUSE_CON_TYPE_SCIF + 1;
}
/* A trapped PL011 is served words only. */
static void trap_uart(struct sys *s, uint64_t widths)
{
    s->guest_parts[BARE].mem[BARE_UART].size = 0x100;
    s->guest_parts[BARE].mem[BARE_UART].flags |= widths;
}
BREAKS(cel_4_width)
{
    trap_uart(s, JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_16);
}
HOLDS(cel_4_width)
{
    trap_uart(s, JAILHOUSE_MEM_IO_32);
}
/* A SCIFA is served bytes and half words. */
BREAKS(cel_4_scifa)
{
    s->guest[BARE].console.type = JAILHOUSE_CON_TYPE_SCIFA;
    trap_uart(s, JAILHOUSE_MEM_IO_32);
}
HOLDS(cel_4_scifa)
{
    s->guest[BARE].console.type = JAILHOUSE_CON_TYPE_SCIFA;
    trap_uart(s, JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_16);
}
BREAKS(cel_4_virtual)
{
    s->guest[BARE].console.address = 0x9010000;
    s->guest[BARE].flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE;
}
BREAKS(cel_4_gate)
{
    s->guest[BARE].console.clock_reg = 0x9010000;
}
HOLDS(cel_4_gate)
{
    s->guest[BARE].console.clock_reg = 0x9000ffc;
}
BREAKS(cel_4_port)
{
    s->guest_parts[0].pio[0].base = 0x2e8;
    s->guest_parts[0].mem[X86_RAM].flags &= ~(uint64_t)JAILHOUSE_MEM_DMA;
}
HOLDS(cel_4_port)
{
    s->guest_parts[0].mem[X86_RAM].flags &= ~(uint64_t)JAILHOUSE_MEM_DMA;
}
BREAKS(cel_5)
{
    s->root.flags |= JAILHOUSE_CELL_AARCH32;
}
HOLDS(cel_5)
{
    s->guest[BARE].flags |= JAILHOUSE_CELL_AARCH32;
}

const struct rule_case cases_start[] = {
    CASE(cel_1, "cel-1", sys_arm64, cel_1),
    CASE(cel_1_write, "cel-1", sys_arm64, cel_1),
    CASE_ALSO(cel_1_read, "cel-1", sys_arm64, cel_1, "mem-16"),
    CASE(cel_1_nothing, "cel-1", sys_arm64, cel_1),
    CASE(cel_1_link, "cel-1", sys_arm64, cel_1),
    CASE(cel_2, "cel-2", sys_arm64, cel_2),
    CASE(cel_2_reset, "cel-2", sys_arm64, cel_2_bare),
    CASE(cel_2, "cel-2", sys_arm, cel_2_small),
    CASE(cel_3, "cel-3", sys_arm64, cel_3),
    CASE(cel_4, "cel-4", sys_arm64, cel_4),
    CASE(cel_4_read_only, "cel-4", sys_arm, cel_4_type),
    CASE_ALSO(cel_4_width, "cel-4", sys_arm64, cel_4_width, "*"),
    CASE_ALSO(cel_4_scifa, "cel-4", sys_arm64, cel_4_scifa, "*"),
    CASE(cel_4_virtual, "cel-4", sys_arm64, cel_4),
    CASE(cel_4_gate, "cel-4", sys_arm64, cel_4_gate),
    CASE(cel_4_port, "cel-4", sys_x86, cel_4_port),
    CASE(cel_5, "cel-5", sys_arm64, cel_5),
    {NULL, NULL, NULL, NULL, NULL},
};
