/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cyclictest of the rt-tests: what it can do, how it is called, what it prints. It exits with 0 where
 * it only printed its help, leaves out what it does not know, and never says that a run is worthless;
 * so nothing is taken for granted here. It is run elsewhere (explore/measure.h).
 *
 * Source: cyclictest 2.40 (rt-tests 2.4) and its outputs; rt-tests 0.84 for the older form.
 */
#ifndef EXPLORE_CYCLICTEST_H
#define EXPLORE_CYCLICTEST_H

#include "base/cpuset.h"
#include "base/fs.h"
#include "model/measurement.h"

/* Found in the text of `cyclictest --help`: what is installed, not what its version should have. */
struct explore_cyclictest {
    const char *version;  /* "2.40"; NULL: it does not say */
    bool json;            /* --json FILE; else the histogram is read from standard output */
    bool histfile;        /* --histfile FILE */
    bool mainaffinity;    /* --mainaffinity CPUS */
    bool default_system;  /* --default-system: leave power management alone */
    bool needs_nanosleep; /* 1.x measures with POSIX timers unless -n */
};

/* AJ_ERR_TARGET "cyclictest" if `help` is not the help of a cyclictest. */
AJ_NODISCARD enum aj_status explore_cyclictest_probe(struct aj_ctx *cx, struct aj_bytes help,
                                                     struct aj_arena *out,
                                                     struct explore_cyclictest *tool);

/* One run: a thread per CPU of `cpus`, in ascending order. */
struct explore_cyclictest_run {
    struct aj_cpuset cpus; /* not empty */
    uint32_t main_cpu;     /* where its main thread may disturb; AJ_NONE32: say nothing */
    uint32_t priority;     /* 1..99 */
    uint32_t interval_us;  /* EXPLORE_INTERVAL_MIN_US.. */
    uint32_t seconds;      /* > 0: the tool takes 0 for endless, and fractions for 0 */
    uint32_t bins;         /* of 1 us, > 0 */
    uint32_t break_us;     /* > 0: it ends at a latency above this */
    bool watched;          /* ask the kernel what the threads were granted */
    bool suppress_idle;    /* hold /dev/cpu_dma_latency at 0: no deep idle states during the run */
};
enum {
    EXPLORE_INTERVAL_MIN_US = 50, /* an interval of 0 hangs and ignores SIGTERM */
    EXPLORE_BINS_MAX = 1000000    /* 8 bytes per bin and thread on the target */
};

/*
 * The command of a run. Without `json_file`, or where the tool cannot write one, the histogram comes
 * on standard output. argv[argc] and NULL live in `out`.
 */
const char *const *explore_cyclictest_command(const struct explore_cyclictest *tool,
                                              const struct explore_cyclictest_run *run,
                                              const char *json_file, struct aj_arena *out,
                                              size_t *argc);

/* What a run printed. */
struct explore_cyclictest_result {
    const struct model_latency *threads; /* in the tool's order */
    size_t threads_count;
    bool cpus_known;     /* the CPUs are the tool's word; else `cpu` is 0 everywhere */
    int64_t bin_ns;      /* 1000, or 1 where it measured in nanoseconds */
    uint64_t bins;       /* rows of a histogram in text; 0: not told */
    const char *version; /* NULL: not told */
    bool broke;          /* ended early by a latency beyond its limit (-b) */
    int64_t broke_ns;    /* that latency */
};

/*
 * Reads what a run printed: JSON if there is an object, else a histogram in text (-h or -H). `bytes`
 * are hostile. AJ_ERR_INPUT "cyclictest-help" (its help, because it did not understand an option),
 * "cyclictest-empty" (no results), "cyclictest-json" (no JSON, or without what must be there),
 * "cyclictest-text" (a histogram that does not agree with itself), "cyclictest-code" (its own code
 * of the end is not 0). `name` stands in positions.
 */
AJ_NODISCARD enum aj_status explore_cyclictest_read(struct aj_ctx *cx, const char *name,
                                                    struct aj_bytes bytes, struct aj_arena *out,
                                                    struct explore_cyclictest_result *result);

#endif
