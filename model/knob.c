/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sources of paths and arguments: the kernel's own documentation (admin-guide/kernel-parameters.txt,
 * admin-guide/sysctl, admin-guide/pm, core-api/workqueue.rst).
 */
#include "model/knob.h"

#include "base/ctx.h"
#include "base/names.h"
#include "base/units.h"

const struct aj_name model_knob_costs[] = {
    {MODEL_KNOB_LIVE, "live"},
    {MODEL_KNOB_RECREATE, "re-create"},
    {MODEL_KNOB_REBOOT, "reboot"},
    {0, NULL},
};

static const struct model_knob_value governors[] = {
    {.name = "performance"}, {.name = "powersave"},    {.name = "schedutil"},
    {.name = "ondemand"},    {.name = "conservative"}, {.name = NULL},
};
static const struct model_knob_value booleans[] = {
    {.name = "on", .text = "1"},
    {.name = "off", .text = "0"},
    {.name = NULL},
};
static const struct model_knob_value idle_depths[] = {
    {.name = "all", .text = "0", .rest = "0"},
    {.name = "shallow", .text = "0", .rest = "1"},
    {.name = NULL},
};
static const struct model_knob_value idle_loops[] = {
    {.name = "default"},
    {.name = "poll", .argument = "idle=poll"},
    {.name = NULL},
};
/* 950000 of each 1000000 us is the kernel's default. */
static const struct model_knob_value throttling[] = {
    {.name = "on", .text = "950000", .argument = "sysctl.kernel.sched_rt_runtime_us=950000"},
    {.name = "off", .text = "-1", .argument = "sysctl.kernel.sched_rt_runtime_us=-1"},
    {.name = NULL},
};
static const struct model_knob_value huge_pages[] = {
    {.name = "always", .argument = "transparent_hugepage=always"},
    {.name = "madvise", .argument = "transparent_hugepage=madvise"},
    {.name = "never", .argument = "transparent_hugepage=never"},
    {.name = NULL},
};
static const struct model_knob_value timer_migrations[] = {
    {.name = "on", .text = "1", .argument = "sysctl.kernel.timer_migration=1"},
    {.name = "off", .text = "0", .argument = "sysctl.kernel.timer_migration=0"},
    {.name = NULL},
};
static const struct model_knob_value nmi_watchdogs[] = {
    {.name = "on", .text = "1", .argument = "nmi_watchdog=1"},
    {.name = "off", .text = "0", .argument = "nmi_watchdog=0"},
    {.name = NULL},
};
static const struct model_knob_value watchdogs[] = {
    {.name = "on", .text = "1"},
    {.name = "off", .text = "0", .argument = "nowatchdog"},
    {.name = NULL},
};
static const struct model_knob_value numa_balancings[] = {
    {.name = "on", .text = "1", .argument = "numa_balancing=enable"},
    {.name = "off", .text = "0", .argument = "numa_balancing=disable"},
    {.name = NULL},
};
static const struct model_knob_value threaded[] = {
    {.name = "on", .argument = "threadirqs"},
    {.name = "off"},
    {.name = NULL},
};
static const struct model_knob_value skews[] = {
    {.name = "on", .argument = "skew_tick=1"},
    {.name = "off", .argument = "skew_tick=0"},
    {.name = NULL},
};

#define BOTH (MODEL_KNOB_ROOT | MODEL_KNOB_GUEST)
/* Where Linux has the settings of all CPUs. */
#define SYSTEM_CPU "/sys/devices/system/cpu/"

