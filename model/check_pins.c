/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of the interrupts of virtual PCI devices. */
#include "model/check_priv.h"

/* The first cell that uses an INTID for a virtual device. */
struct pin_users {
    size_t cell[JAILHOUSE_GIC_LAST_INTID + 1]; /* index + 1, 0 = none */
};

static void broken(struct model_check *ck, enum model_rule_name name, const struct model_cell *cell,
                   size_t device, const char *what)
{
    const uint16_t bdf = cell->pci_devices[device].bdf;
    model_check_broken(ck, name, cell, "%s virtual PCI device %02x:%02x.%x: %s",
                       model_check_cell_text(ck, cell), bdf >> 8, (bdf >> 3) & 31, bdf & 7, what);
    aj_diag_path(ck->cx, "pci_devices[%zu]", device);
}

static const char *interrupt_text(struct model_check *ck, uint64_t intid, const char *what)
{
    return aj_strf(ck->cx->scratch, "interrupt %llu (SPI %llu) %s", (unsigned long long)intid,
                   (unsigned long long)intid - 32, what);
}

static bool msix(const struct model_pci_device *device)
{
    return device->num_msix_vectors != 0 || device->bar_mask[1] != 0;
}

static uint64_t first_missing_intid(const struct model_check *ck)
{
    const uint64_t all = JAILHOUSE_GIC_LAST_INTID + 1;
    if (ck->board == NULL || ck->board->platform.arm == NULL ||
        ck->board->platform.arm->spi_limit == AJ_NONE32)
        return all;
    const uint64_t limit = 32 + (uint64_t)ck->board->platform.arm->spi_limit;
    return limit < all ? limit : all;
}

/* The guest that has `intid` in its bitmap, so that the root has lost it. */
static const struct model_cell *guest_with(const struct model_check *ck, uint32_t intid)
{
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        struct model_intids own;
        if (ck->cells[c]->irqchips_count == 0)
            continue;
        model_check_intids(ck, ck->cells[c], &own);
        if (model_intids_has(&own, intid))
            return ck->cells[c];
    }
    return NULL;
}

static bool is_pin(const struct model_cell *cell, uint32_t intid)
{
    for (size_t i = 0; i < cell->pci_devices_count; i++) {
        const struct model_pci_device *device = &cell->pci_devices[i];
        if (model_is_ivshmem(device) && model_vpci_intid(cell, device) == intid)
            return true;
    }
    return false;
}

static void judge_owner(struct model_check *ck, const struct model_cell *cell, size_t device,
                        uint32_t intid)
{
    struct model_intids own;
    model_check_intids(ck, cell, &own);
    if (!model_intids_has(&own, intid)) {
        broken(ck, cell == ck->root ? MODEL_RULE_VPI_5 : MODEL_RULE_VPI_1, cell, device,
               interrupt_text(ck, intid, "is not among the cell's interrupts"));
        return;
    }
    const struct model_cell *taker = cell == ck->root ? guest_with(ck, intid) : NULL;
    if (taker != NULL && !is_pin(taker, intid))
        broken(ck, MODEL_RULE_VPI_5, cell, device,
               interrupt_text(
                   ck, intid,
                   aj_strf(ck->cx->scratch, "is taken by %s", model_check_cell_text(ck, taker))));
}

/* Bit 3 .. 0 of `pins`: the pins that earlier devices of the cell use. */
static void judge_device(struct model_check *ck, size_t c, size_t device, struct pin_users *users,
                         uint32_t *pins)
{
    const struct model_cell *cell = ck->cells[c];
    const struct model_pci_device *d = &cell->pci_devices[device];
    const uint64_t intid = model_vpci_intid(cell, d);
    const uint32_t pin = UINT32_C(1) << MODEL_PCI_PIN_OF((uint32_t)d->bdf >> 3);
    if (intid >= first_missing_intid(ck)) {
        broken(ck, MODEL_RULE_VPI_4, cell, device,
               interrupt_text(ck, intid, "does not exist in the GIC"));
        return;
    }
    judge_owner(ck, cell, device, (uint32_t)intid);
    if ((*pins & pin) != 0)
        broken(ck, MODEL_RULE_VPI_6, cell, device,
               interrupt_text(ck, intid, "is used by an earlier device of the cell"));
    *pins |= pin;
    const size_t user = users->cell[intid];
    if (user != 0 && user != c + 1)
        broken(ck, MODEL_RULE_VPI_2, cell, device,
               interrupt_text(ck, intid,
                              aj_strf(ck->cx->scratch, "is used by a virtual device of %s",
                                      model_check_cell_text(ck, ck->cells[user - 1]))));
    else
        users->cell[intid] = c + 1;
}

void model_check_pins(struct model_check *ck)
{
    struct pin_users *users = AJ_NEW(ck->cx->scratch, struct pin_users);
    for (size_t c = 0; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        uint32_t pins = 0;
        for (size_t i = 0; i < cell->pci_devices_count; i++) {
            const struct model_pci_device *device = &cell->pci_devices[i];
            if (!model_is_ivshmem(device))
                continue;
            if (!ck->arm) {
                if (device->num_msix_vectors == 0)
                    broken(ck, MODEL_RULE_VPI_8, cell, i, "no MSI-X vectors");
                continue;
            }
            if (!msix(device))
                judge_device(ck, c, i, users, &pins);
            else if (ck->header != NULL && ck->header->pci_is_virtual != 0)
                broken(ck, MODEL_RULE_VPI_7, cell, i, "MSI-X vectors or a second BAR");
        }
    }
}
