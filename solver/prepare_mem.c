/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/units.h"
#include "solver/ip.h"
#include "solver/pack.h"
#include "solver/prepare.h"

#define RAM_FLAGS                                                                           \
    (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_DMA | \
     JAILHOUSE_MEM_LOADABLE)
#define PCI_DEVICES 32u /* of one bus */
#define LOADER_FLAGS \
    (JAILHOUSE_MEM_READ | JAILHOUSE_MEM_WRITE | JAILHOUSE_MEM_EXECUTE | JAILHOUSE_MEM_LOADABLE)

/* In whole pages; what is too large for that can be nowhere. */
static aj_size whole_pages(aj_size size, aj_size page)
{
    aj_size rounded;
    return aj_align_up(size, page, &rounded) ? rounded : aj_align_down(AJ_NONE64, page);
}

static aj_size greater(aj_size a, aj_size b)
{
    return a > b ? a : b;
}

static aj_size default_alignment(aj_size size, aj_size page)
{
    if (size >= AJ_MIB(2))
        return AJ_MIB(2);
    return greater(size >= AJ_KIB(64) ? AJ_KIB(64) : AJ_PAGE, page);
}

/*
 * The root maps what it loads in its own pages, and drops the rest of an address (driver/cell.c:
 * load_image); a guest cannot use a part of one of its own.
 */
static aj_size page_of(const struct solver_problem *p, uint32_t cell)
{
    return greater(model_cell_page(p->board, &p->req->root),
                   model_cell_page(p->board, p->cells[cell].req));
}

/* The first address that no guest can have: hypervisor/arch: the levels of its page tables. */
static aj_addr guest_limit(const struct solver_problem *p)
{
    return p->board->arch == MODEL_ARCH_ARM ? AJ_GIB(4) : AJ_GIB(1) << 18;
}

/*
 * Large pages map only memory whose addresses, the guest's and the board's, differ by a multiple of
 * them; of a guest address within a page only the page counts.
 */
static aj_addr residue_of(const struct solver_problem *p, const struct solver_request *r)
{
    if (r->virt == AJ_NONE64)
        return 0;
    return aj_align_down(r->virt, page_of(p, r->cell)) & (r->alignment - 1);
}

static const char *find_flaw(const struct solver_problem *p, const struct solver_request *r)
{
    if (!aj_is_pow2(r->alignment))
        return "its alignment is not a power of two";
    if (r->size == 0)
        return "its size is 0";
    if (r->virt != AJ_NONE64 && !aj_range_ok((struct aj_range){r->virt, r->size}))
        return "it wraps around the address space";
    if (r->virt != AJ_NONE64 && r->virt + (r->size - 1) >= guest_limit(p))
        return aj_strf(p->arena, "guests have no addresses from 0x%llx on",
                       (unsigned long long)guest_limit(p));
    if (r->phys == AJ_NONE64)
        return NULL;
    const struct aj_range range = {r->phys, r->size};
    if (!aj_range_ok(range))
        return "it wraps around the address space";
    if (aj_range_last(range) >= p->board->phys_limit)
        return aj_strf(p->arena, "the board's physical addresses end at 0x%llx",
                       (unsigned long long)p->board->phys_limit);
    if (r->registers && aj_rangeset_overlaps(&p->facts->memory, range))
        return "it is meant for registers, but the board has memory there";
    if (!r->registers && !aj_is_aligned(r->phys, r->alignment))
        return aj_strf(p->arena, "0x%llx is no multiple of %s", (unsigned long long)r->phys,
                       aj_format_size(p->arena, r->alignment));
    if (!r->registers && !aj_rangeset_covers(&p->facts->memory, range))
        return "not all of it is memory";
    if (!r->registers && !aj_rangeset_covers(&p->facts->nameable, range))
        return "the root's Linux has reserved some of it";
    if ((r->flags & JAILHOUSE_MEM_ROOTSHARED) == 0 && solver_takes_console(p, range))
        return "it has registers of the root cell's console, and no MEM_ROOTSHARED";
    if (aj_rangeset_overlaps(&p->facts->map.intercepted, range))
        return "it covers registers that the hypervisor must intercept";
    return NULL;
}

