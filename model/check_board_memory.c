/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules that compare the memory of the system with the board's. The board was seen under one kernel
 * command line: where `mem=` cut its RAM off, what lies above may be missing from the board.
 */
#include "base/rangeset.h"
#include "model/check_priv.h"

#define SLACK AJ_MIB(2) /* room between a carve-out and the RAM below it */

struct ram {
    struct aj_rangeset linux_ram; /* what the kernel counts as its own */
    struct aj_rangeset free;      /* of that, what no firmware and no reservation holds */
    struct aj_rangeset all;       /* with what firmware and reservations hold */
    struct aj_rangeset fixed;     /* held by firmware and reservations */
    struct aj_rangeset registers; /* devices and windows */
    aj_addr limit;                /* end of the RAM under mem=, AJ_NONE64 without */
    bool whole;                   /* nothing is missing because of mem= */
};

static void collect_registers(struct model_check *ck, struct ram *ram)
{
    for (size_t i = 0; i < ck->board->devices_count; i++) {
        for (size_t k = 0; k < ck->board->devices[i].regions_count; k++) {
            const struct model_mmio *mmio = &ck->board->devices[i].regions[k];
            aj_rangeset_add(ck->cx->scratch, &ram->registers,
                            (struct aj_range){mmio->phys_start, mmio->size});
        }
    }
    const struct model_arm_platform *arm = ck->board->platform.arm;
    if (arm != NULL && arm->gicr_base != AJ_NONE64 && arm->gicr_size != AJ_NONE64)
        aj_rangeset_add(ck->cx->scratch, &ram->registers,
                        (struct aj_range){arm->gicr_base, arm->gicr_size});
}

static void collect_regions(struct model_check *ck, struct ram *ram)
{
    struct aj_arena *arena = ck->cx->scratch;
    for (size_t i = 0; i < ck->board->memory_regions_count; i++) {
        const struct model_region *region = &ck->board->memory_regions[i];
        const struct aj_range range = {region->phys_start, region->size};
        switch ((enum model_region_type)region->type) {
        case MODEL_REGION_RAM:
            aj_rangeset_add(arena, &ram->linux_ram, range);
            aj_rangeset_add(arena, &ram->all, range);
            break;
        case MODEL_REGION_RESERVED:
        case MODEL_REGION_FIRMWARE:
            aj_rangeset_add(arena, &ram->all, range);
            aj_rangeset_add(arena, &ram->fixed, range);
            break;
        case MODEL_REGION_MMIO:
        case MODEL_REGION_WINDOW: aj_rangeset_add(arena, &ram->registers, range); break;
        }
    }
}

/* Linux keeps the lowest `mem=` bytes of its RAM: memblock_enforce_memory_limit. */
static void apply_limit(struct ram *ram, aj_size limit)
{
    aj_size before = 0;
    ram->limit = AJ_NONE64;
    ram->whole = true;
    if (limit == AJ_NONE64)
        return;
    ram->whole = false;
    for (size_t i = 0; i < ram->linux_ram.count; i++) {
        const struct aj_range range = ram->linux_ram.items[i];
        if (range.size > limit - before) {
            ram->limit = range.base + (limit - before);
            ram->whole = true;
            return;
        }
        before += range.size;
    }
}

/* The part of `range` below the end of Linux's RAM; false if there is none. */
static bool below_limit(const struct ram *ram, struct aj_range *range)
{
    if (ram->limit == AJ_NONE64 || range->base >= ram->limit)
        return false;
    if (range->size > ram->limit - range->base)
        range->size = ram->limit - range->base;
    return aj_rangeset_overlaps(&ram->free, *range);
}

/* What Linux or its boot loader has in `range` for good: the kernel, CMA; NULL if nothing. */
static const struct model_region *held(const struct model_check *ck, struct aj_range range)
{
    for (size_t i = 0; i < ck->board->memory_regions_count; i++) {
        const struct model_region *region = &ck->board->memory_regions[i];
        const struct aj_range reserved = {region->phys_start, region->size};
        if (region->type == MODEL_REGION_RESERVED && region->root_used && aj_range_ok(reserved) &&
            aj_range_overlap(reserved, range))
            return region;
    }
    return NULL;
}