static const struct model_knob knobs[] = {
    {.name = "governor",
     .says = "how the root chooses the CPUs' frequency",
     .scopes = MODEL_KNOB_ROOT,
     .values = governors,
     .glob = SYSTEM_CPU "cpufreq/policy*/scaling_governor"},
    {.name = "boost",
     .says = "frequencies that hold only while power and heat allow",
     .scopes = MODEL_KNOB_ROOT,
     .values = booleans,
     .glob = SYSTEM_CPU "cpufreq/boost"},
    {.name = "idle_states",
     .says = "how deep idle CPUs sleep: in all states, or in the first only",
     .scopes = MODEL_KNOB_ROOT,
     .values = idle_depths,
     .glob = SYSTEM_CPU "cpu*/cpuidle/state0/disable",
     .rest = SYSTEM_CPU "cpu*/cpuidle/state[1-9]*/disable"},
    {.name = "idle",
     .says = "idle CPUs sleep, or wait in a loop",
     .scopes = BOTH,
     .values = idle_loops,
     .arm = "nohlt"},
    {.name = "rt_throttling",
     .says = "real-time tasks leave 5 % of the time to others",
     .scopes = BOTH,
     .values = throttling,
     .glob = "/proc/sys/kernel/sched_rt_runtime_us"},
    {.name = "huge_pages",
     .says = "transparent huge pages",
     .scopes = BOTH,
     .reading = MODEL_KNOB_CHOICE,
     .values = huge_pages,
     .glob = "/sys/kernel/mm/transparent_hugepage/enabled"},
    {.name = "timer_migration",
     .says = "timers of idle CPUs move to busy ones",
     .scopes = BOTH,
     .values = timer_migrations,
     .glob = "/proc/sys/kernel/timer_migration"},
    {.name = "workqueue_cpus",
     .says = "CPUs of kernel work that is bound to none",
     .scopes = MODEL_KNOB_ROOT,
     .form = MODEL_KNOB_CPUS,
     .reading = MODEL_KNOB_CPUMASK,
     .glob = "/sys/devices/virtual/workqueue/cpumask"},
    {.name = "irq_default_cpus",
     .says = "CPUs of interrupts that are requested from now on",
     .scopes = MODEL_KNOB_ROOT,
     .form = MODEL_KNOB_CPUS,
     .reading = MODEL_KNOB_CPUMASK,
     .glob = "/proc/irq/default_smp_affinity"},
    {.name = "nmi_watchdog",
     .says = "the kernel looks for CPUs that hang, by a performance counter",
     .scopes = BOTH,
     .values = nmi_watchdogs,
     .glob = "/proc/sys/kernel/nmi_watchdog"},
    {.name = "watchdog",
     .says = "the kernel looks for tasks that do not let others run",
     .scopes = BOTH,
     .values = watchdogs,
     .glob = "/proc/sys/kernel/watchdog"},
    {.name = "stat_interval",
     .says = "seconds between updates of the memory statistics",
     .scopes = BOTH,
     .form = MODEL_KNOB_NUMBER,
     .low = 1,
     .high = 3600,
     .glob = "/proc/sys/vm/stat_interval",
     .argument = "sysctl.vm.stat_interval="},
    {.name = "numa_balancing",
     .says = "pages move to the node that uses them",
     .scopes = BOTH,
     .values = numa_balancings,
     .glob = "/proc/sys/kernel/numa_balancing"},
    {.name = "irqaffinity",
     .says = "CPUs of interrupts from the start on",
     .scopes = BOTH,
     .form = MODEL_KNOB_CPUS,
     .argument = "irqaffinity="},
    {.name = "isolcpus",
     .says = "CPUs that the scheduler does not balance",
     .scopes = BOTH,
     .form = MODEL_KNOB_CPUS,
     .argument = "isolcpus=",
     .shown = SYSTEM_CPU "isolated"},
    {.name = "nohz_full",
     .says = "CPUs without a tick while they run one task",
     .scopes = BOTH,
     .form = MODEL_KNOB_CPUS,
     .argument = "nohz_full=",
     .shown = SYSTEM_CPU "nohz_full"},
    {.name = "rcu_nocbs",
     .says = "CPUs whose RCU callbacks run elsewhere",
     .scopes = BOTH,
     .form = MODEL_KNOB_CPUS,
     .argument = "rcu_nocbs="},
    {.name = "threadirqs",
     .says = "interrupt handlers run as threads",
     .scopes = BOTH,
     .values = threaded},
    {.name = "skew_tick",
     .says = "the CPUs' ticks come one after the other",
     .scopes = BOTH,
     .values = skews},
};

const struct model_knob *model_knobs(size_t *count)
{
    *count = AJ_COUNT(knobs);
    return knobs;
}

const struct model_knob *model_knob_by_name(const char *name)
{
    for (size_t i = 0; i < AJ_COUNT(knobs); i++)
        if (strcmp(knobs[i].name, name) == 0)
            return &knobs[i];
    return NULL;
}

void model_knob_suggest(struct aj_ctx *cx, const char *name)
{
    struct aj_name names[AJ_COUNT(knobs) + 1] = {{0, NULL}};
    for (size_t i = 0; i < AJ_COUNT(knobs); i++)
        names[i].name = knobs[i].name;
    aj_diag_suggest(cx, names, name, "knobs");
}

/* Values */

static const struct model_knob_value *word(const struct model_knob *knob, const char *name)
{
    for (const struct model_knob_value *value = knob->values; value->name != NULL; value++)
        if (aj_same_word(value->name, name))
            return value;
    return NULL;
}

const char *model_knob_expected(const struct model_knob *knob, struct aj_arena *out)
{
    struct aj_name names[8] = {{0, NULL}};
    switch ((enum model_knob_form)knob->form) {
    case MODEL_KNOB_WORD:
        for (size_t i = 0; i + 1 < AJ_COUNT(names) && knob->values[i].name != NULL; i++)
            names[i].name = knob->values[i].name;
        return aj_names_list(out, names);
    case MODEL_KNOB_NUMBER:
        return aj_strf(out, "a number from %lld to %lld", (long long)knob->low,
                       (long long)knob->high);
    case MODEL_KNOB_CPUS: break;
    }
    return "CPUs such as 0,2-3";
}

