/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/solver/random_problem.h"

#include "tests/solver/random_devices.h"
#include "tests/solver/random_pages.h"
#include "tests/solver/random_tame.h"

#define RAM_BASE 0x10000u

uint32_t random_below(struct random *r, uint32_t below)
{
    r->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = r->state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ z >> 31) >> 32) % below;
}

static bool chance(struct random *r, uint32_t percent)
{
    return random_below(r, 100) < percent;
}

static void make_cpus(struct aj_arena *arena, struct random *r, struct model_board *board)
{
    static const char *const caches[] = {"l2.0", "l2.1", NULL};
    const uint32_t count = r->tame ? 2 + random_below(r, 3) : 1 + random_below(r, 4);
    const bool named = chance(r, 50), threads = chance(r, 30), packages = chance(r, 30);
    const bool nodes = chance(r, 50);
    struct model_cpu *cpus = AJ_NEW_ARRAY(arena, struct model_cpu, count);
    for (uint32_t i = 0; i < count; i++) {
        cpus[i].id.v = i;
        cpus[i].online = true;
        cpus[i].package = packages ? random_below(r, 2) : 0;
        cpus[i].cluster = random_below(r, 2);
        cpus[i].core = threads ? random_below(r, 2) : AJ_NONE32;
        cpus[i].node = nodes ? random_below(r, 2) : 0;
        cpus[i].capacity = 512 * (1 + random_below(r, 2));
        cpus[i].l2 = named ? caches[random_below(r, 3)] : NULL;
    }
    board->cpus = cpus;
    board->cpus_count = count;
}

/* Up to three banks of some pages, one of them perhaps with a reserved piece. */
static void make_memory(struct aj_arena *arena, struct random *r, struct model_board *board)
{
    struct model_region *regions = AJ_NEW_ARRAY(arena, struct model_region, 5);
    const uint32_t banks = 1 + random_below(r, 3);
    aj_addr at = RAM_BASE + random_below(r, 4) * AJ_PAGE;
    for (uint32_t i = 0; i < banks; i++) {
        regions[i].name = aj_strf(arena, "ram%u", i);
        regions[i].phys_start = regions[i].virt_start = at;
        regions[i].size = ((r->tame ? 8 : 3) + random_below(r, 14)) * AJ_PAGE;
        regions[i].type = MODEL_REGION_RAM;
        regions[i].node = random_below(r, 2);
        at += regions[i].size + (1 + random_below(r, 5)) * AJ_PAGE;
    }
    board->memory_regions_count = banks;
    if (chance(r, 30)) {
        struct model_region *reserved = &regions[board->memory_regions_count++];
        *reserved = (struct model_region){.name = "reserved",
                                          .phys_start = regions[0].phys_start + 2 * AJ_PAGE,
                                          .size = AJ_PAGE,
                                          .type = MODEL_REGION_RESERVED};
    }
    if (chance(r, 20)) {
        struct model_region *window = &regions[board->memory_regions_count++];
        *window = (struct model_region){.name = "window",
                                        .phys_start = AJ_MIB(1),
                                        .size = AJ_MIB(1 + random_below(r, 4)),
                                        .type = MODEL_REGION_WINDOW};
    }
    board->memory_regions = regions;
}

static void make_devices(struct aj_arena *arena, struct random *r, struct model_board *board)
{
    const uint32_t count = random_below(r, 5);
    struct model_device *devices = AJ_NEW_ARRAY(arena, struct model_device, count);
    for (uint32_t i = 0; i < count; i++)
        devices[i].name = aj_strf(arena, "dev%u", i);
    for (uint32_t i = 0; i < count; i++) {
        struct model_interrupt *line = AJ_NEW(arena, struct model_interrupt);
        struct model_mmio *mmio = AJ_NEW(arena, struct model_mmio);
        const char **closure = aj_alloc_array(arena, 2, sizeof *closure);
        mmio->phys_start = 0x8000 + random_below(r, 4) * 0x2000;
        mmio->size = AJ_PAGE;
        line->intid =
            chance(r, r->tame ? 60 : 40) ? 60 + random_below(r, 3) : 32 + random_below(r, 12);
        devices[i].path = devices[i].name;
        devices[i].verdict = (uint8_t)(chance(r, 15) ? MODEL_VERDICT_ROOT_ONLY : MODEL_VERDICT_OK);
        devices[i].regions = mmio;
        devices[i].regions_count = chance(r, 60);
        devices[i].interrupts = line;
        devices[i].interrupts_count = chance(r, r->tame ? 80 : 60);
        for (uint32_t k = 0; k < 2 && chance(r, 30); k++)
            closure[devices[i].closure_count++] = devices[random_below(r, count)].name;
        devices[i].closure = closure;
    }
    board->devices = devices;
    board->devices_count = count;
}

