/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory regions of an x86 machine: the leaves of /proc/iomem, or, for those who are not root, the
 * firmware's map in /sys/firmware/memmap and the BARs. What the hypervisor keeps for itself is left
 * out: the interrupt controllers, the IOMMUs, PCI's configuration space.
 */
#include "base/units.h"
#include "extract/x86_priv.h"

#define MEMMAP     "/sys/firmware/memmap"
#define MEMMAP_MAX 1024

/* What becomes of a line, by how its name begins; the first that fits counts. */
enum kind {
    KIND_MMIO,
    KIND_RAM,
    KIND_FIRMWARE,
    KIND_RESERVED,
    KIND_WINDOW,
    KIND_NOTHING,
    KIND_TREE
};
static const struct {
    const char *prefix;
    enum kind kind;
    const char *name; /* of the region, NULL: as the line has it */
} kinds[] = {
    {"System RAM", KIND_RAM, "system_ram"},
    {"PCI MMCONFIG", KIND_TREE, NULL}, /* with all that is in it */
    {"PCI ECAM", KIND_TREE, NULL},
    {"IOAPIC", KIND_NOTHING, NULL},
    {"Local APIC", KIND_NOTHING, NULL},
    {"GIC", KIND_NOTHING, NULL},
    {"dmar", KIND_NOTHING, NULL},
    {"amd_iommu", KIND_NOTHING, NULL},
    {"RAM buffer", KIND_NOTHING, NULL}, /* Linux rounds RAM up, each time elsewhere */
    {"Reserved", KIND_FIRMWARE, "reserved"},
    {"reserved", KIND_FIRMWARE, "reserved"}, /* of arm64 */
    {"ACPI Tables", KIND_FIRMWARE, "acpi_tables"},
    {"ACPI Non-volatile Storage", KIND_FIRMWARE, "acpi_nvs"},
    {"Video ROM", KIND_FIRMWARE, "rom"},
    {"Adapter ROM", KIND_FIRMWARE, "rom"},
    {"System ROM", KIND_FIRMWARE, "rom"},
    {"Crash kernel", KIND_RESERVED, "crash_kernel"},
    {"Persistent Memory", KIND_FIRMWARE, "persistent_memory"},
    {"PCI Bus", KIND_WINDOW, "pci_bus"},
};

static size_t kind_of(const char *name)
{
    size_t i = 0;
    while (i < AJ_COUNT(kinds) && strncmp(name, kinds[i].prefix, strlen(kinds[i].prefix)) != 0)
        i++;
    return i;
}

static const struct extract_iomem_entry *entry_at(const struct x86 *x, size_t i)
{
    return &x->ex->iomem.entries.items[i];
}

/* Index of the first line that is not inside line `i`. */
static size_t behind(const struct x86 *x, size_t i)
{
    size_t next = i + 1;
    while (next < x->ex->iomem.entries.count && entry_at(x, next)->level > entry_at(x, i)->level)
        next++;
    return next;
}

/* The values of all memmap= of the command line, which may be several behind one, by commas. */
static const char *next_memmap(const struct x86 *x, const char **at)
{
    while (*at != NULL && **at != ',') {
        *at = strstr(*at, "memmap=");
        if (*at != NULL) {
            *at += strlen("memmap");
            break;
        }
    }
    if (*at == NULL)
        return NULL;
    const char *value = *at + 1; /* behind '=' or ',' */
    const size_t length = strcspn(value, ", ");
    *at = value + length;
    return aj_strndup(x->ex->out, value, length);
}

/* SIZE$START: RAM that was put aside, as Jailhouse wants it. */
static bool parse_put_aside(const struct x86 *x, const char *text, struct aj_range *range)
{
    const char *dollar = strchr(text, '$');
    if (dollar == NULL)
        return false;
    const char *size = aj_strndup(x->ex->cx->scratch, text, (size_t)(dollar - text));
    return aj_parse_size(size, &range->size).why == AJ_UNITS_OK &&
           aj_parse_size(dollar + 1, &range->base).why == AJ_UNITS_OK && aj_range_ok(*range);
}

static struct aj_rangeset put_aside(struct x86 *x)
{
    struct aj_rangeset set = {0};
    const char *at = x->ex->board->kernel.cmdline, *text = NULL;
    while ((text = next_memmap(x, &at)) != NULL) {
        struct aj_range range = {0, 0};
        if (parse_put_aside(x, text, &range)) {
            aj_rangeset_add(x->ex->out, &set, range);
            extract_note(x->ex, "info", "reserved-jailhouse", "/proc/cmdline",
                         "memmap=%.60s puts memory aside, so it counts as free RAM", text);
        } else if (strpbrk(text, "$@#!") == NULL && strchr(text, 'x') != NULL)
            extract_note(x->ex, "warning", "cmdline-memmap", "/proc/cmdline",
                         "memmap=%.60s has lost its $, as if GRUB had expanded it", text);
    }
    return set;
}

