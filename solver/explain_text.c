/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain_text.h"

#include "base/units.h"

const char *solver_cell_text(const struct solver_problem *p, uint32_t cell)
{
    return cell == SOLVER_ROOT ? "the root cell"
                               : aj_strf(p->arena, "guest %s", p->cells[cell].req->key);
}

static const char *size_text(const struct solver_problem *p, aj_size size)
{
    return aj_format_size(p->arena, size);
}

const char *solver_amount_text(const struct solver_problem *p, const struct solver_wish *wish,
                               uint64_t amount)
{
    if (wish->kind == SOLVER_WISH_CPUS)
        return aj_strf(p->arena, "%llu CPU%s", (unsigned long long)amount, amount == 1 ? "" : "s");
    return size_text(p, amount);
}

static const char *region_name(const struct solver_problem *p, const struct solver_wish *wish)
{
    return wish->index == AJ_NONE32 ? "memory"
                                    : p->cells[wish->cell].req->mem_regions[wish->index].name;
}

const char *solver_wish_subject(const struct solver_problem *p, const struct solver_wish *wish)
{
    switch ((enum solver_wish_kind)wish->kind) {
    case SOLVER_WISH_HYPERVISOR: return "the hypervisor";
    case SOLVER_WISH_LINK: return aj_strf(p->arena, "link %s", p->req->links[wish->index].name);
    case SOLVER_WISH_MEMORY:
        return aj_strf(p->arena, "region %s of %s", region_name(p, wish),
                       solver_cell_text(p, wish->cell));
    case SOLVER_WISH_LOADER:
    case SOLVER_WISH_CPUS:
    case SOLVER_WISH_EXCLUSIVE:
    case SOLVER_WISH_TOGETHER:
    case SOLVER_WISH_FORBID:
    case SOLVER_WISH_DEVICE:
    case SOLVER_WISH_CONSOLE: break;
    }
    return solver_cell_text(p, wish->cell);
}

static const char *cpus_text(const struct solver_problem *p, const struct solver_wish *wish)
{
    const struct model_cpu_request *cpus = &p->cells[wish->cell].req->cpus;
    if (!aj_cpuset_empty(&cpus->list))
        return aj_strf(p->arena, "CPU%s %s", aj_cpuset_count(&cpus->list) == 1 ? "" : "s",
                       aj_cpuset_format(p->arena, &cpus->list));
    return aj_strf(p->arena, "%s%s", wish->cell == SOLVER_ROOT ? "at least " : "",
                   solver_amount_text(p, wish, wish->amount));
}

/* "l2 (0-1; 2-3)": the domains of a level by their CPUs. */
static const char *domains_text(const struct solver_problem *p, uint8_t level)
{
    const size_t slot = (size_t)level - 1;
    const char *text = aj_strf(p->arena, "%s (CPUs ", aj_name_of(model_domain_names, level));
    for (uint32_t d = 0; d < p->domains_count[slot]; d++) {
        struct aj_cpuset cpus = {0};
        for (uint32_t k = 0; k < p->cpus_count; k++) {
            if (p->cpus[k].domain[slot] == d)
                aj_cpuset_add(&cpus, p->cpus[k].id);
        }
        text = aj_strf(p->arena, "%s%s%s", text, d == 0 ? "" : "; ",
                       aj_cpuset_format(p->arena, &cpus));
    }
    return aj_strf(p->arena, "%s)", text);
}

static const char *forbid_text(const struct solver_problem *p, const struct solver_wish *wish)
{
    const struct model_constraint *constraint = &p->req->constraints[wish->index];
    return aj_strf(p->arena, "not on CPU %s%s%s",
                   aj_cpuset_format(p->arena, &constraint->forbid_cpus),
                   constraint->because != NULL ? ", because " : "",
                   constraint->because != NULL ? constraint->because : "");
}

