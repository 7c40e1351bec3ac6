/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The IOMMUs: DMAR of Intel, IVRS of AMD, and which functions are behind which. Jailhouse counts the
 * units in the order of the tables.
 */
#include "extract/x86_priv.h"

#define UNITS_MAX 64u
#define PATH_MAX  8u /* bridges below each other */
#define SECONDARY 0x19u
#define LAST_BUS  0x1au

enum { SCOPE_ENDPOINT = 1, SCOPE_BRIDGE = 2, SCOPE_IOAPIC = 3, SCOPE_HPET = 4 };

/* bdfs of a domain, for a unit or a range of memory. */
struct span {
    uint32_t domain, first, last;
};

static void assign(struct x86 *x, struct span span, uint32_t unit)
{
    for (size_t i = 0; i < x->functions.count; i++) {
        struct x86_function *f = &x->functions.items[i];
        if (f->domain == span.domain && f->bdf >= span.first && f->bdf <= span.last)
            f->iommu = unit;
    }
}

/* The index of the new unit; AJ_NONE32 if the table says what cannot be. */
static uint32_t add_unit(struct x86 *x, const struct acpi_table *t, struct model_iommu_unit unit)
{
    const uint32_t index = (uint32_t)x->units.count;
    if (!aj_range_ok((struct aj_range){unit.base, unit.size}) || unit.base_cap > 0xff) {
        extract_note(x->ex, "warning", "acpi-entry", t->path,
                     "no unit is at 0x%llx with its capability at 0x%x",
                     (unsigned long long)unit.base, (unsigned)unit.base_cap);
        return AJ_NONE32;
    }
    if (index >= UNITS_MAX)
        return AJ_NONE32;
    acpi_from(x->ex, "iommu", aj_strf(x->ex->out, "%u", (unsigned)index), NULL, t, 0);
    AJ_PUSH(x->ex->out, &x->units, unit);
    return index;
}

static void bind_ioapic(struct x86 *x, uint32_t id, uint32_t bdf, uint32_t unit)
{
    for (size_t i = 0; i < x->ioapics.count; i++)
        if (x->ioapics.items[i].id == id) {
            x->ioapics.items[i].iommu = unit;
            x->ioapics.items[i].bdf = bdf;
        }
}

/* Intel */

/* Follows a path of (device, function) pairs from a bus on; the functions of IOAPICs need not be
 * there. False if a bridge on the way is missing. */
static bool follow(struct x86 *x, uint32_t domain, const struct acpi_table *scope, uint32_t *bdf)
{
    uint32_t bus = (uint32_t)acpi_get(scope, 5, 1);
    for (size_t at = 6; at + 2 <= scope->size && at < 6 + 2 * PATH_MAX; at += 2) {
        *bdf = bus << 8 | (uint32_t)(acpi_get(scope, at, 1) & 0x1f) << 3 |
               (uint32_t)(acpi_get(scope, at + 1, 1) & 7);
        const struct x86_function *f = x86_function_at(x, domain, *bdf);
        if (at + 4 <= scope->size && f == NULL)
            return false;
        if (f != NULL)
            bus = x86_config(f, SECONDARY, 1);
    }
    return scope->size >= 8;
}

/* The functions that a scope means: one, or with a bridge all behind it. At most two spans. */
static size_t spans_of(struct x86 *x, uint32_t domain, const struct acpi_entry *scope, uint32_t bdf,
                       struct span spans[2])
{
    const struct x86_function *f = x86_function_at(x, domain, bdf);
    spans[0] = (struct span){domain, bdf, bdf};
    if (scope->type != SCOPE_BRIDGE || f == NULL || !x86_is_bridge(f))
        return 1;
    spans[1] = (struct span){domain, x86_config(f, SECONDARY, 1) << 8,
                             x86_config(f, LAST_BUS, 1) << 8 | 0xff};
    return 2;
}

