/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PCI functions: /sys/bus/pci/devices/DDDD:BB:DD.F with its configuration space and resources. */
#include "base/units.h"
#include "extract/x86_priv.h"

#define DEVICES       "/sys/bus/pci/devices"
#define FUNCTIONS_MAX 2048
#define BARS          6u

/* Flags of a row of `resource`: Linux include/linux/ioport.h. */
#define RESOURCE_IO    0x100u
#define RESOURCE_MEM   0x200u
#define RESOURCE_64    0x100000u
#define RESOURCE_UNSET 0x20000000u

/* "0000:00:1f.2"; domains beyond 0xffff are those of controllers that hide functions (VMD). */
static bool parse_name(const struct extract *ex, const char *name, struct x86_function *function)
{
    uint64_t part[4];
    static const char ends[] = "::.";
    const char *at = name;
    for (size_t i = 0; i < 4; i++)
        if (!extract_hex(ex, &at, &part[i]) || *at != ends[i] || (i < 3 && *at++ == '\0'))
            return false;
    if (part[0] > 0xffffff || part[1] > 0xff || part[2] > 0x1f || part[3] > 7)
        return false;
    function->domain = (uint32_t)part[0];
    function->bdf = (uint32_t)(part[1] << 8 | part[2] << 3 | part[3]);
    return true;
}

uint32_t x86_config(const struct x86_function *function, size_t at, size_t width)
{
    const struct acpi_table bytes = {NULL, function->bytes.data, function->bytes.size, 0};
    if (at + width > function->bytes.size)
        return width == 4 ? UINT32_MAX : (1u << width * 8) - 1;
    return (uint32_t)acpi_get(&bytes, at, width);
}

bool x86_is_bridge(const struct x86_function *function)
{
    return (x86_config(function, 0x0e, 1) & 0x7f) == 1 && x86_config(function, 0x0a, 2) == 0x0604;
}

void x86_read_functions(struct x86 *x)
{
    struct extract *ex = x->ex;
    const struct remote_entry *entries = NULL;
    size_t count = 0, short_count = 0;
    if (!remote_list(ex->remote, DEVICES, ex->cx->scratch, &entries, &count))
        return;
    for (size_t i = 0; i < count && x->functions.count < FUNCTIONS_MAX; i++) {
        struct x86_function function = {.device = AJ_NONE32, .iommu = AJ_NONE32};
        if (!parse_name(ex, entries[i].name, &function))
            continue;
        function.path = aj_strf(ex->out, DEVICES "/%s", entries[i].name);
        if (!remote_read(ex->remote, aj_strf(ex->cx->scratch, "%s/config", function.path), ex->out,
                         &function.bytes) ||
            x86_config(&function, 0, 2) == 0xffff) {
            extract_note(ex, "warning", "pci-dead", function.path,
                         "there is no configuration space: switched off, or a virtual function");
            continue;
        }
        short_count += function.bytes.size < 256;
        AJ_PUSH(ex->out, &x->functions, function);
    }
    if (short_count > 0)
        extract_note(ex, "warning", "pci-header", DEVICES,
                     "only the headers of %zu functions could be read: their capabilities are not "
                     "known; root sees them",
                     short_count);
}

struct x86_function *x86_function_at(struct x86 *x, uint32_t domain, uint32_t bdf)
{
    for (size_t i = 0; i < x->functions.count; i++)
        if (x->functions.items[i].domain == domain && x->functions.items[i].bdf == bdf)
            return &x->functions.items[i];
    return NULL;
}

struct resources {
    struct aj_range range[BARS]; /* size 0: none */
    uint64_t flags[BARS];
};

/* Rows "0x... 0x... 0x..."; only those of the BARs are at the same place on every kernel. */
static void read_resources(struct x86 *x, const struct x86_function *function, struct resources *r)
{
    struct extract *ex = x->ex;
    struct extract_lines lines;
    *r = (struct resources){.flags = {0}};
    if (!extract_lines_open(ex, aj_strf(ex->cx->scratch, "%s/resource", function->path), &lines))
        return;
    for (size_t i = 0; i < BARS; i++) {
        const char *line = extract_line(ex, &lines);
        uint64_t value[3] = {0, 0, 0};
        for (size_t k = 0; line != NULL && k < 3; k++) {
            line += strspn(line, " ");
            const char *digits = line + 2;
            const bool number = strncmp(line, "0x", 2) == 0 && extract_hex(ex, &digits, &value[k]);
            line = number ? digits : NULL;
        }
        if (line == NULL)
            return;
        if (value[0] > value[1] || value[1] == 0 || value[1] - value[0] == UINT64_MAX)
            continue;
        r->range[i] = (struct aj_range){value[0], value[1] - value[0] + 1};
        r->flags[i] = value[2];
    }
}

