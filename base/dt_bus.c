/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses in a device tree: what `reg` and `ranges` say in CPU addresses. */
#include "base/dt.h"

#define CELLS_MAX  4   /* of one address or size; Linux: OF_MAX_ADDR_CELLS */
#define RANGES_MAX 256 /* entries of one `ranges` that are looked at; real buses have 40 */

enum pci_space { SPACE_CONFIG, SPACE_IO, SPACE_MEM32, SPACE_MEM64 };

/* An address on some bus. */
struct place {
    uint64_t value;
    uint32_t space; /* enum pci_space on a PCI bus, else 0 */
};

bool aj_dt_is_pci(const struct aj_dt_node *node)
{
    if (node->child_address_cells != 3)
        return false;
    const char *type = aj_dt_string(node, "device_type");
    return type == NULL ? aj_dt_prop(node, "bus-range") != NULL
                        : strcmp(type, "pci") == 0 || strcmp(type, "pciex") == 0;
}

/* `cells` cells from `at` as one number; false if it has more than 64 significant bits. */
static bool load(const struct aj_dt_prop *prop, size_t at, uint32_t cells, uint64_t *value)
{
    *value = 0;
    for (uint32_t i = 0; i < cells; i++) {
        if (*value > UINT32_MAX)
            return false;
        *value = *value * 0x100000000u + aj_dt_cell(prop, at + i);
    }
    return true;
}

static bool load_place(const struct aj_dt_prop *prop, size_t at, const struct aj_dt_node *bus,
                       struct place *place)
{
    if (!aj_dt_is_pci(bus)) {
        place->space = 0;
        return load(prop, at, bus->child_address_cells, &place->value);
    }
    /* phys.hi: bits 25:24 are the space; the rest says nothing about the address. */
    place->space = aj_dt_cell(prop, at) / 0x1000000u % 4;
    return load(prop, at + 1, 2, &place->value);
}

static bool cells_ok(uint32_t cells)
{
    return cells > 0 && cells <= CELLS_MAX;
}

/* Cells of one entry of a bus's `ranges`, 0 if they make no sense. */
static uint32_t entry_cells(const struct aj_dt_node *bus)
{
    const uint32_t parent = bus->parent->child_address_cells;
    if (!cells_ok(bus->child_address_cells) || !cells_ok(bus->child_size_cells) ||
        !cells_ok(parent))
        return 0;
    return bus->child_address_cells + parent + bus->child_size_cells;
}

struct entry {
    struct place child, parent;
    uint64_t size;
};

static bool load_entry(const struct aj_dt_prop *ranges, size_t index, const struct aj_dt_node *bus,
                       struct entry *entry)
{
    const size_t at = index * entry_cells(bus);
    const size_t parent_at = at + bus->child_address_cells;
    return load_place(ranges, at, bus, &entry->child) &&
           load_place(ranges, parent_at, bus->parent, &entry->parent) &&
           load(ranges, parent_at + bus->parent->child_address_cells, bus->child_size_cells,
                &entry->size);
}

static bool same_space(uint32_t a, uint32_t b)
{
    const bool mem_a = a == SPACE_MEM32 || a == SPACE_MEM64;
    const bool mem_b = b == SPACE_MEM32 || b == SPACE_MEM64;
    return a == b || (mem_a && mem_b);
}

