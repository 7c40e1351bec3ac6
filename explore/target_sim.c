/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulated board as a target. */
#include <inttypes.h>
#include <math.h>
#include <time.h>

#include "base/fs.h"
#include "base/random.h"
#include "explore/sim_board.h"
#include "explore/sim_samples.h"
#include "explore/target_priv.h"

#define LOGIN      "sim:"
#define STEP_NS    (50 * AJ_NS_PER_MS) /* between looks at the cancel flag */
#define HANG_NS    INT64_MAX
#define FILE_LIMIT ((size_t)1 << 20)
#define REFUSAL    UINT64_C(0x9e3779b97f4a7c15) /* streams of random numbers that no run has */
#define FAULTS_OF  UINT64_C(0x632be59bd9b4e019)
#define FNV_BASIS  UINT64_C(0xcbf29ce484222325) /* FNV-1a, draft-eastlake-fnv */
#define FNV_PRIME  UINT64_C(0x100000001b3)
#define SEED       1 /* of the board that no file tells of */
enum {
    BINS_MIN = 1000,
    BINS_PER_DEADLINE = 10,
    VOID_PERCENT = 90, /* of the wake-ups of a good run: EXPLORE_CYCLES_PERCENT would do */
};

struct sim {
    struct explore_target target; /* first: the target is the whole */
    struct aj_arena *arena;
    struct explore_sim_board board;
    uint64_t noise_seed;
    const struct explore_sim *truth; /* NULL before the first setting */
    const struct explore_space *space;
    struct explore_decision decision; /* in force; owner NULL: none is */
};

static struct sim *sim_of(struct explore_target *target)
{
    return (struct sim *)target;
}

/* Of a decision's text: the same decision is refused or not, whenever it is tried. */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = FNV_BASIS;
    for (; *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * FNV_PRIME;
    return hash;
}

static enum aj_status apply(struct aj_ctx *cx, struct explore_target *target,
                            const struct explore_setting *setting, struct aj_arena *out,
                            const char **refused)
{
    struct sim *sim = sim_of(target);
    struct aj_random random;
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const char *text = explore_decision_format(setting->space, setting->decision, cx->scratch);
    aj_random_stream(&random, sim->board.truth.seed ^ REFUSAL, hash_text(text));
    aj_arena_release(cx->scratch, mark);
    *refused = NULL;
    if (aj_random_unit(&random) < sim->board.faults.refused) {
        *refused = aj_strdup(out, "the simulated board does not take this decision");
        return AJ_OK;
    }
    if (sim->truth == NULL) {
        sim->space = setting->space;
        sim->truth = explore_sim_make(setting->space, &sim->board.truth, sim->arena);
    }
    sim->decision = explore_decision_copy(sim->space, setting->decision, sim->arena);
    return AJ_OK;
}

/* Measuring */

/* One run of the simulation. */
struct simulation {
    const struct explore_run *run;
    const double *latency_us; /* of each CPU of the space; NAN: not measured */
    bool is_void;
    size_t blocks; /* that are done */
    struct aj_random random;
    struct aj_arena *out;
};

/* Where the time goes that a run takes of the real one. */
static enum aj_status spend(struct aj_ctx *cx, int64_t ns)
{
    while (ns > 0) {
        const int64_t step = ns < STEP_NS ? ns : STEP_NS;
        const struct timespec pause = {.tv_nsec = (long)step};
        AJ_TRY(aj_poll_cancel(cx));
        nanosleep(&pause, NULL);
        ns -= step;
    }
    return aj_poll_cancel(cx);
}

static double drift_us(const struct explore_sim_drift *drift, uint64_t run)
{
    const double steady = run > 0 ? drift->per_run * (double)(run - 1) : 0.0;
    return drift->at_run > 0 && run >= drift->at_run ? steady + drift->step : steady;
}

/* Measured CPUs in the order of Linux' numbers; *count of them. */
static const uint32_t *measured_cpus(const struct simulation *s, const struct explore_space *space,
                                     size_t *count)
{
    uint32_t *cpus = AJ_NEW_ARRAY(s->out, uint32_t, space->cpus_count);
    *count = 0;
    for (uint32_t cpu = 0; cpu < space->cpus_count; cpu++) {
        size_t at = *count;
        if (isnan(s->latency_us[cpu]))
            continue;
        for (; at > 0 && space->cpus[cpus[at - 1]].id.v > space->cpus[cpu].id.v; at--)
            cpus[at] = cpus[at - 1];
        cpus[at] = cpu;
        (*count)++;
    }
    return cpus;
}

static void draw_blocks(struct simulation *s, const struct sim *sim, struct model_measurement *m)
{
    size_t threads;
    const uint32_t *cpus = measured_cpus(s, sim->space, &threads);
    struct model_block *blocks = AJ_NEW_ARRAY(s->out, struct model_block, s->blocks);
    struct model_latency *all = AJ_NEW_ARRAY(s->out, struct model_latency, s->blocks * threads);
    struct model_latency *drawn = AJ_NEW_ARRAY(s->out, struct model_latency, s->blocks);
    const uint64_t cycles = (uint64_t)(m->block_ns / m->interval_ns);
    for (size_t t = 0; t < threads; t++) {
        const struct explore_sim_samples what = {
            .cpu = sim->space->cpus[cpus[t]].id.v,
            .location_us = s->latency_us[cpus[t]],
            .tail = sim->board.tail,
            .cycles = s->is_void ? cycles * VOID_PERCENT / 100 + 1 : cycles,
            .blocks = s->blocks,
            .bins = m->bins,
        };
        explore_sim_samples_draw(&what, &s->random, s->out, drawn);
        for (size_t b = 0; b < s->blocks; b++)
            all[b * threads + t] = drawn[b];
    }
    for (size_t b = 0; b < s->blocks; b++)
        blocks[b] = (struct model_block){all + b * threads, threads};
    m->blocks = blocks;
    m->blocks_count = s->blocks;
}

