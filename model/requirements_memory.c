/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that cells.yml asks for, compared with what the board says is there and with what Jailhouse
 * can do with it.
 */
#include <inttypes.h>

#include "base/units.h"
#include "model/model_priv.h"
#include "model/plan.h"

/* Measured on arm64: 512 KiB enable, but leave no page for a second cell. */
#define HYPERVISOR_LEAST AJ_MIB(1)
#define HYPERVISOR_SMALL AJ_MIB(2)
/* An uncompressed arm64 kernel, its device tree and a root file system do not fit into less. */
#define LINUX_SMALL AJ_MIB(16)

#define ACCESS_WIDTHS \
    (JAILHOUSE_MEM_IO_8 | JAILHOUSE_MEM_IO_16 | JAILHOUSE_MEM_IO_32 | JAILHOUSE_MEM_IO_64)

static aj_size whole_pages(aj_size size)
{
    aj_size pages;
    return aj_align_up(size, AJ_PAGE, &pages) ? pages : aj_align_down(AJ_NONE64, AJ_PAGE);
}

/* Registers by hand: flagged as such, or where the board has no memory. */
static bool is_registers(const struct model_board *board, const struct model_mem_request *request)
{
    const struct aj_range range = {request->phys_start, request->size};
    if ((request->flags & JAILHOUSE_MEM_IO) != 0)
        return true;
    if (request->phys_start == AJ_NONE64 || !aj_range_ok(range))
        return false;
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        const struct aj_range memory = {region->phys_start, region->size};
        if (region->type != MODEL_REGION_MMIO && region->type != MODEL_REGION_WINDOW &&
            aj_range_overlap(range, memory))
            return false;
    }
    return true;
}

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

/* `other` is the second spelling of `key`. */
static enum aj_status check_page(struct aj_ctx *cx, const struct model_mem_request *request,
                                 const char *key, const char *other, uint64_t value, aj_size page)
{
    if (value == AJ_NONE64 || aj_is_aligned(value, page))
        return AJ_OK;
    const char *used = aj_yaml_get(request->at, key) != NULL ? key : other;
    return aj_fail(cx, AJ_ERR_INPUT, "mem-page", aj_yaml_loc(request->at, used),
                   "%s 0x%" PRIx64 " is no multiple of a page (%s)", used, value,
                   aj_format_size(cx->scratch, page));
}

/*
 * Of a page, Jailhouse lets accesses of the widths through that the flags name, and no others. `page`
 * is what kernels map of RAM; the hypervisor's own pages are 4 KiB.
 */
static enum aj_status check_pages(struct aj_ctx *cx, const struct model_board *board,
                                  const struct model_mem_request *request, aj_size page)
{
    if ((request->flags & ACCESS_WIDTHS) != 0)
        return AJ_OK;
    const bool registers = is_registers(board, request);
    enum aj_status status = check_page(cx, request, "phys_start", "physical_start",
                                       request->phys_start, registers ? AJ_PAGE : page);
    status = aj_worse(status, check_page(cx, request, "virt_start", "virtual_start",
                                         request->virt_start, AJ_PAGE));
    if (registers)
        status = aj_worse(status, check_page(cx, request, "size", "size", request->size, AJ_PAGE));
    if (registers && status != AJ_OK)
        aj_diag_hint(cx, "registers in a part of a page need flags for the widths of accesses: "
                         "MEM_IO_8, MEM_IO_16, MEM_IO_32, MEM_IO_64");
    return status;
}

/* Where the guest sees `request`; size 0 if that is not known before it is placed. */
static struct aj_range seen_at(const struct model_cell_request *guest,
                               const struct model_mem_request *request, bool first)
{
    aj_addr start = request->virt_start;
    if (start == AJ_NONE64 && first && guest->os == MODEL_OS_BARE)
        start = aj_align_down(guest->cpu_reset_address, AJ_PAGE);
    else if (start == AJ_NONE64)
        start = request->phys_start;
    return (struct aj_range){start, start != AJ_NONE64 ? whole_pages(request->size) : 0};
}

/*
 * `jailhouse cell load` puts an image, or the loader of Linux, where the guest starts. A Linux guest
 * that names no memory there gets some for the loader.
 */
static enum aj_status check_start(struct aj_ctx *cx, const struct model_board *board,
                                  const struct model_cell_request *guest)
{
    const uint32_t loadable = JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_LOADABLE;
    const aj_addr reset = guest->cpu_reset_address;
    const struct aj_range code = {
        aj_align_down(reset, AJ_PAGE),
        guest->os == MODEL_OS_LINUX ? model_loader_size((enum model_arch)board->arch) : AJ_PAGE};
    const struct model_mem_request *there = NULL;
    bool first = true;
    for (size_t i = 0; i < guest->mem_regions_count; i++) {
        const struct model_mem_request *request = &guest->mem_regions[i];
        if (is_registers(board, request))
            continue;
        const struct aj_range range = seen_at(guest, request, first);
        first = false;
        if (!aj_range_ok(range) || !aj_range_has(range, reset))
            continue;
        if (aj_range_ok(code) && aj_range_contains(range, code) &&
            (request->flags == 0 || (request->flags & loadable) == loadable))
            return AJ_OK;
        there = request;
    }
    if (there == NULL && (guest->os == MODEL_OS_LINUX || guest->mem_regions_count == 0))
        return AJ_OK;
    const struct aj_loc loc =
        there != NULL ? aj_yaml_loc(there->at, "flags") : aj_yaml_loc(guest->at, "mem_regions");
    const enum aj_status status = aj_fail(
        cx, AJ_ERR_INPUT, "cpu-reset", loc,
        there == NULL ? "the guest starts at 0x%" PRIx64 ", where it has no memory"
        : guest->os == MODEL_OS_LINUX
            ? "the guest starts at 0x%" PRIx64 ", where its memory cannot take Linux' loader"
            : "the guest starts at 0x%" PRIx64 ", where its memory cannot be loaded",
        reset);
    aj_diag_hint(cx,
                 "memory at cpu_reset_address needs MEM_WRITE and MEM_LOADABLE, and %" PRIu64
                 " KiB for %s",
                 code.size / 1024, guest->os == MODEL_OS_LINUX ? "the loader" : "code");
    return model_at_cell(cx, guest, "mem_regions", status);
}

