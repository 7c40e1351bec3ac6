/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "base/num.h"
#include "explore/acquire.h"

/* A CPU is one of its own when its effect is this many standard deviations off its orbit's mean. */
#define APART 2.0

/* FNV-1a, 64 bits, over whole words. */
static uint64_t mix(uint64_t key, uint64_t word)
{
    key ^= word;
    key *= UINT64_C(0x100000001b3);
    return key ^ key >> 29;
}

/* What is done with one CPU: its owner and what fires there. */
static uint64_t use_of(const struct explore_space *space, const struct explore_decision *decision,
                       uint32_t cpu)
{
    uint64_t key = mix(UINT64_C(0xcbf29ce484222325), decision->owner[cpu]);
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        if (decision->irq_cpu[j] == cpu)
            key = mix(key, j + 1);
    }
    return key;
}

static int by_value(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The order within an orbit does not matter: a sum. */
static uint64_t use_of_orbit(const struct explore_classes *classes,
                             const struct explore_decision *decision, uint32_t first)
{
    uint64_t sum = 0;
    for (uint32_t q = first; q < classes->space->cpus_count; q++) {
        if (classes->orbit[q] == first)
            sum += mix(use_of(classes->space, decision, q), UINT64_C(0x9e3779b97f4a7c15));
    }
    return sum;
}

static uint64_t use_of_cluster(const struct explore_classes *classes,
                               const struct explore_decision *decision, uint32_t cluster)
{
    const struct explore_space *space = classes->space;
    uint64_t key = UINT64_C(0xcbf29ce484222325);
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        if (space->cpus[p].cluster == cluster && classes->orbit[p] == p)
            key = mix(key, use_of_orbit(classes, decision, p));
    }
    return mix(key, UINT64_C(0x9e3779b97f4a7c15));
}

uint64_t explore_classes_key(const struct explore_classes *classes,
                             const struct explore_decision *decision)
{
    const struct explore_space *space = classes->space;
    uint64_t key = UINT64_C(0xcbf29ce484222325);
    for (uint32_t k = 0; k < classes->clusters_count; k++) {
        if (classes->cluster_orbit[k] != k)
            continue;
        uint64_t sum = 0;
        for (uint32_t l = k; l < classes->clusters_count; l++) {
            if (classes->cluster_orbit[l] == k)
                sum += use_of_cluster(classes, decision, l);
        }
        key = mix(key, sum);
    }
    for (uint32_t c = 0; c < space->cells_count; c++)
        key = mix(key, decision->bank[c]);
    for (uint32_t k = 0; k < space->knobs_count; k++)
        key = mix(key, decision->knob[k]);
    return key;
}

bool explore_classes_measured(const struct explore_classes *classes,
                              const struct explore_decision *decision)
{
    const uint64_t key = explore_classes_key(classes, decision);
    return bsearch(&key, classes->measured, classes->count, sizeof key, by_value) != NULL;
}

/* Orbits */

static bool cut_names(const struct explore_space *space, uint32_t cpu)
{
    for (size_t i = 0; i < space->cuts_count; i++) {
        for (size_t k = 0; k < space->cuts[i].count; k++) {
            const struct explore_literal *l = &space->cuts[i].literals[k];
            if ((l->kind == EXPLORE_LITERAL_OWNER && l->what == cpu) ||
                (l->kind == EXPLORE_LITERAL_IRQ && l->value == cpu))
                return true;
        }
    }
    return false;
}

static bool shares_core(const struct explore_space *space, uint32_t cpu)
{
    for (uint32_t q = 0; q < space->cpus_count; q++) {
        if (q != cpu && space->cpus[q].core == space->cpus[cpu].core)
            return true;
    }
    return false;
}

/* As the space has it, may p and q change places in every decision, apart from their clusters? */
static bool same_kind(const struct explore_space *space, uint32_t p, uint32_t q)
{
    const struct explore_space_cpu *a = &space->cpus[p], *b = &space->cpus[q];
    for (uint32_t c = 0; c < space->cells_count; c++) {
        if (aj_cpuset_has(&space->cells[c].allowed, p) !=
            aj_cpuset_has(&space->cells[c].allowed, q))
            return false;
    }
    return a->package == b->package && a->hotplug == b->hotplug && !shares_core(space, p) &&
           !shares_core(space, q) && !cut_names(space, p) && !cut_names(space, q);
}

