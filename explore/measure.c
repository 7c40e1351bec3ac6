/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/measure.h"

#include <inttypes.h>

#include "base/units.h"
#include "explore/block.h"
#include "explore/environment.h"
#include "explore/judge.h"

enum {
    SETTLE_S = 5, /* a load has started everything by then */
    BINS_MIN = 1000,
    BINS_PER_DEADLINE = 10,
};

/* A load while it runs. */
struct started {
    struct explore_load load;
    const char *id; /* NULL: not started */
};

struct session {
    struct aj_ctx *cx;
    struct explore_jobs *jobs;
    const struct explore_measuring *how;
    struct aj_arena *out;
    struct explore_cyclictest tool;
    struct explore_cyclictest_run run;
    struct model_measurement *m;
    struct model_block *blocks;
    uint32_t *owed_s; /* of each block: what it missed by ending early */
    uint32_t *hits;   /* of each thread: blocks that a latency of its ended early */
    struct started *loads;
    size_t loads_count;
    const char *void_because;
    bool censored;
    int64_t spent_ns;
};

static void say(const struct session *s, const char *text)
{
    if (s->how->progress->say != NULL)
        s->how->progress->say(s->how->progress->to, text);
}

/* The measurement is void; the first reason stays. */
static void give_up(struct session *s, const char *why)
{
    if (s->void_because == NULL)
        s->void_because = why;
}

static enum aj_status find_tool(struct session *s)
{
    const char *missing = NULL;
    if (s->how->tool != NULL)
        s->tool = *s->how->tool;
    else
        AJ_TRY(explore_block_tool(s->cx, s->jobs, s->out, &s->tool, &missing));
    if (missing != NULL)
        give_up(s, missing);
    s->m->tool =
        s->tool.version != NULL ? aj_strf(s->out, "cyclictest %s", s->tool.version) : "cyclictest";
    return AJ_OK;
}

/* The run of one block; the main thread goes where it disturbs least. */
static void plan_run(struct session *s, const struct aj_cpuset *online)
{
    const struct explore_latency *l = s->how->what;
    const int64_t deadline_us = l->deadline_ns / AJ_NS_PER_US;
    const int64_t bins = deadline_us * BINS_PER_DEADLINE;
    struct aj_cpuset others = *online;
    aj_cpuset_sub(&others, &l->cpus);
    const uint32_t other = aj_cpuset_next(&others, 0);
    s->run = (struct explore_cyclictest_run){
        .cpus = l->cpus,
        .main_cpu = other < AJ_CPU_MAX ? other : AJ_NONE32,
        .priority = l->priority,
        .interval_us = (uint32_t)(l->interval_ns / AJ_NS_PER_US),
        .seconds = (uint32_t)(l->duration_ns / l->blocks / AJ_NS_PER_S),
        .bins = (uint32_t)(bins > BINS_MIN ? bins : BINS_MIN),
        .break_us = (uint32_t)(s->how->hopeless_ns / AJ_NS_PER_US),
        .suppress_idle = l->suppress_idle,
    };
    s->m->interval_ns = l->interval_ns;
    s->m->block_ns = s->run.seconds * AJ_NS_PER_S;
    s->m->priority = l->priority;
    s->m->bin_ns = AJ_NS_PER_US;
    s->m->bins = s->run.bins;
    if (!aj_cpuset_subset(&l->cpus, online))
        give_up(s, aj_strf(s->out, "CPUs %s are not all online: the target has %s",
                           aj_cpuset_format(s->out, &l->cpus), aj_cpuset_format(s->out, online)));
}

/* Loads */

/* Those asked for; that of a test is held nowhere. */
static void plan_loads(struct session *s)
{
    const struct explore_measuring *how = s->how;
    struct model_load *told = AJ_NEW_ARRAY(s->out, struct model_load, how->loads_count + 1);
    s->loads = AJ_NEW_ARRAY(s->out, struct started, how->loads_count + 1);
    if (how->what->load_count > 0)
        s->loads[s->loads_count++].load =
            (struct explore_load){.argv = how->what->load, .argc = how->what->load_count};
    for (size_t i = 0; i < how->loads_count; i++)
        s->loads[s->loads_count++].load = how->loads[i];
    for (size_t i = 0; i < s->loads_count; i++) {
        struct explore_load *load = &s->loads[i].load;
        if (load->jobs == NULL)
            load->jobs = s->jobs;
        told[i] = (struct model_load){load->cell, load->cpus, load->argv, load->argc};
    }
    s->m->loads = told;
    s->m->loads_count = s->loads_count;
}

