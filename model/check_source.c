/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Traces that mistakes in a C source leave in its binary: order, length and counters of arrays. */
#include "model/check_priv.h"

#define BDF_LAST UINT16_MAX /* ff:1f.7 */

/* Sizes of the array elements that may stand without their counter, the largest first. */
static const struct {
    const char *name;
    size_t size;
} elements[] = {
    {"PCI devices", 56},
    {"memory regions or IRQ chips", 32},
    {"PCI capabilities", 8},
    {"entries", 4},
};

static void judge_order(struct model_check *ck, const struct model_cell *cell)
{
    const char *who = model_check_cell_text(ck, cell);
    for (size_t i = 0; i < cell->pci_devices_count; i++) {
        if (cell->pci_devices[i].bdf != BDF_LAST)
            continue;
        model_check_broken(ck, MODEL_RULE_C_1, cell, "%s lists PCI device ff:1f.7", who);
        aj_diag_path(ck->cx, "pci_devices[%zu]", i);
        return;
    }
    for (size_t i = 0; i < cell->irqchips_count; i++) {
        if (aj_is_aligned(cell->irqchips[i].address, AJ_PAGE))
            continue;
        model_check_broken(ck, MODEL_RULE_C_1, cell, "%s has an interrupt controller at 0x%llx",
                           who, (unsigned long long)cell->irqchips[i].address);
        aj_diag_path(ck->cx, "irqchips[%zu]", i);
        return;
    }
}

static void judge_length(struct model_check *ck, const struct model_cell *cell)
{
    const size_t chips = cell->irqchips_count;
    const size_t caps = cell->pci_caps_count;
    const char *what = NULL;
    if (chips > 0) {
        const struct model_irqchip *chip = &cell->irqchips[chips - 1];
        const uint32_t *pins = chip->pin_bitmap;
        if ((chip->address | chip->id | chip->pin_base | pins[0] | pins[1] | pins[2] | pins[3]) ==
            0)
            what = "interrupt controllers";
    }
    if (caps > 0) {
        const struct model_pci_cap *cap = &cell->pci_caps[caps - 1];
        if ((cap->id | cap->start | cap->len | cap->flags) == 0)
            what = "PCI capabilities";
    }
    if (what != NULL)
        model_check_broken(ck, MODEL_RULE_C_2, cell, "%s: the last entry of its %s is empty",
                           model_check_cell_text(ck, cell), what);
}

static void judge_trailing(struct model_check *ck, const struct model_cell *cell)
{
    const size_t count = cell->trailing_count;
    if (count == 0)
        return;
    for (size_t i = 0; i < AJ_COUNT(elements); i++) {
        if (count % elements[i].size != 0)
            continue;
        model_check_broken(
            ck, MODEL_RULE_C_3, cell, "%s: %zu bytes follow the last array, as many as %zu %s",
            model_check_cell_text(ck, cell), count, count / elements[i].size, elements[i].name);
        return;
    }
    model_check_broken(ck, MODEL_RULE_HDR_5, cell, "%s: %zu bytes follow the last array",
                       model_check_cell_text(ck, cell), count);
}

static void judge_console(struct model_check *ck, const struct model_cell *cell,
                          const struct model_console *console)
{
    if (console->type == JAILHOUSE_CON_TYPE_NONE && console->address != 0 && console->flags != 0)
        model_check_broken(ck, MODEL_RULE_C_7, cell,
                           "the console %s%s at 0x%llx has flags 0x%x and no type",
                           cell == NULL ? "of the hypervisor" : "of ",
                           cell == NULL ? "" : model_check_cell_text(ck, cell),
                           (unsigned long long)console->address, console->flags);
}

void model_check_sources(struct model_check *ck)
{
    if (ck->header != NULL)
        judge_console(ck, NULL, &ck->header->debug_console);
    for (size_t c = 0; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        judge_order(ck, cell);
        judge_length(ck, cell);
        judge_trailing(ck, cell);
        judge_console(ck, cell, &cell->console);
    }
}
