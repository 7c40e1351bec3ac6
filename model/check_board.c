/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that compare the system with the board: GIC, console, IOMMU, PCI host, interrupts. */
#include "model/check_priv.h"

#define GICC_ALIAS 0xf000u /* the second 4 KiB page pair of a 64 KiB frame: gic-400 on zynqmp */
#define INTIDS     1024

static bool known(aj_addr address)
{
    return address != AJ_NONE64 && address != 0;
}

static void judge_base(struct model_check *ck, enum model_rule_name rule, const char *what,
                       aj_addr ours, aj_addr board)
{
    if (!known(board) || ours == board)
        return;
    if (rule == MODEL_RULE_GIC_5 && (ours == 0 || ours - board == GICC_ALIAS))
        return;
    model_check_broken(ck, rule, NULL, "%s is at 0x%llx, on the board at 0x%llx", what,
                       (unsigned long long)ours, (unsigned long long)board);
}

static void judge_gic(struct model_check *ck)
{
    const struct model_header *h = ck->header;
    const struct model_arm_platform *arm = ck->board->platform.arm;
    if (arm == NULL || !ck->arm)
        return;
    if (arm->gic_version != AJ_NONE32 && arm->gic_version != h->gic_version) {
        model_check_broken(ck, MODEL_RULE_GIC_2, NULL, "the GIC has version %u, the board's %u",
                           h->gic_version, arm->gic_version);
        return;
    }
    judge_base(ck, MODEL_RULE_GIC_2, "the distributor", h->gicd_base, arm->gicd_base);
    if (h->gic_version == 3) {
        judge_base(ck, MODEL_RULE_GIC_4, "the first redistributor", h->gicr_base, arm->gicr_base);
    } else {
        judge_base(ck, MODEL_RULE_GIC_5, "GICC", h->gicc_base, arm->gicc_base);
        judge_base(ck, MODEL_RULE_GIC_5, "GICH", h->gich_base, arm->gich_base);
        judge_base(ck, MODEL_RULE_GIC_5, "GICV", h->gicv_base, arm->gicv_base);
    }
    if (arm->maintenance_irq != AJ_NONE32 && arm->maintenance_irq != h->maintenance_irq)
        model_check_broken(ck, MODEL_RULE_BRD_1, NULL,
                           "the maintenance interrupt is %u, on the board %u", h->maintenance_irq,
                           arm->maintenance_irq);
}

/* Do registers of the board answer at `address`? */
static bool has_registers(const struct model_board *board, aj_addr address)
{
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        const struct aj_range range = {region->phys_start, region->size};
        if ((region->type == MODEL_REGION_MMIO || region->type == MODEL_REGION_WINDOW) &&
            aj_range_ok(range) && aj_range_has(range, address))
            return true;
    }
    for (size_t i = 0; i < board->devices_count; i++) {
        for (size_t k = 0; k < board->devices[i].regions_count; k++) {
            const struct model_mmio *mmio = &board->devices[i].regions[k];
            const struct aj_range range = {mmio->phys_start, mmio->size};
            if (aj_range_ok(range) && aj_range_has(range, address))
                return true;
        }
    }
    return false;
}

static void judge_console(struct model_check *ck)
{
    const struct model_console *console = &ck->header->debug_console;
    const struct model_board *board = ck->board;
    const bool mmio = (console->flags & JAILHOUSE_CON_ACCESS_MMIO) != 0;
    const struct model_board_console *found = NULL;
    if (console->type == JAILHOUSE_CON_TYPE_NONE || !mmio ||
        board->consoles_count + board->devices_count == 0)
        return;
    if (console->clock_reg != 0 && !has_registers(board, console->clock_reg))
        model_check_broken(ck, MODEL_RULE_BRD_2, NULL,
                           "the clock gate of the hypervisor's console is at 0x%llx, where the "
                           "board has nothing",
                           (unsigned long long)console->clock_reg);
    for (size_t i = 0; i < board->consoles_count && found == NULL; i++) {
        if (board->consoles[i].mmio && board->consoles[i].address == console->address)
            found = &board->consoles[i];
    }
    if (found != NULL) {
        if (found->type != console->type)
            model_check_broken(ck, MODEL_RULE_BRD_13, NULL,
                               "the hypervisor's console is of type %u, %s of the board of type %u",
                               console->type, found->name, found->type);
    } else if (has_registers(board, console->address)) {
        model_check_broken(ck, MODEL_RULE_BRD_3, NULL,
                           "the hypervisor's console at 0x%llx is no console of the board",
                           (unsigned long long)console->address);
    } else {
        model_check_broken(ck, MODEL_RULE_BRD_2, NULL,
                           "the hypervisor's console is at 0x%llx, where the board has nothing",
                           (unsigned long long)console->address);
    }
}