static enum aj_status start_load(struct session *s, struct started *started)
{
    const struct explore_load *load = &started->load;
    const char *const prefix[] = {"taskset", "-c", aj_cpuset_format(s->out, &load->cpus)};
    const size_t held = aj_cpuset_empty(&load->cpus) ? 0 : AJ_COUNT(prefix);
    const char **argv = AJ_NEW_ARRAY(s->out, const char *, held + load->argc);
    memcpy(argv, prefix, held * sizeof *argv);
    memcpy(argv + held, load->argv, load->argc * sizeof *argv);
    const struct explore_job job = {argv, held + load->argc,
                                    s->how->limit_ns + EXPLORE_BLOCK_SPARE_S * AJ_NS_PER_S,
                                    load->jobs->root};
    return explore_job_start(s->cx, load->jobs, &job, s->out, &started->id);
}

static enum aj_status check_loads(struct session *s)
{
    for (size_t i = 0; i < s->loads_count; i++) {
        const struct explore_load *load = &s->loads[i].load;
        bool alive = true;
        AJ_TRY(explore_job_alive(s->cx, load->jobs, s->loads[i].id, &alive));
        if (!alive)
            give_up(s, aj_strf(s->out, "the load '%s' ended before the measurement did",
                               load->argv[0]));
    }
    return AJ_OK;
}

/* Blocks */

/*
 * Takes what a run saw into block `at`, also of one that is void, as evidence. The tool has its
 * threads in the order of the CPUs.
 */
static void take_block(struct session *s, const struct explore_cyclictest_run *run, size_t at,
                       const struct explore_cyclictest_result *result)
{
    const char *bad = explore_judge_block(run, result, s->out);
    if (bad != NULL)
        give_up(s, bad);
    if (result->threads_count != aj_cpuset_count(&run->cpus) || result->bin_ns != s->m->bin_ns)
        return;
    struct model_latency *threads =
        aj_memdup(s->out, result->threads, result->threads_count * sizeof *threads);
    uint32_t cpu = aj_cpuset_next(&run->cpus, 0);
    for (size_t i = 0; i < result->threads_count; i++, cpu = aj_cpuset_next(&run->cpus, cpu + 1)) {
        threads[i].cpu = cpu;
        if (at < s->m->blocks_count)
            threads[i] = model_latency_merge(&s->blocks[at].threads[i], &threads[i], s->out);
    }
    s->blocks[at] = (struct model_block){threads, result->threads_count};
    if (at == s->m->blocks_count)
        s->m->blocks_count++;
}

/*
 * A block that ended early owes the rest of its time. Once most blocks ended so by the same CPU, the
 * median of its maxima is beyond the limit, whatever the others would show.
 */
static void note_break(struct session *s, size_t at, const struct explore_block *block)
{
    const struct model_block *taken = &s->blocks[at];
    uint64_t cycles = UINT64_MAX;
    if (!block->result.broke || at >= s->m->blocks_count)
        return;
    for (size_t i = 0; i < taken->threads_count; i++) {
        cycles = taken->threads[i].cycles < cycles ? taken->threads[i].cycles : cycles;
        s->hits[i] += taken->threads[i].max_ns > s->how->hopeless_ns;
        s->censored = s->censored || s->hits[i] > s->how->what->blocks / 2;
    }
    const uint64_t wanted = (uint64_t)(s->m->block_ns / s->m->interval_ns);
    if (cycles < wanted)
        s->owed_s[at] =
            (uint32_t)(((wanted - cycles) * s->run.interval_us + AJ_NS_PER_S / AJ_NS_PER_US - 1) /
                       (uint64_t)(AJ_NS_PER_S / AJ_NS_PER_US));
}

