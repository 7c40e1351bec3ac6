/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of consoles, IOMMU units, ports and caches. */
#include "model/check_priv.h"

#define LARGE_PAGE AJ_MIB(2) /* what entry.S of arm64 maps of a console */
#define CACHE_L3   3u
#define UART_PORTS 8
#define PORTS      0x10000u

static bool on_memory_bus(const struct model_console *console)
{
    return (console->flags & JAILHOUSE_CON_ACCESS_MMIO) != 0;
}

static bool type_fits(const struct model_check *ck, uint16_t type)
{
    if (ck->arm)
        return type >= JAILHOUSE_CON_TYPE_8250 && type <= JAILHOUSE_CON_TYPE_SCIF;
    return type == JAILHOUSE_CON_TYPE_EFIFB || type == JAILHOUSE_CON_TYPE_8250;
}

static void judge_clock(struct model_check *ck, const struct model_cell *cell, const char *what,
                        const struct model_console *console)
{
    if (console->clock_reg != 0 && console->gate_nr > 31)
        model_check_broken(ck, MODEL_RULE_CON_5, cell, "%s: the clock gate is bit %u", what,
                           console->gate_nr);
}

static void judge_debug_console(struct model_check *ck)
{
    const struct model_console *console = &ck->header->debug_console;
    const char *what = "the hypervisor's console";
    if (console->type == JAILHOUSE_CON_TYPE_NONE)
        return;
    judge_clock(ck, NULL, what, console);
    if (!type_fits(ck, console->type))
        model_check_broken(ck, MODEL_RULE_CON_4, NULL, "%s has type %u", what, console->type);
    if (!on_memory_bus(console)) {
        if (ck->arm)
            model_check_broken(ck, MODEL_RULE_CON_3, NULL, "%s is not memory mapped", what);
        return;
    }
    if (console->size == 0)
        model_check_broken(ck, MODEL_RULE_CON_1, NULL, "%s at 0x%llx has size 0", what,
                           (unsigned long long)console->address);
    else if (ck->arch == MODEL_ARCH_ARM64 &&
             console->address % LARGE_PAGE + console->size > LARGE_PAGE)
        model_check_broken(
            ck, MODEL_RULE_CON_2, NULL, "%s is %s", what,
            model_check_range_text(ck, (struct aj_range){console->address, console->size}));
}

static bool has_port(const struct model_cell *cell, uint64_t port)
{
    for (size_t i = 0; i < cell->pio_regions_count; i++) {
        const struct model_pio *pio = &cell->pio_regions[i];
        if (port >= pio->base && port - pio->base < pio->length)
            return true;
    }
    return false;
}

static bool has_address(const struct model_cell *cell, aj_addr address)
{
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        if (model_region_is_sane(region) && !model_region_is_comm(region) &&
            aj_range_has(model_region_virt(region), address))
            return true;
    }
    return false;
}

static void judge_guest_console(struct model_check *ck, const struct model_cell *cell)
{
    const struct model_console *console = &cell->console;
    const char *what =
        aj_strf(ck->cx->scratch, "the console of %s", model_check_cell_text(ck, cell));
    if (console->type == JAILHOUSE_CON_TYPE_NONE)
        return;
    judge_clock(ck, cell, what, console);
    if (!on_memory_bus(console) && ck->arm)
        model_check_broken(ck, MODEL_RULE_CON_3, cell, "%s is not memory mapped", what);
    else if ((cell->flags & JAILHOUSE_CELL_VIRTUAL_CONSOLE_ACTIVE) == 0 &&
             !(on_memory_bus(console) ? has_address(cell, console->address)
                                      : has_port(cell, console->address)))
        model_check_broken(ck, MODEL_RULE_CON_7, cell, "%s at 0x%llx is in none of its regions",
                           what, (unsigned long long)console->address);
}

/* What board.yml calls a unit that Jailhouse drives; NULL for a type the architecture lacks. */
static const char *iommu_type(const struct model_check *ck, uint32_t type)
{
    if (ck->arch == MODEL_ARCH_X86)
        return type == JAILHOUSE_IOMMU_AMD ? "amd" : type == JAILHOUSE_IOMMU_INTEL ? "intel" : NULL;
    return type == JAILHOUSE_IOMMU_SMMUV3       ? "smmuv3"
           : type == JAILHOUSE_IOMMU_PVU        ? "pvu"
           : type == JAILHOUSE_IOMMU_ARM_MMU500 ? "mmu500"
                                                : NULL;
}

static bool board_has_iommu(const struct model_board *board, const char *type)
{
    if (board == NULL || board->iommu_count == 0)
        return true;
    for (size_t i = 0; i < board->iommu_count; i++) {
        if (board->iommu[i].type != NULL && strcmp(board->iommu[i].type, type) == 0)
            return true;
    }
    return false;
}

static void judge_iommus(struct model_check *ck)
{
    const struct model_iommu *units = ck->header->iommu_units;
    size_t count = 0;
    while (count < JAILHOUSE_MAX_IOMMU_UNITS && units[count].base != 0)
        count++;
    for (size_t i = count; i < JAILHOUSE_MAX_IOMMU_UNITS; i++) {
        if (units[i].base != 0)
            model_check_broken(ck, MODEL_RULE_IOM_1, NULL,
                               "IOMMU unit %zu follows the empty unit %zu", i, count);
    }
    for (size_t i = 0; i < count; i++) {
        const char *type = iommu_type(ck, units[i].type);
        if (type == NULL)
            model_check_broken(ck, MODEL_RULE_IOM_2, NULL, "IOMMU unit %zu has type %u", i,
                               units[i].type);
        else if (!board_has_iommu(ck->board, type))
            model_check_broken(ck, MODEL_RULE_IOM_2, NULL,
                               "IOMMU unit %zu is of type %s, the board has none of that type", i,
                               type);
    }
    if (count == 0 && ck->arch == MODEL_ARCH_X86)
        model_check_broken(ck, MODEL_RULE_X86_1, NULL, "there is no IOMMU unit");
}

