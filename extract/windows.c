/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Windows: address ranges that a bus decodes. All of a PCI window may be occupied. The window of any
 * other bus counts as far as it holds devices, because their neighbourhood may have registers that
 * no node describes; boards whose buses claim all addresses would have no free address otherwise.
 */
#include "extract/extract_priv.h"

#define GRID AJ_MIB(1) /* of the part that counts */

/* Registers and PCI windows, sorted; `reach` is the greatest last address up to here. */
struct occupied {
    struct aj_range range;
    aj_addr reach;
};

typedef AJ_VEC(struct occupied) occupied_list;

static int by_base(const void *a, const void *b)
{
    const struct occupied *x = a, *y = b;
    return (x->range.base > y->range.base) - (x->range.base < y->range.base);
}

static occupied_list sorted_regions(const struct extract_regions *regions)
{
    occupied_list list = {0};
    for (size_t i = 0; i < regions->list.count; i++) {
        const struct model_region *region = &regions->list.items[i];
        const struct occupied item = {{region->phys_start, region->size}, 0};
        if (region->type == MODEL_REGION_MMIO || region->type == MODEL_REGION_WINDOW)
            AJ_PUSH(regions->ex->cx->scratch, &list, item);
    }
    if (list.count > 0)
        qsort(list.items, list.count, sizeof *list.items, by_base);
    aj_addr reach = 0;
    for (size_t i = 0; i < list.count; i++) {
        const aj_addr last = aj_range_last(list.items[i].range);
        reach = last > reach ? last : reach;
        list.items[i].reach = reach;
    }
    return list;
}

/* Index of the first one at or above `base`. */
static size_t first_from(const occupied_list *list, aj_addr base)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (list->items[middle].range.base < base)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The part of `window` between its first and its last device; all of it if it has none. */
static struct aj_range inhabited(const occupied_list *list, struct aj_range window)
{
    const aj_addr last = aj_range_last(window);
    const size_t begin = first_from(list, window.base);
    size_t end = begin;
    if (last != UINT64_MAX)
        end = first_from(list, last + 1);
    else
        end = list->count;
    if (begin == end)
        return window;
    aj_addr from = aj_align_down(list->items[begin].range.base, GRID), to = last;
    if (from < window.base)
        from = window.base;
    aj_addr reach = list->items[end - 1].reach, up = 0;
    if (reach < last && aj_align_up(reach + 1, GRID, &up) && up != 0 && up - 1 < last)
        to = up - 1;
    return (struct aj_range){from, to - from + 1};
}

static void add_pci_windows(struct extract_regions *regions)
{
    struct extract *ex = regions->ex;
    for (size_t i = 0; i < ex->devices.count; i++) {
        const struct extract_device *device = &ex->devices.items[i];
        struct aj_dt_window window;
        if (!aj_dt_is_pci(device->node) || device->d.status != NULL)
            continue;
        for (size_t k = 0; k < aj_dt_window_count(device->node); k++)
            if (aj_dt_window(device->node, k, &window) == AJ_DT_MMIO && window.pci_space != 0)
                extract_add_region(regions, aj_strf(ex->out, "%s.window", device->d.name),
                                   window.cpu, MODEL_REGION_WINDOW, device->node->path);
    }
}

static bool has_windows(const struct extract *ex, const struct aj_dt_node *node)
{
    const struct aj_dt_prop *ranges = aj_dt_prop(node, "ranges");
    return ranges != NULL && ranges->size > 0 && node->parent != NULL && node->available &&
           !aj_dt_is_pci(node) && node != ex->injected;
}

static void add_bus(struct extract_regions *regions, const struct aj_dt_node *bus,
                    const occupied_list *list, struct aj_rangeset *covered)
{
    struct extract *ex = regions->ex;
    struct aj_dt_window window;
    for (size_t k = 0; k < aj_dt_window_count(bus); k++) {
        if (aj_dt_window(bus, k, &window) != AJ_DT_MMIO || !aj_range_ok(window.cpu))
            continue;
        /* A window onto RAM is the bus's view of everything, not a place for devices. */
        if (aj_rangeset_overlaps(&regions->ram, window.cpu))
            continue;
        const struct aj_range part = inhabited(list, window.cpu);
        if (aj_rangeset_covers(covered, part))
            continue;
        aj_rangeset_add(ex->cx->scratch, covered, part);
        struct model_region *region =
            extract_add_region(regions, aj_strf(ex->out, "%s.window", bus->name), part,
                               MODEL_REGION_WINDOW, bus->path);
        if (region != NULL)
            region->root_used = false;
    }
}

void extract_windows(struct extract_regions *regions)
{
    struct extract *ex = regions->ex;
    struct aj_rangeset covered = {0};
    add_pci_windows(regions);
    const occupied_list list = sorted_regions(regions);
    for (size_t i = 0; i < ex->dt->nodes.count; i++)
        if (has_windows(ex, ex->dt->nodes.items[i]))
            add_bus(regions, ex->dt->nodes.items[i], &list, &covered);
}
