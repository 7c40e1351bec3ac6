/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/explore/report_fixture.h"

#include <inttypes.h>
#include <math.h>

#include "explore/sim_samples.h"

const struct fixture fixtures[] = {
    {.name = "typical",
     .cpus = 3,
     .runs = 40,
     .effects = 9,
     .confirmed = true,
     .verdict = EXPLORE_CLAIM_BETTER},
    {.name = "empty", .same = true},
    {.name = "one", .cpus = 1, .runs = 1, .same = true},
    {.name = "undecided",
     .cpus = 2,
     .runs = 12,
     .confirmed = true,
     .same = true,
     .verdict = EXPLORE_CLAIM_NOT_SHOWN},
    {.name = "worse",
     .cpus = 2,
     .runs = 12,
     .effects = 1,
     .confirmed = true,
     .same = true,
     .verdict = EXPLORE_CLAIM_WORSE},
    {.name = "alike",
     .cpus = 1,
     .runs = 3,
     .confirmed = true,
     .same = true,
     .verdict = EXPLORE_CLAIM_ALIKE},
    {.name = "large",
     .cpus = 64,
     .runs = 1000,
     .effects = 80,
     .confirmed = true,
     .verdict = EXPLORE_CLAIM_BETTER},
    {.name = "hostile",
     .cpus = 4,
     .runs = 9,
     .effects = 5,
     .hostile = true,
     .confirmed = true,
     .verdict = EXPLORE_CLAIM_BETTER},
    {.name = "overflow", .cpus = 2, .runs = 4, .overflow = true},
    {.name = "zero", .cpus = 2, .runs = 4, .zero = true},
    {.name = NULL},
};

const struct fixture *fixture_find(const char *name)
{
    const struct fixture *fixture = fixtures;
    while (fixture->name != NULL && strcmp(fixture->name, name) != 0)
        fixture++;
    return fixture->name != NULL ? fixture : NULL;
}

enum { BLOCKS = 6, CYCLES = 50000, BINS = 400 };

static struct model_latency degenerate(const struct fixture *fixture, uint32_t cpu)
{
    static const struct model_bin first = {0, CYCLES};
    struct model_latency l = {.cpu = cpu, .cycles = CYCLES};
    if (fixture->overflow) {
        l.overflow = CYCLES;
        l.min_ns = BINS * 1000;
        l.avg_ns = l.max_ns = BINS * 2000;
    } else {
        l.histogram = (struct model_histogram){&first, 1};
    }
    return l;
}

static const struct model_measurement *measure(const struct fixture *fixture, double location_us,
                                               struct aj_random *random, struct aj_arena *out)
{
    struct model_block *blocks = AJ_NEW_ARRAY(out, struct model_block, BLOCKS);
    for (size_t b = 0; b < BLOCKS; b++)
        blocks[b] =
            (struct model_block){.threads = AJ_NEW_ARRAY(out, struct model_latency, fixture->cpus),
                                 .threads_count = fixture->cpus};
    for (uint32_t cpu = 0; cpu < fixture->cpus; cpu++) {
        struct model_latency latencies[BLOCKS];
        const struct explore_sim_samples what = {.cpu = cpu + 1,
                                                 .location_us =
                                                     location_us * (1.0 + 0.6 / (1.0 + cpu)),
                                                 .tail = 0.1,
                                                 .cycles = CYCLES,
                                                 .blocks = BLOCKS,
                                                 .bins = BINS};
        explore_sim_samples_draw(&what, random, out, latencies);
        for (size_t b = 0; b < BLOCKS; b++) {
            struct model_latency *threads;
            memcpy(&threads, &blocks[b].threads, sizeof threads);
            threads[cpu] =
                fixture->overflow || fixture->zero ? degenerate(fixture, cpu + 1) : latencies[b];
        }
    }
    static const char *const load[] = {"stress-ng", "--cpu", "2", "--vm", "1"};
    static const struct model_load loads[] = {
        {.cell = "gui", .cpus = {{0x3}}, .command = load, .command_count = AJ_COUNT(load)}};
    static const struct model_irq_fired irqs[] = {{62, 0, 120345, 3}};
    struct model_measurement *m = AJ_NEW(out, struct model_measurement);
    *m = (struct model_measurement){
        .tool = "cyclictest 2.40",
        .interval_ns = 200000,
        .block_ns = 10000000000,
        .priority = 90,
        .bin_ns = 1000,
        .bins = BINS,
        .loads = loads,
        .loads_count = 1,
        .interrupts = irqs,
        .interrupts_count = 1,
        .environment = {.kernel = fixture->hostile ? FIXTURE_HOSTILE
                                                   : "6.1.0-37-rt-arm64 #1 SMP PREEMPT_RT Debian",
                        .machine = "aarch64",
                        .realtime = "1",
                        .clocksource = "arch_sys_counter",
                        .cmdline = "console=ttyAMA0 isolcpus=2,3 nohz_full=2,3 rcu_nocbs=2,3",
                        .isolated = "2-3",
                        .governors = "performance",
                        .rt_runtime = "-1"},
        .blocks = blocks,
        .blocks_count = BLOCKS};
    return m;
}

