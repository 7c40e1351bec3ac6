/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/instance.h"

#include "benchmarks/instance_priv.h"

#define RAM_START   UINT64_C(0x40000000)
#define FIRST_SPI   32u
#define FIRST_LINE  60u
#define DEVICE_BASE UINT64_C(0x10000000)

static void make_cpus(struct bench_maker *m)
{
    const struct bench_shape *s = m->shape;
    const uint32_t count = s->blocks * s->width;
    const uint32_t threads = s->threads > 0 ? s->threads : 1;
    struct model_cpu *cpus = AJ_NEW_ARRAY(m->arena, struct model_cpu, count);
    for (uint32_t i = 0; i < count; i++)
        cpus[i] = (struct model_cpu){.id = {i},
                                     .online = true,
                                     .mpidr = {i / s->width << 8 | i % s->width},
                                     .enable_method = "psci",
                                     .package = i / s->width / (s->blocks / s->packages),
                                     .cluster = i / s->width,
                                     .core = i / threads,
                                     .thread = threads > 1 ? i % threads : AJ_NONE32,
                                     .capacity = 1024};
    m->board->cpus = cpus;
    m->board->cpus_count = count;
}

static void make_platform(struct bench_maker *m)
{
    struct model_arm_platform *arm = AJ_NEW(m->arena, struct model_arm_platform);
    *arm = (struct model_arm_platform){.gic_version = 3,
                                       .gicd_base = 0x8000000,
                                       .gicr_base = 0x9000000,
                                       .gicr_size = AJ_MIB(32),
                                       .maintenance_irq = 25,
                                       .spi_limit = 900,
                                       .psci_version = "1.0",
                                       .psci_method = "smc"};
    m->board->format = 1;
    m->board->arch = MODEL_ARCH_ARM64;
    m->board->address_cells = m->board->size_cells = 2;
    m->board->kernel.mem_limit = AJ_NONE64;
    m->board->kernel.page_size = AJ_PAGE;
    m->board->jailhouse.possible = true;
    m->board->phys_limit = AJ_NONE64;
    m->board->platform.arm = arm;
}

/* How large each piece of RAM is when there is one part in eight to spare, or twice as much. */
static void ample_pieces(struct bench_maker *m, aj_size asked, aj_size *sizes)
{
    const uint32_t count = m->shape->intervals;
    if (m->shape->fit == BENCH_LOOSE)
        asked *= 2;
    const aj_size each = (asked + asked / 8) / count / AJ_MIB(2) * AJ_MIB(2) + AJ_MIB(16);
    for (uint32_t i = 0; i < count; i++) {
        const aj_size size = each / 2 + aj_random_below(&m->random, each / AJ_MIB(2)) * AJ_MIB(2);
        sizes[i] = size < AJ_MIB(8) ? AJ_MIB(8) : size;
    }
    sizes[count - 1] += asked / 2;
}

/* The same with one part in 32 to spare, or one part in 8 too little. */
static void scarce_pieces(struct bench_maker *m, aj_size asked, aj_size *sizes)
{
    const uint32_t count = m->shape->intervals;
    const aj_size total =
        m->shape->fit == BENCH_TIGHT ? asked + asked / 32 + AJ_MIB(2) : asked - asked / 8;
    const aj_size each = total / count / AJ_MIB(2) * AJ_MIB(2) + AJ_MIB(2);
    aj_addr at = 0;
    for (uint32_t i = 0; i < count; i++) {
        const aj_addr end =
            (i + 1) * each + aj_random_below(&m->random, each / AJ_MIB(4)) * AJ_MIB(2);
        const aj_addr cut = i + 1 < count && end < total ? end : total;
        sizes[i] = (cut - at) / AJ_MIB(2) * AJ_MIB(2);
        at += sizes[i];
    }
}

static void make_memory(struct bench_maker *m, aj_size asked)
{
    const uint32_t count = m->shape->intervals;
    const bool scarce = m->shape->fit == BENCH_TIGHT || m->shape->fit == BENCH_NO_ROOM;
    struct model_region *regions = AJ_NEW_ARRAY(m->arena, struct model_region, count);
    aj_size *sizes = AJ_NEW_ARRAY(m->arena, aj_size, count);
    aj_addr at = RAM_START;
    (scarce ? scarce_pieces : ample_pieces)(m, asked, sizes);
    for (uint32_t i = 0; i < count && sizes[i] > 0; i++) {
        regions[i] = (struct model_region){.name = aj_strf(m->arena, "ram%u", i),
                                           .phys_start = at,
                                           .virt_start = at,
                                           .size = sizes[i],
                                           .type = MODEL_REGION_RAM};
        at += regions[i].size + AJ_MIB(2);
        m->board->memory_regions_count++;
    }
    m->board->memory_regions = regions;
}