static bool goes_on(const struct session *s)
{
    return s->void_because == NULL && !s->censored;
}

/* Adds it if there is time for it. */
static bool add_run(const struct session *s, struct explore_block_series *series,
                    struct explore_cyclictest_run *runs, const struct explore_cyclictest_run *run)
{
    int64_t ns = s->spent_ns + run->seconds * AJ_NS_PER_S;
    for (size_t i = 0; i < series->count; i++)
        ns += runs[i].seconds * AJ_NS_PER_S;
    if (ns > s->how->limit_ns)
        return false;
    runs[series->count++] = *run;
    return true;
}

static enum aj_status make(struct session *s, const struct explore_block_series *series,
                           struct explore_block_made *made)
{
    if (series->count == 0) {
        give_up(s, aj_strf(s->out, "the time limit of %s came before block %zu",
                           aj_format_duration(s->out, s->how->limit_ns), s->m->blocks_count + 1));
        *made = (struct explore_block_made){.count = 0};
        return AJ_OK;
    }
    AJ_TRY(explore_block_run(s->cx, s->jobs, &s->tool, series, s->out, made));
    s->spent_ns += made->duration_ns;
    return AJ_OK;
}

/* What blocks missed that ended early, now that the whole is not hopeless. */
static enum aj_status pay_owed(struct session *s)
{
    struct explore_cyclictest_run *runs =
        AJ_NEW_ARRAY(s->out, struct explore_cyclictest_run, s->m->blocks_count);
    size_t *at = AJ_NEW_ARRAY(s->out, size_t, s->m->blocks_count);
    struct explore_block_series series = {.runs = runs};
    struct explore_block_made made;
    size_t owed = 0;
    for (size_t i = 0; i < s->m->blocks_count; i++) {
        struct explore_cyclictest_run rest = s->run;
        rest.seconds = s->owed_s[i];
        rest.break_us = 0;
        if (rest.seconds > 0 && series.count == owed++ && add_run(s, &series, runs, &rest))
            at[owed - 1] = i;
    }
    if (owed == 0 || !goes_on(s))
        return AJ_OK;
    say(s, aj_strf(s->out, "measuring the rest of %zu blocks", owed));
    AJ_TRY(make(s, &series, &made));
    for (size_t i = 0; i < made.count && goes_on(s); i++) {
        if (made.blocks[i].void_because != NULL)
            give_up(s, made.blocks[i].void_because);
        else
            take_block(s, &runs[i], at[i], &made.blocks[i].result);
    }
    if (made.count < owed)
        give_up(s, "there was no time to measure again what was cut short");
    return AJ_OK;
}

static struct explore_cyclictest_run warm_up(const struct session *s)
{
    const uint32_t least = s->loads_count > 0 ? SETTLE_S : 1;
    struct explore_cyclictest_run warm = s->run;
    warm.seconds = s->run.seconds > least ? s->run.seconds : least;
    warm.break_us = 0;
    warm.watched = true;
    return warm;
}

static void judge_warm_up(struct session *s, const struct explore_cyclictest_run *warm,
                          const struct explore_block *block)
{
    const char *refused =
        block->ended ? explore_judge_threads(warm, block->seen, s->out) : block->void_because;
    if (refused != NULL)
        give_up(s, refused);
    if (block->void_because != NULL)
        give_up(s, block->void_because);
}

/* So many blocks may end early before the measurement may be hopeless. */
static uint32_t breaks_left(const struct session *s)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < aj_cpuset_count(&s->run.cpus); i++)
        most = s->hits[i] > most ? s->hits[i] : most;
    return s->how->what->blocks / 2 - most;
}

