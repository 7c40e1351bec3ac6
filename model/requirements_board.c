/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include "model/board_priv.h"
#include "model/model_priv.h"
#include "model/plan.h"
#include "model/requirements.h"

/* What is near something with registers probably has some too, without being named. */
#define NEIGHBOURHOOD AJ_MIB(16)
/* A GICv3 has frames for all CPUs it could have, which are seldom more than 16. */
#define GICR_GUESS (16 * JAILHOUSE_GICR_SIZE)
/* Pins of a cell's virtual PCI host. */
#define VPCI_PINS 4u

struct regions {
    struct model_region *items;
    size_t count, cap;
};

struct lines {
    struct model_irq_count *items;
    size_t count, cap;
};

/*
 * Registers unless the flags leave no doubt that it is memory: to give away registers as RAM is the
 * graver mistake.
 */
static uint8_t type_of(struct aj_ctx *cx, const struct model_mem_request *mem)
{
    const uint32_t ram = JAILHOUSE_MEM_DMA | JAILHOUSE_MEM_LOADABLE;
    if (mem->flags == 0)
        return MODEL_REGION_RAM;
    if ((mem->flags & JAILHOUSE_MEM_IO) == 0 && (mem->flags & ram) != 0)
        return MODEL_REGION_RAM;
    if ((mem->flags & (JAILHOUSE_MEM_IO | JAILHOUSE_MEM_EXECUTE)) == JAILHOUSE_MEM_EXECUTE) {
        aj_warn(cx, "region-guess", aj_yaml_loc(mem->at, "flags"),
                "region '%s' is taken for registers", mem->name);
        aj_diag_hint(cx, "add MEM_IO if that is right, MEM_LOADABLE if it is RAM");
    }
    return MODEL_REGION_MMIO;
}

static void add_region(struct aj_arena *out, struct regions *regions, const char *name,
                       uint8_t type, struct aj_range range)
{
    const struct model_region region = {
        .name = name,
        .phys_start = range.base,
        .virt_start = range.base,
        .size = range.size,
        .type = type,
        .root_used = true,
    };
    AJ_PUSH(out, regions, region);
}

/* Where the cell's own memory lies, as far as the file says so. */
static void add_regions(struct aj_ctx *cx, struct aj_arena *out,
                        const struct model_cell_request *cell, bool root, struct regions *regions)
{
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_mem_request *mem = &cell->mem_regions[i];
        if (mem->phys_start != AJ_NONE64)
            add_region(out, regions, root ? mem->name : aj_strf(out, "%s.%s", cell->key, mem->name),
                       type_of(cx, mem), (struct aj_range){mem->phys_start, mem->size});
    }
}

static void collect_regions(struct aj_ctx *cx, const struct model_requirements *req,
                            struct aj_arena *out, struct model_board *board)
{
    struct regions regions = {0};
    const struct model_mem_request *hypervisor = &req->root.hypervisor_memory;
    add_regions(cx, out, &req->root, true, &regions);
    for (size_t i = 0; i < req->guests_count; i++)
        add_regions(cx, out, &req->guests[i], false, &regions);
    if (hypervisor->phys_start != AJ_NONE64) {
        const aj_size size = hypervisor->size != AJ_NONE64
                                 ? hypervisor->size
                                 : model_hypervisor_default((enum model_arch)board->arch);
        add_region(out, &regions, "hypervisor.memory", MODEL_REGION_RAM,
                   (struct aj_range){hypervisor->phys_start, size});
    }
    board->memory_regions = regions.items;
    board->memory_regions_count = regions.count;
}

