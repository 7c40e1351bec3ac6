/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Capabilities of a PCI function. Lengths: PCI Express Base Specification 5.0, chapter 7, as far as
 * registers of a capability can be told from what follows it.
 */
#include "extract/x86_priv.h"

#define HOPS_MAX     64 /* a list that loops has more */
#define CONFIG_SIZE  0x100u
#define EXTENDED_MAX 0x1000u

enum { CAP_PM = 0x01, CAP_MSI = 0x05, CAP_EXP = 0x10, CAP_MSIX = 0x11 };
enum {
    XCAP_AER = 1,
    XCAP_VC = 2,
    XCAP_DSN = 3,
    XCAP_VENDOR = 0x0b,
    XCAP_ACS = 0x0d,
    XCAP_SRIOV = 0x10
};

/* Of those whose length is the same on every function: id, bytes. */
static const struct {
    uint32_t id, length;
} extended_lengths[] = {
    {XCAP_AER, 64},   {XCAP_VC, 16}, {XCAP_DSN, 12}, {0x04, 16}, {0x08, 4}, {0x09, 16}, {0x0e, 8},
    {XCAP_SRIOV, 64}, {0x12, 48},    {0x18, 8},      {0x19, 16}, {0x1b, 8}, {0x1e, 16}, {0x1f, 12},
};

typedef AJ_VEC(struct model_function_cap) cap_list;

static uint32_t length_of(const struct x86_function *f, uint32_t id, uint32_t at)
{
    const uint32_t control = x86_config(f, at + 2, 2);
    switch (id) {
    case CAP_PM: return 8;
    case CAP_MSI:
        return 10 + ((control & 0x80) != 0 ? 4u : 0u) + ((control & 0x100) != 0 ? 10u : 0u);
    case CAP_EXP: return (control & 0xf) < 2 ? 20 : 60;
    case CAP_MSIX: return 12;
    default: return 2;
    }
}

/* A guest may write what only concerns the function itself: its power state, its messages. */
static bool is_writable(uint32_t id)
{
    return id == CAP_PM || id == CAP_MSI || id == CAP_MSIX;
}

static void read_msi(struct model_pci_function *pci, const struct x86_function *f, uint32_t at)
{
    const uint32_t control = x86_config(f, at + 2, 2);
    const uint32_t log = control >> 1 & 7;
    if (pci->msi_vectors != 0)
        return; /* the first one is the one that hardware uses */
    pci->msi_vectors = 1u << (log > 5 ? 5 : log);
    pci->msi_64bits = (control & 0x80) != 0;
    pci->msi_maskable = (control & 0x100) != 0;
}

static void read_msix(struct x86 *x, struct model_pci_function *pci, const struct x86_function *f,
                      uint32_t at, const struct aj_range *bars)
{
    const uint32_t table = x86_config(f, at + 4, 4), bar = table & 7, offset = table & ~7u;
    const uint32_t vectors = (x86_config(f, at + 2, 2) & 0x7ff) + 1;
    const aj_size bytes = (aj_size)vectors * 16;
    if (pci->msix_vectors != 0)
        return;
    if (bar > 5 || bars[bar].base == 0 || bytes > bars[bar].size ||
        offset > bars[bar].size - bytes) {
        extract_note(x->ex, "warning", "pci-msix", f->path,
                     "the table of its messages is not in a BAR of it: they are not used");
        return;
    }
    const aj_addr first = aj_align_down(bars[bar].base + offset, AJ_PAGE);
    const aj_addr last = (bars[bar].base + offset + bytes - 1) | (AJ_PAGE - 1);
    pci->msix_vectors = vectors;
    pci->msix_address = first;
    pci->msix_size = last - first + 1;
}

/* False if the list ends here because it is broken. */
static bool push(struct x86 *x, const struct x86_function *f, cap_list *caps,
                 struct model_function_cap cap)
{
    const uint32_t end = cap.extended ? EXTENDED_MAX : CONFIG_SIZE;
    for (size_t i = 0; i < caps->count; i++)
        if (caps->items[i].start == cap.start || caps->count >= HOPS_MAX) {
            extract_note(x->ex, "warning", "pci-caps", f->path,
                         "the list of capabilities comes back to 0x%x: what follows is not read",
                         (unsigned)cap.start);
            return false;
        }
    if (cap.length > end - cap.start)
        cap.length = end - cap.start;
    AJ_PUSH(x->ex->out, caps, cap);
    return true;
}

static void walk(struct x86 *x, const struct x86_function *f, const struct aj_range *bars,
                 struct model_pci_function *pci, cap_list *caps)
{
    const bool has_list = (x86_config(f, 6, 2) & 0x10) != 0;
    uint32_t at = has_list && f->bytes.size >= CONFIG_SIZE ? x86_config(f, 0x34, 1) & ~3u : 0;
    while (at >= 0x40) {
        const uint32_t id = x86_config(f, at, 1);
        const struct model_function_cap cap = {
            .id = id, .start = at, .length = length_of(f, id, at), .write = is_writable(id)};
        if (id == 0xff || !push(x, f, caps, cap))
            return;
        if (id == CAP_MSI)
            read_msi(pci, f, at);
        if (id == CAP_MSIX)
            read_msix(x, pci, f, at, bars);
        at = x86_config(f, at + 1, 1) & ~3u;
    }
}

static uint32_t extended_length(const struct x86_function *f, uint32_t id, uint32_t at)
{
    if (id == XCAP_VENDOR) {
        const uint32_t length = x86_config(f, at + 4, 4) >> 20;
        return length >= 8 ? length : 8;
    }
    if (id == XCAP_ACS) {
        const uint32_t control = x86_config(f, at + 4, 2), bits = control >> 8;
        const uint32_t vector = (bits == 0 ? 256 : bits) / 32 + ((bits % 32) != 0 ? 1 : 0);
        return 8 + ((control & 0x20) != 0 ? 4 * vector : 0u);
    }
    for (size_t i = 0; i < AJ_COUNT(extended_lengths); i++)
        if (id == extended_lengths[i].id)
            return extended_lengths[i].length;
    return 4;
}

static void walk_extended(struct x86 *x, const struct x86_function *f, cap_list *caps)
{
    uint32_t at = f->bytes.size >= EXTENDED_MAX ? CONFIG_SIZE : 0;
    while (at >= CONFIG_SIZE && at < EXTENDED_MAX) {
        const uint32_t head = x86_config(f, at, 4), id = head & 0xffff;
        if (head == 0 || head == UINT32_MAX)
            return;
        const struct model_function_cap cap = {
            .id = id, .start = at, .length = extended_length(f, id, at), .extended = true};
        if (!push(x, f, caps, cap))
            return;
        at = head >> 20 & ~3u;
    }
}

void x86_read_caps(struct x86 *x, const struct x86_function *function, const struct aj_range *bars,
                   struct model_pci_function *pci)
{
    cap_list caps = {0};
    if ((x86_config(function, 0x0e, 1) & 0x7f) <= 1)
        walk(x, function, bars, pci, &caps);
    walk_extended(x, function, &caps);
    pci->caps = caps.items;
    pci->caps_count = caps.count;
}
