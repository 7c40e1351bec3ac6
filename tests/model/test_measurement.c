/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/measurement.h"

#include "tests/model/values.h"

static const struct model_measurement *read_measurement(struct values *v, const char *text)
{
    const struct model_measurement *m = NULL;
    return model_measurement_read(&v->cx, values_parse(v, text), v->arena, &m) == AJ_OK ? m : NULL;
}

#define HEAD "interval: 1 ms\nblock: 1 s\nbin: 1 us\nbins: 10\n"
#define TWO_BLOCKS                                                                              \
    HEAD "blocks:\n"                                                                            \
         "- threads:\n"                                                                         \
         "  - {cpu: 2, cycles: 10, min: 3 us, avg: 4 us, max: 9 us, histogram: {3: 6, 9: 4}}\n" \
         "  - {cpu: 3, cycles: 2, overflow: 2, min: 11 us, avg: 12 us, max: 13 us}\n"           \
         "- threads:\n"                                                                         \
         "  - {cpu: 2, cycles: 30, overflow: 1, min: 1 us, avg: 6 us, max: 40 us,\n"            \
         "     histogram: {1: 1, 3: 27, 4: 1}}\n"                                               \
         "  - {cpu: 3, cycles: 0}\n"

static void test_merge(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_measurement *m = read_measurement(&v, TWO_BLOCKS);
    test_no_errors(&v.cx);
    const struct model_latency all = model_measurement_merge(m, 0, v.arena);
    assert_int_equal(all.cpu, 2);
    assert_int_equal(all.cycles, 40);
    assert_int_equal(all.overflow, 1);
    assert_int_equal(all.min_ns, 1000);
    assert_int_equal(all.max_ns, 40000);
    assert_int_equal(all.avg_ns, 5500); /* (10 * 4 + 30 * 6) / 40 us */
    assert_int_equal(all.histogram.bins_count, 4);
    assert_int_equal(all.histogram.bins[1].at, 3);
    assert_int_equal(all.histogram.bins[1].count, 33);
    /* A block without samples changes nothing. */
    const struct model_latency other = model_measurement_merge(m, 1, v.arena);
    assert_int_equal(other.cycles, 2);
    assert_int_equal(other.min_ns, 11000);
    values_close(&v);
}

static void test_questions(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_measurement *m = read_measurement(&v, TWO_BLOCKS);
    const struct model_latency all = model_measurement_merge(m, 0, v.arena); /* 1 33 1 4 | 1 */
    assert_int_equal(model_latency_beyond(&all, 1000, 0), 40);
    assert_int_equal(model_latency_beyond(&all, 1000, 3000), 39); /* bin 3 is 3000..3999 */
    assert_int_equal(model_latency_beyond(&all, 1000, 3999), 39);
    assert_int_equal(model_latency_beyond(&all, 1000, 4000), 6);
    assert_int_equal(model_latency_beyond(&all, 1000, 9000), 5);
    assert_int_equal(model_latency_beyond(&all, 1000, 10000), 1);
    assert_int_equal(model_latency_at_rank(&all, 1000, 1), 1000);
    assert_int_equal(model_latency_at_rank(&all, 1000, 2), 3000);
    assert_int_equal(model_latency_at_rank(&all, 1000, 34), 3000);
    assert_int_equal(model_latency_at_rank(&all, 1000, 35), 4000);
    assert_int_equal(model_latency_at_rank(&all, 1000, 39), 9000);
    assert_int_equal(model_latency_at_rank(&all, 1000, 40), 40000);
    const struct model_latency none = {.cpu = 0};
    assert_int_equal(model_latency_at_rank(&none, 1000, 1), 0);
    assert_int_equal(model_latency_beyond(&none, 1000, 0), 0);
    values_close(&v);
}

/* Random samples, counted one by one. */
static void test_against_samples(void **state)
{
    enum { SAMPLES = 200, BINS = 40 };
    uint64_t random = test_random_start(4);
    (void)state;
    for (int round = 0; round < 200; round++) {
        struct model_bin bins[BINS];
        uint32_t samples[SAMPLES], counts[2 * BINS] = {0}, sorted[SAMPLES];
        struct model_latency t = {.cycles = SAMPLES, .histogram = {bins, 0}};
        size_t next = 0;
        for (size_t i = 0; i < SAMPLES; i++) {
            samples[i] = test_random_below(&random, BINS + 3);
            counts[samples[i]]++;
            t.overflow += samples[i] >= BINS;
        }
        for (uint32_t at = 0; at < BINS; at++)
            if (counts[at] > 0)
                bins[t.histogram.bins_count++] = (struct model_bin){at, counts[at]};
        t.max_ns = 999000;
        for (uint32_t at = 0; at < 2 * BINS; at++)
            for (uint32_t k = 0; k < counts[at]; k++)
                sorted[next++] = at;
        for (uint32_t limit = 0; limit <= BINS; limit++) {
            uint64_t beyond = 0;
            for (size_t i = 0; i < SAMPLES; i++)
                beyond += samples[i] >= limit;
            assert_int_equal(model_latency_beyond(&t, 1000, (int64_t)limit * 1000), beyond);
        }
        for (size_t i = 0; i < SAMPLES; i++)
            assert_int_equal(model_latency_at_rank(&t, 1000, i + 1),
                             sorted[i] < BINS ? (int64_t)sorted[i] * 1000 : 999000);
    }
}