/* All CPUs up to the greatest that is named, and as many as the cells ask for. */
static void collect_cpus(const struct model_requirements *req, struct aj_arena *out,
                         struct model_board *board)
{
    uint32_t wanted = 0, named = 0;
    for (size_t i = 0; i <= req->guests_count; i++) {
        const struct model_cpu_request *cpus = i == 0 ? &req->root.cpus : &req->guests[i - 1].cpus;
        const uint32_t listed = aj_cpuset_count(&cpus->list);
        const uint32_t count = listed > 0 ? listed : cpus->count != AJ_NONE32 ? cpus->count : 1;
        wanted = wanted + count < AJ_CPU_MAX ? wanted + count : AJ_CPU_MAX;
        for (uint32_t c = aj_cpuset_next(&cpus->list, named); c < AJ_CPU_MAX;
             c = aj_cpuset_next(&cpus->list, c + 1))
            named = c + 1;
    }
    const uint32_t count = named > wanted ? named : wanted;
    struct model_cpu *cpus = AJ_NEW_ARRAY(out, struct model_cpu, count);
    for (uint32_t i = 0; i < count; i++)
        cpus[i] = (struct model_cpu){
            .id = {i},
            .online = true,
            .mpidr = {i},
            .midr = AJ_NONE64,
            .package = AJ_NONE32,
            .cluster = AJ_NONE32,
            .core = AJ_NONE32,
            .thread = AJ_NONE32,
            .capacity = AJ_NONE32,
        };
    board->cpus = cpus;
    board->cpus_count = count;
}

static void collect_console(const struct model_requirements *req, struct aj_arena *out,
                            struct model_board *board)
{
    const struct model_console *described = req->root.console.description;
    if (described == NULL)
        return;
    struct model_board_console *console = AJ_NEW(out, struct model_board_console);
    *console = (struct model_board_console){
        .name = "root.console",
        .type = described->type,
        .address = described->address,
        .size = described->size,
        .regdist = (described->flags & JAILHOUSE_CON_REGDIST_4) != 0 ? 4 : 1,
        .mmio = (described->flags & JAILHOUSE_CON_ACCESS_MMIO) != 0,
        .intid = AJ_NONE32,
        .baud = AJ_NONE32,
        .clock_hz = AJ_NONE32,
        .active = true,
    };
    board->consoles = console;
    board->consoles_count = 1;
}

/* Guesses: what is not named, but must be kept away from */

static void add_near(struct aj_arena *arena, struct aj_rangeset *near, aj_addr base, aj_size size)
{
    const struct aj_range range = {base, size};
    if (base == 0 || base == AJ_NONE64 || size == AJ_NONE64 || !aj_range_ok(range))
        return;
    const aj_addr first = aj_align_down(base, NEIGHBOURHOOD);
    const aj_addr last = aj_range_last(range) | (NEIGHBOURHOOD - 1);
    aj_rangeset_add(arena, near, (struct aj_range){first, last - first + 1});
}

static void add_near_consoles(struct aj_arena *arena, const struct model_requirements *req,
                              struct aj_rangeset *near)
{
    for (size_t i = 0; i <= req->guests_count; i++) {
        const struct model_cell_request *cell = i == 0 ? &req->root : &req->guests[i - 1];
        const struct model_console *console = cell->console.description;
        if (console != NULL && (console->flags & JAILHOUSE_CON_ACCESS_MMIO) != 0)
            add_near(arena, near, console->address, console->size);
    }
}

/* Windows around all named registers, which the virtual PCI host must keep out of. */
static void guess_windows(struct aj_ctx *cx, const struct model_requirements *req,
                          struct aj_arena *out, struct model_board *board)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const struct model_arm_platform *arm = board->platform.arm;
    const aj_addr gic[] = {arm->gicd_base, arm->gicc_base, arm->gich_base, arm->gicv_base};
    struct aj_rangeset near = {0}, ram = {0};
    struct regions regions = {0};
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        const struct aj_range range = {region->phys_start, region->size};
        AJ_PUSH(out, &regions, *region);
        if (region->type == MODEL_REGION_RAM)
            aj_rangeset_add(cx->scratch, &ram, range);
        else
            add_near(cx->scratch, &near, range.base, range.size);
    }
    for (size_t i = 0; i < AJ_COUNT(gic); i++)
        add_near(cx->scratch, &near, gic[i], JAILHOUSE_GICD_SIZE_V3);
    const aj_size frames = model_gicr_size(board);
    add_near(cx->scratch, &near, arm->gicr_base, frames > GICR_GUESS ? frames : GICR_GUESS);
    add_near_consoles(cx->scratch, req, &near);
    aj_rangeset_round_to_pages(cx->scratch, &ram);
    aj_rangeset_sub_all(cx->scratch, &near, &ram);
    for (size_t i = 0; i < near.count; i++)
        add_region(out, &regions, aj_strf(out, "near-%" PRIx64, near.items[i].base),
                   MODEL_REGION_WINDOW, near.items[i]);
    board->memory_regions = regions.items;
    board->memory_regions_count = regions.count;
    aj_arena_release(cx->scratch, mark);
}

