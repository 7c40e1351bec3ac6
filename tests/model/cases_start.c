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

const struct rule_case cases_start[] = {
    CASE(cel_1, "cel-1", sys_arm64, cel_1),
    CASE(cel_1_write, "cel-1", sys_arm64, cel_1),
    CASE(cel_1_nothing, "cel-1", sys_arm64, cel_1),
    CASE(cel_1_link, "cel-1", sys_arm64, cel_1),
    CASE(cel_2, "cel-2", sys_arm64, cel_2),
    CASE(cel_2_reset, "cel-2", sys_arm64, cel_2_bare),
    CASE(cel_2, "cel-2", sys_arm, cel_2_small),
    CASE(cel_3, "cel-3", sys_arm64, cel_3),
    {NULL, NULL, NULL, NULL, NULL},
};
