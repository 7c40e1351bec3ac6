/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boards, the CPUs of cells and their memory. */
#include "tests/solver/brute_irqs.h"
#include "tests/solver/features_table.h"

static const struct model_cell_request *cell_at(const struct scene *s, size_t ix)
{
    return ix == 0 ? &s->req->root : &s->req->guests[ix - 1];
}

/* CPUs */

enum cpu_wish { WISH_LIST, WISH_COUNT, WISH_NONE, WISH_ROOT_LIST, WISH_ROOT_COUNT };

static bool cpus_wished(const struct scene *s, uint32_t which)
{
    for (size_t c = 0; c <= s->req->guests_count; c++) {
        const struct model_cpu_request *cpus = &cell_at(s, c)->cpus;
        const bool listed = !aj_cpuset_empty(&cpus->list), counted = cpus->count != AJ_NONE32;
        const bool of_root = which == WISH_ROOT_LIST || which == WISH_ROOT_COUNT;
        if ((c == 0) == of_root && (which == WISH_NONE ? !listed && !counted
                                    : which == WISH_LIST || which == WISH_ROOT_LIST ? listed
                                                                                    : counted))
            return true;
    }
    return false;
}

static bool board_of(const struct scene *s, uint32_t arch)
{
    return s->board->arch == arch;
}

/* Of a device of the board. */
static bool no_pin(const struct scene *s, uint32_t which)
{
    (void)which;
    for (size_t d = 0; d < s->board->devices_count; d++)
        for (size_t k = 0; k < s->board->devices[d].interrupts_count; k++)
            if (!brute_line_exists(s->board, s->board->devices[d].interrupts[k].intid))
                return true;
    return false;
}

static bool exclusive_at(const struct scene *s, uint32_t level)
{
    for (size_t c = 0; c <= s->req->guests_count; c++)
        if (cell_at(s, c)->cpus.exclusive == level)
            return true;
    return false;
}

static bool together_at(const struct scene *s, uint32_t level)
{
    for (size_t c = 0; c <= s->req->guests_count; c++)
        if (cell_at(s, c)->cpus.together == level)
            return true;
    return false;
}

/* Have two CPUs a domain of this level together, or are there two domains of it? */
static bool shared_at(const struct scene *s, uint32_t level)
{
    for (size_t i = 0; i < s->board->cpus_count; i++)
        for (size_t k = 0; k < i; k++)
            if (brute_same_domain(&s->board->cpus[i], &s->board->cpus[k], (uint8_t)level))
                return true;
    return false;
}

static bool apart_at(const struct scene *s, uint32_t level)
{
    for (size_t i = 1; i < s->board->cpus_count; i++)
        if (!brute_same_domain(&s->board->cpus[i], &s->board->cpus[0], (uint8_t)level))
            return true;
    return false;
}

static bool named_caches(const struct scene *s, uint32_t which)
{
    (void)which;
    for (size_t i = 0; i < s->board->cpus_count; i++)
        if (s->board->cpus[i].l2 != NULL)
            return true;
    return false;
}

static bool realtime(const struct scene *s, uint32_t guests)
{
    uint32_t count = 0;
    for (size_t c = 0; c <= s->req->guests_count; c++)
        count += cell_at(s, c)->realtime != NULL;
    return count >= guests;
}

/* NUMA */

static bool nodes(const struct scene *s, uint32_t wished)
{
    for (size_t c = 0; c <= s->req->guests_count; c++)
        if (!aj_cpuset_empty(&cell_at(s, c)->cpus.nodes) == wished && wished != 0)
            return true;
    for (size_t i = 1; i < s->board->cpus_count; i++)
        if (s->board->cpus[i].node != s->board->cpus[0].node && wished == 0)
            return true;
    return false;
}

static bool near(const struct scene *s, uint32_t which)
{
    (void)which;
    for (size_t g = 0; g < s->req->guests_count; g++)
        for (size_t i = 0; i < s->req->guests[g].mem_regions_count; i++)
            if (s->req->guests[g].mem_regions[i].near == MODEL_NEAR_CPUS)
                return true;
    return false;
}

/* Memory */

static bool request_of_kind(const struct scene *s, uint32_t kind)
{
    for (size_t i = 0; i < s->best->requests_count; i++)
        if (s->best->requests[i].kind == kind)
            return true;
    return false;
}

enum region_trait { AT_ADDRESS, OF_REGISTERS, WITH_VIRTUAL, IDENTITY, ALIGNED };

static bool in_ram(const struct model_board *board, aj_addr at)
{
    for (size_t i = 0; i < board->memory_regions_count; i++)
        if (board->memory_regions[i].type == MODEL_REGION_RAM &&
            at >= board->memory_regions[i].phys_start &&
            at - board->memory_regions[i].phys_start < board->memory_regions[i].size)
            return true;
    return false;
}

