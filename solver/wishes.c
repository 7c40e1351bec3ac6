/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/wishes.h"

#define LINUX_SIZE_DEFAULT AJ_MIB(128)
#define BARE_SIZE_DEFAULT  AJ_KIB(64)

static void add(struct aj_arena *arena, struct solver_wishes *wishes, struct solver_wish wish)
{
    AJ_PUSH(arena, wishes, wish);
}

static struct solver_wish new_wish(enum solver_wish_kind kind, uint32_t cell)
{
    return (struct solver_wish){.kind = (uint8_t)kind,
                                .cell = cell,
                                .index = AJ_NONE32,
                                .phys = AJ_NONE64,
                                .virt = AJ_NONE64};
}

/* Position of `key` below `at`, of `parent` when the struct was not read from a file. */
static struct aj_loc loc_of(const struct aj_yaml *at, const char *key, const struct aj_yaml *parent)
{
    return at != NULL ? aj_yaml_loc(at, key) : aj_yaml_loc(parent, key);
}

static void add_cpus(struct solver_wishes *wishes, struct aj_arena *arena,
                     const struct model_cell_request *request, uint32_t cell)
{
    const struct model_cpu_request *cpus = &request->cpus;
    const uint32_t named = aj_cpuset_count(&cpus->list);
    struct solver_wish wish = new_wish(SOLVER_WISH_CPUS, cell);
    wish.amount = named > 0 ? named : cpus->count != AJ_NONE32 ? cpus->count : cell == 0 ? 0 : 1;
    wish.by_name = named > 0;
    wish.loc = loc_of(cpus->at, named > 0 ? "list" : "count", request->at);
    if (wish.amount > 0 || cell != 0)
        add(arena, wishes, wish);
    wish.kind = SOLVER_WISH_EXCLUSIVE;
    wish.loc = loc_of(cpus->at, "exclusive", request->at);
    if (cpus->exclusive != MODEL_DOMAIN_NONE)
        add(arena, wishes, wish);
    wish.kind = SOLVER_WISH_TOGETHER;
    wish.loc = loc_of(cpus->at, "together", request->at);
    if (cpus->together != MODEL_DOMAIN_NONE)
        add(arena, wishes, wish);
    wish.kind = SOLVER_WISH_CLASS;
    wish.loc = loc_of(cpus->at, "class", request->at);
    if (cpus->kind != MODEL_CPU_ANY)
        add(arena, wishes, wish);
    wish.kind = SOLVER_WISH_NODE;
    wish.loc = loc_of(cpus->at, "node", request->at);
    if (!aj_cpuset_empty(&cpus->nodes))
        add(arena, wishes, wish);
}

static void add_memory(struct solver_wishes *wishes, struct aj_arena *arena,
                       const struct model_cell_request *guest, uint32_t cell)
{
    struct solver_wish wish = new_wish(SOLVER_WISH_MEMORY, cell);
    for (size_t i = 0; i < guest->mem_regions_count; i++) {
        wish.index = (uint32_t)i;
        wish.amount = guest->mem_regions[i].size;
        wish.phys = guest->mem_regions[i].phys_start;
        wish.virt = guest->mem_regions[i].virt_start;
        wish.loc = loc_of(guest->mem_regions[i].at, "size", guest->at);
        add(arena, wishes, wish);
    }
    wish = new_wish(SOLVER_WISH_NEAR, cell);
    for (size_t i = 0; i < guest->mem_regions_count; i++) {
        wish.index = (uint32_t)i;
        wish.loc = loc_of(guest->mem_regions[i].at, "near", guest->at);
        if (guest->mem_regions[i].near == MODEL_NEAR_CPUS)
            add(arena, wishes, wish);
    }
    if (guest->mem_regions_count > 0)
        return;
    wish = new_wish(SOLVER_WISH_MEMORY, cell);
    wish.amount = guest->os == MODEL_OS_LINUX ? LINUX_SIZE_DEFAULT : BARE_SIZE_DEFAULT;
    wish.loc = aj_yaml_loc(guest->at, "mem_regions");
    add(arena, wishes, wish);
}

static void add_devices(struct solver_wishes *wishes, struct aj_arena *arena,
                        const struct model_cell_request *request, uint32_t cell)
{
    struct solver_wish wish = new_wish(SOLVER_WISH_DEVICE, cell);
    for (size_t i = 0; i < request->devices_count; i++) {
        wish.index = (uint32_t)i;
        wish.loc = model_device_loc(request, i);
        add(arena, wishes, wish);
    }
    wish.kind = SOLVER_WISH_PICK;
    for (size_t i = 0; i < request->wants_count; i++) {
        wish.index = (uint32_t)i;
        wish.loc = loc_of(request->wants[i].at, "any", request->at);
        if (request->wants[i].cost == 0)
            add(arena, wishes, wish);
    }
}

