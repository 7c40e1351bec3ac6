/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/acquisition.h"

#include <math.h>

#define CPUS 4

void test_acquisition_fit(struct test_acquisition *f, uint32_t draws)
{
    const struct explore_surrogate_options options = {.seed = f->w.options.seed, .draws = draws};
    f->surrogate = explore_surrogate_fit(f->w.space, &f->w.history, &options, f->w.arena);
    explore_classes_make(f->surrogate, f->w.arena, &f->classes);
    f->acquire = (struct explore_acquire){
        .layout = &f->surrogate->layout,
        .draws = f->surrogate->draws,
        .draws_count = 1,
        .classes = &f->classes,
        .random_starts = 20,
    };
}

void test_acquisition_open(struct test_acquisition *f, uint64_t seed, uint32_t runs)
{
    struct explore_sim_options options = EXPLORE_SIM_OPTIONS;
    options.seed = seed;
    test_world_open(&f->w, CPUS, &options);
    test_world_measure_random(&f->w, runs);
    test_acquisition_fit(f, 8);
}

/* Counts through all values of all variables; false when done. */
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
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        if (++d->knob[k] < space->knobs[k].values_count)
            return true;
        d->knob[k] = 0;
    }
    return false;
}

double test_acquisition_least(const struct test_acquisition *f)
{
    const struct explore_space *space = f->w.space;
    struct explore_decision d = explore_decision_new(space, f->w.arena);
    double best = (double)INFINITY;
    for (uint32_t c = 0; c < space->cells_count; c++)
        d.bank[c] = 0;
    do {
        if (explore_space_allows(space, &d) && !explore_classes_measured(&f->classes, &d))
            best = fmin(best, explore_acquire_value(&f->acquire, &d));
    } while (advance(space, &d));
    return best;
}
