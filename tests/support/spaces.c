/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/spaces.h"

#define CELLS 5

static const struct {
    uint32_t cpus, per_cluster, cells, measured; /* root, the measured ones, the others */
    uint32_t size[CELLS];
    uint32_t irqs, banks;
} boards[] = {
    {4, 2, 3, 2, {2, 1, 1}, 4, 3},
    {8, 4, 4, 2, {2, 3, 2, 1}, 8, 4},
    {16, 4, 5, 3, {4, 4, 3, 2, 3}, 12, 4},
};

static const char *const keys[CELLS] = {"root", "a", "b", "c", "d"};

const struct explore_space *test_space(uint32_t cpus, uint64_t seed, struct aj_arena *out)
{
    size_t i = 0;
    while (i < AJ_COUNT(boards) && boards[i].cpus != cpus)
        i++;
    if (i == AJ_COUNT(boards))
        return NULL;
    struct aj_random random;
    aj_random_stream(&random, seed, 1000);
    struct explore_space *space = AJ_NEW(out, struct explore_space);
    struct explore_space_cpu *cpu = AJ_NEW_ARRAY(out, struct explore_space_cpu, cpus);
    struct explore_space_cell *cell = AJ_NEW_ARRAY(out, struct explore_space_cell, boards[i].cells);
    struct explore_space_irq *irq = AJ_NEW_ARRAY(out, struct explore_space_irq, boards[i].irqs);
    for (uint32_t p = 0; p < cpus; p++)
        cpu[p] = (struct explore_space_cpu){
            .id = {p}, .core = p, .cluster = p / boards[i].per_cluster, .hotplug = true};
    for (uint32_t c = 0; c < boards[i].cells; c++) {
        cell[c] = (struct explore_space_cell){
            .key = keys[c],
            .cpus_low = boards[i].size[c],
            .cpus_high = boards[i].size[c],
            .banks = (UINT64_C(1) << boards[i].banks) - 1,
            .measured = c >= 1 && c <= boards[i].measured,
            .deadline_ns = 80000 + (int64_t)(40000.0 * aj_random_unit(&random)),
        };
        for (uint32_t p = 0; p < cpus; p++)
            aj_cpuset_add(&cell[c].allowed, p);
    }
    for (uint32_t j = 0; j < boards[i].irqs; j++) {
        irq[j].intid = 32 + j;
        irq[j].cell = (uint32_t)aj_random_below(&random, boards[i].cells);
    }
    *space = (struct explore_space){
        .cpus = cpu,
        .cpus_count = cpus,
        .cells = cell,
        .cells_count = boards[i].cells,
        .irqs = irq,
        .irqs_count = boards[i].irqs,
        .banks_count = boards[i].banks,
        .cells_per_bank = 2,
    };
    return space;
}
