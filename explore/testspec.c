/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/testspec.h"

#include <inttypes.h>
#include <math.h>
#include <regex.h>

#include "base/units.h"
#include "explore/cyclictest.h"
#include "explore/number.h"

const struct aj_name explore_metric_names[] = {
    {EXPLORE_MIN, "min"},
    {EXPLORE_AVG, "avg"},
    {EXPLORE_P50, "p50"},
    {EXPLORE_P99, "p99"},
    {EXPLORE_P999, "p99.9"},
    {EXPLORE_MAX, "max"},
    {EXPLORE_BLOCK_MAX, "block_max"},
    {EXPLORE_MAX_1H, "max_1h"},
    {EXPLORE_EXCEEDING, "exceeding"},
    {EXPLORE_EXCEEDING_BLOCKS, "exceeding_blocks"},
    {0, NULL},
};

const char *explore_metric_unit(enum explore_metric_id id)
{
    return id == EXPLORE_EXCEEDING || id == EXPLORE_EXCEEDING_BLOCKS ? "1" : "us";
}

static enum aj_status at_path(struct aj_ctx *cx, const char *path, enum aj_status status)
{
    aj_diag_path(cx, "%s", path);
    return status;
}

/* Thresholds */

/* One limit: a duration, in us, or a number. */
static enum aj_status limit(struct aj_ctx *cx, struct explore_threshold *t, const char *key,
                            const char *text, double *value)
{
    int64_t ns = 0;
    const bool first = text == t->below_text || t->below_text == NULL;
    if (text == NULL)
        return AJ_OK;
    const bool number = explore_number_parse(text, value);
    if (!number && aj_parse_duration(text, &ns).why != AJ_UNITS_OK)
        return aj_fail(cx, AJ_ERR_INPUT, "test-metric", aj_yaml_loc(t->at, key),
                       "'%s' is neither a number nor a duration", text);
    if (!number)
        *value = (double)ns / (double)AJ_NS_PER_US;
    if (!first && t->durations == number)
        return aj_fail(cx, AJ_ERR_INPUT, "test-metric", aj_yaml_loc(t->at, key),
                       "one limit is a duration, the other a number");
    t->durations = !number;
    return AJ_OK;
}

static enum aj_status threshold_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                       const char *path, void *value)
{
    struct explore_threshold *t = value;
    enum aj_status status = AJ_OK;
    t->below = HUGE_VAL;
    t->at_least = -HUGE_VAL;
    if (t->below_text == NULL && t->at_least_text == NULL)
        status = aj_fail(cx, AJ_ERR_INPUT, "test-metric", node->loc,
                         "a threshold is 'below' or 'at_least' something");
    if (status == AJ_OK)
        status = limit(cx, t, "below", t->below_text, &t->below);
    if (status == AJ_OK)
        status = limit(cx, t, "at_least", t->at_least_text, &t->at_least);
    return status == AJ_OK ? AJ_OK : at_path(cx, path, status);
}

static const struct aj_field threshold_fields[] = {
    AJ_F_STRING(struct explore_threshold, pattern),
    AJ_F_STRING(struct explore_threshold, unit),
    AJ_F_KEY("below", AJ_FIELD_STRING, struct explore_threshold, below_text),
    AJ_F_KEY("at_least", AJ_FIELD_STRING, struct explore_threshold, at_least_text),
};
static const struct aj_schema threshold_schema = {
    .what = "threshold",
    .size = sizeof(struct explore_threshold),
    .fields = threshold_fields,
    .fields_count = AJ_COUNT(threshold_fields),
    .at_offset = offsetof(struct explore_threshold, at),
    .has_at = true,
    .finish = threshold_finish,
};

/* Other parts */

static const struct aj_field checks_fields[] = {
    AJ_F_UINT(struct explore_checks, exit, 0),
    AJ_F_KEY("stdout", AJ_FIELD_STRINGS, struct explore_checks, matches,
             .count_offset = offsetof(struct explore_checks, matches_count)),
    AJ_F_KEY("stdout_not", AJ_FIELD_STRINGS, struct explore_checks, matches_not,
             .count_offset = offsetof(struct explore_checks, matches_not_count)),
    AJ_F_MAP(struct explore_checks, metrics, &threshold_schema),
};
static const struct aj_schema checks_schema = {
    .what = "checks",
    .size = sizeof(struct explore_checks),
    .fields = checks_fields,
    .fields_count = AJ_COUNT(checks_fields),
};

static void out_of_range(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                         const char *key, const char *want)
{
    aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(node, key), "expected %s", want);
    aj_diag_path(cx, "%s.%s", path, key);
}

