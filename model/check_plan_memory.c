/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the plan meet the requirements: memory is placed once, as asked, in RAM, without overlap. */
#include "base/rangeset.h"
#include "model/check_plan_priv.h"

#define RAM_FLAGS                                                                           \
    (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA | \
     JAILHOUSE_MEM_LOADABLE)
#define LOADER_FLAGS (RAM_FLAGS & ~JAILHOUSE_MEM_DMA)
#define LINUX_RAM    AJ_MIB(128) /* of a guest that says nothing */
#define BARE_RAM     AJ_KIB(64)
#define LINK_SIZE    AJ_MIB(1)

/* What must be in the plan exactly once. */
struct expected {
    struct model_plan_mem mem; /* phys_start and virt_start AJ_NONE64: free, and equal */
    aj_size alignment;
    aj_addr residue; /* modulo the alignment */
    bool registers;  /* of a device: anywhere but in RAM */
    struct aj_loc loc;
};

struct memory_check {
    struct model_plan_check *pc;
    struct aj_rangeset ram;    /* Linux's RAM without what is reserved in it */
    struct aj_rangeset kept;   /* with what Linux keeps its hands off: cells.yml may name that */
    struct aj_rangeset memory; /* with what Linux has reserved for itself too */
    bool *used;                /* used[plan->memory_count]: met a request */
};

static const char *mem_text(struct model_plan_check *pc, const struct model_plan_mem *mem)
{
    const char *kind = aj_name_of(model_mem_kind_names, mem->kind);
    return aj_strf(pc->cx->scratch, "%s%s%s%s%s at 0x%llx+0x%llx", kind == NULL ? "?" : kind,
                   mem->cell == NULL ? "" : " of ", mem->cell == NULL ? "" : mem->cell,
                   mem->name == NULL ? "" : " ", mem->name == NULL ? "" : mem->name,
                   (unsigned long long)mem->phys_start, (unsigned long long)mem->size);
}

static aj_size whole_pages(aj_size size, aj_size page)
{
    aj_size pages;
    return aj_align_up(size, page, &pages) ? pages : AJ_NONE64;
}

static aj_size default_alignment(aj_size size, aj_size page)
{
    if (size >= AJ_MIB(2))
        return AJ_MIB(2);
    return size >= AJ_KIB(64) ? AJ_KIB(64) : page;
}

/* Where large pages map it: as far above a multiple of the alignment as the guest's page. */
static aj_addr residue_of(const struct expected *wanted, aj_size page)
{
    const aj_addr virt = wanted->mem.virt_start;
    return virt == AJ_NONE64 ? 0 : (virt - virt % page) % wanted->alignment;
}

/* Memory of two kernels is in pages of both: the root's, which loads it, and that of its own. */
static aj_size page_with(const struct memory_check *mc, const struct model_cell_request *cell)
{
    const aj_size roots = model_cell_page(mc->pc->board, &mc->pc->req->root);
    const aj_size own = model_cell_page(mc->pc->board, cell);
    return roots > own ? roots : own;
}

static struct aj_range phys_of(const struct model_plan_mem *mem)
{
    return (struct aj_range){mem->phys_start, mem->size};
}

/* The one entry that meets the request, or NULL with an error. */
static const struct model_plan_mem *find(struct memory_check *mc, const struct expected *wanted)
{
    const struct model_plan *plan = mc->pc->plan;
    const struct model_plan_mem *found = NULL;
    const bool any_name = wanted->mem.kind == MODEL_MEM_LOADER;
    for (size_t i = 0; i < plan->memory_count; i++) {
        const struct model_plan_mem *mem = &plan->memory[i];
        if (mem->kind != wanted->mem.kind || !model_plan_same_text(mem->cell, wanted->mem.cell) ||
            (!any_name && !model_plan_same_text(mem->name, wanted->mem.name)))
            continue;
        mc->used[i] = true;
        if (found != NULL) {
            (void)aj_fail(mc->pc->cx, AJ_FINDINGS, "plan-memory", wanted->loc, "%s is placed twice",
                          mem_text(mc->pc, mem));
            return NULL;
        }
        found = mem;
    }
    if (found == NULL) {
        const char *kind = aj_name_of(model_mem_kind_names, wanted->mem.kind);
        (void)aj_fail(mc->pc->cx, AJ_FINDINGS, "plan-memory", wanted->loc,
                      "memory that is asked for is not placed: %s %s", kind == NULL ? "?" : kind,
                      wanted->mem.name == NULL ? "" : wanted->mem.name);
    }
    return found;
}

