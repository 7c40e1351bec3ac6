/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include "base/units.h"
#include "model/model_priv.h"
#include "model/plan.h"
#include "model/requirements_priv.h"

/* CPUs */

static enum aj_status check_cpu_list(struct aj_ctx *cx, const struct model_board *board,
                                     const struct model_cell_request *cell)
{
    struct aj_cpuset all = {0}, missing = cell->cpus.list, offline = cell->cpus.list;
    const struct aj_cpuset online = model_board_online(board);
    for (size_t i = 0; i < board->cpus_count; i++)
        aj_cpuset_add(&all, board->cpus[i].id.v);
    aj_cpuset_sub(&missing, &all);
    aj_cpuset_sub(&offline, &online);
    aj_cpuset_sub(&offline, &missing);
    if (aj_cpuset_empty(&missing) && aj_cpuset_empty(&offline))
        return AJ_OK;
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const bool gone = !aj_cpuset_empty(&missing);
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "cpu-unknown", aj_yaml_loc(cell->at, "cpus"),
                gone ? "the board has no CPU %s" : "CPU %s is offline",
                aj_cpuset_format(cx->scratch, gone ? &missing : &offline));
    if (board->cpus_count == 0)
        aj_diag_hint(cx, "board.yml lists no CPUs");
    else
        aj_diag_hint(cx, "CPUs online: %s", aj_cpuset_format(cx->scratch, &online));
    aj_arena_release(cx->scratch, mark);
    return model_at_cell(cx, cell, "cpus", status);
}

static enum aj_status check_cpu_overlap(struct aj_ctx *cx, const struct model_cell_request *first,
                                        const struct model_cell_request *cell)
{
    struct aj_cpuset both = first->cpus.list;
    aj_cpuset_and(&both, &cell->cpus.list);
    if (aj_cpuset_empty(&both))
        return AJ_OK;
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "cpu-twice", aj_yaml_loc(cell->at, "cpus"),
                "CPU %s is named by '%s' and by '%s'", aj_cpuset_format(cx->scratch, &both),
                first->key, cell->key);
    aj_diag_note(cx, aj_yaml_loc(first->at, "cpus"), "first here");
    aj_arena_release(cx->scratch, mark);
    return model_at_cell(cx, cell, "cpus", status);
}

static uint32_t cpus_wanted(const struct model_cell_request *cell)
{
    const uint32_t named = aj_cpuset_count(&cell->cpus.list);
    if (named > 0)
        return named;
    return cell->cpus.count != AJ_NONE32 ? cell->cpus.count : 1;
}

/* Cell `ix` in the order root, guests. */
static const struct model_cell_request *cell_at(const struct model_requirements *req, size_t ix)
{
    return ix == 0 ? &req->root : &req->guests[ix - 1];
}

static enum aj_status check_cpu_number(struct aj_ctx *cx, const struct model_board *board,
                                       const struct model_requirements *req)
{
    const struct aj_cpuset online = model_board_online(board);
    const uint32_t have = aj_cpuset_count(&online);
    const struct model_cell_request *over = NULL;
    uint64_t wanted = 0;
    for (size_t i = 0; i <= req->guests_count; i++) {
        wanted += cpus_wanted(cell_at(req, i));
        if (wanted > have && over == NULL)
            over = cell_at(req, i);
    }
    if (over == NULL)
        return AJ_OK;
    const enum aj_status status = aj_fail(
        cx, AJ_ERR_INFEASIBLE, "cpu-too-many", aj_yaml_loc(over->at, "cpus"),
        "the cells need %" PRIu64 " CPUs, %" PRIu32 " of them for the root; the board has %" PRIu32,
        wanted, cpus_wanted(&req->root), have);
    return model_at_cell(cx, over, "cpus", status);
}

/* Are there CPUs of the class, and of each node? */
static enum aj_status check_cpu_kinds(struct aj_ctx *cx, const struct model_board *board,
                                      const struct model_cell_request *cell)
{
    const struct model_cpu_request of_class = {.kind = cell->cpus.kind};
    const struct aj_cpuset online = model_board_online(board);
    const struct aj_cpuset others = model_cpus_ruled_out(board, &of_class);
    struct aj_cpuset missing = cell->cpus.nodes;
    enum aj_status status = AJ_OK;
    if (!aj_cpuset_empty(&online) && aj_cpuset_subset(&online, &others)) {
        status = aj_fail(cx, AJ_ERR_INPUT, "cpu-class", aj_yaml_loc(cell->cpus.at, "class"),
                         "the board's CPUs are not known to differ: none is '%s'",
                         aj_name_of(model_cpu_class_names, cell->cpus.kind));
        aj_diag_hint(cx, "board.yml says how fast they are by 'capacity'");
        status = model_at_cell(cx, cell, "cpus.class", status);
    }
    for (size_t i = 0; i < board->cpus_count; i++)
        if (board->cpus[i].online && board->cpus[i].node < AJ_CPU_MAX)
            aj_cpuset_remove(&missing, board->cpus[i].node);
    if (aj_cpuset_empty(&missing))
        return status;
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const enum aj_status unknown =
        aj_fail(cx, AJ_ERR_INPUT, "node-unknown", aj_yaml_loc(cell->cpus.at, "node"),
                "no CPU is in node %s", aj_cpuset_format(cx->scratch, &missing));
    aj_arena_release(cx->scratch, mark);
    return aj_worse(status, model_at_cell(cx, cell, "cpus.node", unknown));
}

