/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/doctor.h"

#include <inttypes.h>

#include "base/units.h"

#define DEEP_NS 50000 /* a state that takes longer to leave costs more than most deadlines allow */

/* NULL: nothing is wrong, or known. */
typedef const char *judge(const struct model_board *board, struct aj_arena *out);

static bool has(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

static bool cpu_has(const struct model_board *board, const char *flag)
{
    const struct model_x86_platform *x86 = board->platform.x86;
    return x86 != NULL && has(x86->cpu_flags, x86->cpu_flags_count, flag);
}

static bool knows_cpu(const struct model_board *board)
{
    return board->platform.x86 != NULL && board->platform.x86->cpu_flags_count > 0;
}

static bool configured(const struct model_board *board, const char *option)
{
    return has(board->kernel.config, board->kernel.config_count, option);
}

/* CPUs and IOMMUs */

static const char *vmx_unknown(const struct model_board *board, struct aj_arena *out)
{
    (void)out;
    return cpu_has(board, "vmx") && board->platform.x86->vmx_flags_count == 0
               ? "this Linux does not show what VT-x of the CPUs can do"
               : NULL;
}

static const char *vmx_apic(const struct model_board *board, struct aj_arena *out)
{
    const struct model_x86_platform *x86 = board->platform.x86;
    (void)out;
    return x86 != NULL && x86->vmx_flags_count > 0 &&
                   !has(x86->vmx_flags, x86->vmx_flags_count, "vapic") &&
                   !has(x86->vmx_flags, x86->vmx_flags_count, "flexpriority")
               ? "VT-x of the CPUs cannot trap accesses to the APIC, which Jailhouse needs"
               : NULL;
}

/* The first VT-d unit whose known register lacks all bits of `mask`. */
static const char *unit_without(const struct model_board *board, struct aj_arena *out,
                                bool extended, uint64_t mask, const char *what)
{
    for (size_t i = 0; i < board->iommu_count; i++) {
        const struct model_iommu_unit *unit = &board->iommu[i];
        const uint64_t value = extended ? unit->ecap : unit->cap;
        if (strcmp(unit->type, "intel") == 0 && value != 0 && (value & mask) == 0)
            return aj_strf(out, "the VT-d unit at 0x%" PRIx64 " has no %s", unit->base, what);
    }
    return NULL;
}

static const char *vtd_levels(const struct model_board *board, struct aj_arena *out)
{
    return unit_without(board, out, false, UINT64_C(3) << 9, "page tables of 3 or 4 levels");
}

static const char *vtd_queue(const struct model_board *board, struct aj_arena *out)
{
    return unit_without(board, out, true, UINT64_C(1) << 1, "queued invalidation");
}

static const char *vtd_interrupts(const struct model_board *board, struct aj_arena *out)
{
    return unit_without(board, out, true, UINT64_C(1) << 3, "interrupt remapping");
}

static const char *vtd_x2apic(const struct model_board *board, struct aj_arena *out)
{
    return board->platform.x86 != NULL && board->platform.x86->apic_mode == 2
               ? unit_without(board, out, true, UINT64_C(1) << 4,
                              "extended interrupt mode, which the x2APIC needs")
               : NULL;
}

static const char *no_iommu(const struct model_board *board, struct aj_arena *out)
{
    (void)out;
    return board->iommu_count == 0 && board->arch != MODEL_ARCH_X86
               ? "the board has no IOMMU that Jailhouse drives: DMA of a guest's devices reaches "
                 "the memory of all cells"
               : NULL;
}

/* Kernel and installation */

static const char *page_size(const struct model_board *board, struct aj_arena *out)
{
    return board->kernel.page_size > AJ_PAGE ? aj_strf(out, "the kernel has pages of %s",
                                                       aj_format_size(out, board->kernel.page_size))
                                             : NULL;
}

static const char *no_modules(const struct model_board *board, struct aj_arena *out)
{
    (void)out;
    return board->kernel.config_count > 0 && !configured(board, "MODULES=y")
               ? "the kernel takes no modules, and Jailhouse's driver is one"
               : NULL;
}

static const char *signed_modules(const struct model_board *board, struct aj_arena *out)
{
    (void)out;
    return configured(board, "MODULE_SIG_FORCE=y") ? "the kernel takes signed modules only" : NULL;
}

static const char *no_overlays(const struct model_board *board, struct aj_arena *out)
{
    (void)out;
    return board->arch != MODEL_ARCH_X86 && board->kernel.config_count > 0 &&
                   (!configured(board, "OF_OVERLAY=y") || !configured(board, "PCI_HOST_GENERIC=y"))
               ? "the kernel lacks OF_OVERLAY or PCI_HOST_GENERIC: the root gets no links to guests"
               : NULL;
}

static const char *no_driver(const struct model_board *board, struct aj_arena *out)
{
    (void)out;
    return board->jailhouse.looked_for && board->jailhouse.driver == NULL
               ? "Jailhouse's driver is not there for the kernel that runs"
               : NULL;
}

static const char *no_tool(const struct model_board *board, struct aj_arena *out)
{
    (void)out;
    return board->jailhouse.looked_for && board->jailhouse.tool == NULL
               ? "the command jailhouse is not there"
               : NULL;
}

static const char *no_firmware(const struct model_board *board, struct aj_arena *out)
{
    (void)out;
    return board->jailhouse.looked_for && board->jailhouse.firmware == NULL
               ? "the hypervisor is not in /lib/firmware"
               : NULL;
}

/* Reaction times */

static const char *smt(const struct model_board *board, struct aj_arena *out)
{
    (void)out;
    return board->realtime.smt != NULL && strcmp(board->realtime.smt, "on") == 0
               ? "several threads share a core: what one does delays the others"
               : NULL;
}

static const char *governor(const struct model_board *board, struct aj_arena *out)
{
    for (size_t i = 0; i < board->realtime.frequencies_count; i++) {
        const struct model_frequency_domain *domain = &board->realtime.frequencies[i];
        if (domain->governor != NULL && strcmp(domain->governor, "performance") != 0)
            return aj_strf(out, "governor %s lets CPUs %s run slowly when work arrives",
                           domain->governor, aj_cpuset_format(out, &domain->cpus));
    }
    return NULL;
}

/* The deepest state that some CPU may use. */
static const char *idle(const struct model_board *board, struct aj_arena *out)
{
    for (size_t i = board->realtime.idle_states_count; i-- > 0;) {
        const struct model_idle_state *state = &board->realtime.idle_states[i];
        struct aj_cpuset cpus = state->cpus;
        aj_cpuset_sub(&cpus, &state->disabled);
        if (state->latency_ns > DEEP_NS && !aj_cpuset_empty(&cpus))
            return aj_strf(out, "idle CPUs %s take up to %s to come back from %s",
                           aj_cpuset_format(out, &cpus), aj_format_duration(out, state->latency_ns),
                           state->name == NULL ? "a state" : state->name);
    }
    return NULL;
}

static const char *preemption(const struct model_board *board, struct aj_arena *out)
{
    (void)out;
    return board->kernel.release != NULL && !board->kernel.preempt_rt
               ? "the kernel is not PREEMPT_RT: it may keep real-time tasks waiting at length"
               : NULL;
}

static const char *clocksource(const struct model_board *board, struct aj_arena *out)
{
    static const char *const good[] = {"tsc", "arch_sys_counter"};
    const char *source = board->realtime.clocksource;
    return source != NULL && !has(good, AJ_COUNT(good), source)
               ? aj_strf(out, "Linux reads the time from %s, which is slow", source)
               : NULL;
}

static const char *tsc(const struct model_board *board, struct aj_arena *out)
{
    (void)out;
    return knows_cpu(board) && (!cpu_has(board, "constant_tsc") || !cpu_has(board, "nonstop_tsc"))
               ? "the time stamp counter changes its speed or stops when CPUs do"
               : NULL;
}

static const char *throttling(const struct model_board *board, struct aj_arena *out)
{
    return board->realtime.rt_runtime_us > 0
               ? aj_strf(out,
                         "real-time tasks are stopped when they ran %" PRIu32 " us of a period",
                         board->realtime.rt_runtime_us)
               : NULL;
}

static const char *heat(const struct model_board *board, struct aj_arena *out)
{
    return board->realtime.throttled > 0
               ? aj_strf(out, "heat has slowed CPUs down %" PRIu32 " times since boot",
                         board->realtime.throttled)
               : NULL;
}

static const struct {
    const char *id;
    enum aj_severity severity;
    judge *judge;
    const char *advice;
} checks[] = {
    {"vmx-unknown", AJ_SEV_INFO, vmx_unknown, "run 'jailhouse hardware check' on the board"},
    {"vmx-apic", AJ_SEV_ERROR, vmx_apic, "take another machine"},
    {"vtd-levels", AJ_SEV_ERROR, vtd_levels, "take another machine"},
    {"vtd-queue", AJ_SEV_ERROR, vtd_queue, "take another machine"},
    {"vtd-interrupts", AJ_SEV_ERROR, vtd_interrupts,
     "switch interrupt remapping on in the firmware's setup"},
    {"vtd-x2apic", AJ_SEV_ERROR, vtd_x2apic, "boot with nox2apic"},
    {"no-iommu", AJ_SEV_WARNING, no_iommu, "give guests devices without DMA, or trust the guests"},
    {"page-size", AJ_SEV_WARNING, page_size,
     "use a kernel with pages of 4 KiB, as most who use Jailhouse do, or say of guests with other "
     "kernels than this which page_size they have"},
    {"no-modules", AJ_SEV_ERROR, no_modules, "build the kernel with MODULES"},
    {"signed-modules", AJ_SEV_WARNING, signed_modules, "sign jailhouse.ko"},
    {"no-overlays", AJ_SEV_WARNING, no_overlays, "build the kernel with both"},
    {"no-driver", AJ_SEV_WARNING, no_driver, "build and install Jailhouse for this kernel"},
    {"no-tool", AJ_SEV_WARNING, no_tool, "install Jailhouse's tools"},
    {"no-hypervisor", AJ_SEV_WARNING, no_firmware, "install Jailhouse's firmware"},
    {"smt-on", AJ_SEV_WARNING, smt,
     "boot with nosmt, or give a real-time cell all threads of its cores"},
    {"governor", AJ_SEV_WARNING, governor, "set the knob governor to performance in cells.yml"},
    {"idle-deep", AJ_SEV_WARNING, idle, "set the knob idle_states to shallow in cells.yml"},
    {"not-preempt-rt", AJ_SEV_INFO, preemption, "use a PREEMPT_RT kernel where deadlines count"},
    {"clocksource", AJ_SEV_WARNING, clocksource,
     "see in the kernel's log why it was chosen; clocksource= asks for another"},
    {"tsc-unsteady", AJ_SEV_WARNING, tsc, "switch deep states off in the firmware's setup"},
    {"rt-throttling", AJ_SEV_WARNING, throttling, "set the knob rt_throttling to off in cells.yml"},
    {"heat", AJ_SEV_WARNING, heat, "cool the board better, or lower its greatest frequency"},
};

/* By words of the reasons that extraction gives; the first that fits. */
static const struct {
    const char *word, *id, *advice;
} obstacles[] = {
    {"EL1", "no-el2", "use firmware that starts Linux in EL2"},
    {"hvc", "no-el2", "start Linux without another hypervisor, in EL2"},
    {"redistributors", "gic-redistributors", NULL},
    {"GIC", "gic", NULL},
    {"PSCI", "psci", "use firmware with PSCI 0.2 or later"},
    {"VT-d", "no-vtd", "switch VT-d on in the firmware's setup"},
    {"no virtualization", "no-virtualization", "switch VT-x or SVM on in the firmware's setup"},
    {"npt", "no-npt", "take another machine"},
    {"virtualization of the CPUs lacks", "vmx-feature", "take another machine"},
    {"ACPI", "not-root", "extract the board as root"},
    {"", "jailhouse-impossible", NULL},
};

typedef AJ_VEC(struct model_finding) finding_list;

static void add_obstacle(finding_list *list, struct aj_arena *out, const char *reason)
{
    size_t i = 0;
    while (strstr(reason, obstacles[i].word) == NULL)
        i++;
    AJ_PUSH(out, list,
            ((struct model_finding){obstacles[i].id, AJ_SEV_ERROR, reason, obstacles[i].advice}));
}

/* What extraction found odd; an error of it is one of a source, not of the board. */
static void add_note(finding_list *list, struct aj_arena *out, const struct model_board_note *note)
{
    if (note->level == NULL || strcmp(note->level, "info") == 0 || note->text == NULL)
        return;
    AJ_PUSH(out, list,
            ((struct model_finding){
                note->code == NULL ? "board-note" : note->code, AJ_SEV_WARNING,
                note->where == NULL ? note->text : aj_strf(out, "%s: %s", note->where, note->text),
                NULL}));
}

void model_doctor(const struct model_board *board, struct aj_arena *out,
                  const struct model_finding **findings, size_t *count)
{
    finding_list list = {0};
    for (size_t i = 0; i < board->jailhouse.reasons_count; i++)
        add_obstacle(&list, out, board->jailhouse.reasons[i]);
    for (size_t i = 0; i < AJ_COUNT(checks); i++) {
        const char *text = checks[i].judge(board, out);
        if (text != NULL)
            AJ_PUSH(
                out, &list,
                ((struct model_finding){checks[i].id, checks[i].severity, text, checks[i].advice}));
    }
    for (size_t i = 0; i < board->diagnostics_count; i++)
        add_note(&list, out, &board->diagnostics[i]);
    *findings = list.items;
    *count = list.count;
}
