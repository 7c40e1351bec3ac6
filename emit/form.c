/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/form.h"

#include <inttypes.h>

static const struct aj_name cache_types[] = {{3, "L3"}, {1, "L3_CODE"}, {2, "L3_DATA"}, {0, NULL}};
static const struct aj_name cache_flags[] = {{1, "ROOTSHARED"}, {0, NULL}};
static const struct aj_name cap_flags[] = {{1, "WRITE"}, {0, NULL}};
static const struct aj_name apic_modes[] = {{0, "AUTO"}, {1, "XAPIC"}, {2, "X2APIC"}, {0, NULL}};

/* include/jailhouse/pci_defs.h */
static const struct aj_name cap_ids[] = {
    {0x01, "PM"},   {0x03, "VPD"},   {0x05, "MSI"},    {0x08, "HT"},  {0x09, "VNDR"},
    {0x0a, "DBG"},  {0x0d, "SSVID"}, {0x0f, "SECDEV"}, {0x10, "EXP"}, {0x11, "MSIX"},
    {0x12, "SATA"}, {0x13, "AF"},    {0, NULL},
};
static const struct aj_name ext_cap_ids[] = {
    {0x01, "ERR"},   {0x02, "VC"},    {0x03, "DSN"},   {0x04, "PWR"},  {0x05, "RCLD"},
    {0x06, "RCILC"}, {0x07, "RCEC"},  {0x08, "MFVC"},  {0x09, "VC9"},  {0x0a, "RCRB"},
    {0x0b, "VNDR"},  {0x0c, "CAC"},   {0x0d, "ACS"},   {0x0e, "ARI"},  {0x0f, "ATS"},
    {0x10, "SRIOV"}, {0x11, "MRIOV"}, {0x12, "MCAST"}, {0x13, "PRI"},  {0x14, "AMD_XXX"},
    {0x15, "REBAR"}, {0x16, "DPA"},   {0x17, "TPH"},   {0x18, "LTR"},  {0x19, "SECPCI"},
    {0x1a, "PMUX"},  {0x1b, "PASID"}, {0x1d, "DPC"},   {0x1e, "L1SS"}, {0x1f, "PTM"},
    {0, NULL},
};
#define EXT_CAP 0x8000u

enum form_kind { FORM_NUMBER, FORM_ENUM, FORM_FLAGS, FORM_PROTOCOL, FORM_CAP };

struct form {
    enum form_kind kind;
    const struct aj_name *names;
    const char *prefix;
};

static const struct form forms[] = {
    [EMIT_MEM_FLAGS] = {FORM_FLAGS, model_mem_flags, "JAILHOUSE_"},
    [EMIT_CELL_FLAGS] = {FORM_FLAGS, model_cell_flags, "JAILHOUSE_"},
    [EMIT_SYSTEM_FLAGS] = {FORM_FLAGS, model_system_flags, "JAILHOUSE_"},
    [EMIT_CONSOLE_TYPE] = {FORM_ENUM, model_console_types, "JAILHOUSE_CON_TYPE_"},
    [EMIT_CONSOLE_FLAGS] = {FORM_FLAGS, model_console_flags, "JAILHOUSE_CON_"},
    [EMIT_CACHE_TYPE] = {FORM_ENUM, cache_types, "JAILHOUSE_CACHE_"},
    [EMIT_CACHE_FLAGS] = {FORM_FLAGS, cache_flags, "JAILHOUSE_CACHE_"},
    [EMIT_PCI_TYPE] = {FORM_ENUM, model_pci_types, "JAILHOUSE_PCI_TYPE_"},
    [EMIT_PROTOCOL] = {FORM_PROTOCOL, model_shmem_protocols, "JAILHOUSE_SHMEM_PROTO_"},
    [EMIT_CAP_ID] = {FORM_CAP, cap_ids, "PCI_CAP_ID_"},
    [EMIT_CAP_FLAGS] = {FORM_FLAGS, cap_flags, "JAILHOUSE_PCICAPS_"},
    [EMIT_IOMMU_TYPE] = {FORM_ENUM, model_iommu_types, "JAILHOUSE_IOMMU_"},
    [EMIT_APIC_MODE] = {FORM_ENUM, apic_modes, "JAILHOUSE_APIC_MODE_"},
    [EMIT_PINS] = {FORM_NUMBER, NULL, NULL},
};

