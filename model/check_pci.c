/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of the PCI host and of PCI devices. */
#include "model/check_priv.h"

/* What the overlay of the root's driver needs: driver/pci.c, create_vpci_of_overlay. */
static void judge_overlay(struct model_check *ck)
{
    static const char *const gics[] = {"arm,cortex-a15-gic", "arm,cortex-a7-gic", "arm,gic-400",
                                       "arm,gic-v3"};
    const struct model_header *h = ck->header;
    const struct model_board *board = ck->board;
    const bool narrow = ck->arch == MODEL_ARCH_ARM || (board != NULL && board->address_cells == 1);
    if (!ck->arm || h->pci_is_virtual == 0)
        return;
    if (narrow && h->pci_mmconfig_base > AJ_GIB(4) - 2 * MODEL_PCI_CONFIG)
        model_check_broken(ck, MODEL_RULE_PCI_8, NULL,
                           "the virtual PCI host is at 0x%llx, addresses have 32 bits",
                           (unsigned long long)h->pci_mmconfig_base);
    const char *gic =
        board != NULL && board->platform.arm != NULL ? board->platform.arm->gic_compatible : NULL;
    for (size_t i = 0; gic != NULL && i < AJ_COUNT(gics); i++) {
        if (strcmp(gic, gics[i]) == 0)
            gic = NULL;
    }
    if (gic != NULL)
        model_check_broken(ck, MODEL_RULE_PCI_5, NULL, "the board's GIC is %s", gic);
}

/* A real host's window is where the firmware has it. */
static void judge_real_host(struct model_check *ck)
{
    const struct model_header *h = ck->header;
    const struct aj_range window = {h->pci_mmconfig_base,
                                    MODEL_PCI_CONFIG * ((aj_size)h->pci_mmconfig_end_bus + 1)};
    bool known = false;
    if (ck->board == NULL || ck->arch != MODEL_ARCH_X86 || h->pci_is_virtual != 0)
        return;
    for (size_t i = 0; i < ck->board->platform.pci.hosts_count; i++) {
        const struct model_pci_host *host = &ck->board->platform.pci.hosts[i];
        const struct aj_range real = {host->ecam_base, host->ecam_size};
        if (host->ecam_base == AJ_NONE64 || !aj_range_ok(real))
            continue;
        if (host->ecam_base == window.base && window.size <= host->ecam_size)
            return;
        known = true;
    }
    if (known)
        model_check_broken(ck, MODEL_RULE_PCI_9, NULL,
                           "the PCI configuration window %s is none of the board's",
                           model_check_range_text(ck, window));
}

static void judge_host(struct model_check *ck)
{
    const struct model_header *h = ck->header;
    if (h->pci_mmconfig_base == 0)
        return;
    judge_overlay(ck);
    judge_real_host(ck);
    if (!aj_is_aligned(h->pci_mmconfig_base, MODEL_PCI_CONFIG))
        model_check_broken(ck, MODEL_RULE_PCI_2, NULL, "the PCI configuration window is at 0x%llx",
                           (unsigned long long)h->pci_mmconfig_base);
    if (h->pci_is_virtual != 0 && h->pci_mmconfig_end_bus != 0)
        model_check_broken(ck, MODEL_RULE_PCI_3, NULL, "the virtual PCI host ends at bus %u",
                           h->pci_mmconfig_end_bus);
    if (ck->board == NULL || h->pci_is_virtual == 0 || h->pci_domain == UINT16_MAX)
        return;
    for (size_t i = 0; i < ck->board->platform.pci.hosts_count; i++) {
        const struct model_pci_host *host = &ck->board->platform.pci.hosts[i];
        if (host->domain == h->pci_domain)
            model_check_broken(ck, MODEL_RULE_PCI_6, NULL,
                               "the virtual PCI host has domain %u, and so has %s of the board",
                               h->pci_domain, host->name == NULL ? "a host" : host->name);
    }
}

