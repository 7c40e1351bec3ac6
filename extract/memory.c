/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory regions: RAM, what is reserved in it and by whom, and registers. */
#include "base/units.h"
#include "extract/extract_priv.h"
#include "model/jailhouse.h"

#define BANKS_MAX 1024
#define KERNEL_GRID \
    AJ_MIB(2) /* how boot loaders place the kernel: Linux Documentation/arch/arm64/booting */

struct model_region *extract_add_region(struct extract_regions *regions, const char *name,
                                        struct aj_range range, enum model_region_type type,
                                        const char *node_path)
{
    struct aj_arena *out = regions->ex->out;
    if (!aj_range_ok(range))
        return NULL;
    struct model_region region = {
        .name = extract_unique(regions->names, name),
        .phys_start = range.base,
        .virt_start = range.base,
        .size = range.size,
        .type = (uint8_t)type,
        .root_used = true,
    };
    if (node_path == NULL && regions->source != NULL)
        extract_from(regions->ex, "memory_regions", region.name, NULL, regions->source);
    if (node_path != NULL) {
        extract_from(regions->ex, "memory_regions", region.name, NULL,
                     aj_strf(regions->ex->cx->scratch, "devicetree %s: %s", node_path,
                             type == MODEL_REGION_WINDOW ? "ranges" : "reg"));
        const char **nodes = aj_alloc_array(out, 1, sizeof *nodes);
        nodes[0] = node_path;
        region.devicetree_nodes = nodes;
        region.devicetree_nodes_count = 1;
    }
    AJ_PUSH(out, &regions->list, region);
    return &regions->list.items[regions->list.count - 1];
}

static void add_bank(struct extract_regions *regions, struct aj_range range, const char *node_path)
{
    struct extract *ex = regions->ex;
    const aj_addr limit = ex->board->phys_limit;
    if (aj_range_ok(range) && aj_range_last(range) >= limit) {
        extract_note(ex, "warning", "memory-unreachable", node_path == NULL ? "" : node_path,
                     "RAM from 0x%llx on is out of Jailhouse's reach: nobody gets it, nor may the "
                     "root's Linux use it",
                     (unsigned long long)(range.base < limit ? limit : range.base));
        if (range.base >= limit)
            return;
        range.size = limit - range.base;
    }
    if (regions->list.count < BANKS_MAX &&
        extract_add_region(regions, "system_ram", range, MODEL_REGION_RAM, node_path) != NULL)
        aj_rangeset_add(regions->ex->out, &regions->ram, range);
}

static void add_memory_nodes(struct extract_regions *regions)
{
    const struct aj_dt *dt = regions->ex->dt;
    for (size_t i = 0; i < dt->nodes.count; i++) {
        const struct aj_dt_node *node = dt->nodes.items[i];
        const char *type = aj_dt_string(node, "device_type");
        struct aj_range range;
        if (type == NULL || strcmp(type, "memory") != 0 || !node->available)
            continue;
        for (size_t k = 0; k < aj_dt_reg_count(node) && k < BANKS_MAX; k++)
            if (aj_dt_reg(node, k, &range) == AJ_DT_MMIO)
                add_bank(regions, range, node->path);
    }
}

static bool is_system_ram(const struct extract_iomem_entry *entry)
{
    return entry->level == 0 && strcmp(entry->name, "System RAM") == 0;
}

static void add_banks(struct extract_regions *regions)
{
    struct extract *ex = regions->ex;
    if (ex->memory != NULL) {
        regions->source = "--memory";
        for (size_t i = 0; i < ex->memory->count; i++)
            add_bank(regions, ex->memory->items[i], NULL);
        return;
    }
    add_memory_nodes(regions);
    if (regions->list.count > 0)
        return;
    for (size_t i = 0; i < ex->iomem.entries.count; i++)
        if (is_system_ram(&ex->iomem.entries.items[i])) {
            regions->source = extract_where(ex, "/proc/iomem", ex->iomem.entries.items[i].line);
            add_bank(regions, ex->iomem.entries.items[i].range, NULL);
        }
    if (regions->list.count > 0)
        extract_note(ex, "info", "memory-from-iomem", "/proc/iomem",
                     "the device tree has no memory: RAM is what Linux uses");
    else
        extract_note(ex, "error", "memory-none", ex->dt->name, "no RAM is described");
}

/* A reservation that was made for Jailhouse is there to be given away. */
static bool is_for_jailhouse(const struct aj_dt_node *node)
{
    return strncmp(node->name, "jailhouse", 9) == 0;
}

