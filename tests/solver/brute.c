/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/brute.h"

#include <assert.h>

#include "tests/solver/brute_irqs.h"

#define NO_CELL UINT32_MAX

static const struct model_cell_request *cell_of(const struct model_requirements *req, uint32_t ix)
{
    return ix == 0 ? &req->root : &req->guests[ix - 1];
}

static uint32_t cells_of(const struct model_requirements *req)
{
    return (uint32_t)req->guests_count + 1;
}

/* CPUs: every assignment of every CPU */

static bool cpus_allowed(const struct model_board *board, const struct model_requirements *req,
                         const struct brute_truth *truth, const uint32_t *cell)
{
    for (uint32_t c = 0; c < cells_of(req); c++) {
        const struct model_cpu_request *wish = &cell_of(req, c)->cpus;
        uint32_t count = 0;
        for (uint32_t k = 0; k < board->cpus_count; k++) {
            const bool named = aj_cpuset_has(&wish->list, k);
            count += cell[k] == c;
            if (named && cell[k] != c)
                return false;
            if (c != 0 && !aj_cpuset_empty(&wish->list) && cell[k] == c && !named)
                return false;
            for (uint32_t o = 0; o < board->cpus_count; o++) {
                const struct model_cpu *a = &board->cpus[k], *b = &board->cpus[o];
                if (cell[k] == c && cell[o] != c && wish->exclusive != MODEL_DOMAIN_NONE &&
                    brute_same_domain(a, b, wish->exclusive))
                    return false;
                if (cell[k] == c && cell[o] == c && wish->together != MODEL_DOMAIN_NONE &&
                    !brute_same_domain(a, b, wish->together))
                    return false;
            }
        }
        if (c == 0 && (count < 1 || (wish->count != AJ_NONE32 && count < wish->count)))
            return false;
        if (c != 0 && aj_cpuset_empty(&wish->list) &&
            count != (wish->count == AJ_NONE32 ? 1 : wish->count))
            return false;
    }
    return brute_cpus_meet(board, req, truth, cell);
}

/* Ordered pairs (real-time cell, other cell) in each domain of each level. */
static int64_t isolation(const struct model_board *board, const struct model_requirements *req,
                         const uint32_t *cell)
{
    static const int64_t weight[] = {0, 100, 10, 1};
    int64_t cost = 0;
    for (uint8_t level = MODEL_DOMAIN_CORE; level <= MODEL_DOMAIN_PACKAGE; level++) {
        for (uint32_t first = 0; first < board->cpus_count; first++) {
            bool seen = false, here[BRUTE_CELLS] = {false};
            for (uint32_t k = 0; k < board->cpus_count; k++) {
                if (!brute_same_domain(&board->cpus[first], &board->cpus[k], level))
                    continue;
                seen = seen || k < first;
                here[cell[k]] = true;
            }
            for (uint32_t a = 0; a < cells_of(req) && !seen; a++)
                for (uint32_t b = 0; b < cells_of(req); b++)
                    if (a != b && here[a] && here[b] && cell_of(req, a)->realtime != NULL)
                        cost += weight[level];
        }
    }
    return cost;
}

/* The smallest CPU that CPU k shares a domain with. */
static uint32_t first_of(const struct model_board *board, uint32_t k, uint8_t level)
{
    uint32_t first = 0;
    while (!brute_same_domain(&board->cpus[first], &board->cpus[k], level))
        first++;
    return first;
}

/* Does CPU x come before y: by package, then cache, then core, each by its smallest CPU? */
static bool comes_before(const struct model_board *board, uint32_t x, uint32_t y)
{
    for (uint8_t level = MODEL_DOMAIN_PACKAGE; level >= MODEL_DOMAIN_CORE; level--)
        if (first_of(board, x, level) != first_of(board, y, level))
            return first_of(board, x, level) < first_of(board, y, level);
    return x < y;
}

/* Is `a` before `b` in the total order: the first CPU that differs goes to an earlier cell? */
static bool cpus_before(const struct model_board *board, const uint32_t *a, const uint32_t *b)
{
    uint32_t differs = AJ_NONE32;
    for (uint32_t k = 0; k < board->cpus_count; k++)
        if (a[k] != b[k] && (differs == AJ_NONE32 || comes_before(board, k, differs)))
            differs = k;
    return differs != AJ_NONE32 && a[differs] < b[differs];
}

