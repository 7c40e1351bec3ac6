/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/measure.h"

#include <inttypes.h>

#include "base/units.h"
#include "explore/cyclictest.h"
#include "explore/environment.h"
#include "explore/judge.h"

#define NS_PER_US     INT64_C(1000)
#define NS_PER_S      INT64_C(1000000000)
#define BLOCK_SPARE_S 30 /* what a block may take beyond its time, on a slow target */
enum {
    SETTLE_S = 5, /* a load has started everything by then */
    BINS_MIN = 1000,
    BINS_PER_DEADLINE = 10,
};

struct session {
    struct aj_ctx *cx;
    struct explore_jobs *jobs;
    const struct explore_latency *what;
    const struct explore_progress *progress;
    struct aj_arena *out;
    struct explore_cyclictest tool;
    struct explore_cyclictest_run run;
    struct model_measurement *m;
    struct model_block *blocks;
    const char *void_because;
    int64_t spent_ns;
};

static void say(const struct session *s, const char *text)
{
    if (s->progress->say != NULL)
        s->progress->say(s->progress->to, text);
}

/* The measurement is void; the first reason stays. */
static void give_up(struct session *s, const char *why)
{
    if (s->void_because == NULL)
        s->void_because = why;
}

static const char *first_line(struct aj_arena *out, struct aj_bytes text)
{
    return aj_strndup(out, (const char *)text.data, strcspn((const char *)text.data, "\r\n"));
}

static enum aj_status find_tool(struct session *s)
{
    static const char *const argv[] = {"cyclictest", "--help"};
    const struct explore_job job = {argv, AJ_COUNT(argv), 10 * NS_PER_S, s->jobs->root};
    struct remote_result result;
    enum explore_job_end end;
    AJ_TRY(explore_job_run(s->cx, s->jobs, &job, s->out, &result, &end));
    if (result.exit_status == 127) {
        give_up(s, "cyclictest is not installed on the target (package rt-tests)");
        return AJ_OK;
    }
    if (explore_cyclictest_probe(s->cx, result.out, s->out, &s->tool) != AJ_OK)
        give_up(s, "what is called cyclictest on the target is another program");
    s->m->tool =
        s->tool.version != NULL ? aj_strf(s->out, "cyclictest %s", s->tool.version) : "cyclictest";
    return AJ_OK;
}

/* The run of one block; the main thread goes where it disturbs least. */
static void plan_run(struct session *s, const struct aj_cpuset *online)
{
    const struct explore_latency *l = s->what;
    const int64_t deadline_us = l->deadline_ns / NS_PER_US;
    const int64_t bins = deadline_us * BINS_PER_DEADLINE;
    struct aj_cpuset others = *online;
    aj_cpuset_sub(&others, &l->cpus);
    const uint32_t other = aj_cpuset_next(&others, 0);
    s->run = (struct explore_cyclictest_run){
        .cpus = l->cpus,
        .main_cpu = other < AJ_CPU_MAX ? other : AJ_NONE32,
        .priority = l->priority,
        .interval_us = (uint32_t)(l->interval_ns / NS_PER_US),
        .seconds = (uint32_t)(l->duration_ns / l->blocks / NS_PER_S),
        .bins = (uint32_t)(bins > BINS_MIN ? bins : BINS_MIN),
        .suppress_idle = l->suppress_idle,
    };
    s->m->interval_ns = l->interval_ns;
    s->m->block_ns = s->run.seconds * NS_PER_S;
    s->m->priority = l->priority;
    s->m->bin_ns = NS_PER_US;
    s->m->bins = s->run.bins;
    s->m->load = l->load;
    s->m->load_count = l->load_count;
    if (!aj_cpuset_subset(&l->cpus, online))
        give_up(s, aj_strf(s->out, "CPUs %s are not all online: the target has %s",
                           aj_cpuset_format(s->out, &l->cpus), aj_cpuset_format(s->out, online)));
}

