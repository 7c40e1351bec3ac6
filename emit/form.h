/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the values of a configuration read: numbers, names and flags, for the C form and the listing.
 */
#ifndef EMIT_FORM_H
#define EMIT_FORM_H

#include "base/buf.h"
#include "model/system.h"

enum emit_form {
    EMIT_HEX,
    EMIT_DEC,
    EMIT_BYTES, /* of a length */
    EMIT_RAW,   /* bytes without a meaning */
    EMIT_BDF,   /* bus, device and function of a PCI device */
    EMIT_MEM_FLAGS,
    EMIT_CELL_FLAGS,
    EMIT_SYSTEM_FLAGS,
    EMIT_CONSOLE_TYPE,
    EMIT_CONSOLE_FLAGS,
    EMIT_CACHE_TYPE,
    EMIT_CACHE_FLAGS,
    EMIT_PCI_TYPE,
    EMIT_PROTOCOL,
    EMIT_CAP_ID,
    EMIT_CAP_FLAGS,
    EMIT_IOMMU_TYPE,
    EMIT_APIC_MODE,
    /* Fields with a shape of their own in the C form. */
    EMIT_CPU_SET_SIZE,
    EMIT_MSI_BITS,
    EMIT_PINS,
};

/* A name with the prefix that C gives it, or with name == NULL a plain number. */
struct emit_term {
    const char *prefix, *name;
    uint64_t value;
};

/*
 * Takes the next term out of *rest; the value is all terms or-ed. Every value has at least one, so:
 * do next(form, &rest, &term); while (rest != 0). What has no name is left for one last number.
 */
void emit_form_next(enum emit_form form, uint64_t *rest, struct emit_term *term);

/* "33, 140-141": the interrupts of an irqchip; nothing if there is none. */
void emit_pins_add(struct aj_buf *to, const struct model_irqchip *chip);

/* "x86", "arm", "arm64"; "architecture 7". */
void emit_arch_add(struct aj_buf *to, uint8_t arch);

#endif
