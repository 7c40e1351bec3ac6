/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/doctor.h"

#include "tests/model/values.h"

/* What a file says, and the finding that follows; NULL: none. The findings of `sound` are none. */
struct row {
    const char *text, *id;
    enum aj_severity severity;
};

#define X86(more) "arch: x86\nplatform: {x86: {" more "}}\n"
#define TSC       "constant_tsc, nonstop_tsc"
#define INTEL(cap, ecap, more)                                                                 \
    "arch: x86\niommu: [{type: intel, base: 0xfed90000, size: 4096, cap: " cap ", ecap: " ecap \
    "}]\n" more
#define REASON(text)   X86("") "jailhouse: {possible: false, reasons: [\"" text "\"]}\n"
#define REALTIME(text) X86("") "realtime: {" text "}\n"

static const struct row rows[] = {
    {X86("cpu_flags: [vmx, " TSC "]"), "vmx-unknown", AJ_SEV_INFO},
    {X86("cpu_flags: [vmx, " TSC "], vmx_flags: [ept]"), "vmx-apic", AJ_SEV_ERROR},
    {X86("cpu_flags: [vmx, " TSC "], vmx_flags: [ept, vapic]"), NULL, AJ_SEV_INFO},
    {X86("cpu_flags: [svm, constant_tsc]"), "tsc-unsteady", AJ_SEV_WARNING},
    {INTEL("0x86", "0xa", ""), "vtd-levels", AJ_SEV_ERROR},
    {INTEL("0x286", "0x8", ""), "vtd-queue", AJ_SEV_ERROR},
    {INTEL("0x286", "0x2", ""), "vtd-interrupts", AJ_SEV_ERROR},
    {INTEL("0x286", "0xa", "platform: {x86: {apic_mode: 2}}\n"), "vtd-x2apic", AJ_SEV_ERROR},
    {INTEL("0xd2008c22260286", "0xf00f4a", ""), NULL, AJ_SEV_INFO},
    {INTEL("0", "0", "platform: {x86: {apic_mode: 2}}\n"), NULL, AJ_SEV_INFO},
    {"arch: arm64\n", "no-iommu", AJ_SEV_WARNING},
    {"arch: arm64\niommu: [{type: smmuv3, base: 0, size: 4096}]\nkernel: {page_size: 64 KiB}\n",
     "page-size", AJ_SEV_WARNING},
    {X86("") "kernel: {config: [HZ=250]}\n", "no-modules", AJ_SEV_ERROR},
    {X86("") "kernel: {config: [MODULES=y, MODULE_SIG_FORCE=y]}\n", "signed-modules",
     AJ_SEV_WARNING},
    {"arch: arm\niommu: [{type: other, base: 0, size: 4096}]\nkernel: {config: [MODULES=y]}\n",
     "no-overlays", AJ_SEV_WARNING},
    {X86("") "kernel: {config: [MODULES=y]}\n", NULL, AJ_SEV_INFO},
    {X86("") "jailhouse: {looked_for: true, tool: t, firmware: f}\n", "no-driver", AJ_SEV_WARNING},
    {X86("") "jailhouse: {looked_for: true, driver: loaded, firmware: f}\n", "no-tool",
     AJ_SEV_WARNING},
    {X86("") "jailhouse: {looked_for: true, driver: loaded, tool: t}\n", "no-hypervisor",
     AJ_SEV_WARNING},
    {REALTIME("smt: on"), "smt-on", AJ_SEV_WARNING},
    {REALTIME("smt: notsupported"), NULL, AJ_SEV_INFO},
    {REALTIME("frequencies: [{cpus: 0, governor: performance}, {cpus: 1-3, governor: ondemand}]"),
     "governor", AJ_SEV_WARNING},
    {REALTIME("frequencies: [{cpus: 0-3, governor: performance}]"), NULL, AJ_SEV_INFO},
    {REALTIME("idle_states: [{name: C1, latency: 2 us, cpus: 0}, {name: C6, latency: 133 us, cpus: "
              "0-1, disabled: 1}]"),
     "idle-deep", AJ_SEV_WARNING},
    {REALTIME("idle_states: [{name: C6, latency: 133 us, cpus: 0-1, disabled: 0-1}]"), NULL,
     AJ_SEV_INFO},
    {X86("") "kernel: {release: \"6.1\"}\n", "not-preempt-rt", AJ_SEV_INFO},
    {X86("") "kernel: {release: \"6.1\", preempt_rt: true}\n", NULL, AJ_SEV_INFO},
    {REALTIME("clocksource: hpet"), "clocksource", AJ_SEV_WARNING},
    {REALTIME("clocksource: tsc"), NULL, AJ_SEV_INFO},
    {REALTIME("rt_runtime_us: 950000"), "rt-throttling", AJ_SEV_WARNING},
    {REALTIME("throttled: 3"), "heat", AJ_SEV_WARNING},
    {REASON("the kernel was started in EL1, without hypervisor mode"), "no-el2", AJ_SEV_ERROR},
    {REASON("PSCI is called by hvc: another hypervisor"), "no-el2", AJ_SEV_ERROR},
    {REASON("the redistributors of the GIC are not in one range"), "gic-redistributors",
     AJ_SEV_ERROR},
    {REASON("there is no GICv2 or GICv3"), "gic", AJ_SEV_ERROR},
    {REASON("fewer than two CPUs can be started through PSCI"), "psci", AJ_SEV_ERROR},
    {REASON("there is no VT-d, which Jailhouse insists on"), "no-vtd", AJ_SEV_ERROR},
    {REASON("the CPUs have no virtualization, or"), "no-virtualization", AJ_SEV_ERROR},
    {REASON("the CPUs cannot nest page tables (npt)"), "no-npt", AJ_SEV_ERROR},
    {REASON("virtualization of the CPUs lacks ept"), "vmx-feature", AJ_SEV_ERROR},
    {REASON("the tables of ACPI are missing"), "not-root", AJ_SEV_ERROR},
    {REASON("written by hand"), "jailhouse-impossible", AJ_SEV_ERROR},
    {X86("") "diagnostics: [{level: info, code: x, text: t}, {level: warning, code: odd, text: "
             "t}]\n",
     "odd", AJ_SEV_WARNING},
};

static void each_finding(void **state)
{
    struct values values, *v = &values;
    (void)state;
    values_open(v);
    for (size_t i = 0; i < AJ_COUNT(rows); i++) {
        const struct model_board *board = NULL;
        const struct model_finding *findings = NULL;
        size_t count = 0;
        const struct aj_yaml *doc = values_parse(v, rows[i].text);
        assert_int_equal(model_board_read(&v->cx, doc, v->arena, &board), AJ_OK);
        model_doctor(board, v->arena, &findings, &count);
        if (count != (rows[i].id != NULL))
            fail_msg("%zu findings of\n%s%s", count, rows[i].text, count > 0 ? findings[0].id : "");
        if (rows[i].id == NULL)
            continue;
        assert_string_equal(findings[0].id, rows[i].id);
        assert_int_equal(findings[0].severity, rows[i].severity);
    }
    values_close(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_finding)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
