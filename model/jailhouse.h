/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Constants and limits of Jailhouse's configuration format with their names, as tables.
 * Source of all of them: include/jailhouse/cell-config.h, include/jailhouse/console.h of Jailhouse,
 * configuration revisions 13 and 14; limits from hypervisor/ as noted.
 */
#ifndef MODEL_JAILHOUSE_H
#define MODEL_JAILHOUSE_H

#include "base/names.h"
#include "base/num.h"

/* jailhouse_memory.flags */
#define JAILHOUSE_MEM_READ         0x0001u
#define JAILHOUSE_MEM_WRITE        0x0002u
#define JAILHOUSE_MEM_EXECUTE      0x0004u
#define JAILHOUSE_MEM_DMA          0x0008u
#define JAILHOUSE_MEM_IO           0x0010u
#define JAILHOUSE_MEM_COMM_REGION  0x0020u
#define JAILHOUSE_MEM_LOADABLE     0x0040u
#define JAILHOUSE_MEM_ROOTSHARED   0x0080u
#define JAILHOUSE_MEM_NO_HUGEPAGES 0x0100u
#define JAILHOUSE_MEM_IO_UNALIGNED 0x8000u
#define JAILHOUSE_MEM_IO_8         0x10000u
#define JAILHOUSE_MEM_IO_16        0x20000u
#define JAILHOUSE_MEM_IO_32        0x40000u
#define JAILHOUSE_MEM_IO_64        0x80000u
/* jailhouse_cell_desc.flags */
#define JAILHOUSE_CELL_PASSIVE_COMMREG           0x00000001u
#define JAILHOUSE_CELL_TEST_DEVICE               0x00000002u
#define JAILHOUSE_CELL_AARCH32                   0x00000004u
#define JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED 0x40000000u
#define JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE    0x80000000u
/* jailhouse_system.flags */
#define JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE 0x0001u
/* jailhouse_console.type */
#define JAILHOUSE_CON_TYPE_NONE       0x0000u
#define JAILHOUSE_CON_TYPE_EFIFB      0x0001u
#define JAILHOUSE_CON_TYPE_8250       0x0002u
#define JAILHOUSE_CON_TYPE_PL011      0x0003u
#define JAILHOUSE_CON_TYPE_XUARTPS    0x0004u
#define JAILHOUSE_CON_TYPE_MVEBU      0x0005u
#define JAILHOUSE_CON_TYPE_HSCIF      0x0006u
#define JAILHOUSE_CON_TYPE_SCIFA      0x0007u
#define JAILHOUSE_CON_TYPE_IMX        0x0008u
#define JAILHOUSE_CON_TYPE_IMX_LPUART 0x0009u
#define JAILHOUSE_CON_TYPE_SCIF       0x000au
/* jailhouse_console.flags */
#define JAILHOUSE_CON_ACCESS_MMIO   0x0001u
#define JAILHOUSE_CON_REGDIST_4     0x0002u
#define JAILHOUSE_CON_FB_1920x1080  0x0004u
#define JAILHOUSE_CON_INVERTED_GATE 0x1000u
#define JAILHOUSE_CON_MDR_QUIRK     0x2000u
/* jailhouse_pci_device */
#define JAILHOUSE_PCI_TYPE_DEVICE          0x01u
#define JAILHOUSE_PCI_TYPE_BRIDGE          0x02u
#define JAILHOUSE_PCI_TYPE_IVSHMEM         0x03u
#define JAILHOUSE_SHMEM_PROTO_UNDEFINED    0x0000u
#define JAILHOUSE_SHMEM_PROTO_VETH         0x0001u
#define JAILHOUSE_SHMEM_PROTO_CUSTOM       0x4000u /* .. 0x7fff */
#define JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT 0x8000u /* .. 0xbfff */
#define JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK  0xc000u /* .. 0xffff */
#define JAILHOUSE_IVSHMEM_BAR0_MASK        0xfffff000u /* ..._BAR_MASK_INTX; 0xffff0000 is ..._INTX_64K */
#define JAILHOUSE_IVSHMEM_MAX_PEERS        12u
#define JAILHOUSE_IVSHMEM_MAX_MSIX         16u
#define JAILHOUSE_MAX_IOMMU_UNITS          8u
/* jailhouse_iommu.type */
#define JAILHOUSE_IOMMU_AMD        1u
#define JAILHOUSE_IOMMU_INTEL      2u
#define JAILHOUSE_IOMMU_SMMUV3     3u
#define JAILHOUSE_IOMMU_PVU        4u
#define JAILHOUSE_IOMMU_ARM_MMU500 5u
/* jailhouse_cache.type, .flags */
#define JAILHOUSE_CACHE_L3         3u /* code and data */
#define JAILHOUSE_CACHE_ROOTSHARED 1u
/* limits */
#define JAILHOUSE_CELL_NAME_MAXLEN 31u
#define JAILHOUSE_MAX_CONFIG_BYTES AJ_KIB(64) /* of one cell: control.c, cell_create */
#define JAILHOUSE_GIC_FIRST_SPI    32u
#define JAILHOUSE_GIC_LAST_INTID   1019u
#define JAILHOUSE_GICD_SIZE_V2     AJ_KIB(4)
#define JAILHOUSE_GICD_SIZE_V3     AJ_KIB(64)
#define JAILHOUSE_GICX_SIZE        AJ_KIB(8)   /* GICC, GICH, GICV of a GICv2 */
#define JAILHOUSE_GICR_SIZE        AJ_KIB(128) /* one redistributor of a GICv3 */

/* Names without their common prefix, which each of them may carry in files. */
extern const struct aj_name model_mem_flags[];     /* "JAILHOUSE_": MEM_READ, ... */
extern const struct aj_name model_cell_flags[];    /* "JAILHOUSE_": CELL_PASSIVE_COMMREG, ... */
extern const struct aj_name model_system_flags[];  /* "JAILHOUSE_": SYS_VIRTUAL_DEBUG_CONSOLE */
extern const struct aj_name model_console_types[]; /* "JAILHOUSE_CON_TYPE_": PL011, 8250, ... */
extern const struct aj_name
    model_console_flags[];                     /* "JAILHOUSE_CON_": ACCESS_MMIO, REGDIST_4, ... */
extern const struct aj_name model_pci_types[]; /* "JAILHOUSE_PCI_TYPE_" */
extern const struct aj_name model_shmem_protocols[]; /* "JAILHOUSE_SHMEM_PROTO_"; IVETH is VETH */
extern const struct aj_name model_iommu_types[];     /* "JAILHOUSE_IOMMU_" */

/* jailhouse_console */
struct model_console {
    uint64_t address;
    uint32_t size;
    uint16_t type, flags;
    uint32_t divider, gate_nr;
    uint64_t clock_reg;
};

#endif