static void judge_hypervisor(struct model_check *ck, const struct ram *ram)
{
    const struct aj_range hv = model_region_phys(&ck->header->hypervisor_memory);
    struct aj_range used = hv;
    const char *text = model_check_range_text(ck, hv);
    if (!aj_range_ok(hv))
        return;
    if (ram->whole && !aj_rangeset_covers(&ram->all, hv))
        model_check_broken(ck, MODEL_RULE_HV_3, NULL,
                           "the hypervisor's memory %s is not RAM of the board", text);
    else if (!ram->whole && aj_rangeset_overlaps(&ram->registers, hv))
        model_check_broken(ck, MODEL_RULE_HV_3, NULL,
                           "the hypervisor's memory %s is where the board has registers", text);
    else if (below_limit(ram, &used))
        model_check_broken(ck, MODEL_RULE_HV_3, NULL,
                           "the hypervisor's memory %s is below 0x%llx, where Linux with this mem= "
                           "has its RAM",
                           text, (unsigned long long)ram->limit);
    else if (held(ck, hv) != NULL)
        model_check_broken(ck, MODEL_RULE_HV_3, NULL,
                           "the hypervisor's memory %s is where Linux has %s", text,
                           held(ck, hv)->name);
    else if (aj_rangeset_overlaps(&ram->fixed, hv) && !aj_rangeset_covers(&ram->fixed, hv))
        model_check_broken(ck, MODEL_RULE_HV_8, NULL,
                           "the hypervisor's memory %s overlaps reserved memory of the board",
                           text);
}

static void judge_guest(struct model_check *ck, const struct ram *ram,
                        const struct model_cell *cell)
{
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        const struct aj_range range = model_region_phys(region);
        struct aj_range used = range;
        if (!model_region_is_sane(region) || model_region_is_comm(region))
            continue;
        if (!model_region_is_ram(region)) {
            if (ck->arm && (region->flags & JAILHOUSE_MEM_IO) == 0 &&
                aj_rangeset_overlaps(&ram->registers, range) &&
                !aj_rangeset_overlaps(&ram->all, range))
                model_check_broken(ck, MODEL_RULE_MEM_17, cell, "%s is not flagged as I/O",
                                   model_check_region_text(ck, cell, i));
            else
                continue;
        } else if (ram->whole ? !aj_rangeset_covers(&ram->all, range)
                              : aj_rangeset_overlaps(&ram->registers, range)) {
            model_check_broken(ck, MODEL_RULE_BRD_6, cell, "%s is not RAM of the board",
                               model_check_region_text(ck, cell, i));
        } else if (below_limit(ram, &used)) {
            model_check_broken(ck, MODEL_RULE_BRD_7, cell,
                               "%s is below 0x%llx, where Linux with this mem= has its RAM",
                               model_check_region_text(ck, cell, i),
                               (unsigned long long)ram->limit);
        } else if (held(ck, range) != NULL) {
            model_check_broken(ck, MODEL_RULE_BRD_7, cell, "%s is where Linux has %s",
                               model_check_region_text(ck, cell, i), held(ck, range)->name);
        } else {
            continue;
        }
        aj_diag_path(ck->cx, "mem_regions[%zu]", i);
    }
}

/* Sections of links in what Linux uses; once per device. */
static void judge_links(struct model_check *ck, const struct ram *ram,
                        const struct model_cell *cell)
{
    for (size_t i = 0; i < cell->pci_devices_count; i++) {
        const struct model_pci_device *device = &cell->pci_devices[i];
        const size_t end = (size_t)device->shmem_regions_start + 2 + device->shmem_peers;
        if (!model_is_ivshmem(device) || end > cell->mem_regions_count)
            continue;
        for (size_t section = device->shmem_regions_start; section < end; section++) {
            if (!model_region_is_sane(&cell->mem_regions[section]))
                continue;
            struct aj_range used = model_region_phys(&cell->mem_regions[section]);
            const struct model_region *other = held(ck, used);
            if (below_limit(ram, &used))
                model_check_broken(ck, MODEL_RULE_IVS_22, cell,
                                   "%s is below 0x%llx, where Linux with this mem= has its RAM",
                                   model_check_region_text(ck, cell, section),
                                   (unsigned long long)ram->limit);
            else if (other != NULL)
                model_check_broken(ck, MODEL_RULE_IVS_22, cell, "%s is where Linux has %s",
                                   model_check_region_text(ck, cell, section), other->name);
            else
                continue;
            aj_diag_path(ck->cx, "mem_regions[%zu]", section);
            break;
        }
    }
}

/* All that the root does not need to map: the hypervisor, the guests' own, the sections of links. */
static void collect_carved(struct model_check *ck, struct aj_rangeset *carved)
{
    struct aj_arena *arena = ck->cx->scratch;
    aj_rangeset_add(arena, carved, model_region_phys(&ck->header->hypervisor_memory));
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        for (size_t i = 0; i < ck->cells[c]->mem_regions_count; i++) {
            const struct model_memory *region = &ck->cells[c]->mem_regions[i];
            if (model_region_is_sane(region) && !model_region_is_comm(region))
                aj_rangeset_add(arena, carved, model_region_phys(region));
        }
    }
    for (size_t i = 0; i < ck->root->pci_devices_count; i++) {
        const struct model_pci_device *device = &ck->root->pci_devices[i];
        for (size_t n = 0; model_is_ivshmem(device) && n < 2 + (size_t)device->shmem_peers; n++) {
            const size_t section = (size_t)device->shmem_regions_start + n;
            if (section < ck->root->mem_regions_count)
                aj_rangeset_add(arena, carved, model_region_phys(&ck->root->mem_regions[section]));
        }
    }
}

