/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory: every interval for every request, every page in it. */
#include "tests/solver/brute_memory.h"

#include <assert.h>

static aj_size usual_alignment(aj_size size)
{
    return size >= AJ_MIB(2) ? AJ_MIB(2) : size >= AJ_KIB(64) ? AJ_KIB(64) : AJ_PAGE;
}

/* Of the kernel of cell `ix`. */
static aj_size page_of(const struct model_board *board, const struct model_requirements *req,
                       uint32_t ix)
{
    const struct model_cell_request *cell = brute_request_of(req, ix);
    if (ix > 0 && cell->page_size != AJ_NONE64)
        return cell->page_size;
    return ix == 0 || cell->os == MODEL_OS_LINUX ? board->kernel.page_size : AJ_PAGE;
}

static aj_size larger(aj_size a, aj_size b)
{
    return a > b ? a : b;
}

static aj_size whole(aj_size size, aj_size page)
{
    return (size + page - 1) / page * page;
}

static void add_request(struct brute *best, struct brute_request r)
{
    assert(best->requests_count < BRUTE_REQUESTS);
    best->requests[best->requests_count++] = r;
}

/* Bytes of a fixed request that are RAM. */
static aj_size in_ram(const struct model_board *board, aj_addr phys, aj_size size)
{
    aj_size inside = 0;
    for (aj_addr page = phys; page < phys + size; page += AJ_PAGE) {
        for (size_t i = 0; i < board->memory_regions_count; i++) {
            const struct model_region *region = &board->memory_regions[i];
            if (region->type == MODEL_REGION_RAM && page >= region->phys_start &&
                page - region->phys_start < region->size)
                inside += AJ_PAGE;
        }
    }
    return inside;
}

/* Registers anywhere outside memory; memory aligned, all of it, and not reserved. */
static bool fixed_well(const struct model_board *board, const struct brute_request *r)
{
    const aj_size inside = in_ram(board, r->phys, r->size);
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        if (region->type == MODEL_REGION_RESERVED && region->phys_start < r->phys + r->size &&
            r->phys < region->phys_start + region->size)
            return false;
    }
    return inside == 0 || (inside == r->size && r->phys % r->alignment == 0);
}

static void list_guest(const struct model_board *board, const struct model_requirements *req,
                       uint32_t c, struct brute *best)
{
    const struct model_cell_request *guest = brute_request_of(req, c);
    const aj_size page = larger(page_of(board, req, 0), page_of(board, req, c));
    const bool x86 = board->arch == MODEL_ARCH_X86;
    bool loader = guest->os == MODEL_OS_LINUX, first = guest->os == MODEL_OS_BARE || x86;
    for (uint32_t i = 0; i < guest->mem_regions_count; i++) {
        const struct model_mem_request *m = &guest->mem_regions[i];
        struct brute_request r = {MODEL_MEM_RAM,
                                  c,
                                  i,
                                  m->size,
                                  page,
                                  0,
                                  m->phys_start,
                                  m->virt_start,
                                  guest->os == MODEL_OS_BARE ? 3 : 4,
                                  0};
        const bool memory = r.phys == AJ_NONE64 || in_ram(board, r.phys, r.size) > 0;
        if (first && memory && r.virt == AJ_NONE64)
            r.virt = guest->os == MODEL_OS_BARE ? 0 : AJ_MIB(2);
        first = first && !memory;
        if (memory)
            r.size = whole(m->size, page);
        if (m->alignment != AJ_NONE64)
            r.alignment = larger(m->alignment, page);
        else if (r.phys == AJ_NONE64)
            r.alignment = larger(usual_alignment(r.size), page);
        if (m->alignment == AJ_NONE64 && r.phys == AJ_NONE64 && r.virt != AJ_NONE64)
            r.residue = r.virt / page * page % r.alignment;
        const aj_addr start = m->virt_start != AJ_NONE64 ? m->virt_start : m->phys_start;
        loader = loader && (start == AJ_NONE64 || start != 0);
        add_request(best, r);
    }
    if (loader)
        add_request(best,
                    (struct brute_request){MODEL_MEM_LOADER, c, 0, x86 ? AJ_MIB(1) : AJ_KIB(64),
                                           AJ_KIB(64), 0, AJ_NONE64, 0, 2, 0});
}

static bool in_link(const struct model_requirements *req, uint32_t link, uint32_t cell)
{
    for (size_t k = 0; k < req->links[link].peers_count; k++)
        if (brute_cell(req, req->links[link].peers[k]) == cell)
            return true;
    return false;
}

