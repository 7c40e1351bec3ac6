/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

#define R      JAILHOUSE_MEM_READ
#define W      JAILHOUSE_MEM_WRITE
#define IO     JAILHOUSE_MEM_IO
#define SHARED JAILHOUSE_MEM_ROOTSHARED

static struct model_memory *extra(struct sys *s, uint64_t phys, uint64_t virt, uint64_t size,
                                  uint64_t flags)
{
    struct model_memory *mem = &s->guest_parts[BARE].mem[s->guest[BARE].mem_regions_count++];
    *mem = (struct model_memory){phys, virt, size, flags, NULL};
    return mem;
}

static struct model_memory *extra_root(struct sys *s, uint64_t start, uint64_t size, uint64_t flags)
{
    struct model_memory *mem = &s->root_parts.mem[s->root.mem_regions_count++];
    *mem = (struct model_memory){start, start, size, flags, NULL};
    return mem;
}

BREAKS(mem_3)
{
    extra(s, 0x9010000, 0xf000, 0x1000, R | W | IO | SHARED);
}
BREAKS(mem_3_narrower)
{
    extra(s, 0x9000000, 0x9000000, 0x1000, R | IO | SHARED);
}
BREAKS(mem_3_owner)
{
    extra(s, 0x9000000, 0x9000000, 0x1000, R | W | IO);
}
BREAKS(mem_22)
{
    extra(s, 0x9000000, 0x9000000, 0x1000, R | W | IO | SHARED);
}
HOLDS(mem_22)
{
    extra(s, 0x9001000, 0x9001000, 0x1000, R | W | IO | SHARED);
}
HOLDS(mem_3)
{
    extra(s, 0x9010000, 0x10000, 0x1000, R | W | IO | SHARED);
}
BREAKS(mem_4)
{
    extra(s, 0x9000000, 0x9100000, 0x1000, R | W | IO | SHARED);
}
HOLDS(mem_4)
{
    extra(s, 0x9001000, 0x9100000, 0x1000, R | W | IO | SHARED);
}
BREAKS(mem_6)
{
    extra(s, 0x77fff000, 0x10000, 0x1000, R | W);
}
HOLDS(mem_6)
{
    extra(s, 0x78000000, 0x10000, 0x1000, R | W);
}
BREAKS(mem_6_one_shares)
{
    extra(s, 0x77fff000, 0x10000, 0x1000, R | SHARED);
}
BREAKS(mem_8)
{
    extra(s, 0x5000000, 0x5000000, 0x1000, R | W | IO);
}
HOLDS(mem_8)
{
    extra(s, 0x5000000, 0x5000000, 0x1000, R | W | IO | SHARED);
}
BREAKS(mem_9)
{
    s->guest_parts[BARE].mem[BARE_RAM].phys_start = 0xc0000000;
    s->without_board = true;
}
HOLDS(mem_9)
{
    s->guest_parts[BARE].mem[BARE_RAM].phys_start = 0xc0000000;
    s->without_board = true;
    extra_root(s, 0xc0000000, 0x8000, R | W);
    extra_root(s, 0xc0008000, 0x8000, R | W);
}
BREAKS(mem_9_readonly)
{
    s->guest_parts[BARE].mem[BARE_RAM].phys_start = 0xc0000000;
    s->without_board = true;
    extra_root(s, 0xc0000000, 0x10000, R);
}
BREAKS(mem_12)
{
    extra_root(s, 0x800f000, 0x1000, R | W | IO);
}
HOLDS(mem_12)
{
    extra_root(s, 0x8010000, 0x1000, R | W | IO);
}
BREAKS(mem_12_last_frame)
{
    extra_root(s, 0x80a0000 + 0x7f000, 0x1000, R | W | IO);
}
BREAKS(mem_12_virtual)
{
    extra(s, 0x9010000, 0x8000000, 0x1000, R | W | IO | SHARED);
}
BREAKS(mem_12_gicv)
{
    extra_root(s, 0x8041000, 0x1000, R | W | IO);
}
HOLDS(mem_12_gicv)
{
    extra_root(s, 0x8042000, 0x1000, R | W | IO);
}
BREAKS(mem_12_ioapic)
{
    extra_root(s, 0xfec00000, 0x1000, R | W);
}
BREAKS(sub_5)
{
    struct model_memory *mem =
        extra(s, 0x9030000, 0x9030000, 0x40, R | W | IO | JAILHOUSE_MEM_IO_32);
    mem->flags |= JAILHOUSE_MEM_IO_8;
}
HOLDS(sub_5)
{
    s->root_parts.mem[ROOT_MMIO].size = 0x30000;
    extra_root(s, 0x9030000, 0x40, R | W | IO | JAILHOUSE_MEM_IO_32);
    extra(s, 0x9030000, 0x9030000, 0x40, R | W | IO | JAILHOUSE_MEM_IO_32);
}
BREAKS(sub_6)
{
    s->root_parts.mem[ROOT_MMIO].size = 0x30000;
    extra_root(s, 0x9030000, 0x80, R | W | IO | JAILHOUSE_MEM_IO_32);
    extra(s, 0x9030040, 0x9030040, 0x40, R | W | IO | JAILHOUSE_MEM_IO_32);
}
HOLDS(sub_6)
{
    s->root_parts.mem[ROOT_MMIO].size = 0x30000;
    extra_root(s, 0x9030000, 0x40, R | W | IO | JAILHOUSE_MEM_IO_32);
    extra_root(s, 0x9030040, 0x40, R | W | IO | JAILHOUSE_MEM_IO_32);
    extra(s, 0x9030040, 0x9030040, 0x40, R | W | IO | JAILHOUSE_MEM_IO_32);
}
BREAKS(com_5)
{
    extra(s, 0x9010000, 0x80000000, 0x1000, R | W | IO | SHARED);
}
HOLDS(com_5)
{
    extra(s, 0x9010000, 0x80001000, 0x1000, R | W | IO | SHARED);
}
BREAKS(pci_2)
{
    extra(s, 0x9010000, 0x70ff000, 0x1000, R | W | IO | SHARED);
}
HOLDS(pci_2)
{
    extra(s, 0x9010000, 0x7100000, 0x1000, R | W | IO | SHARED);
}
BREAKS(pci_2_unaligned)
{
    s->header.pci_mmconfig_base = 0x7080000;
}
BREAKS(pci_4)
{
    extra_root(s, 0x7103000, 0x1000, R | W | IO);
}
HOLDS(pci_4)
{
    extra_root(s, 0x7104000, 0x1000, R | W | IO);
}
BREAKS(iom_3)
{
    s->header.iommu_units[0] =
        (struct model_iommu){.type = JAILHOUSE_IOMMU_SMMUV3, .base = 0x9050000, .size = 0x20000};
    s->without_board = true;
}
HOLDS(iom_3)
{
    s->header.iommu_units[0] =
        (struct model_iommu){.type = JAILHOUSE_IOMMU_SMMUV3, .base = 0x8fe0000, .size = 0x20000};
}
BREAKS(x86_9)
{
    extra_root(s, 0xfee00000, 0x1000, R | W);
}
HOLDS(x86_9)
{
    extra_root(s, 0xfee01000, 0x1000, R | W);
}
BREAKS(dev_12)
{
    s->root_parts.pci[0].msix_address = 0xfebc0000;
}
HOLDS(dev_12)
{
    s->root_parts.pci[0].msix_address = 0xfebbf000;
}