static void make_lines(struct aj_arena *arena, struct random *r, struct model_board *board)
{
    const uint32_t count = (r->tame ? 1 : 0) + random_below(r, r->tame ? 3 : 4);
    struct random aside = *r; /* samples change nothing else of the problem */
    const bool sampled = chance(&aside, 40);
    struct model_irq_count *lines = AJ_NEW_ARRAY(arena, struct model_irq_count, count);
    uint32_t *fired = AJ_NEW_ARRAY(arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t *counts = AJ_NEW_ARRAY(arena, uint32_t, 1);
        counts[0] = 1 + random_below(r, chance(r, 40) ? 100 : 5000);
        lines[i].intid = 60 + i;
        lines[i].counts = counts;
        lines[i].counts_count = 1;
        if (sampled && chance(&aside, 75)) {
            fired[i] = random_below(&aside, chance(&aside, 40) ? 2 : 400);
            lines[i].fired = &fired[i];
            lines[i].fired_count = 1;
        }
    }
    board->interrupts = lines;
    board->interrupts_count = count;
}

static struct aj_cpuset some_cpus(struct random *r, uint32_t cpus)
{
    struct aj_cpuset set = {0};
    aj_cpuset_add(&set, random_below(r, cpus));
    if (chance(r, 30))
        aj_cpuset_add(&set, random_below(r, cpus));
    return set;
}

static void make_cpu_wish(struct random *r, uint32_t cpus, struct model_cpu_request *wish)
{
    wish->count = AJ_NONE32;
    if (chance(r, 25))
        wish->list = some_cpus(r, cpus);
    else if (chance(r, 70))
        wish->count = 1 + random_below(r, 2);
    if (chance(r, 20))
        wish->exclusive = (uint8_t)(MODEL_DOMAIN_CORE + random_below(r, 3));
    if (chance(r, 10))
        wish->kind = (uint8_t)(MODEL_CPU_BIG + random_below(r, 2));
    if (chance(r, 10))
        aj_cpuset_add(&wish->nodes, random_below(r, 2));
    if (chance(r, 20))
        wish->together = (uint8_t)(MODEL_DOMAIN_CORE + random_below(r, 3));
}

static struct model_mem_request make_region(struct aj_arena *arena, struct random *r, uint32_t ix)
{
    struct model_mem_request m = {.name = aj_strf(arena, "m%u", ix),
                                  .size = (1 + random_below(r, 6)) * AJ_PAGE,
                                  .phys_start = AJ_NONE64,
                                  .virt_start = AJ_NONE64,
                                  .alignment = AJ_PAGE << random_below(r, 3)};
    if (chance(r, 30))
        m.virt_start = chance(r, 60) ? RAM_BASE + random_below(r, 16) * AJ_PAGE : 0;
    if (chance(r, 10))
        m.phys_start = RAM_BASE + random_below(r, 16) * AJ_PAGE;
    if (r->tame && ix > 0 && m.virt_start != AJ_NONE64)
        m.virt_start = ix * AJ_MIB(16);
    return m;
}

