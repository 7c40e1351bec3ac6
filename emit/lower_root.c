/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/lower_priv.h"

/* The GIC architecture's own number for it, and that of every board upstream supports: PPI 9. */
#define MAINTENANCE_INTID 25u
#define FIRST_SPI         32u

#define REGISTER_FLAGS (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO)
#define RAM_FLAGS      (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE)

static const struct {
    const char *name;
    uint32_t type;
} iommu_types[] = {
    {"smmuv3", JAILHOUSE_IOMMU_SMMUV3}, {"mmu500", JAILHOUSE_IOMMU_ARM_MMU500},
    {"pvu", JAILHOUSE_IOMMU_PVU},       {"intel", JAILHOUSE_IOMMU_INTEL},
    {"amd", JAILHOUSE_IOMMU_AMD},
};

uint32_t emit_lower_iommu_type(const struct model_iommu_unit *unit)
{
    for (size_t i = 0; i < AJ_COUNT(iommu_types); i++)
        if (unit->type != NULL && strcmp(unit->type, iommu_types[i].name) == 0)
            return iommu_types[i].type;
    return 0;
}

static enum aj_status fill_iommus(const struct emit_lower *l, struct model_header *header)
{
    const size_t count = l->board.iommu_count;
    const struct aj_loc loc = aj_yaml_loc(l->board.at, "iommu");
    if (count > JAILHOUSE_MAX_IOMMU_UNITS)
        return aj_fail(l->cx, AJ_ERR_INPUT, "lower-iommu-count", loc,
                       "the board has %zu IOMMU units, Jailhouse can drive %u", count,
                       JAILHOUSE_MAX_IOMMU_UNITS);
    for (size_t i = 0; i < count; i++) {
        const struct model_iommu_unit *unit = &l->board.iommu[i];
        header->iommu_units[i] = (struct model_iommu){
            .type = emit_lower_iommu_type(unit), .base = unit->base, .size = (uint32_t)unit->size};
        if (header->iommu_units[i].type == JAILHOUSE_IOMMU_AMD)
            header->iommu_units[i].tlb_base = unit->bdf | (uint64_t)unit->base_cap << 16 |
                                              (uint64_t)unit->msi_cap << 24 |
                                              (uint64_t)unit->features << 32;
        if (header->iommu_units[i].type == JAILHOUSE_IOMMU_PVU) {
            header->iommu_units[i].tlb_base = unit->tlb_base;
            header->iommu_units[i].tlb_size = (uint32_t)unit->tlb_size;
        }
    }
    if (count > 0 && l->board.arch != MODEL_ARCH_X86) {
        aj_warn(l->cx, "lower-iommu", loc,
                "a guest has a device behind an IOMMU, so Jailhouse drives the board's IOMMUs");
        aj_diag_hint(l->cx, "Linux must not: disable their nodes in the device tree of the root");
    }
    return AJ_OK;
}

static uint64_t base_of(aj_addr base)
{
    return base == AJ_NONE64 ? 0 : base;
}

static void fill_gic(const struct model_arm_platform *arm, struct model_header *header)
{
    header->maintenance_irq =
        (uint8_t)(arm->maintenance_irq == AJ_NONE32 ? MAINTENANCE_INTID : arm->maintenance_irq);
    header->gic_version = (uint8_t)arm->gic_version;
    header->gicd_base = base_of(arm->gicd_base);
    header->gicc_base = base_of(arm->gicc_base);
    header->gich_base = base_of(arm->gich_base);
    header->gicv_base = base_of(arm->gicv_base);
    header->gicr_base = base_of(arm->gicr_base);
}

static enum aj_status fill_header(const struct emit_lower *l, struct model_header *header)
{
    const struct model_plan_mem *hypervisor = model_plan_mem(l->plan, MODEL_MEM_HYPERVISOR);
    const struct model_plan_mem *pci = model_plan_mem(l->plan, MODEL_MEM_PCI);
    struct model_console console;
    if (hypervisor == NULL)
        return emit_lower_fail(l, "the plan has no memory for the hypervisor");
    *header = (struct model_header){
        .revision = l->revision,
        .architecture = l->board.arch,
        .flags = l->req->root.flags != AJ_NONE32 ? l->req->root.flags
                                                 : JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE,
        .hypervisor_memory = {.phys_start = hypervisor->phys_start, .size = hypervisor->size},
        .pci_mmconfig_base = pci != NULL ? pci->phys_start : 0,
        .pci_is_virtual = pci != NULL,
        .pci_domain = pci != NULL ? l->pci_domain : 0,
    };
    if (model_cell_console(&l->board, l->req, &l->req->root, &console))
        header->debug_console = console;
    if (l->board.arch == MODEL_ARCH_X86)
        emit_x86_header(l, header);
    else
        fill_gic(l->board.platform.arm, header);
    return fill_iommus(l, header);
}