/* Devices have the low lines: all but the last blocks of 32 may be in use. */
static struct aj_cpuset guess_lines(const struct model_requirements *req, struct aj_arena *out,
                                    struct model_board *board)
{
    const size_t wanted = (VPCI_PINS * (req->guests_count + 1) + 31) / 32 * 32;
    struct lines lines = {0};
    struct aj_cpuset free;
    model_board_free_spis(board, &free);
    size_t count = aj_cpuset_count(&free);
    for (uint32_t i = aj_cpuset_next(&free, 0); i < AJ_CPU_MAX && count > wanted;
         i = aj_cpuset_next(&free, i + 1), count--) {
        const struct model_irq_count line = {.intid = i};
        AJ_PUSH(out, &lines, line);
        aj_cpuset_remove(&free, i);
    }
    board->interrupts = lines.items;
    board->interrupts_count = lines.count;
    return free;
}

static enum aj_status no_lines(struct aj_ctx *cx, const struct model_requirements *req)
{
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "board-missing", aj_yaml_loc(req->at, "root"),
                "without board.yml the root needs 'irqchips', or 'spi_limit' in 'platform_info', "
                "for the interrupts of links");
    aj_diag_hint(cx, "let 'autojail extract' write board.yml, or describe the board here");
    return model_at(cx, "root", status);
}

static void warn_guess(struct aj_ctx *cx, const struct model_requirements *req, const char *what)
{
    aj_warn(cx, "board-guess", aj_yaml_loc(req->at, "root"), "a guess without board.yml: %s", what);
    aj_diag_hint(cx, "let 'autojail extract' write board.yml, which says so");
}

static enum aj_status guess(struct aj_ctx *cx, const struct model_requirements *req,
                            struct aj_arena *out, struct model_board *board)
{
    const struct aj_cpuset online = model_board_online(board);
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    warn_guess(cx, req,
               aj_strf(cx->scratch,
                       "the CPUs are %s, and their numbers are their affinities (mpidr)",
                       aj_cpuset_format(cx->scratch, &online)));
    aj_arena_release(cx->scratch, mark);
    if (req->links_count == 0)
        return AJ_OK;
    const struct aj_cpuset free = guess_lines(req, out, board);
    if (aj_cpuset_empty(&free))
        return no_lines(cx, req);
    guess_windows(cx, req, out, board);
    warn_guess(cx, req,
               aj_strf(cx->scratch, "interrupts %s are free, and addresses 16 MiB from those named",
                       aj_cpuset_format(cx->scratch, &free)));
    aj_arena_release(cx->scratch, mark);
    return AJ_OK;
}

const struct model_board *model_board_override(const struct model_board *board,
                                               const struct model_requirements *req,
                                               struct aj_arena *out)
{
    struct model_board *copy = aj_memdup(out, board, sizeof *board);
    if (req->root.platform_info != NULL)
        copy->platform.arm = req->root.platform_info;
    if (req->root.page_size != AJ_NONE64)
        copy->kernel.page_size = req->root.page_size;
    if (req->root.irqchips_count > 0) {
        copy->irqchips = req->root.irqchips;
        copy->irqchips_count = req->root.irqchips_count;
    }
    return copy;
}

enum aj_status model_board_from_requirements(struct aj_ctx *cx,
                                             const struct model_requirements *req,
                                             struct aj_arena *out, const struct model_board **board)
{
    if (req->root.platform_info == NULL) {
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_INPUT, "board-missing", aj_yaml_loc(req->at, "root"),
                    "without board.yml the root needs 'platform_info'");
        aj_diag_hint(cx, "let 'autojail extract' write board.yml, or describe the board here");
        return model_at(cx, "root", status);
    }
    struct model_board *made = AJ_NEW(out, struct model_board);
    aj_schema_defaults(&model_board_schema, made);
    collect_regions(cx, req, out, made);
    collect_cpus(req, out, made);
    collect_console(req, out, made);
    made = aj_memdup(out, model_board_override(made, req, out), sizeof *made);
    model_board_complete(cx, out, made);
    *board = made;
    return guess(cx, req, out, made);
}