struct stream {
    uint32_t id;
    size_t cell, index;
};

static int compare_streams(const void *pa, const void *pb)
{
    const struct stream *a = pa;
    const struct stream *b = pb;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    if (a->cell != b->cell)
        return a->cell < b->cell ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

static void judge_streams(struct model_check *ck)
{
    AJ_VEC(struct stream) all = {0};
    for (size_t c = ck->first_guest; c < ck->cells_count; c++) {
        for (size_t i = 0; i < ck->cells[c]->stream_ids_count; i++) {
            const struct stream stream = {ck->cells[c]->stream_ids[i], c, i};
            AJ_PUSH(ck->cx->scratch, &all, stream);
        }
    }
    if (all.count > 0)
        qsort(all.items, all.count, sizeof *all.items, compare_streams);
    for (size_t i = 1; i < all.count; i++) {
        const struct stream *a = &all.items[i - 1];
        const struct stream *b = &all.items[i];
        if (a->id != b->id || a->cell == b->cell)
            continue;
        model_check_broken(ck, MODEL_RULE_IOM_11, ck->cells[b->cell],
                           "%s and %s both own stream 0x%x",
                           model_check_cell_text(ck, ck->cells[a->cell]),
                           model_check_cell_text(ck, ck->cells[b->cell]), b->id);
        aj_diag_path(ck->cx, "stream_ids[%zu]", b->index);
    }
}

/* The root's console has group 0, the guests their index + 1. */
static void report_ports(struct model_check *ck, const struct model_span *a,
                         const struct model_span *b)
{
    const struct model_span *guest = b->group != 0 ? b : a;
    const struct model_span *other = guest == b ? a : b;
    const struct model_cell *cell = ck->cells[guest->cell];
    model_check_broken(ck, MODEL_RULE_X86_13, cell, "%s and %s both use ports of 0x%x+0x%x",
                       model_check_cell_text(ck, cell),
                       other->group == 0 ? "the root's console"
                                         : model_check_cell_text(ck, ck->cells[other->cell]),
                       cell->pio_regions[guest->region].base,
                       cell->pio_regions[guest->region].length);
    aj_diag_path(ck->cx, "pio_regions[%zu]", guest->region);
}

static void judge_ports(struct model_check *ck)
{
    AJ_VEC(struct model_span) spans = {0};
    for (size_t i = 0; ck->board != NULL && i < ck->board->consoles_count; i++) {
        const struct model_board_console *console = &ck->board->consoles[i];
        const struct model_span span = {.first = console->address,
                                        .last = console->address + UART_PORTS - 1};
        if (console->active && !console->mmio && console->address < PORTS)
            AJ_PUSH(ck->cx->scratch, &spans, span);
    }
    for (size_t c = 0; c < ck->cells_count; c++) {
        const struct model_cell *cell = ck->cells[c];
        for (size_t i = 0; i < cell->pio_regions_count; i++) {
            const struct model_pio *pio = &cell->pio_regions[i];
            const uint32_t end = (uint32_t)pio->base + pio->length;
            const struct model_span span = {
                .first = pio->base, .last = end - 1, .group = c + 1, .cell = c, .region = i};
            if (pio->length == 0 || end > PORTS) {
                model_check_broken(ck, MODEL_RULE_X86_12, cell, "%s: ports 0x%x+0x%x",
                                   model_check_cell_text(ck, cell), pio->base, pio->length);
                aj_diag_path(ck->cx, "pio_regions[%zu]", i);
            } else if (cell != ck->root) {
                AJ_PUSH(ck->cx->scratch, &spans, span);
            }
        }
    }
    model_spans_overlaps(ck, spans.items, spans.count, report_ports);
}

static void judge_caches(struct model_check *ck, const struct model_cell *cell)
{
    const struct model_cache_region *cache = cell->cache_regions;
    if (cell->cache_regions_count > 1)
        model_check_broken(ck, MODEL_RULE_CAT_1, cell, "%s has %zu cache regions",
                           model_check_cell_text(ck, cell), cell->cache_regions_count);
    else if (cell->cache_regions_count == 1 && (cache->type != CACHE_L3 || cache->size == 0))
        model_check_broken(ck, MODEL_RULE_CAT_1, cell, "%s: a cache region of type %u and size %u",
                           model_check_cell_text(ck, cell), cache->type, cache->size);
}

void model_check_platform(struct model_check *ck)
{
    if (ck->header != NULL) {
        judge_debug_console(ck);
        judge_iommus(ck);
    }
    for (size_t c = ck->first_guest; c < ck->cells_count; c++)
        judge_guest_console(ck, ck->cells[c]);
    judge_streams(ck);
    if (ck->arch != MODEL_ARCH_X86)
        return;
    judge_ports(ck);
    for (size_t c = 0; c < ck->cells_count; c++)
        judge_caches(ck, ck->cells[c]);
}