static void make_guest(struct aj_arena *arena, struct random *r, const struct model_board *board,
                       uint32_t ix, struct model_cell_request *guest)
{
    struct model_mem_request *regions = AJ_NEW_ARRAY(arena, struct model_mem_request, 2);
    const char **devices = aj_alloc_array(arena, 2, sizeof *devices);
    guest->key = guest->name = aj_strf(arena, "g%u", ix);
    guest->os = (uint8_t)(chance(r, 30) ? MODEL_OS_LINUX : MODEL_OS_BARE);
    guest->flags = AJ_NONE32;
    guest->cpus.count = AJ_NONE32;
    guest->mem_regions = regions;
    /* Some want little but to be started, which takes a boot region of 64 KiB. */
    if (guest->os == MODEL_OS_LINUX && chance(r, 40)) {
        regions[guest->mem_regions_count++] = make_region(arena, r, 0);
        return;
    }
    make_cpu_wish(r, (uint32_t)board->cpus_count, &guest->cpus);
    if (chance(r, 35))
        guest->realtime = AJ_NEW(arena, struct model_realtime);
    guest->mem_regions_count = chance(r, 40) ? 2 : 1;
    for (uint32_t i = 0; i < guest->mem_regions_count; i++)
        regions[i] = make_region(arena, r, i);
    /* A boot region seldom fits: most start in their memory. */
    if (guest->os == MODEL_OS_LINUX && chance(r, 80))
        regions[0].virt_start = 0;
    if (board->devices_count > 0 && chance(r, r->tame ? 60 : 30))
        devices[guest->devices_count++] =
            board->devices[random_below(r, (uint32_t)board->devices_count)].name;
    guest->devices = devices;
}

static void make_link(struct aj_arena *arena, struct random *r,
                      const struct model_requirements *req, uint32_t ix,
                      struct model_link_request *link)
{
    const uint32_t cells = (uint32_t)req->guests_count + 1, first = random_below(r, cells);
    const uint32_t count = cells > 2 && chance(r, 25) ? 3 : 2;
    const char **peers = aj_alloc_array(arena, count, sizeof *peers);
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t cell = (first + k) % cells;
        peers[k] = cell == 0 ? "root" : req->guests[cell - 1].key;
    }
    *link = (struct model_link_request){.name = aj_strf(arena, "link%u", ix),
                                        .protocol = JAILHOUSE_SHMEM_PROTO_UNDEFINED,
                                        .size = (3 + random_below(r, 3)) * AJ_PAGE,
                                        .peers = peers,
                                        .peers_count = count};
    if (count == 2 && chance(r, 40))
        link->protocol = JAILHOUSE_SHMEM_PROTO_VETH;
}

static void make_near(struct aj_arena *arena, struct model_cell_request *guest)
{
    struct model_mem_request *regions =
        aj_memdup(arena, guest->mem_regions, guest->mem_regions_count * sizeof *regions);
    regions[0].near = MODEL_NEAR_CPUS;
    guest->mem_regions = regions;
}

static void make_links(struct aj_arena *arena, struct random *r, struct model_requirements *req)
{
    const uint32_t count = req->guests_count > 0 && chance(r, 40) ? 1 + random_below(r, 2) : 0;
    struct model_link_request *links = AJ_NEW_ARRAY(arena, struct model_link_request, count);
    for (uint32_t i = 0; i < count; i++)
        make_link(arena, r, req, i, &links[i]);
    req->links = links;
    req->links_count = count;
}

static const char *some_cell(struct random *r, const struct model_requirements *req)
{
    const uint32_t cell = random_below(r, (uint32_t)req->guests_count + 1);
    return cell == 0 ? "root" : req->guests[cell - 1].key;
}

static struct aj_range some_range(struct random *r)
{
    return (struct aj_range){RAM_BASE + random_below(r, 40) * AJ_PAGE,
                             (1 + random_below(r, 24)) * AJ_PAGE};
}

/* An interrupt that something on the board has, 0 if there is none. */
static uint32_t some_line(struct random *r, const struct model_board *board)
{
    const struct model_device *device = NULL;
    if (board->devices_count > 0 && chance(r, 40))
        device = &board->devices[random_below(r, (uint32_t)board->devices_count)];
    if (device != NULL && device->interrupts_count > 0)
        return device->interrupts[0].intid;
    if (board->interrupts_count == 0)
        return 0;
    return board->interrupts[random_below(r, (uint32_t)board->interrupts_count)].intid;
}

