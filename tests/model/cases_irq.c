/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

static void grant(struct model_irqchip *chip, uint32_t intid)
{
    chip->pin_bitmap[(intid - chip->pin_base) / 32] |= UINT32_C(1)
                                                       << ((intid - chip->pin_base) % 32);
}

static struct model_irqchip *add_chip(struct sys *s, uint32_t pin_base)
{
    struct model_irqchip *chip = &s->guest_parts[BARE].chips[s->guest[BARE].irqchips_count++];
    *chip = (struct model_irqchip){.address = s->header.gicd_base, .pin_base = pin_base};
    return chip;
}

BREAKS(gic_1)
{
    s->header.gic_version = 4;
    s->without_board = true;
}
HOLDS(gic_1)
{
    s->header.gic_version = 2;
    s->without_board = true;
}
BREAKS(gic_3)
{
    s->header.gicr_base = 0;
    s->without_board = true;
}
HOLDS(gic_3)
{
    s->header.gicc_base = 0; /* no part of a GICv3 */
}
BREAKS(gic_3_v2)
{
    s->header.gicv_base = 0;
}
HOLDS(gic_3_v2)
{
    s->header.gicr_base = 0; /* no part of a GICv2 */
}
BREAKS(gic_6)
{
    s->header.maintenance_irq = 32;
    s->without_board = true;
}
HOLDS(gic_6)
{
    s->header.maintenance_irq = 27;
    s->without_board = true;
}
BREAKS(gic_6_timer)
{
    s->header.maintenance_irq = 30;
    s->without_board = true;
}
BREAKS(gic_7)
{
    struct model_irqchip *chip = add_chip(s, 32);
    chip->address = 0x8010000;
    grant(chip, 60);
}
HOLDS(gic_7)
{
    add_chip(s, 32)->address = 0; /* spare */
}
BREAKS(gic_8)
{
    grant(add_chip(s, 33), 60);
}
HOLDS(gic_8)
{
    grant(add_chip(s, 160), 200);
}
BREAKS(gic_8_last)
{
    grant(add_chip(s, 928), 940);
}
BREAKS(gic_10)
{
    s->guest_parts[BARE].chips[0] =
        (struct model_irqchip){.address = 0x8000000, .pin_base = 0, .pin_bitmap = {1 << 27}};
    s->guest[BARE].pci_devices_count = 0;
}
HOLDS(gic_10)
{
    s->guest_parts[BARE].chips[0] =
        (struct model_irqchip){.address = 0x8000000, .pin_base = 0, .pin_bitmap = {0, 1 << 28}};
    s->guest[BARE].pci_devices_count = 0;
}
BREAKS(gic_11)
{
    grant(&s->guest_parts[BARE].chips[0], 60);
    grant(&s->guest_parts[LINUX].chips[0], 60);
}
HOLDS(gic_11)
{
    grant(&s->guest_parts[BARE].chips[0], 60);
    grant(&s->guest_parts[LINUX].chips[0], 61);
}
BREAKS(gic_12)
{
    s->root_parts.chips[0].pin_bitmap[0] &= ~(UINT32_C(1) << 28);
    grant(&s->guest_parts[BARE].chips[0], 60);
}
HOLDS(gic_12)
{
    grant(&s->guest_parts[BARE].chips[0], 60);
}
BREAKS(gic_13)
{
    grant(add_chip(s, 64), 70);
}
HOLDS(gic_13)
{
    grant(add_chip(s, 160), 170);
}
BREAKS(ioa_1)
{
    s->root_parts.chips[0].pin_base = 24;
}
HOLDS(ioa_1)
{
    s->root_parts.chips[0].pin_base = 0;
}
BREAKS(ioa_2)
{
    s->root_parts.chips[0].pin_bitmap[3] = UINT32_C(1) << 24;
}
HOLDS(ioa_2)
{
    s->root_parts.chips[0].pin_bitmap[3] = UINT32_C(1) << 23;
}
BREAKS(ioa_3)
{
    s->guest[0].irqchips_count = 1;
    s->guest_parts[0].chips[0].id = 0xff01;
}
HOLDS(ioa_3)
{
    s->guest[0].irqchips_count = 1;
}

/* A second x86 guest that has nothing in common with the first. */
static void second_guest(struct sys *s)
{
    s->guest[0].irqchips_count = 1;
    struct model_cell *guest = sys_clone_guest(s, 0, "second", 3);
    guest->console.type = 0;
    guest->pio_regions_count = 0;
    s->guest_parts[1].mem[X86_RAM].phys_start -= 0x100000;
}

