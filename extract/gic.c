/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The GIC, its timers and PSCI. */
#include "extract/extract_priv.h"
#include "model/jailhouse.h"

#define SPI_FIRST       32u
#define SPI_MAX         988u /* INTIDs 32 .. 1019 */
#define BLOCK_PINS      128u
#define BLOCKS          8u
#define LAST_BLOCK      896u        /* pin_base + 128 must not pass 1024 */
#define ALIAS_OFFSET    0xf000u     /* of the real page: Linux irq-gic.c, gic_check_eoimode */
#define ALIASED_SIZE    AJ_KIB(128) /* two pages of 64 KiB */
#define GICR_STRIDE     AJ_KIB(128) /* GICv3: two frames of 64 KiB */
#define MAINTENANCE_PPI 25u         /* what all boards known to Jailhouse use */

static const struct {
    const char *compatible;
    uint32_t version;
} gics[] = {
    {"arm,gic-v3", 3},        {"arm,gic-400", 2},        {"arm,cortex-a15-gic", 2},
    {"arm,cortex-a7-gic", 2}, {"arm,cortex-a9-gic", 2},  {"arm,cortex-a5-gic", 2},
    {"arm,eb11mp-gic", 2},    {"arm,pl390", 2},          {"arm,tc11mp-gic", 2},
    {"qcom,msm-qgic2", 2},    {"qcom,msm-8660-qgic", 2}, {"brcm,brahma-b15-gic", 2},
};

/* Their interrupts are the GIC's own, passed on unchanged: wake-up logic in front of it. */
static const char *const transparent[] = {
    "fsl,imx*-gpc",      "nvidia,tegra*-ictlr",   "ti,omap*-wugen-mpu",
    "mediatek,*-sysirq", "allwinner,sun*-r-intc",
};

/* The table's row of a node's compatible, AJ_COUNT(gics) if it is no GIC. */
static size_t gic_row(const struct aj_dt_node *node, const char **compatible)
{
    for (size_t i = 0; i < AJ_COUNT(gics); i++)
        if (aj_dt_is_compatible(node, gics[i].compatible)) {
            *compatible = gics[i].compatible;
            return i;
        }
    return AJ_COUNT(gics);
}

/*
 * A second GIC hangs on a line of the main one (T38: Tegra's audio GIC); the main one interrupts
 * nobody but itself, or has no interrupt.
 */
static bool is_main(const struct extract *ex, const struct aj_dt_node *node)
{
    const struct aj_dt_irq *irqs = NULL;
    const size_t count = aj_dt_interrupts(ex->dt, node, ex->cx->scratch, &irqs);
    return count == 0 || irqs[0].controller == NULL || irqs[0].controller == node;
}

static const struct aj_dt_node *find_gic(const struct extract *ex)
{
    const char *compatible = NULL;
    for (size_t i = 0; i < ex->dt->nodes.count; i++) {
        const struct aj_dt_node *node = ex->dt->nodes.items[i];
        if (node->available && aj_dt_prop(node, "interrupt-controller") != NULL &&
            gic_row(node, &compatible) < AJ_COUNT(gics) && is_main(ex, node))
            return node;
    }
    return NULL;
}

static bool is_transparent(const struct aj_dt_node *node)
{
    const struct aj_dt_prop *prop = aj_dt_prop(node, "compatible");
    const char *text = NULL;
    while ((text = aj_dt_next_string(prop, text)) != NULL)
        for (size_t i = 0; i < AJ_COUNT(transparent); i++)
            if (extract_matches(transparent[i], text))
                return true;
    return false;
}

/* Kinds of a GIC's interrupt: the first cell, the first INTID, how many.
 * Source: Linux Documentation/devicetree/bindings/interrupt-controller/arm,gic*.yaml. */
static const struct {
    uint32_t kind, first, count;
} kinds[] = {
    {0, SPI_FIRST, SPI_MAX}, /* shared */
    {1, 16, 16},             /* private to each CPU */
};