/* About CPUs where there is no interrupt to speak of. There is a guest. */
static struct model_literal make_literal(struct random *r, const struct model_board *board,
                                         const struct model_requirements *req,
                                         enum model_literal_kind kind)
{
    static const char *const values[] = {"on", "off"};
    const struct model_cell_request *guest =
        &req->guests[random_below(r, (uint32_t)req->guests_count)];
    const uint32_t line = some_line(r, board);
    struct model_literal literal = {.cell = some_cell(r, req)};
    if (kind == MODEL_LITERAL_ROUTE && line == 0)
        kind = MODEL_LITERAL_CPUS;
    literal.kind = (uint8_t)kind;
    switch (kind) {
    case MODEL_LITERAL_CPUS: literal.cpus = some_cpus(r, (uint32_t)board->cpus_count); break;
    case MODEL_LITERAL_ROUTE:
        literal.cell = NULL;
        literal.interrupt = line;
        aj_cpuset_add(&literal.cpus, random_below(r, (uint32_t)board->cpus_count));
        break;
    case MODEL_LITERAL_PLACE:
        literal.cell = guest->key;
        literal.region = chance(r, 50) ? guest->mem_regions[0].name : NULL;
        literal.within = some_range(r);
        break;
    case MODEL_LITERAL_SET:
        literal.cell = "root";
        literal.knob = chance(r, 50) ? "boost" : "timer_migration";
        literal.value = values[random_below(r, 2)];
        break;
    }
    return literal;
}

/* No side of it is empty; one with two sides is not about knobs. */
static struct model_constraint make_bound(struct aj_arena *arena, struct random *r,
                                          const struct model_board *board,
                                          const struct model_requirements *req)
{
    struct model_literal *literals = AJ_NEW_ARRAY(arena, struct model_literal, 3);
    struct model_constraint bound = {.kind = MODEL_CONSTRAINT_BOUND, .literals = literals};
    const uint32_t count = 1 + random_below(r, 3), sides = 1 + random_below(r, count < 3 ? 3 : 2);
    uint32_t all = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t kinds = sides == 1 ? 4 : 3;
        literals[i] = make_literal(r, board, req, (enum model_literal_kind)random_below(r, kinds));
        literals[i].weight = chance(r, 70) ? 1 : 1 + random_below(r, 4);
        all += literals[i].weight;
    }
    bound.literals_count = count;
    bound.at_most = (sides & 1) != 0 ? random_below(r, all) : AJ_NONE32;
    bound.at_least = (sides & 2) != 0 ? 1 + random_below(r, all) : 0;
    if (bound.at_most != AJ_NONE32 && bound.at_least > bound.at_most)
        bound.at_least = bound.at_most;
    return bound;
}

static struct model_constraint make_constraint(struct aj_arena *arena, struct random *r,
                                               const struct model_board *board,
                                               const struct model_requirements *req)
{
    const enum model_constraint_kind kind = (enum model_constraint_kind)random_below(r, 8);
    struct model_literal *literals = AJ_NEW_ARRAY(arena, struct model_literal, 3);
    const char **cells = aj_alloc_array(arena, 2, sizeof *cells);
    struct model_constraint constraint = {
        .kind = (uint8_t)kind, .literals = literals, .literals_count = 1};
    switch (kind) {
    case MODEL_CONSTRAINT_PREFER:
        literals[0] = make_literal(r, board, req, (enum model_literal_kind)random_below(r, 3));
        break;
    case MODEL_CONSTRAINT_AVOID:
    case MODEL_CONSTRAINT_FORBID:
        constraint.literals_count = 1 + random_below(r, 3);
        for (size_t i = 0; i < constraint.literals_count; i++)
            literals[i] = make_literal(r, board, req, (enum model_literal_kind)random_below(r, 4));
        break;
    case MODEL_CONSTRAINT_BOUND: break;
    case MODEL_CONSTRAINT_ASSIGN:
    case MODEL_CONSTRAINT_ROUTE:
    case MODEL_CONSTRAINT_PLACE:
    case MODEL_CONSTRAINT_SET:
        literals[0] = make_literal(r, board, req, (enum model_literal_kind)(kind - 1));
        if (literals[0].kind == MODEL_LITERAL_CPUS)
            constraint.kind = MODEL_CONSTRAINT_ASSIGN;
        break;
    case MODEL_CONSTRAINT_SEPARATE:
        constraint.literals_count = 0;
        constraint.cells = cells;
        constraint.cells_count = 2;
        constraint.level = (uint8_t)(MODEL_DOMAIN_CORE + random_below(r, 3));
        cells[0] = some_cell(r, req);
        cells[1] = strcmp(cells[0], "root") == 0 ? req->guests[0].key : "root";
        break;
    }
    if (model_constraint_is_priced(&constraint))
        constraint.cost = 1 + random_below(r, 4);
    return constraint;
}

