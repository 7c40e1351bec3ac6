/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of rules, second part: interrupts, links and PCI. See check_rules_priv.h. */
#ifndef MODEL_CHECK_RULES_DEVICE_PRIV_H
#define MODEL_CHECK_RULES_DEVICE_PRIV_H

/* clang-format off */
#define MODEL_RULES_IRQ(RULE)                                                                      \
    RULE(GIC_1, "gic-1", ERROR, ARMS,                                                              \
         "the GIC is version 2 or 3",                                                              \
         "enable fails: Invalid argument",                                                         \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cpu_init")                                 \
    RULE(GIC_2, "gic-2", ERROR, ARMS | BOARD,                                                      \
         "version and distributor of the GIC are the board's",                                     \
         "enable fails (No such device), crashes or hangs",                                        \
         "hypervisor/arch/arm-common/gic-v2.c: gicv2_init, gic-v3.c: gicv3_init; measured")        \
    RULE(GIC_3, "gic-3", ERROR, ARMS,                                                              \
         "all register blocks of the GIC are given: D, C, H, V of version 2; D, R of 3",           \
         "enable crashes or fails: Cannot allocate memory",                                        \
         "hypervisor/arch/arm-common/gic-v2.c: gicv2_init, gic-v3.c: gicv3_init")                  \
    RULE(GIC_4, "gic-4", ERROR, ARMS | BOARD,                                                      \
         "the redistributors begin where the board's do",                                          \
         "enable fails: No redist found",                                                          \
         "hypervisor/arch/arm-common/gic-v3.c: gicv3_cpu_init; measured")                          \
    RULE(GIC_5, "gic-5", ERROR, ARMS | BOARD,                                                      \
         "GICC, GICH and GICV are the board's, or 0xf000 above for 64 KiB frames",                 \
         "create or the first interrupt hang",                                                     \
         "hypervisor/arch/arm-common/gic-v2.c: gicv2_init")                                        \
    RULE(GIC_6, "gic-6", ERROR, ARMS,                                                              \
         "the maintenance interrupt is private to the CPU, 16 to 31, and not the root's timer's, 30", \
         "virtual interrupts are not refilled, or the root hangs at enable",                       \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init; measured")                                \
    RULE(GIC_7, "gic-7", ERROR, ARMS,                                                              \
         "interrupt blocks are those of the GIC's distributor",                                    \
         "none of their interrupts is granted",                                                    \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(GIC_8, "gic-8", ERROR, ARMS,                                                              \
         "a block begins at a multiple of 32 and ends at or below 1024",                           \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init; measured")                      \
    RULE(GIC_9, "gic-9", WARNING, ARMS | BOARD,                                                    \
         "interrupts are listed by their number in the GIC: 32 more than the SPI's",               \
         "another device's interrupt moves to the guest",                                          \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(GIC_10, "gic-10", ERROR, ARMS,                                                            \
         "no guest lists an interrupt below 32",                                                   \
         "the root loses its timer and its interprocessor interrupts",                             \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(GIC_11, "gic-11", ERROR, ARMS,                                                            \
         "an interrupt belongs to one guest",                                                      \
         "the guests fight for it; destroying one gives it to the root",                           \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(GIC_12, "gic-12", WARNING, ARMS,                                                          \
         "the interrupts of a guest are among the root cell's",                                    \
         "they are masked after the guest was destroyed",                                          \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_exit")                                \
    RULE(GIC_13, "gic-13", WARNING, ARMS,                                                          \
         "interrupt blocks of a cell do not overlap",                                              \
         "interrupts are lost after a guest was destroyed",                                        \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_exit")                                \
    RULE(GIC_14, "gic-14", WARNING, ARMS | BOARD,                                                  \
         "the root cell lists the interrupts of all devices of the board",                         \
         "the device of Linux is without interrupt",                                               \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(GIC_15, "gic-15", WARNING, ARMS | BOARD,                                                  \
         "a guest that has a device's registers alone has its interrupts",                         \
         "the guest never sees them",                                                              \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(GIC_16, "gic-16", WARNING, ARMS | BOARD,                                                  \
         "the interrupt of the root's console stays with the root",                                \
         "the console of the root falls silent",                                                   \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init; measured")                      \
    RULE(GIC_17, "gic-17", INFO, ARMS | BOARD,                                                     \
         "no guest has the registers of an ITS or of a GICv2m frame",                              \
         "messages of PCI devices are not virtualised",                                            \
         "hypervisor/arch/arm-common/gic-v3.c")                                                    \
    RULE(IOA_1, "ioa-1", ERROR, X86,                                                               \
         "the pins of an IOAPIC begin at 0",                                                       \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/arch/x86/ioapic.c: ioapic_cell_init")                                         \
    RULE(IOA_2, "ioa-2", ERROR, X86,                                                               \
         "an IOAPIC has an address and at most 120 pins",                                          \
         "enable or create fail: Input/output error",                                              \
         "hypervisor/arch/x86/ioapic.c: ioapic_get_or_add_phys")                                   \
    RULE(IOA_3, "ioa-3", WARNING, X86,                                                             \
         "an IOAPIC has the same id in all cells",                                                 \
         "its interrupts are blocked by the IOMMU",                                                \
         "hypervisor/arch/x86/vtd.c: vtd_cell_init")                                               \
    RULE(IOA_4, "ioa-4", ERROR, X86,                                                               \
         "a pin of an IOAPIC belongs to one guest",                                                \
         "the guests fight for it",                                                                \
         "hypervisor/arch/x86/ioapic.c: ioapic_cell_init")                                         \
    RULE(IOA_5, "ioa-5", WARNING, X86 | BOARD,                                                     \
         "a guest's pins of an IOAPIC are edge triggered",                                         \
         "the end of a level interrupt cannot be isolated: cells disturb each other",              \
         "hypervisor/arch/x86/ioapic.c: ioapic_access_handler")                                    \
    RULE(IOA_6, "ioa-6", ERROR, X86,                                                               \
         "a cell has at most 85 IOAPICs",                                                          \
         "enable or create fail: Numerical result out of range",                                   \
         "hypervisor/arch/x86/ioapic.c: ioapic_cell_init")                                         \
    RULE(IOA_7, "ioa-7", INFO, X86,                                                                \
         "a Linux guest with an IOAPIC has the one at 0xfec00000",                                 \
         "it is not told of the other",                                                            \
         "tools/jailhouse-cell-linux: x86_gen_setup_data")                                         \
    RULE(IOA_8, "ioa-8", ERROR, X86,                                                               \
         "the pins of all IOAPICs fit VT-d's table of interrupts",                                 \
         "enable or create fail: Argument list too long",                                          \
         "hypervisor/arch/x86/vtd.c: vtd_reserve_int_remap_region")                                \
    RULE(VPI_1, "vpi-1", ERROR, ARMS,                                                              \
         "a guest owns the interrupts of its virtual PCI devices",                                 \
         "its shared memory device never interrupts: the link stays down",                         \
         "hypervisor/arch/arm-common/ivshmem.c: arch_ivshmem_update_intx")                         \
    RULE(VPI_2, "vpi-2", ERROR, ARMS,                                                              \
         "virtual PCI devices of different cells have different interrupts",                       \
         "a cell interrupts itself in place of its peer",                                          \
         "hypervisor/arch/arm-common/ivshmem.c: arch_ivshmem_update_intx")                         \
    RULE(VPI_3, "vpi-3", ERROR, ARMS | BOARD,                                                      \
         "interrupts of virtual PCI devices are used by no device of the board",                   \
         "spurious interrupts of that device",                                                     \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_trigger_external_irq")                     \
    RULE(VPI_4, "vpi-4", ERROR, ARMS,                                                              \
         "interrupts of virtual PCI devices exist in the GIC",                                     \
         "they are never delivered",                                                               \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_trigger_external_irq")                     \
    RULE(VPI_5, "vpi-5", ERROR, ARMS,                                                              \
         "the root cell owns the interrupts of its virtual PCI devices",                           \
         "the driver of its shared memory device fails, or the device never interrupts",           \
         "hypervisor/arch/arm-common/ivshmem.c: arch_ivshmem_update_intx; measured")               \
    RULE(VPI_6, "vpi-6", WARNING, ARMS,                                                            \
         "virtual PCI devices of a cell have different device numbers modulo 4",                   \
         "they share an edge interrupt: events are lost",                                          \
         "hypervisor/ivshmem.c: ivshmem_reset")                                                    \
    RULE(VPI_7, "vpi-7", ERROR, ARMS,                                                              \
         "devices of a virtual PCI host have no MSI-X on arm and arm64",                           \
         "Linux refuses the device: No space left on device",                                      \
         "driver/pci.c: create_vpci_of_overlay")                                                   \
    RULE(VPI_8, "vpi-8", WARNING, X86,                                                             \
         "virtual PCI devices have MSI-X on x86",                                                  \
         "the device never interrupts",                                                            \
         "hypervisor/arch/x86/ivshmem.c")

#define MODEL_RULES_LINK(RULE)                                                                     \
    RULE(IVS_1, "ivs-1", ERROR, ANY | SINCE(12),                                                   \
         "the sections of a shared memory device are regions of its cell",                         \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/ivshmem.c: ivshmem_init; measured")                                           \
    RULE(IVS_2, "ivs-2", ERROR, ANY | SINCE(12),                                                   \
         "a shared memory device has at most 16 MSI-X vectors",                                    \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/ivshmem.c: ivshmem_init")                                                     \
    RULE(IVS_3, "ivs-3", ERROR, ANY | SINCE(12),                                                   \
         "peer ids are below 12",                                                                  \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/ivshmem.c: ivshmem_init")                                                     \
    RULE(IVS_4, "ivs-4", ERROR, ANY | SINCE(12),                                                   \
         "peers of a link, that is of equal bdf, have different ids",                              \
         "create fails: Device or resource busy",                                                  \
         "hypervisor/ivshmem.c: ivshmem_init; measured")                                           \
    RULE(IVS_5, "ivs-5", ERROR, ANY | SINCE(12),                                                   \
         "the peer id is below the number of peers",                                               \
         "the state table is overrun, the output section is wrong",                                \
         "hypervisor/ivshmem.c: ivshmem_init")                                                     \
    RULE(IVS_6, "ivs-6", ERROR, ANY | SINCE(12),                                                   \
         "all peers of a link say the same number of peers",                                       \
         "the peers compute different layouts",                                                    \
         "hypervisor/ivshmem.c: ivshmem_init")                                                     \
    RULE(IVS_7, "ivs-7", ERROR, ANY | SINCE(12),                                                   \
         "all peers of a link have the same sections",                                             \
         "the peers look at different memory",                                                     \
         "hypervisor/ivshmem.c: ivshmem_init")                                                     \
    RULE(IVS_8, "ivs-8", ERROR, ANY | SINCE(12),                                                   \
         "the sections of a link follow each other without gap",                                   \
         "the guest computes wrong addresses",                                                     \
         "hypervisor/ivshmem.c: ivshmem_reset")                                                    \
    RULE(IVS_9, "ivs-9", ERROR, ANY | SINCE(12),                                                   \
         "the output sections of a link have equal sizes",                                         \
         "the guest computes wrong addresses",                                                     \
         "hypervisor/ivshmem.c: ivshmem_reset")                                                    \
    RULE(IVS_10, "ivs-10", ERROR, ANY | SINCE(12),                                                 \
         "a peer writes neither the state table nor the output sections of others",                \
         "a peer can forge the data of others",                                                    \
         "Documentation/ivshmem-v2-specification.md")                                              \
    RULE(IVS_11, "ivs-11", ERROR, ANY | SINCE(12),                                                 \
         "the sections of a guest are shared with the root and not loadable",                      \
         "create or start take them from the root, which is parked at its next access",            \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(IVS_12, "ivs-12", ERROR, ANY | SINCE(12),                                                 \
         "the sections of the root are readable",                                                  \
         "the root is parked at its first access",                                                 \
         "hypervisor/setup.c: init_late")                                                          \
    RULE(IVS_13, "ivs-13", ERROR, ANY | SINCE(12),                                                 \
         "the state table begins a page and has whole pages",                                      \
         "the hypervisor writes the states elsewhere",                                             \
         "hypervisor/ivshmem.c: ivshmem_map_state_table")                                          \
    RULE(IVS_14, "ivs-14", ERROR, ANY | SINCE(12),                                                 \
         "the register BAR of a shared memory device has a size of 4 KiB or more",                 \
         "its registers are not trapped",                                                          \
         "hypervisor/ivshmem.c: ivshmem_pci_cfg_write")                                            \
    RULE(IVS_15, "ivs-15", WARNING, ANY | SINCE(12),                                               \
         "the sections of a link are multiples of its BAR, the root's BAR is a page of its Linux", \
         "a kernel with larger pages cannot map them; a larger BAR finds no room in the root",     \
         "driver/pci.c: create_vpci_of_overlay")                                                   \
    RULE(IVS_16, "ivs-16", WARNING, ANY | SINCE(12),                                               \
         "all peers of a link have the same number of vectors",                                    \
         "doorbells out of range are lost",                                                        \
         "hypervisor/ivshmem.c: ivshmem_trigger_interrupt")                                        \
    RULE(IVS_17, "ivs-17", WARNING, ANY | SINCE(12),                                               \
         "the protocols of a link's peers fit each other",                                         \
         "no driver binds to one side, or the wrong one",                                          \
         "Documentation/ivshmem-v2-specification.md; measured")                                    \
    RULE(IVS_18, "ivs-18", WARNING, ANY | SINCE(12),                                               \
         "a network link has two peers and no common section",                                     \
         "the network driver refuses it",                                                          \
         "ivshmem-net driver of Linux")                                                            \
    RULE(IVS_19, "ivs-19", WARNING, ANY | SINCE(12),                                               \
         "a virtio link has two peers and no output sections",                                     \
         "the virtio driver refuses it",                                                           \
         "virtio-ivshmem driver of Linux")                                                         \
    RULE(IVS_20, "ivs-20", ERROR, ANY | SINCE(12),                                                 \
         "shared memory devices have function 0, and bus 0 on a virtual host",                     \
         "Linux does not find them",                                                               \
         "driver/pci.c: create_vpci_of_overlay")                                                   \
    RULE(IVS_21, "ivs-21", ERROR, ANY | SINCE(12),                                                 \
         "the memory of one link overlaps that of no other",                                       \
         "the network driver of the root fails: Device or resource busy",                          \
         "ivshmem-net driver of Linux")                                                            \
    RULE(IVS_22, "ivs-22", WARNING, ANY | BOARD | SINCE(12),                                       \
         "the memory of a link is not RAM that Linux uses",                                        \
         "Linux and the peers overwrite each other",                                               \
         "hypervisor/ivshmem.c: ivshmem_map_state_table")                                          \
    RULE(IVS_23, "ivs-23", INFO, ANY | SINCE(12),                                                  \
         "a link without protocol has three peers and, with MSI-X, 16 vectors",                    \
         "Jailhouse's demo of shared memory expects that",                                         \
         "inmates/demos: ivshmem-demo")                                                            \
    RULE(IVS_24, "ivs-24", WARNING, ANY | SINCE(12),                                               \
         "a peer can write its own output section",                                                \
         "the guest fails when it sends",                                                          \
         "Documentation/ivshmem-v2-specification.md")

#define MODEL_RULES_PCI(RULE)                                                                      \
    RULE(PCI_1, "pci-1", ERROR, ARMS,                                                              \
         "there is a PCI configuration window where there are shared memory devices",              \
         "the devices are invisible",                                                              \
         "hypervisor/pci.c: pci_cell_init")                                                        \
    RULE(PCI_2, "pci-2", ERROR, ANY,                                                               \
         "the PCI configuration window is at a multiple of 1 MiB and in no region of a cell",      \
         "the devices are invisible; a real host is unprotected",                                  \
         "hypervisor/pci.c: pci_init; measured")                                                   \
    RULE(PCI_3, "pci-3", ERROR, ANY | BOARD,                                                       \
         "a virtual host has one bus and its window is not in RAM",                                \
         "Linux does not find its devices, or loses the RAM",                                      \
         "driver/pci.c: create_vpci_of_overlay; measured")                                         \
    RULE(PCI_4, "pci-4", ERROR, ARMS,                                                              \
         "the device window of a virtual host is in no region of the root",                        \
         "accesses to the devices' registers go elsewhere",                                        \
         "driver/pci.c: create_vpci_of_overlay")                                                   \
    RULE(PCI_5, "pci-5", WARNING, ARMS | BOARD,                                                    \
         "the driver knows the board's GIC and its addresses take one or two cells, for the overlay of a virtual host", \
         "the virtual host is not added: the root has no links",                                   \
         "driver/pci.c: create_vpci_of_overlay")                                                   \
    RULE(PCI_6, "pci-6", ERROR, ANY | BOARD,                                                       \
         "the PCI domain of a virtual host is no real host's",                                     \
         "Linux refuses the host and sees none of its devices",                                    \
         "driver/pci.c: create_vpci_of_overlay; measured")                                         \
    RULE(PCI_7, "pci-7", WARNING, ANY,                                                             \
         "virtual PCI devices of the root are in the domain of the virtual host",                  \
         "they are not rescanned",                                                                 \
         "driver/pci.c: jailhouse_pci_add_device")                                                 \
    RULE(PCI_8, "pci-8", WARNING, ARMS,                                                            \
         "the windows of a virtual host can be addressed by the root's device tree",               \
         "the overlay is cut off: Linux does not find the virtual devices",                        \
         "driver/pci.c: create_vpci_of_overlay")                                                   \
    RULE(PCI_9, "pci-9", ERROR, X86 | BOARD,                                                       \
         "the PCI configuration window of a real host is the board's",                             \
         "enable crashes or sees no devices: configuration space is read elsewhere",               \
         "hypervisor/pci.c: pci_init")                                                             \
    RULE(PCI_10, "pci-10", ERROR, X86,                                                             \
         "no cell has the ports 0xcf8 and 0xcfc to 0xcff",                                         \
         "the cell reaches all PCI devices past the hypervisor",                                   \
         "hypervisor/arch/x86/pci.c: x86_pci_config_handler")                                      \
    RULE(DEV_1, "dev-1", ERROR, ANY,                                                               \
         "a PCI device is a device, a bridge or shared memory",                                    \
         "an empty entry takes the PCI host bridge 00:00.0",                                       \
         "hypervisor/pci.c: pci_cell_init")                                                        \
    RULE(DEV_2, "dev-2", ERROR, ANY,                                                               \
         "the PCI devices of a cell have different addresses",                                     \
         "the second is dead",                                                                     \
         "hypervisor/pci.c: pci_get_assigned_device")                                              \
    RULE(DEV_3, "dev-3", ERROR, ANY,                                                               \
         "a real PCI device belongs to one guest",                                                 \
         "two guests own it",                                                                      \
         "hypervisor/pci.c: pci_cell_init")                                                        \
    RULE(DEV_4, "dev-4", WARNING, ANY,                                                             \
         "real PCI devices of a guest are also listed in the root cell",                           \
         "they are not given back when the guest is destroyed",                                    \
         "hypervisor/pci.c: pci_return_device_to_root_cell")                                       \
    RULE(DEV_5, "dev-5", WARNING, ANY | BOARD,                                                     \
         "the root cell lists all PCI devices of the board",                                       \
         "Linux does not see the device, and is parked when it writes to it: Invalid PCI config write", \
         "hypervisor/pci.c: pci_mmconfig_access_handler")                                          \
    RULE(DEV_6, "dev-6", WARNING, ANY,                                                             \
         "the root cell lists a bridge where it lists devices behind one",                         \
         "Linux does not reach the devices",                                                       \
         "hypervisor/pci.c: pci_cfg_write_moderate")                                               \
    RULE(DEV_7, "dev-7", ERROR, ANY,                                                               \
         "the capabilities of a PCI device are in the array",                                      \
         "the hypervisor reads beyond it",                                                         \
         "hypervisor/pci.c: pci_find_capability")                                                  \
    RULE(DEV_8, "dev-8", ERROR, ANY,                                                               \
         "the capabilities of a PCI device are in its configuration space, aligned, and do not overlap", \
         "the wrong accesses are moderated",                                                       \
         "hypervisor/pci.c: pci_find_capability")                                                  \
    RULE(DEV_9, "dev-9", ERROR, ANY,                                                               \
         "a real PCI device has MSI vectors exactly if it has the MSI capability, of the length that 64 bits and masks take", \
         "the state of its messages is corrupted: Unsupported MSI/MSI-X state",                    \
         "hypervisor/pci.c: pci_save_msi, hypervisor/arch/x86/pci.c")                              \
    RULE(DEV_10, "dev-10", ERROR, ANY,                                                             \
         "a real PCI device has MSI-X vectors exactly if it has the capability, and says where their table is", \
         "the hypervisor crashes",                                                                 \
         "hypervisor/pci.c: pci_save_msix")                                                        \
    RULE(DEV_11, "dev-11", ERROR, ANY,                                                             \
         "the MSI-X table of a real PCI device begins a page and its pages hold all vectors",      \
         "the hypervisor reads the wrong vectors, or faults",                                      \
         "hypervisor/pci.c: pci_add_physical_device")                                              \
    RULE(DEV_12, "dev-12", ERROR, ANY,                                                             \
         "the MSI-X table of a real PCI device is in no region of its cell",                       \
         "the cell programs interrupts past the hypervisor",                                       \
         "hypervisor/pci.c: pci_add_physical_device")                                              \
    RULE(DEV_13, "dev-13", ERROR, ANY,                                                             \
         "the masks of BARs are those of powers of two, and the board's",                          \
         "the cell sees a BAR of the wrong size",                                                  \
         "hypervisor/pci.c: pci_cfg_write_moderate")                                               \
    RULE(DEV_14, "dev-14", ERROR, ANY | BOARD,                                                     \
         "a guest sees the BARs of its PCI devices where they are",                                \
         "the guest accesses other memory: BARs are not relocated",                                \
         "hypervisor/pci.c: pci_cfg_read_moderate")                                                \
    RULE(DEV_15, "dev-15", ERROR, X86,                                                             \
         "the IOMMU of a PCI device, links included, is one of the list",                          \
         "messages are lost, or add fails: Numerical result out of range",                         \
         "hypervisor/arch/x86/amd_iommu.c: iommu_add_pci_device, x86/pci.c: x86_pci_translate_msi") \
    RULE(DEV_16, "dev-16", ERROR, X86,                                                             \
         "the vectors of all PCI devices fit VT-d's table of interrupts",                          \
         "enable or create fail: Argument list too long",                                          \
         "hypervisor/arch/x86/vtd.c: vtd_reserve_int_remap_region")                                \
    RULE(DEV_17, "dev-17", WARNING, X86,                                                           \
         "a guest's PCI device behind a bridge does not need the bridge's identity",               \
         "its DMA faults: it is done in the name of the bridge",                                   \
         "hypervisor/arch/x86/vtd.c: iommu_add_pci_device")                                        \
    RULE(DEV_18, "dev-18", WARNING, X86 | BOARD,                                                   \
         "a cell has the memory for DMA that firmware makes its PCI devices use",                  \
         "they fault from enable or create on: DMAR fault, reason 5 or 6",                         \
         "hypervisor/arch/x86/vtd.c, amd_iommu.c: iommu_map_memory_region")
/* clang-format on */

#endif