static bool solve_cpus(const struct model_board *board, const struct model_requirements *req,
                       struct brute *best)
{
    uint32_t cell[4] = {0}, total = 1;
    struct brute_irq_choice irqs = {0};
    bool found = false, boot = false;
    for (uint32_t k = 0; k < board->cpus_count; k++)
        total *= cells_of(req);
    for (uint32_t code = 0; code < total; code++) {
        struct brute_irq_choice now = {0};
        uint32_t rest = code;
        for (uint32_t k = 0; k < board->cpus_count; k++, rest /= cells_of(req))
            cell[k] = rest % cells_of(req);
        if (!cpus_allowed(board, req, &best->truth, cell))
            continue;
        const int64_t cost = isolation(board, req, cell);
        const bool has_boot = cell[0] == 0;
        if (found && cost > best->isolation)
            continue;
        brute_best_irqs(board, req, best, cell, &now);
        if (now.cost == INT64_MAX)
            continue;
        bool better = !found || cost < best->isolation;
        if (found && cost == best->isolation) {
            better = now.cost < irqs.cost;
            if (now.cost == irqs.cost)
                better = has_boot != boot ? has_boot : cpus_before(board, cell, best->cell);
        }
        if (!better)
            continue;
        found = true;
        boot = has_boot;
        best->isolation = cost;
        irqs = now;
        memcpy(best->cell, cell, sizeof cell);
    }
    best->irq = irqs.cost;
    best->root_keeps = !boot;
    memcpy(best->line_cpu, irqs.cpu, sizeof irqs.cpu);
    best->lines = irqs.lines;
    for (uint32_t c = 1; c < cells_of(req); c++)
        brute_guest_irqs(board, req, c, best);
    for (uint32_t k = 0; k < board->cpus_count; k++)
        aj_cpuset_add(&best->cpus[best->cell[k]], k);
    return found;
}

/* Devices: wishes and what must travel along */

static uint32_t device_ix(const struct model_board *board, const char *name)
{
    for (uint32_t i = 0; i < board->devices_count; i++)
        if (strcmp(board->devices[i].name, name) == 0)
            return i;
    return 0;
}

static bool give(const struct model_board *board, struct brute *best, uint32_t device,
                 uint32_t cell, uint32_t depth)
{
    const struct model_device *d = &board->devices[device];
    if (best->owner[device] == cell || depth > 8)
        return best->owner[device] == cell;
    if (best->owner[device] != NO_CELL || d->verdict == MODEL_VERDICT_ROOT_ONLY)
        return false;
    best->owner[device] = cell;
    for (size_t i = 0; i < d->closure_count; i++)
        if (!give(board, best, device_ix(board, d->closure[i]), cell, depth + 1))
            return false;
    return true;
}

static bool solve_devices(const struct model_board *board, const struct model_requirements *req,
                          struct brute *best)
{
    for (size_t i = 0; i < board->devices_count; i++)
        best->owner[i] = NO_CELL;
    for (uint32_t c = 1; c < cells_of(req); c++)
        for (size_t i = 0; i < cell_of(req, c)->devices_count; i++)
            if (!give(board, best, device_ix(board, cell_of(req, c)->devices[i]), c, 0))
                return false;
    for (size_t a = 0; a < board->devices_count; a++)
        for (size_t b = 0; b < a; b++)
            for (size_t x = 0; x < board->devices[a].interrupts_count; x++)
                for (size_t y = 0; y < board->devices[b].interrupts_count; y++)
                    if (best->owner[a] != NO_CELL && best->owner[b] != NO_CELL &&
                        best->owner[a] != best->owner[b] &&
                        board->devices[a].interrupts[x].intid ==
                            board->devices[b].interrupts[y].intid)
                        return false;
    for (size_t i = 0; i < board->devices_count; i++)
        best->owner[i] = best->owner[i] == NO_CELL ? 0 : best->owner[i];
    return true;
}

/* Virtual PCI interrupts: bases in rising order, the root's first */

static uint32_t pins_of(const struct model_requirements *req, uint32_t cell)
{
    uint32_t pins = 0;
    for (uint32_t l = 0; l < req->links_count; l++)
        for (size_t k = 0; k < req->links[l].peers_count; k++)
            if (brute_cell(req, req->links[l].peers[k]) == cell)
                pins |= 1u << (l & 3);
    return pins;
}

