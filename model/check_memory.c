/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of single memory regions, and of the communication region. */
#include "base/units.h"
#include "model/check_priv.h"

#define LARGE_PAGE AJ_MIB(2)

#define WIDTHS \
    (JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_16 | JAILHOUSE_MEM_IO_32 | JAILHOUSE_MEM_IO_64)

/* Records a broken rule of region `index`. */
static void broken(struct model_check *ck, enum model_rule_name name, const struct model_cell *cell,
                   size_t index, const char *what)
{
    model_check_broken(ck, name, cell, "%s: %s", model_check_region_text(ck, cell, index), what);
    aj_diag_path(ck->cx, "mem_regions[%zu]", index);
}

/* First address that the architecture cannot form: stage 2 of arm is 32 bits wide in Jailhouse,
 * that of arm64 and virtual addresses of x86 48, physical addresses of x86 52. */
static aj_addr phys_limit(const struct model_check *ck)
{
    if (ck->arch == MODEL_ARCH_ARM)
        return AJ_GIB(4);
    return ck->arch == MODEL_ARCH_ARM64 ? AJ_GIB(1) << 18 : AJ_GIB(1) << 22;
}

static aj_addr virt_limit(const struct model_check *ck)
{
    return ck->arch == MODEL_ARCH_ARM ? AJ_GIB(4) : AJ_GIB(1) << 18;
}

static void judge_reach(struct model_check *ck, const struct model_cell *cell, size_t index)
{
    const struct model_memory *region = &cell->mem_regions[index];
    const bool comm = model_region_is_comm(region);
    const aj_addr phys_last = aj_range_last(model_region_phys(region));
    const aj_addr virt_last = aj_range_last(model_region_virt(region));
    if ((!comm && phys_last >= phys_limit(ck)) || virt_last >= virt_limit(ck))
        broken(ck, MODEL_RULE_MEM_13, cell, index, "beyond the architecture's addresses");
    else if (ck->board != NULL && !comm && phys_last >= ck->board->phys_limit)
        broken(ck, MODEL_RULE_MEM_13, cell, index, "beyond the board's physical addresses");
}

/* Accesses are aligned to the beginning of the region: mmio.c, mmio_handle_subpage. */
static bool begins_off_widths(const struct model_memory *region)
{
    const uint64_t widths = (region->flags & WIDTHS) / JAILHOUSE_MEM_IO_8; /* in bytes */
    const uint64_t least = widths & -widths;
    return widths != 0 && (region->flags & JAILHOUSE_MEM_IO_UNALIGNED) == 0 &&
           region->virt_start % least != 0;
}

/* A region that is trapped because it begins or ends within a page. */
static void judge_subpage(struct model_check *ck, const struct model_cell *cell, size_t index)
{
    const struct model_memory *region = &cell->mem_regions[index];
    const aj_addr in_page = AJ_PAGE - 1;
    if (model_region_is_ram(region))
        broken(ck, MODEL_RULE_MEM_2, cell, index, "RAM that does not begin or end at a page");
    else if ((region->flags & WIDTHS) == 0)
        broken(ck, MODEL_RULE_SUB_1, cell, index, "smaller than a page, without IO_8 to IO_64");
    if (begins_off_widths(region))
        broken(ck, MODEL_RULE_SUB_2, cell, index,
               "begins off the widths it allows, without IO_UNALIGNED");
    if (ck->arch == MODEL_ARCH_X86 && (region->flags & WIDTHS) == JAILHOUSE_MEM_IO_64)
        broken(ck, MODEL_RULE_SUB_9, cell, index, "allows 64 bits alone");
    if ((region->phys_start & in_page) == (region->virt_start & in_page))
        return;
    if ((region->phys_start & in_page) + (region->size - 1) > in_page)
        broken(ck, MODEL_RULE_SUB_3, cell, index,
               "crosses a page, and its physical and virtual offset in the page differ");
    else
        broken(ck, MODEL_RULE_SUB_4, cell, index,
               "its physical and virtual offset in the page differ");
}

static void judge_mapped(struct model_check *ck, const struct model_cell *cell, size_t index)
{
    const struct model_memory *region = &cell->mem_regions[index];
    if (!aj_is_aligned(region->phys_start, AJ_PAGE))
        broken(ck, MODEL_RULE_MEM_1, cell, index, "its physical address is within a page");
    else if (region->size >= LARGE_PAGE &&
             !aj_is_aligned(region->phys_start ^ region->virt_start, LARGE_PAGE))
        broken(ck, MODEL_RULE_MEM_15, cell, index,
               "its physical and virtual address differ modulo 2 MiB");
}

/* load_image() takes an offset in the region for the offset in the page. */
static void judge_loadable(struct model_check *ck, const struct model_cell *cell, size_t index)
{
    const struct model_memory *region = &cell->mem_regions[index];
    const aj_size page = model_check_root_page(ck);
    if (ck->board != NULL && page > AJ_PAGE && cell != ck->root &&
        (region->flags & JAILHOUSE_MEM_LOADABLE) != 0 && !aj_is_aligned(region->phys_start, page))
        broken(ck, MODEL_RULE_MEM_21, cell, index,
               aj_strf(ck->cx->scratch, "its physical address is within a page of %s",
                       aj_format_size(ck->cx->scratch, page)));
}