/* The bits of a BAR that can be written are those above its size. */
static void add_bar(struct model_pci_function *pci, const struct resources *r, size_t i)
{
    const uint64_t mask = ~(r->range[i].size - 1);
    if (r->range[i].size == 0 || (r->flags[i] & (RESOURCE_MEM | RESOURCE_IO)) == 0)
        return;
    pci->bar_mask[i] = (uint32_t)mask;
    if ((r->flags[i] & RESOURCE_64) != 0 && i + 1 < BARS)
        pci->bar_mask[i + 1] = (uint32_t)(mask >> 32);
}

static void add_resources(struct x86 *x, struct extract_device *device,
                          struct model_pci_function *pci, const struct resources *r)
{
    struct aj_arena *out = x->ex->out;
    AJ_VEC(struct model_mmio) regions = {0};
    AJ_VEC(struct model_port_range) ports = {0};
    for (size_t i = 0; i < BARS; i++) {
        add_bar(pci, r, i);
        if (r->range[i].size == 0)
            continue;
        if (r->range[i].base == 0 || (r->flags[i] & RESOURCE_UNSET) != 0)
            extract_reason(x->ex, device, aj_strf(out, "BAR %zu has no address", i));
        else if ((r->flags[i] & RESOURCE_MEM) != 0 && aj_range_ok(r->range[i]))
            AJ_PUSH(out, &regions, ((struct model_mmio){r->range[i].base, r->range[i].size}));
        else if ((r->flags[i] & RESOURCE_IO) != 0 && r->range[i].base <= 0xffff &&
                 r->range[i].size <= 0x10000 - r->range[i].base)
            AJ_PUSH(out, &ports,
                    ((struct model_port_range){(uint32_t)r->range[i].base,
                                               (uint32_t)r->range[i].size}));
    }
    device->d.regions = regions.items;
    device->d.regions_count = regions.count;
    device->d.ports = ports.items;
    device->d.ports_count = ports.count;
}

static void add_reserved(const struct x86 *x, struct model_pci_function *pci)
{
    struct aj_rangeset set = {0};
    for (size_t i = 0; i < x->held.count; i++)
        if (x->held.items[i].domain == pci->domain && x->held.items[i].bdf == pci->bdf)
            aj_rangeset_add(x->ex->cx->scratch, &set, x->held.items[i].range);
    struct model_mmio *reserved = AJ_NEW_ARRAY(x->ex->out, struct model_mmio, set.count);
    for (size_t i = 0; i < set.count; i++)
        reserved[i] = (struct model_mmio){set.items[i].base, set.items[i].size};
    pci->reserved = reserved;
    pci->reserved_count = set.count;
}

static void add_function(struct x86 *x, struct x86_function *function)
{
    struct extract *ex = x->ex;
    struct model_pci_function *pci = AJ_NEW(ex->out, struct model_pci_function);
    struct extract_device device = {.d = {.name = strrchr(function->path, '/') + 1, .pci = pci}};
    struct resources r;
    uint64_t node = 0;
    *pci = (struct model_pci_function){
        .domain = function->domain,
        .bdf = function->bdf,
        .bridge = x86_is_bridge(function),
        .vendor = x86_config(function, 0, 2),
        .product = x86_config(function, 2, 2),
        .class_code = x86_config(function, 9, 1) | x86_config(function, 10, 2) << 8,
        .iommu = function->iommu,
        .msix_address = AJ_NONE64,
        .msix_size = AJ_NONE64,
    };
    const char *path =
        extract_text(ex, aj_strf(ex->cx->scratch, "%s/firmware_node/path", function->path));
    const char *driver =
        remote_link(ex->remote, aj_strf(ex->cx->scratch, "%s/driver", function->path), ex->out);
    const char *text = extract_text(ex, aj_strf(ex->cx->scratch, "%s/numa_node", function->path));
    device.d.path = path == NULL ? function->path : path;
    device.d.linux_driver =
        driver == NULL || strrchr(driver, '/') == NULL ? driver : strrchr(driver, '/') + 1;
    if (text != NULL && extract_decimal(ex, &text, &node) && node < 1024)
        device.d.node = (uint32_t)node;
    device.d.dma = true;
    device.d.clock_hz = device.d.reg_shift = device.d.reg_io_width = AJ_NONE32;
    read_resources(x, function, &r);
    add_resources(x, &device, pci, &r);
    x86_read_caps(x, function, r.range, pci);
    add_reserved(x, pci);
    function->device = (uint32_t)ex->devices.count;
    extract_from(ex, "devices", device.d.name, NULL, function->path);
    AJ_PUSH(ex->out, &ex->devices, device);
}

void x86_add_functions(struct x86 *x)
{
    for (size_t i = 0; i < x->functions.count; i++)
        add_function(x, &x->functions.items[i]);
}