bool extract_intid(const struct extract *ex, const struct aj_dt_irq *irq,
                   struct model_interrupt *line, const char **why)
{
    *line = (struct model_interrupt){.intid = AJ_NONE32};
    if (irq->controller == NULL) {
        *why = irq->why;
        return false;
    }
    if (irq->controller != ex->gic && !is_transparent(irq->controller)) {
        *why = aj_strf(ex->out, "the interrupt goes through %s", irq->controller->path);
        return false;
    }
    line->flags = irq->spec_count >= 3 ? irq->spec[2] & 0xf : 0;
    for (size_t i = 0; i < AJ_COUNT(kinds) && irq->spec_count >= 3; i++)
        if (irq->spec[0] == kinds[i].kind && irq->spec[1] < kinds[i].count) {
            line->intid = kinds[i].first + irq->spec[1];
            return true;
        }
    *why = aj_strf(ex->out, "the GIC has no interrupt <%u %u>",
                   irq->spec_count > 0 ? (unsigned)irq->spec[0] : 0,
                   irq->spec_count > 1 ? (unsigned)irq->spec[1] : 0);
    return false;
}

/* Registers of the GIC; false if there are no more or they are no addresses. */
static bool gic_reg(const struct extract *ex, size_t index, struct aj_range *range)
{
    return index < aj_dt_reg_count(ex->gic) && aj_dt_reg(ex->gic, index, range) == AJ_DT_MMIO &&
           range->size > 0;
}

static void read_gicv2(struct extract *ex, struct model_arm_platform *arm)
{
    struct aj_range c = {0}, h = {0}, v = {0};
    if (!gic_reg(ex, 1, &c))
        return;
    /* GICC and GICV may be aliased through 64 KiB pages of which only the last 4 KiB and the first
     * of the next one are what the architecture says. */
    if (c.size >= ALIASED_SIZE)
        c.base += ALIAS_OFFSET;
    arm->gicc_base = c.base;
    if (!gic_reg(ex, 2, &h) || !gic_reg(ex, 3, &v)) {
        AJ_PUSH(ex->out, &ex->obstacles, "the GIC has no virtualization interface");
        return;
    }
    arm->gich_base = h.base;
    arm->gicv_base = v.base;
    if (c.base % AJ_KIB(64) == ALIAS_OFFSET && aj_is_aligned(v.base, AJ_KIB(64)))
        arm->gicv_base += ALIAS_OFFSET;
}

static void read_gicv3(struct extract *ex, struct model_arm_platform *arm)
{
    uint32_t regions = 1;
    uint64_t stride = 0;
    struct aj_range r;
    (void)aj_dt_u32(ex->gic, "#redistributor-regions", &regions);
    if (gic_reg(ex, 1, &r)) {
        arm->gicr_base = r.base;
        arm->gicr_size = regions > 1 ? AJ_NONE64 : r.size;
    }
    if (regions > 1)
        AJ_PUSH(ex->out, &ex->obstacles, "the redistributors of the GIC are not in one range");
    if (aj_dt_u64(ex->gic, "redistributor-stride", &stride) && stride != 0 && stride != GICR_STRIDE)
        AJ_PUSH(ex->out, &ex->obstacles, "the redistributors of the GIC are not 128 KiB apart");
    if (regions > 16)
        return;
    if (gic_reg(ex, 1 + regions, &r))
        arm->gicc_base = r.base;
    if (gic_reg(ex, 2 + regions, &r))
        arm->gich_base = r.base;
    if (gic_reg(ex, 3 + regions, &r))
        arm->gicv_base = r.base;
}

static uint32_t maintenance_irq(struct extract *ex)
{
    const struct aj_dt_irq *irqs = NULL;
    struct model_interrupt line;
    const char *why = NULL;
    const size_t count = aj_dt_interrupts(ex->dt, ex->gic, ex->cx->scratch, &irqs);
    extract_from(ex, "platform", "arm", "maintenance_irq", "interrupts");
    if (count > 0 && extract_intid(ex, &irqs[0], &line, &why))
        return line.intid;
    extract_from(ex, "platform", "arm", "maintenance_irq", "assumed");
    extract_note(ex, "info", "gic-maintenance", ex->gic->path,
                 "no maintenance interrupt is given; %u is what other boards have",
                 MAINTENANCE_PPI);
    return MAINTENANCE_PPI;
}

static const struct aj_dt_node *find_compatible(const struct extract *ex,
                                                const char *const *compatibles, size_t count,
                                                const char **which)
{
    for (size_t i = 0; i < ex->dt->nodes.count; i++)
        for (size_t k = 0; k < count; k++)
            if (ex->dt->nodes.items[i]->available &&
                aj_dt_is_compatible(ex->dt->nodes.items[i], compatibles[k])) {
                *which = compatibles[k];
                return ex->dt->nodes.items[i];
            }
    return NULL;
}