static struct explore_report_side side(const struct fixture *fixture, const char *decision,
                                       double location_us, struct aj_random *random,
                                       struct aj_arena *out)
{
    struct explore_report_cpu *cpus = AJ_NEW_ARRAY(out, struct explore_report_cpu, fixture->cpus);
    /* Tails, which take 20 blocks, take their time as well. */
    const size_t count = fixture->cpus == 0 ? 0 : fixture->cpus > 8 ? 2 : 6;
    const struct model_measurement **m = AJ_NEW_ARRAY(out, const struct model_measurement *, count);
    for (uint32_t cpu = 0; cpu < fixture->cpus; cpu++)
        cpus[cpu] = (struct explore_report_cpu){cpu + 1,
                                                fixture->hostile ? FIXTURE_HOSTILE
                                                : cpu < 2        ? "plc"
                                                                 : "motion",
                                                cpu < 2 ? 100000 : 250000};
    struct explore_summary_run *runs = AJ_NEW_ARRAY(out, struct explore_summary_run, count);
    for (size_t i = 0; i < count; i++) {
        m[i] = measure(fixture, location_us, random, out);
        runs[i] = (struct explore_summary_run){location_us + (double)i, false, fixture->overflow};
    }
    return (struct explore_report_side){.decision = decision,
                                        .cpus = cpus,
                                        .cpus_count = fixture->cpus,
                                        .measurements = m,
                                        .measurements_count = count,
                                        .summary =
                                            explore_summary_make(runs, (uint32_t)count, out)};
}

/* The last third: finalists, then pairs. Every 11th run is a sentinel, every 17th void. */
static struct explore_report_run run(const struct fixture *fixture, uint32_t ix,
                                     const char *decision, struct aj_random *random,
                                     struct aj_arena *out)
{
    struct explore_stored *stored = AJ_NEW(out, struct explore_stored);
    const double progress = (double)ix / (1.0 + fixture->runs);
    const bool is_void = ix % 17 == 13;
    *stored = (struct explore_stored){.id = ix + 1,
                                      .state = is_void ? EXPLORE_RUN_VOID : EXPLORE_RUN_DONE,
                                      .phase = ix < 2           ? EXPLORE_PHASE_BASELINE
                                               : ix % 11 == 10  ? EXPLORE_PHASE_SENTINEL
                                               : progress > 0.8 ? EXPLORE_PHASE_CONFIRM
                                               : progress > 0.6 ? EXPLORE_PHASE_RACE
                                                                : EXPLORE_PHASE_SEARCH,
                                      .board = fixture->hostile ? FIXTURE_HOSTILE : "sim:board.yml",
                                      .decision = decision,
                                      .reason = fixture->hostile ? FIXTURE_HOSTILE
                                                                 : "CPU 2 was throttled 3 times"};
    const double noise = 0.06 * aj_random_normal(random) + 0.5 * aj_random_unit(random);
    return (struct explore_report_run){
        .stored = stored,
        .score = is_void ? (double)NAN : 95.0 * exp(noise * (1.0 - progress) - 0.6 * progress),
        .best = is_void ? (double)NAN : 98.0 * exp(-0.55 * sqrt(progress)),
        .censored = ix % 19 == 7,
        .drifted = ix == 26};
}

static void add_effects(const struct fixture *fixture, struct explore_report *report,
                        struct aj_arena *out)
{
    static const char *const texts[] = {"irq 62 on a CPU of plc",
                                        "gui in the cluster of plc",
                                        "governor of root: performance",
                                        "plc and gui in one bank",
                                        "plc on CPU 0",
                                        "irq 40 in the cluster of plc",
                                        "plc in bank 2",
                                        "another CPU of plc in its cluster",
                                        "C-states of root: off"};
    struct explore_effect *effects = AJ_NEW_ARRAY(out, struct explore_effect, fixture->effects);
    for (uint32_t i = 0; i < fixture->effects; i++)
        effects[i] = (struct explore_effect){
            fixture->hostile ? FIXTURE_HOSTILE " and a text that is longer than its column is wide"
                             : texts[i % AJ_COUNT(texts)],
            (i % 3 == 2 ? -24.0 : 31.0) / (1.0 + 0.6 * i), 2.0 + 0.2 * i, 30 - i % 20};
    report->effects = effects;
    report->effects_count = fixture->effects;
}

