/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/board_priv.h"
#include "model/model_priv.h"
#include "model/plan.h"
#include "model/requirements.h"

struct regions {
    struct model_region *items;
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
            .mpidr = {AJ_NONE64},
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

const struct model_board *model_board_override(const struct model_board *board,
                                               const struct model_requirements *req,
                                               struct aj_arena *out)
{
    struct model_board *copy = aj_memdup(out, board, sizeof *board);
    if (req->root.platform_info != NULL)
        copy->platform.arm = req->root.platform_info;
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
    return AJ_OK;
}
