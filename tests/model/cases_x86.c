/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

BREAKS(ioa_5)
{
    s->lines[0] = (struct model_interrupt){9, 8};
    s->devices[0] =
        (struct model_device){.name = "sci", .interrupts = s->lines, .interrupts_count = 1};
    s->board.devices_count = 1;
    s->guest[0].irqchips_count = 1;
}
HOLDS(ioa_5)
{
    ioa_5_breaks(s);
    s->lines[0].flags = 1;
}

/* The guest looks like one for Linux. */
static void for_linux(struct sys *s)
{
    s->guest_parts[0].mem[X86_COUNT] =
        (struct model_memory){0x3c000000, 0x200000, 0x2000000, 0x4f, NULL};
    s->guest[0].mem_regions_count++;
}
BREAKS(ioa_7)
{
    for_linux(s);
    s->guest[0].irqchips_count = 1;
    s->guest_parts[0].chips[0].address = 0xfec01000;
}
HOLDS(ioa_7)
{
    for_linux(s);
    s->guest[0].irqchips_count = 1;
}
BREAKS(ioa_8)
{
    s->header.vtd_interrupt_limit = 23;
}
HOLDS(ioa_8)
{
    s->header.vtd_interrupt_limit = 24;
    s->root.pci_devices_count = 0;
}
BREAKS(dev_16)
{
    s->header.vtd_interrupt_limit = 28;
}
HOLDS(dev_16)
{
    s->header.vtd_interrupt_limit = 29;
}
BREAKS(x86_2)
{
    s->header.iommu_units[0].size = 0x5000;
}
HOLDS(x86_2)
{
    s->header.iommu_units[0].size = 0x4000;
}
BREAKS(x86_2_empty)
{
    s->header.iommu_units[0].size = 0;
}
BREAKS(x86_3)
{
    s->board.kernel.cmdline = "quiet intel_iommu=on";
}
HOLDS(x86_3)
{
    s->board.kernel.cmdline = "quiet intel_iommu=off";
}
BREAKS(x86_4)
{
    s->header.vtd_interrupt_limit = 32769;
}
HOLDS(x86_4)
{
    s->header.vtd_interrupt_limit = 32768;
}
static void amd(struct sys *s)
{
    s->iommu.type = "amd";
    s->header.iommu_units[0] = (struct model_iommu){
        .type = JAILHOUSE_IOMMU_AMD, .base = 0xfed90000, .size = 0x4000, .tlb_base = 0x400002};
}
BREAKS(x86_5)
{
    amd(s);
    s->header.iommu_units[0].size = 0x3000;
}
HOLDS(x86_5)
{
    amd(s);
}
BREAKS(x86_5_nowhere)
{
    amd(s);
    s->header.iommu_units[0].tlb_base = 2;
}
BREAKS(x86_5_qemu)
{
    amd(s);
    s->board.board.vendor = "QEMU";
}
BREAKS(x86_6)
{
    s->guest_parts[0].mem[X86_COUNT] =
        (struct model_memory){0xfed90000, 0xfed90000, 0x1000, 3, NULL};
    s->guest[0].mem_regions_count++;
}
HOLDS(x86_6)
{
    x86_6_breaks(s);
    s->guest_parts[0].mem[X86_COUNT].phys_start = 0xfed91000;
    s->guest_parts[0].mem[X86_COUNT].virt_start = 0xfed91000;
}
BREAKS(x86_7)
{
    s->header.apic_mode = 3;
}
HOLDS(x86_7)
{
    s->header.apic_mode = 2;
    s->x86.apic_mode = 2;
}
BREAKS(x86_7_board)
{
    s->header.apic_mode = 2;
    s->x86.apic_mode = 1;
}
/* As many CPUs as `count`, on the board too. */
static void cpus(struct sys *s, uint32_t count)
{
    s->without_board = true;
    for (uint32_t i = 0; i < count; i++)
        aj_cpuset_add(&s->root.cpus, i);
}
BREAKS(x86_8)
{
    cpus(s, 9);
    s->header.apic_mode = 1;
}
HOLDS(x86_8)
{
    cpus(s, 8);
    s->header.apic_mode = 1;
}
BREAKS(x86_10)
{
    s->header.pm_timer_address = 0x808;
}
HOLDS(x86_10)
{
    s->header.pm_timer_address = 0;
}
BREAKS(x86_11)
{
    s->header.tsc_khz = 2400000;
    s->x86.tsc_khz = 2500000;
}
HOLDS(x86_11)
{
    s->x86.tsc_khz = 2500000;
}
BREAKS(x86_14)
{
    s->guest_parts[0].pio[1] = (struct model_pio){0x60, 5};
    s->guest[0].pio_regions_count = 2;
}
HOLDS(x86_14)
{
    s->guest_parts[0].pio[1] = (struct model_pio){0x60, 4};
    s->guest[0].pio_regions_count = 2;
}
BREAKS(x86_15)
{
    s->ports.length = 9;
}
HOLDS(x86_15)
{
    s->ports.length = 9;
    s->ports.root = false;
}
BREAKS(x86_16)
{
    for_linux(s);
    s->guest[0].cpu_reset_address = 0x1000;
}
HOLDS(x86_16)
{
    s->guest[0].cpu_reset_address = 0x1000;
}
BREAKS(x86_17)
{
    s->guest[0].flags |= JAILHOUSE_CELL_TEST_DEVICE;
    s->guest[0].mem_regions_count = X86_COMM;
}
HOLDS(x86_17)
{
    s->guest[0].flags |= JAILHOUSE_CELL_TEST_DEVICE;
}
BREAKS(x86_17_covered)
{
    s->guest[0].flags |= JAILHOUSE_CELL_TEST_DEVICE;
    s->guest_parts[0].mem[X86_COUNT] =
        (struct model_memory){0x3eb00000, 0x101000, 0x1000, 0x7, NULL};
    s->guest[0].mem_regions_count++;
}
BREAKS(x86_18)
{
    for (size_t i = 0; i < 4; i++)
        s->cpus[i].core = i == 3 ? 2 : (uint32_t)i;
    s->cpus[3].thread = 1;
}
HOLDS(x86_18)
{
    x86_18_breaks(s);
    aj_cpuset_add(&s->guest[0].cpus, 3);
}

