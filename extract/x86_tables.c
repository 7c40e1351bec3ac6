/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MADT, MCFG and FADT: interrupt controllers, PCI's windows, the timer. */
#include "extract/x86_priv.h"

#define IOAPIC_PINS    24u  /* of every IOAPIC until 2015, and of QEMU's */
#define IOAPIC_PINS_HI 120u /* the most that Jailhouse takes: hypervisor/arch/x86/ioapic.c */
#define ISA_IRQS       16u
#define BUS_SIZE       AJ_MIB(1) /* of configuration space */

static void read_ioapic(struct x86 *x, const struct acpi_table *t)
{
    AJ_PUSH(x->ex->out, &x->ioapics,
            ((struct x86_ioapic){
                .id = (uint32_t)acpi_get(t, 2, 1),
                .gsi_base = (uint32_t)acpi_get(t, 8, 4),
                .address = acpi_get(t, 4, 4),
                .t = *t,
                .iommu = AJ_NONE32,
                .bdf = AJ_NONE32,
            }));
}

/* Polarity and trigger as ACPI has them, in the words of a device tree; 0: as the bus has it. */
static uint32_t line_flags(uint64_t acpi)
{
    const uint64_t polarity = acpi & 3, trigger = acpi >> 2 & 3;
    if (trigger == 3)
        return polarity == 1 ? 4 : 8;
    if (trigger == 1)
        return polarity == 3 ? 2 : 1;
    return 0;
}

static void read_madt(struct x86 *x)
{
    enum { IOAPIC = 1, OVERRIDE = 2, FIRST = 44 };
    struct acpi_table madt;
    struct acpi_entry entry = {.next = 0};
    if (!acpi_open(x->ex, "APIC", &madt))
        return;
    while (acpi_next(x->ex, &madt, ACPI_BYTES, FIRST, &entry)) {
        const struct acpi_table *t = &entry.t;
        if (entry.type == IOAPIC && t->size >= 12)
            read_ioapic(x, t);
        if (entry.type == OVERRIDE && t->size >= 10)
            AJ_PUSH(x->ex->out, &x->overrides,
                    ((struct x86_override){(uint32_t)acpi_get(t, 3, 1), (uint32_t)acpi_get(t, 4, 4),
                                           line_flags(acpi_get(t, 8, 2))}));
    }
}

static int by_gsi(const void *a, const void *b)
{
    const struct x86_ioapic *p = a, *q = b;
    return (p->gsi_base > q->gsi_base) - (p->gsi_base < q->gsi_base);
}

/* "IOAPIC[0]: apic_id 0, version 32, address 0xfec00000, GSI 0-23" */
static uint32_t pins_in_log(const struct extract *ex, const struct x86_ioapic *ioapic)
{
    const char *sign = aj_strf(ex->cx->scratch, "address 0x%llx, GSI %u-",
                               (unsigned long long)ioapic->address, (unsigned)ioapic->gsi_base);
    struct extract_lines lines;
    uint64_t last = 0;
    if (!extract_log_open(ex, &lines))
        return AJ_NONE32;
    for (const char *line = extract_line(ex, &lines); line != NULL;
         line = extract_line(ex, &lines)) {
        const char *at = strstr(line, "IOAPIC[") == NULL ? NULL : strstr(line, sign);
        if (at == NULL)
            continue;
        at += strlen(sign);
        if (extract_decimal(ex, &at, &last) && last >= ioapic->gsi_base &&
            last - ioapic->gsi_base < IOAPIC_PINS_HI)
            return (uint32_t)(last - ioapic->gsi_base + 1);
    }
    return AJ_NONE32;
}

/* The tables do not say how many pins an IOAPIC has; its registers do, which nobody may read. */
static void count_pins(struct x86 *x)
{
    if (x->ioapics.count > 0)
        qsort(x->ioapics.items, x->ioapics.count, sizeof *x->ioapics.items, by_gsi);
    for (size_t i = 0; i < x->ioapics.count; i++) {
        struct x86_ioapic *ioapic = &x->ioapics.items[i];
        const uint32_t room = i + 1 < x->ioapics.count
                                  ? x->ioapics.items[i + 1].gsi_base - ioapic->gsi_base
                                  : IOAPIC_PINS_HI;
        ioapic->pins = pins_in_log(x->ex, ioapic);
        if (ioapic->pins != AJ_NONE32)
            continue;
        ioapic->pins = room < IOAPIC_PINS_HI && room > 0 ? room : IOAPIC_PINS;
        extract_note(x->ex, "info", "ioapic-pins", "/sys/firmware/acpi/tables/APIC",
                     "the kernel's log does not say how many pins the IOAPIC at 0x%llx has: %u are "
                     "assumed",
                     (unsigned long long)ioapic->address, (unsigned)ioapic->pins);
    }
}

