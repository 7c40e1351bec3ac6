/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that compare the root cell with the registers that Linux uses on the board. */
#include "base/rangeset.h"
#include "model/check_priv.h"

struct registers {
    struct aj_rangeset mapped;  /* by the root cell, to read and write */
    struct aj_rangeset trapped; /* by the hypervisor, for all cells */
    struct aj_rangeset taken;   /* by guests alone */
};

static void collect_mapped(struct model_check *ck, struct registers *set)
{
    const uint64_t access = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE;
    for (size_t i = 0; i < ck->root->mem_regions_count; i++) {
        const struct model_memory *region = &ck->root->mem_regions[i];
        if (model_region_is_sane(region) && !model_region_is_comm(region) &&
            (region->flags & access) == access)
            aj_rangeset_add(ck->cx->scratch, &set->mapped, model_region_phys(region));
    }
}

/* IOMMUs are trapped only if Jailhouse drives them. */
static void collect_trapped(struct model_check *ck, struct registers *set)
{
    const struct model_header *h = ck->header;
    struct model_board board = *ck->board;
    struct model_address_map map;
    board.iommu_count = 0;
    model_board_addresses(&board, ck->cx->scratch, &map);
    aj_rangeset_add_all(ck->cx->scratch, &set->trapped, &map.intercepted);
    for (size_t i = 0; i < JAILHOUSE_MAX_IOMMU_UNITS; i++)
        aj_rangeset_add(ck->cx->scratch, &set->trapped,
                        (struct aj_range){h->iommu_units[i].base, h->iommu_units[i].size});
    if (h->pci_mmconfig_base != 0)
        aj_rangeset_add(
            ck->cx->scratch, &set->trapped,
            (struct aj_range){h->pci_mmconfig_base,
                              MODEL_PCI_CONFIG * ((aj_size)h->pci_mmconfig_end_bus + 1)});
}

static void collect_taken(struct model_check *ck, struct registers *set)
{
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        for (size_t i = 0; i < ck->cells[c]->mem_regions_count; i++) {
            if (model_region_is_taken(&ck->cells[c]->mem_regions[i]))
                aj_rangeset_add(ck->cx->scratch, &set->taken,
                                model_region_phys(&ck->cells[c]->mem_regions[i]));
        }
    }
}

/* The tables of messages of the root's functions, which the hypervisor serves. */
static void collect_tables(struct model_check *ck, struct registers *set)
{
    for (size_t i = 0; i < ck->root->pci_devices_count; i++) {
        const struct model_pci_device *device = &ck->root->pci_devices[i];
        const struct aj_range table = {device->msix_address, device->msix_region_size};
        if (device->num_msix_vectors > 0 && aj_range_ok(table))
            aj_rangeset_add(ck->cx->scratch, &set->taken, table);
    }
}

/* A board that does not know the size says a page: no UART goes on in the next. */
static struct aj_range console_range(const struct model_board_console *console)
{
    const aj_size rest = AJ_PAGE - console->address % AJ_PAGE;
    return (struct aj_range){console->address, console->size < rest ? console->size : rest};
}

static bool is_linux_console(const struct model_board_console *console)
{
    return console->active && console->mmio && aj_range_ok(console_range(console));
}

/* The first guest region that takes some of the console's registers from the root. */
static void judge_taken(struct model_check *ck, const struct model_board_console *console)
{
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        for (size_t i = 0; i < cell->mem_regions_count; i++) {
            if (!model_region_is_taken(&cell->mem_regions[i]) ||
                !aj_range_overlap(model_region_phys(&cell->mem_regions[i]), console_range(console)))
                continue;
            model_check_broken(ck, MODEL_RULE_BRD_9, cell, "%s takes %s, the console of Linux",
                               model_check_region_text(ck, cell, i), console->name);
            aj_diag_path(ck->cx, "mem_regions[%zu]", i);
            return;
        }
    }
}

static void judge_consoles(struct model_check *ck, const struct registers *set)
{
    for (size_t i = 0; i < ck->board->consoles_count; i++) {
        const struct model_board_console *console = &ck->board->consoles[i];
        if (!is_linux_console(console))
            continue;
        if (!aj_rangeset_covers(&set->mapped, console_range(console)))
            model_check_broken(ck, MODEL_RULE_BRD_9, ck->root,
                               "%s lacks the registers %s of %s, the console of Linux",
                               model_check_cell_text(ck, ck->root),
                               model_check_range_text(ck, console_range(console)), console->name);
        else
            judge_taken(ck, console);
    }
}

static bool is_of_console(const struct model_board *board, struct aj_range range)
{
    for (size_t i = 0; i < board->consoles_count; i++) {
        if (is_linux_console(&board->consoles[i]) &&
            aj_range_overlap(console_range(&board->consoles[i]), range))
            return true;
    }
    return false;
}

/* Of a block that is trapped in part, the hypervisor or nobody serves the rest. */
static void judge_registers(struct model_check *ck, const struct registers *set)
{
    struct aj_rangeset served = {0};
    aj_rangeset_add_all(ck->cx->scratch, &served, &set->mapped);
    aj_rangeset_add_all(ck->cx->scratch, &served, &set->taken);
    for (size_t i = 0; i < ck->board->memory_regions_count; i++) {
        const struct model_region *region = &ck->board->memory_regions[i];
        const struct aj_range range = {region->phys_start, region->size};
        if (region->type != MODEL_REGION_MMIO ||
            !(region->root_used || region->linux_driver != NULL) || !aj_range_ok(range) ||
            aj_rangeset_covers(&served, range) || aj_rangeset_overlaps(&set->trapped, range) ||
            is_of_console(ck->board, range))
            continue;
        model_check_broken(
            ck, MODEL_RULE_BRD_10, ck->root, "%s lacks the registers %s of %s, which Linux uses",
            model_check_cell_text(ck, ck->root), model_check_range_text(ck, range), region->name);
    }
}

void model_check_board_root(struct model_check *ck)
{
    struct registers set = {{0}, {0}, {0}};
    if (ck->board == NULL || ck->root == NULL || ck->board->arch != ck->arch)
        return;
    collect_mapped(ck, &set);
    collect_trapped(ck, &set);
    collect_taken(ck, &set);
    collect_tables(ck, &set);
    judge_consoles(ck, &set);
    judge_registers(ck, &set);
}