static void add_learned(const struct fixture *fixture, struct explore_report *report)
{
    static const struct explore_report_learned learned[] = {
        {"forbid: [{cell: plc, cpus: [0]}, {interrupt: 62, cpus: [0]}]",
         "runs 3, 7 and 12: 41 of 48 blocks beyond 100 us, at least 72 % of them (95 %)"},
        {"separate: {cells: [plc, gui], level: l2}",
         "runs 5 and 9: 17 of 32 blocks beyond 100 us, at least 35 % of them (95 %)"},
    };
    static const struct explore_report_learned hostile = {FIXTURE_HOSTILE, FIXTURE_HOSTILE};
    report->learned = fixture->hostile ? &hostile : learned;
    report->learned_count = fixture->hostile ? 1 : fixture->runs > 1 ? AJ_COUNT(learned) : 0;
}

static struct explore_claim claim_of(enum explore_claim_verdict verdict)
{
    static const struct explore_claim claims[] = {
        [EXPLORE_CLAIM_OPEN] = {.effect = 0.0, .interval = {-1.0, (double)INFINITY}, .pairs = 2},
        [EXPLORE_CLAIM_BETTER] = {.effect = -0.314, .interval = {-0.36, -0.272}, .pairs = 12},
        [EXPLORE_CLAIM_WORSE] = {.effect = 0.08, .interval = {0.03, 0.13}, .pairs = 12},
        [EXPLORE_CLAIM_ALIKE] = {.effect = 0.003, .interval = {-0.011, 0.017}, .pairs = 20},
        [EXPLORE_CLAIM_NOT_SHOWN] = {.effect = -0.04,
                                     .interval = {-0.09, 0.02},
                                     .pairs = 20,
                                     .left_out = 1},
    };
    struct explore_claim claim = claims[verdict];
    claim.verdict = verdict;
    return claim;
}

static struct explore_certificate certificate_of(const struct fixture *fixture)
{
    if (fixture->overflow)
        return (struct explore_certificate){.verdict = EXPLORE_DEADLINE_MISSED,
                                            .exceeded = {4, 4},
                                            .bounds = {0.3, 1.0},
                                            .allowed = 0.1};
    if (fixture->runs < 20)
        return (struct explore_certificate){.verdict = EXPLORE_DEADLINE_OPEN,
                                            .exceeded = {6, 0},
                                            .bounds = {0.0, 0.46},
                                            .allowed = 0.1,
                                            .clean_runs = 24};
    return (struct explore_certificate){.verdict = EXPLORE_DEADLINE_MET,
                                        .exceeded = {31, 0},
                                        .bounds = {0.0, 0.0975},
                                        .allowed = 0.1};
}

const struct explore_report *fixture_report(const struct fixture *fixture, struct aj_arena *out)
{
    static const char *const board[] = {"sim:board.yml"};
    static const char *const hostile_boards[] = {FIXTURE_HOSTILE, "ssh:root@board-2"};
    const char *before =
        fixture->hostile
            ? FIXTURE_HOSTILE ": 1; " FIXTURE_HOSTILE
            : "plc: 1-2; motion: 3; irq 62: 0; plc in bank 0; governor of root: schedutil";
    const char *after = fixture->same && !fixture->confirmed
                            ? before
                            : "plc: 2-3; motion: 1; irq 62: 0; plc in bank 2; governor of "
                              "root: performance";
    struct aj_random random;
    aj_random_seed(&random, 5);
    struct explore_report *report = AJ_NEW(out, struct explore_report);
    struct explore_report_run *runs = AJ_NEW_ARRAY(out, struct explore_report_run, fixture->runs);
    for (uint32_t i = 0; i < fixture->runs; i++)
        runs[i] = run(fixture, i, i < 2 ? before : after, &random, out);
    *report =
        (struct explore_report){.project = fixture->hostile ? FIXTURE_HOSTILE : "rpi4-codesys",
                                .boards = fixture->hostile ? hostile_boards : board,
                                .boards_count = fixture->hostile ? 2 : 1,
                                .simulated = !fixture->hostile,
                                .stopped = "the budget is spent",
                                .budget = fixture->runs,
                                .baseline = side(fixture, before, 72.0, &random, out),
                                .compared = side(fixture, after, 47.0, &random, out),
                                .confirmed = fixture->confirmed,
                                .claim = claim_of(fixture->verdict),
                                .certify = fixture->runs > 1,
                                .certificate = certificate_of(fixture),
                                .confidence = 0.95,
                                .runs = runs,
                                .runs_count = fixture->runs};
    report->recommended = fixture->same ? report->baseline : report->compared;
    add_effects(fixture, report, out);
    add_learned(fixture, report);
    return report;
}