/* The largest of its peers. */
static aj_size link_page(const struct model_board *board, const struct model_requirements *req,
                         uint32_t link)
{
    aj_size page = AJ_PAGE;
    for (uint32_t c = 0; c < (uint32_t)req->guests_count + 1; c++)
        if (in_link(req, link, c))
            page = larger(page, page_of(board, req, c));
    return page;
}

static void list_requests(const struct model_board *board, const struct model_requirements *req,
                          struct brute *best)
{
    const aj_size page = page_of(board, req, 0);
    add_request(best, (struct brute_request){MODEL_MEM_HYPERVISOR, BRUTE_NO_CELL, 0,
                                             whole(req->root.hypervisor_memory.size, page), page, 0,
                                             AJ_NONE64, AJ_NONE64, 0, 0});
    for (uint32_t i = 0; i < req->links_count; i++) {
        const aj_size size = whole(req->links[i].size, link_page(board, req, i));
        const aj_size alignment = size >= AJ_KIB(64) ? AJ_KIB(64) : link_page(board, req, i);
        add_request(best, (struct brute_request){MODEL_MEM_LINK, BRUTE_NO_CELL, i, size, alignment,
                                                 0, AJ_NONE64, AJ_NONE64, 1, 0});
    }
    for (uint32_t c = 1; c < (uint32_t)req->guests_count + 1; c++)
        list_guest(board, req, c, best);
    for (size_t i = 1; i < best->requests_count; i++) {
        for (size_t k = i; k > 0; k--) {
            struct brute_request *a = &best->requests[k - 1], *b = &best->requests[k];
            if (a->alignment != b->alignment ? a->alignment > b->alignment
                : a->residue != b->residue   ? a->residue < b->residue
                                             : a->rank <= b->rank)
                break;
            const struct brute_request swap = *a;
            *a = *b;
            *b = swap;
        }
    }
}

static bool meets(aj_addr a, aj_size a_size, aj_addr b, aj_size b_size)
{
    return a < b + b_size && b < a + a_size;
}

/* Is [base, +size) in guest `c` already something else than request r? */
static bool taken_in_guest(const struct model_board *board, const struct brute *best, uint32_t c,
                           const struct brute_request *r, aj_addr base)
{
    const aj_addr comm = board->arch == MODEL_ARCH_X86 ? AJ_MIB(1) : 0x80000000;
    if (meets(base, r->size, comm, AJ_PAGE))
        return true;
    for (size_t i = 0; i < best->requests_count; i++) {
        const struct brute_request *o = &best->requests[i];
        const aj_addr at = o->virt != AJ_NONE64 ? o->virt : o->phys;
        if (o != r && o->cell == c && at != AJ_NONE64 && meets(base, r->size, at, o->size))
            return true;
    }
    for (size_t d = 0; d < board->devices_count; d++)
        for (size_t k = 0; k < board->devices[d].regions_count; k++)
            if ((best->owner[d] == c || best->shared[c] == d) &&
                meets(base, r->size, board->devices[d].regions[k].phys_start,
                      board->devices[d].regions[k].size))
                return true;
    return false;
}

static bool may_lie(const struct model_board *board, const struct model_requirements *req,
                    const struct brute *best, const struct brute_request *r, aj_addr base)
{
    const struct aj_range here = {base, r->size};
    if (base % r->alignment != r->residue)
        return false;
    if (r->kind == MODEL_MEM_RAM &&
        !brute_memory_may(req, &best->truth, r->cell,
                          brute_request_of(req, r->cell)->mem_regions[r->index].name, here))
        return false;
    if (r->virt != AJ_NONE64)
        return true;
    if (r->kind == MODEL_MEM_RAM)
        return !taken_in_guest(board, best, r->cell, r, base);
    for (uint32_t c = 1; r->kind == MODEL_MEM_LINK && c < (uint32_t)req->guests_count + 1; c++)
        if (in_link(req, r->index, c) && taken_in_guest(board, best, c, r, base))
            return false;
    return true;
}

static bool pack(const struct model_board *board, const struct model_requirements *req,
                 const struct brute *best, const uint32_t *where, size_t from, uint64_t *full)
{
    while (from < best->requests_count && best->requests[from].phys != AJ_NONE64)
        from++;
    if (from == best->requests_count)
        return true;
    const struct brute_request *r = &best->requests[from];
    const struct aj_range in = best->intervals[where[from]];
    const uint64_t pages = r->size / AJ_PAGE;
    if (pages > in.size / AJ_PAGE)
        return false;
    const uint64_t mask = (UINT64_C(1) << pages) - 1;
    for (uint64_t page = 0; page + pages <= in.size / AJ_PAGE; page++) {
        if ((full[where[from]] & mask << page) != 0 ||
            !may_lie(board, req, best, r, in.base + page * AJ_PAGE))
            continue;
        full[where[from]] |= mask << page;
        const bool fits = pack(board, req, best, where, from + 1, full);
        full[where[from]] &= ~(mask << page);
        if (fits)
            return true;
    }
    return false;
}