/* The blocks that are missing and that there is time for; before the first one, the warm-up. */
static enum aj_status run_more(struct session *s, const char *const *loads, size_t loads_count)
{
    const size_t left = s->how->what->blocks - s->m->blocks_count, had = s->m->blocks_count;
    struct explore_cyclictest_run *runs =
        AJ_NEW_ARRAY(s->out, struct explore_cyclictest_run, left + 1);
    struct explore_block_series series = {
        .runs = runs, .breaks = breaks_left(s), .loads = loads, .loads_count = loads_count};
    struct explore_block_made made;
    if (had == 0)
        runs[series.count++] = warm_up(s);
    const size_t warm = series.count;
    while (series.count < warm + left && add_run(s, &series, runs, &s->run))
        continue;
    if (series.count == warm)
        series.count = 0;
    say(s, aj_strf(s->out, "measuring %zu blocks of %" PRIu32 " s", left, s->run.seconds));
    AJ_TRY(make(s, &series, &made));
    for (size_t i = 0; i < made.count && goes_on(s); i++) {
        if (runs[i].watched) {
            judge_warm_up(s, &runs[i], &made.blocks[i]);
            continue;
        }
        const size_t at = s->m->blocks_count;
        if (made.blocks[i].void_because != NULL)
            give_up(s, made.blocks[i].void_because);
        else
            take_block(s, &runs[i], at, &made.blocks[i].result);
        note_break(s, at, &made.blocks[i]);
    }
    if (s->m->blocks_count > had || !goes_on(s))
        return AJ_OK;
    AJ_TRY(check_loads(s));
    give_up(s, "cyclictest ran to warm up and not once more");
    return AJ_OK;
}

static enum aj_status run_blocks(struct session *s)
{
    const char **loads = AJ_NEW_ARRAY(s->out, const char *, s->loads_count);
    size_t count = 0;
    for (size_t i = 0; i < s->loads_count; i++)
        if (s->loads[i].load.jobs == s->jobs)
            loads[count++] = s->loads[i].id;
    while (goes_on(s) && s->m->blocks_count < s->how->what->blocks)
        AJ_TRY(run_more(s, loads, count));
    AJ_TRY(pay_owed(s));
    return check_loads(s);
}

/* All of it */

static enum aj_status measure(struct session *s)
{
    struct aj_cpuset online = {{0}};
    const char *slowed = NULL;
    AJ_TRY(explore_environment_before(s->cx, s->jobs, s->out, &s->m->environment, &online));
    AJ_TRY(find_tool(s));
    plan_run(s, &online);
    plan_loads(s);
    for (size_t i = 0; i < s->loads_count && s->void_because == NULL; i++)
        AJ_TRY(start_load(s, &s->loads[i]));
    if (s->void_because == NULL)
        AJ_TRY(run_blocks(s));
    AJ_TRY(explore_environment_after(s->cx, s->jobs, s->out, &s->m->environment, &slowed));
    if (slowed != NULL)
        give_up(s, slowed);
    return AJ_OK;
}

static enum aj_status end_jobs(const struct session *s)
{
    enum aj_status status = explore_jobs_end(s->cx, s->jobs);
    for (size_t i = 0; i < s->loads_count; i++) {
        if (s->loads[i].load.jobs == s->jobs)
            continue;
        const enum aj_status other = explore_jobs_end(s->cx, s->loads[i].load.jobs);
        status = other > status ? other : status;
    }
    return status;
}

enum aj_status explore_measure(struct aj_ctx *cx, struct explore_jobs *jobs,
                               const struct explore_measuring *how, struct aj_arena *out,
                               struct explore_measured *measured)
{
    struct session s = {.cx = cx, .jobs = jobs, .how = how, .out = out};
    const uint32_t blocks = how->what->blocks;
    s.m = AJ_NEW(out, struct model_measurement);
    s.blocks = AJ_NEW_ARRAY(out, struct model_block, blocks);
    s.owed_s = AJ_NEW_ARRAY(out, uint32_t, blocks);
    s.hits = AJ_NEW_ARRAY(out, uint32_t, aj_cpuset_count(&how->what->cpus));
    s.m->blocks = s.blocks;
    const enum aj_status status = measure(&s);
    const enum aj_status clean = end_jobs(&s);
    *measured = (struct explore_measured){
        .measurement = s.m->blocks_count > 0 ? s.m : NULL,
        .void_because = s.void_because,
        .censored = s.censored,
        .duration_ns = s.spent_ns,
    };
    return status != AJ_OK ? status : clean;
}