/* linux-loader.bin is linked at CONFIG_INMATE_BASE, 0 unless set otherwise (inmates/lib/arm-common). */
static void warn_reset(struct aj_ctx *cx, const struct model_board *board,
                       const struct model_cell_request *guest)
{
    if (guest->os != MODEL_OS_LINUX || board->arch == MODEL_ARCH_X86 ||
        guest->cpu_reset_address == 0)
        return;
    aj_warn(cx, "linux-reset", aj_yaml_loc(guest->at, "cpu_reset_address"),
            "the Linux guest starts at 0x%" PRIx64 ", but its loader is linked at 0",
            guest->cpu_reset_address);
    aj_diag_hint(cx,
                 "leave cpu_reset_address out, unless CONFIG_INMATE_BASE of the loader says so");
    (void)model_at_cell(cx, guest, "cpu_reset_address", AJ_OK);
}

static void warn_small(struct aj_ctx *cx, const struct model_board *board,
                       const struct model_cell_request *guest)
{
    const struct model_mem_request *largest = NULL;
    for (size_t i = 0; i < guest->mem_regions_count; i++) {
        const struct model_mem_request *request = &guest->mem_regions[i];
        if (!is_registers(board, request) && (largest == NULL || request->size > largest->size))
            largest = request;
    }
    if (guest->os != MODEL_OS_LINUX || largest == NULL || largest->size >= LINUX_SMALL)
        return;
    aj_warn(cx, "mem-small", aj_yaml_loc(largest->at, "size"),
            "kernel and device tree of a Linux guest hardly fit into 0x%" PRIx64 " bytes",
            largest->size);
    aj_diag_hint(cx, "give it 16 MiB in one piece at least");
    (void)model_at_cell(cx, guest, "mem_regions", AJ_OK);
}

static enum aj_status check_hypervisor(struct aj_ctx *cx, const struct model_board *board,
                                       const struct model_mem_request *request)
{
    const struct aj_loc loc = aj_yaml_loc(request->at, "size");
    if (board->arch == MODEL_ARCH_ARM64 && request->size < HYPERVISOR_LEAST)
        return model_at(cx, "root.hypervisor_memory.size",
                        aj_fail(cx, AJ_ERR_INPUT, "hypervisor-size", loc,
                                "with less than 1 MiB the hypervisor cannot create a cell"));
    if (request->size < HYPERVISOR_SMALL) {
        aj_warn(cx, "hypervisor-small", loc,
                "the hypervisor may need more memory than this to create cells");
        aj_diag_hint(cx, "give it at least 2 MiB, or nothing to get the default");
    }
    return aj_worse(
        check_page(cx, request, "phys_start", "physical_start", request->phys_start, AJ_PAGE),
        check_fixed(cx, board, request));
}

/* Without RAM there is nothing to decide, and every wish would be reported as too large. */
static enum aj_status check_ram(struct aj_ctx *cx, const struct model_board *board,
                                const struct model_requirements *req)
{
    for (size_t i = 0; i < board->memory_regions_count; i++)
        if (board->memory_regions[i].type == MODEL_REGION_RAM)
            return AJ_OK;
    const bool of_board = board->at != NULL;
    const enum aj_status status = aj_fail(cx, AJ_ERR_INPUT, "board-ram",
                                          of_board ? aj_yaml_loc(board->at, "memory_regions")
                                                   : aj_yaml_loc(req->root.at, "mem_regions"),
                                          "the board has no RAM to give to hypervisor and guests");
    if (of_board)
        aj_diag_hint(cx, "add it to memory_regions: {phys_start: ..., size: ..., type: ram}");
    else
        aj_diag_hint(cx, "add it to the root's mem_regions: {phys_start: ..., size: ..., "
                         "flags: [MEM_READ, MEM_WRITE, MEM_EXECUTE, MEM_LOADABLE]}");
    return status;
}

enum aj_status model_requirements_check_memory(struct aj_ctx *cx, const struct model_board *board,
                                               const struct model_requirements *req)
{
    enum aj_status status = check_ram(cx, board, req);
    status = aj_worse(status, check_hypervisor(cx, board, &req->root.hypervisor_memory));
    for (size_t i = 0; i < req->guests_count; i++) {
        const struct model_cell_request *guest = &req->guests[i];
        const aj_size roots = model_cell_page(board, &req->root);
        const aj_size own = model_cell_page(board, guest);
        for (size_t k = 0; k < guest->mem_regions_count; k++) {
            const struct model_mem_request *request = &guest->mem_regions[k];
            status = aj_worse(status, check_fixed(cx, board, request));
            status = aj_worse(status, check_pages(cx, board, request, own > roots ? own : roots));
        }
        status = aj_worse(status, check_start(cx, board, guest));
        warn_small(cx, board, guest);
        warn_reset(cx, board, guest);
    }
    return status;
}