/*
 * Runs cyclictest in a directory of its own. With $1 threads to watch it also waits until as many
 * have a real-time policy and prints what the kernel says of each: policy, priority and CPUs. The
 * fields 40 and 41 of stat are those of proc(5); the name before them has no blanks.
 */
static const char block_script[] =
    "w=$1; shift\n"
    "d=$(mktemp -d) && cd \"$d\" || exit 125\n"
    "trap 'cd /; rm -rf \"$d\"' EXIT\n"
    "trap 'exit 143' HUP INT TERM\n"
    "\"$@\" >text </dev/null & p=$!\n"
    "if [ \"$w\" -gt 0 ]; then\n"
    "    for i in 1 2 3 4 5 6 7 8; do\n"
    "        sleep 0.1; : >seen\n"
    "        for t in /proc/$p/task/*; do\n"
    "            set -- $(cat \"$t/stat\" 2>/dev/null)\n"
    "            [ \"${41:-0}\" = 0 ] || echo \"#task ${41} ${40} \"$(sed -n "
    "'s/^Cpus_allowed_list:[[:blank:]]*//p' \"$t/status\") >>seen\n"
    "        done\n"
    "        [ $(wc -l <seen) -ge \"$w\" ] && break\n"
    "    done\n"
    "fi\n"
    "wait $p; s=$?\n"
    "[ ! -f seen ] || cat seen\n"
    "if [ -s json ]; then cat json; else cat text; fi\n"
    "exit $s\n";

static enum aj_status run_block(struct session *s, uint32_t seconds, uint32_t watched,
                                struct remote_result *result)
{
    struct explore_cyclictest_run run = s->run;
    size_t argc;
    run.seconds = seconds;
    const char *const *tool = explore_cyclictest_command(&s->tool, &run, "json", s->out, &argc);
    const char *const prefix[] = {"sh", "-c", block_script, "sh",
                                  aj_strf(s->out, "%" PRIu32, watched)};
    const char **argv = AJ_NEW_ARRAY(s->out, const char *, AJ_COUNT(prefix) + argc);
    memcpy(argv, prefix, sizeof prefix);
    memcpy(argv + AJ_COUNT(prefix), tool, argc * sizeof *argv);
    const struct explore_job job = {argv, AJ_COUNT(prefix) + argc,
                                    ((int64_t)seconds + BLOCK_SPARE_S) * NS_PER_S, s->jobs->root};
    enum explore_job_end end;
    AJ_TRY(explore_job_run(s->cx, s->jobs, &job, s->out, result, &end));
    s->spent_ns += result->duration_ns;
    if (end == EXPLORE_JOB_TIME_LIMIT)
        give_up(s, aj_strf(s->out, "cyclictest did not end within %" PRIu32 " s for %" PRIu32 " s",
                           seconds + BLOCK_SPARE_S, seconds));
    else if (result->exit_status != 0)
        give_up(s, aj_strf(s->out, "cyclictest ended with status %d: %s", result->exit_status,
                           first_line(s->out, result->err)));
    return AJ_OK;
}

/* Takes one block's output into the measurement; also one that is void, as evidence. */
static void take_block(struct session *s, const struct remote_result *result)
{
    struct explore_cyclictest_result read;
    const size_t mark = aj_diag_mark(s->cx);
    const char *name = aj_strf(s->out, "cyclictest on %s", remote_host_name(s->jobs->host));
    if (explore_cyclictest_read(s->cx, name, result->out, s->out, &read) != AJ_OK) {
        give_up(s, aj_strdup(s->out, s->cx->diags[mark].msg));
        return;
    }
    const char *bad = explore_judge_block(&s->run, &read, s->out);
    if (bad != NULL)
        give_up(s, bad);
    if (read.threads_count != aj_cpuset_count(&s->run.cpus) || read.bin_ns != s->m->bin_ns)
        return;
    struct model_latency *threads =
        aj_memdup(s->out, read.threads, read.threads_count * sizeof *threads);
    uint32_t cpu = aj_cpuset_next(&s->run.cpus, 0);
    for (size_t i = 0; i < read.threads_count; i++, cpu = aj_cpuset_next(&s->run.cpus, cpu + 1))
        threads[i].cpu = cpu;
    s->blocks[s->m->blocks_count++] = (struct model_block){threads, read.threads_count};
}