/* Where a guest's console is for the board; false if the guest cannot reach it. */
static bool console_address(const struct model_cell *cell, aj_addr *address)
{
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        if (model_region_is_sane(region) && !model_region_is_comm(region) &&
            aj_range_has(model_region_virt(region), cell->console.address)) {
            *address = cell->console.address - region->virt_start + region->phys_start;
            return true;
        }
    }
    return false;
}

/* Bare-metal guests drive it as inmates/lib does; Linux has a console of its own. */
static void judge_guest_console(struct model_check *ck, const struct model_cell *cell)
{
    const struct model_board *board = ck->board;
    aj_addr address;
    if (!ck->arm || cell->console.type < JAILHOUSE_CON_TYPE_8250 ||
        cell->console.type > JAILHOUSE_CON_TYPE_SCIF ||
        board->consoles_count + board->devices_count == 0 || !model_check_is_bare(cell) ||
        !console_address(cell, &address))
        return;
    for (size_t i = 0; i < board->consoles_count; i++) {
        const struct model_board_console *console = &board->consoles[i];
        if (!console->mmio || console->address != address)
            continue;
        if (console->type != cell->console.type)
            model_check_broken(ck, MODEL_RULE_BRD_14, cell,
                               "the console of %s is of type %u, %s of the board of type %u",
                               model_check_cell_text(ck, cell), cell->console.type, console->name,
                               console->type);
        return;
    }
    if (!has_registers(board, address))
        model_check_broken(ck, MODEL_RULE_BRD_14, cell,
                           "the console of %s is at physical address 0x%llx, where the board has "
                           "no registers",
                           model_check_cell_text(ck, cell), (unsigned long long)address);
}

/* A board without devices is too incomplete to say that it has no IOMMU. */
static bool has_iommu(const struct model_board *board, aj_addr base)
{
    for (size_t i = 0; i < board->iommu_count; i++) {
        if (board->iommu[i].base == base)
            return true;
    }
    return board->iommu_count == 0 && (board->devices_count == 0 || has_registers(board, base));
}

static void judge_running(struct model_check *ck)
{
    if (ck->board->jailhouse.running)
        model_check_broken(ck, MODEL_RULE_HV_10, NULL, "the hypervisor ran on the board");
}

static void judge_iommus(struct model_check *ck)
{
    const struct model_iommu *units = ck->header->iommu_units;
    for (size_t i = 0; i < JAILHOUSE_MAX_IOMMU_UNITS && units[i].base != 0; i++) {
        if (!has_iommu(ck->board, units[i].base))
            model_check_broken(ck, MODEL_RULE_BRD_11, NULL,
                               "IOMMU unit %zu is at 0x%llx, where the board has none", i,
                               (unsigned long long)units[i].base);
    }
}

static void judge_pci_host(struct model_check *ck)
{
    const struct model_header *h = ck->header;
    const struct model_pci_platform *pci = &ck->board->platform.pci;
    if (!ck->arm || h->pci_mmconfig_base == 0 || h->pci_is_virtual != 0 ||
        pci->hosts_count + ck->board->devices_count == 0)
        return;
    for (size_t i = 0; i < pci->hosts_count; i++) {
        const struct aj_range ecam = {pci->hosts[i].ecam_base, pci->hosts[i].ecam_size};
        if (pci->hosts[i].ecam_base == h->pci_mmconfig_base ||
            (aj_range_ok(ecam) && aj_range_has(ecam, h->pci_mmconfig_base)))
            return;
    }
    model_check_broken(ck, MODEL_RULE_BRD_12, NULL,
                       "the PCI configuration window 0x%llx is not virtual, but no host of the "
                       "board has it",
                       (unsigned long long)h->pci_mmconfig_base);
}

void model_check_board(struct model_check *ck)
{
    if (ck->board == NULL || ck->header == NULL || ck->board->arch != ck->arch)
        return;
    judge_running(ck);
    judge_gic(ck);
    judge_console(ck);
    for (size_t c = ck->first_guest; c < ck->cells_count; c++)
        judge_guest_console(ck, ck->cells[c]);
    judge_iommus(ck);
    judge_pci_host(ck);
}

/* Interrupts */

/* The guest that lists a SPI; the first of them if there are several. */
struct spi_owners {
    const struct model_cell *guest[INTIDS];
};

static void collect_owners(const struct model_check *ck, struct spi_owners *owners)
{
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        struct model_intids own;
        model_check_intids(ck, ck->cells[c], &own);
        for (uint32_t i = 32; i < INTIDS; i++) {
            if (model_intids_has(&own, i) && owners->guest[i] == NULL)
                owners->guest[i] = ck->cells[c];
        }
    }
}

static bool is_spi(uint32_t intid)
{
    return intid >= 32 && intid <= JAILHOUSE_GIC_LAST_INTID;
}

