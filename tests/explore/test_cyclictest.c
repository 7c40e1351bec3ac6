/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of data/cyclictest are what cyclictest 2.40 printed; the numbers below are taken from
 * them by eye and by other programs.
 */
#include "explore/cyclictest.h"

#include "base/cpuset.h"
#include "tests/support/support.h"

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *arena;
    struct explore_cyclictest_result r;
};

static int open_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    aj_ctx_open(&f->cx);
    f->arena = aj_arena_open();
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;
    aj_arena_close(f->arena);
    aj_ctx_close(&f->cx);
    free(f);
    return 0;
}

static struct aj_bytes file(struct fixture *f, const char *name)
{
    struct aj_bytes bytes;
    const char *path = aj_strf(f->arena, "explore/data/cyclictest/%s", name);
    assert_int_equal(aj_file_read(&f->cx, path, 1 << 20, f->arena, &bytes), AJ_OK);
    return bytes;
}

static enum aj_status read_text(struct fixture *f, const char *text)
{
    const struct aj_bytes bytes = {(const uint8_t *)text, strlen(text)};
    f->cx.diags_count = 0;
    return explore_cyclictest_read(&f->cx, "out", bytes, f->arena, &f->r);
}

static void read_file(struct fixture *f, const char *name)
{
    const enum aj_status status =
        explore_cyclictest_read(&f->cx, name, file(f, name), f->arena, &f->r);
    if (status != AJ_OK)
        fail_msg("%s", test_diags(&f->cx));
}

/* Threads */

static void check_thread(const struct fixture *f, size_t ix, uint64_t cycles, uint64_t overflow,
                         int64_t min_ns, int64_t max_ns)
{
    const struct model_latency *t = &f->r.threads[ix];
    uint64_t sum = t->overflow;
    for (size_t i = 0; i < t->histogram.bins_count; i++)
        sum += t->histogram.bins[i].count;
    assert_int_equal(t->cycles, cycles);
    assert_int_equal(sum, cycles);
    assert_int_equal(t->overflow, overflow);
    assert_int_equal(t->min_ns, min_ns);
    assert_int_equal(t->max_ns, max_ns);
}

static void test_json(void **state)
{
    struct fixture *f = *state;
    read_file(f, "two-threads.json");
    assert_int_equal(f->r.threads_count, 2);
    assert_true(f->r.cpus_known);
    assert_int_equal(f->r.bin_ns, 1000);
    assert_string_equal(f->r.version, "2.40");
    check_thread(f, 0, 996, 2, 6000, 1460000);
    check_thread(f, 1, 1000, 4, 4000, 559000);
    assert_int_equal(f->r.threads[0].avg_ns, 14920);
    assert_int_equal(f->r.threads[1].cpu, 1);
    assert_int_equal(f->r.threads[0].histogram.bins_count, 26);
    assert_int_equal(f->r.threads[0].histogram.bins[7].at, 13);
    assert_int_equal(f->r.threads[0].histogram.bins[7].count, 145);
}

static void test_json_in_ns(void **state)
{
    struct fixture *f = *state;
    read_file(f, "nanoseconds.json");
    assert_int_equal(f->r.bin_ns, 1);
    check_thread(f, 0, 100, 50, 3786, 297632);
    assert_int_equal(f->r.threads[0].avg_ns, 34050); /* 34049.66 */
}

static void test_json_without_histogram_is_all_overflow(void **state)
{
    struct fixture *f = *state;
    read_file(f, "no-histogram.json");
    check_thread(f, 0, 100, 100, 3000, 811000);
    check_thread(f, 1, 74, 74, 11000, 34000);
}

static void test_json_behind_comments(void **state)
{
    struct fixture *f = *state;
    const struct aj_bytes json = file(f, "two-threads.json");
    const char *text = aj_strf(f->arena, "#task 1 95 0\n# /dev/cpu_dma_latency set to 0us\n%s",
                               (const char *)json.data);
    assert_int_equal(read_text(f, text), AJ_OK);
    assert_int_equal(f->r.threads_count, 2);
}

static void test_text(void **state)
{
    struct fixture *f = *state;
    read_file(f, "histogram.txt");
    assert_int_equal(f->r.threads_count, 2);
    assert_false(f->r.cpus_known);
    assert_int_equal(f->r.bin_ns, 1000);
    assert_int_equal(f->r.bins, 30);
    check_thread(f, 0, 999, 6, 5000, 1051000);
    check_thread(f, 1, 948, 86, 3000, 5010000);
    assert_int_equal(f->r.threads[1].histogram.bins[0].at, 3);
    assert_false(f->r.broke);
}