static bool read_memmap(struct x86 *x, size_t i, struct aj_range *range, const char **type)
{
    struct extract *ex = x->ex;
    uint64_t first = 0, last = 0;
    const char *at = aj_strf(ex->cx->scratch, MEMMAP "/%zu", i);
    if (!extract_number(ex, aj_strf(ex->cx->scratch, "%s/start", at), &first) ||
        !extract_number(ex, aj_strf(ex->cx->scratch, "%s/end", at), &last) || last < first ||
        last - first == UINT64_MAX)
        return false;
    *range = (struct aj_range){first, last - first + 1};
    *type = extract_text(ex, aj_strf(ex->cx->scratch, "%s/type", at));
    return *type != NULL;
}

/* The firmware's map knows RAM that mem= hides, and is readable by everybody. */
static void add_memmap(struct x86 *x, struct extract_regions *regions)
{
    const bool whole = !x->ex->iomem.usable;
    struct aj_range range = {0, 0};
    const char *type = NULL;
    for (size_t i = 0; i < MEMMAP_MAX && read_memmap(x, i, &range, &type); i++) {
        const size_t kind = kind_of(type);
        regions->source = aj_strf(x->ex->cx->scratch, MEMMAP "/%zu", i);
        if (kind < AJ_COUNT(kinds) && kinds[kind].kind == KIND_RAM)
            aj_rangeset_add(x->ex->out, &regions->ram, range);
        else if (whole)
            extract_add_region(regions, kind < AJ_COUNT(kinds) ? kinds[kind].name : "reserved",
                               range, MODEL_REGION_FIRMWARE, NULL);
    }
}

/* Where the kernel is changes with each start: the board says only that it is somewhere in RAM. */
static bool is_kernel(const char *name)
{
    return strncmp(name, "Kernel ", 7) == 0;
}

/* Outside its BARs, a line of a function is its expansion ROM. */
static const char *name_of(const struct x86 *x, const char *line)
{
    for (size_t i = 0; i < x->ex->devices.count; i++)
        if (strcmp(x->ex->devices.items[i].d.name, line) == 0)
            return aj_strf(x->ex->out, "%s.rom", line);
    return line;
}

static bool is_of_device(const struct extract *ex, struct aj_range range)
{
    for (size_t i = 0; i < ex->devices.count; i++)
        for (size_t k = 0; k < ex->devices.items[i].d.regions_count; k++) {
            const struct model_mmio *m = &ex->devices.items[i].d.regions[k];
            if (aj_range_contains((struct aj_range){m->phys_start, m->size}, range))
                return true;
        }
    return false;
}

static void add_line(struct x86 *x, struct extract_regions *regions,
                     const struct aj_rangeset *aside, size_t i)
{
    static const enum model_region_type types[] = {
        [KIND_MMIO] = MODEL_REGION_MMIO,
        [KIND_FIRMWARE] = MODEL_REGION_FIRMWARE,
        [KIND_RESERVED] = MODEL_REGION_RESERVED,
        [KIND_WINDOW] = MODEL_REGION_WINDOW,
    };
    const struct extract_iomem_entry *entry = entry_at(x, i);
    const size_t row = kind_of(entry->name);
    const enum kind kind = row < AJ_COUNT(kinds) ? kinds[row].kind : KIND_MMIO;
    /* What arm64's Linux reserves for itself is inside System RAM. */
    const bool own = entry->level > 0 && strcmp(entry->name, "reserved") == 0;
    const bool leaf = behind(x, i) == i + 1 && !own;
    if (kind == KIND_RAM)
        aj_rangeset_add(x->ex->out, &regions->ram, entry->range);
    if (kind == KIND_RAM || kind == KIND_NOTHING || kind == KIND_TREE || is_kernel(entry->name) ||
        (!leaf && kind != KIND_WINDOW) || is_of_device(x->ex, entry->range) ||
        aj_rangeset_covers(aside, entry->range))
        return;
    const char *name = row < AJ_COUNT(kinds) ? kinds[row].name : name_of(x, entry->name);
    /* The frame buffer of old is the bus's, and used. */
    const bool vga = kind == KIND_WINDOW && entry->range.base == 0xa0000;
    regions->source = extract_where(x->ex, "/proc/iomem", entry->line);
    struct model_region *region = extract_add_region(regions, vga ? "vga" : name, entry->range,
                                                     vga ? MODEL_REGION_MMIO : types[kind], NULL);
    if (region != NULL && kind == KIND_WINDOW && !vga)
        region->root_used = false;
}

