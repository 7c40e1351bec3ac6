/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/commands.h"

#include "base/units.h"

void cli_board_summary_write(struct aj_ctx *cx, const struct model_board *board, struct aj_buf *to)
{
    const struct aj_cpuset online = model_board_online(board);
    aj_size ram = 0;
    for (size_t i = 0; i < board->memory_regions_count; i++)
        if (board->memory_regions[i].type == MODEL_REGION_RAM)
            ram += board->memory_regions[i].size;
    if (board->board.model != NULL)
        aj_buf_addf(to, "%s: ", board->board.model);
    aj_buf_addf(to, "%u CPUs, %llu MiB of RAM, %zu devices, %zu consoles\n",
                aj_cpuset_count(&online), (unsigned long long)(ram / AJ_MIB(1)),
                board->devices_count, board->consoles_count);
    for (size_t i = 0; !board->jailhouse.possible && i < board->jailhouse.reasons_count; i++)
        aj_warn(cx, "jailhouse-impossible", AJ_NOWHERE, "Jailhouse cannot run here: %s",
                board->jailhouse.reasons[i]);
    for (size_t i = 0; i < board->diagnostics_count; i++) {
        const struct model_board_note *note = &board->diagnostics[i];
        if (note->level != NULL && strcmp(note->level, "info") == 0)
            continue;
        aj_warn(cx, "board-note", aj_loc_file(note->where), "%s",
                note->text != NULL ? note->text : "");
    }
}

/* What one range is for, in a word or two. */
static const char *purpose(const struct model_plan_mem *m, struct aj_arena *scratch)
{
    switch ((enum model_mem_kind)m->kind) {
    case MODEL_MEM_HYPERVISOR: return "hypervisor";
    case MODEL_MEM_RAM: return aj_strf(scratch, "%s %s", m->cell, m->name);
    case MODEL_MEM_LOADER: return aj_strf(scratch, "%s loader", m->cell);
    case MODEL_MEM_LINK: return aj_strf(scratch, "link %s", m->name);
    case MODEL_MEM_PCI: return "virtual PCI";
    }
    return "";
}

static const char *list_interrupts(const struct model_plan_cell *cell, struct aj_arena *scratch)
{
    struct aj_cpuset set = {{0}};
    for (size_t i = 0; i < cell->interrupts_count; i++) {
        if (cell->interrupts[i] < AJ_CPU_MAX)
            aj_cpuset_add(&set, cell->interrupts[i]);
    }
    return aj_cpuset_empty(&set) ? "-" : aj_cpuset_format(scratch, &set);
}

static void write_cells(const struct model_requirements *req, const struct model_plan *plan,
                        struct aj_arena *scratch, struct aj_buf *to)
{
    aj_buf_addf(to, "%-12s %-24s %-12s %-16s %s\n", "cell", "name", "cpus", "interrupts",
                "console");
    for (size_t i = 0; i < plan->cells_count; i++) {
        const struct model_plan_cell *cell = &plan->cells[i];
        const struct model_cell_request *request = model_cell_by_key(req, cell->key);
        aj_buf_addf(to, "%-12s %-24s %-12s %-16s %s%s\n", cell->key,
                    request != NULL ? request->name : "", aj_cpuset_format(scratch, &cell->cpus),
                    i == 0 ? "all others" : list_interrupts(cell, scratch),
                    cell->console != NULL ? cell->console : "-",
                    cell->console_shared ? " (shared)" : "");
    }
}

static void write_memory(const struct model_plan *plan, struct aj_arena *scratch, struct aj_buf *to)
{
    aj_buf_addf(to, "\n%-24s %-14s %-14s %s\n", "memory", "physical", "guest", "size");
    for (size_t i = 0; i < plan->memory_count; i++) {
        const struct model_plan_mem *m = &plan->memory[i];
        aj_buf_addf(to, "%-24s %-14s %-14s %s\n", purpose(m, scratch),
                    aj_format_hex(scratch, m->phys_start),
                    m->cell != NULL ? aj_format_hex(scratch, m->virt_start) : "-",
                    aj_format_size_about(scratch, m->size));
    }
}

