/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/lower_priv.h"

#define REGISTER_FLAGS (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_IO)
#define COMM_FLAGS     (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_COMM_REGION)

/* What is known of a guest while its regions are collected. */
struct guest {
    const struct emit_lower *l;
    const struct model_cell_request *request;
    const struct model_plan_cell *plan;
    const struct model_device **devices; /* own; devices[plan->devices_count] */
    struct emit_regions regions;
};

static enum aj_status find_devices(struct guest *g)
{
    const struct emit_lower *l = g->l;
    g->devices = AJ_NEW_ARRAY(l->out, const struct model_device *, g->plan->devices_count);
    for (size_t i = 0; i < g->plan->devices_count; i++) {
        g->devices[i] = model_board_device(&l->board, g->plan->devices[i]);
        if (g->devices[i] == NULL)
            return emit_lower_fail(l, "the plan gives '%s' a device '%s', which the board has not",
                                   g->plan->key, g->plan->devices[i]);
    }
    return AJ_OK;
}

/*
 * Widths of the accesses that guests make to the registers of a UART: an access of another width to
 * a region smaller than a page parks the CPU. Sources: Linux drivers/tty/serial, Jailhouse
 * inmates/lib.
 */
static uint64_t access_widths(uint16_t type)
{
    static const struct {
        uint16_t type;
        uint32_t widths;
    } table[] = {
        {JAILHOUSE_CON_TYPE_8250, JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_32},
        {JAILHOUSE_CON_TYPE_PL011, JAILHOUSE_MEM_IO_16 | JAILHOUSE_MEM_IO_32},
        {JAILHOUSE_CON_TYPE_HSCIF, JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_16},
        {JAILHOUSE_CON_TYPE_SCIFA, JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_16},
        {JAILHOUSE_CON_TYPE_SCIF, JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_16},
    };
    for (size_t i = 0; i < AJ_COUNT(table); i++)
        if (table[i].type == type)
            return table[i].widths;
    return JAILHOUSE_MEM_IO_32;
}

/* Of a page that other devices share, the guest gets the console's part. */
static void add_console(struct guest *g, const struct model_console *console,
                        const struct aj_rangeset *own)
{
    const struct aj_range range = {console->address, console->size};
    const char *name = g->plan->console != NULL ? g->plan->console : "described in cells.yml";
    uint64_t flags = REGISTER_FLAGS;
    if ((console->flags & JAILHOUSE_CON_ACCESS_MMIO) == 0 || !aj_range_ok(range) ||
        aj_rangeset_covers(own, range))
        return;
    if (g->plan->console_shared)
        flags |= JAILHOUSE_MEM_ROOTSHARED;
    if (!aj_is_aligned(range.base | range.size, AJ_PAGE))
        flags |= access_widths(console->type);
    emit_lower_add(g->l, &g->regions, range, flags, aj_strf(g->l->out, "console %s", name));
}

static void add_devices(struct guest *g, const struct model_cell *cell)
{
    struct aj_rangeset own = {0};
    const struct emit_lower *l = g->l;
    for (size_t i = 0; i < g->plan->devices_count; i++)
        for (size_t k = 0; k < g->devices[i]->regions_count; k++) {
            const struct model_mmio *mmio = &g->devices[i]->regions[k];
            const struct aj_range range = {mmio->phys_start, mmio->size};
            if (aj_range_ok(range))
                aj_rangeset_add(l->out, &own, emit_lower_pages(range));
        }
    if (l->board.arch == MODEL_ARCH_X86)
        emit_x86_cut_tables(l, &own);
    for (size_t i = 0; i < own.count; i++) {
        const char *names = emit_lower_names(l, g->devices, g->plan->devices_count, own.items[i]);
        emit_lower_add(l, &g->regions, own.items[i], REGISTER_FLAGS, names);
    }
    add_console(g, &cell->console, &own);
}

