/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of real PCI devices: capabilities, messages, BARs, and the same on the board. */
#include "base/rangeset.h"
#include "model/check_priv.h"

#define CAP_MSI      0x05
#define CAP_EXP      0x10
#define CAP_MSIX     0x11
#define CAP_EXTENDED 0x8000u
#define CONFIG_SPACE 0x1000u
#define MSIX_VECTOR  16u

/* A device of a cell under judgement. */
struct subject {
    const struct model_cell *cell;
    const struct model_pci_device *device;
    size_t index;
};

static void broken(struct model_check *ck, enum model_rule_name name, const struct subject *s,
                   const char *fmt, ...) AJ_PRINTF(4, 5);

static void broken(struct model_check *ck, enum model_rule_name name, const struct subject *s,
                   const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const char *text = aj_vstrf(ck->cx->scratch, fmt, args);
    va_end(args);
    model_check_broken(ck, name, s->cell, "%s device %s: %s", model_check_cell_text(ck, s->cell),
                       model_check_bdf_text(ck, s->device->bdf), text);
    aj_diag_path(ck->cx, "pci_devices[%zu]", s->index);
}

static const struct model_pci_cap *cap_of(const struct subject *s, uint32_t id)
{
    for (size_t n = 0; n < s->device->num_caps; n++) {
        const struct model_pci_cap *cap = &s->cell->pci_caps[s->device->caps_start + n];
        if (cap->id == id)
            return cap;
    }
    return NULL;
}

/* All capabilities in one map of the configuration space; the first that is out of place. */
static void judge_caps(struct model_check *ck, const struct subject *s)
{
    uint8_t used[CONFIG_SPACE] = {0};
    for (size_t n = 0; n < s->device->num_caps; n++) {
        const struct model_pci_cap *cap = &s->cell->pci_caps[s->device->caps_start + n];
        const bool extended = (cap->id & CAP_EXTENDED) != 0;
        const uint32_t first = extended ? 0x100 : 0x40;
        const uint32_t end = extended ? CONFIG_SPACE : 0x100;
        const uint32_t last = (uint32_t)cap->start + cap->len;
        bool twice = false;
        if (cap->start < first || cap->start % 4 != 0 || cap->len == 0 || last > end) {
            broken(ck, MODEL_RULE_DEV_8, s, "capability 0x%x at 0x%x, 0x%x bytes", cap->id,
                   cap->start, cap->len);
            return;
        }
        for (uint32_t at = cap->start; at < last; at++) {
            twice |= used[at] != 0;
            used[at] = 1;
        }
        if (twice) {
            broken(ck, MODEL_RULE_DEV_8, s, "capability 0x%x at 0x%x overlaps an earlier one",
                   cap->id, cap->start);
            return;
        }
    }
}

static void judge_messages(struct model_check *ck, const struct subject *s)
{
    const struct model_pci_device *d = s->device;
    const struct model_pci_cap *msi = cap_of(s, CAP_MSI);
    const struct model_pci_cap *msix = cap_of(s, CAP_MSIX);
    const uint32_t needed =
        ((d->msi_bits & 1) != 0 ? 14u : 10u) + ((d->msi_bits & 2) != 0 ? 10u : 0u);
    /* Without VT-d a capability can be listed for reading. */
    const bool table = ck->header != NULL && ck->arch == MODEL_ARCH_X86 &&
                       ck->header->iommu_units[0].base != 0 &&
                       ck->header->iommu_units[0].type == JAILHOUSE_IOMMU_INTEL;
    if (msi != NULL ? table && d->num_msi_vectors == 0 : d->num_msi_vectors > 0)
        broken(ck, MODEL_RULE_DEV_9, s, "%u MSI vectors %s the capability", d->num_msi_vectors,
               msi != NULL ? "with" : "without");
    else if (msi != NULL && msi->len < needed)
        broken(ck, MODEL_RULE_DEV_9, s, "its MSI capability has %u bytes, %u are needed", msi->len,
               needed);
    if (msix != NULL ? table && d->num_msix_vectors == 0 : d->num_msix_vectors > 0)
        broken(ck, MODEL_RULE_DEV_10, s, "%u MSI-X vectors %s the capability", d->num_msix_vectors,
               msix != NULL ? "with" : "without");
    if (d->num_msix_vectors == 0)
        return;
    if (d->msix_address == 0)
        broken(ck, MODEL_RULE_DEV_10, s, "%u MSI-X vectors without a table", d->num_msix_vectors);
    else if (!aj_is_aligned(d->msix_address | d->msix_region_size, AJ_PAGE) ||
             d->msix_region_size < MSIX_VECTOR * (uint32_t)d->num_msix_vectors)
        broken(ck, MODEL_RULE_DEV_11, s, "%u MSI-X vectors in %s", d->num_msix_vectors,
               model_check_range_text(ck, (struct aj_range){d->msix_address, d->msix_region_size}));
}