static void judge_device(struct model_check *ck, const struct model_cell *cell, size_t i)
{
    const struct model_pci_device *d = &cell->pci_devices[i];
    const char *who = aj_strf(ck->cx->scratch, "%s device %s", model_check_cell_text(ck, cell),
                              model_check_bdf_text(ck, d->bdf));
    const bool known =
        d->type >= JAILHOUSE_PCI_TYPE_DEVICE && d->type <= JAILHOUSE_PCI_TYPE_IVSHMEM;
    if (!known)
        model_check_broken(ck, MODEL_RULE_DEV_1, cell, "%s has type %u", who, d->type);
    else if ((size_t)d->caps_start + d->num_caps > cell->pci_caps_count)
        model_check_broken(ck, MODEL_RULE_DEV_7, cell, "%s: capabilities %u to %u of %zu", who,
                           d->caps_start, d->caps_start + d->num_caps, cell->pci_caps_count);
    else if (model_is_ivshmem(d) && ck->header != NULL && ck->arm &&
             ck->header->pci_mmconfig_base == 0)
        model_check_broken(ck, MODEL_RULE_PCI_1, cell, "%s is without a configuration window", who);
    else if (model_is_ivshmem(d) && cell == ck->root && ck->header->pci_is_virtual != 0 &&
             ck->header->pci_domain != UINT16_MAX && d->domain != ck->header->pci_domain)
        model_check_broken(ck, MODEL_RULE_PCI_7, cell, "%s is in domain %u, the virtual host in %u",
                           who, d->domain, ck->header->pci_domain);
    else
        return;
    aj_diag_path(ck->cx, "pci_devices[%zu]", i);
}

static int compare_devices(const void *pa, const void *pb)
{
    const struct model_pci_device *a = *(const struct model_pci_device *const *)pa;
    const struct model_pci_device *b = *(const struct model_pci_device *const *)pb;
    if (a->bdf != b->bdf)
        return a->bdf < b->bdf ? -1 : 1;
    return (a > b) - (a < b);
}

static void judge_addresses(struct model_check *ck, const struct model_cell *cell)
{
    const size_t count = cell->pci_devices_count;
    const struct model_pci_device **sorted =
        AJ_NEW_ARRAY(ck->cx->scratch, const struct model_pci_device *, count);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &cell->pci_devices[i];
    if (count > 0)
        qsort(sorted, count, sizeof *sorted, compare_devices);
    for (size_t i = 1; i < count; i++) {
        if (sorted[i]->bdf != sorted[i - 1]->bdf)
            continue;
        model_check_broken(ck, MODEL_RULE_DEV_2, cell, "%s lists device %s twice",
                           model_check_cell_text(ck, cell),
                           model_check_bdf_text(ck, sorted[i]->bdf));
        aj_diag_path(ck->cx, "pci_devices[%zu]", (size_t)(sorted[i] - cell->pci_devices));
    }
}

/* Real devices of guests: one owner, and known to the root. */
static void judge_owners(struct model_check *ck)
{
    const size_t addresses = (size_t)UINT16_MAX + 1;
    const struct model_cell **owner =
        AJ_NEW_ARRAY(ck->cx->scratch, const struct model_cell *, addresses);
    bool *roots = AJ_NEW_ARRAY(ck->cx->scratch, bool, addresses);
    for (size_t i = 0; ck->root != NULL && i < ck->root->pci_devices_count; i++) {
        if (!model_is_ivshmem(&ck->root->pci_devices[i]))
            roots[ck->root->pci_devices[i].bdf] = true;
    }
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        for (size_t i = 0; i < cell->pci_devices_count; i++) {
            const uint16_t bdf = cell->pci_devices[i].bdf;
            if (model_is_ivshmem(&cell->pci_devices[i]) || owner[bdf] == cell)
                continue;
            if (owner[bdf] != NULL) {
                model_check_broken(ck, MODEL_RULE_DEV_3, cell, "%s and %s both take device %s",
                                   model_check_cell_text(ck, owner[bdf]),
                                   model_check_cell_text(ck, cell), model_check_bdf_text(ck, bdf));
                aj_diag_path(ck->cx, "pci_devices[%zu]", i);
                continue;
            }
            owner[bdf] = cell;
            if (ck->root == NULL || roots[bdf])
                continue;
            model_check_broken(ck, MODEL_RULE_DEV_4, cell, "%s takes device %s, %s lacks it",
                               model_check_cell_text(ck, cell), model_check_bdf_text(ck, bdf),
                               model_check_cell_text(ck, ck->root));
            aj_diag_path(ck->cx, "pci_devices[%zu]", i);
        }
    }
}

void model_check_pci(struct model_check *ck)
{
    if (ck->header != NULL)
        judge_host(ck);
    for (size_t c = 0; c < ck->cells_count; c++) {
        for (size_t i = 0; i < ck->cells[c]->pci_devices_count; i++)
            judge_device(ck, ck->cells[c], i);
        judge_addresses(ck, ck->cells[c]);
    }
    judge_owners(ck);
}