static void add_placed(struct guest *g, const struct model_plan_mem *mem, const char *comment)
{
    emit_lower_add(g->l, &g->regions, (struct aj_range){mem->phys_start, mem->size}, mem->flags,
                   comment);
    g->regions.list.items[g->regions.list.count - 1].virt_start = mem->virt_start;
}

/* The part of `mem` that the guest sees in [from, to); nothing if it is empty. */
static void add_part(struct guest *g, const struct model_plan_mem *mem, struct aj_range part,
                     uint32_t flags, const char *comment)
{
    struct model_plan_mem piece = *mem;
    if (part.size == 0)
        return;
    piece.phys_start += part.base - mem->virt_start;
    piece.virt_start = part.base;
    piece.size = part.size;
    piece.flags = flags;
    add_placed(g, &piece, comment);
}

/*
 * RAM over the reset address of a Linux guest has Jailhouse's loader in it. `jailhouse cell linux`
 * puts the device tree at the start of the first RAM and would overwrite the loader (13 KiB on arm64;
 * tools/jailhouse-cell-linux: ARMCommon.setup), so that part is no RAM to it: it has no DMA flag.
 */
static void add_ram(struct guest *g, const struct model_plan_mem *mem, const char *comment)
{
    const struct aj_range ram = {mem->virt_start, mem->size};
    const struct aj_range loader = {aj_align_down(g->request->cpu_reset_address, AJ_PAGE),
                                    MODEL_LOADER_SIZE};
    if (g->l->board.arch == MODEL_ARCH_X86 || g->request->os != MODEL_OS_LINUX ||
        (mem->flags & JAILHOUSE_MEM_IO) != 0 || !aj_range_contains(ram, loader)) {
        add_placed(g, mem, comment);
        return;
    }
    const aj_addr behind = loader.base + loader.size;
    add_part(g, mem, (struct aj_range){ram.base, loader.base - ram.base}, mem->flags, comment);
    add_part(g, mem, loader, mem->flags & ~JAILHOUSE_MEM_DMA,
             aj_strf(g->l->out, "loader of %s", g->plan->key));
    add_part(g, mem, (struct aj_range){behind, ram.base + ram.size - behind}, mem->flags, comment);
}

static const struct model_plan_mem *placed(const struct guest *g, enum model_mem_kind kind,
                                           const char *name)
{
    for (size_t i = 0; i < g->l->plan->memory_count; i++) {
        const struct model_plan_mem *mem = &g->l->plan->memory[i];
        if (mem->kind == kind && mem->cell != NULL && strcmp(mem->cell, g->plan->key) == 0 &&
            (name == NULL || (mem->name != NULL && strcmp(mem->name, name) == 0)))
            return mem;
    }
    return NULL;
}

/* In the order of cells.yml: the tools of Jailhouse put a kernel into the first region that fits. */
static enum aj_status add_memory(struct guest *g)
{
    const struct emit_lower *l = g->l;
    const char *key = g->plan->key;
    const struct model_plan_mem *loader = placed(g, MODEL_MEM_LOADER, NULL);
    const struct model_plan_mem *only = placed(g, MODEL_MEM_RAM, NULL);
    if (loader != NULL)
        add_placed(g, loader, aj_strf(l->out, "loader of %s", key));
    if (g->request->mem_regions_count == 0 && only == NULL)
        return emit_lower_fail(l, "the plan has no memory for '%s'", key);
    if (g->request->mem_regions_count == 0)
        add_ram(g, only, aj_strf(l->out, "RAM of %s", key));
    for (size_t i = 0; i < g->request->mem_regions_count; i++) {
        const char *name = g->request->mem_regions[i].name;
        const struct model_plan_mem *mem = placed(g, MODEL_MEM_RAM, name);
        if (mem == NULL)
            return emit_lower_fail(l, "the plan has no place for '%s' of '%s'", name, key);
        const char *what = (mem->flags & JAILHOUSE_MEM_IO) != 0 ? "registers" : "RAM";
        add_ram(g, mem, aj_strf(l->out, "%s of %s: %s", what, key, name));
    }
    return AJ_OK;
}

