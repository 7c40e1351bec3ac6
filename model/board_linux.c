/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/board_linux.h"

#include "model/board_priv.h"

static const struct aj_field irq_count_fields[] = {
    AJ_F_UINT(struct model_irq_count, intid, AJ_NONE32, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct model_irq_count, owner),
    AJ_F_UINTS(struct model_irq_count, counts, .flags = AJ_FIELD_FLOW),
    AJ_F_UINTS(struct model_irq_count, fired, .flags = AJ_FIELD_FLOW),
    AJ_F_INTSET(struct model_irq_count, affinity, AJ_CPU_MAX - 1),
    AJ_F_INTSET(struct model_irq_count, effective, AJ_CPU_MAX - 1),
};
const struct aj_schema model_irq_count_schema = {
    .what = "interrupt count",
    .size = sizeof(struct model_irq_count),
    .fields = irq_count_fields,
    .fields_count = AJ_COUNT(irq_count_fields),
};

static const struct aj_field kernel_fields[] = {
    AJ_F_STRING(struct model_board_kernel, release),
    AJ_F_STRING(struct model_board_kernel, cmdline),
    AJ_F_BOOL(struct model_board_kernel, preempt_rt),
    AJ_F_SIZE(struct model_board_kernel, page_size, AJ_PAGE),
    AJ_F_SIZE(struct model_board_kernel, mem_limit, AJ_NONE64),
    AJ_F_STRINGS(struct model_board_kernel, config, .flags = AJ_FIELD_FLOW),
};
const struct aj_schema model_board_kernel_schema = {
    .what = "kernel",
    .size = sizeof(struct model_board_kernel),
    .fields = kernel_fields,
    .fields_count = AJ_COUNT(kernel_fields),
};

static const struct aj_field jailhouse_fields[] = {
    AJ_F_BOOL(struct model_jailhouse_facts, possible, .def = true),
    AJ_F_BOOL(struct model_jailhouse_facts, running),
    AJ_F_STRINGS(struct model_jailhouse_facts, reasons),
    AJ_F_BOOL(struct model_jailhouse_facts, looked_for),
    AJ_F_STRING(struct model_jailhouse_facts, tool),
    AJ_F_STRING(struct model_jailhouse_facts, driver),
    AJ_F_STRING(struct model_jailhouse_facts, firmware),
};
const struct aj_schema model_jailhouse_facts_schema = {
    .what = "jailhouse",
    .size = sizeof(struct model_jailhouse_facts),
    .fields = jailhouse_fields,
    .fields_count = AJ_COUNT(jailhouse_fields),
};

static const struct aj_field idle_state_fields[] = {
    AJ_F_STRING(struct model_idle_state, name),
    AJ_F_KEY("latency", AJ_FIELD_DURATION, struct model_idle_state, latency_ns),
    AJ_F_INTSET(struct model_idle_state, cpus, AJ_CPU_MAX - 1),
    AJ_F_INTSET(struct model_idle_state, disabled, AJ_CPU_MAX - 1),
};
static const struct aj_schema idle_state_schema = {
    .what = "idle state",
    .size = sizeof(struct model_idle_state),
    .fields = idle_state_fields,
    .fields_count = AJ_COUNT(idle_state_fields),
};

static const struct aj_field frequency_fields[] = {
    AJ_F_INTSET(struct model_frequency_domain, cpus, AJ_CPU_MAX - 1),
    AJ_F_STRING(struct model_frequency_domain, driver),
    AJ_F_STRING(struct model_frequency_domain, governor),
    AJ_F_UINT(struct model_frequency_domain, min_khz, AJ_NONE32),
    AJ_F_UINT(struct model_frequency_domain, max_khz, AJ_NONE32),
};
static const struct aj_schema frequency_schema = {
    .what = "frequency domain",
    .size = sizeof(struct model_frequency_domain),
    .fields = frequency_fields,
    .fields_count = AJ_COUNT(frequency_fields),
};

static const struct aj_field timing_fields[] = {
    AJ_F_STRING(struct model_timing, smt),
    AJ_F_STRING(struct model_timing, clocksource),
    AJ_F_STRINGS(struct model_timing, clocksources, .flags = AJ_FIELD_FLOW),
    AJ_F_INTSET(struct model_timing, isolcpus, AJ_CPU_MAX - 1),
    AJ_F_INTSET(struct model_timing, nohz_full, AJ_CPU_MAX - 1),
    AJ_F_INTSET(struct model_timing, rcu_nocbs, AJ_CPU_MAX - 1),
    AJ_F_INTSET(struct model_timing, irqaffinity, AJ_CPU_MAX - 1),
    AJ_F_UINT(struct model_timing, rt_runtime_us, 0),
    AJ_F_UINT(struct model_timing, throttled, 0),
    AJ_F_LIST(struct model_timing, idle_states, &idle_state_schema),
    AJ_F_LIST(struct model_timing, frequencies, &frequency_schema),
    AJ_F_KEY("sampled", AJ_FIELD_DURATION, struct model_timing, sampled_ns),
};
const struct aj_schema model_timing_schema = {
    .what = "real-time facts",
    .size = sizeof(struct model_timing),
    .fields = timing_fields,
    .fields_count = AJ_COUNT(timing_fields),
};

static const struct aj_field numa_node_fields[] = {
    AJ_F_UINT(struct model_numa_node, node, AJ_NONE32, .flags = AJ_FIELD_REQUIRED),
    AJ_F_INTSET(struct model_numa_node, cpus, AJ_CPU_MAX - 1),
    AJ_F_UINTS(struct model_numa_node, distances, .flags = AJ_FIELD_FLOW),
};
const struct aj_schema model_numa_node_schema = {
    .what = "NUMA node",
    .size = sizeof(struct model_numa_node),
    .fields = numa_node_fields,
    .fields_count = AJ_COUNT(numa_node_fields),
};

bool model_page_exists(enum model_arch arch, aj_size size)
{
    return size == AJ_PAGE ||
           (arch == MODEL_ARCH_ARM64 && (size == AJ_KIB(16) || size == AJ_KIB(64)));
}
