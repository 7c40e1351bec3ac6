/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/board.h"
#include "model/jailhouse.h"

static bool has_alias(const struct model_device *device, const char *ref)
{
    for (size_t i = 0; i < device->aliases_count; i++)
        if (strcmp(device->aliases[i], ref) == 0)
            return true;
    return device->path != NULL && strcmp(device->path, ref) == 0;
}

const struct model_device *model_board_device(const struct model_board *board, const char *ref)
{
    for (size_t i = 0; i < board->devices_count; i++)
        if (strcmp(board->devices[i].name, ref) == 0)
            return &board->devices[i];
    for (size_t i = 0; i < board->devices_count; i++)
        if (has_alias(&board->devices[i], ref))
            return &board->devices[i];
    return NULL;
}

const struct model_board_console *model_board_console_of(const struct model_board *board,
                                                         const char *device_name)
{
    for (size_t i = 0; i < board->consoles_count; i++)
        if (strcmp(board->consoles[i].name, device_name) == 0)
            return &board->consoles[i];
    return NULL;
}

const struct model_cpu *model_board_cpu(const struct model_board *board, uint32_t id)
{
    for (size_t i = 0; i < board->cpus_count; i++)
        if (board->cpus[i].id.v == id)
            return &board->cpus[i];
    return NULL;
}

bool model_board_has_interrupt(const struct model_board *board, uint32_t intid)
{
    for (size_t i = 0; i < board->interrupts_count; i++)
        if (board->interrupts[i].intid == intid)
            return true;
    for (size_t i = 0; i < board->consoles_count; i++)
        if (board->consoles[i].intid == intid)
            return true;
    for (size_t i = 0; i < board->devices_count; i++)
        for (size_t k = 0; k < board->devices[i].interrupts_count; k++)
            if (board->devices[i].interrupts[k].intid == intid)
                return true;
    return false;
}

void model_board_suggest_interrupt(struct aj_ctx *cx, const struct model_board *board,
                                   uint32_t intid)
{
    enum { FIRST_SPI = 32 };
    if (board->arch != MODEL_ARCH_X86 && intid < UINT32_MAX - FIRST_SPI &&
        model_board_has_interrupt(board, intid + FIRST_SPI))
        aj_diag_hint(cx, "did you mean %u? Interrupts go by their INTID: SPI n is n + 32",
                     (unsigned)(intid + FIRST_SPI));
    else
        aj_diag_hint(cx, "interrupts go by their INTID: SPI n is n + 32");
}

bool model_board_has_line(const struct model_board *board, uint32_t intid)
{
    if (board->arch != MODEL_ARCH_X86)
        return intid >= JAILHOUSE_GIC_FIRST_SPI && intid <= JAILHOUSE_GIC_LAST_INTID;
    for (size_t i = 0; i < board->irqchips_count; i++) {
        const struct model_board_irqchip *chip = &board->irqchips[i];
        if (intid >= chip->gsi_base && intid - chip->gsi_base < 128 &&
            aj_cpuset_has(&chip->pin_bitmap, intid - chip->gsi_base))
            return true;
    }
    return false;
}

struct aj_cpuset model_board_online(const struct model_board *board)
{
    struct aj_cpuset online = {0};
    for (size_t i = 0; i < board->cpus_count; i++)
        if (board->cpus[i].online && board->cpus[i].id.v < AJ_CPU_MAX)
            aj_cpuset_add(&online, board->cpus[i].id.v);
    return online;
}

/* Addresses */

aj_size model_gicr_size(const struct model_board *board)
{
    const struct model_arm_platform *arm = board->platform.arm;
    uint64_t count = 0;
    for (size_t i = 0; i < board->cpus_count; i++)
        if (board->cpus[i].id.v >= count)
            count = (uint64_t)board->cpus[i].id.v + 1;
    const aj_size needed = count * JAILHOUSE_GICR_SIZE;
    return arm != NULL && arm->gicr_size != AJ_NONE64 && arm->gicr_size > needed ? arm->gicr_size
                                                                                 : needed;
}