static void add_request(struct solver_problem *p, struct solver_request request)
{
    request.flaw = request.flaw != NULL ? request.flaw : find_flaw(p, &request);
    AJ_PUSH(p->arena, &p->requests, request);
}

static void add_hypervisor(struct solver_problem *p)
{
    const struct solver_wish *wish =
        solver_wish_find(p->wishes, SOLVER_WISH_HYPERVISOR, AJ_NONE32, AJ_NONE32);
    if (wish == NULL)
        return;
    const aj_size page = model_cell_page(p->board, &p->req->root);
    const struct solver_request request = {
        .kind = MODEL_MEM_HYPERVISOR,
        .cell = AJ_NONE32,
        .index = AJ_NONE32,
        .tag = "hypervisor",
        .size = whole_pages(wish->amount, page),
        .phys = wish->phys,
        .virt = AJ_NONE64,
        .alignment = greater(model_hypervisor_alignment((enum model_arch)p->board->arch), page)};
    add_request(p, request);
}

static void add_loader(struct solver_problem *p, uint32_t cell)
{
    if (solver_wish_find(p->wishes, SOLVER_WISH_LOADER, cell, AJ_NONE32) == NULL)
        return;
    const enum model_arch arch = (enum model_arch)p->board->arch;
    struct solver_request request = {
        .kind = MODEL_MEM_LOADER,
        .cell = cell,
        .index = AJ_NONE32,
        .name = "loader",
        .tag = aj_strf(p->arena, "%s,loader", p->cells[cell].tag),
        .size = model_loader_size(arch),
        .alignment = default_alignment(model_loader_size(arch), page_of(p, cell)),
        .phys = AJ_NONE64,
        .virt = aj_align_down(p->cells[cell].req->cpu_reset_address, AJ_PAGE),
        .flags = arch == MODEL_ARCH_X86 ? RAM_FLAGS : LOADER_FLAGS};
    request.residue = residue_of(p, &request);
    add_request(p, request);
}

static bool is_registers(const struct solver_problem *p, uint32_t flags, struct aj_range range)
{
    return (flags & JAILHOUSE_MEM_IO) != 0 || (range.base != AJ_NONE64 && aj_range_ok(range) &&
                                               !aj_rangeset_overlaps(&p->facts->memory, range));
}

/* Index of the first memory of a guest that says what it needs; the count if there is none. */
static uint32_t first_memory(const struct solver_problem *p, const struct model_cell_request *guest)
{
    uint32_t i = 0;
    while (i < guest->mem_regions_count &&
           is_registers(
               p, guest->mem_regions[i].flags,
               (struct aj_range){guest->mem_regions[i].phys_start, guest->mem_regions[i].size}))
        i++;
    return i;
}

/* Where a guest sees its first memory, if it does not say; AJ_NONE64: where it is. */
static aj_addr first_address(const struct solver_problem *p, const struct model_cell_request *guest)
{
    if (guest->os == MODEL_OS_BARE)
        return aj_align_down(guest->cpu_reset_address, AJ_PAGE);
    return p->board->arch == MODEL_ARCH_X86 ? MODEL_X86_RAM_START : AJ_NONE64;
}

