/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be left out of the file, and whether the rest holds without it.
 */
#include "solver/explain_priv.h"

/* Can the guest do without the region? Not without its only RAM, nor that where a bare one starts. */
static bool can_go(const struct model_cell_request *guest, uint32_t index)
{
    if (index == AJ_NONE32)
        return false;
    const struct model_mem_request *region = &guest->mem_regions[index];
    if ((region->flags & JAILHOUSE_MEM_IO) != 0 || guest->mem_regions_count < 2)
        return (region->flags & JAILHOUSE_MEM_IO) != 0;
    const struct aj_range range = {
        region->virt_start != AJ_NONE64 ? region->virt_start : region->phys_start, region->size};
    return guest->os != MODEL_OS_BARE || !aj_range_ok(range) ||
           !aj_range_has(range, guest->cpu_reset_address);
}

bool explain_can_drop(const struct explain *e, const struct solver_wish *wish)
{
    const struct model_cell_request *cell =
        wish->cell != AJ_NONE32 ? solver_cell_request(e->req, wish->cell) : NULL;
    if (wish->kind == SOLVER_WISH_CPUS)
        return wish->cell == SOLVER_ROOT || wish->by_name || wish->amount > 1;
    if (wish->kind == SOLVER_WISH_MEMORY)
        return can_go(cell, wish->index);
    return wish->kind != SOLVER_WISH_LOADER && wish->kind != SOLVER_WISH_HYPERVISOR;
}

enum aj_status explain_try_without(struct explain *e, struct solver_wish *wish,
                                   enum explain_trial *trial)
{
    const struct solver_wish asked = *wish;
    if (wish->kind == SOLVER_WISH_CPUS && wish->cell != SOLVER_ROOT) {
        wish->by_name = false;
        wish->amount = 1;
    } else {
        wish->off = true;
    }
    *trial = EXPLAIN_UNKNOWN;
    const enum aj_status status = explain_out_of_time(e) ? AJ_OK : explain_try(e, trial);
    *wish = asked;
    return status;
}

enum explain_worth explain_worth(const struct solver_wish *wish)
{
    switch ((enum solver_wish_kind)wish->kind) {
    case SOLVER_WISH_EXCLUSIVE:
    case SOLVER_WISH_TOGETHER:
    case SOLVER_WISH_CLASS:
    case SOLVER_WISH_NODE:
    case SOLVER_WISH_NEAR: return EXPLAIN_COMPANY;
    case SOLVER_WISH_CONSTRAINT: return EXPLAIN_LEARNED;
    case SOLVER_WISH_LOADER:
    case SOLVER_WISH_HYPERVISOR:
    case SOLVER_WISH_CPUS:
    case SOLVER_WISH_MEMORY:
    case SOLVER_WISH_LINK:
    case SOLVER_WISH_DEVICE:
    case SOLVER_WISH_PICK:
    case SOLVER_WISH_CONSOLE: break;
    }
    return EXPLAIN_REST;
}