static void add(struct aj_arena *arena, struct aj_rangeset *set, aj_addr base, aj_size size)
{
    if (base != AJ_NONE64 && size != AJ_NONE64)
        aj_rangeset_add(arena, set, (struct aj_range){base, size});
}

/* A base of the GIC; 0 says "none" in files made from Jailhouse configurations. */
static void add_gic(struct aj_arena *arena, struct aj_rangeset *set, aj_addr base, aj_size size)
{
    if (base != 0)
        add(arena, set, base, size);
}

/* The APICs, and the configuration space that Jailhouse moderates: that of segment 0. */
static void add_intercepted_x86(const struct model_board *board, struct aj_arena *arena,
                                struct aj_rangeset *set)
{
    const struct model_pci_host *host = model_board_pci_host(board, 0);
    add(arena, set, MODEL_X86_LOCAL_APIC, AJ_PAGE);
    for (size_t i = 0; i < board->irqchips_count; i++)
        add(arena, set, board->irqchips[i].address, AJ_PAGE);
    if (host != NULL && host->ecam_base != AJ_NONE64)
        add(arena, set, host->ecam_base, host->ecam_size);
}

static void add_intercepted(const struct model_board *board, struct aj_arena *arena,
                            struct aj_rangeset *set)
{
    const struct model_arm_platform *arm = board->platform.arm;
    if (arm != NULL) {
        const bool v3 = arm->gic_version == 3;
        add_gic(arena, set, arm->gicd_base, v3 ? JAILHOUSE_GICD_SIZE_V3 : JAILHOUSE_GICD_SIZE_V2);
        add_gic(arena, set, arm->gicc_base, JAILHOUSE_GICX_SIZE);
        add_gic(arena, set, arm->gich_base, JAILHOUSE_GICX_SIZE);
        add_gic(arena, set, arm->gicv_base, JAILHOUSE_GICX_SIZE);
        add_gic(arena, set, arm->gicr_base, model_gicr_size(board));
    }
    if (board->arch == MODEL_ARCH_X86)
        add_intercepted_x86(board, arena, set);
    for (size_t i = 0; i < board->iommu_count; i++) {
        add(arena, set, board->iommu[i].base, board->iommu[i].size);
        add(arena, set, board->iommu[i].tlb_base, board->iommu[i].tlb_size);
    }
    aj_rangeset_round_to_pages(arena, set);
}

static void add_used(const struct model_board *board, struct aj_arena *arena,
                     struct aj_rangeset *set)
{
    for (size_t i = 0; i < board->memory_regions_count; i++)
        add(arena, set, board->memory_regions[i].phys_start, board->memory_regions[i].size);
    for (size_t i = 0; i < board->devices_count; i++)
        for (size_t k = 0; k < board->devices[i].regions_count; k++)
            add(arena, set, board->devices[i].regions[k].phys_start,
                board->devices[i].regions[k].size);
    for (size_t i = 0; i < board->consoles_count; i++)
        if (board->consoles[i].mmio)
            add(arena, set, board->consoles[i].address, board->consoles[i].size);
    for (size_t i = 0; i < board->platform.pci.hosts_count; i++)
        add(arena, set, board->platform.pci.hosts[i].ecam_base,
            board->platform.pci.hosts[i].ecam_size);
    aj_rangeset_round_to_pages(arena, set);
}

/* Whole pages inside the range; false if there is none. */
static bool round_inward(struct aj_range *range)
{
    const aj_addr last = aj_range_last(*range);
    aj_addr first;
    if (!aj_align_up(range->base, AJ_PAGE, &first) || first > last || last - first < AJ_PAGE - 1)
        return false;
    *range = (struct aj_range){first, aj_align_down(last - first + 1, AJ_PAGE)};
    return true;
}