static void add_lines(struct x86 *x, struct extract_regions *regions,
                      const struct aj_rangeset *aside)
{
    size_t i = 0;
    while (x->ex->iomem.usable && i < x->ex->iomem.entries.count) {
        const size_t row = kind_of(entry_at(x, i)->name);
        add_line(x, regions, aside, i);
        i = row < AJ_COUNT(kinds) && kinds[row].kind == KIND_TREE ? behind(x, i) : i + 1;
    }
}

static void add_registers(struct x86 *x, struct extract_regions *regions)
{
    for (size_t i = 0; i < x->ex->devices.count; i++) {
        const struct model_device *d = &x->ex->devices.items[i].d;
        regions->source = d->pci == NULL ? d->path
                                         : aj_strf(x->ex->cx->scratch,
                                                   "/sys/bus/pci/devices/%s/resource", d->name);
        for (size_t k = 0; k < d->regions_count; k++) {
            struct model_region *region = extract_add_region(
                regions, k == 0 ? d->name : aj_strf(x->ex->out, "%s.%zu", d->name, k),
                (struct aj_range){d->regions[k].phys_start, d->regions[k].size}, MODEL_REGION_MMIO,
                NULL);
            if (region != NULL)
                region->linux_driver = d->linux_driver;
        }
    }
}

/* What the functions of RMRRs and IVMDs reach stays theirs. */
static void add_held(struct x86 *x, struct extract_regions *regions)
{
    struct aj_rangeset held = {0};
    for (size_t i = 0; i < x->held.count; i++)
        aj_rangeset_add(x->ex->cx->scratch, &held, x->held.items[i].range);
    regions->source = "/sys/firmware/acpi/tables: RMRR of DMAR, IVMD of IVRS";
    for (size_t i = 0; i < held.count; i++)
        extract_add_region(regions, "device_memory", held.items[i], MODEL_REGION_FIRMWARE, NULL);
}

static struct aj_range common(struct aj_range a, struct aj_range b)
{
    const aj_addr first = a.base > b.base ? a.base : b.base;
    const aj_addr p = aj_range_last(a), q = aj_range_last(b), last = p < q ? p : q;
    return (struct aj_range){first, first <= last ? last - first + 1 : 0};
}

static void add_bank(struct extract_regions *regions, struct aj_range bank, uint32_t node)
{
    struct model_region *region =
        extract_add_region(regions, "system_ram", bank, MODEL_REGION_RAM, NULL);
    if (region != NULL)
        region->node = node;
}

/* SRAT: memory and the node it is near to. */
static void add_banks(struct x86 *x, struct extract_regions *regions)
{
    enum { MEMORY = 1, FIRST = 48 };
    struct acpi_table srat;
    struct acpi_entry entry = {.next = 0};
    struct aj_rangeset rest = {0};
    aj_rangeset_add_all(x->ex->cx->scratch, &rest, &regions->ram);
    regions->source = x->ex->iomem.usable ? "/proc/iomem: System RAM, " MEMMAP : MEMMAP;
    if (acpi_open(x->ex, "SRAT", &srat))
        while (acpi_next(x->ex, &srat, ACPI_BYTES, FIRST, &entry)) {
            const struct aj_range near = {acpi_get(&entry.t, 8, 8), acpi_get(&entry.t, 16, 8)};
            if (entry.type != MEMORY || (acpi_get(&entry.t, 28, 4) & 1) == 0 || !aj_range_ok(near))
                continue;
            for (size_t i = 0; i < regions->ram.count; i++) {
                const struct aj_range bank = common(regions->ram.items[i], near);
                if (bank.size == 0)
                    continue;
                add_bank(regions, bank, (uint32_t)acpi_get(&entry.t, 2, 4));
                aj_rangeset_sub(x->ex->cx->scratch, &rest, bank);
            }
        }
    for (size_t i = 0; i < rest.count; i++)
        add_bank(regions, rest.items[i], 0);
    if (regions->ram.count == 0)
        extract_note(x->ex, "error", "memory-none", "/proc/iomem", "no RAM is described");
}

void x86_memory(struct x86 *x)
{
    struct extract_regions regions = {.ex = x->ex, .names = extract_names_new(x->ex->out)};
    const struct aj_rangeset aside = put_aside(x);
    add_lines(x, &regions, &aside);
    aj_rangeset_add_all(x->ex->out, &regions.ram, &aside);
    add_memmap(x, &regions);
    add_banks(x, &regions);
    add_held(x, &regions);
    add_registers(x, &regions);
    extract_take_regions(&regions);
}