static enum aj_status check_load(struct session *s, const char *load)
{
    bool alive = true;
    if (load != NULL)
        AJ_TRY(explore_job_alive(s->cx, s->jobs, load, &alive));
    if (!alive)
        give_up(
            s, aj_strf(s->out, "the load '%s' ended before the measurement did", s->what->load[0]));
    return AJ_OK;
}

static enum aj_status run_blocks(struct session *s, int64_t limit_ns, const char *load)
{
    const uint32_t least = load != NULL ? SETTLE_S : 1;
    const uint32_t warm = s->run.seconds > least ? s->run.seconds : least;
    struct remote_result result = {0};
    say(s, "warming up");
    AJ_TRY(run_block(s, warm, aj_cpuset_count(&s->run.cpus), &result));
    const char *refused = explore_judge_threads(&s->run, (const char *)result.out.data, s->out);
    if (refused != NULL)
        give_up(s, refused);
    AJ_TRY(check_load(s, load));
    for (uint32_t i = 0; i < s->what->blocks && s->void_because == NULL; i++) {
        say(s, aj_strf(s->out, "block %" PRIu32 " of %" PRIu32, i + 1, s->what->blocks));
        if (s->spent_ns + s->m->block_ns > limit_ns)
            give_up(s, aj_strf(s->out, "the time limit of %s came before block %" PRIu32,
                               aj_format_duration(s->out, limit_ns), i + 1));
        else
            AJ_TRY(run_block(s, s->run.seconds, 0, &result));
        if (s->void_because == NULL)
            take_block(s, &result);
    }
    return check_load(s, load);
}

static enum aj_status with_load(struct session *s, int64_t limit_ns)
{
    const struct explore_job load = {s->what->load, s->what->load_count,
                                     limit_ns + BLOCK_SPARE_S * NS_PER_S, s->jobs->root};
    const char *id = NULL;
    if (load.argc > 0)
        AJ_TRY(explore_job_start(s->cx, s->jobs, &load, s->out, &id));
    return run_blocks(s, limit_ns, id);
}

static enum aj_status measure(struct session *s, int64_t limit_ns)
{
    struct aj_cpuset online = {{0}};
    AJ_TRY(explore_environment_before(s->cx, s->jobs, s->out, &s->m->environment, &online));
    AJ_TRY(find_tool(s));
    plan_run(s, &online);
    if (s->void_because == NULL)
        AJ_TRY(with_load(s, limit_ns));
    return explore_environment_after(s->cx, s->jobs, s->out, &s->m->environment);
}

enum aj_status explore_measure(struct aj_ctx *cx, struct explore_jobs *jobs,
                               const struct explore_latency *what, int64_t limit_ns,
                               const struct explore_progress *progress, struct aj_arena *out,
                               struct explore_measured *measured)
{
    struct session s = {.cx = cx, .jobs = jobs, .what = what, .progress = progress, .out = out};
    s.m = AJ_NEW(out, struct model_measurement);
    s.blocks = AJ_NEW_ARRAY(out, struct model_block, what->blocks);
    s.m->blocks = s.blocks;
    const enum aj_status status = measure(&s, limit_ns);
    const enum aj_status clean = explore_jobs_end(cx, jobs);
    *measured = (struct explore_measured){
        .measurement = s.m->blocks_count > 0 ? s.m : NULL,
        .void_because = s.void_because,
        .duration_ns = s.spent_ns,
    };
    return status != AJ_OK ? status : clean;
}