void x86_read_mcfg(struct x86 *x)
{
    enum { FIRST = 44, SIZE = 16 };
    struct acpi_table mcfg;
    if (!acpi_open(x->ex, "MCFG", &mcfg))
        return;
    for (size_t at = FIRST; at + SIZE <= mcfg.size; at += SIZE) {
        const uint64_t start = acpi_get(&mcfg, at + 10, 1), end = acpi_get(&mcfg, at + 11, 1);
        struct model_pci_host host = {
            .domain = (uint32_t)acpi_get(&mcfg, at + 8, 2),
            .ecam_base = acpi_get(&mcfg, at, 8),
            .ecam_size = (end + 1) * BUS_SIZE,
        };
        const struct aj_range range = {host.ecam_base, host.ecam_size};
        if (start > end || !aj_range_ok(range)) {
            extract_note(x->ex, "warning", "acpi-entry", mcfg.path,
                         "buses %u to %u at 0x%llx are no window", (unsigned)start, (unsigned)end,
                         (unsigned long long)host.ecam_base);
            continue;
        }
        acpi_from(x->ex, "platform", "pci", NULL, &mcfg, at);
        host.name = aj_strf(x->ex->out, "pci%04x", (unsigned)host.domain);
        aj_rangeset_add(x->ex->out, &x->configuration, range);
        AJ_PUSH(x->ex->out, &x->hosts, host);
        if (start != 0 || host.domain != 0 || x->hosts.count > 1)
            extract_note(x->ex, "warning", "mcfg-more", mcfg.path,
                         "Jailhouse moderates the configuration space of segment 0 from bus 0 on "
                         "alone; segment %u has buses %u to %u",
                         (unsigned)host.domain, (unsigned)start, (unsigned)end);
    }
}

/* FADT: the power management timer, which machines with reduced hardware have not. */
static void read_fadt(struct x86 *x)
{
    enum {
        PM_TMR = 76,
        PM_TMR_LEN = 91,
        FLAGS = 112,
        REDUCED = 20,
        X_SPACE = 208,
        X_ADDRESS = 212
    };
    struct acpi_table fadt;
    uint64_t port = 0;
    if (!acpi_open(x->ex, "FACP", &fadt))
        return;
    if ((acpi_get(&fadt, FLAGS, 4) >> REDUCED & 1) == 0) {
        if (acpi_get(&fadt, X_SPACE, 1) == 1)
            port = acpi_get(&fadt, X_ADDRESS, 8);
        acpi_from(x->ex, "platform", "x86", "pm_timer_address", &fadt,
                  port != 0 ? X_ADDRESS : PM_TMR);
        if (port == 0 && acpi_get(&fadt, PM_TMR_LEN, 1) == 4)
            port = acpi_get(&fadt, PM_TMR, 4);
    }
    x->platform.pm_timer_address = port <= 0xfffc ? (uint32_t)port : 0;
    if (x->platform.pm_timer_address == 0)
        extract_note(x->ex, "info", "pm-timer", fadt.path,
                     "there is no power management timer: guests that calibrate by it cannot");
}

/* "tsc: Detected 2596.134 MHz processor", later "... Refined TSC clocksource calibration: 2596.1 MHz":
 * the last one is the best. */
static void read_tsc(struct x86 *x)
{
    static const char *const signs[] = {"tsc: Detected ", "Refined TSC clocksource calibration: "};
    struct extract_lines lines;
    if (!extract_log_open(x->ex, &lines))
        return;
    for (const char *line = extract_line(x->ex, &lines); line != NULL;
         line = extract_line(x->ex, &lines))
        for (size_t i = 0; i < AJ_COUNT(signs); i++) {
            const char *at = strstr(line, signs[i]);
            uint64_t mhz = 0, khz = 0;
            if (at == NULL)
                continue;
            at += strlen(signs[i]);
            if (!extract_decimal(x->ex, &at, &mhz) || mhz > 100000)
                continue;
            if (*at == '.' && strspn(at + 1, "0123456789") == 3) {
                at++;
                (void)extract_decimal(x->ex, &at, &khz);
            }
            extract_from(x->ex, "platform", "x86", "tsc_khz",
                         aj_strf(x->ex->cx->scratch, "dmesg: %s", signs[i]));
            x->platform.tsc_khz = (uint32_t)(mhz * 1000 + khz);
        }
}

void x86_read_tables(struct x86 *x)
{
    read_madt(x);
    count_pins(x);
    x86_read_mcfg(x);
    read_fadt(x);
    read_tsc(x);
}

struct model_interrupt x86_line_of_irq(const struct x86 *x, uint32_t irq)
{
    for (size_t i = 0; i < x->overrides.count; i++)
        if (x->overrides.items[i].irq == irq)
            return (struct model_interrupt){x->overrides.items[i].gsi, x->overrides.items[i].flags};
    return (struct model_interrupt){irq < ISA_IRQS ? irq : AJ_NONE32, irq < ISA_IRQS ? 1 : 0};
}