static bool choose_bases(const struct model_board *board, const struct model_requirements *req,
                         uint32_t cell, const struct aj_cpuset *left, struct brute *best)
{
    if (cell == cells_of(req))
        return true;
    best->vpci[cell] = AJ_NONE32;
    const uint32_t pins = pins_of(req, cell);
    if (pins == 0)
        return choose_bases(board, req, cell + 1, left, best);
    for (uint32_t base = board->platform.arm->spi_limit - 3; base-- > 0;) {
        struct aj_cpuset rest = *left;
        bool free_lines = true;
        for (uint32_t pin = 0; pin < 4; pin++) {
            if ((pins >> pin & 1) == 0)
                continue;
            free_lines = free_lines && aj_cpuset_has(left, 32 + base + pin);
            aj_cpuset_remove(&rest, 32 + base + pin);
        }
        best->vpci[cell] = base;
        if (free_lines && choose_bases(board, req, cell + 1, &rest, best))
            return true;
    }
    return false;
}

/* Memory: every interval for every request, every page in it */

static aj_size usual_alignment(aj_size size)
{
    return size >= AJ_MIB(2) ? AJ_MIB(2) : size >= AJ_KIB(64) ? AJ_KIB(64) : AJ_PAGE;
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
    const struct model_cell_request *guest = cell_of(req, c);
    bool loader = guest->os == MODEL_OS_LINUX, first = guest->os == MODEL_OS_BARE;
    for (uint32_t i = 0; i < guest->mem_regions_count; i++) {
        const struct model_mem_request *m = &guest->mem_regions[i];
        struct brute_request r = {MODEL_MEM_RAM,
                                  c,
                                  i,
                                  m->size,
                                  m->alignment,
                                  m->phys_start,
                                  m->virt_start,
                                  guest->os == MODEL_OS_BARE ? 3 : 4,
                                  0};
        const bool memory = r.phys == AJ_NONE64 || in_ram(board, r.phys, r.size) > 0;
        if (first && memory && r.virt == AJ_NONE64)
            r.virt = 0;
        first = first && !memory;
        const aj_addr start = m->virt_start != AJ_NONE64 ? m->virt_start : m->phys_start;
        loader = loader && (start == AJ_NONE64 || start != 0);
        add_request(best, r);
    }
    if (loader)
        add_request(best, (struct brute_request){MODEL_MEM_LOADER, c, 0, MODEL_LOADER_SIZE,
                                                 AJ_KIB(64), AJ_NONE64, 0, 2, 0});
}

