/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benchmarks/rivals.h"

#include <math.h>

#include "base/num.h"

#define TRIES 1000

static struct explore_decision any(const struct explore_space *space, struct aj_random *random,
                                   struct aj_arena *out)
{
    struct explore_decision d = explore_decision_new(space, out);
    if (!explore_space_random(space, random, TRIES, &d))
        abort();
    return d;
}

struct explore_decision rival_random(const struct rival_state *state, struct aj_random *random,
                                     struct aj_arena *out)
{
    return any(state->space, random, out);
}

/* Neighbours */

static void swap_owners(const struct explore_space *space, struct explore_decision *d, uint32_t p,
                        uint32_t q)
{
    const uint32_t owner = d->owner[p];
    if (owner == d->owner[q])
        return;
    d->owner[p] = d->owner[q];
    d->owner[q] = owner;
    for (uint32_t j = 0; j < space->irqs_count; j++)
        d->irq_cpu[j] = d->irq_cpu[j] == p ? q : d->irq_cpu[j] == q ? p : d->irq_cpu[j];
}

/* Swap two CPUs' owners, move an interrupt, or move a cell's memory, whatever the rules say. */
static void mutate(const struct explore_space *space, struct aj_random *random,
                   struct explore_decision *d)
{
    switch (aj_random_below(random, 3)) {
    case 0:
        swap_owners(space, d, (uint32_t)aj_random_below(random, space->cpus_count),
                    (uint32_t)aj_random_below(random, space->cpus_count));
        return;
    case 1:
        d->irq_cpu[aj_random_below(random, space->irqs_count)] =
            (uint32_t)aj_random_below(random, space->cpus_count);
        return;
    default:
        d->bank[aj_random_below(random, space->cells_count)] =
            (uint32_t)aj_random_below(random, space->banks_count);
    }
}

static struct explore_decision neighbour(const struct explore_space *space,
                                         const struct explore_decision *of,
                                         struct aj_random *random, struct aj_arena *out)
{
    struct explore_decision d = explore_decision_copy(space, of, out);
    for (uint32_t i = 0; i < TRIES; i++) {
        explore_decision_assign(space, &d, of);
        mutate(space, random, &d);
        if (!explore_decision_equal(space, &d, of) && explore_space_allows(space, &d))
            return d;
    }
    return any(space, random, out);
}

struct explore_decision rival_evolution(const struct rival_state *state, struct aj_random *random,
                                        struct aj_arena *out)
{
    const uint32_t population = 10, sample = 3;
    if (state->count < population)
        return any(state->space, random, out);
    uint32_t best = AJ_NONE32;
    for (uint32_t i = 0; i < sample; i++) {
        const uint32_t at = state->count - 1 - (uint32_t)aj_random_below(random, population);
        if (best == AJ_NONE32 || state->score[at] < state->score[best])
            best = at;
    }
    return neighbour(state->space, state->runs[best].decision, random, out);
}

/* Annealing */

static double spread(const double *values, uint32_t count)
{
    double sum = 0.0, squares = 0.0;
    for (uint32_t i = 0; i < count; i++) {
        sum += values[i];
        squares += values[i] * values[i];
    }
    const double mean = sum / count;
    return sqrt(fmax(squares / count - mean * mean, 0.0) * count / (count - 1));
}

struct explore_decision rival_annealing(const struct rival_state *state, struct aj_random *random,
                                        struct aj_arena *out)
{
    const uint32_t first = 5, n = state->count;
    if (n < first)
        return any(state->space, random, out);
    if (n == first) {
        *state->current = 0;
        for (uint32_t i = 1; i < n; i++)
            *state->current = state->score[i] < state->score[*state->current] ? i : *state->current;
    } else {
        const double hot = 0.5 * spread(state->score, first), cold = 0.02 * hot / 0.5;
        const double heat =
            hot * pow(cold / hot, (double)(n - first) / (double)(state->budget - first));
        const double gain = state->score[*state->current] - state->score[n - 1];
        if (gain >= 0.0 || aj_random_unit(random) < exp(gain / heat))
            *state->current = n - 1;
    }
    return neighbour(state->space, state->runs[*state->current].decision, random, out);
}

/* TPE */

/* ln of how often the values of `d` are met in a group of runs, +1 smoothed, over all variables. */
struct densities {
    const struct rival_state *state;
    const bool *good;
};