static bool take(const struct form *form, uint64_t value, uint64_t *rest, struct emit_term *term)
{
    const char *name = aj_name_of(form->names, value);
    if (name == NULL)
        return false;
    *term = (struct emit_term){form->prefix, name, value};
    *rest &= ~value;
    return true;
}

/* Tables may also hold names of several bits, which C does not know. */
static bool take_flag(const struct form *form, uint64_t *rest, struct emit_term *term)
{
    for (const struct aj_name *n = form->names; n->name != NULL; n++)
        if (aj_is_pow2(n->value) && (*rest & n->value) != 0)
            return take(form, n->value, rest, term);
    return false;
}

/*
 * VIRTIO_FRONT and VIRTIO_BACK are the first numbers of ranges; the low bits are the kind of device.
 * They come first: the rest is then one of the two and cannot be mistaken for another protocol.
 */
static bool take_protocol(const struct form *form, uint64_t *rest, struct emit_term *term)
{
    static const struct aj_name devices[] = {{1, "NET"}, {2, "BLOCK"}, {3, "CONSOLE"}, {0, NULL}};
    static const struct form device = {FORM_ENUM, devices, "VIRTIO_DEV_"};
    const uint64_t low = *rest & 0x3fffu;
    if (*rest < JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT || low == 0)
        return take(form, *rest, rest, term);
    if (take(&device, low, rest, term))
        return true;
    *term = (struct emit_term){NULL, NULL, low};
    *rest &= ~low;
    return true;
}

static bool take_cap(const struct form *form, uint64_t *rest, struct emit_term *term)
{
    static const struct form ext = {FORM_ENUM, ext_cap_ids, "PCI_EXT_CAP_ID_"};
    static const struct aj_name marks[] = {{EXT_CAP, "PCI_EXT_CAP"}, {0, NULL}};
    static const struct form mark = {FORM_FLAGS, marks, "JAILHOUSE_"};
    if (*rest == EXT_CAP)
        return take(&mark, EXT_CAP, rest, term);
    if ((*rest & EXT_CAP) != 0)
        return take(&ext, *rest & ~(uint64_t)EXT_CAP, rest, term);
    return take(form, *rest, rest, term);
}

static bool take_name(const struct form *form, uint64_t *rest, struct emit_term *term)
{
    switch (form->kind) {
    case FORM_NUMBER: return false;
    case FORM_ENUM: return take(form, *rest, rest, term);
    case FORM_FLAGS: return take_flag(form, rest, term);
    case FORM_PROTOCOL: return take_protocol(form, rest, term);
    case FORM_CAP: return take_cap(form, rest, term);
    }
    return false;
}

void emit_form_next(enum emit_form form, uint64_t *rest, struct emit_term *term)
{
    if ((size_t)form < AJ_COUNT(forms) && take_name(&forms[form], rest, term))
        return;
    *term = (struct emit_term){NULL, NULL, *rest};
    *rest = 0;
}

static bool has_pin(const struct model_irqchip *chip, uint32_t pin)
{
    return pin < 128 && (chip->pin_bitmap[pin / 32] >> pin % 32 & 1) != 0;
}

void emit_pins_add(struct aj_buf *to, const struct model_irqchip *chip)
{
    const char *separator = "";
    for (uint32_t first = 0; first < 128; first++) {
        uint32_t last = first;
        if (!has_pin(chip, first))
            continue;
        while (has_pin(chip, last + 1))
            last++;
        /* pin_base may be anything: the sum does not fit 32 bits. */
        aj_buf_addf(to, "%s%" PRIu64, separator, (uint64_t)chip->pin_base + first);
        if (last > first)
            aj_buf_addf(to, "-%" PRIu64, (uint64_t)chip->pin_base + last);
        separator = ", ";
        first = last;
    }
}

void emit_arch_add(struct aj_buf *to, uint8_t arch)
{
    const char *name = aj_name_of(model_arch_names, arch);
    if (name != NULL)
        aj_buf_adds(to, name);
    else
        aj_buf_addf(to, "architecture %u", arch);
}
