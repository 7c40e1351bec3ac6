/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that cells.yml puts at an address of its own, compared with what the board says is there.
 */
#include <inttypes.h>

#include "model/model_priv.h"

/* RAM that the root's Linux holds by a fixed reservation cannot be given away, however it is asked. */
static enum aj_status check_fixed(struct aj_ctx *cx, const struct model_board *board,
                                  const struct model_mem_request *request)
{
    const struct aj_range range = {request->phys_start, request->size};
    if (request->phys_start == AJ_NONE64 || request->size == AJ_NONE64 || !aj_range_ok(range))
        return AJ_OK;
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        const struct aj_range held = {region->phys_start, region->size};
        if (region->type != MODEL_REGION_RESERVED || !aj_range_overlap(range, held))
            continue;
        const enum aj_status status =
            aj_fail(cx, AJ_ERR_INPUT, "mem-reserved", aj_yaml_loc(request->at, "phys_start"),
                    "0x%" PRIx64 " to 0x%" PRIx64 " overlaps '%s' of the board (0x%" PRIx64
                    " to 0x%" PRIx64 "), which the root's Linux holds",
                    range.base, aj_range_last(range), region->name, held.base, aj_range_last(held));
        aj_diag_hint(cx, "leave phys_start out and let autojail find a place");
        return status;
    }
    return AJ_OK;
}

enum aj_status model_requirements_check_memory(struct aj_ctx *cx, const struct model_board *board,
                                               const struct model_requirements *req)
{
    enum aj_status status = check_fixed(cx, board, &req->root.hypervisor_memory);
    for (size_t i = 0; i < req->guests_count; i++)
        for (size_t k = 0; k < req->guests[i].mem_regions_count; k++)
            status = model_worse(status, check_fixed(cx, board, &req->guests[i].mem_regions[k]));
    return status;
}