static void read_scopes(struct x86 *x, const struct acpi_table *t, uint32_t domain, uint32_t unit)
{
    struct acpi_entry scope = {.next = 0};
    while (acpi_next(x->ex, t, ACPI_BYTES, 16, &scope)) {
        struct span spans[2];
        uint32_t bdf = 0;
        if (scope.type < SCOPE_ENDPOINT || scope.type > SCOPE_HPET)
            continue;
        if (!follow(x, domain, &scope.t, &bdf)) {
            extract_note(x->ex, "warning", "dmar-scope", t->path,
                         "a scope of unit %u goes through a bridge that is not there",
                         (unsigned)unit);
            continue;
        }
        if (scope.type == SCOPE_IOAPIC)
            bind_ioapic(x, (uint32_t)acpi_get(&scope.t, 4, 1), bdf, unit);
        if (scope.type > SCOPE_BRIDGE)
            continue;
        const size_t count = spans_of(x, domain, &scope, bdf, spans);
        for (size_t i = 0; i < count; i++)
            assign(x, spans[i], unit);
    }
}

/* Linux knows the window that the unit really has. */
static aj_size claimed_size(const struct x86 *x, aj_addr base, const char *prefix)
{
    for (size_t i = 0; i < x->ex->iomem.entries.count; i++) {
        const struct extract_iomem_entry *entry = &x->ex->iomem.entries.items[i];
        if (entry->range.base == base && strncmp(entry->name, prefix, strlen(prefix)) == 0)
            return entry->range.size;
    }
    return AJ_NONE64;
}

static aj_size drhd_size(struct x86 *x, const struct acpi_table *t, aj_addr base)
{
    const uint64_t log = acpi_get(t, 5, 1) & 0xf;
    const aj_size claimed = claimed_size(x, base, "dmar");
    if (log != 0)
        return (aj_size)AJ_PAGE << log;
    if (claimed != AJ_NONE64)
        return claimed;
    extract_note(
        x->ex, "warning", "dmar-size", t->path,
        "neither the table nor /proc/iomem says how large the unit at 0x%llx is: 4 KiB are "
        "assumed; start Linux with intel_iommu=on to know",
        (unsigned long long)base);
    return AJ_PAGE;
}

