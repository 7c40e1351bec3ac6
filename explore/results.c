/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/results.h"

#include <inttypes.h>

#include "explore/number.h"

const struct aj_name explore_outcome_names[] = {
    {EXPLORE_PASS, "pass"},
    {EXPLORE_FAIL, "fail"},
    {EXPLORE_ERROR, "error"},
    {0, NULL},
};

static const struct aj_field bounds_fields[] = {
    AJ_F_CUSTOM(struct explore_bounds, low, &explore_number_field, .flags = AJ_FIELD_ALWAYS),
    AJ_F_CUSTOM(struct explore_bounds, high, &explore_number_field, .flags = AJ_FIELD_ALWAYS),
};
static const struct aj_schema bounds_schema = {
    .what = "interval",
    .size = sizeof(struct explore_bounds),
    .fields = bounds_fields,
    .fields_count = AJ_COUNT(bounds_fields),
};

static const struct aj_field metric_fields[] = {
    AJ_F_STRING(struct explore_metric, name, .flags = AJ_FIELD_REQUIRED),
    AJ_F_UINT(struct explore_metric, cpu, AJ_NONE32),
    AJ_F_CUSTOM(struct explore_metric, value, &explore_number_field, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct explore_metric, unit),
    AJ_F_KEY("interval_95", AJ_FIELD_OPTIONAL, struct explore_metric, bounds, .sub = &bounds_schema,
             .flags = AJ_FIELD_FLOW),
    AJ_F_UINT(struct explore_metric, count, 0),
    AJ_F_STRING(struct explore_metric, of),
};
static const struct aj_schema metric_schema = {
    .what = "metric",
    .size = sizeof(struct explore_metric),
    .fields = metric_fields,
    .fields_count = AJ_COUNT(metric_fields),
};

static const struct aj_field result_fields[] = {
    AJ_F_STRING(struct explore_result, cell, .def_text = "root"),
    AJ_F_ENUM(struct explore_result, outcome, explore_outcome_names, EXPLORE_ERROR,
              .max = EXPLORE_ERROR, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct explore_result, reason),
    AJ_F_KEY("duration", AJ_FIELD_DURATION, struct explore_result, duration_ns),
    AJ_F_LIST(struct explore_result, metrics, &metric_schema),
    AJ_F_STRINGS(struct explore_result, notes),
    AJ_F_OPTIONAL(struct explore_result, measurement, &model_measurement_schema),
};
static const struct aj_schema result_schema = {
    .what = "result",
    .size = sizeof(struct explore_result),
    .fields = result_fields,
    .fields_count = AJ_COUNT(result_fields),
};

static const struct aj_field file_fields[] = {
    AJ_F_STRING(struct explore_deployed_file, name, .flags = AJ_FIELD_REQUIRED),
    AJ_F_STRING(struct explore_deployed_file, sha256, .flags = AJ_FIELD_REQUIRED),
};
static const struct aj_schema file_schema = {
    .what = "deployed file",
    .size = sizeof(struct explore_deployed_file),
    .fields = file_fields,
    .fields_count = AJ_COUNT(file_fields),
};

static const struct aj_field deployed_fields[] = {
    AJ_F_STRING(struct explore_deployed, directory),
    AJ_F_LIST(struct explore_deployed, files, &file_schema),
    AJ_F_OPTIONAL(struct explore_deployed, plan, &model_plan_schema, .flags = AJ_FIELD_REQUIRED),
};
static const struct aj_schema deployed_schema = {
    .what = "deployed",
    .size = sizeof(struct explore_deployed),
    .fields = deployed_fields,
    .fields_count = AJ_COUNT(deployed_fields),
};

static const struct aj_field results_fields[] = {
    AJ_F_STRING(struct explore_results, login),
    AJ_F_OPTIONAL(struct explore_results, deployed, &deployed_schema),
    AJ_F_STRING(struct explore_results, broken),
    AJ_F_UINT(struct explore_results, passed, 0, .flags = AJ_FIELD_ALWAYS),
    AJ_F_UINT(struct explore_results, failed, 0, .flags = AJ_FIELD_ALWAYS),
    AJ_F_UINT(struct explore_results, errors, 0, .flags = AJ_FIELD_ALWAYS),
    AJ_F_MAP(struct explore_results, tests, &result_schema),
};
const struct aj_schema explore_results_schema = {
    .what = "results of tests",
    .size = sizeof(struct explore_results),
    .fields = results_fields,
    .fields_count = AJ_COUNT(results_fields),
};