/* `region` is NULL for the memory of a guest that does not say what it needs. */
static void add_memory(struct solver_problem *p, uint32_t cell, uint32_t index,
                       const struct model_mem_request *region)
{
    static const struct model_mem_request unnamed = {.name = "memory", .alignment = AJ_NONE64};
    const struct model_cell_request *guest = p->cells[cell].req;
    const struct solver_wish *wish = solver_wish_find(p->wishes, SOLVER_WISH_MEMORY, cell, index);
    if (wish == NULL)
        return;
    region = region != NULL ? region : &unnamed;
    struct solver_request request = {.kind = MODEL_MEM_RAM,
                                     .cell = cell,
                                     .index = index,
                                     .name = region->name,
                                     .size = whole_pages(wish->amount, page_of(p, cell)),
                                     .phys = wish->phys,
                                     .virt = wish->virt,
                                     .flags = region->flags != 0 ? region->flags : RAM_FLAGS};
    request.tag = aj_strf(p->arena, "%s,%s", p->cells[cell].tag,
                          solver_ip_tag(p->arena, region->name, index));
    /* With the size of the file: a hint to take less does not make registers of RAM. */
    request.registers = is_registers(p, region->flags, (struct aj_range){wish->phys, region->size});
    if (request.registers)
        request.size = wish->amount;
    if (request.registers && wish->phys == AJ_NONE64)
        request.flaw = "registers need a physical address";
    if (request.virt == AJ_NONE64 && !request.registers &&
        (index == AJ_NONE32 || index == first_memory(p, guest)))
        request.virt = first_address(p, guest);
    request.alignment = default_alignment(request.size, page_of(p, cell));
    if (region->alignment != AJ_NONE64)
        request.alignment = greater(region->alignment, page_of(p, cell));
    else if (wish->phys != AJ_NONE64)
        request.alignment = page_of(p, cell);
    else
        request.residue = residue_of(p, &request);
    add_request(p, request);
}

/* Registers of a console that is no device of the guest's own: shared, or described by hand. */
static void add_console(struct solver_problem *p, uint32_t index)
{
    const struct solver_cell *cell = &p->cells[index];
    struct model_console console;
    if (solver_wish_find(p->wishes, SOLVER_WISH_CONSOLE, index, AJ_NONE32) == NULL ||
        (cell->console != NULL && !cell->console_shared) ||
        !model_cell_console(p->board, p->req, cell->req, &console) ||
        (console.flags & JAILHOUSE_CON_ACCESS_MMIO) == 0)
        return;
    const struct solver_request request = {
        .kind = MODEL_MEM_RAM,
        .cell = index,
        .index = AJ_NONE32,
        .name = cell->console,
        .tag = aj_strf(p->arena, "%s,console", cell->tag),
        .size = console.size,
        .alignment = 1,
        .phys = console.address,
        .virt = AJ_NONE64,
        .flags =
            cell->console_shared ? JAILHOUSE_MEM_IO | JAILHOUSE_MEM_ROOTSHARED : JAILHOUSE_MEM_IO,
        .registers = true,
        .console = true};
    add_request(p, request);
}

static const char *link_flaw(const struct model_link_request *link, uint32_t index, aj_size size,
                             aj_size page)
{
    struct model_sections sections;
    if (link->peers_count < 2 || link->peers_count > JAILHOUSE_IVSHMEM_MAX_PEERS)
        return "a link has 2 to 12 peers";
    if (link->peers_count != 2 && (link->protocol == JAILHOUSE_SHMEM_PROTO_VETH ||
                                   link->protocol >= JAILHOUSE_SHMEM_PROTO_VIRTIO_FRONT))
        return "its protocol has exactly 2 peers";
    if (!model_link_sections(link->protocol, size, (uint32_t)link->peers_count, page, &sections))
        return "its size leaves no page for each section";
    return index >= PCI_DEVICES ? "the virtual PCI bus has 32 devices" : NULL;
}

static void add_link(struct solver_problem *p, uint32_t index)
{
    const struct solver_wish *wish =
        solver_wish_find(p->wishes, SOLVER_WISH_LINK, AJ_NONE32, index);
    const struct model_link_request *link = &p->req->links[index];
    if (wish == NULL)
        return;
    const aj_size page = model_link_page(p->board, p->req, link);
    struct solver_request request = {.kind = MODEL_MEM_LINK,
                                     .cell = AJ_NONE32,
                                     .index = index,
                                     .name = link->name,
                                     .size = whole_pages(wish->amount, page),
                                     .phys = AJ_NONE64,
                                     .virt = AJ_NONE64};
    request.tag = aj_strf(p->arena, "link.%s", solver_ip_tag(p->arena, link->name, index));
    request.alignment =
        greater(request.size >= SOLVER_LINK_ALIGN ? SOLVER_LINK_ALIGN : AJ_PAGE, page);
    request.flaw = link_flaw(link, index, request.size, page);
    add_request(p, request);
}