const struct solver_request *solver_wish_request(const struct solver_problem *p,
                                                 const struct solver_wish *wish)
{
    static const uint8_t kinds[] = {[SOLVER_WISH_LOADER] = MODEL_MEM_LOADER,
                                    [SOLVER_WISH_HYPERVISOR] = MODEL_MEM_HYPERVISOR,
                                    [SOLVER_WISH_MEMORY] = MODEL_MEM_RAM,
                                    [SOLVER_WISH_LINK] = MODEL_MEM_LINK};
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (wish->kind < AJ_COUNT(kinds) && r->kind == kinds[wish->kind] && r->cell == wish->cell &&
            r->index == wish->index)
            return r;
    }
    return NULL;
}

static const char *memory_text(const struct solver_problem *p, const struct solver_wish *wish)
{
    const struct solver_request *r = solver_wish_request(p, wish);
    const char *text = size_text(p, wish->amount);
    if (r == NULL)
        return text;
    if (r->phys != AJ_NONE64)
        text = aj_strf(p->arena, "%s at 0x%llx", text, (unsigned long long)r->phys);
    else if (r->alignment > AJ_PAGE)
        text =
            aj_strf(p->arena, "%s in one piece, aligned to %s", text, size_text(p, r->alignment));
    else
        text = aj_strf(p->arena, "%s in one piece", text);
    if (r->virt != AJ_NONE64)
        text = aj_strf(p->arena, "%s, guest address 0x%llx", text, (unsigned long long)r->virt);
    return text;
}

static const char *peers_text(const struct solver_problem *p, const struct solver_wish *wish)
{
    const struct model_link_request *link = &p->req->links[wish->index];
    const char *text = "";
    for (size_t i = 0; i < link->peers_count; i++)
        text = aj_strf(p->arena, "%s%s%s", text, i == 0 ? "" : ", ", link->peers[i]);
    return text;
}

/* "serial1 (with gpio2)" */
static const char *device_text(const struct solver_problem *p, const char *ref)
{
    const struct model_device *device = model_board_device(p->board, ref);
    const char *text = ref;
    for (size_t i = 0; device != NULL && i < device->closure_count; i++)
        text = aj_strf(p->arena, "%s%s%s", text, i == 0 ? " with " : ", ", device->closure[i]);
    return text;
}

const char *solver_wish_text(const struct solver_problem *p, const struct solver_wish *wish)
{
    const char *subject = solver_wish_subject(p, wish);
    const struct model_cell_request *req =
        wish->cell != AJ_NONE32 ? p->cells[wish->cell].req : NULL;
    const char *what = "";
    switch ((enum solver_wish_kind)wish->kind) {
    case SOLVER_WISH_CPUS: what = cpus_text(p, wish); break;
    case SOLVER_WISH_EXCLUSIVE:
        what = aj_strf(p->arena, "all or nothing of each %s", domains_text(p, req->cpus.exclusive));
        break;
    case SOLVER_WISH_TOGETHER:
        what = aj_strf(p->arena, "all its CPUs in one %s", domains_text(p, req->cpus.together));
        break;
    case SOLVER_WISH_FORBID: what = forbid_text(p, wish); break;
    case SOLVER_WISH_HYPERVISOR:
    case SOLVER_WISH_MEMORY: what = memory_text(p, wish); break;
    case SOLVER_WISH_LOADER:
        what = aj_strf(p->arena, "a boot region of %s", memory_text(p, wish));
        break;
    case SOLVER_WISH_LINK:
        what = aj_strf(p->arena, "%s, shared by %s", memory_text(p, wish), peers_text(p, wish));
        break;
    case SOLVER_WISH_DEVICE:
        what = aj_strf(p->arena, "device %s", device_text(p, req->devices[wish->index]));
        break;
    case SOLVER_WISH_CONSOLE:
        what = aj_strf(p->arena, "console %s", device_text(p, req->console.ref));
        break;
    }
    return aj_strf(p->arena, "%s: %s", subject, what);
}

/* CPUs */

