/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An arm64 machine that ACPI describes, and no device tree: the GIC, timers and PSCI, the CPUs, the
 * console, PCI's windows and the SMMUs are in tables. All other devices are in methods that only an
 * interpreter could run, so there are none here.
 *
 * Sources: ACPI Specification 6.5, chapters 5.2.9, 5.2.12, 5.2.25; Arm DEN0049 (IORT); Microsoft's
 * Serial Port Console Redirection Table.
 */
#include "extract/x86_priv.h"
#include "model/jailhouse.h"

#define TABLES          "/sys/firmware/acpi/tables/"
#define GICR_STRIDE     AJ_KIB(128)
#define MAINTENANCE_PPI 25u
#define CPUS_MAX        1024u

/* What the MADT says. */
struct madt {
    AJ_VEC(uint64_t) mpidrs; /* of enabled CPUs, in its order */
    AJ_VEC(aj_addr) frames;  /* redistributors that stand with their CPUs */
    uint32_t ranges;         /* of redistributors */
    struct model_arm_platform arm;
};

static aj_addr address_or_none(uint64_t value)
{
    return value == 0 ? AJ_NONE64 : value;
}

static void read_gicc(const struct extract *ex, const struct acpi_table *t, struct madt *madt)
{
    struct model_arm_platform *arm = &madt->arm;
    if ((acpi_get(t, 12, 4) & 1) == 0 || madt->mpidrs.count >= CPUS_MAX)
        return;
    if (madt->mpidrs.count == 0) {
        arm->gicc_base = address_or_none(acpi_get(t, 32, 8));
        arm->gicv_base = address_or_none(acpi_get(t, 40, 8));
        arm->gich_base = address_or_none(acpi_get(t, 48, 8));
        arm->maintenance_irq = (uint32_t)acpi_get(t, 56, 4);
        acpi_from(ex, "platform", "arm", "maintenance_irq", t, 56);
    }
    AJ_PUSH(ex->out, &madt->mpidrs, acpi_get(t, 68, 8));
    if (acpi_get(t, 60, 8) != 0)
        AJ_PUSH(ex->out, &madt->frames, acpi_get(t, 60, 8));
}

static void read_entry(const struct extract *ex, const struct acpi_entry *entry, struct madt *madt)
{
    enum { GICC = 0xb, GICD = 0xc, GICR = 0xe };
    const struct acpi_table *t = &entry->t;
    if (entry->type == GICC && t->size >= 76)
        read_gicc(ex, t, madt);
    if (entry->type == GICD && t->size >= 24 && madt->arm.gicd_base == AJ_NONE64) {
        madt->arm.gicd_base = acpi_get(t, 8, 8);
        madt->arm.gic_version = (uint32_t)acpi_get(t, 20, 1);
        acpi_from(ex, "platform", "arm", NULL, t, 0);
    }
    if (entry->type == GICR && t->size >= 16 && madt->ranges++ == 0) {
        madt->arm.gicr_base = acpi_get(t, 4, 8);
        madt->arm.gicr_size = acpi_get(t, 12, 4);
        acpi_from(ex, "platform", "arm", "gicr_base", t, 4);
    }
}

/* Redistributors may stand with their CPUs instead of in a range: then they must be side by side. */
static void join_frames(struct extract *ex, struct madt *madt)
{
    if (madt->ranges > 1)
        AJ_PUSH(ex->out, &ex->obstacles, "the redistributors of the GIC are not in one range");
    if (madt->ranges > 0 || madt->frames.count == 0)
        return;
    for (size_t i = 1; i < madt->frames.count; i++)
        if (madt->frames.items[i] - madt->frames.items[i - 1] != GICR_STRIDE) {
            AJ_PUSH(ex->out, &ex->obstacles, "the redistributors of the GIC are not 128 KiB apart");
            break;
        }
    madt->arm.gicr_base = madt->frames.items[0];
    madt->arm.gicr_size = madt->frames.count * GICR_STRIDE;
}

