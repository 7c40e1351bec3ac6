/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explore/results.h"

#include "tests/support/support.h"

static const struct explore_bounds bounds = {0.0, 0.7076};
static const struct explore_metric metrics[] = {
    {.name = "max", .cpu = 0, .value = 104.5, .unit = "us", .count = 3000, .of = "wake-ups"},
    {.name = "rate",
     .cpu = AJ_NONE32,
     .value = -1e-300,
     .unit = "MB/s",
     .count = 1,
     .of = "output"},
    {.name = "share",
     .cpu = 7,
     .value = 0.0,
     .unit = "1",
     .bounds = &bounds,
     .count = 3,
     .of = "blocks"},
};
static const char *const notes[] = {"a <note> & more", "another"};
static const struct explore_result tests[] = {
    {.name = "good",
     .cell = "root",
     .outcome = EXPLORE_PASS,
     .duration_ns = 1234000000,
     .metrics = metrics,
     .metrics_count = 3,
     .notes = notes,
     .notes_count = 2},
    {.name = "a \"b\"", .cell = "plc", .outcome = EXPLORE_FAIL, .reason = "1 < 2 &\n\x1b[31m \xff"},
    {.name = "odd", .cell = "root", .outcome = EXPLORE_ERROR},
};
static const struct model_plan_cell plan_cells[] = {{.key = "root", .vpci_irq_base = AJ_NONE32},
                                                    {.key = "plc", .vpci_irq_base = AJ_NONE32}};
static const struct model_plan plan = {
    .decided_by = "hand", .cells = plan_cells, .cells_count = AJ_COUNT(plan_cells)};
static const struct explore_deployed_file files[] = {
    {"cells/a.cell", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}};
static const struct explore_deployed deployed = {"deploy", &plan, files, AJ_COUNT(files)};
static const struct explore_results results = {
    .login = "local:", .passed = 1, .failed = 1, .errors = 1, .tests = tests, .tests_count = 3};

static void test_round_trip(void **state)
{
    struct aj_ctx cx;
    struct aj_buf text = {0};
    const struct aj_yaml *doc = NULL;
    const struct explore_results *again = NULL;
    struct explore_result clean[3];
    struct explore_results written = results;
    (void)state;
    memcpy(clean, tests, sizeof tests);
    clean[1].reason = "1 < 2 &"; /* YAML has no byte 0xff */
    written.tests = clean;
    written.deployed = &deployed;
    aj_ctx_open(&cx);
    struct aj_arena *arena = aj_arena_open();
    explore_results_write(&written, &text);
    assert_int_equal(aj_yaml_parse(&cx, "r.yml", text.data, text.len, arena, &doc), AJ_OK);
    assert_int_equal(explore_results_read(&cx, doc, arena, &again), AJ_OK);
    assert_true(aj_schema_equal(&explore_results_schema, &written, again));
    assert_string_equal(again->tests[1].name, "a \"b\"");
    assert_string_equal(again->deployed->plan->cells[1].key, "plc");
    assert_true(again->tests[0].metrics[1].value < 0.0);
    aj_buf_free(&text);
    aj_arena_close(arena);
    aj_ctx_close(&cx);
}

static void test_junit(void **state)
{
    struct aj_buf text = {0};
    (void)state;
    explore_results_write_junit(&results, &text);
    assert_string_equal(
        aj_buf_text(&text),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites>\n"
        "  <testsuite name=\"local:\" tests=\"3\" failures=\"1\" errors=\"1\" time=\"1.234\">\n"
        "    <testcase classname=\"root\" name=\"good\" time=\"1.234\">\n"
        "      <properties>\n"
        "        <property name=\"max.cpu0\" value=\"104.5 us\"/>\n"
        "        <property name=\"rate\" value=\"-1e-300 MB/s\"/>\n"
        "        <property name=\"share.cpu7\" value=\"0\"/>\n"
        "      </properties>\n"
        "      <system-out>a &lt;note&gt; &amp; more</system-out>\n"
        "      <system-out>another</system-out>\n"
        "    </testcase>\n"
        "    <testcase classname=\"plc\" name=\"a &quot;b&quot;\" time=\"0.000\">\n"
        "      <failure message=\"1 &lt; 2 &amp;\\n\\x1b[31m \\xff\"/>\n"
        "    </testcase>\n"
        "    <testcase classname=\"root\" name=\"odd\" time=\"0.000\">\n"
        "      <error message=\"\"/>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n");
    aj_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest all[] = {cmocka_unit_test(test_round_trip),
                                     cmocka_unit_test(test_junit)};
    return cmocka_run_group_tests(all, NULL, NULL);
}
