/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Devices: the nodes with registers or interrupts, described and named. */
#include "extract/extract_priv.h"

#define REGS_MAX    512 /* of one device */
#define REASONS_MAX 32

/* What stands directly below the root and holds no devices. */
static const char *const no_devices[] = {
    "/chosen",      "/aliases",       "/cpus",          "/reserved-memory",
    "/__symbols__", "/__fixups__",    "/__overrides__", "/__local_fixups__",
    "/options",     "/thermal-zones",
};

static bool holds_no_devices(const struct extract *ex, const struct aj_dt_node *node)
{
    for (size_t i = 0; i < AJ_COUNT(no_devices); i++)
        if (strcmp(node->path, no_devices[i]) == 0)
            return true;
    const char *type = aj_dt_string(node, "device_type");
    return node == ex->injected ||
           (type != NULL && (strcmp(type, "memory") == 0 || strcmp(type, "cpu") == 0));
}

void extract_reason(struct extract *ex, struct extract_device *device, const char *reason)
{
    if (device->reasons.count >= REASONS_MAX)
        return;
    for (size_t i = 0; i < device->reasons.count; i++)
        if (strcmp(device->reasons.items[i], reason) == 0)
            return;
    AJ_PUSH(ex->out, &device->reasons, reason);
}

static bool is_gicc(const struct extract *ex, const struct aj_dt_node *node, size_t index)
{
    return node == ex->gic && index == 1 && ex->board->platform.arm->gic_version == 2;
}

/* The specification does not let cells be inherited: without them there are 2 and 1. */
static bool cells_are_doubtful(const struct aj_dt_node *bus)
{
    uint32_t address_cells = 2, size_cells = 1;
    (void)aj_dt_u32(bus, "#address-cells", &address_cells);
    (void)aj_dt_u32(bus, "#size-cells", &size_cells);
    return address_cells != bus->child_address_cells || size_cells != bus->child_size_cells;
}

static void read_regions(struct extract *ex, struct extract_device *device)
{
    const struct aj_dt_node *node = device->node;
    const size_t count = aj_dt_reg_count(node);
    AJ_VEC(struct model_mmio) regions = {0};
    for (size_t i = 0; i < count && i < REGS_MAX; i++) {
        struct aj_range range;
        if (aj_dt_reg(node, i, &range) != AJ_DT_MMIO || range.size == 0)
            continue;
        /* Some trees give the CPU interface one page, but its DIR register is in the second. */
        if (is_gicc(ex, node, i) && range.size == AJ_KIB(4))
            range.size = AJ_KIB(8);
        AJ_PUSH(ex->out, &regions, ((struct model_mmio){range.base, range.size}));
    }
    if (regions.count > 0 && aj_dt_reg_rest(node) != 0)
        extract_note(ex, "warning", "dt-reg", node->path, "reg has %zu bytes too many",
                     aj_dt_reg_rest(node));
    if (regions.count > 0 && cells_are_doubtful(node->parent))
        extract_note(ex, "info", "dt-cells", node->path,
                     "its bus has no cells of its own: those of the bus above are taken, as Linux "
                     "does");
    device->d.regions = regions.items;
    device->d.regions_count = regions.count;
}

typedef AJ_VEC(struct model_interrupt) line_list;

static bool has_line(const line_list *lines, uint32_t intid)
{
    for (size_t i = 0; i < lines->count; i++)
        if (lines->items[i].intid == intid)
            return true;
    return false;
}

/* Lines of the node itself: all of them in order, as their index has a meaning for drivers. */
static void add_own_lines(struct extract *ex, struct extract_device *device, line_list *lines)
{
    const struct aj_dt_irq *irqs = NULL;
    const size_t count = aj_dt_interrupts(ex->dt, device->node, ex->cx->scratch, &irqs);
    for (size_t i = 0; i < count; i++) {
        struct model_interrupt line;
        const char *why = NULL;
        if (!extract_intid(ex, &irqs[i], &line, &why)) {
            extract_reason(ex, device, why);
            if (irqs[i].controller == NULL || irqs[i].controller == ex->gic)
                extract_note(ex, "warning", "dt-interrupt", device->node->path, "interrupt %zu: %s",
                             i, why);
        }
        AJ_PUSH(ex->out, lines, line);
    }
}