static void collect_root(struct model_check *ck, struct aj_rangeset *mapped)
{
    const uint64_t access = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE;
    for (size_t i = 0; i < ck->root->mem_regions_count; i++) {
        const struct model_memory *region = &ck->root->mem_regions[i];
        if (model_region_is_sane(region) && !model_region_is_subpage(region) &&
            (region->flags & access) == access)
            aj_rangeset_add(ck->cx->scratch, mapped, model_region_phys(region));
    }
}

/* The lowest carve-out in RAM; 0 if there is none. */
static aj_addr first_carved(const struct ram *ram, const struct aj_rangeset *carved)
{
    for (size_t i = 0; i < carved->count; i++) {
        if (aj_rangeset_overlaps(&ram->all, carved->items[i]))
            return carved->items[i].base;
    }
    return 0;
}

/*
 * A piece of RAM that nobody has. Under a known mem= it is Linux's or not. Otherwise Linux will be
 * kept from the carve-outs, and from what lies above them if mem= does that; what lies below is
 * its own.
 */
static void judge_piece(struct model_check *ck, const struct ram *ram, struct aj_range piece,
                        const struct aj_rangeset *carved)
{
    struct aj_range used = piece;
    const aj_addr lowest = first_carved(ram, carved);
    const bool slack = piece.size < SLACK && aj_range_last(piece) + 1 == lowest;
    /* On x86 memmap= keeps Linux from the carve-outs alone; what touches them may be rounding. */
    bool touches = false;
    for (size_t i = 0; i < carved->count; i++)
        touches |= aj_range_last(carved->items[i]) + 1 == piece.base ||
                   aj_range_last(piece) + 1 == carved->items[i].base;
    const bool above = ck->arch == MODEL_ARCH_X86 && (piece.size >= SLACK || !touches);
    const bool certain = ram->limit != AJ_NONE64 ? below_limit(ram, &used)
                                                 : (piece.base < lowest || above) && !slack;
    model_check_broken(ck, certain ? MODEL_RULE_BRD_4 : MODEL_RULE_BRD_5, ck->root,
                       "%s does not have RAM %s of the board", model_check_cell_text(ck, ck->root),
                       model_check_range_text(ck, certain ? used : piece));
}

static void judge_root(struct model_check *ck, const struct ram *ram)
{
    struct aj_arena *arena = ck->cx->scratch;
    struct aj_rangeset rest = {0}, mapped = {0}, carved = {0};
    aj_rangeset_add_all(arena, &rest, &ram->free);
    collect_root(ck, &mapped);
    collect_carved(ck, &carved);
    aj_rangeset_sub_all(arena, &rest, &mapped);
    aj_rangeset_sub_all(arena, &rest, &carved);
    for (size_t i = 0; i < rest.count; i++)
        judge_piece(ck, ram, rest.items[i], &carved);
}

static void judge_virtual_host(struct model_check *ck, const struct ram *ram)
{
    const struct model_header *h = ck->header;
    /* Configuration window and, behind it, the window of the devices. */
    const struct aj_range window = {h->pci_mmconfig_base,
                                    MODEL_PCI_CONFIG + (ck->arm ? AJ_PAGE : 0)};
    if (h->pci_mmconfig_base == 0 || h->pci_is_virtual == 0 || !aj_range_ok(window))
        return;
    if (aj_rangeset_overlaps(&ram->all, window))
        model_check_broken(ck, MODEL_RULE_PCI_3, NULL,
                           "the window %s of the virtual PCI host is in RAM of the board",
                           model_check_range_text(ck, window));
    else if (aj_rangeset_overlaps(&ram->registers, window))
        model_check_broken(ck, MODEL_RULE_BRD_8, NULL,
                           "the window %s of the virtual PCI host covers registers of the board",
                           model_check_range_text(ck, window));
}

void model_check_board_memory(struct model_check *ck)
{
    struct ram ram = {.whole = false};
    if (ck->board == NULL)
        return;
    collect_regions(ck, &ram);
    collect_registers(ck, &ram);
    if (ram.linux_ram.count == 0)
        return;
    aj_rangeset_add_all(ck->cx->scratch, &ram.free, &ram.linux_ram);
    aj_rangeset_sub_all(ck->cx->scratch, &ram.free, &ram.fixed);
    apply_limit(&ram, ck->board->kernel.mem_limit);
    for (size_t c = ck->first_guest; c < ck->cells_count; c++)
        judge_guest(ck, &ram, ck->cells[c]);
    for (size_t c = 0; c < ck->cells_count; c++)
        judge_links(ck, &ram, ck->cells[c]);
    if (ck->header == NULL)
        return;
    judge_hypervisor(ck, &ram);
    judge_virtual_host(ck, &ram);
    if (!ck->board->jailhouse.running)
        judge_root(ck, &ram);
}
