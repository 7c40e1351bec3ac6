/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of rules: RULE(name, id, severity, where it applies, what holds, what happens otherwise,
 * where in Jailhouse that comes from). Families: hdr header, c traces of mistakes in a C source, hv
 * hypervisor memory, cpu, mem memory, sub regions smaller than a page, com communication region, cel
 * start of a cell, gic and ioa interrupt controllers, vpi virtual PCI interrupts, ivs shared memory
 * links, pci hosts, dev PCI devices, iom IOMMUs, con consoles, x86, cat caches, brd comparison with
 * the board.
 *
 * Sources are files of Jailhouse (revision 14 of the configuration format) and their functions;
 * "measured": seen on the real hypervisor. The severity of a rule is ERROR when the hypervisor
 * refuses, hangs or crashes, or when cells are no longer isolated.
 */
#ifndef MODEL_CHECK_RULES_PRIV_H
#define MODEL_CHECK_RULES_PRIV_H

#include "model/check_rules_cell_priv.h"
#include "model/check_rules_device_priv.h"
#include "model/check_rules_platform_priv.h"

/* clang-format off */
#define MODEL_RULES(RULE)                                                                          \
    MODEL_RULES_HEADER(RULE)                                                                       \
    MODEL_RULES_HYPERVISOR(RULE)                                                                   \
    MODEL_RULES_CPU(RULE)                                                                          \
    MODEL_RULES_MEMORY(RULE)                                                                       \
    MODEL_RULES_SPECIAL(RULE)                                                                      \
    MODEL_RULES_IRQ(RULE)                                                                          \
    MODEL_RULES_LINK(RULE)                                                                         \
    MODEL_RULES_PCI(RULE)                                                                          \
    MODEL_RULES_IOMMU(RULE)                                                                        \
    MODEL_RULES_X86(RULE)                                                                          \
    MODEL_RULES_BOARD(RULE)
/* clang-format on */

#define MODEL_RULE_NAME(name, id, severity, applies, says, consequence, source) MODEL_RULE_##name,
enum model_rule_name { MODEL_RULES(MODEL_RULE_NAME) MODEL_RULE_COUNT };
#undef MODEL_RULE_NAME

#endif