static void test_text_with_sum(void **state)
{
    struct fixture *f = *state;
    read_file(f, "with-sum.txt");
    assert_int_equal(f->r.threads_count, 2);
    check_thread(f, 0, 300, 4, 4000, 262000);
    check_thread(f, 1, 300, 3, 4000, 105000);
    read_file(f, "three-with-sum.txt");
    assert_int_equal(f->r.threads_count, 3);
    check_thread(f, 2, 50, 0, 3000, 24000);
}

static void test_text_of_broken_run(void **state)
{
    struct fixture *f = *state;
    read_file(f, "break.txt");
    check_thread(f, 0, 27, 1, 8000, 48000);
    check_thread(f, 1, 28, 0, 11000, 19000);
    assert_true(f->r.broke);
    assert_int_equal(f->r.broke_ns, 48000);
}

/* A thread that never woke up prints the start values of min and max. */
static void test_thread_without_cycles(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_text(f, "# Histogram\n000000 000000\n# Total: 000000000\n"
                                  "# Min Latencies: 1000000\n# Avg Latencies: 00000\n"
                                  "# Max Latencies: 00000\n# Histogram Overflows: 00000\n"),
                     AJ_OK);
    check_thread(f, 0, 0, 0, 0, 0);
    assert_int_equal(
        read_text(f, "{\"return_code\":0,\"num_threads\":1,\"resolution_in_ns\":0,"
                     "\"rt_test_version\":\"3\",\"thread\":{\"0\":{\"histogram\":{},\"cycles\":0,"
                     "\"min\":1000000,\"max\":0,\"avg\":0,\"cpu\":1023}}}"),
        AJ_OK);
    check_thread(f, 0, 0, 0, 0, 0);
    assert_int_equal(f->r.threads[0].cpu, 1023);
    assert_string_equal(f->r.version, "3");
}

/* Refusals */

static void refused(struct fixture *f, const char *text, const char *id, uint32_t line)
{
    if (read_text(f, text) == AJ_OK)
        fail_msg("taken, without %s:\n%s", id, text);
    test_one_error(&f->cx, id, line, 0);
}

static void test_no_results(void **state)
{
    struct fixture *f = *state;
    const struct aj_bytes help = file(f, "help.txt"), summary = file(f, "summary.txt");
    refused(f, (const char *)help.data, "cyclictest-help", 2);
    refused(f, (const char *)summary.data, "cyclictest-empty", 0);
    refused(f, "", "cyclictest-empty", 0);
    refused(f, "# /dev/cpu_dma_latency set to 0us\n", "cyclictest-empty", 0);
}

#define HEAD   "\"num_threads\":1,\"resolution_in_ns\":0,\"thread\":{\"0\":"
#define THREAD "{\"histogram\":{\"3\":4},\"cycles\":5,\"min\":3,\"max\":9,\"avg\":4.5,\"cpu\":0}"