static void make_constraints(struct aj_arena *arena, struct random *r,
                             const struct model_board *board, struct model_requirements *req)
{
    struct model_constraint *constraints = AJ_NEW_ARRAY(arena, struct model_constraint, 4);
    struct random aside = *r; /* bounds change nothing else of the problem */
    req->constraints = constraints;
    while (req->guests_count > 0 && req->constraints_count < (r->tame ? 2 : 3) &&
           chance(r, r->tame ? 25 : 45))
        constraints[req->constraints_count++] = make_constraint(arena, r, board, req);
    if (req->guests_count > 0 && chance(&aside, 20))
        constraints[req->constraints_count++] = make_bound(arena, &aside, board, req);
}

struct random_problem random_problem_make(struct aj_arena *arena, uint64_t seed)
{
    static const struct model_priority objectives[] = {{MODEL_OBJECTIVE_ISOLATION, 0, 1},
                                                       {MODEL_OBJECTIVE_IRQ_INTERFERENCE, 1, 1},
                                                       {MODEL_OBJECTIVE_MEMORY_QUALITY, 2, 1},
                                                       {MODEL_OBJECTIVE_ROOT_KEEPS, 3, 1},
                                                       {MODEL_OBJECTIVE_SMALLEST_NUMBERS, 4, 1}};
    struct random r = {.state = seed}, aside = {.state = ~seed}; /* changes nothing else */
    struct model_board *board = AJ_NEW(arena, struct model_board);
    struct model_requirements *req = AJ_NEW(arena, struct model_requirements);
    struct model_arm_platform *arm = AJ_NEW(arena, struct model_arm_platform);
    r.tame = chance(&r, 70);
    board->arch = MODEL_ARCH_ARM;
    board->phys_limit = AJ_NONE64;
    arm->gic_version = 2;
    arm->spi_limit = 6 + random_below(&r, 12);
    arm->maintenance_irq = 25;
    board->platform.arm = arm;
    make_cpus(arena, &r, board);
    make_memory(arena, &r, board);
    make_devices(arena, &r, board);
    make_lines(arena, &r, board);
    req->root.key = req->root.name = "root";
    req->root.flags = AJ_NONE32;
    req->root.cpus.count = chance(&r, 15) ? 1 + random_below(&r, 2) : AJ_NONE32;
    if (chance(&r, 10)) {
        req->root.cpus.count = AJ_NONE32;
        req->root.cpus.list = some_cpus(&r, (uint32_t)board->cpus_count);
    }
    req->root.hypervisor_memory =
        (struct model_mem_request){.size = (1 + random_below(&r, 4)) * AJ_PAGE,
                                   .phys_start = AJ_NONE64,
                                   .virt_start = AJ_NONE64,
                                   .alignment = AJ_NONE64};
    req->guests_count = random_below(&r, 4);
    if (r.tame)
        req->guests_count = 1 + random_below(&r, (uint32_t)board->cpus_count - 1);
    struct model_cell_request *guests =
        AJ_NEW_ARRAY(arena, struct model_cell_request, req->guests_count);
    for (uint32_t i = 0; i < req->guests_count; i++)
        make_guest(arena, &r, board, i, &guests[i]);
    req->guests = guests;
    if (r.tame)
        random_tame(&r, board, req, guests);
    /* Of one region at most: the oracle tries each bank. */
    if (req->guests_count > 0 && chance(&r, 30))
        make_near(arena, &guests[0]);
    make_links(arena, &r, req);
    make_constraints(arena, &r, board, req);
    random_devices(arena, &r, board, req, guests);
    random_pages(arena, &aside, board, req, guests);
    req->objectives = objectives;
    req->objectives_count = AJ_COUNT(objectives);
    return (struct random_problem){board, req};
}