const struct rule_case cases_overlap[] = {
    CASE(mem_3, "mem-3", sys_arm64, mem_3),
    CASE(mem_3_narrower, "mem-3", sys_arm64, mem_22),
    CASE_ALSO(mem_3_owner, "mem-3", sys_arm64, mem_22, "*"),
    CASE(mem_22, "mem-22", sys_arm64, mem_22),
    CASE(mem_4, "mem-4", sys_arm64, mem_4),
    CASE(mem_6, "mem-6", sys_arm64, mem_6),
    CASE(mem_6_one_shares, "mem-6", sys_arm64, mem_6),
    CASE(mem_8, "mem-8", sys_arm64, mem_8),
    CASE(mem_9, "mem-9", sys_arm64, mem_9),
    CASE(mem_9_readonly, "mem-9", sys_arm64, mem_9),
    CASE(mem_12, "mem-12", sys_arm64, mem_12),
    CASE(mem_12_last_frame, "mem-12", sys_arm64, mem_12),
    CASE(mem_12_virtual, "mem-12", sys_arm64, mem_12),
    CASE(mem_12_gicv, "mem-12", sys_arm, mem_12_gicv),
    CASE(mem_12_ioapic, "mem-12", sys_x86, mem_12),
    CASE(sub_5, "sub-5", sys_arm64, sub_5),
    CASE(sub_6, "sub-6", sys_arm64, sub_6),
    CASE(com_5, "com-5", sys_arm64, com_5),
    CASE(pci_2, "pci-2", sys_arm64, pci_2),
    CASE(pci_2_unaligned, "pci-2", sys_arm64, pci_2),
    CASE(pci_4, "pci-4", sys_arm64, pci_4),
    CASE_ALSO(iom_3, "iom-3", sys_arm64, iom_3, "iom-12"),
    CASE(x86_9, "x86-9", sys_x86, x86_9),
    CASE(dev_12, "dev-12", sys_x86, dev_12),
    {NULL, NULL, NULL, NULL, NULL},
};
