/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Interrupts in a device tree: who the parent is, and where maps lead. */
#include "base/dt.h"

#define HOPS_MAX  16   /* nexus nodes between a device and its controller */
#define CHAIN_MAX 128  /* steps to the interrupt parent: phandles may form a circle */
#define MAP_MAX   2048 /* entries of one interrupt-map that are looked at */
#define LIST_MAX  2048 /* interrupts of one node */

/* Their interrupt-map is for their own driver alone and not of the standard's form.
 * Source: Linux drivers/of/irq.c, of_irq_imap_abusers. */
static const char *const own_map[] = {
    "CBEA,platform-spider-pic", "sti,platform-spider-pic", "realtek,rtl-intc",
    "fsl,ls1021a-extirq",       "fsl,ls1043a-extirq",      "fsl,ls1088a-extirq",
    "renesas,rza1-irqc",
};

static bool has_own_map(const struct aj_dt_node *node)
{
    for (size_t i = 0; i < AJ_COUNT(own_map); i++)
        if (aj_dt_is_compatible(node, own_map[i]))
            return true;
    return false;
}

/* Takes one of the tree's steps. */
static bool step(const struct aj_dt *dt)
{
    if (*dt->irq_steps >= AJ_DT_IRQ_STEPS_MAX)
        return false;
    ++*dt->irq_steps;
    return true;
}

const struct aj_dt_node *aj_dt_interrupt_parent(const struct aj_dt *dt,
                                                const struct aj_dt_node *node)
{
    for (size_t i = 0; i < CHAIN_MAX && node != NULL && step(dt); i++) {
        uint32_t phandle = 0;
        node = aj_dt_u32(node, "interrupt-parent", &phandle) ? aj_dt_of_phandle(dt, phandle)
                                                             : node->parent;
        if (node != NULL && aj_dt_prop(node, "#interrupt-cells") != NULL)
            return node;
    }
    return NULL;
}

/* An interrupt on its way: `spec` as `at` understands it, from the unit with address `unit`. */
struct signal {
    const struct aj_dt_node *at;
    uint32_t unit[AJ_DT_ARGS_MAX];
    uint32_t spec[AJ_DT_ARGS_MAX];
    uint32_t spec_count;
};

/* One row of an interrupt-map. */
struct row {
    size_t at;     /* cell where unit address and specifier of the child begin */
    size_t target; /* cell behind the phandle */
    const struct aj_dt_node *parent;
    uint32_t unit_cells, spec_cells; /* of the parent */
    size_t next;
};

/* Cells of the unit address and the specifier that a nexus compares. */
static uint32_t nexus_spec_cells(const struct aj_dt_node *nexus)
{
    uint32_t cells = 0;
    (void)aj_dt_u32(nexus, "#interrupt-cells", &cells);
    return cells;
}

static bool read_row(const struct aj_dt *dt, const struct aj_dt_node *nexus, size_t at,
                     struct row *row, const char **why)
{
    const struct aj_dt_prop *map = aj_dt_prop(nexus, "interrupt-map");
    const size_t key = (size_t)nexus->child_address_cells + nexus_spec_cells(nexus);
    const size_t count = aj_dt_cells(map);
    *row = (struct row){.at = at};
    if (key >= count || at >= count - key) {
        *why =
            at >= count ? "no entry of the interrupt-map fits" : "the interrupt-map is cut short";
        return false;
    }
    row->target = at + key + 1;
    row->parent = aj_dt_of_phandle(dt, aj_dt_cell(map, at + key));
    if (row->parent == NULL || !aj_dt_u32(row->parent, "#interrupt-cells", &row->spec_cells)) {
        *why = "the interrupt-map leads to no interrupt controller";
        return false;
    }
    (void)aj_dt_u32(row->parent, "#address-cells", &row->unit_cells);
    if (row->unit_cells > AJ_DT_ARGS_MAX || row->spec_cells > AJ_DT_ARGS_MAX ||
        row->unit_cells + row->spec_cells > count - row->target) {
        *why = "the interrupt-map is cut short";
        return false;
    }
    row->next = row->target + row->unit_cells + row->spec_cells;
    return true;
}