/* Blocks are of whole seconds. */
static void uneven_blocks(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                          const struct explore_latency *l)
{
    const struct aj_mark mark = aj_arena_mark(cx->scratch);
    const int64_t step = l->blocks * AJ_NS_PER_S, below = l->duration_ns / step * step;
    aj_fail(cx, AJ_ERR_INPUT, "range", aj_yaml_loc(node, "duration"),
            "%s are no whole seconds for each of %" PRIu32 " blocks",
            aj_format_duration(cx->scratch, l->duration_ns), l->blocks);
    aj_diag_path(cx, "%s.duration", path);
    if (below > 0)
        aj_diag_hint(cx, "%s or %s are", aj_format_duration(cx->scratch, below),
                     aj_format_duration(cx->scratch, below + step));
    else
        aj_diag_hint(cx, "%s is the least", aj_format_duration(cx->scratch, step));
    aj_arena_release(cx->scratch, mark);
}

enum aj_status explore_latency_check(struct aj_ctx *cx, const struct aj_yaml *node,
                                     const char *path, const struct explore_latency *latency)
{
    const struct explore_latency *l = latency;
    const size_t mark = aj_diag_mark(cx);
    if (l->priority < 1 || l->priority > 99)
        out_of_range(cx, node, path, "priority", "1 to 99");
    if (l->interval_ns % AJ_NS_PER_US != 0 ||
        l->interval_ns < EXPLORE_INTERVAL_MIN_US * AJ_NS_PER_US || l->interval_ns > AJ_NS_PER_S)
        out_of_range(cx, node, path, "interval", "50 us to 1 s, in whole us");
    if (l->deadline_ns % AJ_NS_PER_US != 0 || l->deadline_ns > AJ_NS_PER_S / 20)
        out_of_range(cx, node, path, "deadline", "at most 50 ms, in whole us");
    if (l->blocks < 1 || l->blocks > 10000)
        out_of_range(cx, node, path, "blocks", "1 to 10000");
    else if (l->duration_ns <= 0 || l->duration_ns > 7 * 86400 * AJ_NS_PER_S)
        out_of_range(cx, node, path, "duration", "more than nothing and at most a week");
    else if (l->duration_ns % (l->blocks * AJ_NS_PER_S) != 0)
        uneven_blocks(cx, node, path, l);
    return aj_diag_since(cx, mark);
}

static enum aj_status latency_finish(struct aj_ctx *cx, const struct aj_yaml *node,
                                     const char *path, void *value)
{
    const struct explore_latency *l = value;
    const size_t mark = aj_diag_mark(cx);
    if (aj_cpuset_empty(&l->cpus))
        out_of_range(cx, node, path, "cpus", "at least one CPU");
    const enum aj_status status = explore_latency_check(cx, node, path, l);
    return status != AJ_OK ? status : aj_diag_since(cx, mark);
}

static const struct aj_field latency_fields[] = {
    AJ_F_INTSET(struct explore_latency, cpus, 0, .flags = AJ_FIELD_REQUIRED),
    AJ_F_KEY("duration", AJ_FIELD_DURATION, struct explore_latency, duration_ns,
             .def = 60 * AJ_NS_PER_S),
    AJ_F_UINT(struct explore_latency, blocks, 10),
    AJ_F_KEY("interval", AJ_FIELD_DURATION, struct explore_latency, interval_ns,
             .def = 200 * AJ_NS_PER_US),
    AJ_F_UINT(struct explore_latency, priority, 95),
    AJ_F_KEY("deadline", AJ_FIELD_DURATION, struct explore_latency, deadline_ns),
    AJ_F_BOOL(struct explore_latency, suppress_idle),
    AJ_F_STRINGS(struct explore_latency, load, .flags = AJ_FIELD_FLOW),
};
static const struct aj_schema latency_schema = {
    .what = "latency test",
    .size = sizeof(struct explore_latency),
    .fields = latency_fields,
    .fields_count = AJ_COUNT(latency_fields),
    .finish = latency_finish,
};

/* Checks between fields */

static enum aj_status check_regex(struct aj_ctx *cx, const char *text, size_t groups,
                                  struct aj_loc at)
{
    regex_t regex;
    char why[128];
    const int error = regcomp(&regex, text, REG_EXTENDED | REG_NEWLINE);
    if (error != 0) {
        regerror(error, &regex, why, sizeof why);
        return aj_fail(cx, AJ_ERR_INPUT, "test-regex", at, "'%s' is no regular expression: %s",
                       text, why);
    }
    const size_t has = regex.re_nsub;
    regfree(&regex);
    if (has < groups)
        return aj_fail(cx, AJ_ERR_INPUT, "test-regex", at,
                       "'%s' has no group, such as ([0-9.]+), that is the number", text);
    return AJ_OK;
}

static void check_list(struct aj_ctx *cx, const struct aj_yaml *checks, const char *path,
                       const char *key, const char *const *list, size_t count)
{
    const struct aj_yaml *node = aj_yaml_get(checks, key);
    for (size_t i = 0; i < count; i++) {
        const struct aj_loc at = node->kind == AJ_YAML_SEQ ? node->items[i]->loc : node->loc;
        if (check_regex(cx, list[i], 0, at) != AJ_OK)
            aj_diag_path(cx, "%s.checks.%s[%zu]", path, key, i);
    }
}

