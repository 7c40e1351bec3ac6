/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How hard it is to pass a device to a guest: each dependency in the device tree has a verdict, and
 * the gravest one counts. The root keeps what others depend on.
 */
#include "extract/extract_priv.h"

/* Properties that name providers. `cells` NULL: bare phandles. */
struct dependency {
    const char *property, *cells;
    uint8_t verdict; /* of the consumer */
    const char *text;
    bool root_only; /* the provider cannot leave its consumers */
};

static const struct dependency dependencies[] = {
    {"clocks", "#clock-cells", MODEL_VERDICT_KEEP_RUNNING, "its clock comes from", true},
    {"power-domains", "#power-domain-cells", MODEL_VERDICT_KEEP_RUNNING,
     "its power domain belongs to", true},
    {"resets", "#reset-cells", MODEL_VERDICT_SOFT, "its reset belongs to", true},
    {"pinctrl-0", NULL, MODEL_VERDICT_SOFT, "its pins are set by", true},
    {"phys", "#phy-cells", MODEL_VERDICT_SOFT, "it needs the PHY", true},
    {"interconnects", "#interconnect-cells", MODEL_VERDICT_SOFT, "it needs the interconnect", true},
    {"phy-handle", NULL, MODEL_VERDICT_SOFT, "it needs the PHY", false},
    {"dmas", "#dma-cells", MODEL_VERDICT_HARD, "its DMA channels belong to", true},
    {"mboxes", "#mbox-cells", MODEL_VERDICT_HARD, "it needs the mailbox", true},
    {"hwlocks", "#hwlock-cells", MODEL_VERDICT_HARD, "it needs the lock", true},
    {"firmware", NULL, MODEL_VERDICT_HARD, "it talks to", true},
    {"memory-region", NULL, MODEL_VERDICT_SOFT, "it needs the reserved memory", false},
    {"msi-parent", "#msi-cells", MODEL_VERDICT_OK, NULL, true},
    {"iommus", "#iommu-cells", MODEL_VERDICT_OK, NULL, true},
};

/* Their drivers work without DMA channels. */
static const char *const work_without_dma[] = {"serial", "uart", "spi", "i2c"};

/* Nodes that are masters of the bus by what they are called: the specification's generic names
 * (2.2.2) and those of older trees. */
static const char *const masters[] = {
    "ethernet", "genet", "mmc*",    "emmc*",       "sdhci*",   "sdhost*", "usb*",
    "xhci*",    "pcie*", "pci",     "dma*",        "gpu*",     "v3d",     "crypto*",
    "sata*",    "ahci*", "ufs*",    "video-codec", "*decoder", "csi*",    "isp*",
    "hvs",      "vpu*",  "can-dma", "virtio_mmio",
};

/* What nobody but the root can have. */
static const char *const root_only[] = {
    "arm,armv?-timer", "arm,*-pmu", "arm,armv8-pmuv3", "arm,psci*", "simple-framebuffer",
};

static bool matches_name(const struct aj_dt_node *node, const char *const *patterns, size_t count)
{
    char name[64];
    const size_t length = strcspn(node->name, "@");
    if (length >= sizeof name)
        return false;
    memcpy(name, node->name, length);
    name[length] = '\0';
    for (size_t i = 0; i < count; i++)
        if (extract_matches(patterns[i], name))
            return true;
    return false;
}

static bool matches_compatible(const struct aj_dt_node *node, const char *const *patterns,
                               size_t count)
{
    const struct aj_dt_prop *prop = aj_dt_prop(node, "compatible");
    const char *text = NULL;
    while ((text = aj_dt_next_string(prop, text)) != NULL)
        for (size_t i = 0; i < count; i++)
            if (extract_matches(patterns[i], text))
                return true;
    return false;
}

static void judge(struct extract *ex, struct extract_device *device, enum model_verdict verdict,
                  const char *reason)
{
    if (verdict > device->d.verdict)
        device->d.verdict = (uint8_t)verdict;
    extract_reason(ex, device, reason);
}

static const char *name_of(const struct extract *ex, const struct aj_dt_node *node)
{
    const struct extract_device *device = extract_device_of(ex, node);
    return device == NULL ? node->path : device->d.name;
}

/* The device that a provider is a part of: pin groups are children of their controller. */
static struct extract_device *owner_of(const struct extract *ex, const struct aj_dt_node *node)
{
    struct extract_device *owner = extract_device_of(ex, node);
    for (int up = 0; owner == NULL && up < 3 && node->parent != NULL; up++) {
        node = node->parent;
        owner = extract_device_of(ex, node);
    }
    return owner;
}

/* A provider that is always there asks nothing of anybody. */
static bool is_constant(const struct aj_dt_node *provider)
{
    return aj_dt_is_compatible(provider, "fixed-clock") ||
           aj_dt_is_compatible(provider, "usb-nop-xceiv") ||
           (aj_dt_is_compatible(provider, "regulator-fixed") &&
            aj_dt_prop(provider, "regulator-always-on") != NULL);
}

