/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

BREAKS(cpu_1)
{
    s->root.cpus = (struct aj_cpuset){{0}};
    s->system.cells_count = 0;
}
HOLDS(cpu_1)
{
    s->root.cpus = (struct aj_cpuset){{1}};
    s->system.cells_count = 0;
}
BREAKS(cpu_2)
{
    aj_cpuset_add(&s->root.cpus, 4);
}
HOLDS(cpu_2)
{
    /* Guests have taken their CPUs offline. */
    s->board.jailhouse.running = true;
    s->cpus[1].online = false;
}
BREAKS(cpu_2_below)
{
    s->system.cells_count = 0;
    s->root.cpus = (struct aj_cpuset){{0xb}};
}
BREAKS(cpu_3)
{
    s->root.cpus = (struct aj_cpuset){{0x7}};
    s->guest[LINUX].cpus = (struct aj_cpuset){{0x4}};
}
HOLDS(cpu_3)
{
    s->root.cpus = (struct aj_cpuset){{0x7}};
    s->guest[LINUX].cpus = (struct aj_cpuset){{0x4}};
    s->cpus[3].online = false;
}
BREAKS(cpu_4)
{
    s->guest[BARE].cpus = (struct aj_cpuset){{0x10}};
}
HOLDS(cpu_4)
{
    s->system.cells_count = 1;
    s->guest[BARE].cpus = (struct aj_cpuset){{0x8}};
}
BREAKS(cpu_5)
{
    s->guest[BARE].cpus = (struct aj_cpuset){{0x4}};
}
HOLDS(cpu_5)
{
    s->guest[LINUX].cpus = (struct aj_cpuset){{0x8}};
    s->guest[BARE].cpus = (struct aj_cpuset){{0x4}};
}
BREAKS(cpu_6)
{
    s->guest[0].cpus = (struct aj_cpuset){{0x1}};
}
HOLDS(cpu_6)
{
    s->guest[0].cpus = (struct aj_cpuset){{0xe}};
}
BREAKS(cpu_7)
{
    s->guest[BARE].cpus = (struct aj_cpuset){{0}};
}
HOLDS(cpu_7)
{
    s->guest[LINUX].cpus = (struct aj_cpuset){{0x8}};
    s->guest[BARE].cpus = (struct aj_cpuset){{0x6}};
}
BREAKS(cpu_8)
{
    s->guest[BARE].cpus = (struct aj_cpuset){{0x1}};
}
HOLDS(cpu_8)
{
    s->guest[BARE].cpus = (struct aj_cpuset){{0x2}};
}
BREAKS(cpu_9)
{
    s->guest[BARE].cpu_set_size = 4;
}
HOLDS(cpu_9)
{
    s->guest[BARE].cpu_set_size = 4096;
}
BREAKS(cpu_11)
{
    aj_cpuset_add(&s->root.cpus, 8);
    s->without_board = true;
}
HOLDS(cpu_11)
{
    aj_cpuset_add(&s->root.cpus, 7);
    s->without_board = true;
}

const struct rule_case cases_cpu[] = {
    CASE(cpu_1, "cpu-1", sys_arm64, cpu_1),       CASE(cpu_2, "cpu-2", sys_arm64, cpu_2),
    CASE(cpu_2_below, "cpu-2", sys_arm64, cpu_2), CASE(cpu_3, "cpu-3", sys_arm64, cpu_3),
    CASE(cpu_4, "cpu-4", sys_arm64, cpu_4),       CASE(cpu_5, "cpu-5", sys_arm64, cpu_5),
    CASE(cpu_6, "cpu-6", sys_x86, cpu_6),         CASE(cpu_7, "cpu-7", sys_arm64, cpu_7),
    CASE(cpu_8, "cpu-8", sys_arm64, cpu_8),       CASE(cpu_9, "cpu-9", sys_arm64, cpu_9),
    CASE(cpu_11, "cpu-11", sys_arm, cpu_11),      {NULL, NULL, NULL, NULL, NULL},
};
