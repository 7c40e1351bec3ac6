/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plan_page_of GUESTS: the page about a plan with so many guests (0 to 16) on standard output, for
 * tests that look at it with other programs. Two packages of NUMA nodes, clusters, shared caches and
 * CPUs with two threads; small memory beside large; each link joins a guest to the one before it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/units.h"
#include "emit/plan_page.h"

enum { GUESTS = 16, CPUS = 64, CACHES = 18, MEMORY = 3 * GUESTS + 1 };

struct world {
    struct model_cpu cpus[CPUS];
    struct model_cache caches[CACHES];
    struct model_region regions[3];
    struct model_plan_cell cells[GUESTS + 1];
    struct model_cell_request guests[GUESTS];
    struct model_plan_mem memory[MEMORY];
    struct model_plan_link links[GUESTS];
    const char *peers[GUESTS][2];
    size_t memory_count;
};

static void make_cpus(struct world *w)
{
    for (uint32_t i = 0; i < CPUS; i++) {
        w->cpus[i] = (struct model_cpu){.id = {i},
                                        .online = i != 5,
                                        .package = i / 32,
                                        .node = i / 32,
                                        .cluster = i / 8,
                                        .core = i / 2,
                                        .thread = i % 2};
        aj_cpuset_add(&w->caches[i / 4].cpus, i);
        aj_cpuset_add(&w->caches[16 + i / 32].cpus, i);
    }
    for (size_t i = 0; i < CACHES; i++) {
        w->caches[i].level = i < 16 ? 2 : 3;
        w->caches[i].size = i < 16 ? AJ_MIB(1) : AJ_NONE64;
    }
}

static void add_memory(struct world *w, const char *cell, const char *name,
                       enum model_mem_kind kind, aj_size size)
{
    struct model_plan_mem *mem = &w->memory[w->memory_count];
    const struct model_plan_mem *before = w->memory_count > 0 ? mem - 1 : NULL;
    *mem = (struct model_plan_mem){.kind = (uint8_t)kind, .cell = cell, .name = name, .size = size};
    mem->phys_start = before != NULL ? before->phys_start + before->size : AJ_MIB(512);
    if (w->memory_count % 3 == 2)
        mem->phys_start += AJ_KIB(4);
    mem->virt_start = mem->phys_start;
    w->memory_count++;
}

static void make_guest(struct world *w, size_t i, struct aj_arena *arena)
{
    const char *key = i % 4 == 3 ? aj_strf(arena, "a-guest-with-a-rather-long-name-%zu", i)
                                 : aj_strf(arena, "guest%zu", i);
    w->guests[i] = (struct model_cell_request){.key = key, .name = key};
    w->cells[i + 1].key = key;
    aj_cpuset_add(&w->cells[i + 1].cpus, (uint32_t)(3 * i + 2));
    aj_cpuset_add(&w->cells[i + 1].cpus, (uint32_t)(3 * i + 3));
    add_memory(w, key, NULL, MODEL_MEM_LOADER, AJ_KIB(64));
    add_memory(w, key, "memory", MODEL_MEM_RAM, AJ_MIB(1) << (2 * (i % 6)));
    w->links[i] = (struct model_plan_link){.name = aj_strf(arena, "net%zu", i),
                                           .phys_start = AJ_MIB(512),
                                           .state_size = AJ_KIB(4),
                                           .peers = w->peers[i],
                                           .peers_count = 2};
    w->peers[i][0] = w->cells[i].key;
    w->peers[i][1] = key;
    add_memory(w, NULL, w->links[i].name, MODEL_MEM_LINK, AJ_MIB(1));
}

int main(int argc, char **argv)
{
    const size_t guests = argc == 2 ? (size_t)strtoul(argv[1], NULL, 10) : GUESTS + 1;
    static struct world w; /* too large for a stack */
    if (guests > GUESTS)
        return 2;
    struct aj_arena *arena = aj_arena_open();
    make_cpus(&w);
    w.regions[0] = (struct model_region){.name = "low", .size = AJ_MIB(256)};
    w.regions[1] = (struct model_region){.name = "ram", .size = AJ_GIB(15)};
    w.regions[1].phys_start = AJ_MIB(512);
    w.regions[2] = (struct model_region){
        .name = "atf", .type = MODEL_REGION_FIRMWARE, .phys_start = AJ_MIB(1), .size = AJ_KIB(4)};
    w.cells[0].key = "root";
    aj_cpuset_add(&w.cells[0].cpus, 0);
    for (size_t i = 0; i < guests; i++)
        make_guest(&w, i, arena);
    add_memory(&w, NULL, NULL, MODEL_MEM_HYPERVISOR, AJ_MIB(6));
    const struct model_project project = {.name = "many"};
    const struct model_board board = {.cpus = w.cpus,
                                      .cpus_count = CPUS,
                                      .caches = w.caches,
                                      .caches_count = CACHES,
                                      .memory_regions = w.regions,
                                      .memory_regions_count = AJ_COUNT(w.regions)};
    const struct model_requirements req = {
        .root = {.key = "root"}, .guests = w.guests, .guests_count = guests};
    const struct model_plan plan = {.cells = w.cells,
                                    .cells_count = guests + 1,
                                    .memory = w.memory,
                                    .memory_count = w.memory_count,
                                    .links = w.links,
                                    .links_count = guests};
    const struct emit_input input = {
        .project = &project, .board = &board, .req = &req, .plan = &plan};
    struct aj_buf page = {NULL, 0, 0};
    emit_plan_page(&input, arena, &page);
    const size_t written = fwrite(page.data, 1, page.len, stdout);
    const int code = written == page.len && fflush(stdout) == 0 ? 0 : 1;
    aj_buf_free(&page);
    aj_arena_close(arena);
    return code;
}
