/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/testspec.h"

#include <math.h>

#include "tests/support/support.h"

static const struct explore_testspec *try_spec(struct test_fixture *f, const char *text)
{
    const struct aj_yaml *doc = NULL;
    const struct explore_testspec *spec = NULL;
    f->cx.diags_count = 0;
    const enum aj_status parsed =
        aj_yaml_parse(&f->cx, "test.yml", text, strlen(text), f->arena, &doc);
    assert_int_equal(parsed, AJ_OK);
    return explore_testspec_read(&f->cx, doc, f->arena, &spec) == AJ_OK ? spec : NULL;
}

static const struct explore_testspec *read_spec(struct test_fixture *f, const char *text)
{
    const struct explore_testspec *spec = try_spec(f, text);
    test_no_errors(&f->cx);
    if (spec == NULL)
        test_lacks("specification");
    return spec;
}

static void test_all_keys(void **state)
{
    struct test_fixture *f = *state;
    const struct explore_testspec *spec = read_spec(
        f, "tests:\n"
           "  speed:\n"
           "    cell: plc\n"
           "    run: [iperf, -t, 1]\n"
           "    time_limit: 5 s\n"
           "    checks:\n"
           "      exit: 3\n"
           "      stdout: ^done$\n"
           "      stdout_not: [error, 'fail(ed|ure)']\n"
           "      metrics:\n"
           "        rate: {pattern: '([0-9.]+) MB/s', unit: MB/s, at_least: 10.5}\n"
           "  latency:\n"
           "    latency: {cpus: 2-3, duration: 20 s, blocks: 4, interval: 1 ms,\n"
           "      priority: 80, deadline: 100 us, suppress_idle: yes, load: [hackbench]}\n"
           "    checks:\n"
           "      metrics:\n"
           "        max: {below: 0.5 ms}\n"
           "        exceeding: {below: 1e-3, at_least: 0}\n");
    assert_int_equal(spec->tests_count, 2);
    const struct explore_test *speed = &spec->tests[0], *latency = &spec->tests[1];
    assert_string_equal(speed->name, "speed");
    assert_string_equal(speed->cell, "plc");
    assert_int_equal(speed->run_count, 3);
    assert_int_equal(speed->time_limit_ns, INT64_C(5000000000));
    assert_int_equal(speed->checks.exit, 3);
    assert_int_equal(speed->checks.matches_count, 1);
    assert_int_equal(speed->checks.matches_not_count, 2);
    assert_string_equal(speed->checks.metrics[0].metric, "rate");
    assert_true(isinf(speed->checks.metrics[0].below));
    assert_true(fabs(speed->checks.metrics[0].at_least - 10.5) <= 0);
    assert_string_equal(latency->cell, "root");
    assert_int_equal(aj_cpuset_count(&latency->latency->cpus), 2);
    assert_true(latency->latency->suppress_idle);
    assert_int_equal(latency->latency->load_count, 1);
    assert_true(fabs(latency->checks.metrics[0].below - 500.0) <= 0);
    assert_true(latency->checks.metrics[0].durations);
    assert_false(latency->checks.metrics[1].durations);
}

