/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/judge.h"

#include <inttypes.h>

#include "base/units.h"

enum { SCHED_FIFO_NUMBER = 1 }; /* include/uapi/linux/sched.h */

const char *explore_judge_threads(const struct explore_cyclictest_run *run, const char *text,
                                  struct aj_arena *out)
{
    const char *want = aj_strf(out, "#task %d %" PRIu32 " ", SCHED_FIFO_NUMBER, run->priority);
    const char *line = text;
    struct aj_cpuset seen = {{0}}, one;
    for (; strncmp(line, "#task ", 6) == 0; line += strcspn(line, "\n"), line += *line == '\n') {
        if (strncmp(line, want, strlen(want)) != 0)
            continue;
        const char *cpus = line + strlen(want);
        const char *list = aj_strndup(out, cpus, strcspn(cpus, "\n"));
        if (aj_parse_intset(list, AJ_CPU_MAX, &one).why == AJ_UNITS_OK &&
            aj_cpuset_count(&one) == 1)
            aj_cpuset_or(&seen, &one);
    }
    if (aj_cpuset_subset(&run->cpus, &seen))
        return NULL;
    return aj_strf(out,
                   "the kernel ran threads with SCHED_FIFO %" PRIu32
                   " on CPUs '%s' instead of '%s': policy, priority or CPUs were refused",
                   run->priority, aj_cpuset_format(out, &seen), aj_cpuset_format(out, &run->cpus));
}

/* That its interval allows. */
static uint64_t all_cycles(const struct explore_cyclictest_run *run)
{
    return (uint64_t)run->seconds * 1000000 / run->interval_us;
}

uint64_t explore_judge_cycles(const struct explore_cyclictest_run *run)
{
    return all_cycles(run) * EXPLORE_CYCLES_PERCENT / 100;
}

static const char *judge_thread(const struct explore_cyclictest_run *run, uint32_t cpu,
                                const struct explore_cyclictest_result *result,
                                const struct model_latency *t, struct aj_arena *out)
{
    if (result->cpus_known && t->cpu != cpu)
        return aj_strf(out, "a thread ran on CPU %" PRIu32 " instead of CPU %" PRIu32, t->cpu, cpu);
    if (!result->broke && t->cycles < explore_judge_cycles(run))
        return aj_strf(out,
                       "CPU %" PRIu32 " woke up %" PRIu64 " of %" PRIu64
                       " times: what it missed was not measured",
                       cpu, t->cycles, all_cycles(run));
    if (!result->broke && t->overflow > t->cycles / 100 * EXPLORE_OVERFLOW_PERCENT)
        return aj_strf(out,
                       "%" PRIu64 " of %" PRIu64 " latencies on CPU %" PRIu32
                       " are beyond the %" PRIu32 " us of the histogram",
                       t->overflow, t->cycles, cpu, run->bins);
    return NULL;
}

const char *explore_judge_block(const struct explore_cyclictest_run *run,
                                const struct explore_cyclictest_result *result,
                                struct aj_arena *out)
{
    uint32_t cpu = aj_cpuset_next(&run->cpus, 0);
    const char *why = NULL;
    if (result->threads_count != aj_cpuset_count(&run->cpus))
        return aj_strf(out, "cyclictest ran %zu threads instead of %" PRIu32, result->threads_count,
                       aj_cpuset_count(&run->cpus));
    if (result->bin_ns != 1000)
        return "cyclictest did not measure in microseconds";
    if (result->broke && run->break_us == 0)
        return "cyclictest stopped at a long latency";
    for (size_t i = 0; i < result->threads_count && why == NULL; i++) {
        why = judge_thread(run, cpu, result, &result->threads[i], out);
        cpu = aj_cpuset_next(&run->cpus, cpu + 1);
    }
    return why;
}