BREAKS(ioa_4)
{
    second_guest(s);
}
HOLDS(ioa_4)
{
    second_guest(s);
    s->guest_parts[1].chips[0].pin_bitmap[0] = 0x400;
}
BREAKS(ioa_6)
{
    static struct model_irqchip many[86];
    for (uint32_t i = 0; i < 86; i++)
        many[i] = (struct model_irqchip){.address = 0xfec00000 + i * 0x1000, .pin_bitmap = {1}};
    s->root.irqchips = many;
    s->root.irqchips_count = 86;
}
HOLDS(ioa_6)
{
    ioa_6_breaks(s);
    s->root.irqchips_count = 85;
}
BREAKS(vpi_1)
{
    s->guest[BARE].irqchips_count = 0;
}
HOLDS(vpi_1)
{
    s->guest[BARE].vpci_irq_base = 120;
    s->guest_parts[BARE].chips[0].pin_bitmap[3] = 1 << 24;
}
BREAKS(vpi_2)
{
    s->guest[BARE].vpci_irq_base = 96;
    s->guest_parts[BARE].chips[0].pin_bitmap[3] = 1;
}
HOLDS(vpi_2)
{
    s->guest[BARE].vpci_irq_base = 113;
    s->guest_parts[BARE].chips[0].pin_bitmap[3] = 1 << 17;
}
BREAKS(vpi_4)
{
    s->root.vpci_irq_base = 223;
}
HOLDS(vpi_4)
{
    s->root.vpci_irq_base = 222;
}
BREAKS(vpi_4_gic)
{
    s->without_board = true;
    s->root.vpci_irq_base = 988;
}
BREAKS(vpi_5)
{
    s->root_parts.chips[0].pin_bitmap[3] &= ~UINT32_C(3);
}
HOLDS(vpi_5)
{
    s->root_parts.chips[0].pin_bitmap[3] &= ~UINT32_C(4);
}
BREAKS(vpi_5_taken)
{
    grant(&s->guest_parts[BARE].chips[0], 128);
}
BREAKS(vpi_6)
{
    s->root_parts.pci[1].bdf = 4 << 3;
    s->guest_parts[LINUX].pci[1].bdf = 4 << 3;
}
HOLDS(vpi_6)
{
    s->root_parts.pci[1].bdf = 5 << 3;
    s->guest_parts[LINUX].pci[1].bdf = 5 << 3;
}
BREAKS(vpi_7)
{
    for (size_t i = 0; i < 2; i++) {
        struct model_pci_device *pci = i == 0 ? s->root_parts.pci : s->guest_parts[LINUX].pci;
        pci[1].num_msix_vectors = 2;
        pci[1].bar_mask[1] = 0xfffff000;
    }
}
HOLDS(vpi_7)
{
    s->header.pci_is_virtual = 0;
    vpi_7_breaks(s);
}

static void x86_link(struct sys *s)
{
    static struct model_memory mem[8];
    for (size_t i = 0; i < 3; i++)
        mem[i] = s->root_parts.mem[i];
    mem[3] = (struct model_memory){0x3f000000, 0x3f000000, 0x1000, JAILHOUSE_MEM_READ, NULL};
    mem[5] = (struct model_memory){0x3f001000, 0x3f001000, 0x1000, 3, NULL};
    mem[6] = (struct model_memory){0x3f002000, 0x3f002000, 0x1000, 1, NULL};
    s->root.mem_regions = mem;
    s->root.mem_regions_count = 7;
    s->root.pci_devices_count = 2;
    s->root_parts.pci[1] = (struct model_pci_device){.type = JAILHOUSE_PCI_TYPE_IVSHMEM,
                                                     .bdf = 0x70,
                                                     .bar_mask = {0xfffff000, 0xfffff000},
                                                     .shmem_regions_start = 3,
                                                     .shmem_peers = 2,
                                                     .num_msix_vectors = 2,
                                                     .shmem_protocol = JAILHOUSE_SHMEM_PROTO_VETH};
}

BREAKS(vpi_8)
{
    x86_link(s);
    s->root_parts.pci[1].num_msix_vectors = 0;
}
HOLDS(vpi_8)
{
    x86_link(s);
}

const struct rule_case cases_irq[] = {
    CASE(gic_1, "gic-1", sys_arm64, gic_1),
    CASE(gic_3, "gic-3", sys_arm64, gic_3),
    CASE(gic_3_v2, "gic-3", sys_arm, gic_3_v2),
    CASE(gic_6, "gic-6", sys_arm64, gic_6),
    CASE(gic_6_timer, "gic-6", sys_arm64, gic_6),
    CASE(gic_7, "gic-7", sys_arm64, gic_7),
    CASE(gic_8, "gic-8", sys_arm64, gic_8),
    CASE(gic_8_last, "gic-8", sys_arm64, gic_8),
    CASE(gic_10, "gic-10", sys_arm64, gic_10),
    CASE(gic_11, "gic-11", sys_arm64, gic_11),
    CASE(gic_12, "gic-12", sys_arm64, gic_12),
    CASE(gic_13, "gic-13", sys_arm64, gic_13),
    CASE(ioa_1, "ioa-1", sys_x86, ioa_1),
    CASE(ioa_2, "ioa-2", sys_x86, ioa_2),
    CASE(ioa_3, "ioa-3", sys_x86, ioa_3),
    CASE(ioa_4, "ioa-4", sys_x86, ioa_4),
    CASE(ioa_6, "ioa-6", sys_x86, ioa_6),
    CASE(vpi_1, "vpi-1", sys_arm64, vpi_1),
    CASE(vpi_2, "vpi-2", sys_arm64, vpi_2),
    CASE(vpi_4, "vpi-4", sys_arm64, vpi_4),
    CASE(vpi_4_gic, "vpi-4", sys_arm64, vpi_4),
    CASE(vpi_5, "vpi-5", sys_arm64, vpi_5),
    CASE(vpi_5_taken, "vpi-5", sys_arm64, vpi_5),
    CASE(vpi_6, "vpi-6", sys_arm64, vpi_6),
    CASE(vpi_7, "vpi-7", sys_arm64, vpi_7),
    CASE(vpi_8, "vpi-8", sys_x86, vpi_8),
    {NULL, NULL, NULL, NULL, NULL},
};