static struct model_measurement *measurement_of(const struct sim *sim,
                                                const struct explore_run *run, struct aj_arena *out)
{
    struct model_measurement *m = AJ_NEW(out, struct model_measurement);
    const int64_t bins = run->deadline_ns / AJ_NS_PER_US * BINS_PER_DEADLINE;
    *m = (struct model_measurement){
        .tool = "simulation",
        .interval_ns = run->interval_ns,
        .block_ns = run->duration_ns / run->blocks,
        .priority = run->priority,
        .bin_ns = AJ_NS_PER_US,
        .bins = bins > BINS_MIN ? (uint32_t)bins : BINS_MIN,
        .environment =
            {
                .kernel = aj_strf(out, "none: simulated board %" PRIu64, sim->board.truth.seed),
                .machine = "simulation",
            },
    };
    return m;
}

/* How many blocks are measured: those that show most to be beyond `hopeless_ns`, or all. */
static size_t blocks_to_do(const struct simulation *s, const struct explore_space *space)
{
    for (uint32_t cpu = 0; s->run->hopeless_ns > 0 && cpu < space->cpus_count; cpu++)
        if (s->latency_us[cpu] * (double)AJ_NS_PER_US > (double)s->run->hopeless_ns)
            return s->run->blocks / 2 + 1;
    return s->run->blocks;
}

static void simulate(const struct sim *sim, struct simulation *s, struct explore_measured *measured)
{
    struct model_measurement *m = measurement_of(sim, s->run, s->out);
    double *latency_us = AJ_NEW_ARRAY(s->out, double, sim->space->cpus_count);
    explore_sim_run(sim->truth, &sim->decision, &s->random, latency_us);
    for (uint32_t cpu = 0; cpu < sim->space->cpus_count; cpu++)
        latency_us[cpu] += drift_us(&sim->board.drift, s->run->id); /* NAN stays */
    s->latency_us = latency_us;
    s->blocks = blocks_to_do(s, sim->space);
    draw_blocks(s, sim, m);
    *measured = (struct explore_measured){
        .measurement = m,
        .void_because =
            s->is_void ? "the simulated CPUs woke up too seldom: a fault of this run" : NULL,
        .censored = s->blocks < s->run->blocks,
        .duration_ns = m->block_ns * (int64_t)s->blocks,
    };
}

static enum aj_status measure(struct aj_ctx *cx, struct explore_target *target,
                              const struct explore_run *run,
                              const struct explore_progress *progress, struct aj_arena *out,
                              struct explore_measured *measured)
{
    const struct sim *sim = sim_of(target);
    const struct explore_sim_faults *faults = &sim->board.faults;
    struct simulation s = {.run = run, .out = out};
    struct aj_random random;
    if (sim->decision.owner == NULL)
        return aj_fail(cx, AJ_ERR_INTERNAL, "target-odd", aj_loc_file(target->name),
                       "nothing is in force that could be measured");
    if (progress->say != NULL)
        progress->say(progress->to, "simulating");
    AJ_TRY(spend(cx, faults->hangs_at == run->id ? HANG_NS : sim->board.takes_ns));
    if (faults->lost_at == run->id)
        return aj_fail(cx, AJ_ERR_TARGET, "target-lost", aj_loc_file(target->name),
                       "the simulated link broke: a fault of run %" PRIu64, run->id);
    aj_random_stream(&random, sim->noise_seed ^ FAULTS_OF, run->id);
    s.is_void = aj_random_unit(&random) < faults->voids;
    aj_random_stream(&s.random, sim->noise_seed, run->id);
    simulate(sim, &s, measured);
    return AJ_OK;
}

/* Nothing of a simulation outlives it. */
static enum aj_status restore(struct aj_ctx *cx, struct explore_target *target)
{
    (void)cx;
    sim_of(target)->decision = (struct explore_decision){NULL, NULL, NULL, NULL};
    return AJ_OK;
}

static void close_sim(struct explore_target *target)
{
    aj_arena_close(sim_of(target)->arena);
}

static const struct explore_target_ops sim_ops = {apply, measure, restore, close_sim};

static enum aj_status read_board(struct aj_ctx *cx, const char *path, struct aj_arena *out,
                                 struct explore_sim_board *board)
{
    const struct aj_yaml *doc = NULL;
    struct aj_bytes bytes;
    if (path[0] != '\0') {
        AJ_TRY(aj_file_read(cx, path, FILE_LIMIT, out, &bytes));
        if (bytes.size > 0)
            AJ_TRY(aj_yaml_parse(cx, path, bytes.data, bytes.size, out, &doc));
    }
    return explore_sim_board_read(cx, doc, out, board);
}

enum aj_status explore_target_sim_open(struct aj_ctx *cx,
                                       const struct explore_target_options *options,
                                       struct aj_arena *out, struct explore_target **target)
{
    struct sim *sim = AJ_NEW(out, struct sim);
    if (options->mode == EXPLORE_MODE_JAILHOUSE)
        return aj_fail(cx, AJ_ERR_TARGET, "target-mode", aj_loc_file(options->login.login),
                       "a simulated board has no Jailhouse");
    AJ_TRY(read_board(cx, options->login.login + strlen(LOGIN), out, &sim->board));
    if (sim->board.truth.seed == AJ_NONE64)
        sim->board.truth.seed = SEED;
    sim->target = (struct explore_target){
        .ops = &sim_ops, .name = aj_strdup(out, options->login.login), .simulated = true};
    sim->noise_seed = options->seed;
    sim->arena = aj_arena_open();
    *target = &sim->target;
    return AJ_OK;
}
