/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of interrupt controllers: blocks of the GIC, pins of IOAPICs. */
#include "model/check_priv.h"

#define PPI_FIRST        16
#define SPI_FIRST        32
#define TIMER_PPI        30 /* EL1 physical timer: what Linux uses where a hypervisor can be */
#define INTIDS           1024
#define BLOCK            128
#define TRIGGER_LEVEL    0xcu /* of struct model_interrupt */
#define IOAPIC_MAX_CHIPS 85   /* x86/ioapic.h: IOAPIC_MAX_CHIPS */
#define IOAPIC_MAX_PINS  120  /* x86/ioapic.h: IOAPIC_MAX_PINS */

/* "34,56-58": the members of a set of INTIDs. */
static const char *intids_text(struct model_check *ck, const struct model_intids *intids)
{
    struct aj_cpuset set = {{0}};
    for (uint32_t i = 0; i < INTIDS; i++) {
        if (model_intids_has(intids, i))
            aj_cpuset_add(&set, i);
    }
    return aj_cpuset_format(ck->cx->scratch, &set);
}

static bool none(const struct model_intids *intids)
{
    for (size_t w = 0; w < AJ_COUNT(intids->word); w++) {
        if (intids->word[w] != 0)
            return false;
    }
    return true;
}

static void judge_platform(struct model_check *ck)
{
    const struct model_header *h = ck->header;
    if (h->gic_version != 2 && h->gic_version != 3) {
        model_check_broken(ck, MODEL_RULE_GIC_1, NULL, "the GIC has version %u", h->gic_version);
    } else if (h->gicd_base == 0 || (h->gic_version == 3 && h->gicr_base == 0) ||
               (h->gic_version == 2 &&
                (h->gicc_base == 0 || h->gich_base == 0 || h->gicv_base == 0))) {
        model_check_broken(ck, MODEL_RULE_GIC_3, NULL, "a register block of the GICv%u is missing",
                           h->gic_version);
    }
    if (h->maintenance_irq < PPI_FIRST || h->maintenance_irq >= SPI_FIRST ||
        h->maintenance_irq == TIMER_PPI)
        model_check_broken(ck, MODEL_RULE_GIC_6, NULL, "the maintenance interrupt is %u",
                           h->maintenance_irq);
}

static bool chip_in_range(const struct model_irqchip *chip)
{
    return chip->pin_base % 32 == 0 && chip->pin_base <= INTIDS - BLOCK;
}

static void judge_chip(struct model_check *ck, const struct model_cell *cell, size_t i,
                       struct model_intids *covered)
{
    const struct model_irqchip *chip = &cell->irqchips[i];
    const char *who = model_check_cell_text(ck, cell);
    const uint32_t *pins = chip->pin_bitmap;
    const bool spare = (pins[0] | pins[1] | pins[2] | pins[3]) == 0;
    if (spare && (ck->header == NULL || chip->address != ck->header->gicd_base))
        return;
    if (ck->header != NULL && chip->address != ck->header->gicd_base) {
        model_check_broken(ck, MODEL_RULE_GIC_7, cell,
                           "%s block %zu is of a controller at 0x%llx, the distributor is at "
                           "0x%llx",
                           who, i, (unsigned long long)chip->address,
                           (unsigned long long)ck->header->gicd_base);
    } else if (!chip_in_range(chip)) {
        model_check_broken(ck, MODEL_RULE_GIC_8, cell, "%s block %zu begins at interrupt %u", who,
                           i, chip->pin_base);
    } else {
        bool twice = false;
        for (size_t w = chip->pin_base / 32; w < chip->pin_base / 32 + 4; w++) {
            twice = twice || covered->word[w] != 0;
            covered->word[w] = UINT32_MAX;
        }
        if (twice)
            model_check_broken(ck, MODEL_RULE_GIC_13, cell,
                               "%s block %zu (%u to %u) overlaps an earlier one", who, i,
                               chip->pin_base, chip->pin_base + BLOCK - 1);
        if (cell != ck->root && chip->pin_base == 0 && chip->pin_bitmap[0] != 0)
            model_check_broken(ck, MODEL_RULE_GIC_10, cell,
                               "%s block %zu lists interrupts 0x%x "
                               "below 32",
                               who, i, chip->pin_bitmap[0]);
        return;
    }
    aj_diag_path(ck->cx, "irqchips[%zu]", i);
}