static void write_wishes(const struct model_board *board, const struct model_requirements *req,
                         const struct model_plan *plan, struct aj_arena *scratch, struct aj_buf *to)
{
    size_t count;
    const struct model_plan_wish *wishes = model_plan_wishes(board, req, plan, scratch, &count);
    if (count > 0)
        aj_buf_addf(to, "\n%-12s %-24s %s\n", "cell", "given", "wish");
    for (size_t i = 0; i < count; i++)
        aj_buf_addf(to, "%-12s %-24s %s\n", wishes[i].cell,
                    wishes[i].given != NULL ? wishes[i].given
                                            : aj_strf(scratch, "- (cost %u)", wishes[i].cost),
                    wishes[i].wish);
}

static void write_knobs(const struct model_plan *plan, struct aj_buf *to)
{
    if (plan->knobs_count > 0)
        aj_buf_addf(to, "\n%-12s %-24s %s\n", "cell", "knob", "value");
    for (size_t i = 0; i < plan->knobs_count; i++) {
        const struct model_plan_knob *set = &plan->knobs[i];
        aj_buf_addf(to, "%-12s %-24s %s\n", set->cell, set->knob, set->value);
    }
}

/* The lines of one cell that fire on one CPU. */
static void write_route(const struct model_plan_irq *irqs, size_t count, const char *cell,
                        uint32_t cpu, struct aj_arena *scratch, struct aj_buf *to)
{
    struct aj_cpuset lines = {{0}};
    for (size_t i = 0; i < count; i++)
        if (irqs[i].cpu == cpu && irqs[i].intid < AJ_CPU_MAX)
            aj_cpuset_add(&lines, irqs[i].intid);
    if (!aj_cpuset_empty(&lines))
        aj_buf_addf(to, "%-12s %-24u %s\n", cell, (unsigned)cpu, aj_cpuset_format(scratch, &lines));
}

static void write_routes(const struct model_plan *plan, struct aj_arena *scratch, struct aj_buf *to)
{
    size_t all = plan->irqs_count;
    for (size_t i = 0; i < plan->cells_count; i++)
        all += plan->cells[i].irqs_count;
    if (all == 0)
        return;
    aj_buf_addf(to, "\n%-12s %-24s %s\n", "cell", "cpu", "interrupts that fire there");
    for (size_t i = 0; i < plan->cells_count; i++) {
        const struct model_plan_cell *cell = &plan->cells[i];
        for (uint32_t cpu = aj_cpuset_next(&cell->cpus, 0); cpu < AJ_CPU_MAX;
             cpu = aj_cpuset_next(&cell->cpus, cpu + 1))
            write_route(i == 0 ? plan->irqs : cell->irqs,
                        i == 0 ? plan->irqs_count : cell->irqs_count, cell->key, cpu, scratch, to);
    }
}

static void write_levels(const struct model_plan *plan, struct aj_arena *scratch, struct aj_buf *to)
{
    aj_buf_addf(to, "\n%s:", aj_name_of(model_plan_status_names, plan->status));
    for (size_t i = 0; i < plan->levels_count; i++) {
        const struct model_plan_level *level = &plan->levels[i];
        aj_buf_addf(to, "%s %s %lld", i > 0 ? "," : "", level->objective, (long long)level->value);
        if (level->value != level->bound)
            aj_buf_addf(to, " (gap %s)", model_plan_gap_text(level, scratch));
    }
    aj_buf_adds(to, "\n");
}

void cli_summary_write(const struct model_board *board, const struct model_requirements *req,
                       const struct model_plan *plan, struct aj_buf *to)
{
    struct aj_arena *scratch = aj_arena_open();
    if (board->board.model != NULL)
        aj_buf_addf(to, "%s\n\n", board->board.model);
    write_cells(req, plan, scratch, to);
    write_memory(plan, scratch, to);
    write_wishes(board, req, plan, scratch, to);
    write_routes(plan, scratch, to);
    write_knobs(plan, to);
    write_levels(plan, scratch, to);
    aj_arena_close(scratch);
}