static void add_reservation(struct extract_regions *regions, const struct aj_dt_node *node)
{
    struct extract *ex = regions->ex;
    const bool no_map = aj_dt_prop(node, "no-map") != NULL;
    const bool reusable = aj_dt_prop(node, "reusable") != NULL;
    struct aj_range range;
    if (aj_dt_reg_count(node) == 0 && aj_dt_prop(node, "size") != NULL)
        extract_note(ex, "info", "reserved-dynamic", node->path,
                     "Linux chooses the place of this reservation at each start");
    for (size_t i = 0; i < aj_dt_reg_count(node) && i < BANKS_MAX; i++) {
        if (aj_dt_reg(node, i, &range) != AJ_DT_MMIO)
            continue;
        if (is_for_jailhouse(node)) {
            extract_note(ex, "info", "reserved-jailhouse", node->path,
                         "reserved for Jailhouse already, so it counts as free RAM");
            continue;
        }
        struct model_region *region =
            extract_add_region(regions, node->name, range,
                               no_map ? MODEL_REGION_FIRMWARE : MODEL_REGION_RESERVED, node->path);
        if (region == NULL)
            continue;
        region->root_used = !no_map;
        region->reusable = reusable && !no_map;
    }
}

static void add_reservations(struct extract_regions *regions)
{
    const struct aj_dt *dt = regions->ex->dt;
    const struct aj_dt_node *parent = aj_dt_at(dt, "/reserved-memory");
    const struct aj_dt_prop *memreserve = aj_dt_prop(dt->nodes.items[0], "memreserve");
    for (const struct aj_dt_node *node = parent == NULL ? NULL : parent->children; node != NULL;
         node = node->next)
        if (node->available)
            add_reservation(regions, node);
    struct model_region *region = NULL;
    regions->source = "/sys/firmware/fdt: reservations";
    for (size_t i = 0; i < dt->reserved.count && i < BANKS_MAX; i++) {
        region = extract_add_region(regions, "memreserve", dt->reserved.items[i],
                                    MODEL_REGION_FIRMWARE, NULL);
        if (region != NULL)
            region->root_used = false;
    }
    /* Raspberry Pi: what the VideoCore firmware keeps, as base and size. */
    if (aj_dt_cells(memreserve) != 2)
        return;
    region =
        extract_add_region(regions, "memreserve",
                           (struct aj_range){aj_dt_cell(memreserve, 0), aj_dt_cell(memreserve, 1)},
                           MODEL_REGION_FIRMWARE, "/");
    if (region == NULL)
        return;
    region->root_used = false;
    extract_from_node(regions->ex, "memory_regions", region->name, NULL, dt->nodes.items[0],
                      "memreserve");
}

/* What Linux was told to use: the first mem= bytes of RAM. */
static struct aj_rangeset told_to_linux(const struct extract_regions *regions)
{
    struct extract *ex = regions->ex;
    struct aj_rangeset told = {0};
    aj_size left = ex->board->kernel.mem_limit;
    for (size_t i = 0; i < regions->ram.count && left > 0; i++) {
        struct aj_range bank = regions->ram.items[i];
        if (left != AJ_NONE64) {
            bank.size = bank.size < left ? bank.size : left;
            left -= bank.size;
        }
        aj_rangeset_add(ex->cx->scratch, &told, bank);
    }
    return told;
}

/* The nodes whose RAM there is, each with a blank before it. */
static const char *memory_nodes(const struct extract_regions *regions)
{
    const char *nodes = "", *last = "";
    for (size_t i = 0; i < regions->list.count; i++) {
        const struct model_region *region = &regions->list.items[i];
        if (region->type != MODEL_REGION_RAM || region->devicetree_nodes_count == 0 ||
            strcmp(region->devicetree_nodes[0], last) == 0)
            continue;
        last = region->devicetree_nodes[0];
        nodes = aj_strf(regions->ex->cx->scratch, "%s %s", nodes, last);
    }
    return nodes;
}

/* Level 0 decides: Linux's own reservations are children of System RAM. */
static void compare_with_iomem(struct extract_regions *regions)
{
    struct extract *ex = regions->ex;
    const struct aj_rangeset told = told_to_linux(regions);
    struct aj_rangeset holes = {0};
    bool beyond = false;
    aj_rangeset_add_all(ex->cx->scratch, &holes, &told);
    for (size_t i = 0; i < ex->iomem.entries.count; i++) {
        const struct extract_iomem_entry *entry = &ex->iomem.entries.items[i];
        const char *where = extract_where(ex, "/proc/iomem", entry->line);
        if (is_system_ram(entry) && !aj_rangeset_covers(&regions->ram, entry->range))
            extract_note(ex, "warning", "memory-differs", where,
                         "Linux uses RAM that the device tree does not have: reg of%s",
                         memory_nodes(regions));
        else if (is_system_ram(entry) && !aj_rangeset_covers(&told, entry->range) && !beyond) {
            beyond = true;
            extract_note(ex, "warning", "mem-limit", where,
                         "Linux uses more RAM than /proc/cmdline allows, mem=%s",
                         aj_format_size(ex->cx->scratch, ex->board->kernel.mem_limit));
        }
        if (is_system_ram(entry) ||
            (entry->level == 0 && strcmp(entry->name, "Jailhouse hypervisor") == 0))
            aj_rangeset_sub(ex->cx->scratch, &holes, entry->range);
    }
    for (size_t i = 0; i < regions->list.count; i++)
        if (regions->list.items[i].type == MODEL_REGION_FIRMWARE)
            aj_rangeset_sub(
                ex->cx->scratch, &holes,
                (struct aj_range){regions->list.items[i].phys_start, regions->list.items[i].size});
    regions->source = "/proc/iomem: Linux does not use it";
    for (size_t i = 0; i < holes.count; i++) {
        if (holes.items[i].size < AJ_PAGE)
            continue;
        struct model_region *region =
            extract_add_region(regions, "hole", holes.items[i], MODEL_REGION_FIRMWARE, NULL);
        if (region != NULL)
            region->root_used = false;
    }
}

