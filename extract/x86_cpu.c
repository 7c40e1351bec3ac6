/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CPUs of an x86 machine, and what hinders a hypervisor on them. */
#include "base/units.h"
#include "extract/x86_priv.h"

#define CPUINFO   "/proc/cpuinfo"
#define NODES     "/sys/devices/system/node"
#define NODES_MAX 1024u

/* "key : value" of the first processor; all are alike, or Jailhouse does not run. */
static const char *cpuinfo(const struct extract *ex, const char *key)
{
    struct extract_lines lines;
    const size_t length = strlen(key);
    if (!extract_lines_open(ex, CPUINFO, &lines))
        return NULL;
    for (const char *line = extract_line(ex, &lines); line != NULL && *line != '\0';
         line = extract_line(ex, &lines)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, key, length) != 0 || colon == NULL ||
            strspn(line + length, " ") != (size_t)(colon - line) - length)
            continue;
        return aj_strdup(ex->out, colon + 1 + strspn(colon + 1, " "));
    }
    return NULL;
}

static bool has_word(const char *words, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = words; at != NULL && (at = strstr(at, word)) != NULL; at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

/* The words of `known` that stand in `words`. */
static void keep_words(const struct extract *ex, const char *words, const char *const *known,
                       size_t known_count, const char *const **kept, size_t *kept_count)
{
    AJ_VEC(const char *) list = {0};
    for (size_t i = 0; i < known_count; i++)
        if (has_word(words, known[i]))
            AJ_PUSH(ex->out, &list, known[i]);
    *kept = list.items;
    *kept_count = list.count;
}

/* Words of /proc/cpuinfo that Jailhouse or reaction times depend on. */
static void set_flags(struct x86 *x)
{
    static const char *const cpu[] = {
        "arat",
        "avic",
        "cat_l2",
        "cat_l3",
        "cdp_l3",
        "constant_tsc",
        "decodeassists",
        "flushbyasid",
        "hypervisor",
        "lm",
        "mba",
        "nonstop_tsc",
        "npt",
        "pdpe1gb",
        "rdt_a",
        "svm",
        "tsc_deadline_timer",
        "vmx",
        "x2apic",
    };
    static const char *const vmx[] = {
        "ept", "ept_1gb", "flexpriority", "preemption_timer", "unrestricted_guest", "vapic"};
    struct model_x86_platform *platform = &x->platform;
    keep_words(x->ex, cpuinfo(x->ex, "flags"), cpu, AJ_COUNT(cpu), &platform->cpu_flags,
               &platform->cpu_flags_count);
    keep_words(x->ex, cpuinfo(x->ex, "vmx flags"), vmx, AJ_COUNT(vmx), &platform->vmx_flags,
               &platform->vmx_flags_count);
}

/* What Jailhouse asks of the CPUs, as far as Linux shows it to everybody: its `hardware check`. */
static void judge(struct x86 *x)
{
    static const char *const vmx[] = {"ept", "unrestricted_guest", "preemption_timer"};
    struct extract *ex = x->ex;
    const char *flags = cpuinfo(ex, "flags"), *vmx_flags = cpuinfo(ex, "vmx flags");
    const bool intel = has_word(flags, "vmx"), amd = has_word(flags, "svm");
    if (flags == NULL)
        return;
    if (!intel && !amd)
        AJ_PUSH(ex->out, &ex->obstacles,
                "the CPUs have no virtualization, or firmware has switched it off");
    if (amd && !has_word(flags, "npt"))
        AJ_PUSH(ex->out, &ex->obstacles, "the CPUs cannot nest page tables (npt)");
    for (size_t i = 0; intel && vmx_flags != NULL && i < AJ_COUNT(vmx); i++)
        if (!has_word(vmx_flags, vmx[i]))
            AJ_PUSH(ex->out, &ex->obstacles,
                    aj_strf(ex->out, "virtualization of the CPUs lacks %s", vmx[i]));
    if (intel && x->units.count == 0)
        AJ_PUSH(ex->out, &ex->obstacles, "there is no VT-d, which Jailhouse insists on");
    if (has_word(flags, "hypervisor"))
        extract_note(ex, "warning", "virtual-machine", CPUINFO,
                     "this is a virtual machine: what is read is what its host shows");
}

/* "40 bits physical, 48 bits virtual" */
static void set_phys_limit(struct extract *ex)
{
    const char *text = cpuinfo(ex, "address sizes");
    uint64_t bits = 0;
    if (text == NULL || !extract_decimal(ex, &text, &bits) || bits < 32 || bits > 52) {
        bits = 36;
        extract_note(ex, "warning", "phys-limit", CPUINFO,
                     "the width of physical addresses is not said: %u bits are assumed",
                     (unsigned)bits);
    }
    ex->board->phys_limit = (aj_addr)1 << bits;
}

/* Cores of two kinds have lists of their own; the slower ones are as fast as their clock. */
static void set_capacity(struct extract *ex, struct model_cpu *cpus, size_t count)
{
    uint64_t greatest = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t khz = 0;
        const char *path =
            aj_strf(ex->cx->scratch, "/sys/devices/system/cpu/cpu%u/cpufreq/cpuinfo_max_freq",
                    (unsigned)cpus[i].id.v);
        if (!extract_number(ex, path, &khz) || khz == 0 || khz > UINT32_MAX) {
            greatest = 0;
            break;
        }
        greatest = khz > greatest ? khz : greatest;
        cpus[i].capacity = (uint32_t)khz;
    }
    for (size_t i = 0; i < count; i++) {
        extract_from(ex, "cpus", aj_strf(ex->out, "%u", (unsigned)cpus[i].id.v), "capacity",
                     greatest == 0 ? "derived: no clock is said" : "cpufreq/cpuinfo_max_freq");
        cpus[i].capacity =
            greatest == 0 ? 1024 : (uint32_t)((uint64_t)cpus[i].capacity * 1024 / greatest);
    }
}

static void set_nodes(struct extract *ex, struct model_cpu *cpus, size_t count)
{
    for (uint32_t node = 0; node < NODES_MAX; node++) {
        struct aj_cpuset near;
        if (!extract_cpu_list(ex, aj_strf(ex->cx->scratch, NODES "/node%u/cpulist", (unsigned)node),
                              &near)) {
            if (node > 0)
                return;
            continue;
        }
        for (size_t i = 0; i < count; i++)
            if (aj_cpuset_has(&near, cpus[i].id.v))
                cpus[i].node = node;
    }
}

void x86_cpus(struct x86 *x)
{
    struct extract *ex = x->ex;
    extract_read_cpus(ex);
    struct model_cpu *cpus =
        aj_memdup(ex->out, ex->board->cpus, ex->board->cpus_count * sizeof *ex->board->cpus);
    set_capacity(ex, cpus, ex->board->cpus_count);
    set_nodes(ex, cpus, ex->board->cpus_count);
    ex->board->cpus = cpus;
    set_phys_limit(ex);
    set_flags(x);
    judge(x);
}
