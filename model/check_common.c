/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several families of rules need: texts, kinds of regions, INTIDs, overlaps. */
#include "model/check_priv.h"

#define BYTES_CELL 132 /* jailhouse_cell_desc */

const char *model_check_cell_text(struct model_check *ck, const struct model_cell *cell)
{
    const char *name = cell->name == NULL ? "" : cell->name;
    return aj_strf(ck->cx->scratch, "%s \"%s\"", cell == ck->root ? "root cell" : "cell", name);
}

const char *model_check_range_text(struct model_check *ck, struct aj_range range)
{
    return aj_strf(ck->cx->scratch, "0x%llx+0x%llx", (unsigned long long)range.base,
                   (unsigned long long)range.size);
}

static const char *kind_text(const struct model_memory *region)
{
    if (model_region_is_comm(region))
        return "communication";
    if ((region->flags & JAILHOUSE_MEM_IO) != 0)
        return "device";
    if (model_region_is_ram(region))
        return "RAM";
    return "memory";
}

const char *model_check_region_text(struct model_check *ck, const struct model_cell *cell,
                                    size_t index)
{
    const struct model_memory *region = &cell->mem_regions[index];
    const aj_addr base = model_region_is_comm(region) ? region->virt_start : region->phys_start;
    const struct aj_range range = {base, region->size};
    return aj_strf(ck->cx->scratch, "%s region %zu (%s %s)", model_check_cell_text(ck, cell), index,
                   kind_text(region), model_check_range_text(ck, range));
}

bool model_region_is_subpage(const struct model_memory *region)
{
    return !aj_is_aligned(region->virt_start | region->size, AJ_PAGE);
}

bool model_region_is_comm(const struct model_memory *region)
{
    return (region->flags & JAILHOUSE_MEM_COMM_REGION) != 0;
}

bool model_region_is_ram(const struct model_memory *region)
{
    const uint64_t ram = JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE;
    const uint64_t not = JAILHOUSE_MEM_IO | JAILHOUSE_MEM_COMM_REGION;
    return (region->flags & ram) != 0 && (region->flags & not ) == 0;
}

struct aj_range model_region_phys(const struct model_memory *region)
{
    return (struct aj_range){region->phys_start, region->size};
}

struct aj_range model_region_virt(const struct model_memory *region)
{
    return (struct aj_range){region->virt_start, region->size};
}

bool model_region_is_sane(const struct model_memory *region)
{
    return aj_range_ok(model_region_phys(region)) && aj_range_ok(model_region_virt(region));
}

bool model_region_is_taken(const struct model_memory *region)
{
    const uint64_t kept = JAILHOUSE_MEM_ROOTSHARED | JAILHOUSE_MEM_LOADABLE;
    return model_region_is_sane(region) && !model_region_is_comm(region) &&
           (region->flags & kept) != JAILHOUSE_MEM_ROOTSHARED;
}

bool model_is_ivshmem(const struct model_pci_device *device)
{
    return device->type == JAILHOUSE_PCI_TYPE_IVSHMEM;
}

uint64_t model_vpci_intid(const struct model_cell *cell, const struct model_pci_device *device)
{
    return (uint64_t)32 + cell->vpci_irq_base + MODEL_PCI_PIN_OF((uint32_t)device->bdf >> 3);
}

void model_check_intids(const struct model_check *ck, const struct model_cell *cell,
                        struct model_intids *intids)
{
    *intids = (struct model_intids){{0}};
    for (size_t i = 0; i < cell->irqchips_count; i++) {
        const struct model_irqchip *chip = &cell->irqchips[i];
        if (ck->header != NULL && chip->address != ck->header->gicd_base)
            continue;
        if (chip->pin_base % 32 != 0 || chip->pin_base > 1024 - 128)
            continue;
        for (size_t w = 0; w < 4; w++)
            intids->word[chip->pin_base / 32 + w] |= chip->pin_bitmap[w];
    }
}

bool model_intids_has(const struct model_intids *intids, uint32_t intid)
{
    return intid < 1024 && ((intids->word[intid / 32] >> (intid % 32)) & 1) != 0;
}

