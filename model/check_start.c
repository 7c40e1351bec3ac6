/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of how a guest starts: its image can be loaded, and nothing is loaded over it. */
#include "model/check_priv.h"

/* linux-loader.bin of arm64, its page tables included; that of arm has them as well. */
#define LOADER_BYTES 0x34b8u
/* Where the device tree goes in RAM at address 0: tools/jailhouse-cell-linux, ARMCommon.setup. */
#define DTB_OFFSET 0x2000u
/* The alignment of an arm64 kernel alone takes this much: smaller RAM is none for Linux. */
#define LINUX_RAM_LEAST AJ_MIB(2)
/* What upstream gives a loader at most: the low memory of x86. */
#define LOADER_REGION AJ_MIB(1)

/* driver/cell.c: load_image takes the first region that has the address. */
static size_t region_at(const struct model_cell *cell, aj_addr address)
{
    size_t i = 0;
    while (i < cell->mem_regions_count &&
           !(model_region_is_sane(&cell->mem_regions[i]) &&
             aj_range_has(model_region_virt(&cell->mem_regions[i]), address)))
        i++;
    return i;
}

static void judge_load(struct model_check *ck, const struct model_cell *cell)
{
    const uint64_t wanted = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_LOADABLE;
    const size_t i = region_at(cell, cell->cpu_reset_address);
    const unsigned long long start = cell->cpu_reset_address;
    if (i == cell->mem_regions_count) {
        model_check_broken(ck, MODEL_RULE_CEL_1, cell, "%s starts at 0x%llx, where it has nothing",
                           model_check_cell_text(ck, cell), start);
    } else if ((cell->mem_regions[i].flags & wanted) != wanted) {
        model_check_broken(
            ck, MODEL_RULE_CEL_1, cell,
            "%s is not readable, writable and loadable, but the cell starts there, at 0x%llx",
            model_check_region_text(ck, cell, i), start);
        aj_diag_path(ck->cx, "mem_regions[%zu]", i);
    }
}

/* pyjailhouse/config_parser.py: MemRegion.is_ram, and large enough. */
static bool is_linux_ram(const struct model_memory *region)
{
    const uint64_t wanted =
        JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA;
    const uint64_t others = JAILHOUSE_MEM_IO | JAILHOUSE_MEM_COMM_REGION | JAILHOUSE_MEM_ROOTSHARED;
    return (region->flags & (wanted | others)) == wanted && region->size >= LINUX_RAM_LEAST;
}

/* Whether a cell is for Linux, its file does not say: one that may print through the hypervisor is
 * taken for bare metal, as upstream's Zephyr. */
size_t model_check_linux_ram(const struct model_cell *cell)
{
    size_t i = 0;
    if ((cell->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED) != 0)
        return cell->mem_regions_count;
    while (i < cell->mem_regions_count && !is_linux_ram(&cell->mem_regions[i]))
        i++;
    return i;
}

/* A guest with a region for a loader and large RAM behind it, which is none for Linux. */
static void judge_lacking(struct model_check *ck, const struct model_cell *cell)
{
    const uint64_t others = JAILHOUSE_MEM_IO | JAILHOUSE_MEM_COMM_REGION;
    const size_t start = region_at(cell, cell->cpu_reset_address);
    if ((cell->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED) != 0 ||
        start == cell->mem_regions_count || cell->mem_regions[start].size > LOADER_REGION)
        return;
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        if ((region->flags & JAILHOUSE_MEM_LOADABLE) == 0 || (region->flags & others) != 0 ||
            region->size < LINUX_RAM_LEAST)
            continue;
        model_check_broken(ck, MODEL_RULE_MEM_18, cell, "%s has flags 0x%llx",
                           model_check_region_text(ck, cell, i), (unsigned long long)region->flags);
        aj_diag_path(ck->cx, "mem_regions[%zu]", i);
        return;
    }
}

bool model_check_is_bare(const struct model_cell *cell)
{
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        if (model_region_is_ram(&cell->mem_regions[i]) &&
            cell->mem_regions[i].size >= LINUX_RAM_LEAST)
            return false;
    }
    return true;
}

static void judge_linux(struct model_check *ck, const struct model_cell *cell)
{
    const size_t i = model_check_linux_ram(cell);
    if (i == cell->mem_regions_count)
        judge_lacking(ck, cell);
    if (!ck->arm || i == cell->mem_regions_count)
        return;
    const unsigned long long start = cell->cpu_reset_address;
    const aj_addr ram = cell->mem_regions[i].virt_start;
    const aj_addr dtb = ram == 0 ? DTB_OFFSET : ram;
    if (aj_range_has((struct aj_range){cell->cpu_reset_address, LOADER_BYTES}, dtb)) {
        model_check_broken(ck, MODEL_RULE_CEL_2, cell,
                           "%s takes Linux's device tree at 0x%llx, its loader is at 0x%llx",
                           model_check_region_text(ck, cell, i), (unsigned long long)dtb, start);
        aj_diag_path(ck->cx, "mem_regions[%zu]", i);
    } else if (start != 0) {
        model_check_broken(ck, MODEL_RULE_CEL_3, cell, "%s has RAM for Linux and starts at 0x%llx",
                           model_check_cell_text(ck, cell), start);
    }
}

void model_check_starts(struct model_check *ck)
{
    if (ck->root != NULL && ck->arch == MODEL_ARCH_ARM64 &&
        (ck->root->flags & JAILHOUSE_CELL_AARCH32) != 0)
        model_check_broken(ck, MODEL_RULE_CEL_5, ck->root, "%s has flag CELL_AARCH32",
                           model_check_cell_text(ck, ck->root));
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        if (ck->cells[c]->mem_regions_count == 0)
            continue; /* hdr-13 */
        judge_load(ck, ck->cells[c]);
        judge_linux(ck, ck->cells[c]);
    }
}