/* Virtual devices must not use the line of a real one. */
static void judge_pins(struct model_check *ck, const struct model_device *const *users)
{
    for (size_t c = 0; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        for (size_t i = 0; i < cell->pci_devices_count; i++) {
            const uint64_t intid = model_vpci_intid(cell, &cell->pci_devices[i]);
            if (!model_is_ivshmem(&cell->pci_devices[i]) || intid >= INTIDS || users[intid] == NULL)
                continue;
            model_check_broken(ck, MODEL_RULE_VPI_3, cell,
                               "%s: interrupt %llu of its virtual PCI device %zu is that of %s",
                               model_check_cell_text(ck, cell), (unsigned long long)intid, i,
                               users[intid]->name);
            aj_diag_path(ck->cx, "pci_devices[%zu]", i);
        }
    }
}

static void judge_root_lines(struct model_check *ck, const struct model_device *const *users)
{
    struct model_intids own;
    struct aj_cpuset missing = {{0}};
    if (ck->root == NULL)
        return;
    model_check_intids(ck, ck->root, &own);
    for (uint32_t i = 32; i < INTIDS; i++) {
        if (users[i] != NULL && !model_intids_has(&own, i))
            aj_cpuset_add(&missing, i);
    }
    if (!aj_cpuset_empty(&missing))
        model_check_broken(
            ck, MODEL_RULE_GIC_14, ck->root, "%s lacks interrupts %s of devices of the board",
            model_check_cell_text(ck, ck->root), aj_cpuset_format(ck->cx->scratch, &missing));
}

/* A guest that lists an interrupt 32 below took the number of the SPI for that in the GIC. */
static void judge_missing(struct model_check *ck, const struct model_cell *owner,
                          const struct model_device *device, uint32_t intid)
{
    struct model_intids own;
    model_check_intids(ck, owner, &own);
    if (intid >= 64 && model_intids_has(&own, intid - 32))
        model_check_broken(ck, MODEL_RULE_GIC_9, owner,
                           "%s has the registers of %s, whose interrupt is %u, and lists %u",
                           model_check_cell_text(ck, owner), device->name, intid, intid - 32);
    else
        model_check_broken(ck, MODEL_RULE_GIC_15, owner,
                           "%s has the registers of %s, but not its interrupt %u",
                           model_check_cell_text(ck, owner), device->name, intid);
}

static bool serves_messages(const struct model_device *device)
{
    for (size_t i = 0; i < device->compatible_count; i++) {
        if (strcmp(device->compatible[i], "arm,gic-v3-its") == 0 ||
            strcmp(device->compatible[i], "arm,gic-v2m-frame") == 0)
            return true;
    }
    return false;
}

static void judge_device_lines(struct model_check *ck, const struct model_device *device)
{
    const struct model_cell *owner = model_check_owner(ck, device);
    struct model_intids own;
    if (owner == NULL)
        return;
    if (serves_messages(device))
        model_check_broken(ck, MODEL_RULE_GIC_17, owner, "%s has the registers of %s",
                           model_check_cell_text(ck, owner), device->name);
    model_check_intids(ck, owner, &own);
    for (size_t k = 0; k < device->interrupts_count; k++) {
        const uint32_t intid = device->interrupts[k].intid;
        if (is_spi(intid) && !model_intids_has(&own, intid))
            judge_missing(ck, owner, device, intid);
    }
}

static void judge_root_console(struct model_check *ck, const struct spi_owners *owners)
{
    for (size_t i = 0; i < ck->board->consoles_count; i++) {
        const struct model_board_console *console = &ck->board->consoles[i];
        if (console->active && is_spi(console->intid) && owners->guest[console->intid] != NULL)
            model_check_broken(ck, MODEL_RULE_GIC_16, owners->guest[console->intid],
                               "%s takes interrupt %u of %s, the console of Linux",
                               model_check_cell_text(ck, owners->guest[console->intid]),
                               console->intid, console->name);
    }
}

void model_check_board_irqs(struct model_check *ck)
{
    if (ck->board == NULL || !ck->arm)
        return;
    const struct model_device **users =
        AJ_NEW_ARRAY(ck->cx->scratch, const struct model_device *, INTIDS);
    struct spi_owners *owners = AJ_NEW(ck->cx->scratch, struct spi_owners);
    for (size_t i = 0; i < ck->board->devices_count; i++) {
        const struct model_device *device = &ck->board->devices[i];
        for (size_t k = 0; k < device->interrupts_count; k++) {
            if (is_spi(device->interrupts[k].intid))
                users[device->interrupts[k].intid] = device;
        }
        judge_device_lines(ck, device);
    }
    collect_owners(ck, owners);
    judge_pins(ck, users);
    judge_root_lines(ck, users);
    judge_root_console(ck, owners);
}
