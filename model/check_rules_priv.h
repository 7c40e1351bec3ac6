/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of rules: RULE(name, id, severity, what holds, what happens otherwise, where in
 * Jailhouse that comes from). Families: hdr header, hv hypervisor memory, cpu, mem memory, sub
 * regions smaller than a page, com communication region, cel start of a cell, gic and ioa interrupt controllers, vpi
 * virtual PCI interrupts, ivs shared memory links, pci virtual host, dev PCI devices, iom IOMMU,
 * con consoles, x86, cat caches, brd comparison with the board.
 *
 * Sources are files of Jailhouse (revision 14 of the configuration format) and their functions;
 * "measured": seen on the real hypervisor. The severity of a rule is ERROR when the hypervisor
 * refuses, hangs or crashes, or when cells are no longer isolated.
 */
#ifndef MODEL_CHECK_RULES_PRIV_H
#define MODEL_CHECK_RULES_PRIV_H

/* clang-format off */
#define MODEL_RULES_HEADER(RULE)                                                                   \
    RULE(HDR_2, "hdr-2", ERROR, "the revision is one Jailhouse had (13, 14), the same in all files",\
         "create and enable fail: Configuration revision mismatch",                                \
         "driver/main.c: jailhouse_cmd_enable, driver/cell.c: jailhouse_cmd_cell_create")          \
    RULE(HDR_3, "hdr-3", ERROR, "all files are for the architecture of the machine",               \
         "enable is refused; a cell is refused although the command reports success",              \
         "driver/main.c: jailhouse_cmd_enable, driver/cell.c: jailhouse_cmd_cell_create")          \
    RULE(HDR_5, "hdr-5", WARNING, "nothing follows the last array of a file",                      \
         "the bytes are ignored: usually a counter was forgotten",                                 \
         "include/jailhouse/cell-config.h: jailhouse_cell_config_size")                            \
    RULE(HDR_7, "hdr-7", ERROR, "a name has 1 to 31 bytes of printable UTF-8",                     \
         "the name is cut, and the tools fail to decode it",                                       \
         "driver/cell.c: jailhouse_cmd_cell_create, pyjailhouse/config_parser.py")                 \
    RULE(HDR_8, "hdr-8", ERROR, "names are unique, the root cell's included",                      \
         "create fails: File exists",                                                              \
         "hypervisor/control.c: cell_create, driver/cell.c: jailhouse_cmd_cell_create")            \
    RULE(HDR_9, "hdr-9", WARNING, "a name is not a number",                                        \
         "commands take the name for the id of another cell",                                      \
         "tools/jailhouse.c: parse_cell_id")                                                       \
    RULE(HDR_10, "hdr-10", ERROR, "the root cell has id 0",                                        \
         "the root cell is not found by its id",                                                   \
         "driver/cell.c: jailhouse_cell_register_root")                                            \
    RULE(HDR_11, "hdr-11", WARNING, "unknown flags, paddings and fields the driver fills are zero",\
         "ignored today, perhaps not tomorrow",                                                    \
         "include/jailhouse/cell-config.h")                                                        \
    RULE(HDR_12, "hdr-12", ERROR, "the configuration of a cell has at most 64 KiB",                \
         "create fails: Argument list too long",                                                   \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(HDR_13, "hdr-13", ERROR, "a cell has a memory region",                                    \
         "create fails: Cannot allocate memory",                                                   \
         "driver/cell.c: cell_create")

#define MODEL_RULES_HYPERVISOR(RULE)                                                               \
    RULE(HV_1, "hv-1", ERROR, "the hypervisor's memory holds its image, its CPUs' data and the configuration",\
         "enable fails without a message: Invalid argument",                                       \
         "driver/main.c: jailhouse_cmd_enable; sizes measured")                                    \
    RULE(HV_2, "hv-2", ERROR, "the hypervisor's page pool suffices for the page tables of all cells",\
         "enable or create fail: Cannot allocate memory",                                          \
         "hypervisor/paging.c: paging_init, find_next_free_page; measured")                        \
    RULE(HV_3, "hv-3", ERROR, "the hypervisor's memory is RAM of the board that Linux does not own",\
         "enable fails: request_mem_region failed for hypervisor memory, or Linux crashes",        \
         "driver/main.c: jailhouse_cmd_enable; measured")                                          \
    RULE(HV_4, "hv-4", ERROR, "the hypervisor's memory begins and ends at a page",                 \
         "undefined: pages are mapped wrongly",                                                    \
         "hypervisor/paging.c: paging_init")                                                       \
    RULE(HV_5, "hv-5", ERROR, "the hypervisor's memory begins at a multiple of 2 MiB on arm64",    \
         "the CPUs hang at enable without a message",                                              \
         "hypervisor/arch/arm64/entry.S: init_bootstrap_pt; measured")                             \
    RULE(HV_6, "hv-6", ERROR, "the first 2 MiB of the hypervisor hold its image, CPUs' data and configuration on arm64",\
         "the CPUs crash at enable: no more is mapped that early",                                 \
         "hypervisor/arch/arm64/entry.S: init_bootstrap_pt")                                       \
    RULE(HV_7, "hv-7", ERROR, "no region of a cell covers the hypervisor's memory",                \
         "the cell can overwrite the hypervisor; a guest's load crashes the root",                 \
         "hypervisor/setup.c: init_early; measured")                                               \
    RULE(HV_8, "hv-8", WARNING, "the hypervisor's memory is not shared with the firmware's",       \
         "hangs or silent corruption",                                                             \
         "reserved memory of the device tree")                                                     \
    RULE(HV_9, "hv-9", ERROR, "the hypervisor fits the address space for it on arm",               \
         "enable fails: Unable to map RAM reserved for hypervisor",                                \
         "driver/main.c: jailhouse_ioremap")                                                       \
    RULE(HV_11, "hv-11", INFO, "hypervisor memory has no virtual address and no flags",            \
         "they are ignored",                                                                       \
         "hypervisor/setup.c: init_early")

#define MODEL_RULES_CPU(RULE)                                                                      \
    RULE(CPU_1, "cpu-1", ERROR, "the root cell has a CPU",                                         \
         "enable fails: Invalid argument",                                                         \
         "driver/main.c: get_max_cpus")                                                            \
    RULE(CPU_2, "cpu-2", ERROR, "the CPUs of the root cell are exactly those online",              \
         "enable fails: Invalid argument",                                                         \
         "hypervisor/setup.c: init_late, cpu_init; measured")                                      \
    RULE(CPU_3, "cpu-3", ERROR, "no CPU online has a number above the root cell's highest",        \
         "the machine hangs at enable",                                                            \
         "driver/main.c: enter_hypervisor, hypervisor/setup.c: entry; measured")                   \
    RULE(CPU_4, "cpu-4", ERROR, "the CPUs of a cell are CPUs of the root cell",                    \
         "create fails: Device or resource busy",                                                  \
         "hypervisor/control.c: cell_create; measured")                                            \
    RULE(CPU_5, "cpu-5", ERROR, "cells that run together have different CPUs",                     \
         "create fails: Device or resource busy",                                                  \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(CPU_6, "cpu-6", ERROR, "CPU 0 stays with the root cell on x86",                           \
         "create fails: Cannot assign CPU 0 to other cells",                                       \
         "driver/cell.c: jailhouse_cmd_cell_create")                                               \
    RULE(CPU_7, "cpu-7", ERROR, "a cell has a CPU, and the root cell keeps one",                   \
         "create fails: Device or resource busy; a cell without CPUs never runs",                  \
         "hypervisor/control.c: cell_create; measured")                                            \
    RULE(CPU_8, "cpu-8", WARNING, "CPU 0 stays with the root cell on arm and arm64",               \
         "some kernels cannot take the boot CPU offline: create fails",                            \
         "driver/cell.c: jailhouse_cmd_cell_create")                                               \
    RULE(CPU_9, "cpu-9", ERROR, "the CPU set has 8 to 4096 bytes, a multiple of 8",                \
         "bits of the array behind it are taken for CPUs, or create fails: Invalid argument",      \
         "driver/cell.c: cell_create, hypervisor/control.c: cell_init")                            \
    RULE(CPU_11, "cpu-11", ERROR, "CPU numbers are below 8 with a GICv2",                          \
         "enable fails: Invalid argument",                                                         \
         "hypervisor/arch/arm-common/gic-v2.c: gicv2_cpu_init")

#define MODEL_RULES_MEMORY(RULE)                                                                   \
    RULE(MEM_1, "mem-1", ERROR, "the physical address of a region begins a page when its virtual range does",\
         "the low bits are dropped: the wrong page is mapped",                                     \
         "hypervisor/paging.c: paging_create")                                                     \
    RULE(MEM_2, "mem-2", ERROR, "RAM consists of whole pages",                                     \
         "the whole region is trapped like a device: the first instruction there is fatal",        \
         "include/jailhouse/cell-config.h: JAILHOUSE_MEMORY_IS_SUBPAGE; measured")                 \
    RULE(MEM_3, "mem-3", ERROR, "regions of a cell do not overlap in its address space",           \
         "the region listed last wins",                                                            \
         "hypervisor/control.c: cell_create, hypervisor/setup.c: init_late")                       \
    RULE(MEM_4, "mem-4", WARNING, "a cell sees no physical memory at two addresses",               \
         "mixed cache attributes",                                                                 \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(MEM_5, "mem-5", ERROR, "regions of the root cell have equal physical and virtual addresses",\
         "creating a cell takes the wrong pages from the root",                                    \
         "hypervisor/control.c: unmap_from_root_cell")                                             \
    RULE(MEM_6, "mem-6", ERROR, "regions of different guests do not overlap unless both share them with the root",\
         "the guests overwrite each other; nobody checks it",                                      \
         "hypervisor/control.c: cell_create; measured")                                            \
    RULE(MEM_7, "mem-7", ERROR, "RAM of a guest is not shared with the root",                      \
         "the root keeps access to the guest's memory",                                            \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(MEM_8, "mem-8", WARNING, "what a guest takes is covered by regions of the root cell",     \
         "it is not given back when the guest is destroyed",                                       \
         "hypervisor/control.c: remap_to_root_cell")                                               \
    RULE(MEM_9, "mem-9", ERROR, "loadable memory is covered by readable and writable regions of the root cell",\
         "loading the guest parks a CPU of the root: Unhandled data write",                        \
         "hypervisor/control.c: cell_set_loadable; measured")                                      \
    RULE(MEM_10, "mem-10", WARNING, "loadable memory is not shared with the root",                 \
         "the root loses it when the guest starts",                                                \
         "hypervisor/control.c: cell_start")                                                       \
    RULE(MEM_11, "mem-11", INFO, "no region of the root cell is loadable",                         \
         "the flag means nothing there",                                                           \
         "hypervisor/control.c: cell_set_loadable")                                                \
    RULE(MEM_12, "mem-12", ERROR, "no region covers registers that the hypervisor must intercept", \
         "the cell controls the interrupts of all others, or the machine hangs",                   \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(MEM_13, "mem-13", ERROR, "addresses are within the reach of the architecture and the board",\
         "addresses are cut, tables are overrun",                                                  \
         "hypervisor/paging.c: paging_create")                                                     \
    RULE(MEM_14, "mem-14", ERROR, "regions end below 2^64",                                        \
         "undefined",                                                                              \
         "hypervisor/paging.c: paging_create")                                                     \
    RULE(MEM_15, "mem-15", WARNING, "regions of 2 MiB and more have congruent physical and virtual addresses",\
         "more page tables, more TLB misses",                                                      \
         "hypervisor/paging.c: paging_create")                                                     \
    RULE(MEM_16, "mem-16", WARNING, "regions are readable",                                        \
         "every access is fatal",                                                                  \
         "hypervisor/arch/arm-common/mmu_cell.c: arch_map_memory_region")                          \
    RULE(MEM_17, "mem-17", WARNING, "device registers of a guest are flagged as I/O on arm and arm64",\
         "mapped like RAM, and the cache flush at start walks over the registers",                 \
         "hypervisor/arch/arm-common/mmu_cell.c: arm_cell_dcaches_flush")                          \
    RULE(SUB_1, "sub-1", ERROR, "a region smaller than a page says which access widths are allowed",\
         "every access is fatal: Invalid MMIO read/write",                                         \
         "hypervisor/mmio.c: mmio_handle_subpage")                                                 \
    RULE(SUB_3, "sub-3", ERROR, "a small region at another offset in the page stays within one page",\
         "the wrong registers are accessed",                                                       \
         "hypervisor/mmio.c: mmio_handle_subpage")                                                 \
    RULE(SUB_4, "sub-4", WARNING, "a small region has the same offset in its physical and virtual page",\
         "works only within one page",                                                             \
         "hypervisor/mmio.c: mmio_handle_subpage")                                                 \
    RULE(SUB_5, "sub-5", WARNING, "a small region taken from the root stands identically in the root cell",\
         "the root keeps access to the registers",                                                 \
         "hypervisor/mmio.c: mmio_region_unregister")                                              \
    RULE(SUB_6, "sub-6", ERROR, "a small region of a guest is not part of a larger small region of the root",\
         "the root loses the neighbouring registers too",                                          \
         "hypervisor/mmio.c: mmio_region_unregister")                                              \
    RULE(COM_1, "com-1", ERROR, "the communication region is one page at the beginning of a page", \
         "the guest sees memory of the hypervisor, or fails at start",                             \
         "hypervisor/arch/arm-common/mmu_cell.c: arch_map_memory_region; measured")                \
    RULE(COM_2, "com-2", ERROR, "a guest has at most one communication region",                    \
         "both show the same page",                                                                \
         "hypervisor/arch/arm-common/mmu_cell.c: arch_map_memory_region")                          \
    RULE(COM_3, "com-3", ERROR, "the communication region is readable and writable",               \
         "the guest fails when it reports its state",                                              \
         "inmates/lib")                                                                            \
    RULE(COM_4, "com-4", WARNING, "the communication region is where guests look for it",          \
         "Jailhouse's own loader and demos fail",                                                  \
         "inmates/lib/arm-common, inmates/lib/x86")                                                \
    RULE(COM_5, "com-5", ERROR, "the communication region overlaps nothing in the guest's address space",\
         "the region listed last wins",                                                            \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(COM_6, "com-6", WARNING, "a guest is passive, or a timeout ends the wait for its replies",\
         "shutdown waits forever for a guest that does not answer",                                \
         "hypervisor/control.c: cell_exchange_message")                                            \
    RULE(COM_7, "com-7", INFO, "the communication region has no physical address",                 \
         "it is ignored",                                                                          \
         "hypervisor/arch/arm-common/mmu_cell.c: arch_map_memory_region")                          \
    RULE(COM_8, "com-8", WARNING, "a guest on arm and arm64 has a communication region",           \
         "Jailhouse's own loader and demos fail at start: Unhandled data read",                    \
         "inmates/lib/arm-common; measured")                                                     \
    RULE(COM_9, "com-9", ERROR, "the root cell has no communication region",                       \
         "a page of the hypervisor is mapped into the root",                                       \
         "hypervisor/arch/arm-common/mmu_cell.c: arch_map_memory_region")                          \
    RULE(CEL_1, "cel-1", ERROR, "a guest starts in memory that is writable and loadable",          \
         "load fails: Invalid argument",                                                           \
         "driver/cell.c: load_image; measured")                                                    \
    RULE(CEL_2, "cel-2", WARNING, "the RAM of a Linux guest begins behind the loader on arm and arm64",\
         "the device tree overwrites the loader: the guest never comes alive",                     \
         "tools/jailhouse-cell-linux: ARMCommon.setup; measured")                                  \
    RULE(CEL_3, "cel-3", WARNING, "a Linux guest starts at address 0 on arm and arm64",            \
         "the loader is linked at 0 and fails at start, unless it was built for another address",  \
         "inmates/lib/arm64/inmate.lds.S: CONFIG_INMATE_BASE; measured")

#define MODEL_RULES_IRQ(RULE)                                                                      \
    RULE(GIC_1, "gic-1", ERROR, "the GIC is version 2 or 3",                                       \
         "enable fails: Invalid argument",                                                         \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cpu_init")                                 \
    RULE(GIC_2, "gic-2", ERROR, "version and distributor of the GIC are the board's",              \
         "enable fails (No such device), crashes or hangs",                                        \
         "hypervisor/arch/arm-common/gic-v2.c: gicv2_init, gic-v3.c: gicv3_init; measured")        \
    RULE(GIC_3, "gic-3", ERROR, "all register blocks of the GIC are given: D, C, H, V of version 2; D, R of 3",\
         "enable crashes or fails: Cannot allocate memory",                                        \
         "hypervisor/arch/arm-common/gic-v2.c: gicv2_init, gic-v3.c: gicv3_init")                  \
    RULE(GIC_4, "gic-4", ERROR, "the redistributors begin where the board's do",                   \
         "enable fails: No redist found",                                                          \
         "hypervisor/arch/arm-common/gic-v3.c: gicv3_cpu_init; measured")                          \
    RULE(GIC_5, "gic-5", ERROR, "GICC, GICH and GICV are the board's, or 0xf000 above for 64 KiB frames",\
         "create or the first interrupt hang",                                                     \
         "hypervisor/arch/arm-common/gic-v2.c: gicv2_init")                                        \
    RULE(GIC_6, "gic-6", ERROR, "the maintenance interrupt is private to the CPU: 16 to 31",       \
         "virtual interrupts are not refilled",                                                    \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(GIC_7, "gic-7", ERROR, "interrupt blocks are those of the GIC's distributor",             \
         "none of their interrupts is granted",                                                    \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(GIC_8, "gic-8", ERROR, "a block begins at a multiple of 32 and ends at or below 1024",    \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init; measured")                      \
    RULE(GIC_10, "gic-10", ERROR, "no guest lists an interrupt below 32",                          \
         "the root loses its timer and its interprocessor interrupts",                             \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(GIC_11, "gic-11", ERROR, "an interrupt belongs to one guest",                             \
         "the guests fight for it; destroying one gives it to the root",                           \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(GIC_12, "gic-12", WARNING, "the interrupts of a guest are among the root cell's",         \
         "they are masked after the guest was destroyed",                                          \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_exit")                                \
    RULE(GIC_13, "gic-13", WARNING, "interrupt blocks of a cell do not overlap",                   \
         "interrupts are lost after a guest was destroyed",                                        \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_exit")                                \
    RULE(GIC_14, "gic-14", WARNING, "the root cell lists the interrupts of all devices of the board",\
         "the device of Linux is without interrupt",                                               \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(GIC_15, "gic-15", WARNING, "a guest that has a device's registers alone has its interrupts",\
         "the guest never sees them",                                                              \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(GIC_16, "gic-16", WARNING, "the interrupt of the root's console stays with the root",     \
         "the console of the root falls silent",                                                   \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init; measured")                      \
    RULE(IOA_1, "ioa-1", ERROR, "the pins of an IOAPIC begin at 0",                                \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/arch/x86/ioapic.c: ioapic_cell_init")                                         \
    RULE(IOA_2, "ioa-2", ERROR, "an IOAPIC has an address and at most 120 pins",                   \
         "enable or create fail: Input/output error",                                              \
         "hypervisor/arch/x86/ioapic.c: ioapic_get_or_add_phys")                                   \
    RULE(IOA_3, "ioa-3", WARNING, "an IOAPIC has the same id in all cells",                          \
         "its interrupts are blocked by the IOMMU",                                                \
         "hypervisor/arch/x86/vtd.c: vtd_cell_init")                                               \
    RULE(IOA_4, "ioa-4", ERROR, "a pin of an IOAPIC belongs to one guest",                         \
         "the guests fight for it",                                                                \
         "hypervisor/arch/x86/ioapic.c: ioapic_cell_init")                                         \
    RULE(IOA_6, "ioa-6", ERROR, "a cell has at most 85 IOAPICs",                                   \
         "enable or create fail: Numerical result out of range",                                   \
         "hypervisor/arch/x86/ioapic.c: ioapic_cell_init")                                         \
    RULE(VPI_1, "vpi-1", ERROR, "a guest owns the interrupts of its virtual PCI devices",          \
         "its shared memory device never interrupts: the link stays down",                         \
         "hypervisor/arch/arm-common/ivshmem.c: arch_ivshmem_update_intx")                         \
    RULE(VPI_2, "vpi-2", ERROR, "virtual PCI devices of different cells have different interrupts",\
         "a cell interrupts itself in place of its peer",                                          \
         "hypervisor/arch/arm-common/ivshmem.c: arch_ivshmem_update_intx")                         \
    RULE(VPI_3, "vpi-3", ERROR, "interrupts of virtual PCI devices are used by no device of the board",\
         "spurious interrupts of that device",                                                     \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_trigger_external_irq")                     \
    RULE(VPI_4, "vpi-4", ERROR, "interrupts of virtual PCI devices exist in the GIC",              \
         "they are never delivered",                                                               \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_trigger_external_irq")                     \
    RULE(VPI_5, "vpi-5", ERROR, "the root cell owns the interrupts of its virtual PCI devices",    \
         "the driver of its shared memory device fails, or the device never interrupts",           \
         "hypervisor/arch/arm-common/ivshmem.c: arch_ivshmem_update_intx; measured")               \
    RULE(VPI_6, "vpi-6", WARNING, "virtual PCI devices of a cell have different device numbers modulo 4",\
         "they share an edge interrupt: events are lost",                                          \
         "hypervisor/ivshmem.c: ivshmem_reset")                                                    \
    RULE(VPI_7, "vpi-7", ERROR, "devices of a virtual PCI host have no MSI-X on arm and arm64",              \
         "Linux refuses the device: No space left on device",                                      \
         "driver/pci.c: create_vpci_of_overlay")                                                   \
    RULE(VPI_8, "vpi-8", WARNING, "virtual PCI devices have MSI-X on x86",                         \
         "the device never interrupts",                                                            \
         "hypervisor/arch/x86/ivshmem.c")

#define MODEL_RULES_LINK(RULE)                                                                     \
    RULE(IVS_1, "ivs-1", ERROR, "the sections of a shared memory device are regions of its cell",  \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/ivshmem.c: ivshmem_init; measured")                                           \
    RULE(IVS_2, "ivs-2", ERROR, "a shared memory device has at most 16 MSI-X vectors",             \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/ivshmem.c: ivshmem_init")                                                     \
    RULE(IVS_3, "ivs-3", ERROR, "peer ids are below 12",                                           \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/ivshmem.c: ivshmem_init")                                                     \
    RULE(IVS_4, "ivs-4", ERROR, "peers of a link, that is of equal bdf, have different ids",       \
         "create fails: Device or resource busy",                                                  \
         "hypervisor/ivshmem.c: ivshmem_init; measured")                                           \
    RULE(IVS_5, "ivs-5", ERROR, "the peer id is below the number of peers",                        \
         "the state table is overrun, the output section is wrong",                                \
         "hypervisor/ivshmem.c: ivshmem_init")                                                     \
    RULE(IVS_6, "ivs-6", ERROR, "all peers of a link say the same number of peers",                \
         "the peers compute different layouts",                                                    \
         "hypervisor/ivshmem.c: ivshmem_init")                                                     \
    RULE(IVS_7, "ivs-7", ERROR, "all peers of a link have the same sections",                      \
         "the peers look at different memory",                                                     \
         "hypervisor/ivshmem.c: ivshmem_init")                                                     \
    RULE(IVS_8, "ivs-8", ERROR, "the sections of a link follow each other without gap",            \
         "the guest computes wrong addresses",                                                     \
         "hypervisor/ivshmem.c: ivshmem_reset")                                                    \
    RULE(IVS_9, "ivs-9", ERROR, "the output sections of a link have equal sizes",                  \
         "the guest computes wrong addresses",                                                     \
         "hypervisor/ivshmem.c: ivshmem_reset")                                                    \
    RULE(IVS_10, "ivs-10", ERROR, "a peer writes neither the state table nor the output sections of others",\
         "a peer can forge the data of others",                                                    \
         "Documentation/ivshmem-v2-specification.md")                                              \
    RULE(IVS_11, "ivs-11", ERROR, "the sections of a guest are shared with the root",              \
         "create takes them from the root, which is parked at its next access",                    \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(IVS_12, "ivs-12", ERROR, "the sections of the root are readable",                         \
         "the root is parked at its first access",                                                 \
         "hypervisor/setup.c: init_late")                                                          \
    RULE(IVS_13, "ivs-13", ERROR, "the state table begins a page and has whole pages",             \
         "the hypervisor writes the states elsewhere",                                             \
         "hypervisor/ivshmem.c: ivshmem_map_state_table")                                          \
    RULE(IVS_14, "ivs-14", ERROR, "the register BAR of a shared memory device has a size of 4 KiB or more",\
         "its registers are not trapped",                                                          \
         "hypervisor/ivshmem.c: ivshmem_pci_cfg_write")                                            \
    RULE(IVS_15, "ivs-15", WARNING, "sections are multiples of 64 KiB where the BAR is",           \
         "kernels with 64 KiB pages cannot map them",                                              \
         "driver/pci.c: create_vpci_of_overlay")                                                   \
    RULE(IVS_16, "ivs-16", WARNING, "all peers of a link have the same number of vectors",         \
         "doorbells out of range are lost",                                                        \
         "hypervisor/ivshmem.c: ivshmem_trigger_interrupt")                                        \
    RULE(IVS_17, "ivs-17", WARNING, "the protocols of a link's peers fit each other",              \
         "no driver binds to one side, or the wrong one",                                          \
         "Documentation/ivshmem-v2-specification.md; measured")                                    \
    RULE(IVS_18, "ivs-18", WARNING, "a network link has two peers and no common section",          \
         "the network driver refuses it",                                                          \
         "ivshmem-net driver of Linux")                                                            \
    RULE(IVS_19, "ivs-19", WARNING, "a virtio link has two peers and no output sections",          \
         "the virtio driver refuses it",                                                           \
         "virtio-ivshmem driver of Linux")                                                         \
    RULE(IVS_20, "ivs-20", ERROR, "shared memory devices have function 0, and bus 0 on a virtual host",\
         "Linux does not find them",                                                               \
         "driver/pci.c: create_vpci_of_overlay")                                                   \
    RULE(IVS_21, "ivs-21", ERROR, "the memory of one link overlaps that of no other",              \
         "the network driver of the root fails: Device or resource busy",                          \
         "ivshmem-net driver of Linux")                                                            \
    RULE(IVS_22, "ivs-22", WARNING, "the memory of a link is not RAM that Linux uses",             \
         "Linux and the peers overwrite each other",                                               \
         "hypervisor/ivshmem.c: ivshmem_map_state_table")                                          \
    RULE(IVS_24, "ivs-24", WARNING, "a peer can write its own output section",                     \
         "the guest fails when it sends",                                                          \
         "Documentation/ivshmem-v2-specification.md")

#define MODEL_RULES_PCI(RULE)                                                                      \
    RULE(PCI_1, "pci-1", ERROR, "there is a PCI configuration window where there are shared memory devices",\
         "the devices are invisible",                                                              \
         "hypervisor/pci.c: pci_cell_init")                                                        \
    RULE(PCI_2, "pci-2", ERROR, "the PCI configuration window is at a multiple of 1 MiB and in no region of a cell",\
         "the devices are invisible; a real host is unprotected",                                  \
         "hypervisor/pci.c: pci_init; measured")                                                   \
    RULE(PCI_3, "pci-3", ERROR, "a virtual host has one bus and its window is not in RAM",         \
         "Linux does not find its devices, or loses the RAM",                                      \
         "driver/pci.c: create_vpci_of_overlay; measured")                                         \
    RULE(PCI_4, "pci-4", ERROR, "the device window of a virtual host is in no region of the root", \
         "accesses to the devices' registers go elsewhere",                                        \
         "driver/pci.c: create_vpci_of_overlay")                                                   \
    RULE(PCI_6, "pci-6", ERROR, "the PCI domain of a virtual host is no real host's",              \
         "Linux refuses the host and sees none of its devices",                                    \
         "driver/pci.c: create_vpci_of_overlay; measured")                                         \
    RULE(PCI_7, "pci-7", WARNING, "virtual PCI devices of the root are in the domain of the virtual host",\
         "they are not rescanned",                                                                 \
         "driver/pci.c: jailhouse_pci_add_device")                                                 \
    RULE(DEV_1, "dev-1", ERROR, "a PCI device is a device, a bridge or shared memory",             \
         "an empty entry takes the PCI host bridge 00:00.0",                                       \
         "hypervisor/pci.c: pci_cell_init")                                                        \
    RULE(DEV_2, "dev-2", ERROR, "the PCI devices of a cell have different addresses",              \
         "the second is dead",                                                                     \
         "hypervisor/pci.c: pci_get_assigned_device")                                              \
    RULE(DEV_3, "dev-3", ERROR, "a real PCI device belongs to one guest",                          \
         "two guests own it",                                                                      \
         "hypervisor/pci.c: pci_cell_init")                                                        \
    RULE(DEV_4, "dev-4", WARNING, "real PCI devices of a guest are also listed in the root cell",  \
         "they are not given back when the guest is destroyed",                                    \
         "hypervisor/pci.c: pci_return_device_to_root_cell")                                       \
    RULE(DEV_7, "dev-7", ERROR, "the capabilities of a PCI device are in the array",               \
         "the hypervisor reads beyond it",                                                         \
         "hypervisor/pci.c: pci_find_capability")                                                  \
    RULE(DEV_10, "dev-10", ERROR, "a real PCI device with MSI-X says where its table is",          \
         "the hypervisor crashes",                                                                 \
         "hypervisor/pci.c: pci_save_msix")                                                        \
    RULE(DEV_12, "dev-12", ERROR, "the MSI-X table of a real PCI device is in no region of its cell",\
         "the cell programs interrupts past the hypervisor",                                       \
         "hypervisor/pci.c: pci_add_physical_device")                                              \
    RULE(IOM_1, "iom-1", ERROR, "the list of IOMMU units has no gap",                              \
         "units behind the gap are ignored: DMA is unprotected",                                   \
         "hypervisor/arch/arm64/iommu.c, x86/iommu.c: iommu_count_units")                          \
    RULE(IOM_2, "iom-2", ERROR, "IOMMU units are of a type that architecture and board have",      \
         "enable fails: Invalid argument, or DMA is unprotected",                                  \
         "hypervisor/arch/x86/amd_iommu.c: amd_iommu_init; measured")                              \
    RULE(IOM_3, "iom-3", ERROR, "no region covers registers of an IOMMU",                          \
         "the cell can switch the protection off",                                                 \
         "tools/jailhouse-config-check")                                                           \
    RULE(IOM_11, "iom-11", ERROR, "a stream belongs to one guest",                                 \
         "the last guest wins",                                                                    \
         "hypervisor/arch/arm64/smmu-v3.c: arm_smmuv3_cell_init")                                  \
    RULE(CON_1, "con-1", ERROR, "the hypervisor's console has a size",                             \
         "enable fails: Unable to map hypervisor debug console",                                   \
         "driver/main.c: jailhouse_cmd_enable")                                                    \
    RULE(CON_2, "con-2", ERROR, "the hypervisor's console crosses no multiple of 2 MiB on arm64",  \
         "the CPUs crash at enable",                                                               \
         "hypervisor/arch/arm64/entry.S: init_bootstrap_pt")                                       \
    RULE(CON_3, "con-3", WARNING, "consoles are memory mapped on arm and arm64",                   \
         "no output at all",                                                                       \
         "hypervisor/arch/arm-common/dbg-write.c: arch_dbg_write_init")                            \
    RULE(CON_4, "con-4", WARNING, "the hypervisor's console is of a type that the architecture has",\
         "no output at all",                                                                       \
         "hypervisor/arch/arm-common/dbg-write.c, x86/dbg-write.c: arch_dbg_write_init")           \
    RULE(CON_5, "con-5", ERROR, "the gate of a console's clock is bit 0 to 31",                    \
         "another clock is switched",                                                              \
         "driver/main.c: jailhouse_cmd_enable")                                                    \
    RULE(CON_7, "con-7", WARNING, "a guest has access to its console",                             \
         "the guest fails when it prints for the first time",                                      \
         "inmates/lib/uart.c")                                                                     \
    RULE(X86_1, "x86-1", WARNING, "there is an IOMMU unit on x86",                                 \
         "DMA is not isolated; Intel machines refuse to enable",                                   \
         "hypervisor/arch/x86/vtd.c: vtd_init; measured")                                          \
    RULE(X86_9, "x86-9", ERROR, "no region covers the local APIC",                                 \
         "the cell controls the interrupts of all CPUs",                                           \
         "hypervisor/arch/x86/vmx.c, svm.c: vcpu_vendor_cell_init")                                \
    RULE(X86_12, "x86-12", ERROR, "port ranges are not empty and end at or below 0x10000",         \
         "memory behind the hypervisor's port map is overwritten",                                 \
         "hypervisor/arch/x86/vcpu.c: pio_allow_access")                                           \
    RULE(X86_13, "x86-13", ERROR, "a port belongs to one guest and is not the root's console",     \
         "the root is parked: Invalid PIO read",                                                   \
         "hypervisor/arch/x86/vcpu.c: vcpu_cell_init; measured")                                   \
    RULE(CAT_1, "cat-1", ERROR, "a cell has at most one cache region, of type L3 and not empty",   \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/arch/x86/cat.c: cat_cell_init")

#define MODEL_RULES_BOARD(RULE)                                                                    \
    RULE(BRD_1, "brd-1", WARNING, "the maintenance interrupt is the board's",                      \
         "virtual interrupts are not refilled when many are pending",                              \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init; measured")                      \
    RULE(BRD_2, "brd-2", ERROR, "the hypervisor's console is at registers that the board has",     \
         "the CPUs hang at enable without a message",                                              \
         "hypervisor/arch/arm-common/dbg-write.c: arch_dbg_write_init; measured")                  \
    RULE(BRD_3, "brd-3", WARNING, "the hypervisor's console is a console of the board",            \
         "no output, or a device is disturbed",                                                    \
         "hypervisor/arch/arm-common/dbg-write.c: arch_dbg_write_init")                            \
    RULE(BRD_4, "brd-4", ERROR, "the root cell has the RAM that Linux uses",                       \
         "CPUs of the root are parked soon after enable",                                          \
         "hypervisor/setup.c: init_late; measured")                                                \
    RULE(BRD_5, "brd-5", WARNING, "all RAM of the board belongs to the root, a guest, a link or the hypervisor",\
         "the root is parked when Linux uses it; keep Linux from it by mem= or a reservation",     \
         "hypervisor/setup.c: init_late")                                                          \
    RULE(BRD_6, "brd-6", ERROR, "RAM of a guest is RAM of the board",                              \
         "the guest, or the root that loads it, accesses nothing or a device",                     \
         "hypervisor/control.c: cell_create; measured")                                            \
    RULE(BRD_7, "brd-7", ERROR, "RAM of a guest is not RAM that Linux uses",                       \
         "the root is parked at its next access: Unhandled data write",                            \
         "hypervisor/control.c: unmap_from_root_cell; measured")                                   \
    RULE(BRD_8, "brd-8", WARNING, "the window of a virtual PCI host covers no registers of the board",\
         "Linux does not see the virtual devices, or loses the real ones",                         \
         "driver/pci.c: create_vpci_of_overlay; measured")                                         \
    RULE(BRD_9, "brd-9", ERROR, "the root cell has the console of Linux, and no guest takes it",   \
         "the root is parked at its next output: Unhandled data read",                             \
         "hypervisor/setup.c: init_late, hypervisor/control.c: unmap_from_root_cell; measured")    \
    RULE(BRD_10, "brd-10", WARNING, "the root cell has the registers that Linux uses",             \
         "the root is parked when a driver uses them",                                             \
         "hypervisor/setup.c: init_late; measured")                                                \
    RULE(BRD_11, "brd-11", ERROR, "IOMMU units are where the board has them",                      \
         "enable crashes: synchronous abort",                                                      \
         "hypervisor/arch/arm64/smmu-v3.c: arm_smmuv3_init, smmu.c: arm_smmu_init; measured")      \
    RULE(BRD_12, "brd-12", WARNING, "a PCI configuration window that is not virtual is a host's of the board on arm and arm64",\
         "Linux does not see the virtual devices",                                                 \
         "driver/pci.c: jailhouse_pci_virtual_root_devices_add; measured")

#define MODEL_RULES(RULE)                                                                          \
    MODEL_RULES_HEADER(RULE)                                                                       \
    MODEL_RULES_HYPERVISOR(RULE)                                                                   \
    MODEL_RULES_CPU(RULE)                                                                          \
    MODEL_RULES_MEMORY(RULE)                                                                       \
    MODEL_RULES_IRQ(RULE)                                                                          \
    MODEL_RULES_LINK(RULE)                                                                         \
    MODEL_RULES_PCI(RULE)                                                                          \
    MODEL_RULES_BOARD(RULE)
/* clang-format on */

#define MODEL_RULE_NAME(name, id, severity, says, consequence, source) MODEL_RULE_##name,
enum model_rule_name { MODEL_RULES(MODEL_RULE_NAME) MODEL_RULE_COUNT };
#undef MODEL_RULE_NAME

#endif