static void add_guest(struct solver_wishes *wishes, struct aj_arena *arena,
                      const struct model_cell_request *guest, uint32_t cell)
{
    add_cpus(wishes, arena, guest, cell);
    add_memory(wishes, arena, guest, cell);
    add_devices(wishes, arena, guest, cell);
    struct solver_wish wish = new_wish(SOLVER_WISH_CONSOLE, cell);
    wish.loc = loc_of(guest->console.at, "ref", guest->at);
    if (guest->console.ref != NULL || guest->console.description != NULL)
        add(arena, wishes, wish);
}

bool solver_needs_loader(const struct model_cell_request *guest)
{
    if (guest->os != MODEL_OS_LINUX)
        return false;
    for (size_t i = 0; i < guest->mem_regions_count; i++) {
        const struct model_mem_request *region = &guest->mem_regions[i];
        const aj_addr virt =
            region->virt_start != AJ_NONE64 ? region->virt_start : region->phys_start;
        const struct aj_range range = {virt, region->size};
        if (virt != AJ_NONE64 && (region->flags & JAILHOUSE_MEM_IO) == 0 && aj_range_ok(range) &&
            aj_range_has(range, guest->cpu_reset_address))
            return false;
    }
    return true;
}

static void add_implied(struct solver_wishes *wishes, struct aj_arena *arena,
                        const struct model_board *board, const struct model_requirements *req)
{
    struct solver_wish wish = new_wish(SOLVER_WISH_LOADER, AJ_NONE32);
    wish.amount = model_loader_size((enum model_arch)board->arch);
    for (size_t i = 0; i < req->guests_count; i++) {
        wish.cell = (uint32_t)i + 1;
        wish.loc = aj_yaml_loc(req->guests[i].at, "os");
        if (solver_needs_loader(&req->guests[i]))
            add(arena, wishes, wish);
    }
    const struct model_mem_request *hypervisor = &req->root.hypervisor_memory;
    wish.kind = SOLVER_WISH_HYPERVISOR;
    wish.cell = AJ_NONE32;
    wish.phys = hypervisor->phys_start;
    wish.amount = hypervisor->size != AJ_NONE64 && hypervisor->size != 0
                      ? hypervisor->size
                      : model_hypervisor_default((enum model_arch)board->arch);
    wish.loc = loc_of(hypervisor->at, "size", req->root.at);
    add(arena, wishes, wish);
}

void solver_wishes_list(struct solver_wishes *wishes, struct aj_arena *arena,
                        const struct model_board *board, const struct model_requirements *req)
{
    *wishes = (struct solver_wishes){0};
    add_implied(wishes, arena, board, req);
    add_cpus(wishes, arena, &req->root, 0);
    add_devices(wishes, arena, &req->root, 0);
    for (size_t i = 0; i < req->guests_count; i++)
        add_guest(wishes, arena, &req->guests[i], (uint32_t)i + 1);
    struct solver_wish wish = new_wish(SOLVER_WISH_LINK, AJ_NONE32);
    for (size_t i = 0; i < req->links_count; i++) {
        wish.index = (uint32_t)i;
        wish.amount = req->links[i].size;
        wish.loc = aj_yaml_loc(req->links[i].at, "size");
        add(arena, wishes, wish);
    }
    wish = new_wish(SOLVER_WISH_CONSTRAINT, AJ_NONE32);
    for (size_t i = 0; i < req->constraints_count; i++) {
        const struct model_constraint *constraint = &req->constraints[i];
        if (model_constraint_is_priced(constraint))
            continue;
        wish.index = (uint32_t)i;
        wish.loc =
            aj_yaml_loc(constraint->at, aj_name_of(model_constraint_names, constraint->kind));
        add(arena, wishes, wish);
    }
}

const struct solver_wish *solver_wish_find(const struct solver_wishes *wishes,
                                           enum solver_wish_kind kind, uint32_t cell,
                                           uint32_t index)
{
    for (size_t i = 0; i < wishes->count; i++) {
        const struct solver_wish *wish = &wishes->items[i];
        if (wish->kind == kind && wish->cell == cell && wish->index == index)
            return wish->off ? NULL : wish;
    }
    return NULL;
}

const struct model_constraint *solver_constraint(const struct solver_wishes *wishes,
                                                 const struct model_requirements *req,
                                                 uint32_t index)
{
    return solver_wish_find(wishes, SOLVER_WISH_CONSTRAINT, AJ_NONE32, index) != NULL
               ? &req->constraints[index]
               : NULL;
}

const struct model_cell_request *solver_cell_request(const struct model_requirements *req,
                                                     uint32_t cell)
{
    return cell == 0 ? &req->root : &req->guests[cell - 1];
}

uint32_t solver_cell_index(const struct model_requirements *req, const char *key)
{
    if (strcmp(key, "root") == 0)
        return 0;
    for (size_t i = 0; i < req->guests_count; i++) {
        if (strcmp(key, req->guests[i].key) == 0)
            return (uint32_t)i + 1;
    }
    return AJ_NONE32;
}