static const char *cpu_conflict(const struct solver_problem *p)
{
    uint64_t asked = 0;
    bool only_numbers = true;
    for (size_t i = 0; i < p->wishes->count; i++) {
        const struct solver_wish *wish = &p->wishes->items[i];
        if (wish->off)
            continue;
        if (wish->kind == SOLVER_WISH_CPUS)
            asked += wish->amount;
        else
            only_numbers = false;
    }
    const char *there = aj_strf(p->arena, "the board has %u online (%s)", p->cpus_count,
                                aj_cpuset_format(p->arena, &p->facts->online));
    if (asked == 0 && only_numbers)
        return aj_strf(p->arena, "the root cell needs a CPU, but %s", there);
    return aj_strf(p->arena, "%s%llu CPU%s asked for, the root cell keeps at least one, and %s",
                   only_numbers ? "" : "the wishes about CPUs cannot hold together: ",
                   (unsigned long long)asked, asked == 1 ? " is" : "s are", there);
}

/* Memory */

static const char *request_text(const struct solver_problem *p, const struct solver_request *r)
{
    switch ((enum model_mem_kind)r->kind) {
    case MODEL_MEM_HYPERVISOR: return "the hypervisor's memory";
    case MODEL_MEM_LINK: return aj_strf(p->arena, "link %s", r->name);
    case MODEL_MEM_LOADER:
        return aj_strf(p->arena, "the boot region of %s", solver_cell_text(p, r->cell));
    case MODEL_MEM_RAM:
    case MODEL_MEM_PCI: break;
    }
    return aj_strf(p->arena, "region %s of %s", r->name, solver_cell_text(p, r->cell));
}

static const char *flaw_text(const struct solver_problem *p)
{
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (r->flaw != NULL)
            return aj_strf(p->arena, "%s is impossible: %s", request_text(p, r), r->flaw);
    }
    return NULL;
}

static const char *span(const struct solver_problem *p, aj_addr base, aj_size size)
{
    return aj_strf(p->arena, "0x%llx-0x%llx", (unsigned long long)base,
                   (unsigned long long)(base + size - 1));
}

static const char *overlap_text(const struct solver_problem *p)
{
    for (size_t i = 0; i < p->requests.count; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct solver_request *a = &p->requests.items[k], *b = &p->requests.items[i];
            if (a->phys != AJ_NONE64 && b->phys != AJ_NONE64 &&
                aj_range_overlap((struct aj_range){a->phys, a->size},
                                 (struct aj_range){b->phys, b->size}))
                return aj_strf(p->arena, "%s (%s) and %s (%s) overlap", request_text(p, a),
                               span(p, a->phys, a->size), request_text(p, b),
                               span(p, b->phys, b->size));
        }
    }
    return NULL;
}

static const char *claim_text(const struct solver_problem *p, const struct solver_claim *claim)
{
    const char *what = "what Jailhouse or the console has";
    if (claim->request != AJ_NONE32)
        what = request_text(p, &p->requests.items[claim->request]);
    else if (claim->device != AJ_NONE32)
        what = aj_strf(p->arena, "device %s", p->devices.items[claim->device].device->name);
    return aj_strf(p->arena, "%s (%s)", what, span(p, claim->range.base, claim->range.size));
}

static const char *claims_text(const struct solver_problem *p)
{
    for (uint32_t cell = 1; cell < p->cells_count; cell++) {
        for (size_t i = 0; i < p->cells[cell].claims.count; i++) {
            for (size_t k = 0; k < i; k++) {
                const struct solver_claim *a = &p->cells[cell].claims.items[k];
                const struct solver_claim *b = &p->cells[cell].claims.items[i];
                if ((a->request != AJ_NONE32 || b->request != AJ_NONE32) &&
                    aj_range_overlap(a->range, b->range))
                    return aj_strf(p->arena, "%s and %s overlap in the address space of %s",
                                   claim_text(p, a), claim_text(p, b), solver_cell_text(p, cell));
            }
        }
    }
    return NULL;
}

/* Of all RAM, not only of the intervals that can hold something. */
static void measure(const struct solver_problem *p, aj_size *all, aj_size *largest, size_t *pieces)
{
    struct aj_rangeset ram = {0};
    aj_rangeset_add_all(p->arena, &ram, &p->facts->map.ram);
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (r->phys != AJ_NONE64)
            aj_rangeset_sub(p->arena, &ram, (struct aj_range){r->phys, r->size});
    }
    *all = *largest = 0;
    *pieces = ram.count;
    for (size_t i = 0; i < ram.count; i++) {
        *all += ram.items[i].size;
        *largest = ram.items[i].size > *largest ? ram.items[i].size : *largest;
    }
}

