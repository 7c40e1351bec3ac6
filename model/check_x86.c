/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of x86: units of VT-d and AMD, APICs, ports, the table of interrupts, what Linux needs. */
#include "model/check_priv.h"

#define VTD_REGISTERS    0x4000u /* x86/vtd.c: DMAR_MMIO_SIZE */
#define VTD_INTERRUPTS   32768u  /* vtd_init: log2 below 16 */
#define XAPIC_CPUS       8       /* bits of a logical id in flat mode */
#define APIC_IDS         255
#define IOAPIC_STANDARD  0xfec00000u
#define APIC_MODE_XAPIC  1
#define APIC_MODE_X2APIC 2

static bool listed(const struct model_cell *cell, uint32_t port)
{
    for (size_t i = 0; i < cell->pio_regions_count; i++) {
        const struct model_pio *pio = &cell->pio_regions[i];
        if (port >= pio->base && port - pio->base < pio->length)
            return true;
    }
    return false;
}

static void judge_unit(struct model_check *ck, size_t i)
{
    const struct model_iommu *unit = &ck->header->iommu_units[i];
    if (unit->type == JAILHOUSE_IOMMU_INTEL && (unit->size == 0 || unit->size > VTD_REGISTERS))
        model_check_broken(ck, MODEL_RULE_X86_2, NULL, "IOMMU unit %zu has 0x%x bytes", i,
                           unit->size);
    if (unit->type != JAILHOUSE_IOMMU_AMD)
        return;
    const uint32_t bdf = (uint32_t)unit->tlb_base & 0xffff;
    const uint32_t cap = (uint32_t)(unit->tlb_base >> 16) & 0xff;
    if (!aj_is_pow2(unit->size))
        model_check_broken(ck, MODEL_RULE_X86_5, NULL, "IOMMU unit %zu has 0x%x bytes", i,
                           unit->size);
    else if (bdf == 0 || cap == 0)
        model_check_broken(ck, MODEL_RULE_X86_5, NULL,
                           "IOMMU unit %zu is PCI device 0x%x with its capability at 0x%x", i, bdf,
                           cap);
    else if (ck->board != NULL && ck->board->board.vendor != NULL &&
             strcmp(ck->board->board.vendor, "QEMU") == 0)
        model_check_broken(ck, MODEL_RULE_X86_5, NULL,
                           "IOMMU unit %zu is QEMU's, which has no SMI filter", i);
}

/* What an interrupt remapping table is filled with; sizes from below: what hardware has besides. */
struct table {
    uint64_t used, limit;
    bool full;
};

static bool reserve(struct table *table, uint64_t count)
{
    table->used += count;
    if (table->used <= table->limit || table->full)
        return true;
    table->full = true;
    return false;
}

static uint32_t pins_of(const struct model_irqchip *chip)
{
    uint32_t pins = 128;
    while (pins > 0 && (chip->pin_bitmap[(pins - 1) / 32] >> ((pins - 1) % 32) & 1) == 0)
        pins--;
    return pins;
}

static void judge_table(struct model_check *ck)
{
    struct table table = {0, ck->header->vtd_interrupt_limit, false};
    if (ck->header->iommu_units[0].base == 0 ||
        ck->header->iommu_units[0].type != JAILHOUSE_IOMMU_INTEL)
        return;
    if (table.limit == 0 || table.limit > VTD_INTERRUPTS) {
        model_check_broken(ck, MODEL_RULE_X86_4, NULL, "vtd_interrupt_limit is %llu",
                           (unsigned long long)table.limit);
        return;
    }
    for (size_t i = 0; i < ck->root->irqchips_count; i++) {
        if (!reserve(&table, pins_of(&ck->root->irqchips[i])))
            model_check_broken(ck, MODEL_RULE_IOA_8, ck->root,
                               "%s: IOAPIC %zu needs entry %llu of %llu",
                               model_check_cell_text(ck, ck->root), i,
                               (unsigned long long)table.used, (unsigned long long)table.limit);
    }
    for (size_t i = 0; i < ck->root->pci_devices_count; i++) {
        const struct model_pci_device *d = &ck->root->pci_devices[i];
        const uint64_t vectors =
            d->num_msix_vectors > d->num_msi_vectors ? d->num_msix_vectors : d->num_msi_vectors;
        if (model_is_ivshmem(d) || reserve(&table, vectors))
            continue;
        model_check_broken(ck, MODEL_RULE_DEV_16, ck->root,
                           "%s: the %llu vectors of device %zu need entry %llu of %llu",
                           model_check_cell_text(ck, ck->root), (unsigned long long)vectors, i,
                           (unsigned long long)table.used, (unsigned long long)table.limit);
    }
}

