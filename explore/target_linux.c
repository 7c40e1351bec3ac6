/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plain Linux as a target: a cell is a set of CPUs that its measurement or its load is held on. */
#include <inttypes.h>

#include "explore/block.h"
#include "explore/linux.h"
#include "explore/target_priv.h"

enum {
    BLOCK_EXTRA_S = 5,      /* starting and reading a block takes far less */
    RUN_EXTRA_S = 60,       /* and what goes before and behind them */
    IDLE_PER_S = 10,        /* an interrupt that fires less often shows little of its CPU */
    ELSEWHERE_PERCENT = 1,  /* of a routed interrupt that may fire on other CPUs, */
    ELSEWHERE_AT_LEAST = 10 /* or so often: a route holds from its next interrupt on */
};

struct linux_target {
    struct explore_target target; /* first: the target is the whole */
    struct remote_host *host;
    struct aj_arena *arena;
    struct explore_boot_way way;
    struct explore_jobs jobs;
    struct explore_tuning tuning;
    struct explore_linux facts;
    const struct explore_space *space; /* NULL before the first setting */
    struct explore_decision decision;  /* in force, as are `files` */
    struct explore_linux_setting files;
    struct explore_cyclictest tool;
    bool has_tool;
    bool told_balance;           /* of irqbalance */
    bool told_idle;              /* of interrupts that do not fire */
    struct explore_guest *guest; /* that is measured, NULL: this Linux has the measured cells */
};

static struct linux_target *linux_of(struct explore_target *target)
{
    return (struct linux_target *)target;
}

/* What the target is like */

/* Sections that end with a line "#"; *text moves behind the one that is returned. */
static const char *section(const char **text, struct aj_arena *out)
{
    const char *start = *text;
    const char *end = strncmp(start, "#\n", 2) == 0 ? start : strstr(start, "\n#\n");
    if (end == NULL) {
        *text = start + strlen(start);
        return start;
    }
    *text = end + (end == start ? 2 : 3);
    return aj_strndup(out, start, (size_t)(end - start));
}

/* What the target is like, in one command. */
static enum aj_status read_facts(struct aj_ctx *cx, struct linux_target *t)
{
    static const char script[] =
        "root=$1; shift\n"
        "cat \"$root/proc/interrupts\"; echo '#'\n"
        "cat \"$root/proc/cmdline\"; echo '#'\n"
        "cat \"$root/proc/sys/kernel/random/boot_id\" 2>/dev/null; echo '#'\n"
        "grep -lsx irqbalance /proc/[0-9]*/comm; echo '#'\n"
        "for f; do cat \"$root$f\" 2>/dev/null; echo '#'; done\n";
    const char *const prefix[] = {"sh", "-c", script, "sh", t->tuning.root};
    size_t knobs_count, argc = AJ_COUNT(prefix);
    const struct model_knob *knobs = model_knobs(&knobs_count);
    const char **argv = AJ_NEW_ARRAY(t->arena, const char *, argc + knobs_count);
    const char **contents = AJ_NEW_ARRAY(t->arena, const char *, knobs_count);
    struct remote_result result;
    memcpy(argv, prefix, sizeof prefix);
    for (size_t i = 0; i < knobs_count; i++)
        if (knobs[i].shown != NULL)
            argv[argc++] = knobs[i].shown;
    const struct remote_command command = {.argv = argv, .argc = argc};
    AJ_TRY(remote_host_run(cx, t->host, &command, t->arena, &result));
    const char *text = (const char *)result.out.data;
    explore_irq_lines_read(section(&text, t->arena), t->arena, &t->facts.lines);
    const char *cmdline = section(&text, t->arena);
    t->facts.boot = explore_boot_read(section(&text, t->arena), cmdline, t->arena);
    t->target.boot = t->facts.boot.id;
    if (*section(&text, t->arena) != '\0' && !t->told_balance) {
        t->told_balance = true;
        aj_warn(cx, "irq-balance", aj_loc_file(t->target.name),
                "irqbalance runs on the target: it may move interrupts while they are measured");
        aj_diag_hint(cx, "stop it for the time of the exploration");
    }
    t->facts.shown = argv + AJ_COUNT(prefix);
    t->facts.shown_count = argc - AJ_COUNT(prefix);
    t->facts.contents = contents;
    for (size_t i = 0; i < t->facts.shown_count; i++)
        contents[i] = section(&text, t->arena);
    return AJ_OK;
}

/* Settings */

static enum aj_status boot_again(struct aj_ctx *cx, struct linux_target *t)
{
    if (t->facts.boot.id == NULL)
        return aj_fail(cx, AJ_ERR_TARGET, "target-odd", aj_loc_file(t->target.name),
                       "it does not tell one boot from another");
    return explore_boot_again(cx, &t->way, t->facts.boot.id, &t->host);
}

/* Boots with the arguments of the setting that is to come. Everything else is given back before. */
static enum aj_status boot(struct aj_ctx *cx, struct linux_target *t, const char *words,
                           const char **refused)
{
    AJ_TRY(explore_tuning_restore(cx, &t->tuning));
    AJ_TRY(explore_boot_set(cx, &t->way, t->host, words, t->arena, refused));
    if (*refused != NULL)
        return AJ_OK;
    const enum aj_status status = boot_again(cx, t);
    if (status != AJ_OK) {
        aj_diag_hint(cx, "it was to boot with '%s'; %s", words,
                     explore_boot_by_hand(&t->way, cx->scratch));
        return status;
    }
    t->jobs.host = t->host;
    AJ_TRY(read_facts(cx, t));
    if (strcmp(t->facts.boot.words, words) != 0)
        *refused =
            aj_strf(t->arena, "it booted with '%s' instead of '%s'", t->facts.boot.cmdline, words);
    return AJ_OK;
}