static void follow(const struct aj_dt_prop *map, const struct row *row, struct signal *signal)
{
    *signal = (struct signal){.at = row->parent, .spec_count = row->spec_cells};
    for (uint32_t i = 0; i < row->unit_cells; i++)
        signal->unit[i] = aj_dt_cell(map, row->target + i);
    for (uint32_t i = 0; i < row->spec_cells; i++)
        signal->spec[i] = aj_dt_cell(map, row->target + row->unit_cells + i);
}

/* Does the signal, under the nexus's mask, equal the row's key? */
static bool matches(const struct aj_dt_prop *map, const struct aj_dt_prop *mask, size_t at,
                    const struct signal *signal, uint32_t unit_cells)
{
    const uint32_t key = unit_cells + signal->spec_count;
    for (uint32_t i = 0; i < key; i++) {
        const uint32_t have = i < unit_cells ? signal->unit[i] : signal->spec[i - unit_cells];
        const uint32_t care = mask == NULL ? UINT32_MAX : aj_dt_cell(mask, i);
        if (((have ^ aj_dt_cell(map, at + i)) & care) != 0)
            return false;
    }
    return true;
}

static bool through_map(const struct aj_dt *dt, struct signal *signal, const char **why)
{
    const struct aj_dt_node *nexus = signal->at;
    const struct aj_dt_prop *map = aj_dt_prop(nexus, "interrupt-map");
    const struct aj_dt_prop *mask = aj_dt_prop(nexus, "interrupt-map-mask");
    const uint32_t unit_cells = nexus->child_address_cells;
    if (unit_cells > AJ_DT_ARGS_MAX || nexus_spec_cells(nexus) != signal->spec_count) {
        *why = "the interrupt-map has other cells than the interrupt";
        return false;
    }
    struct row row;
    size_t at = 0;
    for (size_t i = 0; i < MAP_MAX && step(dt) && read_row(dt, nexus, at, &row, why); i++) {
        if (matches(map, mask, row.at, signal, unit_cells)) {
            follow(map, &row, signal);
            return true;
        }
        at = row.next;
        *why = "no entry of the interrupt-map fits";
    }
    return false;
}

/* Why there is no controller, unless it is for want of steps. */
static const char *why_none(const struct aj_dt *dt, const char *otherwise)
{
    return *dt->irq_steps < AJ_DT_IRQ_STEPS_MAX
               ? otherwise
               : "the tree has too many entries between devices and interrupt controllers";
}

static struct aj_dt_irq trace(const struct aj_dt *dt, struct signal signal)
{
    struct aj_dt_irq irq = {.why = "the way to the interrupt controller is a circle"};
    for (size_t hop = 0; hop < HOPS_MAX; hop++) {
        const bool map = aj_dt_prop(signal.at, "interrupt-map") != NULL && !has_own_map(signal.at);
        if (map) {
            if (!through_map(dt, &signal, &irq.why))
                return irq;
        } else if (aj_dt_prop(signal.at, "interrupt-controller") != NULL) {
            irq.controller = signal.at;
            irq.spec_count = signal.spec_count;
            memcpy(irq.spec, signal.spec, sizeof irq.spec);
            irq.why = NULL;
            return irq;
        } else {
            signal.at = aj_dt_interrupt_parent(dt, signal.at);
            if (signal.at == NULL) {
                irq.why = "there is no interrupt controller above";
                return irq;
            }
        }
    }
    return irq;
}

static struct aj_dt_irq resolve(const struct aj_dt *dt, struct signal signal)
{
    struct aj_dt_irq irq = trace(dt, signal);
    if (irq.controller == NULL)
        irq.why = why_none(dt, irq.why);
    return irq;
}

