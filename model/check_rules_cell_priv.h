/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of rules, first part: headers, memory and CPUs of the cells. See check_rules_priv.h. */
#ifndef MODEL_CHECK_RULES_CELL_PRIV_H
#define MODEL_CHECK_RULES_CELL_PRIV_H

/* clang-format off */
#define MODEL_RULES_HEADER(RULE)                                                                   \
    RULE(HDR_2, "hdr-2", ERROR, ANY,                                                               \
         "the revision is one Jailhouse had, the same in all files",                               \
         "create and enable fail: Configuration revision mismatch",                                \
         "driver/main.c: jailhouse_cmd_enable, driver/cell.c: jailhouse_cmd_cell_create")          \
    RULE(HDR_3, "hdr-3", ERROR, ANY,                                                               \
         "all files are for the architecture of the machine",                                      \
         "enable is refused; a cell is refused although the command reports success",              \
         "driver/main.c: jailhouse_cmd_enable, driver/cell.c: jailhouse_cmd_cell_create")          \
    RULE(HDR_5, "hdr-5", WARNING, ANY,                                                             \
         "nothing follows the last array of a file",                                               \
         "the bytes are ignored: usually a counter was forgotten",                                 \
         "include/jailhouse/cell-config.h: jailhouse_cell_config_size")                            \
    RULE(HDR_7, "hdr-7", ERROR, ANY,                                                               \
         "a name has 1 to 31 bytes of printable UTF-8",                                            \
         "the name is cut, and the tools fail to decode it",                                       \
         "driver/cell.c: jailhouse_cmd_cell_create, pyjailhouse/config_parser.py")                 \
    RULE(HDR_8, "hdr-8", ERROR, ANY,                                                               \
         "names are unique, the root cell's included",                                             \
         "create fails: File exists",                                                              \
         "hypervisor/control.c: cell_create, driver/cell.c: jailhouse_cmd_cell_create")            \
    RULE(HDR_9, "hdr-9", WARNING, ANY,                                                             \
         "a name is not a number",                                                                 \
         "commands take the name for the id of another cell",                                      \
         "tools/jailhouse.c: parse_cell_id")                                                       \
    RULE(HDR_10, "hdr-10", ERROR, ANY,                                                             \
         "the root cell has id 0",                                                                 \
         "the root cell is not found by its id",                                                   \
         "driver/cell.c: jailhouse_cell_register_root")                                            \
    RULE(HDR_11, "hdr-11", WARNING, ANY,                                                           \
         "unknown flags, paddings and fields the driver fills are zero",                           \
         "ignored today, perhaps not tomorrow",                                                    \
         "include/jailhouse/cell-config.h")                                                        \
    RULE(HDR_12, "hdr-12", ERROR, ANY,                                                             \
         "the configuration of a cell has at most 64 KiB",                                         \
         "create fails: Argument list too long",                                                   \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(HDR_13, "hdr-13", ERROR, ANY,                                                             \
         "a cell has a memory region",                                                             \
         "create fails: Cannot allocate memory",                                                   \
         "driver/cell.c: cell_create")                                                             \
    RULE(C_1, "c-1", ERROR, ANY,                                                                   \
         "the arrays stand in the order of the format: no PCI device is ff:1f.7, no interrupt controller begins within a page", \
         "devices such as ff:1f.7 are added at enable; nothing that is listed works",              \
         "include/jailhouse/cell-config.h: struct jailhouse_cell_desc")                            \
    RULE(C_2, "c-2", WARNING, ANY,                                                                 \
         "no array of interrupt controllers or capabilities ends with an empty entry",             \
         "an array was declared larger than its list: the entry means nothing",                    \
         "include/jailhouse/cell-config.h")                                                        \
    RULE(C_3, "c-3", WARNING, ANY,                                                                 \
         "what follows the last array is no array without its counter",                            \
         "the entries are ignored: the counter was forgotten",                                     \
         "include/jailhouse/cell-config.h: jailhouse_cell_config_size")                            \
    RULE(C_7, "c-7", WARNING, ANY,                                                                 \
         "a console that has an address has a type",                                               \
         "no output at all: the type does not stand in the flags",                                 \
         "include/jailhouse/console.h")

#define MODEL_RULES_HYPERVISOR(RULE)                                                               \
    RULE(HV_1, "hv-1", ERROR, ANY,                                                                 \
         "the hypervisor's memory holds its image, its CPUs' data and the configuration",          \
         "enable fails without a message: Invalid argument",                                       \
         "driver/main.c: jailhouse_cmd_enable; sizes measured")                                    \
    RULE(HV_2, "hv-2", ERROR, ANY,                                                                 \
         "the hypervisor's page pool suffices for the page tables of all cells",                   \
         "enable or create fail: Cannot allocate memory",                                          \
         "hypervisor/paging.c: paging_init, find_next_free_page; measured")                        \
    RULE(HV_3, "hv-3", ERROR, ANY | BOARD,                                                         \
         "the hypervisor's memory is RAM of the board that Linux does not own",                    \
         "enable fails: request_mem_region failed for hypervisor memory, or Linux crashes",        \
         "driver/main.c: jailhouse_cmd_enable; measured")                                          \
    RULE(HV_4, "hv-4", ERROR, ANY,                                                                 \
         "the hypervisor's memory begins and ends at a page",                                      \
         "undefined: pages are mapped wrongly",                                                    \
         "hypervisor/paging.c: paging_init")                                                       \
    RULE(HV_5, "hv-5", ERROR, ARM64,                                                               \
         "the hypervisor's memory begins at a multiple of 2 MiB on arm64",                         \
         "the CPUs hang at enable without a message",                                              \
         "hypervisor/arch/arm64/entry.S: init_bootstrap_pt; measured")                             \
    RULE(HV_6, "hv-6", ERROR, ARM64,                                                               \
         "image, CPUs' data, configuration and first page tables fit 2 MiB on arm64 (64 CPUs do)", \
         "the CPUs hang at enable without a message: no more is mapped that early",                \
         "hypervisor/arch/arm64/entry.S: init_bootstrap_pt, setup.c: cpu_init; measured")          \
    RULE(HV_7, "hv-7", ERROR, ANY,                                                                 \
         "no region of a cell covers the hypervisor's memory",                                     \
         "the cell can overwrite the hypervisor; a guest's load crashes the root",                 \
         "hypervisor/setup.c: init_early; measured")                                               \
    RULE(HV_8, "hv-8", WARNING, ANY | BOARD,                                                       \
         "the hypervisor's memory is not shared with the firmware's",                              \
         "hangs or silent corruption",                                                             \
         "reserved memory of the device tree")                                                     \
    RULE(HV_9, "hv-9", ERROR, ARM,                                                                 \
         "the hypervisor fits the address space for it on arm",                                    \
         "enable fails: Unable to map RAM reserved for hypervisor",                                \
         "driver/main.c: jailhouse_ioremap")                                                       \
    RULE(HV_10, "hv-10", INFO, ANY | BOARD,                                                        \
         "the hypervisor did not run when the board was described",                                \
         "enable fails until the running one is disabled: Device or resource busy",                \
         "driver/main.c: jailhouse_cmd_enable")                                                    \
    RULE(HV_11, "hv-11", INFO, ANY,                                                                \
         "hypervisor memory has no virtual address and no flags",                                  \
         "they are ignored",                                                                       \
         "hypervisor/setup.c: init_early")

#define MODEL_RULES_CPU(RULE)                                                                      \
    RULE(CPU_1, "cpu-1", ERROR, ANY,                                                               \
         "the root cell has a CPU",                                                                \
         "enable fails: Invalid argument",                                                         \
         "driver/main.c: get_max_cpus")                                                            \
    RULE(CPU_2, "cpu-2", ERROR, ANY | BOARD,                                                       \
         "the CPUs of the root cell are exactly those online",                                     \
         "enable fails: Invalid argument",                                                         \
         "hypervisor/setup.c: init_late, cpu_init; measured")                                      \
    RULE(CPU_3, "cpu-3", ERROR, ANY | BOARD,                                                       \
         "no CPU online has a number above the root cell's highest",                               \
         "the machine hangs at enable",                                                            \
         "driver/main.c: enter_hypervisor, hypervisor/setup.c: entry; measured")                   \
    RULE(CPU_4, "cpu-4", ERROR, ANY,                                                               \
         "the CPUs of a cell are CPUs of the root cell",                                           \
         "create fails: Device or resource busy",                                                  \
         "hypervisor/control.c: cell_create; measured")                                            \
    RULE(CPU_5, "cpu-5", ERROR, ANY,                                                               \
         "cells that run together have different CPUs",                                            \
         "create fails: Device or resource busy",                                                  \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(CPU_6, "cpu-6", ERROR, X86,                                                               \
         "CPU 0 stays with the root cell on x86",                                                  \
         "create fails: Cannot assign CPU 0 to other cells",                                       \
         "driver/cell.c: jailhouse_cmd_cell_create")                                               \
    RULE(CPU_7, "cpu-7", ERROR, ANY,                                                               \
         "a cell has a CPU, and the root cell keeps one",                                          \
         "create fails: Device or resource busy; a cell without CPUs never runs",                  \
         "hypervisor/control.c: cell_create; measured")                                            \
    RULE(CPU_8, "cpu-8", WARNING, ARMS,                                                            \
         "CPU 0 stays with the root cell on arm and arm64",                                        \
         "some kernels cannot take the boot CPU offline: create fails",                            \
         "driver/cell.c: jailhouse_cmd_cell_create")                                               \
    RULE(CPU_9, "cpu-9", ERROR, ANY,                                                               \
         "the CPU set has 8 to 4096 bytes, a multiple of 8",                                       \
         "bits of the array behind it are taken for CPUs, or create fails: Invalid argument",      \
         "driver/cell.c: cell_create, hypervisor/control.c: cell_init")                            \
    RULE(CPU_11, "cpu-11", ERROR, ARMS,                                                            \
         "CPU numbers are below 8 with a GICv2",                                                   \
         "enable fails: Invalid argument",                                                         \
         "hypervisor/arch/arm-common/gic-v2.c: gicv2_cpu_init")

#define MODEL_RULES_MEMORY(RULE)                                                                   \
    RULE(MEM_1, "mem-1", ERROR, ANY,                                                               \
         "the physical address of a region begins a page when its virtual range does",             \
         "the low bits are dropped: the wrong page is mapped",                                     \
         "hypervisor/paging.c: paging_create")                                                     \
    RULE(MEM_2, "mem-2", ERROR, ANY,                                                               \
         "RAM consists of whole pages",                                                            \
         "the whole region is trapped like a device: the first instruction there is fatal",        \
         "include/jailhouse/cell-config.h: JAILHOUSE_MEMORY_IS_SUBPAGE; measured")                 \
    RULE(MEM_3, "mem-3", ERROR, ANY,                                                               \
         "regions of a cell do not overlap in its address space, unless they say the same",        \
         "the region listed last wins",                                                            \
         "hypervisor/control.c: cell_create, hypervisor/setup.c: init_late")                       \
    RULE(MEM_4, "mem-4", WARNING, ANY,                                                             \
         "a cell sees no physical memory at two addresses",                                        \
         "mixed cache attributes",                                                                 \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(MEM_5, "mem-5", ERROR, ANY,                                                               \
         "regions of the root cell have equal physical and virtual addresses",                     \
         "creating a cell takes the wrong pages from the root",                                    \
         "hypervisor/control.c: unmap_from_root_cell")                                             \
    RULE(MEM_6, "mem-6", ERROR, ANY,                                                               \
         "regions of different guests do not overlap unless both share them with the root",        \
         "the guests overwrite each other; nobody checks it",                                      \
         "hypervisor/control.c: cell_create; measured")                                            \
    RULE(MEM_7, "mem-7", ERROR, ANY,                                                               \
         "RAM of a guest is not shared with the root",                                             \
         "the root keeps access to the guest's memory",                                            \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(MEM_8, "mem-8", WARNING, ANY,                                                             \
         "what a guest takes is covered by regions of the root cell",                              \
         "it is not given back when the guest is destroyed",                                       \
         "hypervisor/control.c: remap_to_root_cell")                                               \
    RULE(MEM_9, "mem-9", ERROR, ANY,                                                               \
         "loadable memory is covered by readable and writable regions of the root cell",           \
         "loading the guest parks a CPU of the root: Unhandled data write",                        \
         "hypervisor/control.c: cell_set_loadable; measured")                                      \
    RULE(MEM_10, "mem-10", WARNING, ANY,                                                           \
         "loadable memory is not shared with the root",                                            \
         "the root loses it when the guest starts",                                                \
         "hypervisor/control.c: cell_start")                                                       \
    RULE(MEM_11, "mem-11", INFO, ANY,                                                              \
         "no region of the root cell is loadable",                                                 \
         "the flag means nothing there",                                                           \
         "hypervisor/control.c: cell_set_loadable")                                                \
    RULE(MEM_12, "mem-12", ERROR, ANY,                                                             \
         "no region covers registers that the hypervisor must intercept",                          \
         "the cell controls the interrupts of all others, or the machine hangs",                   \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init")                                \
    RULE(MEM_13, "mem-13", ERROR, ANY,                                                             \
         "addresses are within the reach of the architecture and the board",                       \
         "addresses are cut, tables are overrun",                                                  \
         "hypervisor/paging.c: paging_create")                                                     \
    RULE(MEM_14, "mem-14", ERROR, ANY,                                                             \
         "regions end below 2^64",                                                                 \
         "undefined",                                                                              \
         "hypervisor/paging.c: paging_create")                                                     \
    RULE(MEM_15, "mem-15", WARNING, ANY,                                                           \
         "regions of 2 MiB and more have congruent physical and virtual addresses",                \
         "more page tables, more TLB misses",                                                      \
         "hypervisor/paging.c: paging_create")                                                     \
    RULE(MEM_16, "mem-16", WARNING, ANY,                                                           \
         "regions are readable",                                                                   \
         "every access is fatal",                                                                  \
         "hypervisor/arch/arm-common/mmu_cell.c: arch_map_memory_region")                          \
    RULE(MEM_17, "mem-17", WARNING, ARMS | BOARD,                                                  \
         "device registers of a guest are flagged as I/O on arm and arm64",                        \
         "mapped like RAM, and the cache flush at start walks over the registers",                 \
         "hypervisor/arch/arm-common/mmu_cell.c: arm_cell_dcaches_flush")                          \
    RULE(MEM_18, "mem-18", WARNING, ANY,                                                           \
         "RAM for a Linux guest is readable, writable, executable and for DMA",                    \
         "not offered as RAM: No space found to load all images",                                  \
         "pyjailhouse/config_parser.py: MemRegion.is_ram")                                         \
    RULE(MEM_19, "mem-19", INFO, ANY,                                                              \
         "a guest with a real PCI device has memory for DMA where an IOMMU needs to be told",      \
         "its devices fault at their first access to memory",                                      \
         "hypervisor/arch/x86/vtd.c, amd_iommu.c, arm64/ti-pvu.c: iommu_map_memory_region")        \
    RULE(MEM_20, "mem-20", INFO, ANY,                                                              \
         "no region merely continues another",                                                     \
         "more regions than needed",                                                               \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(MEM_21, "mem-21", ERROR, ARMS | BOARD,                                                    \
         "loadable memory begins at a page of the root's kernel",                                  \
         "images are loaded below it, into memory of others",                                      \
         "driver/cell.c: load_image")                                                             \
    RULE(MEM_22, "mem-22", WARNING, ANY,                                                           \
         "no memory is listed twice, at the same address",                                         \
         "the access rights of the region listed last hold",                                       \
         "hypervisor/setup.c: init_late; measured")

#define MODEL_RULES_SPECIAL(RULE)                                                                  \
    RULE(SUB_1, "sub-1", ERROR, ANY,                                                               \
         "a region smaller than a page says which access widths are allowed",                      \
         "every access is fatal: Invalid MMIO read/write",                                         \
         "hypervisor/mmio.c: mmio_handle_subpage")                                                 \
    RULE(SUB_2, "sub-2", ERROR, ANY,                                                               \
         "a small region that begins off the widths it allows permits unaligned access",           \
         "every aligned access is fatal: Invalid MMIO read/write",                                 \
         "hypervisor/mmio.c: mmio_handle_subpage")                                                 \
    RULE(SUB_3, "sub-3", ERROR, ANY,                                                               \
         "a small region at another offset in the page stays within one page",                     \
         "the wrong registers are accessed",                                                       \
         "hypervisor/mmio.c: mmio_handle_subpage")                                                 \
    RULE(SUB_4, "sub-4", WARNING, ANY,                                                             \
         "a small region has the same offset in its physical and virtual page",                    \
         "works only within one page",                                                             \
         "hypervisor/mmio.c: mmio_handle_subpage")                                                 \
    RULE(SUB_5, "sub-5", WARNING, ANY,                                                             \
         "a small region taken from the root stands identically in the root cell",                 \
         "the root keeps access to the registers",                                                 \
         "hypervisor/mmio.c: mmio_region_unregister")                                              \
    RULE(SUB_6, "sub-6", ERROR, ANY,                                                               \
         "a small region of a guest is not part of a larger small region of the root",             \
         "the root loses the neighbouring registers too",                                          \
         "hypervisor/mmio.c: mmio_region_unregister")                                              \
    RULE(SUB_7, "sub-7", WARNING, ANY,                                                             \
         "a guest takes no small region from the root",                                            \
         "when it is destroyed, the root may lose the registers: Overflow during MMIO region registration", \
         "hypervisor/control.c: remap_to_root_cell, hypervisor/mmio.c: mmio_region_register")      \
    RULE(SUB_8, "sub-8", WARNING, ANY,                                                             \
         "a small region that a guest takes is alone in its page of the root",                     \
         "the root may reach its neighbours by trapping only; share the region",                   \
         "hypervisor/mmio.c: mmio_region_unregister")                                              \
    RULE(SUB_9, "sub-9", ERROR, X86,                                                               \
         "a small region on x86 allows a width other than 64 bits",                                \
         "every access is fatal: accesses of 64 bits are not emulated",                            \
         "hypervisor/arch/x86/vcpu.c: vcpu_handle_mmio_access")                                    \
    RULE(COM_1, "com-1", ERROR, ANY,                                                               \
         "the communication region is one page at the beginning of a page",                        \
         "the guest sees memory of the hypervisor, or fails at start",                             \
         "hypervisor/arch/arm-common/mmu_cell.c: arch_map_memory_region; measured")                \
    RULE(COM_2, "com-2", ERROR, ANY,                                                               \
         "a guest has at most one communication region",                                           \
         "both show the same page",                                                                \
         "hypervisor/arch/arm-common/mmu_cell.c: arch_map_memory_region")                          \
    RULE(COM_3, "com-3", ERROR, ANY,                                                               \
         "the communication region is readable and writable",                                      \
         "the guest fails when it reports its state",                                              \
         "inmates/lib")                                                                            \
    RULE(COM_4, "com-4", ERROR, ANY,                                                             \
         "the communication region is where guests look for it",                                   \
         "Jailhouse's own loader and demos fail",                                                  \
         "inmates/lib/arm-common, inmates/lib/x86")                                                \
    RULE(COM_5, "com-5", ERROR, ANY,                                                               \
         "the communication region overlaps nothing in the guest's address space",                 \
         "the region listed last wins",                                                            \
         "hypervisor/control.c: cell_create")                                                      \
    RULE(COM_6, "com-6", WARNING, ANY,                                                             \
         "a guest is passive, or a timeout ends the wait for its replies",                         \
         "shutdown waits forever for a guest that does not answer",                                \
         "hypervisor/control.c: cell_exchange_message")                                            \
    RULE(COM_7, "com-7", INFO, ANY,                                                                \
         "the communication region has no physical address",                                       \
         "it is ignored",                                                                          \
         "hypervisor/arch/arm-common/mmu_cell.c: arch_map_memory_region")                          \
    RULE(COM_8, "com-8", ERROR, ARMS,                                                            \
         "a guest on arm and arm64 has a communication region",                                    \
         "Jailhouse's own loader and demos fail at start: Unhandled data read",                    \
         "inmates/lib/arm-common; measured")                                                       \
    RULE(COM_9, "com-9", ERROR, ANY,                                                               \
         "the root cell has no communication region",                                              \
         "a page of the hypervisor is mapped into the root",                                       \
         "hypervisor/arch/arm-common/mmu_cell.c: arch_map_memory_region")                          \
    RULE(CEL_1, "cel-1", ERROR, ANY,                                                               \
         "a guest starts in memory that is readable, writable and loadable",                       \
         "load fails: Invalid argument, or the guest fails at once: Unhandled data read",          \
         "driver/cell.c: load_image; measured")                                                    \
    RULE(CEL_2, "cel-2", WARNING, ARMS,                                                            \
         "the RAM of a Linux guest begins behind the loader on arm and arm64",                     \
         "the device tree overwrites the loader: the guest never comes alive",                     \
         "tools/jailhouse-cell-linux: ARMCommon.setup; measured")                                  \
    RULE(CEL_3, "cel-3", WARNING, ARMS,                                                            \
         "a Linux guest starts at address 0 on arm and arm64",                                     \
         "the loader is linked at 0 and fails at start, unless it was built for another address",  \
         "inmates/lib/arm64/inmate.lds.S: CONFIG_INMATE_BASE; measured")                           \
    RULE(CEL_4, "cel-4", ERROR, ANY | SINCE(10),                                                   \
         "a bare-metal guest may read and write the registers of its console",                     \
         "Jailhouse's demos fail when they print for the first time: Unhandled data read",         \
         "inmates/lib/printk.c: console_init; measured")                                           \
    RULE(CEL_5, "cel-5", ERROR, ARM64,                                                             \
         "the root cell is not flagged as one of 32 bits on arm64",                                \
         "a CPU that comes back from a guest is parked: instruction abort",                        \
         "hypervisor/arch/arm64/control.c: arm_cpu_reset; measured")
/* clang-format on */

#endif