static bool alone(const struct model_board *board, const struct model_requirements *req,
                  const struct brute *best, const struct brute_request *r, struct aj_range in)
{
    for (aj_addr base = in.base; base + r->size <= in.base + in.size; base += AJ_PAGE)
        if (r->phys == AJ_NONE64 && may_lie(board, req, best, r, base))
            return true;
    return false;
}

static bool constants_clash(const struct model_board *board, const struct model_requirements *req,
                            const struct brute *best)
{
    for (size_t i = 0; i < best->requests_count; i++) {
        const struct brute_request *r = &best->requests[i];
        const aj_addr at = r->virt != AJ_NONE64 ? r->virt : r->phys;
        if (r->cell != BRUTE_NO_CELL && at != AJ_NONE64 &&
            taken_in_guest(board, best, r->cell, r, at))
            return true;
        if (r->phys != AJ_NONE64 && !fixed_well(board, r))
            return true;
        if (r->phys != AJ_NONE64 && in_ram(board, r->phys, r->size) > 0 &&
            !may_lie(board, req, best, r, r->phys))
            return true;
        for (size_t k = 0; k < i; k++) {
            const struct brute_request *o = &best->requests[k];
            if (r->phys != AJ_NONE64 && o->phys != AJ_NONE64 &&
                meets(r->phys, r->size, o->phys, o->size))
                return true;
        }
    }
    return false;
}

/* Pages of RAM that nobody has, as ranges that hold some request. */
static void list_intervals(const struct model_board *board, const struct model_requirements *req,
                           struct brute *best)
{
    for (size_t i = 0; i < board->memory_regions_count; i++) {
        const struct model_region *region = &board->memory_regions[i];
        struct aj_range run = {0, 0};
        if (region->type != MODEL_REGION_RAM)
            continue;
        for (aj_addr page = region->phys_start; page <= region->phys_start + region->size;
             page += AJ_PAGE) {
            bool usable = page < region->phys_start + region->size;
            for (size_t k = 0; k < best->requests_count; k++)
                if (best->requests[k].phys != AJ_NONE64 &&
                    meets(page, AJ_PAGE, best->requests[k].phys, best->requests[k].size))
                    usable = false;
            for (size_t k = 0; k < board->memory_regions_count; k++)
                if (board->memory_regions[k].type == MODEL_REGION_RESERVED &&
                    meets(page, AJ_PAGE, board->memory_regions[k].phys_start,
                          board->memory_regions[k].size))
                    usable = false;
            if (usable) {
                run.base = run.size == 0 ? page : run.base;
                run.size += AJ_PAGE;
                continue;
            }
            bool useful = false;
            for (size_t k = 0; k < best->requests_count && run.size > 0; k++)
                useful = useful || alone(board, req, best, &best->requests[k], run);
            if (useful)
                best->intervals[best->intervals_count++] = run;
            run.size = 0;
        }
    }
}

/* Is a higher interval taken in `a` by the largest request that does not lie in the same? */
static bool lies_higher(const struct brute *best, const uint32_t *a, const uint32_t *b)
{
    size_t first = BRUTE_REQUESTS;
    for (size_t i = 0; i < best->requests_count; i++) {
        const struct brute_request *r = &best->requests[i];
        const struct brute_request *f = &best->requests[first % BRUTE_REQUESTS];
        if (r->phys != AJ_NONE64 || a[i] == b[i])
            continue;
        if (first == BRUTE_REQUESTS || r->size > f->size ||
            (r->size == f->size && r->alignment > f->alignment))
            first = i;
    }
    return first < BRUTE_REQUESTS && a[first] > b[first];
}

/* Used intervals, then how far down from the top, then each request as high as possible. */
static bool memory_before(const struct brute *best, const uint32_t *a, const uint32_t *b)
{
    uint32_t used[2] = {0, 0}, depth[2] = {0, 0}, seen[2] = {0, 0};
    const uint32_t *both[2] = {a, b};
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < best->requests_count; i++) {
            if (best->requests[i].phys != AJ_NONE64)
                continue;
            const uint32_t down = best->intervals_count - both[s][i];
            used[s] += (seen[s] >> both[s][i] & 1) == 0;
            seen[s] |= 1u << both[s][i];
            depth[s] = down > depth[s] ? down : depth[s];
        }
    if (used[0] != used[1])
        return used[0] < used[1];
    if (depth[0] != depth[1])
        return depth[0] < depth[1];
    return lies_higher(best, a, b);
}