static void judge_place(struct memory_check *mc, const struct expected *wanted,
                        const struct model_plan_mem *mem)
{
    struct aj_ctx *cx = mc->pc->cx;
    const bool fixed = wanted->mem.phys_start != AJ_NONE64;
    const struct aj_range range = phys_of(mem);
    if (!aj_range_ok(range) || aj_range_last(range) >= mc->pc->board->phys_limit) {
        (void)aj_fail(cx, AJ_FINDINGS, "plan-memory-ram", wanted->loc,
                      "%s is beyond the board's addresses", mem_text(mc->pc, mem));
    } else if (wanted->registers) {
        if (aj_rangeset_overlaps(&mc->memory, range))
            (void)aj_fail(cx, AJ_FINDINGS, "plan-memory-ram", wanted->loc,
                          "%s is meant for registers, but is in RAM", mem_text(mc->pc, mem));
    } else if (!aj_rangeset_covers(fixed ? &mc->kept : &mc->ram, range)) {
        (void)aj_fail(cx, AJ_FINDINGS, "plan-memory-ram", wanted->loc,
                      "%s is not in RAM that can be given away", mem_text(mc->pc, mem));
    }
    if (!wanted->registers && aj_range_ok(range) &&
        mem->phys_start % wanted->alignment != wanted->residue)
        (void)aj_fail(cx, AJ_FINDINGS, "plan-memory-align", wanted->loc,
                      "%s should be at 0x%llx modulo 0x%llx", mem_text(mc->pc, mem),
                      (unsigned long long)wanted->residue, (unsigned long long)wanted->alignment);
}

static void judge_entry(struct memory_check *mc, const struct expected *wanted)
{
    const struct model_plan_mem *mem = find(mc, wanted);
    const aj_addr fixed = wanted->mem.phys_start;
    if (mem == NULL)
        return;
    const aj_addr virt =
        wanted->mem.virt_start == AJ_NONE64 ? mem->phys_start : wanted->mem.virt_start;
    const char *wrong = NULL;
    if (mem->size != wanted->mem.size)
        wrong = aj_strf(mc->pc->cx->scratch, "has the wrong size, 0x%llx are asked for",
                        (unsigned long long)wanted->mem.size);
    else if (mem->flags != wanted->mem.flags)
        wrong =
            aj_strf(mc->pc->cx->scratch, "has flags 0x%x, not 0x%x", mem->flags, wanted->mem.flags);
    else if (mem->virt_start != virt)
        wrong = aj_strf(mc->pc->cx->scratch, "is seen at 0x%llx, not at 0x%llx",
                        (unsigned long long)mem->virt_start, (unsigned long long)virt);
    else if (fixed != AJ_NONE64 && mem->phys_start != fixed)
        wrong = aj_strf(mc->pc->cx->scratch, "is not at 0x%llx", (unsigned long long)fixed);
    if (wrong != NULL)
        (void)aj_fail(mc->pc->cx, AJ_FINDINGS, "plan-memory", wanted->loc, "%s %s",
                      mem_text(mc->pc, mem), wrong);
    judge_place(mc, wanted, mem);
}

