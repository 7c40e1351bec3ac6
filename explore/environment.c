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
/* The highest frequency of each domain: thermal zones lower it as users do. */
#define LIMITS "cat /sys/devices/system/cpu/cpufreq/policy*/scaling_max_freq"
/*
 * Counters of x86 CPUs, steps of cooling devices that work on the CPUs' frequencies, and the flags of
 * the Raspberry Pi's firmware. Source: Documentation/admin-guide/abi-testing of Linux,
 * thermal_throttle and cooling_device; the firmware's property "get throttled".
 */
#define THROTTLING                                                                \
    "cat /sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/core_throttle_count " \
    "/sys/devices/platform/soc/soc:firmware/get_throttled; "                      \
    "for d in /sys/class/thermal/cooling_device*; do "                            \
    "grep -qs cpufreq $d/type && echo \"step $(cat $d/cur_state)\"; done"

static const struct source before[] = {
    SOURCE(kernel, "uname -rv"),
    SOURCE(machine, "uname -m"),
    SOURCE(cmdline, "cat /proc/cmdline"),
    SOURCE(realtime, "cat /sys/kernel/realtime"),
    SOURCE(clocksource, "cat /sys/devices/system/clocksource/clocksource0/current_clocksource"),
    SOURCE(isolated, "cat /sys/devices/system/cpu/isolated"),
    SOURCE(governors, "cat /sys/devices/system/cpu/cpufreq/policy*/scaling_governor | sort -u"),
    SOURCE(rt_runtime, "cat /proc/sys/kernel/sched_rt_runtime_us"),
    SOURCE(frequency_limits, LIMITS),
    SOURCE(throttling, THROTTLING),
    SOURCE(load_before, LOAD),
};
static const struct source after[] = {
    SOURCE(frequency_limits, LIMITS),
    SOURCE(throttling, THROTTLING),
    SOURCE(load_after, LOAD),
};

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

static void put(const struct source *source, const char *text,
                struct model_environment *environment)
{
    memcpy((char *)environment + source->offset, &text, sizeof text);
}

enum aj_status explore_environment_before(struct aj_ctx *cx, const struct explore_jobs *jobs,
                                          struct aj_arena *out,
                                          struct model_environment *environment,
                                          struct aj_cpuset *online)
{
    enum { ONLINE = AJ_COUNT(before) };
    const char *commands[ONLINE + 1], *answers[ONLINE + 1];
    for (size_t i = 0; i < AJ_COUNT(before); i++)
        commands[i] = before[i].command;
    commands[ONLINE] = "cat /sys/devices/system/cpu/online";
    AJ_TRY(ask(cx, jobs, commands, AJ_COUNT(commands), out, answers));
    for (size_t i = 0; i < AJ_COUNT(before); i++)
        put(&before[i], answers[i], environment);
    if (answers[ONLINE] == NULL ||
        aj_parse_intset(answers[ONLINE], AJ_CPU_MAX, online).why != AJ_UNITS_OK)
        return aj_fail(cx, AJ_ERR_TARGET, "target-odd", aj_loc_file(remote_host_name(jobs->host)),
                       "the target does not say which CPUs are online");
    return AJ_OK;
}

static bool differ(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "") != 0;
}

/* Is a cooling device at work, whose steps stand as "step N"? */
static bool is_cooling(const char *throttling)
{
    for (const char *at = throttling; at != NULL && (at = strstr(at, "step ")) != NULL; at++)
        if (at[strlen("step ")] >= '1' && at[strlen("step ")] <= '9')
            return true;
    return false;
}

/* What the target does not tell is nothing. */
static const char *told(const char *fact)
{
    return fact != NULL ? fact : "";
}

static const char *how_slowed(const struct model_environment *was,
                              const struct model_environment *is, struct aj_arena *out)
{
    if (differ(was->throttling, is->throttling))
        return aj_strf(out, "the CPUs were throttled: '%s' before, '%s' after",
                       told(was->throttling), told(is->throttling));
    if (is_cooling(is->throttling))
        return aj_strf(out, "the CPUs are throttled: '%s'", is->throttling);
    if (differ(was->frequency_limits, is->frequency_limits))
        return aj_strf(out, "the CPUs' frequency limits changed: '%s' before, '%s' after",
                       told(was->frequency_limits), told(is->frequency_limits));
    return NULL;
}

enum aj_status explore_environment_after(struct aj_ctx *cx, const struct explore_jobs *jobs,
                                         struct aj_arena *out,
                                         struct model_environment *environment, const char **slowed)
{
    const char *commands[AJ_COUNT(after)], *answers[AJ_COUNT(after)];
    const struct model_environment was = *environment;
    for (size_t i = 0; i < AJ_COUNT(after); i++)
        commands[i] = after[i].command;
    AJ_TRY(ask(cx, jobs, commands, AJ_COUNT(commands), out, answers));
    for (size_t i = 0; i < AJ_COUNT(after); i++)
        put(&after[i], answers[i], environment);
    *slowed = how_slowed(&was, environment, out);
    return AJ_OK;
}
