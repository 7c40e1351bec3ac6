/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/sim.h"

#include <math.h>

#include "base/num.h"

/* The distributions, us. docs/explore.md lists them with the model. */
#define BASE_LOW       35.0
#define BASE_SPREAD    10.0
#define CPU_SD         2.0
#define CLUSTER_SD     2.0
#define BANK_SD        2.5 /* cluster x bank */
#define CORE_FACTOR    3.0 /* a pair on one core shares more than a cache */
#define IRQ_HERE       8.0
#define IRQ_NEAR       1.5
#define BANK_SHARED    4.0
#define KNOB_SD        2.0
#define KNOB_CELL_SD   0.7
#define CEILING        80.0
#define HIDDEN_IRQ     6.0
#define HIDDEN_BANK    4.0
#define HIDDEN_PAIR    10.0
#define HIDDEN_IRQ_IN  0.10
#define HIDDEN_BANK_IN 0.20
#define HIDDEN_PAIR_IN 0.05
#define THREE_WAY_IN   0.30
#define NOISE_RELATIVE 0.02
#define NOISE_GUMBEL   1.5
#define SPIKE_IN       0.01
#define SPIKE          15.0

/* How much a cell disturbs its neighbours in a cache: mean of a pair. */
static const double loudness[] = {1.0 /* measured */, 2.0 /* root */, 4.0 /* other guests */};

/* With interrupt `irq` and a CPU of `cell` in the victim's cluster and its memory in `bank`. */
struct three_way {
    uint32_t cell, bank;
    double us;
};

/* Arrays of several indices are flat, the last index the fastest. */
struct explore_sim {
    const struct explore_space *space;
    struct explore_sim_options options;
    const uint32_t *cluster; /* of each CPU, as the board really is */
    uint32_t clusters_count;
    double *base;                /* [cell] */
    double *cpu;                 /* [cpu] */
    double *in_cluster;          /* [cluster] */
    double *bank;                /* [cluster][bank] */
    double *pair;                /* [victim cell][cell] */
    double *irq_here, *irq_near; /* [irq] */
    double *bank_shared;         /* [cell] */
    double *hidden_irq;          /* [irq][cpu] */
    double *hidden_bank;         /* [cell][bank] */
    double *hidden_pair;         /* [victim cpu][cpu] */
    struct three_way *three_way; /* [victim cell][irq] */
    double *const *knob;         /* [knob][value] */
    double *const *knob_cell;    /* [knob][value][cell] */
};

/* The parts of the truth draw from streams of their own, so that options do not shift others. */
enum stream {
    STREAM_MAIN,
    STREAM_PAIR,
    STREAM_IRQ,
    STREAM_BANK,
    STREAM_HIDDEN,
    STREAM_THREE_WAY,
    STREAM_KNOB,
};

static struct aj_random stream(const struct explore_sim *sim, enum stream part)
{
    struct aj_random random;
    aj_random_stream(&random, sim->options.seed, part);
    return random;
}

/* Clusters */

static uint32_t place_in_cluster(const struct explore_space *space, uint32_t cpu)
{
    uint32_t place = 0;
    for (uint32_t p = 0; p < cpu; p++)
        place += space->cpus[p].cluster == space->cpus[cpu].cluster;
    return place;
}

/* The CPUs by their place in the space's clusters: numbered round robin instead of in blocks. */
static void interleave(const struct explore_space *space, uint32_t *cluster)
{
    uint32_t next = 0;
    for (uint32_t place = 0; next < space->cpus_count; place++) {
        for (uint32_t p = 0; p < space->cpus_count; p++) {
            if (place_in_cluster(space, p) == place)
                cluster[p] = space->cpus[next++].cluster;
        }
    }
}

static void make_clusters(struct explore_sim *sim, struct aj_arena *out)
{
    const struct explore_space *space = sim->space;
    uint32_t *cluster = AJ_NEW_ARRAY(out, uint32_t, space->cpus_count);
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        cluster[p] = space->cpus[p].cluster;
        if (cluster[p] >= sim->clusters_count)
            sim->clusters_count = cluster[p] + 1;
    }
    if (sim->options.wrong_clusters)
        interleave(space, cluster);
    sim->cluster = cluster;
}

/* Drawing the truth */