static void judge_apics(struct model_check *ck)
{
    const struct model_header *h = ck->header;
    const struct model_x86_platform *real = ck->board != NULL ? ck->board->platform.x86 : NULL;
    const uint32_t cpus = model_check_max_cpus(ck);
    if (h->apic_mode > APIC_MODE_X2APIC)
        model_check_broken(ck, MODEL_RULE_X86_7, NULL, "the mode of the APICs is %u", h->apic_mode);
    else if (real != NULL && real->apic_mode != 0 && h->apic_mode != 0 &&
             real->apic_mode != h->apic_mode)
        model_check_broken(ck, MODEL_RULE_X86_7, NULL,
                           "the mode of the APICs is %u, the firmware left %u", h->apic_mode,
                           real->apic_mode);
    if (cpus > APIC_IDS || (h->apic_mode == APIC_MODE_XAPIC && cpus > XAPIC_CPUS))
        model_check_broken(ck, MODEL_RULE_X86_8, ck->root, "%s has CPU %u",
                           model_check_cell_text(ck, ck->root), cpus - 1);
}

static void judge_timers(struct model_check *ck)
{
    const struct model_header *h = ck->header;
    const struct model_x86_platform *real = ck->board->platform.x86;
    if (real == NULL)
        return;
    if (h->pm_timer_address != 0 && h->pm_timer_address != real->pm_timer_address)
        model_check_broken(ck, MODEL_RULE_X86_10, NULL,
                           "the power management timer is at port 0x%x, on the board at 0x%x",
                           h->pm_timer_address, real->pm_timer_address);
    if ((h->tsc_khz != 0 && real->tsc_khz != 0 && h->tsc_khz != real->tsc_khz) ||
        (h->apic_khz != 0 && real->apic_khz != 0 && h->apic_khz != real->apic_khz))
        model_check_broken(ck, MODEL_RULE_X86_11, NULL, "TSC %u kHz, APIC %u kHz; board %u and %u",
                           h->tsc_khz, h->apic_khz, real->tsc_khz, real->apic_khz);
}

/* Ports of the root that nobody else has; what the hypervisor emulates is not among them. */
static void judge_ports(struct model_check *ck)
{
    for (size_t i = 0; i < ck->board->ports_count; i++) {
        const struct model_ports *ports = &ck->board->ports[i];
        uint32_t port = ports->base;
        uint32_t left = ports->root ? ports->length : 0;
        for (; left > 0 && port < 0x10000; left--, port++) {
            bool served =
                (port >= 0xcf8 && port <= 0xcff) || port == 0x80 ||
                (port >= ck->header->pm_timer_address && port < ck->header->pm_timer_address + 4u);
            for (size_t c = 0; c < ck->cells_count && !served; c++)
                served = listed(ck->cells[c], port);
            if (!served)
                break;
        }
        if (left > 0 && port < 0x10000)
            model_check_broken(ck, MODEL_RULE_X86_15, ck->root, "%s lacks port 0x%x of %s",
                               model_check_cell_text(ck, ck->root), port, ports->name);
    }
}

static size_t owner_of_cpu(const struct model_check *ck, uint32_t cpu)
{
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        if (aj_cpuset_has(&ck->cells[c]->cpus, cpu))
            return c;
    }
    return 0;
}

static void judge_threads(struct model_check *ck)
{
    const struct model_board *board = ck->board;
    for (size_t i = 1; i < board->cpus_count; i++) {
        const struct model_cpu *b = &board->cpus[i];
        for (size_t k = 0; k < i; k++) {
            const struct model_cpu *a = &board->cpus[k];
            if (a->core == AJ_NONE32 || a->thread == AJ_NONE32 || a->core != b->core ||
                a->package != b->package || a->cluster != b->cluster || a->thread == b->thread ||
                a->id.v >= AJ_CPU_MAX || b->id.v >= AJ_CPU_MAX)
                continue;
            const size_t one = owner_of_cpu(ck, a->id.v);
            const size_t other = owner_of_cpu(ck, b->id.v);
            if (one != other)
                model_check_broken(ck, MODEL_RULE_X86_18, ck->cells[other],
                                   "CPU %u of %s and CPU %u of %s are threads of one core", a->id.v,
                                   model_check_cell_text(ck, ck->cells[one]), b->id.v,
                                   model_check_cell_text(ck, ck->cells[other]));
        }
    }
}

