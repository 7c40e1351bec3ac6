/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Interrupt lines: which pin a function's INTx ends at, as far as Linux tells, and the IOAPICs as
 * chips. Of functions that no driver asked for, only methods of ACPI know.
 */
#include "base/units.h"
#include "extract/x86_priv.h"

#define INTERRUPT_PIN 0x3du
#define ISA_IRQS      16u
#define LEVEL_LOW     8u   /* how PCI's lines are */
#define MSI_OF_IOAPIC 120u /* interrupts that Jailhouse reserves for one */

static bool is_ioapic(const char *chip)
{
    return strcmp(chip, "IO-APIC") == 0 || strcmp(chip, "IR-IO-APIC") == 0;
}

/*
 * The pin of an IOAPIC as a global number. The chips of several IOAPICs have one name: of those
 * beyond the first, Linux keeps the global numbers, or gives them numbers of its own.
 */
static uint32_t gsi_of(const struct x86 *x, uint32_t linux_irq, uint32_t pin)
{
    for (size_t i = 0; i < x->ioapics.count; i++) {
        const struct x86_ioapic *ioapic = &x->ioapics.items[i];
        const uint32_t gsi = ioapic->gsi_base + pin;
        const bool certain =
            x->ioapics.count == 1 || linux_irq == gsi || (linux_irq < ISA_IRQS && gsi < ISA_IRQS);
        if (pin < ioapic->pins && certain)
            return gsi;
    }
    return AJ_NONE32;
}

static uint32_t number_of(const void *context, uint32_t linux_irq, const char *chip,
                          uint32_t number)
{
    const struct x86 *x = context;
    const bool message = strstr(chip, "MSI") != NULL;
    return is_ioapic(chip) ? gsi_of(x, linux_irq, number) : message ? linux_irq : AJ_NONE32;
}

void x86_interrupts(struct x86 *x)
{
    extract_counts(x->ex, number_of, x);
}

/* `irq` of a function is a pin's if the chip of that interrupt is an IOAPIC and a driver has made
 * Linux look it up; before that it is what firmware wrote for the old controller. */
static uint32_t pin_of(struct x86 *x, const struct x86_function *f, const struct model_device *d)
{
    struct extract *ex = x->ex;
    uint64_t irq = 0, number = 0;
    if (d->linux_driver == NULL ||
        !extract_number(ex, aj_strf(ex->cx->scratch, "%s/irq", f->path), &irq) || irq > UINT32_MAX)
        return AJ_NONE32;
    const char *at = aj_strf(ex->cx->scratch, "/sys/kernel/irq/%u", (unsigned)irq);
    const char *chip = extract_text(ex, aj_strf(ex->cx->scratch, "%s/chip_name", at));
    if (chip == NULL || !is_ioapic(chip) ||
        !extract_number(ex, aj_strf(ex->cx->scratch, "%s/hwirq", at), &number) ||
        number > UINT32_MAX)
        return AJ_NONE32;
    return gsi_of(x, (uint32_t)irq, (uint32_t)number);
}

static void find_pin(struct x86 *x, const struct x86_function *f)
{
    struct extract_device *device = &x->ex->devices.items[f->device];
    const struct model_pci_function *pci = device->d.pci;
    const uint32_t pin = x86_config(f, INTERRUPT_PIN, 1);
    if (pin == 0 || pin > 4 || pci->bridge)
        return;
    const uint32_t gsi = pin_of(x, f, &device->d);
    if (gsi == AJ_NONE32) {
        extract_reason(x->ex, device,
                       pci->msi_vectors + pci->msix_vectors > 0
                           ? "the pin of its line is not known: it can use its messages"
                           : "the pin of its line is not known, and it has no messages");
        return;
    }
    struct model_interrupt *line = AJ_NEW(x->ex->out, struct model_interrupt);
    *line = (struct model_interrupt){gsi, LEVEL_LOW};
    device->d.interrupts = line;
    device->d.interrupts_count = 1;
}

static void add_chips(struct x86 *x)
{
    struct model_board_irqchip *chips =
        AJ_NEW_ARRAY(x->ex->out, struct model_board_irqchip, x->ioapics.count);
    for (size_t i = 0; i < x->ioapics.count; i++) {
        const struct x86_ioapic *ioapic = &x->ioapics.items[i];
        chips[i] = (struct model_board_irqchip){
            .name = i == 0 ? "ioapic" : aj_strf(x->ex->out, "ioapic%zu", i + 1),
            .address = ioapic->address,
            .type = "ioapic",
            .gsi_base = ioapic->gsi_base,
        };
        acpi_from(x->ex, "irqchips", chips[i].name, NULL, &ioapic->t, 0);
        extract_from(x->ex, "irqchips", chips[i].name, "id", "scope of its unit in iommu");
        extract_from(x->ex, "irqchips", chips[i].name, "pin_bitmap", "dmesg: IOAPIC[, or assumed");
        if (ioapic->bdf != AJ_NONE32)
            chips[i].id = ioapic->iommu << 16 | ioapic->bdf;
        for (uint32_t pin = 0; pin < ioapic->pins; pin++)
            aj_cpuset_add(&chips[i].pin_bitmap, pin);
    }
    x->ex->board->irqchips = chips;
    x->ex->board->irqchips_count = x->ioapics.count;
}

/* Room in the table of interrupts of a VT-d unit: all messages and pins that there could be. */
static uint32_t interrupt_limit(const struct x86 *x)
{
    uint32_t sum = (uint32_t)x->ioapics.count * MSI_OF_IOAPIC, limit = 1;
    for (size_t i = 0; i < x->functions.count; i++) {
        const struct model_pci_function *pci =
            x->ex->devices.items[x->functions.items[i].device].d.pci;
        sum += pci->msi_vectors > pci->msix_vectors ? pci->msi_vectors : pci->msix_vectors;
    }
    while (limit < sum)
        limit *= 2;
    return limit;
}

void x86_find_pins(struct x86 *x)
{
    for (size_t i = 0; i < x->functions.count; i++)
        find_pin(x, &x->functions.items[i]);
    add_chips(x);
    x->platform.vtd_interrupt_limit = interrupt_limit(x);
}
