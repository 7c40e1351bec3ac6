/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/features.h"

#include "tests/solver/brute_irqs.h"
#include "tests/support/support.h"

/* One problem: what is asked and, if it has a plan, what came out. */
struct scene {
    const struct model_board *board;
    const struct model_requirements *req;
    const struct brute *best;
};

/* Does any cell, guest, region, ... have it? `which` narrows it down. */
typedef bool occurs(const struct scene *s, uint32_t which);

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

/* Devices and interrupts */

static bool given_devices(const struct scene *s, uint32_t count)
{
    uint32_t given = 0;
    for (size_t d = 0; d < s->board->devices_count; d++)
        given += s->best->owner[d] != 0 && s->best->owner[d] != UINT32_MAX;
    return given >= count;
}

static bool verdict(const struct scene *s, uint32_t which)
{
    for (size_t d = 0; d < s->board->devices_count; d++)
        if (s->board->devices[d].verdict == which)
            return true;
    return false;
}

static bool closure(const struct scene *s, uint32_t which)
{
    (void)which;
    for (size_t d = 0; d < s->board->devices_count; d++)
        if (s->board->devices[d].closure_count > 0)
            return true;
    return false;
}

/* Picks and consoles */

enum pick_trait { PICKED, LEFT_OUT, NOT_THE_FIRST, NAMED_AT_COST, OF_CLASS_NEEDED };

static bool pick_is(const struct scene *s, const struct brute_pick *pick, enum pick_trait trait)
{
    const struct model_device_want *want = &s->req->guests[pick->cell - 1].wants[pick->want];
    switch (trait) {
    case PICKED: return pick->chosen < pick->count;
    case LEFT_OUT: return pick->count > 0 && pick->chosen == pick->count;
    case NOT_THE_FIRST: return pick->chosen > 0 && pick->chosen < pick->count;
    case NAMED_AT_COST: return want->device != NULL;
    case OF_CLASS_NEEDED: return want->device == NULL && want->cost == 0;
    }
    return false;
}

static bool picks(const struct scene *s, uint32_t trait)
{
    for (size_t i = 0; s->best->feasible && i < s->best->picks_count; i++)
        if (pick_is(s, &s->best->picks[i], (enum pick_trait)trait))
            return true;
    return false;
}

/* A line that constraints name is the root's or not, as devices are picked. */
static bool lines_gone(const struct scene *s, uint32_t decided)
{
    for (size_t q = 0; q < s->best->lines; q++)
        if (s->best->line_gone[q] && s->best->line_decided[q] == decided)
            return true;
    return false;
}