/* Adds the part of [first, last] that is RAM, if it is all in one bank. */
static void add_in_ram(struct extract_regions *regions, const char *name, aj_addr first,
                       aj_addr last)
{
    for (size_t i = 0; i < regions->ram.count; i++) {
        const struct aj_range bank = regions->ram.items[i];
        if (last < bank.base || first > aj_range_last(bank))
            continue;
        const aj_addr from = first < bank.base ? bank.base : first;
        const aj_addr to = last > aj_range_last(bank) ? aj_range_last(bank) : last;
        extract_add_region(regions, name, (struct aj_range){from, to - from + 1},
                           MODEL_REGION_RESERVED, NULL);
        return;
    }
}

/* Where the boot loader puts kernel and initial RAM disk, it will put them again. */
static void add_kernel(struct extract_regions *regions)
{
    struct extract *ex = regions->ex;
    aj_addr first = AJ_NONE64, last = 0;
    for (size_t i = 0; i < ex->iomem.entries.count; i++) {
        const struct extract_iomem_entry *entry = &ex->iomem.entries.items[i];
        if (entry->level == 0 || strncmp(entry->name, "Kernel ", 7) != 0)
            continue;
        if (entry->range.base < first)
            first = entry->range.base;
        if (aj_range_last(entry->range) > last)
            last = aj_range_last(entry->range);
    }
    aj_addr end = 0;
    regions->source = "/proc/iomem: Kernel";
    if (first <= last && last != AJ_NONE64 && aj_align_up(last + 1, KERNEL_GRID, &end))
        add_in_ram(regions, "kernel", aj_align_down(first, KERNEL_GRID), end - 1);
    const struct aj_dt_node *chosen = aj_dt_at(ex->dt, "/chosen");
    regions->source = "devicetree /chosen: linux,initrd-start, linux,initrd-end";
    if (chosen != NULL && aj_dt_u64(chosen, "linux,initrd-start", &first) &&
        aj_dt_u64(chosen, "linux,initrd-end", &last) && first < last &&
        aj_align_up(last, AJ_PAGE, &end))
        add_in_ram(regions, "initrd", aj_align_down(first, AJ_PAGE), end - 1);
}

static const char *console_type(const struct extract *ex, const struct model_device *device)
{
    for (size_t i = 0; i < ex->board->consoles_count; i++)
        if (strcmp(ex->board->consoles[i].name, device->name) == 0)
            return aj_name_of(model_console_types, ex->board->consoles[i].type);
    return NULL;
}

static void add_registers(struct extract_regions *regions)
{
    struct extract *ex = regions->ex;
    for (size_t i = 0; i < ex->devices.count; i++) {
        const struct extract_device *device = &ex->devices.items[i];
        for (size_t k = 0; k < device->d.regions_count; k++) {
            const struct aj_range range = {device->d.regions[k].phys_start,
                                           device->d.regions[k].size};
            const bool window = k == 0 && extract_pci_is_ecam(device->node);
            struct model_region *region = extract_add_region(
                regions, k == 0 ? device->d.name : aj_strf(ex->out, "%s.%zu", device->d.name, k),
                range, window ? MODEL_REGION_WINDOW : MODEL_REGION_MMIO, device->node->path);
            if (region == NULL)
                continue;
            region->linux_driver = device->d.linux_driver;
            region->console_type = k == 0 ? console_type(ex, &device->d) : NULL;
            region->root_used =
                device->d.status == NULL && (device->d.linux_driver != NULL || !ex->iomem.usable ||
                                             aj_rangeset_overlaps(&ex->iomem.claimed, range));
        }
    }
}

static int by_address(const void *a, const void *b)
{
    const struct model_region *x = a, *y = b;
    if (x->phys_start != y->phys_start)
        return x->phys_start < y->phys_start ? -1 : 1;
    if (x->size != y->size)
        return x->size > y->size ? -1 : 1;
    return strcmp(x->name, y->name);
}

void extract_take_regions(struct extract_regions *regions)
{
    if (regions->list.count > 0)
        qsort(regions->list.items, regions->list.count, sizeof *regions->list.items, by_address);
    regions->ex->board->memory_regions = regions->list.items;
    regions->ex->board->memory_regions_count = regions->list.count;
}

void extract_memory(struct extract *ex)
{
    struct extract_regions regions = {.ex = ex, .names = extract_names_new(ex->out)};
    add_banks(&regions);
    add_reservations(&regions);
    if (ex->iomem.usable)
        compare_with_iomem(&regions);
    add_kernel(&regions);
    add_registers(&regions);
    extract_windows(&regions);
    extract_take_regions(&regions);
}