/* Clocks and power behind a firmware interface: a guest's requests would not get there. */
static bool is_firmware(const struct extract *ex, const struct aj_dt_node *provider)
{
    static const char *const firmware[] = {"arm,scmi*",  "ti,sci*",      "nvidia,*-bpmp",
                                           "fsl,*-scu*", "*firmware*",   "xlnx,*-clk",
                                           "*-rpm-*",    "*,*-power-hvc"};
    /* With registers of its own it may ask the firmware, but does not have to. */
    return (aj_dt_prop(provider, "firmware") != NULL && extract_device_of(ex, provider) == NULL) ||
           matches_compatible(provider, firmware, AJ_COUNT(firmware)) ||
           (provider->parent != NULL &&
            matches_compatible(provider->parent, firmware, AJ_COUNT(firmware)));
}

static void judge_dependency(struct extract *ex, struct extract_device *device,
                             const struct dependency *dependency, const struct aj_dt_node *provider)
{
    const struct extract_device *owner = owner_of(ex, provider);
    enum model_verdict verdict = (enum model_verdict)dependency->verdict;
    if (dependency->text == NULL || is_constant(provider) || owner == device)
        return;
    if (verdict == MODEL_VERDICT_HARD && strcmp(dependency->property, "dmas") == 0 &&
        matches_name(device->node, work_without_dma, AJ_COUNT(work_without_dma)))
        verdict = MODEL_VERDICT_SOFT;
    if (verdict == MODEL_VERDICT_KEEP_RUNNING && is_firmware(ex, provider))
        verdict = MODEL_VERDICT_HARD;
    judge(ex, device, verdict,
          aj_strf(ex->out, "%s %s", dependency->text,
                  owner == NULL ? provider->path : owner->d.name));
}

/* The provider stays with the root as long as it has consumers outside its own group. */
static void judge_provider(struct extract *ex, const struct aj_dt_node *consumer,
                           const struct aj_dt_node *provider, struct extract_device *self)
{
    struct extract_device *owner = owner_of(ex, provider);
    if (owner == NULL || owner == self || (self != NULL && self->group == owner->group))
        return;
    /* One reason is enough: a clock controller has a hundred consumers. */
    if (owner->d.verdict != MODEL_VERDICT_ROOT_ONLY)
        judge(ex, owner, MODEL_VERDICT_ROOT_ONLY,
              aj_strf(ex->out, "%s depends on it", name_of(ex, consumer)));
}

static void judge_node(struct extract *ex, const struct aj_dt_node *node)
{
    struct extract_device *self = extract_device_of(ex, node);
    for (size_t i = 0; i < AJ_COUNT(dependencies); i++) {
        const struct dependency *dependency = &dependencies[i];
        const struct aj_dt_prop *prop = aj_dt_prop(node, dependency->property);
        struct aj_dt_ref ref;
        size_t at = 0;
        while (aj_dt_next_ref(ex->dt, prop, dependency->cells, &at, &ref)) {
            if (ref.node == NULL)
                continue;
            if (self != NULL)
                judge_dependency(ex, self, dependency, ref.node);
            if (dependency->root_only && node->available)
                judge_provider(ex, node, ref.node, self);
        }
    }
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), wanted = strlen(end);
    return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

/* *-supply and *-gpios have their names from the device, so all properties are looked at. */
static void judge_named(struct extract *ex, const struct aj_dt_node *node)
{
    struct extract_device *self = extract_device_of(ex, node);
    /* In a hog, `gpios` are the pins of its own parent. */
    if (aj_dt_prop(node, "gpio-hog") != NULL)
        return;
    for (size_t i = 0; i < node->props.count; i++) {
        const struct aj_dt_prop *prop = &node->props.items[i];
        const bool supply = ends_with(prop->name, "-supply");
        const bool gpio = ends_with(prop->name, "gpios");
        struct aj_dt_ref ref;
        size_t at = 0;
        if (!supply && !gpio)
            continue;
        while (aj_dt_next_ref(ex->dt, prop, supply ? NULL : "#gpio-cells", &at, &ref)) {
            if (ref.node == NULL || is_constant(ref.node))
                continue;
            if (self != NULL)
                judge(ex, self, supply ? MODEL_VERDICT_KEEP_RUNNING : MODEL_VERDICT_HARD,
                      aj_strf(ex->out, "%s %s", supply ? "its supply is" : "it uses pins of",
                              name_of(ex, ref.node)));
            if (node->available)
                judge_provider(ex, node, ref.node, self);
        }
    }
}

static bool has_driven_unit(const struct extract *ex, const struct aj_dt_node *node)
{
    struct aj_dt_ref ref;
    size_t at = 0;
    const struct aj_dt_prop *map = aj_dt_prop(node, "iommu-map");
    const uint32_t mapped = aj_dt_cell(map, 1);
    const bool direct =
        aj_dt_next_ref(ex->dt, aj_dt_prop(node, "iommus"), "#iommu-cells", &at, &ref);
    const struct aj_dt_node *unit = direct ? ref.node : aj_dt_of_phandle(ex->dt, mapped);
    for (size_t i = 0; unit != NULL && i < ex->board->iommu_count; i++)
        if (strcmp(ex->board->iommu[i].node, unit->path) == 0)
            return strcmp(ex->board->iommu[i].type, "other") != 0;
    return false;
}