/* Address ranges of the root */

struct map {
    struct aj_rangeset registers, ram;
};

static void add_range(const struct emit_lower *l, struct aj_rangeset *set, aj_addr base,
                      aj_size size)
{
    const struct aj_range range = {base, size};
    if (base != AJ_NONE64 && size != AJ_NONE64 && aj_range_ok(range))
        aj_rangeset_add(l->out, set, emit_lower_pages(range));
}

static void sub_range(const struct emit_lower *l, struct map *map, aj_addr base, aj_size size)
{
    const struct aj_range range = {base, size};
    if (!aj_range_ok(range))
        return;
    aj_rangeset_sub(l->out, &map->registers, emit_lower_pages(range));
    aj_rangeset_sub(l->out, &map->ram, emit_lower_pages(range));
}

/* Registers that cells.yml names by address; the root has them while their guest does not run. */
static void add_by_hand(const struct emit_lower *l, struct map *map)
{
    for (size_t i = 0; i < l->req->root.mem_regions_count; i++)
        add_range(l, &map->registers, l->req->root.mem_regions[i].phys_start,
                  l->req->root.mem_regions[i].size);
    for (size_t i = 0; i < l->plan->memory_count; i++)
        if (l->plan->memory[i].kind == MODEL_MEM_RAM)
            add_range(l, &map->registers, l->plan->memory[i].phys_start, l->plan->memory[i].size);
}

/* What the sections of a link take of its area; the rest, if any, is RAM like any other. */
static aj_size sections_size(const struct model_plan_link *link)
{
    return link->state_size + link->rw_size + link->peers_count * link->output_size;
}

/*
 * RAM and whatever else Linux or the firmware may take for memory; the rest of what is used is
 * registers. What guests get stays in the root's list, so that it returns with their end.
 */
static void find_map(const struct emit_lower *l, struct map *map)
{
    struct model_address_map board;
    model_board_addresses(&l->board, l->out, &board);
    for (size_t i = 0; i < l->board.memory_regions_count; i++) {
        const struct model_region *region = &l->board.memory_regions[i];
        if (region->type != MODEL_REGION_MMIO && region->type != MODEL_REGION_WINDOW)
            add_range(l, &map->ram, region->phys_start, region->size);
    }
    if (l->board.arch == MODEL_ARCH_X86)
        emit_x86_registers(l, &map->registers);
    else
        aj_rangeset_add_all(l->out, &map->registers, &board.used);
    add_by_hand(l, map);
    aj_rangeset_sub_all(l->out, &map->registers, &map->ram);
    aj_rangeset_sub_all(l->out, &map->registers, &board.intercepted);
    aj_rangeset_sub_all(l->out, &map->ram, &board.intercepted);
    for (size_t i = 0; i < l->plan->memory_count; i++) {
        const struct model_plan_mem *mem = &l->plan->memory[i];
        if (mem->kind == MODEL_MEM_HYPERVISOR || mem->kind == MODEL_MEM_PCI)
            sub_range(l, map, mem->phys_start, mem->size);
    }
    for (size_t i = 0; i < l->plan->links_count; i++)
        sub_range(l, map, l->plan->links[i].phys_start, sections_size(&l->plan->links[i]));
}

/* Those of x86 and TI's PVU map what is for DMA, the others what the CPUs have. */
static bool asks_for_dma(const struct emit_lower *l)
{
    for (size_t i = 0; i < l->board.iommu_count; i++)
        if (emit_lower_iommu_type(&l->board.iommu[i]) == JAILHOUSE_IOMMU_PVU)
            return true;
    return l->board.arch == MODEL_ARCH_X86;
}

