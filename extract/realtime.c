/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What decides how long the board's Linux may take to react: threads, clocks, idle states, isolation.
 * Source: the kernel's Documentation/ABI/testing/sysfs-devices-system-cpu and
 * Documentation/admin-guide/kernel-parameters.txt.
 */
#include "base/units.h"
#include "extract/extract_priv.h"

#define SYSFS      "/sys/devices/system/cpu"
#define NODES      "/sys/devices/system/node"
#define CLOCKS     "/sys/devices/system/clocksource/clocksource0"
#define NODES_MAX  1024u
#define STATES_MAX 16u /* of a CPU; Linux has at most 10 */

static const char *cpu_file(const struct extract *ex, uint32_t cpu, const char *file)
{
    return aj_strf(ex->cx->scratch, SYSFS "/cpu%u/%s", (unsigned)cpu, file);
}

/* CPUs that an argument names, maybe behind words: isolcpus=managed_irq,2-3. */
static struct aj_cpuset argument(struct extract *ex, const char *key)
{
    struct aj_cpuset cpus = {0};
    const char *text = extract_word(ex, ex->board->kernel.cmdline, key);
    if (text == NULL)
        return cpus;
    const char *list = text;
    while (*list >= 'a' && *list <= 'z' && strchr(list, ',') != NULL)
        list = strchr(list, ',') + 1;
    if (strcmp(list, "all") == 0)
        return model_board_online(ex->board);
    if (aj_parse_intset(list, AJ_CPU_MAX, &cpus).why != AJ_UNITS_OK) {
        extract_note(ex, "info", "cmdline-cpus", "/proc/cmdline", "%s=%.80s is no list of CPUs",
                     key, text);
        cpus = (struct aj_cpuset){0};
    }
    return cpus;
}

/* What the kernel made of an argument counts more than what it says. */
static void read_isolation(struct extract *ex)
{
    struct model_timing *rt = &ex->board->realtime;
    struct aj_cpuset cpus;
    rt->isolcpus = argument(ex, "isolcpus");
    rt->nohz_full = argument(ex, "nohz_full");
    rt->rcu_nocbs = argument(ex, "rcu_nocbs");
    rt->irqaffinity = argument(ex, "irqaffinity");
    if (extract_cpu_list(ex, SYSFS "/isolated", &cpus) && !aj_cpuset_empty(&cpus))
        rt->isolcpus = cpus;
    if (extract_cpu_list(ex, SYSFS "/nohz_full", &cpus))
        rt->nohz_full = cpus;
}

static void read_clocks(struct extract *ex)
{
    struct model_timing *rt = &ex->board->realtime;
    AJ_VEC(const char *) names = {0};
    rt->clocksource = extract_text(ex, CLOCKS "/current_clocksource");
    const char *at = extract_text(ex, CLOCKS "/available_clocksource");
    while (at != NULL && *at != '\0') {
        const size_t length = strcspn(at, " ");
        AJ_PUSH(ex->out, &names, aj_strndup(ex->out, at, length));
        at += length;
        at += strspn(at, " ");
    }
    rt->clocksources = names.items;
    rt->clocksources_count = names.count;
}

/* A runtime of -1, which is no number here, says that real-time tasks may have all of the time. */
static void read_throttling(struct extract *ex)
{
    struct model_timing *rt = &ex->board->realtime;
    uint64_t runtime = 0, period = 0, times = 0, sum = 0;
    if (extract_number(ex, "/proc/sys/kernel/sched_rt_runtime_us", &runtime) &&
        extract_number(ex, "/proc/sys/kernel/sched_rt_period_us", &period) && runtime < period &&
        runtime < UINT32_MAX)
        rt->rt_runtime_us = (uint32_t)runtime;
    for (size_t i = 0; i < ex->board->cpus_count; i++) {
        const uint32_t cpu = ex->board->cpus[i].id.v;
        if (extract_number(ex, cpu_file(ex, cpu, "thermal_throttle/core_throttle_count"), &times) &&
            times <= UINT32_MAX)
            sum += times;
    }
    rt->throttled = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
}

typedef AJ_VEC(struct model_idle_state) state_list;

static const char *state_file(const struct extract *ex, uint32_t cpu, uint32_t index,
                              const char *file)
{
    return aj_strf(ex->cx->scratch, SYSFS "/cpu%u/cpuidle/state%u/%s", (unsigned)cpu,
                   (unsigned)index, file);
}

/* False if the CPU has no such state. */
static bool read_state(struct extract *ex, uint32_t cpu, uint32_t index, state_list *states)
{
    const char *name = extract_text(ex, state_file(ex, cpu, index, "name"));
    uint64_t latency_us = 0, disabled = 0;
    if (name == NULL || !extract_number(ex, state_file(ex, cpu, index, "latency"), &latency_us) ||
        latency_us > UINT32_MAX)
        return false;
    (void)extract_number(ex, state_file(ex, cpu, index, "disable"), &disabled);
    const int64_t latency_ns = (int64_t)latency_us * 1000;
    size_t i = 0;
    while (i < states->count &&
           (strcmp(states->items[i].name, name) != 0 || states->items[i].latency_ns != latency_ns))
        i++;
    if (i == states->count)
        AJ_PUSH(ex->out, states,
                ((struct model_idle_state){.name = name, .latency_ns = latency_ns}));
    aj_cpuset_add(&states->items[i].cpus, cpu);
    if (disabled != 0)
        aj_cpuset_add(&states->items[i].disabled, cpu);
    return true;
}