const struct rule_case cases_x86[] = {
    CASE(ioa_5, "ioa-5", sys_x86, ioa_5),
    CASE(ioa_7, "ioa-7", sys_x86, ioa_7),
    CASE(ioa_8, "ioa-8", sys_x86, ioa_8),
    CASE(dev_16, "dev-16", sys_x86, dev_16),
    CASE(x86_2, "x86-2", sys_x86, x86_2),
    CASE(x86_2_empty, "x86-2", sys_x86, x86_2),
    CASE(x86_3, "x86-3", sys_x86, x86_3),
    CASE(x86_4, "x86-4", sys_x86, x86_4),
    CASE(x86_5, "x86-5", sys_x86, x86_5),
    CASE(x86_5_nowhere, "x86-5", sys_x86, x86_5),
    CASE(x86_5_qemu, "x86-5", sys_x86, x86_5),
    CASE_ALSO(x86_6, "x86-6", sys_x86, x86_6, "mem-8"),
    CASE(x86_7, "x86-7", sys_x86, x86_7),
    CASE(x86_7_board, "x86-7", sys_x86, x86_7),
    CASE(x86_8, "x86-8", sys_x86, x86_8),
    CASE(x86_10, "x86-10", sys_x86, x86_10),
    CASE(x86_11, "x86-11", sys_x86, x86_11),
    CASE(x86_14, "x86-14", sys_x86, x86_14),
    CASE(x86_15, "x86-15", sys_x86, x86_15),
    CASE(x86_16, "x86-16", sys_x86, x86_16),
    CASE(x86_17, "x86-17", sys_x86, x86_17),
    CASE_ALSO(x86_17_covered, "x86-17", sys_x86, x86_17, "mem-8"),
    CASE(x86_18, "x86-18", sys_x86, x86_18),
    {NULL, NULL, NULL, NULL, NULL},
};
