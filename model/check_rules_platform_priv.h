/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of rules, third part: IOMMUs, consoles, x86 and the board. See check_rules_priv.h. */
#ifndef MODEL_CHECK_RULES_PLATFORM_PRIV_H
#define MODEL_CHECK_RULES_PLATFORM_PRIV_H

/* clang-format off */
#define MODEL_RULES_IOMMU(RULE)                                                                    \
    RULE(IOM_1, "iom-1", ERROR, ANY,                                                               \
         "the list of IOMMU units has no gap",                                                     \
         "units behind the gap are ignored: DMA is unprotected",                                   \
         "hypervisor/arch/arm64/iommu.c, x86/iommu.c: iommu_count_units")                          \
    RULE(IOM_2, "iom-2", ERROR, ANY,                                                               \
         "IOMMU units are of a type that architecture and board have",                             \
         "enable fails: Invalid argument, or DMA is unprotected",                                  \
         "hypervisor/arch/x86/amd_iommu.c: amd_iommu_init; measured")                              \
    RULE(IOM_3, "iom-3", ERROR, ARMS,                                                              \
         "no region covers registers of an IOMMU",                                                 \
         "the cell can switch the protection off",                                                 \
         "tools/jailhouse-config-check")                                                           \
    RULE(IOM_4, "iom-4", ERROR, ARM64 | BOARD,                                                     \
         "Linux does not drive an MMU-500 that Jailhouse is to drive",                             \
         "enable fails: Device or resource busy",                                                  \
         "hypervisor/arch/arm64/smmu.c: arm_smmu_device_cfg_probe")                                \
    RULE(IOM_5, "iom-5", ERROR, ARM64 | BOARD,                                                     \
         "the size of an MMU-500 is the board's",                                                  \
         "its context banks are looked for at the wrong place",                                    \
         "hypervisor/arch/arm64/smmu.c: arm_smmu_init")                                            \
    RULE(IOM_6, "iom-6", ERROR, ARM64 | SINCE(12),                                                 \
         "streams with masks are equal, contained in each other or apart",                         \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/arch/arm64/smmu.c: arm_smmu_find_sme")                                        \
    RULE(IOM_7, "iom-7", ERROR, ARM64 | SINCE(12),                                                 \
         "an MMU-500 has at most 128 groups of streams and 128 contexts",                          \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/arch/arm64/smmu.c: arm_smmu_find_sme")                                        \
    RULE(IOM_8, "iom-8", WARNING, ARM64 | SINCE(12),                                               \
         "the root cell lists the streams of its devices where there is an MMU-500",               \
         "devices of the root fault once the hypervisor runs",                                     \
         "hypervisor/arch/arm64/smmu.c: arm_smmu_config_commit")                                   \
    RULE(IOM_9, "iom-9", WARNING, ARM64 | BOARD | SINCE(12),                                       \
         "a guest with a device lists the streams of the device",                                  \
         "its DMA goes to the root's memory or faults",                                            \
         "hypervisor/arch/arm64/smmu.c: arm_smmu_cell_init")                                       \
    RULE(IOM_10, "iom-10", WARNING, ARM64 | SINCE(12),                                             \
         "a guest's streams stand with the same masks in the root cell",                           \
         "the devices fault after the guest was destroyed",                                        \
         "hypervisor/arch/arm64/smmu.c: arm_smmu_return_sid_to_root_cell")                         \
    RULE(IOM_11, "iom-11", ERROR, ANY | SINCE(12),                                                 \
         "a stream belongs to one guest",                                                          \
         "the last guest wins",                                                                    \
         "hypervisor/arch/arm64/smmu-v3.c: arm_smmuv3_cell_init")                                  \
    RULE(IOM_12, "iom-12", WARNING, ARM64 | SINCE(12),                                             \
         "some cell lists streams where there is an SMMUv3",                                       \
         "streams that no cell lists are not translated: DMA is unprotected",                      \
         "hypervisor/arch/arm64/smmu-v3.c: arm_smmu_init_ste")                                     \
    RULE(IOM_13, "iom-13", WARNING, ARM64 | SINCE(12),                                             \
         "no guest has streams of an SMMUv3",                                                      \
         "the guest's devices are given the root's memory",                                        \
         "hypervisor/arch/arm64/smmu-v3.c: arm_smmu_write_strtab_ent")                             \
    RULE(IOM_14, "iom-14", WARNING, ARM64 | SINCE(12),                                             \
         "streams of a PVU are 0 to 7",                                                            \
         "the stream is ignored",                                                                  \
         "hypervisor/arch/arm64/ti-pvu.c: pvu_iommu_cell_init")                                    \
    RULE(IOM_15, "iom-15", ERROR, ARM64 | SINCE(12),                                               \
         "the memory for DMA of a cell takes at most 128 entries of a PVU",                        \
         "enable or create fail: Invalid argument; Need more TLB entries",                         \
         "hypervisor/arch/arm64/ti-pvu.c: pvu_entrylist_create")                                   \
    RULE(IOM_16, "iom-16", ERROR, ARM64 | SINCE(12),                                               \
         "a PVU has its table of translations, which no region covers",                            \
         "enable hangs, or the cell can switch the protection off",                                \
         "hypervisor/arch/arm64/ti-pvu.c: pvu_iommu_init")                                         \
    RULE(IOM_17, "iom-17", INFO, ARM,                                                              \
         "no IOMMU unit is listed on arm",                                                         \
         "it is ignored: DMA is unprotected",                                                      \
         "hypervisor/arch/arm/iommu.c")                                                            \
    RULE(IOM_18, "iom-18", WARNING, ARMS,                                                          \
         "a guest that has a device alone, without an IOMMU, sees its RAM for DMA at its physical address", \
         "the DMA of the device overwrites other memory",                                          \
         "hypervisor/arch/arm-common/mmu_cell.c: arch_map_memory_region")                          \
    RULE(CON_1, "con-1", ERROR, ANY,                                                               \
         "the hypervisor's console has a size",                                                    \
         "enable fails: Unable to map hypervisor debug console",                                   \
         "driver/main.c: jailhouse_cmd_enable")                                                    \
    RULE(CON_2, "con-2", ERROR, ARM64,                                                             \
         "the hypervisor's console crosses no multiple of 2 MiB on arm64",                         \
         "the CPUs crash at enable",                                                               \
         "hypervisor/arch/arm64/entry.S: init_bootstrap_pt")                                       \
    RULE(CON_3, "con-3", WARNING, ARMS,                                                            \
         "consoles are memory mapped on arm and arm64",                                            \
         "no output at all",                                                                       \
         "hypervisor/arch/arm-common/dbg-write.c: arch_dbg_write_init")                            \
    RULE(CON_4, "con-4", WARNING, ANY,                                                             \
         "the hypervisor's console is of a type that the architecture has",                        \
         "no output at all",                                                                       \
         "hypervisor/arch/arm-common/dbg-write.c, x86/dbg-write.c: arch_dbg_write_init")           \
    RULE(CON_5, "con-5", ERROR, ANY,                                                               \
         "the gate of a console's clock is bit 0 to 31",                                           \
         "another clock is switched",                                                              \
         "driver/main.c: jailhouse_cmd_enable")                                                    \
    RULE(CON_6, "con-6", WARNING, ANY,                                                             \
         "no guest takes the hypervisor's console from the root",                                  \
         "the output of both is mixed; the root's console falls silent",                           \
         "hypervisor/arch/arm-common/dbg-write.c")                                                 \
    RULE(CON_7, "con-7", WARNING, ANY | SINCE(10),                                                 \
         "a Linux guest may read and write the registers of its console",                          \
         "the guest fails when it prints there",                                                   \
         "inmates/lib/printk.c: console_init")

