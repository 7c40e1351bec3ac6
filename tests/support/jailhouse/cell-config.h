/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The format of Jailhouse configurations in C, for tests alone: emitted C is compiled against it and
 * the bytes are compared with those that emit/ writes itself. Written from the documented offsets,
 * independent of the tables in emit/layout.c. JAILHOUSE_TEST_REVISION chooses revision 13 or 14.
 */
#ifndef TESTS_SUPPORT_JAILHOUSE_CELL_CONFIG_H
#define TESTS_SUPPORT_JAILHOUSE_CELL_CONFIG_H

#include "tests/support/jailhouse/types.h"

#ifndef JAILHOUSE_TEST_REVISION
#    define JAILHOUSE_TEST_REVISION 14
#endif
#define JAILHOUSE_CONFIG_REVISION JAILHOUSE_TEST_REVISION

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define PACKED            __attribute__((packed))

/* The first eight bytes of every file. */
#if JAILHOUSE_CONFIG_REVISION == 13
#    define JAILHOUSE_SYSTEM_SIGNATURE    "JHSYST"
#    define JAILHOUSE_CELL_DESC_SIGNATURE "JHCELL"
#    define IDENTIFICATION \
        char signature[6]; \
        __u16 revision
#else
#    define JAILHOUSE_SYSTEM_SIGNATURE    "JHSYS"
#    define JAILHOUSE_CELL_DESC_SIGNATURE "JHCLL"
#    define JAILHOUSE_X86                 0
#    define JAILHOUSE_ARM                 1
#    define JAILHOUSE_ARM64               2
#    define IDENTIFICATION \
        char signature[5]; \
        __u8 architecture; \
        __u16 revision
#endif

/* jailhouse_memory.flags */
#define JAILHOUSE_MEM_READ         0x1
#define JAILHOUSE_MEM_WRITE        0x2
#define JAILHOUSE_MEM_EXECUTE      0x4
#define JAILHOUSE_MEM_DMA          0x8
#define JAILHOUSE_MEM_IO           0x10
#define JAILHOUSE_MEM_COMM_REGION  0x20
#define JAILHOUSE_MEM_LOADABLE     0x40
#define JAILHOUSE_MEM_ROOTSHARED   0x80
#define JAILHOUSE_MEM_NO_HUGEPAGES 0x100
#define JAILHOUSE_MEM_IO_UNALIGNED 0x8000
#define JAILHOUSE_MEM_IO_8         0x10000
#define JAILHOUSE_MEM_IO_16        0x20000
#define JAILHOUSE_MEM_IO_32        0x40000
#define JAILHOUSE_MEM_IO_64        0x80000

/* jailhouse_cell_desc.flags */
#define JAILHOUSE_CELL_PASSIVE_COMMREG           0x1
#define JAILHOUSE_CELL_TEST_DEVICE               0x2
#define JAILHOUSE_CELL_AARCH32                   0x4
#define JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED 0x40000000
#define JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE    0x80000000

/* jailhouse_system.flags */
#define JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE 0x1

/* jailhouse_console.type */
#define JAILHOUSE_CON_TYPE_NONE       0
#define JAILHOUSE_CON_TYPE_EFIFB      1
#define JAILHOUSE_CON_TYPE_8250       2
#define JAILHOUSE_CON_TYPE_PL011      3
#define JAILHOUSE_CON_TYPE_XUARTPS    4
#define JAILHOUSE_CON_TYPE_MVEBU      5
#define JAILHOUSE_CON_TYPE_HSCIF      6
#define JAILHOUSE_CON_TYPE_SCIFA      7
#define JAILHOUSE_CON_TYPE_IMX        8
#define JAILHOUSE_CON_TYPE_IMX_LPUART 9
#define JAILHOUSE_CON_TYPE_SCIF       10

/* jailhouse_console.flags */
#define JAILHOUSE_CON_ACCESS_MMIO   0x1
#define JAILHOUSE_CON_REGDIST_4     0x2
#define JAILHOUSE_CON_FB_1920x1080  0x4
#define JAILHOUSE_CON_INVERTED_GATE 0x1000
#define JAILHOUSE_CON_MDR_QUIRK     0x2000