/* Lines that reach the GIC through the device: of a PCI host's slots, of an MSI frame. */
static void add_passed_lines(struct extract *ex, struct extract_device *device, line_list *lines)
{
    const struct aj_dt_irq *irqs = NULL;
    const size_t count = aj_dt_interrupt_map(ex->dt, device->node, ex->cx->scratch, &irqs);
    struct model_interrupt line;
    const char *why = NULL;
    for (size_t i = 0; i < count; i++)
        if (extract_intid(ex, &irqs[i], &line, &why) && !has_line(lines, line.intid))
            AJ_PUSH(ex->out, lines, line);
    uint32_t first = 0, spis = 0;
    if (!aj_dt_is_compatible(device->node, "arm,gic-v2m-frame"))
        return;
    (void)aj_dt_u32(device->node, "arm,msi-base-spi", &first);
    (void)aj_dt_u32(device->node, "arm,msi-num-spis", &spis);
    if (first < 32 || first > 1019 || spis == 0 || spis > 1020 - first) {
        extract_note(ex, "warning", "msi-frame", device->node->path,
                     "which SPIs the MSI frame takes is known to its registers alone");
        return;
    }
    /* These two are INTIDs; messages are edges. */
    for (uint32_t i = first; i < first + spis; i++)
        AJ_PUSH(ex->out, lines, ((struct model_interrupt){.intid = i, .flags = 1}));
}

static void read_interrupts(struct extract *ex, struct extract_device *device)
{
    line_list lines = {0};
    add_own_lines(ex, device, &lines);
    add_passed_lines(ex, device, &lines);
    device->d.interrupts = lines.items;
    device->d.interrupts_count = lines.count;
}

static bool has_gic_line(const struct model_device *d)
{
    for (size_t i = 0; i < d->interrupts_count; i++)
        if (d->interrupts[i].intid != AJ_NONE32)
            return true;
    return false;
}

/* The input clock, if it is one that nobody can change. */
static uint32_t fixed_clock(const struct extract *ex, const struct aj_dt_node *node)
{
    struct aj_dt_ref ref;
    size_t at = 0;
    uint32_t hz = AJ_NONE32;
    if (aj_dt_next_ref(ex->dt, aj_dt_prop(node, "clocks"), "#clock-cells", &at, &ref) &&
        ref.node != NULL && aj_dt_is_compatible(ref.node, "fixed-clock"))
        (void)aj_dt_u32(ref.node, "clock-frequency", &hz);
    return hz;
}

static void describe(struct extract *ex, struct extract_device *device)
{
    struct model_device *d = &device->d;
    const struct aj_dt_node *node = device->node;
    const char *status = aj_dt_string(node, "status");
    d->path = node->path;
    extract_strings(ex, aj_dt_prop(node, "compatible"), &d->compatible, &d->compatible_count);
    if (!node->available)
        d->status = status == NULL || strcmp(status, "okay") == 0 ? "disabled" : status;
    d->clock_hz = fixed_clock(ex, node);
    d->reg_shift = AJ_NONE32;
    d->reg_io_width = AJ_NONE32;
    (void)aj_dt_u32(node, "reg-shift", &d->reg_shift);
    (void)aj_dt_u32(node, "reg-io-width", &d->reg_io_width);
}

/* By address, so that names and order do not depend on the order of nodes. */
static int by_address(const void *a, const void *b)
{
    const struct extract_device *x = a, *y = b;
    const aj_addr p = x->d.regions_count > 0 ? x->d.regions[0].phys_start : AJ_NONE64;
    const aj_addr q = y->d.regions_count > 0 ? y->d.regions[0].phys_start : AJ_NONE64;
    if (p != q)
        return p < q ? -1 : 1;
    const int order = strcmp(x->d.path, y->d.path);
    return order != 0 ? order : (x->node->ix > y->node->ix) - (x->node->ix < y->node->ix);
}

static void collect(struct extract *ex)
{
    /* A node below one that holds no devices is none itself; parents come first. */
    bool *skipped = AJ_NEW_ARRAY(ex->cx->scratch, bool, ex->dt->nodes.count);
    for (size_t i = 1; i < ex->dt->nodes.count && !aj_cancelled(ex->cx); i++) {
        const struct aj_dt_node *node = ex->dt->nodes.items[i];
        skipped[i] = skipped[node->parent->ix] || holds_no_devices(ex, node);
        if (skipped[i])
            continue;
        struct extract_device device = {.node = node};
        if (aj_dt_prop(node, "compatible") != NULL)
            read_regions(ex, &device);
        if (device.d.regions_count > 0 || aj_dt_prop(node, "interrupts") != NULL ||
            aj_dt_prop(node, "interrupts-extended") != NULL)
            read_interrupts(ex, &device);
        if (device.d.regions_count == 0 && !has_gic_line(&device.d))
            continue;
        describe(ex, &device);
        AJ_PUSH(ex->out, &ex->devices, device);
    }
    if (ex->devices.count > 0)
        qsort(ex->devices.items, ex->devices.count, sizeof *ex->devices.items, by_address);
}