/* One step up: `place` on `bus` becomes `place` on its parent. The first entry that hits wins. */
static enum aj_dt_where step_up(const struct aj_dt_node *bus, uint64_t size, struct place *place)
{
    const struct aj_dt_prop *ranges = aj_dt_prop(bus, "ranges");
    if (ranges == NULL)
        return AJ_DT_NOT_MMIO;
    if (ranges->size == 0) {
        const bool fits = bus->parent->child_address_cells > 1 || place->value <= UINT32_MAX;
        return fits ? AJ_DT_MMIO : AJ_DT_OUTSIDE;
    }
    const uint32_t cells = entry_cells(bus);
    if (cells == 0)
        return AJ_DT_BAD;
    size_t count = aj_dt_cells(ranges) / cells;
    if (count > RANGES_MAX)
        count = RANGES_MAX;
    for (size_t i = 0; i < count; i++) {
        struct entry entry;
        if (!load_entry(ranges, i, bus, &entry))
            continue;
        if (!same_space(place->space, entry.child.space) || place->value < entry.child.value ||
            place->value - entry.child.value >= entry.size)
            continue;
        const uint64_t offset = place->value - entry.child.value;
        if (size > entry.size - offset)
            return AJ_DT_OUTSIDE;
        place->space = entry.parent.space;
        return aj_add_u64(entry.parent.value, offset, &place->value) ? AJ_DT_MMIO : AJ_DT_BAD;
    }
    return AJ_DT_OUTSIDE;
}

static enum aj_dt_where translate(const struct aj_dt_node *bus, uint64_t size, struct place place,
                                  struct aj_range *cpu)
{
    if (aj_dt_is_pci(bus) && place.space == SPACE_CONFIG)
        return AJ_DT_OUTSIDE;
    for (; bus->parent != NULL; bus = bus->parent) {
        const enum aj_dt_where where = step_up(bus, size, &place);
        if (where != AJ_DT_MMIO)
            return where;
    }
    const struct aj_range range = {place.value, size};
    if (size > 0 && !aj_range_ok(range))
        return AJ_DT_BAD;
    *cpu = range;
    return AJ_DT_MMIO;
}

static uint32_t reg_cells(const struct aj_dt_node *node)
{
    const struct aj_dt_node *bus = node->parent;
    if (bus == NULL || !cells_ok(bus->child_address_cells) || !cells_ok(bus->child_size_cells))
        return 0;
    return bus->child_address_cells + bus->child_size_cells;
}

size_t aj_dt_reg_count(const struct aj_dt_node *node)
{
    const uint32_t cells = reg_cells(node);
    return cells == 0 ? 0 : aj_dt_cells(aj_dt_prop(node, "reg")) / cells;
}

size_t aj_dt_reg_rest(const struct aj_dt_node *node)
{
    const uint32_t cells = reg_cells(node);
    const struct aj_dt_prop *reg = aj_dt_prop(node, "reg");
    return cells == 0 || reg == NULL ? 0 : reg->size % (4 * (size_t)cells);
}

enum aj_dt_where aj_dt_reg(const struct aj_dt_node *node, size_t index, struct aj_range *cpu)
{
    const struct aj_dt_prop *reg = aj_dt_prop(node, "reg");
    const uint32_t cells = reg_cells(node);
    if (cells == 0)
        return AJ_DT_NOT_MMIO;
    const size_t at = index * cells;
    struct place place;
    uint64_t size = 0;
    if (!load_place(reg, at, node->parent, &place) ||
        !load(reg, at + node->parent->child_address_cells, node->parent->child_size_cells, &size))
        return AJ_DT_BAD;
    return translate(node->parent, size, place, cpu);
}

size_t aj_dt_window_count(const struct aj_dt_node *bus)
{
    const uint32_t cells = bus->parent == NULL ? 0 : entry_cells(bus);
    const size_t count = cells == 0 ? 0 : aj_dt_cells(aj_dt_prop(bus, "ranges")) / cells;
    return count > RANGES_MAX ? RANGES_MAX : count;
}

enum aj_dt_where aj_dt_window(const struct aj_dt_node *bus, size_t index,
                              struct aj_dt_window *window)
{
    struct entry entry;
    if (!load_entry(aj_dt_prop(bus, "ranges"), index, bus, &entry))
        return AJ_DT_BAD;
    window->child = entry.child.value;
    window->pci_space = entry.child.space;
    return translate(bus->parent, entry.size, entry.parent, &window->cpu);
}
