/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A good system to break: root cell and two guests with two links on a board with four CPUs and
 * 1 GiB, as on QEMU's arm64 machine, and a smaller one for x86. Every number can be changed in
 * place. And the cases: for each rule one change that breaks it and one that just does not.
 */
#ifndef TESTS_MODEL_SYSTEMS_H
#define TESTS_MODEL_SYSTEMS_H

#include "model/check.h"
#include "tests/support/support.h"

enum { GUESTS = 3, REGIONS = 24, ENTRIES = 8 };

/* Regions of the arm64 system. Sections of a link come in their order: state, common, outputs. */
enum { DEMO = 0, NET = 5 };                                                /* in root and linux */
enum { ROOT_MMIO = 9, ROOT_RAM, ROOT_ECAM, ROOT_COUNT };                   /* root */
enum { BARE_UART = 5, BARE_RAM, BARE_COMM, BARE_COUNT };                   /* guest[BARE] */
enum { LINUX_UART = 9, LINUX_RAM, LINUX_LOADER, LINUX_COMM, LINUX_COUNT }; /* guest[LINUX] */
enum { BARE, LINUX };
/* Of the x86 system. */
enum { X86_LOW = 0, X86_HIGH, X86_BAR, X86_ROOT_COUNT }; /* root */
enum { X86_RAM = 0, X86_COMM, X86_COUNT };               /* guest[0] */

/* A cell with its arrays; the pointers of `cell` point into them. */
struct cell_parts {
    struct model_memory mem[REGIONS];
    struct model_irqchip chips[ENTRIES];
    struct model_pci_device pci[ENTRIES];
    struct model_pci_cap caps[ENTRIES];
    struct model_pio pio[ENTRIES];
    struct model_cache_region caches[ENTRIES];
    uint32_t streams[ENTRIES];
};

struct sys {
    struct model_header header;
    struct model_cell root;
    struct model_cell guest[GUESTS];
    struct cell_parts root_parts, guest_parts[GUESTS];
    struct model_system system;
    struct model_board board;
    struct model_cpu cpus[ENTRIES];
    struct model_region regions[ENTRIES];
    struct model_device devices[ENTRIES];
    struct model_mmio mmios[ENTRIES];
    struct model_interrupt lines[ENTRIES];
    struct model_board_console consoles[2];
    struct model_arm_platform arm;
    struct model_pci_host host;
    struct model_iommu_unit iommu;
    struct model_x86_platform x86;
    struct model_board_irqchip ioapic;
    struct model_ports ports;
    struct model_pci_function function;
    const char *compatible;
    uint32_t stream;
    bool without_board, without_header;
};

void sys_arm64(struct sys *s);
void sys_arm(struct sys *s); /* arm64's, with a GICv2 and 32 bits */
void sys_x86(struct sys *s);
/* Appends a copy of guest `from` called `name`, with a CPU set of its own. */
struct model_cell *sys_clone_guest(struct sys *s, size_t from, const char *name, uint32_t cpu);
/* Judges the system; the diagnostics are in `cx`. */
enum aj_status sys_judge(struct aj_ctx *cx, const struct sys *s);

typedef void sys_change(struct sys *s);
struct rule_case {
    const char *id;
    sys_change *start, *breaks, *holds;
    const char *also; /* a rule that cannot but be broken too, "*" = several, or NULL */
};
#define BREAKS(name)                 static void name##_breaks(struct sys *s)
#define CASE(name, id, start, holds) CASE_ALSO(name, id, start, holds, NULL)
#define CASE_ALSO(name, id, start, holds, also)       \
    {                                                 \
        id, start, name##_breaks, holds##_holds, also \
    }
#define HOLDS(name) static void name##_holds(struct sys *s)

extern const struct rule_case cases_header[], cases_cpu[], cases_memory[], cases_overlap[],
    cases_start[], cases_irq[], cases_link[], cases_pci[], cases_board[], cases_root[],
    cases_source[], cases_small[], cases_device[], cases_iommu[], cases_x86[],
    cases_cache[]; /* each ends with id NULL */

#endif