/* One finding for each guest that lists interrupts of an earlier one. */
static void judge_owners(struct model_check *ck)
{
    const struct model_cell **owner =
        AJ_NEW_ARRAY(ck->cx->scratch, const struct model_cell *, INTIDS);
    struct model_intids root = {{0}};
    if (ck->root != NULL)
        model_check_intids(ck, ck->root, &root);
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        const struct model_cell *other = NULL;
        struct model_intids own;
        struct model_intids twice = {{0}};
        struct model_intids strange;
        model_check_intids(ck, cell, &own);
        own.word[0] = 0; /* granted to every cell */
        for (uint32_t i = SPI_FIRST; i < INTIDS; i++) {
            if (!model_intids_has(&own, i))
                continue;
            if (owner[i] == NULL) {
                owner[i] = cell;
                continue;
            }
            other = other == NULL ? owner[i] : other;
            twice.word[i / 32] |= UINT32_C(1) << (i % 32);
        }
        if (other != NULL)
            model_check_broken(ck, MODEL_RULE_GIC_11, cell, "%s and %s both own interrupts %s",
                               model_check_cell_text(ck, other), model_check_cell_text(ck, cell),
                               intids_text(ck, &twice));
        for (size_t w = 0; w < AJ_COUNT(own.word); w++)
            strange.word[w] = own.word[w] & ~root.word[w];
        if (ck->root != NULL && !none(&strange))
            model_check_broken(ck, MODEL_RULE_GIC_12, cell, "%s owns interrupts %s, %s does not",
                               model_check_cell_text(ck, cell), intids_text(ck, &strange),
                               model_check_cell_text(ck, ck->root));
    }
}

void model_check_gic(struct model_check *ck)
{
    if (!ck->arm)
        return;
    if (ck->header != NULL)
        judge_platform(ck);
    for (size_t c = 0; c < ck->cells_count; c++) {
        struct model_intids covered = {{0}};
        for (size_t i = 0; i < ck->cells[c]->irqchips_count; i++)
            judge_chip(ck, ck->cells[c], i, &covered);
    }
    judge_owners(ck);
}

/* One IOAPIC of one cell. */
struct ioapic {
    const struct model_irqchip *chip;
    size_t cell; /* index */
};

static int compare_ioapics(const void *pa, const void *pb)
{
    const struct ioapic *a = pa;
    const struct ioapic *b = pb;
    if (a->chip->address != b->chip->address)
        return a->chip->address < b->chip->address ? -1 : 1;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return (a->chip > b->chip) - (a->chip < b->chip);
}

/* All entries of one address: equal ids, each pin with one guest. */
static void judge_ioapic(struct model_check *ck, const struct ioapic *group, size_t count)
{
    uint32_t taken[4] = {0};
    size_t owner[BLOCK] = {0};
    for (size_t n = 0; n < count; n++) {
        const struct model_cell *cell = ck->cells[group[n].cell];
        const struct model_irqchip *chip = group[n].chip;
        const char *who = model_check_cell_text(ck, cell);
        if (chip->id != group[0].chip->id)
            model_check_broken(ck, MODEL_RULE_IOA_3, cell,
                               "IOAPIC 0x%llx has id 0x%x in %s, but 0x%x in %s",
                               (unsigned long long)chip->address, chip->id, who, group[0].chip->id,
                               model_check_cell_text(ck, ck->cells[group[0].cell]));
        if (cell == ck->root)
            continue;
        const struct model_cell *other = NULL;
        for (uint32_t pin = 0; pin < BLOCK; pin++) {
            const uint32_t bit = UINT32_C(1) << (pin % 32);
            if ((chip->pin_bitmap[pin / 32] & bit) == 0)
                continue;
            if ((taken[pin / 32] & bit) == 0)
                owner[pin] = group[n].cell;
            else if (owner[pin] != group[n].cell)
                other = ck->cells[owner[pin]];
            taken[pin / 32] |= bit;
        }
        if (other != NULL)
            model_check_broken(ck, MODEL_RULE_IOA_4, cell, "%s and %s share pins of IOAPIC 0x%llx",
                               model_check_cell_text(ck, other), who,
                               (unsigned long long)chip->address);
    }
}

