/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/explain_conflict.h"

#include "solver/explain_cpus.h"
#include "solver/explain_learned.h"
#include "solver/explain_text.h"

/* Memory */

static const char *flaw_text(const struct solver_problem *p)
{
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (r->flaw != NULL)
            return aj_strf(p->arena, "%s is impossible: %s", solver_request_text(p, r), r->flaw);
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
            if (a->phys != AJ_NONE64 && b->phys != AJ_NONE64 && !solver_may_overlap(a, b) &&
                aj_range_overlap((struct aj_range){a->phys, a->size},
                                 (struct aj_range){b->phys, b->size}))
                return aj_strf(p->arena, "%s (%s) and %s (%s) overlap", solver_request_text(p, a),
                               span(p, a->phys, a->size), solver_request_text(p, b),
                               span(p, b->phys, b->size));
        }
    }
    return NULL;
}

static const char *claim_text(const struct solver_problem *p, const struct solver_claim *claim)
{
    const char *what = claim->what;
    if (claim->request != AJ_NONE32)
        what = solver_request_text(p, &p->requests.items[claim->request]);
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
                if (solver_claims_clash(p, a, b))
                    return aj_strf(p->arena, "%s and %s overlap in the address space of %s",
                                   claim_text(p, a), claim_text(p, b), solver_cell_text(p, cell));
            }
        }
    }
    return NULL;
}

/* Addresses that none of the requests to be placed may have. */
static struct aj_rangeset avoided(const struct solver_problem *p)
{
    struct aj_rangeset all = {0};
    bool first = true;
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        struct aj_rangeset others = {0};
        if (r->phys != AJ_NONE64)
            continue;
        if (first)
            aj_rangeset_add_all(p->arena, &all, &r->avoid);
        first = false;
        aj_rangeset_add_all(p->arena, &others, &all);
        aj_rangeset_sub_all(p->arena, &others, &r->avoid);
        aj_rangeset_sub_all(p->arena, &all, &others);
    }
    return all;
}

/* RAM that no request has for itself: of all, not only of the intervals that can hold something. */
static struct aj_rangeset free_ram(const struct solver_problem *p)
{
    const struct aj_rangeset no = avoided(p);
    struct aj_rangeset ram = {0};
    aj_rangeset_add_all(p->arena, &ram, &p->facts->map.ram);
    aj_rangeset_sub_all(p->arena, &ram, &no);
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (r->phys != AJ_NONE64)
            aj_rangeset_sub(p->arena, &ram, (struct aj_range){r->phys, r->size});
    }
    return ram;
}

/* "4049 MiB of RAM are free, in pieces of 3 GiB, 495 MiB, 481 MiB and 1 smaller one" */
static const char *free_text(const struct solver_problem *p)
{
    enum { SHOWN = 4 };
    const struct aj_rangeset ram = free_ram(p);
    aj_size all = 0, largest[SHOWN + 1] = {0};
    for (size_t i = 0; i < ram.count; i++) {
        size_t at = SHOWN;
        for (all += ram.items[i].size; at > 0 && largest[at - 1] < ram.items[i].size; at--)
            largest[at] = largest[at - 1];
        largest[at] = ram.items[i].size;
    }
    const struct aj_rangeset no = avoided(p);
    bool partly = false;
    for (size_t i = 0; i < no.count; i++)
        partly = partly || aj_rangeset_overlaps(&p->facts->map.ram, no.items[i]);
    const char *text = aj_strf(p->arena, "%s of RAM %s free%s", solver_size_text(p, all),
                               all == 0 ? "is" : "are", partly ? " where that may be" : "");
    for (size_t i = 0; i < ram.count && i < SHOWN; i++)
        text = aj_strf(p->arena, "%s%s%s", text,
                       i > 0            ? ", "
                       : ram.count == 1 ? ", in one piece of "
                                        : ", in pieces of ",
                       solver_size_text(p, largest[i]));
    return ram.count > SHOWN ? aj_strf(p->arena, "%s and %zu smaller", text, ram.count - SHOWN)
                             : text;
}

/* How many multiples of `alignment` begin that much free RAM, at most `enough`? */
static size_t count_aligned(const struct solver_problem *p, aj_size alignment, aj_size size,
                            size_t enough)
{
    const struct aj_rangeset ram = free_ram(p);
    size_t count = 0;
    for (size_t i = 0; i < ram.count; i++) {
        aj_addr base;
        bool fits = aj_align_up(ram.items[i].base, alignment, &base);
        while (fits && count < enough &&
               aj_range_contains(ram.items[i], (struct aj_range){base, size})) {
            count++;
            fits = aj_add_u64(base, alignment, &base);
        }
    }
    return count;
}

/* The greatest alignment alone, if RAM has too few such addresses. */
static const char *aligned_text(const struct solver_problem *p)
{
    const struct solver_request *first = NULL;
    aj_size size = AJ_NONE64;
    size_t count = 0;
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (r->phys != AJ_NONE64 || (first != NULL && r->alignment < first->alignment))
            continue;
        if (first == NULL || r->alignment > first->alignment) {
            count = 0;
            size = AJ_NONE64;
        }
        first = r;
        size = r->size < size ? r->size : size;
        count++;
    }
    if (first == NULL || first->alignment <= size)
        return NULL;
    const size_t there = count_aligned(p, first->alignment, size, count);
    if (there >= count)
        return NULL;
    return aj_strf(p->arena, "%zu region%s to begin at a multiple of %s, where free RAM has %s%s",
                   count, count == 1 ? " is" : "s are", solver_size_text(p, first->alignment),
                   there == 0 ? "no room" : "room for ",
                   there == 0 ? "" : aj_strf(p->arena, "%zu", there));
}