/* The guest that maps registers without sharing them with the root. */
static const struct model_cell *owner_of(const struct model_check *ck, struct aj_range registers)
{
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        for (size_t i = 0; i < cell->mem_regions_count; i++) {
            const struct model_memory *region = &cell->mem_regions[i];
            if (model_region_is_taken(region) &&
                aj_range_contains(model_region_phys(region), registers))
                return cell;
        }
    }
    return NULL;
}

const struct model_cell *model_check_owner(const struct model_check *ck,
                                           const struct model_device *device)
{
    const struct model_cell *owner = NULL;
    for (size_t k = 0; k < device->regions_count && owner == NULL; k++) {
        const struct aj_range range = {device->regions[k].phys_start, device->regions[k].size};
        if (aj_range_ok(range))
            owner = owner_of(ck, range);
    }
    return owner;
}

const char *model_check_bdf_text(struct model_check *ck, uint16_t bdf)
{
    return aj_strf(ck->cx->scratch, "%02x:%02x.%x", bdf >> 8, (bdf >> 3) & 31, bdf & 7);
}

uint32_t model_check_max_cpus(const struct model_check *ck)
{
    uint32_t max = 0;
    if (ck->root == NULL)
        return 0;
    for (uint32_t c = aj_cpuset_next(&ck->root->cpus, 0); c < AJ_CPU_MAX;
         c = aj_cpuset_next(&ck->root->cpus, c + 1))
        max = c + 1;
    return max;
}

uint64_t model_cell_bytes(const struct model_cell *cell)
{
    /* Sizes of cell-config.h; counts of arrays in memory are far from wrapping. */
    return BYTES_CELL + (uint64_t)cell->cpu_set_size + 32 * (uint64_t)cell->mem_regions_count +
           12 * (uint64_t)cell->cache_regions_count + 32 * (uint64_t)cell->irqchips_count +
           4 * (uint64_t)cell->pio_regions_count + 56 * (uint64_t)cell->pci_devices_count +
           8 * (uint64_t)cell->pci_caps_count + 4 * (uint64_t)cell->stream_ids_count;
}

static int compare_spans(const void *pa, const void *pb)
{
    const struct model_span *a = pa;
    const struct model_span *b = pb;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return (a->region > b->region) - (a->region < b->region);
}

/* The span that reaches furthest, and the furthest of another group. */
struct reach {
    const struct model_span *far, *other;
};

static void extend(struct reach *reach, const struct model_span *span)
{
    if (reach->far == NULL || span->last > reach->far->last) {
        if (reach->far != NULL && reach->far->group != span->group)
            reach->other = reach->far;
        reach->far = span;
    } else if (span->group != reach->far->group &&
               (reach->other == NULL || span->last > reach->other->last)) {
        reach->other = span;
    }
}

/* An earlier span of another group that reaches into `span`, or NULL. */
static const struct model_span *hit(const struct reach *reach, const struct model_span *span)
{
    const struct model_span *earlier = reach->far;
    if (earlier != NULL && earlier->group == span->group)
        earlier = reach->other;
    return earlier != NULL && earlier->last >= span->first ? earlier : NULL;
}

void model_spans_overlaps(struct model_check *ck, struct model_span *spans, size_t count,
                          model_span_report *report)
{
    struct reach private = {NULL, NULL}, shared = {NULL, NULL};
    if (count > 0)
        qsort(spans, count, sizeof *spans, compare_spans);
    for (size_t i = 0; i < count; i++) {
        const struct model_span *earlier = hit(&private, &spans[i]);
        if (earlier == NULL && !spans[i].shared)
            earlier = hit(&shared, &spans[i]);
        if (earlier != NULL)
            report(ck, earlier, &spans[i]);
        extend(spans[i].shared ? &shared : &private, &spans[i]);
    }
}

aj_size model_check_root_page(const struct model_check *ck)
{
    aj_size page = AJ_PAGE;
    if (ck->board != NULL)
        return ck->board->kernel.page_size > page ? ck->board->kernel.page_size : page;
    for (size_t i = 0; ck->root != NULL && i < ck->root->pci_devices_count; i++) {
        const struct model_pci_device *device = &ck->root->pci_devices[i];
        const aj_size bar = (aj_size)~device->bar_mask[0] + 1;
        if (model_is_ivshmem(device) && model_page_exists(MODEL_ARCH_ARM64, bar) && bar > page)
            page = bar;
    }
    return page;
}
