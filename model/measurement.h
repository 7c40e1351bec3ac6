/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A measurement: wake-up latencies of one configuration under one load, as a histogram per thread
 * and block, with the environment they were taken in. Blocks are separate runs of the measuring
 * tool, one after the other, so that statistics can ask whether they are alike.
 */
#ifndef MODEL_MEASUREMENT_H
#define MODEL_MEASUREMENT_H

#include "base/cpuset.h"
#include "base/num.h"
#include "base/schema.h"

/* Samples with a latency in [at, at + 1) bins. */
struct model_bin {
    uint32_t at;
    uint64_t count; /* > 0 */
};
/* Ascending `at`, empty bins left out; in YAML {at: count, ...}. */
struct model_histogram {
    const struct model_bin *bins; /* bins[bins_count] */
    size_t bins_count;
};

/*
 * One measuring thread during one block. The counts of all bins and `overflow` add up to `cycles`.
 * Latencies are cut down to whole bins, as the measuring tool does it: one that is shown as less than
 * a border of bins was less than it.
 */
struct model_latency {
    uint32_t cpu; /* Linux' number */
    uint64_t cycles;
    uint64_t overflow;              /* samples beyond the histogram: known to be long, no more */
    int64_t min_ns, avg_ns, max_ns; /* of all samples, also those beyond the histogram; 0 without */
    struct model_histogram histogram;
};

/* threads[k] is the same thread in every block: the CPUs are in the same order. */
struct model_block {
    const struct model_latency *threads;
    size_t threads_count;
};

/* What the latencies depend on and the requirements do not say; NULL: the target does not tell. */
struct model_environment {
    const char *kernel;                   /* release and version */
    const char *machine;                  /* architecture as uname tells it */
    const char *cmdline;                  /* of the kernel */
    const char *realtime;                 /* /sys/kernel/realtime: "1" with PREEMPT_RT */
    const char *clocksource;              /* in use */
    const char *isolated;                 /* CPUs that the scheduler leaves alone */
    const char *governors;                /* of the CPUs' frequencies, each once */
    const char *rt_runtime;               /* sched_rt_runtime_us: -1 is no throttling */
    const char *frequency_limits;         /* highest allowed of the CPUs' frequencies, in kHz */
    const char *throttling;               /* counters and states of what slows hot CPUs down */
    const char *load_before, *load_after; /* load averages around the measurement */
};

/* A command that ran beside a measurement. */
struct model_load {
    const char *cell;      /* whose load it is; NULL: nobody's */
    struct aj_cpuset cpus; /* where it was held; empty: nowhere */
    const char *const *command;
    size_t command_count;
};

/* An interrupt that was to fire on a certain CPU, and where it did during the measurement. */
struct model_irq_fired {
    uint32_t intid;
    uint32_t cpu;
    uint64_t there, elsewhere;
};

struct model_measurement {
    const char *tool;    /* "cyclictest 2.40" */
    int64_t interval_ns; /* between two wake-ups of a thread */
    int64_t block_ns;    /* how long one block measures */
    uint32_t priority;   /* SCHED_FIFO */
    int64_t bin_ns;      /* width of a bin */
    uint32_t bins;       /* histograms reach from 0 to bins * bin_ns */
    const struct model_load *loads;
    size_t loads_count;
    struct model_environment environment;
    const struct model_irq_fired *interrupts; /* those that were routed */
    size_t interrupts_count;
    const struct model_block *blocks; /* in the order of time */
    size_t blocks_count;
};

/*
 * Reads and writes it. Beside the ids of base/schema.h: "latency-counts" (counts that do not add up,
 * or a smallest latency above the greatest), "latency-threads" (blocks that differ in their CPUs),
 * "latency-bins" (histogram keys that do not ascend or lie beyond the histogram).
 */
extern const struct aj_schema model_measurement_schema;
AJ_NODISCARD enum aj_status model_measurement_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                                   struct aj_arena *out,
                                                   const struct model_measurement **measurement);
void model_measurement_write(const struct model_measurement *measurement, struct aj_buf *to);

/* The samples of both, which are of one CPU; counts beyond 2^64 - 1 stay there. */
struct model_latency model_latency_merge(const struct model_latency *a,
                                         const struct model_latency *b, struct aj_arena *out);
/* All blocks of thread `thread` as one; counts beyond 2^64 - 1 stay there. */
struct model_latency model_measurement_merge(const struct model_measurement *measurement,
                                             size_t thread, struct aj_arena *out);
/*
 * Samples that may have been longer than `limit_ns`: those in bins that reach beyond it, and the
 * overflow. Exact where `limit_ns` is a border of bins within the histogram.
 */
uint64_t model_latency_beyond(const struct model_latency *latency, int64_t bin_ns,
                              int64_t limit_ns);
/*
 * The sample of this rank, 1 <= rank <= cycles, from the shortest: cut down to its bin; max_ns where
 * it lies beyond the histogram.
 */
int64_t model_latency_at_rank(const struct model_latency *latency, int64_t bin_ns, uint64_t rank);

#endif