static void add_ram(const struct model_board *board, struct aj_arena *arena,
                    struct aj_rangeset *ram)
{
    struct aj_rangeset banks = {0}, taken = {0};
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        if (region->type == MODEL_REGION_RAM)
            add(arena, &banks, region->phys_start, region->size);
        else if (region->type == MODEL_REGION_RESERVED || region->type == MODEL_REGION_FIRMWARE)
            add(arena, &taken, region->phys_start, region->size);
    }
    for (size_t i = 0; i < banks.count; i++)
        if (round_inward(&banks.items[i]))
            aj_rangeset_add(arena, ram, banks.items[i]);
    aj_rangeset_round_to_pages(arena, &taken);
    aj_rangeset_sub_all(arena, ram, &taken);
}

const struct model_pci_host *model_board_pci_host(const struct model_board *board, uint32_t domain)
{
    for (size_t i = 0; i < board->platform.pci.hosts_count; i++)
        if (board->platform.pci.hosts[i].domain == domain)
            return &board->platform.pci.hosts[i];
    return NULL;
}

void model_board_addresses(const struct model_board *board, struct aj_arena *out,
                           struct model_address_map *map)
{
    *map = (struct model_address_map){0};
    add_ram(board, out, &map->ram);
    add_intercepted(board, out, &map->intercepted);
    add_used(board, out, &map->used);
    aj_rangeset_add_all(out, &map->used, &map->intercepted);
}

/* Interrupts */

static void add_lines(struct aj_cpuset *set, uint32_t first, uint32_t count)
{
    for (uint32_t i = 0; i < count && first + i <= JAILHOUSE_GIC_LAST_INTID; i++)
        aj_cpuset_add(set, first + i);
}

static void add_line(struct aj_cpuset *set, uint32_t intid)
{
    if (intid <= JAILHOUSE_GIC_LAST_INTID)
        aj_cpuset_add(set, intid);
}

static void add_referenced(const struct model_board *board, struct aj_cpuset *set)
{
    for (size_t i = 0; i < board->devices_count; i++)
        for (size_t k = 0; k < board->devices[i].interrupts_count; k++)
            add_line(set, board->devices[i].interrupts[k].intid);
    for (size_t i = 0; i < board->consoles_count; i++)
        add_line(set, board->consoles[i].intid);
    for (size_t i = 0; i < board->interrupts_count; i++)
        add_line(set, board->interrupts[i].intid);
    if (board->platform.arm != NULL)
        add_line(set, board->platform.arm->maintenance_irq);
}

static uint32_t greatest(const struct aj_cpuset *set)
{
    uint32_t last = 0;
    for (uint32_t i = aj_cpuset_next(set, 0); i < AJ_CPU_MAX; i = aj_cpuset_next(set, i + 1))
        last = i;
    return last;
}

/* The best that is known: what the distributor says, else the blocks, else what is in use. */
static void add_implemented(const struct model_board *board, const struct aj_cpuset *referenced,
                            struct aj_cpuset *set)
{
    const struct model_arm_platform *arm = board->platform.arm;
    if (arm != NULL && arm->spi_limit != AJ_NONE32) {
        add_lines(set, 32, arm->spi_limit);
        return;
    }
    for (size_t i = 0; i < board->irqchips_count; i++) {
        const struct model_board_irqchip *chip = &board->irqchips[i];
        for (uint32_t pin = aj_cpuset_next(&chip->pin_bitmap, 0); pin < 128;
             pin = aj_cpuset_next(&chip->pin_bitmap, pin + 1))
            if (chip->pin_base <= JAILHOUSE_GIC_LAST_INTID)
                add_line(set, chip->pin_base + pin);
    }
    if (aj_cpuset_empty(set))
        add_lines(set, 32, greatest(referenced) / 32 * 32);
}

void model_board_free_spis(const struct model_board *board, struct aj_cpuset *intids)
{
    struct aj_cpuset referenced = {0};
    *intids = (struct aj_cpuset){0};
    add_referenced(board, &referenced);
    add_implemented(board, &referenced, intids);
    aj_cpuset_sub(intids, &referenced);
    for (uint32_t i = 0; i < 32; i++) /* SGIs and PPIs */
        aj_cpuset_remove(intids, i);
}
