/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plain Linux measures, and how it was meanwhile. */
#include <inttypes.h>

#include "explore/block.h"
#include "explore/target_linux_priv.h"

enum {
    BLOCK_EXTRA_S = 5,      /* starting and reading a block takes far less */
    RUN_EXTRA_S = 60,       /* and what goes before and behind them */
    IDLE_PER_S = 10,        /* an interrupt that fires less often shows little of its CPU */
    ELSEWHERE_PERCENT = 1,  /* of a routed interrupt that may fire on other CPUs, */
    ELSEWHERE_AT_LEAST = 10 /* or so often: a route holds from its next interrupt on */
};

static struct aj_cpuset cpus_of(const struct linux_target *t, uint32_t cell)
{
    struct aj_cpuset cpus = {{0}};
    for (uint32_t cpu = 0; cpu < t->space->cpus_count; cpu++)
        if (t->decision.owner[cpu] == cell)
            aj_cpuset_add(&cpus, t->space->cpus[cpu].id.v);
    return cpus;
}

static struct explore_latency latency_of(const struct linux_target *t,
                                         const struct explore_run *run)
{
    struct explore_latency what = {
        .duration_ns = run->duration_ns,
        .blocks = run->blocks,
        .interval_ns = run->interval_ns,
        .priority = run->priority,
        .deadline_ns = run->deadline_ns,
        .suppress_idle = run->suppress_idle,
    };
    for (uint32_t cell = 0; cell < t->space->cells_count; cell++) {
        const struct aj_cpuset cpus = cpus_of(t, cell);
        if (t->space->cells[cell].measured)
            aj_cpuset_or(&what.cpus, &cpus);
    }
    if (t->guest != NULL)
        what.cpus = t->guest->cpus;
    return what;
}

/* Each held on the CPUs of its cell; a guest that is measured keeps its own where it likes. */
static const struct explore_load *loads_of(struct linux_target *t, const struct explore_run *run,
                                           struct aj_arena *out)
{
    struct explore_load *loads = AJ_NEW_ARRAY(out, struct explore_load, run->loads_count);
    for (size_t i = 0; i < run->loads_count; i++) {
        const struct explore_cell_load *load = &run->loads[i];
        loads[i] =
            (struct explore_load){.cell = load->cell, .argv = load->argv, .argc = load->argc};
        if (t->guest != NULL && strcmp(load->cell, t->guest->cell) == 0)
            continue;
        loads[i].jobs = t->guest != NULL ? &t->jobs : NULL;
        for (uint32_t cell = 0; cell < t->space->cells_count; cell++)
            if (strcmp(t->space->cells[cell].key, load->cell) == 0)
                loads[i].cpus = cpus_of(t, cell);
    }
    return loads;
}

/* Where each routed interrupt fired between two looks. */
static struct model_irq_fired *count_fired(const struct linux_target *t, const char *before,
                                           const char *after, struct aj_arena *out)
{
    struct explore_irq_lines was, is;
    struct model_irq_fired *fired =
        AJ_NEW_ARRAY(out, struct model_irq_fired, t->files.routes.count);
    explore_irq_lines_read(before, out, &was);
    explore_irq_lines_read(after, out, &is);
    for (size_t i = 0; i < t->files.routes.count; i++) {
        const struct explore_route *route = &t->files.routes.items[i];
        const struct explore_irq_line *a = explore_irq_line(&was, route->intid);
        const struct explore_irq_line *b = explore_irq_line(&is, route->intid);
        fired[i] = (struct model_irq_fired){.intid = route->intid, .cpu = route->cpu};
        for (size_t k = 0; a != NULL && b != NULL && k < is.cpus_count; k++) {
            const uint64_t then = explore_irq_count(&was, a, is.cpus[k]);
            const uint64_t more = b->counts[k] > then ? b->counts[k] - then : 0;
            *(is.cpus[k] == route->cpu ? &fired[i].there : &fired[i].elsewhere) += more;
        }
    }
    return fired;
}

/* Says once which interrupts fire so seldom that their CPUs hardly matter. */
static void tell_idle(struct aj_ctx *cx, struct linux_target *t,
                      const struct model_irq_fired *fired, int64_t duration_ns)
{
    const uint64_t least = (uint64_t)(duration_ns / AJ_NS_PER_S) * IDLE_PER_S;
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const char *list = NULL;
    for (size_t i = 0; i < t->files.routes.count; i++)
        if (fired[i].there + fired[i].elsewhere < least)
            list = list == NULL ? aj_strf(cx->scratch, "%" PRIu32, fired[i].intid)
                                : aj_strf(cx->scratch, "%s, %" PRIu32, list, fired[i].intid);
    if (list != NULL && !t->told_idle) {
        t->told_idle = true;
        aj_warn(cx, "irq-idle", aj_loc_file(t->target.name),
                "interrupts %s fire less than %d times a second: where they go shows little here",
                list, IDLE_PER_S);
        aj_diag_hint(cx, "give the cells a load that makes them fire");
    }
    aj_arena_release(cx->scratch, mark);
}