static void test_bad_json(void **state)
{
    static const char *const bads[] = {
        "{",
        "{}",
        "{\"return_code\":0," HEAD "7}}",
        "{\"return_code\":0,\"num_threads\":2,\"resolution_in_ns\":0,\"thread\":{\"0\":" THREAD
        "}}",
        "{\"return_code\":0,\"num_threads\":0,\"resolution_in_ns\":0,\"thread\":{}}",
        "{\"return_code\":0,\"num_threads\":1e9,\"resolution_in_ns\":0,\"thread\":{}}",
        "{\"return_code\":0,\"num_threads\":1.5,\"resolution_in_ns\":0,\"thread\":{}}",
        "{\"return_code\":\"0\"," HEAD THREAD "}}",
        /* more samples than cycles; bins that do not ascend, repeat, count nothing */
        "{\"return_code\":0," HEAD "{\"histogram\":{\"3\":6},\"cycles\":5,\"min\":3,\"max\":9,"
        "\"avg\":4,\"cpu\":0}}}",
        "{\"return_code\":0," HEAD "{\"histogram\":{\"3\":1,\"2\":1},\"cycles\":5,\"min\":3,"
        "\"max\":9,\"avg\":4,\"cpu\":0}}}",
        "{\"return_code\":0," HEAD "{\"histogram\":{\"3\":1,\"3\":1},\"cycles\":5,\"min\":3,"
        "\"max\":9,\"avg\":4,\"cpu\":0}}}",
        "{\"return_code\":0," HEAD "{\"histogram\":{\"3\":0},\"cycles\":5,\"min\":3,\"max\":9,"
        "\"avg\":4,\"cpu\":0}}}",
        "{\"return_code\":0," HEAD "{\"histogram\":{\"3us\":1},\"cycles\":5,\"min\":3,\"max\":9,"
        "\"avg\":4,\"cpu\":0}}}",
        "{\"return_code\":0," HEAD "{\"histogram\":[],\"cycles\":5,\"min\":3,\"max\":9,\"avg\":4,"
        "\"cpu\":0}}}",
        /* min above max; an average outside; a CPU that is none; a negative one */
        "{\"return_code\":0," HEAD "{\"histogram\":{},\"cycles\":5,\"min\":9,\"max\":3,\"avg\":4,"
        "\"cpu\":0}}}",
        "{\"return_code\":0," HEAD "{\"histogram\":{},\"cycles\":5,\"min\":3,\"max\":9,\"avg\":10,"
        "\"cpu\":0}}}",
        "{\"return_code\":0," HEAD "{\"histogram\":{},\"cycles\":5,\"min\":3,\"max\":9,\"avg\":4,"
        "\"cpu\":1024}}}",
        "{\"return_code\":0," HEAD "{\"histogram\":{},\"cycles\":5,\"min\":3,\"max\":9,\"avg\":4,"
        "\"cpu\":-1}}}",
        "{\"return_code\":0," HEAD "{\"histogram\":{},\"cycles\":-5,\"min\":3,\"max\":9,\"avg\":4,"
        "\"cpu\":0}}}",
        "{\"return_code\":0," HEAD "{\"histogram\":{},\"cycles\":5,\"min\":3,\"max\":1e300,"
        "\"avg\":4,\"cpu\":0}}}",
    };
    struct fixture *f = *state;
    assert_int_equal(read_text(f, "{\"return_code\":0," HEAD THREAD "}}"), AJ_OK);
    for (size_t i = 0; i < AJ_COUNT(bads); i++)
        refused(f, bads[i], "cyclictest-json", 1);
    refused(f, "{\"return_code\":2," HEAD THREAD "}}", "cyclictest-code", 1);
}

#define TRAILER                                                                        \
    "# Total: 2 3\n# Min Latencies: 0 0\n# Avg Latencies: 0 0\n# Max Latencies: 1 9\n" \
    "# Histogram Overflows: 0 1\n"

static void test_bad_text(void **state)
{
    static const struct {
        const char *text;
        uint32_t line;
    } bads[] = {
        {"# Histogram\n", 1},
        {"# Histogram\n0\n" TRAILER, 2},
        {"# Histogram\n0 1 2\n1 1 1 7\n" TRAILER, 3},
        {"# Histogram\n0 1 2\n1 1\n" TRAILER, 3},
        {"# Histogram\n0 1 2\n2 1 1\n" TRAILER, 3},
        {"# Histogram\n1 1 2\n" TRAILER, 2},
        {"# Histogram\n0 1 2\n1 1 x\n" TRAILER, 3},
        {"# Histogram\n0 1 2\n1 1 -1\n" TRAILER, 3},
        {"# Histogram\n0 1 99999999999999999999\n1 1 1\n" TRAILER, 2},
        {"# Histogram\n0 1 2\n1 1 0\n" TRAILER, 8},         /* a total that is not */
        {"# Histogram\n0 1 2\n1 1 1\n" TRAILER TRAILER, 9}, /* two runs */
        {"# Histogram\n0 1 2\n1 1 1\n# Total: 2 3\n", 4},   /* cut off */
        {"# Histogram\n0 1\n1 1\n" TRAILER, 8},             /* fewer columns than threads */
        {"# Histogram\n0 1 2 3 4\n1 1 1 1 1\n" TRAILER, 8}, /* more than a sum */
        {"# Histogram\n0 2 3\n# Total: 2 3\n# Min Latencies: 5 0\n# Avg Latencies: 0 0\n"
         "# Max Latencies: 1 9\n# Histogram Overflows: 0 1\n",
         7},
        {"# Histogram\n0 2 3\n# Total: 2 3\n# Min Latencies: 0 0\n# Avg Latencies: 0\n"
         "# Max Latencies: 1 9\n# Histogram Overflows: 0 1\n",
         7},
        {"# Histogram\n0 2 3\n" TRAILER "# Break value: none\n", 8},
        {"# Histogram\n0 2 3\n" TRAILER "# Break value: 9999999999999999999\n", 8},
    };
    struct fixture *f = *state;
    assert_int_equal(read_text(f, "# Histogram\n0 1 2\n1 1 1\n" TRAILER), AJ_OK);
    for (size_t i = 0; i < AJ_COUNT(bads); i++)
        refused(f, bads[i].text, "cyclictest-text", bads[i].line);
}