static void draw_main(struct explore_sim *sim, struct aj_arena *out)
{
    const struct explore_space *space = sim->space;
    struct aj_random random = stream(sim, STREAM_MAIN);
    sim->base = AJ_NEW_ARRAY(out, double, space->cells_count);
    sim->cpu = AJ_NEW_ARRAY(out, double, space->cpus_count);
    sim->in_cluster = AJ_NEW_ARRAY(out, double, sim->clusters_count);
    sim->bank = AJ_NEW_ARRAY(out, double, (size_t)sim->clusters_count * space->banks_count);
    for (uint32_t c = 0; c < space->cells_count; c++)
        sim->base[c] = BASE_LOW + BASE_SPREAD * aj_random_unit(&random);
    if (sim->options.flat)
        return;
    for (uint32_t p = 0; p < space->cpus_count; p++)
        sim->cpu[p] = CPU_SD * aj_random_normal(&random);
    for (uint32_t k = 0; k < sim->clusters_count; k++) {
        sim->in_cluster[k] = CLUSTER_SD * aj_random_normal(&random);
        for (uint32_t b = 0; b < space->banks_count; b++)
            sim->bank[k * space->banks_count + b] = BANK_SD * aj_random_normal(&random);
    }
}

static void draw_pairs(struct explore_sim *sim, struct aj_arena *out)
{
    const struct explore_space *space = sim->space;
    const uint32_t count = space->cells_count;
    struct aj_random random = stream(sim, STREAM_PAIR);
    double *loud = AJ_NEW_ARRAY(out, double, count);
    sim->pair = AJ_NEW_ARRAY(out, double, (size_t)count *count);
    for (uint32_t c = 0; c < count; c++) {
        const double mean = loudness[space->cells[c].measured ? 0 : c == 0 ? 1 : 2];
        loud[c] = mean * (0.5 + aj_random_unit(&random));
    }
    for (uint32_t r = 0; r < count; r++) {
        for (uint32_t c = 0; c < count; c++)
            sim->pair[r * count + c] =
                loud[c] * exp(sim->options.pair_spread * aj_random_normal(&random));
    }
}

static void draw_disturbers(struct explore_sim *sim, struct aj_arena *out)
{
    const struct explore_space *space = sim->space;
    struct aj_random irq = stream(sim, STREAM_IRQ), bank = stream(sim, STREAM_BANK);
    sim->irq_here = AJ_NEW_ARRAY(out, double, space->irqs_count);
    sim->irq_near = AJ_NEW_ARRAY(out, double, space->irqs_count);
    sim->bank_shared = AJ_NEW_ARRAY(out, double, space->cells_count);
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        sim->irq_here[j] = IRQ_HERE * aj_random_exponential(&irq);
        sim->irq_near[j] = IRQ_NEAR * aj_random_exponential(&irq);
    }
    for (uint32_t c = 0; c < space->cells_count; c++)
        sim->bank_shared[c] = BANK_SHARED * aj_random_exponential(&bank);
}

/* A number of mean `mean` with chance `chance`, else 0; two draws either way. */
static double sparse(struct aj_random *random, double chance, double mean)
{
    const bool there = aj_random_unit(random) < chance;
    const double us = mean * aj_random_exponential(random);
    return there ? us : 0.0;
}

static void draw_hidden(struct explore_sim *sim, struct aj_arena *out)
{
    const struct explore_space *space = sim->space;
    const size_t cpus = space->cpus_count, banks = space->banks_count;
    const double often = sim->options.hidden;
    struct aj_random random = stream(sim, STREAM_HIDDEN);
    sim->hidden_irq = AJ_NEW_ARRAY(out, double, space->irqs_count *cpus);
    sim->hidden_bank = AJ_NEW_ARRAY(out, double, space->cells_count *banks);
    sim->hidden_pair = AJ_NEW_ARRAY(out, double, cpus *cpus);
    for (size_t i = 0; i < space->irqs_count * cpus; i++)
        sim->hidden_irq[i] = sparse(&random, often * HIDDEN_IRQ_IN, HIDDEN_IRQ);
    for (size_t i = 0; i < space->cells_count * banks; i++)
        sim->hidden_bank[i] = sparse(&random, often * HIDDEN_BANK_IN, HIDDEN_BANK);
    for (size_t p = 0; p < cpus; p++) {
        for (size_t q = 0; q < cpus; q++) {
            const double us = sparse(&random, often * HIDDEN_PAIR_IN, HIDDEN_PAIR);
            sim->hidden_pair[p * cpus + q] = sim->cluster[p] != sim->cluster[q] ? us : 0.0;
        }
    }
}