static enum aj_status check_latency_metric(struct aj_ctx *cx, const struct explore_test *test,
                                           const struct explore_threshold *t)
{
    const struct aj_name *known = aj_name_find(explore_metric_names, NULL, t->metric);
    if (known == NULL || t->pattern != NULL || t->unit != NULL) {
        const enum aj_status status = aj_fail(cx, AJ_ERR_INPUT, "test-metric", t->at->loc,
                                              "'%s' is no metric of a latency test", t->metric);
        aj_diag_hint(cx, "its metrics, without pattern and unit: %s",
                     aj_names_list(cx->diag_arena, explore_metric_names));
        return status;
    }
    const bool share = known->value >= EXPLORE_EXCEEDING;
    if (share && test->latency->deadline_ns == 0)
        return aj_fail(cx, AJ_ERR_INPUT, "test-metric", t->at->loc,
                       "'%s' needs a deadline in 'latency'", t->metric);
    if (share == t->durations)
        return aj_fail(cx, AJ_ERR_INPUT, "test-metric", t->at->loc, "'%s' is limited by a %s",
                       t->metric, share ? "share, such as 0.01" : "duration, such as 100 us");
    return AJ_OK;
}

static enum aj_status check_output_metric(struct aj_ctx *cx, const struct explore_threshold *t)
{
    if (t->pattern == NULL)
        return aj_fail(cx, AJ_ERR_INPUT, "test-metric", t->at->loc,
                       "'pattern' says where '%s' stands in the output", t->metric);
    if (t->durations)
        return aj_fail(cx, AJ_ERR_INPUT, "test-metric", t->at->loc,
                       "'%s' is limited by a number in the unit that the program prints",
                       t->metric);
    return check_regex(cx, t->pattern, 1, aj_yaml_loc(t->at, "pattern"));
}

static enum aj_status test_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                  void *value)
{
    const struct explore_test *test = value;
    const struct explore_checks *c = &test->checks;
    const struct aj_yaml *checks = aj_yaml_get(node, "checks");
    const size_t mark = aj_diag_mark(cx);
    if ((test->run_count > 0) == (test->latency != NULL))
        return at_path(cx, path,
                       aj_fail(cx, AJ_ERR_INPUT, "test-kind", node->loc,
                               "a test is either 'run' or 'latency'"));
    if (test->latency != NULL && (c->matches_count > 0 || c->matches_not_count > 0 || c->exit != 0))
        return at_path(cx, path,
                       aj_fail(cx, AJ_ERR_INPUT, "test-kind", aj_yaml_loc(node, "checks"),
                               "a latency test is checked by its metrics alone"));
    check_list(cx, checks, path, "stdout", c->matches, c->matches_count);
    check_list(cx, checks, path, "stdout_not", c->matches_not, c->matches_not_count);
    for (size_t i = 0; i < c->metrics_count; i++) {
        const struct explore_threshold *t = &c->metrics[i];
        if ((test->latency != NULL ? check_latency_metric(cx, test, t)
                                   : check_output_metric(cx, t)) != AJ_OK)
            aj_diag_path(cx, "%s.checks.metrics.%s", path, t->metric);
    }
    return aj_diag_since(cx, mark);
}

static const struct aj_field test_fields[] = {
    AJ_F_STRING(struct explore_test, cell, .def_text = "root"),
    AJ_F_STRINGS(struct explore_test, run, .flags = AJ_FIELD_FLOW),
    AJ_F_OPTIONAL(struct explore_test, latency, &latency_schema),
    AJ_F_STRUCT(struct explore_test, checks, &checks_schema),
    AJ_F_KEY("time_limit", AJ_FIELD_DURATION, struct explore_test, time_limit_ns),
};
static const struct aj_schema test_schema = {
    .what = "test",
    .size = sizeof(struct explore_test),
    .fields = test_fields,
    .fields_count = AJ_COUNT(test_fields),
    .at_offset = offsetof(struct explore_test, at),
    .has_at = true,
    .finish = test_finish,
};

static const struct aj_field spec_fields[] = {
    AJ_F_MAP(struct explore_testspec, tests, &test_schema, .flags = AJ_FIELD_REQUIRED),
    AJ_F_KEY("boot_limit", AJ_FIELD_DURATION, struct explore_testspec, boot_limit_ns,
             .def = 180 * AJ_NS_PER_S),
};
const struct aj_schema explore_testspec_schema = {
    .what = "test.yml",
    .size = sizeof(struct explore_testspec),
    .fields = spec_fields,
    .fields_count = AJ_COUNT(spec_fields),
};

enum aj_status explore_testspec_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                     struct aj_arena *out, const struct explore_testspec **spec)
{
    struct explore_testspec *read = AJ_NEW(out, struct explore_testspec);
    AJ_TRY(aj_schema_read(cx, &explore_testspec_schema, doc, "", out, read));
    *spec = read;
    return AJ_OK;
}