static void choose_version(struct extract *ex, struct model_arm_platform *arm)
{
    const bool v3 = arm->gic_version >= 3 || arm->gicr_base != AJ_NONE64;
    arm->gic_version = v3 ? 3 : 2;
    arm->gic_compatible = v3 ? "arm,gic-v3" : "arm,gic-400";
    if (!v3 &&
        (arm->gicc_base == AJ_NONE64 || arm->gich_base == AJ_NONE64 || arm->gicv_base == AJ_NONE64))
        AJ_PUSH(ex->out, &ex->obstacles, "the GIC has no virtualization interface");
    if (arm->maintenance_irq == 0 || arm->maintenance_irq > 31) {
        arm->maintenance_irq = MAINTENANCE_PPI;
        extract_from(ex, "platform", "arm", "maintenance_irq", "assumed");
        extract_note(ex, "info", "gic-maintenance", TABLES "APIC",
                     "no maintenance interrupt is given; %u is what other boards have",
                     MAINTENANCE_PPI);
    }
}

static void read_madt(struct extract *ex, struct madt *madt)
{
    enum { FIRST = 44 };
    struct acpi_table table;
    struct acpi_entry entry = {.next = 0};
    if (acpi_open(ex, "APIC", &table))
        while (acpi_next(ex, &table, ACPI_BYTES, FIRST, &entry))
            read_entry(ex, &entry, madt);
    if (madt->arm.gicd_base == AJ_NONE64) {
        AJ_PUSH(ex->out, &ex->obstacles, "there is no GICv2 or GICv3");
        return;
    }
    join_frames(ex, madt);
    choose_version(ex, &madt->arm);
    ex->board->platform.arm = aj_memdup(ex->out, &madt->arm, sizeof madt->arm);
}

static void read_timer(struct extract *ex, struct model_arm_platform *arm)
{
    static const size_t at[] = {48, 56, 64, 72};
    struct acpi_table gtdt;
    if (!acpi_open(ex, "GTDT", &gtdt))
        return;
    arm->timer_compatible = "arm,armv8-timer";
    acpi_from(ex, "platform", "arm", "timer_ppis", &gtdt, at[0]);
    for (size_t i = 0; i < AJ_COUNT(at); i++) {
        const uint64_t line = acpi_get(&gtdt, at[i], 4);
        arm->timer_ppis[i] = line >= 16 && line < 32 ? (uint32_t)line : 0;
    }
}

static void read_psci(struct extract *ex, struct model_arm_platform *arm)
{
    enum { BOOT_FLAGS = 129, PSCI = 1, HVC = 2 };
    struct acpi_table fadt;
    const uint64_t flags = acpi_open(ex, "FACP", &fadt) ? acpi_get(&fadt, BOOT_FLAGS, 2) : 0;
    ex->psci = (flags & PSCI) != 0;
    if (ex->dmesg.started_at_el1)
        AJ_PUSH(ex->out, &ex->obstacles, "the kernel was started in EL1, without hypervisor mode");
    if (!ex->psci) {
        AJ_PUSH(ex->out, &ex->obstacles,
                "there is no PSCI firmware: CPUs cannot be taken from Linux and given back");
        return;
    }
    acpi_from(ex, "platform", "arm", "psci_method", &fadt, BOOT_FLAGS);
    extract_from(ex, "platform", "arm", "psci_version", "dmesg: psci: PSCIv");
    arm->psci_version = ex->dmesg.psci_version;
    arm->psci_method = (flags & HVC) != 0 ? "hvc" : "smc";
    if ((flags & HVC) != 0)
        AJ_PUSH(
            ex->out, &ex->obstacles,
            "PSCI is called by hvc: another hypervisor, or firmware, holds the hypervisor mode");
}