static bool is_unit(const struct extract *ex, const struct aj_dt_node *node)
{
    for (size_t i = 0; i < ex->board->iommu_count; i++)
        if (strcmp(ex->board->iommu[i].node, node->path) == 0)
            return true;
    return false;
}

/* A bus that shows its masters a part of memory: a guest whose RAM is elsewhere cannot use them. */
static void judge_reach(struct extract *ex, struct extract_device *device)
{
    const struct aj_dt_node *bus = device->node->parent;
    while (bus != NULL && aj_dt_prop(bus, "dma-ranges") == NULL)
        bus = bus->parent;
    const struct aj_dt_prop *ranges = bus == NULL ? NULL : aj_dt_prop(bus, "dma-ranges");
    if (ranges == NULL || bus->parent == NULL || aj_dt_is_pci(bus))
        return;
    const uint32_t skip = bus->child_address_cells, above = bus->parent->child_address_cells;
    const uint32_t cells = skip + above + bus->child_size_cells;
    if (aj_dt_cells(ranges) != cells || above > 2 || bus->child_size_cells > 2 || above == 0 ||
        bus->child_size_cells == 0)
        return;
    uint64_t base = 0, size = 0;
    for (uint32_t i = 0; i < above; i++)
        base = base << 32 | aj_dt_cell(ranges, skip + i);
    for (uint32_t i = 0; i < bus->child_size_cells; i++)
        size = size << 32 | aj_dt_cell(ranges, skip + above + i);
    if (aj_range_ok((struct aj_range){base, size}))
        judge(ex, device, MODEL_VERDICT_SOFT,
              aj_strf(ex->out, "its DMA reaches memory from 0x%llx to 0x%llx alone",
                      (unsigned long long)base,
                      (unsigned long long)aj_range_last((struct aj_range){base, size})));
}

static void judge_dma(struct extract *ex, struct extract_device *device)
{
    static const char *const signs[] = {"iommus", "iommu-map", "dma-coherent"};
    const struct aj_dt_node *node = device->node;
    if (is_unit(ex, node)) {
        judge(ex, device, MODEL_VERDICT_ROOT_ONLY, "it is an IOMMU");
        return;
    }
    device->d.dma = matches_name(node, masters, AJ_COUNT(masters));
    for (size_t i = 0; i < AJ_COUNT(signs); i++)
        device->d.dma = device->d.dma || aj_dt_prop(node, signs[i]) != NULL;
    if (device->d.dma)
        judge_reach(ex, device);
    if (device->d.dma && !has_driven_unit(ex, node))
        judge(ex, device, MODEL_VERDICT_UNSAFE,
              ex->board->iommu_count == 0 ? "it masters the bus, and the board has no IOMMU"
                                          : "it masters the bus without an IOMMU");
}

static void judge_kind(struct extract *ex, struct extract_device *device)
{
    /* Those that do not call themselves so in the tree. */
    static const char *const interrupt_controllers[] = {"*-intc", "arm,gic-v3-its",
                                                        "arm,gic-v2m-frame"};
    const struct aj_dt_node *node = device->node;
    const char *status = aj_dt_string(node, "status");
    if (device->d.regions_count == 0)
        judge(ex, device, MODEL_VERDICT_ROOT_ONLY, "it has no registers of its own");
    if (matches_compatible(node, root_only, AJ_COUNT(root_only)))
        judge(ex, device, MODEL_VERDICT_ROOT_ONLY, "it belongs to the CPUs");
    if (aj_dt_prop(node, "interrupt-controller") != NULL ||
        matches_compatible(node, interrupt_controllers, AJ_COUNT(interrupt_controllers)))
        judge(ex, device, MODEL_VERDICT_ROOT_ONLY, "it is an interrupt controller");
    if (status != NULL && strcmp(status, "reserved") == 0)
        judge(ex, device, MODEL_VERDICT_ROOT_ONLY, "other firmware uses it");
    for (size_t i = 0; i < device->d.interrupts_count; i++)
        if (device->d.interrupts[i].intid == AJ_NONE32)
            judge(ex, device, MODEL_VERDICT_HARD, "an interrupt of it does not come from the GIC");
}

void extract_verdicts(struct extract *ex)
{
    for (size_t i = 0; i < ex->devices.count; i++) {
        judge_kind(ex, &ex->devices.items[i]);
        judge_dma(ex, &ex->devices.items[i]);
    }
    for (size_t i = 0; i < ex->dt->nodes.count; i++) {
        judge_node(ex, ex->dt->nodes.items[i]);
        judge_named(ex, ex->dt->nodes.items[i]);
    }
    for (size_t i = 0; i < ex->devices.count; i++) {
        struct extract_device *device = &ex->devices.items[i];
        device->d.reasons = device->reasons.items;
        device->d.reasons_count = device->reasons.count;
    }
}