static bool alike(const struct explore_space *space, uint32_t p, uint32_t q)
{
    return space->cpus[p].cluster == space->cpus[q].cluster && same_kind(space, p, q);
}

/* Mean and standard deviation of one coefficient over the draws. */
static double mean_of(const struct explore_surrogate *s, uint32_t coef, double *sd)
{
    double sum = 0.0, squares = 0.0;
    for (uint32_t i = 0; i < s->draws_count; i++) {
        sum += s->draws[i].coef[coef];
        squares += s->draws[i].coef[coef] * s->draws[i].coef[coef];
    }
    const double mean = sum / s->draws_count;
    *sd = sqrt(fmax(squares / s->draws_count - mean * mean, 0.0));
    return mean;
}

/* Is the coefficient of a sparse block likelier there than not? */
static bool there(const struct explore_surrogate *s, uint32_t coef)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->draws_count; i++)
        count += s->draws[i].coef[coef] > 0.0;
    return 2 * count > s->draws_count;
}

/* Is anything known of this CPU that does not hold for its neighbours? */
static bool singular(const struct explore_surrogate *s, uint32_t cpu, double orbit_mean)
{
    const struct explore_layout *layout = &s->layout;
    const struct explore_space *space = layout->space;
    double sd;
    if (fabs(mean_of(s, layout->first[EXPLORE_BLOCK_CPU] + cpu, &sd) - orbit_mean) > APART * sd)
        return true;
    for (uint32_t c = 0; c < space->cells_count; c++) {
        const uint32_t at = layout->first[EXPLORE_BLOCK_CELL_CPU] + c * space->cpus_count + cpu;
        if (fabs(mean_of(s, at, &sd)) > APART * sd)
            return true;
    }
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        if (there(s, layout->first[EXPLORE_BLOCK_IRQ_CPU] + j * space->cpus_count + cpu))
            return true;
    }
    for (uint32_t q = 0; q < space->cpus_count; q++) {
        const uint32_t pairs = layout->first[EXPLORE_BLOCK_CPU_PAIR];
        if (there(s, pairs + cpu * space->cpus_count + q) ||
            there(s, pairs + q * space->cpus_count + cpu))
            return true;
    }
    return false;
}

static double orbit_mean(const struct explore_surrogate *s, const uint32_t *orbit, uint32_t of)
{
    double sum = 0.0, sd;
    uint32_t count = 0;
    for (uint32_t p = 0; p < s->layout.space->cpus_count; p++) {
        if (orbit[p] != of)
            continue;
        sum += mean_of(s, s->layout.first[EXPLORE_BLOCK_CPU] + p, &sd);
        count++;
    }
    return count > 0 ? sum / count : 0.0;
}

static void find_orbits(const struct explore_surrogate *s, struct aj_arena *out, uint32_t *orbit)
{
    const struct explore_space *space = s->layout.space;
    bool *own = AJ_NEW_ARRAY(out, bool, space->cpus_count);
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        orbit[p] = p;
        for (uint32_t q = 0; q < p; q++) {
            if (orbit[q] == q && alike(space, p, q)) {
                orbit[p] = q;
                break;
            }
        }
    }
    for (uint32_t p = 0; p < space->cpus_count; p++)
        own[p] = singular(s, p, orbit_mean(s, orbit, orbit[p]));
    /* The first of an orbit names it: where it leaves, the next takes over. */
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        uint32_t first = p;
        for (uint32_t q = 0; q < p && !own[p]; q++) {
            if (!own[q] && alike(space, p, q)) {
                first = q;
                break;
            }
        }
        orbit[p] = first;
    }
}

/* The only orbit of CPUs in the cluster, and how many it has; AJ_NONE32 if there are several. */
static uint32_t single_orbit(const struct explore_space *space, const uint32_t *orbit,
                             uint32_t cluster, uint32_t *size)
{
    uint32_t found = AJ_NONE32;
    *size = 0;
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        if (space->cpus[p].cluster != cluster)
            continue;
        if (found != AJ_NONE32 && orbit[p] != found)
            return AJ_NONE32;
        found = orbit[p];
        ++*size;
    }
    return found;
}

