/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solver/blocks_priv.h"

/* Can loads[from..] go to CPUs that have `left` each? CPUs with the same left are alike. */
static bool pack(const uint32_t *loads, size_t count, uint32_t *left, uint32_t cpus)
{
    if (count == 0)
        return true;
    for (uint32_t k = 0; k < cpus; k++) {
        bool tried = false;
        for (uint32_t i = 0; i < k; i++)
            tried = tried || left[i] == left[k];
        if (tried || left[k] < loads[0])
            continue;
        left[k] -= loads[0];
        const bool fits = pack(loads + 1, count - 1, left, cpus);
        left[k] += loads[0];
        if (fits)
            return true;
    }
    return false;
}

static int descending(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x < y) - (x > y);
}

/* The greatest load that lines with one place, or one such line by itself, make. */
static uint32_t routed_load(const struct solver_problem *p)
{
    uint32_t most = 0;
    for (size_t q = 0; q < p->lines.count; q++) {
        if (p->lines.items[q].routed && p->lines.items[q].load > most)
            most = p->lines.items[q].load;
    }
    for (uint32_t k = 0; k < p->cpus_count; k++) {
        uint32_t load;
        if (solver_lines_routed(p, k, &load) && load > most)
            most = load;
    }
    return most;
}

uint32_t blocks_load(const struct solver_problem *p, uint32_t cpus)
{
    uint32_t *loads = AJ_NEW_ARRAY(p->arena, uint32_t, p->lines.count);
    const uint32_t least = routed_load(p);
    uint32_t all = 0;
    size_t count = 0;
    for (size_t q = 0; q < p->lines.count; q++) {
        if (p->lines.items[q].load == 0 || p->lines.items[q].routed)
            continue;
        loads[count++] = p->lines.items[q].load;
        all += p->lines.items[q].load;
    }
    if (count == 0)
        return least;
    qsort(loads, count, sizeof loads[0], descending);
    /* More CPUs than lines are no use. */
    cpus = cpus < count ? cpus : (uint32_t)count;
    uint32_t *left = AJ_NEW_ARRAY(p->arena, uint32_t, cpus);
    uint32_t load = (all + cpus - 1) / cpus;
    load = load > loads[0] ? load : loads[0];
    for (load = load > least ? load : least;; load++) {
        for (uint32_t k = 0; k < cpus; k++)
            left[k] = load;
        if (pack(loads, count, left, cpus))
            return load;
    }
}