static void test_defaults(void **state)
{
    struct test_fixture *f = *state;
    const struct explore_testspec *spec = read_spec(f, "tests: {a: {latency: {cpus: 1}}}");
    const struct explore_latency *l = spec->tests[0].latency;
    assert_int_equal(l->duration_ns, INT64_C(60000000000));
    assert_int_equal(l->blocks, 10);
    assert_int_equal(l->interval_ns, 200000);
    assert_int_equal(l->priority, 95);
    assert_int_equal(l->deadline_ns, 0);
    assert_false(l->suppress_idle);
    assert_int_equal(spec->tests[0].checks.exit, 0);
    assert_int_equal(spec->tests[0].time_limit_ns, 0);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *id;
        uint32_t line, col;
    } bads[] = {
        {"tests:\n  a: {cell: root}", "test-kind", 2, 6},
        {"tests:\n  a: {run: [x], latency: {cpus: 1}}", "test-kind", 2, 6},
        {"tests:\n  a: {latency: {cpus: 1}, checks: {exit: 1}}", "test-kind", 2, 35},
        {"tests:\n  a: {latency: {cpus: 1}, checks: {stdout: x}}", "test-kind", 2, 35},
        {"tests:\n  a: {run: [x], checks: {stdout: ['[', y]}}", "test-regex", 2, 35},
        {"tests:\n  a: {run: [x], checks: {stdout_not: '(a'}}", "test-regex", 2, 38},
        {"tests:\n  a: {run: [x], checks: {metrics: {m: {pattern: 'x', below: 1}}}}", "test-regex",
         2, 49},
        {"tests:\n  a: {run: [x], checks: {metrics: {m: {pattern: '(x)'}}}}", "test-metric", 2, 39},
        {"tests:\n  a: {run: [x], checks: {metrics: {m: {below: 1}}}}", "test-metric", 2, 39},
        {"tests:\n  a: {run: [x], checks: {metrics: {m: {pattern: '(x)', below: many}}}}",
         "test-metric", 2, 63},
        {"tests:\n  a: {run: [x], checks: {metrics: {m: {pattern: '(x)', below: 1 ms}}}}",
         "test-metric", 2, 39},
        {"tests:\n  a: {latency: {cpus: 1}, checks: {metrics: {maximum: {below: 1 ms}}}}",
         "test-metric", 2, 55},
        {"tests:\n  a: {latency: {cpus: 1}, checks: {metrics: {max: {below: 5}}}}", "test-metric",
         2, 51},
        {"tests:\n  a: {latency: {cpus: 1}, checks: {metrics: {max: {below: 5 us, at_least: 1}}}}",
         "test-metric", 2, 75},
        {"tests:\n  a: {latency: {cpus: 1}, checks: {metrics: {exceeding: {below: 0.5}}}}",
         "test-metric", 2, 57},
        {"tests:\n  a: {latency: {cpus: 1, deadline: 1 ms}, checks: {metrics: {exceeding_blocks:\n"
         "   {below: 5 us}}}}",
         "test-metric", 3, 4},
        {"tests:\n  a: {latency: {}}", "key-missing", 2, 16},
        {"tests:\n  a: {latency: {cpus: []}}", "range", 2, 23},
        {"tests:\n  a: {latency: {cpus: 1, priority: 0}}", "range", 2, 36},
        {"tests:\n  a: {latency: {cpus: 1, priority: 100}}", "range", 2, 36},
        {"tests:\n  a: {latency: {cpus: 1, interval: 49 us}}", "range", 2, 36},
        {"tests:\n  a: {latency: {cpus: 1, interval: 0 us}}", "range", 2, 36},
        {"tests:\n  a: {latency: {cpus: 1, interval: 50500 ns}}", "range", 2, 36},
        {"tests:\n  a: {latency: {cpus: 1, deadline: 51 ms}}", "range", 2, 36},
        {"tests:\n  a: {latency: {cpus: 1, blocks: 0}}", "range", 2, 34},
        {"tests:\n  a: {latency: {cpus: 1, duration: 0.5 s}}", "range", 2, 36},
        {"tests:\n  a: {latency: {cpus: 1, duration: 15 s}}", "range", 2, 36},
        {"tests:\n  a: {latency: {cpus: 1, duration: 200 h}}", "range", 2, 36},
        {"test: {}", "key-unknown", 1, 1},
    };
    struct test_fixture *f = *state;
    for (size_t i = 0; i < AJ_COUNT(bads); i++) {
        if (try_spec(f, bads[i].text) != NULL)
            fail_msg("taken, without %s:\n%s", bads[i].id, bads[i].text);
        if (test_count(&f->cx, bads[i].id) == 0)
            fail_msg("no %s:\n%s\n%s", bads[i].id, bads[i].text, test_diags(&f->cx));
        if (f->cx.diags_count == 1)
            test_one_error(&f->cx, bads[i].id, bads[i].line, bads[i].col);
    }
    /* The limits themselves. */
    assert_non_null(read_spec(f, "tests: {a: {latency: {cpus: 1, interval: 50 us, priority: 99,\n"
                                 "  deadline: 50 ms, blocks: 1, duration: 168 h}}}"));
    assert_non_null(read_spec(f, "tests: {}"));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, test_fixture_open, test_fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {CASE(test_all_keys), CASE(test_defaults),
                                       CASE(test_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