static void judge_hypervisor(struct memory_check *mc)
{
    const struct model_requirements *req = mc->pc->req;
    const enum model_arch arch = (enum model_arch)mc->pc->board->arch;
    const struct model_mem_request *wish = &req->root.hypervisor_memory;
    const aj_size page = page_with(mc, &req->root);
    const aj_size needed = model_hypervisor_alignment(arch);
    const struct expected wanted = {
        .mem = {.kind = MODEL_MEM_HYPERVISOR,
                .phys_start = wish->phys_start,
                .virt_start = AJ_NONE64,
                .size = wish->size == AJ_NONE64 ? model_hypervisor_default(arch)
                                                : whole_pages(wish->size, page)},
        .alignment = needed > page ? needed : page,
        .loc = model_plan_loc(&req->root, "hypervisor_memory"),
    };
    judge_entry(mc, &wanted);
}

/* Registers by hand: flagged as such, or where the board has no RAM. */
static bool is_registers(const struct memory_check *mc, const struct model_mem_request *wish)
{
    const struct aj_range range = {wish->phys_start, wish->size};
    if ((wish->flags & JAILHOUSE_MEM_IO) != 0)
        return true;
    return wish->phys_start != AJ_NONE64 && aj_range_ok(range) &&
           !aj_rangeset_overlaps(&mc->memory, range);
}

/* Where the guest must see it: at its reset address if it is bare, and above the boot code of x86. */
static aj_addr first_place(const struct memory_check *mc, const struct model_cell_request *cell)
{
    if (cell->os == MODEL_OS_BARE)
        return aj_align_down(cell->cpu_reset_address, AJ_PAGE);
    return mc->pc->board->arch == MODEL_ARCH_X86 ? MODEL_X86_RAM_START : AJ_NONE64;
}

/* In each node that it lies in its cell has a CPU. */
static void judge_near(struct memory_check *mc, const struct model_cell_request *cell,
                       const struct expected *wanted)
{
    const struct model_plan_check *pc = mc->pc;
    const struct model_plan_cell *plan = model_plan_cell(pc->plan, cell->key);
    for (size_t i = 0; i < pc->plan->memory_count; i++) {
        const struct model_plan_mem *mem = &pc->plan->memory[i];
        if (mem->kind != MODEL_MEM_RAM || !model_plan_same_text(mem->cell, cell->key) ||
            !model_plan_same_text(mem->name, wanted->mem.name) || !aj_range_ok(phys_of(mem)))
            continue;
        for (size_t k = 0; k < pc->board->memory_regions_count; k++) {
            const struct model_region *ram = &pc->board->memory_regions[k];
            const struct aj_range range = {ram->phys_start, ram->size};
            bool here = ram->type != MODEL_REGION_RAM || !aj_range_ok(range) ||
                        !aj_range_overlap(range, phys_of(mem));
            for (size_t c = 0; c < pc->board->cpus_count && !here; c++)
                here = pc->board->cpus[c].node == ram->node &&
                       aj_cpuset_has(&plan->cpus, pc->board->cpus[c].id.v);
            if (!here)
                (void)aj_fail(pc->cx, AJ_FINDINGS, "plan-memory-near", wanted->loc,
                              "%s lies in node %u, where its cell has no CPU",
                              mem_text(mc->pc, mem), ram->node);
        }
    }
}