static uint32_t flags_of(const struct model_cell_request *request)
{
    const uint32_t bare =
        request->os == MODEL_OS_BARE ? JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED : 0;
    return request->flags != AJ_NONE32 ? request->flags : JAILHOUSE_CELL_PASSIVE_COMMREG | bare;
}

static void fill_lines(const struct guest *g, struct model_cell *cell)
{
    struct aj_cpuset lines = {0};
    for (size_t i = 0; i < g->plan->interrupts_count; i++)
        if (g->plan->interrupts[i] <= JAILHOUSE_GIC_LAST_INTID)
            aj_cpuset_add(&lines, g->plan->interrupts[i]);
    emit_lower_irqchips(g->l, &lines, cell);
}

static void fill_cache(const struct guest *g, struct model_cell *cell)
{
    const struct model_l3_request *wish = g->request->l3_cache;
    struct model_cache_region *part = AJ_NEW(g->l->out, struct model_cache_region);
    if (wish == NULL)
        return;
    *part = (struct model_cache_region){.start = wish->start,
                                        .size = wish->size,
                                        .type = JAILHOUSE_CACHE_L3,
                                        .flags = wish->shared ? JAILHOUSE_CACHE_ROOTSHARED : 0};
    cell->cache_regions = part;
    cell->cache_regions_count = 1;
}

/* A console of the root's that is only ports cannot be shared: the root would lose them. The guest
 * prints through the hypervisor. */
static void fill_x86(const struct guest *g, struct model_cell *cell)
{
    static const uint32_t nothing;
    emit_x86_irqchips(g->l, g->plan->interrupts_count > 0 ? g->plan->interrupts : &nothing,
                      g->plan->interrupts_count, cell);
    if (g->plan->console_shared && (cell->console.flags & JAILHOUSE_CON_ACCESS_MMIO) == 0) {
        cell->console = (struct model_console){.type = JAILHOUSE_CON_TYPE_NONE};
        cell->flags |= JAILHOUSE_CELL_VIRTUAL_CONSOLE_PERMITTED;
    }
    fill_cache(g, cell);
    emit_x86_console_ports(g->l, cell);
    emit_x86_devices(g->l, g->devices, g->plan->devices_count, cell);
}

enum aj_status emit_lower_guest(const struct emit_lower *l,
                                const struct model_cell_request *request,
                                const struct model_plan_cell *plan, struct model_cell *cell)
{
    struct guest g = {.l = l, .request = request, .plan = plan};
    *cell = (struct model_cell){
        .revision = l->revision,
        .architecture = l->board.arch,
        .name = request->name != NULL ? request->name : request->key,
        .flags = flags_of(request),
        .vpci_irq_base = plan->vpci_irq_base == AJ_NONE32 ? 0 : plan->vpci_irq_base,
        .cpu_reset_address = request->cpu_reset_address,
    };
    struct model_console console;
    if (model_cell_console(&l->board, l->req, request, &console))
        cell->console = console;
    emit_lower_cpus(&plan->cpus, cell);
    AJ_TRY(find_devices(&g));
    AJ_TRY(emit_lower_links(l, plan->key, JAILHOUSE_MEM_ROOTSHARED, &g.regions, cell));
    add_devices(&g, cell);
    AJ_TRY(add_memory(&g));
    emit_lower_add(l, &g.regions, (struct aj_range){0, AJ_PAGE}, COMM_FLAGS,
                   "communication region");
    g.regions.list.items[g.regions.list.count - 1].virt_start = model_comm_base(l->board.arch);
    if (l->board.arch == MODEL_ARCH_X86)
        fill_x86(&g, cell);
    else
        fill_lines(&g, cell);
    if (l->iommu)
        emit_lower_stream_ids(l, g.devices, plan->devices_count, cell);
    cell->mem_regions = g.regions.list.items;
    cell->mem_regions_count = g.regions.list.count;
    return AJ_OK;
}