static void add_map(const struct emit_lower *l, struct emit_regions *regions)
{
    struct map map = {0};
    const struct model_device **devices =
        AJ_NEW_ARRAY(l->out, const struct model_device *, l->board.devices_count);
    for (size_t i = 0; i < l->board.devices_count; i++)
        devices[i] = &l->board.devices[i];
    find_map(l, &map);
    for (size_t i = 0; i < map.registers.count; i++) {
        const struct aj_range range = map.registers.items[i];
        const char *names = emit_lower_names(l, devices, l->board.devices_count, range);
        emit_lower_add(l, regions, range, REGISTER_FLAGS, names != NULL ? names : "registers");
    }
    const uint64_t dma = asks_for_dma(l) ? JAILHOUSE_MEM_DMA : 0;
    for (size_t i = 0; i < map.ram.count; i++)
        emit_lower_add(l, regions, map.ram.items[i], RAM_FLAGS | dma, "RAM");
}

/* Interrupts of the root */

static void add_line(struct aj_cpuset *set, uint32_t intid)
{
    if (intid >= FIRST_SPI && intid <= JAILHOUSE_GIC_LAST_INTID)
        aj_cpuset_add(set, intid);
}

/* Every SPI there is: those that the board refers to, and those that it does not. */
static void find_lines(const struct emit_lower *l, struct aj_cpuset *lines)
{
    const struct model_board *board = &l->board;
    model_board_free_spis(board, lines);
    for (size_t i = 0; i < board->devices_count; i++)
        for (size_t k = 0; k < board->devices[i].interrupts_count; k++)
            add_line(lines, board->devices[i].interrupts[k].intid);
    for (size_t i = 0; i < board->consoles_count; i++)
        add_line(lines, board->consoles[i].intid);
    for (size_t i = 0; i < board->interrupts_count; i++)
        add_line(lines, board->interrupts[i].intid);
    for (size_t i = 0; i < l->plan->cells_count; i++)
        for (size_t k = 0; k < l->plan->cells[i].interrupts_count; k++)
            add_line(lines, l->plan->cells[i].interrupts[k]);
}

/* Jailhouse wants all CPUs that are online, also those that guests will get. */
static void fill_cpus(const struct emit_lower *l, struct model_cell *root)
{
    struct aj_cpuset cpus = model_board_online(&l->board);
    for (size_t i = 0; i < l->plan->cells_count; i++)
        aj_cpuset_or(&cpus, &l->plan->cells[i].cpus);
    emit_lower_cpus(&cpus, root);
}

static void fill_devices(const struct emit_lower *l, struct model_cell *root)
{
    struct aj_cpuset lines;
    const struct model_device **devices =
        AJ_NEW_ARRAY(l->out, const struct model_device *, l->board.devices_count);
    for (size_t i = 0; i < l->board.devices_count; i++)
        devices[i] = &l->board.devices[i];
    if (l->board.arch == MODEL_ARCH_X86) {
        emit_x86_irqchips(l, NULL, 0, root);
        emit_x86_root_ports(l, root);
        emit_x86_devices(l, devices, l->board.devices_count, root);
        return;
    }
    find_lines(l, &lines);
    emit_lower_irqchips(l, &lines, root);
    if (l->iommu)
        emit_lower_stream_ids(l, devices, l->board.devices_count, root);
}

enum aj_status emit_lower_root(const struct emit_lower *l, const struct model_plan_cell *plan,
                               const struct model_header **header, const struct model_cell **root)
{
    struct model_header *head = AJ_NEW(l->out, struct model_header);
    struct model_cell *cell = AJ_NEW(l->out, struct model_cell);
    struct emit_regions regions = {0};
    AJ_TRY(fill_header(l, head));
    cell->name = l->req->root.name != NULL ? l->req->root.name : l->req->root.key;
    cell->vpci_irq_base = plan->vpci_irq_base == AJ_NONE32 ? 0 : plan->vpci_irq_base;
    fill_cpus(l, cell);
    AJ_TRY(emit_lower_links(l, plan->key, 0, &regions, cell));
    add_map(l, &regions);
    fill_devices(l, cell);
    cell->mem_regions = regions.list.items;
    cell->mem_regions_count = regions.list.count;
    *header = head;
    *root = cell;
    return AJ_OK;
}
