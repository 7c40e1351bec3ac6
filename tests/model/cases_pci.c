/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/model/systems.h"

BREAKS(pci_1)
{
    s->header.pci_mmconfig_base = 0;
}
HOLDS(pci_1)
{
    s->header.pci_mmconfig_base = 0;
    s->system.cells_count = 0;
    s->root.pci_devices_count = 0;
}
BREAKS(pci_3)
{
    s->header.pci_mmconfig_end_bus = 1;
}
HOLDS(pci_3)
{
    s->header.pci_is_virtual = 0;
    s->header.pci_mmconfig_end_bus = 1;
}
BREAKS(pci_6)
{
    s->host.domain = 1;
}
HOLDS(pci_6)
{
    s->host.domain = UINT16_MAX;
    s->header.pci_domain = UINT16_MAX;
}
BREAKS(pci_7)
{
    s->root_parts.pci[1].domain = 0;
}
HOLDS(pci_7)
{
    s->root_parts.pci[1].domain = 0;
    s->header.pci_domain = UINT16_MAX;
}
BREAKS(dev_1)
{
    s->root.pci_devices_count = 3;
    s->root_parts.pci[2].bdf = 8 << 3;
}
HOLDS(dev_1)
{
    s->root.pci_devices_count = 3;
    s->root_parts.pci[2].bdf = 8 << 3;
    s->root_parts.pci[2].type = JAILHOUSE_PCI_TYPE_BRIDGE;
}
BREAKS(dev_2)
{
    s->root_parts.pci[1] = s->root_parts.pci[0];
    s->root.pci_devices_count = 2;
}
HOLDS(dev_2)
{
    dev_2_breaks(s);
    s->root_parts.pci[1].bdf = 0x18;
}

static void take_device(struct sys *s)
{
    s->guest_parts[0].pci[0] = s->root_parts.pci[0];
    s->guest_parts[0].caps[0] = s->root_parts.caps[0];
    s->guest_parts[0].mem[X86_RAM].flags |= JAILHOUSE_MEM_DMA;
    s->guest[0].pci_devices_count = 1;
    s->guest[0].pci_caps_count = 1;
}