/* The unit address that a nexus compares: the first cells of `reg`. */
static void load_unit(const struct aj_dt_node *node, struct signal *signal)
{
    const struct aj_dt_prop *reg = aj_dt_prop(node, "reg");
    for (uint32_t i = 0; i < AJ_DT_ARGS_MAX; i++)
        signal->unit[i] = aj_dt_cell(reg, i);
}

typedef AJ_VEC(struct aj_dt_irq) irq_list;

static void add_extended(const struct aj_dt *dt, const struct aj_dt_node *node,
                         const struct aj_dt_prop *prop, struct aj_arena *out, irq_list *list)
{
    struct signal signal = {.at = NULL};
    struct aj_dt_ref ref;
    size_t at = 0;
    load_unit(node, &signal);
    while (list->count < LIST_MAX && aj_dt_next_ref(dt, prop, "#interrupt-cells", &at, &ref)) {
        struct aj_dt_irq irq = {.why = "the entry is empty"};
        if (ref.node != NULL) {
            signal.at = ref.node;
            signal.spec_count = ref.args_count;
            memcpy(signal.spec, ref.args, sizeof signal.spec);
            irq = resolve(dt, signal);
        }
        AJ_PUSH(out, list, irq);
    }
    if (at < aj_dt_cells(prop) && list->count < LIST_MAX)
        AJ_PUSH(
            out, list,
            ((struct aj_dt_irq){.why = "interrupts-extended leads to no interrupt controller"}));
}

static void add_plain(const struct aj_dt *dt, const struct aj_dt_node *node,
                      const struct aj_dt_prop *prop, struct aj_arena *out, irq_list *list)
{
    struct signal signal = {.at = aj_dt_interrupt_parent(dt, node)};
    uint32_t cells = 0;
    if (signal.at == NULL || !aj_dt_u32(signal.at, "#interrupt-cells", &cells) || cells == 0 ||
        cells > AJ_DT_ARGS_MAX) {
        const char *why = why_none(dt, "there is no interrupt controller above");
        AJ_PUSH(out, list, ((struct aj_dt_irq){.why = why}));
        return;
    }
    load_unit(node, &signal);
    signal.spec_count = cells;
    for (size_t at = 0; at + cells <= aj_dt_cells(prop) && list->count < LIST_MAX; at += cells) {
        for (uint32_t i = 0; i < cells; i++)
            signal.spec[i] = aj_dt_cell(prop, at + i);
        AJ_PUSH(out, list, resolve(dt, signal));
    }
    if (aj_dt_cells(prop) % cells != 0)
        AJ_PUSH(out, list, ((struct aj_dt_irq){.why = "the last interrupt is cut short"}));
}

size_t aj_dt_interrupts(const struct aj_dt *dt, const struct aj_dt_node *node, struct aj_arena *out,
                        const struct aj_dt_irq **irqs)
{
    irq_list list = {0};
    const struct aj_dt_prop *extended = aj_dt_prop(node, "interrupts-extended");
    const struct aj_dt_prop *plain = aj_dt_prop(node, "interrupts");
    if (aj_dt_cells(extended) > 0)
        add_extended(dt, node, extended, out, &list);
    else if (aj_dt_cells(plain) > 0)
        add_plain(dt, node, plain, out, &list);
    *irqs = list.items;
    return list.count;
}

size_t aj_dt_interrupt_map(const struct aj_dt *dt, const struct aj_dt_node *nexus,
                           struct aj_arena *out, const struct aj_dt_irq **irqs)
{
    irq_list list = {0};
    const struct aj_dt_prop *map = aj_dt_prop(nexus, "interrupt-map");
    struct row row;
    const char *why = NULL;
    size_t at = 0;
    while (map != NULL && !has_own_map(nexus) && list.count < LIST_MAX &&
           read_row(dt, nexus, at, &row, &why)) {
        struct signal signal;
        follow(map, &row, &signal);
        AJ_PUSH(out, &list, resolve(dt, signal));
        at = row.next;
    }
    *irqs = list.items;
    return list.count;
}