static bool next_choice(const struct brute *best, uint32_t *where)
{
    for (size_t i = 0; i < best->requests_count; i++) {
        if (best->requests[i].phys != AJ_NONE64)
            continue;
        if (++where[i] < best->intervals_count)
            return true;
        where[i] = 0;
    }
    return false;
}

bool brute_memory_solve(const struct model_board *board, const struct model_requirements *req,
                        struct brute *best)
{
    uint32_t where[BRUTE_REQUESTS] = {0}, chosen[BRUTE_REQUESTS] = {0};
    bool found = false, placed = false;
    if (constants_clash(board, req, best))
        return false;
    for (size_t i = 0; i < best->requests_count; i++)
        placed = placed || best->requests[i].phys == AJ_NONE64;
    if (placed && best->intervals_count == 0)
        return false;
    do {
        uint64_t full[8] = {0};
        if (found && !memory_before(best, where, chosen))
            continue;
        if (!pack(board, req, best, where, 0, full))
            continue;
        found = true;
        memcpy(chosen, where, sizeof where);
    } while (next_choice(best, where));
    uint32_t seen = 0, depth = 0;
    for (size_t i = 0; i < best->requests_count; i++) {
        best->requests[i].interval = chosen[i];
        if (best->requests[i].phys != AJ_NONE64)
            continue;
        best->memory_quality += (seen >> chosen[i] & 1) == 0;
        seen |= 1u << chosen[i];
        depth =
            best->intervals_count - chosen[i] > depth ? best->intervals_count - chosen[i] : depth;
    }
    best->root_keeps += depth;
    return found;
}

/* The lowest MiB of which nothing is known. */
bool brute_pci_solve(const struct model_board *board, const struct model_requirements *req,
                     struct brute *best)
{
    uint32_t of_root = 0;
    aj_size page = AJ_PAGE;
    best->pci_base = AJ_NONE64;
    if (req->links_count == 0 || board->arch == MODEL_ARCH_X86)
        return true;
    for (uint32_t l = 0; l < req->links_count; l++)
        of_root += in_link(req, l, 0);
    for (uint32_t c = 0; c < (uint32_t)req->guests_count + 1; c++)
        page = larger(page, page_of(board, req, c));
    const aj_size size = model_pci_size(of_root > 0 ? of_root : 1, page);
    for (aj_addr base = AJ_MIB(1); base + size <= AJ_GIB(4); base += AJ_MIB(1)) {
        bool hole = true;
        const struct brute_request window = {.kind = MODEL_MEM_PCI, .size = size};
        for (size_t i = 0; i < board->memory_regions_count; i++)
            hole = hole && !meets(base, size, board->memory_regions[i].phys_start,
                                  board->memory_regions[i].size);
        for (size_t i = 0; i < board->devices_count; i++)
            for (size_t k = 0; k < board->devices[i].regions_count; k++)
                hole = hole && !meets(base, size, board->devices[i].regions[k].phys_start,
                                      board->devices[i].regions[k].size);
        for (uint32_t c = 1; c < (uint32_t)req->guests_count + 1; c++)
            hole = hole && !taken_in_guest(board, best, c, &window, base);
        if (hole) {
            best->pci_base = base;
            return true;
        }
    }
    return false;
}

/* A page of state, and one at least for what each peer says. */
static bool links_too_small(const struct model_board *board, const struct model_requirements *req)
{
    for (uint32_t i = 0; i < req->links_count; i++) {
        const aj_size page = link_page(board, req, i);
        if (whole(req->links[i].size, page) / page < 1 + req->links[i].peers_count)
            return true;
    }
    return false;
}

bool brute_memory_open(const struct model_board *board, const struct model_requirements *req,
                       struct brute *best)
{
    list_requests(board, req, best);
    if (links_too_small(board, req) || constants_clash(board, req, best))
        return false;
    list_intervals(board, req, best);
    return true;
}

bool brute_memory_before(const struct brute *a, const struct brute *b)
{
    uint32_t places[2][BRUTE_REQUESTS] = {{0}};
    for (size_t i = 0; i < a->requests_count; i++) {
        places[0][i] = a->requests[i].interval;
        places[1][i] = b->requests[i].interval;
    }
    return lies_higher(a, places[0], places[1]);
}
