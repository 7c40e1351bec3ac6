/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * x86: what ACPI's tables and PCI's configuration spaces say. The order of a reading: functions with
 * their configuration spaces, tables (which name functions), devices, and what is made of both.
 *
 * Sources: ACPI Specification 6.5, chapters 5.2 and 21; Intel VT-d Specification, chapter 8; AMD
 * I/O Virtualization Technology Specification, chapter 5; PCI Local Bus Specification 3.0, chapter 6.
 */
#ifndef EXTRACT_X86_PRIV_H
#define EXTRACT_X86_PRIV_H

#include "extract/extract_priv.h"

/* acpi.c */

/* A table with its header, as long as the header says, its checksum good. */
struct acpi_table {
    const char *path; /* for diagnostics */
    const uint8_t *data;
    size_t size;
    size_t at; /* of `data` in the file */
};
/* False with a note "acpi-table" if it is broken, and without one if it is not there. */
bool acpi_open(struct extract *ex, const char *signature, struct acpi_table *table);
/* Little endian, `width` of 1 to 8 bytes; 0 beyond the end. */
uint64_t acpi_get(const struct acpi_table *table, size_t at, size_t width);

/* extract_from: the table, and where in it the structure `t`, or its byte `offset`, is. */
void acpi_from(const struct extract *ex, const char *section, const char *entry, const char *key,
               const struct acpi_table *t, size_t offset);

/* How the structures of a table begin: with an 8-bit type and length, with 16-bit ones, or with an
 * 8-bit type, a byte of flags and a 16-bit length, or without these flags. */
enum acpi_head { ACPI_BYTES, ACPI_WORDS, ACPI_IVRS, ACPI_IORT };
/* A structure of a table; `next` is 0 before the first. */
struct acpi_entry {
    struct acpi_table t; /* itself, at 0 */
    uint32_t type;
    size_t next;
};
/* The next one, the first of which is at `first`. False at the end, and with a note "acpi-entry" at
 * one that is no longer than its head or reaches beyond the table. */
bool acpi_next(struct extract *ex, const struct acpi_table *table, enum acpi_head head,
               size_t first, struct acpi_entry *entry);

/* What was found. */

struct x86_function {
    uint32_t domain, bdf;
    const char *path;      /* in sysfs */
    struct aj_bytes bytes; /* of configuration space: 64 for those who are not root, 256, 4096 */
    uint32_t device;       /* index in ex->devices, AJ_NONE32: none */
    uint32_t iommu;        /* index in board->iommu, AJ_NONE32: behind none */
};

struct x86_ioapic {
    uint32_t id, gsi_base, pins;
    aj_addr address;
    struct acpi_table t;
    uint32_t iommu, bdf; /* as what it interrupts; AJ_NONE32: not said */
};

/* A line of the old interrupt controller that is not the pin of its number. */
struct x86_override {
    uint32_t irq, gsi, flags; /* flags as in a device tree */
};

/* Memory that firmware made some functions use on their own: RMRR of Intel, IVMD of AMD. */
struct x86_held {
    struct aj_range range;
    uint32_t domain, bdf;
};

struct x86 {
    struct extract *ex;
    AJ_VEC(struct x86_function) functions;
    AJ_VEC(struct x86_ioapic) ioapics;
    AJ_VEC(struct x86_override) overrides;
    AJ_VEC(struct x86_held) held;
    AJ_VEC(struct model_iommu_unit) units;
    struct aj_rangeset configuration; /* windows onto PCI's configuration spaces */
    AJ_VEC(struct model_pci_host) hosts;
    struct model_x86_platform platform;
};

/* x86_pci.c: the functions, and devices of them. */
void x86_read_functions(struct x86 *x);
/* NULL if there is none. */
struct x86_function *x86_function_at(struct x86 *x, uint32_t domain, uint32_t bdf);
/* Of its configuration space; what was not read is all ones, as on the bus. */
uint32_t x86_config(const struct x86_function *function, size_t at, size_t width);
bool x86_is_bridge(const struct x86_function *function);
void x86_add_functions(struct x86 *x);
/* x86_caps.c: capabilities, MSI and MSI-X of a function; BARs are its rows of `resource`. */
void x86_read_caps(struct x86 *x, const struct x86_function *function, const struct aj_range *bars,
                   struct model_pci_function *pci);

/* x86_tables.c: IOAPICs and overrides, PCI's windows, timer, what is near to which CPUs. */
void x86_read_tables(struct x86 *x);
void x86_read_mcfg(struct x86 *x);
/* GSI of an interrupt line of the old controller. */
struct model_interrupt x86_line_of_irq(const struct x86 *x, uint32_t irq);
/* x86_iommu.c: the units, and what is behind them. */
void x86_read_iommus(struct x86 *x);

/* x86_lines.c: the pins of functions; irqchips; /proc/interrupts. */
void x86_find_pins(struct x86 *x);
void x86_interrupts(struct x86 *x);

/* x86_memory.c, x86_ports.c, x86_cpu.c, x86_console.c */
void x86_memory(struct x86 *x);
void x86_ports(struct x86 *x);
void x86_cpus(struct x86 *x);
void x86_consoles(struct x86 *x);
/* x86_verdict.c: what must travel together, and what can be given away. */
void x86_verdicts(struct x86 *x);

/* x86.c: the whole machine. "interrupted". */
AJ_NODISCARD enum aj_status extract_x86(struct extract *ex);
/* Who made the machine, in board->board; it has no device tree. */
void extract_dmi(struct extract *ex);

/* arm_acpi.c: an arm64 machine without a device tree. "interrupted". */
AJ_NODISCARD enum aj_status extract_arm_acpi(struct extract *ex);

#endif