static double share(const struct densities *l, bool good, size_t offset, uint32_t at,
                    uint32_t value, uint32_t values)
{
    double hits = 1.0, all = values;
    for (uint32_t i = 0; i < l->state->count; i++) {
        if (l->good[i] != good)
            continue;
        const char *decision = (const char *)l->state->runs[i].decision;
        const uint32_t *const *array = (const uint32_t *const *)(const void *)(decision + offset);
        all += 1.0;
        hits += (*array)[at] == value;
    }
    return hits / all;
}

static uint32_t pick(struct aj_random *random, const double *weights, uint32_t count)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < count; i++)
        sum += weights[i];
    double left = sum * aj_random_unit(random);
    uint32_t last = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (weights[i] <= 0.0)
            continue;
        last = i;
        left -= weights[i];
        if (left < 0.0)
            break;
    }
    return last;
}

#define OWNER offsetof(struct explore_decision, owner)
#define IRQ   offsetof(struct explore_decision, irq_cpu)
#define BANK  offsetof(struct explore_decision, bank)

static void draw_candidate(const struct densities *l, struct aj_random *random,
                           struct explore_decision *d)
{
    const struct explore_space *space = l->state->space;
    uint32_t left[16], room[16];
    double weight[16];
    for (uint32_t c = 0; c < space->cells_count; c++)
        left[c] = space->cells[c].cpus_high;
    for (uint32_t b = 0; b < space->banks_count; b++)
        room[b] = space->cells_per_bank;
    const uint32_t turn = (uint32_t)aj_random_below(random, space->cpus_count);
    for (uint32_t i = 0; i < space->cpus_count; i++) {
        const uint32_t p = (i + turn) % space->cpus_count;
        for (uint32_t c = 0; c < space->cells_count; c++)
            weight[c] = left[c] > 0 ? share(l, true, OWNER, p, c, space->cells_count) : 0.0;
        d->owner[p] = pick(random, weight, space->cells_count);
        left[d->owner[p]]--;
    }
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        for (uint32_t p = 0; p < space->cpus_count; p++)
            weight[p] = d->owner[p] == space->irqs[j].cell
                            ? share(l, true, IRQ, j, p, space->cpus_count)
                            : 0.0;
        d->irq_cpu[j] = pick(random, weight, space->cpus_count);
    }
    for (uint32_t c = 0; c < space->cells_count; c++) {
        for (uint32_t b = 0; b < space->banks_count; b++)
            weight[b] = room[b] > 0 ? share(l, true, BANK, c, b, space->banks_count) : 0.0;
        d->bank[c] = pick(random, weight, space->banks_count);
        room[d->bank[c]]--;
    }
}

static double ratio(const struct densities *l, size_t offset, uint32_t at, uint32_t value,
                    uint32_t values)
{
    return log(share(l, true, offset, at, value, values) /
               share(l, false, offset, at, value, values));
}

static double promise(const struct densities *l, const struct explore_decision *d)
{
    const struct explore_space *space = l->state->space;
    double sum = 0.0;
    for (uint32_t p = 0; p < space->cpus_count; p++)
        sum += ratio(l, OWNER, p, d->owner[p], space->cells_count);
    for (uint32_t j = 0; j < space->irqs_count; j++)
        sum += ratio(l, IRQ, j, d->irq_cpu[j], space->cpus_count);
    for (uint32_t c = 0; c < space->cells_count; c++)
        sum += ratio(l, BANK, c, d->bank[c], space->banks_count);
    return sum;
}

static bool measured(const struct rival_state *state, const struct explore_decision *d)
{
    for (uint32_t i = 0; i < state->count; i++) {
        if (explore_decision_equal(state->space, state->runs[i].decision, d))
            return true;
    }
    return false;
}

struct explore_decision rival_tpe(const struct rival_state *state, struct aj_random *random,
                                  struct aj_arena *out)
{
    const uint32_t first = 10, candidates = 64;
    bool good[256] = {false};
    if (state->count < first)
        return any(state->space, random, out);
    const uint32_t wanted = (state->count + 4) / 5;
    for (uint32_t n = 0; n < wanted; n++) {
        uint32_t best = AJ_NONE32;
        for (uint32_t i = 0; i < state->count; i++) {
            if (!good[i] && (best == AJ_NONE32 || state->score[i] < state->score[best]))
                best = i;
        }
        good[best] = true;
    }
    const struct densities l = {state, good};
    struct explore_decision d = explore_decision_new(state->space, out);
    struct explore_decision best = any(state->space, random, out);
    double most = -(double)INFINITY;
    for (uint32_t i = 0; i < candidates; i++) {
        draw_candidate(&l, random, &d);
        if (!explore_space_allows(state->space, &d) || measured(state, &d))
            continue;
        const double value = promise(&l, &d);
        if (value > most) {
            most = value;
            explore_decision_assign(state->space, &best, &d);
        }
    }
    return best;
}