/* Position in `interrupt-names`, `index` if the names are not given. */
static size_t named(const struct aj_dt_node *node, const char *name, size_t index)
{
    const struct aj_dt_prop *names = aj_dt_prop(node, "interrupt-names");
    const char *text = NULL;
    size_t at = 0;
    if (names == NULL)
        return index;
    while ((text = aj_dt_next_string(names, text)) != NULL && strcmp(text, name) != 0)
        at++;
    return text == NULL ? SIZE_MAX : at;
}

static void read_timer(struct extract *ex, struct model_arm_platform *arm)
{
    static const char *const compatibles[] = {"arm,armv8-timer", "arm,armv7-timer"};
    static const char *const names[] = {"sec-phys", "phys", "virt", "hyp-phys"};
    const char *why = NULL;
    const struct aj_dt_node *timer =
        find_compatible(ex, compatibles, AJ_COUNT(compatibles), &arm->timer_compatible);
    const struct aj_dt_irq *irqs = NULL;
    if (timer == NULL)
        return;
    extract_from_node(ex, "platform", "arm", "timer_ppis", timer, "interrupts");
    extract_from_node(ex, "platform", "arm", "timer_compatible", timer, "compatible");
    const size_t count = aj_dt_interrupts(ex->dt, timer, ex->cx->scratch, &irqs);
    for (size_t i = 0; i < AJ_COUNT(arm->timer_ppis); i++) {
        const size_t at = named(timer, names[i], i);
        struct model_interrupt line;
        if (at < count && extract_intid(ex, &irqs[at], &line, &why))
            arm->timer_ppis[i] = line.intid;
    }
}

static void read_psci(struct extract *ex, struct model_arm_platform *arm)
{
    static const char *const compatibles[] = {"arm,psci-1.0", "arm,psci-0.2", "arm,psci"};
    static const char *const versions[] = {"1.0", "0.2", "0.1"};
    const char *which = NULL;
    const struct aj_dt_node *psci = find_compatible(ex, compatibles, AJ_COUNT(compatibles), &which);
    if (psci == NULL && ex->remote == NULL)
        extract_note(
            ex, "warning", "psci-absent", "/",
            "no PSCI firmware is described: without it Jailhouse cannot run, but many boot "
            "loaders add it to the tree; extract from the running board to be sure");
    else if (psci == NULL)
        AJ_PUSH(ex->out, &ex->obstacles,
                "there is no PSCI firmware: CPUs cannot be taken from Linux and given back");
    if (psci == NULL)
        return;
    ex->psci = true;
    for (size_t i = 0; i < AJ_COUNT(compatibles); i++)
        if (strcmp(which, compatibles[i]) == 0)
            arm->psci_version = versions[i];
    extract_from_node(ex, "platform", "arm", "psci_version", psci, "compatible");
    extract_from_node(ex, "platform", "arm", "psci_method", psci, "method");
    if (ex->dmesg.psci_version != NULL) {
        arm->psci_version = ex->dmesg.psci_version;
        extract_from(ex, "platform", "arm", "psci_version", "dmesg: psci: PSCIv");
    }
    arm->psci_method = aj_dt_string(psci, "method");
    if (arm->psci_method != NULL && strcmp(arm->psci_method, "hvc") == 0)
        AJ_PUSH(
            ex->out, &ex->obstacles,
            "PSCI is called by hvc: another hypervisor, or firmware, holds the hypervisor mode");
}

void extract_gic(struct extract *ex)
{
    struct model_arm_platform *arm = AJ_NEW(ex->out, struct model_arm_platform);
    *arm = (struct model_arm_platform){
        .gic_version = AJ_NONE32,
        .gicd_base = AJ_NONE64,
        .gicc_base = AJ_NONE64,
        .gich_base = AJ_NONE64,
        .gicv_base = AJ_NONE64,
        .gicr_base = AJ_NONE64,
        .gicr_size = AJ_NONE64,
        .maintenance_irq = AJ_NONE32,
        .spi_limit = AJ_NONE32,
    };
    ex->gic = find_gic(ex);
    if (ex->dmesg.started_at_el1)
        AJ_PUSH(ex->out, &ex->obstacles, "the kernel was started in EL1, without hypervisor mode");
    struct aj_range d;
    if (ex->gic == NULL || !gic_reg(ex, 0, &d)) {
        AJ_PUSH(ex->out, &ex->obstacles, "there is no GICv2 or GICv3");
        ex->gic = NULL;
        return;
    }
    ex->board->platform.arm = arm;
    extract_from_node(ex, "platform", "arm", NULL, ex->gic, NULL);
    arm->gicd_base = d.base;
    arm->gic_version = gics[gic_row(ex->gic, &arm->gic_compatible)].version;
    if (arm->gic_version == 3)
        read_gicv3(ex, arm);
    else
        read_gicv2(ex, arm);
    arm->maintenance_irq = maintenance_irq(ex);
    read_timer(ex, arm);
    read_psci(ex, arm);
}