const char *model_knob_value(const struct model_knob *knob, const char *value, struct aj_arena *out)
{
    const struct model_knob_value *known;
    uint64_t number;
    struct aj_cpuset cpus;
    switch ((enum model_knob_form)knob->form) {
    case MODEL_KNOB_WORD: known = word(knob, value); return known != NULL ? known->name : NULL;
    case MODEL_KNOB_NUMBER:
        if (aj_parse_u64(value, &number).why != AJ_UNITS_OK || number < (uint64_t)knob->low ||
            number > (uint64_t)knob->high)
            return NULL;
        return aj_strf(out, "%llu", (unsigned long long)number);
    case MODEL_KNOB_CPUS:
        return aj_parse_intset(value, AJ_CPU_MAX, &cpus).why == AJ_UNITS_OK
                   ? aj_cpuset_format(out, &cpus)
                   : NULL;
    }
    return NULL;
}

void model_knob_suggest_value(struct aj_ctx *cx, const struct model_knob *knob, const char *value)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    size_t count = 0;
    while (knob->form == MODEL_KNOB_WORD && knob->values[count].name != NULL)
        count++;
    struct aj_name *names = AJ_NEW_ARRAY(cx->scratch, struct aj_name, count + 1);
    for (size_t i = 0; i < count; i++)
        names[i].name = knob->values[i].name;
    if (aj_name_nearest(names, value) != NULL) /* the message lists them all */
        aj_diag_suggest(cx, names, value, "");
    aj_arena_release(cx->scratch, mark);
}

struct aj_cpuset model_knob_cpus(const char *value)
{
    struct aj_cpuset cpus = {{0}};
    return aj_parse_intset(value, AJ_CPU_MAX, &cpus).why == AJ_UNITS_OK ? cpus
                                                                        : (struct aj_cpuset){{0}};
}

/* In force */

enum model_knob_cost model_knob_cost(const struct model_knob *knob, enum model_knob_scope scope)
{
    if (scope == MODEL_KNOB_GUEST)
        return MODEL_KNOB_RECREATE;
    return knob->glob != NULL ? MODEL_KNOB_LIVE : MODEL_KNOB_REBOOT;
}

/* As Linux takes and shows masks: words of 32 bits, the greatest first, commas between them. */
static const char *mask_text(const struct aj_cpuset *cpus, struct aj_arena *out)
{
    const char *text = NULL;
    for (size_t i = 2 * AJ_COUNT(cpus->word); i-- > 0;) {
        const uint32_t bits = (uint32_t)(cpus->word[i / 2] >> (32 * (i & 1)));
        if (text != NULL)
            text = aj_strf(out, "%s,%08x", text, bits);
        else if (bits != 0 || i == 0)
            text = aj_strf(out, "%x", bits);
    }
    return text;
}

size_t model_knob_writes(const struct model_knob *knob, const char *value, struct aj_arena *out,
                         struct model_knob_write writes[2])
{
    const struct model_knob_value *chosen =
        knob->form == MODEL_KNOB_WORD ? word(knob, value) : NULL;
    const struct aj_cpuset cpus = model_knob_cpus(value);
    const char *text = chosen == NULL || chosen->text == NULL ? value : chosen->text;
    if (knob->glob == NULL)
        return 0;
    if (knob->reading == MODEL_KNOB_CPUMASK)
        text = mask_text(&cpus, out);
    writes[0] = (struct model_knob_write){knob->glob, text, knob->reading};
    if (knob->rest == NULL || chosen == NULL)
        return 1;
    writes[1] = (struct model_knob_write){knob->rest, chosen->rest, knob->reading};
    return 2;
}

const char *model_knob_argument(const struct model_knob *knob, const char *value,
                                enum model_arch arch, struct aj_arena *out)
{
    if (knob->form != MODEL_KNOB_WORD)
        return knob->argument != NULL ? aj_strf(out, "%s%s", knob->argument, value) : NULL;
    const struct model_knob_value *chosen = word(knob, value);
    if (chosen == NULL || chosen->argument == NULL)
        return NULL;
    return knob->arm != NULL && arch != MODEL_ARCH_X86 ? knob->arm : chosen->argument;
}

/* The next hexadecimal digit that counts in a mask, behind zeros in front; '\0' at its end. */
static char next_digit(const char **text, bool *begun)
{
    for (; **text != '\0' && **text != '\n'; (*text)++) {
        if (**text == ',' || (**text == '0' && !*begun))
            continue;
        *begun = true;
        return *(*text)++;
    }
    return '\0';
}

static bool same_mask(const char *a, const char *b)
{
    bool a_begun = false, b_begun = false;
    for (;;) {
        const char x = next_digit(&a, &a_begun), y = next_digit(&b, &b_begun);
        if (x != y)
            return false;
        if (x == '\0')
            return true;
    }
}

bool model_knob_in_force(const struct model_knob_write *write, const char *content)
{
    const size_t len = strlen(write->text);
    const char *found = content;
    switch ((enum model_knob_reading)write->reading) {
    case MODEL_KNOB_TEXT:
    case MODEL_KNOB_CPULIST:
        return strncmp(content, write->text, len) == 0 && strcspn(content + len, "\n") == 0;
    case MODEL_KNOB_CHOICE:
        while ((found = strchr(found, '[')) != NULL) {
            found++;
            if (strncmp(found, write->text, len) == 0 && found[len] == ']')
                return true;
        }
        return false;
    case MODEL_KNOB_CPUMASK: return same_mask(write->text, content);
    }
    return false;
}
