/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/jailhouse.h"

#include "model/model_priv.h"

const struct aj_name model_mem_flags[] = {
    {JAILHOUSE_MEM_READ, "MEM_READ"},
    {JAILHOUSE_MEM_WRITE, "MEM_WRITE"},
    {JAILHOUSE_MEM_EXECUTE, "MEM_EXECUTE"},
    {JAILHOUSE_MEM_DMA, "MEM_DMA"},
    {JAILHOUSE_MEM_IO, "MEM_IO"},
    {JAILHOUSE_MEM_COMM_REGION, "MEM_COMM_REGION"},
    {JAILHOUSE_MEM_LOADABLE, "MEM_LOADABLE"},
    {JAILHOUSE_MEM_ROOTSHARED, "MEM_ROOTSHARED"},
    {JAILHOUSE_MEM_NO_HUGEPAGES, "MEM_NO_HUGEPAGES"},
    {JAILHOUSE_MEM_IO_UNALIGNED, "MEM_IO_UNALIGNED"},
    {JAILHOUSE_MEM_IO_8, "MEM_IO_8"},
    {JAILHOUSE_MEM_IO_16, "MEM_IO_16"},
    {JAILHOUSE_MEM_IO_32, "MEM_IO_32"},
    {JAILHOUSE_MEM_IO_64, "MEM_IO_64"},
    {0, NULL},
};

const struct aj_name model_cell_flags[] = {
    {JAILHOUSE_CELL_PASSIVE_COMMREG, "CELL_PASSIVE_COMMREG"},
    {JAILHOUSE_CELL_TEST_DEVICE, "CELL_TEST_DEVICE"},
    {JAILHOUSE_CELL_AARCH32, "CELL_AARCH32"},
    {JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED, "CELL_VIRTUAL_CONSOLE_PERMITTED"},
    {JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE, "CELL_VIRTUAL_CONSOLE_ACTIVE"},
    {0, NULL},
};

const struct aj_name model_system_flags[] = {
    {JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE, "SYS_VIRTUAL_DEBUG_CONSOLE"},
    {0, NULL},
};

const struct aj_name model_console_types[] = {
    {JAILHOUSE_CON_TYPE_NONE, "NONE"},       {JAILHOUSE_CON_TYPE_EFIFB, "EFIFB"},
    {JAILHOUSE_CON_TYPE_8250, "8250"},       {JAILHOUSE_CON_TYPE_PL011, "PL011"},
    {JAILHOUSE_CON_TYPE_XUARTPS, "XUARTPS"}, {JAILHOUSE_CON_TYPE_MVEBU, "MVEBU"},
    {JAILHOUSE_CON_TYPE_HSCIF, "HSCIF"},     {JAILHOUSE_CON_TYPE_SCIFA, "SCIFA"},
    {JAILHOUSE_CON_TYPE_IMX, "IMX"},         {JAILHOUSE_CON_TYPE_IMX_LPUART, "IMX_LPUART"},
    {JAILHOUSE_CON_TYPE_SCIF, "SCIF"},       {0, NULL},
};

const struct aj_name model_console_flags[] = {
    {JAILHOUSE_CON_ACCESS_MMIO, "ACCESS_MMIO"},   {JAILHOUSE_CON_REGDIST_4, "REGDIST_4"},
    {JAILHOUSE_CON_FB_1920x1080, "FB_1920x1080"}, {JAILHOUSE_CON_INVERTED_GATE, "INVERTED_GATE"},
    {JAILHOUSE_CON_MDR_QUIRK, "MDR_QUIRK"},       {0, NULL},
};

const struct aj_name model_pci_types[] = {
    {JAILHOUSE_PCI_TYPE_DEVICE, "DEVICE"},
    {JAILHOUSE_PCI_TYPE_BRIDGE, "BRIDGE"},
    {JAILHOUSE_PCI_TYPE_IVSHMEM, "IVSHMEM"},
    {0, NULL},
};

/* CUSTOM, VIRTIO_FRONT and VIRTIO_BACK are the first codes of their ranges. */
const struct aj_name model_shmem_protocols[] = {
    {JAILHOUSE_SHMEM_PROTO_UNDEFINED, "UNDEFINED"},
    {JAILHOUSE_SHMEM_PROTO_VETH, "VETH"},
    {JAILHOUSE_SHMEM_PROTO_VETH, "IVETH"},
    {JAILHOUSE_SHMEM_PROTO_CUSTOM, "CUSTOM"},
    {JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT, "VIRTIO_FRONT"},
    {JAILHOUSE_SHMEM_PROTO_VIRTIO_BACK, "VIRTIO_BACK"},
    {0, NULL},
};

const struct aj_name model_iommu_types[] = {
    {JAILHOUSE_IOMMU_AMD, "AMD"},
    {JAILHOUSE_IOMMU_INTEL, "INTEL"},
    {JAILHOUSE_IOMMU_SMMUV3, "SMMUV3"},
    {JAILHOUSE_IOMMU_PVU, "PVU"},
    {JAILHOUSE_IOMMU_ARM_MMU500, "ARM_MMU500"},
    {0, NULL},
};

static const struct aj_field console_fields[] = {
    AJ_F_ADDR(struct model_console, address, 0),
    AJ_F_SIZE(struct model_console, size, 0),
    AJ_F_ENUM(struct model_console, type, model_console_types, JAILHOUSE_CON_TYPE_NONE,
              .names_prefix = "JAILHOUSE_CON_TYPE_"),
    AJ_F_FLAGS(struct model_console, flags, model_console_flags, "JAILHOUSE_CON_", 0),
    AJ_F_UINT(struct model_console, divider, 0),
    AJ_F_UINT(struct model_console, gate_nr, 0),
    AJ_F_ADDR(struct model_console, clock_reg, 0),
};
const struct aj_schema model_console_schema = {
    .what = "console",
    .size = sizeof(struct model_console),
    .fields = console_fields,
    .fields_count = AJ_COUNT(console_fields),
};