static void judge_region(struct memory_check *mc, const struct model_cell_request *cell,
                         const struct model_mem_request *wish, bool first)
{
    const bool registers = is_registers(mc, wish);
    const bool implied = first && wish->virt_start == AJ_NONE64;
    const aj_size page = page_with(mc, cell);
    struct expected wanted = {
        .mem = {.kind = MODEL_MEM_RAM,
                .cell = cell->key,
                .name = wish->name,
                .phys_start = wish->phys_start,
                .virt_start = implied ? first_place(mc, cell) : wish->virt_start,
                .size = registers ? wish->size : whole_pages(wish->size, page),
                .flags = wish->flags != 0 ? wish->flags : RAM_FLAGS},
        .registers = registers,
        .loc = wish->at != NULL ? aj_yaml_loc(wish->at, "") : model_plan_loc(cell, ""),
    };
    wanted.alignment = default_alignment(wanted.mem.size, page);
    if (wish->phys_start != AJ_NONE64)
        wanted.alignment = page;
    if (wish->alignment != AJ_NONE64 && aj_is_pow2(wish->alignment))
        wanted.alignment = wish->alignment > page ? wish->alignment : page;
    else if (wish->phys_start == AJ_NONE64)
        wanted.residue = residue_of(&wanted, page);
    judge_entry(mc, &wanted);
    if (wish->near == MODEL_NEAR_CPUS && !registers)
        judge_near(mc, cell, &wanted);
}

static void judge_regions(struct memory_check *mc, const struct model_cell_request *cell)
{
    const bool bare = cell->os == MODEL_OS_BARE;
    bool first = true;
    const struct model_mem_request unnamed = {.name = "memory",
                                              .size = bare ? BARE_RAM : LINUX_RAM,
                                              .phys_start = AJ_NONE64,
                                              .virt_start = AJ_NONE64,
                                              .alignment = AJ_NONE64};
    if (cell->mem_regions_count == 0)
        judge_region(mc, cell, &unnamed, true);
    for (size_t i = 0; i < cell->mem_regions_count; i++) {
        const struct model_mem_request *wish = &cell->mem_regions[i];
        const bool registers = is_registers(mc, wish);
        judge_region(mc, cell, wish, first && !registers);
        first = first && registers;
    }
}

/* Linux starts at its reset address: in its RAM, or in a loader's. */
static void judge_loader(struct memory_check *mc, const struct model_cell_request *cell)
{
    const struct model_plan *plan = mc->pc->plan;
    const aj_addr reset = cell->cpu_reset_address;
    const bool x86 = mc->pc->board->arch == MODEL_ARCH_X86;
    const aj_size size = model_loader_size((enum model_arch)mc->pc->board->arch);
    for (size_t i = 0; i < plan->memory_count; i++) {
        const struct model_plan_mem *mem = &plan->memory[i];
        const struct aj_range virt = {mem->virt_start, mem->size};
        if (mem->kind == MODEL_MEM_RAM && model_plan_same_text(mem->cell, cell->key) &&
            aj_range_ok(virt) && aj_range_has(virt, reset))
            return;
    }
    struct expected wanted = {
        .mem = {.kind = MODEL_MEM_LOADER,
                .cell = cell->key,
                .name = "loader",
                .phys_start = AJ_NONE64,
                .virt_start = aj_align_down(reset, AJ_PAGE),
                .size = size,
                .flags = x86 ? RAM_FLAGS : LOADER_FLAGS},
        .alignment = default_alignment(size, page_with(mc, cell)),
        .loc = model_plan_loc(cell, "cpu_reset_address"),
    };
    wanted.residue = residue_of(&wanted, page_with(mc, cell));
    judge_entry(mc, &wanted);
}

static void judge_link(struct memory_check *mc, const struct model_link_request *link)
{
    const aj_size asked = link->size == AJ_NONE64 || link->size == 0 ? LINK_SIZE : link->size;
    aj_size page = AJ_PAGE;
    for (size_t i = 0; i < link->peers_count; i++) {
        const struct model_cell_request *peer = model_cell_by_key(mc->pc->req, link->peers[i]);
        if (peer != NULL && model_cell_page(mc->pc->board, peer) > page)
            page = model_cell_page(mc->pc->board, peer);
    }
    const aj_size size = whole_pages(asked, page);
    const struct expected wanted = {
        .mem = {.kind = MODEL_MEM_LINK,
                .name = link->name,
                .phys_start = AJ_NONE64,
                .virt_start = AJ_NONE64,
                .size = size},
        .alignment = size >= AJ_KIB(64) ? AJ_KIB(64) : page,
        .loc = aj_yaml_loc(link->at, "size"),
    };
    judge_entry(mc, &wanted);
}

