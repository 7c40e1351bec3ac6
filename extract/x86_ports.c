/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * I/O ports: what /proc/ioports names, and whether the root may use it. Everything that is not
 * listed for a cell stops its CPU, so the root gets what its drivers touch, and not what would let
 * it reach past the hypervisor: PCI's configuration, the old interrupt and DMA controllers.
 */
#include "extract/x86_priv.h"

#define PORTS "/proc/ioports"
#define END   0x10000u

/* Beginnings of names. Linux: arch/x86/kernel/setup.c and the drivers themselves. */
static const char *const for_root[] = {
    "timer", "keyboard", "rtc", "serial", "vga", "vesafb", "ACPI ", "pnp 00:", "iTCO_wdt", "efifb",
};

/* System control port B: who beeps, and what a non-maskable interrupt was. No driver claims it. */
static const struct model_ports control_b = {"system control", 0x61, 1, true};

static bool names_function(struct x86 *x, const char *name)
{
    for (size_t i = 0; i < x->ex->devices.count; i++)
        if (strcmp(x->ex->devices.items[i].d.name, name) == 0)
            return true;
    return false;
}

static bool is_for_root(struct x86 *x, const char *name)
{
    for (size_t i = 0; i < AJ_COUNT(for_root); i++)
        if (strncmp(name, for_root[i], strlen(for_root[i])) == 0)
            return true;
    return names_function(x, name);
}

typedef AJ_VEC(struct model_ports) ports_list;

/* Claims inside a function's BAR have the name of its driver. */
static void add_function_ports(struct x86 *x, ports_list *list)
{
    for (size_t i = 0; i < x->ex->devices.count; i++) {
        const struct model_device *d = &x->ex->devices.items[i].d;
        for (size_t k = 0; k < d->ports_count; k++)
            AJ_PUSH(x->ex->out, list,
                    ((struct model_ports){d->name, d->ports[k].base, d->ports[k].length, true}));
    }
}

static bool is_listed(const ports_list *list, struct aj_range range)
{
    for (size_t i = 0; i < list->count; i++)
        if (range.base >= list->items[i].base &&
            aj_range_last(range) < list->items[i].base + list->items[i].length)
            return true;
    return false;
}

static int by_port(const void *a, const void *b)
{
    const struct model_ports *p = a, *q = b;
    return (p->base > q->base) - (p->base < q->base);
}

void x86_ports(struct x86 *x)
{
    struct extract *ex = x->ex;
    struct extract_iomem ports = {.usable = false};
    ports_list list = {0};
    add_function_ports(x, &list);
    extract_ranges(ex, PORTS, &ports);
    for (size_t i = 0; i < ports.entries.count; i++) {
        const struct extract_iomem_entry *entry = &ports.entries.items[i];
        const bool leaf = i + 1 == ports.entries.count || entry[1].level <= entry->level;
        if (!leaf || strncmp(entry->name, "PCI Bus", 7) == 0 ||
            aj_range_last(entry->range) >= END || is_listed(&list, entry->range))
            continue;
        AJ_PUSH(ex->out, &list,
                ((struct model_ports){entry->name, (uint32_t)entry->range.base,
                                      (uint32_t)entry->range.size, is_for_root(x, entry->name)}));
    }
    if (!is_listed(&list, (struct aj_range){control_b.base, control_b.length}))
        AJ_PUSH(ex->out, &list, control_b);
    qsort(list.items, list.count, sizeof *list.items, by_port);
    ex->board->ports = list.items;
    ex->board->ports_count = list.count;
}