static const char *strayed(const struct linux_target *t, const struct model_irq_fired *fired,
                           struct aj_arena *out)
{
    for (size_t i = 0; i < t->files.routes.count; i++) {
        const struct model_irq_fired *f = &fired[i];
        if (f->elsewhere > ELSEWHERE_AT_LEAST && f->elsewhere > f->there / 100 * ELSEWHERE_PERCENT)
            return aj_strf(out,
                           "interrupt %" PRIu32 " fired %" PRIu64 " times on CPU %" PRIu32
                           " and %" PRIu64 " times on others",
                           f->intid, f->there, f->cpu, f->elsewhere);
    }
    return NULL;
}

/* What the looks before and after a measurement say of it. */
static void judge(struct aj_ctx *cx, struct linux_target *t,
                  const struct explore_tuning_seen looks[2], struct aj_arena *out,
                  struct explore_measured *measured)
{
    struct model_measurement *m;
    struct model_irq_fired *fired = count_fired(t, looks[0].interrupts, looks[1].interrupts, out);
    const char *stray = strayed(t, fired, out);
    if (measured->void_because == NULL && looks[1].changed != NULL)
        measured->void_because =
            aj_strf(out, "changed during the measurement: %s", looks[1].changed);
    if (measured->void_because == NULL)
        measured->void_because = stray;
    if (measured->measurement == NULL)
        return;
    m = aj_memdup(out, measured->measurement, sizeof *m);
    m->interrupts = fired;
    m->interrupts_count = t->files.routes.count;
    measured->measurement = m;
    tell_idle(cx, t, fired, m->block_ns * (int64_t)m->blocks_count);
}

/* The CPUs of the cells that nobody measures. */
static struct aj_cpuset quiet_cpus(const struct linux_target *t)
{
    struct aj_cpuset quiet = {{0}};
    for (uint32_t cell = 0; cell < t->space->cells_count; cell++) {
        const struct aj_cpuset cpus = cpus_of(t, cell);
        if (!t->space->cells[cell].measured)
            aj_cpuset_or(&quiet, &cpus);
    }
    return quiet;
}

/* Where the latencies are measured. */
static struct explore_jobs *measuring_jobs(struct linux_target *t)
{
    return t->guest != NULL ? &t->guest->jobs : &t->jobs;
}

static enum aj_status find_tool(struct aj_ctx *cx, struct linux_target *t, const char **missing)
{
    *missing = NULL;
    if (t->has_tool)
        return AJ_OK;
    AJ_TRY(explore_block_tool(cx, measuring_jobs(t), t->arena, &t->tool, missing));
    t->has_tool = *missing == NULL;
    return AJ_OK;
}

enum aj_status linux_target_measure(struct aj_ctx *cx, struct explore_target *target,
                                    const struct explore_run *run,
                                    const struct explore_progress *progress, struct aj_arena *out,
                                    struct explore_measured *measured)
{
    struct linux_target *t = linux_of(target);
    struct explore_tuning_seen looks[2];
    if (t->space == NULL)
        return aj_fail(cx, AJ_ERR_INTERNAL, "target-odd", aj_loc_file(target->name),
                       "nothing is in force that could be measured");
    const struct explore_latency what = latency_of(t, run);
    const int64_t block_ns = run->duration_ns / run->blocks;
    const struct explore_measuring how = {
        .what = &what,
        .tool = &t->tool,
        .loads = loads_of(t, run, out),
        .loads_count = run->loads_count,
        .limit_ns =
            run->duration_ns + block_ns + (run->blocks * BLOCK_EXTRA_S + RUN_EXTRA_S) * AJ_NS_PER_S,
        .hopeless_ns = run->hopeless_ns,
        .progress = progress,
    };
    *measured = (struct explore_measured){.measurement = NULL};
    AJ_TRY(find_tool(cx, t, &measured->void_because));
    if (measured->void_because != NULL)
        return AJ_OK;
    t->tuning.quiet = quiet_cpus(t);
    AJ_TRY(explore_tuning_check(cx, &t->tuning, how.limit_ns, out, &looks[0]));
    if (looks[0].changed != NULL) {
        measured->void_because = looks[0].changed;
        return AJ_OK;
    }
    AJ_TRY(explore_measure(cx, measuring_jobs(t), &how, out, measured));
    AJ_TRY(explore_tuning_check(cx, &t->tuning, 0, out, &looks[1]));
    judge(cx, t, looks, out, measured);
    return AJ_OK;
}