/* Linux numbers the boot CPU 0, the others in the order of the MADT. */
static void read_cpus(struct extract *ex, const struct madt *madt)
{
    extract_read_cpus(ex);
    const size_t count = ex->board->cpus_count;
    struct model_cpu *cpus = aj_memdup(ex->out, ex->board->cpus, count * sizeof *cpus);
    const uint64_t boot = ex->dmesg.has_boot_cpu || madt->mpidrs.count == 0 ? ex->dmesg.boot_cpu
                                                                            : madt->mpidrs.items[0];
    size_t next = 1, up = 0;
    for (size_t i = 0; i < madt->mpidrs.count; i++) {
        const size_t id = madt->mpidrs.items[i] == boot ? 0 : next++;
        for (size_t k = 0; k < count; k++)
            if (cpus[k].id.v == id)
                cpus[k].mpidr.v = madt->mpidrs.items[i];
    }
    for (size_t i = 0; i < count; i++) {
        const char *entry = aj_strf(ex->out, "%u", (unsigned)cpus[i].id.v);
        extract_from(ex, "cpus", entry, "mpidr", TABLES "APIC");
        extract_from(ex, "cpus", entry, "enable_method", TABLES "FACP");
        cpus[i].enable_method = ex->psci ? "psci" : NULL;
        up += cpus[i].online && ex->psci && cpus[i].mpidr.v != AJ_NONE64;
    }
    ex->board->cpus = cpus;
    if (up < 2)
        AJ_PUSH(ex->out, &ex->obstacles, "fewer than two CPUs can be started through PSCI");
    extract_phys_limit(ex);
}

/* Kinds of UART, by the subtypes of Microsoft's Debug Port Table 2. */
static const struct {
    uint32_t subtype;
    uint16_t type;
} uarts[] = {
    {0x00, JAILHOUSE_CON_TYPE_8250},  {0x01, JAILHOUSE_CON_TYPE_8250},
    {0x12, JAILHOUSE_CON_TYPE_8250},  {0x03, JAILHOUSE_CON_TYPE_PL011},
    {0x0d, JAILHOUSE_CON_TYPE_PL011}, {0x0e, JAILHOUSE_CON_TYPE_PL011},
};

static void add_console(struct extract *ex, const struct acpi_table *spcr, uint16_t type)
{
    enum { ADDRESS = 44, LINE_KIND = 52, LINE = 54, BAUD = 58, GIC = 8 };
    static const uint32_t bauds[] = {[3] = 9600, [4] = 19200, [6] = 57600, [7] = 115200};
    const aj_addr address = acpi_get(spcr, ADDRESS, 8);
    const uint64_t line = acpi_get(spcr, LINE, 4), baud = acpi_get(spcr, BAUD, 1);
    const bool has_line = (acpi_get(spcr, LINE_KIND, 1) & GIC) != 0 && line >= 32 && line < 1020;
    struct model_mmio *region = AJ_NEW(ex->out, struct model_mmio);
    struct model_interrupt *interrupt = AJ_NEW(ex->out, struct model_interrupt);
    struct model_board_console *console = AJ_NEW(ex->out, struct model_board_console);
    *region = (struct model_mmio){address, AJ_PAGE};
    *interrupt = (struct model_interrupt){(uint32_t)line, 4};
    struct extract_device device = {.d = {.name = "uart",
                                          .path = spcr->path,
                                          .regions = region,
                                          .regions_count = 1,
                                          .interrupts = interrupt,
                                          .interrupts_count = has_line ? 1 : 0,
                                          .clock_hz = AJ_NONE32,
                                          .reg_shift = AJ_NONE32,
                                          .reg_io_width = AJ_NONE32}};
    *console = (struct model_board_console){
        .name = "uart",
        .type = type,
        .address = address,
        .size = AJ_PAGE,
        .regdist = type == JAILHOUSE_CON_TYPE_PL011 || acpi_get(spcr, 41, 1) == 32 ? 4 : 1,
        .mmio = true,
        .intid = has_line ? (uint32_t)line : AJ_NONE32,
        .baud = baud < AJ_COUNT(bauds) && bauds[baud] != 0 ? bauds[baud] : AJ_NONE32,
        .clock_hz = AJ_NONE32,
        .active = true,
    };
    acpi_from(ex, "devices", "uart", NULL, spcr, 0);
    acpi_from(ex, "consoles", "uart", NULL, spcr, 0);
    AJ_PUSH(ex->out, &ex->devices, device);
    ex->board->consoles = console;
    ex->board->consoles_count = 1;
}