static void judge_flags(struct model_check *ck, const struct model_cell *cell, size_t index)
{
    const struct model_memory *region = &cell->mem_regions[index];
    const bool loadable = (region->flags & JAILHOUSE_MEM_LOADABLE) != 0;
    if ((region->flags & JAILHOUSE_MEM_READ) == 0)
        broken(ck, MODEL_RULE_MEM_16, cell, index, "not readable");
    if (cell == ck->root) {
        if (loadable)
            broken(ck, MODEL_RULE_MEM_11, cell, index, "loadable in the root cell");
        return;
    }
    if ((region->flags & JAILHOUSE_MEM_ROOTSHARED) == 0)
        return;
    if (loadable)
        broken(ck, MODEL_RULE_MEM_10, cell, index, "loadable and shared with the root");
    else if (model_region_is_ram(region))
        broken(ck, MODEL_RULE_MEM_7, cell, index, "RAM of a guest that the root shares");
}

static void judge_comm(struct model_check *ck, const struct model_cell *cell, size_t index)
{
    const struct model_memory *region = &cell->mem_regions[index];
    const uint64_t access = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE;
    const aj_addr usual = model_comm_base(ck->arch);
    if (cell == ck->root) {
        broken(ck, MODEL_RULE_COM_9, cell, index, "a communication region in the root cell");
        return;
    }
    if (region->size != AJ_PAGE || !aj_is_aligned(region->virt_start, AJ_PAGE))
        broken(ck, MODEL_RULE_COM_1, cell, index, "not one whole page");
    else if (region->virt_start != usual)
        model_check_broken(ck, MODEL_RULE_COM_4, cell, "%s: guests look for it at 0x%llx",
                           model_check_region_text(ck, cell, index), (unsigned long long)usual);
    if ((region->flags & access) != access)
        broken(ck, MODEL_RULE_COM_3, cell, index, "not readable and writable");
    if (region->phys_start != 0)
        broken(ck, MODEL_RULE_COM_7, cell, index, "it has a physical address");
}

/* Rules about a guest as a whole. */
static void judge_guest_comm(struct model_check *ck, const struct model_cell *cell)
{
    size_t found = 0;
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        if (!model_region_is_comm(&cell->mem_regions[i]) || cell->mem_regions[i].size == 0)
            continue;
        if (++found == 2)
            broken(ck, MODEL_RULE_COM_2, cell, i, "a second communication region");
    }
    if (found == 0 && ck->arm && cell->mem_regions_count > 0)
        model_check_broken(ck, MODEL_RULE_COM_8, cell, "%s has no communication region",
                           model_check_cell_text(ck, cell));
    if ((cell->flags & JAILHOUSE_CELL_PASSIVE_COMMREG) == 0 && cell->msg_reply_timeout == 0)
        model_check_broken(ck, MODEL_RULE_COM_6, cell, "%s is not passive and has no timeout",
                           model_check_cell_text(ck, cell));
}

/* Sections of links stand alone, whatever is next to them. */
static bool is_section(const struct model_cell *cell, size_t index)
{
    for (size_t i = 0; i < cell->pci_devices_count; i++) {
        const struct model_pci_device *device = &cell->pci_devices[i];
        if (model_is_ivshmem(device) && index >= device->shmem_regions_start &&
            index - device->shmem_regions_start < 2 + (size_t)device->shmem_peers)
            return true;
    }
    return false;
}

static void judge_continued(struct model_check *ck, const struct model_cell *cell)
{
    for (size_t i = 1; i < cell->mem_regions_count; i++) {
        const struct model_memory *a = &cell->mem_regions[i - 1];
        const struct model_memory *b = &cell->mem_regions[i];
        if (!model_region_is_sane(a) || !model_region_is_sane(b) || a->flags != b->flags ||
            a->phys_start + a->size != b->phys_start || a->virt_start + a->size != b->virt_start ||
            is_section(cell, i - 1) || is_section(cell, i))
            continue;
        model_check_broken(ck, MODEL_RULE_MEM_20, cell, "%s merely continues the one before",
                           model_check_region_text(ck, cell, i));
        aj_diag_path(ck->cx, "mem_regions[%zu]", i);
        return;
    }
}

/* IOMMUs of x86 translate what is flagged for DMA and nothing else. */
static void judge_dma(struct model_check *ck, const struct model_cell *cell)
{
    bool real = false, dma = false;
    for (size_t i = 0; i < cell->pci_devices_count; i++)
        real |= !model_is_ivshmem(&cell->pci_devices[i]);
    for (size_t i = 0; i < cell->mem_regions_count; i++)
        dma |= (cell->mem_regions[i].flags & JAILHOUSE_MEM_DMA) != 0;
    if (real && !dma)
        model_check_broken(ck, MODEL_RULE_MEM_19, cell, "%s has PCI devices, but no memory for DMA",
                           model_check_cell_text(ck, cell));
}

void model_check_regions(struct model_check *ck)
{
    for (size_t c = 0; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        if (cell != ck->root)
            judge_guest_comm(ck, cell);
        if (cell != ck->root && ck->arch == MODEL_ARCH_X86)
            judge_dma(ck, cell);
        judge_continued(ck, cell);
        for (size_t i = 0; i < cell->mem_regions_count; i++) {
            const struct model_memory *region = &cell->mem_regions[i];
            if (region->size == 0)
                continue; /* a placeholder */
            if (model_region_is_comm(region))
                judge_comm(ck, cell, i);
            if (!model_region_is_sane(region)) {
                broken(ck, MODEL_RULE_MEM_14, cell, i, "it ends above 2^64");
                continue;
            }
            judge_reach(ck, cell, i);
            if (model_region_is_comm(region))
                continue;
            if (cell == ck->root && region->phys_start != region->virt_start)
                broken(ck, MODEL_RULE_MEM_5, cell, i, "its physical and virtual address differ");
            judge_flags(ck, cell, i);
            judge_loadable(ck, cell, i);
            if (model_region_is_subpage(region))
                judge_subpage(ck, cell, i);
            else
                judge_mapped(ck, cell, i);
        }
    }
}