static bool consoles(const struct scene *s, uint32_t shared)
{
    for (size_t g = 0; g < s->req->guests_count; g++)
        if (s->req->guests[g].console.ref != NULL &&
            (s->best->shared[g + 1] != AJ_NONE32) == shared)
            return true;
    return false;
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

static bool root_lines(const struct scene *s, uint32_t count)
{
    return s->best->lines >= count;
}

static bool guest_lines(const struct scene *s, uint32_t count)
{
    for (size_t c = 1; c <= s->req->guests_count; c++)
        if (s->best->guest_lines[c] >= count)
            return true;
    return false;
}

/* Links */

static bool links(const struct scene *s, uint32_t count)
{
    return s->req->links_count >= count;
}

static bool links_of(const struct scene *s, uint32_t arch)
{
    return s->req->links_count > 0 && s->board->arch == arch;
}

static bool link_peers(const struct scene *s, uint32_t count)
{
    for (size_t i = 0; i < s->req->links_count; i++)
        if (s->req->links[i].peers_count == count)
            return true;
    return false;
}

static bool link_of_root(const struct scene *s, uint32_t wanted)
{
    for (size_t i = 0; i < s->req->links_count; i++) {
        uint32_t of_root = 0;
        for (size_t k = 0; k < s->req->links[i].peers_count; k++)
            of_root += brute_cell(s->req, s->req->links[i].peers[k]) == 0;
        if (of_root == wanted)
            return true;
    }
    return false;
}

static bool link_protocol(const struct scene *s, uint32_t protocol)
{
    for (size_t i = 0; i < s->req->links_count; i++)
        if (s->req->links[i].protocol == protocol)
            return true;
    return false;
}

/* Constraints */

static bool constraint(const struct scene *s, uint32_t kind)
{
    for (size_t i = 0; i < s->req->constraints_count; i++)
        if (s->req->constraints[i].kind == kind)
            return true;
    return false;
}

static bool forbidden(const struct scene *s, uint32_t literal)
{
    for (size_t i = 0; i < s->req->constraints_count; i++)
        for (size_t k = 0; k < s->req->constraints[i].literals_count; k++)
            if (s->req->constraints[i].kind == MODEL_CONSTRAINT_FORBID &&
                s->req->constraints[i].literals[k].kind == literal)
                return true;
    return false;
}

static bool joint(const struct scene *s, uint32_t literals)
{
    for (size_t i = 0; i < s->req->constraints_count; i++)
        if (s->req->constraints[i].kind == MODEL_CONSTRAINT_FORBID &&
            s->req->constraints[i].literals_count == literals)
            return true;
    return false;
}

/* What the levels come to */

static bool level_costs(const struct scene *s, uint32_t level)
{
    const int64_t values[] = {s->best->isolation, s->best->irq, s->best->memory_quality,
                              s->best->root_keeps};
    return values[level] > (level < 2 ? 0 : 1);
}

static bool preferences_cost(const struct scene *s, uint32_t cost)
{
    return s->best->preferences >= (int64_t)cost;
}

static bool lines_near(const struct scene *s, uint32_t cost)
{
    return s->best->irq >= (int64_t)cost;
}

static const struct feature {
    const char *name;
    occurs *occurs;
    uint32_t which;
} table[] = {
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
    {"memory: reserved", region_type, MODEL_REGION_RESERVED},
    {"memory: a bus window", region_type, MODEL_REGION_WINDOW},
    {"memory: several intervals", intervals, 2},
    {"devices: given away", given_devices, 1},
    {"devices: a group given away", given_devices, 2},
    {"devices: travel together", closure, 0},
    {"devices: of the root only", verdict, MODEL_VERDICT_ROOT_ONLY},
    {"devices: hard", verdict, MODEL_VERDICT_HARD},
    {"devices: unsafe", verdict, MODEL_VERDICT_UNSAFE},
    {"devices: picked", picks, PICKED},
    {"devices: another than the first", picks, NOT_THE_FIRST},
    {"devices: left out at a cost", picks, LEFT_OUT},
    {"devices: named at a cost", picks, NAMED_AT_COST},
    {"devices: one of a class needed", picks, OF_CLASS_NEEDED},
    {"devices: a line goes along", lines_gone, false},
    {"devices: a named line goes along", lines_gone, true},
    {"consoles: shared", consoles, true},
    {"consoles: a guest's own", consoles, false},
    {"board: several nodes", nodes, false},
    {"CPUs: of a node", nodes, true},
    {"memory: near its CPUs", near, 0},
    {"interrupts: of the root", root_lines, 1},
    {"interrupts: three of the root", root_lines, 3},
    {"interrupts: of a guest", guest_lines, 1},
    {"links: by messages", links_of, MODEL_ARCH_X86},
    {"links: one", links, 1},
    {"links: two", links, 2},
    {"links: two peers", link_peers, 2},
    {"links: three peers", link_peers, 3},
    {"links: with the root", link_of_root, 1},
    {"links: between guests", link_of_root, 0},
    {"links: network", link_protocol, JAILHOUSE_SHMEM_PROTO_VETH},
    {"links: no protocol", link_protocol, JAILHOUSE_SHMEM_PROTO_UNDEFINED},
    {"constraints: assign", constraint, MODEL_CONSTRAINT_ASSIGN},
    {"constraints: route", constraint, MODEL_CONSTRAINT_ROUTE},
    {"constraints: place", constraint, MODEL_CONSTRAINT_PLACE},
    {"constraints: set", constraint, MODEL_CONSTRAINT_SET},
    {"constraints: separate", constraint, MODEL_CONSTRAINT_SEPARATE},
    {"constraints: bound", constraint, MODEL_CONSTRAINT_BOUND},
    {"constraints: avoid", constraint, MODEL_CONSTRAINT_AVOID},
    {"constraints: prefer", constraint, MODEL_CONSTRAINT_PREFER},
    {"constraints: forbid CPUs", forbidden, MODEL_LITERAL_CPUS},
    {"constraints: forbid a route", forbidden, MODEL_LITERAL_ROUTE},
    {"constraints: forbid a place", forbidden, MODEL_LITERAL_PLACE},
    {"constraints: forbid a setting", forbidden, MODEL_LITERAL_SET},
    {"constraints: forbid two", joint, 2},
    {"constraints: forbid three", joint, 3},
    {"levels: preferences cost", preferences_cost, 1},
    {"levels: isolation costs", level_costs, 0},
    {"levels: interrupts cost", level_costs, 1},
    {"levels: two intervals used", level_costs, 2},
    {"levels: the root loses more", level_costs, 3},
    {"levels: interrupts near", lines_near, 1000},
};
_Static_assert(AJ_COUNT(table) <= FEATURES_MAX, "struct features has a place for each");

void features_count(struct features *features, const struct random_problem *p,
                    const struct brute *best)
{
    const struct scene scene = {p->board, p->req, best};
    for (size_t i = 0; i < AJ_COUNT(table); i++) {
        const bool here = table[i].occurs(&scene, table[i].which);
        features->all[i] += here;
        features->feasible[i] += here && best->feasible;
    }
}

bool features_print(const struct features *features)
{
    bool all = true;
    for (size_t i = 0; i < AJ_COUNT(table); i++) {
        print_message("%-32s %5u, with a plan %5u%s\n", table[i].name, features->all[i],
                      features->feasible[i], features->feasible[i] == 0 ? "  NEVER" : "");
        all = all && features->feasible[i] > 0;
    }
    return all;
}
