/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test.yml: what is run on the target, and what must come out of it. docs/formats.md describes it
 * for users.
 */
#ifndef EXPLORE_TESTSPEC_H
#define EXPLORE_TESTSPEC_H

#include "base/cpuset.h"
#include "base/schema.h"

/* What a metric must be: at_least <= it < below. */
struct explore_threshold {
    const char *metric;
    const char *pattern; /* of tests that run a program: group 1 is the number */
    const char *unit;    /* of that number, for the reader */
    const char *below_text, *at_least_text;
    double below, at_least; /* in the metric's unit; HUGE_VAL, -HUGE_VAL: no such limit */
    bool durations;         /* the limits are written as durations: in us */
    const struct aj_yaml *at;
};

struct explore_checks {
    uint8_t exit;                   /* status that the program must end with */
    const char *const *matches;     /* POSIX extended regular expressions that some line of */
    size_t matches_count;           /* standard output matches, each of them */
    const char *const *matches_not; /* and those that none does */
    size_t matches_not_count;
    const struct explore_threshold *metrics;
    size_t metrics_count;
};

/* Measures wake-up latencies with cyclictest. */
struct explore_latency {
    struct aj_cpuset cpus;
    int64_t duration_ns; /* of all blocks; a block is a whole number of seconds */
    uint32_t blocks;
    int64_t interval_ns; /* whole microseconds */
    uint32_t priority;
    int64_t deadline_ns; /* 0: none */
    bool suppress_idle;  /* no deep idle states during the measurement */
    const char *const *load;
    size_t load_count; /* 0: no load */
};

struct explore_test {
    const char *name;
    const char *cell; /* "root" or the key of a guest */
    const char *const *run;
    size_t run_count;                      /* 0: `latency` is there */
    const struct explore_latency *latency; /* NULL: `run` is there */
    struct explore_checks checks;
    int64_t time_limit_ns; /* 0: 60 s, or what the latencies take and 60 s */
    const struct aj_yaml *at;
};

struct explore_testspec {
    const struct explore_test *tests;
    size_t tests_count;
    int64_t boot_limit_ns; /* until a guest that was started answers */
};

/*
 * Can it be measured like this, whatever the CPUs are? Reports each "range" with the key of `node`,
 * whose path is `path`.
 */
AJ_NODISCARD enum aj_status explore_latency_check(struct aj_ctx *cx, const struct aj_yaml *node,
                                                  const char *path,
                                                  const struct explore_latency *latency);

/*
 * Reads it. Beside the ids of base/schema.h: "test-kind" (neither or both of run and latency),
 * "test-regex" (no regular expression, or a metric's pattern without a group), "test-metric" (a
 * metric that the test does not have, or a threshold that is none).
 */
extern const struct aj_schema explore_testspec_schema;
AJ_NODISCARD enum aj_status explore_testspec_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                                  struct aj_arena *out,
                                                  const struct explore_testspec **spec);

/* The metrics of a latency test, in the order of the results. */
enum explore_metric_id {
    EXPLORE_MIN,
    EXPLORE_AVG,
    EXPLORE_P50,
    EXPLORE_P99,
    EXPLORE_P999,
    EXPLORE_MAX,
    EXPLORE_BLOCK_MAX,        /* median of the blocks' maxima */
    EXPLORE_MAX_1H,           /* estimate of what is exceeded once in an hour */
    EXPLORE_EXCEEDING,        /* share of the wake-ups beyond the deadline */
    EXPLORE_EXCEEDING_BLOCKS, /* share of the blocks with such a wake-up */
};
extern const struct aj_name explore_metric_names[];
/* "us", or "1" for shares. */
const char *explore_metric_unit(enum explore_metric_id id);

#endif
