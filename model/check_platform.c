/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of consoles and ports. */
#include "model/check_priv.h"

#define LARGE_PAGE AJ_MIB(2) /* what entry.S of arm64 maps of a console */
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

/*
 * The widths with which inmates/lib reads and writes: trapped registers are served by no other. Those
 * of 8250 may be bytes; those of SCIF and its kin are bytes and half words.
 */
static uint64_t widths_of(const struct model_console *console)
{
    switch (console->type) {
    case JAILHOUSE_CON_TYPE_8250:
        return (console->flags & JAILHOUSE_CON_REGDIST_4) == 0 ? JAILHOUSE_MEM_IO_8
                                                               : JAILHOUSE_MEM_IO_32;
    case JAILHOUSE_CON_TYPE_HSCIF:
    case JAILHOUSE_CON_TYPE_SCIFA:
    case JAILHOUSE_CON_TYPE_SCIF: return JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_16;
    default: return JAILHOUSE_MEM_IO_32;
    }
}

static bool has_registers(const struct model_cell *cell, aj_addr address, uint64_t widths)
{
    const uint64_t access = JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE;
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        const uint64_t needed = access | (model_region_is_subpage(region) ? widths : 0);
        if (model_region_is_sane(region) && !model_region_is_comm(region) &&
            !model_region_is_ram(region) && (region->flags & needed) == needed &&
            aj_range_has(model_region_virt(region), address))
            return true;
    }
    return false;
}

/* What inmates/lib does at the first output. Linux has a console of its own. */
static void judge_access(struct model_check *ck, const struct model_cell *cell, const char *what)
{
    const struct model_console *console = &cell->console;
    const bool bare = model_check_is_bare(cell), mapped = ck->arm || on_memory_bus(console);
    const enum model_rule_name rule = bare ? MODEL_RULE_CEL_4 : MODEL_RULE_CON_7;
    if (bare && !type_fits(ck, console->type))
        return;
    if (!(mapped ? has_registers(cell, console->address, widths_of(console))
                 : has_port(cell, console->address)))
        model_check_broken(ck, rule, cell,
                           "%s at 0x%llx is in none of the %s that it may read and write", what,
                           (unsigned long long)console->address, mapped ? "registers" : "ports");
    if (bare && ck->arm && console->clock_reg != 0 &&
        !has_registers(cell, console->clock_reg, JAILHOUSE_MEM_IO_32))
        model_check_broken(ck, rule, cell,
                           "%s has its clock gate at 0x%llx, which it may not read and write", what,
                           (unsigned long long)console->clock_reg);
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
    judge_access(ck, cell, what);
}

/* The guest takes the hypervisor's console from the root. */
static bool takes_debug_console(const struct model_check *ck, const struct model_cell *cell)
{
    const struct model_console *console = &ck->header->debug_console;
    if (console->type == JAILHOUSE_CON_TYPE_NONE)
        return false;
    if (!on_memory_bus(console))
        return !ck->arm && has_port(cell, console->address);
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_memory *region = &cell->mem_regions[i];
        if (model_region_is_taken(region) &&
            aj_range_has(model_region_phys(region), console->address))
            return true;
    }
    return false;
}

static void judge_guest(struct model_check *ck, const struct model_cell *cell)
{
    judge_guest_console(ck, cell);
    if (ck->header != NULL && takes_debug_console(ck, cell))
        model_check_broken(
            ck, MODEL_RULE_CON_6, cell, "%s takes the hypervisor's console at 0x%llx",
            model_check_cell_text(ck, cell), (unsigned long long)ck->header->debug_console.address);
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

void model_check_platform(struct model_check *ck)
{
    if (ck->header != NULL)
        judge_debug_console(ck);
    for (size_t c = ck->first_guest; c < ck->cells_count; c++)
        judge_guest(ck, ck->cells[c]);
    if (ck->arch == MODEL_ARCH_X86)
        judge_ports(ck);
}