static void judge_board(struct model_check *ck)
{
    const char *cmdline = ck->board->kernel.cmdline;
    judge_timers(ck);
    judge_ports(ck);
    judge_threads(ck);
    if (cmdline != NULL && strstr(cmdline, "intel_iommu=on") != NULL)
        model_check_broken(ck, MODEL_RULE_X86_3, NULL, "the board runs with intel_iommu=on");
}

/* Ports that are none to give away, in any cell. */
static void judge_listed(struct model_check *ck, const struct model_cell *cell)
{
    for (uint32_t port = 0xcf8; port <= 0xcff; port++) {
        if (port > 0xcf8 && port < 0xcfc)
            continue; /* 0xcf9 resets the machine, and is no part of PCI */
        if (!listed(cell, port))
            continue;
        model_check_broken(ck, MODEL_RULE_PCI_10, cell, "%s has port 0x%x",
                           model_check_cell_text(ck, cell), port);
        break;
    }
    if (cell != ck->root && (listed(cell, 0x64) || listed(cell, 0x80)))
        model_check_broken(ck, MODEL_RULE_X86_14, cell, "%s has port 0x%x",
                           model_check_cell_text(ck, cell), listed(cell, 0x64) ? 0x64 : 0x80);
}

static void judge_test_device(struct model_check *ck, const struct model_cell *cell)
{
    const char *who = model_check_cell_text(ck, cell);
    const struct model_memory *comm = NULL;
    for (size_t i = 0; i < cell->mem_regions_count && comm == NULL; i++) {
        if (model_region_is_comm(&cell->mem_regions[i]))
            comm = &cell->mem_regions[i];
    }
    aj_addr base;
    if (comm == NULL || !aj_add_u64(comm->virt_start, AJ_PAGE, &base)) {
        model_check_broken(ck, MODEL_RULE_X86_17, cell,
                           "%s has the test device and no communication region", who);
        return;
    }
    const struct aj_range page = {base, AJ_PAGE};
    for (size_t i = 0; i < cell->mem_regions_count && aj_range_ok(page); i++) {
        if (!model_region_is_sane(&cell->mem_regions[i]) ||
            !aj_range_overlap(model_region_virt(&cell->mem_regions[i]), page))
            continue;
        model_check_broken(ck, MODEL_RULE_X86_17, cell, "%s covers the test device %s",
                           model_check_region_text(ck, cell, i), model_check_range_text(ck, page));
        aj_diag_path(ck->cx, "mem_regions[%zu]", i);
    }
}

static void judge_guest(struct model_check *ck, const struct model_cell *cell)
{
    const bool for_linux = model_check_linux_ram(cell) < cell->mem_regions_count;
    const unsigned long long start = cell->cpu_reset_address;
    bool standard = cell->irqchips_count == 0;
    if (start >= AJ_GIB(4) || (for_linux && start != 0))
        model_check_broken(ck, MODEL_RULE_X86_16, cell, "%s starts at 0x%llx",
                           model_check_cell_text(ck, cell), start);
    if ((cell->flags & JAILHOUSE_CELL_TEST_DEVICE) != 0)
        judge_test_device(ck, cell);
    for (size_t i = 0; i < cell->irqchips_count; i++)
        standard |= cell->irqchips[i].address == IOAPIC_STANDARD;
    if (for_linux && !standard)
        model_check_broken(ck, MODEL_RULE_IOA_7, cell, "%s has no IOAPIC at 0x%x",
                           model_check_cell_text(ck, cell), IOAPIC_STANDARD);
}

void model_check_x86(struct model_check *ck)
{
    if (ck->arch != MODEL_ARCH_X86)
        return;
    for (size_t c = 0; c < ck->cells_count; c++)
        judge_listed(ck, ck->cells[c]);
    for (size_t c = ck->first_guest; c < ck->cells_count; c++)
        judge_guest(ck, ck->cells[c]);
    if (ck->header == NULL)
        return;
    for (size_t i = 0; i < JAILHOUSE_MAX_IOMMU_UNITS && ck->header->iommu_units[i].base != 0; i++)
        judge_unit(ck, i);
    judge_table(ck);
    judge_apics(ck);
    if (ck->board != NULL)
        judge_board(ck);
}