static enum aj_status check_cpus(struct aj_ctx *cx, const struct model_board *board,
                                 const struct model_requirements *req)
{
    enum aj_status status = AJ_OK;
    for (size_t i = 0; i <= req->guests_count; i++) {
        status = aj_worse(status, check_cpu_list(cx, board, cell_at(req, i)));
        status = aj_worse(status, check_cpu_kinds(cx, board, cell_at(req, i)));
        for (size_t k = 0; k < i; k++)
            status = aj_worse(status, check_cpu_overlap(cx, cell_at(req, k), cell_at(req, i)));
    }
    return status != AJ_OK ? status : check_cpu_number(cx, board, req);
}

/* The board */

static enum aj_status check_possible(struct aj_ctx *cx, const struct model_board *board)
{
    const struct aj_yaml *at = aj_yaml_get(board->at, "jailhouse");
    const struct aj_yaml *reasons = aj_yaml_get(at, "reasons");
    if (board->jailhouse.possible)
        return AJ_OK;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "jailhouse-impossible", aj_yaml_loc(at, "possible"),
                "Jailhouse cannot run on this board");
    for (size_t i = 0; i < board->jailhouse.reasons_count; i++) {
        const bool item = reasons != NULL && reasons->kind == AJ_YAML_SEQ && i < reasons->count;
        aj_diag_note(cx, item ? reasons->items[i]->loc : aj_yaml_loc(at, "reasons"), "%s",
                     board->jailhouse.reasons[i]);
    }
    aj_diag_hint(cx, "edit board.yml if you know better");
    return model_at(cx, "jailhouse.possible", status);
}

/* What cache allocation of the board takes, where it is known. */
static enum aj_status check_part(struct aj_ctx *cx, const struct model_board *board,
                                 const struct model_cell_request *cell)
{
    const struct model_l3_request *part = cell->l3_cache;
    for (size_t i = 0; i < board->caches_count; i++) {
        const struct model_cache_allocation *allocation = board->caches[i].allocation;
        if (board->caches[i].level != 3 || allocation == NULL ||
            (part->size >= allocation->least && part->size <= allocation->ways &&
             part->start <= allocation->ways - part->size))
            continue;
        return model_at_cell(
            cx, cell, "l3_cache",
            aj_fail(cx, AJ_ERR_INPUT, "l3-cache", aj_yaml_loc(cell->at, "l3_cache"),
                    "parts of %s have %" PRIu32 " to %" PRIu32 " bits, of the lower %" PRIu32,
                    board->caches[i].name, allocation->least, allocation->ways, allocation->ways));
    }
    return AJ_OK;
}

/* Elsewhere the hypervisor passes over it in silence. */
static enum aj_status check_cache(struct aj_ctx *cx, const struct model_board *board,
                                  const struct model_cell_request *cell)
{
    if (cell->l3_cache == NULL)
        return AJ_OK;
    if (board->arch == MODEL_ARCH_X86)
        return check_part(cx, board, cell);
    return model_at_cell(cx, cell, "l3_cache",
                         aj_fail(cx, AJ_ERR_INPUT, "l3-cache", aj_yaml_loc(cell->at, "l3_cache"),
                                 "Jailhouse divides the caches of x86 alone"));
}

/* Of the board's kernel, or of a cell's. */
static enum aj_status check_page_size(struct aj_ctx *cx, const struct model_board *board,
                                      const struct model_cell_request *cell)
{
    const enum model_arch arch = (enum model_arch)board->arch;
    const aj_size size = cell == NULL ? board->kernel.page_size : cell->page_size;
    if ((cell != NULL && size == AJ_NONE64) || model_page_exists(arch, size))
        return AJ_OK;
    const struct aj_yaml *at = cell == NULL ? aj_yaml_get(board->at, "kernel") : cell->at;
    const enum aj_status status =
        aj_fail(cx, AJ_ERR_INPUT, "page-size", aj_yaml_loc(at, "page_size"),
                "no kernel of %s has pages of %s", aj_name_of(model_arch_names, arch),
                aj_format_size(cx->scratch, size));
    aj_diag_hint(cx, arch == MODEL_ARCH_ARM64 ? "they have 4 KiB, 16 KiB or 64 KiB"
                                              : "they have 4 KiB");
    return cell == NULL ? model_at(cx, "kernel.page_size", status)
                        : model_at_cell(cx, cell, "page_size", status);
}

enum aj_status model_requirements_check(struct aj_ctx *cx, const struct model_board *board,
                                        const struct model_requirements *req)
{
    enum aj_status status = aj_worse(check_possible(cx, board), check_page_size(cx, board, NULL));
    status = aj_worse(status, check_cpus(cx, board, req));
    status = aj_worse(status, model_requirements_check_memory(cx, board, req));
    status = aj_worse(status, model_requirements_check_devices(cx, board, req));
    for (size_t i = 0; i <= req->guests_count; i++) {
        status = aj_worse(status, check_cache(cx, board, cell_at(req, i)));
        status = aj_worse(status, check_page_size(cx, board, cell_at(req, i)));
    }
    for (size_t i = 0; i < req->links_count; i++)
        status = aj_worse(status, model_link_fits(cx, &req->links[i],
                                                  model_link_page(board, req, &req->links[i])));
    return aj_worse(status, model_constraints_check(cx, board, req));
}