#define MODEL_RULES_X86(RULE)                                                                      \
    RULE(X86_1, "x86-1", WARNING, X86,                                                             \
         "there is an IOMMU unit on x86",                                                          \
         "DMA is not isolated; Intel machines refuse to enable",                                   \
         "hypervisor/arch/x86/vtd.c: vtd_init; measured")                                          \
    RULE(X86_2, "x86-2", ERROR, X86,                                                               \
         "a VT-d unit has at most 0x4000 bytes of registers, and some",                            \
         "the registers of the next unit are overwritten, or enable crashes",                      \
         "hypervisor/arch/x86/vtd.c: vtd_init")                                                    \
    RULE(X86_3, "x86-3", INFO, X86 | BOARD,                                                        \
         "Linux does not remap DMA",                                                               \
         "enable fails: Device or resource busy; boot with intel_iommu=off or amd_iommu=off",      \
         "hypervisor/arch/x86/vtd.c: vtd_init, amd_iommu.c: amd_iommu_init_pci")                   \
    RULE(X86_4, "x86-4", ERROR, X86,                                                               \
         "VT-d's table of interrupts has 1 to 32768 entries",                                      \
         "enable fails: Invalid argument",                                                         \
         "hypervisor/arch/x86/vtd.c: vtd_init")                                                    \
    RULE(X86_5, "x86-5", ERROR, X86,                                                               \
         "an AMD unit's size is a power of two, and it says where in PCI it is",                   \
         "enable fails: Invalid argument, Input/output error",                                     \
         "hypervisor/arch/x86/amd_iommu.c: amd_iommu_init_pci, amd_iommu_init_features; measured") \
    RULE(X86_6, "x86-6", ERROR, X86,                                                               \
         "no region covers registers of an IOMMU",                                                 \
         "the cell can switch the protection off",                                                 \
         "hypervisor/arch/x86/vtd.c: vtd_init_ir_emulation")                                       \
    RULE(X86_7, "x86-7", ERROR, X86,                                                               \
         "the mode of the APICs is auto, xAPIC or x2APIC, and possible on the board",              \
         "enable fails: Input/output error",                                                       \
         "hypervisor/arch/x86/apic.c: apic_init")                                                  \
    RULE(X86_8, "x86-8", ERROR, X86,                                                               \
         "with xAPICs CPUs are 0 to 7, and never above 254",                                       \
         "enable fails: Numerical result out of range, Input/output error",                        \
         "hypervisor/arch/x86/apic.c: apic_cpu_init")                                              \
    RULE(X86_9, "x86-9", ERROR, X86,                                                               \
         "no region covers the local APIC",                                                        \
         "the cell controls the interrupts of all CPUs",                                           \
         "hypervisor/arch/x86/vmx.c, svm.c: vcpu_vendor_cell_init")                                \
    RULE(X86_10, "x86-10", ERROR, X86 | BOARD,                                                     \
         "the port of the power management timer is the board's, or 0",                            \
         "all cells reach other ports; the guests' clocks are wrong",                              \
         "hypervisor/arch/x86/vcpu.c: vcpu_cell_init")                                             \
    RULE(X86_11, "x86-11", INFO, X86 | BOARD,                                                      \
         "the frequencies of TSC and APIC are 0 or the board's",                                   \
         "Linux' own calibration is not used",                                                     \
         "driver/main.c: jailhouse_cmd_enable")                                                    \
    RULE(X86_12, "x86-12", ERROR, X86,                                                             \
         "port ranges are not empty and end at or below 0x10000",                                  \
         "memory behind the hypervisor's port map is overwritten",                                 \
         "hypervisor/arch/x86/vcpu.c: pio_allow_access")                                           \
    RULE(X86_13, "x86-13", ERROR, X86,                                                             \
         "a port belongs to one guest and is not the root's console",                              \
         "the root is parked: Invalid PIO read",                                                   \
         "hypervisor/arch/x86/vcpu.c: vcpu_cell_init; measured")                                   \
    RULE(X86_14, "x86-14", INFO, X86,                                                              \
         "no guest lists the ports 0x64 and 0x80",                                                 \
         "accesses are filtered or ignored",                                                       \
         "hypervisor/arch/x86/vcpu.c: vcpu_handle_io_access")                                      \
    RULE(X86_15, "x86-15", WARNING, X86 | BOARD,                                                   \
         "the root cell lists the ports that Linux uses",                                          \
         "CPUs of the root are parked: Invalid PIO read",                                          \
         "hypervisor/arch/x86/vcpu.c: vcpu_cell_init")                                             \
    RULE(X86_16, "x86-16", WARNING, X86,                                                           \
         "a Linux guest starts at address 0, any guest below 4 GiB",                               \
         "jailhouse cell linux refuses the guest, or it starts elsewhere",                         \
         "hypervisor/arch/x86/vmx.c, svm.c: vcpu_vendor_reset; tools/jailhouse-cell-linux: X86.setup") \
    RULE(X86_17, "x86-17", ERROR, X86,                                                             \
         "a guest with the test device has a communication region and nothing in the page behind it", \
         "create fails: Invalid argument",                                                         \
         "hypervisor/arch/x86/test-device.c: testdev_cell_init")                                   \
    RULE(X86_18, "x86-18", WARNING, X86 | BOARD,                                                   \
         "threads of a core belong to one cell",                                                   \
         "the cells share caches and execution units of the core",                                 \
         "hypervisor/arch/x86")                                                                    \
    RULE(CAT_1, "cat-1", ERROR, X86,                                                               \
         "a cell has at most one cache region, of type L3 and not empty",                          \
         "enable or create fail: Invalid argument",                                                \
         "hypervisor/arch/x86/cat.c: cat_cell_init")                                               \
    RULE(CAT_2, "cat-2", ERROR, X86,                                                               \
         "the guests leave the root ways of the cache",                                            \
         "create fails: Invalid argument",                                                         \
         "hypervisor/arch/x86/cat.c: cat_shrink_root_cos")                                         \
    RULE(CAT_3, "cat-3", ERROR, X86,                                                               \
         "at most 15 guests have ways of the cache",                                               \
         "create fails: Device or resource busy",                                                  \
         "hypervisor/arch/x86/cat.c: cat_get_cos")                                                 \
    RULE(CAT_4, "cat-4", WARNING, X86,                                                             \
         "a cell has two ways of the cache or more",                                               \
         "some processors refuse a single way: the CPU faults",                                    \
         "hypervisor/arch/x86/cat.c: cat_update_cell")                                             \
    RULE(CAT_5, "cat-5", INFO, ANY,                                                                \
         "cache regions are for Intel processors",                                                 \
         "they are ignored",                                                                       \
         "hypervisor/arch/x86/cat.c: cat_init")                                                    \
    RULE(CAT_6, "cat-6", INFO, X86,                                                                \
         "guests have different ways of the cache",                                                \
         "they evict each other's lines; nobody checks it",                                        \
         "hypervisor/arch/x86/cat.c: cat_cell_init")

