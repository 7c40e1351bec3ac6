/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_results.yml: what became of each test of test.yml, with the numbers and how sure they are.
 */
#ifndef EXPLORE_RESULTS_H
#define EXPLORE_RESULTS_H

#include "explore/stats.h"
#include "model/measurement.h"
#include "model/plan.h"

/* A test that could not be run to its end, or whose measurement is void, is an error, no pass. */
enum explore_outcome { EXPLORE_PASS, EXPLORE_FAIL, EXPLORE_ERROR };
extern const struct aj_name explore_outcome_names[];

/* Encloses the true value, 95 % sure, if the blocks are independent and alike. */
struct explore_bounds {
    double low, high;
};

struct explore_metric {
    const char *name;
    uint32_t cpu; /* AJ_NONE32: of no CPU */
    double value;
    const char *unit;                    /* "us"; "1" for a share; what test.yml says */
    const struct explore_bounds *bounds; /* NULL: nothing may be said beyond what was seen */
    uint64_t count;                      /* how many of `of` the value is made from */
    const char *of;                      /* "blocks", "wake-ups", "output" */
};

struct explore_result {
    const char *name, *cell;
    uint8_t outcome;    /* enum explore_outcome */
    const char *reason; /* NULL: passed */
    int64_t duration_ns;
    const struct explore_metric *metrics;
    size_t metrics_count;
    const char *const *notes; /* what the numbers do not say */
    size_t notes_count;
    const struct model_measurement *measurement; /* of latency tests; without metrics if void */
};

struct explore_deployed_file {
    const char *name;   /* as `config` wrote it, relative to its directory */
    const char *sha256; /* of what the target got, 64 hexadecimal digits */
};
/* What ran on the target during the tests: enough to learn from the results without the files. */
struct explore_deployed {
    const char *directory;         /* on the target */
    const struct model_plan *plan; /* what was decided, of which the files are made */
    const struct explore_deployed_file *files;
    size_t files_count;
};

struct explore_results {
    const char *login;
    const struct explore_deployed *deployed; /* NULL: the target was taken as it was */
    const char
        *broken; /* why its cells did not survive the tests, or do not stop; NULL: all is well */
    uint32_t passed, failed, errors;
    const struct explore_result *tests; /* in the order of test.yml */
    size_t tests_count;
};

extern const struct aj_schema explore_results_schema;
/* Reads it; the ids of base/schema.h and of model/measurement.h. */
AJ_NODISCARD enum aj_status explore_results_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                                 struct aj_arena *out,
                                                 const struct explore_results **results);
void explore_results_write(const struct explore_results *results, struct aj_buf *to);
/* The same for programs that read JUnit's XML: one suite, failures and errors with their reasons. */
void explore_results_write_junit(const struct explore_results *results, struct aj_buf *to);

#endif