/* The reference optimum */

struct reference {
    const struct explore_space *space;
    const struct explore_sim *sim;
    struct aj_random random;
    struct explore_decision at, next;
    double value, best;
};

static double truth(const struct reference *r, const struct explore_decision *d)
{
    double us[AJ_CPU_MAX];
    explore_sim_truth(r->sim, d, us);
    return explore_sim_worst(r->space, d, us);
}

static bool step(struct reference *r, double slack)
{
    const double value =
        explore_space_allows(r->space, &r->next) ? truth(r, &r->next) : (double)INFINITY;
    if (!(value < r->value + slack))
        return false;
    explore_decision_assign(r->space, &r->at, &r->next);
    r->value = value;
    r->best = fmin(r->best, value);
    return true;
}

/* Every single change and every swap of owners or banks, as long as one helps. */
static bool pass(struct reference *r)
{
    const struct explore_space *space = r->space;
    bool better = false;
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        for (uint32_t q = 0; q < p; q++) {
            if (r->at.owner[p] == r->at.owner[q])
                continue;
            explore_decision_assign(space, &r->next, &r->at);
            swap_owners(space, &r->next, p, q);
            better |= step(r, -1e-9);
        }
        for (uint32_t j = 0; j < space->irqs_count; j++) {
            if (r->at.owner[p] != space->irqs[j].cell)
                continue;
            explore_decision_assign(space, &r->next, &r->at);
            r->next.irq_cpu[j] = p;
            better |= step(r, -1e-9);
        }
    }
    for (uint32_t c = 0; c < space->cells_count; c++) {
        for (uint32_t b = 0; b < space->banks_count; b++) {
            explore_decision_assign(space, &r->next, &r->at);
            r->next.bank[c] = b;
            better |= step(r, -1e-9);
        }
        for (uint32_t e = 0; e < c; e++) {
            explore_decision_assign(space, &r->next, &r->at);
            r->next.bank[c] = r->at.bank[e];
            r->next.bank[e] = r->at.bank[c];
            better |= step(r, -1e-9);
        }
    }
    return better;
}

static void descend(struct reference *r)
{
    r->value = truth(r, &r->at);
    r->best = fmin(r->best, r->value);
    while (pass(r))
        continue;
}

static void anneal(struct reference *r, uint32_t steps)
{
    r->value = truth(r, &r->at);
    const double hot = 0.05 * r->value;
    for (uint32_t i = 0; i < steps; i++) {
        const double heat = hot * pow(0.01, (double)i / steps);
        explore_decision_assign(r->space, &r->next, &r->at);
        mutate(r->space, &r->random, &r->next);
        (void)step(r, heat * aj_random_exponential(&r->random));
    }
    descend(r);
}

/* Counts through all decisions; false when done. */
static bool advance(const struct explore_space *space, struct explore_decision *d)
{
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        if (++d->owner[p] < space->cells_count)
            return true;
        d->owner[p] = 0;
    }
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        if (++d->irq_cpu[j] < space->cpus_count)
            return true;
        d->irq_cpu[j] = 0;
    }
    for (uint32_t c = 0; c < space->cells_count; c++) {
        if (++d->bank[c] < space->banks_count)
            return true;
        d->bank[c] = 0;
    }
    return false;
}

static void enumerate(struct reference *r)
{
    for (uint32_t c = 0; c < r->space->cells_count; c++)
        r->next.bank[c] = 0;
    r->value = (double)INFINITY;
    do
        (void)step(r, 0.0);
    while (advance(r->space, &r->next));
}

double rival_reference(const struct explore_space *space, const struct explore_sim *sim,
                       uint64_t seed, struct aj_arena *scratch)
{
    const uint32_t descents = 300, annealings = 20, steps = 30000;
    struct reference r = {.space = space, .sim = sim, .best = (double)INFINITY};
    r.at = explore_decision_new(space, scratch);
    r.next = explore_decision_new(space, scratch);
    aj_random_stream(&r.random, seed, 70000);
    if (space->cpus_count <= 4) {
        enumerate(&r);
        return r.best;
    }
    for (uint32_t i = 0; i < descents + annealings; i++) {
        if (!explore_space_random(space, &r.random, TRIES, &r.at))
            abort();
        if (i < descents)
            descend(&r);
        else
            anneal(&r, steps);
    }
    return r.best;
}