static void make_lines(struct bench_maker *m)
{
    struct model_irq_count *lines = AJ_NEW_ARRAY(m->arena, struct model_irq_count, m->shape->lines);
    for (uint32_t i = 0; i < m->shape->lines; i++) {
        uint32_t *times = AJ_NEW(m->arena, uint32_t);
        *times = 1 + bench_below(m, 5000);
        lines[i] = (struct model_irq_count){
            .intid = FIRST_LINE + i, .owner = "device", .counts = times, .counts_count = 1};
    }
    m->board->interrupts = lines;
    m->board->interrupts_count = m->shape->lines;
}

/* Each group: two devices that must travel together, two lines. */
static void make_devices(struct bench_maker *m)
{
    static const char *const kinds[] = {"spi", "can", "ethernet", "syscon"};
    const uint32_t count = m->shape->devices * 2;
    struct model_device *devices = AJ_NEW_ARRAY(m->arena, struct model_device, count);
    for (uint32_t i = 0; i < count; i++) {
        struct model_interrupt *line = AJ_NEW(m->arena, struct model_interrupt);
        struct model_mmio *mmio = AJ_NEW(m->arena, struct model_mmio);
        const char **closure = aj_alloc(m->arena, sizeof *closure);
        devices[i].name = aj_strf(m->arena, "dev%u", i);
        *closure = aj_strf(m->arena, "dev%u", i ^ 1);
        *line = (struct model_interrupt){.intid = FIRST_LINE + i, .flags = 4};
        *mmio = (struct model_mmio){DEVICE_BASE + i * AJ_PAGE, AJ_PAGE};
        devices[i].path = aj_strf(m->arena, "/soc/%s@%x", kinds[i / 2 % AJ_COUNT(kinds)], i);
        devices[i].verdict = MODEL_VERDICT_OK;
        devices[i].regions = mmio;
        devices[i].interrupts = line;
        devices[i].closure = closure;
        devices[i].regions_count = devices[i].interrupts_count = devices[i].closure_count = 1;
    }
    m->board->devices = devices;
    m->board->devices_count = count;
}

/* How many CPUs each cell gets: even seeds nearly the same, odd ones anything. */
static void share_cpus(struct bench_maker *m, uint64_t seed, uint32_t *counts)
{
    const uint32_t cells = m->shape->cells;
    const uint32_t cpus = m->shape->blocks * m->shape->width;
    uint32_t left = (m->shape->fit == BENCH_LOOSE ? cpus / 2 : cpus) - cells;
    for (uint32_t c = 0; c < cells; c++)
        counts[c] = 1;
    while (seed % 2 == 0 && left > 0) {
        counts[bench_below(m, cells)]++;
        left--;
    }
    for (uint32_t c = 0; c + 1 < cells && left > 0; c++) {
        const uint32_t some = bench_below(m, 2 * left / (cells - c) + 1);
        counts[c] += some;
        left -= some;
    }
    counts[cells - 1] += left;
    counts[1] += m->shape->fit == BENCH_NO_CPU ? counts[0] : 0;
}

static aj_size make_region(struct bench_maker *m, struct model_mem_request *region, uint32_t ix)
{
    static const aj_size sizes[] = {AJ_KIB(64), AJ_MIB(1), AJ_MIB(2), AJ_MIB(6), AJ_MIB(16)};
    *region =
        (struct model_mem_request){.name = aj_strf(m->arena, "m%u", ix),
                                   .size = sizes[bench_below(m, AJ_COUNT(sizes))],
                                   .phys_start = AJ_NONE64,
                                   .virt_start = ix == 0 ? AJ_NONE64 : AJ_GIB(64) + ix * AJ_GIB(1),
                                   .alignment = AJ_NONE64};
    return region->size;
}

/* One guest wants whole caches, the next one all its CPUs below one cache. */
static void make_wishes(const struct bench_maker *m, struct model_cell_request *cells)
{
    const uint32_t width = m->shape->width;
    const uint32_t whole = cells[0].cpus.count / width * width;
    cells[0].cpus.exclusive = MODEL_DOMAIN_L2;
    cells[0].cpus.count = (whole > 0 ? whole : width) + (m->shape->fit == BENCH_ODD);
    cells[1].cpus.together = MODEL_DOMAIN_L2;
    if (cells[1].cpus.count > width)
        cells[1].cpus.count = width;
}