static void test_round_trip(void **state)
{
    struct values v;
    struct aj_buf text = {0};
    (void)state;
    values_open(&v);
    const struct model_measurement *m = read_measurement(
        &v,
        "tool: cyclictest 2.40\npriority: 95\n\n"
        "loads: [{cell: root, cpus: 0-1, command: [stress-ng, --cpu, '2']}]\n"
        "interrupts: [{intid: 62, cpu: 1, there: 700, elsewhere: 1}]\n"
        "environment: {kernel: 6.1, cmdline: isolcpus=2, load_after: 0.1 0.2 0.3}\n" TWO_BLOCKS);
    test_no_errors(&v.cx);
    model_measurement_write(m, &text);
    const struct model_measurement *again = read_measurement(&v, aj_buf_text(&text));
    test_no_errors(&v.cx);
    assert_non_null(again);
    if (again == NULL)
        return; /* for the compiler */
    assert_true(aj_schema_equal(&model_measurement_schema, m, again));
    assert_int_equal(again->blocks[1].threads[0].histogram.bins[1].count, 27);
    assert_string_equal(again->loads[0].command[2], "2");
    assert_true(aj_cpuset_has(&again->loads[0].cpus, 1));
    assert_int_equal(again->interrupts[0].there, 700);
    aj_buf_free(&text);
    values_close(&v);
}

/* What a reader lets through is not too large for the questions. */
static void test_extremes(void **state)
{
    struct values v;
    (void)state;
    values_open(&v);
    const struct model_measurement *m = read_measurement(
        &v, "interval: 1 ms\nblock: 1 s\nbin: 2 ns\nbins: 0xffffffff\nblocks:\n"
            "- threads: [{cpu: 0, cycles: 0xffffffffffffffff, max: 2562047 h, avg: 2562047 h,\n"
            "   histogram: {0: 1, 4294967294: 0xfffffffffffffffe}}]\n"
            "- threads: [{cpu: 0, cycles: 0xffffffffffffffff, max: 9 ns,\n"
            "   histogram: {0: 0xffffffffffffffff}}]\n");
    test_no_errors(&v.cx);
    const struct model_latency all = model_measurement_merge(m, 0, v.arena);
    assert_true(all.cycles == UINT64_MAX);
    assert_true(all.histogram.bins[0].count == UINT64_MAX);
    assert_true(all.avg_ns >= 0 && all.avg_ns <= all.max_ns);
    assert_true(model_latency_beyond(&all, 2, 1) == UINT64_MAX);
    assert_true(model_latency_at_rank(&m->blocks[0].threads[0], INT64_MAX, 2) == INT64_MAX);
    values_close(&v);
}

static void test_refused(void **state)
{
    static const struct {
        const char *text, *id;
        uint32_t line, col;
    } bads[] = {
        {HEAD "blocks: [{threads: [{cpu: 1, cycles: 2, histogram: {1: 1}}]}]", "latency-counts", 5,
         38},
        {HEAD "blocks: [{threads: [{cpu: 1, cycles: 1, histogram: {1: 1}, overflow: 1}]}]",
         "latency-counts", 5, 38},
        {HEAD
         "blocks: [{threads: [{cpu: 1, cycles: 1, histogram: {1: 0xffffffffffffffff, 2: 2}}]}]",
         "latency-counts", 5, 38},
        {HEAD "blocks: [{threads: [{cpu: 1, cycles: 0, min: 2 us, avg: 2 us, max: 1 us}]}]",
         "latency-counts", 5, 46},
        {HEAD "blocks: [{threads: [{cpu: 1, cycles: 0, min: 2 us, avg: 1 us, max: 3 us}]}]",
         "latency-counts", 5, 46},
        {HEAD "blocks: [{threads: [{cpu: 1, cycles: 3, histogram: {2: 1, 1: 2}}]}]", "latency-bins",
         5, 59},
        {HEAD "blocks: [{threads: [{cpu: 1, cycles: 3, histogram: {2: 0}}]}]", "latency-bins", 5,
         56},
        {HEAD "blocks: [{threads: [{cpu: 1, cycles: 3, histogram: {10: 3}}]}]", "latency-bins", 5,
         10},
        {HEAD "blocks: [{threads: [{cpu: 1, cycles: 3, histogram: {x: 3}}]}]", "number", 5, 53},
        {HEAD "blocks: [{threads: [{cpu: 1, cycles: 3, histogram: {1: x}}]}]", "number", 5, 56},
        {HEAD "blocks: [{threads: [{cpu: 1, cycles: 3, histogram: [1]}]}]", "type", 5, 52},
        {HEAD "blocks: [{threads: [{cpu: 1, cycles: 0}]}, {threads: [{cpu: 2, cycles: 0}]}]",
         "latency-threads", 5, 44},
        {HEAD "blocks: [{threads: [{cpu: 1, cycles: 0}]}, {threads: []}]", "latency-threads", 5,
         44},
        {"interval: 0 us\nblock: 1 s\nbin: 1 us\nbins: 10\nblocks: []", "range", 1, 1},
        {"interval: 1 s\nblock: 1 s\nbin: 1 h\nbins: 4294967295\nblocks: []", "range", 4, 7},
    };
    (void)state;
    for (size_t i = 0; i < AJ_COUNT(bads); i++) {
        struct values v;
        values_open(&v);
        if (read_measurement(&v, bads[i].text) != NULL)
            fail_msg("taken, without %s:\n%s", bads[i].id, bads[i].text);
        test_one_error(&v.cx, bads[i].id, bads[i].line, bads[i].col);
        values_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merge),           cmocka_unit_test(test_questions),
        cmocka_unit_test(test_against_samples), cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_extremes),        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
