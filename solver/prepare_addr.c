/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/pack.h"
#include "solver/prepare.h"

/* 32-bit guests reach the virtual PCI host too, and nobody expects it in the first MiB. */
#define PCI_LOWEST AJ_MIB(1)
#define PCI_END    AJ_GIB(4)

static struct aj_range outward(struct aj_range range)
{
    const aj_addr first = aj_align_down(range.base, AJ_PAGE);
    const aj_addr last = aj_range_last(range) | (AJ_PAGE - 1);
    /* The whole address space has no size: one page less is as good. */
    return (struct aj_range){first, last - first == AJ_NONE64 ? last - first : last - first + 1};
}

static void claim(struct solver_problem *p, uint32_t cell, struct solver_claim new)
{
    if (!aj_range_ok(new.range))
        return;
    new.range = outward(new.range);
    AJ_PUSH(p->arena, &p->cells[cell].claims, new);
}

/* Windows that Jailhouse intercepts are those of the interrupt controller and of IOMMUs. */
static const char *window_name(const struct model_board *board, struct aj_range window)
{
    for (size_t i = 0; i < board->iommu_count; i++) {
        if (aj_range_has(window, board->iommu[i].base))
            return "an IOMMU";
    }
    return "the interrupt controller";
}

/* The communication region, and the interrupt controller, which guests find where it is. */
static void claim_fixed(struct solver_problem *p, uint32_t cell)
{
    const aj_addr comm = model_comm_base((enum model_arch)p->board->arch);
    const struct aj_rangeset *intercepted = &p->facts->map.intercepted;
    claim(p, cell,
          (struct solver_claim){{comm, AJ_PAGE}, AJ_NONE32, AJ_NONE32, "the communication region"});
    for (size_t i = 0; i < intercepted->count; i++)
        claim(p, cell,
              (struct solver_claim){intercepted->items[i], AJ_NONE32, AJ_NONE32,
                                    window_name(p->board, intercepted->items[i])});
}

static void claim_all(struct solver_problem *p)
{
    for (uint32_t i = 1; i < p->cells_count; i++)
        claim_fixed(p, i);
    for (uint32_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        const aj_addr virt = r->virt != AJ_NONE64 ? r->virt : r->phys;
        if (r->cell != AJ_NONE32 && virt != AJ_NONE64)
            claim(p, r->cell, (struct solver_claim){{virt, r->size}, i, AJ_NONE32, NULL});
    }
    for (size_t i = 0; i < p->owns.count; i++) {
        const uint32_t cell = p->owns.items[i].cell, index = p->owns.items[i].device;
        const struct model_device *device = p->devices.items[index].device;
        for (size_t k = 0; k < device->regions_count; k++)
            claim(p, cell,
                  (struct solver_claim){{device->regions[k].phys_start, device->regions[k].size},
                                        AJ_NONE32,
                                        index,
                                        NULL});
    }
}

/* Memory, or of Jailhouse itself: nothing else may be there. Registers of devices may share pages. */
static bool is_solid(const struct solver_problem *p, const struct solver_claim *claim)
{
    return claim->what != NULL ||
           (claim->request != AJ_NONE32 && !p->requests.items[claim->request].console);
}

bool solver_claims_clash(const struct solver_problem *p, const struct solver_claim *a,
                         const struct solver_claim *b)
{
    const bool of_one =
        a->request == b->request && a->device == b->device; /* or both Jailhouse's */
    return !of_one && (is_solid(p, a) || is_solid(p, b)) && aj_range_overlap(a->range, b->range);
}

static void avoid_claims(struct solver_problem *p, struct solver_request *r, uint32_t cell)
{
    for (size_t i = 0; i < p->cells[cell].claims.count; i++)
        aj_rangeset_add(p->arena, &r->avoid, p->cells[cell].claims.items[i].range);
}

/* What is placed where it is addressed must keep off everything its guests address otherwise. */
static void find_avoided(struct solver_problem *p, struct solver_request *r)
{
    if (r->phys != AJ_NONE64 || r->virt != AJ_NONE64)
        return;
    if (r->cell != AJ_NONE32)
        avoid_claims(p, r, r->cell);
    if (r->kind != MODEL_MEM_LINK)
        return;
    const struct model_link_request *link = &p->req->links[r->index];
    for (size_t i = 0; i < link->peers_count; i++) {
        const uint32_t cell = solver_cell_index(p->req, link->peers[i]);
        if (cell != AJ_NONE32)
            avoid_claims(p, r, cell);
    }
}