/* jailhouse_cache */
#define JAILHOUSE_CACHE_L3_CODE    1
#define JAILHOUSE_CACHE_L3_DATA    2
#define JAILHOUSE_CACHE_L3         3
#define JAILHOUSE_CACHE_ROOTSHARED 1

/* jailhouse_pci_device */
#define JAILHOUSE_PCI_TYPE_DEVICE          1
#define JAILHOUSE_PCI_TYPE_BRIDGE          2
#define JAILHOUSE_PCI_TYPE_IVSHMEM         3
#define JAILHOUSE_SHMEM_PROTO_UNDEFINED    0x0
#define JAILHOUSE_SHMEM_PROTO_VETH         0x1
#define JAILHOUSE_SHMEM_PROTO_CUSTOM       0x4000
#define JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT 0x8000
#define JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK  0xc000
#define VIRTIO_DEV_NET                     1
#define VIRTIO_DEV_BLOCK                   2
#define VIRTIO_DEV_CONSOLE                 3

/* jailhouse_pci_capability */
#define JAILHOUSE_PCI_EXT_CAP   0x8000
#define JAILHOUSE_PCICAPS_WRITE 0x1
#define PCI_CAP_ID_PM           0x01
#define PCI_CAP_ID_VPD          0x03
#define PCI_CAP_ID_MSI          0x05
#define PCI_CAP_ID_HT           0x08
#define PCI_CAP_ID_VNDR         0x09
#define PCI_CAP_ID_DBG          0x0a
#define PCI_CAP_ID_SSVID        0x0d
#define PCI_CAP_ID_SECDEV       0x0f
#define PCI_CAP_ID_EXP          0x10
#define PCI_CAP_ID_MSIX         0x11
#define PCI_CAP_ID_SATA         0x12
#define PCI_CAP_ID_AF           0x13
#define PCI_EXT_CAP_ID_ERR      0x01
#define PCI_EXT_CAP_ID_VC       0x02
#define PCI_EXT_CAP_ID_DSN      0x03
#define PCI_EXT_CAP_ID_PWR      0x04
#define PCI_EXT_CAP_ID_RCLD     0x05
#define PCI_EXT_CAP_ID_RCILC    0x06
#define PCI_EXT_CAP_ID_RCEC     0x07
#define PCI_EXT_CAP_ID_MFVC     0x08
#define PCI_EXT_CAP_ID_VC9      0x09
#define PCI_EXT_CAP_ID_RCRB     0x0a
#define PCI_EXT_CAP_ID_VNDR     0x0b
#define PCI_EXT_CAP_ID_CAC      0x0c
#define PCI_EXT_CAP_ID_ACS      0x0d
#define PCI_EXT_CAP_ID_ARI      0x0e
#define PCI_EXT_CAP_ID_ATS      0x0f
#define PCI_EXT_CAP_ID_SRIOV    0x10
#define PCI_EXT_CAP_ID_MRIOV    0x11
#define PCI_EXT_CAP_ID_MCAST    0x12
#define PCI_EXT_CAP_ID_PRI      0x13
#define PCI_EXT_CAP_ID_AMD_XXX  0x14
#define PCI_EXT_CAP_ID_REBAR    0x15
#define PCI_EXT_CAP_ID_DPA      0x16
#define PCI_EXT_CAP_ID_TPH      0x17
#define PCI_EXT_CAP_ID_LTR      0x18
#define PCI_EXT_CAP_ID_SECPCI   0x19
#define PCI_EXT_CAP_ID_PMUX     0x1a
#define PCI_EXT_CAP_ID_PASID    0x1b
#define PCI_EXT_CAP_ID_DPC      0x1d
#define PCI_EXT_CAP_ID_L1SS     0x1e
#define PCI_EXT_CAP_ID_PTM      0x1f

