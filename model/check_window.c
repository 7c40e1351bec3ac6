/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of address windows that no region may cover: the hypervisor and all that it intercepts. */
#include "base/rangeset.h"
#include "model/check_priv.h"

#define XAPIC_BASE 0xfee00000u
#define WINDOWS    64

struct window {
    struct aj_range range;
    enum model_rule_name rule;
    const char *what;
};

struct windows {
    struct window items[WINDOWS];
    size_t count;
};

static void add(struct windows *windows, enum model_rule_name rule, const char *what,
                struct aj_range range)
{
    if (!aj_range_ok(range) || windows->count == WINDOWS)
        return;
    windows->items[windows->count++] = (struct window){range, rule, what};
}

/* Where the board does not have them, what the hypervisor takes for them. */
static aj_size redistributors(const struct model_check *ck)
{
    const struct model_arm_platform *arm = ck->board != NULL ? ck->board->platform.arm : NULL;
    return arm != NULL && arm->gicr_base == ck->header->gicr_base
               ? model_gicr_size(ck->board)
               : JAILHOUSE_GICR_SIZE * model_check_max_cpus(ck);
}

/* Sizes: gic-v2.c: gicv2_init, gic-v3.c: gicv3_init. Absent blocks have address 0. */
static void add_gic(const struct model_check *ck, struct windows *windows)
{
    const struct model_header *h = ck->header;
    const enum model_rule_name rule = MODEL_RULE_MEM_12;
    const bool v3 = h->gic_version == 3;
    if (h->gicd_base != 0)
        add(windows, rule, "the GIC's distributor",
            (struct aj_range){h->gicd_base, v3 ? JAILHOUSE_GICD_SIZE_V3 : JAILHOUSE_GICD_SIZE_V2});
    if (v3 && h->gicr_base != 0)
        add(windows, rule, "the GIC's redistributors",
            (struct aj_range){h->gicr_base, redistributors(ck)});
    if (v3)
        return;
    if (h->gicc_base != 0)
        add(windows, rule, "the GIC's CPU interface",
            (struct aj_range){h->gicc_base, JAILHOUSE_GICX_SIZE});
    if (h->gich_base != 0)
        add(windows, rule, "the GIC's hypervisor interface",
            (struct aj_range){h->gich_base, JAILHOUSE_GICX_SIZE});
    if (h->gicv_base != 0)
        add(windows, rule, "the GIC's virtual CPU interface",
            (struct aj_range){h->gicv_base, JAILHOUSE_GICX_SIZE});
}

static void add_x86(const struct model_check *ck, struct windows *windows)
{
    add(windows, MODEL_RULE_X86_9, "the local APIC", (struct aj_range){XAPIC_BASE, AJ_PAGE});
    for (size_t i = 0; i < ck->root->irqchips_count && i < 32; i++)
        add(windows, MODEL_RULE_MEM_12, "an IOAPIC",
            (struct aj_range){ck->root->irqchips[i].address, AJ_PAGE});
}

static void add_iommus(const struct model_check *ck, struct windows *windows)
{
    const struct model_iommu *units = ck->header->iommu_units;
    const enum model_rule_name rule = ck->arm ? MODEL_RULE_IOM_3 : MODEL_RULE_X86_6;
    for (size_t i = 0; i < JAILHOUSE_MAX_IOMMU_UNITS && units[i].base != 0; i++) {
        add(windows, rule, "an IOMMU", (struct aj_range){units[i].base, units[i].size});
        if (units[i].type == JAILHOUSE_IOMMU_PVU)
            add(windows, MODEL_RULE_IOM_16, "the table of a PVU",
                (struct aj_range){units[i].tlb_base, units[i].tlb_size});
    }
}

static void collect(const struct model_check *ck, struct windows *windows)
{
    const struct model_header *h = ck->header;
    if (ck->arm)
        add_gic(ck, windows);
    else
        add_x86(ck, windows);
    add_iommus(ck, windows);
    if (h->pci_mmconfig_base != 0)
        add(windows, MODEL_RULE_PCI_2, "the PCI configuration window",
            (struct aj_range){h->pci_mmconfig_base,
                              MODEL_PCI_CONFIG * ((aj_size)h->pci_mmconfig_end_bus + 1)});
}

static void report(struct model_check *ck, const struct window *window,
                   const struct model_cell *cell, size_t region)
{
    model_check_broken(ck, window->rule, cell, "%s covers %s (%s)",
                       model_check_region_text(ck, cell, region), window->what,
                       model_check_range_text(ck, window->range));
    aj_diag_path(ck->cx, "mem_regions[%zu]", region);
}

/* Registers are reached by their physical address; traps are at guest-physical addresses. */
static void judge_region(struct model_check *ck, const struct windows *windows,
                         const struct model_cell *cell, size_t i)
{
    const struct model_memory *region = &cell->mem_regions[i];
    const bool comm = model_region_is_comm(region);
    for (size_t w = 0; w < windows->count; w++) {
        const struct aj_range range = windows->items[w].range;
        if (aj_range_overlap(model_region_virt(region), range) ||
            (!comm && aj_range_overlap(model_region_phys(region), range)))
            report(ck, &windows->items[w], cell, i);
    }
}