/* In an interval: hypervisor on top, then links, boot regions, bare and other guests. */
static uint32_t rank(const struct solver_problem *p, const struct solver_request *r)
{
    switch ((enum model_mem_kind)r->kind) {
    case MODEL_MEM_HYPERVISOR: return 0;
    case MODEL_MEM_LINK: return 1;
    case MODEL_MEM_LOADER: return 2;
    case MODEL_MEM_RAM: return p->cells[r->cell].req->os == MODEL_OS_BARE ? 3 : 4;
    case MODEL_MEM_PCI: break;
    }
    return 5;
}

/* Of one residue side by side, for each change of it leaves a gap. */
static bool stays_before(const struct solver_problem *p, const struct solver_request *a,
                         const struct solver_request *b)
{
    if (a->alignment != b->alignment)
        return a->alignment > b->alignment;
    if (a->residue != b->residue)
        return a->residue < b->residue;
    return rank(p, a) <= rank(p, b);
}

/* A stable insertion sort: requests are few, and equal ones stay in the file's order. */
static void sort_requests(struct solver_problem *p)
{
    for (size_t i = 1; i < p->requests.count; i++) {
        const struct solver_request r = p->requests.items[i];
        size_t at = i;
        for (; at > 0; at--) {
            const struct solver_request *before = &p->requests.items[at - 1];
            if (stays_before(p, before, &r))
                break;
            p->requests.items[at] = *before;
        }
        p->requests.items[at] = r;
    }
}

static bool is_larger(const struct solver_request *a, const struct solver_request *b)
{
    return a->size != b->size ? a->size > b->size : a->alignment > b->alignment;
}

static void order_requests(struct solver_problem *p)
{
    p->largest = AJ_NEW_ARRAY(p->arena, uint32_t, p->requests.count);
    for (uint32_t i = 0; i < p->requests.count; i++) {
        const struct solver_request *r = &p->requests.items[i];
        uint32_t at = p->largest_count;
        if (r->phys != AJ_NONE64)
            continue;
        for (; at > 0 && is_larger(r, &p->requests.items[p->largest[at - 1]]); at--)
            p->largest[at] = p->largest[at - 1];
        p->largest[at] = i;
        p->largest_count++;
    }
}

void solver_prepare_requests(struct solver_problem *p)
{
    add_hypervisor(p);
    for (uint32_t i = 0; i < p->req->links_count; i++)
        add_link(p, i);
    for (uint32_t i = 1; i < p->cells_count; i++) {
        const struct model_cell_request *req = p->cells[i].req;
        add_loader(p, i);
        for (uint32_t k = 0; k < req->mem_regions_count; k++)
            add_memory(p, i, k, &req->mem_regions[k]);
        if (req->mem_regions_count == 0)
            add_memory(p, i, AJ_NONE32, NULL);
        add_console(p, i);
    }
    sort_requests(p);
    order_requests(p);
}

bool solver_may_overlap(const struct solver_request *a, const struct solver_request *b)
{
    return (a->flags & b->flags & JAILHOUSE_MEM_ROOTSHARED) != 0;
}

bool solver_takes_registers(const struct solver_problem *p, const struct solver_request *r,
                            const struct solver_ownership *own)
{
    const struct model_device *device = p->devices.items[own->device].device;
    const struct aj_range here = {r->phys, r->size};
    const bool shared = own->cell == SOLVER_ROOT && (r->flags & JAILHOUSE_MEM_ROOTSHARED) != 0;
    if (r->phys == AJ_NONE64 || r->cell == own->cell || shared || !aj_range_ok(here))
        return false;
    for (size_t i = 0; i < device->regions_count; i++) {
        const struct aj_range there = {device->regions[i].phys_start, device->regions[i].size};
        if (aj_range_ok(there) && aj_range_overlap(here, there))
            return true;
    }
    return false;
}