static const char *room_text(const struct solver_problem *p)
{
    aj_size asked = 0;
    size_t count = 0;
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
    const char *aligned = aligned_text(p);
    if (aligned != NULL)
        return aligned;
    if (count == 1)
        return aj_strf(p->arena, "%s needs %s, but %s", solver_request_text(p, one),
                       solver_size_text(p, asked), free_text(p));
    return aj_strf(p->arena, "%s of memory are asked for in %zu pieces, but %s",
                   solver_size_text(p, asked), count, free_text(p));
}

/* Devices */

static const char *root_only_text(const struct solver_problem *p)
{
    for (size_t i = 0; i < p->certain_count; i++) {
        const struct solver_device *device = &p->devices.items[p->owns.items[i].device];
        if (device->root_only != NULL && p->owns.items[i].cell != SOLVER_ROOT)
            return aj_strf(p->arena, "device %s cannot leave the root cell: %s",
                           device->device->name, device->root_only);
    }
    return NULL;
}

/* Named addresses in other nodes than the CPUs that their guest may have. */
static const char *far_text(const struct solver_problem *p)
{
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        if (r->phys != AJ_NONE64 && solver_near_holds(p, r) &&
            aj_rangeset_overlaps(&r->avoid, (struct aj_range){r->phys, r->size}))
            return aj_strf(p->arena, "%s (%s) is not in a node where its guest may have CPUs",
                           solver_request_text(p, r), span(p, r->phys, r->size));
    }
    return NULL;
}

/* Two cells want the same device. */
static const char *owners_text(const struct solver_problem *p, const struct solver_ownership *a,
                               const struct solver_ownership *b)
{
    if (a->cell == b->cell || a->device != b->device)
        return NULL;
    return aj_strf(p->arena, "device %s cannot belong to both %s and %s",
                   p->devices.items[a->device].device->name, solver_cell_text(p, a->cell),
                   solver_cell_text(p, b->cell));
}

static const char *ownership_text(const struct solver_problem *p)
{
    for (size_t i = 0; i < p->certain_count; i++) {
        for (size_t k = 0; k < i; k++) {
            const char *text = owners_text(p, &p->owns.items[k], &p->owns.items[i]);
            if (text != NULL)
                return text;
        }
    }
    return NULL;
}

/* What is wanted but cannot be picked; a class that is wanted twice is named once. */
static const char *picks_text(const struct solver_problem *p)
{
    uint32_t wanted = 0;
    const char *text = "", *last = "";
    for (size_t i = 0; i < p->wishes->count; i++) {
        const struct solver_wish *wish = &p->wishes->items[i];
        if (wish->off || wish->kind != SOLVER_WISH_PICK)
            continue;
        const char *what = solver_pick_text(p, wish);
        if (strcmp(what, last) != 0)
            text = aj_strf(p->arena, "%s%s%s", text, wanted == 0 ? "" : " and ", what);
        last = what;
        wanted++;
    }
    if (wanted == 0)
        return NULL;
    return aj_strf(p->arena, "%u device%s wanted of class %s, but not enough are free", wanted,
                   wanted == 1 ? " is" : "s are", text);
}

static const char *registers_text(const struct solver_problem *p)
{
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        for (size_t k = 0; k < p->certain_count; k++) {
            const struct solver_ownership *own = &p->owns.items[k];
            if (solver_takes_registers(p, r, own))
                return aj_strf(p->arena, "%s (%s) has registers of device %s, which %s has",
                               solver_request_text(p, r), span(p, r->phys, r->size),
                               p->devices.items[own->device].device->name,
                               solver_cell_text(p, own->cell));
        }
    }
    return NULL;
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
    const uint32_t count = aj_cpuset_count(&lines);
    const char *there = "the board has no SPIs";
    if (count > 0)
        there = aj_strf(p->arena, "of SPIs 0-%u the board has %u (%s)", p->facts->spi_limit - 1,
                        count, aj_cpuset_format(p->arena, &lines));
    else if (p->facts->spi_limit > 0)
        there = aj_strf(p->arena, "of SPIs 0-%u the board has none", p->facts->spi_limit - 1);
    return aj_strf(p->arena,
                   "the links of %u cell%s need %u interrupt lines that no device uses, those of "
                   "a cell among 4 in a row; %s",
                   cells, cells == 1 ? "" : "s", pins, there);
}

/*
 * Facts come first: the wishes left are a smallest set, so what two of them show to be impossible is
 * what the set is about, in whichever row the search met it.
 */
const char *solver_conflict_text(const struct solver_problem *p, enum solver_family family)
{
    static const char *(*const facts[])(const struct solver_problem *p) = {
        flaw_text, root_only_text, ownership_text, overlap_text,           registers_text,
        far_text,  picks_text,     claims_text,    solver_learned_conflict};
    for (size_t i = 0; i < AJ_COUNT(facts); i++) {
        const char *text = facts[i](p);
        if (text != NULL)
            return text;
    }
    switch (family) {
    case SOLVER_FAMILY_MEM: return room_text(p);
    case SOLVER_FAMILY_PCI:
        return aj_strf(p->arena,
                       "the virtual PCI host of the links needs %s of unused addresses below "
                       "4 GiB, aligned to 1 MiB, and there is no such hole",
                       solver_size_text(p, p->pci_size));
    case SOLVER_FAMILY_SPI: return line_conflict(p);
    case SOLVER_FAMILY_LEVEL:
        return "there is no plan, and no time was left to find out what is in the way";
    case SOLVER_FAMILY_LEARNED:
    case SOLVER_FAMILY_DEV: /* always a fact */
    case SOLVER_FAMILY_CPU:
    case SOLVER_FAMILY_IRQ: break;
    }
    return solver_cpu_conflict(p);
}