static bool region_is(const struct scene *s, const struct model_mem_request *m,
                      enum region_trait trait)
{
    const bool fixed = m->phys_start != AJ_NONE64;
    switch (trait) {
    case AT_ADDRESS: return fixed && in_ram(s->board, m->phys_start);
    case OF_REGISTERS: return fixed && !in_ram(s->board, m->phys_start);
    case WITH_VIRTUAL: return m->virt_start != AJ_NONE64;
    case IDENTITY: return !fixed && m->virt_start == AJ_NONE64;
    case ALIGNED: return !fixed && m->alignment > AJ_PAGE;
    }
    return false;
}

static bool region_with(const struct scene *s, uint32_t trait)
{
    for (size_t g = 0; g < s->req->guests_count; g++)
        for (size_t i = 0; i < s->req->guests[g].mem_regions_count; i++)
            if (region_is(s, &s->req->guests[g].mem_regions[i], (enum region_trait)trait))
                return true;
    return false;
}

static bool region_type(const struct scene *s, uint32_t type)
{
    for (size_t i = 0; i < s->board->memory_regions_count; i++)
        if (s->board->memory_regions[i].type == type)
            return true;
    return false;
}

/* Has a kernel larger pages than 4 KiB? */
static bool large_pages(const struct scene *s, uint32_t of_guest)
{
    bool large = of_guest == 0 && s->board->kernel.page_size > AJ_PAGE;
    for (size_t g = 0; g < s->req->guests_count && of_guest != 0; g++)
        large = large ||
                (s->req->guests[g].page_size != AJ_NONE64 && s->req->guests[g].page_size > AJ_PAGE);
    return large;
}

static bool off_the_grid(const struct scene *s, uint32_t requests)
{
    uint32_t count = 0;
    for (size_t i = 0; i < s->best->requests_count; i++)
        count += s->best->requests[i].residue > 0;
    return count >= requests;
}

static bool intervals(const struct scene *s, uint32_t count)
{
    return s->best->intervals_count >= count;
}

static bool guests_of(const struct scene *s, uint32_t os)
{
    for (size_t g = 0; g < s->req->guests_count; g++)
        if (s->req->guests[g].os == os)
            return true;
    return false;
}

const struct feature features_cells[] = {
    {"CPUs: a list", cpus_wished, WISH_LIST},
    {"CPUs: a number", cpus_wished, WISH_COUNT},
    {"CPUs: nothing is said", cpus_wished, WISH_NONE},
    {"CPUs: a list of the root", cpus_wished, WISH_ROOT_LIST},
    {"CPUs: a number of the root", cpus_wished, WISH_ROOT_COUNT},
    {"CPUs: a core alone", exclusive_at, MODEL_DOMAIN_CORE},
    {"CPUs: an L2 alone", exclusive_at, MODEL_DOMAIN_L2},
    {"CPUs: a package alone", exclusive_at, MODEL_DOMAIN_PACKAGE},
    {"CPUs: in one core", together_at, MODEL_DOMAIN_CORE},
    {"CPUs: below one L2", together_at, MODEL_DOMAIN_L2},
    {"CPUs: in one package", together_at, MODEL_DOMAIN_PACKAGE},
    {"board: x86", board_of, MODEL_ARCH_X86},
    {"board: ARM", board_of, MODEL_ARCH_ARM},
    {"board: no pin for a line", no_pin, 0},
    {"board: threads of a core", shared_at, MODEL_DOMAIN_CORE},
    {"board: a shared L2", shared_at, MODEL_DOMAIN_L2},
    {"board: several L2", apart_at, MODEL_DOMAIN_L2},
    {"board: several packages", apart_at, MODEL_DOMAIN_PACKAGE},
    {"board: named caches", named_caches, 0},
    {"cells: real-time", realtime, 1},
    {"cells: two real-time", realtime, 2},
    {"cells: Linux", guests_of, MODEL_OS_LINUX},
    {"cells: bare", guests_of, MODEL_OS_BARE},
    {"memory: hypervisor", request_of_kind, MODEL_MEM_HYPERVISOR},
    {"memory: RAM", request_of_kind, MODEL_MEM_RAM},
    {"memory: boot region", request_of_kind, MODEL_MEM_LOADER},
    {"memory: link", request_of_kind, MODEL_MEM_LINK},
    {"memory: at an address", region_with, AT_ADDRESS},
    {"memory: registers by hand", region_with, OF_REGISTERS},
    {"memory: a guest's address", region_with, WITH_VIRTUAL},
    {"memory: identity", region_with, IDENTITY},
    {"memory: aligned", region_with, ALIGNED},
    {"memory: large pages of the root", large_pages, 0},
    {"memory: large pages of a guest", large_pages, 1},
    {"memory: off the alignment", off_the_grid, 1},
    {"memory: two off the alignment", off_the_grid, 2},
    {"memory: reserved", region_type, MODEL_REGION_RESERVED},
    {"memory: a bus window", region_type, MODEL_REGION_WINDOW},
    {"memory: several intervals", intervals, 2},
    {"board: several nodes", nodes, false},
    {"CPUs: of a node", nodes, true},
    {"memory: near its CPUs", near, 0},
    {NULL, NULL, 0},
};