/* Any beginning of a good output is refused: a broken link never looks like a result. */
static void test_beginnings(void **state)
{
    static const char *const names[] = {"two-threads.json", "histogram.txt", "with-sum.txt"};
    struct fixture *f = *state;
    for (size_t i = 0; i < AJ_COUNT(names); i++) {
        const struct aj_bytes all = file(f, names[i]);
        const char *last = i == 0 ? "}" : "# Histogram Overflows: 0";
        const char *end = strstr((const char *)all.data, last);
        for (const char *next = end; next != NULL; next = strstr(end + 1, last))
            end = next;
        const size_t enough = (size_t)(end - (const char *)all.data);
        for (size_t size = 0; size < enough; size++) {
            const struct aj_bytes some = {aj_memdup(f->arena, all.data, size + 1), size};
            if (explore_cyclictest_read(&f->cx, "out", some, f->arena, &f->r) == AJ_OK)
                fail_msg("%s: the first %zu bytes are taken", names[i], size);
            f->cx.diags_count = 0;
        }
    }
}

/* The tool */

static void test_probe(void **state)
{
    static const char old[] = "cyclictest V 0.84\nUsage:\n-a [NUM] --affinity\n-h --histogram=US\n"
                              "-n       --nanosleep           use clock_nanosleep\n";
    struct fixture *f = *state;
    struct explore_cyclictest tool;
    assert_int_equal(explore_cyclictest_probe(&f->cx, file(f, "help.txt"), f->arena, &tool), AJ_OK);
    assert_string_equal(tool.version, "2.40");
    assert_true(tool.json && tool.histfile && tool.mainaffinity && tool.default_system);
    assert_false(tool.needs_nanosleep);
    const struct aj_bytes text = {(const uint8_t *)old, strlen(old)};
    assert_int_equal(explore_cyclictest_probe(&f->cx, text, f->arena, &tool), AJ_OK);
    assert_string_equal(tool.version, "0.84");
    assert_false(tool.json || tool.histfile || tool.mainaffinity || tool.default_system);
    assert_true(tool.needs_nanosleep);
    const struct aj_bytes other = {(const uint8_t *)"--histograms --affinity", 23};
    assert_int_equal(explore_cyclictest_probe(&f->cx, other, f->arena, &tool), AJ_ERR_TARGET);
    test_one_error(&f->cx, "cyclictest", 0, 0);
}

static void expect_command(struct fixture *f, const struct explore_cyclictest *tool,
                           const struct explore_cyclictest_run *run, const char *expected)
{
    struct aj_buf line = {0};
    size_t argc;
    const char *const *argv = explore_cyclictest_command(tool, run, "json", f->arena, &argc);
    for (size_t i = 0; i < argc; i++)
        aj_buf_addf(&line, "%s%s", i > 0 ? " " : "", argv[i]);
    assert_null(argv[argc]);
    assert_string_equal(aj_buf_text(&line), expected);
    aj_buf_free(&line);
}

static void test_command(void **state)
{
    struct fixture *f = *state;
    struct explore_cyclictest_run run = {
        .main_cpu = 0, .priority = 95, .interval_us = 200, .seconds = 6, .bins = 1000};
    const struct explore_cyclictest new = {"2.40", true, true, true, true, false};
    const struct explore_cyclictest old = {"0.84", false, false, false, false, true};
    aj_cpuset_add(&run.cpus, 2);
    aj_cpuset_add(&run.cpus, 3);
    expect_command(f, &new, &run,
                   "cyclictest -q -m -p 95 -i 200 -h 1000 -D 6 -a 2-3 -t 2 --mainaffinity=0 "
                   "--default-system --json=json --histfile=/dev/null");
    expect_command(f, &old, &run, "cyclictest -q -m -n -p 95 -i 200 -h 1000 -D 6 -a 2-3 -t 2");
    run.suppress_idle = true;
    run.main_cpu = AJ_NONE32;
    expect_command(f, &new, &run,
                   "cyclictest -q -m -p 95 -i 200 -h 1000 -D 6 -a 2-3 -t 2 --json=json "
                   "--histfile=/dev/null");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_json),
        CASE(test_json_in_ns),
        CASE(test_json_without_histogram_is_all_overflow),
        CASE(test_json_behind_comments),
        CASE(test_text),
        CASE(test_text_with_sum),
        CASE(test_text_of_broken_run),
        CASE(test_thread_without_cycles),
        CASE(test_no_results),
        CASE(test_bad_json),
        CASE(test_bad_text),
        CASE(test_beginnings),
        CASE(test_probe),
        CASE(test_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