static void list_requests(const struct model_board *board, const struct model_requirements *req,
                          struct brute *best)
{
    add_request(best, (struct brute_request){MODEL_MEM_HYPERVISOR, NO_CELL, 0,
                                             req->root.hypervisor_memory.size, AJ_PAGE, AJ_NONE64,
                                             AJ_NONE64, 0, 0});
    for (uint32_t i = 0; i < req->links_count; i++)
        add_request(best, (struct brute_request){MODEL_MEM_LINK, NO_CELL, i, req->links[i].size,
                                                 usual_alignment(req->links[i].size), AJ_NONE64,
                                                 AJ_NONE64, 1, 0});
    for (uint32_t c = 1; c < cells_of(req); c++)
        list_guest(board, req, c, best);
    for (size_t i = 1; i < best->requests_count; i++) {
        for (size_t k = i; k > 0; k--) {
            struct brute_request *a = &best->requests[k - 1], *b = &best->requests[k];
            if (a->alignment > b->alignment || (a->alignment == b->alignment && a->rank <= b->rank))
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

static bool in_link(const struct model_requirements *req, uint32_t link, uint32_t cell)
{
    for (size_t k = 0; k < req->links[link].peers_count; k++)
        if (brute_cell(req, req->links[link].peers[k]) == cell)
            return true;
    return false;
}

/* Is [base, +size) in guest `c` already something else than request r? */
static bool taken_in_guest(const struct model_board *board, const struct brute *best, uint32_t c,
                           const struct brute_request *r, aj_addr base)
{
    if (meets(base, r->size, MODEL_COMM_BASE, AJ_PAGE))
        return true;
    for (size_t i = 0; i < best->requests_count; i++) {
        const struct brute_request *o = &best->requests[i];
        const aj_addr at = o->virt != AJ_NONE64 ? o->virt : o->phys;
        if (o != r && o->cell == c && at != AJ_NONE64 && meets(base, r->size, at, o->size))
            return true;
    }
    for (size_t d = 0; d < board->devices_count; d++)
        for (size_t k = 0; k < board->devices[d].regions_count; k++)
            if (best->owner[d] == c && meets(base, r->size, board->devices[d].regions[k].phys_start,
                                             board->devices[d].regions[k].size))
                return true;
    return false;
}

static bool may_lie(const struct model_board *board, const struct model_requirements *req,
                    const struct brute *best, const struct brute_request *r, aj_addr base)
{
    const struct aj_range here = {base, r->size};
    if (base % r->alignment != 0)
        return false;
    if (r->kind == MODEL_MEM_RAM &&
        !brute_memory_may(req, &best->truth, r->cell,
                          cell_of(req, r->cell)->mem_regions[r->index].name, here))
        return false;
    if (r->virt != AJ_NONE64)
        return true;
    if (r->kind == MODEL_MEM_RAM)
        return !taken_in_guest(board, best, r->cell, r, base);
    for (uint32_t c = 1; r->kind == MODEL_MEM_LINK && c < cells_of(req); c++)
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
    const uint64_t pages = r->size / AJ_PAGE, mask = (UINT64_C(1) << pages) - 1;
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
        if (r->cell != NO_CELL && at != AJ_NONE64 && taken_in_guest(board, best, r->cell, r, at))
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
    for (size_t i = 0; i < best->requests_count; i++)
        if (best->requests[i].phys == AJ_NONE64 && a[i] != b[i])
            return a[i] > b[i];
    return false;
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

static bool solve_memory(const struct model_board *board, const struct model_requirements *req,
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
static bool solve_pci(const struct model_board *board, const struct model_requirements *req,
                      struct brute *best)
{
    uint32_t of_root = 0;
    best->pci_base = AJ_NONE64;
    if (req->links_count == 0)
        return true;
    for (uint32_t l = 0; l < req->links_count; l++)
        of_root += in_link(req, l, 0);
    const aj_size size = model_pci_size(of_root > 0 ? of_root : 1);
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
        for (uint32_t c = 1; c < cells_of(req); c++)
            hole = hole && !taken_in_guest(board, best, c, &window, base);
        if (hole) {
            best->pci_base = base;
            return true;
        }
    }
    return false;
}

/* Is the plan of one choice before that of another, level by level and then in the total order? */
static bool plan_before(const struct model_board *board, const struct brute *a,
                        const struct brute *b)
{
    const int64_t levels[][2] = {{a->isolation, b->isolation},
                                 {a->irq, b->irq},
                                 {a->memory_quality, b->memory_quality},
                                 {a->root_keeps, b->root_keeps}};
    for (size_t i = 0; i < AJ_COUNT(levels); i++)
        if (levels[i][0] != levels[i][1])
            return levels[i][0] < levels[i][1];
    if (memcmp(a->cell, b->cell, sizeof a->cell) != 0)
        return cpus_before(board, a->cell, b->cell);
    for (size_t q = 0; q < AJ_COUNT(a->line_cpu); q++)
        if (a->line_cpu[q] != b->line_cpu[q])
            return a->line_cpu[q] < b->line_cpu[q];
    for (size_t i = 0; i < a->requests_count; i++)
        if (a->requests[i].interval != b->requests[i].interval)
            return a->requests[i].interval > b->requests[i].interval;
    return false;
}

/* Is a line of a guest routed among the root's CPUs? */
static bool routes_clash(const struct model_board *board, const struct model_requirements *req,
                         const struct brute *best)
{
    for (uint32_t intid = 32; intid < 70; intid++)
        if (brute_line_routed(req, intid) && brute_guest_has(board, best, intid))
            return true;
    return false;
}

void brute_solve(const struct model_board *board, const struct model_requirements *req,
                 struct brute *best)
{
    struct aj_cpuset left;
    struct brute first = {.feasible = false};
    uint32_t choice = 0;
    brute_truth_open(&first.truth, req);
    model_board_free_spis(board, &left);
    *best = first;
    if (!solve_devices(board, req, &first) || !choose_bases(board, req, 0, &left, &first))
        return;
    list_requests(board, req, &first);
    if (constants_clash(board, req, &first) || routes_clash(board, req, &first))
        return;
    list_intervals(board, req, &first);
    while (brute_truth_next(&first.truth, req, &choice)) {
        struct brute now = first;
        if (brute_knobs_meet(req, &now.truth) && solve_cpus(board, req, &now) &&
            solve_memory(board, req, &now) && (!best->feasible || plan_before(board, &now, best))) {
            *best = now;
            best->feasible = true;
        }
    }
    best->feasible = best->feasible && solve_pci(board, req, best);
}