/* jailhouse_iommu.type, platform_info.x86.apic_mode */
#define JAILHOUSE_IOMMU_AMD        1
#define JAILHOUSE_IOMMU_INTEL      2
#define JAILHOUSE_IOMMU_SMMUV3     3
#define JAILHOUSE_IOMMU_PVU        4
#define JAILHOUSE_IOMMU_ARM_MMU500 5
#define JAILHOUSE_APIC_MODE_AUTO   0
#define JAILHOUSE_APIC_MODE_XAPIC  1
#define JAILHOUSE_APIC_MODE_X2APIC 2

struct jailhouse_console {
    __u64 address;
    __u32 size;
    __u16 type, flags;
    __u32 divider, gate_nr;
    __u64 clock_reg;
} PACKED;

struct jailhouse_memory {
    __u64 phys_start, virt_start, size, flags;
} PACKED;

struct jailhouse_cache {
    __u32 start, size;
    __u8 type, padding;
    __u16 flags;
} PACKED;

struct jailhouse_irqchip {
    __u64 address;
    __u32 id, pin_base;
    __u32 pin_bitmap[4];
} PACKED;

struct jailhouse_pio {
    __u16 base, length;
} PACKED;

struct jailhouse_pci_device {
    __u8 type, iommu;
    __u16 domain, bdf;
    __u32 bar_mask[6];
    __u16 caps_start, num_caps;
    __u8 num_msi_vectors;
    __u8 msi_64bits : 1, msi_maskable : 1;
    __u16 num_msix_vectors, msix_region_size;
    __u64 msix_address;
    __u32 shmem_regions_start;
    __u8 shmem_dev_id, shmem_peers;
    __u16 shmem_protocol;
} PACKED;

struct jailhouse_pci_capability {
    __u16 id, start, len, flags;
} PACKED;

union jailhouse_stream_id {
    __u32 id;
};

struct jailhouse_iommu {
    __u32 type;
    __u64 base;
    __u32 size;
    union {
        struct {
            __u16 bdf;
            __u8 base_cap, msi_cap;
            __u32 features;
        } PACKED amd;
        struct {
            __u64 tlb_base;
            __u32 tlb_size;
        } PACKED tipvu;
    } PACKED;
} PACKED;

struct jailhouse_cell_desc {
    IDENTIFICATION;
    char name[32];
    __u32 id, flags;
    __u32 cpu_set_size, num_memory_regions, num_cache_regions, num_irqchips, num_pio_regions;
    __u32 num_pci_devices, num_pci_caps, num_stream_ids;
    __u32 vpci_irq_base;
    __u64 cpu_reset_address, msg_reply_timeout;
    struct jailhouse_console console;
} PACKED;

struct jailhouse_system {
    IDENTIFICATION;
    __u32 flags;
    struct jailhouse_memory hypervisor_memory;
    struct jailhouse_console debug_console;
    struct {
        __u64 pci_mmconfig_base;
        __u8 pci_mmconfig_end_bus, pci_is_virtual;
        __u16 pci_domain;
        struct jailhouse_iommu iommu_units[8];
        union {
            struct {
                __u16 pm_timer_address;
                __u8 apic_mode, padding;
                __u32 vtd_interrupt_limit, tsc_khz, apic_khz;
            } PACKED x86;
            struct {
                __u8 maintenance_irq, gic_version, padding[2];
                __u64 gicd_base, gicc_base, gich_base, gicv_base, gicr_base;
            } PACKED arm;
        } PACKED;
    } PACKED platform_info;
    struct jailhouse_cell_desc root_cell;
} PACKED;

_Static_assert(sizeof(struct jailhouse_pci_device) == 56, "jailhouse_pci_device");
_Static_assert(sizeof(struct jailhouse_iommu) == 28, "jailhouse_iommu");
_Static_assert(sizeof(struct jailhouse_cell_desc) == 132, "jailhouse_cell_desc");
_Static_assert(sizeof(struct jailhouse_system) == 488, "jailhouse_system");

#endif