#define MODEL_RULES_BOARD(RULE)                                                                    \
    RULE(BRD_1, "brd-1", WARNING, ARMS | BOARD,                                                    \
         "the maintenance interrupt is the board's",                                               \
         "virtual interrupts are not refilled when many are pending",                              \
         "hypervisor/arch/arm-common/irqchip.c: irqchip_cell_init; measured")                      \
    RULE(BRD_2, "brd-2", ERROR, ANY | BOARD,                                                       \
         "the hypervisor's console is at registers that the board has",                            \
         "the CPUs hang at enable without a message",                                              \
         "hypervisor/arch/arm-common/dbg-write.c: arch_dbg_write_init; measured")                  \
    RULE(BRD_3, "brd-3", WARNING, ANY | BOARD,                                                     \
         "the hypervisor's console is a console of the board",                                     \
         "no output, or a device is disturbed",                                                    \
         "hypervisor/arch/arm-common/dbg-write.c: arch_dbg_write_init")                            \
    RULE(BRD_4, "brd-4", ERROR, ANY | BOARD,                                                       \
         "the root cell has the RAM that Linux uses",                                              \
         "CPUs of the root are parked soon after enable",                                          \
         "hypervisor/setup.c: init_late; measured")                                                \
    RULE(BRD_5, "brd-5", WARNING, ANY | BOARD,                                                     \
         "all RAM of the board belongs to the root, a guest, a link or the hypervisor",            \
         "the root is parked when Linux uses it; keep Linux from it by mem= or a reservation",     \
         "hypervisor/setup.c: init_late")                                                          \
    RULE(BRD_6, "brd-6", ERROR, ANY | BOARD,                                                       \
         "RAM of a guest is RAM of the board",                                                     \
         "the guest, or the root that loads it, accesses nothing or a device",                     \
         "hypervisor/control.c: cell_create; measured")                                            \
    RULE(BRD_7, "brd-7", ERROR, ANY | BOARD,                                                       \
         "RAM of a guest is not RAM that Linux uses",                                              \
         "the root is parked at its next access: Unhandled data write",                            \
         "hypervisor/control.c: unmap_from_root_cell; measured")                                   \
    RULE(BRD_8, "brd-8", WARNING, ANY | BOARD,                                                     \
         "the window of a virtual PCI host covers no registers of the board",                      \
         "Linux does not see the virtual devices, or loses the real ones",                         \
         "driver/pci.c: create_vpci_of_overlay; measured")                                         \
    RULE(BRD_9, "brd-9", ERROR, ANY | BOARD,                                                       \
         "the root cell has the console of Linux, and no guest takes it",                          \
         "the root is parked at its next output: Unhandled data read",                             \
         "hypervisor/setup.c: init_late, hypervisor/control.c: unmap_from_root_cell; measured")    \
    RULE(BRD_10, "brd-10", WARNING, ANY | BOARD,                                                   \
         "the root cell has the registers that Linux uses",                                        \
         "the root is parked when a driver uses them",                                             \
         "hypervisor/setup.c: init_late; measured")                                                \
    RULE(BRD_11, "brd-11", ERROR, ANY | BOARD,                                                     \
         "IOMMU units are where the board has them",                                               \
         "enable crashes: synchronous abort",                                                      \
         "hypervisor/arch/arm64/smmu-v3.c: arm_smmuv3_init, smmu.c: arm_smmu_init; measured")      \
    RULE(BRD_12, "brd-12", WARNING, ARMS | BOARD,                                                  \
         "a PCI configuration window that is not virtual is a host's of the board on arm and arm64", \
         "Linux does not see the virtual devices",                                                 \
         "driver/pci.c: jailhouse_pci_virtual_root_devices_add; measured") \
    RULE(BRD_13, "brd-13", ERROR, ANY | BOARD,                                                     \
         "the type of the hypervisor's console is that of the board's console there",              \
         "the CPUs wait at enable for a bit that never changes, or nothing is printed",            \
         "hypervisor/arch/arm-common/dbg-write.c: arch_dbg_write_init")                            \
    RULE(BRD_14, "brd-14", ERROR, ARMS | BOARD | SINCE(10),                                        \
         "the console of a bare-metal guest is a console of the board, and of its type",           \
         "Jailhouse's demos wait at their first output for a bit that never changes",              \
         "inmates/lib/printk.c: console_init; measured")
/* clang-format on */

#endif