/* The bits that can be written are those above a power of two; I/O BARs may have 16 bits. */
static bool is_bar_mask(uint32_t mask)
{
    const uint32_t width = mask != 0 && mask >> 16 == 0 ? UINT16_MAX : UINT32_MAX;
    return mask == 0 || aj_is_pow2((uint64_t)(~mask & width) + 1);
}

static void judge_bars(struct model_check *ck, const struct subject *s)
{
    for (size_t i = 0; i < AJ_COUNT(s->device->bar_mask); i++) {
        if (is_bar_mask(s->device->bar_mask[i]))
            continue;
        broken(ck, MODEL_RULE_DEV_13, s, "BAR %zu has mask 0x%x", i, s->device->bar_mask[i]);
        return;
    }
}

static const struct model_device *on_board(const struct model_check *ck, uint16_t bdf)
{
    for (size_t i = 0; ck->board != NULL && i < ck->board->devices_count; i++) {
        if (ck->board->devices[i].pci != NULL && ck->board->devices[i].pci->bdf == bdf)
            return &ck->board->devices[i];
    }
    return NULL;
}

static void judge_real_bars(struct model_check *ck, const struct subject *s,
                            const struct model_device *real)
{
    for (size_t i = 0; i < AJ_COUNT(s->device->bar_mask); i++) {
        if (s->device->bar_mask[i] == real->pci->bar_mask[i])
            continue;
        broken(ck, MODEL_RULE_DEV_13, s, "BAR %zu has mask 0x%x, on the board 0x%x", i,
               s->device->bar_mask[i], real->pci->bar_mask[i]);
        break;
    }
    for (size_t i = 0; i < s->cell->mem_regions_count && s->cell != ck->root; i++) {
        const struct model_memory *region = &s->cell->mem_regions[i];
        if (!model_region_is_sane(region) || model_region_is_comm(region) ||
            region->phys_start == region->virt_start)
            continue;
        for (size_t k = 0; k < real->regions_count; k++) {
            const struct aj_range bar = {real->regions[k].phys_start, real->regions[k].size};
            if (!aj_range_ok(bar) || !aj_range_overlap(model_region_phys(region), bar))
                continue;
            broken(ck, MODEL_RULE_DEV_14, s, "%s shows its BAR %s at 0x%llx",
                   model_check_region_text(ck, s->cell, i), model_check_range_text(ck, bar),
                   (unsigned long long)region->virt_start);
            return;
        }
    }
}

/* Do regions of the cell, one after the other, give a device the whole range? */
static bool reaches(struct model_check *ck, const struct model_cell *cell, struct aj_range range)
{
    const uint64_t access = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_DMA;
    struct aj_rangeset set = {0};
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        if (model_region_is_sane(region) && (region->flags & access) == access &&
            region->phys_start == region->virt_start && !model_region_is_comm(region))
            aj_rangeset_add(ck->cx->scratch, &set, model_region_phys(region));
    }
    return aj_rangeset_covers(&set, range);
}

/* What a guest takes the root needs no more, though it is in the root's list. */
static bool is_taken(const struct model_check *ck, const struct subject *s)
{
    for (size_t c = ck->first_guest; c < ck->cells_count && s->cell == ck->root; c++)
        for (size_t i = 0; i < ck->cells[c]->pci_devices_count; i++)
            if (!model_is_ivshmem(&ck->cells[c]->pci_devices[i]) &&
                ck->cells[c]->pci_devices[i].bdf == s->device->bdf)
                return true;
    return false;
}