static bool holds_any(const struct solver_problem *p, struct aj_range interval)
{
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (r->phys == AJ_NONE64 && r->flaw == NULL && solver_pack_alone(interval, r))
            return true;
    }
    return false;
}

/* Free RAM; intervals that are too small for every request are nobody's candidates. */
static void find_intervals(struct solver_problem *p)
{
    struct aj_rangeset ram = {0};
    aj_rangeset_add_all(p->arena, &ram, &p->facts->map.ram);
    aj_rangeset_sub_all(p->arena, &ram, &p->facts->map.intercepted);
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        const struct aj_range range = {r->phys, r->size};
        if (r->phys != AJ_NONE64 && aj_range_ok(range))
            aj_rangeset_sub(p->arena, &ram, outward(range));
    }
    const aj_addr end = aj_align_down(p->board->phys_limit, AJ_PAGE);
    aj_rangeset_sub(p->arena, &ram, (struct aj_range){end, AJ_NONE64 - end + 1});
    aj_rangeset_sub(p->arena, &ram, (struct aj_range){AJ_NONE64 - AJ_PAGE + 1, AJ_PAGE});
    p->intervals = AJ_NEW_ARRAY(p->arena, struct aj_range, ram.count);
    for (size_t i = 0; i < ram.count; i++) {
        if (holds_any(p, ram.items[i]))
            p->intervals[p->intervals_count++] = ram.items[i];
    }
}

/* Everything that may answer where the virtual PCI host is to be, physically or to a guest. */
static void find_occupied(const struct solver_problem *p, struct aj_rangeset *occupied)
{
    aj_rangeset_add_all(p->arena, occupied, &p->facts->map.used);
    aj_rangeset_add_all(p->arena, occupied, &p->facts->map.intercepted);
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        const struct aj_range range = {r->phys, r->size};
        if (r->phys != AJ_NONE64 && aj_range_ok(range))
            aj_rangeset_add(p->arena, occupied, outward(range));
    }
    for (uint32_t i = 1; i < p->cells_count; i++) {
        for (size_t k = 0; k < p->cells[i].claims.count; k++)
            aj_rangeset_add(p->arena, occupied, p->cells[i].claims.items[k].range);
    }
}

static aj_size largest_page(const struct solver_problem *p)
{
    aj_size largest = AJ_PAGE;
    for (uint32_t i = 0; i < p->cells_count; i++) {
        const aj_size page = model_cell_page(p->board, p->cells[i].req);
        largest = page > largest ? page : largest;
    }
    return largest;
}

/*
 * The lowest hole. Nothing else is placed in holes, so the minimum of this one decision is part of
 * every optimum.
 */
static void find_pci(struct solver_problem *p)
{
    uint32_t links = 0, of_root = 0;
    for (uint32_t i = 0; i < p->req->links_count; i++) {
        const struct model_link_request *link = &p->req->links[i];
        if (!solver_link_holds(p, i))
            continue;
        links++;
        for (size_t k = 0; k < link->peers_count; k++)
            of_root += solver_cell_index(p->req, link->peers[k]) == SOLVER_ROOT;
    }
    p->pci_wanted = links > 0 && p->board->arch != MODEL_ARCH_X86;
    if (!p->pci_wanted)
        return;
    struct aj_rangeset occupied = {0};
    find_occupied(p, &occupied);
    p->pci_size = model_pci_size(of_root > 0 ? of_root : 1, largest_page(p));
    aj_addr base = PCI_LOWEST;
    for (size_t i = 0; i < occupied.count && base < PCI_END; i++) {
        const struct aj_range here = {base, p->pci_size};
        if (aj_range_overlap(here, occupied.items[i]) &&
            !aj_align_up(aj_range_last(occupied.items[i]), AJ_MIB(1), &base))
            return;
    }
    if (base <= PCI_END - p->pci_size)
        p->pci_base = base;
}

void solver_prepare_addresses(struct solver_problem *p)
{
    claim_all(p);
    for (size_t i = 0; i < p->requests.count; i++)
        find_avoided(p, &p->requests.items[i]);
    solver_prepare_windows(p);
    find_intervals(p);
    find_pci(p);
}