/* Registers of the unit at `base`, which Linux calls by numbers of its own. */
static void read_capabilities(const struct extract *ex, aj_addr base, struct model_iommu_unit *unit)
{
    static const char class[] = "/sys/class/iommu";
    const struct remote_entry *entries = NULL;
    size_t count = 0;
    if (!remote_list(ex->remote, class, ex->cx->scratch, &entries, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        const char *at = aj_strf(ex->cx->scratch, "%s/%s/intel-iommu", class, entries[i].name);
        uint64_t address = 0;
        const char *text = extract_text(ex, aj_strf(ex->cx->scratch, "%s/address", at));
        if (text == NULL || !extract_hex(ex, &text, &address) || address != base)
            continue;
        text = extract_text(ex, aj_strf(ex->cx->scratch, "%s/cap", at));
        if (text != NULL)
            (void)extract_hex(ex, &text, &unit->cap);
        text = extract_text(ex, aj_strf(ex->cx->scratch, "%s/ecap", at));
        if (text != NULL)
            (void)extract_hex(ex, &text, &unit->ecap);
    }
}

static void read_drhd(struct x86 *x, const struct acpi_table *t, uint32_t *all)
{
    const uint32_t domain = (uint32_t)acpi_get(t, 6, 2);
    const aj_addr base = acpi_get(t, 8, 8);
    struct model_iommu_unit described = {
        .type = "intel",
        .base = base,
        .size = drhd_size(x, t, base),
        .node = aj_strf(x->ex->out, "dmar%zu", x->units.count),
    };
    read_capabilities(x->ex, base, &described);
    const uint32_t unit = add_unit(x, t, described);
    if (unit == AJ_NONE32)
        return;
    if ((acpi_get(t, 4, 1) & 1) != 0 && domain == 0)
        *all = unit;
    read_scopes(x, t, domain, unit);
}

static void hold(struct x86 *x, struct aj_range range, struct span span)
{
    if (!aj_range_ok(range))
        return;
    for (size_t i = 0; i < x->functions.count; i++) {
        const struct x86_function *f = &x->functions.items[i];
        if (f->domain == span.domain && f->bdf >= span.first && f->bdf <= span.last)
            AJ_PUSH(x->ex->out, &x->held, ((struct x86_held){range, f->domain, f->bdf}));
    }
}

static void read_rmrr(struct x86 *x, const struct acpi_table *t)
{
    const uint32_t domain = (uint32_t)acpi_get(t, 6, 2);
    const aj_addr base = acpi_get(t, 8, 8), last = acpi_get(t, 16, 8);
    struct acpi_entry scope = {.next = 0};
    if (last < base || last - base == UINT64_MAX)
        return;
    while (acpi_next(x->ex, t, ACPI_BYTES, 24, &scope)) {
        struct span spans[2];
        uint32_t bdf = 0;
        const bool known = scope.type == SCOPE_ENDPOINT || scope.type == SCOPE_BRIDGE;
        if (!known || !follow(x, domain, &scope.t, &bdf))
            continue;
        const size_t count = spans_of(x, domain, &scope, bdf, spans);
        for (size_t i = 0; i < count; i++)
            hold(x, (struct aj_range){base, last - base + 1}, spans[i]);
    }
}

static void read_dmar(struct x86 *x)
{
    enum { DRHD = 0, RMRR = 1, FIRST = 48 };
    struct acpi_table dmar;
    struct acpi_entry entry = {.next = 0};
    uint32_t all = AJ_NONE32;
    if (!acpi_open(x->ex, "DMAR", &dmar))
        return;
    while (acpi_next(x->ex, &dmar, ACPI_WORDS, FIRST, &entry))
        if (entry.type == DRHD && entry.t.size >= 16)
            read_drhd(x, &entry.t, &all);
        else if (entry.type == RMRR && entry.t.size >= 24)
            read_rmrr(x, &entry.t);
    for (size_t i = 0; all != AJ_NONE32 && i < x->functions.count; i++)
        if (x->functions.items[i].iommu == AJ_NONE32 && x->functions.items[i].domain == 0)
            x->functions.items[i].iommu = all;
}

/* AMD */

enum {
    IVHD = 0x10,
    IVHD_EFR = 0x11,
    IVHD_ACPI = 0x40,
    IVMD_ALL = 0x20,
    IVMD_ONE = 0x21,
    IVMD_RANGE = 0x22
};

/* Length of a device entry at `at`; 0 if it does not fit. */
static size_t ivhd_length(const struct acpi_table *t, size_t at)
{
    const uint64_t type = acpi_get(t, at, 1);
    size_t length = type < 0x40 ? 4 : type < 0x80 ? 8 : type < 0xc0 ? 16 : 32;
    if (type == 0xf0)
        length = 22 + (size_t)acpi_get(t, at + 21, 1);
    return at < t->size && length <= t->size - at ? length : 0;
}

static void read_ivhd_entries(struct x86 *x, const struct acpi_table *t, size_t first,
                              uint32_t domain, uint32_t unit)
{
    enum {
        ALL = 1,
        SELECT = 2,
        START = 3,
        END = 4,
        ALIAS = 0x42,
        ALIAS_START = 0x43,
        EXT = 0x46,
        EXT_START = 0x47,
        SPECIAL = 0x48,
        SPECIAL_IOAPIC = 1
    };
    uint32_t start = AJ_NONE32;
    size_t length = 0;
    for (size_t at = first; (length = ivhd_length(t, at)) != 0; at += length) {
        const uint64_t type = acpi_get(t, at, 1);
        const uint32_t bdf = (uint32_t)acpi_get(t, at + 1, 2);
        if (type == ALL)
            assign(x, (struct span){domain, 0, 0xffff}, unit);
        if (type == SELECT || type == ALIAS || type == EXT)
            assign(x, (struct span){domain, bdf, bdf}, unit);
        if (type == START || type == ALIAS_START || type == EXT_START)
            start = bdf;
        if (type == END && start != AJ_NONE32) {
            assign(x, (struct span){domain, start, bdf}, unit);
            start = AJ_NONE32;
        }
        if (type == SPECIAL && acpi_get(t, at + 7, 1) == SPECIAL_IOAPIC)
            bind_ioapic(x, (uint32_t)acpi_get(t, at + 4, 1), (uint32_t)acpi_get(t, at + 5, 2),
                        unit);
    }
}

/* The unit's own function has two MSI capabilities in some models; the first one is in use. */
static uint32_t msi_cap(const struct x86_function *f)
{
    uint32_t at = f == NULL || f->bytes.size < 256 ? 0 : x86_config(f, 0x34, 1) & ~3u;
    for (unsigned hops = 0; at >= 0x40 && hops < 48; hops++, at = x86_config(f, at + 1, 1) & ~3u)
        if (x86_config(f, at, 1) == 0x05)
            return at;
    return 0;
}

/* Blocks of several types describe one unit for operating systems of different age. */
static uint32_t same_unit(const struct x86 *x, uint32_t bdf, aj_addr base)
{
    for (size_t i = 0; i < x->units.count; i++)
        if (x->units.items[i].bdf == bdf && x->units.items[i].base == base)
            return (uint32_t)i;
    return AJ_NONE32;
}

static void read_ivhd(struct x86 *x, uint32_t type, const struct acpi_table *t)
{
    const uint32_t bdf = (uint32_t)acpi_get(t, 4, 2), domain = (uint32_t)acpi_get(t, 16, 2);
    const aj_addr base = acpi_get(t, 8, 8);
    const aj_size claimed = claimed_size(x, base, "amd_iommu");
    uint32_t unit = same_unit(x, bdf, base);
    if (unit == AJ_NONE32)
        unit = add_unit(x, t,
                        (struct model_iommu_unit){
                            .type = "amd",
                            .base = base,
                            .size = claimed != AJ_NONE64 ? claimed : AJ_KIB(16),
                            .node = aj_strf(x->ex->out, "ivhd%zu", x->units.count),
                            .bdf = bdf,
                            .base_cap = (uint32_t)acpi_get(t, 6, 2),
                            .msi_cap = msi_cap(x86_function_at(x, domain, bdf)),
                            .features = (uint32_t)acpi_get(t, 20, 4),
                        });
    if (unit != AJ_NONE32)
        read_ivhd_entries(x, t, type == IVHD ? 24 : 40, domain, unit);
}

static void read_ivmd(struct x86 *x, uint32_t type, const struct acpi_table *t)
{
    const struct aj_range range = {acpi_get(t, 16, 8), acpi_get(t, 24, 8)};
    const uint32_t bdf = (uint32_t)acpi_get(t, 4, 2), last = (uint32_t)acpi_get(t, 6, 2);
    if (type == IVMD_ALL)
        hold(x, range, (struct span){0, 0, 0xffff});
    else
        hold(x, range, (struct span){0, bdf, type == IVMD_RANGE ? last : bdf});
}

static void read_ivrs(struct x86 *x)
{
    enum { FIRST = 48 };
    struct acpi_table ivrs;
    struct acpi_entry entry = {.next = 0};
    if (!acpi_open(x->ex, "IVRS", &ivrs))
        return;
    while (acpi_next(x->ex, &ivrs, ACPI_IVRS, FIRST, &entry)) {
        const uint32_t type = entry.type;
        if ((type == IVHD || type == IVHD_EFR || type == IVHD_ACPI) && entry.t.size >= 24)
            read_ivhd(x, type, &entry.t);
        if (type >= IVMD_ALL && type <= IVMD_RANGE && entry.t.size >= 32)
            read_ivmd(x, type, &entry.t);
    }
}

void x86_read_iommus(struct x86 *x)
{
    read_dmar(x);
    if (x->units.count == 0)
        read_ivrs(x);
    for (size_t i = 0; i < x->ioapics.count; i++)
        if (x->units.count > 0 && x->ioapics.items[i].bdf == AJ_NONE32)
            extract_note(x->ex, "warning", "ioapic-unit", "/sys/firmware/acpi/tables/APIC",
                         "no IOMMU says as whom the IOAPIC at 0x%llx interrupts",
                         (unsigned long long)x->ioapics.items[i].address);
    x->ex->board->iommu = x->units.items;
    x->ex->board->iommu_count = x->units.count;
}