static void judge_reserved(struct model_check *ck, const struct subject *s,
                           const struct model_device *real)
{
    if (ck->arch != MODEL_ARCH_X86 || is_taken(ck, s))
        return;
    for (size_t i = 0; i < real->pci->reserved_count; i++) {
        const struct aj_range range = {real->pci->reserved[i].phys_start,
                                       real->pci->reserved[i].size};
        if (!aj_range_ok(range) || reaches(ck, s->cell, range))
            continue;
        broken(ck, MODEL_RULE_DEV_18, s, "its cell has not all of %s for DMA",
               model_check_range_text(ck, range));
        return;
    }
}

/* A conventional function that is not on bus 0 is behind a bridge that speaks for it. */
static void judge_identity(struct model_check *ck, const struct subject *s)
{
    if (ck->arch == MODEL_ARCH_X86 && s->cell != ck->root &&
        s->device->type == JAILHOUSE_PCI_TYPE_DEVICE && s->device->bdf >> 8 != 0 &&
        s->device->num_caps > 0 && cap_of(s, CAP_EXP) == NULL)
        broken(ck, MODEL_RULE_DEV_17, s, "it is no PCI Express device and not on bus 0");
}

static void judge_iommu(struct model_check *ck, const struct subject *s)
{
    size_t units = 0;
    if (ck->arch != MODEL_ARCH_X86 || ck->header == NULL)
        return;
    while (units < JAILHOUSE_MAX_IOMMU_UNITS && ck->header->iommu_units[units].base != 0)
        units++;
    if (s->device->iommu >= (units == 0 ? JAILHOUSE_MAX_IOMMU_UNITS : units))
        broken(ck, MODEL_RULE_DEV_15, s, "it is behind IOMMU unit %u of %zu", s->device->iommu,
               units);
}

static bool is_virtual(const struct model_check *ck)
{
    return ck->header != NULL && ck->header->pci_is_virtual != 0;
}

static void judge_bridges(struct model_check *ck)
{
    const struct model_pci_device *devices = ck->root->pci_devices;
    for (size_t i = 0; i < ck->root->pci_devices_count; i++) {
        if (devices[i].type == JAILHOUSE_PCI_TYPE_BRIDGE)
            return; /* which buses are behind it, its entry does not say */
    }
    for (size_t i = 0; i < ck->root->pci_devices_count; i++) {
        const struct subject s = {ck->root, &devices[i], i};
        if (devices[i].bdf >> 8 == 0)
            continue;
        broken(ck, MODEL_RULE_DEV_6, &s, "it is on bus %u, no bridge is listed",
               (unsigned)devices[i].bdf >> 8);
        return;
    }
}

/* Functions of the board that the root cell does not list. */
static void judge_missing(struct model_check *ck)
{
    bool *roots = AJ_NEW_ARRAY(ck->cx->scratch, bool, (size_t)UINT16_MAX + 1);
    for (size_t i = 0; i < ck->root->pci_devices_count; i++)
        roots[ck->root->pci_devices[i].bdf] = true;
    for (size_t i = 0; i < ck->board->devices_count; i++) {
        const struct model_device *device = &ck->board->devices[i];
        if (device->pci == NULL || device->pci->bdf > UINT16_MAX || roots[device->pci->bdf])
            continue;
        model_check_broken(ck, MODEL_RULE_DEV_5, ck->root, "%s lacks device %s of the board",
                           model_check_cell_text(ck, ck->root), device->name);
    }
}

void model_check_devices(struct model_check *ck)
{
    for (size_t c = 0; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        for (size_t i = 0; i < cell->pci_devices_count; i++) {
            const struct subject s = {cell, &cell->pci_devices[i], i};
            judge_iommu(ck, &s);
            if (model_is_ivshmem(s.device) ||
                (size_t)s.device->caps_start + s.device->num_caps > cell->pci_caps_count)
                continue;
            judge_caps(ck, &s);
            judge_messages(ck, &s);
            judge_bars(ck, &s);
            judge_identity(ck, &s);
            const struct model_device *real = on_board(ck, s.device->bdf);
            if (real != NULL && !is_virtual(ck)) {
                judge_real_bars(ck, &s, real);
                judge_reserved(ck, &s, real);
            }
        }
    }
    if (ck->root == NULL || is_virtual(ck))
        return;
    judge_bridges(ck);
    if (ck->board != NULL && ck->header->pci_mmconfig_base != 0)
        judge_missing(ck);
}