void extract_redistributors(struct extract *ex)
{
    if (ex->board->platform.arm == NULL || ex->board->platform.arm->gicr_base == AJ_NONE64)
        return;
    struct model_arm_platform *arm =
        aj_memdup(ex->out, ex->board->platform.arm, sizeof *ex->board->platform.arm);
    const aj_size size = model_gicr_size(ex->board);
    if (arm->gicr_size < size) {
        AJ_PUSH(ex->out, &ex->obstacles, "the GIC has fewer redistributors than there are CPUs");
        arm->gicr_size = AJ_NONE64;
    }
    if (size > 0 && !aj_range_ok((struct aj_range){arm->gicr_base, size})) {
        AJ_PUSH(ex->out, &ex->obstacles, "the redistributors of the GIC end above 2^64");
        arm->gicr_base = AJ_NONE64;
    }
    ex->board->platform.arm = arm;
}

/* SPIs up to the last one that any device refers to, in steps of 32 as the GIC implements them. */
static uint32_t referenced_spis(const struct extract *ex)
{
    uint32_t count = 0;
    for (size_t i = 0; i < ex->devices.count; i++)
        for (size_t k = 0; k < ex->devices.items[i].d.interrupts_count; k++) {
            const uint32_t intid = ex->devices.items[i].d.interrupts[k].intid;
            if (intid != AJ_NONE32 && intid >= SPI_FIRST && intid - SPI_FIRST >= count)
                count = intid - SPI_FIRST + 1;
        }
    count = (count + 31) / 32 * 32;
    return count > SPI_MAX ? SPI_MAX : count;
}

void extract_irqchips(struct extract *ex)
{
    struct model_arm_platform *arm = AJ_NEW(ex->out, struct model_arm_platform);
    if (ex->board->platform.arm == NULL)
        return;
    *arm = *ex->board->platform.arm;
    arm->spi_limit = ex->dmesg.spis;
    extract_from(ex, "platform", "arm", "spi_limit", "dmesg: SPIs implemented");
    if (arm->spi_limit == AJ_NONE32) {
        extract_from(ex, "platform", "arm", "spi_limit", "derived: lines of the devices");
        arm->spi_limit = referenced_spis(ex);
        extract_note(ex, "info", "spi-limit", ex->gic == NULL ? "" : ex->gic->path,
                     "the number of SPIs is derived from the lines that devices refer to");
    }
    ex->board->platform.arm = arm;
    struct model_board_irqchip *blocks = AJ_NEW_ARRAY(ex->out, struct model_board_irqchip, BLOCKS);
    const uint32_t end = SPI_FIRST + arm->spi_limit;
    size_t count = 0;
    for (uint32_t pin = SPI_FIRST; pin < end; pin += BLOCK_PINS) {
        const uint32_t base = pin < LAST_BLOCK ? pin : LAST_BLOCK;
        struct model_board_irqchip *block = &blocks[count];
        *block = (struct model_board_irqchip){
            .name = count == 0 ? "gic" : aj_strf(ex->out, "gic%zu", count + 1),
            .address = arm->gicd_base,
            .pin_base = base,
            .type = arm->gic_version == 3 ? "gic-v3" : "gic-v2",
        };
        if (ex->gic != NULL)
            extract_from_node(ex, "irqchips", block->name, NULL, ex->gic, NULL);
        else
            extract_from(ex, "irqchips", block->name, NULL, "derived: platform.arm");
        /* The last block overlaps the one before: bits are in one of them. */
        for (uint32_t i = pin; i < end && i < base + BLOCK_PINS; i++)
            aj_cpuset_add(&block->pin_bitmap, i - base);
        count++;
    }
    ex->board->irqchips = blocks;
    ex->board->irqchips_count = count;
}