enum aj_status explore_results_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                    struct aj_arena *out, const struct explore_results **results)
{
    struct explore_results *read = AJ_NEW(out, struct explore_results);
    AJ_TRY(aj_schema_read(cx, &explore_results_schema, doc, "", out, read));
    *results = read;
    return AJ_OK;
}

void explore_results_write(const struct explore_results *results, struct aj_buf *to)
{
    aj_schema_write_document(to, "What became of the tests.", &explore_results_schema, results);
}

/* JUnit */

static void add_attribute(struct aj_buf *to, const char *name, const char *value)
{
    aj_buf_addf(to, " %s=\"", name);
    aj_buf_add_xml(to, value);
    aj_buf_adds(to, "\"");
}

static void add_seconds(struct aj_buf *to, int64_t ns)
{
    aj_buf_addf(to, " time=\"%" PRId64 ".%03" PRId64 "\"", ns / 1000000000, ns / 1000000 % 1000);
}

static void add_metrics(struct aj_buf *to, const struct explore_result *result,
                        struct aj_arena *arena)
{
    aj_buf_adds(to, "      <properties>\n");
    for (size_t i = 0; i < result->metrics_count; i++) {
        const struct explore_metric *m = &result->metrics[i];
        const char *name =
            m->cpu == AJ_NONE32 ? m->name : aj_strf(arena, "%s.cpu%" PRIu32, m->name, m->cpu);
        const char *value = explore_number_format(arena, m->value);
        aj_buf_adds(to, "        <property");
        add_attribute(to, "name", name);
        add_attribute(to, "value",
                      m->unit != NULL && strcmp(m->unit, "1") != 0
                          ? aj_strf(arena, "%s %s", value, m->unit)
                          : value);
        aj_buf_adds(to, "/>\n");
    }
    aj_buf_adds(to, "      </properties>\n");
}

static void add_case(struct aj_buf *to, const struct explore_result *result)
{
    static const char *const elements[] = {
        [EXPLORE_PASS] = NULL, [EXPLORE_FAIL] = "failure", [EXPLORE_ERROR] = "error"};
    struct aj_arena *arena = aj_arena_open();
    aj_buf_adds(to, "    <testcase");
    add_attribute(to, "classname", result->cell != NULL ? result->cell : "root");
    add_attribute(to, "name", result->name);
    add_seconds(to, result->duration_ns);
    aj_buf_adds(to, ">\n");
    if (result->metrics_count > 0)
        add_metrics(to, result, arena);
    if (elements[result->outcome] != NULL) {
        aj_buf_addf(to, "      <%s", elements[result->outcome]);
        add_attribute(to, "message", result->reason != NULL ? result->reason : "");
        aj_buf_adds(to, "/>\n");
    }
    for (size_t i = 0; i < result->notes_count; i++) {
        aj_buf_adds(to, "      <system-out>");
        aj_buf_add_xml(to, result->notes[i]);
        aj_buf_adds(to, "</system-out>\n");
    }
    aj_buf_adds(to, "    </testcase>\n");
    aj_arena_close(arena);
}

/* The cells as a test of their own: else a reader of XML sees only tests that passed before they died. */
static struct explore_result cells_of(const struct explore_results *results)
{
    return (struct explore_result){.name = "cells",
                                   .cell = "autojail",
                                   .outcome =
                                       results->broken == NULL ? EXPLORE_PASS : EXPLORE_ERROR,
                                   .reason = results->broken};
}

void explore_results_write_junit(const struct explore_results *results, struct aj_buf *to)
{
    const struct explore_result cells = cells_of(results);
    const size_t more = results->deployed != NULL ? 1 : 0;
    int64_t all_ns = 0;
    for (size_t i = 0; i < results->tests_count; i++)
        all_ns += results->tests[i].duration_ns;
    aj_buf_adds(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite");
    add_attribute(to, "name", results->login != NULL ? results->login : "autojail");
    aj_buf_addf(to, " tests=\"%zu\" failures=\"%" PRIu32 "\" errors=\"%" PRIu32 "\"",
                results->tests_count + more, results->failed,
                results->errors + (results->broken != NULL));
    add_seconds(to, all_ns);
    aj_buf_adds(to, ">\n");
    for (size_t i = 0; i < results->tests_count; i++)
        add_case(to, &results->tests[i]);
    if (more > 0)
        add_case(to, &cells);
    aj_buf_adds(to, "  </testsuite>\n</testsuites>\n");
}