/* What nobody asked for, and what overlaps. The virtual PCI range is judged elsewhere. */
static void judge_rest(struct memory_check *mc)
{
    const struct model_plan *plan = mc->pc->plan;
    const struct aj_loc loc = aj_yaml_loc(mc->pc->req->at, "");
    const struct model_plan_mem *before = NULL;
    for (size_t i = 0; i < plan->memory_count; i++) {
        const struct model_plan_mem *mem = &plan->memory[i];
        if (i > 0 && mem->phys_start < plan->memory[i - 1].phys_start)
            (void)aj_fail(mc->pc->cx, AJ_FINDINGS, "plan-memory", loc,
                          "%s stands out of order: addresses rise", mem_text(mc->pc, mem));
        if (mem->kind == MODEL_MEM_PCI)
            continue;
        if (!mc->used[i])
            (void)aj_fail(mc->pc->cx, AJ_FINDINGS, "plan-memory", loc, "nobody asks for %s",
                          mem_text(mc->pc, mem));
        if (!aj_range_ok(phys_of(mem)))
            continue;
        const uint32_t shared = before == NULL ? 0 : before->flags & mem->flags;
        if (before != NULL && aj_range_overlap(phys_of(before), phys_of(mem)) &&
            (shared & JAILHOUSE_MEM_ROOTSHARED) == 0)
            (void)aj_fail(mc->pc->cx, AJ_FINDINGS, "plan-memory-overlap", loc, "%s overlaps %s",
                          mem_text(mc->pc, mem), mem_text(mc->pc, before));
        if (before == NULL || aj_range_last(phys_of(mem)) > aj_range_last(phys_of(before)))
            before = mem;
    }
}

static void collect_ram(struct memory_check *mc)
{
    struct aj_arena *arena = mc->pc->cx->scratch;
    const struct model_board *board = mc->pc->board;
    struct aj_rangeset reserved = {0}, firmware = {0};
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        const struct aj_range range = {region->phys_start, region->size};
        switch ((enum model_region_type)region->type) {
        case MODEL_REGION_RAM: aj_rangeset_add(arena, &mc->ram, range); break;
        case MODEL_REGION_RESERVED: aj_rangeset_add(arena, &reserved, range); break;
        case MODEL_REGION_FIRMWARE: aj_rangeset_add(arena, &firmware, range); break;
        case MODEL_REGION_MMIO:
        case MODEL_REGION_WINDOW: break;
        }
    }
    aj_rangeset_add_all(arena, &mc->kept, &mc->ram);
    aj_rangeset_add_all(arena, &mc->kept, &firmware);
    aj_rangeset_add_all(arena, &mc->memory, &mc->kept);
    aj_rangeset_add_all(arena, &mc->memory, &reserved);
    aj_rangeset_sub_all(arena, &mc->ram, &firmware);
    aj_rangeset_sub_all(arena, &mc->ram, &reserved);
    aj_rangeset_sub_all(arena, &mc->kept, &reserved);
}

void model_plan_check_memory(struct model_plan_check *pc)
{
    struct memory_check mc = {.pc = pc};
    mc.used = AJ_NEW_ARRAY(pc->cx->scratch, bool, pc->plan->memory_count);
    collect_ram(&mc);
    judge_hypervisor(&mc);
    for (size_t i = 0; i < pc->req->guests_count; i++) {
        const struct model_cell_request *cell = &pc->req->guests[i];
        judge_regions(&mc, cell);
        if (cell->os == MODEL_OS_LINUX)
            judge_loader(&mc, cell);
    }
    for (size_t i = 0; i < pc->req->links_count; i++)
        judge_link(&mc, &pc->req->links[i]);
    judge_rest(&mc);
}