static int by_latency(const void *a, const void *b)
{
    const struct model_idle_state *x = a, *y = b;
    if (x->latency_ns != y->latency_ns)
        return x->latency_ns < y->latency_ns ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void read_idle_states(struct extract *ex)
{
    state_list states = {0};
    for (size_t i = 0; i < ex->board->cpus_count; i++)
        for (uint32_t index = 0; index < STATES_MAX; index++)
            if (!read_state(ex, ex->board->cpus[i].id.v, index, &states))
                break;
    if (states.count > 0)
        qsort(states.items, states.count, sizeof *states.items, by_latency);
    ex->board->realtime.idle_states = states.items;
    ex->board->realtime.idle_states_count = states.count;
}

static uint32_t read_khz(const struct extract *ex, uint32_t cpu, const char *file)
{
    uint64_t khz = 0;
    return extract_number(ex, cpu_file(ex, cpu, file), &khz) && khz < UINT32_MAX ? (uint32_t)khz
                                                                                 : AJ_NONE32;
}

static struct model_frequency_domain read_domain(const struct extract *ex, uint32_t cpu,
                                                 const char *governor)
{
    struct model_frequency_domain domain = {
        .governor = governor,
        .driver = extract_text(ex, cpu_file(ex, cpu, "cpufreq/scaling_driver")),
        .min_khz = read_khz(ex, cpu, "cpufreq/cpuinfo_min_freq"),
        .max_khz = read_khz(ex, cpu, "cpufreq/cpuinfo_max_freq"),
    };
    const char *at = extract_text(ex, cpu_file(ex, cpu, "cpufreq/related_cpus"));
    uint64_t other = 0;
    while (at != NULL && extract_decimal(ex, &at, &other)) { /* "0 1 2" */
        if (other < AJ_CPU_MAX)
            aj_cpuset_add(&domain.cpus, (uint32_t)other);
        at += strspn(at, " ");
    }
    aj_cpuset_add(&domain.cpus, cpu);
    return domain;
}

static void read_frequencies(struct extract *ex)
{
    AJ_VEC(struct model_frequency_domain) domains = {0};
    struct aj_cpuset seen = {0};
    for (size_t i = 0; i < ex->board->cpus_count; i++) {
        const uint32_t cpu = ex->board->cpus[i].id.v;
        const char *governor = extract_text(ex, cpu_file(ex, cpu, "cpufreq/scaling_governor"));
        if (governor == NULL || aj_cpuset_has(&seen, cpu))
            continue;
        AJ_PUSH(ex->out, &domains, read_domain(ex, cpu, governor));
        aj_cpuset_or(&seen, &domains.items[domains.count - 1].cpus);
    }
    ex->board->realtime.frequencies = domains.items;
    ex->board->realtime.frequencies_count = domains.count;
}

static void read_distances(struct extract *ex, struct model_numa_node *node)
{
    AJ_VEC(uint32_t) distances = {0};
    uint64_t distance = 0;
    const char *at =
        extract_text(ex, aj_strf(ex->cx->scratch, NODES "/node%u/distance", (unsigned)node->node));
    while (at != NULL && distances.count < NODES_MAX && extract_decimal(ex, &at, &distance) &&
           distance <= UINT8_MAX) {
        AJ_PUSH(ex->out, &distances, (uint32_t)distance);
        at += strspn(at, " ");
    }
    node->distances = distances.items;
    node->distances_count = distances.count;
}

static void read_numa(struct extract *ex)
{
    AJ_VEC(struct model_numa_node) nodes = {0};
    for (uint32_t id = 0; id < NODES_MAX; id++) {
        struct model_numa_node node = {.node = id};
        if (!extract_cpu_list(ex, aj_strf(ex->cx->scratch, NODES "/node%u/cpulist", (unsigned)id),
                              &node.cpus)) {
            if (id > 0)
                break;
            continue;
        }
        read_distances(ex, &node);
        AJ_PUSH(ex->out, &nodes, node);
    }
    ex->board->numa = nodes.items;
    ex->board->numa_count = nodes.count > 1 ? nodes.count : 0;
}

void extract_realtime(struct extract *ex)
{
    if (ex->remote == NULL)
        return;
    ex->board->realtime.smt = extract_text(ex, SYSFS "/smt/control");
    read_clocks(ex);
    read_isolation(ex);
    read_throttling(ex);
    read_idle_states(ex);
    read_frequencies(ex);
    read_numa(ex);
}