static uint32_t count_ivshmem(const struct model_cell *cell)
{
    uint32_t count = 0;
    for (size_t i = 0; i < cell->pci_devices_count; i++)
        count += model_is_ivshmem(&cell->pci_devices[i]);
    return count;
}

static void judge_hypervisor(struct model_check *ck, const struct model_cell *cell)
{
    const struct window window = {
        {ck->header->hypervisor_memory.phys_start, ck->header->hypervisor_memory.size},
        MODEL_RULE_HV_7,
        "the hypervisor's memory"};
    if (!aj_range_ok(window.range))
        return;
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        if (model_region_is_sane(region) && !model_region_is_comm(region) &&
            aj_range_overlap(model_region_phys(region), window.range))
            report(ck, &window, cell, i);
    }
}

/* The overlay of the root's driver puts the BARs behind the configuration window: driver/pci.c. */
static void judge_bars(struct model_check *ck)
{
    const struct model_header *h = ck->header;
    const aj_size size = 2 * model_check_root_page(ck) * (aj_size)count_ivshmem(ck->root);
    aj_addr base;
    if (!ck->arm || h->pci_mmconfig_base == 0 || h->pci_is_virtual == 0 ||
        !aj_add_u64(h->pci_mmconfig_base, MODEL_PCI_CONFIG, &base))
        return;
    const struct window window = {{base, size}, MODEL_RULE_PCI_4, "the window of virtual devices"};
    if (!aj_range_ok(window.range))
        return;
    for (size_t i = 0; i < ck->root->mem_regions_count; i++) {
        const struct model_memory *region = &ck->root->mem_regions[i];
        if (model_region_is_sane(region) &&
            aj_range_overlap(model_region_virt(region), window.range))
            report(ck, &window, ck->root, i);
    }
}

/* MSI-X tables of a cell's real devices. */
static void judge_msix(struct model_check *ck, const struct model_cell *cell)
{
    struct aj_rangeset mapped = {0};
    if (cell->pci_devices_count == 0)
        return;
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        if (model_region_is_sane(&cell->mem_regions[i]))
            aj_rangeset_add(ck->cx->scratch, &mapped, model_region_virt(&cell->mem_regions[i]));
    }
    for (size_t i = 0; i < cell->pci_devices_count; i++) {
        const struct model_pci_device *device = &cell->pci_devices[i];
        const struct aj_range table = {device->msix_address, device->msix_region_size};
        if (model_is_ivshmem(device) || device->msix_address == 0 || !aj_range_ok(table) ||
            !aj_rangeset_overlaps(&mapped, table))
            continue;
        model_check_broken(ck, MODEL_RULE_DEV_12, cell, "%s maps the MSI-X table %s of device %zu",
                           model_check_cell_text(ck, cell), model_check_range_text(ck, table), i);
        aj_diag_path(ck->cx, "pci_devices[%zu]", i);
    }
}

/* The traps of the GIC and of a virtual host must not meet: the one that is found first serves both. */
static void judge_traps(struct model_check *ck)
{
    const struct model_header *h = ck->header;
    const struct aj_range window = {h->pci_mmconfig_base, MODEL_PCI_CONFIG};
    const aj_size frames = JAILHOUSE_GICR_SIZE * (aj_size)model_check_max_cpus(ck);
    const bool v3 = h->gic_version == 3;
    const struct aj_range blocks[] = {
        {h->gicd_base, v3 ? JAILHOUSE_GICD_SIZE_V3 : JAILHOUSE_GICD_SIZE_V2},
        v3 ? (struct aj_range){h->gicr_base, frames}
           : (struct aj_range){h->gicc_base, JAILHOUSE_GICX_SIZE},
    };
    if (!ck->arm || h->pci_is_virtual == 0 || h->pci_mmconfig_base == 0 || !aj_range_ok(window))
        return;
    for (size_t i = 0; i < AJ_COUNT(blocks); i++) {
        if (aj_range_ok(blocks[i]) && aj_range_overlap(blocks[i], window))
            model_check_broken(ck, MODEL_RULE_PCI_3, NULL,
                               "the window %s of the virtual PCI host covers the GIC (%s)",
                               model_check_range_text(ck, window),
                               model_check_range_text(ck, blocks[i]));
    }
}

void model_check_windows(struct model_check *ck)
{
    for (size_t c = 0; c < ck->cells_count; c++)
        judge_msix(ck, ck->cells[c]);
    if (ck->header == NULL)
        return;
    struct windows windows = {.count = 0};
    collect(ck, &windows);
    for (size_t c = 0; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        judge_hypervisor(ck, cell);
        for (size_t i = 0; i < cell->mem_regions_count; i++) {
            if (model_region_is_sane(&cell->mem_regions[i]))
                judge_region(ck, &windows, cell, i);
        }
    }
    judge_bars(ck);
    judge_traps(ck);
}