static void draw_three_way(struct explore_sim *sim, struct aj_arena *out)
{
    const struct explore_space *space = sim->space;
    struct aj_random random = stream(sim, STREAM_THREE_WAY);
    const size_t count = (size_t)space->cells_count * space->irqs_count;
    sim->three_way = AJ_NEW_ARRAY(out, struct three_way, count);
    for (size_t i = 0; i < count; i++) {
        struct three_way *effect = &sim->three_way[i];
        effect->cell = (uint32_t)aj_random_below(&random, space->cells_count);
        effect->bank = space->banks_count > 0
                           ? (uint32_t)aj_random_below(&random, space->banks_count)
                           : AJ_NONE32;
        effect->us = sparse(&random, THREE_WAY_IN, sim->options.three_way);
    }
}

static void draw_knobs(struct explore_sim *sim, struct aj_arena *out)
{
    const struct explore_space *space = sim->space;
    struct aj_random random = stream(sim, STREAM_KNOB);
    double **all = AJ_NEW_ARRAY(out, double *, space->knobs_count);
    double **cell = AJ_NEW_ARRAY(out, double *, space->knobs_count);
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        const uint32_t values = space->knobs[k].values_count;
        all[k] = AJ_NEW_ARRAY(out, double, values);
        cell[k] = AJ_NEW_ARRAY(out, double, (size_t)values * space->cells_count);
        for (uint32_t v = 1; v < values && !sim->options.flat; v++) {
            all[k][v] = KNOB_SD * aj_random_normal(&random);
            for (uint32_t c = 0; c < space->cells_count; c++)
                cell[k][v * space->cells_count + c] = KNOB_CELL_SD * aj_random_normal(&random);
        }
    }
    sim->knob = all;
    sim->knob_cell = cell;
}

const struct explore_sim *explore_sim_make(const struct explore_space *space,
                                           const struct explore_sim_options *options,
                                           struct aj_arena *out)
{
    struct explore_sim *sim = AJ_NEW(out, struct explore_sim);
    sim->space = space;
    sim->options = *options;
    make_clusters(sim, out);
    draw_main(sim, out);
    draw_pairs(sim, out);
    draw_disturbers(sim, out);
    draw_hidden(sim, out);
    draw_three_way(sim, out);
    draw_knobs(sim, out);
    return sim;
}

/* What a decision does */

/* What hits the measured cells alike, whichever of their CPUs. */
static double everywhere(const struct explore_sim *sim, const struct explore_decision *decision)
{
    const struct explore_space *space = sim->space;
    double sum = 0.0;
    for (uint32_t j = 0; j < space->irqs_count; j++)
        sum += sim->hidden_irq[j * space->cpus_count + decision->irq_cpu[j]];
    for (uint32_t c = 0; c < space->cells_count; c++) {
        if (decision->bank[c] != AJ_NONE32)
            sum += sim->hidden_bank[c * space->banks_count + decision->bank[c]];
    }
    return sum;
}

static double from_cpus(const struct explore_sim *sim, const struct explore_decision *decision,
                        uint32_t cpu)
{
    const struct explore_space *space = sim->space;
    const uint32_t cell = decision->owner[cpu];
    double sum = 0.0;
    for (uint32_t q = 0; q < space->cpus_count; q++) {
        const uint32_t other = decision->owner[q];
        if (q != cpu && sim->cluster[q] == sim->cluster[cpu])
            sum += sim->pair[cell * space->cells_count + other] *
                   (space->cpus[q].core == space->cpus[cpu].core ? CORE_FACTOR : 1.0);
        if (other != cell)
            sum += sim->hidden_pair[cpu * space->cpus_count + q];
    }
    return sum;
}

static bool in_cluster(const struct explore_sim *sim, const struct explore_decision *decision,
                       uint32_t cell, uint32_t cluster)
{
    for (uint32_t p = 0; p < sim->space->cpus_count; p++) {
        if (decision->owner[p] == cell && sim->cluster[p] == cluster)
            return true;
    }
    return false;
}