static enum aj_status apply(struct aj_ctx *cx, struct explore_target *target,
                            const struct explore_setting *setting, struct aj_arena *out,
                            const char **refused)
{
    struct linux_target *t = linux_of(target);
    t->space = NULL;
    explore_linux_setting(&t->facts, setting, t->arena, &t->files);
    *refused = t->files.refused;
    if (*refused == NULL && strcmp(t->files.words, t->facts.boot.words) != 0) {
        AJ_TRY(boot(cx, t, t->files.words, refused));
        explore_linux_setting(&t->facts, setting, t->arena, &t->files);
        *refused = *refused != NULL ? *refused : t->files.refused;
    }
    if (*refused == NULL)
        AJ_TRY(explore_tuning_apply(cx, &t->tuning, t->files.tunes.items, t->files.tunes.count, out,
                                    refused));
    if (*refused != NULL) {
        *refused = aj_strdup(out, *refused);
        return AJ_OK;
    }
    t->space = setting->space;
    t->decision = explore_decision_copy(setting->space, setting->decision, t->arena);
    return AJ_OK;
}

/* Measuring */

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

static enum aj_status measure(struct aj_ctx *cx, struct explore_target *target,
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

/* Opening and closing */

/* The board's own arguments again; who cancels wants that, too, but does not wait for it. */
static enum aj_status boot_back(struct aj_ctx *cx, struct linux_target *t)
{
    const volatile int *cancel = cx->cancel;
    const bool hurries = cancel != NULL && *cancel != 0;
    cx->cancel = NULL;
    const char *refused = NULL;
    enum aj_status status = explore_boot_set(cx, &t->way, t->host, "", t->arena, &refused);
    if (status == AJ_OK && refused != NULL)
        status =
            aj_fail(cx, AJ_ERR_TARGET, "target-odd", aj_loc_file(t->target.name), "%s", refused);
    if (status == AJ_OK && hurries)
        status = explore_boot_go(cx, &t->way, t->host);
    else if (status == AJ_OK)
        status = boot_again(cx, t);
    cx->cancel = cancel;
    t->jobs.host = t->host;
    if (status == AJ_OK && !hurries)
        status = read_facts(cx, t);
    if (status == AJ_OK && (hurries || t->facts.boot.words[0] == '\0'))
        return AJ_OK;
    status = aj_fail(cx, AJ_ERR_TARGET, "target-restore", aj_loc_file(t->target.name),
                     "its kernel arguments may still be those of the exploration: '%s'",
                     t->facts.boot.words);
    aj_diag_hint(cx, "%s", explore_boot_by_hand(&t->way, cx->scratch));
    return status;
}

static enum aj_status restore(struct aj_ctx *cx, struct explore_target *target)
{
    struct linux_target *t = linux_of(target);
    t->space = NULL;
    const enum aj_status status = explore_tuning_restore(cx, &t->tuning);
    if (t->way.how == NULL || t->facts.boot.words[0] == '\0')
        return status;
    return aj_worse(status, boot_back(cx, t));
}

static void close_linux(struct explore_target *target)
{
    struct linux_target *t = linux_of(target);
    remote_host_close(t->host);
    aj_arena_close(t->arena);
}

static const struct explore_target_ops linux_ops = {apply, measure, restore, close_linux};

static enum aj_status open_linux(struct aj_ctx *cx, struct linux_target *t)
{
    AJ_TRY(explore_jobs_open(cx, t->host, t->arena, &t->jobs));
    t->tuning = explore_tuning_open(&t->jobs, t->way.root);
    return read_facts(cx, t);
}

enum aj_status explore_target_linux_open_at(struct aj_ctx *cx,
                                            const struct explore_target_options *options,
                                            struct remote_host *host, const char *root,
                                            struct aj_arena *out, struct explore_target **target)
{
    struct linux_target *t = AJ_NEW(out, struct linux_target);
    *t = (struct linux_target){
        .target = {.ops = &linux_ops, .name = aj_strdup(out, options->login.login)},
        .host = host,
        .arena = aj_arena_open(),
        .way = {.login = options->login, .root = root},
    };
    if (options->project != NULL && strcmp(options->login.login, "local:") != 0)
        t->way.how = options->project->boot;
    t->facts.reboots = t->way.how != NULL;
    const enum aj_status status = open_linux(cx, t);
    if (status == AJ_OK)
        *target = &t->target;
    else
        aj_arena_close(t->arena);
    return status;
}

void explore_target_linux_beside(struct explore_target *target, struct explore_guest *guest)
{
    struct linux_target *t = linux_of(target);
    t->guest = guest;
    t->facts.beside_cells = true;
    t->facts.reboots = false; /* the cells would go down with it */
    t->way.how = NULL;
}

enum aj_status explore_target_linux_open(struct aj_ctx *cx,
                                         const struct explore_target_options *options,
                                         struct remote_host *host, struct aj_arena *out,
                                         struct explore_target **target)
{
    return explore_target_linux_open_at(cx, options, host, "", out, target);
}
