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
    RULE(IOM_11, "iom-11", ERROR, ANY | SINCE(12),                                                 \
         "a stream belongs to one guest",                                                          \
         "the last guest wins",                                                                    \
         "hypervisor/arch/arm64/smmu-v3.c: arm_smmuv3_cell_init")                                  \
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
    RULE(CON_7, "con-7", WARNING, ANY | SINCE(10),                                                 \
         "a guest has access to its console",                                                      \
         "the guest fails when it prints for the first time",                                      \
         "inmates/lib/uart.c")

#define MODEL_RULES_X86(RULE)                                                                      \
    RULE(X86_1, "x86-1", WARNING, X86,                                                             \
         "there is an IOMMU unit on x86",                                                          \
         "DMA is not isolated; Intel machines refuse to enable",                                   \
         "hypervisor/arch/x86/vtd.c: vtd_init; measured")                                          \
    RULE(X86_9, "x86-9", ERROR, X86,                                                               \
         "no region covers the local APIC",                                                        \
         "the cell controls the interrupts of all CPUs",                                           \
         "hypervisor/arch/x86/vmx.c, svm.c: vcpu_vendor_cell_init")                                \
    RULE(X86_12, "x86-12", ERROR, X86,                                                             \
         "port ranges are not empty and end at or below 0x10000",                                  \
         "memory behind the hypervisor's port map is overwritten",                                 \
         "hypervisor/arch/x86/vcpu.c: pio_allow_access")                                           \
    RULE(X86_13, "x86-13", ERROR, X86,                                                             \
         "a port belongs to one guest and is not the root's console",                              \
         "the root is parked: Invalid PIO read",                                                   \
         "hypervisor/arch/x86/vcpu.c: vcpu_cell_init; measured")                                   \
    RULE(CAT_1, "cat-1", ERROR, X86,                                                               \
         "a cell has at most one cache region, of type L3 and not empty",                          \
         "enable or create fail: Invalid argument",                                                \
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
         "driver/pci.c: jailhouse_pci_virtual_root_devices_add; measured")
/* clang-format on */

#endif