static double from_irqs(const struct explore_sim *sim, const struct explore_decision *decision,
                        uint32_t cpu)
{
    const struct explore_space *space = sim->space;
    const uint32_t cell = decision->owner[cpu];
    double sum = 0.0;
    for (uint32_t j = 0; j < space->irqs_count; j++) {
        const uint32_t at = decision->irq_cpu[j];
        if (sim->cluster[at] != sim->cluster[cpu])
            continue;
        sum += at == cpu ? sim->irq_here[j] : sim->irq_near[j];
        const struct three_way *three = &sim->three_way[cell * space->irqs_count + j];
        if (three->us > 0.0 && (space->banks_count == 0 || decision->bank[cell] == three->bank) &&
            in_cluster(sim, decision, three->cell, sim->cluster[cpu]))
            sum += three->us;
    }
    return sum;
}

static double from_banks(const struct explore_sim *sim, const struct explore_decision *decision,
                         uint32_t cell)
{
    double sum = 0.0;
    for (uint32_t c = 0; c < sim->space->cells_count; c++) {
        if (c != cell && decision->bank[c] != AJ_NONE32 &&
            decision->bank[c] == decision->bank[cell])
            sum += sim->bank_shared[c];
    }
    return sum;
}

static double from_knobs(const struct explore_sim *sim, const struct explore_decision *decision,
                         uint32_t cell)
{
    const struct explore_space *space = sim->space;
    double sum = 0.0;
    for (uint32_t k = 0; k < space->knobs_count; k++) {
        const uint32_t v = decision->knob[k];
        sum += sim->knob[k][v] + sim->knob_cell[k][v * space->cells_count + cell];
    }
    return sum;
}

void explore_sim_truth(const struct explore_sim *sim, const struct explore_decision *decision,
                       double *latency_us)
{
    const struct explore_space *space = sim->space;
    const double all = everywhere(sim, decision);
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        const uint32_t cell = decision->owner[p], cluster = sim->cluster[p];
        latency_us[p] = space->cells[cell].measured ? sim->base[cell] : (double)NAN;
        if (!space->cells[cell].measured || sim->options.flat)
            continue;
        latency_us[p] += sim->cpu[p] + sim->in_cluster[cluster] + from_knobs(sim, decision, cell);
        if (decision->bank[cell] != AJ_NONE32)
            latency_us[p] += sim->bank[cluster * space->banks_count + decision->bank[cell]];
        const double met = all + from_cpus(sim, decision, p) + from_irqs(sim, decision, p) +
                           from_banks(sim, decision, cell);
        latency_us[p] += CEILING * (1.0 - exp(-met / CEILING));
        /* Nothing wakes up before it is asked to. */
        latency_us[p] = fmax(latency_us[p], 1.0);
    }
}

void explore_sim_run(const struct explore_sim *sim, const struct explore_decision *decision,
                     struct aj_random *random, double *latency_us)
{
    const double noise = sim->options.noise;
    explore_sim_truth(sim, decision, latency_us);
    for (uint32_t p = 0; p < sim->space->cpus_count; p++) {
        if (isnan(latency_us[p]))
            continue;
        latency_us[p] *= 1.0 + noise * NOISE_RELATIVE * aj_random_normal(random);
        latency_us[p] += noise * NOISE_GUMBEL * aj_random_gumbel(random);
        /* 1 + Pareto of shape 2 by inversion. */
        const double spike = SPIKE / sqrt(1.0 - aj_random_unit(random));
        if (aj_random_unit(random) < SPIKE_IN)
            latency_us[p] += noise * spike;
        latency_us[p] = fmax(latency_us[p], 1.0);
    }
}

double explore_sim_worst(const struct explore_space *space, const struct explore_decision *decision,
                         const double *latency_us)
{
    double worst = 0.0;
    for (uint32_t p = 0; p < space->cpus_count; p++) {
        const struct explore_space_cell *cell = &space->cells[decision->owner[p]];
        if (cell->measured && !isnan(latency_us[p]))
            worst = fmax(worst, 1e5 * latency_us[p] / (double)cell->deadline_ns);
    }
    return worst;
}
