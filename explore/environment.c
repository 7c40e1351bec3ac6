/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/environment.h"

#include "base/units.h"

/* A command of the target's shell whose output is one value. */
struct source {
    size_t offset; /* of the text in struct model_environment */
    const char *command;
};
#define SOURCE(member, command)                             \
    {                                                       \
        offsetof(struct model_environment, member), command \
    }
#define LOAD "cut -d' ' -f1-3 /proc/loadavg"

static const struct source before[] = {
    SOURCE(kernel, "uname -rv"),
    SOURCE(machine, "uname -m"),
    SOURCE(cmdline, "cat /proc/cmdline"),
    SOURCE(realtime, "cat /sys/kernel/realtime"),
    SOURCE(clocksource, "cat /sys/devices/system/clocksource/clocksource0/current_clocksource"),
    SOURCE(isolated, "cat /sys/devices/system/cpu/isolated"),
    SOURCE(governors, "cat /sys/devices/system/cpu/cpufreq/policy*/scaling_governor | sort -u"),
    SOURCE(rt_runtime, "cat /proc/sys/kernel/sched_rt_runtime_us"),
    SOURCE(load_before, LOAD),
};
static const struct source after[] = {SOURCE(load_after, LOAD)};

/* Runs them all in one command; answers[i] is NULL where nothing came. */
static enum aj_status ask(struct aj_ctx *cx, const struct explore_jobs *jobs,
                          const char *const *commands, size_t count, struct aj_arena *out,
                          const char **answers)
{
    static const char script[] =
        "for c; do printf '%s\\n' \"$(eval \"$c\" 2>/dev/null | tr '\\n' ' ')\"; done";
    static const char *const prefix[] = {"sh", "-c", script, "sh"};
    const char **argv = AJ_NEW_ARRAY(out, const char *, AJ_COUNT(prefix) + count);
    memcpy(argv, prefix, sizeof prefix);
    memcpy(argv + AJ_COUNT(prefix), commands, count * sizeof *argv);
    const struct remote_command command = {.argv = argv, .argc = AJ_COUNT(prefix) + count};
    struct remote_result result;
    AJ_TRY(remote_host_run(cx, jobs->host, &command, out, &result));
    const char *at = (const char *)result.out.data;
    for (size_t i = 0; i < count; i++) {
        const size_t line = strcspn(at, "\n");
        size_t length = line;
        while (length > 0 && at[length - 1] == ' ')
            length--;
        answers[i] = length > 0 ? aj_strndup(out, at, length) : NULL;
        at += line + (at[line] == '\n');
    }
    return AJ_OK;
}

static enum aj_status fill(struct aj_ctx *cx, const struct explore_jobs *jobs,
                           const struct source *sources, size_t count, struct aj_arena *out,
                           struct model_environment *environment)
{
    const char **texts = AJ_NEW_ARRAY(out, const char *, 2 * count);
    for (size_t i = 0; i < count; i++)
        texts[i] = sources[i].command;
    AJ_TRY(ask(cx, jobs, texts, count, out, texts + count));
    for (size_t i = 0; i < count; i++)
        memcpy((char *)environment + sources[i].offset, &texts[count + i], sizeof *texts);
    return AJ_OK;
}

enum aj_status explore_environment_before(struct aj_ctx *cx, const struct explore_jobs *jobs,
                                          struct aj_arena *out,
                                          struct model_environment *environment,
                                          struct aj_cpuset *online)
{
    static const char *const command = "cat /sys/devices/system/cpu/online";
    const char *list = NULL;
    AJ_TRY(fill(cx, jobs, before, AJ_COUNT(before), out, environment));
    AJ_TRY(ask(cx, jobs, &command, 1, out, &list));
    if (list == NULL || aj_parse_intset(list, AJ_CPU_MAX, online).why != AJ_UNITS_OK)
        return aj_fail(cx, AJ_ERR_TARGET, "target-odd", aj_loc_file(remote_host_name(jobs->host)),
                       "the target does not say which CPUs are online");
    return AJ_OK;
}

enum aj_status explore_environment_after(struct aj_ctx *cx, const struct explore_jobs *jobs,
                                         struct aj_arena *out,
                                         struct model_environment *environment)
{
    return fill(cx, jobs, after, AJ_COUNT(after), out, environment);
}