static void read_console(struct extract *ex)
{
    enum { SUBTYPE = 36, SPACE = 40, MEMORY = 0, ADDRESS = 44 };
    struct acpi_table spcr;
    if (!acpi_open(ex, "SPCR", &spcr) || acpi_get(&spcr, SPACE, 1) != MEMORY)
        return;
    const aj_addr address = acpi_get(&spcr, ADDRESS, 8);
    if (address == 0 || !aj_range_ok((struct aj_range){address, AJ_PAGE}))
        return;
    for (size_t i = 0; i < AJ_COUNT(uarts); i++)
        if (acpi_get(&spcr, SUBTYPE, 1) == uarts[i].subtype) {
            add_console(ex, &spcr, uarts[i].type);
            return;
        }
}

static void read_iort(struct x86 *x)
{
    enum { FIRST_AT = 40, SMMU = 3, SMMU_V3 = 4, MODEL = 32, MMU_500 = 3, UNITS_MAX = 64 };
    struct extract *ex = x->ex;
    struct acpi_table iort;
    struct acpi_entry entry = {.next = 0};
    if (!acpi_open(ex, "IORT", &iort))
        return;
    const size_t first = (size_t)acpi_get(&iort, FIRST_AT, 4);
    while (x->units.count < UNITS_MAX && first >= 48 &&
           acpi_next(ex, &iort, ACPI_IORT, first, &entry)) {
        const bool v3 = entry.type == SMMU_V3;
        const struct model_iommu_unit unit = {
            .type = v3                                        ? "smmuv3"
                    : acpi_get(&entry.t, MODEL, 4) == MMU_500 ? "mmu500"
                                                              : "other",
            .base = acpi_get(&entry.t, 16, 8),
            .size = v3 ? AJ_KIB(128) : acpi_get(&entry.t, 24, 8),
            .node = aj_strf(ex->out, "smmu%zu", x->units.count),
        };
        if ((!v3 && entry.type != SMMU) || !aj_range_ok((struct aj_range){unit.base, unit.size}))
            continue;
        acpi_from(ex, "iommu", aj_strf(ex->out, "%zu", x->units.count), NULL, &entry.t, 0);
        AJ_PUSH(ex->out, &x->units, unit);
    }
    ex->board->iommu = x->units.items;
    ex->board->iommu_count = x->units.count;
}

enum aj_status extract_arm_acpi(struct extract *ex)
{
    struct x86 x = {.ex = ex};
    struct madt madt = {.arm = {.gicd_base = AJ_NONE64,
                                .gicc_base = AJ_NONE64,
                                .gich_base = AJ_NONE64,
                                .gicv_base = AJ_NONE64,
                                .gicr_base = AJ_NONE64,
                                .gicr_size = AJ_NONE64,
                                .spi_limit = AJ_NONE32}};
    extract_dmi(ex);
    ex->board->arch = MODEL_ARCH_ARM64;
    extract_kernel(ex);
    extract_note(ex, "warning", "acpi-devices", TABLES "DSDT",
                 "ACPI alone describes this board: devices other than its console are known to "
                 "methods that are not run here, and stay with the root");
    read_timer(ex, &madt.arm);
    read_psci(ex, &madt.arm);
    read_madt(ex, &madt);
    read_console(ex);
    extract_irqchips(ex);
    read_cpus(ex, &madt);
    extract_redistributors(ex);
    x86_read_mcfg(&x);
    read_iort(&x);
    x86_memory(&x);
    extract_realtime(ex);
    extract_interrupts(ex);
    ex->board->platform.pci.hosts = x.hosts.items;
    ex->board->platform.pci.hosts_count = x.hosts.count;
    return aj_poll_cancel(ex->cx);
}