/* Is the difference of two coefficients surely none that we know of? */
static bool same_effect(const struct explore_surrogate *s, uint32_t a, uint32_t b)
{
    double sum = 0.0, squares = 0.0;
    for (uint32_t i = 0; i < s->draws_count; i++) {
        const double x = s->draws[i].coef[a] - s->draws[i].coef[b];
        sum += x;
        squares += x * x;
    }
    const double mean = sum / s->draws_count;
    return fabs(mean) <= APART * sqrt(fmax(squares / s->draws_count - mean * mean, 0.0));
}

static bool clusters_alike(const struct explore_surrogate *s, const uint32_t *orbit, uint32_t k,
                           uint32_t l)
{
    const struct explore_layout *layout = &s->layout;
    const uint32_t banks = layout->space->banks_count;
    uint32_t size, other_size;
    const uint32_t p = single_orbit(layout->space, orbit, k, &size);
    const uint32_t q = single_orbit(layout->space, orbit, l, &other_size);
    if (p == AJ_NONE32 || q == AJ_NONE32 || size != other_size || !same_kind(layout->space, p, q) ||
        !same_effect(s, layout->first[EXPLORE_BLOCK_CLUSTER] + k,
                     layout->first[EXPLORE_BLOCK_CLUSTER] + l))
        return false;
    const uint32_t *first = layout->first;
    for (uint32_t b = 0; b < banks; b++) {
        if (!same_effect(s, first[EXPLORE_BLOCK_CLUSTER_BANK] + k * banks + b,
                         first[EXPLORE_BLOCK_CLUSTER_BANK] + l * banks + b))
            return false;
    }
    return true;
}

static void find_cluster_orbits(const struct explore_surrogate *s, const uint32_t *orbit,
                                uint32_t *cluster_orbit)
{
    for (uint32_t k = 0; k < s->layout.clusters_count; k++) {
        cluster_orbit[k] = k;
        for (uint32_t l = 0; l < k; l++) {
            if (cluster_orbit[l] == l && clusters_alike(s, orbit, k, l)) {
                cluster_orbit[k] = l;
                break;
            }
        }
    }
}

static void list_measured(const struct explore_history *history, struct aj_arena *out,
                          struct explore_classes *classes)
{
    classes->measured = AJ_NEW_ARRAY(out, uint64_t, history->count);
    for (size_t t = 0; t < history->count; t++)
        classes->measured[classes->count++] =
            explore_classes_key(classes, history->runs[t].decision);
    qsort(classes->measured, classes->count, sizeof *classes->measured, by_value);
}

static void open_classes(const struct explore_surrogate *surrogate, uint32_t *orbit,
                         uint32_t *cluster_orbit, struct explore_classes *classes)
{
    *classes = (struct explore_classes){
        .space = surrogate->layout.space,
        .orbit = orbit,
        .cluster_orbit = cluster_orbit,
        .clusters_count = surrogate->layout.clusters_count,
    };
}

void explore_classes_make(const struct explore_surrogate *surrogate, struct aj_arena *out,
                          struct explore_classes *classes)
{
    const struct explore_layout *layout = &surrogate->layout;
    uint32_t *orbit = AJ_NEW_ARRAY(out, uint32_t, layout->space->cpus_count);
    uint32_t *cluster_orbit = AJ_NEW_ARRAY(out, uint32_t, layout->clusters_count);
    find_orbits(surrogate, out, orbit);
    find_cluster_orbits(surrogate, orbit, cluster_orbit);
    open_classes(surrogate, orbit, cluster_orbit, classes);
    list_measured(surrogate->history, out, classes);
}

void explore_classes_single(const struct explore_surrogate *surrogate, struct aj_arena *out,
                            struct explore_classes *classes)
{
    const struct explore_layout *layout = &surrogate->layout;
    uint32_t *orbit = AJ_NEW_ARRAY(out, uint32_t, layout->space->cpus_count);
    uint32_t *cluster_orbit = AJ_NEW_ARRAY(out, uint32_t, layout->clusters_count);
    for (uint32_t p = 0; p < layout->space->cpus_count; p++)
        orbit[p] = p;
    for (uint32_t k = 0; k < layout->clusters_count; k++)
        cluster_orbit[k] = k;
    open_classes(surrogate, orbit, cluster_orbit, classes);
    list_measured(surrogate->history, out, classes);
}