/* An alias: a name for a path. */
struct alias {
    const char *name;
    uint32_t device;
};

static int by_device(const void *a, const void *b)
{
    const struct alias *x = a, *y = b;
    return x->device != y->device ? (x->device < y->device ? -1 : 1) : strcmp(x->name, y->name);
}

static void read_aliases(struct extract *ex)
{
    const struct aj_dt_node *node = aj_dt_at(ex->dt, "/aliases");
    const size_t most = node == NULL ? 0 : node->props.count;
    struct alias *aliases = AJ_NEW_ARRAY(ex->cx->scratch, struct alias, most);
    size_t count = 0;
    for (size_t i = 0; i < most; i++) {
        const char *name = node->props.items[i].name;
        const struct aj_dt_node *target = aj_dt_alias(ex->dt, name);
        if (target != NULL && ex->device_of[target->ix] != AJ_NONE32 && name[0] != '\0')
            aliases[count++] = (struct alias){name, ex->device_of[target->ix]};
    }
    if (count > 0)
        qsort(aliases, count, sizeof *aliases, by_device);
    for (size_t i = 0, end = 0; i < count; i = end) {
        while (end < count && aliases[end].device == aliases[i].device)
            end++;
        struct model_device *d = &ex->devices.items[aliases[i].device].d;
        const char **names = aj_alloc_array(ex->out, end - i, sizeof *names);
        for (size_t k = i; k < end; k++)
            names[k - i] = aliases[k].name;
        d->aliases = names;
        d->aliases_count = end - i;
    }
}

static void give_names(struct extract *ex)
{
    struct extract_names *names = extract_names_new(ex->out);
    for (size_t i = 0; i < ex->devices.count; i++) {
        struct model_device *d = &ex->devices.items[i].d;
        if (d->aliases_count > 0)
            d->name = extract_unique(names, d->aliases[0]);
    }
    for (size_t i = 0; i < ex->devices.count; i++) {
        struct extract_device *device = &ex->devices.items[i];
        if (device->d.aliases_count == 0)
            device->d.name = extract_unique(names, device->node->name);
        extract_from_node(ex, "devices", device->d.name, NULL, device->node, NULL);
    }
}

/* The drivers that sysfs shows: NAME/of_node says which node, NAME/driver which driver. */
static void read_drivers(struct extract *ex, const char *bus)
{
    const struct remote_entry *entries = NULL;
    size_t count = 0;
    if (ex->remote == NULL || !remote_list(ex->remote, bus, ex->cx->scratch, &entries, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        const char *at = aj_strf(ex->cx->scratch, "%s/%s", bus, entries[i].name);
        const char *driver =
            remote_link(ex->remote, aj_strf(ex->cx->scratch, "%s/driver", at), ex->cx->scratch);
        if (driver == NULL)
            continue;
        const char *path = extract_node_path(
            remote_link(ex->remote, aj_strf(ex->cx->scratch, "%s/of_node", at), ex->cx->scratch));
        const struct aj_dt_node *node = path == NULL ? NULL : aj_dt_at(ex->dt, path);
        struct extract_device *device = node == NULL ? NULL : extract_device_of(ex, node);
        const char *slash = strrchr(driver, '/');
        const char *name = slash == NULL ? driver : slash + 1;
        if (device != NULL && extract_is_word(name))
            device->d.linux_driver = aj_strdup(ex->out, name);
    }
}

struct extract_device *extract_device_of(const struct extract *ex, const struct aj_dt_node *node)
{
    const uint32_t at = ex->device_of[node->ix];
    return at == AJ_NONE32 ? NULL : &ex->devices.items[at];
}

void extract_devices(struct extract *ex)
{
    collect(ex);
    ex->device_of = AJ_NEW_ARRAY(ex->out, uint32_t, ex->dt->nodes.count);
    for (size_t i = 0; i < ex->dt->nodes.count; i++)
        ex->device_of[i] = AJ_NONE32;
    for (size_t i = 0; i < ex->devices.count; i++)
        ex->device_of[ex->devices.items[i].node->ix] = (uint32_t)i;
    read_aliases(ex);
    give_names(ex);
    read_drivers(ex, "/sys/bus/platform/devices");
    read_drivers(ex, "/sys/bus/amba/devices");
}