BREAKS(dev_3)
{
    take_device(s);
    struct model_cell *second = sys_clone_guest(s, 0, "second", 3);
    second->pio_regions_count = 0;
    second->console.type = 0;
    s->guest_parts[1].mem[X86_RAM].phys_start -= 0x100000;
}
HOLDS(dev_3)
{
    take_device(s);
}
BREAKS(dev_4)
{
    take_device(s);
    s->guest_parts[0].pci[0].bdf = 0x18;
}
HOLDS(dev_4)
{
    take_device(s);
}
BREAKS(dev_7)
{
    s->root_parts.pci[0].caps_start = 1;
}
HOLDS(dev_7)
{
    s->root_parts.pci[0].caps_start = 1;
    s->root_parts.pci[0].num_caps = 0;
}
BREAKS(dev_10)
{
    s->root_parts.pci[0].msix_address = 0;
}
HOLDS(dev_10)
{
    s->root_parts.pci[0].msix_address = 0;
    s->root_parts.pci[0].num_msix_vectors = 0;
    s->root_parts.pci[0].num_caps = 0;
}
BREAKS(iom_1)
{
    s->header.iommu_units[2] = s->header.iommu_units[0];
}
HOLDS(iom_1)
{
    s->header.iommu_units[1] = s->header.iommu_units[0];
}
BREAKS(iom_2)
{
    s->header.iommu_units[0].type = JAILHOUSE_IOMMU_AMD;
}
HOLDS(iom_2)
{
    s->header.iommu_units[0].type = JAILHOUSE_IOMMU_AMD;
    s->iommu.type = "amd";
}
BREAKS(iom_2_arch)
{
    s->header.iommu_units[0].type = JAILHOUSE_IOMMU_SMMUV3;
}
BREAKS(iom_11)
{
    s->guest[BARE].stream_ids_count = 1;
    s->guest_parts[BARE].streams[0] = 0x870;
    s->guest[LINUX].stream_ids_count = 2;
    s->guest_parts[LINUX].streams[1] = 0x870;
}
HOLDS(iom_11)
{
    s->root.stream_ids_count = 1;
    s->root_parts.streams[0] = 0x870;
    s->guest[LINUX].stream_ids_count = 1;
    s->guest_parts[LINUX].streams[0] = 0x870;
}
BREAKS(con_1)
{
    s->header.debug_console.size = 0;
}
HOLDS(con_1)
{
    s->header.debug_console.size = 0;
    s->header.debug_console.type = JAILHOUSE_CON_TYPE_NONE;
}
BREAKS(con_2)
{
    s->header.debug_console.size = 0x200001;
}
HOLDS(con_2)
{
    s->header.debug_console.size = 0x200000;
}
BREAKS(con_3)
{
    s->header.debug_console.flags = 0;
}
HOLDS(con_3)
{
    s->header.debug_console.flags = JAILHOUSE_CON_ACCESS_MMIO;
}
BREAKS(con_4)
{
    s->header.debug_console.type = JAILHOUSE_CON_TYPE_EFIFB;
    s->without_board = true;
}
HOLDS(con_4)
{
    s->header.debug_console.type = JAILHOUSE_CON_TYPE_SCIF;
}
BREAKS(con_5)
{
    s->header.debug_console.clock_reg = 0x1c2006c;
    s->header.debug_console.gate_nr = 32;
}
HOLDS(con_5)
{
    s->header.debug_console.clock_reg = 0x1c2006c;
    s->header.debug_console.gate_nr = 31;
}
BREAKS(con_7)
{
    s->guest[LINUX].console.address = 0x9010000;
}
HOLDS(con_7)
{
    s->guest[LINUX].console.address = 0x9000ffc;
}
BREAKS(x86_1)
{
    s->header.iommu_units[0].base = 0;
}
HOLDS(x86_1)
{
    s->header.iommu_units[0].size = 0x2000;
}
BREAKS(x86_12)
{
    s->root_parts.pio[0] = (struct model_pio){0xfff8, 9};
}
HOLDS(x86_12)
{
    s->root_parts.pio[0] = (struct model_pio){0xfff8, 8};
}
BREAKS(x86_13)
{
    struct model_cell *second = sys_clone_guest(s, 0, "second", 3);
    second->console.type = 0;
    s->guest_parts[1].mem[X86_RAM].phys_start -= 0x100000;
    s->guest_parts[1].pio[0] = (struct model_pio){0x2ff, 1};
}
HOLDS(x86_13)
{
    x86_13_breaks(s);
    s->guest_parts[1].pio[0] = (struct model_pio){0x300, 1};
}
BREAKS(x86_13_console)
{
    s->guest[0].console.address = 0x3f8;
    s->guest_parts[0].pio[0].base = 0x3f8;
}
BREAKS(cat_1)
{
    s->guest[0].cache_regions_count = 1;
    s->guest_parts[0].caches[0] = (struct model_cache_region){.start = 0, .size = 2, .type = 1};
}
HOLDS(cat_1)
{
    s->guest[0].cache_regions_count = 1;
    s->guest_parts[0].caches[0] = (struct model_cache_region){.start = 0, .size = 2, .type = 3};
}

const struct rule_case cases_pci[] = {
    CASE(pci_1, "pci-1", sys_arm64, pci_1),
    CASE(pci_3, "pci-3", sys_arm64, pci_3),
    CASE(pci_6, "pci-6", sys_arm64, pci_6),
    CASE(pci_7, "pci-7", sys_arm64, pci_7),
    CASE(dev_1, "dev-1", sys_arm64, dev_1),
    CASE(dev_2, "dev-2", sys_x86, dev_2),
    CASE(dev_3, "dev-3", sys_x86, dev_3),
    CASE(dev_4, "dev-4", sys_x86, dev_4),
    CASE(dev_7, "dev-7", sys_x86, dev_7),
    CASE(dev_10, "dev-10", sys_x86, dev_10),
    CASE(iom_1, "iom-1", sys_x86, iom_1),
    CASE_ALSO(iom_2, "iom-2", sys_x86, iom_2, "x86-5"),
    CASE(iom_2_arch, "iom-2", sys_x86, iom_2),
    CASE(iom_11, "iom-11", sys_arm64, iom_11),
    CASE(con_1, "con-1", sys_arm64, con_1),
    CASE(con_2, "con-2", sys_arm64, con_2),
    CASE(con_3, "con-3", sys_arm64, con_3),
    CASE(con_4, "con-4", sys_arm64, con_4),
    CASE_ALSO(con_5, "con-5", sys_arm64, con_5, "brd-2"),
    CASE(con_7, "con-7", sys_arm64, con_7),
    CASE(x86_1, "x86-1", sys_x86, x86_1),
    CASE(x86_12, "x86-12", sys_x86, x86_12),
    CASE(x86_13, "x86-13", sys_x86, x86_13),
    CASE_ALSO(x86_13_console, "x86-13", sys_x86, x86_13, "con-6"),
    CASE(cat_1, "cat-1", sys_x86, cat_1),
    {NULL, NULL, NULL, NULL, NULL},
};