static aj_size make_cells(struct bench_maker *m, uint64_t seed)
{
    const struct bench_shape *s = m->shape;
    const uint32_t guests = s->cells - 1;
    struct model_cell_request *cells = AJ_NEW_ARRAY(m->arena, struct model_cell_request, guests);
    struct model_realtime *realtime = AJ_NEW(m->arena, struct model_realtime);
    uint32_t *counts = AJ_NEW_ARRAY(m->arena, uint32_t, s->cells);
    uint32_t urgent = s->cells / 2;
    aj_size asked = AJ_MIB(4);
    share_cpus(m, seed, counts);
    for (uint32_t c = 0; c < guests; c++) {
        const uint32_t regions = s->regions / guests + (c < s->regions % guests);
        struct model_mem_request *memory =
            AJ_NEW_ARRAY(m->arena, struct model_mem_request, regions);
        cells[c] = (struct model_cell_request){.key = aj_strf(m->arena, "g%u", c + 1),
                                               .page_size = AJ_NONE64,
                                               .os = MODEL_OS_BARE,
                                               .flags = AJ_NONE32,
                                               .mem_regions = memory,
                                               .mem_regions_count = regions};
        cells[c].name = cells[c].key;
        cells[c].cpus.count = counts[c + 1];
        if (bench_below(m, guests - c) < urgent) {
            cells[c].realtime = realtime;
            urgent--;
        }
        for (uint32_t i = 0; i < regions; i++)
            asked += make_region(m, &memory[i], i);
        const char **devices = aj_alloc_array(m->arena, s->devices, sizeof *devices);
        for (uint32_t d = c; d < s->devices / 2; d += guests)
            devices[cells[c].devices_count++] = m->board->devices[2 * d].name;
        cells[c].devices = devices;
    }
    if (s->wishes)
        make_wishes(m, cells);
    m->req->guests = cells;
    m->req->guests_count = guests;
    return asked;
}

/* Four from the root to guests, the others between guests; every third has three peers. */
static aj_size make_links(struct bench_maker *m)
{
    const size_t guests = m->req->guests_count;
    struct model_link_request *links =
        AJ_NEW_ARRAY(m->arena, struct model_link_request, m->shape->links);
    for (uint32_t i = 0; i < m->shape->links; i++) {
        const char **peers = aj_alloc_array(m->arena, 3, sizeof *peers);
        const bool wide = i >= 4 && i % 3 == 0 && guests > 2;
        peers[0] = i < 4 ? "root" : m->req->guests[(i + 1) % guests].key;
        peers[1] = m->req->guests[i % guests].key;
        peers[2] = m->req->guests[(i + 2) % guests].key;
        links[i] = (struct model_link_request){.name = aj_strf(m->arena, "net%u", i),
                                               .protocol = wide ? JAILHOUSE_SHMEM_PROTO_UNDEFINED
                                                                : JAILHOUSE_SHMEM_PROTO_VETH,
                                               .size = AJ_MIB(1),
                                               .peers = peers,
                                               .peers_count = wide ? 3 : 2};
    }
    m->req->links = links;
    m->req->links_count = m->shape->links;
    return m->shape->links * AJ_MIB(1);
}

struct bench_instance bench_instance_make(const struct bench_shape *shape, uint64_t seed,
                                          struct aj_arena *arena)
{
    struct bench_maker m = {.shape = shape, .arena = arena};
    m.board = AJ_NEW(arena, struct model_board);
    m.req = AJ_NEW(arena, struct model_requirements);
    aj_random_stream(&m.random, seed, shape->blocks * 1000 + shape->cells);
    m.req->root = (struct model_cell_request){
        .key = "root", .name = "root", .page_size = AJ_NONE64, .flags = AJ_NONE32};
    m.req->root.cpus.count = AJ_NONE32;
    m.req->root.hypervisor_memory = (struct model_mem_request){.size = AJ_MIB(4),
                                                               .phys_start = AJ_NONE64,
                                                               .virt_start = AJ_NONE64,
                                                               .alignment = AJ_NONE64};
    make_platform(&m);
    make_cpus(&m);
    make_devices(&m);
    make_lines(&m);
    const aj_size asked = make_cells(&m, seed);
    make_memory(&m, asked + make_links(&m));
    return (struct bench_instance){m.board, m.req, bench_ask(&m)};
}
