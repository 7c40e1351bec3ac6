/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/space.h"

#include "base/num.h"

struct explore_decision explore_decision_new(const struct explore_space *space,
                                             struct aj_arena *out)
{
    struct explore_decision decision = {
        .owner = AJ_NEW_ARRAY(out, uint32_t, space->cpus_count),
        .irq_cpu = AJ_NEW_ARRAY(out, uint32_t, space->irqs_count),
        .bank = AJ_NEW_ARRAY(out, uint32_t, space->cells_count),
        .knob = AJ_NEW_ARRAY(out, uint32_t, space->knobs_count),
    };
    for (uint32_t c = 0; c < space->cells_count; c++)
        decision.bank[c] = AJ_NONE32;
    return decision;
}

void explore_decision_assign(const struct explore_space *space, struct explore_decision *to,
                             const struct explore_decision *from)
{
    memcpy(to->owner, from->owner, space->cpus_count * sizeof *to->owner);
    memcpy(to->irq_cpu, from->irq_cpu, space->irqs_count * sizeof *to->irq_cpu);
    memcpy(to->bank, from->bank, space->cells_count * sizeof *to->bank);
    memcpy(to->knob, from->knob, space->knobs_count * sizeof *to->knob);
}

struct explore_decision explore_decision_copy(const struct explore_space *space,
                                              const struct explore_decision *from,
                                              struct aj_arena *out)
{
    struct explore_decision copy = explore_decision_new(space, out);
    explore_decision_assign(space, &copy, from);
    return copy;
}

static bool same(const uint32_t *a, const uint32_t *b, uint32_t count)
{
    return memcmp(a, b, count * sizeof *a) == 0;
}

bool explore_decision_equal(const struct explore_space *space, const struct explore_decision *a,
                            const struct explore_decision *b)
{
    return same(a->owner, b->owner, space->cpus_count) &&
           same(a->irq_cpu, b->irq_cpu, space->irqs_count) &&
           same(a->bank, b->bank, space->cells_count) && same(a->knob, b->knob, space->knobs_count);
}

uint32_t explore_space_domain(const struct explore_space *space, uint8_t level, uint32_t cpu)
{
    switch ((enum model_domain)level) {
    case MODEL_DOMAIN_CORE: return space->cpus[cpu].core;
    case MODEL_DOMAIN_L2: return space->cpus[cpu].cluster;
    case MODEL_DOMAIN_PACKAGE: return space->cpus[cpu].package;
    case MODEL_DOMAIN_NONE: break;
    }
    return cpu;
}

bool explore_space_decides_bank(const struct explore_space *space, uint32_t cell)
{
    return space->banks_count > 0 && space->cells[cell].banks != 0;
}

/* The rules */

static bool owners_fit(const struct explore_space *space, const struct explore_decision *decision)
{
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        const uint32_t owner = decision->owner[p];
        if (owner >= space->cells_count || !aj_cpuset_has(&space->cells[owner].allowed, p) ||
            (!space->cpus[p].hotplug && owner != 0))
            return false;
    }
    for (uint32_t c = 0; c < space->cells_count; c++) {
        uint32_t count = 0;
        for (uint32_t p = 0; p < space->cpus_count; p++)
            count += decision->owner[p] == c;
        if (count < space->cells[c].cpus_low || count > space->cells[c].cpus_high)
            return false;
    }
    return true;
}

/* No cell is where an exclusive one is, and the CPUs of a cell that wants it are in one domain. */
static bool domains_fit(const struct explore_space *space, const struct explore_decision *decision)
{
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        const uint32_t owner = decision->owner[p];
        const struct explore_space_cell *cell = &space->cells[owner];
        if (cell->exclusive == MODEL_DOMAIN_NONE && cell->together == MODEL_DOMAIN_NONE)
            continue;
        for (uint32_t q = 0; q < space->cpus_count; q++) {
            if (decision->owner[q] != owner) {
                if (cell->exclusive != MODEL_DOMAIN_NONE &&
                    explore_space_domain(space, cell->exclusive, p) ==
                        explore_space_domain(space, cell->exclusive, q))
                    return false;
            } else if (cell->together != MODEL_DOMAIN_NONE &&
                       explore_space_domain(space, cell->together, p) !=
                           explore_space_domain(space, cell->together, q)) {
                return false;
            }
        }
    }
    return true;
}

static bool banks_fit(const struct explore_space *space, const struct explore_decision *decision)
{
    uint32_t users[64] = {0};
    for (uint32_t c = 0; c < space->cells_count; c++) {
        const uint32_t bank = decision->bank[c];
        if (!explore_space_decides_bank(space, c)) {
            if (bank != AJ_NONE32)
                return false;
            continue;
        }
        if (bank >= space->banks_count || (space->cells[c].banks >> bank & 1) == 0)
            return false;
        if (++users[bank] > space->cells_per_bank && space->cells_per_bank > 0)
            return false;
    }
    return true;
}

static bool says(const struct explore_space *space, const struct explore_decision *decision,
                 const struct explore_literal *literal)
{
    switch ((enum explore_literal_kind)literal->kind) {
    case EXPLORE_LITERAL_OWNER:
        return literal->what < space->cpus_count &&
               decision->owner[literal->what] == literal->value;
    case EXPLORE_LITERAL_IRQ:
        return literal->what < space->irqs_count &&
               decision->irq_cpu[literal->what] == literal->value;
    case EXPLORE_LITERAL_BANK:
        return literal->what < space->cells_count &&
               decision->bank[literal->what] == literal->value;
    case EXPLORE_LITERAL_KNOB:
        return literal->what < space->knobs_count &&
               decision->knob[literal->what] == literal->value;
    }
    return false;
}

static bool cut_broken(const struct explore_space *space, const struct explore_decision *decision,
                       const struct explore_cut *cut)
{
    for (size_t i = 0; i < cut->count; i++) {
        if (!says(space, decision, &cut->literals[i]))
            return false;
    }
    return true;
}

bool explore_space_allows(const struct explore_space *space,
                          const struct explore_decision *decision)
{
    if (!owners_fit(space, decision) || !domains_fit(space, decision) ||
        !banks_fit(space, decision))
        return false;
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        const uint32_t cpu = decision->irq_cpu[j];
        if (cpu >= space->cpus_count || decision->owner[cpu] != space->irqs[j].cell)
            return false;
    }
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        if (decision->knob[k] >= space->knobs[k].values_count)
            return false;
    }
    for (size_t i = 0; i < space->cuts_count; i++) {
        if (cut_broken(space, decision, &space->cuts[i]))
            return false;
    }
    return true;
}
