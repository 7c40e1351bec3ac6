/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/num.h"
#include "explore/space.h"

/* Small spaces shuffle on the stack; a board beyond that is none of ours (AJ_CPU_MAX). */
struct shuffled {
    uint16_t at[AJ_CPU_MAX];
    uint32_t count;
};

static void shuffle(struct shuffled *list, struct aj_random *random)
{
    for (uint32_t i = list->count; i > 1; i--) {
        const uint32_t k = (uint32_t)aj_random_below(random, i);
        const uint16_t held = list->at[i - 1];
        list->at[i - 1] = list->at[k];
        list->at[k] = held;
    }
}

static void number(struct shuffled *list, uint32_t count, struct aj_random *random)
{
    list->count = count;
    for (uint32_t i = 0; i < count; i++)
        list->at[i] = (uint16_t)i;
    shuffle(list, random);
}

/* Is every CPU of the domain that `cpu` is in, at this level, still free and allowed for `cell`? */
static bool domain_free(const struct explore_space *space, const struct explore_decision *decision,
                        uint32_t cell, uint32_t cpu)
{
    const uint8_t level = space->cells[cell].exclusive;
    const uint32_t domain = explore_space_domain(space, level, cpu);
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        if (explore_space_domain(space, level, p) == domain &&
            ((decision->owner[p] != AJ_NONE32 && decision->owner[p] != cell) ||
             !aj_cpuset_has(&space->cells[cell].allowed, p)))
            return false;
    }
    return true;
}

static uint32_t owned(const struct explore_space *space, const struct explore_decision *decision,
                      uint32_t cell)
{
    uint32_t count = 0;
    for (uint32_t p = 0; p < space->cpus_count; p++)
        count += decision->owner[p] == cell;
    return count;
}

/* Takes the CPU; for an exclusive cell the whole domain, as nobody else could be there. */
static void take(const struct explore_space *space, struct explore_decision *decision,
                 uint32_t cell, uint32_t cpu)
{
    decision->owner[cpu] = cell;
    const uint8_t level = space->cells[cell].exclusive;
    for (uint32_t p = 0; p < space->cpus_count && level != MODEL_DOMAIN_NONE; p++) {
        if (explore_space_domain(space, level, p) == explore_space_domain(space, level, cpu))
            decision->owner[p] = cell;
    }
}

/* Gives the cell `wanted` CPUs or as many as there are; the rules are checked when all is decided. */
static void fill_cell(const struct explore_space *space, struct explore_decision *decision,
                      uint32_t cell, uint32_t wanted, struct aj_random *random)
{
    const uint8_t together = space->cells[cell].together;
    struct shuffled order;
    uint32_t first = AJ_NONE32, count = owned(space, decision, cell);
    number(&order, space->cpus_count, random);
    for (uint32_t i = 0; i < order.count && count < wanted; i++) {
        const uint32_t p = order.at[i];
        if (decision->owner[p] != AJ_NONE32 || !aj_cpuset_has(&space->cells[cell].allowed, p) ||
            (!space->cpus[p].hotplug && cell != 0))
            continue;
        if (first != AJ_NONE32 && together != MODEL_DOMAIN_NONE &&
            explore_space_domain(space, together, p) !=
                explore_space_domain(space, together, first))
            continue;
        if (!domain_free(space, decision, cell, p))
            continue;
        take(space, decision, cell, p);
        first = first == AJ_NONE32 ? p : first;
        count = owned(space, decision, cell);
    }
}

/* A number of CPUs for each guest that leaves the root enough. */
static void draw_counts(const struct explore_space *space, struct aj_random *random,
                        const struct shuffled *order, uint32_t *wanted)
{
    uint32_t spare = space->cpus_count, needed = 0;
    for (uint32_t c = 0; c < space->cells_count; c++)
        needed += space->cells[c].cpus_low;
    spare -= needed < spare ? needed : spare;
    for (uint32_t i = 0; i < order->count; i++) {
        const uint32_t c = order->at[i];
        const struct explore_space_cell *cell = &space->cells[c];
        const uint32_t room = cell->cpus_high - cell->cpus_low;
        const uint32_t more =
            c == 0 ? 0 : (uint32_t)aj_random_below(random, (room < spare ? room : spare) + 1);
        wanted[c] = cell->cpus_low + more;
        spare -= more;
    }
}

static void draw_owners(const struct explore_space *space, struct aj_random *random,
                        struct explore_decision *decision, uint32_t *wanted)
{
    struct shuffled order;
    for (uint32_t p = 0; p < space->cpus_count; p++)
        decision->owner[p] = space->cpus[p].hotplug ? AJ_NONE32 : 0;
    number(&order, space->cells_count, random);
    draw_counts(space, random, &order, wanted);
    /* The choosiest first: whole domains, then CPUs in one domain, then any. */
    for (uint32_t stage = 0; stage < 3; stage++) {
        for (uint32_t i = 0; i < order.count; i++) {
            const uint32_t c = order.at[i];
            const struct explore_space_cell *cell = &space->cells[c];
            const uint32_t at = cell->exclusive != MODEL_DOMAIN_NONE  ? 0
                                : cell->together != MODEL_DOMAIN_NONE ? 1
                                                                      : 2;
            if (c != 0 && at == stage)
                fill_cell(space, decision, c, wanted[c], random);
        }
    }
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        if (decision->owner[p] == AJ_NONE32)
            decision->owner[p] = 0;
    }
}

/* False if a cell with an interrupt has no CPU. */
static bool draw_irqs(const struct explore_space *space, struct aj_random *random,
                      struct explore_decision *decision)
{
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        const uint32_t count = owned(space, decision, space->irqs[j].cell);
        if (count == 0)
            return false;
        uint64_t nth = aj_random_below(random, count);
        uint32_t p = 0;
        while (decision->owner[p] != space->irqs[j].cell || nth-- > 0)
            p++;
        decision->irq_cpu[j] = p;
    }
    return true;
}

static bool draw_banks(const struct explore_space *space, struct aj_random *random,
                       struct explore_decision *decision)
{
    uint32_t users[64] = {0};
    struct shuffled order;
    number(&order, space->cells_count, random);
    for (uint32_t i = 0; i < order.count; i++) {
        const uint32_t c = order.at[i];
        decision->bank[c] = AJ_NONE32;
        if (!explore_space_decides_bank(space, c))
            continue;
        uint32_t free[64], count = 0;
        for (uint32_t b = 0; b < space->banks_count; b++) {
            if ((space->cells[c].banks >> b & 1) != 0 &&
                (space->cells_per_bank == 0 || users[b] < space->cells_per_bank))
                free[count++] = b;
        }
        if (count == 0)
            return false;
        decision->bank[c] = free[aj_random_below(random, count)];
        users[decision->bank[c]]++;
    }
    return true;
}

bool explore_space_random(const struct explore_space *space, struct aj_random *random,
                          uint32_t tries, struct explore_decision *decision)
{
    uint32_t wanted[AJ_CPU_MAX];
    if (space->cpus_count > AJ_CPU_MAX || space->cells_count > AJ_CPU_MAX)
        return false;
    for (uint32_t i = 0; i < tries; i++) {
        draw_owners(space, random, decision, wanted);
        if (!draw_irqs(space, random, decision) || !draw_banks(space, random, decision))
            continue;
        for (uint32_t k = 0; k < space->knobs_count; k++)
            decision->knob[k] = (uint32_t)aj_random_below(random, space->knobs[k].values_count);
        if (explore_space_allows(space, decision))
            return true;
    }
    return false;
}