static const char *room_text(const struct solver_problem *p)
{
    aj_size asked = 0, all, largest;
    size_t count = 0, pieces;
    const struct solver_request *one = NULL;
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (r->phys != AJ_NONE64)
            continue;
        if (!aj_add_u64(asked, r->size, &asked))
            asked = AJ_NONE64;
        one = r;
        count++;
    }
    measure(p, &all, &largest, &pieces);
    const char *there =
        aj_strf(p->arena, "%s of RAM are free in %zu piece%s, the largest has %s",
                size_text(p, all), pieces, pieces == 1 ? "" : "s", size_text(p, largest));
    if (count == 1)
        return aj_strf(p->arena, "%s needs %s, but %s", request_text(p, one), size_text(p, asked),
                       there);
    return aj_strf(p->arena, "%s of memory are asked for in %zu pieces, but %s",
                   size_text(p, asked), count, there);
}

static const char *memory_conflict(const struct solver_problem *p)
{
    const char *text = flaw_text(p);
    text = text != NULL ? text : overlap_text(p);
    text = text != NULL ? text : claims_text(p);
    return text != NULL ? text : room_text(p);
}

/* Devices */

static const char *device_conflict(const struct solver_problem *p)
{
    for (size_t i = 0; i < p->devices.count; i++) {
        const struct solver_device *device = &p->devices.items[i];
        if (device->root_only != NULL)
            return aj_strf(p->arena, "device %s cannot leave the root cell: %s",
                           device->device->name, device->root_only);
    }
    for (size_t i = 0; i < p->owns.count; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct solver_ownership *a = &p->owns.items[k], *b = &p->owns.items[i];
            if (a->device == b->device && a->cell != b->cell)
                return aj_strf(p->arena, "device %s cannot belong to both %s and %s",
                               p->devices.items[a->device].device->name,
                               solver_cell_text(p, a->cell), solver_cell_text(p, b->cell));
        }
    }
    return "devices of different guests share an interrupt line";
}

/* Links */

static const char *line_conflict(const struct solver_problem *p)
{
    uint32_t pins = 0, cells = 0;
    struct aj_cpuset lines = {0};
    for (uint32_t i = 0; i < p->cells_count; i++) {
        cells += p->cells[i].pins != 0;
        for (uint32_t pin = 0; pin < 4; pin++)
            pins += p->cells[i].pins >> pin & 1;
    }
    for (uint32_t spi = 0; spi < p->facts->spi_limit; spi++) {
        if (aj_cpuset_has(&p->facts->free_spis, SOLVER_FIRST_SPI + spi))
            aj_cpuset_add(&lines, spi);
    }
    return aj_strf(p->arena,
                   "the links of %u cell%s need %u interrupt lines that no device uses, those of "
                   "a cell among 4 in a row; of SPIs 0-%u the board has %u (%s)",
                   cells, cells == 1 ? "" : "s", pins, p->facts->spi_limit - 1,
                   aj_cpuset_count(&lines), aj_cpuset_format(p->arena, &lines));
}

const char *solver_conflict_text(const struct solver_problem *p, enum solver_family family)
{
    switch (family) {
    case SOLVER_FAMILY_MEM: return memory_conflict(p);
    case SOLVER_FAMILY_PCI:
        return aj_strf(p->arena,
                       "the virtual PCI host of the links needs %s of unused addresses below "
                       "4 GiB, aligned to 1 MiB, and there is no such hole",
                       size_text(p, p->pci_size));
    case SOLVER_FAMILY_SPI: return line_conflict(p);
    case SOLVER_FAMILY_DEV: return device_conflict(p);
    case SOLVER_FAMILY_CPU:
    case SOLVER_FAMILY_IRQ:
    case SOLVER_FAMILY_LEVEL: break;
    }
    return cpu_conflict(p);
}