static void judge_ioapic_entry(struct model_check *ck, const struct model_cell *cell, size_t i)
{
    const struct model_irqchip *chip = &cell->irqchips[i];
    const char *who = model_check_cell_text(ck, cell);
    if (chip->pin_base != 0)
        model_check_broken(ck, MODEL_RULE_IOA_1, cell, "%s IOAPIC %zu begins at pin %u", who, i,
                           chip->pin_base);
    if (chip->address == 0 || chip->pin_bitmap[3] >> (IOAPIC_MAX_PINS - 96) != 0)
        model_check_broken(ck, MODEL_RULE_IOA_2, cell,
                           "%s IOAPIC %zu: no address, or a pin above "
                           "%d",
                           who, i, IOAPIC_MAX_PINS - 1);
}

static bool is_level(const struct model_board *board, uint32_t gsi)
{
    for (size_t i = 0; i < board->devices_count; i++) {
        for (size_t k = 0; k < board->devices[i].interrupts_count; k++) {
            if (board->devices[i].interrupts[k].intid == gsi &&
                (board->devices[i].interrupts[k].flags & TRIGGER_LEVEL) != 0)
                return true;
        }
    }
    return false;
}

/* The first level triggered pin that a guest has of an IOAPIC of the board. */
static void judge_triggers(struct model_check *ck, const struct model_cell *cell, size_t i)
{
    const struct model_irqchip *chip = &cell->irqchips[i];
    for (size_t b = 0; b < ck->board->irqchips_count; b++) {
        const struct model_board_irqchip *real = &ck->board->irqchips[b];
        if (real->address != chip->address)
            continue;
        for (uint32_t pin = 0; pin < BLOCK; pin++) {
            if ((chip->pin_bitmap[pin / 32] >> (pin % 32) & 1) == 0 ||
                !is_level(ck->board, real->gsi_base + pin))
                continue;
            model_check_broken(ck, MODEL_RULE_IOA_5, cell, "%s has pin %u of IOAPIC %zu",
                               model_check_cell_text(ck, cell), pin, i);
            return;
        }
    }
}

void model_check_ioapic(struct model_check *ck)
{
    AJ_VEC(struct ioapic) all = {0};
    if (ck->arch != MODEL_ARCH_X86)
        return;
    for (size_t c = 0; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        if (cell->irqchips_count > IOAPIC_MAX_CHIPS)
            model_check_broken(ck, MODEL_RULE_IOA_6, cell, "%s has %zu IOAPICs",
                               model_check_cell_text(ck, cell), cell->irqchips_count);
        for (size_t i = 0; i < cell->irqchips_count; i++) {
            const struct ioapic entry = {&cell->irqchips[i], c};
            judge_ioapic_entry(ck, cell, i);
            if (ck->board != NULL && cell != ck->root)
                judge_triggers(ck, cell, i);
            AJ_PUSH(ck->cx->scratch, &all, entry);
        }
    }
    if (all.count > 0)
        qsort(all.items, all.count, sizeof *all.items, compare_ioapics);
    for (size_t first = 0, n; first < all.count; first = n) {
        for (n = first + 1; n < all.count; n++) {
            if (all.items[n].chip->address != all.items[first].chip->address)
                break;
        }
        judge_ioapic(ck, &all.items[first], n - first);
    }
}
